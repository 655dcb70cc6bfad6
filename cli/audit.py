"""`nbaproc audit`: proofs on a user's own lake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .options import Settings, read_tables, shared
from .output import Bar, print_json, print_table

if TYPE_CHECKING:
    from nbaproc.audit.leakage import Audit, TableAudit

#: Exit code of an audit that finds something.
LEAKS = 4
#: Leaks that are listed; --json has all.
SHOWN = 20


@click.group(short_help="Prove that no row knows the future.")
@shared
def audit() -> None:
    """Prove properties of the tables on the data of the lake."""


@audit.command(short_help="Look for results that get into the rows before them.")
@click.option("--date", "day", metavar="DATE", help="The date.")
@click.option("--dates", metavar="DATES", help="Several dates, separated by commas.")
@click.option(
    "--tables",
    metavar="NAMES",
    default="features",
    show_default=True,
    help="Tables of the features stage by name or code, separated by commas.",
)
@click.option("--all", "everything", is_flag=True, help="List every column of every table.")
@shared
@click.pass_obj
def leakage(settings: Settings, day: str | None, dates: str | None, tables: str, everything: bool) -> int:
    """Change what comes too late for a date, and see whether a value of its rows moves: none may.

    Too late are results of the date and after it, scores in the schedule, and lines, props, injury reports and rosters
    seen after the tip-off. Then what is known in time is changed, and each value that is not the same for everybody
    must move with some of it. The lake is only read.

    \b
      nbaproc audit leakage --date 2022-01-09
      nbaproc audit leakage --dates 2021-12-08,2022-03-23 --tables MLFS,UPGC --all

    Exits with 4 if anything leaks, or if nothing moves a feature of ml_feature_store_v2.
    """
    from nbaproc.audit.leakage import audit_leakage
    from nbaproc.lake import Lake

    if (day is None) == (dates is None):
        raise click.UsageError("give either --date or --dates")
    texts, option = ([day], "--date") if day is not None else ((dates or "").split(","), "--dates")
    days = [settings.day(text.strip(), option) for text in texts]
    with Bar("computations") as bar:
        found = audit_leakage(Lake(settings.lake_path), read_tables(tables), days, bar)
    if settings.json:
        print_json(_as_json(found))
    else:
        _print(found, everything=everything)
    return 0 if found.holds else LEAKS


def _print(found: Audit, *, everything: bool) -> None:
    from nbaproc.audit.leakage import STORE, features

    _print_dates(found)
    tables = found.tables
    listed = [STORE] if STORE in tables and not everything else list(tables)
    for name in listed:
        columns = tables[name].columns
        if not tables[name].rows:
            continue
        if everything:
            shown = list(columns)
        elif name == STORE:
            shown = features()
        else:
            shown = _facts(name)
        _print_columns(name, tables[name], [column for column in shown if column in columns])
    _print_tables(tables)
    if everything:
        _print_worlds(found)
    _print_errors(tables)
    _print_leaks(tables)
    _print_verdict(found)


def _facts(table: str) -> list[str]:
    """Return the columns of a table that are neither its key nor bookkeeping."""
    from nbaproc.audit.leakage import IDENTITY
    from nbaproc.tables import declarations

    declared = declarations()[table]
    return [c.name for c in declared.columns if c.hashed and c.name not in IDENTITY.union(declared.key)]


def _print_dates(found: Audit) -> None:
    from nbaproc.audit.leakage import LEAK

    headers = ("date", "games", "rows", "leaks", "worlds")
    rows = []
    for of_date in found.dates:
        tables = of_date.tables.values()
        leaks = sum(len(table.named(LEAK)) for table in tables)
        worlds = [world.name for world in of_date.worlds]
        rows.append((of_date.day, of_date.games, sum(t.rows for t in tables), leaks, ", ".join(worlds)))
    print_table(headers, rows, right=headers[1:4])
    for of_date in found.dates:
        bare = [name for name, table in of_date.tables.items() if not table.rows and not table.errors]
        if bare:
            why = "lies in the first two weeks of its season" if of_date.early else "is too early for some tables"
            click.echo(f"{of_date.day} {why}: no rows of {', '.join(bare)}")
    counts = Counter(name for of_date in found.dates for name in of_date.untouched)
    for name, dates in counts.items():
        click.echo(f"the lake has nothing to change for `{name}` on {dates} of {_dates(len(found.dates))}")


def _print_columns(name: str, table: TableAudit, shown: list[str]) -> None:
    from nbaproc.audit.leakage import VERDICTS

    click.echo()
    rows = [(c, table.columns[c].verdict, ", ".join(table.columns[c].moved_by) or None) for c in shown]
    print_table(("column", "verdict", "moved by"), rows, title=f"{name}: {table.rows:,} rows")
    others = [column for name, column in table.columns.items() if name not in shown]
    counts = {verdict: sum(column.verdict == verdict for column in others) for verdict in VERDICTS}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    if told:
        click.echo(f"{len(others)} other columns (keys, bookkeeping): {told}; --all lists them")


def _print_tables(tables: dict[str, TableAudit]) -> None:
    from nbaproc.audit.leakage import UNMOVED, VERDICTS

    click.echo()
    rows = [(name, table.rows, *(len(table.named(verdict)) for verdict in VERDICTS)) for name, table in tables.items()]
    headers = ("table", "rows", *VERDICTS)
    print_table(headers, rows, right=headers[1:])
    for name, table in tables.items():
        if unmoved := table.named(UNMOVED):
            click.echo(f"{name}: nothing that was tried moves {', '.join(unmoved)}")


def _print_errors(tables: dict[str, TableAudit]) -> None:
    for name, table in tables.items():
        for world, error in table.errors.items():
            click.echo(f"{name} cannot be computed, {world}: {error}")
        for world, warning in table.warnings.items():
            click.echo(f"{name}, {world}: {warning}")


def _print_worlds(found: Audit) -> None:
    click.echo()
    worlds = {world.name: world for of_date in found.dates for world in of_date.worlds}
    rows = [
        (world.name, "may move values" if world.allowed else "may move nothing", world.says)
        for world in worlds.values()
    ]
    print_table(("world", "rule", "what is different"), rows)


def _print_leaks(tables: dict[str, TableAudit]) -> None:
    leaks = [
        (name, key, move.day, move.by, move.rows, move.key, move.old, move.new)
        for name, table in tables.items()
        for key, column in table.columns.items()
        for move in column.leaks
    ]
    if not leaks:
        return
    click.echo("\nLeaks")
    headers = ("table", "column", "date", "moved by", "rows", "row", "old", "new")
    print_table(headers, leaks[:SHOWN], right=("rows",))
    if len(leaks) > SHOWN:
        click.echo(f"{len(leaks) - SHOWN:,} more; --json has all")


def _print_verdict(found: Audit) -> None:
    from nbaproc.audit.leakage import RECORDS, STORE, features

    tables = {name: table for name, table in found.tables.items() if table.rows}
    dates = _dates(len(found.dates))
    columns = sum(len(table.columns.keys() - {RECORDS}) for table in tables.values())
    of_all = f"{columns:,} columns of {len(tables)} table{'s' if len(tables) != 1 else ''} on {dates}"
    click.echo()
    if not tables:
        click.echo("leakage audit: no rows, so nothing is proven")
    elif STORE in tables:
        leaks = sum(name in features() for name in found.leaks.get(STORE, []))
        click.echo(f"leakage audit: {leaks} leaks over all {len(features())} features on {dates}")
        if found.unmoved:
            click.echo(f"UNMOVED: nothing that was tried moves {', '.join(found.unmoved)}")
    if tables:
        click.echo(f"leakage audit: {_count(found.leaks.values())} leaks over {of_all}")
    if not found.holds:
        click.echo("THE AUDIT DOES NOT HOLD")


def _dates(count: int) -> str:
    return f"{count} date{'s' if count != 1 else ''}"


def _count(lists: Iterable[list[str]]) -> int:
    return sum(len(names) for names in lists)


def _as_json(found: Audit) -> dict[str, Any]:
    return {
        "dates": [
            {
                "date": of_date.day,
                "games": of_date.games,
                "early": of_date.early,
                "worlds": [asdict(world) | {"free": sorted(world.free)} for world in of_date.worlds],
                "untouched": of_date.untouched,
                "tables": _tables_json(of_date.tables),
            }
            for of_date in found.dates
        ],
        "tables": _tables_json(found.tables),
        "leaks": found.leaks,
        "unmoved": found.unmoved,
        "holds": found.holds,
    }


def _tables_json(tables: dict[str, TableAudit]) -> dict[str, Any]:
    return {
        name: {
            "rows": table.rows,
            "errors": table.errors,
            "warnings": table.warnings,
            "columns": {
                key: {
                    "verdict": column.verdict,
                    "constant": column.constant,
                    "moved_by": column.moved_by,
                    "leaks": [asdict(move) for move in column.leaks],
                }
                for key, column in table.columns.items()
            },
        }
        for name, table in tables.items()
    }

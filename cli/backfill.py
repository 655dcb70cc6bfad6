"""`nbaproc backfill`: a range of dates -> tables in the lake."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import Settings, range_options, read_range, read_tables, shared, tables_option
from .output import Bar, print_json, print_table, print_tally, tally_rows

if TYPE_CHECKING:
    from datetime import date

    from nbaproc.run.backfill import Summary

ENGINE = click.option(
    "--engine",
    type=click.Choice(["polars", "reference"]),
    help="reference is the plain-Python path: the same rows, slowly  [default: NBAPROC_ENGINE, else polars]",
)

#: Entities of a category that the summary names.
NAMED = 30


@click.command(short_help="Compute tables for a range of dates.")
@range_options
@tables_option
@ENGINE
@shared
@click.pass_obj
def backfill(settings: Settings, start: str | None, end: str | None, tables: str, engine: str | None) -> int:
    """Compute tables for every played date of a range and write them into the lake.

    Dates come from the schedule. A date that cannot be computed is named and stops no other; the command then exits
    with 1. Running it again gives the same bytes.
    """
    first, last = read_range(settings, start, end)
    return run(settings, first, last, tables, engine)


def run(settings: Settings, start: date, end: date, tables: str, engine: str | None) -> int:
    """Run a backfill and print its summary."""
    from nbaproc.lake import Lake
    from nbaproc.run.backfill import backfill as compute
    from nbaproc.run.engines import engine_from_environment

    names = read_tables(tables)
    chosen = engine or engine_from_environment()
    with Bar() as bar:
        lake = Lake(settings.lake_path)
        summary = compute(lake, names, start, end, today=settings.today, engine=chosen, progress=bar)
    if settings.json:
        print_json(_as_json(summary, chosen))
    else:
        _print(summary, start, end)
    return summary.exit_code


def _as_json(summary: Summary, engine: str) -> dict[str, object]:
    return {
        "engine": engine,
        "dates": len(summary.dates),
        "tables": {name: _counts(summary, name) | {"rows": summary.rows.get(name, 0)} for name in summary.tables},
        "not_built": [asdict(cell) for cell in summary.ended("failed", "blocked", "partial")],
        "records": [
            {"table": table, "category": category, "entities": entities}
            for (table, category), entities in sorted(summary.records.items())
        ],
        "counts": [{"stage": s, **row} for s, tally in summary.tallies.items() for row in tally_rows(tally)],
        "files_written": summary.files,
        "seconds": {step: round(seconds, 3) for step, seconds in summary.seconds.items()},
        "exit_code": summary.exit_code,
    }


def _counts(summary: Summary, name: str) -> dict[str, int]:
    states = Counter(cell.state for cell in summary.cells if cell.table == name)
    return {state: states.get(state, 0) for state in ("succeeded", "partial", "skipped", "blocked", "failed")}


def _print(summary: Summary, start: date, end: date) -> None:
    from nbaproc.failures import Category
    from nbaproc.tables import FEATURES, by_stage

    if not summary.dates:
        played = "" if FEATURES in by_stage(summary.tables) else " was played"
        click.echo(f"No game in scope{played} from {start} to {end}: nothing to compute.")
        return
    states = ("succeeded", "partial", "skipped", "blocked", "failed")
    rows = [(name, *_counts(summary, name).values(), summary.rows.get(name, 0)) for name in summary.tables]
    print_table(("table", *states, "rows"), rows, right=(*states, "rows"))
    alike: dict[tuple[str, str, str, str], list[date]] = {}
    for cell in summary.ended("failed", "blocked", "partial"):
        alike.setdefault((cell.state, cell.table, cell.reason, cell.message), []).append(cell.day)
    for (state, table, reason, message), days in alike.items():
        text = str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]} ({len(days)} dates)"
        click.echo(f"{state} {table} {text}: {reason}: {message}")
    if summary.records:
        click.echo("\nFailure records")
        for (table, category), entities in sorted(summary.records.items()):
            names = list(dict.fromkeys(entities))
            more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
            # Of what nobody need look at the number is enough.
            told = Category[category].kind.severity != "info"
            who = f": {', '.join(names[:NAMED])}{more}" if told else f", {len(names):,} different"
            click.echo(f"  {len(entities):>9,}  {category} in {table}{who}")
    for stage, tally in summary.tallies.items():
        print_tally(tally, f"of the {stage} stage")
    seconds = sum(summary.seconds.values())
    steps = ", ".join(f"{step} {value:.1f}" for step, value in summary.seconds.items())
    files = "no file changed" if not summary.files else f"{summary.files:,} month files written"
    click.echo(f"\n{len(summary.dates):,} dates, {files}, {seconds:.1f} s ({steps})")

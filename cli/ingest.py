"""`nbaproc ingest`: files of public sources, and tables in BigQuery -> raw lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, astuple
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import Settings, read_date, shared
from .output import Bar, print_json, print_table, print_tally, tally_rows
from .warehouse_options import read_where, warehouse_options

if TYPE_CHECKING:
    from nbaproc.columns import Table
    from nbaproc.lake import Lake
    from nbaproc.progress import Progress
    from nbaproc.sources.ingest import Report
    from nbaproc.warehouse.extract import Extract

    Reader = Callable[[Lake, Sequence[Path], Progress], Report]

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


REPORT_HOUR = click.option(
    "--report-hour",
    type=click.IntRange(0, 23),
    metavar="H",
    help="Eastern hour of injury reports that name none  [default: the end of their day, for later dates only]",
)
#: How many unmatched names are printed of one raw table; --json has all.
NAMES = 40


@click.group()
@shared
def ingest() -> None:
    """Read downloaded files, or tables in BigQuery, into the raw lake.

    Files are recognised by their columns, never by their names. The same file twice, or files in another order, change
    nothing.
    """


@ingest.command("nba-api")
@PATHS
@REPORT_HOUR
@shared
@click.pass_obj
def nba_api(settings: Settings, paths: tuple[Path, ...], report_hour: int | None) -> int:
    """Read downloads: CSV or Parquet files, or folders of them.

    \b
    Known are
      player game logs   LeagueGameLog, PlayerGameLogs; logs without game ids
      team game logs     LeagueGameFinder, LeagueGameLog
      league schedules   gid/etdate/..., GAME_ID/HOME_ABBR/..., two result rows per game, fixture lists
      shots              ShotChartDetail, season shots without event numbers
      player lists       birth dates, CommonPlayerInfo, PlayerIndex
      lines and props    betting archive, opening and closing lines, The Odds API props
      injuries           the official report
      raw tables         lines, props, injuries, rosters and aliases under their BigQuery names

    Folders are searched; what is not known there is listed with the reason. A named file that is not known is an error,
    and nothing is written.
    """
    from nbaproc.sources.ingest import ingest_nba_api

    return _run(settings, paths, partial(ingest_nba_api, report_hour=report_hour))


@ingest.command()
@PATHS
@shared
@click.pass_obj
def gamebook(settings: Settings, paths: tuple[Path, ...]) -> int:
    """Read official game books: JSON files, plain or .gz, or folders of them."""
    from nbaproc.sources.ingest import ingest_gamebook

    return _run(settings, paths, ingest_gamebook)


@ingest.command("nba-cdn")
@PATHS
@shared
@click.pass_obj
def nba_cdn(settings: Settings, paths: tuple[Path, ...]) -> int:
    """Read the league's play-by-play feed: JSON as delivered, or its actions as CSV or Parquet."""
    from nbaproc.sources.ingest import ingest_nba_cdn

    return _run(settings, paths, ingest_nba_cdn)


@ingest.command("odds-api")
@PATHS
@shared
@click.pass_obj
def odds_api(settings: Settings, paths: tuple[Path, ...]) -> int:
    """Read The Odds API: its JSON responses, plain or .gz, or props and lines as CSV or Parquet."""
    from nbaproc.sources.ingest import ingest_odds_api

    return _run(settings, paths, ingest_odds_api)


@ingest.command()
@PATHS
@REPORT_HOUR
@shared
@click.pass_obj
def injuries(settings: Settings, paths: tuple[Path, ...], report_hour: int | None) -> int:
    """Read official injury reports: JSON, plain or .gz, CSV or Parquet."""
    from nbaproc.sources.ingest import ingest_injuries

    return _run(settings, paths, partial(ingest_injuries, report_hour=report_hour))


@ingest.command()
@click.option("--start", metavar="DATE", required=True, help="First date of the rows.")
@click.option("--end", metavar="DATE", required=True, help="Last date; later than today too, for games to come.")
@click.option("--tables", metavar="NAMES", default="all", show_default=True, help="Raw tables, separated by commas.")
@click.option("--dry-run", is_flag=True, help="Only say what the queries would read.")
@warehouse_options
@shared
@click.pass_obj
def bigquery(settings: Settings, start: str, end: str, tables: str, dry_run: bool, where: dict[str, str | None]) -> int:
    """Read the raw tables in BigQuery: one query each, of the dates and columns that are needed.

    The dates are replaced as a whole by what BigQuery has of them; other dates stay. Twice changes nothing. A lake is
    filled from files or from BigQuery, never from both: the other one is refused.
    """
    from nbaproc.lake import Lake
    from nbaproc.warehouse.extract import extract

    first, last = (read_date(text, settings.today, option) for text, option in ((start, "--start"), (end, "--end")))
    if first > last:
        raise click.UsageError(f"--start {first} lies after --end {last}; swap them")
    (chosen, named), configuration = _raw_tables(tables), read_where(where)
    from nbaproc.warehouse.reading import Reader as Connection

    with closing(Connection(configuration)) as source, Bar("tables") as bar:
        result = extract(
            Lake(settings.lake_path),
            source,
            configuration,
            first,
            last,
            chosen,
            named=named,
            dry_run=dry_run,
            progress=bar,
        )
    if settings.json:
        print_json(asdict(result) | {"rest": source.slow})
        return 0
    _print_extract(result, dry_run)
    if source.slow:
        click.echo(f"\nRows came over REST, which is slower: {source.slow}")
    return 0


def _raw_tables(text: str) -> tuple[list[Table], bool]:
    """Return the raw tables of an option, and whether each was asked for by its name."""
    from nbaproc.raw.contract import RAW_TABLES

    words = [word.strip().lower() for word in text.split(",")]
    unknown = [word for word in words if word not in ("all", *RAW_TABLES)]
    if unknown:
        raise click.UsageError(f"unknown raw table {unknown[0]!r}; there are {', '.join(RAW_TABLES)}")
    named = "all" not in words
    return [table for name, table in RAW_TABLES.items() if name in words or not named], named


def _print_extract(result: Extract, dry_run: bool) -> None:
    if dry_run:
        print_table(("raw table", "bytes"), result.bytes.items(), right=("bytes",))
    else:
        headers = ("raw table", "rows", "new rows", "restated", "unchanged", "gone", "files written")
        print_table(headers, [(name, *astuple(one)) for name, one in result.tables.items()], right=headers[1:])
    if result.left:
        click.echo()
        print_table(("left", "why"), result.left.items())
    for name, columns in result.lacking.items():
        click.echo(f"{name} has no {', '.join(columns)}: unknown in every row")


def _run(settings: Settings, paths: tuple[Path, ...], read: Reader) -> int:
    from nbaproc.lake import Lake

    with Bar("files") as bar:
        report = read(Lake(settings.lake_path), paths, bar)
    if settings.json:
        print_json(
            {
                "taken": [asdict(t) for t in report.taken],
                "left": [asdict(left) for left in report.left],
                "tables": {name: asdict(stored) for name, stored in report.tables.items()},
                "counts": tally_rows(report.tally),
                "unmatched": [asdict(name) for name in report.unmatched],
            }
        )
        return 0
    print_report(report)
    return 0


def print_report(report: Report) -> None:
    """Print what an ingest took, left and changed."""
    if report.taken:
        rows = [(t.path.name, t.layout, t.table, t.rows) for t in report.taken]
        print_table(("taken", "layout", "raw table", "rows"), rows, right=("rows",))
    if report.left:
        click.echo()
        print_table(("left", "why"), [(left.path.name, left.reason) for left in report.left])
    click.echo()
    changed = [
        (n, s.new, s.restated, s.unchanged, s.files) for n, s in report.tables.items() if any(asdict(s).values())
    ]
    headers = ("raw table", "new rows", "restated", "unchanged", "files written")
    print_table(headers, changed, right=headers[1:])
    print_tally(report.tally)
    for table in dict.fromkeys(name.table for name in report.unmatched):
        names = [name for name in report.unmatched if name.table == table]
        fit = "name in {} fits" if len(names) == 1 else "names in {} fit"
        click.echo(f"\n{len(names)} {fit.format(table)} no player; a file of aliases mends that")
        listed = [(n.season, n.team or None, n.name, n.rows, ", ".join(n.closest) or None) for n in names[:NAMES]]
        print_table(("season", "team", "name", "rows", "closest"), listed, right=("rows",))
        if len(names) > NAMES:
            click.echo(f"and {len(names) - NAMES} more; --json lists all")

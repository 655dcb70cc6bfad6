"""`nbaproc ingest`: files of public sources -> raw lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import Settings, shared
from .output import Bar, print_json, print_table, print_tally, tally_rows

if TYPE_CHECKING:
    from nbaproc.lake import Lake
    from nbaproc.progress import Progress
    from nbaproc.sources.ingest import Report

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
    """Read downloaded files into the raw lake.

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

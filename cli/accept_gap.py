"""`nbaproc accept-gap`: a date that never comes."""

from __future__ import annotations

from dataclasses import asdict

import click

from .options import Settings, read_dates, read_tables, shared
from .output import print_json


@click.command("accept-gap", short_help="Accept dates of a table that never come.")
@click.option("--tables", metavar="NAMES", required=True, help="Tables by name or code, separated by commas.")
@click.option("--dates", metavar="DATES", required=True, help="The dates, separated by commas.")
@click.option("--reason", metavar="TEXT", required=True, help="Why they never come.")
@shared
@click.pass_obj
def accept_gap(settings: Settings, tables: str, dates: str, reason: str) -> int:
    """Accept that dates of some tables are not there, or not whole, for good.

    An accepted date blocks nothing any more and does not count for exit codes; it is still listed, and computed if
    its data comes after all. Accepted gaps are kept beside the ledger, in accepted_gaps.csv.

    \b
      nbaproc accept-gap --tables PGS --dates 2022-01-08 --reason "no source has this night"
    """
    import getpass
    from datetime import UTC, datetime

    from nbaproc.gaps import accept, path_of
    from nbaproc.lake import Lake
    from nbaproc.run.inputs import read_schedule

    lake = Lake(settings.lake_path)
    names, days = read_tables(tables), read_dates(settings, dates)
    if not reason.strip():
        raise click.UsageError("--reason is empty; say why the dates never come")
    idle = sorted(days - set(read_schedule(lake).dates()))
    if idle:
        raise click.UsageError(f"--dates {idle[0]} has no game in scope, so there is no gap")
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        by = getpass.getuser()
    except (KeyError, OSError):
        by = "unknown"
    added = accept(lake.root, names, days, " ".join(reason.split()), by, at)
    if settings.json:
        print_json({"accepted": [asdict(gap) for gap in added], "file": path_of(lake.root)})
    else:
        for gap in added:
            until = "" if gap.start == gap.end else f" to {gap.end}"
            click.echo(f"accepted {gap.table} {gap.start}{until}: {gap.reason}")
        if not added:
            click.echo("these gaps are accepted already")
    return 0

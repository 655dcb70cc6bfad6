"""`nbaproc status`: what there is, and what is open."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import Settings, range_to_today_options, read_range, read_tables, shared, tables_option
from .output import print_json, print_table
from .summary import STATES, print_alike

if TYPE_CHECKING:
    from datetime import date

    from nbaproc.run.holds import BreakerStanding
    from nbaproc.run.survey import Standing


@click.command(short_help="Say what is computed, what failed and what is stale.")
@range_to_today_options
@tables_option
@shared
@click.pass_obj
def status(settings: Settings, start: str | None, end: str | None, dates: str | None, tables: str) -> int:
    """Say how many planned cells of every table are computed, open, stale or unpublished, and name the open dates.

    Reads the footers of the files and the ledger, no data, and calls no warehouse: what is unpublished is counted
    against the one that was published to last. Exits with 1 if a cell failed, waits, or lacks games whose
    gap nobody has accepted.
    """
    from nbaproc.lake import Lake
    from nbaproc.run.breaker import limits_from_environment
    from nbaproc.run.options import Options
    from nbaproc.run.survey import look_for_holds, standings
    from nbaproc.warehouse.unpublished import unpublished

    span = read_range(settings, start, end, dates, "TODAY")
    lake = Lake(settings.lake_path)
    holds = look_for_holds(lake, Options("", breaker=limits_from_environment()), span.start, span.end)
    names = read_tables(tables)
    found = standings(lake, names, span.start, span.end, settings.today, only=span.only, holds=holds)
    breakers = holds.standing()
    waiting = unpublished(lake, list(found), span.start, span.end, span.only) or {}
    code = 0 if all(standing.holds for standing in found.values()) else 1
    if settings.json:
        # Of a lake that was never published there is nothing to say.
        of_table = {name: asdict(s) | {"unpublished": waiting.get(name)} for name, s in found.items()}
        print_json({"tables": of_table, "breakers": [asdict(b) for b in breakers], "exit_code": code})
    else:
        _print(found, breakers, waiting)
    return code


def _print(found: dict[str, Standing], breakers: list[BreakerStanding], waiting: dict[str, list[date]]) -> None:
    extra = [state for state in ("missing", "running") if any(s.states.get(state) for s in found.values())]
    headers = ("table", "planned", *STATES, *extra, "stale", "unpublished", "last update")
    rows = [
        (
            name,
            s.planned,
            *(s.states.get(state, 0) for state in (*STATES, *extra)),
            s.stale,
            len(waiting[name]) if name in waiting else None,
            s.updated or None,
        )
        for name, s in found.items()
    ]
    print_table(headers, rows, right=headers[1:-1])
    for name, standing in found.items():
        print_alike((c.state, name, c.reason, c.message, c.day, c.accepted) for c in standing.open)
    for breaker in breakers:
        if breaker.until:
            since = f"{breaker.state} since {breaker.since}, tried again from {breaker.until}"
            click.echo(f"circuit breaker of {breaker.key}: {since}; last error {breaker.last_error}")
    if any(s.states.get("missing") or s.stale for s in found.values()):
        click.echo("\n`nbaproc backfill` computes what is missing or stale")
    if any(waiting.values()):
        click.echo("\n`nbaproc publish` publishes what is not")
    if not all(s.holds for s in found.values()):
        click.echo("\n`nbaproc retry-failed` tries what is open again; `nbaproc accept-gap` accepts what never comes")

"""`nbaproc retry-failed`: what did not work out, once more."""

from __future__ import annotations

from typing import Any

import click

from .options import Settings, range_to_today_options, read_range, read_tables, shared, tables_option
from .running import Job, how_options, run, worker_options


@click.command("retry-failed", short_help="Compute again what failed, waits or is partial.")
@range_to_today_options
@tables_option
@how_options
@worker_options
@shared
@click.pass_obj
def retry_failed(
    settings: Settings, /, start: str | None, end: str | None, dates: str | None, tables: str, **how: Any
) -> int:
    """Compute the cells that failed, had to wait, were abandoned or lack games, and those that became stale.

    Dates that nobody has tried yet are left to `nbaproc backfill`.
    """
    span = read_range(settings, start, end, dates, "TODAY")
    return run(settings, Job("retry-failed", span, read_tables(tables), retry=True, **how))

"""`nbaproc backfill`: a range of dates -> tables in the lake."""

from __future__ import annotations

from typing import Any

import click

from .options import Settings, range_options, read_range, read_tables, shared, tables_option
from .running import Job, how_options, publish_options, resume_option, run, task_options, worker_options


@click.command(short_help="Compute tables for a range of dates.")
@range_options
@tables_option
@how_options
@resume_option
@publish_options
@worker_options
@task_options
@shared
@click.pass_obj
def backfill(
    settings: Settings, /, start: str | None, end: str | None, dates: str | None, tables: str, **how: Any
) -> int:
    """Compute tables for every played date of a range and write them into the lake.

    Dates come from the schedule. What is current is kept: a run that was stopped goes on where it ended, and new data
    makes exactly those dates stale that read it. A date that cannot be computed is named and stops no other; the
    command then exits with 1. However the work is cut, the bytes are the same.

    \b
      nbaproc backfill --start 2021-10-19 --end 2024-06-17 --workers 4
      nbaproc backfill --dates 2021-11-15,2022-01-09 --tables games --no-resume
      nbaproc backfill --tables games --task-index 0 --task-count 8
    """
    return run(settings, Job("backfill", read_range(settings, start, end, dates), read_tables(tables), **how))

"""`nbaproc daily`: the tables of one date, and what came late for the week before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from .options import Range, Settings, read_tables, shared, tables_option
from .running import Job, how_options, publish_options, resume_option, run

#: Days before the date that are looked at again.
LATE_DAYS = 7


@click.command(short_help="Compute the tables of one date.")
@click.option("--date", "day", metavar="DATE", default="TODAY", show_default=True, help="The date; also YESTERDAY.")
@tables_option
@how_options
@resume_option
@publish_options
@shared
@click.pass_obj
def daily(settings: Settings, /, day: str, tables: str, **how: Any) -> int:
    """Compute the tables of one date, and of the seven days before it what is not current: data that came late.

    Of a date whose games are still coming in, nothing is written before four fifths of them have a source.
    --no-resume computes the date again, not the days before it. What failed three times with the same data is left
    alone for a day; `nbaproc retry-failed` tries it at once.
    """
    from nbaproc.run.cores import one_core

    date_ = settings.day(day, "--date")
    span = Range(date_ - timedelta(days=LATE_DAYS), date_)
    with one_core():
        return run(settings, Job("daily", span, read_tables(tables), workers=0, forced={date_}, limited=True, **how))

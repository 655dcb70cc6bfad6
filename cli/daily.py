"""`nbaproc daily`: the tables of one date."""

from __future__ import annotations

import click

from .backfill import ENGINE, run
from .options import Settings, shared, tables_option


@click.command()
@click.option("--date", "day", metavar="DATE", default="TODAY", show_default=True, help="The date; also YESTERDAY.")
@tables_option
@ENGINE
@shared
@click.pass_obj
def daily(settings: Settings, day: str, tables: str, engine: str | None) -> int:
    """Compute the tables of one date.

    Of a date whose games are still coming in, nothing is written before four fifths of them have a source.
    """
    date_ = settings.day(day, "--date")
    return run(settings, date_, date_, tables, engine)

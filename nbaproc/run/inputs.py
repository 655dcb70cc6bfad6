"""Reading what a shard is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from nbaproc.boundary import read_raw
from nbaproc.errors import UsageError
from nbaproc.lake import Lake
from nbaproc.raw.contract import NBAC_SCHEDULE, RAW_TABLES, READ_WHOLE
from nbaproc.raw.schedule import Schedule, clean_schedule
from nbaproc.raw.tally import Tally
from nbaproc.tables import declarations


def read_schedule(lake: Lake) -> Schedule:
    """Return the cleaned schedule of a lake.

    Raises:
        UsageError: The lake has none.
    """
    raw, _ = read_raw(NBAC_SCHEDULE, lake.read_whole(NBAC_SCHEDULE))
    if not raw.height:
        raise UsageError(
            f"{lake.root}: holds no schedule; fill it with `nbaproc ingest nba-api PATH` or `nbaproc simulate`"
        )
    return clean_schedule(raw)


def read_inputs(lake: Lake, names: Iterable[str], dates: Sequence[date], tally: Tally) -> dict[str, pl.DataFrame]:
    """Return the raw tables that some output tables read, in their declared shape.

    Args:
        lake: The lake.
        names: Output tables.
        dates: Dates to compute; other dates are not read, except of tables that are read whole.
        tally: Takes the count of rows that lack a required value.
    """
    wanted = {name for table in names for name in declarations()[table].reads}
    raw = {}
    for name in sorted(wanted):
        table = RAW_TABLES[name]
        stored = lake.read_whole(table) if name in READ_WHOLE else lake.read(table, min(dates), max(dates))
        raw[name], dropped = read_raw(table, stored)
        tally.add("missing_value", name, dropped)
    return raw

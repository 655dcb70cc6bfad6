"""Reading what a shard is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from nbaproc.boundary import read_raw
from nbaproc.calendar import season_floor, season_year
from nbaproc.errors import UsageError
from nbaproc.lake import Lake
from nbaproc.raw.contract import NBAC_SCHEDULE, RAW_TABLES, READ_WHOLE
from nbaproc.raw.schedule import Schedule, clean_schedule
from nbaproc.raw.tally import Tally
from nbaproc.tables import declarations


def read_schedule(lake: Lake, start: date = date.min, end: date = date.max) -> Schedule:
    """Return the cleaned schedule of a lake: the seasons of some dates, and those that tables look back on from them.

    Args:
        lake: The lake.
        start: First date.
        end: Last date.

    Raises:
        UsageError: The lake has none at all.
    """
    if not lake.months(NBAC_SCHEDULE):
        raise UsageError(
            f"{lake.root}: holds no schedule; fill it with `nbaproc ingest nba-api PATH` or `nbaproc simulate`"
        )
    return _schedule(lake, start, end).cleaned


@dataclass(frozen=True)
class _Schedule:
    """The schedule as it is read, and the number of rows that lack a required value."""

    raw: pl.DataFrame
    dropped: int

    @cached_property
    def cleaned(self) -> Schedule:
        """The cleaned schedule."""
        return clean_schedule(self.raw)


def _schedule(lake: Lake, start: date, end: date) -> _Schedule:
    furthest = timedelta(days=max(table.look_back for table in declarations().values()))
    span = whole_seasons(start - furthest if start - date.min > furthest else date.min, end)
    return _read_schedule(lake.root, span, tuple(lake.stamps(NBAC_SCHEDULE, *span)))


@lru_cache(maxsize=2)
def _read_schedule(root: Path, span: tuple[date, date], _: tuple[object, ...]) -> _Schedule:
    """Return the schedule of a lake; the stages of a run and the shards of a worker share it while no file changes."""
    return _Schedule(*read_raw(NBAC_SCHEDULE, Lake(root).read(NBAC_SCHEDULE, *span)))


def whole_seasons(start: date, end: date) -> tuple[date, date]:
    """Return two dates between which every game of the seasons of some dates lies."""
    first = season_floor(season_year(start)) if start.year > date.min.year else date.min
    # The season of 2019-20 ended in October.
    last = date(season_year(end) + 1, 10, 31) if end.year < date.max.year else date.max
    return first, last


def read_inputs(lake: Lake, names: Iterable[str], dates: Sequence[date], tally: Tally) -> dict[str, pl.DataFrame]:
    """Return what some output tables of one stage are computed from, in its declared shape.

    Args:
        lake: The lake.
        names: Output tables.
        dates: Dates to compute; other dates are not read, except of tables that are read whole, of the schedule, see
            `read_schedule`, and of the tables that are looked back on: those are read from the start of the season, and
            as far as the tables look back.
        tally: Takes the count of rows that lack a required value.
    """
    names = list(names)
    wanted = {name for table in names for name in declarations()[table].reads}
    raw = {}
    for name in sorted(wanted):
        table = RAW_TABLES[name]
        if name == NBAC_SCHEDULE.name:
            known = _schedule(lake, min(dates), max(dates))
            raw[name], dropped = known.raw, known.dropped
        else:
            stored = lake.read_whole(table) if name in READ_WHOLE else lake.read(table, min(dates), max(dates))
            raw[name], dropped = read_raw(table, stored)
        tally.add("missing_value", name, dropped)
    for name, columns, days in _histories(names):
        since = min(season_floor(season_year(min(dates))), min(dates) - timedelta(days=days))
        raw[name] = lake.read(declarations()[name], since, max(dates), columns)
    return raw


def _histories(names: Iterable[str]) -> list[tuple[str, list[str], int]]:
    """Return the tables that some tables look back on, with the columns that are read and how many days."""
    tables = [declarations()[name] for name in names]
    days: dict[str, int] = {}
    columns: dict[str, dict[str, None]] = {}
    for table in tables:
        for name, wanted in table.history:
            days[name] = max(days.get(name, 0), table.look_back)
            columns.setdefault(name, {}).update(dict.fromkeys(wanted))
    return [(name, list(columns[name]), days[name]) for name in sorted(days)]

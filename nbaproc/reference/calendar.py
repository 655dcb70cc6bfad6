"""Seasons, and Eastern wall-clock time as true instants (game summaries 1.1 and 2.2, runtime 3.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EASTERN = ZoneInfo("America/New_York")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=10_000)
def season_year(day: date) -> int:
    """Return the first year of a date's season; the bubble of October 2020 belongs to 2019-20.

    >>> season_year(date(2021, 10, 19)), season_year(date(2022, 6, 16)), season_year(date(2020, 10, 11))
    (2021, 2021, 2019)
    """
    if date(2020, 10, 1) <= day <= date(2020, 10, 11):
        return 2019
    return day.year if day.month >= 10 else day.year - 1


def season_text(year: int) -> str:
    """Write a season the way registries do.

    >>> season_text(2021), season_text(1999)
    ('2021-22', '1999-00')
    """
    return f"{year}-{(year + 1) % 100:02d}"


def wall_clock(labelled: datetime) -> datetime:
    """Drop a UTC label that was never true, leaving the wall-clock time."""
    return labelled.astimezone(UTC).replace(tzinfo=None)


def eastern_instant(wall: datetime) -> datetime | None:
    """Place a wall-clock time in New York; the earlier of two instants, NULL for an hour that was skipped.

    >>> eastern_instant(datetime(2021, 10, 19, 19, 30)).isoformat()
    '2021-10-19T23:30:00+00:00'
    >>> eastern_instant(datetime(2021, 11, 7, 1, 30)).isoformat()
    '2021-11-07T05:30:00+00:00'
    >>> eastern_instant(datetime(2022, 3, 13, 2, 30)) is None
    True
    """
    instant = wall.replace(tzinfo=_EASTERN, fold=0).astimezone(UTC)
    return instant if eastern_wall(instant) == wall else None


def eastern_noon(day: date) -> datetime:
    """Return noon in New York as an instant: no game starts earlier."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=_EASTERN).astimezone(UTC)


def eastern_wall(instant: datetime) -> datetime:
    """Return what the clocks in New York show at an instant.

    >>> eastern_wall(datetime(2021, 10, 19, 23, 30, tzinfo=UTC)).isoformat()
    '2021-10-19T19:30:00'
    """
    return instant.astimezone(_EASTERN).replace(tzinfo=None)


def microseconds(moment: datetime) -> int:
    """Count the microseconds since 1970, an exact number to sort by."""
    return (moment - _EPOCH) // _MICROSECOND

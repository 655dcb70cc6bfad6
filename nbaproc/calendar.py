"""Seasons and dates. Dates are US-Eastern calendar dates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

EASTERN = "America/New_York"

#: The 2019-20 season ended on this date in October 2020; every other season starts in October or later.
LATE_SEASON_END = date(2020, 10, 11)

#: First day of the regular season, for schedules that lack a season; other seasons begin on 22 October.
OPENERS = {
    2019: date(2019, 10, 22),
    2020: date(2020, 12, 22),
    2021: date(2021, 10, 19),
    2022: date(2022, 10, 18),
    2023: date(2023, 10, 24),
    2024: date(2024, 10, 22),
    2025: date(2025, 10, 21),
}
#: Days of a season without rows in the tables that need a history.
EARLY_DAYS = 14


def season_year(day: date) -> int:
    """Return the first year of the season a date belongs to.

    >>> season_year(date(2021, 10, 19)), season_year(date(2022, 6, 16)), season_year(date(2020, 10, 11))
    (2021, 2021, 2019)
    """
    if day.month >= 10 and not date(2020, 10, 1) <= day <= LATE_SEASON_END:
        return day.year
    return day.year - 1


def season_text(year: int) -> str:
    """Return a season as it is written.

    >>> season_text(2021), season_text(1999)
    ('2021-22', '1999-00')
    """
    return f"{year}-{(year + 1) % 100:02d}"


def usual_opener(year: int) -> date:
    """Return the first day of a regular season as far as it is known without a schedule.

    >>> usual_opener(2021), usual_opener(1999)
    (datetime.date(2021, 10, 19), datetime.date(1999, 10, 22))
    """
    return OPENERS.get(year, date(year, 10, 22))


def season_floor(year: int) -> date:
    """Return a date before every game of a season, and within the season before.

    >>> season_floor(2021)
    datetime.date(2021, 7, 1)
    """
    return date(year, 7, 1)


def today() -> date:
    """Return the current US-Eastern date: the only place that reads the clock for a date."""
    return datetime.now(UTC).astimezone(ZoneInfo(EASTERN)).date()


def parse_date(text: str, now: date) -> date:
    """Read `YYYY-MM-DD`, `TODAY`, `YESTERDAY` or `AUTO` (yesterday).

    Raises:
        ValueError: The text is none of these.

    >>> parse_date("AUTO", date(2026, 1, 6))
    datetime.date(2026, 1, 5)
    >>> parse_date("2026-1-5", date(2026, 1, 6))
    Traceback (most recent call last):
    ValueError: '2026-1-5' is not YYYY-MM-DD
    """
    word = text.strip().upper()
    if word == "TODAY":
        return now
    if word in ("YESTERDAY", "AUTO"):
        return date.fromordinal(now.toordinal() - 1)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
        raise ValueError(f"{text!r} is not YYYY-MM-DD")
    return date.fromisoformat(word)

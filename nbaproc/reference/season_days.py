"""The day of a season: when it opened, and from which day there is history enough (runtime 3.2 and 3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from nbaproc.reference.calendar import season_text, season_year
from nbaproc.reference.notes import Notes
from nbaproc.reference.raw_rows import SCHEDULE

#: Opening nights, for a season of which the schedule has no regular-season game.
FIXED = {
    2019: date(2019, 10, 22),
    2020: date(2020, 12, 22),
    2021: date(2021, 10, 19),
    2022: date(2022, 10, 18),
    2023: date(2023, 10, 24),
    2024: date(2024, 10, 22),
    2025: date(2025, 10, 21),
}
#: Days of a season without rows in the tables that need history.
EARLY_DAYS = 14
#: How much later than its fixed date a season may open before its schedule looks like a part of one.
LATE = timedelta(days=7)


def fixed_opener(season: int) -> date:
    """Return the opening night of a season that is not in the schedule.

    >>> fixed_opener(2020).isoformat(), fixed_opener(2031).isoformat()
    ('2020-12-22', '2031-10-22')
    """
    return FIXED.get(season, date(season, 10, 22))


class SeasonDays:
    """The openers of all seasons.

    >>> days = SeasonDays({2023: date(2023, 10, 24)})
    >>> days.day(date(2023, 11, 6)), days.is_early(date(2023, 11, 6)), days.is_early(date(2023, 11, 7))
    (13, True, False)
    """

    def __init__(self, scheduled: Mapping[int, date]) -> None:
        """Take the first regular-season date of every season in the schedule."""
        self._scheduled = scheduled

    def opener(self, season: int) -> date:
        """Return the opening night of a season."""
        return self._scheduled.get(season) or fixed_opener(season)

    def day(self, of_date: date) -> int:
        """Return the days since opening night, which is day 0."""
        return (of_date - self.opener(season_year(of_date))).days

    def is_early(self, of_date: date) -> bool:
        """Whether a date lies in the first two weeks of its season, or before it."""
        return self.day(of_date) < EARLY_DAYS

    def count(self, dates: Iterable[date], notes: Notes) -> None:
        """Count the seasons of some dates whose opener the schedule does not know, or has suspiciously late."""
        for season in {season_year(of_date) for of_date in dates}:
            opener, usual = self.opener(season), fixed_opener(season)
            sample = f"{season_text(season)} {opener}"
            if season not in self._scheduled:
                notes.count("opener_unknown", SCHEDULE, sample)
            elif opener > usual + LATE:
                notes.count("opener_late", SCHEDULE, sample)

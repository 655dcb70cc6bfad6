"""Completeness: how many of the games an entity should have are there (runtime 7.2, upcoming context 2.12 and 3.3).

Whoever is measured, the question is the same: of the games of a team in a window, how many have a row, and how many
are known to have been sat out. What is left is data that is missing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nbaproc.reference.calendar import season_year
from nbaproc.reference.numbers import hu, ratio

#: Percent of the expected games from which a window is ready.
READY = 70
#: Months in which a season starts or its regular part ends.
BOUNDARY_MONTHS = (4, 10, 11)
#: Days from 1 October that count as the start of a season.
BOOTSTRAP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch before a date: the last so many games of the team, or so many days.

    Attributes:
        prefix: Start of the names of its columns.
        games: Number of games, NULL for a window of days.
        days: Number of days, NULL for a window of games.
    """

    prefix: str
    games: int | None = None
    days: int | None = None


L5, L10 = Window("l5", games=5), Window("l10", games=10)
L7D, L14D, L30D = Window("l7d", days=7), Window("l14d", days=14), Window("l30d", days=30)


@dataclass(frozen=True, slots=True)
class Completeness:
    """The games of one window.

    Attributes:
        expected: Games of the team.
        actual: Games that are there.
        sat_out: Games of the team the entity is known to have had no part in.
    """

    expected: int
    actual: int
    sat_out: int = 0

    @property
    def wanted(self) -> int:
        """Games that should be there."""
        return max(0, self.expected - self.sat_out)

    @property
    def percentage(self) -> float:
        """Share of the wanted games that is there, at most 100."""
        return 100.0 if self.is_complete else ratio(100 * self.actual, self.wanted, 1) or 0.0

    @property
    def whole_percentage(self) -> int:
        """Share of the wanted games that is there, in whole percent."""
        return 100 if self.is_complete else hu(100 * self.actual, self.wanted, 0) or 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.actual >= self.wanted

    @property
    def is_ready(self) -> bool:
        """Whether enough is there."""
        return self.wanted == 0 or 100 * self.actual >= READY * self.wanted

    @property
    def missing(self) -> int:
        """Games that should be there and are not."""
        return max(0, self.wanted - self.actual)


def measure(
    windows: Sequence[Window],
    of_date: date,
    team_dates: Sequence[date],
    actual_dates: Sequence[date],
    covered_dates: Collection[date],
) -> dict[Window, Completeness]:
    """Measure an entity at a date.

    Args:
        windows: What to measure.
        of_date: The date.
        team_dates: Dates of the games of the team that are over, of the season and before the date, in order.
        actual_dates: Dates with a row of the entity before the date, in order, for whatever team.
        covered_dates: Dates on which the measured table has rows of the team at all; none for a team.
    """
    starts = {window: start_of(window, of_date, team_dates) for window in windows}
    earliest = min(starts.values(), default=of_date)
    own = set(actual_dates[bisect_left(actual_dates, earliest) :])
    played_by_team = team_dates[bisect_left(team_dates, earliest) :]
    sat_out = [game_date for game_date in played_by_team if game_date in covered_dates and game_date not in own]
    return {
        window: Completeness(
            expected=len(team_dates) - bisect_left(team_dates, start),
            actual=len(actual_dates) - bisect_left(actual_dates, start),
            sat_out=len(sat_out) - bisect_left(sat_out, start),
        )
        for window, start in starts.items()
    }


def start_of(window: Window, of_date: date, team_dates: Sequence[date]) -> date:
    """Return the first date of a window; the date itself if a window of games finds none.

    >>> start_of(L5, date(2024, 1, 15), [date(2024, 1, 3), date(2024, 1, 5)]), start_of(L7D, date(2024, 1, 15), [])
    (datetime.date(2024, 1, 3), datetime.date(2024, 1, 8))
    """
    if window.days is not None:
        return of_date - timedelta(days=window.days)
    if not team_dates:
        return of_date
    return team_dates[max(0, len(team_dates) - (window.games or 0))]


def window_columns(measured: Mapping[Window, Completeness], main: Window) -> dict[str, object]:
    """Return the columns of all windows, and the general ones of the main window."""
    columns: dict[str, object] = {}
    for window, found in measured.items():
        columns[f"{window.prefix}_completeness_pct"] = found.percentage
        columns[f"{window.prefix}_is_complete"] = found.is_complete
    all_complete = all(found.is_complete for found in measured.values())
    return columns | {"all_windows_complete": all_complete} | general_columns(measured[main])


def general_columns(found: Completeness) -> dict[str, object]:
    """Return the columns that every table has of its main window."""
    return {
        "expected_games_count": found.expected,
        "actual_games_count": found.actual,
        "missing_games_count": found.missing,
        "completeness_percentage": found.percentage,
    }


def measured_columns(found: Completeness) -> dict[str, object]:
    """Return the columns of a table with one window: it is ready if the window is."""
    return general_columns(found) | {"is_production_ready": found.is_ready}


def is_season_boundary(of_date: date) -> bool:
    """Whether a date lies in April, October or November.

    >>> is_season_boundary(date(2024, 4, 10)), is_season_boundary(date(2024, 1, 15))
    (True, False)
    """
    return of_date.month in BOUNDARY_MONTHS


def is_bootstrap(of_date: date) -> bool:
    """Whether a date lies in the first 30 days from 1 October of its season.

    >>> is_bootstrap(date(2023, 10, 30)), is_bootstrap(date(2023, 10, 31))
    (True, False)
    """
    return (of_date - date(season_year(of_date), 10, 1)).days < BOOTSTRAP_DAYS

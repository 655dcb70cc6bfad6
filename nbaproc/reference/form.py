"""How a team has played lately: means over its last ten rows in the game summaries (upcoming context 1.10 and 2.7)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.reference.numbers import hu, ratio
from nbaproc.reference.raw_rows import RawRow, day, decimal, flag, text, whole

#: Rows a mean goes over.
SIZE = 10


@dataclass(frozen=True, slots=True)
class Offense:
    """A row of the offense summary: pace in tenths, rating in hundredths, and whether the team won."""

    game_date: date
    pace: int | None
    rating: int | None = None
    won: bool | None = None


@dataclass(frozen=True, slots=True)
class Defense:
    """A row of the defense summary: rating in hundredths, the opponent's pace in tenths, free throws against."""

    game_date: date
    rating: int | None
    pace: int | None
    free_throws: int | None


class Forms:
    """The rows of both team summaries by team and season."""

    def __init__(self, offense: Iterable[RawRow], defense: Iterable[RawRow]) -> None:
        self._offense: dict[tuple[str | None, int | None], list[Offense]] = {}
        self._defense: dict[tuple[str | None, int | None], list[Defense]] = {}
        for row in offense:
            key = (text(row, "team_abbr"), whole(row, "season_year"))
            pace, rating = decimal(row, "pace", 1), decimal(row, "offensive_rating", 2)
            self._offense.setdefault(key, []).append(Offense(day(row), pace, rating, flag(row, "win_flag")))
        for row in defense:
            key = (text(row, "defending_team_abbr"), whole(row, "season_year"))
            allowed = whole(row, "opp_ft_attempts")
            line = Defense(day(row), decimal(row, "defensive_rating", 2), decimal(row, "opponent_pace", 1), allowed)
            self._defense.setdefault(key, []).append(line)
        for offense_rows in self._offense.values():
            offense_rows.sort(key=lambda row: row.game_date)
        for defense_rows in self._defense.values():
            defense_rows.sort(key=lambda row: row.game_date)

    def has_season(self, season: int, of_date: date) -> bool:
        """Whether there is any offense row of a season before a date."""
        firsts = (rows[0].game_date for (_, year), rows in self._offense.items() if year == season)
        return min(firsts, default=date.max) < of_date

    def offense(self, team: str, season: int, of_date: date) -> Sequence[Offense]:
        """Return the offense rows of a team before a date, in order."""
        rows = self._offense.get((team, season), [])
        return rows[: bisect_left(rows, of_date, key=lambda row: row.game_date)]

    def defense(self, team: str, season: int, of_date: date) -> Sequence[Defense]:
        """Return the defense rows of a team before a date, in order."""
        rows = self._defense.get((team, season), [])
        return rows[: bisect_left(rows, of_date, key=lambda row: row.game_date)]


def opponent_form(forms: Forms, team: str, opponent: str, season: int, of_date: date) -> dict[str, object]:
    """Return the columns on the pace of both teams and on the opponent's defense."""
    own, other = (paces(forms.offense(side, season, of_date)) for side in (team, opponent))
    defense = forms.defense(opponent, season, of_date)
    return {
        "pace_differential": pace_differential(own, other),
        "opponent_pace_last_10": ratio(sum(other), 10 * len(other), 2),
        "opponent_def_rating_last_10": mean_rating(defense),
        "opponent_ft_rate_allowed": free_throw_rate(defense),
    }


def paces(rows: Sequence[Offense]) -> list[int]:
    """Return the known paces of the last ten rows; an unknown one keeps its place and is left out."""
    return [row.pace for row in rows[-SIZE:] if row.pace is not None]


def pace_differential(own: Sequence[int], other: Sequence[int]) -> float | None:
    """Return the mean of own paces minus the mean of the opponent's, both in tenths.

    >>> pace_differential([982, 975, 999, 1010], [1012, 987, 995, 1031, 978, 1004, 1020, 969, 999, 1006])
    -0.86
    """
    return ratio(sum(own) * len(other) - sum(other) * len(own), 10 * len(own) * len(other), 2)


def mean_rating(rows: Sequence[Defense]) -> float | None:
    """Return the mean defensive rating of the last ten rows."""
    ratings = [row.rating for row in rows[-SIZE:] if row.rating is not None]
    return ratio(sum(ratings), 100 * len(ratings), 2)


def free_throw_rate(rows: Sequence[Defense]) -> float | None:
    """Return the mean of free throws allowed per 100 possessions over the last ten rows that have both."""
    ratios: list[int] = []
    for row in reversed(rows):
        if len(ratios) == SIZE:
            break
        if row.free_throws is not None and row.pace is not None and row.pace > 0:
            ratios.append(hu(1000 * row.free_throws, row.pace, 9) or 0)
    return ratio(sum(ratios), 10**9 * len(ratios), 3)

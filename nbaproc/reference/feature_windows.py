"""What lies behind a player and a team at a date (feature store 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from nbaproc.reference.feature_formulas import win_share
from nbaproc.reference.form import SIZE
from nbaproc.reference.look_back import Day
from nbaproc.reference.player_daily_cache import LONG
from nbaproc.reference.season_games import PlayerGame
from nbaproc.reference.windows import scaled_mean

#: How far back a game is recent, and how far back games are expected.
RECENT, YEAR = timedelta(days=60), timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PlayerPast:
    """The windows of a player, newest first.

    Attributes:
        recent: Games of the season within 60 days that he played.
        season: All games of the season that he played.
        absent: Of his last ten rows of the season within 60 days, whether he did not play.
        against: Points in the games he played against the opponent in a year.
        in_a_year: Number of games he played in 365 days.
    """

    recent: Sequence[PlayerGame]
    season: Sequence[PlayerGame]
    absent: Sequence[bool]
    against: Sequence[int]
    in_a_year: int

    @property
    def last_ten(self) -> Sequence[PlayerGame]:
        """The newest ten of the recent games."""
        return self.recent[:LONG]


@dataclass(frozen=True, slots=True)
class TeamPast:
    """What the season of a team says.

    Attributes:
        rest: Days since its last game.
        pace: Mean pace of the last ten, in 10**-4 possessions.
        rating: Mean offensive rating of the last ten, in 10**-4 points.
        win_share: Share of games won, in 10**-9.
    """

    rest: int | None
    pace: int | None
    rating: int | None
    win_share: int | None


def player_past(day: Day, lookup: str, opponent: str) -> PlayerPast:
    """Return the windows of a player before a date.

    Args:
        day: The date.
        lookup: The player.
        opponent: The team he meets.
    """
    of_date, players, history = day.of_date, day.past.players, day.past.history
    since = of_date - RECENT
    met = history.played(lookup, year_before(of_date), of_date)
    rows = islice(history.newest_rows(lookup, day.season, since, of_date), LONG)
    return PlayerPast(
        recent=players.between(day.season, lookup, since, of_date)[::-1],
        season=players.between(day.season, lookup, date.min, of_date)[::-1],
        absent=[row.is_dnp for row in rows],
        against=[game.points for game in met if game.opponent == opponent],
        in_a_year=len(history.played(lookup, of_date - YEAR, of_date)),
    )


def team_past(day: Day, team: str) -> TeamPast:
    """Return what the season of a team says before a date; an unknown pace keeps its place and is left out."""
    games = day.past.forms.offense(team, day.season, day.of_date)
    last_ten = games[-SIZE:]
    return TeamPast(
        rest=(day.of_date - games[-1].game_date).days if games else None,
        pace=scaled_mean((game.pace for game in last_ten), 10, 4),
        rating=scaled_mean((game.rating for game in last_ten), 100, 4),
        win_share=win_share([bool(game.won) for game in games]),
    )


def lists_absences(day: Day) -> bool:
    """Whether the game summaries of the last 60 days list anybody who did not play."""
    return day.past.history.lists_absences(day.of_date - RECENT, day.of_date)


def year_before(of_date: date) -> date:
    """Return the same day a calendar year before, for 29 February the 28th.

    >>> year_before(date(2024, 2, 29)).isoformat(), year_before(date(2024, 3, 1)).isoformat()
    ('2023-02-28', '2023-03-01')
    """
    is_leap_day = (of_date.month, of_date.day) == (2, 29)
    return of_date.replace(year=of_date.year - 1, day=28 if is_leap_day else of_date.day)

"""The games of a team in order: what lies behind it at a date, and what ahead (upcoming context 1.4, 2.9 to 3.1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.reference.game import Game
from nbaproc.reference.venues import is_off_site, location_of


@dataclass(frozen=True, slots=True)
class TeamGame:
    """A game as one of its teams sees it.

    Attributes:
        game: The game.
        team: The team.
        location: The team in whose arena it is played, NULL if that is not known.
    """

    game: Game
    team: str
    location: str | None

    @property
    def game_date(self) -> date:
        """Date of the game."""
        return self.game.game_date

    @property
    def opponent(self) -> str:
        """The other team."""
        return self.game.other(self.team)

    @property
    def is_home(self) -> bool:
        """Whether the team is the home team of the schedule."""
        return self.team == self.game.home

    @property
    def is_off_site(self) -> bool:
        """Whether the game is played away from the home team's arena."""
        return is_off_site(self.game.home, self.game.venue)

    @property
    def won(self) -> bool:
        """Whether the team won; false for a game that nobody won."""
        return self.team == self.game.winner

    @property
    def margin(self) -> int | None:
        """Points scored minus points allowed."""
        own, others = self.game.score(self.team), self.game.score(self.opponent)
        return own - others if own is not None and others is not None else None


class TeamGames:
    """All games of the schedule by team and season, in order of their dates."""

    def __init__(self, games: Iterable[Game]) -> None:
        self._all: dict[tuple[str, int], list[TeamGame]] = {}
        for game in games:
            location = location_of(game.home, game.venue)
            for team in game.teams:
                self._all.setdefault((team, game.season_year), []).append(TeamGame(game, team, location))
        for listed in self._all.values():
            listed.sort(key=_date)
        self._final = {key: [entry for entry in listed if entry.game.final] for key, listed in self._all.items()}
        regular = {
            key: [entry for entry in listed if entry.game.kind == "regular"] for key, listed in self._all.items()
        }
        self._regular = regular
        self.openers: dict[int, date] = {}
        for (_, season), listed in regular.items():
            if listed:
                self.openers[season] = min(listed[0].game_date, self.openers.get(season, date.max))

    def on(self, team: str, season: int, of_date: date) -> TeamGame:
        """Return the game of a team on a date."""
        listed = self._all[team, season]
        return listed[bisect_left(listed, of_date, key=_date)]

    def prior(self, team: str, season: int, of_date: date) -> list[TeamGame]:
        """Return the games of a team that are over before a date, newest first."""
        finals = self._final.get((team, season), [])
        return finals[: bisect_left(finals, of_date, key=_date)][::-1]

    def final_dates(self, team: str, season: int, of_date: date) -> list[date]:
        """Return the dates of the games of a team that are over before a date, in order."""
        return [entry.game_date for entry in reversed(self.prior(team, season, of_date))]

    def between(self, team: str, season: int, start: date, end: date) -> Sequence[TeamGame]:
        """Return the games of a team from a date to before another, over or not."""
        listed = self._all.get((team, season), [])
        return listed[bisect_left(listed, start, key=_date) : bisect_left(listed, end, key=_date)]

    def ahead(self, team: str, season: int, of_date: date) -> Sequence[TeamGame]:
        """Return the regular-season games of a team after a date, the next one first."""
        listed = self._regular.get((team, season), [])
        return listed[bisect_right(listed, of_date, key=_date) :]


def _date(entry: TeamGame) -> date:
    return entry.game_date

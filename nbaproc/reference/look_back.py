"""What the tables that look back on the season share: their inputs, indexed, and the questions of one date."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from nbaproc.failures import Category
from nbaproc.reference.below_minimum import MissingGames, missing_games
from nbaproc.reference.calendar import season_year
from nbaproc.reference.completeness import Completeness, Window, measure
from nbaproc.reference.entities import Entities
from nbaproc.reference.form import Forms
from nbaproc.reference.game import Game
from nbaproc.reference.history import History
from nbaproc.reference.notes import Finding, reason
from nbaproc.reference.player_shot_zone_analysis import Windows
from nbaproc.reference.raw_rows import RawRow, day, text
from nbaproc.reference.season_days import SeasonDays
from nbaproc.reference.season_games import DefenseGame, PlayerGame, SeasonGames
from nbaproc.reference.team_games import TeamGames

T = TypeVar("T")


@dataclass(slots=True)
class Made:
    """What a table function makes of a date.

    Attributes:
        rows: Rows without their hash.
        findings: Why somebody has no row, and notes on rows.
        counts: What is counted of the date, by name and detail.
    """

    rows: list[dict[str, object]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Past:
    """Whatever is looked back on, indexed: the same for all dates.

    Attributes:
        days: Openers of the seasons.
        games: The schedule by date.
        team_games: The schedule by team.
        history: Player rows by player, date and team.
        forms: Rows of the team summaries.
        players: Games of players by season.
        windows: What the windows of players say.
        defenses: Games of the teams' defences by season.
        defense_dates: Dates with a defence row by team, in order.
    """

    days: SeasonDays
    games: Mapping[date, Sequence[Game]]
    team_games: TeamGames
    history: History
    forms: Forms
    players: SeasonGames[PlayerGame]
    windows: Windows
    defenses: SeasonGames[DefenseGame]
    defense_dates: Mapping[str, Sequence[date]]


class Day:
    """A date and what may be known before it.

    Attributes:
        of_date: The date.
        season: First year of its season.
        opener: Opening night of the season.
        number: Days since then.
        past: What is looked back on.
    """

    def __init__(self, of_date: date, past: Past, entities: Entities) -> None:
        self.of_date = of_date
        self.season = season_year(of_date)
        self.opener = past.days.opener(self.season)
        self.number = past.days.day(of_date)
        self.past = past
        self._entities = entities
        self._team_dates: dict[str, list[date]] = {}

    @property
    def games(self) -> Sequence[Game]:
        """The games of the date, over or not."""
        return self.past.games.get(self.of_date, ())

    def team_dates(self, team: str) -> list[date]:
        """Return the dates of the games of a team that are over, of the season and before the date, in order."""
        if team not in self._team_dates:
            self._team_dates[team] = self.past.team_games.final_dates(team, self.season, self.of_date)
        return self._team_dates[team]

    def dates_since_opener(self, team: str) -> list[date]:
        """Return the same from opening night on."""
        dates = self.team_dates(team)
        return dates[bisect_left(dates, self.opener) :]

    def measure_player(
        self, windows: Sequence[Window], lookup: str, team: str, team_dates: Sequence[date]
    ) -> dict[Window, Completeness]:
        """Measure how complete the games of a player are, by those of a team."""
        played = self.past.history.played_dates(lookup, self.of_date)
        return measure(windows, self.of_date, team_dates, played, self.past.history.dates_of_team(team))

    def measure_team(self, window: Window, team: str) -> Completeness:
        """Measure how complete the defence rows of a team are."""
        dates = self.past.defense_dates.get(team, [])
        before = dates[: bisect_left(dates, self.of_date)]
        return measure([window], self.of_date, self.dates_since_opener(team), before, ())[window]

    def missing(self, lookup: str, team: str) -> MissingGames:
        """Say which games of his team a player did not play lately, and why."""
        history = self.past.history
        played = {game.game_date for game in history.recent(lookup, self.of_date)}
        return missing_games(self.of_date, self.team_dates(team), played, history.dates_of_team(team))

    def each(self, table: str, items: Iterable[T], name: Callable[[T], object]) -> Iterator[T]:
        """Return what the rows of a table are made of; see `Entities.each`."""
        return self._entities.each(table, self.of_date, items, name)

    def entity(self, kind: str, name: str) -> tuple[date, str, str]:
        """Return what a finding on a team or a player begins with."""
        return (self.of_date, kind, name)

    def blocked(self, why: str) -> Made:
        """Return what is made of a date that lacks an input: nothing, and why."""
        entity = self.entity("DATE", "DATE_LEVEL")
        return Made(findings=[Finding(*entity, Category.MISSING_DEPENDENCY, reason(why))])


def dates_by_team(rows: Iterable[RawRow], column: str) -> dict[str, list[date]]:
    """Return the dates with a row by team, in order.

    Args:
        rows: Rows of a team table.
        column: The column with the team.
    """
    found: dict[str, set[date]] = {}
    for row in rows:
        found.setdefault(text(row, column) or "", set()).add(day(row))
    return {team: sorted(dates) for team, dates in found.items()}

"""What the game summaries hold of a season: the games of a player, and those of a team's defence (zone analysis 1)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from nbaproc.reference.history import took_part
from nbaproc.reference.raw_rows import RawRow, day, decimal, text, whole


class _Dated(Protocol):
    @property
    def game_date(self) -> date: ...


GameT = TypeVar("GameT", bound=_Dated)


@dataclass(frozen=True, slots=True)
class Shots:
    """Attempts and makes from one zone; without a row of them in the source the makes may be unknown."""

    attempts: int | None
    makes: int | None


@dataclass(frozen=True, slots=True)
class PlayerGame:
    """A game that a player took part in, stored decimals as integers.

    Attributes:
        game_date: Date of the game.
        person: His id in the registry.
        points: Points.
        minutes: Playing time in tenths of a minute.
        usage: Usage rate in tenths of a percent.
        true_shooting: True shooting in thousandths.
        field_goals: Field goals made, of the box score.
        assisted: Those made from an assist.
        unassisted: Those made without one.
        paint: Shots in the paint, of the shot source like the next two.
        mid_range: Shots from mid-range.
        three: Shots from three.
        row_hash: Hash of the row.
        free_throws: Free throws made.
    """

    game_date: date
    person: str | None
    points: int
    minutes: int | None
    usage: int | None
    true_shooting: int | None
    field_goals: int | None
    assisted: int | None
    unassisted: int | None
    paint: Shots
    mid_range: Shots
    three: Shots
    row_hash: str
    free_throws: int | None = None

    @property
    def has_zones(self) -> bool:
        """Whether it is known from where he shot."""
        return None not in (self.paint.attempts, self.mid_range.attempts, self.three.attempts)

    @property
    def has_assists(self) -> bool:
        """Whether it is known which of his field goals were assisted."""
        return None not in (self.field_goals, self.assisted, self.unassisted)


@dataclass(frozen=True, slots=True)
class DefenseGame:
    """A game of a team as its defence saw it, stored decimals as integers.

    Attributes:
        game_date: Date of the game.
        paint: Shots of the opponent in the paint, of the shot source like the next.
        mid_range: Shots of the opponent from mid-range.
        three: Shots of the opponent from three, of the box score.
        paint_points: Points allowed in the paint.
        paint_blocks: Blocked shots in the paint.
        mid_range_blocks: Blocked shots from mid-range.
        three_blocks: Blocked shots from three.
        points: Points allowed.
        rating: Defensive rating in hundredths.
        pace: Pace of the opponent in tenths.
        row_hash: Hash of the row.
    """

    game_date: date
    paint: Shots
    mid_range: Shots
    three: Shots
    paint_points: int | None
    paint_blocks: int | None
    mid_range_blocks: int | None
    three_blocks: int | None
    points: int | None
    rating: int | None
    pace: int | None
    row_hash: str

    @property
    def has_zones(self) -> bool:
        """Whether it is known from where the opponent shot his two-pointers."""
        return None not in (self.paint.attempts, self.mid_range.attempts)


class SeasonGames(Generic[GameT]):
    """Games by season and entity, in order of their dates; every question names the date it is asked for."""

    def __init__(self, games: Iterable[tuple[int | None, str, GameT]]) -> None:
        """Take games with the season their row names and the entity they are of."""
        self._games: dict[int | None, dict[str, list[GameT]]] = {}
        for season, entity, game in games:
            self._games.setdefault(season, {}).setdefault(entity, []).append(game)
        self._dates: dict[int | None, dict[str, list[date]]] = {}
        for season, of_season in self._games.items():
            dates = self._dates[season] = {}
            for entity, of_entity in of_season.items():
                of_entity.sort(key=lambda game: game.game_date)
                dates[entity] = [game.game_date for game in of_entity]

    def between(self, season: int, entity: str, start: date, end: date) -> list[GameT]:
        """Return the games of an entity from a date to before another, in order."""
        first, last = self._places(season, entity, start, end)
        return self._games[season][entity][first:last] if first < last else []

    def newest(self, season: int, entity: str, start: date, end: date, size: int) -> list[GameT]:
        """Return the newest games from a date to before another, newest first and not more than some number."""
        first, last = self._places(season, entity, start, end)
        return self._games[season][entity][max(first, last - size) : last][::-1] if first < last else []

    def entities(self, season: int, start: date, end: date) -> list[str]:
        """Return everybody who has a game from a date to before another."""
        found = []
        for entity in self._dates.get(season, {}):
            first, last = self._places(season, entity, start, end)
            if first < last:
                found.append(entity)
        return found

    def _places(self, season: int, entity: str, start: date, end: date) -> tuple[int, int]:
        dates = self._dates.get(season, {}).get(entity, [])
        return (bisect_left(dates, start), bisect_left(dates, end))


def player_games(rows: Iterable[RawRow]) -> SeasonGames[PlayerGame]:
    """Index the rows of `player_game_summary` of those who took part."""
    return SeasonGames(
        (whole(row, "season_year"), text(row, "player_lookup") or "", _player_game(row))
        for row in rows
        if took_part(row)
    )


def defense_games(rows: Iterable[RawRow]) -> SeasonGames[DefenseGame]:
    """Index the rows of `team_defense_game_summary`."""
    return SeasonGames(
        (whole(row, "season_year"), text(row, "defending_team_abbr") or "", _defense_game(row)) for row in rows
    )


def assert_unique(table: str, rows: Iterable[RawRow], key: Sequence[str]) -> None:
    """Refuse rows of which two share a key.

    Raises:
        ValueError: Two rows do; the key is named.
    """
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        values = tuple(row.get(column) for column in key)
        if values in seen:
            raise ValueError(f"{table} has two rows of {', '.join(str(value) for value in values)}")
        seen.add(values)


def _player_game(row: RawRow) -> PlayerGame:
    return PlayerGame(
        game_date=day(row),
        person=text(row, "universal_player_id"),
        points=whole(row, "points") or 0,
        minutes=decimal(row, "minutes_played", 1),
        usage=decimal(row, "usage_rate", 1),
        true_shooting=decimal(row, "ts_pct", 3),
        field_goals=whole(row, "fg_makes"),
        assisted=whole(row, "assisted_fg_makes"),
        unassisted=whole(row, "unassisted_fg_makes"),
        paint=Shots(whole(row, "paint_attempts"), whole(row, "paint_makes")),
        mid_range=Shots(whole(row, "mid_range_attempts"), whole(row, "mid_range_makes")),
        three=Shots(whole(row, "three_attempts_pbp"), whole(row, "three_makes_pbp")),
        row_hash=text(row, "data_hash") or "",
        free_throws=whole(row, "ft_makes"),
    )


def _defense_game(row: RawRow) -> DefenseGame:
    return DefenseGame(
        game_date=day(row),
        paint=Shots(whole(row, "opp_paint_attempts"), whole(row, "opp_paint_makes")),
        mid_range=Shots(whole(row, "opp_mid_range_attempts"), whole(row, "opp_mid_range_makes")),
        three=Shots(whole(row, "opp_three_pt_attempts"), whole(row, "opp_three_pt_makes")),
        paint_points=whole(row, "points_in_paint_allowed"),
        paint_blocks=whole(row, "blocks_paint"),
        mid_range_blocks=whole(row, "blocks_mid_range"),
        three_blocks=whole(row, "blocks_three_pt"),
        points=whole(row, "points_allowed"),
        rating=decimal(row, "defensive_rating", 2),
        pace=decimal(row, "opponent_pace", 1),
        row_hash=text(row, "data_hash") or "",
    )

"""What the game summaries know of players: their games, by player, by date and by team (upcoming context 1.6)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nbaproc.reference.names import lookup_key, name_key
from nbaproc.reference.raw_rows import RawRow, day, decimal, flag, number, text, whole

#: How far back a player's games are read, in days.
REACH = 30


@dataclass(frozen=True, slots=True)
class Played:
    """A game that a player took part in.

    Attributes:
        game_date: Date of the game.
        season: First year of its season.
        team: His team in it.
        points: Points.
        minutes: Playing time in tenths of a minute.
        usage: Usage rate in tenths of a percent.
        opponent: The other team.
    """

    game_date: date
    season: int | None
    team: str
    points: int
    minutes: int
    usage: int | None
    opponent: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a player in the game summaries, whether he played or not.

    Attributes:
        game_date: Date of the game.
        season: First year of its season.
        lookup: The player.
        name: His name as printed.
        team: His team in it.
        opponent: The other team.
        is_home: Whether his team is the home team of the schedule.
        game_id: The game.
        person: His id in the registry.
        is_dnp: Whether he is listed as not having played.
        has_played: Whether he took part.
    """

    game_date: date
    season: int | None
    lookup: str
    name: str | None
    team: str
    opponent: str | None
    is_home: bool | None
    game_id: str | None
    person: str | None
    is_dnp: bool
    has_played: bool


class History:
    """The rows of `player_game_summary`, indexed; every question names the date it is asked for."""

    def __init__(self, rows: Iterable[RawRow]) -> None:
        self._played: dict[str, list[Played]] = {}
        self._listed: dict[str, list[Listed]] = {}
        self._listed_on: dict[date, list[Listed]] = {}
        self._played_on: dict[date, list[tuple[str, str]]] = {}
        self._dates_of_team: dict[str, set[date]] = {}
        self._first_of_season: dict[int | None, date] = {}
        sat_out: set[date] = set()
        for row in rows:
            played = read_played(row)
            listed = _read_listed(row, has_played=played is not None)
            self._listed.setdefault(listed.lookup, []).append(listed)
            self._listed_on.setdefault(listed.game_date, []).append(listed)
            self._dates_of_team.setdefault(listed.team, set()).add(listed.game_date)
            first = self._first_of_season.get(listed.season, date.max)
            self._first_of_season[listed.season] = min(first, listed.game_date)
            if listed.is_dnp:
                sat_out.add(listed.game_date)
            if played is not None:
                self._played.setdefault(listed.lookup, []).append(played)
                self._played_on.setdefault(played.game_date, []).append((listed.lookup, played.team))
        for games in self._played.values():
            games.sort(key=lambda game: game.game_date)
        for of_player in self._listed.values():
            of_player.sort(key=_date)
        self._sat_out = sorted(sat_out)
        self._dates = {lookup: [game.game_date for game in games] for lookup, games in self._played.items()}

    def played(self, lookup: str, start: date, end: date) -> Sequence[Played]:
        """Return the games of a player from a date to before another, newest first."""
        dates = self._dates.get(lookup, [])
        first, last = bisect_left(dates, start), bisect_left(dates, end)
        return self._played[lookup][first:last][::-1] if first < last else ()

    def played_before(self, lookup: str, of_date: date) -> Sequence[Played]:
        """Return all games of a player before a date, newest first."""
        return self.played(lookup, date.min, of_date)

    def played_dates(self, lookup: str, of_date: date) -> Sequence[date]:
        """Return the dates of all games of a player before a date, in order."""
        dates = self._dates.get(lookup, [])
        return dates[: bisect_left(dates, of_date)]

    def recent(self, lookup: str, of_date: date) -> Sequence[Played]:
        """Return the games of a player in the 30 days before a date, newest first."""
        return self.played(lookup, of_date - timedelta(days=REACH), of_date)

    def newest_teams(self, of_date: date) -> dict[str, str]:
        """Return the team of the newest game of everybody who played in the 30 days before a date."""
        teams: dict[str, str] = {}
        for age in range(1, REACH + 1):
            for lookup, team in self._played_on.get(of_date - timedelta(days=age), ()):
                teams.setdefault(lookup, team)
        return teams

    def listed_on(self, of_date: date) -> Sequence[Listed]:
        """Return the rows of a date: who had a part in a game that is over, and for which team."""
        return self._listed_on.get(of_date, ())

    def has_season(self, season: int, of_date: date) -> bool:
        """Whether there is any row of a season before a date."""
        return self._first_of_season.get(season, date.max) < of_date

    def newest_team(self, lookup: str, season: int, start: date, end: date) -> str | None:
        """Return the team of the newest row of a player in a season, from a date to before another, played or not."""
        return next((row.team for row in self.newest_rows(lookup, season, start, end)), None)

    def newest_rows(self, lookup: str, season: int, start: date, end: date) -> Iterator[Listed]:
        """Yield the rows of a player in a season, from a date to before another, newest first, played or not."""
        rows = self._listed.get(lookup, [])
        for place in range(bisect_left(rows, end, key=_date) - 1, -1, -1):
            if rows[place].game_date < start:
                break
            if rows[place].season == season:
                yield rows[place]

    def lists_absences(self, start: date, end: date) -> bool:
        """Whether anybody is listed as not having played, from a date to before another."""
        return bisect_left(self._sat_out, start) < bisect_left(self._sat_out, end)

    def dates_of_team(self, team: str) -> set[date]:
        """Return the dates with a row of any player of a team."""
        return self._dates_of_team.get(team, set())

    def name_key(self, lookup: str, season: int, of_date: date) -> str:
        """Return NK of a player: of the name in his newest row of the season, if that name gives his lookup."""
        rows = self._listed.get(lookup, [])
        end = bisect_left(rows, of_date, key=_date)
        name = rows[end - 1].name if end and rows[end - 1].season == season else None
        return name_key(name) if name is not None and lookup_key(name) == lookup else lookup


def read_played(row: RawRow) -> Played | None:
    """Read a row as a game played; NULL for somebody who did not take part (conventions 5).

    >>> row = {"game_date": date(2024, 1, 15), "is_dnp": False, "points": 0, "minutes_played": 12.0}
    >>> read_played(row).minutes, read_played(row | {"minutes_played": 0.0})
    (120, None)
    """
    if not took_part(row):
        return None
    return Played(
        game_date=day(row),
        season=whole(row, "season_year"),
        team=text(row, "team_abbr") or "",
        points=whole(row, "points") or 0,
        minutes=decimal(row, "minutes_played", 1) or 0,
        usage=decimal(row, "usage_rate", 1),
        opponent=text(row, "opponent_team_abbr"),
    )


def _read_listed(row: RawRow, *, has_played: bool) -> Listed:
    return Listed(
        game_date=day(row),
        season=whole(row, "season_year"),
        lookup=text(row, "player_lookup") or "",
        name=text(row, "player_full_name"),
        team=text(row, "team_abbr") or "",
        opponent=text(row, "opponent_team_abbr"),
        is_home=flag(row, "home_game"),
        game_id=text(row, "game_id"),
        person=text(row, "universal_player_id"),
        is_dnp=bool(flag(row, "is_dnp")),
        has_played=has_played,
    )


def took_part(row: RawRow) -> bool:
    """Whether a player row is of somebody who played: points of any number with minutes, or points without."""
    points, minutes = whole(row, "points"), number(row, "minutes_played")
    return not flag(row, "is_dnp") and points is not None and ((minutes or 0) > 0 or points > 0)


def _date(row: Listed) -> date:
    return row.game_date

"""One date of the tables that look back on the season, in order: the later are made of rows of the earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.entities import Entities
from nbaproc.reference.feature_day import feature_rows
from nbaproc.reference.form import Forms
from nbaproc.reference.form_day import cache_rows, factor_rows
from nbaproc.reference.game import Game
from nbaproc.reference.history import History
from nbaproc.reference.look_back import Day, Made, Past, dates_by_team
from nbaproc.reference.notes import MLFS, PCF, PDC, PGS, PSZA, TDGS, TDZA, TOGS, UPGC, UTGC, Notes
from nbaproc.reference.outcome import finisher
from nbaproc.reference.player_shot_zone_analysis import Windows
from nbaproc.reference.raw_rows import RawRow, by_column
from nbaproc.reference.season_days import SeasonDays
from nbaproc.reference.season_games import assert_unique, defense_games, player_games
from nbaproc.reference.team_games import TeamGames
from nbaproc.reference.zone_day import defense_rows, shot_rows

#: The tables in the order in which they are made.
TABLES = (TDZA, PSZA, PCF, PDC, MLFS)
#: Keys of what is looked back on.
KEYS = {
    PGS: ("game_date", "player_lookup"),
    TOGS: ("game_date", "team_abbr"),
    TDGS: ("game_date", "defending_team_abbr"),
}

#: Finished rows of a table.
Rows = list[dict[str, Any]]


class Analysis:
    """The wanted ones of these tables."""

    def __init__(self, tables: Mapping[str, Table], past: Past, entities: Entities) -> None:
        """Take the declarations of the wanted tables of the stage.

        Raises:
            ValueError: A table is wanted without a table it is made of.
        """
        self._past, self._entities = past, entities
        self._digits = {name: {column.name: column.digits or 0 for column in tables[name].columns} for name in tables}
        self._wanted = [name for name in TABLES if name in tables]
        self._finish = {name: finisher(tables[name]) for name in self._wanted}
        for name in self._wanted:
            for needed in tables[name].inputs:
                if needed not in tables:
                    raise ValueError(f"{name} is made of {needed}, which is not among the wanted tables")

    def build_day(self, of_date: date, context: Mapping[str, Rows], notes: Notes) -> dict[str, Rows]:
        """Return the finished rows of a date by wanted table.

        Args:
            of_date: A date with a game in the schedule.
            context: Finished rows of the date of the pre-game context by table.
            notes: Takes the findings and counts.
        """
        rows: dict[str, Rows] = {name: [] for name in self._wanted}
        if self._past.days.is_early(of_date):
            return rows
        day, known = Day(of_date, self._past, self._entities), dict(context)
        for name in self._wanted:
            made = self._make(name, day, known)
            rows[name] = known[name] = [
                self._finish[name](row) for row in self._entities.rows(name, of_date, made.rows)
            ]
            for finding in made.findings:
                notes.find(name, finding)
            for counted, detail in made.counts:
                notes.count(counted, detail, of_date.isoformat())
        return rows

    def _make(self, name: str, day: Day, known: Mapping[str, Rows]) -> Made:
        digits = self._digits[name]
        if name == TDZA:
            return defense_rows(day, digits)
        if name == PSZA:
            return shot_rows(day, digits)
        if name == MLFS:
            return feature_rows(day, known)
        players, shots = known[UPGC], by_column(known[PSZA], "player_lookup")
        if name == PDC:
            return cache_rows(day, players, shots, digits)
        defenses, opponents = (by_column(known[table], "team_abbr") for table in (TDZA, UTGC))
        return factor_rows(day, players, shots, defenses, opponents)


def read_past(
    raw: Mapping[str, Sequence[RawRow]],
    days: SeasonDays,
    games: Mapping[date, Sequence[Game]],
    team_games: TeamGames,
    history: History,
    forms: Forms,
) -> Past:
    """Index what is looked back on.

    Raises:
        ValueError: Two rows of a game summary share a key.
    """
    for table, key in KEYS.items():
        assert_unique(table, raw.get(table, ()), key)
    return Past(
        days=days,
        games=games,
        team_games=team_games,
        history=history,
        forms=forms,
        players=player_games(raw.get(PGS, ())),
        windows=Windows(),
        defenses=defense_games(raw.get(TDGS, ())),
        defense_dates=dates_by_team(raw.get(TDGS, ()), "defending_team_abbr"),
    )

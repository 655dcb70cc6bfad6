"""Reading raw rows: typed access by column name, rows by date, and how a row is quoted in a report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import cast

from nbaproc.reference.numbers import scale
from nbaproc.reference.texts import stripped

RawRow = Mapping[str, object]
#: Rows of one date by raw table.
RawDay = Mapping[str, list[RawRow]]

SCHEDULE = "nbac_schedule"
GAMEBOOK = "nbac_gamebook_player_stats"
PLAYER_BOX = "nbac_player_boxscores"
BDL = "bdl_player_boxscores"
TEAM_BOX = "nbac_team_boxscore"
BIGDATABALL = "bigdataball_play_by_play"
PLAY_BY_PLAY = "nbac_play_by_play"
SHOT_CHART = "nbac_shot_chart"
ODDS_PROPS = "odds_api_player_points_props"
BETTINGPROS = "bettingpros_player_points_props"
GAME_LINES = "odds_api_game_lines"
ROSTERS = "espn_team_rosters"
INJURIES = "nbac_injury_report"
REGISTRY = "nba_players_registry"
ALIASES = "player_aliases"

#: Raw tables of the game summaries whose rows are read date by date, with the name of the date column.
DATED = {
    GAMEBOOK: "game_date",
    PLAYER_BOX: "game_date",
    BDL: "game_date",
    TEAM_BOX: "game_date",
    BIGDATABALL: "game_date",
    PLAY_BY_PLAY: "game_date",
    SHOT_CHART: "GAME_DATE",
    ODDS_PROPS: "game_date",
    BETTINGPROS: "game_date",
    GAME_LINES: "game_date",
}

#: Raw tables of the pre-game context whose rows are read date by date; all have the date in `game_date`.
DATED_CONTEXT = (GAMEBOOK, ODDS_PROPS, BETTINGPROS, GAME_LINES, INJURIES)

_WHICH_GAME = ("nba_game_id", "game_id", "gameId", "GAME_ID", "away_team_abbr", "home_team_abbr")
_WHO = ("player_name", "player_full_name", "player_1_name", "PLAYER_NAME", "personId", "PLAYER_ID", "team_abbr")
_WHO_ELSE = "player_lookup"


def text(row: RawRow, column: str) -> str | None:
    """Return a STRING as it is."""
    return cast("str | None", row.get(column))


def trimmed(row: RawRow, column: str) -> str | None:
    """Return a STRING without white space around it; a blank one is NULL."""
    return stripped(text(row, column)) or None


def folded(row: RawRow, column: str) -> str:
    """Return a STRING trimmed and in lower case, NULL as the empty text."""
    return stripped(text(row, column)).lower()


def whole(row: RawRow, column: str) -> int | None:
    """Return an INT64."""
    return cast("int | None", row.get(column))


def number(row: RawRow, column: str) -> float | None:
    """Return a FLOAT64."""
    return cast("float | None", row.get(column))


def decimal(row: RawRow, column: str, digits: int) -> int | None:
    """Return a FLOAT64 that was stored with some decimals as the integer it stands for.

    >>> decimal({"pace": 98.7}, "pace", 1), decimal({"pace": None}, "pace", 1)
    (987, None)
    """
    value = number(row, column)
    return None if value is None else scale(value, digits)


def flag(row: RawRow, column: str) -> bool | None:
    """Return a BOOL."""
    return cast("bool | None", row.get(column))


def moment(row: RawRow, column: str) -> datetime | None:
    """Return a TIMESTAMP."""
    return cast("datetime | None", row.get(column))


def day(row: RawRow, column: str = "game_date") -> date:
    """Return a DATE that is never NULL."""
    return cast("date", row[column])


def maybe_day(row: RawRow, column: str) -> date | None:
    """Return a DATE that may be NULL."""
    return cast("date | None", row.get(column))


def by_date(rows: Iterable[RawRow], column: str, dates: Collection[date]) -> dict[date, list[RawRow]]:
    """Sort rows into the wanted dates; rows of other dates are left out."""
    found: dict[date, list[RawRow]] = {wanted: [] for wanted in dates}
    for row in rows:
        of_date = found.get(day(row, column))
        if of_date is not None:
            of_date.append(row)
    return found


def by_column(rows: Iterable[RawRow], column: str) -> dict[str, RawRow]:
    """Index rows by the player or the team they are about, of whom each has one."""
    return {str(row[column]): row for row in rows}


def example(of_date: date, row: RawRow) -> str:
    """Name a raw row in a few words: date, game and whom it is about.

    >>> example(date(2021, 11, 15), {"game_id": "0022100200", "player_full_name": "Jaylen Brown"})
    '2021-11-15 0022100200 Jaylen Brown'
    """
    game = next((row[name] for name in _WHICH_GAME[:4] if row.get(name)), None)
    teams = "_".join(str(row[name]) for name in _WHICH_GAME[4:] if row.get(name))
    who = next((row[name] for name in (*_WHO, _WHO_ELSE) if row.get(name)), None)
    return " ".join(str(part) for part in (of_date, game or teams, who) if part)

"""A made-up game, Boston 110 at New York 100, ten players a side, 24 minutes each; and the engines to run it on.

Each helper makes raw rows that hang together and takes what is to be different.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from nbaproc.boundary import read_raw, schema
from nbaproc.columns import Table
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.engines import compute
from nbaproc.tables.player_game_summary import TABLE as PGS
from nbaproc.tables.team_defense_game_summary import TABLE as TDGS
from nbaproc.tables.team_offense_game_summary import TABLE as TOGS

Row = dict[str, object]
Raw = dict[str, list[Row]]

TABLES: dict[str, Table] = {table.name: table for table in (TOGS, TDGS, PGS)}


def raw_row(table: str, **values: object) -> Row:
    """A raw row with every declared column, NULL where no value is given."""
    columns = RAW_TABLES[table].names
    strangers = set(values) - set(columns)
    assert not strangers, f"{table} has no columns {strangers}"
    return {name: values.get(name) for name in columns}


DAY = date(2021, 11, 15)
WORDS = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett")
WORDS += ("Kilo", "Lima", "Mike", "November", "Oscar", "Papa")
PLAYER_TABLES = ("nbac_gamebook_player_stats", "nbac_player_boxscores", "bdl_player_boxscores")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def schedule_row(**changes: object) -> Row:
    """BOS at NYK on 2021-11-15, final 110-100, tip-off 19:30 Eastern."""
    values: Row = {
        "game_id": "0022100200",
        "game_date": DAY,
        "game_date_est": utc(2021, 11, 15, 19, 30),
        "game_status": 3,
        "home_team_tricode": "NYK",
        "away_team_tricode": "BOS",
        "home_team_score": 100,
        "away_team_score": 110,
    }
    return raw_row("nbac_schedule", **(values | changes))


def player_name(team: str, number: int) -> str:
    """The name of a made-up player: `Bos Alpha` has the lookup bosalpha."""
    return f"{team.title()} {WORDS[number]}"


def player_row(table: str, team: str, number: int, **changes: object) -> Row:
    """A player of a made-up game: 24 minutes; eleven points for Boston's players, ten for everybody else's."""
    name = player_name(team, number)
    points = 11 if team == "BOS" else 10
    values: Row = {
        "game_id": "20211115_BOS_NYK",
        "game_date": DAY,
        "team_abbr": team,
        "home_team_abbr": "NYK",
        "away_team_abbr": "BOS",
        "player_lookup": name.replace(" ", "").lower(),
        "minutes": "24:00",
        "points": points,
        "assists": 2,
        "offensive_rebounds": 1,
        "defensive_rebounds": 3,
        "steals": 1,
        "blocks": 0,
        "turnovers": 1,
        "personal_fouls": 2,
        "field_goals_made": 4,
        "field_goals_attempted": 9,
        "three_pointers_made": 1,
        "three_pointers_attempted": 3,
        "free_throws_made": points - 9,
        "free_throws_attempted": 2,
    }
    if table == "nbac_gamebook_player_stats":
        values |= {"player_name": name, "player_status": "active", "plus_minus": 1}
    elif table == "nbac_player_boxscores":
        person = 1000 * sum(map(ord, team)) + number
        values |= {"player_full_name": name, "minutes": "24", "plus_minus": 1, "nba_player_id": person}
        values |= {"game_id": "0022100200", "game_status": "Final", "total_rebounds": 4}
    else:
        values |= {"player_full_name": name, "rebounds": 4}
    return raw_row(table, **(values | changes))


def player_rows(table: str, teams: Iterable[str] = ("BOS", "NYK"), size: int = 10, **changes: object) -> list[Row]:
    """The players of the made-up game in one source."""
    return [player_row(table, team, number, **changes) for team in teams for number in range(size)]


def team_row(team: str, **changes: object) -> Row:
    """A team row of the made-up game, the sum of its ten players."""
    values: Row = {
        "game_id": "20211115_BOS_NYK",
        "nba_game_id": "0022100200",
        "game_date": DAY,
        "team_abbr": team,
        "is_home": team == "NYK",
        "minutes": "240:00",
        "points": 110 if team == "BOS" else 100,
        "fg_made": 40,
        "fg_attempted": 90,
        "three_pt_made": 10,
        "three_pt_attempted": 30,
        "ft_made": 20 if team == "BOS" else 10,
        "ft_attempted": 20,
        "offensive_rebounds": 10,
        "defensive_rebounds": 30,
        "assists": 20,
        "steals": 10,
        "blocks": 0,
        "turnovers": 10,
        "personal_fouls": 20,
    }
    return raw_row("nbac_team_boxscore", **(values | changes))


def made_up_game(*player_tables: str) -> Raw:
    """The made-up game with both team rows and the given player sources."""
    raw: Raw = {table: player_rows(table) for table in player_tables}
    return raw | {"nbac_schedule": [schedule_row()], "nbac_team_boxscore": [team_row("BOS"), team_row("NYK")]}


def facts_of(records: Iterable[Row]) -> list[tuple[object, ...]]:
    """Records as (category, entity, detail, class, reason, occurrences)."""
    names = ("failure_category", "entity_id", "detail", "failure_class", "failure_reason", "occurrences")
    return [tuple(record[name] for name in names) for record in records]


@dataclass(frozen=True)
class Outcome:
    """What an engine made of raw rows: rows and failure records by table, and counts."""

    rows: dict[str, list[Row]]
    records: dict[str, list[Row]]
    counts: dict[tuple[str, str], int]


def frames(raw: Raw) -> dict[str, pl.DataFrame]:
    """Raw rows as frames in their declared shape; hashes are those the rows have."""
    shaped = {}
    for name, rows in raw.items():
        table = RAW_TABLES[name]
        shaped[name], dropped = read_raw(table, pl.DataFrame(rows, schema=schema(table), orient="row"))
        assert not dropped, f"{name}: a row lacks a required value"
    return shaped


def outcome_of(engine: str, raw: dict[str, pl.DataFrame], dates: Iterable[date]) -> Outcome:
    """Compute the three tables with an engine; one that fails fails the test."""
    stage = compute(engine, list(TABLES), raw, list(dates))
    rows: dict[str, list[Row]] = {}
    records: dict[str, list[Row]] = {}
    for name, table in stage.tables.items():
        assert table.frame is not None, f"{engine}: {table.error}"
        assert table.records is not None
        rows[name], records[name] = table.frame.to_dicts(), table.records.to_dicts()
    return Outcome(rows, records, stage.tally.counts)


def chart_row(**changes: object) -> Row:
    """A shot of the shot chart; nobody's."""
    values: Row = {"GAME_ID": "0022100200", "GAME_EVENT_ID": 1, "GAME_DATE": DAY, "PLAYER_ID": 1, "TEAM_ID": 1}
    values |= {"PERIOD": 1, "SHOT_TYPE": "2PT Field Goal", "SHOT_DISTANCE": 2, "SHOT_MADE_FLAG": 0}
    return raw_row("nbac_shot_chart", **(values | changes))


def game_line(**changes: object) -> Row:
    """A total of the made-up game."""
    values: Row = {"game_date": DAY, "home_team_abbr": "NYK", "away_team_abbr": "BOS"}
    values |= {"bookmaker_key": "draftkings", "market_key": "totals", "outcome_name": "Over"}
    return raw_row("odds_api_game_lines", **(values | changes))


def of(rows: Iterable[Row], column: str, value: object) -> Row:
    """The one row with that value."""
    (row,) = (row for row in rows if row[column] == value)
    return row


def pick(row: Row, *columns: str) -> tuple[object, ...]:
    """Some values of a row."""
    return tuple(row[column] for column in columns)

"""Lakes with made-up rows of the feature store and labels: random values that satisfy the declarations."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import empty, schema, seal
from nbaproc.calendar import season_year
from nbaproc.columns import Column, Table, Type
from nbaproc.facts import CellState, cell_facts
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.features import FEATURES, VERSION
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS

#: Played dates: an early one of each season, then five more; the last season has a date that is not played yet.
SEASONS = {
    2021: (
        date(2021, 10, 19),
        date(2021, 11, 2),
        date(2021, 11, 3),
        date(2022, 1, 31),
        date(2022, 2, 1),
        date(2022, 6, 16),
    ),
    2022: (
        date(2022, 10, 18),
        date(2022, 11, 1),
        date(2022, 11, 2),
        date(2023, 1, 31),
        date(2023, 2, 1),
        date(2023, 6, 12),
    ),
    2023: (
        date(2023, 10, 24),
        date(2023, 11, 8),
        date(2023, 11, 9),
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 6, 17),
    ),
}
PLAYED = tuple(day for days in SEASONS.values() for day in days)
EARLY = tuple(days[0] for days in SEASONS.values())
HELD = tuple(day for day in PLAYED if day not in EARLY)
UNPLAYED = date(2024, 6, 20)
YESTERDAY = date(2024, 6, 30)
PLAYERS = tuple(f"player{letter}" for letter in "abcdefghijkl")


def schedule(played: Iterable[date] = PLAYED, unplayed: Iterable[date] = (UNPLAYED,)) -> pl.DataFrame:
    """One game a date, TOR at BOS."""
    days = [(day, 3) for day in played] + [(day, 1) for day in unplayed]
    rows = [
        {
            "game_id": f"00{season_year(day) % 100 + 200:03}{number:05}",
            "game_date": day,
            "game_status": status,
            "home_team_tricode": "BOS",
            "away_team_tricode": "TOR",
            "home_team_score": 110 if status == 3 else None,
            "away_team_score": 101 if status == 3 else None,
        }
        for number, (day, status) in enumerate(days)
    ]
    return pl.concat([empty(NBAC_SCHEDULE), pl.DataFrame(rows)], how="diagonal_relaxed").select(NBAC_SCHEDULE.names)


def _value(column: Column, chance: random.Random) -> Any:
    if column.null and chance.random() < 0.2:
        return None
    match column.type:
        case Type.BOOL:
            return chance.random() < 0.7
        case Type.INT64:
            return chance.randint(0, 40)
        case Type.FLOAT64:
            low = 0.0 if column.low is None else column.low
            high = 100.0 if column.high is None else column.high
            return round(chance.uniform(low, high), column.digits or 0)
        case Type.STRING:
            return chance.choice(column.values) if column.values else f"text{chance.randint(0, 99)}"
        case Type.INTS:
            return [2] * len(FEATURES)
        case _:
            return []


def _row(table: Table, day: date, player: str, chance: random.Random) -> dict[str, Any]:
    values = {column.name: _value(column, chance) for column in table.columns if column.name != "data_hash"}
    fixed = {
        "game_date": day,
        "season_year": season_year(day),
        "player_lookup": player,
        "game_id": f"{day:%Y%m%d}_TOR_BOS",
        "team_abbr": "BOS",
    }
    return values | fixed


def store_rows(days: Sequence[date] = HELD, players: Sequence[str] = PLAYERS, seed: int = 1) -> pl.DataFrame:
    """Sealed rows of the feature store."""
    chance = random.Random(seed)
    rows = []
    for day in days:
        for player in players:
            row = _row(STORE, day, player, chance) | {"feature_version": VERSION}
            row["f17_playoff_game"] = float(day.month == 6)
            row["f25_vegas_points_line"] = chance.choice([None, 20.0, 20.5, 21.5])
            row["f28_has_vegas_line"] = float(row["f25_vegas_points_line"] is not None)
            row["default_mask"] = sum(1 << f.index for f in FEATURES if row[f.column] is None)
            rows.append(row)
    return sealed(STORE, rows)


def label_rows(days: Sequence[date] = PLAYED, players: Sequence[str] = PLAYERS, seed: int = 2) -> pl.DataFrame:
    """Sealed rows of the labels; some players did not play."""
    chance = random.Random(seed)
    rows = []
    for day in days:
        for player in players:
            row = _row(LABELS, day, player, chance) | {"y_points": chance.randint(18, 23)}
            if not row["y_played"]:
                row |= {name: None for name in row if name.startswith("y_") and name != "y_played"}
            rows.append(row)
    return sealed(LABELS, rows)


def sealed(table: Table, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    types = {name: dtype for name, dtype in schema(table).items() if name != "data_hash"}
    return seal(table, pl.DataFrame(rows, schema=types))


def put(lake: Lake, table: Table, rows: pl.DataFrame, days: Iterable[date] | None = None) -> None:
    """Write some dates of a table; by default those that have rows."""
    wanted = sorted(set(rows["game_date"] if days is None else days))
    none = empty(PROCESSING_FAILURES)
    for month in sorted({Month.of(day) for day in wanted}):
        mine = [day for day in wanted if Month.of(day) == month]
        part = rows.filter(pl.col("game_date").is_in(mine))
        facts = cell_facts(table, dict.fromkeys(mine, CellState("succeeded")), part, none, "0.1.0+test")
        lake.replace(table, month, facts, part, none)


def put_schedule(lake: Lake, rows: pl.DataFrame) -> None:
    for (month,), part in rows.group_by(pl.col("game_date").dt.truncate("1mo"), maintain_order=True):
        assert isinstance(month, date)
        lake.store_raw(NBAC_SCHEDULE, Month.of(part["game_date"][0]), part.sort("game_id"))


def made_lake(root: Path, *, but: Iterable[date] = ()) -> Lake:
    """A lake of three seasons, without the feature rows of some dates; one date is scheduled and has features only."""
    lake = Lake(root)
    put_schedule(lake, schedule())
    left_out = set(but)
    put(lake, STORE, store_rows([day for day in (*HELD, UNPLAYED) if day not in left_out]))
    put(lake, LABELS, label_rows())
    return lake


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=i) for i in range(count)]

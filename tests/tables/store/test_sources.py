"""From where each value is taken (feature store 5): the first that is known, one by one, and what the label says."""

from __future__ import annotations

from functools import cache

import pytest

from tests.tables.precompute.world import DAY, MLFS, PCF, PDC, PSZA, TDZA, Made, defend, games_of
from tests.tables.store.world import compute_store, enter, label, slate, team_games, value
from tests.tables.upcoming.world import UPGC, Row, lookup

#: Feature -> table and column, and what is taken without it: value and label.
COPIED: dict[int, tuple[str, str, float | None, str]] = {
    0: (PDC, "points_avg_last_5", 12.0, "phase3"),
    1: (PDC, "points_avg_last_10", 14.5, "phase3"),
    2: (PDC, "points_avg_season", 15.5, "phase3"),
    3: (PDC, "points_std_last_10", 3.0277, "phase3"),
    4: (PDC, "games_in_last_7_days", 6, "phase3"),
    5: (PCF, "fatigue_score", None, "default"),
    6: (PCF, "shot_zone_mismatch_score", None, "default"),
    7: (PCF, "pace_score", None, "default"),
    8: (PCF, "usage_spike_score", None, "default"),
    13: (TDZA, "defensive_rating_last_15", None, "default"),
    14: (TDZA, "opponent_pace", None, "default"),
    18: (PSZA, "paint_rate_last_10", 0.5, "phase3"),
    19: (PSZA, "mid_range_rate_last_10", 0.3, "phase3"),
    20: (PSZA, "three_pt_rate_last_10", 0.2, "phase3"),
    22: (PDC, "team_pace_last_10", 99.5, "phase3"),
    23: (PDC, "team_off_rating_last_10", 112.25, "phase3"),
}
#: What the tables say: nothing that the games would give.
SAID: dict[str, Row] = {
    PDC: {
        "points_avg_last_5": 31.1111,
        "points_avg_last_10": 32.2222,
        "points_avg_season": 33.3333,
        "points_std_last_10": 4.4444,
        "games_in_last_7_days": 5,
        "team_pace_last_10": 101.2345,
        "team_off_rating_last_10": 117.6543,
    },
    PCF: {"fatigue_score": 71, "shot_zone_mismatch_score": -4.2, "pace_score": 1.3, "usage_spike_score": -2.1},
    PSZA: {"paint_rate_last_10": 33.34, "mid_range_rate_last_10": 11.11, "three_pt_rate_last_10": 55.55},
    TDZA: {"defensive_rating_last_15": 113.37, "opponent_pace": 97.3},
}
SCALE = {18: 100.0, 19: 100.0, 20: 100.0}
#: Opponents by what is not known of their defence.
OPPONENTS = {None: "DEN", 13: "MIA", 14: "UTA"}
TEAMS = {"DEN": "LAL", "MIA": "BOS", "UTA": "CHI"}


def expected(index: int) -> float:
    table, column, *_ = COPIED[index]
    said: float = SAID[table][column]
    return round(said / SCALE.get(index, 1.0), 9)


def name_of(lacking: int | None) -> str:
    return "Man All" if lacking is None else f"Man {lacking}"


@cache
def store(engine: str) -> Made:
    """A player who has everything, and for each copied feature one who lacks its column."""
    world = slate(DAY, *((team, opponent) for opponent, team in TEAMS.items()))
    edits: dict[str, dict[str, Row | None]] = {table: {} for table in SAID}
    for lacking in (None, *COPIED):
        opponent = OPPONENTS.get(lacking, "DEN")
        games = games_of(12, paint=(30, 60), mid=(9, 36), three=(12, 24))
        games = [{"points": 10 + n} | game for n, game in enumerate(games)]
        enter(world, name_of(lacking), games, team=TEAMS[opponent], opponent=opponent)
        for table, said in SAID.items():
            entity = opponent if table == TDZA else lookup(name_of(lacking))
            edits[table][entity] = {c: None if of_column(table, c) == lacking else v for c, v in said.items()}
    for opponent, team in TEAMS.items():
        team_games(world, team, [{"pace": 99.5, "offensive_rating": 112.25}] * 12)
        defend(world, opponent, [{"rating": 100.0, "pace": 90.0}] * 15)
    edits[UPGC] = {lookup(name_of(4)): {"games_in_last_7_days": 6}}
    return compute_store(engine, world, edits)


def of_column(table: str, column: str) -> int:
    (found,) = (index for index, of in COPIED.items() if of[:2] == (table, column))
    return found


def test_what_the_tables_of_the_date_say_is_taken_first(engine: str) -> None:
    row = store(engine).row(MLFS, "Man All")
    assert {index: repr(value(row, index)) for index in COPIED} == {i: repr(float(expected(i))) for i in COPIED}
    assert {label(row, index) for index in COPIED} == {"phase4"}
    assert row["data_source"] == "phase4"


@pytest.mark.parametrize("lacking", COPIED)
def test_an_unknown_column_of_a_row_that_is_there_falls_through_alone(engine: str, lacking: int) -> None:
    row = store(engine).row(MLFS, name_of(lacking))
    *_, want, of = COPIED[lacking]
    assert (repr(value(row, lacking)), label(row, lacking)) == (repr(None if want is None else float(want)), of)
    for index in COPIED.keys() - {lacking}:
        assert (value(row, index), label(row, index)) == (expected(index), "phase4"), index


@pytest.mark.parametrize("index", [35, 36])
def test_standing_against_the_season_uses_the_values_that_were_taken(engine: str, index: int) -> None:
    """Of f00, f02 and f03 as they are stored, whatever their sources."""
    for lacking, want in ((None, -0.5), (0, -3.0), (2, 3.0), (3, -0.733956469)):
        row = store(engine).row(MLFS, name_of(lacking))
        assert value(row, index) == (want if index == 35 else float(want > 1.5))


def test_the_mean_against_the_opponent_is_of_the_games_whatever_the_tables_say(engine: str) -> None:
    row = store(engine).row(MLFS, "Man All")
    assert (value(row, 29), value(row, 30), label(row, 29)) == (15.5, 12.0, "opponent_history")

"""The printed hashes (feature store 11 and 13), on both sides, and those of rows that the engines make."""

from __future__ import annotations

from functools import cache

import pytest

from nbaproc.columns import Table
from nbaproc.tables import declarations
from tests.tables.precompute.test_factors import hashes_of, row_of
from tests.tables.precompute.world import DAY, MLFS, Made, games_of
from tests.tables.store.world import COLUMNS, LABELS_TABLE, compute_store, enter, slate
from tests.tables.upcoming.world import Row, on

STORED = (
    r"data_source=phase4|days_rest=2|f00_points_avg_last_5=246000|f01_points_avg_last_10=223000|"
    r"f02_points_avg_season=214583|f03_points_std_last_10=61653|f04_games_in_last_7_days=3|f05_fatigue_score=85|"
    r"f06_shot_zone_mismatch_score=21|f07_pace_score=8|f08_usage_spike_score=-4|f09_rest_advantage=1|"
    r"f10_injury_risk=2|f11_recent_trend=2|f12_minutes_change=1|f13_opponent_def_rating=11320|f14_opponent_pace=994|"
    r"f15_home_away=0|f16_back_to_back=0|f17_playoff_game=0|f18_pct_paint=412500000|f19_pct_mid_range=181300000|"
    r"f20_pct_three=406200000|f21_pct_free_throw=179372197|f22_team_pace=1007000|f23_team_off_rating=1163000|"
    r"f24_team_win_pct=645161290|f25_vegas_points_line=\N|f26_vegas_opening_line=\N|f27_vegas_line_move=\N|"
    r"f28_has_vegas_line=0|f29_avg_points_vs_opponent=23500000000|f30_games_vs_opponent=4|"
    r"f31_minutes_avg_last_10=33800000000|f32_ppm_avg_last_10=655174115|f33_dnp_rate=0|f34_pts_slope_10g=963636364|"
    r"f35_pts_vs_season_zscore=509577798|f36_breakout_flag=0|feature_quality_score=9797|"
    r"feature_version=v2_37features|game_date=2024-01-15|game_id=20240115_BOS_TOR|is_home=false|"
    r"opponent_team_abbr=TOR|player_lookup=playerone|season_year=2023|team_abbr=BOS|"
    r"universal_player_id=playerone_001|vegas_line_source=none"
)
PLAYED = (
    r"game_date=2024-01-15|game_id=20240115_BOS_TOR|player_lookup=playerone|season_year=2023|team_abbr=BOS|y_assists=4|"
    r"y_minutes=354|y_played=true|y_points=27|y_rebounds=6|y_threes=3|y_usage_rate=281"
)
UNKNOWN = ("y_points", "y_minutes", "y_rebounds", "y_assists", "y_threes", "y_usage_rate")


def read(name: str, text: str) -> tuple[Table, Row]:
    table = declarations()[name]
    row = row_of(table, text)
    assert sorted(row) == sorted(column.name for column in table.hashed)
    return table, row


def test_the_printed_row() -> None:
    table, row = read(MLFS, STORED)
    assert (len(row), hashes_of(table, row)) == (50, ["1ee5683a9392086f"] * 2)
    assert row["game_date"] == on("01-15")


def test_the_printed_row_with_a_line() -> None:
    table, row = read(MLFS, STORED)
    row |= {"f25_vegas_points_line": 24.5, "f26_vegas_opening_line": 25.5, "f27_vegas_line_move": -1.0}
    row |= {
        "f28_has_vegas_line": 1.0,
        "feature_quality_score": 98.14,
        "vegas_line_source": "odds_api",
        "days_rest": None,
    }
    assert hashes_of(table, row) == ["9f3b5087c540278b"] * 2


def test_the_printed_labels() -> None:
    table, row = read(LABELS_TABLE, PLAYED)
    assert (len(row), hashes_of(table, row)) == (12, ["8d9d8f3f40b904b4"] * 2)
    absent = row | {"y_played": False} | dict.fromkeys(UNKNOWN)
    assert hashes_of(table, absent) == ["730d3138cf5498d8"] * 2


@cache
def store(engine: str) -> Made:
    world = slate()
    enter(world, "Ann", [{"points": 20 + n} | game for n, game in enumerate(games_of(12, paint=(9, 99), mid=(8, 81)))])
    return compute_store(engine, enter(world, "Ben", [{"points": 9}]))


@pytest.mark.parametrize("name", ["Ann", "Ben"])
def test_the_hash_of_a_row_is_that_of_its_fifty_columns(engine: str, name: str) -> None:
    table, row = declarations()[MLFS], store(engine).row(MLFS, name, DAY)
    assert hashes_of(table, {column.name: row[column.name] for column in table.hashed}) == [row["data_hash"]] * 2


def test_columns_stand_in_the_order_of_the_registry(engine: str) -> None:
    names = store(engine).frame(MLFS).columns
    assert names == declarations()[MLFS].names
    assert names[names.index("vegas_line_source") + 1 : names.index("feature_quality_score")] == list(COLUMNS)

"""Rounding, the canonical row text, its hash and the fingerprint of a partition."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone

import pytest

from nbaproc.columns import Column, Table, Type
from nbaproc.reference.canonical import digest, partition_fingerprint, row_hash, row_text, value_text
from nbaproc.reference.numbers import hu, ratio, scale
from tests.tables.made_up import TABLES

_FACTS = (
    Column("game_date", Type.DATE, "", null=False, hashed=True),
    Column("is_home", Type.BOOL, "", hashed=True),
    Column("points", Type.INT64, "", hashed=True),
    Column("team_abbr", Type.STRING, "", null=False, hashed=True),
    Column("usage_rate", Type.FLOAT64, "", digits=1, hashed=True),
)
ROWS_A = Table("rows_a", "test", "vectors A", key=("game_date",), date="game_date", columns=_FACTS)
ROW_A = {
    "game_date": date(2023, 12, 16),
    "is_home": True,
    "points": 31,
    "team_abbr": "GSW",
    "usage_rate": 31.4,
}

INVENTED_TEXT = (
    r"and1_count=1|assisted_fg_makes=5|assists=10|blocks=1|defensive_rebounds=4|dnp_reason=\N|dnp_reason_category=\N|"
    r"efg_pct=591|fg_attempts=22|fg_makes=12|ft_attempts=6|ft_makes=5|game_date=2024-12-25|game_id=20241225_LAL_GSW|"
    r"has_complete_shot_zones=true|home_game=false|is_active=true|is_dnp=false|line_movement=\N|margin=650|"
    r"mid_range_attempts=5|mid_range_blocks=0|mid_range_makes=3|minutes_played=345|offensive_rebounds=0|"
    r"opening_line=\N|opponent_team_abbr=GSW|over_under_result=OVER|paint_attempts=11|paint_blocks=1|paint_makes=7|"
    r"personal_fouls=2|player_full_name=Demo Player|player_lookup=demoplayer|player_status=active|plus_minus=7|"
    r"points=31|points_line=245|points_line_source=draftkings|season_year=2024|starter_flag=true|steals=2|"
    r"team_abbr=LAL|three_attempts_pbp=6|three_makes_pbp=2|three_pt_attempts=6|three_pt_blocks=0|three_pt_makes=2|"
    r"ts_pct=629|turnovers=3|unassisted_fg_makes=7|universal_player_id=demoplayer_001|usage_rate=351|win_flag=true"
)
INVENTED_ROW = {
    "player_lookup": "demoplayer",
    "universal_player_id": "demoplayer_001",
    "player_full_name": "Demo Player",
    "game_id": "20241225_LAL_GSW",
    "game_date": date(2024, 12, 25),
    "season_year": 2024,
    "team_abbr": "LAL",
    "opponent_team_abbr": "GSW",
    "home_game": False,
    "is_active": True,
    "is_dnp": False,
    "player_status": "active",
    "minutes_played": 34.5,
    "points": 31,
    "assists": 10,
    "offensive_rebounds": 0,
    "defensive_rebounds": 4,
    "steals": 2,
    "blocks": 1,
    "turnovers": 3,
    "personal_fouls": 2,
    "plus_minus": 7,
    "fg_attempts": 22,
    "fg_makes": 12,
    "three_pt_attempts": 6,
    "three_pt_makes": 2,
    "ft_attempts": 6,
    "ft_makes": 5,
    "paint_attempts": 11,
    "paint_makes": 7,
    "mid_range_attempts": 5,
    "mid_range_makes": 3,
    "three_attempts_pbp": 6,
    "three_makes_pbp": 2,
    "has_complete_shot_zones": True,
    "assisted_fg_makes": 5,
    "unassisted_fg_makes": 7,
    "and1_count": 1,
    "paint_blocks": 1,
    "mid_range_blocks": 0,
    "three_pt_blocks": 0,
    "usage_rate": 35.1,
    "ts_pct": 0.629,
    "efg_pct": 0.591,
    "starter_flag": True,
    "win_flag": True,
    "points_line": 24.5,
    "points_line_source": "draftkings",
    "over_under_result": "OVER",
    "margin": 6.5,
}
DNP_ROW = {name: INVENTED_ROW[name] for name in list(INVENTED_ROW)[:9]} | {
    "is_active": False,
    "is_dnp": True,
    "player_status": "dnp",
    "dnp_reason": "DNP - Coach's Decision",
    "dnp_reason_category": "coach_decision",
    "has_complete_shot_zones": False,
    "starter_flag": False,
    "win_flag": True,
    "points_line": 8.5,
    "points_line_source": "draftkings",
    "opening_line": 8.0,
    "line_movement": 0.5,
}


def player_row(values: dict[str, object]) -> dict[str, object]:
    return {name: values.get(name) for name in TABLES["player_game_summary"].names}


@pytest.mark.parametrize(
    ("num", "den", "digits", "rounded"),
    [
        (1, 2, 0, 1),
        (-1, 2, 0, -1),
        (1, 3, 3, 333),
        (2, 3, 3, 667),
        (5, 1000, 2, 1),
        (-5, 1000, 2, -1),
        (0, 7, 3, 0),
        (1, 0, 3, None),
        (1, -2, 3, None),
        (None, 2, 3, None),
        (1, None, 3, None),
    ],
)
def test_a_quotient_is_rounded_half_away_from_zero(num, den, digits, rounded):
    assert hu(num, den, digits) == rounded


def test_a_computed_zero_is_zero_and_never_minus_zero():
    assert ratio(0, 3, 3) == 0.0
    assert math.copysign(1, ratio(0, 3, 3)) == 1


def test_every_stored_decimal_scales_back_to_its_integer():
    assert all(scale(i / 10**k, k) == i for k in (1, 2, 3) for i in range(0, 120_001, 7))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "608cc05b66dd65ea"),
        ({"usage_rate": 30.0 + 1.4}, "608cc05b66dd65ea"),
        ({"usage_rate": None}, "729bf4710ce7587e"),
        ({"usage_rate": math.nan}, "729bf4710ce7587e"),
        ({"usage_rate": 0.0}, "df59f3810cbaa65d"),
        ({"usage_rate": -0.0}, "df59f3810cbaa65d"),
        ({"usage_rate": -2.5}, "82de45524312e974"),
        ({"is_home": None}, "e9f00b3531f28e76"),
        ({"points": None}, "babe2efde043d5c0"),
        ({"team_abbr": "G|W"}, "d39124741af2d97a"),
    ],
)
def test_vectors_a(change, expected):
    assert row_hash(ROW_A | change, ROWS_A) == expected


def test_text_of_vector_a():
    text = "game_date=2023-12-16|is_home=true|points=31|team_abbr=GSW|usage_rate=314"
    assert row_text(ROW_A, ROWS_A.hashed) == text


def test_vectors_b_lists_and_timestamps():
    def text(features: list[float | None], issues: list[str], name: str, tip: datetime | None) -> str:
        fields = {"features": value_text(features, 9), "issues": value_text(issues)}
        fields |= {"name": value_text(name), "tip": value_text(tip)}
        return "|".join(f"{field}={written}" for field, written in fields.items())

    eastern = timezone(timedelta(hours=-5))
    tip = datetime(2024, 1, 15, 19, 30, 5, 999_999, tzinfo=eastern)
    full = text([24.6, None, 0.64516129], ["a", "b"], "Zoë D’Ex", tip)
    assert full == r"features=24600000000,\N,645161290|issues=a,b|name=Zoë D’Ex|tip=2024-01-16T00:30:05Z"
    assert digest(full) == "e458dc1ea837150e"
    empty = text([], [], "", None)
    assert empty == r"features=|issues=|name=|tip=\N"
    assert digest(empty) == "8833b63f6a11a34e"


def test_partition_fingerprint():
    share = Column("completeness_percentage", Type.FLOAT64, "", digits=1)
    hashed = Column("data_hash", Type.STRING, "", null=False)
    table = Table("rows_a", "test", "", key=("team_abbr",), date="game_date", columns=(*_FACTS, share, hashed))
    rows = [ROW_A | {"completeness_percentage": 100.0}, ROW_A | {"team_abbr": "LAL", "completeness_percentage": None}]
    for row in rows:
        row["data_hash"] = row_hash(row, table)
    assert [row["data_hash"] for row in rows] == ["608cc05b66dd65ea", "eb9bbe4732c0883c"]
    assert partition_fingerprint(rows, table) == "2c48a87e77a81e6f"
    assert partition_fingerprint(rows[::-1], table) == "2c48a87e77a81e6f"
    assert partition_fingerprint([], table) == "9d0fd452285f3c9b"


def test_the_invented_player_row():
    table = TABLES["player_game_summary"]
    row = player_row(INVENTED_ROW)
    assert row_text(row, table.hashed) == INVENTED_TEXT
    assert row_hash(row, table) == "8223d552103c3b79"


def test_the_invented_player_who_did_not_play():
    assert row_hash(player_row(DNP_ROW), TABLES["player_game_summary"]) == "4823ffae7d3b4bcd"


def test_a_value_of_no_known_type_has_no_text():
    with pytest.raises(TypeError, match="no canonical text for a set"):
        value_text({1})

"""Labels: what is taken from a row of the player summary, for whom, and the hash examples."""

from __future__ import annotations

from datetime import date

import pytest

from nbaproc.reference import build
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.ml_labels import build_row
from nbaproc.tables.ml_labels import TABLE
from nbaproc.tables.player_game_summary import TABLE as PGS
from tests.tables.made_up import DAY, PLAYER_TABLES, made_up_game, player_rows

SUMMARY = {"game_date": date(2024, 1, 15), "season_year": 2023, "game_id": "20240115_BOS_TOR", "team_abbr": "BOS"}
SUMMARY |= {"player_lookup": "playerone", "is_dnp": False, "points": 27, "minutes_played": 35.4, "assists": 4}
SUMMARY |= {"offensive_rebounds": 1, "defensive_rebounds": 5, "three_pt_makes": 3, "usage_rate": 28.1}
UNKNOWN = ("points", "minutes_played", "assists", "offensive_rebounds", "defensive_rebounds", "three_pt_makes")
DNP = SUMMARY | dict.fromkeys((*UNKNOWN, "usage_rate")) | {"is_dnp": True}


def test_hashes():
    assert row_hash(build_row(SUMMARY), TABLE) == "8d9d8f3f40b904b4"
    assert row_hash(build_row(DNP), TABLE) == "730d3138cf5498d8"


@pytest.mark.parametrize(
    ("offensive", "defensive", "rebounds"), [(1, 5, 6), (0, 0, 0), (None, 5, None), (1, None, None)]
)
def test_rebounds_are_unknown_as_soon_as_one_part_is(offensive, defensive, rebounds):
    row = SUMMARY | {"offensive_rebounds": offensive, "defensive_rebounds": defensive}
    assert build_row(row)["y_rebounds"] == rebounds


@pytest.mark.parametrize(
    ("changes", "played"),
    [
        ({}, True),
        ({"minutes_played": None}, True),
        ({"minutes_played": None, "points": 0}, False),
        ({"minutes_played": 0.0, "points": 0}, False),
        ({"minutes_played": 0.1, "points": 0}, True),
        ({"points": None}, False),
        ({"is_dnp": True}, False),
        ({"is_dnp": None}, True),
    ],
)
def test_who_played(changes, played):
    assert build_row(SUMMARY | changes)["y_played"] is played


def test_every_row_of_the_player_summary_has_one():
    raw = made_up_game(PLAYER_TABLES[0])
    sat_out = player_rows(PLAYER_TABLES[0])[0] | {"player_name": "Bos Zulu", "player_lookup": "boszulu"}
    unknown = {name: None for name, value in sat_out.items() if isinstance(value, int) and name != "season_year"}
    raw[PLAYER_TABLES[0]].append(sat_out | unknown | {"player_status": "dnp", "minutes": None})
    outcome = build({PGS.name: PGS, TABLE.name: TABLE}, raw, [DAY])
    summaries, labels = outcome.rows[PGS.name], outcome.rows[TABLE.name]
    assert [row["player_lookup"] for row in labels] == [row["player_lookup"] for row in summaries]
    assert [row["y_played"] for row in labels].count(False) == 1
    assert [row["y_points"] for row in labels] == [row["points"] for row in summaries]
    assert list(labels[0]) == TABLE.names
    assert all(row["data_hash"] == row_hash(row, TABLE) for row in labels)
    assert outcome.records[TABLE.name] == []


def test_other_tables_are_the_same_with_and_without_them():
    raw = made_up_game(PLAYER_TABLES[0])
    with_labels, without = (
        build(tables, raw, [DAY]) for tables in ({PGS.name: PGS, TABLE.name: TABLE}, {PGS.name: PGS})
    )
    assert with_labels.rows[PGS.name] == without.rows[PGS.name]
    assert (with_labels.records[PGS.name], with_labels.counts) == (without.records[PGS.name], without.counts)

"""Which player source a game is told by, case by case."""

from __future__ import annotations

import pytest

from tests.tables.made_up import (
    PLAYER_TABLES,
    TABLES,
    Outcome,
    facts_of,
    made_up_game,
    player_row,
    player_rows,
    schedule_row,
    team_row,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


def records(outcome: Outcome, table: str = PGS) -> list[tuple[object, ...]]:
    return [record for record in facts_of(outcome.records[table]) if record[0] != "REGISTRY_MISS"]


def sources(outcome: Outcome) -> set[object]:
    return {row["primary_source_used"] for row in outcome.rows[PGS]}


def rejected(source: str, text: str) -> tuple[object, ...]:
    return ("SOURCE_REJECTED", GAME, source, "note", f"{source} failed {text}; final score 110-100", 1)


def test_normal_game(run):
    outcome = run(made_up_game(GAMEBOOK, BDL))
    assert sources(outcome) == {"nbac_gamebook"}
    assert records(outcome) == []


def test_gamebook_without_active_players(run):
    raw = made_up_game(PLAYER_BOX)
    raw[GAMEBOOK] = player_rows(GAMEBOOK, size=2, player_status="inactive", minutes=None)
    raw[GAMEBOOK] += [player_row(GAMEBOOK, "BOS", 2, player_status="dnp", dnp_reason="DND - Rest")]
    outcome = run(raw)
    assert sources(outcome) == {"nbac_boxscores"}
    text = "active_rows: BOS 0 active, 0 s, 0 points; NYK 0 active, 0 s, 0 points"
    assert records(outcome) == [rejected("nbac_gamebook", text)]


def test_downloads_only_with_minutes_off_by_rounding(run):
    raw = made_up_game(PLAYER_BOX)
    for row in raw[PLAYER_BOX][:3] + raw[PLAYER_BOX][10:12]:
        row["minutes"] = "25" if row["team_abbr"] == "BOS" else "23"
    outcome = run(raw)
    assert sources(outcome) == {"nbac_boxscores"}
    assert records(outcome) == []


def test_second_feed_alone(run):
    assert sources(run(made_up_game(BDL))) == {"bdl_boxscores"}


def test_half_loaded_feed(run):
    raw = made_up_game(BDL)
    raw[BDL] = player_rows(BDL, size=5)
    outcome = run(raw)
    assert outcome.rows[PGS] == []
    text = "minutes+points: BOS 5 active, 7200 s, 55 points; NYK 5 active, 7200 s, 50 points"
    assert records(outcome) == [
        ("NO_PLAYER_SOURCE", GAME, "", "data", "no usable player source among bdl_boxscores", 1),
        rejected("bdl_boxscores", text),
    ]
    assert len(outcome.rows[TOGS]) == len(outcome.rows[TDGS]) == 2


def test_one_team_only(run):
    raw = made_up_game()
    raw[GAMEBOOK] = player_rows(GAMEBOOK, ("BOS",)) + player_rows(GAMEBOOK, ("NYK",), 3)
    outcome = run(raw)
    assert outcome.rows[PGS] == []
    text = "active_rows: BOS 10 active, 14400 s, 110 points; NYK 3 active, 4320 s, 30 points"
    assert rejected("nbac_gamebook", text) in records(outcome)


@pytest.mark.parametrize(
    ("minutes", "usable"),
    [("24:00", True), ("24:30", True), ("24:31", False), ("23:30", True), ("23:29", False), ("39:00", True)],
)
def test_the_gate_on_minutes(run, minutes, usable):
    raw = made_up_game()
    raw[BDL] = player_rows(BDL, minutes=minutes)
    assert bool(run(raw).rows[PGS]) is usable


@pytest.mark.parametrize(("minutes", "usable"), [("39:00", True), ("41:30", False), (None, False)])
def test_six_overtimes_are_believed_seven_are_not(run, minutes, usable):
    raw = made_up_game()
    raw[BDL] = player_rows(BDL, minutes=minutes)
    assert bool(run(raw).rows[PGS]) is usable


def test_points_must_be_the_final_score_but_not_for_the_gamebook(run):
    raw = made_up_game(GAMEBOOK, BDL)
    raw["nbac_schedule"] = [schedule_row(home_team_score=101)]
    assert sources(run(raw)) == {"nbac_gamebook"}
    del raw[GAMEBOOK]
    outcome = run(raw)
    reason = (
        "bdl_boxscores failed points: BOS 10 active, 14400 s, 110 points; NYK 10 active, 14400 s, 100 points; "
        "final score 110-101"
    )
    assert ("SOURCE_REJECTED", GAME, "bdl_boxscores", "note", reason, 1) in records(outcome)


def test_no_source_at_all(run):
    outcome = run({"nbac_schedule": [schedule_row()]})
    assert not any(outcome.rows.values())
    no_player = "no player row of this game in any source"
    assert records(outcome) == [("NO_PLAYER_SOURCE", GAME, "", "upstream", no_player, 1)]
    no_team = "no team row and no player row of this game in any source"
    for table in (TOGS, TDGS):
        assert records(outcome, table) == [("NO_TEAM_SOURCE", GAME, "", "upstream", no_team, 1)]


def test_one_team_row_is_not_enough(run):
    outcome = run(
        {"nbac_schedule": [schedule_row()], "nbac_team_boxscore": [team_row("BOS"), team_row("NYK", points=0)]}
    )
    reason = "1 of 2 valid team rows and no usable player source"
    assert records(outcome, TDGS) == [("NO_TEAM_SOURCE", GAME, "", "data", reason, 1)]
    assert records(outcome)[0][3] == "upstream"

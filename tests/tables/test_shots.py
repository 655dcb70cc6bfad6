"""Shots: zones, the accepted source, who they belong to, and what stays unknown."""

from __future__ import annotations

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Outcome,
    Row,
    made_up_game,
    player_name,
    player_row,
    raw_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"
BDB, PBP, CHART = "bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart"
TEAM_IDS = {"BOS": 1610612738, "NYK": 1610612752}


def players(outcome: Outcome) -> dict[str, Row]:
    return {row["player_lookup"]: row for row in outcome.rows[PGS]}


def shots(team: str, count: int = 90, **changes: object) -> list[Row]:
    """Shots of a team in BigDataBall, nine by each of its ten players: paint attempts, missed."""
    values: Row = {"game_id": "20211115_BOS_NYK", "game_date": DAY, "event_type": "shot", "event_subtype": "layup"}
    values |= {"shot_made": False, "shot_distance": 2.0, "points_scored": 0, "period": 1, "player_1_team_abbr": team}
    return [
        raw_row(BDB, **({"event_id": f"{team}{n}", "player_1_name": player_name(team, n % 10)} | values | changes))
        for n in range(count)
    ]


def chart(team: str, count: int = 90, **changes: object) -> list[Row]:
    """The same in the shot chart, by the person ids of the downloads."""
    person = 1000 * sum(map(ord, team))
    values: Row = {"GAME_ID": "0022100200", "GAME_DATE": DAY, "TEAM_ID": TEAM_IDS[team], "PERIOD": 1}
    values |= {"SHOT_TYPE": "2PT Field Goal", "SHOT_DISTANCE": 2, "SHOT_MADE_FLAG": 0}
    offset = 0 if team == "BOS" else 1000
    return [
        raw_row(CHART, **({"GAME_EVENT_ID": offset + n, "PLAYER_ID": person + n % 10} | values | changes))
        for n in range(count)
    ]


@pytest.mark.parametrize(("boston", "accepted"), [(81, True), (80, False)])
def test_nine_tenths_of_the_attempts_of_both_teams(run, boston, accepted):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", boston, shot_distance=None) + shots("NYK")
    rows = run(raw).rows[TOGS]
    assert {row["shot_zones_source"] for row in rows} == {"bigdataball_pbp" if accepted else None}
    assert rows[0]["team_paint_attempts"] == (0 if accepted else None)
    assert rows[1]["points_in_paint_scored"] == (0 if accepted else None)


def test_the_next_source_takes_over(run):
    raw = made_up_game(PLAYER_BOX)
    raw[BDB] = shots("BOS", 50) + shots("NYK")
    raw[CHART] = chart("BOS") + chart("NYK", SHOT_MADE_FLAG=1)
    outcome = run(raw)
    assert {row["shot_zones_source"] for row in outcome.rows[PGS]} == {"nbac_shot_chart"}
    row = players(outcome)["nykalpha"]
    assert (row["paint_attempts"], row["paint_makes"], row["has_complete_shot_zones"]) == (9, 9, True)
    unknown = ("assisted_fg_makes", "unassisted_fg_makes", "and1_count", "paint_blocks")
    assert {row[name] for name in unknown} == {None}
    assert {row["blocks_paint"] for row in outcome.rows[TDGS]} == {None}
    assert row["data_sources"] == ["nbac_boxscores", "nbac_team_boxscore", "nbac_shot_chart"]


def test_doubled_events_count_once_and_events_without_id_are_all_kept(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS") + shots("BOS", shot_distance=9.0, processed_at=utc(2021, 11, 16))
    raw[BDB] += shots("NYK", event_id=None) + shots("NYK", 5, event_id=None)
    outcome = run(raw)
    boston, new_york = outcome.rows[TOGS]
    assert (boston["team_paint_attempts"], boston["team_mid_range_attempts"]) == (0, 90)
    assert new_york["team_paint_attempts"] == 95
    assert outcome.counts == {("duplicate_rows", BDB): 90}


def test_shots_of_strange_teams_are_dropped(run):
    raw = made_up_game(PLAYER_BOX)
    raw[BDB] = shots("BOS") + shots("NYK") + shots("MIA", 2) + shots("EST", 1)
    raw[CHART] = chart("BOS", 2, TEAM_ID=1)
    action = {"gameId": "0022100200", "game_date": DAY, "actionType": "2pt", "shotResult": "Made"}
    raw[PBP] = [raw_row(PBP, actionNumber=1, **action), raw_row(PBP, actionNumber=2, teamTricode="MIA", **action)]
    assert run(raw).counts == {("unknown_team", BDB): 3, ("unknown_team", CHART): 2, ("unknown_team", PBP): 2}


def test_creation_blocks_and_and_ones_of_players(run):
    raw = made_up_game(GAMEBOOK)
    boston = shots("BOS")
    boston[0] |= {"shot_made": True, "player_2_role": "Assist", "player_2_name": player_name("BOS", 1)}
    boston[10] |= {"shot_made": True, "shot_distance": None}
    boston[1] |= {"player_2_role": " block ", "player_2_name": player_name("NYK", 3)}
    boston[2] |= {"player_2_role": "block", "player_2_name": None, "player_2_lookup": "nykdelta", "shot_distance": 12.0}
    boston[3] |= {"player_2_role": "block", "player_2_name": player_name("NYK", 3), "shot_distance": None}
    throw = shots("BOS", 1, event_type="free throw", event_subtype="free throw 1/1", event_id="ft", shot_made=True)
    raw[BDB] = boston + shots("NYK") + throw
    outcome = run(raw)
    row = players(outcome)["bosalpha"]
    assert (row["paint_attempts"], row["paint_makes"]) == (8, 1)
    assert (row["assisted_fg_makes"], row["unassisted_fg_makes"], row["and1_count"]) == (1, 1, 1)
    assert (row["has_complete_shot_zones"], row["quality_issues"]) == (False, [])
    blocker = players(outcome)["nykdelta"]
    assert [blocker[f"{zone}_blocks"] for zone in ("paint", "mid_range", "three_pt")] == [1, 1, 0]
    boston_row, new_york_row = outcome.rows[TDGS]
    assert [new_york_row[f"blocks_{zone}"] for zone in ("paint", "mid_range", "three_pt")] == [1, 1, 0]
    assert boston_row["blocks_paint"] == 0
    assert players(outcome)["nykalpha"]["and1_count"] == 0


def test_a_feed_without_assists_knows_neither_creation_nor_blocks(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", shot_made=True, player_2_role="block", player_2_name=player_name("NYK", 0)) + shots("NYK")
    raw[BDB][0] |= {"shot_made": False, "player_2_role": "assist"}
    outcome = run(raw)
    row = players(outcome)["bosbravo"]
    assert (row["paint_makes"], row["assisted_fg_makes"], row["unassisted_fg_makes"]) == (9, None, None)
    assert players(outcome)["nykalpha"]["paint_blocks"] is None
    assert {row["blocks_paint"] for row in outcome.rows[TDGS]} == {None}


def test_a_shooter_of_whom_nothing_was_found_is_unknown_not_zero(run):
    raw = made_up_game(GAMEBOOK)
    strange = shots("BOS")
    for row in strange[0::10]:
        row |= {"player_1_name": "Nobody Known", "player_2_role": "assist", "shot_made": True}
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "NYK", 0, player_lookup="noshots", field_goals_attempted=0))
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "NYK", 0, player_lookup="resting", player_status="dnp"))
    raw[BDB] = strange + shots("NYK")
    outcome = run(raw)
    row = players(outcome)["bosalpha"]
    names = ("paint_attempts", "mid_range_makes", "three_attempts_pbp", "assisted_fg_makes", "unassisted_fg_makes")
    assert {row[name] for name in names} == {None}
    assert (row["paint_blocks"], row["has_complete_shot_zones"]) == (0, False)
    assert row["quality_issues"] == ["missing_shot_zones"]
    idle = players(outcome)["noshots"]
    assert ({idle[name] for name in names}, idle["has_complete_shot_zones"]) == ({0}, True)
    resting = players(outcome)["resting"]
    assert {resting[name] for name in (*names, "paint_blocks")} == {None}
    assert outcome.counts == {("unmatched_name", "bigdataball_pbp"): 1}


def test_zones_that_do_not_add_up(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", 88) + shots("NYK", 90)
    raw[BDB][10]["shot_distance"] = None
    outcome = run(raw)
    alpha, india = players(outcome)["bosalpha"], players(outcome)["bosindia"]
    assert (alpha["paint_attempts"], alpha["quality_issues"]) == (8, [])
    assert (india["paint_attempts"], india["quality_issues"]) == (8, [])
    raw[BDB][20]["shot_distance"] = None
    alpha = players(run(raw))["bosalpha"]
    assert (alpha["paint_attempts"], alpha["quality_issues"]) == (7, ["shot_zone_total_mismatch"])


def test_where_the_feed_names_no_team_the_shooter_does(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", player_1_team_abbr=" ") + shots("NYK")
    raw[BDB][0] |= {"player_1_name": "Nobody Known"}
    raw[BDB][1] |= {"player_1_name": None, "player_1_lookup": None}
    raw[BDB][2] |= {"player_1_name": " ", "player_1_lookup": "boscharlie"}
    outcome = run(raw)
    assert outcome.rows[TOGS][0]["team_paint_attempts"] == 88
    assert players(outcome)["boscharlie"]["paint_attempts"] == 9
    assert outcome.counts == {("unmatched_name", "bigdataball_pbp"): 2}


def test_names_behind_person_numbers(run):
    raw = made_up_game(GAMEBOOK)
    person = 1000 * sum(map(ord, "BOS"))
    raw[PLAYER_BOX] = [player_row(PLAYER_BOX, "BOS", 0)]
    raw["nba_players_registry"] = [
        raw_row("nba_players_registry", player_lookup="bosbravo", nba_player_id=person + 1),
        raw_row("nba_players_registry", player_lookup="zzz", nba_player_id=person + 1),
    ]
    raw[CHART] = chart("BOS") + chart("NYK", PLAYER_ID=0)
    for row in raw[CHART][2:90:10]:
        row["PLAYER_NAME"] = "BOS CHARLIE"
    outcome = run(raw)
    rows = players(outcome)
    assert [rows[f"bos{name}"]["paint_attempts"] for name in ("alpha", "bravo", "charlie", "delta")] == [9, 9, 9, None]
    assert outcome.rows[TOGS][1]["team_paint_attempts"] == 90
    assert outcome.counts == {("unmatched_name", "nbac_shot_chart"): 8}


def test_the_last_period_tells_the_overtime_where_no_minutes_do(run):
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes=None), team_row("NYK", minutes=None)]
    raw[BDB] = shots("BOS") + shots("NYK", 89) + shots("NYK", 1, event_id="last", period=6)
    rows = run(raw).rows[TOGS]
    assert {row["overtime_periods"] for row in rows} == {2}
    assert rows[0]["quality_issues"] == []

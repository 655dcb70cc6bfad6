"""The box score of both teams, overtime, and the issues of team rows."""

from __future__ import annotations

from tests.tables.made_up import (
    PLAYER_TABLES,
    TABLES,
    made_up_game,
    player_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


def test_total_rebounds_come_from_their_parts_for_the_team_sum_too(run):
    raw = made_up_game(GAMEBOOK)
    del raw["nbac_team_boxscore"]
    raw[GAMEBOOK][0] |= {"offensive_rebounds": None}
    (boston, new_york) = run(raw).rows[TOGS]
    assert (boston["rebounds"], boston["offensive_rebounds"], boston["defensive_rebounds"]) == (39, None, 30)
    assert (boston["pace"], new_york["pace"]) == (None, 98.8)
    assert boston["quality_issues"] == ["reconstructed", "shot_zones_unavailable"]
    assert (boston["quality_tier"], boston["quality_score"]) == ("silver", 85.0)


def test_a_total_is_unknown_only_if_somebody_on_the_floor_has_it_unknown(run):
    raw = made_up_game(PLAYER_BOX)
    del raw["nbac_team_boxscore"]
    nothing = dict.fromkeys([name for name, value in raw[PLAYER_BOX][0].items() if isinstance(value, int)])
    raw[PLAYER_BOX].append(player_row(PLAYER_BOX, "BOS", 0, **nothing) | {"player_full_name": "A B", "minutes": "0"})
    assert run(raw).rows[TOGS][0]["fg_attempts"] == 90
    raw[PLAYER_BOX][0]["field_goals_attempted"] = None
    row = run(raw).rows[TOGS][0]
    assert (row["fg_attempts"], row["fg_makes"], row["possessions"], row["ts_pct"]) == (None, 40, None, None)


def test_issues_of_team_rows(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_team_boxscore"] = [
        team_row("BOS", minutes="246:00", points=111, ft_made=20),
        team_row("NYK", points=49, three_pt_made=31, ft_attempted=None),
    ]
    outcome = run(raw)
    shared = ["minutes_total_mismatch", "points_total_mismatch"]
    boston = ["shot_zones_unavailable", "points_calculation_mismatch", *shared]
    new_york = [*boston[:2], "unrealistic_team_score", "impossible_shooting", *shared]
    assert [row["quality_issues"] for row in outcome.rows[TOGS]] == [boston, new_york]
    assert [row["quality_issues"] for row in outcome.rows[TDGS]] == [new_york, boston]
    assert all(row["processed_with_issues"] and row["is_production_ready"] for row in outcome.rows[TOGS])


def test_overtime_is_the_larger_of_the_two_teams_and_may_be_unknown(run):
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes="264:00"), team_row("NYK", minutes=None)]
    assert {row["overtime_periods"] for row in run(raw).rows[TDGS]} == {1}
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes=None), team_row("NYK", minutes=" ")]
    rows = run(raw).rows[TOGS]
    assert {row["overtime_periods"] for row in rows} == {0}
    assert rows[0]["quality_issues"] == ["shot_zones_unavailable", "overtime_unknown"]


def test_of_several_team_rows_the_valid_and_then_the_latest_counts(run):
    raw = made_up_game()
    late = {"processed_at": utc(2021, 11, 17), "steals": 3}
    early = {"processed_at": utc(2021, 11, 16), "steals": 4}
    raw["nbac_team_boxscore"] = [
        team_row("BOS", points=None, **late),
        team_row("BOS", **early),
        team_row("BOS", **early) | {"fg_attempted": 89},
        team_row("NYK"),
    ]
    outcome = run(raw)
    assert outcome.rows[TOGS][0]["steals"] == 4
    assert outcome.rows[TOGS][0]["fg_attempts"] == 90
    assert outcome.counts == {("duplicate_rows", "nbac_team_boxscore"): 2}


def test_a_tie_has_no_winner(run):
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", points=100), team_row("NYK")]
    for row in run(raw).rows[TOGS]:
        assert (row["margin_of_victory"], row["win_flag"]) == (0, None)

"""Player rows, the choice of the player source, the team base, and the records these leave."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from reference_raw import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Raw,
    facts_of,
    made_up_game,
    player_row,
    player_rows,
    raw_row,
    schedule_row,
    team_row,
    utc,
)

from nbaproc.reference import Outcome, build

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


def run(raw: Raw) -> Outcome:
    return build(TABLES, raw, [DAY])


def players(outcome: Outcome) -> dict[str, dict[str, object]]:
    return {row["player_lookup"]: row for row in outcome.rows[PGS]}


def records(outcome: Outcome, table: str = PGS) -> list[tuple[object, ...]]:
    return [record for record in facts_of(outcome.records[table]) if record[0] != "REGISTRY_MISS"]


def sources(outcome: Outcome) -> set[object]:
    return {row["primary_source_used"] for row in outcome.rows[PGS]}


def rejected(source: str, text: str) -> tuple[object, ...]:
    return ("SOURCE_REJECTED", GAME, source, "note", f"{source} failed {text}; final score 110-100", 1)


# The choice of the source, case by case.


def test_normal_game():
    outcome = run(made_up_game(GAMEBOOK, BDL))
    assert sources(outcome) == {"nbac_gamebook"}
    assert records(outcome) == []


def test_gamebook_without_active_players():
    raw = made_up_game(PLAYER_BOX)
    raw[GAMEBOOK] = player_rows(GAMEBOOK, size=2, player_status="inactive", minutes=None)
    raw[GAMEBOOK] += [player_row(GAMEBOOK, "BOS", 2, player_status="dnp", dnp_reason="DND - Rest")]
    outcome = run(raw)
    assert sources(outcome) == {"nbac_boxscores"}
    text = "active_rows: BOS 0 active, 0 s, 0 points; NYK 0 active, 0 s, 0 points"
    assert records(outcome) == [rejected("nbac_gamebook", text)]


def test_downloads_only_with_minutes_off_by_rounding():
    raw = made_up_game(PLAYER_BOX)
    for row in raw[PLAYER_BOX][:3] + raw[PLAYER_BOX][10:12]:
        row["minutes"] = "25" if row["team_abbr"] == "BOS" else "23"
    outcome = run(raw)
    assert sources(outcome) == {"nbac_boxscores"}
    assert records(outcome) == []


def test_second_feed_alone():
    assert sources(run(made_up_game(BDL))) == {"bdl_boxscores"}


def test_half_loaded_feed():
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


def test_one_team_only():
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
def test_the_gate_on_minutes(minutes, usable):
    raw = made_up_game()
    raw[BDL] = player_rows(BDL, minutes=minutes)
    assert bool(run(raw).rows[PGS]) is usable


@pytest.mark.parametrize(("minutes", "usable"), [("39:00", True), ("41:30", False), (None, False)])
def test_six_overtimes_are_believed_seven_are_not(minutes, usable):
    raw = made_up_game()
    raw[BDL] = player_rows(BDL, minutes=minutes)
    assert bool(run(raw).rows[PGS]) is usable


def test_points_must_be_the_final_score_but_not_for_the_gamebook():
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


def test_no_source_at_all():
    outcome = run({"nbac_schedule": [schedule_row()]})
    assert not any(outcome.rows.values())
    no_player = "no player row of this game in any source"
    assert records(outcome) == [("NO_PLAYER_SOURCE", GAME, "", "upstream", no_player, 1)]
    no_team = "no team row and no player row of this game in any source"
    for table in (TOGS, TDGS):
        assert records(outcome, table) == [("NO_TEAM_SOURCE", GAME, "", "upstream", no_team, 1)]


def test_one_team_row_is_not_enough():
    outcome = run(
        {"nbac_schedule": [schedule_row()], "nbac_team_boxscore": [team_row("BOS"), team_row("NYK", points=0)]}
    )
    reason = "1 of 2 valid team rows and no usable player source"
    assert records(outcome, TDGS) == [("NO_TEAM_SOURCE", GAME, "", "data", reason, 1)]
    assert records(outcome)[0][3] == "upstream"


# Cleaning of player rows.


def test_a_gamebook_player_without_any_statistic_did_not_play():
    raw = made_up_game(GAMEBOOK)
    nothing = dict.fromkeys([name for name, value in raw[GAMEBOOK][0].items() if isinstance(value, int)], 0)
    bench = player_row(GAMEBOOK, "BOS", 0, player_name="Bench Player", player_lookup="benchplayer", **nothing)
    raw[GAMEBOOK] += [
        bench | {"minutes": "00:00", "plus_minus": 5, "dnp_reason": "none printed"},
        bench | {"player_lookup": "foulplayer", "minutes": None, "personal_fouls": 1},
    ]
    outcome = run(raw)
    row = players(outcome)["benchplayer"]
    assert (row["is_dnp"], row["is_active"], row["player_status"]) == (True, False, "dnp")
    assert {row[name] for name in ("minutes_played", "points", "plus_minus", "fg_attempts", "dnp_reason")} == {None}
    assert row["starter_flag"] is False
    assert row["quality_issues"] == []
    assert players(outcome)["foulplayer"]["is_dnp"] is False


def test_every_row_of_the_downloads_is_an_appearance():
    raw = made_up_game(PLAYER_BOX)
    nothing = dict.fromkeys([name for name, value in raw[PLAYER_BOX][0].items() if isinstance(value, int)], 0)
    raw[PLAYER_BOX] += [
        player_row(PLAYER_BOX, "BOS", 0, **nothing, minutes="0") | {"player_full_name": "Late Sub", "nba_player_id": 7}
    ]
    row = players(run(raw))["latesub"]
    assert (row["is_dnp"], row["minutes_played"], row["points"], row["usage_rate"]) == (False, 0.0, 0, None)


def test_dnp_and_inactive_players_of_the_gamebook():
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, player_status=" DNP ", dnp_reason=" DND - Rest ", player_lookup="rested"),
        player_row(GAMEBOOK, "BOS", 0, player_status="inactive", player_lookup="injured"),
        player_row(GAMEBOOK, "BOS", 0, player_status="dnp", dnp_reason="  ", player_lookup="silent"),
    ]
    rows = players(run(raw))
    assert (rows["rested"]["dnp_reason"], rows["rested"]["dnp_reason_category"]) == ("DND - Rest", "rest")
    assert rows["rested"]["points"] is None
    assert rows["rested"]["win_flag"] is True
    assert rows["silent"]["dnp_reason"] is None
    assert "injured" not in rows


def test_total_rebounds_come_from_their_parts_for_the_team_sum_too():
    raw = made_up_game(GAMEBOOK)
    del raw["nbac_team_boxscore"]
    raw[GAMEBOOK][0] |= {"offensive_rebounds": None}
    (boston, new_york) = run(raw).rows[TOGS]
    assert (boston["rebounds"], boston["offensive_rebounds"], boston["defensive_rebounds"]) == (39, None, 30)
    assert (boston["pace"], new_york["pace"]) == (None, 98.8)
    assert boston["quality_issues"] == ["reconstructed", "shot_zones_unavailable"]
    assert (boston["quality_tier"], boston["quality_score"]) == ("silver", 85.0)


def test_a_total_is_unknown_only_if_somebody_on_the_floor_has_it_unknown():
    raw = made_up_game(PLAYER_BOX)
    del raw["nbac_team_boxscore"]
    nothing = dict.fromkeys([name for name, value in raw[PLAYER_BOX][0].items() if isinstance(value, int)])
    raw[PLAYER_BOX].append(player_row(PLAYER_BOX, "BOS", 0, **nothing) | {"player_full_name": "A B", "minutes": "0"})
    assert run(raw).rows[TOGS][0]["fg_attempts"] == 90
    raw[PLAYER_BOX][0]["field_goals_attempted"] = None
    row = run(raw).rows[TOGS][0]
    assert (row["fg_attempts"], row["fg_makes"], row["possessions"], row["ts_pct"]) == (None, 40, None, None)


def test_unknown_team_unreadable_minutes_and_unknown_status():
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, team_abbr="EST", player_lookup="a"),
        player_row(GAMEBOOK, "BOS", 0, minutes="12:3:4", player_lookup="b"),
        player_row(GAMEBOOK, "BOS", 0, minutes="x", player_status=" Ejected ", player_lookup="c"),
        player_row(GAMEBOOK, "BOS", 0, player_name=" . ", player_lookup=" "),
        player_row(GAMEBOOK, "BOS", 0, player_name=None, player_lookup=" "),
    ]
    raw["nbac_team_boxscore"][0]["minutes"] = "DNP"
    raw["nbac_team_boxscore"] += [team_row("EST"), team_row("MIA"), team_row("BOS", fg_attempted=80)]
    outcome = run(raw)
    assert outcome.counts == {
        ("bad_minutes", GAMEBOOK): 1,
        ("bad_minutes", "nbac_team_boxscore"): 1,
        ("unknown_team", GAMEBOOK): 1,
        ("unknown_team", "nbac_team_boxscore"): 1,
        ("team_not_in_game", "nbac_team_boxscore"): 1,
        ("duplicate_rows", "nbac_team_boxscore"): 1,
    }
    assert records(outcome) == [
        ("VALIDATION_FAILED", ".", "", "data", "nbac_gamebook: the name has no letters or digits", 1),
        ("VALIDATION_FAILED", GAME, "", "data", "nbac_gamebook: the name has no letters or digits", 1),
        ("VALIDATION_FAILED", "c", "", "data", "nbac_gamebook: unknown player_status Ejected", 1),
    ]
    assert players(outcome)["b"]["minutes_played"] is None


def test_a_missing_team_comes_from_the_registry():
    raw = made_up_game(GAMEBOOK)
    listed = {"season": "2021-22", "universal_player_id": "x_001"}
    raw["nba_players_registry"] = [
        raw_row("nba_players_registry", player_lookup="traded", team_abbr="MIA", **listed),
        raw_row("nba_players_registry", player_lookup="traded", team_abbr=" nyk", **listed),
        raw_row("nba_players_registry", player_lookup="both", team_abbr="NYK", **listed),
        raw_row("nba_players_registry", player_lookup="both", team_abbr="BOS", **listed),
        raw_row("nba_players_registry", player_lookup="old", team_abbr="BOS", season="2020-21"),
    ]
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, team_abbr=" ", player_lookup="traded"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="both"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="old"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="old"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr="MIA", player_lookup="elsewhere"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr="MIA", player_lookup="bosalpha"),
    ]
    outcome = run(raw)
    assert players(outcome)["traded"]["team_abbr"] == "NYK"
    unresolved = "nbac_gamebook: no team in the row and no single registry team of BOS and NYK"
    elsewhere = f"nbac_gamebook: team MIA does not play in {GAME}"
    assert records(outcome) == [
        ("TEAM_UNRESOLVED", "both", "", "data", unresolved, 1),
        ("TEAM_NOT_IN_GAME", "elsewhere", "", "data", elsewhere, 1),
        ("TEAM_UNRESOLVED", "old", "", "data", unresolved, 2),
    ]
    assert outcome.counts == {("dropped_row", GAMEBOOK): 1}, "he has a row, so the second one is only counted"


def test_dropped_rows_of_a_source_that_was_not_chosen_are_only_counted():
    raw = made_up_game(GAMEBOOK, BDL)
    raw[BDL] += [
        player_row(BDL, "BOS", 0, team_abbr="MIA", player_full_name="Else Where"),
        player_row(BDL, "BOS", 0, player_full_name="..."),
    ]
    outcome = run(raw)
    assert records(outcome) == []
    assert outcome.counts == {("dropped_row", BDL): 2}


def test_one_row_per_player_and_the_order_in_which_they_are_kept():
    raw = made_up_game(GAMEBOOK)
    first = raw[GAMEBOOK][0]
    better = first | {"steals": 5, "processed_at": utc(2021, 11, 16)}
    later_but_inactive = first | {"player_status": "inactive", "processed_at": utc(2021, 11, 17)}
    tie = better | {"minutes": "23:59"}
    for rows in ([better, later_but_inactive, tie], [tie, later_but_inactive, better]):
        raw[GAMEBOOK] = [*rows, *player_rows(GAMEBOOK)]
        outcome = run(raw)
        assert players(outcome)["bosalpha"]["steals"] == 5
        assert players(outcome)["bosalpha"]["minutes_played"] == 24.0
        assert outcome.counts == {("duplicate_rows", GAMEBOOK): 3}


def test_two_people_with_one_lookup_are_not_merged():
    raw = made_up_game(PLAYER_BOX)
    twin = player_row(PLAYER_BOX, "NYK", 0, nba_player_id=4711, player_full_name="Bos Alpha", minutes="0", points=0)
    nobody = twin | {"nba_player_id": None}
    raw[PLAYER_BOX] += [twin, nobody]
    outcome = run(raw)
    first = raw[PLAYER_BOX][0]["nba_player_id"]
    reason = f"nbac_boxscores {GAME}: person {first} kept, person 4711 left out"
    assert records(outcome) == [("DUPLICATE_KEY", "bosalpha", "", "note", reason, 1)]
    assert outcome.counts == {("duplicate_rows", PLAYER_BOX): 1}
    assert players(outcome)["bosalpha"]["team_abbr"] == "BOS"


def test_a_player_listed_in_two_games_of_a_date():
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", away_team_score=100)
    )
    place = {"game_id": "20211115_LAL_GSW", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL", "GSW"), **place)
    guest = player_row(GAMEBOOK, "LAL", 0, player_name="Bos Alpha", player_lookup="bosalpha", **place)
    raw[GAMEBOOK] += [guest | {"minutes": "23:00"}]
    outcome = run(raw)
    reason = f"{GAME} kept, 20211115_LAL_GSW left out"
    assert records(outcome) == [("DUPLICATE_KEY", "bosalpha", "", "note", reason, 1)]
    assert players(outcome)["bosalpha"]["game_id"] == GAME
    raw[GAMEBOOK][-1] |= {"minutes": "25:00"}
    assert players(run(raw))["bosalpha"]["game_id"] == "20211115_LAL_GSW"
    raw[GAMEBOOK][-1] |= {"player_status": "dnp"}
    assert players(run(raw))["bosalpha"]["game_id"] == GAME


def test_the_gamebooks_lookup_is_never_recomputed():
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"player_name": "Alpha", "player_lookup": " bosalpha "}
    row = players(run(raw))["bosalpha"]
    assert row["player_full_name"] == "Alpha"


def test_the_feeds_own_lookup_is_recomputed_from_the_name():
    raw = made_up_game(BDL)
    raw[BDL][0] |= {"player_full_name": " Luka Dončić ", "player_lookup": "lukadoni"}
    raw[BDL][1] |= {"player_full_name": " ", "player_lookup": "bosbravo"}
    rows = players(run(raw))
    assert rows["lukadoncic"]["player_full_name"] == "Luka Dončić"
    assert rows["bosbravo"]["player_full_name"] is None


# Team rows.


def test_issues_of_team_rows():
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


def test_overtime_is_the_larger_of_the_two_teams_and_may_be_unknown():
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes="264:00"), team_row("NYK", minutes=None)]
    assert {row["overtime_periods"] for row in run(raw).rows[TDGS]} == {1}
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes=None), team_row("NYK", minutes=" ")]
    rows = run(raw).rows[TOGS]
    assert {row["overtime_periods"] for row in rows} == {0}
    assert rows[0]["quality_issues"] == ["shot_zones_unavailable", "overtime_unknown"]


def test_of_several_team_rows_the_valid_and_then_the_latest_counts():
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


def test_a_tie_has_no_winner():
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", points=100), team_row("NYK")]
    for row in run(raw).rows[TOGS]:
        assert (row["margin_of_victory"], row["win_flag"]) == (0, None)


# Bookkeeping.


def test_tracking_columns_are_taken_before_any_cleaning():
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"processed_at": utc(2021, 11, 16, 9), "data_hash": "b"}
    raw[GAMEBOOK][1] |= {"processed_at": utc(2021, 11, 16, 8), "data_hash": "a"}
    raw["nbac_shot_chart"] = [
        raw_row("nbac_shot_chart", GAME_ID="0", GAME_EVENT_ID=n, PLAYER_ID=1, TEAM_ID=1, GAME_DATE=DAY)
        for n in range(100)
    ]
    raw["bdl_player_boxscores"] = player_rows(BDL, game_date=DAY + timedelta(1))
    row = run(raw).rows[PGS][0]
    assert row["source_nbac_last_updated"] == utc(2021, 11, 16, 9)
    assert (row["source_nbac_rows_found"], row["source_nbac_completeness_pct"]) == (20, 100.0)
    assert row["source_nbac_hash"] == sha256(b"a|b").hexdigest()[:16]
    assert (row["source_shot_chart_rows_found"], row["source_shot_chart_completeness_pct"]) == (100, 66.67)
    assert (row["source_shot_chart_last_updated"], row["source_shot_chart_hash"]) == (None, None)
    assert {row[name] for name in row if name.startswith("source_bdl_")} == {None}


@pytest.mark.parametrize(
    ("table", "tier", "score", "issues"),
    [
        (GAMEBOOK, "gold", 95.0, ["missing_shot_zones"]),
        (PLAYER_BOX, "silver", 80.0, ["backup_source_used", "missing_shot_zones"]),
        (BDL, "silver", 75.0, ["backup_source_used", "missing_plus_minus", "missing_shot_zones"]),
    ],
)
def test_quality_of_player_rows(table, tier, score, issues):
    for row in run(made_up_game(table)).rows[PGS]:
        assert (row["quality_tier"], row["quality_score"], row["quality_issues"]) == (tier, score, issues)


def test_wanted_tables_and_their_order_of_columns():
    raw = made_up_game(GAMEBOOK)
    outcome = build({PGS: TABLES[PGS]}, raw, [DAY])
    assert list(outcome.rows) == list(outcome.records) == [PGS]
    assert outcome.rows[PGS] == run(raw).rows[PGS]
    assert list(outcome.rows[PGS][0]) == TABLES[PGS].names
    with pytest.raises(ValueError, match="no game summaries: x"):
        build({"x": TABLES[PGS]}, raw, [DAY])


def test_progress_is_called_with_every_date():
    seen = []
    dates = [DAY + timedelta(1), DAY]
    build(TABLES, made_up_game(GAMEBOOK), dates, seen.append)
    assert seen == sorted(dates)

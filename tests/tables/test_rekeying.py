"""Which game a raw row belongs to, and the games that only box scores know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    chart_row,
    facts_of,
    game_line,
    made_up_game,
    pick,
    player_row,
    player_rows,
    raw_row,
    schedule_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"game_id": "20211115_NYK_BOS"}, {("home_away_corrected", "nbac_team_boxscore"): 2}),
        ({"game_id": "20211115_bos_nyk"}, {}),
        ({"game_id": "19991231_BOS_NY"}, {}),
        ({"game_id": None}, {}),
        ({"game_id": "17", "nba_game_id": None}, {}),
        ({"game_id": " 0022100200 ", "nba_game_id": "x"}, {}),
        ({"game_id": "x", "nba_game_id": "0062300001"}, {("excluded_game", "006"): 2}),
        ({"game_id": "20211115_BOS_NYK", "nba_game_id": "0012300001"}, {("excluded_game", "001"): 2}),
        ({"game_id": "20240218_EST_WST"}, {("unknown_team", "nbac_team_boxscore"): 2}),
        ({"game_id": None, "nba_game_id": None}, {("no_game", "nbac_team_boxscore"): 2}),
        ({"game_id": "0022100999", "nba_game_id": None}, {}),
    ],
)
def test_rekeying_of_team_rows(run, changes, counts):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_team_boxscore"] = [team_row("BOS", **changes), team_row("NYK", **changes)]
    outcome = run(raw)
    assert outcome.counts == counts
    kept = not counts or ("home_away_corrected", "nbac_team_boxscore") in counts
    source = "nbac_team_boxscore" if kept else "reconstructed_team_from_players"
    assert {row["primary_source_used"] for row in outcome.rows[TOGS]} == {source}
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {"20211115_BOS_NYK"}


def test_home_and_away_come_from_the_schedule(run):
    raw = {GAMEBOOK: player_rows(GAMEBOOK, home_team_abbr="BOS", away_team_abbr=" nyk ")}
    raw["nbac_schedule"] = [schedule_row()]
    outcome = run(raw)
    assert outcome.counts == {("home_away_corrected", GAMEBOOK): 20}
    assert {(row["team_abbr"], row["home_game"]) for row in outcome.rows[PGS]} == {("BOS", False), ("NYK", True)}


@pytest.mark.parametrize(
    ("raw_id", "away", "home", "day", "scheduled"),
    [
        ("20240104_GSW_DEN", None, None, date(2024, 1, 4), ("0022300400", "DEN", "GSW")),
        ("0022400561", None, None, date(2025, 1, 15), ("0022400561", "NYK", "PHI")),
        (None, "PHO", "BRK", date(2024, 11, 27), ("0022400200", "BKN", "PHX")),
    ],
)
def test_worked_examples_of_rekeying(run, raw_id, away, home, day, scheduled):
    nba_id, visitors, hosts = scheduled
    rows = [
        player_row(GAMEBOOK, team, number, game_id=raw_id, game_date=day, away_team_abbr=away, home_team_abbr=home)
        for team in scheduled[1:]
        for number in range(10)
    ]
    schedule = schedule_row(
        game_id=nba_id, game_date=day, away_team_tricode=visitors, home_team_tricode=hosts, game_date_est=None
    )
    outcome = run({"nbac_schedule": [schedule], GAMEBOOK: rows}, day)
    assert {row["game_id"] for row in outcome.rows[PGS]} == {f"{day:%Y%m%d}_{visitors}_{hosts}"}
    assert {row["nba_game_id"] for row in outcome.rows[TOGS]} == {nba_id}


def test_rows_of_games_that_are_not_over(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] += [
        schedule_row(game_id="0022100201", home_team_tricode="LAL", away_team_tricode="GSW", home_team_score=None),
        schedule_row(game_id="0022100202", home_team_tricode="MIA", away_team_tricode="ORL", game_status=2),
    ]
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL",), 3, home_team_abbr="LAL", away_team_abbr="GSW")
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("MIA",), 2, home_team_abbr="MIA", away_team_abbr="ORL")
    pbp = {"game_date": DAY, "actionType": "rebound"}
    raw["nbac_play_by_play"] = [
        raw_row("nbac_play_by_play", gameId="0022100201", actionNumber=n, **pbp) for n in range(4)
    ]
    raw["odds_api_game_lines"] = [game_line(home_team_abbr="LAL", away_team_abbr="GSW")]
    outcome = run(raw)
    assert outcome.counts == {
        ("game_not_final", GAMEBOOK): 5,
        ("game_not_final", "nbac_play_by_play"): 4,
        ("game_not_final", "odds_api_game_lines"): 1,
    }
    reason = "status 3 without a score; 7 raw rows of the game were left out"
    assert facts_of(outcome.records[TOGS]) == [("MISSING_DATA", "20211115_GSW_LAL", "", "upstream", reason, 1)]


def test_rows_of_excluded_games_and_of_other_dates(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] += [
        schedule_row(game_id="0012100201", home_team_tricode="LAL", away_team_tricode="GSW"),
        schedule_row(game_id="label", home_team_tricode="GSW", away_team_tricode="LAL"),
        schedule_row(game_id="0022100300", game_date=DAY + timedelta(1), home_team_tricode="MIA"),
    ]
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL",), 3, home_team_abbr="LAL", away_team_abbr="GSW")
    raw[PLAYER_BOX] = [
        player_row(PLAYER_BOX, "ORL", 0, game_id="0022100300", home_team_abbr="ORL", away_team_abbr="UTA"),
        player_row(PLAYER_BOX, "ORL", 1, game_id="0022100300", home_team_abbr=None, away_team_abbr=None),
    ]
    raw["nbac_shot_chart"] = [
        chart_row(GAME_ID=game_id) for game_id in ("0022100300", "0062100300", "0022100999", "22100999")
    ]
    outcome = run(raw)
    assert outcome.counts == {
        ("excluded_game", "001"): 4,
        ("excluded_game", "label"): 1,
        ("excluded_game", "006"): 1,
        ("date_mismatch", PLAYER_BOX): 2,
        ("date_mismatch", "nbac_shot_chart"): 1,
        ("no_game", "nbac_shot_chart"): 2,
    }


def test_box_scores_taken_during_the_game_are_left_out(run):
    raw = made_up_game()
    raw[PLAYER_BOX] = player_rows(PLAYER_BOX, game_status=" FINAL ") + player_rows(PLAYER_BOX, game_status="Q3")
    raw[PLAYER_BOX] += player_rows(PLAYER_BOX, size=1, game_status=None)
    outcome = run(raw)
    assert outcome.counts == {("box_not_final", PLAYER_BOX): 20, ("duplicate_rows", PLAYER_BOX): 2}


def outside(table: str, away: str, home: str, teams: tuple[str, ...] | None = None, **changes: object) -> list[object]:
    values = {"game_id": f"20211115_{away}_{home}", "away_team_abbr": away, "home_team_abbr": home} | changes
    return player_rows(table, teams or (away, home), **values)


def test_a_game_that_only_box_scores_know(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += outside(GAMEBOOK, "LAL", "GSW")
    raw[PLAYER_BOX] = outside(PLAYER_BOX, "GSW", "LAL", game_id="0022100777")
    raw[PLAYER_BOX] += outside(PLAYER_BOX, "GSW", "LAL", game_id="0022100700", size=1)
    outcome = run(raw)
    rows = [row for row in outcome.rows[TOGS] if row["team_abbr"] in ("LAL", "GSW")]
    assert {(row["game_id"], row["nba_game_id"]) for row in rows} == {("20211115_LAL_GSW", "0022100700")}
    issues = ["reconstructed", "shot_zones_unavailable", "game_not_in_schedule"]
    assert all(row["quality_issues"] == issues for row in rows)
    players = [row for row in outcome.rows[PGS] if row["game_id"] == "20211115_LAL_GSW"]
    assert len(players) == 20
    assert all("game_not_in_schedule" in row["quality_issues"] for row in players)
    assert outcome.counts == {("duplicate_rows", PLAYER_BOX): 2}


def test_a_fallback_game_may_not_touch_a_team_of_a_final_game(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += outside(GAMEBOOK, "LAL", "BOS", ("LAL",))
    outcome = run(raw)
    assert outcome.counts == {("date_mismatch", GAMEBOOK): 10}


def test_a_fallback_game_needs_an_order(run):
    raw = made_up_game(GAMEBOOK)
    rows = [
        team_row(team, game_id="17", nba_game_id=None, is_home=None, points=100, ft_made=10) for team in ("LAL", "GSW")
    ]
    raw["nbac_team_boxscore"] += rows
    assert run(raw).counts == {("no_game", "nbac_team_boxscore"): 2}
    rows[0]["is_home"] = False
    outcome = run(raw)
    assert outcome.counts == {}
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {"20211115_BOS_NYK", "20211115_LAL_GSW"}
    assert facts_of(outcome.records[PGS])[0][:2] == ("NO_PLAYER_SOURCE", "20211115_LAL_GSW")


def test_two_fallback_games_of_one_team(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDL] = outside(BDL, "ATL", "LAL")
    raw[PLAYER_BOX] = outside(PLAYER_BOX, "LAL", "GSW", game_id=None)
    raw[PLAYER_BOX] += outside(PLAYER_BOX, "GSW", "MIA", game_id=None)
    outcome = run(raw)
    assert facts_of(outcome.records[TOGS]) == [
        ("DUPLICATE_KEY", "20211115_ATL_LAL", "", "note", "20211115_LAL_GSW kept, 20211115_ATL_LAL left out", 1),
        ("DUPLICATE_KEY", "20211115_GSW_MIA", "", "note", "20211115_LAL_GSW kept, 20211115_GSW_MIA left out", 1),
    ]
    assert outcome.counts == {("duplicate_rows", BDL): 20, ("duplicate_rows", PLAYER_BOX): 20}


def test_feeds_of_shots_never_make_a_game(run):
    raw = made_up_game(GAMEBOOK)
    shot = {"game_date": DAY, "event_type": "shot", "shot_made": True, "player_1_team_abbr": "LAL"}
    raw["bigdataball_play_by_play"] = [
        raw_row("bigdataball_play_by_play", game_id="20211115_LAL_GSW", event_id=str(n), **shot) for n in range(5)
    ]
    assert run(raw).counts == {("no_game", "bigdataball_play_by_play"): 5}
    raw[GAMEBOOK] += outside(GAMEBOOK, "LAL", "GSW")
    assert run(raw).counts == {}


def test_a_pair_that_another_game_of_the_date_has_the_id_of_is_a_fallback_game(run):
    """The codes of a row go before its id; only an id of another date speaks against them."""
    raw = made_up_game(GAMEBOOK)
    raw[PLAYER_BOX] = outside(PLAYER_BOX, "LAL", "GSW", game_id="0022100200")
    outcome = run(raw)
    assert {row["game_id"] for row in outcome.rows[PGS]} == {GAME, "20211115_LAL_GSW"}
    assert outcome.counts == {}
    raw["nbac_schedule"].append(
        schedule_row(game_date=DAY + timedelta(1), game_id="0022100210", away_team_tricode="MIA")
    )
    raw[PLAYER_BOX] = outside(PLAYER_BOX, "LAL", "GSW", game_id="0022100210")
    assert run(raw).counts == {("date_mismatch", PLAYER_BOX): 20}


@pytest.mark.parametrize(
    ("los_angeles", "golden_state", "game_id"),
    [
        ({"is_home": True}, {"is_home": None}, "20211115_GSW_LAL"),
        ({"is_home": False}, {"is_home": None}, "20211115_LAL_GSW"),
        ({"is_home": None}, {"is_home": None}, "20211115_LAL_GSW"),
        ({"is_home": False}, {"is_home": None, "game_id": "20211115_GSW_LAL"}, "20211115_GSW_LAL"),
    ],
    ids=["is_home of one row", "away of one row", "canonical id", "the smaller of two that disagree"],
)
def test_home_and_away_of_a_fallback_game_from_team_rows(run, los_angeles, golden_state, game_id):
    """A row says it by `is_home`, else by its canonical id; where rows disagree the smallest order counts."""
    raw = made_up_game(GAMEBOOK)
    values = {"game_id": "20211115_LAL_GSW", "nba_game_id": None}
    raw["nbac_team_boxscore"] += [team_row("LAL", **(values | los_angeles)), team_row("GSW", **(values | golden_state))]
    assert {row["game_id"] for row in run(raw).rows[TOGS]} == {GAME, game_id}


def test_the_first_source_that_has_it_names_home_and_away_of_a_fallback_game(run):
    raw = made_up_game(GAMEBOOK)
    nowhere = {"game_id": "0022100777", "home_team_abbr": " ", "away_team_abbr": None}
    raw[GAMEBOOK] += outside(GAMEBOOK, "GSW", "LAL", size=1, **nowhere)
    raw["nbac_team_boxscore"] += [
        team_row(team, game_id="0022100777", nba_game_id=None, is_home=team == "LAL") for team in ("LAL", "GSW")
    ]
    raw[BDL] = outside(BDL, "LAL", "GSW", game_id=None)
    outcome = run(raw)
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {GAME, "20211115_LAL_GSW"}
    assert {row["nba_game_id"] for row in outcome.rows[TOGS]} == {"0022100200", "0022100777"}
    assert outcome.counts == {("no_game", GAMEBOOK): 2}


def test_shots_and_props_attach_to_a_fallback_game(run):
    """Shots by its id, props and lines by its pair; neither creates one."""
    raw = made_up_game(GAMEBOOK)
    raw[PLAYER_BOX] = outside(PLAYER_BOX, "LAL", "GSW", game_id="0022100777")
    places = {"home_team_abbr": "LAL", "away_team_abbr": "GSW"}
    seen = {"snapshot_timestamp": utc(2021, 11, 15, 16), "bookmaker": "x", "points_line": 9.5}
    odds = "odds_api_player_points_props"
    raw[odds] = [raw_row(odds, game_date=DAY, player_name="Lal Alpha", **places, **seen)]
    raw["odds_api_game_lines"] = [game_line(**places), game_line(home_team_abbr="MIA")]
    ids = {"LAL": 1610612747, "GSW": 1610612744}
    raw["nbac_shot_chart"] = [
        chart_row(GAME_ID="0022100777", GAME_EVENT_ID=n + 1000 * side, TEAM_ID=ids[team], PLAYER_ID=5)
        for side, team in enumerate(ids)
        for n in range(81)
    ]
    outcome = run(raw)
    rows = {row["player_lookup"]: row for row in outcome.rows[PGS]}
    assert pick(rows["lalalpha"], "points_line", "shot_zones_source") == (9.5, "nbac_shot_chart")
    assert {row["team_paint_attempts"] for row in outcome.rows[TOGS]} == {None, 81}
    assert outcome.counts == {
        ("no_game", "odds_api_game_lines"): 1,
        ("unmatched_name", "nbac_shot_chart"): 2,
    }


def test_the_cup_final_and_the_all_star_game_make_nothing(run):
    raw = made_up_game(GAMEBOOK)
    cup = {"game_id": "0062300001", "nba_game_id": "0062300001"}
    raw["nbac_team_boxscore"] += [team_row("LAL", **cup), team_row("IND", **cup)]
    stars = {"game_id": "20240218_EST_WST", "nba_game_id": None}
    raw["nbac_team_boxscore"] += [team_row("EST", **stars), team_row("WST", **stars)]
    outcome = run(raw)
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {GAME}
    assert outcome.counts == {("excluded_game", "006"): 2, ("unknown_team", "nbac_team_boxscore"): 2}


def test_R22_six_copies_of_a_load_and_one_on_a_wrong_date(run):  # noqa: N802
    """Copies collapse and are counted, rows under another date are dropped and counted, the totals are right."""
    raw = made_up_game(PLAYER_BOX)
    tomorrow = DAY + timedelta(1)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100210", game_date=tomorrow, away_team_tricode="LAL", home_team_tricode="GSW")
    )
    once = raw[PLAYER_BOX]
    raw[PLAYER_BOX] = [row | {"processed_at": utc(2021, 11, 16, hour)} for hour in range(6) for row in once]
    raw[PLAYER_BOX] += [row | {"game_date": tomorrow} for row in once]
    raw["nbac_team_boxscore"] += raw["nbac_team_boxscore"] * 5
    outcome = run(raw, DAY, tomorrow)
    assert (len(outcome.rows[PGS]), len(outcome.rows[TOGS])) == (20, 2)
    assert [row["points_scored"] for row in outcome.rows[TOGS]] == [110, 100]
    assert outcome.counts == {
        ("duplicate_rows", PLAYER_BOX): 100,
        ("duplicate_rows", "nbac_team_boxscore"): 10,
        ("date_mismatch", PLAYER_BOX): 20,
    }


def test_R23_half_of_the_ids_the_other_way_round(run):  # noqa: N802
    raw = made_up_game(GAMEBOOK)
    plain = run(raw)
    for row in raw[GAMEBOOK][::2]:
        row |= {"game_id": "20211115_NYK_BOS", "home_team_abbr": "BOS", "away_team_abbr": "NYK"}
    for row in raw["nbac_team_boxscore"][:1]:
        row["game_id"] = "20211115_NYK_BOS"
    mirrored = run(raw)
    assert mirrored.rows == plain.rows
    assert mirrored.counts == {("home_away_corrected", GAMEBOOK): 10, ("home_away_corrected", "nbac_team_boxscore"): 1}
    assert all(row["usage_rate"] is not None for row in mirrored.rows[PGS])


def test_the_first_reason_that_drops_a_row_is_the_one_that_counts(run):
    """Out of scope before unknown codes, unknown codes before the date of the id."""
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(schedule_row(game_id="0022100300", game_date=DAY + timedelta(1)))
    extra = [
        {"game_id": "0012100001", "home_team_abbr": "EST"},
        {"game_id": "0022100300", "home_team_abbr": "EST"},
        {"game_id": "20211115_EST_NYK", "home_team_abbr": "NYK", "away_team_abbr": "BOS"},
        {"game_id": "20211115_EST_NYK", "home_team_abbr": None, "away_team_abbr": "BOS"},
        {"game_id": "20211115_NYK_NYK", "home_team_abbr": "NYK", "away_team_abbr": "NYK"},
        {"game_id": "0022100200", "home_team_abbr": "NYK", "away_team_abbr": "NYK"},
    ]
    raw[GAMEBOOK] += [player_row(GAMEBOOK, "BOS", 0, player_lookup=f"x{n}", **row) for n, row in enumerate(extra)]
    outcome = run(raw)
    assert outcome.counts == {
        ("excluded_game", "001"): 1,
        ("unknown_team", GAMEBOOK): 2,
        ("no_game", GAMEBOOK): 1,
    }
    assert {"x2", "x5"} <= {row["player_lookup"] for row in outcome.rows[PGS]}


def test_three_teams_under_one_raw_id_name_no_pair(run):
    raw = made_up_game(GAMEBOOK)
    shared = {"game_id": "17", "nba_game_id": None}
    raw["nbac_team_boxscore"] = [team_row(team, **shared) for team in ("BOS", "NYK", "EST", " ")]
    outcome = run(raw)
    assert {row["primary_source_used"] for row in outcome.rows[TOGS]} == {"nbac_team_boxscore"}
    assert outcome.counts == {("unknown_team", "nbac_team_boxscore"): 2}
    raw["nbac_team_boxscore"][2]["team_abbr"] = "MIA"
    assert run(raw).counts == {("no_game", "nbac_team_boxscore"): 4}

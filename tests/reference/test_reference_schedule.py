"""Which games there are, and which raw rows belong to them."""

from __future__ import annotations

from datetime import date, timedelta

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
from nbaproc.reference.props import cut_time, is_early
from nbaproc.reference.schedule import Game, clean_schedule

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES


def run(raw: Raw, *dates: date) -> Outcome:
    return build(TABLES, raw, dates or (DAY,))


def only_game(*rows: dict[str, object]) -> Game:
    (games,) = clean_schedule(rows).by_date.values()
    (game,) = games
    return game


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"game_id": "0022100200"}, "regular"),
        ({"game_id": "0042100101"}, "playoff"),
        ({"game_id": "0052100101"}, "play_in"),
        ({"game_id": "0022100200", "is_all_star": True}, "regular"),
        ({"game_id": "x", "is_playoffs": True, "is_regular_season": True}, "playoff"),
        ({"game_id": "x", "is_regular_season": True}, "regular"),
    ],
)
def test_games_that_count(changes, kind):
    game = only_game(schedule_row(**changes))
    assert game.kind == kind
    assert game.nba_game_id == (None if game.raw_id == "x" else game.raw_id)


@pytest.mark.parametrize(
    ("changes", "prefix"),
    [
        ({"game_id": "0012100001"}, "001"),
        ({"game_id": "0032100001", "home_team_tricode": "LEB", "away_team_tricode": "DUR"}, "003"),
        ({"game_id": "0062300001"}, "006"),
        ({"game_id": "1022100001"}, "102"),
        ({"game_id": "x", "is_all_star": True, "is_playoffs": True}, "label"),
        ({"game_id": "x"}, "label"),
    ],
)
def test_games_out_of_scope_are_counted_and_make_no_row(changes, prefix):
    raw = made_up_game(GAMEBOOK)
    other = {"home_team_tricode": "LAL", "away_team_tricode": "GSW"} | changes
    raw["nbac_schedule"].append(schedule_row(**other))
    outcome = run(raw)
    assert outcome.counts == {("excluded_game", prefix): 1}
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {"20211115_BOS_NYK"}


def test_a_date_without_a_final_game_is_not_computed():
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] = [schedule_row(game_status=1, home_team_score=None)]
    outcome = run(raw)
    assert not any(outcome.rows.values())
    assert not any(outcome.records.values())
    assert outcome.counts == {}


@pytest.mark.parametrize(
    ("changes", "final"),
    [
        ({}, True),
        ({"game_status": 2}, False),
        ({"game_status": None}, False),
        ({"home_team_score": None}, False),
        ({"home_team_score": 0, "away_team_score": 0}, False),
    ],
)
def test_a_final_game_has_a_score(changes, final):
    assert only_game(schedule_row(**changes)).final is final


def test_an_unknown_team_drops_the_schedule_row():
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] += [
        schedule_row(game_id="0022100201", home_team_tricode="EST", away_team_tricode="WST"),
        schedule_row(game_id="0022100202", home_team_tricode="LAL", away_team_tricode="LAL"),
        schedule_row(game_id="0022100203", game_date=DAY + timedelta(1), home_team_tricode="EST"),
    ]
    assert run(raw).counts == {("unknown_team", "nbac_schedule"): 2}


def test_one_row_per_id_and_date():
    rows = [
        schedule_row(game_status=2, processed_at=utc(2021, 11, 17)),
        schedule_row(processed_at=utc(2021, 11, 16), home_team_score=99),
        schedule_row(processed_at=utc(2021, 11, 16, 1), data_hash="b", home_team_score=101),
        schedule_row(processed_at=utc(2021, 11, 16, 1), data_hash="a"),
        schedule_row(processed_at=utc(2021, 11, 16, 1), home_team_score=98),
    ]
    for start in range(5):
        assert only_game(*rows[start:], *rows[:start]).home_score == 100


def test_a_postponed_game_is_one_game_on_the_day_it_was_played():
    postponed = schedule_row(game_date=DAY - timedelta(3), home_team_score=None, processed_at=utc(2021, 12, 1))
    assert only_game(postponed, schedule_row()).game_date == DAY
    waiting = [schedule_row(game_status=1, game_date=DAY + timedelta(days)) for days in (0, 2, 1)]
    assert only_game(*waiting).game_date == DAY + timedelta(2)


def test_two_games_of_one_team_on_a_date():
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] += [
        schedule_row(game_id="0022100190", game_status=1, home_team_tricode="BOS", away_team_tricode="MIA"),
        schedule_row(game_id="0022100191", game_status=1, home_team_tricode="MIA", away_team_tricode="ORL"),
        schedule_row(game_id="0022100300"),
    ]
    outcome = run(raw)
    assert facts_of(outcome.records[TOGS]) == [
        ("DUPLICATE_KEY", "20211115_BOS_NYK", "", "note", "schedule id 0022100200 kept, 0022100300 left out", 1),
        ("DUPLICATE_KEY", "20211115_MIA_BOS", "", "note", "schedule id 0022100200 kept, 0022100190 left out", 1),
        ("DUPLICATE_KEY", "20211115_ORL_MIA", "", "note", "schedule id 0022100190 kept, 0022100191 left out", 1),
    ]
    assert len(outcome.rows[TOGS]) == 2


@pytest.mark.parametrize(
    ("labelled", "tip_off"),
    [
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 16, 0, 30)),
        (utc(2021, 11, 15), None),
        (utc(2021, 11, 16, 19, 30), None),
        (None, None),
    ],
)
def test_the_tip_off_is_eastern_wall_clock_time(labelled, tip_off):
    assert only_game(schedule_row(game_date_est=labelled)).tip_off == tip_off


def test_the_tip_off_on_days_when_the_clocks_change():
    summer = schedule_row(game_date=date(2021, 10, 19), game_date_est=utc(2021, 10, 19, 19, 30))
    assert only_game(summer).tip_off == utc(2021, 10, 19, 23, 30)
    skipped = schedule_row(game_date=date(2022, 3, 13), game_date_est=utc(2022, 3, 13, 2, 30))
    assert only_game(skipped).tip_off is None
    twice = schedule_row(game_date=date(2021, 11, 7), game_date_est=utc(2021, 11, 7, 1, 30))
    assert only_game(twice).tip_off == utc(2021, 11, 7, 5, 30)


@pytest.mark.parametrize(
    ("labelled", "start", "cut", "early"),
    [
        (utc(2021, 11, 15, 19, 30), None, utc(2021, 11, 16, 0, 30), False),
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 16, 0, 40), utc(2021, 11, 16, 0, 30), False),
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 15, 22, 30), utc(2021, 11, 16, 0, 30), False),
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 15, 22, 29), utc(2021, 11, 15, 22, 29), True),
        (None, utc(2021, 11, 16, 0, 40), utc(2021, 11, 16, 0, 40), False),
        (None, None, utc(2021, 11, 15, 17, 0), False),
    ],
)
def test_the_cut_is_the_tip_off_unless_the_odds_start_much_earlier(labelled, start, cut, early):
    game = only_game(schedule_row(game_date_est=labelled))
    assert cut_time(game, start) == cut
    assert is_early(game, start) is early


# Re-keying. Each case is a team row: (changes of the row, changes of the schedule) -> what becomes of it.


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
def test_rekeying_of_team_rows(changes, counts):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_team_boxscore"] = [team_row("BOS", **changes), team_row("NYK", **changes)]
    outcome = run(raw)
    assert outcome.counts == counts
    kept = not counts or ("home_away_corrected", "nbac_team_boxscore") in counts
    source = "nbac_team_boxscore" if kept else "reconstructed_team_from_players"
    assert {row["primary_source_used"] for row in outcome.rows[TOGS]} == {source}
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {"20211115_BOS_NYK"}


def test_home_and_away_come_from_the_schedule():
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
def test_worked_examples_of_rekeying(raw_id, away, home, day, scheduled):
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


def test_rows_of_games_that_are_not_over():
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
    raw["odds_api_game_lines"] = [
        raw_row("odds_api_game_lines", game_date=DAY, home_team_abbr="LAL", away_team_abbr="GSW")
    ]
    outcome = run(raw)
    assert outcome.counts == {
        ("game_not_final", GAMEBOOK): 5,
        ("game_not_final", "nbac_play_by_play"): 4,
        ("game_not_final", "odds_api_game_lines"): 1,
    }
    reason = "status 3 without a score; 7 raw rows of the game were left out"
    assert facts_of(outcome.records[TOGS]) == [("MISSING_DATA", "20211115_GSW_LAL", "", "upstream", reason, 1)]


def test_rows_of_excluded_games_and_of_other_dates():
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
        raw_row("nbac_shot_chart", GAME_ID=game_id, GAME_EVENT_ID=1, PLAYER_ID=1, TEAM_ID=1, GAME_DATE=DAY)
        for game_id in ("0022100300", "0062100300", "0022100999", "22100999")
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


def test_box_scores_taken_during_the_game_are_left_out():
    raw = made_up_game()
    raw[PLAYER_BOX] = player_rows(PLAYER_BOX, game_status=" FINAL ") + player_rows(PLAYER_BOX, game_status="Q3")
    raw[PLAYER_BOX] += player_rows(PLAYER_BOX, size=1, game_status=None)
    outcome = run(raw)
    assert outcome.counts == {("box_not_final", PLAYER_BOX): 20, ("duplicate_rows", PLAYER_BOX): 2}
    assert outcome.samples["box_not_final", PLAYER_BOX][0] == "2021-11-15 0022100200 Bos Alpha"
    assert len(outcome.samples["box_not_final", PLAYER_BOX]) == 10


# Fallback games.


def outside(table: str, away: str, home: str, teams: tuple[str, ...] | None = None, **changes: object) -> list[object]:
    values = {"game_id": f"20211115_{away}_{home}", "away_team_abbr": away, "home_team_abbr": home} | changes
    return player_rows(table, teams or (away, home), **values)


def test_a_game_that_only_box_scores_know():
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


def test_a_fallback_game_may_not_touch_a_team_of_a_final_game():
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += outside(GAMEBOOK, "LAL", "BOS", ("LAL",))
    outcome = run(raw)
    assert outcome.counts == {("date_mismatch", GAMEBOOK): 10}


def test_a_fallback_game_needs_an_order():
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


def test_two_fallback_games_of_one_team():
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


def test_feeds_of_shots_never_make_a_game():
    raw = made_up_game(GAMEBOOK)
    shot = {"game_date": DAY, "event_type": "shot", "shot_made": True, "player_1_team_abbr": "LAL"}
    raw["bigdataball_play_by_play"] = [
        raw_row("bigdataball_play_by_play", game_id="20211115_LAL_GSW", event_id=str(n), **shot) for n in range(5)
    ]
    assert run(raw).counts == {("no_game", "bigdataball_play_by_play"): 5}
    raw[GAMEBOOK] += outside(GAMEBOOK, "LAL", "GSW")
    assert run(raw).counts == {}

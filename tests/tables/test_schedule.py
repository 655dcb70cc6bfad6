"""Which games there are: scope, scores, doubles, dates, seasons, and the instant after which no line is used."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    facts_of,
    game_line,
    made_up_game,
    of,
    pick,
    player_rows,
    raw_row,
    schedule_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
ODDS = "odds_api_player_points_props"


# Scope.


@pytest.mark.parametrize(
    ("changes", "nba_game_id"),
    [
        ({"game_id": "0022100200"}, "0022100200"),
        ({"game_id": "0042100101"}, "0042100101"),
        ({"game_id": "0052100101"}, "0052100101"),
        ({"game_id": " 0022100200 "}, "0022100200"),
        ({"game_id": "0022100200", "is_all_star": True}, "0022100200"),
        ({"game_id": "x", "is_playoffs": True, "is_regular_season": True}, None),
        ({"game_id": "x", "is_regular_season": True}, None),
        ({"game_id": "00221002٠٠", "is_regular_season": True}, None),
    ],
)
def test_games_that_count(run, changes, nba_game_id):
    """Ten ASCII digits are judged by their prefix alone, any other id by the label columns."""
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] = [schedule_row(**changes)]
    assert [row["nba_game_id"] for row in run(raw).rows[TOGS]] == [nba_game_id] * 2


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
def test_games_out_of_scope_are_counted_and_make_no_row(run, changes, prefix):
    raw = made_up_game(GAMEBOOK)
    other = {"home_team_tricode": "LAL", "away_team_tricode": "GSW"} | changes
    raw["nbac_schedule"].append(schedule_row(**other))
    outcome = run(raw)
    assert outcome.counts == {("excluded_game", prefix): 1}
    assert {row["game_id"] for row in outcome.rows[TOGS]} == {"20211115_BOS_NYK"}


def test_R14_a_date_with_excluded_games_only_is_not_computed(run):  # noqa: N802
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] = [schedule_row(game_id="0012100001")]
    outcome = run(raw)
    assert not any(outcome.rows.values())
    assert outcome.counts == {}


def test_an_unknown_team_drops_the_schedule_row(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] += [
        schedule_row(game_id="0022100201", home_team_tricode="EST", away_team_tricode="WST"),
        schedule_row(game_id="0022100202", home_team_tricode="LAL", away_team_tricode="LAL"),
        schedule_row(game_id="0022100203", game_date=DAY + timedelta(1), home_team_tricode="EST"),
    ]
    assert run(raw).counts == {("unknown_team", "nbac_schedule"): 2}


def test_other_spellings_of_team_codes(run):
    """All ten, in the schedule and in raw rows, in any case and with white space around them."""
    pairs = [(" brk", "Pho "), ("CHO", "gs"), ("SA", "no"), ("NY", "utah"), ("WSH", "DEN"), ("bos", " lal\t")]
    raw = {
        "nbac_schedule": [
            schedule_row(game_id=f"002210020{n}", away_team_tricode=away, home_team_tricode=home)
            for n, (away, home) in enumerate(pairs)
        ],
        "nbac_team_boxscore": [
            team_row("BOS", team_abbr=code.replace("utah", "uth"), game_id=f"002210020{n}", nba_game_id=None)
            for n, pair in enumerate(pairs)
            for code in pair
        ],
    }
    outcome = run(raw)
    assert outcome.counts == {}
    teams = {row["team_abbr"] for row in outcome.rows[TOGS]}
    assert teams == {"BKN", "PHX", "CHA", "GSW", "SAS", "NOP", "NYK", "UTA", "WAS", "DEN", "BOS", "LAL"}


# One row per game, one game per team and date.


def test_a_date_without_a_final_game_is_not_computed(run):
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
        ({"home_team_score": 0}, True),
    ],
)
def test_a_final_game_has_a_score(run, changes, final):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"] = [schedule_row(**changes)]
    assert bool(run(raw).rows[PGS]) is final


def test_one_row_per_id_and_date_the_final_then_the_last_loaded(run):
    """The score of the row that counts is the one the second feed is measured by."""
    rows = [
        schedule_row(game_status=2, processed_at=utc(2021, 11, 17)),
        schedule_row(processed_at=utc(2021, 11, 16), home_team_score=99),
        schedule_row(processed_at=utc(2021, 11, 16, 1), data_hash="b", home_team_score=101),
        schedule_row(processed_at=utc(2021, 11, 16, 1), data_hash="a"),
        schedule_row(processed_at=utc(2021, 11, 16, 1), home_team_score=98),
    ]
    for start in range(0, 5, 2):
        outcome = run(made_up_game(BDL) | {"nbac_schedule": rows[start:] + rows[:start]})
        assert len(outcome.rows[PGS]) == 20
        assert outcome.counts == {("duplicate_rows", "nbac_schedule"): 4}


def test_of_rows_that_are_not_final_the_largest_status_counts(run):
    """Before the time of loading: so a game called over without a score is missed, whatever came later."""
    raw = made_up_game(GAMEBOOK)
    other = {"game_id": "0022100201", "away_team_tricode": "LAL", "home_team_tricode": "GSW", "home_team_score": None}
    raw["nbac_schedule"] += [
        schedule_row(**other, processed_at=utc(2021, 11, 16)),
        schedule_row(**other, processed_at=utc(2021, 11, 17), game_status=1),
    ]
    raw["nbac_team_boxscore"].append(team_row("LAL", game_id="20211115_LAL_GSW", nba_game_id=None))
    reason = "status 3 without a score; 1 raw rows of the game were left out"
    assert facts_of(run(raw).records[TOGS]) == [("MISSING_DATA", "20211115_LAL_GSW", "", "upstream", reason, 1)]


def test_a_postponed_game_is_one_game_on_the_day_it_was_played(run):
    raw = made_up_game(GAMEBOOK)
    before = {"game_date": DAY - timedelta(3), "processed_at": utc(2021, 12, 1)}
    raw["nbac_schedule"] += [
        schedule_row(home_team_score=None, **before),
        schedule_row(game_status=1, game_date=DAY + timedelta(9)),
    ]
    raw["nbac_team_boxscore"].append(team_row("BOS", game_date=DAY - timedelta(3)))
    outcome = run(raw, DAY - timedelta(3), DAY)
    assert {row["game_date"] for row in outcome.rows[TOGS]} == {DAY}
    assert outcome.counts == {}, "nothing is counted on a date that is not computed"


def test_of_one_id_on_several_dates_the_last_loaded_and_then_the_latest_stays(run):
    waiting = [schedule_row(game_status=1, game_date=DAY + timedelta(days)) for days in (0, 2, 1)]
    other = {"away_team_tricode": "LAL", "home_team_tricode": "GSW"}
    finals = [schedule_row(game_id=f"002210030{n}", game_date=DAY + timedelta(n), **other) for n in range(3)]
    rows = [team_row(team, game_date=DAY + timedelta(n), game_id=None) for n in range(3) for team in ("BOS", "NYK")]
    outcome = run(
        {"nbac_schedule": waiting + finals, "nbac_team_boxscore": rows}, *(DAY + timedelta(n) for n in range(3))
    )
    assert outcome.counts == {
        ("date_mismatch", "nbac_team_boxscore"): 4,
        ("duplicate_rows", "nbac_schedule"): 2,
        ("game_not_final", "nbac_team_boxscore"): 2,
    }


def test_two_games_of_one_team_on_a_date(run):
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
    ("changes", "kept"),
    [
        ({"processed_at": utc(2021, 11, 16)}, "0022100300"),
        ({"processed_at": None}, "0022100200"),
        ({"processed_at": utc(2021, 11, 16), "game_status": 2}, "0022100200"),
        ({"game_id": "0022100100"}, "0022100100"),
    ],
)
def test_of_two_ids_of_one_pair_the_final_the_last_loaded_the_smallest_stays(run, changes, kept):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(schedule_row(**({"game_id": "0022100300"} | changes)))
    raw["nbac_team_boxscore"] = [team_row(team, nba_game_id=None) for team in ("BOS", "NYK")]
    assert {row["nba_game_id"] for row in run(raw).rows[TOGS]} == {kept}


# Dates and seasons.


def test_the_season_of_a_date(run):
    """October 2020 belongs to 2019-20; a season never comes from a source."""
    seasons = {
        date(2020, 9, 30): 2019,
        date(2020, 10, 1): 2019,
        date(2020, 10, 11): 2019,
        date(2020, 10, 12): 2020,
        date(2020, 12, 22): 2020,
        date(2021, 7, 20): 2020,
        date(2021, 10, 1): 2021,
        date(2022, 6, 16): 2021,
    }
    raw = {
        "nbac_schedule": [schedule_row(game_id=f"004990020{n}", game_date=day) for n, day in enumerate(seasons)],
        "nbac_team_boxscore": [
            team_row(team, game_id=None, nba_game_id=f"004990020{n}", game_date=day)
            for n, day in enumerate(seasons)
            for team in ("BOS", "NYK")
        ],
    }
    outcome = run(raw, *seasons)
    for table in (TOGS, TDGS):
        assert {row["game_date"]: row["season_year"] for row in outcome.rows[table]} == seasons


def at_home(rows):
    return {row["team_abbr"]: row["home_game"] for row in rows}


def test_home_and_away_of_a_neutral_site_stay_those_of_the_schedule(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"][0]["neutral_site_flag"] = True
    assert at_home(run(raw).rows[TOGS]) == {"BOS": False, "NYK": True}


# The cut.


def cut_is(run, cut: datetime, schedule: dict[str, object], start: datetime | None = None, day: date = DAY) -> bool:
    """Whether a line seen at the cut is used and one seen a microsecond later is not."""
    raw = {
        "nbac_schedule": [schedule_row(game_date=day, **schedule)],
        GAMEBOOK: player_rows(GAMEBOOK, game_date=day, game_id=None),
        "odds_api_game_lines": [game_line(game_date=day, commence_time=start)],
    }
    values = {"game_date": day, "home_team_abbr": "NYK", "away_team_abbr": "BOS", "player_name": "Bos Alpha"}
    raw[ODDS] = [
        raw_row(ODDS, **values, bookmaker="x", points_line=line, snapshot_timestamp=cut + timedelta(microseconds=late))
        for line, late in ((10.5, 0), (11.5, 1))
    ]
    outcome = run(raw, day)
    lines = pick(of(outcome.rows[PGS], "player_lookup", "bosalpha"), "points_line", "opening_line")
    return lines == (10.5, 10.5) and outcome.counts["prop_after_tip", ODDS] == 1


@pytest.mark.parametrize(
    ("labelled", "cut"),
    [
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 16, 0, 30)),
        (utc(2021, 11, 15), utc(2021, 11, 15, 17)),
        (utc(2021, 11, 16, 19, 30), utc(2021, 11, 15, 17)),
        (None, utc(2021, 11, 15, 17)),
    ],
    ids=["wall clock", "midnight", "another date", "none"],
)
def test_the_tip_off_is_eastern_wall_clock_time_and_noon_where_there_is_none(run, labelled, cut):
    assert cut_is(run, cut, {"game_date_est": labelled})


@pytest.mark.parametrize(
    ("labelled", "cut"),
    [
        (utc(2021, 10, 19, 19, 30), utc(2021, 10, 19, 23, 30)),
        (utc(2022, 3, 13, 2, 30), utc(2022, 3, 13, 16)),
        (utc(2022, 3, 13, 19), utc(2022, 3, 13, 23)),
        (utc(2021, 11, 7, 1, 30), utc(2021, 11, 7, 5, 30)),
        (utc(2021, 11, 7, 19), utc(2021, 11, 8, 0)),
    ],
    ids=[
        "summer",
        "an hour that is skipped",
        "the evening after",
        "an hour that comes twice",
        "the evening after that",
    ],
)
def test_the_tip_off_on_days_when_the_clocks_change(run, labelled, cut):
    assert cut_is(run, cut, {"game_date_est": labelled}, day=labelled.date())


@pytest.mark.parametrize(
    ("labelled", "start", "cut"),
    [
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 16, 0, 40), utc(2021, 11, 16, 0, 30)),
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 15, 22, 30), utc(2021, 11, 16, 0, 30)),
        (utc(2021, 11, 15, 19, 30), utc(2021, 11, 15, 22, 29), utc(2021, 11, 15, 22, 29)),
        (None, utc(2021, 11, 16, 0, 40), utc(2021, 11, 16, 0, 40)),
        (None, utc(2021, 11, 15, 15, 0), utc(2021, 11, 15, 15, 0)),
    ],
    ids=["later start", "two hours before", "more than two hours", "no tip-off", "no tip-off, before noon"],
)
def test_the_cut_is_the_tip_off_unless_the_odds_start_much_earlier(run, labelled, start, cut):
    assert cut_is(run, cut, {"game_date_est": labelled}, start)

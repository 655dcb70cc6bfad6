"""Quality, issues and source columns."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from nbaproc.raw.tracking import TRACKED_PROPS, TRACKED_SOURCES
from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    chart_row,
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
GAME = "20211115_BOS_NYK"
CHART = "nbac_shot_chart"


def with_zones(table: str):
    """The made-up game with all its shots in the shot chart."""
    raw = made_up_game(table)
    for side, team in enumerate(("BOS", "NYK")):
        for n in range(90):
            name = f"{team.title()} {('Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel')[n % 8]}"
            shot = chart_row(GAME_EVENT_ID=n + 1000 * side, PLAYER_ID=500 + n % 8 + 100 * side, PLAYER_NAME=name)
            raw.setdefault(CHART, []).append(shot | {"TEAM_ID": (1610612738, 1610612752)[side]})
    return raw


@pytest.mark.parametrize(
    ("table", "zones", "tier", "score", "issues"),
    [
        (GAMEBOOK, True, "gold", 100.0, []),
        (GAMEBOOK, False, "gold", 95.0, ["missing_shot_zones"]),
        (PLAYER_BOX, True, "silver", 85.0, ["backup_source_used"]),
        (PLAYER_BOX, False, "silver", 80.0, ["backup_source_used", "missing_shot_zones"]),
        (BDL, True, "silver", 80.0, ["backup_source_used", "missing_plus_minus"]),
        (BDL, False, "silver", 75.0, ["backup_source_used", "missing_plus_minus", "missing_shot_zones"]),
    ],
)
def test_quality_of_player_rows(run, table, zones, tier, score, issues):
    """The choice of source alone is no issue to act on; quality removes no row."""
    raw = with_zones(table) if zones else made_up_game(table)
    for row in raw[table]:
        row["field_goals_attempted"] = 11
    for row in [row for n, row in enumerate(raw[table]) if n % 10 >= 8]:
        row["field_goals_attempted"] = 0
    rows = run(raw).rows[PGS]
    assert len(rows) == 20
    for row in rows:
        assert pick(row, "quality_tier", "quality_score", "quality_issues") == (tier, score, issues)
        assert pick(row, "processed_with_issues", "is_production_ready") == (len(issues) > (table != GAMEBOOK), True)


def test_data_sources_in_order(run):
    raw = with_zones(PLAYER_BOX)
    outcome = run(raw)
    for row in outcome.rows[PGS]:
        assert row["data_sources"] == ["nbac_boxscores", "nbac_team_boxscore", "nbac_shot_chart"]
        assert pick(row, "primary_source_used", "shot_zones_source") == ("nbac_boxscores", "nbac_shot_chart")
    for row in [*outcome.rows[TOGS], *outcome.rows[TDGS]]:
        assert row["data_sources"] == ["nbac_team_boxscore", "nbac_shot_chart"]
        assert pick(row, "quality_tier", "quality_score", "quality_issues") == ("gold", 100.0, [])
    del raw["nbac_team_boxscore"], raw[CHART]
    outcome = run(raw)
    assert outcome.rows[PGS][0]["data_sources"] == ["nbac_boxscores", "reconstructed_team_from_players"]
    for row in [*outcome.rows[TOGS], *outcome.rows[TDGS]]:
        assert row["data_sources"] == ["reconstructed_team_from_players"]
        assert pick(row, "quality_tier", "quality_score") == ("silver", 85.0)
        assert pick(row, "quality_issues", "processed_with_issues") == (
            ["reconstructed", "shot_zones_unavailable"],
            True,
        )


def test_all_issues_of_player_rows_in_order(run):
    """One row with nearly all of them: a fallback game of the second feed."""
    raw = made_up_game(GAMEBOOK)
    place = {"game_id": "0022100777", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[BDL] = player_rows(BDL, ("LAL", "GSW"), **place)
    raw[BDL][0] |= {"minutes": "0:30"}
    raw[BDL][1] |= {"minutes": "47:30"}
    raw["nba_players_registry"] = [
        raw_row("nba_players_registry", player_lookup="lalalpha", universal_player_id=f"lalalpha_00{n}") for n in (1, 2)
    ]
    row = of(run(raw).rows[PGS], "player_lookup", "lalalpha")
    assert row["quality_issues"] == [
        "backup_source_used",
        "missing_plus_minus",
        "missing_shot_zones",
        "usage_rate_out_of_range",
        "ambiguous_lookup",
        "game_not_in_schedule",
    ]
    assert pick(row, "quality_score", "processed_with_issues", "is_production_ready") == (75.0, True, True)


def test_all_issues_of_team_rows_in_order(run):
    raw = made_up_game()
    place = {"game_id": "0022100777", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] = player_rows(GAMEBOOK, ("LAL", "GSW"), minutes=None, points=1, field_goals_made=12, **place)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="MIA", home_team_tricode="ORL", away_team_score=7)
    )
    raw["nbac_team_boxscore"] += [
        team_row(team, game_id="0022100201", nba_game_id=None, minutes="246:00", points=201, three_pt_made=31)
        for team in ("MIA", "ORL")
    ]
    outcome = run(raw)
    for table, team in ((TOGS, "team_abbr"), (TDGS, "defending_team_abbr")):
        assert of(outcome.rows[table], team, "LAL")["quality_issues"] == [
            "reconstructed",
            "shot_zones_unavailable",
            "points_calculation_mismatch",
            "unrealistic_team_score",
            "impossible_shooting",
            "minutes_total_mismatch",
            "overtime_unknown",
            "game_not_in_schedule",
        ]
        assert of(outcome.rows[table], team, "MIA")["quality_issues"] == [
            "shot_zones_unavailable",
            "points_calculation_mismatch",
            "unrealistic_team_score",
            "impossible_shooting",
            "minutes_total_mismatch",
            "points_total_mismatch",
        ]


@pytest.mark.parametrize(
    ("changes", "issue", "is_there"),
    [
        ({"points": 50, "ft_made": None}, "unrealistic_team_score", False),
        ({"points": 49, "ft_made": None}, "unrealistic_team_score", True),
        ({"points": 200, "ft_made": None}, "unrealistic_team_score", False),
        ({"points": 201, "ft_made": None}, "unrealistic_team_score", True),
        ({"fg_made": 90}, "impossible_shooting", False),
        ({"fg_made": 91}, "impossible_shooting", True),
        ({"ft_made": 21}, "impossible_shooting", True),
        ({"ft_made": 21, "ft_attempted": None}, "impossible_shooting", False),
        ({"three_pt_made": None}, "points_calculation_mismatch", False),
        ({"points": 111}, "points_calculation_mismatch", True),
        ({"minutes": "245:00"}, "minutes_total_mismatch", False),
        ({"minutes": "245:01"}, "minutes_total_mismatch", True),
        ({"minutes": "235:00"}, "minutes_total_mismatch", False),
        ({"minutes": "234:59"}, "minutes_total_mismatch", True),
        ({"minutes": None}, "minutes_total_mismatch", False),
        ({"points": 109}, "points_total_mismatch", True),
    ],
)
def test_when_an_issue_of_a_team_row_is_one(run, changes, issue, is_there):
    """Whose box score it is about shows in the opponent's defending row; the last two are about the game."""
    raw = made_up_game()
    raw["nbac_team_boxscore"][0] |= changes
    outcome = run(raw)
    own = of(outcome.rows[TOGS], "team_abbr", "BOS")["quality_issues"]
    opponents = of(outcome.rows[TDGS], "defending_team_abbr", "NYK")["quality_issues"]
    assert (issue in own, issue in opponents) == (is_there, is_there)
    others = of(outcome.rows[TOGS], "team_abbr", "NYK")["quality_issues"]
    assert (issue in others) is (is_there and issue.endswith("total_mismatch"))


@pytest.mark.parametrize(
    ("changes", "issue"), [({"minutes": "36:00"}, "minutes_total_mismatch"), ({"points": 12}, "points_total_mismatch")]
)
def test_the_chosen_players_are_held_against_the_team_too(run, changes, issue):
    """The team box score is kept."""
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= changes
    outcome = run(raw)
    assert all(issue in row["quality_issues"] for row in [*outcome.rows[TOGS], *outcome.rows[TDGS]])
    assert of(outcome.rows[TOGS], "team_abbr", "BOS")["points_scored"] == 110


# Source columns.


def test_tracking_columns_are_taken_before_any_cleaning(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"processed_at": utc(2021, 11, 16, 9), "data_hash": "b"}
    raw[GAMEBOOK][1] |= {"processed_at": utc(2021, 11, 16, 8), "data_hash": "a"}
    raw["nbac_shot_chart"] = [chart_row(GAME_ID="0", GAME_EVENT_ID=n) for n in range(100)]
    raw["bdl_player_boxscores"] = player_rows(BDL, game_date=DAY + timedelta(1))
    row = run(raw).rows[PGS][0]
    assert row["source_nbac_last_updated"] == utc(2021, 11, 16, 9)
    assert (row["source_nbac_rows_found"], row["source_nbac_completeness_pct"]) == (20, 100.0)
    assert row["source_nbac_hash"] == sha256(b"a|b").hexdigest()[:16]
    assert (row["source_shot_chart_rows_found"], row["source_shot_chart_completeness_pct"]) == (100, 66.67)
    assert (row["source_shot_chart_last_updated"], row["source_shot_chart_hash"]) == (None, None)
    assert {row[name] for name in row if name.startswith("source_bdl_")} == {None}


EXPECTED = {
    "source_team_boxscore": 2,
    "source_nbac": 20,
    "source_nbac_box": 20,
    "source_bdl": 20,
    "source_bbd": 400,
    "source_nbac_pbp": 400,
    "source_shot_chart": 150,
    "source_odds": 10,
    "source_bp": 10,
}


def test_completeness_is_measured_against_final_and_fallback_games_and_never_above_100(run):
    """Two games of the date: one row of every table, then twice what is expected."""
    raw = made_up_game(GAMEBOOK)
    place = {"game_id": "0022100777", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL", "GSW"), size=5, **place)
    props, pros = "odds_api_player_points_props", "bettingpros_player_points_props"
    raw[props] = [raw_row(props, game_date=DAY, player_name="x")] * 3
    raw[pros] = [raw_row(pros, game_date=DAY, player_name="x")] * 41
    raw[CHART] = [chart_row(GAME_ID="0")]
    row = run(raw).rows[PGS][0]
    shares = {prefix: row[f"{prefix}_completeness_pct"] for prefix in EXPECTED}
    assert {prefix: share for prefix, share in shares.items() if share is not None} == {
        "source_team_boxscore": 50.0,
        "source_nbac": 75.0,
        "source_shot_chart": 0.33,
        "source_odds": 15.0,
        "source_bp": 100.0,
    }


def test_the_tracked_tables_and_what_is_expected_of_them():
    assert {prefix: expected for prefix, (_, expected) in (TRACKED_SOURCES | TRACKED_PROPS).items()} == EXPECTED
    prop_columns = [f"source_{feed}_{what}" for feed in ("odds", "bp") for what in ("hash", "rows_found")]
    assert all(name in TABLES[PGS].names for name in prop_columns)
    assert not any(name in TABLES[TOGS].names + TABLES[TDGS].names for name in prop_columns)


def test_source_columns_are_one_value_per_date(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", away_team_score=100)
    )
    raw["nbac_team_boxscore"] += [
        team_row(team, game_id="20211115_LAL_GSW", nba_game_id=None) for team in ("LAL", "GSW")
    ]
    outcome = run(raw)
    for rows in outcome.rows.values():
        tracked = [{name: row[name] for name in row if name.startswith("source_")} for row in rows]
        assert all(values == tracked[0] for values in tracked)
    assert outcome.rows[TOGS][0]["source_team_boxscore_completeness_pct"] == 100.0

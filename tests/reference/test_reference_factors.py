"""Composite factors: the worked examples of the four scores and their total, quality, context, records and hashes."""

from __future__ import annotations

from datetime import date

import pytest

from nbaproc.reference import build
from nbaproc.reference.canonical import row_hash, row_text, value_text
from nbaproc.reference.completeness import Completeness
from nbaproc.reference.matchup_scores import (
    POINT,
    Load,
    fatigue_of,
    pace_units,
    usage_change,
    usage_units,
    zone_units,
)
from nbaproc.reference.numbers import ratio
from nbaproc.reference.player_composite_factors import Inputs, build_row, mismatch_of, score_columns
from tests.reference.look_back_world import PCF, PGS, TABLES, TDGS, build_one, on, player_row, season

D = date(2024, 1, 15)
A, B, C = Load(4, False, 2, 61, 305, 0, 27), Load(1, True, 4, 148, 370, 2, 35), Load(1, True, 5, 241, 482, 3, 36)
E, N = Load(4, False, 2, 70, 351, 0, 31), Load(None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("load", "score", "points"),
    [
        *((A, 100, 0.0), (B, 45, -2.75), (C, 35, -3.25), (E, 92, -0.4), (N, 100, 0.0)),
        (Load(2, False, 4, 240, 350, 1, 30), 80, -1.0),
        (Load(3, False, 3, 200, 349, 1, 29), 100, 0.0),
    ],
)
def test_fatigue(load, score, points):
    found = fatigue_of(load)
    assert (found.score, found.units / POINT) == (score, points)


def test_what_fatigue_is_made_of():
    assert fatigue_of(A).bonuses == ("extra_rest: +5",)
    assert fatigue_of(N).penalties == fatigue_of(N).bonuses == ()
    assert fatigue_of(C).penalties == (
        *("back_to_back: -15", "frequent_games: -10", "heavy_minutes: -10", "heavy_average: -8"),
        *("recent_b2b: -12", "veteran_age: -10"),
    )
    assert fatigue_of(Load(2, False, 4, 240, 350, 1, 30)).penalties == (
        *("frequent_games: -10", "recent_b2b: -5", "age_30: -5"),
    )


@pytest.mark.parametrize(
    ("rate", "defense", "unrounded", "stored"),
    [
        *((6250, 430, 4.3, 4.3), (4200, -640, -6.4512, -6.5), (5000, 500, 5.0, 5.0), (5000, 501, 6.012, 6.0)),
        *((8000, 900, 10.0, 10.0), (6000, -880, -10.0, -10.0), (3500, 200, 1.4, 1.4), (3700, 125, 0.925, 0.9)),
        *((None, 400, 0.0, 0.0), (3600, None, 0.0, 0.0)),
    ],
)
def test_zone(rate, defense, unrounded, stored):
    units = zone_units(rate, defense)
    assert (units / POINT, ratio(units, POINT, 1)) == (unrounded, stored)


@pytest.mark.parametrize(
    ("differential", "unrounded", "stored"),
    [
        *((350, 1.75, 1.8), (330, 1.65, 1.7), (720, 3.0, 3.0), (-50, -0.25, -0.3), (-70, -0.35, -0.4)),
        *((210, 1.05, 1.1), (10, 0.05, 0.1), (-601, -3.0, -3.0), (None, 0.0, 0.0)),
    ],
)
def test_pace(differential, unrounded, stored):
    units = pace_units(differential)
    assert (units / POINT, ratio(units, POINT, 1)) == (unrounded, stored)


@pytest.mark.parametrize(
    ("projected", "recent", "stars", "unrounded", "stored"),
    [
        *((285, 250, 1, 1.2075, 1.2), (240, 270, 2, -0.9, -0.9), (300, 220, 3, 3.0, 3.0), (230, 205, 2, 0.975, 1.0)),
        *((255, 250, None, 0.15, 0.2), (220, 0, 0, 0.0, 0.0), (None, 142, 0, 0.0, 0.0), (220, None, 1, 0.0, 0.0)),
    ],
)
def test_usage(projected, recent, stars, unrounded, stored):
    units = usage_units(usage_change(projected, recent), stars)
    assert (units / POINT, ratio(units, POINT, 1)) == (unrounded, stored)


FATIGUE, MATCHUP, ADJUSTMENT = "EXTREME_FATIGUE", "EXTREME_MATCHUP", "EXTREME_ADJUSTMENT"


@pytest.mark.parametrize(
    ("load", "zone", "pace", "usage", "scores", "total", "warnings"),
    [
        (A, (6250, 430), 350, (285, 250, 1), (100, 4.3, 1.8, 1.2), 7.26, ()),
        (B, (6000, -750), -420, (200, 240, 0), (45, -9.0, -2.1, -1.2), -15.05, (FATIGUE, MATCHUP, ADJUSTMENT)),
        (A, (7000, 880), 500, (310, 220, 2), (100, 10.0, 2.5, 3.0), 15.5, (MATCHUP, ADJUSTMENT)),
        (E, (4200, -640), -70, (None, 250, 0), (92, -6.5, -0.4, 0.0), -7.2, ()),
        (C, (7000, -850), 9, (None, 250, 0), (35, -10.0, 0.0, 0.0), -13.21, (FATIGUE, MATCHUP, ADJUSTMENT)),
        (N, (3600, None), None, (None, None, None), (100, 0.0, 0.0, 0.0), 0.0, ()),
    ],
)
def test_total(load, zone, pace, usage, scores, total, warnings):
    projected, recent, stars = usage
    row = score_columns(
        fatigue_of(load), zone_units(*zone), pace_units(pace), usage_units(usage_change(projected, recent), stars)
    )
    names = ("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score")
    assert tuple(row[name] for name in names) == scores
    assert row["total_composite_adjustment"] == total
    assert row["warning_details"] == ("; ".join(warnings) or None)
    assert row["has_warnings"] is bool(warnings)


def test_the_zone_a_player_is_judged_by():
    shots = {"paint_rate_last_10": 35.0, "mid_range_rate_last_10": 20.56, "three_pt_rate_last_10": 44.44}
    defense = {f"{zone}_defense_vs_league_avg": lead for zone, lead in (("paint", 2.0), ("three_pt", -0.07))}
    defense["mid_range_defense_vs_league_avg"] = None

    def judged(zone):
        found = mismatch_of(shots | {"primary_scoring_zone": zone}, defense)
        return (found.zone, found.rate, found.defense, found.is_missing)

    assert judged("balanced") == ("paint", 3500, 200, False)
    assert judged("perimeter") == ("perimeter", 4444, -7, False)
    assert judged("mid_range") == ("mid_range", 2056, None, True)
    assert judged(None) == (None, None, None, True)
    assert mismatch_of(None, defense).is_missing and mismatch_of(shots, None).is_missing


def context(load=N, **changes):
    average = load.average_last_7 / 10 if load.average_last_7 is not None else None
    row = {"game_date": D, "player_lookup": "playerone", "universal_player_id": "playerone_001"}
    row |= {"game_id": "20240115_BOS_TOR", "days_rest": load.days_rest, "back_to_back": bool(load.back_to_back)}
    row |= {"games_in_last_7_days": load.games_last_7, "minutes_in_last_7_days": load.minutes_last_7}
    row |= {"avg_minutes_per_game_last_7": average, "back_to_backs_last_14_days": load.back_to_backs_last_14}
    row |= {"player_age": load.age, "avg_usage_rate_last_7_games": None, "star_teammates_out": None}
    row |= {"pace_differential": None, "opponent_pace_last_10": None, "is_production_ready": True}
    return row | changes


def shots(zone="perimeter", rate=42.0, *, is_ready=True):
    rates = dict.fromkeys(("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10"), rate)
    return {"primary_scoring_zone": zone, "is_production_ready": is_ready, **rates}


def defense(lead=-6.4, weakest="paint", *, is_ready=True):
    leads = {f"{zone}_defense_vs_league_avg": lead for zone in ("paint", "mid_range", "three_pt")}
    return {"weakest_zone": weakest, "is_production_ready": is_ready, **leads}


READY = {"is_production_ready": True}
FULL = Completeness(10, 10)
ONE = build_row(Inputs(context(E, pace_differential=-0.7), shots(), defense(), READY), FULL)
TWO = build_row(
    Inputs(
        context(C, pace_differential=0.09, player_lookup="playertwo", universal_player_id=None),
        *(shots("paint", 70.0), defense(-8.5), READY),
    ),
    FULL,
)


def test_hashes():
    assert row_text(ONE, PCF.hashed) == (
        "calculation_version=v2_4factors|data_completeness_pct=800|fatigue_score=92|game_date=2024-01-15"
        "|game_id=20240115_BOS_TOR|has_warnings=false|missing_data_fields=projected_usage_rate|pace_score=-4"
        "|player_lookup=playerone|shot_zone_mismatch_score=-65|total_composite_adjustment=-720"
        r"|universal_player_id=playerone_001|usage_spike_score=0|warning_details=\N"
    )
    assert row_hash(ONE, PCF) == "0ddffce767dffdac"
    assert row_hash(TWO, PCF) == "9968abdee7d5bb5e"
    assert set(ONE) == {*PCF.names} - {"data_hash"}


def test_context_columns_are_structs_in_declared_order():
    structs = [column for column in PCF.columns if column.fields]
    assert len(structs) == 4
    for column in structs:
        assert list(ONE[column.name]) == [field.name for field in column.fields]
    assert value_text(ONE["fatigue_context_json"]) == (
        '{"days_rest":4,"back_to_back":false,"games_last_7":2,"minutes_last_7":70,"avg_minutes_pg_last_7":35.1,'
        '"back_to_backs_last_14":0,"player_age":31,"penalties_applied":["heavy_average: -8","age_30: -5"],'
        '"bonuses_applied":["extra_rest: +5"],"final_score":92}'
    )
    without_shots = build_row(Inputs(context(E), None, defense(), READY), FULL)
    assert value_text(without_shots["shot_zone_context_json"]) == (
        '{"missing_data":true,"player_primary_zone":null,"primary_zone_frequency":null,"opponent_weak_zone":"paint",'
        '"opponent_defense_vs_league":null,"mismatch_type":"neutral","final_score":0.0}'
    )
    assert ONE["shot_zone_context_json"] == {
        "missing_data": False,
        "player_primary_zone": "perimeter",
        "primary_zone_frequency": 42.0,
        "opponent_weak_zone": "paint",
        "opponent_defense_vs_league": -6.4,
        "mismatch_type": "unfavorable",
        "final_score": -6.4512,
    }


def test_balanced_scorers_keep_their_label_and_are_judged_by_the_paint():
    row = build_row(Inputs(context(), shots("balanced", 35.0), defense(2.0), READY), FULL)
    assert row["shot_zone_context_json"]["player_primary_zone"] == "balanced"
    assert (row["shot_zone_context_json"]["primary_zone_frequency"], row["shot_zone_mismatch_score"]) == (35.0, 1.4)


@pytest.mark.parametrize(
    ("differential", "label", "score"),
    [(2.0, "normal", 1.0), (2.01, "fast", 1.005), (-2.01, "slow", -1.005), (None, None, 0.0)],
)
def test_pace_context(differential, label, score):
    row = build_row(
        Inputs(context(pace_differential=differential, opponent_pace_last_10=99.61), None, None, None), FULL
    )
    assert row["pace_context_json"] == {
        "pace_differential": differential,
        "opponent_pace_last_10": 99.61,
        "pace_environment": label,
        "final_score": score,
    }


def test_usage_without_a_projection():
    row = build_row(
        Inputs(context(avg_usage_rate_last_7_games=14.2, star_teammates_out=2), shots(), defense(), None), FULL
    )
    assert row["usage_context_json"] == {
        "projected_usage_rate": None,
        "avg_usage_last_7": 14.2,
        "usage_differential": None,
        "star_teammates_out": 2,
        "usage_trend": None,
        "final_score": 0.0,
    }


@pytest.mark.parametrize(
    ("changes", "shot_row", "defense_row", "missing", "share"),
    [
        ({"pace_differential": 1.0}, None, defense(), "days_rest, projected_usage_rate, player_shot_zone", 40.0),
        (
            *({}, None, None),
            "days_rest, projected_usage_rate, pace_differential, player_shot_zone, team_defense_zone",
            0.0,
        ),
        ({"pace_differential": 1.0, "days_rest": 2}, shots(), defense(), "projected_usage_rate", 80.0),
        (
            {"pace_differential": 1.0, "days_rest": 2},
            *(shots(None), defense()),
            *("projected_usage_rate, player_shot_zone", 60.0),
        ),
        (
            {"pace_differential": 1.0, "days_rest": 2},
            *(shots(None), defense(None)),
            *("projected_usage_rate, player_shot_zone", 60.0),
        ),
        (
            {"pace_differential": 1.0, "days_rest": 2},
            *(shots(), defense(None)),
            *("projected_usage_rate, team_defense_zone", 60.0),
        ),
    ],
)
def test_what_is_known(changes, shot_row, defense_row, missing, share):
    row = build_row(Inputs(context(**changes), shot_row, defense_row, READY), FULL)
    assert (row["missing_data_fields"], row["data_completeness_pct"]) == (missing, share)


def test_readiness():
    assert (ONE["is_production_ready"], ONE["all_upstreams_ready"], ONE["data_quality_issues"]) == (True, True, [])
    gap = Completeness(10, 6)
    unready = {"is_production_ready": False}
    row = build_row(Inputs(context(**unready), shots(is_ready=False), defense(is_ready=False), unready), gap)
    assert (row["is_production_ready"], row["all_upstreams_ready"]) == (False, False)
    assert row["data_quality_issues"] == [
        "own_data_incomplete",
        "upstream_player_shot_zone_incomplete",
        "upstream_team_defense_zone_incomplete",
        "upstream_player_context_incomplete",
        "upstream_team_context_incomplete",
    ]
    row = build_row(Inputs(context(), shots(), defense(), READY), gap)
    assert (row["is_production_ready"], row["all_upstreams_ready"]) == (False, True)
    row = build_row(Inputs(context(), None, None, None), FULL)
    upstreams = ("player_shot", "team_defense", "player_context", "team_context")
    assert [row[f"upstream_{name}_ready"] for name in upstreams] == [False, False, True, False]


def test_every_player_of_the_context_has_a_row():
    raw = season(range(25))
    raw[PGS] += [player_row("late", on(day), "NYK") for day in (21, 22)]
    rows, records, _ = build_one(PCF, raw, on(13), on(14), on(23))
    assert set(rows) == {
        *((on(14), lookup) for lookup in ("celtic", "knick")),
        *((on(23), lookup) for lookup in ("celtic", "knick", "late")),
    }
    assert records == []
    celtic, late = rows[on(23), "celtic"], rows[on(23), "late"]
    assert celtic["shot_zone_context_json"]["player_primary_zone"] == "paint"
    assert celtic["data_completeness_pct"] == 80.0
    assert late["missing_data_fields"] == "projected_usage_rate, player_shot_zone"
    assert (late["expected_games_count"], late["actual_games_count"], late["dnp_games_count"]) == (10, 2, 8)
    assert rows[on(14), "celtic"]["missing_data_fields"] == "projected_usage_rate, team_defense_zone"
    assert rows[on(23), "celtic"]["pace_score"] == -rows[on(23), "knick"]["pace_score"]


def test_the_opponent_defends():
    raw = season(range(25))
    raw[TDGS] = [row | {"opp_paint_makes": 30 if row["defending_team_abbr"] == "NYK" else 15} for row in raw[TDGS]]
    rows, _, _ = build_one(PCF, raw, on(23))
    assert rows[on(23), "celtic"]["shot_zone_mismatch_score"] == 10.0
    assert rows[on(23), "knick"]["shot_zone_mismatch_score"] == -10.0


def test_what_blocks_a_date():
    raw = season(range(25))
    nobody = raw | {PGS: []}
    rows, records, _ = build_one(PCF, nobody, on(20))
    assert rows == {}
    assert [record["failure_reason"] for record in records] == ["the pre-game context has no row of the date"]
    debut = raw | {PGS: [player_row("debut", on(20))]}
    rows, records, _ = build_one(PCF, debut, on(20))
    assert rows == {}
    assert [(r["entity_type"], r["entity_id"], r["failure_category"], r["failure_reason"]) for r in records] == [
        ("DATE", "DATE_LEVEL", "MISSING_DEPENDENCY", "no result of the season before the date")
    ]


def test_inputs_have_to_be_wanted_too():
    with pytest.raises(ValueError, match="made of upcoming_team_game_context, which is not among"):
        build({name: TABLES[name] for name in (PCF.name, "upcoming_player_game_context")}, {}, [])


def test_the_order_of_results_does_not_matter():
    raw = season(range(25))
    turned = {name: rows[::-1] for name, rows in raw.items()}
    assert build(TABLES, raw, [on(20), on(24)]) == build(TABLES, turned, [on(24), on(20)])

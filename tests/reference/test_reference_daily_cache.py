"""Daily cache: the worked example, ties, who has a row, completeness and hashes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import compress

import pytest

from nbaproc.reference.canonical import row_hash, row_text
from nbaproc.reference.completeness import L5, L7D, L10, L14D, Completeness, measure
from nbaproc.reference.form import Offense
from nbaproc.reference.history import read_played
from nbaproc.reference.player_daily_cache import build_row, form_columns, standard_deviation
from nbaproc.reference.season_games import player_games
from nbaproc.reference.windows import mean
from tests.reference.look_back_world import (
    OPENER,
    PDC,
    PGS,
    TOGS,
    build_one,
    on,
    player_row,
    schedule_row,
    season,
)

D = date(2024, 1, 15)
#: Date, points, minutes, usage, ts, field goals, assisted; the one of D is unseen.
GAMES = (
    *(("2023-12-20", 18, 31.0, 22.4, 0.561, 7, 3), ("2023-12-22", 25, 36.0, 27.9, 0.642, 9, 4)),
    *(("2023-12-23", 11, 28.0, 19.8, 0.455, 4, 2), ("2023-12-26", 30, 38.0, 30.1, 0.688, 11, None)),
    *(("2023-12-28", 22, 34.0, 25.0, 0.571, 8, 5), ("2023-12-30", 16, 33.0, 21.7, 0.520, 6, 2)),
    *(("2024-01-01", 27, 35.0, 28.8, 0.630, 10, 4), ("2024-01-03", 9, 25.0, 17.3, 0.402, 3, 1)),
    *(("2024-01-05", 21, 34.0, 24.6, 0.583, 8, None), ("2024-01-06", 0, 0.0, 0.0, None, 0, 0)),
    *(("2024-01-08", 33, 39.0, 31.5, 0.711, 12, 6), ("2024-01-10", 19, None, None, 0.550, 7, 3)),
    *(("2024-01-11", None, None, None, None, None, None), ("2024-01-13", 24, 36.0, 26.2, 0.604, 9, 4)),
    ("2024-01-15", 40, 41.0, 35.0, 0.800, 15, 5),
)
FACTS = ("points", "minutes_played", "usage_rate", "ts_pct", "fg_makes", "assisted_fg_makes")


def rows_of(games):
    rows = []
    for game_date, *facts in games:
        values = dict(zip(FACTS, facts, strict=True))
        rows.append(player_row("playerone", date.fromisoformat(game_date), is_dnp=values["points"] is None, **values))
    return rows


def games_before(of_date=D, rows=None):
    index = player_games(rows_of(GAMES) if rows is None else rows)
    return index.between(2023, "playerone", date.min, of_date)[::-1]


def test_the_worked_example():
    games = games_before()
    assert len(games) == 12
    assert form_columns(games) == {
        "points_avg_last_5": 21.2,
        "points_avg_last_10": 21.2,
        "points_avg_season": 21.25,
        "points_std_last_10": 7.7717,
        "minutes_avg_last_10": 33.5556,
        "usage_rate_last_10": 25.0,
        "ts_pct_last_10": 0.5714,
        "games_played_season": 12,
        "player_usage_rate_season": 25.0273,
        "assisted_rate_last_10": 0.457627119,
    }


CONTEXT = {"game_date": D, "player_lookup": "playerone", "universal_player_id": "playerone_001", "player_age": 27}
CONTEXT |= {"games_in_last_7_days": 2, "games_in_last_14_days": 5, "minutes_in_last_7_days": 36}
CONTEXT |= {"minutes_in_last_14_days": 134, "back_to_backs_last_14_days": 0, "avg_minutes_per_game_last_7": 18.0}
SHOTS = {"primary_scoring_zone": "perimeter", "paint_rate_last_10": 20.5, "three_pt_rate_last_10": 42.0}
PACES = (1001, 987, 1014, 999, 972, 1028, 1000, 993, 1011, 984)
RATINGS = (12501, *[11250] * 6, 10000, None, None)
OFFENSE = [Offense(D, pace, rating) for pace, rating in zip(PACES, RATINGS, strict=True)]
MEASURED = dict.fromkeys((L5, L10, L7D, L14D), Completeness(5, 5))


def cached(context=CONTEXT, games=None, offense=OFFENSE, shots=SHOTS, measured=MEASURED):
    return build_row(context, games_before() if games is None else games, offense, shots, measured)


def test_hashes():
    row = cached()
    assert row_text(row, PDC.hashed) == (
        "assisted_rate_last_10=457627119|avg_minutes_per_game_last_7=180|back_to_backs_last_14_days=0"
        "|cache_date=2024-01-15|cache_version=v2|games_in_last_14_days=5|games_in_last_7_days=2"
        "|games_played_season=12|minutes_avg_last_10=335556|minutes_in_last_14_days=134|minutes_in_last_7_days=36"
        "|paint_rate_last_10=2050|player_age=27|player_lookup=playerone|player_usage_rate_season=250273"
        "|points_avg_last_10=212000|points_avg_last_5=212000|points_avg_season=212500|points_std_last_10=77717"
        "|primary_scoring_zone=perimeter|team_off_rating_last_10=1125013|team_pace_last_10=998900"
        "|three_pt_rate_last_10=4200|ts_pct_last_10=5714|universal_player_id=playerone_001|usage_rate_last_10=250000"
    )
    assert row_hash(row, PDC) == "aad6fed14d51e44a"
    assert set(row) == {*PDC.names} - {"data_hash"}
    unknown = dict.fromkeys(("universal_player_id", "avg_minutes_per_game_last_7", "player_age"))
    third = cached(CONTEXT | unknown | {"player_lookup": "playerthree", "games_in_last_7_days": 0})
    third |= dict.fromkeys(("primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10"))
    third |= {"minutes_in_last_7_days": 0, "assisted_rate_last_10": None}
    assert row_hash(third, PDC) == "a58233f707d4ed70"


def test_means():
    assert mean(PACES, 10, 4) == 99.89
    assert mean([641, *[0] * 31], 1, 4) == 20.0313
    assert mean([3921, *[0] * 15], 10, 4) == 24.5063
    assert mean([2305, 0, 0, 0], 1000, 4) == 0.5763
    assert mean([90001, *[0] * 7], 100, 4) == 112.5013
    assert standard_deviation([5, 5, 5]) == 0.0


def test_few_games():
    row = cached(games=games_before()[:7])
    assert (row["early_season_flag"], row["insufficient_data_reason"]) == (True, "games=7;need=10")
    assert row["points_avg_last_10"] == mean((24, 19, 33, 21, 9, 27, 16), 1, 4)
    points = [player_row("playerone", D - timedelta(days=back), points=p) for back, p in ((5, 10), (3, 11), (1, 13))]
    assert form_columns(games_before(rows=points))["points_avg_last_10"] == 11.3333
    assert (cached()["early_season_flag"], cached()["insufficient_data_reason"]) == (False, None)


def test_eighty_two_games_are_a_season():
    rows = [player_row("playerone", D - timedelta(days=back), points=83 if back == 83 else 1) for back in range(1, 84)]
    row = form_columns(games_before(rows=rows))
    assert (row["games_played_season"], row["points_avg_season"]) == (82, 1.0)


def test_shot_zones():
    without = cached(shots=None)
    assert (without["shot_zone_data_available"], without["paint_rate_last_10"]) == (False, None)
    without_zone = cached(shots=dict.fromkeys(SHOTS))
    assert (without_zone["shot_zone_data_available"], without_zone["primary_scoring_zone"]) == (True, None)
    nobody = [player_row("playerone", D - timedelta(days=back), assisted_fg_makes=None) for back in range(1, 12)]
    assert form_columns(games_before(rows=nobody))["assisted_rate_last_10"] is None


@pytest.mark.parametrize(
    ("found", "tier"),
    [
        ((5, 5), "gold"),
        ((20, 19), "gold"),
        ((20, 18), "silver"),
        ((5, 3), "bronze"),
        ((5, 2), "poor"),
        ((5, 1), "unusable"),
    ],
)
def test_tiers(found, tier):
    row = cached(measured=MEASURED | {L5: Completeness(*found)})
    assert row["quality_tier"] == tier
    assert row["is_production_ready"] is (tier in ("gold", "silver"))


TEAM_DATES = [date(2023, 12, day) for day in (20, 22, 23, 26, 28, 30)] + [
    date(2024, 1, d) for d in (1, 3, 5, 8, 10, 13)
]


def test_completeness_of_the_windows():
    gaps = (date(2024, 1, 5), date(2024, 1, 10))
    played = [day for day in TEAM_DATES if day not in (date(2024, 1, 3), *gaps)]
    measured = measure((L5, L10, L7D, L14D), D, TEAM_DATES, played, set(TEAM_DATES) - set(gaps))
    found = {
        window.prefix: (of.expected, of.sat_out, of.wanted, of.actual, of.missing, of.percentage, of.is_ready)
        for window, of in measured.items()
    }
    assert found == {
        "l5": (5, 1, 4, 2, 2, 50.0, False),
        "l10": (10, 1, 9, 7, 2, 77.8, True),
        "l7d": (3, 0, 3, 2, 1, 66.7, False),
        "l14d": (6, 1, 5, 3, 2, 60.0, False),
    }
    row = cached(measured=measured)
    assert (row["expected_games_count"], row["actual_games_count"], row["dnp_games_count"]) == (5, 2, 1)
    assert (row["missing_games_count"], row["completeness_percentage"], row["quality_tier"]) == (2, 50.0, "bronze")
    assert (row["l10_completeness_pct"], row["is_production_ready"], row["all_windows_complete"]) == (
        77.8,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("found", "percentage", "ready"),
    [
        *(((0, 0, 0), 100.0, True), ((5, 0, 0), 0.0, False), ((5, 0, 5), 100.0, True), ((5, 5, 0), 100.0, True)),
        *(((10, 7, 0), 70.0, True), ((8, 5, 0), 62.5, False), ((10, 7, 8), 100.0, True), ((10, 11, 0), 100.0, True)),
    ],
)
def test_cases_of_completeness(found, percentage, ready):
    assert (Completeness(*found).percentage, Completeness(*found).is_ready) == (percentage, ready)


@pytest.mark.parametrize(
    ("covered_from", "expected"), [(date(2024, 1, 21), (10, 7, 8)), (date(2024, 2, 6), (10, 7, 0))]
)
def test_a_trade(covered_from, expected):
    of_date = date(2024, 2, 10)
    team = [of_date - timedelta(days=back) for back in range(20, 0, -2)]
    played = [date(2024, 1, day) for day in (22, 24, 26, 28, 30)] + [date(2024, 2, 6), date(2024, 2, 8)]
    covered = {day for day in team if day >= covered_from}
    found = measure((L10,), of_date, team, played, covered)[L10]
    assert (found.expected, found.actual, found.sat_out) == expected


def test_who_has_a_row():
    raw = season(range(40))
    played = {"two": (30, 31), "three": (29, 30, 31), "old": (5, 6, 7), "older": (4, 5, 6), "last": (3, 20, 31)}
    raw[PGS] += [player_row(lookup, on(day)) for lookup, days in played.items() for day in days]
    # Whoever last played long ago has a place on the date only because he was there again.
    raw[PGS] += [player_row(lookup, on(day)) for lookup, day in (("old", 37), ("older", 37), ("sat", 37))]
    rows, records, _ = build_one(PDC, raw, on(37))
    assert {lookup for _, lookup in rows} == {"celtic", "knick", "three", "old", "last"}
    found = {record["entity_id"]: record for record in records}
    assert {lookup: (r["failure_category"], r["failure_reason"]) for lookup, r in found.items()} == {
        "older": ("STALE_DATA", "days_since_last_game=31;max=30"),
        "sat": ("INSUFFICIENT_DATA", "games=0;need=3"),
        "two": ("INSUFFICIENT_DATA", "games=2;need=3"),
    }
    assert (found["older"]["expected_game_count"], found["older"]["actual_game_count"]) == (5, 0)
    assert (found["older"]["failure_type"], found["older"]["missing_game_dates"]) == (None, [])
    assert (found["two"]["failure_type"], found["two"]["resolution_status"]) == ("PLAYER_DNP", "PERMANENT")
    assert len(found["two"]["missing_game_dates"]) == 12


def test_history_follows_the_player_and_the_team_is_the_new_one():
    raw = season(range(30))
    dates = [on(day) for day in range(30)]
    raw["nbac_schedule"] += [
        schedule_row(day, "DEN", "LAL", game_id=f"00229{number:05d}") for number, day in enumerate(dates)
    ]
    raw[TOGS] += [raw[TOGS][0] | {"team_abbr": "DEN", "game_date": day, "pace": 105.0} for day in dates]
    raw[PGS] += [player_row("traded", on(day), "BOS" if day < 26 else "DEN", points=day) for day in range(15, 28)]
    rows, _, _ = build_one(PDC, raw, on(28))
    row = rows[on(28), "traded"]
    assert (row["points_avg_last_5"], row["games_played_season"]) == (25.0, 13)
    assert (row["team_pace_last_10"], rows[on(28), "celtic"]["team_pace_last_10"]) == (105.0, 99.0)


def test_seasons_keep_apart_and_the_future_is_unseen():
    raw = season(range(25))
    more = {name: list(rows) for name, rows in raw.items()}
    before = [OPENER - timedelta(days=back) for back in range(200, 220)]
    more[PGS] += [player_row("celtic", day, points=90, season_year=2022) for day in before]
    more[TOGS] += [row | {"game_date": before[0], "season_year": 2022, "pace": 1.0} for row in raw[TOGS][:1]]
    more[PGS] = [row | {"points": 999} if row["game_date"] >= on(20) else row for row in more[PGS]]
    more[TOGS] = [row | {"pace": 1.0} if row["game_date"] >= on(20) else row for row in more[TOGS]]
    assert build_one(PDC, more, on(20)) == build_one(PDC, raw, on(20))


def test_what_blocks_a_date():
    raw = season(range(25))
    late = [row for row in raw[TOGS] if row["game_date"] >= on(20)]
    for changes, why in (
        ({PGS: []}, "the pre-game context has no row of the date"),
        ({PGS: [player_row("debut", on(20))]}, "no result of the season before the date"),
        ({TOGS: late}, "no result of the season before the date"),
    ):
        rows, records, _ = build_one(PDC, raw | changes, on(20))
        assert rows == {}
        assert [(r["entity_id"], r["failure_category"], r["failure_reason"]) for r in records] == [
            ("DATE_LEVEL", "MISSING_DEPENDENCY", why)
        ]
    assert build_one(PDC, raw, on(13))[:2] == ({}, [])


def test_impossible_values_cost_the_row():
    raw = season(range(25))
    of_celtic = list(compress(raw[PGS], (row["player_lookup"] == "celtic" for row in raw[PGS])))
    for row in of_celtic:
        row |= {"usage_rate": 100.1, "ts_pct": -0.1}
    rows, records, _ = build_one(PDC, raw, on(20))
    assert {lookup for _, lookup in rows} == {"knick"}
    (record,) = records
    assert (record["entity_id"], record["failure_category"], record["occurrences"]) == (
        "celtic",
        "VALIDATION_FAILED",
        3,
    )
    assert record["failure_reason"] == "player_usage_rate_season is 1001000 (4 digits)"
    assert (record["expected_game_count"], record["actual_game_count"], record["failure_type"]) == (5, 5, None)


def test_who_played():
    row = player_row("somebody", D, minutes_played=None, points=3)
    assert read_played(row) is not None
    assert read_played(row | {"points": 0}) is None
    assert read_played(row | {"points": 0, "minutes_played": 0.1}) is not None
    assert read_played(row | {"is_dnp": True}) is None
    assert player_games([row]).between(2023, "somebody", D, D + timedelta(days=1))[0].minutes is None

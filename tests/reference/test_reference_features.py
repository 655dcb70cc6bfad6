"""Feature store, one player: the worked examples, sources in their order, windows, quality and the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nbaproc.features import FEATURES, LABELS
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.feature_quality import OF_PRECOMPUTE, quality_columns
from nbaproc.reference.feature_values import feature_values
from nbaproc.reference.feature_windows import TeamPast, lists_absences, player_past, team_past, year_before
from nbaproc.reference.ml_feature_store_v2 import build_row
from nbaproc.reference.numbers import shown
from nbaproc.reference.season_games import player_games
from nbaproc.reference.windows import scaled_mean
from tests.reference.feature_store_world import CACHE, CONTEXT, FACTORS, ROW, SHOTS, D, day_at, inputs_of
from tests.reference.look_back_world import MLFS, offense_row, player_row

POINTS = (30, 28, 20, 22, 18, 25, 19, 27, 16, 18)
FREE_THROWS = (6, 5, 3, 4, 2, 5, 3, 6, 2, 4)
MINUTES = (36, 35, 33, 34, 32, 35, 33, 36, 30, 34)
NO_LINES = (25, 26, 27)
NOTHING = TeamPast(None, None, None, None)


def games_of(points=POINTS, minutes=MINUTES, free_throws=FREE_THROWS, **changes):
    """Games newest first, one every second day."""
    rows = [
        player_row(
            "celtic", D - timedelta(days=2 * back), points=scored, minutes_played=played, ft_makes=made, **changes
        )
        for back, (scored, played, made) in enumerate(zip(points, minutes, free_throws, strict=False), start=1)
    ]
    return player_games(rows).between(2023, "celtic", date.min, D)[::-1]


GAMES = games_of()


def found(index, inputs):
    """The stored value of a feature and its label."""
    value = feature_values(inputs)[index]
    return shown(value.scaled, FEATURES[index].digits), value.label


def all_found(inputs):
    return {index: found(index, inputs) for index in range(37)}


def test_a_player_without_any_precompute_row():
    features = all_found(inputs_of(GAMES, cache=None, factors=None, shots=None, defense=None))
    expected = {0: 23.6, 1: 22.3, 2: 22.3, 3: 4.8774, 34: 0.963636364, 21: 0.179372197, 31: 33.8, 32: 0.655174115}
    assert {index: features[index][0] for index in expected} == expected
    assert {index: label for index, (_, label) in features.items()} == {
        **dict.fromkeys((0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 20, 22, 23, 29), "phase3"),
        **dict.fromkeys((5, 6, 7, 8, 13, 14), "default"),
        **dict.fromkeys((9, 10, 11, 12, 21, 24, 28, 33, 34, 35, 36), "calculated"),
        **dict.fromkeys((25, 26, 27), "vegas"),
        **dict.fromkeys((31, 32), "minutes_ppm"),
        30: "opponent_history",
    }


def test_a_player_with_every_precompute_row():
    features = all_found(inputs_of(GAMES, against=(22, 25)))
    assert {index: features[index] for index in OF_PRECOMPUTE} == {
        index: (value, "phase4")
        for index, value in zip(
            OF_PRECOMPUTE,
            (24.6, 22.3, 21.4583, 6.1653, 2.0, 85.0, 2.1, 0.8, -0.4, 113.2, 99.4, 0.4125, 0.1813, 0.4062, 100.7, 116.3),
            strict=True,
        )
    }
    assert {index: features[index][0] for index in (12, 15, 16, 17, 35, 36)} == {
        12: 0.0,
        15: 1.0,
        16: 0.0,
        17: 0.0,
        35: 0.509577798,
        36: 0.0,
    }
    assert (features[29], features[30]) == ((23.5, "opponent_history"), (2.0, "opponent_history"))
    assert (*range(9), 13, 14, 18, 19, 20, 22, 23) == OF_PRECOMPUTE


@pytest.mark.parametrize(
    ("table", "rows", "columns", "indices"),
    [
        ("cache", CACHE, ("points_avg_last_5",), (0,)),
        ("cache", CACHE, ("points_avg_last_10",), (1,)),
        ("cache", CACHE, ("points_avg_season",), (2,)),
        ("cache", CACHE, ("points_std_last_10",), (3,)),
        ("cache", CACHE, ("games_in_last_7_days",), (4,)),
        ("cache", CACHE, ("team_pace_last_10", "team_off_rating_last_10"), (22, 23)),
        ("shots", SHOTS, ("paint_rate_last_10",), (18,)),
        ("shots", SHOTS, ("mid_range_rate_last_10",), (19,)),
        ("shots", SHOTS, ("three_pt_rate_last_10",), (20,)),
    ],
)
def test_an_unknown_column_falls_through_on_its_own(table, rows, columns, indices):
    before, after = (all_found(inputs_of(GAMES, **{table: row})) for row in (rows, rows | dict.fromkeys(columns)))
    assert {index for index in range(37) if before[index][1] != after[index][1]} == set(indices)
    assert {after[index][1] for index in indices} == {"phase3"}


def test_games_of_the_week():
    week = games_of(POINTS[:4])
    assert found(4, inputs_of(week, cache=None)) == (3.0, "phase3")
    assert found(4, inputs_of(week, cache=None, context=CONTEXT | {"games_in_last_7_days": 0})) == (0.0, "phase3")
    assert found(4, inputs_of(week, cache=None, context=None)) == (3.0, "phase3")
    assert found(4, inputs_of(games_of(POINTS[:2]), cache=None, context=None)) == (2.0, "phase3")
    edge = player_games(listed(*before(6, 7))).between(2023, "celtic", date.min, D)[::-1]
    assert found(4, inputs_of(edge, cache=None, context=None)) == (1.0, "phase3")


def test_the_season_mean_ends_with_the_newest_82_games():
    season = games_of(points=[1] * 82 + [83], minutes=[30] * 83, free_throws=[0] * 83)
    assert found(2, inputs_of(season[:10], season, cache=None)) == (1.0, "phase3")


def test_means():
    assert scaled_mean([673, *[0] * 31], 1, 4) == 210313
    paces = (1000, 987, 1014, 999, 972, 1028, 1000, 993, 1011)
    assert scaled_mean(paces, 10, 4) == 1000444
    assert scaled_mean([11325] * 4 + [11708] * 2, 100, 4) == 1145267
    assert scaled_mean([52, 0, 0], 1, 9) == 17333333333


@pytest.mark.parametrize(
    ("index", "points", "value"),
    [
        (3, (10,), None),
        (3, (10, 20), 7.0711),
        (11, (30, 28, 20, 22), None),
        (21, (30, 28, 20, 22), None),
        (34, (30, 28, 20, 22), None),
        (35, (10,), None),
        (36, (10,), None),
        (35, (10, 10), 0.0),
    ],
)
def test_few_games(index, points, value):
    inputs = inputs_of(games_of(points), cache=None)
    assert found(index, inputs) == (value, "default" if value is None else FEATURES[index].sources[-1][0])


def test_unknown_free_throws_are_none():
    games = games_of(free_throws=[None, *FREE_THROWS[1:]])
    assert found(21, inputs_of(games)) == (0.152466368, "calculated")


def test_games_without_known_minutes_count_neither_up_nor_down():
    games = games_of(points=(10, 20, 30), minutes=(20.0, None, 0.0))
    inputs = inputs_of(games, cache=None)
    assert (found(31, inputs), found(32, inputs)) == ((20.0, "minutes_ppm"), (0.5, "minutes_ppm"))
    # Recent and usual minutes are the same games: 0 minutes are known, NULL is not.
    assert found(12, inputs) == (0.0, "calculated")
    nobody = inputs_of(games_of(points=(10, 20), minutes=(None, None)), cache=None)
    assert [found(index, nobody) for index in (12, 31, 32)] == [(None, "default")] * 3


def test_minutes_of_the_cache_come_first():
    season = games_of(minutes=[30] * 10)
    assert found(12, inputs_of(season)) == (2.0, "calculated")
    assert found(12, inputs_of(season, cache=CACHE | {"minutes_avg_last_10": 0.0})) == (None, "default")
    assert found(12, inputs_of(season, cache=CACHE | {"minutes_avg_last_10": None})) == (0.0, "calculated")
    older = games_of(points=[20] * 20, minutes=[36] * 10 + [24] * 10, free_throws=[0] * 20)
    assert found(12, inputs_of(older[:10], older, cache=None)) == (2.0, "calculated")


def test_shares_leave_out_games_without_zones():
    first = {"paint_attempts": 88, "mid_range_attempts": 21, "three_attempts_pbp": 64}
    rows = [player_row("celtic", D - timedelta(days=2), **first)]
    rows += [player_row("celtic", D - timedelta(days=4), paint_attempts=5, mid_range_attempts=None)]
    games = player_games(rows).between(2023, "celtic", date.min, D)[::-1]
    shares = [found(index, inputs_of(games, shots=None)) for index in (18, 19, 20)]
    assert shares == [(0.50867052, "phase3"), (0.121387283, "phase3"), (0.369942197, "phase3")]
    nowhere = games_of(paint_attempts=None)
    assert [found(index, inputs_of(nowhere, shots=None)) for index in (18, 19, 20)] == [(None, "missing")] * 3


@pytest.mark.parametrize(
    ("status", "risk"),
    [("OUT", 3), (" Doubtful\n", 3), ("questionable", 2), ("Probable", 1), ("available", 0), (None, 0), ("gtd", 0)],
)
def test_injury_risk(status, risk):
    context = CONTEXT | {"player_status": status}
    assert found(10, inputs_of(GAMES, context=context)) == (risk, "calculated")
    assert found(10, inputs_of(GAMES, context=context, has_statuses=False)) == (None, "default")


def test_injury_risk_without_context_is_unknown():
    assert found(10, inputs_of(GAMES, context=None)) == (None, "default")


@pytest.mark.parametrize(
    ("current", "opening", "source", "line", "open_line", "move", "feed"),
    [
        (24.5, 25.5, "draftkings", 24.5, 25.5, -1.0, "odds_api"),
        (24.5, 25.5, "bettingpros_fanduel", 24.5, 25.5, -1.0, "bettingpros"),
        (24.5, None, "bettingpros", 24.5, None, None, "odds_api"),
        (24.5, 0.0, None, 24.5, None, None, "odds_api"),
        (24.5, 24.5, "consensus", 24.5, 24.5, 0.0, "odds_api"),
        (0.0, 25.5, "draftkings", None, None, None, "none"),
        (None, 25.5, "draftkings", None, None, None, "none"),
    ],
)
def test_lines(current, opening, source, line, open_line, move, feed):
    context = CONTEXT | {"current_points_line": current, "opening_points_line": opening}
    inputs = inputs_of(GAMES, context=context | {"current_points_line_source": source})
    label = {True: "missing", False: "vegas"}
    assert [found(index, inputs) for index in (25, 26, 27)] == [
        (value, label[value is None]) for value in (line, open_line, move)
    ]
    assert found(28, inputs) == (float(line is not None), "calculated")
    assert build_row(inputs)["vegas_line_source"] == feed


def test_no_context_is_no_line():
    inputs = inputs_of(GAMES, context=None)
    assert (found(25, inputs), build_row(inputs)["vegas_line_source"]) == ((None, "missing"), "none")


def test_the_last_five_games_against_the_season():
    for short, season, deviation, score, stands_out in (
        (30.0, 20.0, 6.0, 1.666666667, 1.0),
        (29.0, 20.0, 6.0, 1.5, 0.0),
    ):
        means = {"points_avg_last_5": short, "points_avg_season": season, "points_std_last_10": deviation}
        inputs = inputs_of(GAMES, cache=CACHE | means)
        assert (found(35, inputs)[0], found(36, inputs)[0]) == (score, stands_out)


def test_days_of_rest_come_from_the_context_else_from_the_season():
    month = [GAMES[-1]]
    for context, days in ((CONTEXT, 2), (CONTEXT | {"days_rest": None}, 20), (None, 20)):
        row = build_row(inputs_of(month, context=context))
        assert (row["days_rest"], row["f16_back_to_back"]) == (days, 0.0)
    yesterday = inputs_of(GAMES, context=CONTEXT | {"days_rest": 1})
    assert (found(16, yesterday), found(9, yesterday)) == ((1.0, "phase3"), (0.0, "calculated"))
    assert found(9, inputs_of(GAMES, opponent=NOTHING)) == (None, "default")
    assert found(9, inputs_of(month, context=None)) == (2.0, "calculated")


def test_a_team_without_games_has_no_pace():
    inputs = inputs_of(GAMES, cache=None, team=NOTHING)
    assert [found(index, inputs) for index in (22, 23, 24)] == [(None, "default")] * 3
    inputs = inputs_of(GAMES, cache=None)
    assert [found(index, inputs) for index in (22, 23, 24)] == [
        *((100.0444, "phase3"), (114.5267, "phase3"), (0.64516129, "calculated"))
    ]


def test_without_games_against_the_opponent_the_season_mean_stands():
    assert found(29, inputs_of(GAMES)) == (21.4583, "phase3")
    assert found(30, inputs_of(GAMES)) == (0.0, "opponent_history")
    assert found(29, inputs_of(GAMES, against=(52, 0, 0))) == (17.333333333, "opponent_history")


def test_absences_need_a_source_that_lists_them():
    absent = (True, False, False)
    assert found(33, inputs_of(GAMES, absent=absent)) == (0.333333333, "calculated")
    assert found(33, inputs_of(GAMES, absent=absent, has_absences=False)) == (None, "default")
    assert found(33, inputs_of(GAMES, absent=absent[1:])) == (None, "default")


# The windows.


def listed(*days, season=2023, opponent="NYK", **changes):
    return [
        player_row("celtic", of_date, season_year=season, opponent_team_abbr=opponent, **changes) for of_date in days
    ]


def before(*days):
    return [D - timedelta(days=back) for back in days]


def dates(games):
    return [(D - game.game_date).days for game in games]


def test_recent_is_sixty_days_and_the_season_is_longer():
    past = player_past(day_at(D, players=listed(*before(1, 59, 60, 61, 80))), "celtic", "NYK")
    assert dates(past.recent) == [1, 59, 60]
    assert dates(past.season) == [1, 59, 60, 61, 80]
    assert (len(past.against), past.in_a_year) == (5, 5)


def test_the_date_itself_and_later_are_unseen():
    rows = listed(*before(0, -1, 3), is_dnp=True) + listed(*before(5))
    past = player_past(day_at(D, players=rows), "celtic", "NYK")
    assert (dates(past.recent), past.absent, past.against) == ([5], [True, False], [20])
    day = day_at(D, players=listed(*before(0), is_dnp=True), offense=[offense_row("BOS", D)])
    assert (lists_absences(day), team_past(day, "BOS")) == (False, NOTHING)


def test_last_ten_rows_hold_those_who_did_not_play():
    rows = listed(*before(*range(2, 22, 2))) + listed(*before(1, 3, 5, 61), is_dnp=True, points=None)
    past = player_past(day_at(D, players=rows), "celtic", "NYK")
    assert past.absent == [True, False, True, False, True, False, False, False, False, False]
    assert dates(past.last_ten) == list(range(2, 22, 2))
    few = player_past(day_at(D, players=listed(*before(60, 61, 62), is_dnp=None)), "celtic", "NYK")
    assert few.absent == [False]


def test_a_row_of_another_season_counts_against_the_opponent_only():
    rows = listed(*before(10), season=2022, points=33) + listed(*before(12), season=2022, opponent="LAL")
    rows += listed(*before(14), season=2022, is_dnp=True) + listed(*before(4))
    past = player_past(day_at(D, players=rows), "celtic", "NYK")
    assert (dates(past.recent), dates(past.season), past.absent) == ([4], [4], [False])
    assert (past.against, past.in_a_year) == ([20, 33], 3)


def test_a_year_against_the_opponent_goes_by_the_calendar():
    leap = date(2024, 2, 29)
    rows = listed(date(2023, 2, 27), season=2022, points=27) + listed(date(2023, 2, 28), season=2022, points=28)
    rows += listed(date(2023, 3, 1), season=2022, points=1)
    past = player_past(day_at(leap, players=rows), "celtic", "NYK")
    assert past.against == [1, 28]
    # 365 days before 29 February is 1 March.
    assert past.in_a_year == 1
    assert year_before(date(2023, 2, 28)) == date(2022, 2, 28)
    assert player_past(day_at(date(2025, 2, 28), players=listed(date(2024, 2, 28))), "celtic", "NYK").against == [20]


def test_absences_are_listed_within_sixty_days_by_anybody_in_any_season():
    for back, is_listed in ((1, True), (60, True), (61, False), (0, False)):
        rows = [player_row("knick", day, "NYK", is_dnp=True, season_year=2022) for day in before(back)]
        assert lists_absences(day_at(D, players=rows)) is is_listed
    assert not lists_absences(day_at(D, players=listed(*before(1), is_dnp=None)))


def test_an_unknown_pace_keeps_its_place():
    rows = [
        offense_row("BOS", day, pace=90.0 + n, offensive_rating=110.0) for n, day in enumerate(before(*range(1, 12)))
    ]
    rows[0] |= {"pace": None, "offensive_rating": None, "win_flag": None}
    past = team_past(day_at(D, offense=rows), "BOS")
    assert past == TeamPast(rest=1, pace=950000, rating=1100000, win_share=909090909)
    assert team_past(day_at(D, offense=rows), "NYK") == NOTHING
    other_season = [row | {"season_year": 2022} for row in rows]
    assert team_past(day_at(D, offense=other_season), "BOS") == NOTHING
    assert team_past(day_at(D, offense=rows[:4]), "BOS").win_share is None
    assert team_past(day_at(D, offense=rows[:5]), "BOS").win_share == 800000000


# Quality.

CACHED, FACTOR, DEFENDED, ZONES = (0, 1, 2, 3, 4, 22, 23), (5, 6, 7, 8), (13, 14), (18, 19, 20)
QUIET = (10, 33)


def labels(absent=(), phase3=()):
    """The labels of a complete row, but for some features."""
    complete = [feature.sources[0][0] for feature in FEATURES]
    for index in phase3:
        complete[index] = "phase3"
    for index in absent:
        complete[index] = FEATURES[index].absent
    return complete


@pytest.mark.parametrize(
    ("absent", "phase3", "score", "tier", "defaults", "source", "alert", "ready"),
    [
        ((), (), 98.14, "gold", (0, 0), "phase4", "green", True),
        (NO_LINES, (), 97.97, "gold", (3, 0), "phase4", "green", True),
        ((*NO_LINES, *QUIET), (), 97.84, "gold", (5, 0), "phase4", "green", True),
        (NO_LINES, ZONES, 96.82, "gold", (3, 0), "phase4_partial", "green", True),
        (NO_LINES, CACHED, 95.29, "gold", (3, 0), "phase4_partial", "green", True),
        (NO_LINES, (*CACHED, *ZONES), 94.15, "silver", (3, 0), "phase3", "green", True),
        ((*NO_LINES, 6), (), 69.0, "poor", (4, 1), "phase4", "yellow", False),
        ((*NO_LINES, *DEFENDED), (), 69.0, "poor", (5, 2), "phase4_partial", "yellow", False),
        ((*NO_LINES, *QUIET, *ZONES), (), 69.0, "poor", (8, 3), "phase4_partial", "yellow", False),
        ((*NO_LINES, *FACTOR), (), 69.0, "poor", (7, 4), "phase4_partial", "yellow", False),
        ((*NO_LINES, 11, 21, 34), CACHED, 69.0, "poor", (6, 3), "phase4_partial", "yellow", False),
        ((*NO_LINES, *FACTOR, *DEFENDED), (), 49.0, "critical", (9, 6), "phase4_partial", "red", False),
        (
            (*NO_LINES, *QUIET, *ZONES, 3, 11, 21, 34, 35, 36),
            (0, 1, 2, 4, 22, 23),
            *(49.0, "critical", (14, 9), "mixed", "red", False),
        ),
    ],
)
def test_quality(absent, phase3, score, tier, defaults, source, alert, ready):
    row = quality_columns(labels(absent, phase3))
    assert (row["feature_quality_score"], row["quality_tier"]) == (score, tier)
    assert (row["default_feature_count"], row["required_default_count"]) == defaults
    assert (row["data_source"], row["quality_alert_level"]) == (source, alert)
    assert (row["is_quality_ready"], row["is_training_ready"]) == (ready, ready)
    counted = ("phase4_feature_count", "phase3_feature_count", "calculated_feature_count", "default_feature_count")
    assert sum(row[column] for column in counted) == 37
    assert row["default_mask"] == sum(1 << index for index in absent)
    assert len(row["feature_sources"]) == 37


def test_five_required_features_that_are_unknown_cap_the_score_lower_than_four():
    scores = [quality_columns(labels((9, 11, 12, 24, 30)[:count]))["feature_quality_score"] for count in range(6)]
    assert scores == [98.14, 69.0, 69.0, 69.0, 69.0, 49.0]


def test_where_most_features_came_from():
    def source(phase4, phase3):
        absent = OF_PRECOMPUTE[phase4 + phase3 :]
        return quality_columns(labels(absent, OF_PRECOMPUTE[phase4 : phase4 + phase3]))["data_source"]

    assert [source(*counts) for counts in ((16, 0), (15, 1), (14, 2), (8, 8), (7, 8), (7, 7), (0, 7))] == [
        *("phase4", "phase4", "phase4_partial", "phase4_partial", "phase3", "mixed", "mixed")
    ]


def shares(row):
    groups = ("matchup", "player_history", "team_context", "vegas", "game_context")
    return [row[f"{group}_quality_pct"] for group in groups]


def test_quality_by_group():
    assert shares(quality_columns(labels())) == [100.0, 97.7, 100.0, 100.0, 96.5]
    assert shares(quality_columns(labels(NO_LINES)))[3] == 25.0
    assert shares(quality_columns(labels(DEFENDED)))[0] == 80.0
    assert shares(quality_columns(labels(FACTOR)))[0] == 60.0
    assert shares(quality_columns(labels((*FACTOR, *DEFENDED))))[0] == 40.0


@pytest.mark.parametrize(
    ("absent", "alerts"),
    [
        ((), []),
        ((5,), ["composite_factors_missing"]),
        ((6,), ["composite_factors_missing"]),
        ((8,), ["composite_factors_missing"]),
        ((7,), ["composite_factors_missing"]),
        ((13,), ["opponent_defense_missing"]),
        ((14,), ["opponent_defense_missing"]),
        ((*NO_LINES, *QUIET, 11, 34), []),
        ((*NO_LINES, *QUIET, 11, 21, 34), ["high_default_rate_22pct"]),
        (
            (*NO_LINES, *FACTOR, *DEFENDED),
            [
                *("all_matchup_features_defaulted", "composite_factors_missing", "opponent_defense_missing"),
                *("high_default_rate_24pct", "matchup_quality_critical"),
            ],
        ),
        ((9, 10, 11, 12, 18, 19, 20, 21), ["high_default_rate_22pct", "game_context_quality_critical"]),
    ],
)
def test_alerts(absent, alerts):
    assert quality_columns(labels(absent))["quality_alerts"] == alerts


def test_codes_of_labels():
    assert quality_columns(labels(NO_LINES))["feature_sources"] == [
        *([3] * 9 + [4] * 4 + [3] * 2 + [2] * 3 + [3] * 3 + [4] + [3] * 2 + [4] + [1] * 3 + [4]),
        *([6] * 2 + [7] * 2 + [4] * 4),
    ]
    assert {LABELS[label] for label in ("default", "missing", "phase3")} == {(0, 40), (1, 0), (2, 87)}


# The row.


def test_hashes():
    assert row_hash(ROW, MLFS) == "1ee5683a9392086f"
    line = {"f25_vegas_points_line": 24.5, "f26_vegas_opening_line": 25.5, "f27_vegas_line_move": -1.0}
    line |= {"f28_has_vegas_line": 1.0, "feature_quality_score": 98.14, "vegas_line_source": "odds_api"}
    assert row_hash(ROW | line | {"days_rest": None}, MLFS) == "9f3b5087c540278b"
    assert len(MLFS.hashed) == 50


def test_a_row_has_the_declared_columns():
    row = build_row(inputs_of(GAMES, season=GAMES))
    assert set(row) == {*MLFS.names} - {"data_hash"}
    assert [name for name in MLFS.required if name != "data_hash" and row[name] is None] == []
    identity = ("player_lookup", "universal_player_id", "game_id", "team_abbr", "opponent_team_abbr", "is_home")
    assert [row[name] for name in identity] == ["celtic", "celtic_001", "20240115_NYK_BOS", "BOS", "NYK", True]
    assert (row["season_year"], row["feature_version"], row["feature_count"]) == (2023, "v2_37features", 37)
    sources = ("source_daily_cache_hash", "source_composite_hash", "source_shot_zones_hash")
    assert [row[name] for name in (*sources, "source_team_defense_hash")] == ["c", "f", "s", "d"]
    assert build_row(inputs_of(GAMES, shots=None))["source_shot_zones_hash"] is None


def test_what_is_not_ready_is_named_before_what_is_odd():
    row = build_row(inputs_of(GAMES))
    assert (row["is_production_ready"], row["data_quality_issues"]) == (True, [])
    high = {"points_avg_last_5": 70.0001, "points_avg_last_10": 71.0, "points_avg_season": 72.0}
    odd = inputs_of(
        GAMES,
        cache=CACHE | high | {"points_std_last_10": 30.1, "is_production_ready": False},
        factors=FACTORS | {"is_production_ready": None},
        shots=None,
        defense=None,
    )
    row = build_row(odd)
    assert row["is_production_ready"] is False
    assert row["data_quality_issues"] == [
        "upstream_player_daily_cache_incomplete",
        "upstream_player_composite_factors_incomplete",
        "upstream_player_shot_zone_incomplete",
        "upstream_team_defense_zone_incomplete",
        "range_warning:f00_points_avg_last_5",
        "range_warning:f01_points_avg_last_10",
        "range_warning:f02_points_avg_season",
    ]
    edges = inputs_of(GAMES, cache=CACHE | {"points_avg_last_5": 70.0, "games_in_last_7_days": 7})
    assert build_row(edges)["data_quality_issues"] == ["range_warning:f04_games_in_last_7_days"]


@pytest.mark.parametrize(
    ("size", "in_a_year", "found_expected_complete_bootstrap"),
    [
        (10, 80, (10, 10, True, False)),
        (10, 10, (10, 10, True, False)),
        (3, 3, (3, 3, True, True)),
        (3, 12, (3, 10, False, False)),
    ],
)
def test_how_long_a_history_is(size, in_a_year, found_expected_complete_bootstrap):
    past = replace(inputs_of(GAMES[:size]).past, in_a_year=in_a_year)
    row = build_row(inputs_of(GAMES[:size], past=past))
    columns = ("hist_games_found", "hist_games_expected", "hist_is_complete", "hist_is_bootstrap")
    assert tuple(row[column] for column in columns) == found_expected_complete_bootstrap
    assert row["hist_game_dates"] == [D - timedelta(days=2 * back) for back in range(1, size + 1)]


def test_a_play_off_game_is_one_and_a_play_in_game_is_none():
    player = inputs_of(GAMES).player
    for kind, value in (("playoff", 1.0), ("play_in", 0.0), ("regular", 0.0)):
        of_kind = replace(player, game=replace(player.game, kind=kind), is_home=False)
        inputs = inputs_of(GAMES, player=of_kind)
        assert (found(17, inputs), found(15, inputs)) == ((value, "phase3"), (0.0, "phase3"))

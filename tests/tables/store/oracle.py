"""What any row of the feature store must say of itself, recomputed from its features and labels (7, 9)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from statistics import pvariance

from nbaproc.features import FEATURES
from tests.tables.store.world import COLUMNS, NAME_OF_CODE, OPTIONAL
from tests.tables.upcoming.world import Row

WEIGHTS = {"default": 40, "missing": 0, "phase3": 87, "phase4": 100, "calculated": 100, "vegas": 100}
WEIGHTS |= {"opponent_history": 90, "minutes_ppm": 95}
CODES = ("default", "missing", "phase3", "phase4", "calculated", "vegas", "opponent_history", "minutes_ppm")
#: Features whose NULL is labelled `missing`, and those that can come from the precompute tables.
MISSING = (18, 19, 20, 25, 26, 27)
COPIED = (*range(9), 13, 14, 18, 19, 20, 22, 23)
GROUPS = {
    "matchup": (5, 6, 7, 8, 13, 14),
    "player_history": (0, 1, 2, 3, 4, *range(29, 37)),
    "team_context": (22, 23, 24),
    "vegas": (25, 26, 27, 28),
    "game_context": (*range(9, 13), *range(15, 22)),
}
UPSTREAM = ("player_daily_cache", "player_composite_factors", "player_shot_zone", "team_defense_zone")
HASHES = ("daily_cache", "composite", "shot_zones", "team_defense")


def half_up(numerator: int, denominator: int, digits: int) -> float:
    """A quotient of two numbers that are not negative, rounded half up.

    >>> half_up(3631, 37, 2), half_up(1061, 11, 1)
    (98.14, 96.5)
    """
    return float((2 * 10**digits * numerator + denominator) // (2 * denominator)) / 10.0**digits


def possible_labels(index: int) -> set[str]:
    return {name for name, _ in FEATURES[index].sources}


def range_warnings(row: Row) -> list[str]:
    """Columns out of their range, in order: at most three."""
    found = []
    for feature in FEATURES:
        value = row[feature.column]
        if value is not None and not feature.low <= value <= feature.high:
            found.append(f"range_warning:{feature.column}")
    return found[:3]


def assert_quality(row: Row) -> None:
    """Insist on everything that follows from the 37 values and labels of a row."""
    labels = [NAME_OF_CODE[code] for code in row["feature_sources"]]
    assert [CODES[code] for code in row["feature_sources"]] == labels
    unknown = [index for index, column in enumerate(COLUMNS) if row[column] is None]
    assert len(labels) == len(COLUMNS) == row["feature_count"] == 37
    for index, name in enumerate(labels):
        absent = "missing" if index in MISSING else "default"
        assert name == absent if index in unknown else name in possible_labels(index), (index, name)
    assert row["default_mask"] == sum(1 << index for index in unknown)
    required = len(set(unknown) - set(OPTIONAL))
    counts = {
        "default_feature_count": len(unknown),
        "required_default_count": required,
        "phase4_feature_count": sum(n in ("phase4", "vegas", "opponent_history", "minutes_ppm") for n in labels),
        "phase3_feature_count": labels.count("phase3"),
        "calculated_feature_count": labels.count("calculated"),
    }
    assert {name: row[name] for name in counts} == counts
    assert sum(counts.values()) - required == 37
    weighed = [WEIGHTS[name] for i, name in enumerate(labels) if i not in OPTIONAL or i not in unknown]
    score = half_up(sum(weighed), len(weighed), 2)
    score = min(score, 49.0 if required >= 5 else 69.0 if required else 100.0)
    assert row["feature_quality_score"] == score
    tiers = ((95, "gold"), (85, "silver"), (70, "bronze"), (50, "poor"), (0, "critical"))
    tier = next(name for least, name in tiers if score >= least)
    assert row["quality_tier"] == tier
    shares = {name: half_up(sum(WEIGHTS[labels[i]] for i in of), len(of), 1) for name, of in GROUPS.items()}
    assert {name: row[f"{name}_quality_pct"] for name in GROUPS} == shares
    matchup, history = shares["matchup"], shares["player_history"]
    assert row["is_quality_ready"] is (required == 0 and score >= 70 and matchup >= 50)
    assert row["is_training_ready"] is (tier in ("gold", "silver") and matchup >= 70 and history >= 80)
    yellow = required > 0 or score < 70 or matchup < 70
    assert row["quality_alert_level"] == ("red" if matchup < 50 or score < 50 else "yellow" if yellow else "green")
    share = int(half_up(100 * len(unknown), 37, 0))
    alerts = {
        "all_matchup_features_defaulted": set(GROUPS["matchup"]) <= set(unknown),
        "composite_factors_missing": bool({5, 6, 7, 8} & set(unknown)),
        "opponent_defense_missing": bool({13, 14} & set(unknown)),
        f"high_default_rate_{share}pct": len(unknown) >= 8,
        "matchup_quality_critical": matchup < 50,
        "game_context_quality_critical": shares["game_context"] < 50,
    }
    assert row["quality_alerts"] == [name for name, holds in alerts.items() if holds]
    copied, older = (sum(labels[i] == name for i in COPIED) for name in ("phase4", "phase3"))
    source = "phase4" if copied >= 15 else "phase4_partial" if copied >= 8 else "phase3" if older >= 8 else "mixed"
    assert row["data_source"] == source
    _assert_bookkeeping(row)


def _assert_bookkeeping(row: Row) -> None:
    issues = row["data_quality_issues"]
    unready = [name for name in issues if name.startswith("upstream_")]
    assert unready == [f"upstream_{name}_incomplete" for name in UPSTREAM if f"upstream_{name}_incomplete" in unready]
    assert issues[len(unready) :] == range_warnings(row)
    assert row["is_production_ready"] is (unready == [])
    for name, hashed in zip(UPSTREAM, HASHES, strict=True):
        assert row[f"source_{hashed}_hash"] is not None or f"upstream_{name}_incomplete" in unready
    dates = row["hist_game_dates"]
    assert 1 <= len(dates) == row["hist_games_found"] <= 10
    assert dates == sorted(set(dates), reverse=True)
    assert 1 <= (row["game_date"] - dates[0]).days == row["days_rest"]
    assert (row["game_date"] - dates[-1]).days <= 60
    assert row["hist_games_found"] <= row["hist_games_expected"] <= 10
    assert row["hist_is_complete"] is (row["hist_games_found"] >= row["hist_games_expected"])
    assert row["hist_is_bootstrap"] is (row["hist_games_expected"] < 10)
    line = row["f25_vegas_points_line"]
    assert row["f28_has_vegas_line"] == (line is not None)
    assert (row["vegas_line_source"] == "none") is (line is None)
    assert row["f15_home_away"] == row["is_home"]
    assert row["f16_back_to_back"] == (row["days_rest"] == 1)
    assert row["feature_version"] == "v2_37features"


def settled(value: float) -> int:
    """A stored number at four digits as an integer, ties away from zero.

    >>> settled(0.12345), settled(-0.12345), settled(23.6)
    (1235, -1235, 236000)
    """
    number = round(abs(value) * 10**9)
    return int((2 * number + 10**5) // (2 * 10**5)) * (1 if value >= 0 else -1)


def assert_date(rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """Return the columns of a date that are constant, and those that are narrow."""
    constant: list[str] = []
    narrow: list[str] = []
    games = len({row["game_id"] for row in rows})
    for feature in FEATURES if len(rows) >= 50 else ():
        rule = feature.spread
        if rule is None or games < rule.games:
            continue
        looked_at = rows
        if feature.index == 6:
            looked_at = [r for r in rows if r["feature_sources"][18] == 3 and r["f13_opponent_def_rating"] is not None]
        values = [settled(row[feature.column]) for row in looked_at if row[feature.column] is not None]
        if len(values) < 25:
            continue
        common = None if rule.common is None else settled(rule.common)
        if len(set(values)) == 1 and values[0] != common:
            constant.append(feature.column)
            continue
        variance, least = pvariance(map(Fraction, values)), Fraction(rule.deviation) ** 2 * 10**8
        if len(set(values)) < rule.distinct or variance < least:
            narrow.append(feature.column)
    return constant, narrow

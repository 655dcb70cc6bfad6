"""How good a vector is: score, tiers, flags, alerts and issues, all from the sources of its values."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from nbaproc.exact import decimal, quotient
from nbaproc.features import FEATURES, GROUPS, LABELS
from nbaproc.tables._feature_values import label, value

CODES = {name: code for name, (code, _) in LABELS.items()}
WEIGHTS = dict(LABELS.values())
#: Required features that are NULL -> the highest score that is left, in hundredths.
CAPS = ((5, 4900), (1, 6900))
#: Tiers and what they begin with, in hundredths.
TIERS = {"gold": 9500, "silver": 8500, "bronze": 7000, "poor": 5000}
WORST = "critical"
#: Features that a table of the same date can hold: by them a vector is said to be of phase 4 or 3.
COPYABLE = tuple(feature.index for feature in FEATURES if feature.sources[0][0] == "phase4")
FACTORS, DEFENSE = (5, 6, 7, 8), (13, 14)
MANY_NULLS = 8
RANGE_WARNINGS = 3
#: Ready flag of each table of the date, and the issue where it is not set.
UPSTREAM = {
    "cache_ready": "upstream_player_daily_cache_incomplete",
    "factors_ready": "upstream_player_composite_factors_incomplete",
    "zones_ready": "upstream_player_shot_zone_incomplete",
    "defense_ready": "upstream_team_defense_zone_incomplete",
}


def add_quality(rows: pl.DataFrame) -> pl.DataFrame:
    """Add every quality column of the store.

    Args:
        rows: Rows with the values and the codes of their sources, and the ready flags of the tables of the date.
    """
    required = [feature.index for feature in FEATURES if not feature.optional]
    optional = [feature.index for feature in FEATURES if feature.optional]
    codes = pl.col([label(f.index) for f in FEATURES])
    weights = codes.replace_strict(WEIGHTS, return_dtype=pl.Int64).name.map(lambda name: f"w{name[1:]}")
    rows = rows.with_columns(weights)
    rows = rows.with_columns(
        default_feature_count=_nulls([f.index for f in FEATURES]),
        required_default_count=_nulls(required),
        phase4_feature_count=_labelled("phase4", "vegas", "opponent_history", "minutes_ppm"),
        phase3_feature_count=_labelled("phase3"),
        calculated_feature_count=_labelled("calculated"),
        default_mask=pl.sum_horizontal(_is_null(f.index).cast(pl.Int64) * (1 << f.index) for f in FEATURES),
        feature_sources=pl.concat_list(label(f.index) for f in FEATURES),
        **{f"{group}10": _group(indices) for group, indices in GROUPS.items()},
    )
    counted = pl.sum_horizontal(pl.when(~_is_null(index)).then(_weight(index)).otherwise(0) for index in optional)
    counted = counted + pl.sum_horizontal(_weight(index) for index in required)
    size = len(required) + _number(~_is_null(index) for index in optional)
    score = quotient(counted, size, 2)
    for nulls, most in reversed(CAPS):
        capped = pl.min_horizontal(score, pl.lit(most, dtype=pl.Int64))
        score = pl.when(pl.col("required_default_count") >= nulls).then(capped).otherwise(score)
    rows = rows.with_columns(score100=score)
    return _add_flags(rows)


def _add_flags(rows: pl.DataFrame) -> pl.DataFrame:
    score, matchup, history = pl.col("score100"), pl.col("matchup10"), pl.col("player_history10")
    whole = pl.col("required_default_count") == 0
    tier = pl.lit(WORST)
    for name, least in reversed(TIERS.items()):
        tier = pl.when(score >= least).then(pl.lit(name)).otherwise(tier)
    yellow = ~whole | (score < 7000) | (matchup < 700)
    level = pl.when((matchup < 500) | (score < 5000)).then(pl.lit("red")).when(yellow).then(pl.lit("yellow"))
    ready = [pl.col(flag).fill_null(False) for flag in UPSTREAM]
    return rows.with_columns(
        feature_quality_score=decimal(score, 2),
        quality_tier=tier,
        quality_alert_level=level.otherwise(pl.lit("green")),
        quality_alerts=_alerts(),
        data_source=_data_source(),
        data_quality_issues=_issues(),
        is_quality_ready=whole & (score >= 7000) & (matchup >= 500),
        is_training_ready=(score >= TIERS["silver"]) & (matchup >= 700) & (history >= 800),
        is_production_ready=pl.all_horizontal(ready),
        **{f"{group}_quality_pct": decimal(pl.col(f"{group}10"), 1) for group in GROUPS},
    )


def _alerts() -> pl.Expr:
    nulls = pl.col("default_feature_count")
    share = quotient(100 * nulls, pl.lit(len(FEATURES)), 0)
    alerts = {
        "all_matchup_features_defaulted": pl.all_horizontal(_is_null(index) for index in (*FACTORS, *DEFENSE)),
        "composite_factors_missing": pl.any_horizontal(_is_null(index) for index in FACTORS),
        "opponent_defense_missing": pl.any_horizontal(_is_null(index) for index in DEFENSE),
        "high_default_rate": nulls >= MANY_NULLS,
        "matchup_quality_critical": pl.col("matchup10") < 500,
        "game_context_quality_critical": pl.col("game_context10") < 500,
    }
    texts = {name: pl.lit(name) for name in alerts}
    texts["high_default_rate"] = pl.format("high_default_rate_{}pct", share)
    return pl.concat_list(pl.when(hit).then(texts[name]) for name, hit in alerts.items()).list.drop_nulls()


def _issues() -> pl.Expr:
    missing = [pl.when(~pl.col(flag).fill_null(False)).then(pl.lit(issue)) for flag, issue in UPSTREAM.items()]
    warnings = [pl.when(out_of_range(f.index)).then(pl.lit(f"range_warning:{f.column}")) for f in FEATURES]
    first = pl.concat_list(warnings).list.drop_nulls().list.head(RANGE_WARNINGS)
    return pl.concat_list(pl.concat_list(missing).list.drop_nulls(), first)


def out_of_range(index: int) -> pl.Expr:
    """Return whether a feature is known and not plausible."""
    feature, stored = FEATURES[index], pl.col(value(index))
    low, high = (round(limit * 10**feature.digits) for limit in (feature.low, feature.high))
    return ~stored.is_between(low, high).fill_null(True)


def _data_source() -> pl.Expr:
    codes = pl.col([label(index) for index in COPYABLE])
    newer, older = (pl.sum_horizontal((codes == CODES[name]).cast(pl.Int64)) for name in ("phase4", "phase3"))
    named = pl.when(newer >= 15).then(pl.lit("phase4")).when(newer >= 8).then(pl.lit("phase4_partial"))
    return named.when(older >= 8).then(pl.lit("phase3")).otherwise(pl.lit("mixed"))


def _group(indices: tuple[int, ...]) -> pl.Expr:
    return quotient(pl.sum_horizontal(f"w{index:02}" for index in indices), pl.lit(len(indices)), 1)


def _labelled(*names: str) -> pl.Expr:
    codes = [CODES[name] for name in names]
    return pl.sum_horizontal(pl.col([label(f.index) for f in FEATURES]).is_in(codes).cast(pl.Int64))


def _nulls(indices: list[int]) -> pl.Expr:
    return pl.sum_horizontal(pl.col([value(index) for index in indices]).is_null().cast(pl.Int64))


def _number(flags: Iterable[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(flag.cast(pl.Int64) for flag in flags)


def _is_null(index: int) -> pl.Expr:
    return pl.col(value(index)).is_null()


def _weight(index: int) -> pl.Expr:
    return pl.col(f"w{index:02}")

"""What the vectors of a whole date must look like."""

from __future__ import annotations

import polars as pl

from nbaproc.exact import quotient
from nbaproc.failures import REASONS, Category
from nbaproc.features import FEATURES, LABELS, Feature
from nbaproc.raw import records
from nbaproc.raw.schedule import season_name
from nbaproc.raw.tally import Tally
from nbaproc.tables._feature_values import label, value

#: Rows of a date and known values of a feature from which on its spread says anything.
MANY_ROWS, MANY_VALUES = 50, 25
#: Digits at which values are compared.
DIGITS = 4
#: The mismatch score is a neutral 0 where the zones of the player or of the opponent are not known.
MISMATCH, DEFENSE, SHARE = 6, 13, 18
#: A vector that more than one of so many players share is suspicious, and so is half a roster without a table's rows.
SHARED, HALF = 20, 2
#: Day of a season after which few rows should lack a required feature: one of so many at most.
SETTLED_DAY, LACKING = 35, 10
TABLES = {"cache_ready": "player_daily_cache", "factors_ready": "player_composite_factors"}


def check_dates(rows: pl.DataFrame, tally: Tally) -> list[pl.DataFrame]:
    """Look for features that are broken on a whole date.

    Args:
        rows: Written rows with values and codes, `day` of the season and the ready flags of the tables of the date.
        tally: Takes the warnings.

    Returns:
        Draft records of dates with a feature that is the same for everybody.
    """
    of_date = rows.group_by("game_date").agg(rows=pl.len(), games=pl.col("game_id").n_unique())
    big = of_date.filter(pl.col("rows") >= MANY_ROWS).sort("game_date")
    constant = []
    for feature in FEATURES:
        if feature.spread is None:
            continue
        dates = big.filter(pl.col("games") >= feature.spread.games)
        spread = _spread(rows.join(dates.select("game_date"), on="game_date", how="semi"), feature)
        one = _is_one(feature)
        constant.append(spread.filter(one).select("game_date", column=pl.lit(feature.column)))
        low = spread.filter(~one & _is_low(feature))
        tally.add_frame("low_spread", feature.column, low, "game_date")
    _warn_of_shared_vectors(rows, tally)
    _warn_of_missing_tables(rows, tally)
    _warn_of_required_defaults(rows, tally)
    broken = pl.concat(constant).group_by("game_date", maintain_order=True).agg("column").sort("game_date")
    reason = pl.format(REASONS["constant_features"], pl.col("column").list.join(", "))
    return [records.draft(broken, Category.DATA_QUALITY_FAILED, "DATE", pl.lit("DATE_LEVEL"), reason)]


def _spread(rows: pl.DataFrame, feature: Feature) -> pl.DataFrame:
    """Return by date how many values of a feature are known and distinct, their sum and the sum of their squares."""
    stored = pl.col(value(feature.index))
    if feature.index == MISMATCH:
        rows = rows.filter(pl.col(value(DEFENSE)).is_not_null() & (pl.col(label(SHARE)) == LABELS["phase4"][0]))
    beyond = feature.digits - DIGITS
    rounded = quotient(stored, pl.lit(10**beyond), 0) if beyond > 0 else stored * 10**-beyond
    known = rows.select("game_date", value=rounded).drop_nulls()
    found = (
        known.sort("game_date")
        .group_by("game_date", maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Int64),
            distinct=pl.col("value").n_unique(),
            total=pl.col("value").sum(),
            squares=(pl.col("value") * pl.col("value")).sum(),
        )
    )
    return found.filter(pl.col("n") >= MANY_VALUES)


def _is_one(feature: Feature) -> pl.Expr:
    """Return whether all values are one, and not the one that everybody may share."""
    one = pl.col("distinct") == 1
    common = feature.spread and feature.spread.common
    return one if common is None else one & (pl.col("total") != round(common * 10**DIGITS) * pl.col("n"))


def _is_low(feature: Feature) -> pl.Expr:
    assert feature.spread is not None
    least = round(feature.spread.deviation * 10**DIGITS)
    n, total = pl.col("n"), pl.col("total")
    narrow: pl.Expr = n * pl.col("squares") - total * total < least * least * n * n
    return narrow | (pl.col("distinct") < feature.spread.distinct)


def _warn_of_shared_vectors(rows: pl.DataFrame, tally: Tally) -> None:
    vector = pl.struct(value(feature.index) for feature in FEATURES)
    most = rows.group_by("game_date", vector=vector).agg(alike=pl.len()).group_by("game_date").agg(pl.max("alike"))
    of_date = rows.group_by("game_date").agg(rows=pl.len()).join(most, on="game_date").sort("game_date")
    shared = of_date.filter((pl.col("alike") > 1) & (SHARED * pl.col("alike") > pl.col("rows")))
    tally.add_frame("identical_features", "ml_feature_store_v2", shared, "game_date")


def _warn_of_missing_tables(rows: pl.DataFrame, tally: Tally) -> None:
    for flag, table in TABLES.items():
        of_date = rows.group_by("game_date").agg(rows=pl.len(), have=pl.col(flag).is_not_null().sum())
        few = of_date.filter(HALF * pl.col("have") < pl.col("rows")).sort("game_date")
        tally.add_frame("few_upstream_rows", table, few, "game_date")


def _warn_of_required_defaults(rows: pl.DataFrame, tally: Tally) -> None:
    settled = rows.filter(pl.col("day") > SETTLED_DAY)
    lacking = (pl.col("required_default_count") > 0).sum()
    seasons = settled.group_by("season_year").agg(rows=pl.len(), lacking=lacking).sort("season_year")
    many = seasons.filter(LACKING * pl.col("lacking") >= pl.col("rows"))
    for season, count in many.select(season_name(pl.col("season_year")), "lacking").iter_rows():
        tally.add("required_defaults", season, count)

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
    spreads = _spreads(rows)
    constant = []
    for feature in FEATURES:
        if feature.spread is None:
            continue
        spread = spreads.select("game_date", "games", found=f"f{feature.index:02}").unnest("found")
        spread = spread.filter((pl.col("games") >= feature.spread.games) & (pl.col("n") >= MANY_VALUES))
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


def _spreads(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the dates with many rows, their games, and of each feature with a minimum spread what it is told by.

    That is a struct `f00`, ...: how many values are known (`n`) and `distinct`, their `total` and that of `squares`.
    """
    found = {}
    for feature in FEATURES:
        if feature.spread is None:
            continue
        stored = pl.col(value(feature.index))
        if feature.index == MISMATCH:
            told = pl.col(value(DEFENSE)).is_not_null() & (pl.col(label(SHARE)) == LABELS["phase4"][0])
            stored = pl.when(told).then(stored)
        beyond = feature.digits - DIGITS
        rounded = quotient(stored, pl.lit(10**beyond), 0) if beyond > 0 else stored * 10**-beyond
        found[f"f{feature.index:02}"] = rounded
    known = rows.select("game_date", "game_id", **found)
    of_date = known.group_by("game_date").agg(
        pl.len().alias("rows"),
        pl.col("game_id").n_unique().alias("games"),
        *(
            pl.struct(
                n=pl.col(name).count().cast(pl.Int64),
                distinct=pl.col(name).drop_nulls().n_unique(),
                total=pl.col(name).sum(),
                squares=(pl.col(name) * pl.col(name)).sum(),
            ).alias(name)
            for name in found
        ),
    )
    return of_date.filter(pl.col("rows") >= MANY_ROWS).sort("game_date")


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

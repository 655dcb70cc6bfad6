"""Which rows are left out of a training set, and the counts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from nbaproc.raw.schedule import season_name
from nbaproc.training.dataset import KEY
from nbaproc.training.parts import Part, in_gap, part_of

#: Score that is counted as a filter where none is asked for.
USUAL_QUALITY = 70.0
#: Filters that leave rows of the store out, in the order they are asked: a row is counted by the first that drops it.
DROPS = {
    "outside_split": "its date is in no part of the split",
    "gap": "its date is in the gap before the next part",
    "no_label": "ml_labels has no row of the player on the date: the game was not played",
    "min_quality": "feature_quality_score is below min_quality",
}
#: Filters that are left to the reader, counted each for itself among the rows that are written.
WOULD_DROP = {
    "y_played": "he did not play",
    "is_training_ready": "the features are not good enough for training",
    "min_quality": f"feature_quality_score is below min_quality, {USUAL_QUALITY:g} where none was asked for",
}
#: Name of what is in no part.
OUTSIDE = "outside"
WRITTEN = "written"


def fate(parts: Sequence[Part], min_quality: float | None, labelled: pl.Expr) -> pl.Expr:
    """Return which of `DROPS` leaves a row out, or `written`.

    Args:
        parts: The parts of the set.
        min_quality: Lowest `feature_quality_score`, None for any.
        labelled: Whether the row has a label.
    """
    below = pl.lit(False) if min_quality is None else pl.col("feature_quality_score") < min_quality
    return (
        pl.when(part_of(parts).is_null())
        .then(pl.lit("outside_split"))
        .when(in_gap(parts))
        .then(pl.lit("gap"))
        .when(~labelled)
        .then(pl.lit("no_label"))
        .when(below)
        .then(pl.lit("min_quality"))
        .otherwise(pl.lit(WRITTEN))
    )


def count(
    store: pl.DataFrame, labels: pl.DataFrame, parts: Sequence[Part], min_quality: float | None
) -> list[dict[str, Any]]:
    """Count by part and season what became of the rows of the store, and who played without features.

    Args:
        store: All rows of ml_feature_store_v2 that were looked at.
        labels: All rows of ml_labels of the same dates.
        parts: The parts of the set.
        min_quality: Lowest `feature_quality_score`, None for any.
    """
    looked = labels.select(*KEY, "y_played", _labelled=True)
    rows = store.join(looked, on=KEY, how="left", validate="1:1").with_columns(
        _fate=fate(parts, min_quality, pl.col("_labelled").fill_null(False))
    )
    written = pl.col("_fate") == WRITTEN
    below = pl.col("feature_quality_score") < (USUAL_QUALITY if min_quality is None else min_quality)
    ready, played = pl.col("is_training_ready"), pl.col("y_played")
    place = [part_of(parts).fill_null(OUTSIDE).alias("part"), season_name(pl.col("season_year")).alias("season")]
    sums = rows.group_by(place).agg(
        rows=pl.len(),
        written=written.sum(),
        ready=(written & ready & played).sum(),
        **{f"dropped_{name}": (pl.col("_fate") == name).sum() for name in DROPS},
        would_drop_y_played=(written & ~played).sum(),
        would_drop_is_training_ready=(written & ~ready).sum(),
        would_drop_min_quality=(written & below).sum(),
    )
    bare = (
        labels.filter("y_played").join(store, on=KEY, how="anti").group_by(place).agg(played_without_features=pl.len())
    )
    both = sums.join(bare, on=["part", "season"], how="full", coalesce=True).with_columns(
        pl.selectors.integer().fill_null(0)
    )
    order = [*(part.name for part in parts), OUTSIDE]
    return sorted(
        (_entry(row) for row in both.iter_rows(named=True)), key=lambda e: (order.index(e["part"]), e["season"])
    )


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "part": row["part"],
        "season": row["season"],
        "feature_rows": row["rows"],
        "written": row["written"],
        "training_ready": row["ready"],
        "dropped": {name: row[f"dropped_{name}"] for name in DROPS},
        "would_drop": {name: row[f"would_drop_{name}"] for name in WOULD_DROP},
        "played_without_features": row["played_without_features"],
    }

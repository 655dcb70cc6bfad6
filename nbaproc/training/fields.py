"""The columns of a training set, made of the declarations of the two tables that it joins."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from nbaproc.boundary import DTYPES
from nbaproc.columns import Column, Table
from nbaproc.features import Feature
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS

#: What a row is of, and how good its features are: columns of the store that stand before and after the features.
CONTEXT = (
    "game_date",
    "season_year",
    "player_lookup",
    "universal_player_id",
    "game_id",
    "team_abbr",
    "opponent_team_abbr",
    "is_home",
    "days_rest",
)
QUALITY = ("feature_quality_score", "required_default_count", "default_mask", "is_training_ready")
OUTCOMES = tuple(name for name in LABELS.names if name.startswith("y_"))


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a training set.

    Attributes:
        name: Its name.
        dtype: Its Polars type.
        says: What the value is.
        unit: Its unit, empty where it has none.
        digits: Decimals the store rounds it to.
        low: Lowest plausible value.
        high: Highest plausible value.
        sources: What it is taken from.
        impute: What may stand for NULL; only features have such a constant.
        optional: Whether a row without this feature is as good as one with it.
    """

    name: str
    dtype: pl.DataType
    says: str
    unit: str = ""
    digits: int | None = None
    low: float | None = None
    high: float | None = None
    sources: str = ""
    impute: float | None = None
    optional: bool | None = None


def fields_of(features: Sequence[Feature]) -> list[Field]:
    """Return the columns of a training set with these features, in order.

    >>> from nbaproc.features import FEATURES
    >>> [field.name for field in fields_of(FEATURES)[9:12]]
    ['is_playoffs', 'f00_points_avg_last_5', 'f01_points_avg_last_10']
    """
    return [
        *(_copied(STORE, STORE[name]) for name in CONTEXT),
        Field("is_playoffs", pl.Boolean(), "the game is a play-off game; a play-in game is none", sources="f17 = 1"),
        *(_feature(feature) for feature in features),
        *(_copied(STORE, STORE[name]) for name in QUALITY),
        *(_copied(LABELS, LABELS[name]) for name in OUTCOMES),
        Field("y_line", pl.Float32(), "last points line before tip-off", "points", 1, sources="f25"),
        Field("y_over", pl.Int8(), "1 above the line, 0 below; NULL on a push, without a line, or if he did not play"),
        Field("y_margin", pl.Float32(), "y_points − line; NULL without a line, or if he did not play", "points", 1),
        _copied(STORE, STORE["data_hash"]),
        Field("label_hash", pl.String(), "data_hash of the label row", sources=LABELS.name),
    ]


def _copied(table: Table, column: Column) -> Field:
    return Field(
        column.name,
        DTYPES[column.type],
        column.says,
        column.unit,
        column.digits,
        column.low,
        column.high,
        sources=table.name,
    )


def _feature(feature: Feature) -> Field:
    return Field(
        feature.column,
        pl.Float32(),
        feature.says + (f"; NULL: {feature.lacking}" if feature.lacking else ""),
        feature.unit,
        feature.digits,
        feature.low,
        feature.high,
        sources_text(feature),
        feature.impute,
        feature.optional,
    )


def sources_text(feature: Feature) -> str:
    """Return what a feature is taken from, in the order it is tried.

    >>> from nbaproc.features import FEATURES
    >>> sources_text(FEATURES[29])
    'opponent_history: Σ points / games against the opponent in a year; phase3: f02'
    """
    return "; ".join(f"{label}: {definition}" for label, definition in feature.sources)


def range_text(low: float | None, high: float | None) -> str:
    """Return a range as it is written.

    >>> range_text(-15, 15), range_text(0, 0.5), range_text(None, None)
    ('-15 to 15', '0 to 0.5', '')
    """
    return "" if low is None or high is None else f"{low:g} to {high:g}"


def dictionary(fields: Sequence[Field]) -> str:
    """Return the dictionary of some columns as CSV.

    Columns that are no features have no `imp` and are neither optional nor required.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "type", "unit", "digits", "range", "sources", "imp", "optional", "definition"))
    for field in fields:
        optional = {None: "", True: "true", False: "false"}[field.optional]
        numbers = (field.digits, range_text(field.low, field.high))
        writer.writerow(
            (field.name, field.dtype, field.unit, *numbers, field.sources, field.impute, optional, field.says)
        )
    return text.getvalue()

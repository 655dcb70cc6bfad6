"""Features and labels, joined into the rows of a training set."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nbaproc.canonical import digest
from nbaproc.errors import InputError
from nbaproc.features import FEATURES, Feature
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS
from nbaproc.training.fields import CONTEXT, OUTCOMES, QUALITY, fields_of

KEY = ["game_date", "player_lookup"]
LINE, PLAYOFFS = FEATURES[25].column, FEATURES[17].column
#: What is read of the two tables.
STORE_COLUMNS = [*CONTEXT, *(feature.column for feature in FEATURES), *QUALITY, "data_hash"]
LABEL_COLUMNS = ["season_year", *KEY, "game_id", *OUTCOMES, "data_hash"]


def join(store: pl.DataFrame, labels: pl.DataFrame, features: Sequence[Feature] = FEATURES) -> pl.DataFrame:
    """Return the rows that have features and labels: the columns of `fields_of`, sorted by date and player.

    The line that `y_line`, `y_over` and `y_margin` speak of is always f25 of the store, also where the version of the
    features has none.

    Args:
        store: Rows of ml_feature_store_v2.
        labels: Rows of ml_labels.
        features: The features that are wanted.

    Raises:
        InputError: The two rows of a pair are of different games.
    """
    outcomes = labels.select(*KEY, *OUTCOMES, _label_game="game_id", label_hash="data_hash")
    pairs = store.join(outcomes, on=KEY, how="inner", validate="1:1")
    _same_games(pairs)
    line, points = pl.col(LINE), pl.col("y_points")
    margin = pl.when("y_played").then(points - line)
    rows = pairs.with_columns(
        is_playoffs=pl.col(PLAYOFFS) == 1,
        y_line=line,
        y_over=pl.when(margin > 0).then(1).when(margin < 0).then(0),
        y_margin=margin,
    )
    return rows.select(pl.col(field.name).cast(field.dtype) for field in fields_of(features)).sort(KEY)


def _same_games(pairs: pl.DataFrame) -> None:
    apart = pairs.filter(pl.col("game_id") != pl.col("_label_game")).sort(KEY)
    if apart.height:
        days = apart["game_date"]
        rows = "; ".join(
            f"{day} {player}: {of_store} and {of_labels}"
            for day, player, of_store, of_labels in apart.head(3).select(*KEY, "game_id", "_label_game").iter_rows()
        )
        raise InputError(
            f"{STORE.name} and {LABELS.name} name different games in {apart.height} row(s): {rows}; "
            f"compute the dates again with `nbaproc backfill --start {days[0]} --end {days[-1]}`"
        )


def impute(frame: pl.DataFrame, features: Sequence[Feature] = FEATURES) -> pl.DataFrame:
    """Return a frame with the constants of the registry where its features are NULL; nothing is fitted on anything.

    Args:
        frame: Rows with any of the feature columns; other columns stay as they are.
        features: The features that are filled.

    >>> impute(pl.DataFrame({"f18_pct_paint": [0.5, None], "y_line": [None, 20.5]})).rows()
    [(0.5, None), (0.3, 20.5)]
    """
    return frame.with_columns(
        pl.col(feature.column).fill_null(feature.impute) for feature in features if feature.column in frame.columns
    )


def dataset_hash(rows: pl.DataFrame) -> str:
    """Return the hash that names a set of rows, by the hashes of the features and labels they were joined from.

    >>> from datetime import date
    >>> dataset_hash(pl.DataFrame({
    ...     "game_date": [date(2024, 1, 15)] * 2,
    ...     "player_lookup": ["playerone", "playertwo"],
    ...     "data_hash": ["1ee5683a9392086f", "9f3b5087c540278b"],
    ...     "label_hash": ["8d9d8f3f40b904b4", "730d3138cf5498d8"],
    ... }))
    'cf96b5fdedf435f4'
    """
    line = pl.concat_str(
        pl.col("game_date").dt.to_string("%Y-%m-%d"), "player_lookup", "data_hash", "label_hash", separator="|"
    )
    lines = rows.select(line.sort()).to_series().to_list()
    return digest("\n".join([*lines, f"#{len(lines)}"]))

"""Train a model of points on an exported training set, and compare it with the naive season average.

The model is a gradient-boosted tree of scikit-learn that minimises the absolute error; NULL features are NaN, which it
takes as they are. Nothing is fitted on more than the training part.

Usage: python tests/examples/train.py EXPORT
where EXPORT was made with
  nbaproc features export --start 2021-10-19 --end 2024-06-17 --split 2021-22..2022-23/2023-24 --out EXPORT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
from sklearn.ensemble import HistGradientBoostingRegressor

from nbaproc.features import VERSION

LABEL, NAIVE = "y_points", "f02_points_avg_season"
#: Who is predicted: the default population of the rows for readers, and everybody who played.
POPULATIONS = {
    "training-ready": pl.col("is_training_ready") & pl.col("y_played"),
    "all who played": pl.col("y_played"),
}


def read(part: Path) -> pl.DataFrame:
    """Return the rows of one part of an export."""
    return pl.read_parquet(part / "**" / "*.parquet").sort("game_date", "player_lookup")


def varying(frame: pl.DataFrame) -> list[str]:
    """Return the features that are not the same everywhere; a constant tells a model nothing."""
    features = [name for name in frame.columns if name[0] == "f" and name[1:3].isdigit()]
    return [name for name in features if frame[name].drop_nulls().n_unique() > 1]


def evaluate(train: pl.DataFrame, test: pl.DataFrame) -> dict[str, float]:
    """Return the mean absolute errors of the model and of the season average on the test rows."""
    features = varying(train)
    model = HistGradientBoostingRegressor(
        loss="absolute_error", learning_rate=0.05, max_iter=200, min_samples_leaf=200, random_state=0
    )
    model.fit(train.select(features).to_numpy(), train[LABEL].to_numpy())
    scored = test.with_columns(model=pl.Series(model.predict(test.select(features).to_numpy())))
    model_error, naive_error = ((pl.col(name) - pl.col(LABEL)).abs() for name in ("model", NAIVE))
    weeks = scored.group_by(pl.col("game_date").dt.iso_year(), pl.col("game_date").dt.week().alias("week"))
    better = weeks.agg(better=model_error.mean() < naive_error.mean())["better"]
    errors = scored.select(model=model_error.mean(), naive=naive_error.mean()).row(0, named=True)
    counts = {"features": len(features), "train_rows": train.height, "test_rows": test.height}
    return counts | errors | {"weeks_better": int(better.sum()), "weeks": better.len()}


def main(folder: str) -> dict[str, dict[str, float]]:
    """Train and evaluate on each population and print the figures."""
    parts = {name: read(Path(folder) / "ml_training_set" / VERSION / name) for name in ("train", "test")}
    figures = {
        name: evaluate(*(part.filter(population) for part in parts.values()))
        for name, population in POPULATIONS.items()
    }
    print(json.dumps(figures, indent=2))
    return figures


if __name__ == "__main__":
    main(sys.argv[1])

"""Weights of training rows."""

from __future__ import annotations

import polars as pl

#: Tiers of players by their mean points of the season (f02): name and where it begins, the highest first.
TIERS = (("star", 25.0), ("starter", 15.0), ("rotation", 5.0), ("bench", float("-inf")))


def weights(dates: pl.Series, half_life: float, factors: pl.Series | None = None) -> pl.Series:
    """Return a weight for every row: halved with every `half_life` days of age, and 1 on average.

    Args:
        dates: Date of every training row; the newest of them has age 0.
        half_life: Days.
        factors: A further factor of every row, as of its tier; all 1 if not given.

    Raises:
        ValueError: `half_life` is not positive.

    >>> from datetime import date
    >>> ages = pl.Series([date(2024, 4, 14), date(2023, 4, 15), date(2022, 4, 15)])
    >>> weights(ages, 365).round(6).to_list()
    [1.714286, 0.857143, 0.428571]
    """
    if half_life <= 0:
        raise ValueError(f"half_life {half_life}: a number of days above 0")
    day = pl.col("date")
    age = (day.max() - day).dt.total_days()
    weight = pl.lit(2.0).pow(-age / half_life) * pl.col("factor")
    frame = pl.DataFrame({"date": dates, "factor": [1.0] * len(dates) if factors is None else factors})
    return frame.select(weight=weight / weight.mean()).to_series()


def tiers(points: pl.Series) -> pl.Series:
    """Return the tier of every row by its mean points of the season, `f02_points_avg_season`.

    Tiers report a model's error by kind of player; with a factor for each they make weights:

    >>> tier = tiers(pl.Series([31.2, 25.0, 24.9, 5.0, 4.9]))
    >>> tier.to_list()
    ['star', 'star', 'starter', 'rotation', 'bench']
    >>> factors = tier.replace_strict({"star": 2.0, "starter": 1.0, "rotation": 1.0, "bench": 0.5})
    """
    chosen = pl.lit(None, dtype=pl.String)
    for name, low in reversed(TIERS):
        chosen = pl.when(pl.col("points") >= low).then(pl.lit(name)).otherwise(chosen)
    return pl.DataFrame({"points": points}).select(tier=chosen).to_series()

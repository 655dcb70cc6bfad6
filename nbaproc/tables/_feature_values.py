"""The 37 values: integers at the digits of their columns, each with the code of the source it came from."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nbaproc.exact import deviation, quotient
from nbaproc.features import FEATURES, LABELS
from nbaproc.tables._feature_inputs import RATES, SHORT, ZONES

#: Points and shares of a trend, risk by status, and limits.
STRONG_TREND, TREND = 30, 12
RISKS = {"probable": 1, "questionable": 2, "doubtful": 3, "out": 3}
MOST_FREE_THROWS = 5 * 10**8
MOST_DEVIATIONS = 3 * 10**9
LEAST_GAMES, LEAST_ROWS, LEAST_TEAM_GAMES = 5, 3, 5


def value(index: int) -> str:
    """Return the name of the column with a feature's value as an integer at its digits."""
    return f"v{index:02}"


def label(index: int) -> str:
    """Return the name of the column with the code of a feature's source."""
    return f"s{index:02}"


def add_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the values and the codes of their sources.

    Args:
        rows: The roster with the windows and the rows of the date; `n` is at least 1.
    """
    rows = rows.with_columns(days_rest=pl.coalesce("days_rest", _days_since("last_game")))
    for sources in (_means(), _copies(), _rest(), _shots(), _team(), _lines(), _history(), _minutes()):
        rows = _add(rows, sources)
    # What is made of other features.
    return _add(rows, _against_season())


def _add(rows: pl.DataFrame, sources: dict[int, Sequence[pl.Expr]]) -> pl.DataFrame:
    """Add features from their sources in the order of the registry: the first known value wins and names its source."""
    columns = []
    for index, values in sources.items():
        feature = FEATURES[index]
        absent = pl.lit(LABELS[feature.absent][0], dtype=pl.Int64)
        pairs = zip(feature.sources, values, strict=True)
        codes = [pl.when(known.is_not_null()).then(LABELS[name][0]) for (name, _), known in pairs]
        columns += [
            pl.coalesce(values).cast(pl.Int64).alias(value(index)),
            pl.coalesce(*codes, absent).cast(pl.Int64).alias(label(index)),
        ]
    return rows.with_columns(columns)


def _means() -> dict[int, Sequence[pl.Expr]]:
    n = pl.col("n")
    spread = deviation(n, pl.col("points_10"), pl.col("squares_10"), 4)
    return {
        0: (pl.col("cache_points_avg_last_5"), quotient(pl.col("points_5"), pl.col("n5"), 4)),
        1: (pl.col("cache_points_avg_last_10"), quotient(pl.col("points_10"), n, 4)),
        2: (pl.col("cache_points_avg_season"), quotient(pl.col("points_season"), pl.col("season_n"), 4)),
        3: (pl.col("cache_points_std_last_10"), spread),
        4: (pl.col("cache_week"), pl.col("context_week"), pl.col("games_in_week")),
    }


def _copies() -> dict[int, Sequence[pl.Expr]]:
    return {
        5: (pl.col("fatigue_score"),),
        6: (pl.col("shot_zone_mismatch_score10"),),
        7: (pl.col("pace_score10"),),
        8: (pl.col("usage_spike_score10"),),
        13: (pl.col("defense_rating100"),),
        14: (pl.col("defense_pace10"),),
        15: (pl.col("home_game"),),
        17: (pl.col("kind") == "playoff",),
    }


def _rest() -> dict[int, Sequence[pl.Expr]]:
    status = pl.col("player_status").str.strip_chars().str.to_lowercase()
    risk = status.replace_strict(RISKS, default=0, return_dtype=pl.Int64).fill_null(0)
    recent = pl.coalesce(
        "cache_minutes_avg_last_10", quotient(pl.col("minutes_10"), 10 * pl.col("minutes_known_10"), 4)
    )
    change = minutes_change(recent, pl.col("minutes_season"), pl.col("minutes_known_season"))
    return {
        9: ((pl.col("days_rest") - _days_since("opponent_last")).clip(-2, 2),),
        10: (pl.when(pl.col("has_context") & pl.col("feed")).then(risk),),
        11: (pl.when(pl.col("n") >= LEAST_GAMES).then(trend([pl.col(f"y{back}") for back in range(SHORT)])),),
        12: (change,),
        16: (pl.col("days_rest") == 1,),
    }


def trend(points: Sequence[pl.Expr]) -> pl.Expr:
    """Return −2…2 by six times the mean of the two newest games minus the mean of the three before.

    Args:
        points: Points of the last five games, newest first.

    >>> pl.select(trend([pl.lit(y) for y in (30, 28, 20, 22, 18)])).item()
    2
    """
    total = 3 * (points[0] + points[1]) - 2 * (points[2] + points[3] + points[4])
    return _steps(total, total, STRONG_TREND, TREND, 1)


def minutes_change(recent: pl.Expr, season: pl.Expr, games: pl.Expr) -> pl.Expr:
    """Return −2…2 by the relative change of playing time: ±20 % and ±10 %.

    Args:
        recent: Mean minutes of the last games times 10^4.
        season: Minutes of the season in tenths.
        games: Games of the season with known minutes.

    >>> pl.select(minutes_change(pl.lit(366667), pl.lit(1000), pl.lit(3))).item()
    1
    """
    base = 1000 * season
    change = recent * games - base
    return pl.when((recent != 0) & (season != 0) & (games > 0)).then(_steps(5 * change, 10 * change, base, base, 1))


def _steps(strong: pl.Expr, weak: pl.Expr, strong_limit: pl.Expr | int, limit: pl.Expr | int, unit: int) -> pl.Expr:
    steps = pl.when(strong >= strong_limit).then(2 * unit).when(weak >= limit).then(unit)
    steps = steps.when(strong <= -1 * strong_limit).then(-2 * unit).when(weak <= -1 * limit).then(-unit)
    return steps.otherwise(0)


def _shots() -> dict[int, Sequence[pl.Expr]]:
    shares = {
        18 + nth: (
            quotient(pl.col(f"{rate}100"), pl.lit(10_000), 9),
            quotient(pl.col(f"{zone}_10"), pl.col("zones_10"), 9),
        )
        for nth, (rate, zone) in enumerate(zip(RATES, ZONES, strict=True))
    }
    made, points = pl.col("ft_10"), pl.col("points_10")
    share = pl.min_horizontal(quotient(made, points, 9), pl.lit(MOST_FREE_THROWS, dtype=pl.Int64))
    return {**shares, 21: (pl.when((pl.col("n") >= LEAST_GAMES) & (points > 0)).then(share),)}


def _team() -> dict[int, Sequence[pl.Expr]]:
    games = pl.col("team_games")
    return {
        22: (pl.col("cache_team_pace_last_10"), quotient(pl.col("team_pace"), 10 * pl.col("team_pace_n"), 4)),
        23: (
            pl.col("cache_team_off_rating_last_10"),
            quotient(pl.col("team_rating"), 100 * pl.col("team_rating_n"), 4),
        ),
        24: (pl.when(games >= LEAST_TEAM_GAMES).then(quotient(pl.col("team_wins"), games, 9)),),
    }


def _lines() -> dict[int, Sequence[pl.Expr]]:
    line = pl.when(pl.col("line10") > 0).then("line10")
    opening = pl.when((pl.col("line10") > 0) & (pl.col("opening10") > 0)).then("opening10")
    return {25: (line,), 26: (opening,), 27: (line - opening,), 28: (line.is_not_null(),)}


def _history() -> dict[int, Sequence[pl.Expr]]:
    met = pl.col("met")
    # The season mean has four digits, this one nine.
    season = pl.col(value(2)) * 100_000
    return {29: (quotient(pl.col("met_points"), met, 9), season), 30: (met,)}


def _minutes() -> dict[int, Sequence[pl.Expr]]:
    n, k, rows = pl.col("n"), pl.col("k"), pl.col("rows_10")
    slope = quotient(12 * pl.col("weighted") - 6 * (n - 1) * pl.col("points_10"), n * (n * n - 1), 9)
    return {
        31: (quotient(pl.col("timed_minutes_10"), 10 * k, 9),),
        32: (quotient(pl.col("ppm_10"), k, 0),),
        33: (pl.when((rows >= LEAST_ROWS) & pl.col("dnp_listed")).then(quotient(pl.col("dnp_10"), rows, 9)),),
        34: (pl.when(n >= LEAST_GAMES).then(slope),),
    }


def _against_season() -> dict[int, Sequence[pl.Expr]]:
    now, season, spread = (pl.col(value(index)) for index in (0, 2, 3))
    score = quotient(now - season, spread, 9).clip(-MOST_DEVIATIONS, MOST_DEVIATIONS)
    return {
        35: (pl.when(spread == 0).then(0).otherwise(score),),
        36: (pl.when(spread.is_not_null()).then(2 * now > 2 * season + 3 * spread),),
    }


def _days_since(day: str) -> pl.Expr:
    return (pl.col("game_date") - pl.col(day)).dt.total_days()

"""How much and how well a player has played in the last 30 days."""

from __future__ import annotations

import polars as pl

from nbaproc.asof import pairs_before
from nbaproc.exact import ratio
from nbaproc.raw.history import History

#: How far back a player's history reaches.
DAYS = 30


def player_form(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Return fatigue, averages and streaks of some rows.

    Args:
        rows: `row`, `game_date`, `player_lookup` and `line10`, the points line in tenths or NULL.
        history: Results; only those before each row's date are used.

    Returns:
        One row per `row` with a game in the last 30 days: `games`, the number of these games, and the table's columns.
        Counts of the other rows are 0, everything else is NULL.
    """
    played = history.played.select("game_date", "player_lookup", "points", "m10", "u10", "gap")
    pairs = pairs_before(rows, played, ["player_lookup"], DAYS)
    age, gap = pl.col("age"), pl.col("gap")
    # The game before lies within the 30 days too.
    inside = age + gap <= DAYS
    week, fortnight = age < 7, age < 14
    minutes, usage, points = pl.col("m10"), pl.col("u10"), pl.col("points")
    form = pairs.group_by("row", maintain_order=True).agg(
        games=pl.len().cast(pl.Int64),
        days_rest=age.first(),
        days_rest_before_last_game=pl.when(inside).then(gap).first(),
        days_since_2_plus_days_rest=age.filter(inside & (gap >= 2)).min(),
        games_in_last_7_days=week.sum().cast(pl.Int64),
        games_in_last_14_days=fortnight.sum().cast(pl.Int64),
        week_m10=minutes.filter(week).sum(),
        fortnight_m10=minutes.filter(fortnight).sum(),
        back_to_backs_last_14_days=((gap == 1) & (age < 13)).sum().cast(pl.Int64),
        week_u10=usage.filter(week).sum(),
        week_used=usage.filter(week).count().cast(pl.Int64),
        points_5=points.head(5).sum(),
        points_10=points.head(10).sum(),
    )
    form = form.join(_streaks(rows, pairs), on="row", how="left", maintain_order="left")
    return form.select(
        "row",
        "games",
        "days_rest",
        "days_rest_before_last_game",
        "days_since_2_plus_days_rest",
        "games_in_last_7_days",
        "games_in_last_14_days",
        "back_to_backs_last_14_days",
        pl.col("prop_over_streak", "prop_under_streak").fill_null(0),
        minutes_in_last_7_days=pl.col("week_m10") // 10,
        minutes_in_last_14_days=pl.col("fortnight_m10") // 10,
        avg_minutes_per_game_last_7=ratio(pl.col("week_m10"), 10 * pl.col("games_in_last_7_days"), 1),
        avg_usage_rate_last_7_games=ratio(pl.col("week_u10"), 10 * pl.col("week_used"), 1),
        points_avg_last_5=ratio(pl.col("points_5"), pl.min_horizontal("games", pl.lit(5)), 1),
        points_avg_last_10=ratio(pl.col("points_10"), pl.min_horizontal("games", pl.lit(10)), 1),
    )


#: Columns that are 0, not NULL, for a player without a game in 30 days.
COUNTS = (
    "games",
    "games_in_last_7_days",
    "games_in_last_14_days",
    "minutes_in_last_7_days",
    "minutes_in_last_14_days",
    "back_to_backs_last_14_days",
    "prop_over_streak",
    "prop_under_streak",
)


def _streaks(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return how many of the last games in a row were above, or below, today's line; pushes neither count nor break."""
    lined = pairs.join(rows.select("row", "line10").drop_nulls(), on="row", maintain_order="left")
    above = 10 * pl.col("points") > pl.col("line10")
    below = 10 * pl.col("points") < pl.col("line10")
    lined = lined.with_columns(above=above.cast(pl.Int8), below=below.cast(pl.Int8))
    lined = lined.with_columns(pl.col("above", "below").cum_max().over("row").name.suffix("_so_far"))
    return lined.group_by("row").agg(
        prop_over_streak=((pl.col("above") == 1) & (pl.col("below_so_far") == 0)).sum().cast(pl.Int64),
        prop_under_streak=((pl.col("below") == 1) & (pl.col("above_so_far") == 0)).sum().cast(pl.Int64),
    )

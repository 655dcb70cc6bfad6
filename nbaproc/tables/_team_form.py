"""Pace and defence of a team over its last 10 games of the season."""

from __future__ import annotations

import polars as pl

from nbaproc.asof import Timeline, beside
from nbaproc.exact import quotient
from nbaproc.raw.history import History

GAMES = 10
TEAM = ["season_year", "team"]
#: Digits of the free-throw rate of one game, which is rounded before it is averaged.
RATE_DIGITS = 9


def team_form(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add sums and counts over the last 10 games of each row's team before its date.

    Args:
        rows: `game_date`, `season_year`, `team`.
        history: Results.

    Returns:
        The rows with `pace_sum`, `pace_n` (tenths), `rating_sum`, `rating_n` (hundredths) and `fta_sum`, `fta_n` (free
        throws allowed per 100 possessions, times 10^9, over the last 10 games that have both).
    """
    known = history.defense.filter(pl.col("opponent_fta").is_not_null() & (pl.col("opponent_pace10") > 0))
    rate = quotient(1000 * pl.col("opponent_fta"), pl.col("opponent_pace10"), RATE_DIGITS)
    for games, values in (
        (history.offense, {"pace": pl.col("pace10")}),
        (history.defense, {"rating": pl.col("rating100")}),
        (known, {"fta": rate}),
    ):
        line = Timeline(games, TEAM)
        last = line.before(rows)
        rows = beside(rows, *line.sums(values, last["place"], last["nth"].clip(upper_bound=GAMES)))
    return rows

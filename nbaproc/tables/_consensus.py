"""Spread and total of a game over all books: the median of the first and of the last snapshot."""

from __future__ import annotations

import polars as pl

from nbaproc.exact import quotient
from nbaproc.raw.choose import first_per
from nbaproc.raw.game_lines import UNDER


def consensus(lines: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Return the consensus of every game that has lines, in hundredths.

    Args:
        lines: `nbaproc.raw.game_lines.usable_lines`.
        games: `game`, `home`.

    Returns:
        `game` and `spread`, `opening_spread`, `spread_source`, `total`, `opening_total`, `total_source`. Spreads are
        the home team's: negative where it is favoured.
    """
    home = lines.join(games.select("game", "home"), on="game", maintain_order="left")
    spreads = home.filter((pl.col("market") == "spreads") & (pl.col("outcome") == pl.col("home")))
    totals = lines.filter(pl.col("market") == "totals").with_columns(under=pl.col("outcome") == UNDER)
    totals = first_per(totals, ["game", "book", "seen"], "under")
    found = games.select("game")
    for name, rows in (("spread", spreads), ("total", totals)):
        first = rows.filter(pl.col("seen") == pl.col("seen").min().over("game"))
        last = rows.filter(pl.col("seen") == pl.col("seen").max().over("game"))
        books = last.group_by("game").agg(pl.col("book").sort().str.join(",").alias(f"{name}_source"))
        for column, at in ((name, last), (f"opening_{name}", first)):
            found = found.join(at.group_by("game").agg(_median().alias(column)), on="game", how="left")
        found = found.join(books, on="game", how="left")
    return found


def _median() -> pl.Expr:
    """Return the median of `point`: the mean of the two middle ones, rounded half away from zero, of an even number."""
    ordered, n = pl.col("point").sort(), pl.len().cast(pl.Int64)
    low, high = ordered.get((n - 1) // 2), ordered.get(n // 2)
    return quotient(low + high, pl.lit(2), 0)

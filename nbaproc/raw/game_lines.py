"""Spreads and totals of the books before tip-off."""

from __future__ import annotations

import polars as pl

from nbaproc.exact import scaled
from nbaproc.raw.choose import first_per
from nbaproc.raw.props import book_key
from nbaproc.raw.tally import Tally

GAME_LINES = "odds_api_game_lines"
#: Outcomes of a total.
OVER, UNDER = "over", "under"
_SHOWN = ("game_date", "away_team_abbr", "home_team_abbr", "bookmaker_key", "market_key", "outcome_name")


def complete_lines(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Keep spreads and totals that have a point, a book and a time; add `book`, `market` and `point` in hundredths."""
    market = pl.col("market_key").str.strip_chars().str.to_lowercase()
    rows = rows.with_columns(market=market, book=book_key(pl.col("bookmaker_key")))
    rows = rows.filter(pl.col("market").is_in(["spreads", "totals"]))
    rows = rows.with_columns(point=scaled(pl.col("outcome_point"), 2))
    wants = {
        "line_without_point": pl.col("point").is_not_null(),
        "line_without_book": pl.col("book").is_not_null(),
        "line_without_time": pl.col("snapshot_timestamp").is_not_null(),
    }
    return _keep(rows, wants, tally)


def usable_lines(rows: pl.DataFrame, games: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Cut attached lines at tip-off, say whose they are, and keep one per game, book, market, outcome and snapshot.

    Args:
        rows: `complete_lines` with their `game`.
        games: `game`, `cut`.
        tally: Takes the counts.

    Returns:
        `game`, `book`, `market`, `outcome` (a team's code, over or under), `seen`, `point` in hundredths.
    """
    rows = rows.join(games.select("game", "cut"), on="game", maintain_order="left")
    seen = pl.col("snapshot_timestamp")
    name, home, away = (pl.col(c).str.strip_chars() for c in ("outcome_name", "home_team", "away_team"))
    is_home, is_away = (name == home).fill_null(False), (name == away).fill_null(False)
    side = name.str.to_lowercase()
    team = pl.when(is_home & ~is_away).then("home_code").when(is_away & ~is_home).then("away_code")
    spread = pl.col("market") == "spreads"
    over_under = pl.when(side.is_in([OVER, UNDER])).then(side)
    rows = rows.with_columns(outcome=pl.when(spread).then(team).otherwise(over_under))
    known = pl.col("outcome").is_not_null()
    wants = {
        "line_after_tip": (seen <= pl.col("cut")) & (seen <= pl.col("commence_time")).fill_null(True),
        "line_without_team": known | ~spread,
        "line_without_side": known | spread,
    }
    rows = _keep(rows, wants, tally).rename({"snapshot_timestamp": "seen"})
    key = ["game", "book", "market", "outcome", "seen"]
    best = first_per(rows.with_row_index("_nth"), key, "-processed_at", "point")
    lost = rows.with_row_index("_nth").join(best, on="_nth", how="anti")
    tally.add_frame("duplicate_rows", GAME_LINES, lost, *_SHOWN)
    return best.select(*key, "point")


def _keep(rows: pl.DataFrame, wants: dict[str, pl.Expr], tally: Tally) -> pl.DataFrame:
    for name, good in wants.items():
        tally.add_frame(name, GAME_LINES, rows.filter(~good), *_SHOWN)
        rows = rows.filter(good)
    return rows

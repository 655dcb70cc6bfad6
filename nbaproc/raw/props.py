"""Points lines before tip-off: one per player and game, from the best-ranked book."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nbaproc.raw.choose import first_per
from nbaproc.raw.match import match_names
from nbaproc.raw.names import first_given
from nbaproc.raw.schedule import eastern_instant
from nbaproc.raw.tally import Tally

ODDS, BETTINGPROS = "odds_api_player_points_props", "bettingpros_player_points_props"
#: Books in order; all others follow by name.
ODDS_BOOKS = ("draftkings", "fanduel")
BETTINGPROS_BOOKS = ("draftkings", "fanduel", "bettingpros_consensus")


_LINE = {
    "game": pl.UInt32,
    "player_lookup": pl.String,
    "tenths": pl.Int64,
    "opening": pl.Int64,
    "book": pl.String,
    "feed": pl.String,
}


@dataclass(frozen=True)
class Lines:
    """One row per game and player with a line: `game`, `player_lookup`, `tenths`, `opening`, `book`, `feed`."""

    rows: pl.DataFrame


def add_cut(games: pl.DataFrame, times: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Add to every game the instant `cut` after which nothing may be known.

    The cut is the tip-off of the schedule, else the earliest start a feed names, else noon Eastern; a start more than
    two hours before the tip-off wins, so that nothing in-game can enter.

    Args:
        games: Final and fallback games with `tip_ts`.
        times: `game`, `start` of the feeds' rows.
        tally: Takes the count of games whose start and tip-off disagree.
    """
    start = times.drop_nulls("start").group_by("game").agg(pl.col("start").min())
    noon = eastern_instant(pl.col("game_date").cast(pl.Datetime("us")) + pl.duration(hours=12))
    tip = pl.coalesce("tip_ts", "start")
    timed = games.join(start, on="game", how="left", maintain_order="left")
    early = (pl.col("start") < tip - pl.duration(hours=2)).fill_null(False)
    tally.add_frame("tip_mismatch", "", timed.filter(early), "game_id", "start", "tip_ts")
    return timed.with_columns(cut=pl.when(early).then("start").otherwise(pl.coalesce(tip, noon)))


def choose_lines(
    odds: pl.DataFrame,
    bettingpros: pl.DataFrame,
    games: pl.DataFrame,
    candidates: pl.DataFrame,
    aliases: pl.DataFrame,
    tally: Tally,
) -> Lines:
    """Choose one line per player and game: The Odds API first, BettingPros only for players it has no line of.

    Args:
        odds: Complete rows of the first feed, joined to their games.
        bettingpros: Complete rows of the second feed, of the computed dates.
        games: The games with `cut`.
        candidates: Player rows the names are matched to: `game`, `player_lookup`, `name_key`. Rows of games without
            any are ignored.
        aliases: `canonical_names`.
        tally: Takes the counts.
    """
    if not odds.height and not bettingpros.height:
        return Lines(pl.DataFrame(schema=_LINE))
    first = _odds_lines(odds, games, candidates, aliases, tally)
    second = _bettingpros_lines(bettingpros, games, candidates, aliases, tally)
    second = second.join(first, on=["game", "player_lookup"], how="anti")
    return Lines(pl.concat([first, second]).sort("game", "player_lookup"))


def book_key(name: pl.Expr) -> pl.Expr:
    """Return the key of a book; NULL where it has no name.

    >>> pl.select(book_key(pl.lit(" BettingPros  Consensus "))).item()
    'bettingpros_consensus'
    """
    key = name.str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", "_")
    return pl.when(key != "").then(key)


def complete_rows(table: str, rows: pl.DataFrame, time: str, tally: Tally) -> pl.DataFrame:
    """Drop and count rows without a line, a book or a time; add the book's key, the name and the line in tenths.

    The feed's own lookup stands in for a name that is blank, and is not kept beside one.

    Args:
        table: Raw table.
        rows: Its rows.
        time: Column of the instant the line was seen.
        tally: Takes the counts.
    """
    shown = ("game_date", "player_name", "bookmaker", "points_line")
    rows = rows.with_columns(book=book_key(pl.col("bookmaker")))
    wants = {
        "prop_without_line": (pl.col("points_line") > 0).fill_null(False),
        "prop_without_book": pl.col("book").is_not_null(),
        "prop_without_time": pl.col(time).is_not_null(),
    }
    for name, good in wants.items():
        tally.add_frame(name, table, rows.filter(~good), *shown)
        rows = rows.filter(good)
    who = first_given(pl.col("player_name"), pl.col("player_lookup"))
    return rows.with_columns(player_name=who, tenths=_tenths(pl.col("points_line"))).drop("player_lookup")


def _tenths(line: pl.Expr) -> pl.Expr:
    return (line * 10 + 0.5).floor().cast(pl.Int64)


def rank_of_book(books: tuple[str, ...]) -> pl.Expr:
    """Return the place of `book` among the books that come first; all others share the last."""
    return pl.col("book").replace_strict({b: i for i, b in enumerate(books)}, default=len(books), return_dtype=pl.Int8)


def _before_cut(table: str, rows: pl.DataFrame, time: str, tally: Tally) -> pl.DataFrame:
    late = pl.col(time) > pl.col("cut")
    tally.add_frame("prop_after_tip", table, rows.filter(late), "game_date", "player_name", "bookmaker", time)
    return rows.filter(~late)


def _odds_lines(
    rows: pl.DataFrame, games: pl.DataFrame, candidates: pl.DataFrame, aliases: pl.DataFrame, tally: Tally
) -> pl.DataFrame:
    rows = rows.join(games.select("game", "cut"), on="game", maintain_order="left")
    rows = _before_cut(ODDS, rows, "snapshot_timestamp", tally)
    names = rows.select("game", "player_name").unique().join(candidates, on="game", how="semi")
    matched = match_names(names, candidates, aliases, ["game"], "player_name")
    lost = matched.filter(pl.col("matched_lookup").is_null()).sort("game", "player_name")
    tally.add_frame("unmatched_name", ODDS, lost, "player_name")
    found = matched.drop_nulls("matched_lookup").select("game", "player_name", player_lookup="matched_lookup")
    rows = rows.join(found, on=["game", "player_name"], maintain_order="left").with_columns(
        rank=rank_of_book(ODDS_BOOKS)
    )
    key = ["game", "player_lookup"]
    late = ("-snapshot_timestamp", "-bookmaker_last_update", "-processed_at", "tenths")
    best = first_per(rows, key, "rank", "book", *late)
    same_book = rows.join(best.select(*key, "book"), on=[*key, "book"], how="semi", maintain_order="left")
    early = ("snapshot_timestamp", "bookmaker_last_update", "processed_at", "tenths")
    opening = first_per(same_book, key, *early).select(*key, opening="tenths")
    lines = best.join(opening, on=key, maintain_order="left")
    return lines.select(*key, "tenths", "opening", "book", feed=pl.lit(ODDS))


def _bettingpros_lines(
    rows: pl.DataFrame, games: pl.DataFrame, candidates: pl.DataFrame, aliases: pl.DataFrame, tally: Tally
) -> pl.DataFrame:
    names = rows.select("game_date", "player_name").unique()
    dated = games.select("game", "game_date", "cut")
    of_date = candidates.join(dated, on="game", maintain_order="left")
    matched = match_names(names, of_date, aliases, ["game_date"], "player_name")
    lost = matched.filter(pl.col("matched_lookup").is_null()).sort("game_date", "player_name")
    tally.add_frame("unmatched_name", BETTINGPROS, lost, "game_date", "player_name")
    found = matched.drop_nulls("matched_lookup")
    found = found.select("game_date", "player_name", player_lookup="matched_lookup", game="matched_game")
    rows = rows.join(found, on=["game_date", "player_name"], maintain_order="left")
    rows = rows.join(dated.select("game", "cut"), on="game", maintain_order="left")
    rows = _before_cut(BETTINGPROS, rows, "seen", tally)
    opening = pl.when(pl.col("opening_line") > 0).then(_tenths(pl.col("opening_line")))
    rows = rows.with_columns(rank=rank_of_book(BETTINGPROS_BOOKS), opening=opening)
    order = ("rank", "book", "-bookmaker_last_update", "-processed_at", "tenths", "opening")
    best = first_per(rows, ["game", "player_lookup"], *order)
    book = pl.concat_str(pl.lit("bettingpros_"), "book")
    return best.select("game", "player_lookup", "tenths", "opening", book=book, feed=pl.lit(BETTINGPROS))


def points_overs(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep BettingPros rows that are live points lines, seen from the over side; add the instant `seen`.

    Its wall clock is read as Eastern time, the reading that cannot leak.
    """

    def text(name: str) -> pl.Expr:
        return pl.col(name).str.strip_chars().str.to_lowercase()

    live = (text("market_type") == "points") & (text("bet_side") == "over") & pl.col("is_active").fill_null(True)
    return rows.filter(live).with_columns(seen=eastern_instant(pl.col("bookmaker_last_update")))

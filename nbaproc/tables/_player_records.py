"""Failure records of the player summary."""

from __future__ import annotations

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.frames import GameFrames
from nbaproc.raw.player_rows import RANKS, SOURCES
from nbaproc.raw.tally import Tally


def player_records(rows: pl.DataFrame, clashes: pl.DataFrame, frames: GameFrames) -> tuple[pl.DataFrame, Tally]:
    """Record why players and games of the player summary have no row, and what is odd about the rows there are.

    Args:
        rows: The table's rows, before they are cut to its columns.
        clashes: Records of rows that lost to another game of the same date.
        frames: The shared frames.

    Returns:
        Draft records, and counts of dropped raw rows that need none because another row stands for them.
    """
    tally = Tally()
    about = frames.games.select("game", "game_id", "game_date", "away", "home")
    missed = rows.filter(pl.col("universal_player_id").is_null())
    name = pl.coalesce("player_full_name", "player_lookup")
    parts = [
        clashes,
        records.draft(
            missed,
            Category.REGISTRY_MISS,
            "PLAYER",
            pl.col("player_lookup"),
            pl.format(REASONS["registry_miss"], name, "team"),
        ),
        *_source_records(frames, about),
        _dropped(rows, frames, tally),
    ]
    return records.gather(parts), tally


def _source_records(frames: GameFrames, about: pl.DataFrame) -> list[pl.DataFrame]:
    """Record games without a player source, and sources that were refused before the chosen one."""
    sources = frames.players.sources
    missing = about.join(frames.players.chosen, on="game", how="anti", maintain_order="left")
    names = sources.sort("game", "rank").group_by("game", maintain_order=True).agg(pl.col("source").str.join(", "))
    missing = missing.join(names, on="game", how="left", maintain_order="left")
    listed = pl.col("source").is_not_null()
    none = records.draft(
        missing,
        Category.NO_PLAYER_SOURCE,
        "GAME",
        pl.col("game_id"),
        pl.when(listed)
        .then(pl.format(REASONS["no_usable_player_source"], pl.col("source").fill_null("")))
        .otherwise(pl.lit(REASONS["no_player_row"])),
        group=pl.when(listed).then(pl.lit("data")).otherwise(pl.lit("upstream")),
    )
    chosen = frames.players.chosen.select("game", best=pl.col("source").replace_strict(RANKS, return_dtype=pl.Int64))
    refused = sources.filter(~pl.col("usable")).join(chosen, on="game", how="left", maintain_order="left")
    refused = refused.filter(pl.col("best").is_null() | (pl.col("rank") < pl.col("best")))
    tests = {"active_rows": "few", "minutes": "off", "points": "wrong"}
    failed = pl.concat_list(pl.when(flag).then(pl.lit(test)) for test, flag in tests.items()).list.drop_nulls()
    score = pl.concat_str("away_score", pl.lit("-"), "home_score").fill_null("unknown")
    side = ("n", "seconds", "points")
    reason = pl.format(
        REASONS["source_rejected"],
        "source",
        failed.list.join("+"),
        "away",
        *(f"away_{c}" for c in side),
        "home",
        *(f"home_{c}" for c in side),
        score,
    )
    game = pl.col("game_id")
    rejected = records.draft(refused, Category.SOURCE_REJECTED, "GAME", game, reason, detail=pl.col("source"))
    return [none, rejected]


def _dropped(rows: pl.DataFrame, frames: GameFrames, tally: Tally) -> pl.DataFrame:
    """Choose which dropped player rows become records: those of the chosen source, of players without a row."""
    chosen = frames.players.chosen.rename({"source": "chosen"})
    dropped = frames.players.dropped.join(chosen, on="game", how="left", maintain_order="left")
    counts = (pl.col("chosen") == pl.col("source")) | pl.col("chosen").is_null()
    has_row = rows.select(analysis_date="game_date", entity_id="player_lookup").unique()
    has_row = has_row.with_columns(has_row=pl.lit(True))
    dropped = dropped.join(has_row, on=["analysis_date", "entity_id"], how="left", maintain_order="left")
    note = pl.col("failure_category") == Category.DUPLICATE_KEY.name
    recorded = counts & (note | pl.col("has_row").is_null())
    for (source,), part in dropped.filter(~recorded).group_by("source"):
        tally.add_frame("dropped_row", SOURCES[str(source)], part, "analysis_date", "failure_reason")
    return dropped.filter(recorded)

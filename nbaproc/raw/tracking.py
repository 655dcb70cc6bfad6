"""Source tracking: what each raw table held on a date, before any cleaning."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.canonical import digest
from nbaproc.exact import decimal, quotient
from nbaproc.raw.contract import RAW_TABLES

#: Raw tables that the games stage tracks on every row: column prefix -> (raw table, rows expected per game).
TRACKED_SOURCES: dict[str, tuple[str, int]] = {
    "source_team_boxscore": ("nbac_team_boxscore", 2),
    "source_nbac": ("nbac_gamebook_player_stats", 20),
    "source_nbac_box": ("nbac_player_boxscores", 20),
    "source_bdl": ("bdl_player_boxscores", 20),
    "source_bbd": ("bigdataball_play_by_play", 400),
    "source_nbac_pbp": ("nbac_play_by_play", 400),
    "source_shot_chart": ("nbac_shot_chart", 150),
}

#: The same for the prop feeds, which only the player summary reads.
TRACKED_PROPS: dict[str, tuple[str, int]] = {
    "source_odds": ("odds_api_player_points_props", 10),
    "source_bp": ("bettingpros_player_points_props", 10),
}

#: What is tracked of each: the suffixes of the columns.
TRACKED_FACTS = ("last_updated", "rows_found", "completeness_pct", "hash")


def track_sources(raw: Mapping[str, pl.DataFrame], games: pl.DataFrame) -> pl.DataFrame:
    """Return one row per date with the four tracking columns of every prefix.

    Args:
        raw: Raw rows of the computed dates.
        games: Final and fallback games.
    """
    dates = games.group_by("game_date").agg(games=pl.len().cast(pl.Int64)).sort("game_date")
    for prefix, (table, per_game) in (TRACKED_SOURCES | TRACKED_PROPS).items():
        day = RAW_TABLES[table].date or ""
        found = (
            raw[table]
            .group_by(game_date=pl.col(day))
            .agg(
                pl.col("processed_at").max().alias(f"{prefix}_last_updated"),
                pl.len().cast(pl.Int64).alias(f"{prefix}_rows_found"),
                pl.col("data_hash").drop_nulls().sort().str.join("|").alias("hashes"),
                pl.col("data_hash").is_not_null().any().alias("hashed"),
            )
        )
        hashes = [digest(text) if some else None for text, some in found.select("hashes", "hashed").iter_rows()]
        found = found.with_columns(pl.Series(f"{prefix}_hash", hashes, dtype=pl.String)).drop("hashes", "hashed")
        dates = dates.join(found, on="game_date", how="left", maintain_order="left")
        share = quotient(100 * pl.col(f"{prefix}_rows_found"), per_game * pl.col("games"), 2)
        capped = decimal(pl.min_horizontal(share, pl.lit(10_000)), 2)
        complete = pl.when(pl.col(f"{prefix}_rows_found").is_not_null()).then(capped)
        dates = dates.with_columns(complete.alias(f"{prefix}_completeness_pct"))
    return dates.drop("games")

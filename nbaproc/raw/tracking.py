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
    sources = TRACKED_SOURCES | TRACKED_PROPS
    rows = pl.concat(
        raw[table].select(
            "processed_at", "data_hash", prefix=pl.lit(prefix), game_date=pl.col(RAW_TABLES[table].date or "")
        )
        for prefix, (table, _) in sources.items()
    )
    found = rows.group_by("prefix", "game_date").agg(
        last_updated=pl.col("processed_at").max(),
        rows_found=pl.len().cast(pl.Int64),
        hashes=pl.col("data_hash").drop_nulls().sort().str.join("|"),
        hashed=pl.col("data_hash").is_not_null().any(),
    )
    hashes = [digest(text) if some else None for text, some in found.select("hashes", "hashed").iter_rows()]
    found = found.with_columns(hash=pl.Series(hashes, dtype=pl.String))
    for prefix in sources:
        mine = found.filter(pl.col("prefix") == prefix).select("game_date", "last_updated", "rows_found", "hash")
        mine = mine.rename({name: f"{prefix}_{name}" for name in mine.columns[1:]})
        dates = dates.join(mine, on="game_date", how="left", maintain_order="left")
    shares = {
        f"{prefix}_completeness_pct": _share(pl.col(f"{prefix}_rows_found"), per_game * pl.col("games"))
        for prefix, (_, per_game) in sources.items()
    }
    return dates.with_columns(**shares).drop("games")


def _share(found: pl.Expr, expected: pl.Expr) -> pl.Expr:
    """Return the share of the rows expected, in percent, 100 at most; NULL without any row."""
    capped = pl.min_horizontal(quotient(100 * found, expected, 2), pl.lit(10_000))
    return pl.when(found.is_not_null()).then(decimal(capped, 2))

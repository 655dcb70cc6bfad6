"""Who has a row in the feature store: those who played, or, before a game, those of its pre-game context."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.tables import player_composite_factors, upcoming_player_game_context
from nbaproc.tables._built import Built

#: Players from whom on, and mean fatigue up to which, the factors of a date are void.
MANY, VOID_FATIGUE = 100, 50
#: What the rows of both sources have in common.
IDENTITY = ("player_lookup", "universal_player_id", "team_abbr", "opponent_team_abbr", "home_game")


def roster(frames: ContextFrames, built: Mapping[str, Built]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return the players of the games of the computed dates that are not early in their season.

    The result of a date decides here who has a row, and nowhere what is in it.

    Args:
        frames: The shared frames.
        built: The tables of the stage that are built.

    Returns:
        `game_date`, `season_year`, `day` of the season, `kind`, `game_id` and the columns of `IDENTITY`, one row per
        date and player, and draft records.
    """
    void = contaminated(built[player_composite_factors.TABLE.name].frame)
    dates = frames.late_dates.select("season_year", "day", game_date="analysis_date")
    late = dates.join(void, on="game_date", how="anti")
    games = frames.games.select("game_date", "game_id", "kind", "final").join(late, on="game_date")
    played = frames.history.played.rename({"team": "team_abbr"}).select("game_date", "game_id", *IDENTITY)
    context = built[upcoming_player_game_context.TABLE.name].frame.select("game_date", "game_id", *IDENTITY)
    key = ["game_date", "game_id"]
    rows = pl.concat([games.filter("final").join(played, on=key), games.filter(~pl.col("final")).join(context, on=key)])
    rows = rows.sort("game_date", "player_lookup", "final", "game_id", descending=[False, False, True, False])
    first = rows.unique(["game_date", "player_lookup"], keep="first", maintain_order=True)
    doubled = rows.join(first, on=["game_date", "player_lookup", "game_id"], how="anti")
    doubled = doubled.join(
        first.select("game_date", "player_lookup", kept="game_id"), on=["game_date", "player_lookup"]
    )
    without = games.filter("final").join(played, on=key, how="anti")
    void = void.join(dates, on="game_date", how="semi")
    notes = [
        records.draft(
            doubled,
            Category.DUPLICATE_PLAYER,
            "PLAYER",
            pl.col("player_lookup"),
            pl.format(REASONS["two_games"], "kept", "game_id"),
        ),
        records.draft(
            without, Category.INCOMPLETE_UPSTREAM, "GAME", pl.col("game_id"), pl.lit(REASONS["no_played_row"])
        ),
        records.draft(
            void,
            Category.CONTAMINATED_UPSTREAM,
            "DATE",
            pl.lit("DATE_LEVEL"),
            pl.format(REASONS["contaminated_factors"], "fatigue", "players"),
        ),
    ]
    return first.drop("final"), notes


def contaminated(factors: pl.DataFrame) -> pl.DataFrame:
    """Return the dates whose fatigue scores cannot be true: `game_date`, `fatigue`, their sum, and `players`."""
    of_date = factors.group_by("game_date").agg(fatigue=pl.col("fatigue_score").sum(), players=pl.len().cast(pl.Int64))
    found = (pl.col("players") >= MANY) & (pl.col("fatigue") <= VOID_FATIGUE * pl.col("players"))
    return of_date.filter(found).sort("game_date")

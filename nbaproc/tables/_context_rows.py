"""The rows of the pre-game context that the factors and the cache start from."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.raw.context_frames import ContextFrames
from nbaproc.tables import upcoming_player_game_context
from nbaproc.tables._built import Built
from nbaproc.tables._missing_games import no_history


def context_rows(
    frames: ContextFrames, built: Mapping[str, Built], *histories: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of the computed dates that are not early in their season, and records of dates without.

    Args:
        frames: The shared frames.
        built: The tables of the stage that are built.
        histories: Results of which a date needs one of its season before it.

    Returns:
        Rows of the pre-game context with `season_year`, `team` and `opponent`, and draft records.
    """
    dates = frames.late_dates.with_columns(game_date="analysis_date")
    context = built[upcoming_player_game_context.TABLE.name].frame
    without = dates.join(context, on="game_date", how="anti")
    dates = dates.join(without, on="game_date", how="anti")
    records = [no_history(without, "no_context")]
    bare = dates.clear()
    for history in histories:
        first = history.group_by("season_year").agg(first=pl.col("game_date").min())
        known = dates.join(first, on="season_year", how="left")
        found = known.filter(~(pl.col("first") < pl.col("game_date")).fill_null(False)).select(dates.columns)
        bare = pl.concat([bare, found])
    bare = bare.unique("game_date").sort("game_date")
    records.append(no_history(bare))
    dates = dates.join(bare, on="game_date", how="anti")
    rows = context.join(dates.select("game_date", "season_year"), on="game_date", maintain_order="left")
    rows = rows.rename({"team_abbr": "team", "opponent_team_abbr": "opponent"})
    return rows, pl.concat(records)

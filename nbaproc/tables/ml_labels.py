"""What happened: the labels of every player row, apart from the features."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import seal
from nbaproc.columns import Table
from nbaproc.raw import records
from nbaproc.raw.frames import GameFrames
from nbaproc.raw.history import took_part
from nbaproc.tables import player_game_summary
from nbaproc.tables._built import Built
from nbaproc.tables._columns import B, D, F, I, S, alike, fact, hash_column

TABLE = Table(
    name="ml_labels",
    dataset="nba_predictions",
    says="one row per player and date of player_game_summary: what he did; no feature may read it",
    key=("game_date", "player_lookup"),
    date="game_date",
    stage="games",
    inputs=("player_game_summary",),
    columns=(
        *alike(
            fact("game_date", D, "US-Eastern date", null=False),
            fact("season_year", I, "first year of the season", null=False, low=1946),
            fact("player_lookup", S, "normalised name", null=False),
            fact("game_id", S, "canonical game id", null=False),
            fact("team_abbr", S, "his team", null=False),
            fact("y_played", B, "he took part: minutes or points above 0", null=False),
            fact("y_points", I, "points", unit="points", low=0),
            fact("y_minutes", F, "minutes_played", unit="minutes", digits=1, low=0),
            fact("y_rebounds", I, "offensive_rebounds + defensive_rebounds", unit="count", low=0),
            fact("y_assists", I, "assists", unit="count", low=0),
            fact("y_threes", I, "three_pt_makes", unit="count", low=0),
            fact("y_usage_rate", F, "usage_rate", unit="%", digits=1, low=0, high=100),
            source=player_game_summary.TABLE.name,
            when_null="NULL in his row: he did not play, or it is not known",
        ),
        hash_column(),
    ),
)


def build(frames: GameFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for every row of the player summary, of those too who did not play."""
    rows = built[player_game_summary.TABLE.name].frame.select(
        "game_date",
        "season_year",
        "player_lookup",
        "game_id",
        "team_abbr",
        y_played=took_part(),
        y_points="points",
        y_minutes="minutes_played",
        y_rebounds=pl.col("offensive_rebounds") + pl.col("defensive_rebounds"),
        y_assists="assists",
        y_threes="three_pt_makes",
        y_usage_rate="usage_rate",
    )
    return Built(seal(TABLE, rows), records.gather([]))

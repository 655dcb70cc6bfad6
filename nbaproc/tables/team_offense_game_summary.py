"""TOGS: what a team did with the ball in one game."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import seal
from nbaproc.columns import Table
from nbaproc.exact import ratio as rounded
from nbaproc.raw import records
from nbaproc.raw.frames import GameFrames
from nbaproc.raw.tracking import TRACKED_SOURCES
from nbaproc.tables._built import Built
from nbaproc.tables._columns import (
    FROM_SHOTS,
    FROM_TEAMS,
    NO_SHOTS,
    NOT_IN_SOURCE,
    I,
    alike,
    count,
    fact,
    game_columns,
    hash_column,
    ratio,
    result_columns,
    source_columns,
    team_quality_columns,
)
from nbaproc.tables._team_games import finish_team_rows, team_games, team_records

TABLE = Table(
    name="team_offense_game_summary",
    dataset="nba_analytics",
    says="one row per team and game: its own box score, shot zones and possessions",
    key=("game_date", "team_abbr"),
    date="game_date",
    code="TOGS",
    stage="games",
    covers="final",
    reads=(
        "nbac_schedule",
        "nbac_team_boxscore",
        "nbac_gamebook_player_stats",
        "nbac_player_boxscores",
        "bdl_player_boxscores",
        "bigdataball_play_by_play",
        "nbac_play_by_play",
        "nbac_shot_chart",
        "nba_players_registry",
        "player_aliases",
    ),
    columns=(
        *game_columns("team_abbr"),
        *result_columns(),
        *alike(
            fact("points_scored", I, "points", unit="points", low=0),
            count("fg_attempts", "field goals attempted"),
            count("fg_makes", "field goals made"),
            count("three_pt_attempts", "three-pointers attempted"),
            count("three_pt_makes", "three-pointers made"),
            count("ft_attempts", "free throws attempted"),
            count("ft_makes", "free throws made"),
            count("rebounds", "rebounds"),
            count("offensive_rebounds", "offensive rebounds"),
            count("defensive_rebounds", "defensive rebounds"),
            count("assists", "assists"),
            count("steals", "steals"),
            count("blocks", "blocks"),
            count("turnovers", "turnovers"),
            count("personal_fouls", "personal fouls"),
            source=FROM_TEAMS,
            when_null=NOT_IN_SOURCE,
        ),
        *alike(
            count("team_paint_attempts", "two-point attempts within 8 feet"),
            count("team_paint_makes", "of these, made"),
            count("team_mid_range_attempts", "other two-point attempts with a distance"),
            count("team_mid_range_makes", "of these, made"),
            fact("points_in_paint_scored", I, "2 · team_paint_makes", unit="points", low=0),
            source=FROM_SHOTS,
            when_null=NO_SHOTS,
        ),
        *alike(
            count("possessions", "FGA + 0.44·FTA + TOV − OREB at one decimal, then cut to a whole number"),
            ratio("pace", 1, "poss/48 min", "possessions (one decimal) · 48 minutes / length of the game", low=0),
            ratio("offensive_rating", 2, "points/100 poss", "100 · points / possessions (one decimal)", low=0),
            source=FROM_TEAMS,
            when_null="one of the counts is not known, or the possessions are not above 0",
        ),
        *alike(
            ratio("ts_pct", 3, "ratio", "points / (2 · (FGA + 0.44·FTA))", low=0, high=1.5),
            source=FROM_TEAMS,
            when_null="one of the counts is not known, or no attempt",
        ),
        *team_quality_columns(),
        *source_columns(TRACKED_SOURCES),
        hash_column(),
    ),
)

#: Column of the table -> field of the team base.
BOX = {
    "points_scored": "points",
    "fg_attempts": "fga",
    "fg_makes": "fgm",
    "three_pt_attempts": "tpa",
    "three_pt_makes": "tpm",
    "ft_attempts": "fta",
    "ft_makes": "ftm",
    "rebounds": "reb",
    "offensive_rebounds": "oreb",
    "defensive_rebounds": "dreb",
    "assists": "ast",
    "steals": "stl",
    "blocks": "blk",
    "turnovers": "tov",
    "personal_fouls": "pf",
    "team_paint_attempts": "paint_attempts",
    "team_paint_makes": "paint_makes",
    "team_mid_range_attempts": "mid_attempts",
    "team_mid_range_makes": "mid_makes",
}


def true_shooting(points: pl.Expr, fga: pl.Expr, fta: pl.Expr) -> pl.Expr:
    """Return points per two true-shooting attempts, points / (2 · (FGA + 0.44·FTA)), at three digits.

    >>> pl.select(true_shooting(pl.lit(31), pl.lit(22), pl.lit(6))).item()
    0.629
    """
    return rounded(100 * points, 200 * fga + 88 * fta, 3)


def build(frames: GameFrames, built: Mapping[str, Built]) -> Built:
    """Build the team offence rows of the frames' dates: two per game with a team source."""
    rows = team_games(frames, built)
    tenths = pl.col("possessions_10")
    columns = {
        "team_abbr": pl.col("team"),
        **{name: pl.col(field) for name, field in BOX.items()},
        "points_in_paint_scored": 2 * pl.col("paint_makes"),
        "possessions": tenths // 10,
        "pace": rounded(tenths * 2880, 10 * pl.col("game_seconds"), 1),
        "offensive_rating": rounded(1000 * pl.col("points"), tenths, 2),
        "ts_pct": true_shooting(pl.col("points"), pl.col("fga"), pl.col("fta")),
    }
    made = finish_team_rows(rows, frames, columns, about="")
    noted = records.gather([frames.game_records, team_records(frames)])
    return Built(seal(TABLE, made), noted, working=rows)

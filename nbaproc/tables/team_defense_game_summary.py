"""TDGS: what a team allowed in one game."""

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
    NO_BLOCKS,
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
from nbaproc.tables._team_games import OPP, finish_team_rows, team_games, team_records
from nbaproc.tables.team_offense_game_summary import TABLE as OFFENSE
from nbaproc.tables.team_offense_game_summary import true_shooting

TABLE = Table(
    name="team_defense_game_summary",
    dataset="nba_analytics",
    says="one row per defending team and game: the opponent's box score, shot zones and efficiency",
    key=("game_date", "defending_team_abbr"),
    date="game_date",
    code="TDGS",
    stage="games",
    covers="final",
    reads=OFFENSE.reads,
    columns=(
        *game_columns("defending_team_abbr"),
        *result_columns(),
        *alike(
            fact("points_allowed", I, "points of the opponent", unit="points", low=0),
            count("opp_fg_attempts", "field goals the opponent attempted"),
            count("opp_fg_makes", "field goals the opponent made"),
            count("opp_three_pt_attempts", "three-pointers the opponent attempted"),
            count("opp_three_pt_makes", "three-pointers the opponent made"),
            count("opp_ft_attempts", "free throws the opponent attempted"),
            count("opp_ft_makes", "free throws the opponent made"),
            count("opp_rebounds", "rebounds of the opponent"),
            count("opp_assists", "assists of the opponent"),
            count("turnovers_forced", "turnovers of the opponent, all of them"),
            count("fouls_committed", "own personal fouls"),
            count("steals", "own steals"),
            count("defensive_rebounds", "own defensive rebounds"),
            source=FROM_TEAMS,
            when_null=NOT_IN_SOURCE,
        ),
        *alike(
            count("opp_paint_attempts", "the opponent's two-point attempts within 8 feet"),
            count("opp_paint_makes", "of these, made"),
            count("opp_mid_range_attempts", "the opponent's other two-point attempts with a distance"),
            count("opp_mid_range_makes", "of these, made"),
            fact("points_in_paint_allowed", I, "2 · opp_paint_makes", unit="points", low=0),
            fact("mid_range_points_allowed", I, "2 · opp_mid_range_makes", unit="points", low=0),
            source=FROM_SHOTS,
            when_null=NO_SHOTS,
        ),
        *alike(
            fact("three_pt_points_allowed", I, "3 · opp_three_pt_makes", unit="points", low=0),
            source=FROM_TEAMS,
            when_null=NOT_IN_SOURCE,
        ),
        *alike(
            count("blocks_paint", "the opponent's paint attempts that were blocked"),
            count("blocks_mid_range", "the opponent's mid-range attempts that were blocked"),
            count("blocks_three_pt", "the opponent's three-point attempts that were blocked"),
            source=FROM_SHOTS,
            when_null=NO_BLOCKS,
        ),
        *alike(
            ratio(
                "defensive_rating",
                2,
                "points/100 poss",
                "100 · points allowed / possessions of the opponent, which are not rounded here",
                low=0,
            ),
            ratio(
                "opponent_pace",
                1,
                "poss/48 min",
                "possessions of the opponent, not rounded, · 48 minutes / length of the game",
                low=0,
            ),
            source=FROM_TEAMS,
            when_null="one of the opponent's counts is not known, or his possessions are not above 0",
        ),
        ratio(
            "opponent_ts_pct",
            3,
            "ratio",
            "points / (2 · (FGA + 0.44·FTA)) of the opponent",
            low=0,
            high=1.5,
            when_null="one of the opponent's counts is not known, or no attempt",
            source=FROM_TEAMS,
        ),
        *team_quality_columns(),
        *source_columns(TRACKED_SOURCES),
        hash_column(),
    ),
)

#: Column of the table -> field of the team base, the team's own or (`_opp`) its opponent's.
BOX = {
    "points_allowed": "points_opp",
    "opp_fg_attempts": "fga_opp",
    "opp_fg_makes": "fgm_opp",
    "opp_three_pt_attempts": "tpa_opp",
    "opp_three_pt_makes": "tpm_opp",
    "opp_ft_attempts": "fta_opp",
    "opp_ft_makes": "ftm_opp",
    "opp_rebounds": "reb_opp",
    "opp_assists": "ast_opp",
    "turnovers_forced": "tov_opp",
    "fouls_committed": "pf",
    "steals": "stl",
    "defensive_rebounds": "dreb",
    "opp_paint_attempts": "paint_attempts_opp",
    "opp_paint_makes": "paint_makes_opp",
    "opp_mid_range_attempts": "mid_attempts_opp",
    "opp_mid_range_makes": "mid_makes_opp",
    "blocks_paint": "paint_blocked_opp",
    "blocks_mid_range": "mid_blocked_opp",
    "blocks_three_pt": "three_blocked_opp",
}


def build(frames: GameFrames, built: Mapping[str, Built]) -> Built:
    """Build the team defence rows of the frames' dates: two per game with a team source."""
    rows = team_games(frames, built)
    hundredths = pl.col("possessions_100" + OPP)
    columns = {
        "defending_team_abbr": pl.col("team"),
        **{name: pl.col(field) for name, field in BOX.items()},
        "points_in_paint_allowed": 2 * pl.col("paint_makes" + OPP),
        "mid_range_points_allowed": 2 * pl.col("mid_makes" + OPP),
        "three_pt_points_allowed": 3 * pl.col("tpm" + OPP),
        "defensive_rating": rounded(10_000 * pl.col("points" + OPP), hundredths, 2),
        "opponent_pace": rounded(hundredths * 2880, 100 * pl.col("game_seconds"), 1),
        "opponent_ts_pct": true_shooting(*(pl.col(name + OPP) for name in ("points", "fga", "fta"))),
    }
    made = finish_team_rows(rows, frames, columns, about=OPP)
    return Built(seal(TABLE, made), records.gather([team_records(frames)]), working=rows)

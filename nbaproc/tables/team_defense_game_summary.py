"""TDGS: what a team allowed in one game."""

from __future__ import annotations

from nbaproc.columns import Table
from nbaproc.tables import team_offense_game_summary
from nbaproc.tables._columns import (
    TEAM_SOURCES,
    TRACKED_SOURCES,
    I,
    count,
    fact,
    game_columns,
    hash_column,
    quality_columns,
    ratio,
    result_columns,
    source_columns,
)

TABLE = Table(
    name="team_defense_game_summary",
    dataset="nba_analytics",
    says="one row per defending team and game: the opponent's box score, shot zones and efficiency",
    key=("game_date", "defending_team_abbr"),
    date="game_date",
    code="TDGS",
    stage="games",
    inputs=("team_offense_game_summary",),
    reads=team_offense_game_summary.TABLE.reads,
    columns=(
        *game_columns("defending_team_abbr"),
        *result_columns(),
        fact("points_allowed", I, "points of the opponent", unit="points"),
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
        count("opp_paint_attempts", "the opponent's two-point attempts within 8 feet; NULL without a shot source"),
        count("opp_paint_makes", "of these, made"),
        count("opp_mid_range_attempts", "the opponent's other two-point attempts; NULL without a shot source"),
        count("opp_mid_range_makes", "of these, made"),
        fact("points_in_paint_allowed", I, "2 · opp_paint_makes", unit="points"),
        fact("mid_range_points_allowed", I, "2 · opp_mid_range_makes", unit="points"),
        fact("three_pt_points_allowed", I, "3 · opp_three_pt_makes, from the box score", unit="points"),
        count("blocks_paint", "the opponent's paint attempts that were blocked; NULL where blocks are unknown"),
        count("blocks_mid_range", "the opponent's mid-range attempts that were blocked"),
        count("blocks_three_pt", "the opponent's three-point attempts that were blocked"),
        ratio("defensive_rating", 2, "points/100 poss", "100 · points allowed / exact possessions of the opponent"),
        ratio("opponent_pace", 1, "poss/48 min", "exact possessions of the opponent · 48 minutes / length of the game"),
        ratio("opponent_ts_pct", 3, "ratio", "ts_pct of the opponent"),
        *quality_columns(TEAM_SOURCES, "team"),
        *source_columns(TRACKED_SOURCES),
        hash_column(),
    ),
)

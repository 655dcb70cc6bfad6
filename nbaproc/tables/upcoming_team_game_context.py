"""UTGC: what is known of a team before one of its games."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import seal
from nbaproc.columns import Column, Table, Type
from nbaproc.exact import decimal, quotient
from nbaproc.raw import records
from nbaproc.raw.choose import first_per
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.game_lines import OVER
from nbaproc.raw.props import ODDS_BOOKS, rank_of_book
from nbaproc.tables._built import Built
from nbaproc.tables._columns import B, D, F, I, S, alike, fact, hash_column, ratio
from nbaproc.tables._context_columns import (
    FARTHEST,
    FIRST_GAME,
    FROM_LINES,
    FROM_REPORTS,
    FROM_TRAVEL,
    NO_PLACE,
    NO_REPORT,
    completeness_columns,
    days,
    games,
    season_flags,
    window_columns,
)
from nbaproc.tables._season_flags import bootstrap_mode, season_boundary
from nbaproc.tables._team_calendar import team_calendar

#: Share of a window's games that makes it ready, in percent.
READY = 70
#: A reader of injury reports has to be this sure of a row.
CONFIDENT = 0.8
TIERS = ((950, "gold", 95.0), (750, "silver", 75.0), (500, "bronze", 50.0))

TABLE = Table(
    name="upcoming_team_game_context",
    dataset="nba_analytics",
    says="one row per team and game of a date, played or not: two per game, from what was known before tip-off",
    key=("game_date", "team_abbr"),
    date="game_date",
    code="UTGC",
    stage="features",
    covers="all",
    reads=("nbac_schedule", "odds_api_game_lines", "odds_api_player_points_props", "nbac_injury_report"),
    columns=(
        *alike(
            fact("game_date", D, "US-Eastern date", null=False),
            fact("team_abbr", S, "the team the row is about", null=False),
            fact("opponent_team_abbr", S, "the other team of the game", null=False),
            fact("game_id", S, "canonical game id, YYYYMMDD_AWAY_HOME", null=False),
            Column("nba_game_id", S, "ten-digit NBA game id", when_null="the schedule has none"),
            fact("season_year", I, "first year of the season", null=False, low=1946),
            fact("home_game", B, "the team is the home team of the schedule", null=False),
            fact("is_back_to_back", B, "the team played yesterday", null=False),
            fact("team_back_to_back", B, "the same as is_back_to_back", null=False),
            days("days_since_last_game", "date minus that of the team's last game of the season", low=1),
            days(
                "team_days_rest",
                "days_since_last_game − 1: 0 is a back-to-back, unlike days_rest of a player",
                low=0,
            ),
            fact(
                "game_number_in_season",
                I,
                "games of the season before this one, plus 1; play-in and play-offs go on counting",
                null=False,
                low=1,
            ),
            games("games_in_last_7_days", "games played on date − 6 to date − 1", high=6),
            games("games_in_last_14_days", "games played on date − 13 to date − 1", high=13),
            source="nbac_schedule",
            when_null=FIRST_GAME,
        ),
        *alike(
            ratio(
                "game_spread",
                2,
                "points",
                "spread for the team, negative where it is favoured: last one before tip-off of the best-ranked book",
            ),
            ratio("spread_movement", 2, "points", "game_spread minus the same book's first one"),
            Column("game_spread_source", S, "the spread's book", unit="draftkings, fanduel"),
            source=FROM_LINES,
            when_null="no spread before tip-off",
        ),
        *alike(
            ratio("game_total", 2, "points", "last total before tip-off of the best-ranked book", low=0),
            ratio("total_movement", 2, "points", "game_total minus the same book's first one"),
            Column("game_total_source", S, "the total's book", unit="draftkings, fanduel"),
            Column(
                "betting_lines_updated_at",
                Type.TIMESTAMP,
                "when the spread was seen, else the total",
                when_null="neither spread nor total before tip-off",
            ),
            source=FROM_LINES,
            when_null="no total before tip-off",
        ),
        *alike(
            fact("starters_out_count", I, "players of the team listed out, starters or not", unit="players", low=0),
            fact("players_out_count", I, "the same without assignments to the G League", unit="players", low=0),
            fact("questionable_players_count", I, "players listed questionable or doubtful", unit="players", low=0),
            source=FROM_REPORTS,
            when_null=NO_REPORT,
        ),
        *alike(
            games("team_win_streak_entering", "games won in a row before this one"),
            games("team_loss_streak_entering", "games lost in a row before this one"),
            fact("last_game_margin", I, "points for minus points against in the last game", unit="points"),
            fact("last_game_result", S, "how the last game ended", unit="W, L", values=("W", "L")),
            source="nbac_schedule",
            when_null=FIRST_GAME,
        ),
        fact(
            "travel_miles",
            I,
            "miles from the last venue, before the first game from the own arena; 0 for a game in the own arena",
            unit="miles",
            low=0,
            high=FARTHEST,
            when_null=NO_PLACE,
            source=FROM_TRAVEL,
        ),
        *completeness_columns("14 days", 14, dnp=False, source="nbac_schedule"),
        *window_columns("l7d", "l14d", source="nbac_schedule"),
        *alike(
            Column("all_windows_complete", B, "no window lacks a game", null=False),
            Column("is_production_ready", B, "each window has at least 70 % of its games", null=False),
            source="nbac_schedule",
        ),
        *season_flags(),
        Column(
            "quality_tier",
            S,
            "by l14d_completeness_pct: gold from 95, silver from 75, bronze from 50",
            null=False,
            unit="gold, silver, bronze, poor",
            values=("gold", "silver", "bronze", "poor"),
            source="l14d_completeness_pct",
        ),
        Column(
            "quality_score",
            F,
            "95, 75, 50 or 25 by tier",
            null=False,
            digits=1,
            unit="0–100",
            low=0,
            high=100,
            source="quality_tier",
        ),
        Column(
            "quality_issues",
            Type.STRINGS,
            "of l7d_incomplete:n%, l14d_incomplete:n%, season_boundary, bootstrap_mode those that hold",
            null=False,
            source="l7d_completeness_pct, l14d_completeness_pct, game_date",
        ),
        Column(
            "data_sources",
            Type.STRINGS,
            "the sources that gave the row something",
            null=False,
            values=("nbac_schedule", "odds_api_game_lines", "nbac_injury_report"),
            source="nbac_schedule, odds_api_game_lines, nbac_injury_report",
        ),
        hash_column("16 hex"),
    ),
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build the two rows of every game of the frames' dates."""
    rows = frames.once(team_calendar)
    rows = _add_lines(rows, frames.game_lines)
    rows = _add_injuries(rows, frames.injuries)
    return Built(seal(TABLE, _columns(rows)), records.gather([]))


def _add_lines(rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Add the last line of the best book that has one, and what moved since that book's first."""
    ranked = lines.with_columns(rank=rank_of_book(ODDS_BOOKS))
    key = ["game", "outcome"]
    for market, outcome in (("spreads", pl.col("team")), ("totals", pl.lit(OVER))):
        mine = ranked.filter(pl.col("market") == market)
        last = first_per(mine, key, "rank", "book", "-seen")
        first = first_per(mine, [*key, "book"], "seen").select(*key, "book", first="point")
        found = last.join(first, on=[*key, "book"], maintain_order="left").select(
            *key,
            pl.col("point").alias(market),
            (pl.col("point") - pl.col("first")).alias(f"{market}_moved"),
            pl.col("book").alias(f"{market}_book"),
            pl.col("seen").alias(f"{market}_seen"),
        )
        rows = rows.with_columns(outcome=outcome).join(found, on=key, how="left", maintain_order="left")
    return rows


def _add_injuries(rows: pl.DataFrame, injuries: pl.DataFrame) -> pl.DataFrame:
    """Add how many players of the team the last reports list; NULL on a date without any report."""
    sure = injuries.filter(pl.col("confidence_score").is_null() | (pl.col("confidence_score") >= CONFIDENT))
    out = pl.col("status") == "out"
    assigned = pl.col("reason_category").str.strip_chars().str.to_lowercase() == "g_league"
    counts = sure.group_by("game_date", "team").agg(
        starters_out=out.sum(),
        players_out=(out & ~assigned.fill_null(False)).sum(),
        questionable=pl.col("status").is_in(["questionable", "doubtful"]).sum(),
    )
    rows = rows.join(counts, on=["game_date", "team"], how="left", maintain_order="left")
    fed = pl.col("game_date").is_in(injuries["game_date"].unique().to_list())
    names = ("starters_out", "players_out", "questionable")
    return rows.with_columns(
        *(pl.when(fed).then(pl.col(name).fill_null(0)).cast(pl.Int64).alias(name) for name in names), fed=fed
    )


def _window(days: int) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return games expected and found in a window, and its percentage in tenths."""
    expected, found = pl.col(f"window_games_{days}"), pl.col(f"window_finals_{days}")
    return expected, found, pl.when(expected == 0).then(1000).otherwise(quotient(100 * found, expected, 1))


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    since = (pl.col("game_date") - pl.col("last_date")).dt.total_days()
    rested = (since == 1).fill_null(False)
    week, fortnight = _window(7), _window(14)
    whole = [quotient(100 * found, expected, 0) for expected, found, _ in (week, fortnight)]
    complete = [found >= expected for expected, found, _ in (week, fortnight)]
    ready = [(expected == 0) | (100 * found >= READY * expected) for expected, found, _ in (week, fortnight)]
    issues = pl.concat_list(
        pl.when(~complete[0]).then(pl.format("l7d_incomplete:{}%", whole[0])),
        pl.when(~complete[1]).then(pl.format("l14d_incomplete:{}%", whole[1])),
        pl.when(season_boundary()).then(pl.lit("season_boundary")),
        pl.when(bootstrap_mode()).then(pl.lit("bootstrap_mode")),
    ).list.drop_nulls()
    tier, score = pl.lit("poor"), pl.lit(25.0)
    for least, name, points in reversed(TIERS):
        tier = pl.when(fortnight[2] >= least).then(pl.lit(name)).otherwise(tier)
        score = pl.when(fortnight[2] >= least).then(pl.lit(points)).otherwise(score)
    won = pl.when(pl.col("last_won")).then(pl.lit("W")).when(~pl.col("last_won")).then(pl.lit("L"))
    lined = pl.col("spreads").is_not_null() | pl.col("totals").is_not_null()
    at_home = pl.col("is_home") & ~pl.col("off_site")
    return rows.select(
        "game_date",
        "game_id",
        "nba_game_id",
        "season_year",
        team_abbr="team",
        opponent_team_abbr="opponent",
        home_game="is_home",
        is_back_to_back=rested,
        team_back_to_back=rested,
        days_since_last_game=since,
        team_days_rest=since - 1,
        game_number_in_season=pl.col("games_before") + 1,
        games_in_last_7_days="games_7",
        games_in_last_14_days="games_14",
        game_spread=decimal(pl.col("spreads"), 2),
        spread_movement=decimal(pl.col("spreads_moved"), 2),
        game_spread_source="spreads_book",
        game_total=decimal(pl.col("totals"), 2),
        total_movement=decimal(pl.col("totals_moved"), 2),
        game_total_source="totals_book",
        betting_lines_updated_at=pl.coalesce("spreads_seen", "totals_seen"),
        starters_out_count="starters_out",
        players_out_count="players_out",
        questionable_players_count="questionable",
        team_win_streak_entering=pl.col("won_in_a_row").fill_null(0),
        team_loss_streak_entering=pl.col("lost_in_a_row").fill_null(0),
        last_game_margin="last_margin",
        last_game_result=won,
        travel_miles=pl.when(at_home).then(0).otherwise("miles"),
        expected_games_count=fortnight[0],
        actual_games_count=fortnight[1],
        missing_games_count=fortnight[0] - fortnight[1],
        completeness_percentage=decimal(fortnight[2], 1),
        l7d_completeness_pct=decimal(week[2], 1),
        l7d_is_complete=complete[0],
        l14d_completeness_pct=decimal(fortnight[2], 1),
        l14d_is_complete=complete[1],
        all_windows_complete=complete[0] & complete[1],
        is_production_ready=ready[0] & ready[1],
        season_boundary_detected=season_boundary(),
        backfill_bootstrap_mode=bootstrap_mode(),
        quality_tier=tier,
        quality_score=score,
        quality_issues=issues,
        data_sources=pl.concat_list(
            pl.lit("nbac_schedule"),
            pl.when(lined).then(pl.lit("odds_api_game_lines")),
            pl.when("fed").then(pl.lit("nbac_injury_report")),
        ).list.drop_nulls(),
    )

"""PDC: the recent form of a player and of his team."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.asof import Timeline, beside
from nbaproc.boundary import seal
from nbaproc.columns import Column, Table
from nbaproc.exact import decimal, deviation
from nbaproc.exact import ratio as rounded
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import OFFENSE_HISTORY, PLAYER_HISTORY
from nbaproc.tables import player_shot_zone_analysis, upcoming_player_game_context
from nbaproc.tables._bounds import apply_bounds
from nbaproc.tables._built import Built
from nbaproc.tables._columns import NOT_REGISTERED, B, D, F, I, S, alike, fact, hash_column
from nbaproc.tables._completeness import add_completeness, measured
from nbaproc.tables._context_columns import FROM_RESULTS, completeness_columns, window_columns
from nbaproc.tables._context_rows import context_rows
from nbaproc.tables._missing_games import add_missing, draft

VERSION = "v2"
#: Games a row needs, games a full window has, games of a season, days a player may be away.
NEEDED, FULL, SEASON, AWAY = 3, 10, 82, 30
WINDOWS = ("l5", "l10", "l7d", "l14d")
TIERS = ("gold", "silver", "bronze", "poor", "unusable")
#: What NULL means.
UNKNOWN, NO_ZONES = "known of none of these games", "no row of him, or no shot with a zone in his last 10 games"


def _count(name: str, unit: str, says: str, high: int | None = None) -> Column:
    return fact(name, I, says, null=False, unit=unit, low=0, high=high, hard=True)


def _value(name: str, unit: str, says: str, when_null: str = "", digits: int = 4, high: int | None = None) -> Column:
    null = bool(when_null)
    return fact(name, F, says, null=null, digits=digits, unit=unit, low=0, high=high, hard=True, when_null=when_null)


def _points(name: str, says: str) -> Column:
    return _value(name, "points (≥ 0)", says)


def _percent(name: str, says: str, when_null: str, digits: int = 4) -> Column:
    return _value(name, "% (0…100)", says, when_null, digits, 100)


TABLE = Table(
    name="player_daily_cache",
    dataset="nba_precompute",
    says="one row per player and date of the pre-game context who has played three games, the last within 30 days",
    key=("cache_date", "player_lookup"),
    date="cache_date",
    code="PDC",
    stage="features",
    early=True,
    inputs=("upcoming_player_game_context", "player_shot_zone_analysis"),
    reads=("nbac_schedule",),
    history=(PLAYER_HISTORY, OFFENSE_HISTORY),
    columns=(
        *alike(
            fact("cache_date", D, "US-Eastern date", null=False, source="nbac_schedule"),
            fact("player_lookup", S, "normalised name", null=False),
            fact("universal_player_id", S, "id of the person in the registry", when_null=NOT_REGISTERED),
            source="upcoming_player_game_context",
        ),
        *alike(
            _points("points_avg_last_5", "mean points of his last 5 games of the season"),
            _points("points_avg_last_10", "mean points of his last 10 games"),
            _points("points_avg_season", "mean points of his last 82 games"),
            _points("points_std_last_10", "√((n·Σp² − (Σp)²) / (n·(n − 1))) over the points of his last 10 games"),
            _value("minutes_avg_last_10", "minutes (≥ 0)", "mean minutes_played of the last 10", UNKNOWN),
            _percent("usage_rate_last_10", "mean usage_rate of the last 10", UNKNOWN),
            _value("ts_pct_last_10", "fraction (≥ 0)", "mean ts_pct of the last 10", UNKNOWN),
            fact(
                "games_played_season",
                I,
                "games of the season, at most 82",
                null=False,
                unit="games (3…82)",
                low=NEEDED,
                high=SEASON,
            ),
            _percent("player_usage_rate_season", "mean usage_rate of the last 82", UNKNOWN),
            source="player_game_summary",
        ),
        *alike(
            _value("team_pace_last_10", "possessions / 48 min (≥ 0)", "mean pace of the team's last 10 games", UNKNOWN),
            _value(
                "team_off_rating_last_10",
                "points / 100 poss. (≥ 0)",
                "mean offensive_rating of the team's last 10 games",
                UNKNOWN,
            ),
            source="team_offense_game_summary",
        ),
        *alike(
            _count("games_in_last_7_days", "games (0…6)", "his games of date − 6 to date − 1", high=6),
            _count("games_in_last_14_days", "games (0…13)", "his games of date − 13 to date − 1", high=13),
            _count("minutes_in_last_7_days", "minutes (≥ 0)", "minutes of these, summed and cut"),
            _count("minutes_in_last_14_days", "minutes (≥ 0)", "minutes of these, summed and cut"),
            _count(
                "back_to_backs_last_14_days", "pairs (0…12)", "pairs of games on consecutive days among the 14", high=12
            ),
            _value(
                "avg_minutes_per_game_last_7",
                "minutes (≥ 0)",
                "minutes per game of games_in_last_7_days",
                "no game in these days",
                1,
            ),
            source="upcoming_player_game_context",
        ),
        *alike(
            fact(
                "primary_scoring_zone",
                S,
                "zone most of his shots come from, as the shot-zone analysis has it",
                unit="`paint`, `mid_range`, `perimeter`, `balanced`",
                values=player_shot_zone_analysis.ZONES,
                when_null=NO_ZONES,
            ),
            _percent("paint_rate_last_10", "share of his shots in the paint", NO_ZONES, 2),
            _percent("three_pt_rate_last_10", "share of his shots from three", NO_ZONES, 2),
            source="player_shot_zone_analysis",
        ),
        *alike(
            _value(
                "assisted_rate_last_10",
                "fraction (≥ 0)",
                "assisted makes / makes of the games of the last 10 with known assists",
                "no make in a game with known assists",
                9,
            ),
            source="player_game_summary",
        ),
        *alike(
            fact(
                "player_age",
                I,
                "full years on the date",
                unit="years",
                low=0,
                when_null="no roster and no birth date of him",
            ),
            source="upcoming_player_game_context",
        ),
        *alike(
            fact(
                "cache_version",
                S,
                "version of the windows",
                null=False,
                values=(VERSION,),
                source="a constant of the code",
            ),
            Column("early_season_flag", B, "fewer than 10 games", null=False),
            Column(
                "insufficient_data_reason",
                S,
                "games=n;need=10, where he has n games and fewer than 10",
                when_null="he has 10 games",
            ),
            Column(
                "shot_zone_data_available",
                B,
                "the shot-zone analysis has a row of him",
                null=False,
                source="player_shot_zone_analysis",
            ),
            source="games_played_season",
        ),
        *completeness_columns("5 games", 5, dnp=True, expected_unit="games (0…5)", percent_unit="% (0…100)"),
        *window_columns(*WINDOWS, unit="% (0…100)", apart=True),
        *alike(
            Column("all_windows_complete", B, "no window lacks a game", null=False),
            Column("is_production_ready", B, "each window has 70 % of its games", null=False),
            source=FROM_RESULTS,
        ),
        Column(
            "quality_tier",
            S,
            "by completeness_percentage: gold from 95, silver from 75, bronze from 50, poor from 25",
            null=False,
            unit="five labels",
            values=TIERS,
            source="completeness_percentage",
        ),
        hash_column("16 hex"),
    ),
)

#: Columns taken over from the pre-game context.
COPIED = (
    "universal_player_id",
    "games_in_last_7_days",
    "games_in_last_14_days",
    "minutes_in_last_7_days",
    "minutes_in_last_14_days",
    "back_to_backs_last_14_days",
    "avg_minutes_per_game_last_7",
    "player_age",
)
ZONES = ("primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10")
#: Columns of every record of the table.
COUNTED = {
    "expected_game_count": pl.col("expected_games_count"),
    "actual_game_count": pl.col("actual_games_count"),
}
PERSON, TEAM = ["season_year", "player_lookup"], ["season_year", "team"]


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for everyone of the pre-game context with three games of the season, the last within 30 days."""
    rows, nothing = context_rows(frames, built, frames.history.listed, frames.history.offense)
    history = frames.history.of_seasons(rows)
    rows = _add_team_windows(_add_player_windows(rows, history.played), frames.history.offense)
    windows = {name: upcoming_player_game_context.REACH[name] for name in WINDOWS}
    rows = add_completeness(rows, windows, frames)
    away = (pl.col("game_date") - pl.col("last_game")).dt.total_days()
    few = add_missing(
        rows.filter(pl.col("games") < NEEDED), frames.team_games, frames.history.played, frames.history.listed
    )
    stale = rows.filter((pl.col("games") >= NEEDED) & (away > AWAY))
    needs = pl.format(REASONS["few_games"], "games", pl.lit(str(NEEDED)))
    notes = [
        nothing,
        draft(few, Category.INSUFFICIENT_DATA, "player_lookup", needs, "l5", "game_date"),
        draft(stale, Category.STALE_DATA, "player_lookup", pl.format(REASONS["stale"], away), "l5", "game_date"),
    ]
    rows = rows.filter((pl.col("games") >= NEEDED) & (away <= AWAY))
    zones = built[player_shot_zone_analysis.TABLE.name].frame.select(
        "player_lookup", *ZONES, game_date="analysis_date", zoned=pl.lit(True)
    )
    rows = rows.join(zones, on=["game_date", "player_lookup"], how="left", maintain_order="left")
    kept, issues = apply_bounds(TABLE, _columns(rows), "player_lookup", COUNTED)
    return Built(seal(TABLE, kept), records.gather([*notes, *issues]))


def _add_player_windows(rows: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """Add the sums over each player's last 5, 10 and 82 games of the season, his games and the date of the last one."""
    created = pl.col("assisted_fg_makes").is_not_null() & pl.col("fg_makes").is_not_null()
    points, usage = pl.col("points"), pl.col("u10")
    of_ten: dict[str, pl.Expr] = {
        "points": points,
        "square": points * points,
        "minutes": pl.col("minutes10"),
        "usage": usage,
        "ts": pl.col("ts1000"),
        "made": pl.when(created).then(pl.col("fg_makes")),
        "assisted": pl.when(created).then(pl.col("assisted_fg_makes")),
    }
    games = Timeline(played, PERSON)
    last = games.before(rows)
    found = [last["nth"].alias("games"), last["last_date"].alias("last_game")]
    for values, size in (
        (of_ten, FULL),
        ({"five": points}, 5),
        ({"season_points": points, "season_usage": usage}, SEASON),
    ):
        found.extend(games.sums(values, last["place"], last["nth"].clip(upper_bound=size)))
    return beside(rows, *found)


def _add_team_windows(rows: pl.DataFrame, offense: pl.DataFrame) -> pl.DataFrame:
    """Add the sums over the last 10 games of each player's team."""
    games = Timeline(offense, TEAM)
    last = games.before(rows)
    values = {"pace": pl.col("pace10"), "rating": pl.col("rating100")}
    return beside(rows, *games.sums(values, last["place"], last["nth"].clip(upper_bound=FULL)))


def _mean(name: str, digits: int) -> pl.Expr:
    """Return the mean of the known values of a window, at 4 digits."""
    return rounded(pl.col(f"{name}_sum"), 10**digits * pl.col(f"{name}_n"), 4)


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    n = pl.col("games")
    windows = {name: measured(name) for name in WINDOWS}
    first = windows["l5"]
    tier = pl.lit(TIERS[-1])
    for name, least in reversed(tuple(zip(TIERS, (950, 750, 500, 250), strict=False))):
        tier = pl.when(first.percent >= least).then(pl.lit(name)).otherwise(tier)
    young = n < FULL
    shares = {f"{name}_completeness_pct": decimal(window.percent, 1) for name, window in windows.items()}
    whole = {f"{name}_is_complete": window.complete for name, window in windows.items()}
    return rows.select(
        *COPIED,
        *ZONES,
        "player_lookup",
        cache_date="game_date",
        points_avg_last_5=_mean("five", 0),
        points_avg_last_10=_mean("points", 0),
        points_avg_season=_mean("season_points", 0),
        points_std_last_10=decimal(deviation(pl.col("points_n"), pl.col("points_sum"), pl.col("square_sum"), 4), 4),
        minutes_avg_last_10=_mean("minutes", 1),
        usage_rate_last_10=_mean("usage", 1),
        ts_pct_last_10=_mean("ts", 3),
        games_played_season=pl.min_horizontal(n, pl.lit(SEASON, pl.Int64)),
        player_usage_rate_season=_mean("season_usage", 1),
        team_pace_last_10=_mean("pace", 1),
        team_off_rating_last_10=_mean("rating", 2),
        assisted_rate_last_10=rounded(pl.col("assisted_sum"), pl.col("made_sum"), 9),
        cache_version=pl.lit(VERSION),
        early_season_flag=young,
        insufficient_data_reason=pl.when(young).then(pl.format(REASONS["few_games"], n, pl.lit(str(FULL)))),
        shot_zone_data_available=pl.col("zoned").fill_null(False),
        expected_games_count=first.expected,
        actual_games_count=first.actual,
        dnp_games_count=first.sat_out,
        missing_games_count=first.missing,
        completeness_percentage=decimal(first.percent, 1),
        **shares,
        **whole,
        all_windows_complete=pl.all_horizontal(window.complete for window in windows.values()),
        is_production_ready=pl.all_horizontal(window.ready for window in windows.values()),
        quality_tier=tier,
    )

"""MLFS: what a model may know of a player before his game, in 37 features, and how good each of them is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import seal
from nbaproc.columns import Column, Table, Type
from nbaproc.exact import decimal
from nbaproc.failures import REASONS, Category
from nbaproc.features import FEATURES, LABELS, VERSION
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import OFFENSE_HISTORY, PLAYER_HISTORY
from nbaproc.raw.tally import Tally
from nbaproc.tables._bounds import issue
from nbaproc.tables._built import Built
from nbaproc.tables._columns import NOT_REGISTERED, B, D, F, I, S, alike, fact, hash_column
from nbaproc.tables._feature_checks import check_dates
from nbaproc.tables._feature_inputs import LONG, add_player_windows, add_team_windows, add_upstream
from nbaproc.tables._feature_quality import TIERS, WORST, add_quality, out_of_range
from nbaproc.tables._feature_roster import roster
from nbaproc.tables._feature_values import add_values, value

#: Days of results that the features look back on: a year, a leap day included.
LOOK_BACK = 366
LINE_SOURCES = ("none", "odds_api", "bettingpros")
DATA_SOURCES = ("phase4", "phase4_partial", "phase3", "mixed")
ALERT_LEVELS = ("green", "yellow", "red")


#: Where the columns besides the features come from.
ROSTER = "player_game_summary of a final game, else upcoming_player_game_context"
HISTORY, SOURCES, CODE = "player_game_summary", "feature_sources", "a constant of the code"
#: The labels of the sources with their weights, and with their codes.
WEIGHTS = ", ".join(f"{label} {weight}" for label, (_, weight) in LABELS.items())
CODES = ", ".join(f"{code} {label}" for label, (code, _) in LABELS.items())
UPSTREAM = "player_daily_cache, player_composite_factors, player_shot_zone_analysis, team_defense_zone_analysis"


def _share(name: str, says: str) -> Column:
    says = f"mean weight of {says}"
    return Column(name, F, says, null=False, digits=1, unit="%", low=0, high=100, source=SOURCES)


def _count(name: str, says: str) -> Column:
    return Column(name, I, says, null=False, unit="count", low=0, high=len(FEATURES), source=SOURCES)


def _games(name: str, says: str) -> Column:
    return Column(name, I, says, null=False, unit="games", low=1, high=10, source=HISTORY)


def _flag(name: str, says: str, source: str) -> Column:
    return Column(name, B, says, null=False, source=source)


def _source(name: str, table: str, whose: str = "") -> Column:
    says = f"data_hash of the {whose}{table} row"
    return Column(name, S, says, when_null="no such row", source=f"{table}.data_hash")


TABLE = Table(
    name="ml_feature_store_v2",
    dataset="nba_predictions",
    says="one row per player and date with a game: 37 features, known before the game, and their quality",
    key=("game_date", "player_lookup"),
    date="game_date",
    code="MLFS",
    stage="features",
    early=True,
    inputs=(
        "upcoming_player_game_context",
        "player_daily_cache",
        "player_composite_factors",
        "player_shot_zone_analysis",
        "team_defense_zone_analysis",
    ),
    reads=("nbac_schedule",),
    history=(PLAYER_HISTORY, OFFENSE_HISTORY),
    look_back=LOOK_BACK,
    members=("player_game_summary",),
    columns=(
        *alike(
            fact("game_date", D, "US-Eastern date", null=False, source="nbac_schedule"),
            fact("season_year", I, "first year of the season", null=False, low=1946, source="nbac_schedule"),
            fact("player_lookup", S, "normalised name", null=False),
            fact("universal_player_id", S, "id of the person in the registry", when_null=NOT_REGISTERED),
            fact("game_id", S, "canonical game id", null=False),
            fact("team_abbr", S, "his team", null=False),
            fact("opponent_team_abbr", S, "the other team", null=False),
            fact("is_home", B, "his team is the home team of the schedule", null=False),
            source=ROSTER,
        ),
        fact(
            "days_rest",
            I,
            "days since his last game, 1 is yesterday",
            null=False,
            unit="days",
            low=1,
            source=f"upcoming_player_game_context.days_rest, else {HISTORY}",
        ),
        fact("feature_version", S, "version of the feature list", null=False, values=(VERSION,), source=CODE),
        Column("feature_count", I, "features of the version", null=False, low=37, high=37, source=CODE),
        fact(
            "vegas_line_source",
            S,
            "feed of the points line",
            null=False,
            values=LINE_SOURCES,
            source="upcoming_player_game_context.current_points_line_source",
        ),
        *(feature.declaration for feature in FEATURES),
        *alike(
            fact(
                "feature_quality_score",
                F,
                "mean weight of the features, optional ones that are NULL left out; at most 69 with one required "
                f"feature NULL, 49 with five; weights: {WEIGHTS}",
                null=False,
                unit="0–100",
                digits=2,
                low=0,
                high=100,
            ),
            Column(
                "quality_tier",
                S,
                "gold from 95, silver from 85, bronze from 70, poor from 50",
                null=False,
                values=(*TIERS, WORST),
                source="feature_quality_score",
            ),
            fact(
                "data_source",
                S,
                "of 16 features that can be phase4: phase4 with 15 that are, phase4_partial with 8, phase3 with 8 of "
                "phase3, else mixed",
                null=False,
                values=DATA_SOURCES,
            ),
            Column(
                "feature_sources",
                Type.INTS,
                f"code of the source of every feature: {CODES}",
                null=False,
                source="the sources of the features, the first that had a value",
            ),
            Column(
                "default_mask",
                I,
                "bit i is set where feature i is NULL",
                null=False,
                low=0,
                high=2 ** len(FEATURES) - 1,
            ),
            _count("default_feature_count", "features that are NULL"),
            _count("required_default_count", "features that are NULL and not optional"),
            _count("phase4_feature_count", "features from the precompute tables, lines, opponent history or minutes"),
            _count("phase3_feature_count", "features from the game summaries, the schedule or the pre-game context"),
            _count("calculated_feature_count", "features calculated from others"),
            _share("matchup_quality_pct", "f05–f08, f13, f14"),
            _share("player_history_quality_pct", "f00–f04, f29–f36"),
            _share("team_context_quality_pct", "f22–f24"),
            _share("vegas_quality_pct", "f25–f28"),
            _share("game_context_quality_pct", "f09–f12, f15–f21"),
            source=SOURCES,
        ),
        _flag(
            "is_quality_ready",
            "no required feature NULL, score from 70, matchup from 50",
            "required_default_count, feature_quality_score, matchup_quality_pct",
        ),
        _flag(
            "is_training_ready",
            "gold or silver, matchup from 70, player history from 80",
            "quality_tier, matchup_quality_pct, player_history_quality_pct",
        ),
        _flag("is_production_ready", "the four precompute rows are there and ready", UPSTREAM),
        Column(
            "quality_alert_level",
            S,
            "red below 50 in score or matchup; yellow with a required feature NULL, or below 70; else green",
            null=False,
            values=ALERT_LEVELS,
            source="required_default_count, feature_quality_score, matchup_quality_pct",
        ),
        *alike(
            Column(
                "quality_alerts",
                Type.STRINGS,
                "of all_matchup_features_defaulted, composite_factors_missing, opponent_defense_missing, "
                "high_default_rate_npct, matchup_quality_critical, game_context_quality_critical those that hold",
                null=False,
                source=SOURCES,
            ),
            Column(
                "data_quality_issues",
                Type.STRINGS,
                "upstream_…_incomplete of every input that is not ready, then up to three range_warning:column",
                null=False,
                source=f"{UPSTREAM}; the features",
            ),
            _games("hist_games_found", "games of the last 10 within 60 days"),
            _games("hist_games_expected", "games of the last 10 within a year"),
            Column("hist_is_complete", B, "as many found as expected", null=False),
            Column("hist_is_bootstrap", B, "fewer than 10 expected", null=False),
            Column("hist_game_dates", Type.DATES, "dates of the last 10 games, newest first", null=False),
            source=HISTORY,
        ),
        _source("source_daily_cache_hash", "player_daily_cache"),
        _source("source_composite_hash", "player_composite_factors"),
        _source("source_shot_zones_hash", "player_shot_zone_analysis"),
        _source("source_team_defense_hash", "team_defense_zone_analysis", "opponent's "),
        hash_column(),
    ),
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for everyone who played, or is expected to play, and has played in the 60 days before."""
    rows, notes = roster(frames, built)
    rows = rows.rename({"team_abbr": "team", "opponent_team_abbr": "opponent"})
    rows = add_player_windows(rows, frames.history)
    new = rows.filter(pl.col("n") == 0)
    nobody = records.draft(
        new,
        Category.INSUFFICIENT_DATA,
        "PLAYER",
        pl.col("player_lookup"),
        pl.format(REASONS["no_recent_game"], pl.col("game_date").cast(pl.String)),
    )
    rows = add_upstream(add_team_windows(rows.filter(pl.col("n") > 0), frames.history), built)
    rows = add_quality(add_values(rows))
    hard = [feature for feature in FEATURES if feature.hard]
    for feature in hard:
        broken = rows.filter(out_of_range(feature.index)).with_columns(_value=pl.col(value(feature.index)))
        category = Category.VALIDATION_FAILED
        notes.append(issue(broken, TABLE, feature.column, feature.digits, "player_lookup", category))
    rows = rows.filter(~pl.any_horizontal(out_of_range(feature.index) for feature in hard))
    tally = Tally()
    notes += [nobody, *check_dates(rows, tally)]
    return Built(seal(TABLE, _columns(rows)), records.gather(notes), tally)


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    line, source = pl.col(value(25)), pl.col("line_source").fill_null("")
    feed = pl.when(source.str.starts_with("bettingpros_")).then(pl.lit("bettingpros")).otherwise(pl.lit("odds_api"))
    dates = pl.concat_list(f"date{back}" for back in range(LONG)).list.drop_nulls()
    expected = pl.min_horizontal("year_games", pl.lit(LONG, dtype=pl.Int64))
    return rows.with_columns(
        team_abbr="team",
        opponent_team_abbr="opponent",
        is_home="home_game",
        feature_version=pl.lit(VERSION),
        feature_count=pl.lit(len(FEATURES), dtype=pl.Int64),
        vegas_line_source=pl.when(line.is_null()).then(pl.lit("none")).otherwise(feed),
        hist_games_found="n",
        hist_games_expected=expected,
        hist_is_complete=pl.col("n") >= expected,
        hist_is_bootstrap=expected < LONG,
        hist_game_dates=dates,
        source_daily_cache_hash="cache_hash",
        source_composite_hash="factors_hash",
        source_shot_zones_hash="zones_hash",
        source_team_defense_hash="defense_hash",
        **{feature.column: decimal(pl.col(value(feature.index)), feature.digits) for feature in FEATURES},
    )

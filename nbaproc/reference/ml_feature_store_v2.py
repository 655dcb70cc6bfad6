"""MLFS rows: what may be known of a player before his game, and how good it is (feature store 10)."""

from __future__ import annotations

from nbaproc.features import FEATURES, VERSION
from nbaproc.reference.bounds import Bound, Bounds, broken
from nbaproc.reference.feature_quality import quality_columns
from nbaproc.reference.feature_values import NOTHING, Inputs, feature_values
from nbaproc.reference.numbers import shown
from nbaproc.reference.player_composite_factors import is_ready
from nbaproc.reference.player_daily_cache import LONG
from nbaproc.reference.raw_rows import RawRow, text

#: Values out of range that a row names.
MOST_WARNINGS = 3
#: Start of the source of a line of the second feed.
SECOND_FEED = "bettingpros_"

BOUNDS = Bounds(
    hard=[Bound(f.column, f.low, f.high) for f in FEATURES if f.hard],
    soft=[Bound(f.column, f.low, f.high) for f in FEATURES if not f.hard],
)
DIGITS = {f.column: f.digits for f in FEATURES}


def build_row(inputs: Inputs) -> dict[str, object]:
    """Return the row of a player, without its hash."""
    player, game, values = inputs.player, inputs.player.game, feature_values(inputs)
    features = {f.column: shown(value.scaled, f.digits) for f, value in zip(FEATURES, values, strict=True)}
    return {
        "game_date": game.game_date,
        "season_year": game.season_year,
        "player_lookup": player.lookup,
        "universal_player_id": player.person,
        "game_id": game.game_id,
        "team_abbr": player.team,
        "opponent_team_abbr": player.opponent,
        "is_home": player.is_home,
        "days_rest": inputs.days_rest,
        "feature_version": VERSION,
        "feature_count": len(FEATURES),
        "vegas_line_source": line_source(inputs) if features["f25_vegas_points_line"] is not None else "none",
        **features,
        **quality_columns([value.label for value in values]),
        **readiness_columns(inputs, features),
        **history_columns(inputs),
        "source_daily_cache_hash": _hash_of(inputs.cache),
        "source_composite_hash": _hash_of(inputs.factors),
        "source_shot_zones_hash": _hash_of(inputs.shots),
        "source_team_defense_hash": _hash_of(inputs.defense),
    }


def line_source(inputs: Inputs) -> str:
    """Return the feed that the points line of a player came from."""
    source = text(inputs.context or NOTHING, "current_points_line_source") or ""
    return "bettingpros" if source.startswith(SECOND_FEED) else "odds_api"


def readiness_columns(inputs: Inputs, features: RawRow) -> dict[str, object]:
    """Return whether the precompute rows are ready, a missing one is not, and which values are odd."""
    ready = {
        "player_daily_cache": is_ready(inputs.cache),
        "player_composite_factors": is_ready(inputs.factors),
        "player_shot_zone": is_ready(inputs.shots),
        "team_defense_zone": is_ready(inputs.defense),
    }
    odd = [column for column, _ in broken(features, BOUNDS.soft, DIGITS)][:MOST_WARNINGS]
    issues = [f"upstream_{name}_incomplete" for name, holds in ready.items() if not holds]
    return {
        "is_production_ready": all(ready.values()),
        "data_quality_issues": issues + [f"range_warning:{column}" for column in odd],
    }


def history_columns(inputs: Inputs) -> dict[str, object]:
    """Return how many games the windows of a player have."""
    last_ten, expected = inputs.past.last_ten, min(LONG, inputs.past.in_a_year)
    return {
        "hist_games_found": len(last_ten),
        "hist_games_expected": expected,
        "hist_is_complete": len(last_ten) >= expected,
        "hist_is_bootstrap": expected < LONG,
        "hist_game_dates": [game.game_date for game in last_ten],
    }


def _hash_of(row: RawRow | None) -> str | None:
    return text(row or NOTHING, "data_hash")

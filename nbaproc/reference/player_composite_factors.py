"""PCF rows: what a matchup adds to a player or takes from him (composite factors 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from nbaproc.reference.completeness import L10, Completeness, general_columns
from nbaproc.reference.matchup_scores import (
    POINT,
    Fatigue,
    Load,
    fatigue_of,
    pace_units,
    usage_change,
    usage_units,
    zone_units,
)
from nbaproc.reference.numbers import ratio, shown
from nbaproc.reference.raw_rows import RawRow, decimal, flag, number, text, whole

WINDOW = L10
VERSION = "v2_4factors"
#: Usage projected for the game, in tenths of a percent: no source has it yet.
PROJECTED_USAGE: int | None = None
#: Zone a player is judged by, the column of his rate, and the column of the opponent's defence.
ZONES = {
    "paint": ("paint_rate_last_10", "paint_defense_vs_league_avg"),
    "mid_range": ("mid_range_rate_last_10", "mid_range_defense_vs_league_avg"),
    "perimeter": ("three_pt_rate_last_10", "three_pt_defense_vs_league_avg"),
}
#: Points of the zone score beyond which a matchup is good or bad, of the pace in possessions, of the usage in percent.
REMARKABLE = 2
#: Fatigue below which, zone score and total above which a row carries a warning.
LOW_FATIGUE, HIGH_ZONE, HIGH_TOTAL = 50, 8 * POINT, 12 * POINT

_NOTHING: RawRow = {}


@dataclass(frozen=True, slots=True)
class Inputs:
    """The rows a row is made of; a missing one is NULL.

    Attributes:
        context: Pre-game context of the player.
        shots: Shot zones of the player.
        defense: Defence zones of the opponent.
        opponent: Pre-game context of the opponent.
    """

    context: RawRow
    shots: RawRow | None
    defense: RawRow | None
    opponent: RawRow | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a player scores from and how the opponent defends there; rate and defence in hundredths."""

    zone: str | None
    rate: int | None
    defense: int | None

    @property
    def units(self) -> int:
        """The score."""
        return zone_units(self.rate, self.defense)

    @property
    def is_missing(self) -> bool:
        """Whether something is not known, so that the score is 0."""
        return None in (self.zone, self.rate, self.defense)


def build_row(inputs: Inputs, found: Completeness) -> dict[str, object]:
    """Return the row of a player, without its hash.

    Args:
        inputs: The rows it is made of.
        found: How complete his last ten games are.
    """
    context = inputs.context
    fatigue, mismatch = fatigue_of(load_of(context)), mismatch_of(inputs.shots, inputs.defense)
    pace = pace_units(decimal(context, "pace_differential", 2))
    change = usage_change(PROJECTED_USAGE, decimal(context, "avg_usage_rate_last_7_games", 1))
    usage = usage_units(change, whole(context, "star_teammates_out"))
    return {
        "game_date": context["game_date"],
        "player_lookup": context["player_lookup"],
        "universal_player_id": context["universal_player_id"],
        "game_id": context["game_id"],
        **score_columns(fatigue, mismatch.units, pace, usage),
        "fatigue_context_json": fatigue_context(context, fatigue),
        "shot_zone_context_json": shot_zone_context(inputs, mismatch),
        "pace_context_json": pace_context(context, pace),
        "usage_context_json": usage_context(context, change, usage),
        **known_columns(inputs, mismatch),
        "calculation_version": VERSION,
        **general_columns(found),
        "dnp_games_count": found.sat_out,
        **readiness_columns(inputs, found),
    }


def load_of(context: RawRow) -> Load:
    """Return rest and load as the pre-game context says."""
    return Load(
        days_rest=whole(context, "days_rest"),
        back_to_back=flag(context, "back_to_back"),
        games_last_7=whole(context, "games_in_last_7_days"),
        minutes_last_7=whole(context, "minutes_in_last_7_days"),
        average_last_7=decimal(context, "avg_minutes_per_game_last_7", 1),
        back_to_backs_last_14=whole(context, "back_to_backs_last_14_days"),
        age=whole(context, "player_age"),
    )


def mismatch_of(shots: RawRow | None, defense: RawRow | None) -> Mismatch:
    """Return the zone a player is judged by: a balanced scorer by the paint.

    >>> mismatch_of({"primary_scoring_zone": "balanced", "paint_rate_last_10": 35.0}, None)
    Mismatch(zone='paint', rate=3500, defense=None)
    """
    label = text(shots or _NOTHING, "primary_scoring_zone")
    zone = "paint" if label == "balanced" else label
    if zone is None:
        return Mismatch(None, None, None)
    rate, opponent = ZONES[zone]
    return Mismatch(zone, decimal(shots or _NOTHING, rate, 2), decimal(defense or _NOTHING, opponent, 2))


def score_columns(fatigue: Fatigue, zone: int, pace: int, usage: int) -> dict[str, object]:
    """Return the scores, the total of their unrounded parts, and the warnings they earn."""
    total = fatigue.units + zone + pace + usage
    extreme = {
        "EXTREME_FATIGUE": fatigue.score < LOW_FATIGUE,
        "EXTREME_MATCHUP": abs(zone) > HIGH_ZONE,
        "EXTREME_ADJUSTMENT": abs(total) > HIGH_TOTAL,
    }
    warnings = "; ".join(code for code, holds in extreme.items() if holds) or None
    return {
        "fatigue_score": fatigue.score,
        "shot_zone_mismatch_score": ratio(zone, POINT, 1),
        "pace_score": ratio(pace, POINT, 1),
        "usage_spike_score": ratio(usage, POINT, 1),
        "total_composite_adjustment": ratio(total, POINT, 2),
        "has_warnings": warnings is not None,
        "warning_details": warnings,
    }


def fatigue_context(context: RawRow, fatigue: Fatigue) -> dict[str, object]:
    """Return what the fatigue score was made of."""
    return {
        "days_rest": whole(context, "days_rest"),
        "back_to_back": flag(context, "back_to_back"),
        "games_last_7": whole(context, "games_in_last_7_days"),
        "minutes_last_7": whole(context, "minutes_in_last_7_days"),
        "avg_minutes_pg_last_7": number(context, "avg_minutes_per_game_last_7"),
        "back_to_backs_last_14": whole(context, "back_to_backs_last_14_days"),
        "player_age": whole(context, "player_age"),
        "penalties_applied": list(fatigue.penalties),
        "bonuses_applied": list(fatigue.bonuses),
        "final_score": fatigue.score,
    }


def shot_zone_context(inputs: Inputs, mismatch: Mismatch) -> dict[str, object]:
    """Return what the zone score was made of."""
    units = mismatch.units
    return {
        "missing_data": mismatch.is_missing,
        "player_primary_zone": text(inputs.shots or _NOTHING, "primary_scoring_zone"),
        "primary_zone_frequency": shown(mismatch.rate, 2),
        "opponent_weak_zone": text(inputs.defense or _NOTHING, "weakest_zone"),
        "opponent_defense_vs_league": shown(mismatch.defense, 2),
        "mismatch_type": label_of(units, REMARKABLE * POINT, "favorable", "unfavorable", "neutral"),
        "final_score": ratio(units, POINT, 4),
    }


def pace_context(context: RawRow, units: int) -> dict[str, object]:
    """Return what the pace score was made of."""
    differential = decimal(context, "pace_differential", 2)
    return {
        "pace_differential": shown(differential, 2),
        "opponent_pace_last_10": number(context, "opponent_pace_last_10"),
        "pace_environment": label_of(differential, 100 * REMARKABLE, "fast", "slow", "normal"),
        "final_score": ratio(units, POINT, 4),
    }


def usage_context(context: RawRow, change: int | None, units: int) -> dict[str, object]:
    """Return what the usage score was made of."""
    return {
        "projected_usage_rate": shown(PROJECTED_USAGE, 1),
        "avg_usage_last_7": number(context, "avg_usage_rate_last_7_games"),
        "usage_differential": shown(change, 1),
        "star_teammates_out": whole(context, "star_teammates_out"),
        "usage_trend": label_of(change, 10 * REMARKABLE, "spike", "drop", "stable"),
        "final_score": ratio(units, POINT, 4),
    }


def label_of(value: int | None, limit: int, above: str, below: str, between: str) -> str | None:
    """Name a value by a limit on both sides, which itself is between.

    >>> label_of(200, 200, "fast", "slow", "normal"), label_of(-201, 200, "fast", "slow", "normal")
    ('normal', 'slow')
    """
    if value is None:
        return None
    if abs(value) <= limit:
        return between
    return above if value > 0 else below


def known_columns(inputs: Inputs, mismatch: Mismatch) -> dict[str, object]:
    """Return which of the five inputs are known."""
    known = {
        "days_rest": inputs.context["days_rest"] is not None,
        "projected_usage_rate": PROJECTED_USAGE is not None,
        "pace_differential": inputs.context["pace_differential"] is not None,
        "player_shot_zone": mismatch.rate is not None,
        "team_defense_zone": inputs.defense is not None and not (mismatch.zone and mismatch.defense is None),
    }
    return {
        "data_completeness_pct": 20.0 * sum(known.values()),
        "missing_data_fields": ", ".join(name for name, is_known in known.items() if not is_known) or None,
    }


def readiness_columns(inputs: Inputs, found: Completeness) -> dict[str, object]:
    """Return whether the rows this one is made of are ready; a missing one is not."""
    ready = {
        "own_data": found.is_ready,
        "player_shot_zone": is_ready(inputs.shots),
        "team_defense_zone": is_ready(inputs.defense),
        "player_context": is_ready(inputs.context),
        "team_context": is_ready(inputs.opponent),
    }
    issues = [name if name == "own_data" else f"upstream_{name}" for name, holds in ready.items() if not holds]
    return {
        "upstream_player_shot_ready": ready["player_shot_zone"],
        "upstream_team_defense_ready": ready["team_defense_zone"],
        "upstream_player_context_ready": ready["player_context"],
        "upstream_team_context_ready": ready["team_context"],
        "all_upstreams_ready": all(holds for name, holds in ready.items() if name != "own_data"),
        "is_production_ready": all(ready.values()),
        "data_quality_issues": [f"{issue}_incomplete" for issue in issues],
    }


def is_ready(row: Mapping[str, object] | None) -> bool:
    """Whether a row is there and says that it is ready."""
    return row is not None and bool(cast("bool | None", row["is_production_ready"]))

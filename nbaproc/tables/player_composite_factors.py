"""PCF: what a matchup adds to a player, or takes from him."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import schema, seal
from nbaproc.columns import Column, Table, Type
from nbaproc.exact import decimal, quotient, scaled
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import PLAYER_HISTORY
from nbaproc.tables import (
    player_shot_zone_analysis,
    team_defense_zone_analysis,
    upcoming_player_game_context,
    upcoming_team_game_context,
)
from nbaproc.tables._built import Built
from nbaproc.tables._columns import NOT_REGISTERED, B, D, F, I, S, alike, fact, hash_column
from nbaproc.tables._completeness import add_completeness, measured
from nbaproc.tables._context_columns import completeness_columns
from nbaproc.tables._context_rows import context_rows

VERSION = "v2_4factors"
#: Scores are counted in units of 10^-7 points until they are stored.
UNIT_DIGITS = 7
POINT = 10**UNIT_DIGITS
#: Limits of the scores, and sizes from which they are extreme.
ZONE_LIMIT, PACE_LIMIT, USAGE_LIMIT = 10 * POINT, 3 * POINT, 3 * POINT
EXTREME_FATIGUE, EXTREME_MATCHUP, EXTREME_TOTAL = 50, 8 * POINT, 12 * POINT
#: Zones a player scores from: rate of his shots, and defence of the opponent against the league.
ZONES = {
    "paint": ("paint_rate_last_10", "paint_defense_vs_league_avg"),
    "mid_range": ("mid_range_rate_last_10", "mid_range_defense_vs_league_avg"),
    "perimeter": ("three_pt_rate_last_10", "three_pt_defense_vs_league_avg"),
}
#: Zone that stands for a player without a favourite.
BALANCED = "paint"
ISSUES = (
    "own_data_incomplete",
    "upstream_player_shot_zone_incomplete",
    "upstream_team_defense_zone_incomplete",
    "upstream_player_context_incomplete",
    "upstream_team_context_incomplete",
)


#: Tables that most columns are computed from, and what NULL means.
CONTEXT, SHOOTING = "upcoming_player_game_context", "player_shot_zone_analysis"
DEFENSE, TEAM_CONTEXT = "team_defense_zone_analysis", "upcoming_team_game_context"
NO_GAME = "no game in the 30 days before"


def _score(name: str, digits: int, unit: str, low: float, high: float, says: str, source: str) -> Column:
    return fact(name, F, says, null=False, unit=unit, digits=digits, low=low, high=high, source=source)


def _field(
    name: str,
    type_: Type,
    says: str,
    when_null: str = "",
    *,
    digits: int | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    return Column(name, type_, says, null=bool(when_null), digits=digits, low=low, high=high, when_null=when_null)


def _struct(name: str, says: str, source: str, *fields: Column) -> Column:
    return Column(name, Type.STRUCT, says, null=False, fields=alike(*fields, source=source), source=source)


def _flag(name: str, says: str, source: str) -> Column:
    return Column(name, B, says, null=False, source=source)


TABLE = Table(
    name="player_composite_factors",
    dataset="nba_precompute",
    says="one row per player and date of the pre-game context: four matchup scores and their total",
    key=("game_date", "player_lookup"),
    date="game_date",
    code="PCF",
    stage="features",
    early=True,
    inputs=(
        "upcoming_player_game_context",
        "upcoming_team_game_context",
        "player_shot_zone_analysis",
        "team_defense_zone_analysis",
    ),
    reads=("nbac_schedule",),
    history=(PLAYER_HISTORY,),
    columns=(
        *alike(
            fact("game_date", D, "US-Eastern date", null=False, source="nbac_schedule"),
            fact("player_lookup", S, "normalised name", null=False),
            fact("universal_player_id", S, "id of the person in the registry", when_null=NOT_REGISTERED),
            fact("game_id", S, "canonical game id", null=False, unit="YYYYMMDD_AWAY_HOME"),
            fact(
                "fatigue_score",
                I,
                "100 is fresh. Off: 15 back-to-back, 10 four games in 7 days, 10 above 240 minutes in them, 8 above 35 "
                "a game, 12 (5) two (one) back-to-backs in 14 days, 10 (5) age 35 (30); on: 5 three days of rest",
                null=False,
                unit="points (0…100)",
                low=0,
                high=100,
            ),
            source=CONTEXT,
        ),
        _score(
            "shot_zone_mismatch_score",
            1,
            "points (−10…10)",
            -10,
            10,
            "the opponent's difference to the league in the zone he scores from (balanced: paint) · his share of shots "
            "there / 50 %, at most 1; beyond ±5 times 1.2; 0 where unknown",
            f"{SHOOTING}, {DEFENSE}",
        ),
        _score(
            "pace_score",
            1,
            "points (−3…3)",
            -3,
            3,
            "pace_differential / 2, own minus opponent; 0 where unknown",
            CONTEXT,
        ),
        _score(
            "usage_spike_score",
            1,
            "points (−3…3)",
            -3,
            3,
            "0.3 · (projected − recent usage), a rise times 1.15 (1.3) with one star (two) out; 0 without a "
            "projection, which no source has yet",
            CONTEXT,
        ),
        _score(
            "total_composite_adjustment",
            2,
            "points (−19.25…16)",
            -19.25,
            16,
            "(fatigue_score − 100) / 20 plus the other three scores before they were rounded",
            "the four scores",
        ),
        _struct(
            "fatigue_context_json",
            "what the fatigue score was made of",
            CONTEXT,
            _field("days_rest", I, "days since his last game", NO_GAME, low=1, high=30),
            _field("back_to_back", B, "he played yesterday"),
            _field("games_last_7", I, "games_in_last_7_days", low=0, high=6),
            _field("minutes_last_7", I, "minutes_in_last_7_days", low=0),
            _field("avg_minutes_pg_last_7", F, "minutes per game of these", "no game in these days", digits=1, low=0),
            _field("back_to_backs_last_14", I, "back_to_backs_last_14_days", low=0, high=12),
            _field("player_age", I, "full years", "no roster and no birth date of him", low=0),
            _field("penalties_applied", Type.STRINGS, "what was taken off, as back_to_back: -15"),
            _field("bonuses_applied", Type.STRINGS, "what was added, as extra_rest: +5"),
            _field("final_score", I, "fatigue_score", low=0, high=100),
        ),
        _struct(
            "shot_zone_context_json",
            "what the zone score was made of",
            f"{SHOOTING}, {DEFENSE}",
            _field("missing_data", B, "zone, rate or defence is not known"),
            _field("player_primary_zone", S, "zone he scores from", "no row of him, or no shot with a zone"),
            _field(
                "primary_zone_frequency",
                F,
                "share of his shots from there, percent",
                "no row of him, or no shot with a zone",
                digits=2,
                low=0,
                high=100,
            ),
            _field("opponent_weak_zone", S, "weakest zone of the opponent", "no row of the opponent, or no zone known"),
            _field(
                "opponent_defense_vs_league",
                F,
                "opponent in the zone he scores from against the league, percentage points",
                "his zone, or the opponent's defence of it, is not known",
                digits=2,
                low=-100,
                high=100,
            ),
            _field("mismatch_type", S, "favorable above 2, unfavorable below −2, else neutral"),
            _field("final_score", F, "the score before it was rounded", digits=4, low=-10, high=10),
        ),
        _struct(
            "pace_context_json",
            "what the pace score was made of",
            CONTEXT,
            _field("pace_differential", F, "own minus opponent pace", "the pace of a team is not known", digits=2),
            _field(
                "opponent_pace_last_10",
                F,
                "pace of the opponent",
                "the pace of the opponent is not known",
                digits=2,
                low=0,
            ),
            _field(
                "pace_environment",
                S,
                "fast above 2, slow below −2, else normal",
                "pace_differential is not known",
            ),
            _field("final_score", F, "the score before it was rounded", digits=4, low=-3, high=3),
        ),
        _struct(
            "usage_context_json",
            "what the usage score was made of",
            CONTEXT,
            _field(
                "projected_usage_rate", F, "projected usage, percent", "no source has it yet", digits=1, low=0, high=100
            ),
            _field(
                "avg_usage_last_7",
                F,
                "usage of the last 7 days, percent",
                "not known of any game in these days",
                digits=1,
                low=0,
                high=100,
            ),
            _field(
                "usage_differential",
                F,
                "projected minus recent usage",
                "one of the two is not known, or the recent one is 0",
                digits=1,
            ),
            _field("star_teammates_out", I, "stars of the team listed out or doubtful", "no injury report", low=0),
            _field("usage_trend", S, "spike above 2, drop below −2, else stable", "usage_differential is not known"),
            _field("final_score", F, "the score before it was rounded", digits=4, low=-3, high=3),
        ),
        *alike(
            _score(
                "data_completeness_pct",
                1,
                "% (0…100)",
                0,
                100,
                "20 for each of the five inputs that is known",
                "missing_data_fields",
            ),
            fact(
                "missing_data_fields",
                S,
                "of days_rest, projected_usage_rate, pace_differential, player_shot_zone, team_defense_zone those that "
                "are not known, joined by commas",
                when_null="all five are known",
            ),
            source=f"{CONTEXT}, {SHOOTING}, {DEFENSE}",
        ),
        *alike(
            fact("has_warnings", B, "warning_details is known", null=False),
            fact(
                "warning_details",
                S,
                "EXTREME_FATIGUE below 50, EXTREME_MATCHUP beyond ±8, EXTREME_ADJUSTMENT beyond ±12 in total, joined "
                "by semicolons",
                when_null="nothing is extreme",
            ),
            source="the scores before they were rounded",
        ),
        fact(
            "calculation_version",
            S,
            "version of the scores",
            null=False,
            values=(VERSION,),
            source="a constant of the code",
        ),
        *completeness_columns("10 games", 10, dnp=True, expected_unit="games (0…10)", percent_unit="% (0…100)"),
        _flag("upstream_player_shot_ready", "his shot zones are there and ready", SHOOTING),
        _flag("upstream_team_defense_ready", "the opponent's defence zones are there and ready", DEFENSE),
        _flag("upstream_player_context_ready", "his pre-game context is ready", CONTEXT),
        _flag("upstream_team_context_ready", "the opponent's pre-game context is there and ready", TEAM_CONTEXT),
        _flag("all_upstreams_ready", "all four", "the four flags before"),
        _flag(
            "is_production_ready",
            "all four, and his own window has 70 % of its games",
            "all_upstreams_ready, completeness_percentage",
        ),
        Column(
            "data_quality_issues",
            Type.STRINGS,
            "what is not ready, in this order",
            null=False,
            values=ISSUES,
            source="the flags, completeness_percentage",
        ),
        hash_column("16 hex"),
    ),
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for everyone of the pre-game context on dates that are not early in their season."""
    rows, nothing = context_rows(frames, built, frames.history.listed)
    windows = {"l10": upcoming_player_game_context.REACH["l10"]}
    rows = add_completeness(rows, windows, frames)
    rows = rows.rename({"is_production_ready": "context_ready"})
    zones = built[player_shot_zone_analysis.TABLE.name].frame.select(
        "player_lookup",
        "primary_scoring_zone",
        *(rate for rate, _ in ZONES.values()),
        game_date="analysis_date",
        zones_ready="is_production_ready",
    )
    defense = built[team_defense_zone_analysis.TABLE.name].frame.select(
        "weakest_zone",
        *(gap for _, gap in ZONES.values()),
        game_date="analysis_date",
        opponent="team_abbr",
        defense_ready="is_production_ready",
    )
    teams = built[upcoming_team_game_context.TABLE.name].frame.select(
        "game_date", opponent="team_abbr", team_ready="is_production_ready"
    )
    rows = rows.join(zones, on=["game_date", "player_lookup"], how="left", maintain_order="left")
    rows = rows.join(defense, on=["game_date", "opponent"], how="left", maintain_order="left")
    rows = rows.join(teams, on=["game_date", "opponent"], how="left", maintain_order="left")
    # No source projects usage yet; the score is ready for one.
    rows = rows.with_columns(projected10=pl.lit(None, dtype=pl.Int64))
    rows = _add_scores(_add_fatigue(rows))
    return Built(seal(TABLE, _columns(rows)), records.gather([nothing]))


def fatigue_steps() -> dict[str, tuple[pl.Expr, int]]:
    """Return what takes points off, in order: entry -> when it applies, and points."""
    b2b, age = pl.col("back_to_backs_last_14_days"), pl.col("player_age")
    average = scaled(pl.col("avg_minutes_per_game_last_7"), 1)
    return {
        "back_to_back: -15": (pl.col("back_to_back"), 15),
        "frequent_games: -10": (pl.col("games_in_last_7_days") >= 4, 10),
        "heavy_minutes: -10": (pl.col("minutes_in_last_7_days") > 240, 10),
        "heavy_average: -8": (average > 350, 8),
        "recent_b2b: -12": (b2b >= 2, 12),
        "recent_b2b: -5": (b2b == 1, 5),
        "veteran_age: -10": (age >= 35, 10),
        "age_30: -5": ((age >= 30) & (age < 35), 5),
    }


def _add_fatigue(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `fatigue`, and what was taken off and added; an unknown input triggers nothing."""
    steps = {entry: (when.fill_null(False), points) for entry, (when, points) in fatigue_steps().items()}
    rested = (~pl.col("back_to_back") & (pl.col("days_rest") >= 3)).fill_null(False)
    taken = pl.sum_horizontal(when.cast(pl.Int64) * points for when, points in steps.values())
    score = 100 + 5 * rested.cast(pl.Int64) - taken
    penalties = pl.concat_list(pl.when(when).then(pl.lit(entry)) for entry, (when, _) in steps.items())
    bonuses = pl.concat_list(pl.when(rested).then(pl.lit("extra_rest: +5")))
    return rows.with_columns(
        fatigue=score.clip(0, 100), penalties=penalties.list.drop_nulls(), bonuses=bonuses.list.drop_nulls()
    )


def zone_units(gap: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """Return the zone score in units: the opponent's weakness, weighted by how often the player scores there.

    The weight is at most 1 at half of his shots; beyond 5 points the product is amplified by 1.2.

    Args:
        gap: Opponent against the league, hundredths of a percentage point.
        rate: Share of his shots, hundredths of a percent.

    >>> pl.select(zone_units(pl.lit(-640), pl.lit(4200))).item()
    -64512000
    """
    product = gap * pl.min_horizontal(rate, pl.lit(5000, pl.Int64))
    return pl.when(product.abs() > 2_500_000).then(24 * product).otherwise(20 * product).clip(-ZONE_LIMIT, ZONE_LIMIT)


def usage_units(projected: pl.Expr, recent: pl.Expr, stars: pl.Expr) -> pl.Expr:
    """Return the usage score in units; 0 where projection or recent usage is not known.

    Args:
        projected: Projected usage, tenths of a percent.
        recent: Usage of the last days, tenths of a percent.
        stars: Stars of the team who are out; they amplify a rise.

    >>> pl.select(usage_units(pl.lit(285), pl.lit(250), pl.lit(1))).item()
    12075000
    """
    change = projected - recent
    amplified = pl.when(stars >= 2).then(390_000).when(stars == 1).then(345_000).otherwise(300_000)
    factor = pl.when(change > 0).then(amplified).otherwise(300_000)
    known = change.is_not_null() & (recent != 0)
    return pl.when(known).then((change * factor).clip(-USAGE_LIMIT, USAGE_LIMIT)).otherwise(0)


def _add_scores(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the scores in units: `zone_7`, `pace_7`, `usage_7`, `total_7`, and the inputs they were made of."""
    label = pl.col("primary_scoring_zone")
    zone = pl.when(label == "balanced").then(pl.lit(BALANCED)).otherwise(label)
    rate, gap = pl.lit(None, dtype=pl.Int64), pl.lit(None, dtype=pl.Int64)
    for name, (rate_column, gap_column) in ZONES.items():
        rate = pl.when(zone == name).then(scaled(pl.col(rate_column), 2)).otherwise(rate)
        gap = pl.when(zone == name).then(scaled(pl.col(gap_column), 2)).otherwise(gap)
    pace = scaled(pl.col("pace_differential"), 2)
    recent = scaled(pl.col("avg_usage_rate_last_7_games"), 1)
    rows = rows.with_columns(rate=rate, gap=gap, zone=zone, pace=pace, recent10=recent)
    known = pl.col("rate").is_not_null() & pl.col("gap").is_not_null()
    rows = rows.with_columns(
        fatigue_7=(pl.col("fatigue") - 100) * 500_000,
        zone_7=pl.when(known).then(zone_units(pl.col("gap"), pl.col("rate"))).otherwise(0),
        pace_7=(pl.col("pace") * 50_000).clip(-PACE_LIMIT, PACE_LIMIT).fill_null(0),
        usage_7=usage_units(pl.col("projected10"), pl.col("recent10"), pl.col("star_teammates_out")),
        change10=pl.when(pl.col("recent10") != 0).then(pl.col("projected10") - pl.col("recent10")),
        zone_unknown=~known,
    )
    return rows.with_columns(total_7=pl.sum_horizontal("fatigue_7", "zone_7", "pace_7", "usage_7"))


def _stored(units: str, digits: int) -> pl.Expr:
    return decimal(quotient(pl.col(units), pl.lit(POINT), digits), digits)


def _label(value: pl.Expr, limit: int, above: str, below: str, between: str) -> pl.Expr:
    """Return one of three words by a value; NULL where it is not known."""
    words = pl.when(value > limit).then(pl.lit(above)).when(value < -limit).then(pl.lit(below))
    return words.when(value.is_not_null()).then(pl.lit(between))


def _struct_of(name: str, values: dict[str, pl.Expr]) -> pl.Expr:
    types = schema(TABLE[name].fields)
    return pl.struct(values[field].cast(dtype).alias(field) for field, dtype in types.items()).alias(name)


def _contexts() -> list[pl.Expr]:
    return [
        _struct_of(
            "fatigue_context_json",
            {
                "days_rest": pl.col("days_rest"),
                "back_to_back": pl.col("back_to_back"),
                "games_last_7": pl.col("games_in_last_7_days"),
                "minutes_last_7": pl.col("minutes_in_last_7_days"),
                "avg_minutes_pg_last_7": pl.col("avg_minutes_per_game_last_7"),
                "back_to_backs_last_14": pl.col("back_to_backs_last_14_days"),
                "player_age": pl.col("player_age"),
                "penalties_applied": pl.col("penalties"),
                "bonuses_applied": pl.col("bonuses"),
                "final_score": pl.col("fatigue"),
            },
        ),
        _struct_of(
            "shot_zone_context_json",
            {
                "missing_data": pl.col("zone_unknown"),
                "player_primary_zone": pl.col("primary_scoring_zone"),
                "primary_zone_frequency": decimal(pl.col("rate"), 2),
                "opponent_weak_zone": pl.col("weakest_zone"),
                "opponent_defense_vs_league": decimal(pl.col("gap"), 2),
                "mismatch_type": _label(pl.col("zone_7"), 2 * POINT, "favorable", "unfavorable", "neutral"),
                "final_score": _stored("zone_7", 4),
            },
        ),
        _struct_of(
            "pace_context_json",
            {
                "pace_differential": pl.col("pace_differential"),
                "opponent_pace_last_10": pl.col("opponent_pace_last_10"),
                "pace_environment": _label(pl.col("pace"), 200, "fast", "slow", "normal"),
                "final_score": _stored("pace_7", 4),
            },
        ),
        _struct_of(
            "usage_context_json",
            {
                "projected_usage_rate": decimal(pl.col("projected10"), 1),
                "avg_usage_last_7": pl.col("avg_usage_rate_last_7_games"),
                "usage_differential": decimal(pl.col("change10"), 1),
                "star_teammates_out": pl.col("star_teammates_out"),
                "usage_trend": _label(pl.col("change10"), 20, "spike", "drop", "stable"),
                "final_score": _stored("usage_7", 4),
            },
        ),
    ]


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    no_zone = pl.col("zone").is_null() | pl.col("rate").is_null()
    no_defense = pl.col("defense_ready").is_null() | (pl.col("zone").is_not_null() & pl.col("gap").is_null())
    missing = {
        "days_rest": pl.col("days_rest").is_null(),
        "projected_usage_rate": pl.col("projected10").is_null(),
        "pace_differential": pl.col("pace_differential").is_null(),
        "player_shot_zone": no_zone,
        "team_defense_zone": no_defense,
    }
    warnings = {
        "EXTREME_FATIGUE": pl.col("fatigue") < EXTREME_FATIGUE,
        "EXTREME_MATCHUP": pl.col("zone_7").abs() > EXTREME_MATCHUP,
        "EXTREME_ADJUSTMENT": pl.col("total_7").abs() > EXTREME_TOTAL,
    }
    own = measured("l10")
    upstream = {
        "upstream_player_shot_ready": pl.col("zones_ready").fill_null(False),
        "upstream_team_defense_ready": pl.col("defense_ready").fill_null(False),
        "upstream_player_context_ready": pl.col("context_ready").fill_null(False),
        "upstream_team_context_ready": pl.col("team_ready").fill_null(False),
    }
    flags = dict(zip(ISSUES, (own.ready, *upstream.values()), strict=True))
    lacking, warned = _names(missing), _names(warnings)
    present = len(missing) - pl.sum_horizontal(test.cast(pl.Int64) for test in missing.values())
    return rows.select(
        "game_date",
        "player_lookup",
        "universal_player_id",
        "game_id",
        *_contexts(),
        fatigue_score="fatigue",
        shot_zone_mismatch_score=_stored("zone_7", 1),
        pace_score=_stored("pace_7", 1),
        usage_spike_score=_stored("usage_7", 1),
        total_composite_adjustment=_stored("total_7", 2),
        data_completeness_pct=(20 * present).cast(pl.Float64),
        missing_data_fields=pl.when(lacking.list.len() > 0).then(lacking.list.join(", ")),
        has_warnings=warned.list.len() > 0,
        warning_details=pl.when(warned.list.len() > 0).then(warned.list.join("; ")),
        calculation_version=pl.lit(VERSION),
        expected_games_count=own.expected,
        actual_games_count=own.actual,
        dnp_games_count=own.sat_out,
        missing_games_count=own.missing,
        completeness_percentage=decimal(own.percent, 1),
        **upstream,
        all_upstreams_ready=pl.all_horizontal(*upstream.values()),
        is_production_ready=pl.all_horizontal(*flags.values()),
        data_quality_issues=_names({name: ~flag for name, flag in flags.items()}),
    )


def _names(tests: dict[str, pl.Expr]) -> pl.Expr:
    """Return the names of the tests that hold, as a list."""
    return pl.concat_list(pl.when(test).then(pl.lit(name)) for name, test in tests.items()).list.drop_nulls()

"""The registry of the feature store: one value per feature, from which its columns, checks and exports follow.

The list is append-only: a feature keeps its place for ever, and an older version is the first so many of them. Like
the declarations of columns this module needs nothing but the standard library, so that both engines may read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from nbaproc.columns import Column, Type

#: Where a value came from: label -> code that is stored, and weight in the quality score.
LABELS = {
    "default": (0, 40),
    "missing": (1, 0),
    "phase3": (2, 87),
    "phase4": (3, 100),
    "calculated": (4, 100),
    "vegas": (5, 100),
    "opponent_history": (6, 90),
    "minutes_ppm": (7, 95),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """How much a feature differs between the players of a date, where nothing is broken.

    Attributes:
        deviation: Smallest population standard deviation.
        distinct: Smallest number of distinct values.
        games: Games the date needs for the rule to hold.
        common: The one value that everybody may share: after a week without games all are fresh.
    """

    deviation: float
    distinct: int
    games: int = 0
    common: float | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Attributes:
        index: Place in the vector.
        name: Name without its place.
        digits: Decimals.
        unit: Unit, as the column declares it.
        low: Lowest plausible value.
        high: Highest plausible value.
        sources: What the value is taken from, tried in order: label and definition.
        impute: What stands for NULL in the array view.
        says: What the feature is.
        null: Whether it can be NULL.
        lacking: What NULL means.
        optional: Whether a row without it is as good as one with it.
        hard: Whether a value out of range rejects the row.
        absent: Label of a NULL: `default`, or `missing` where the array value stands for nothing in particular.
        spread: What its values of a date must look like, None where they may all be equal.
    """

    index: int
    name: str
    digits: int
    unit: str
    low: float
    high: float
    sources: tuple[tuple[str, str], ...]
    impute: float
    says: str
    null: bool = True
    lacking: str = ""
    optional: bool = False
    hard: bool = False
    absent: str = "default"
    spread: Spread | None = None

    @property
    def column(self) -> str:
        """Name of the column.

        >>> FEATURES[3].column
        'f03_points_std_last_10'
        """
        return f"f{self.index:02}_{self.name}"

    @property
    def declaration(self) -> Column:
        """The column of the store."""
        limits = (self.low, self.high)
        return Column(
            self.column,
            Type.FLOAT64,
            self.says,
            null=self.null,
            digits=self.digits,
            unit=self.unit,
            hashed=True,
            low=self.low if self.hard else None,
            high=self.high if self.hard else None,
            hard=self.hard,
            usual=(None, None) if self.hard else limits,
            when_null=self.lacking,
            source="; else ".join(f"{definition} ({label})" for label, definition in self.sources),
        )


_MEAN = "points/game"
_SHARE = "share 0–1"
_NO_FACTORS = "no player_composite_factors row of the game"
_NO_SPREAD = "fewer than two games in 60 days"
_FEW = "fewer than five games in 60 days"
_NO_ZONES = "no shot source for any of his last games"
_NO_DEFENSE = "the opponent has no team_defense_zone_analysis row yet (15 games), or no value in it"
_NO_LINE = "no points line before tip-off"
_NO_OPENING = f"{_NO_LINE}, or no opening of it"
_NO_MINUTES = "no game of the last 10 with known minutes"

FEATURES = (
    Feature(
        0, "points_avg_last_5", 4, _MEAN, 0, 70,
        (("phase4", "PDC.points_avg_last_5"), ("phase3", "Σ points / games of the last 5")),
        10.0, "mean points of the last 5 games", null=False, spread=Spread(3.0, 20),
    ),
    Feature(
        1, "points_avg_last_10", 4, _MEAN, 0, 70,
        (("phase4", "PDC.points_avg_last_10"), ("phase3", "Σ points / games of the last 10")),
        10.0, "mean points of the last 10 games", null=False, spread=Spread(3.0, 20),
    ),
    Feature(
        2, "points_avg_season", 4, _MEAN, 0, 70,
        (("phase4", "PDC.points_avg_season"), ("phase3", "Σ points / games of the newest 82 of the season")),
        10.0, "mean points of the season", null=False, spread=Spread(3.0, 20),
    ),
    Feature(
        3, "points_std_last_10", 4, "points (sample sd)", 0, 30,
        (("phase4", "PDC.points_std_last_10"), ("phase3", "√((n·Σy² − (Σy)²) / (n·(n − 1))) over the last 10")),
        5.0, "sample standard deviation of points of the last 10 games", lacking=_NO_SPREAD, spread=Spread(1.0, 10),
    ),
    Feature(
        4, "games_in_last_7_days", 0, "games on D−6…D−1", 0, 6,
        (
            ("phase4", "PDC.games_in_last_7_days"),
            ("phase3", "UPGC.games_in_last_7_days"),
            ("phase3", "games played on D−6…D−1"),
        ),
        3.0, "games played in the week", null=False,
    ),
    Feature(
        5, "fatigue_score", 0, "0–100, **100 = fresh**", 0, 100, (("phase4", "PCF.fatigue_score"),),
        50.0, "freshness after rest, load and age", lacking=_NO_FACTORS, hard=True, spread=Spread(5.0, 10, common=100),
    ),
    Feature(
        6, "shot_zone_mismatch_score", 1, "−10…10, + favourable", -15, 15,
        (("phase4", "PCF.shot_zone_mismatch_score"),),
        0.0, "weakness of the opponent in the zone he scores from", lacking=_NO_FACTORS, spread=Spread(1.0, 10),
    ),
    Feature(
        7, "pace_score", 1, "−3…3", -8, 8, (("phase4", "PCF.pace_score"),),
        0.0, "half of own minus opponent pace", lacking=_NO_FACTORS,
    ),
    Feature(
        8, "usage_spike_score", 1, "−3…3", -8, 8, (("phase4", "PCF.usage_spike_score"),),
        0.0, "projected minus recent usage; 0 without a projection", lacking=_NO_FACTORS,
    ),
    Feature(
        9, "rest_advantage", 0, "days, clamped ±2", -3, 3,
        (("calculated", "days_rest − days since the opponent's last game, within ±2"),),
        0.0, "rest of the player against that of the opponent", lacking="the opponent has no game of the season yet",
    ),
    Feature(
        10, "injury_risk", 0, "0, 1, 2, 3", 0, 3,
        (("calculated", "UPGC.player_status: probable 1, questionable 2, doubtful 3, out 3, anything else 0"),),
        0.0, "how doubtful the last report before tip-off makes him",
        lacking="no injury report of the date, or no pre-game context of the player", optional=True,
    ),
    Feature(
        11, "recent_trend", 0, "−2…2", -2, 2,
        (("calculated", "3·(y0 + y1) − 2·(y2 + y3 + y4), newest first: ≥ 30 2, ≥ 12 1, ≤ −30 −2, ≤ −12 −1, else 0"),),
        0.0, "the two newest games against the three before", lacking=_FEW,
    ),
    Feature(
        12, "minutes_change", 0, "−2…2", -2, 2,
        (("calculated", "mean minutes of the last 10 against the season's: ±20 % gives ±2, ±10 % gives ±1, else 0"),),
        0.0, "change of playing time", lacking="minutes of the last 10 games or of the season unknown or 0",
    ),
    Feature(
        13, "opponent_def_rating", 2, "points/100 poss", 90, 130,
        (("phase4", "TDZA of the opponent: defensive_rating_last_15"),),
        112.0, "points the opponent allows", lacking=_NO_DEFENSE, spread=Spread(1.0, 5, games=5),
    ),
    Feature(
        14, "opponent_pace", 1, "possessions/48 min", 90, 115, (("phase4", "TDZA of the opponent: opponent_pace"),),
        100.0, "pace of the opponent's games", lacking=_NO_DEFENSE, spread=Spread(0.5, 5, games=5),
    ),
    Feature(
        15, "home_away", 0, "1 home, 0 away", 0, 1, (("phase3", "home_game of the roster row"),),
        0.0, "he plays at home", null=False,
    ),
    Feature(
        16, "back_to_back", 0, "1 / 0", 0, 1, (("phase3", "1 if days_rest = 1"),),
        0.0, "he played yesterday", null=False,
    ),
    Feature(
        17, "playoff_game", 0, "1 / 0", 0, 1, (("phase3", "1 in a play-off game; a play-in game is none"),),
        0.0, "the game is a play-off game", null=False,
    ),
    Feature(
        18, "pct_paint", 9, "share of attempts 0–1", 0, 1,
        (("phase4", "PSZA.paint_rate_last_10 / 100"), ("phase3", "Σ paint / Σ attempts of the last 10 with zones")),
        0.30, "shots from the paint", lacking=_NO_ZONES, absent="missing",
    ),
    Feature(
        19, "pct_mid_range", 9, _SHARE, 0, 1,
        (
            ("phase4", "PSZA.mid_range_rate_last_10 / 100"),
            ("phase3", "Σ mid-range / Σ attempts of the last 10 with zones"),
        ),
        0.20, "shots from mid-range", lacking=_NO_ZONES, absent="missing",
    ),
    Feature(
        20, "pct_three", 9, _SHARE, 0, 1,
        (("phase4", "PSZA.three_pt_rate_last_10 / 100"), ("phase3", "Σ threes / Σ attempts of the last 10 with zones")),
        0.35, "shots from three", lacking=_NO_ZONES, absent="missing",
    ),
    Feature(
        21, "pct_free_throw", 9, "free-throw points / points, 0–0.5", 0, 0.5,
        (("calculated", "Σ ft_makes / Σ points of the last 10, at most 0.5"),),
        0.15, "share of his points from the line", lacking=f"{_FEW}, or no point in them",
    ),
    Feature(
        22, "team_pace", 4, "possessions/48 min", 90, 115,
        (("phase4", "PDC.team_pace_last_10"), ("phase3", "Σ pace / known of the team's last 10")),
        100.0, "pace of his team", lacking="no game of the team in the season yet", spread=Spread(0.5, 5, games=5),
    ),
    Feature(
        23, "team_off_rating", 4, "points/100 poss", 90, 130,
        (("phase4", "PDC.team_off_rating_last_10"), ("phase3", "Σ offensive_rating / known of the team's last 10")),
        112.0, "points his team scores", lacking="no game of the team in the season yet",
        spread=Spread(1.0, 5, games=5),
    ),
    Feature(
        24, "team_win_pct", 9, "0–1", 0, 1, (("calculated", "won / played of the team's season"),),
        0.5, "how often his team wins", lacking="fewer than five games of the team in the season",
        spread=Spread(0.05, 5, games=5),
    ),
    Feature(
        25, "vegas_points_line", 1, "points", 0, 80, (("vegas", "UPGC.current_points_line, above 0"),),
        0.0, "last points line before tip-off", lacking=_NO_LINE, optional=True, absent="missing",
        spread=Spread(2.0, 10),
    ),
    Feature(
        26, "vegas_opening_line", 1, "points", 0, 80, (("vegas", "UPGC.opening_points_line, above 0"),),
        0.0, "first points line", lacking=_NO_OPENING, optional=True, absent="missing",
    ),
    Feature(
        27, "vegas_line_move", 1, "points, f25 − f26", -15, 15, (("vegas", "f25 − f26"),),
        0.0, "how the line has moved", lacking=_NO_OPENING, optional=True, absent="missing",
    ),
    Feature(
        28, "has_vegas_line", 0, "1 / 0", 0, 1, (("calculated", "1 if f25 is known"),),
        0.0, "he has a points line", null=False,
    ),
    Feature(
        29, "avg_points_vs_opponent", 9, "points", 0, 70,
        (("opponent_history", "Σ points / games against the opponent in a year"), ("phase3", "f02")),
        10.0, "mean points against the opponent in a year", null=False,
    ),
    Feature(
        30, "games_vs_opponent", 0, "games", 0, 100, (("opponent_history", "games against the opponent in a year"),),
        0.0, "games against the opponent in a year", null=False,
    ),
    Feature(
        31, "minutes_avg_last_10", 9, "minutes", 0, 48,
        (("minutes_ppm", "Σ minutes / games of the last 10 with minutes"),),
        28.0, "mean minutes of the last 10 games", lacking=_NO_MINUTES, spread=Spread(5.0, 15),
    ),
    Feature(
        32, "ppm_avg_last_10", 9, "points/minute", 0, 1.5,
        (("minutes_ppm", "mean of points / minutes of the last 10 with minutes"),),
        0.4, "points per minute of the last 10 games", lacking=_NO_MINUTES, spread=Spread(0.1, 10),
    ),
    Feature(
        33, "dnp_rate", 9, "0–1", 0, 1, (("calculated", "did not play / rows of his last 10 in 60 days"),),
        0.0, "how often he is listed and does not play",
        lacking="fewer than three rows in 60 days, or no source lists who did not play", optional=True,
    ),
    Feature(
        34, "pts_slope_10g", 9, "points per game step", -5, 5,
        (("calculated", "least squares over the last 10, oldest first: (12·Σ i·y − 6·(n − 1)·Σ y) / (n·(n² − 1))"),),
        0.0, "slope of points over the last 10 games", lacking=_FEW,
    ),
    Feature(
        35, "pts_vs_season_zscore", 9, "z, clamped ±3", -4, 4,
        (("calculated", "(f00 − f02) / f03 within ±3; 0 if f03 is 0"),),
        0.0, "the last 5 games against the season", lacking=_NO_SPREAD,
    ),
    Feature(
        36, "breakout_flag", 0, "1 / 0", 0, 1, (("calculated", "1 if f00 > f02 + 1.5·f03"),),
        0.0, "the last 5 games stand out", lacking=_NO_SPREAD,
    ),
)  # fmt: skip

#: Versions by name: how many of the features they have. The last one is what the store holds.
VERSIONS = {"v1_baseline_25": 25, "v2_33features": 33, "v2_37features": 37}
VERSION = "v2_37features"

#: Groups of features with a quality figure of their own.
GROUPS = {
    "matchup": (5, 6, 7, 8, 13, 14),
    "player_history": (0, 1, 2, 3, 4, 29, 30, 31, 32, 33, 34, 35, 36),
    "team_context": (22, 23, 24),
    "vegas": (25, 26, 27, 28),
    "game_context": (9, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21),
}

"""PDC rows: the recent form of a player and of his team (daily cache 4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from nbaproc.reference.bounds import Bounds, not_negative, within
from nbaproc.reference.completeness import L5, L7D, L10, L14D, Completeness, Window, window_columns
from nbaproc.reference.form import Offense
from nbaproc.reference.notes import reason
from nbaproc.reference.numbers import ratio
from nbaproc.reference.raw_rows import RawRow
from nbaproc.reference.season_games import PlayerGame
from nbaproc.reference.windows import known, mean

WINDOWS = (L5, L10, L7D, L14D)
MAIN = L5
VERSION = "v2"
#: Games of the windows.
SHORT, LONG, SEASON = 5, 10, 82
#: Games somebody needs, and days after the newest of them for which it speaks.
LEAST_GAMES, MOST_DAYS = 3, 30
#: Tiers by the share of the last five games that is there.
TIERS = ((95.0, "gold"), (75.0, "silver"), (50.0, "bronze"), (25.0, "poor"), (0.0, "unusable"))
#: What is taken from the pre-game context as it is.
OF_CONTEXT = (
    "player_lookup",
    "universal_player_id",
    "games_in_last_7_days",
    "games_in_last_14_days",
    "minutes_in_last_7_days",
    "minutes_in_last_14_days",
    "back_to_backs_last_14_days",
    "avg_minutes_per_game_last_7",
    "player_age",
)
#: What is taken from the shot-zone analysis as it is.
OF_SHOTS = ("primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10")

BOUNDS = Bounds(
    hard=(
        *not_negative("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10"),
        *not_negative("minutes_avg_last_10", "ts_pct_last_10", "team_pace_last_10", "team_off_rating_last_10"),
        *not_negative("minutes_in_last_7_days", "minutes_in_last_14_days", "avg_minutes_per_game_last_7"),
        *not_negative("assisted_rate_last_10"),
        *within(0, 100, "usage_rate_last_10", "player_usage_rate_season"),
        *within(0, 100, "paint_rate_last_10", "three_pt_rate_last_10"),
        *within(0, 6, "games_in_last_7_days"),
        *within(0, 13, "games_in_last_14_days"),
        *within(0, 12, "back_to_backs_last_14_days"),
    )
)


def build_row(
    context: RawRow,
    games: Sequence[PlayerGame],
    offense: Sequence[Offense],
    shots: RawRow | None,
    measured: Mapping[Window, Completeness],
) -> dict[str, object]:
    """Return the row of a player, without its hash.

    Args:
        context: His pre-game context.
        games: All games he played this season before the date, newest first, at least three.
        offense: The last ten offense rows of his team, or as many as there are.
        shots: His shot zones, NULL without a row of them.
        measured: How complete his history is, by window.
    """
    return {
        "cache_date": context["game_date"],
        **{column: context[column] for column in OF_CONTEXT},
        **form_columns(games),
        "team_pace_last_10": mean((row.pace for row in offense), 10, 4),
        "team_off_rating_last_10": mean((row.rating for row in offense), 100, 4),
        **{column: shots[column] if shots is not None else None for column in OF_SHOTS},
        "shot_zone_data_available": shots is not None,
        "cache_version": VERSION,
        "early_season_flag": len(games) < LONG,
        "insufficient_data_reason": reason("few_games", len(games), LONG) if len(games) < LONG else None,
        **window_columns(measured, MAIN),
        "dnp_games_count": measured[MAIN].sat_out,
        "is_production_ready": all(found.is_ready for found in measured.values()),
        "quality_tier": next(tier for least, tier in TIERS if measured[MAIN].percentage >= least),
    }


def form_columns(games: Sequence[PlayerGame]) -> dict[str, object]:
    """Return how a player has played; what is not known of a game is left out of its mean.

    Args:
        games: His games of the season, newest first.
    """
    short, long, season = games[:SHORT], games[:LONG], games[:SEASON]
    return {
        "points_avg_last_5": mean((game.points for game in short), 1, 4),
        "points_avg_last_10": mean((game.points for game in long), 1, 4),
        "points_avg_season": mean((game.points for game in season), 1, 4),
        "points_std_last_10": standard_deviation([game.points for game in long]),
        "minutes_avg_last_10": mean((game.minutes for game in long), 10, 4),
        "usage_rate_last_10": mean((game.usage for game in long), 10, 4),
        "ts_pct_last_10": mean((game.true_shooting for game in long), 1000, 4),
        "games_played_season": len(season),
        "player_usage_rate_season": mean((game.usage for game in season), 10, 4),
        "assisted_rate_last_10": assisted_rate(long),
    }


def standard_deviation(points: Sequence[int]) -> float | None:
    """Return the sample standard deviation of some points: one division, one square root, four digits.

    >>> standard_deviation([24, 19, 33, 21, 9, 27, 16, 22, 30, 11]), standard_deviation([7])
    (7.7717, None)
    """
    count = len(points)
    if count < 2:
        return None
    spread = count * sum(number * number for number in points) - sum(points) ** 2
    return math.floor(math.sqrt(spread / (count * (count - 1))) * 10**4 + 0.5) / 10**4


def assisted_rate(games: Sequence[PlayerGame]) -> float | None:
    """Return the assisted makes of all makes, over the games where both are known."""
    both = [game for game in games if game.assisted is not None and game.field_goals is not None]
    return ratio(sum(known(game.assisted for game in both)), sum(known(game.field_goals for game in both)), 9)

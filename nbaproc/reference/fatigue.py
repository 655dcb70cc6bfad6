"""Rest and load of a player, from his games of the 30 days before a date (upcoming context 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from nbaproc.reference.history import Played
from nbaproc.reference.numbers import ratio


def fatigue(games: Sequence[Played], of_date: date) -> dict[str, object]:
    """Return the columns of a player's rest and load.

    Args:
        games: His games of the 30 days before the date, newest first.
        of_date: The date.
    """
    ages = [(of_date - game.game_date).days for game in games]
    gaps = [older - newer for newer, older in pairwise(ages)]
    week = [game for game, age in zip(games, ages, strict=True) if age < 7]
    fortnight = [game for game, age in zip(games, ages, strict=True) if age < 14]
    week_minutes = sum(game.minutes for game in week)
    week_usage = [game.usage for game in week if game.usage is not None]
    rested = (age for age, gap in zip(ages, gaps, strict=False) if gap >= 2)
    return {
        "days_rest": ages[0] if ages else None,
        "back_to_back": ages[:1] == [1],
        "days_rest_before_last_game": gaps[0] if gaps else None,
        "days_since_2_plus_days_rest": next(rested, None),
        "games_in_last_7_days": len(week),
        "games_in_last_14_days": len(fortnight),
        "minutes_in_last_7_days": week_minutes // 10,
        "minutes_in_last_14_days": sum(game.minutes for game in fortnight) // 10,
        "avg_minutes_per_game_last_7": ratio(week_minutes, 10 * len(week), 1),
        "back_to_backs_last_14_days": gaps[: max(0, len(fortnight) - 1)].count(1),
        "avg_usage_rate_last_7_games": ratio(sum(week_usage), 10 * len(week_usage), 1),
    }

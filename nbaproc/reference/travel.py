"""Travel of a team before a game (upcoming context 2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise, takewhile

from nbaproc.reference.numbers import total
from nbaproc.reference.team_games import TeamGame
from nbaproc.reference.venues import Leg, leg

#: Days before a date whose games start legs that count.
REACH = 14


def travel(game: TeamGame, prior: Sequence[TeamGame]) -> dict[str, object]:
    """Return the columns on a team's travel.

    Args:
        game: The game of the date.
        prior: The team's games of the season that are over, newest first.
    """
    miles, zones = last_leg(game, prior)
    start = game.game_date - timedelta(days=REACH)
    stops = [game, *takewhile(lambda entry: entry.game_date >= start, prior)]
    legs = [leg(earlier.location, later.location) for later, earlier in pairwise(stops)]
    return {
        "travel_miles": miles,
        "time_zone_changes": zones,
        "consecutive_road_games": road_games(game, prior),
        "miles_traveled_last_14_days": total(*(way[0] for way in legs)),
        "time_zones_crossed_last_14_days": total(*(way[1] for way in legs)),
    }


def last_leg(game: TeamGame, prior: Sequence[TeamGame]) -> Leg:
    """Return the way from the last game to this one; the first game of a season starts at home."""
    return leg(prior[0].location if prior else game.team, game.location)


def road_games(game: TeamGame, prior: Sequence[TeamGame]) -> int:
    """Return the away games in a row that this one ends; 0 at home."""
    return len(list(takewhile(lambda entry: not entry.is_home, [game, *prior])))

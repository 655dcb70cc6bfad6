"""A player's points: recent means, streaks against today's line, and who is a star (upcoming context 2.4 and 2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nbaproc.reference.history import Played
from nbaproc.reference.numbers import ratio

#: Days before a date whose games say how a star plays now.
STAR_DAYS = 10
#: Games of a season before somebody is a star.
STAR_GAMES = 10


def points_average(games: Sequence[Played], size: int) -> float | None:
    """Return the mean points of the newest games, fewer if there are fewer."""
    points = [game.points for game in games[:size]]
    return ratio(sum(points), len(points), 1)


def streaks(games: Sequence[Played], line: int | None) -> tuple[int, int]:
    """Return how many games in a row, newest first, were above the line, and how many below.

    Args:
        games: Games of the 30 days before the date, newest first.
        line: Today's line in tenths of a point; without one there is no streak.
    """
    if line is None:
        return (0, 0)
    over = under = 0
    for game in games:
        if 10 * game.points > line:
            if under:
                break
            over += 1
        elif 10 * game.points < line:
            if over:
                break
            under += 1
    return (over, under)


def is_star(games: Sequence[Played], of_date: date) -> bool:
    """Whether a player is a star of his team.

    He has ten games for it this season, and 18 points a game, or 28 minutes and 12 points; the last ten days count, if
    he played in them, else the season.

    Args:
        games: His games for the team in the season, before the date.
        of_date: The date.
    """
    start = of_date - timedelta(days=STAR_DAYS)
    recent = [game for game in games if game.game_date >= start]
    used = recent or games
    points, minutes, count = sum(game.points for game in used), sum(game.minutes for game in used), len(used)
    scores = points >= 18 * count
    carries = minutes >= 280 * count and points >= 12 * count
    return len(games) >= STAR_GAMES and (scores or carries)

"""When a game starts, and up to which moment something may be known of it (game summaries 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nbaproc.reference.calendar import eastern_noon
from nbaproc.reference.game import Game
from nbaproc.reference.notes import Notes

#: A start this much before the scheduled tip-off moves the cut forward.
EARLY_START = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a game, true instants.

    Attributes:
        tip_off: Start by the schedule, else by the odds feed; NULL if neither knows.
        cut: The moment up to which lines and props may be used.
    """

    tip_off: datetime | None
    cut: datetime


def times_of(games: Iterable[Game], starts: Mapping[str, Iterable[datetime]], notes: Notes) -> dict[str, Times]:
    """Return the times of games by game id, and count the games that the odds feed has start much too early.

    Args:
        games: The games.
        starts: All starts that rows of the odds feed name, by game id.
        notes: Where to count.
    """
    times = {}
    for game in games:
        start = min(starts.get(game.game_id, ()), default=None)
        times[game.game_id] = Times(game.tip_off or start, cut_time(game, start))
        if is_early(game, start):
            notes.count("tip_mismatch", "", f"{game.game_date} {game.game_id}")
    return times


def cut_time(game: Game, start: datetime | None) -> datetime:
    """Return the moment up to which a line may be used.

    The scheduled tip-off, else the start the odds feed gives, else noon in New York; the start also where it is more
    than two hours before the tip-off.
    """
    tip = game.tip_off or start
    if tip is None:
        return eastern_noon(game.game_date)
    return start if start is not None and is_early(game, start) else tip


def is_early(game: Game, start: datetime | None) -> bool:
    """Whether the odds feed has a game start more than two hours before the scheduled tip-off."""
    return start is not None and game.tip_off is not None and start < game.tip_off - EARLY_START

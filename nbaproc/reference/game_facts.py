"""Everything the three tables need to know about one game."""

from __future__ import annotations

from dataclasses import dataclass

from nbaproc.reference.game import Game
from nbaproc.reference.shots import GameShots
from nbaproc.reference.source_choice import Choice
from nbaproc.reference.team_base import Length, TeamBase


@dataclass(frozen=True, slots=True)
class GameFacts:
    """A game that has a box score of both teams.

    Attributes:
        game: Who played whom and when.
        choice: The player source, which may be none.
        base: The box score of both teams.
        length: Overtimes.
        shots: The accepted shot source, NULL if none was.
    """

    game: Game
    choice: Choice
    base: TeamBase
    length: Length
    shots: GameShots | None

    def margin(self, team: str) -> int | None:
        """Return the points a team was ahead at the end."""
        own = self.base.lines[team].box.points
        opponents = self.base.lines[self.game.other(team)].box.points
        return None if own is None or opponents is None else own - opponents

    def won(self, team: str) -> bool | None:
        """Whether a team won; NULL where that is unknown or nobody did."""
        margin = self.margin(team)
        return margin > 0 if margin else None

"""A box-score line, and a cleaned player row around it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BoxScore:
    """The counts of a player or a team in one game; NULL where the source does not know."""

    points: int | None = None
    assists: int | None = None
    offensive_rebounds: int | None = None
    defensive_rebounds: int | None = None
    rebounds: int | None = None
    steals: int | None = None
    blocks: int | None = None
    turnovers: int | None = None
    fouls: int | None = None
    fg_makes: int | None = None
    fg_attempts: int | None = None
    three_makes: int | None = None
    three_attempts: int | None = None
    ft_makes: int | None = None
    ft_attempts: int | None = None

    def counts(self) -> list[int | None]:
        """Return all fifteen counts in declared order."""
        return [getattr(self, name) for name in COUNTS]


#: Names of the fifteen counts.
COUNTS = tuple(field.name for field in fields(BoxScore))
#: The line of somebody who did not play.
NO_BOX_SCORE = BoxScore()


@dataclass(frozen=True, slots=True)
class PlayerLine:
    """A cleaned row of one player source: who was listed for a team in a game, and what he did.

    Attributes:
        source: nbac_gamebook, nbac_boxscores or bdl_boxscores.
        game_id: Canonical game id.
        team: Team code, one of the game's two.
        lookup: `player_lookup`, LK of the name.
        name_key: NK of the name, for matching only.
        full_name: Name column of the source.
        status: active, dnp or inactive, after the source's own status was checked against the statistics.
        dnp_reason: Printed reason, where the source itself says dnp.
        nba_player_id: The league's number of the person.
        seconds: Playing time.
        box: The counts.
        plus_minus: Score difference while on the floor.
        processed_at: When the source loaded the row.
        data_hash: The source's hash of the row.
    """

    source: str
    game_id: str
    team: str
    lookup: str
    name_key: str
    full_name: str | None
    status: str
    dnp_reason: str | None
    nba_player_id: int | None
    seconds: int | None
    box: BoxScore
    plus_minus: int | None
    processed_at: datetime | None
    data_hash: str | None

    @property
    def is_active(self) -> bool:
        """Whether the player took part in the game."""
        return self.status == "active"

    @property
    def was_on_the_floor(self) -> bool:
        """Whether an active row shows playing time or points."""
        return self.is_active and ((self.seconds or 0) > 0 or (self.box.points or 0) > 0)

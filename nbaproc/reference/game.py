"""A game: who plays whom, when and where, and how it ended (game summaries 2.1 and 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nbaproc.reference.calendar import season_year
from nbaproc.reference.teams import Pair, pair_of
from nbaproc.reference.venues import NOWHERE, Venue


@dataclass(frozen=True, slots=True)
class Game:
    """One game of the cleaned schedule, or a fallback game that only box scores know.

    Attributes:
        game_date: Eastern date.
        away: Code of the visiting team.
        home: Code of the home team.
        game_id: Canonical id, `YYYYMMDD_AWAY_HOME`.
        nba_game_id: The league's ten digits, NULL where no source has them.
        raw_id: Id of the schedule row.
        kind: regular, playoff or play_in; empty for a fallback game.
        status: 1 scheduled, 2 live, 3 final; NULL for a fallback game.
        final: The game is over and has a score (or is a fallback game).
        away_score: Final score of the visitors.
        home_score: Final score of the home team.
        tip_off: Scheduled start, a true instant.
        in_schedule: False for a fallback game.
        processed_at: When the schedule row was loaded.
        data_hash: The source's hash of the schedule row.
        winner: Code of the team that won a final game; NULL if nobody did.
        is_primetime: Shown in a national broadcast window.
        venue: What the schedule says of the place.
    """

    game_date: date
    away: str
    home: str
    game_id: str
    nba_game_id: str | None
    raw_id: str
    kind: str
    status: int | None
    final: bool
    away_score: int | None
    home_score: int | None
    tip_off: datetime | None
    in_schedule: bool
    processed_at: datetime | None = None
    data_hash: str | None = None
    winner: str | None = None
    is_primetime: bool | None = None
    venue: Venue = NOWHERE

    @property
    def season_year(self) -> int:
        """First year of the season."""
        return season_year(self.game_date)

    @property
    def teams(self) -> tuple[str, str]:
        """Visitors first, then the home team."""
        return (self.away, self.home)

    @property
    def pair(self) -> Pair:
        """Both teams in alphabetical order."""
        return pair_of(self.away, self.home)

    def other(self, team: str) -> str:
        """Return the opponent of one of the two teams."""
        return self.home if team == self.away else self.away

    def score(self, team: str) -> int | None:
        """Return the final score of one of the two teams, NULL for a fallback game."""
        return self.home_score if team == self.home else self.away_score

    def shares_a_team_with(self, other: Game) -> bool:
        """Whether one team is in both games."""
        return bool({self.away, self.home} & {other.away, other.home})


def canonical_id(game_date: date, away: str, home: str) -> str:
    """Write the canonical game id.

    >>> canonical_id(date(2025, 1, 15), "NYK", "PHI")
    '20250115_NYK_PHI'
    """
    return f"{game_date:%Y%m%d}_{away}_{home}"


def fallback_game(game_date: date, away: str, home: str, nba_game_id: str | None) -> Game:
    """Make a game that is in no schedule: over for our purposes, without scores and without a tip-off."""
    game_id = canonical_id(game_date, away, home)
    return Game(
        game_date=game_date,
        away=away,
        home=home,
        game_id=game_id,
        nba_game_id=nba_game_id,
        raw_id="",
        kind="",
        status=None,
        final=True,
        away_score=None,
        home_score=None,
        tip_off=None,
        in_schedule=False,
    )

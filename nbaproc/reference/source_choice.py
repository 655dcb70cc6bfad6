"""Which player source a game is told by: the first one that is complete (game summaries 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nbaproc.failures import Category
from nbaproc.reference.game import Game
from nbaproc.reference.minutes import is_off, overtimes
from nbaproc.reference.notes import PGS, Finding, Notes, reason
from nbaproc.reference.player_line import PlayerLine
from nbaproc.reference.player_rows import PlayerRows

#: Active players a team needs in a usable source.
ENOUGH_PLAYERS = 5
#: Overtimes beyond which the minutes are not believed.
MOST_OVERTIMES = 6


@dataclass(frozen=True, slots=True)
class TeamSum:
    """The active players of a team in one source: how many, and their seconds and points with NULL as 0."""

    players: int
    seconds: int
    points: int


@dataclass(slots=True)
class Choice:
    """The player source of a game.

    Attributes:
        source: Player source, NULL if none is usable.
        lines: Its rows: active, dnp and inactive.
        sums: Its active players by team.
    """

    source: str | None = None
    lines: list[PlayerLine] = field(default_factory=list)
    sums: dict[str, TeamSum] = field(default_factory=dict)

    @property
    def active(self) -> list[PlayerLine]:
        """The rows of the players who took part."""
        return [line for line in self.lines if line.is_active]


def choose_source(game: Game, sources: Sequence[PlayerRows], notes: Notes) -> Choice:
    """Choose the first usable source, in order of priority; record those with rows that were not."""
    rejected: list[str] = []
    choice = Choice()
    for rows in sources:
        if not rows.raw_rows:
            continue
        sums = {team: sum_team(rows.lines, team) for team in game.teams}
        failed = failed_tests(game, rows.source, sums)
        if not failed:
            choice = Choice(rows.source, rows.lines, sums)
            break
        rejected.append(rows.source)
        why = _why_rejected(game, rows.source, sums, failed)
        notes.find(
            PGS, Finding(game.game_date, "GAME", game.game_id, Category.SOURCE_REJECTED, why, detail=rows.source)
        )
    if choice.source is None:
        _report_no_source(game, rejected, notes)
    return choice


def sum_team(lines: Sequence[PlayerLine], team: str) -> TeamSum:
    """Add up the active players of a team."""
    active = [line for line in lines if line.is_active and line.team == team]
    return TeamSum(
        players=len(active),
        seconds=sum(line.seconds or 0 for line in active),
        points=sum(line.box.points or 0 for line in active),
    )


def failed_tests(game: Game, source: str, sums: dict[str, TeamSum]) -> list[str]:
    """Return the tests a source fails in a game; a game book need only list enough players."""
    failed = []
    if any(team.players < ENOUGH_PLAYERS for team in sums.values()):
        failed.append("active_rows")
    if source == "nbac_gamebook":
        return failed
    if any(_has_wrong_minutes(team.seconds) for team in sums.values()):
        failed.append("minutes")
    if game.in_schedule and any(sums[team].points != game.score(team) for team in game.teams):
        failed.append("points")
    return failed


def _has_wrong_minutes(seconds: int) -> bool:
    periods = overtimes(seconds)
    return periods > MOST_OVERTIMES or is_off(seconds, periods)


def _why_rejected(game: Game, source: str, sums: dict[str, TeamSum], failed: list[str]) -> str:
    values: list[object] = [source, "+".join(failed)]
    for team in game.teams:
        values += [team, sums[team].players, sums[team].seconds, sums[team].points]
    values.append(f"{game.away_score}-{game.home_score}" if game.in_schedule else "unknown")
    return reason("source_rejected", *values)


def _report_no_source(game: Game, rejected: list[str], notes: Notes) -> None:
    if rejected:
        why, group = reason("no_usable_player_source", ", ".join(rejected)), "data"
    else:
        why, group = reason("no_player_row"), "upstream"
    notes.find(
        PGS,
        Finding(game.game_date, "GAME", game.game_id, Category.NO_PLAYER_SOURCE, why, failure_class=group),
    )

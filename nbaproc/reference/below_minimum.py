"""Why somebody has no row: too few games, and why they are too few (zone analysis 5, runtime 8.2 and 8.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nbaproc.failures import Category
from nbaproc.reference.completeness import Completeness
from nbaproc.reference.notes import Finding, reason

#: Days whose games are looked at one by one.
DAYS = timedelta(days=14)
#: Games of the team in them below which there is nothing to say.
LEAST_GAMES = 5


@dataclass(frozen=True, slots=True)
class MissingGames:
    """The games of his team that a player did not play lately.

    Attributes:
        type: Why they are missing.
        is_correctable: Whether loading them would help.
        status: Whether anybody need look.
        dates: Their dates.
    """

    type: str
    is_correctable: bool
    status: str
    dates: tuple[date, ...]


def missing_games(
    of_date: date, team_dates: Sequence[date], played_dates: Collection[date], covered_dates: Collection[date]
) -> MissingGames:
    """Say why a player's games of the last fourteen days are missing.

    Args:
        of_date: The date.
        team_dates: Dates of the games of his team that are over, of the season and before the date, in order.
        played_dates: Dates on which he played, for whatever team.
        covered_dates: Dates on which there are rows of his team at all.
    """
    expected = [game_date for game_date in team_dates if game_date >= of_date - DAYS]
    missing = tuple(game_date for game_date in expected if game_date not in played_dates)
    not_there = [game_date for game_date in missing if game_date not in covered_dates]
    if not missing:
        return MissingGames("COMPLETE", False, "UNRESOLVED", missing)
    if len(expected) < LEAST_GAMES:
        return MissingGames("INSUFFICIENT_HISTORY", False, "PERMANENT", missing)
    if len(not_there) == len(missing):
        return MissingGames("DATA_GAP", True, "UNRESOLVED", missing)
    if not not_there:
        return MissingGames("PLAYER_DNP", False, "PERMANENT", missing)
    return MissingGames("MIXED", True, "UNRESOLVED", missing)


def category_of(games: int, minimum: int, found: Completeness, *, is_team: bool) -> Category | None:
    """Return the category of an entity with so many games, NULL if they are enough."""
    if games >= minimum:
        return None
    if found.expected < minimum:
        return Category.EXPECTED_INCOMPLETE
    if is_team or not found.is_ready:
        return Category.INCOMPLETE_UPSTREAM
    return Category.INSUFFICIENT_DATA


def too_few_games(
    entity: tuple[date, str, str],
    category: Category,
    games: int,
    minimum: int,
    found: Completeness,
    missing: MissingGames | None = None,
) -> Finding:
    """Return the finding on an entity below the minimum of a zone table.

    Args:
        entity: The date, the kind of entity and its id.
        category: Why it has no row.
        games: Its games.
        minimum: How many it needs.
        found: How complete its window is.
        missing: What is known of a player's missing games.
    """
    numbers = (games, found.expected, found.actual, found.sat_out, minimum)
    return explained(Finding(*entity, category, reason("below_minimum", *numbers)), found, missing)


def explained(finding: Finding, found: Completeness, missing: MissingGames | None = None) -> Finding:
    """Return a finding with the games of the window, and with what is known of the missing ones."""
    finding = replace(finding, expected_game_count=found.expected, actual_game_count=found.actual)
    if missing is None:
        return finding
    return replace(
        finding,
        failure_type=missing.type,
        is_correctable=missing.is_correctable,
        missing_game_dates=missing.dates,
        resolution_status=missing.status,
    )

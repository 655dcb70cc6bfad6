"""Who has a place in the feature store on a date, game by game (feature store 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbaproc.failures import Category
from nbaproc.reference.game import Game
from nbaproc.reference.look_back import Day
from nbaproc.reference.notes import Finding, reason
from nbaproc.reference.raw_rows import RawRow, flag, text


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A player of a game.

    Attributes:
        game: The game.
        lookup: The player.
        person: His id in the registry.
        team: His team.
        opponent: The other team.
        is_home: Whether his team is the home team of the schedule.
    """

    game: Game
    lookup: str
    person: str | None
    team: str
    opponent: str
    is_home: bool | None


def read_roster(day: Day, context: Iterable[RawRow]) -> tuple[list[RosterRow], list[Finding]]:
    """Return the players of a date, each once, and what is to be said of them and of their games.

    A game that is over has the players who took part, any other one has everybody of its pre-game context. A player of
    two games keeps the one that is over, among equals the one with the smaller id.

    Args:
        day: The date.
        context: Pre-game context of the players.
    """
    expected: dict[str, list[RawRow]] = {}
    for row in context:
        expected.setdefault(str(row["game_id"]), []).append(row)
    kept: dict[str, RosterRow] = {}
    findings = []
    for game in sorted(day.games, key=lambda game: (not game.final, game.game_id)):
        if game.final:
            players = _who_played(day, game)
        else:
            players = [_who_is_expected(game, row) for row in expected.get(game.game_id, ())]
        if game.final and not players:
            entity = day.entity("GAME", game.game_id)
            findings.append(Finding(*entity, Category.INCOMPLETE_UPSTREAM, reason("no_played_row")))
        for player in players:
            winner = kept.setdefault(player.lookup, player)
            if winner is not player:
                why = reason("two_games", winner.game.game_id, game.game_id)
                findings.append(Finding(*day.entity("PLAYER", player.lookup), Category.DUPLICATE_PLAYER, why))
    return list(kept.values()), findings


def _who_played(day: Day, game: Game) -> list[RosterRow]:
    return [
        RosterRow(game, row.lookup, row.person, row.team, row.opponent or "", row.is_home)
        for row in day.past.history.listed_on(day.of_date)
        if row.game_id == game.game_id and row.has_played
    ]


def _who_is_expected(game: Game, row: RawRow) -> RosterRow:
    return RosterRow(
        game=game,
        lookup=str(row["player_lookup"]),
        person=text(row, "universal_player_id"),
        team=str(row["team_abbr"]),
        opponent=str(row["opponent_team_abbr"]),
        is_home=flag(row, "home_game"),
    )

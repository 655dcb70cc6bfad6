"""What the schedule says of the days after a game (upcoming context 2.10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from nbaproc.reference.numbers import ratio
from nbaproc.reference.team_games import TeamGame, TeamGames

#: Days ahead in which games are counted.
REACH = 7
REGULAR = "regular"


def ahead(game: TeamGame, games: TeamGames) -> dict[str, object]:
    """Return the columns on the days to come; but for the opponent's rest all are NULL outside the regular season."""
    season, of_date = game.game.season_year, game.game_date
    opponent_prior = games.prior(game.opponent, season, of_date)
    columns: dict[str, object] = {
        "next_game_days_rest": None,
        "games_in_next_7_days": None,
        "next_opponent_win_pct": None,
        "next_game_is_primetime": None,
        "opponent_days_rest": (of_date - opponent_prior[0].game_date).days if opponent_prior else None,
        "opponent_games_in_next_7_days": None,
        "opponent_next_game_days_rest": None,
    }
    if game.game.kind != REGULAR:
        return columns
    own, others = games.ahead(game.team, season, of_date), games.ahead(game.opponent, season, of_date)
    next_game = own[0] if own else None
    return columns | {
        "next_game_days_rest": _days_to_next(own, of_date),
        "games_in_next_7_days": _games_soon(own, of_date),
        "next_opponent_win_pct": win_share(games.prior(next_game.opponent, season, of_date)) if next_game else None,
        "next_game_is_primetime": next_game.game.is_primetime if next_game else False,
        "opponent_games_in_next_7_days": _games_soon(others, of_date),
        "opponent_next_game_days_rest": _days_to_next(others, of_date),
    }


def win_share(prior: Sequence[TeamGame]) -> float | None:
    """Return the share of games that were won."""
    return ratio(sum(entry.won for entry in prior), len(prior), 3)


def _days_to_next(coming: Sequence[TeamGame], of_date: date) -> int | None:
    return (coming[0].game_date - of_date).days if coming else None


def _games_soon(coming: Sequence[TeamGame], of_date: date) -> int:
    return sum(entry.game_date <= of_date + timedelta(days=REACH) for entry in coming)

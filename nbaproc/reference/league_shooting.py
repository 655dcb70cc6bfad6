"""How well the league shoots from each zone: the mean of its teams over 30 days (zone analysis 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nbaproc.reference.numbers import hu
from nbaproc.reference.season_games import DefenseGame, SeasonGames
from nbaproc.reference.windows import add_up

#: Days the averages go back, to the opener at most.
DAYS = timedelta(days=30)
#: Games a team needs to enter them, and teams that are needed.
LEAST_GAMES, LEAST_TEAMS = 10, 10
#: Shares are kept in billionths.
BILLIONTHS = 9


@dataclass(frozen=True, slots=True)
class League:
    """Shares made from each zone in billionths, and the teams they are of; 0 teams stands for constants."""

    paint: int
    mid_range: int
    three: int
    teams: int


#: What stands in while too few teams have played enough.
USUAL = League(580_000_000, 410_000_000, 355_000_000, 0)


def league_at(games: SeasonGames[DefenseGame], season: int, opener: date, of_date: date) -> League:
    """Return the averages of a date."""
    start = max(opener, of_date - DAYS)
    teams = games.entities(season, start, of_date)
    return league_of(games.between(season, team, start, of_date) for team in teams)


def league_of(games_of_teams: Iterable[Sequence[DefenseGame]]) -> League:
    """Return the averages of some teams: the mean of their shares, each rounded first."""
    shares = [found for found in map(team_shares, games_of_teams) if found is not None]
    teams = len(shares)
    if teams < LEAST_TEAMS:
        return USUAL
    paint, mid_range, three = (hu(sum(of_zone), teams, 0) or 0 for of_zone in zip(*shares, strict=True))
    return League(paint, mid_range, three, teams)


def team_shares(games: Sequence[DefenseGame]) -> tuple[int, int, int] | None:
    """Return the shares a team allowed from each zone; NULL if it has too few games, or a zone without attempts."""
    if len(games) < LEAST_GAMES:
        return None
    with_zones = [game for game in games if game.has_zones]
    with_threes = [game for game in games if game.three.attempts is not None]
    shares = []
    for attempts, makes in (
        add_up(game.paint for game in with_zones),
        add_up(game.mid_range for game in with_zones),
        add_up(game.three for game in with_threes),
    ):
        share = hu(makes, attempts, BILLIONTHS)
        if share is None:
            return None
        shares.append(share)
    return (shares[0], shares[1], shares[2])

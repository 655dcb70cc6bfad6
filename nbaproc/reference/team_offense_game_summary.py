"""TOGS: what a team did with the ball in one game, a row per team and game (game summaries 4)."""

from __future__ import annotations

from nbaproc.reference.game_facts import GameFacts
from nbaproc.reference.numbers import hu, ratio, times, total
from nbaproc.reference.player_line import BoxScore
from nbaproc.reference.quality import team_bookkeeping
from nbaproc.reference.shot_feeds import MID, PAINT


def build_rows(facts: GameFacts) -> list[dict[str, object]]:
    """Return the rows of both teams of a game."""
    return [build_row(facts, team) for team in facts.game.teams]


def build_row(facts: GameFacts, team: str) -> dict[str, object]:
    """Return the row of a team."""
    game, line = facts.game, facts.base.lines[team]
    box = line.box
    return {
        "game_id": game.game_id,
        "nba_game_id": game.nba_game_id,
        "game_date": game.game_date,
        "season_year": game.season_year,
        "team_abbr": team,
        "opponent_team_abbr": game.other(team),
        "home_game": team == game.home,
        "win_flag": facts.won(team),
        "margin_of_victory": facts.margin(team),
        "overtime_periods": facts.length.overtime_periods,
        "points_scored": box.points,
        "fg_attempts": box.fg_attempts,
        "fg_makes": box.fg_makes,
        "three_pt_attempts": box.three_attempts,
        "three_pt_makes": box.three_makes,
        "ft_attempts": box.ft_attempts,
        "ft_makes": box.ft_makes,
        "rebounds": box.rebounds,
        "offensive_rebounds": box.offensive_rebounds,
        "defensive_rebounds": box.defensive_rebounds,
        "assists": box.assists,
        "steals": box.steals,
        "blocks": box.blocks,
        "turnovers": box.turnovers,
        "personal_fouls": box.fouls,
        **_zones(facts, team),
        **pace_and_rating(line.possessions, box.points, facts.length.seconds),
        "ts_pct": true_shooting(box),
        **team_bookkeeping(facts, team),
    }


def rounded_possessions(possessions: int | None) -> int | None:
    """Round possessions from hundredths to tenths; without a positive number there are none.

    >>> rounded_possessions(13012), rounded_possessions(4), rounded_possessions(None)
    (1301, None, None)
    """
    tenths = hu(possessions, 100, 1)
    return tenths if tenths is not None and tenths > 0 else None


def pace_and_rating(possessions: int | None, points: int | None, game_seconds: int) -> dict[str, object]:
    """Return possessions, pace and offensive rating, from possessions at one decimal.

    >>> pace_and_rating(13012, 134, 3480)
    {'possessions': 130, 'pace': 107.7, 'offensive_rating': 103.0}
    """
    tenths = rounded_possessions(possessions)
    return {
        "possessions": None if tenths is None else tenths // 10,
        "pace": ratio(times(2880, tenths), 10 * game_seconds, 1),
        "offensive_rating": ratio(times(1000, points), tenths, 2),
    }


def true_shooting(box: BoxScore) -> float | None:
    """Return points per two shooting attempts, at three decimals."""
    return ratio(times(100, box.points), total(times(200, box.fg_attempts), times(88, box.ft_attempts)), 3)


def _zones(facts: GameFacts, team: str) -> dict[str, object]:
    """Return the team's own shots by zone, NULL without an accepted shot source."""
    shots = facts.shots.teams[team] if facts.shots is not None else None
    paint_makes = shots.makes[PAINT] if shots is not None else None
    return {
        "team_paint_attempts": shots.attempts[PAINT] if shots is not None else None,
        "team_paint_makes": paint_makes,
        "team_mid_range_attempts": shots.attempts[MID] if shots is not None else None,
        "team_mid_range_makes": shots.makes[MID] if shots is not None else None,
        "points_in_paint_scored": times(2, paint_makes),
    }

"""TDGS: what a team allowed in one game, a row per defending team and game (game summaries 5)."""

from __future__ import annotations

from nbaproc.reference.game_facts import GameFacts
from nbaproc.reference.numbers import ratio, times
from nbaproc.reference.quality import team_bookkeeping
from nbaproc.reference.shot_feeds import MID, PAINT, THREE
from nbaproc.reference.team_offense_game_summary import rounded_possessions, true_shooting


def build_rows(facts: GameFacts) -> list[dict[str, object]]:
    """Return the rows of both teams of a game."""
    return [build_row(facts, team) for team in facts.game.teams]


def build_row(facts: GameFacts, team: str) -> dict[str, object]:
    """Return the row of a defending team."""
    game, opponent = facts.game, facts.game.other(team)
    own, line = facts.base.lines[team].box, facts.base.lines[opponent]
    box = line.box
    possessions = line.possessions if rounded_possessions(line.possessions) is not None else None
    return {
        "game_id": game.game_id,
        "nba_game_id": game.nba_game_id,
        "game_date": game.game_date,
        "season_year": game.season_year,
        "defending_team_abbr": team,
        "opponent_team_abbr": opponent,
        "home_game": team == game.home,
        "win_flag": facts.won(team),
        "margin_of_victory": facts.margin(team),
        "overtime_periods": facts.length.overtime_periods,
        "points_allowed": box.points,
        "opp_fg_attempts": box.fg_attempts,
        "opp_fg_makes": box.fg_makes,
        "opp_three_pt_attempts": box.three_attempts,
        "opp_three_pt_makes": box.three_makes,
        "opp_ft_attempts": box.ft_attempts,
        "opp_ft_makes": box.ft_makes,
        "opp_rebounds": box.rebounds,
        "opp_assists": box.assists,
        "turnovers_forced": box.turnovers,
        "fouls_committed": own.fouls,
        "steals": own.steals,
        "defensive_rebounds": own.defensive_rebounds,
        **_zones(facts, opponent),
        "three_pt_points_allowed": times(3, box.three_makes),
        **_blocks(facts, opponent),
        "defensive_rating": ratio(times(10000, box.points), possessions, 2),
        "opponent_pace": ratio(times(2880, possessions), 100 * facts.length.seconds, 1),
        "opponent_ts_pct": true_shooting(box),
        **team_bookkeeping(facts, opponent),
    }


def _zones(facts: GameFacts, opponent: str) -> dict[str, object]:
    """Return the opponent's shots by zone, NULL without an accepted shot source."""
    shots = facts.shots.teams[opponent] if facts.shots is not None else None
    paint_makes = shots.makes[PAINT] if shots is not None else None
    mid_makes = shots.makes[MID] if shots is not None else None
    return {
        "opp_paint_attempts": shots.attempts[PAINT] if shots is not None else None,
        "opp_paint_makes": paint_makes,
        "opp_mid_range_attempts": shots.attempts[MID] if shots is not None else None,
        "opp_mid_range_makes": mid_makes,
        "points_in_paint_allowed": times(2, paint_makes),
        "mid_range_points_allowed": times(2, mid_makes),
    }


def _blocks(facts: GameFacts, opponent: str) -> dict[str, object]:
    """Return the opponent's shots that were blocked, NULL where the shot source does not know."""
    knows = facts.shots is not None and facts.shots.knows_creation
    blocked = facts.shots.teams[opponent].blocked if facts.shots is not None and knows else None
    return {
        "blocks_paint": blocked[PAINT] if blocked is not None else None,
        "blocks_mid_range": blocked[MID] if blocked is not None else None,
        "blocks_three_pt": blocked[THREE] if blocked is not None else None,
    }

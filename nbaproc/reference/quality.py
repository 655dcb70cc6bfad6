"""Bookkeeping that the two team tables share (game summaries 10.1 and 10.2)."""

from __future__ import annotations

from collections.abc import Iterable

from nbaproc.reference.game_facts import GameFacts
from nbaproc.reference.minutes import is_off
from nbaproc.reference.player_line import BoxScore
from nbaproc.reference.team_base import FROM_PLAYERS

#: Issues that only say which source was chosen.
HARMLESS = ("backup_source_used", "reconstructed")
#: Score from which a row may be used.
READY = 50
#: Quality score by tier.
SCORES = {"gold": 100, "silver": 85}
#: Points a team cannot miss or pass in a real game.
LOWEST_SCORE, HIGHEST_SCORE = 50, 200


def bookkeeping(
    primary: str, sources: Iterable[str | None], shot_source: str | None, tier: str, score: int, issues: list[str]
) -> dict[str, object]:
    """Return the bookkeeping columns of a row."""
    return {
        "primary_source_used": primary,
        "shot_zones_source": shot_source,
        "data_sources": [source for source in sources if source is not None],
        "quality_tier": tier,
        "quality_score": float(score),
        "quality_issues": issues,
        "processed_with_issues": any(issue not in HARMLESS for issue in issues),
        "is_production_ready": score >= READY,
    }


def team_bookkeeping(facts: GameFacts, box_team: str) -> dict[str, object]:
    """Return the bookkeeping columns of a team row, judged by the box score of one of the teams."""
    shot_source = facts.shots.source if facts.shots is not None else None
    tier = "silver" if facts.base.source == FROM_PLAYERS else "gold"
    issues = team_issues(facts, facts.base.lines[box_team].box)
    return bookkeeping(facts.base.source, [facts.base.source, shot_source], shot_source, tier, SCORES[tier], issues)


def team_issues(facts: GameFacts, box: BoxScore) -> list[str]:
    """Return what is missing or odd about a team row, in the fixed order."""
    found = {
        "reconstructed": facts.base.source == FROM_PLAYERS,
        "shot_zones_unavailable": facts.shots is None,
        "points_calculation_mismatch": _points_do_not_add_up(box),
        "unrealistic_team_score": box.points is not None and not LOWEST_SCORE <= box.points <= HIGHEST_SCORE,
        "impossible_shooting": _is_impossible(box),
        "minutes_total_mismatch": any(_minutes_are_off(facts, team) for team in facts.game.teams),
        "points_total_mismatch": any(_points_differ(facts, team) for team in facts.game.teams),
        "overtime_unknown": facts.length.is_unknown,
        "game_not_in_schedule": not facts.game.in_schedule,
    }
    return [issue for issue, is_there in found.items() if is_there]


def _points_do_not_add_up(box: BoxScore) -> bool:
    if box.points is None or box.fg_makes is None or box.three_makes is None or box.ft_makes is None:
        return False
    return box.points != 2 * (box.fg_makes - box.three_makes) + 3 * box.three_makes + box.ft_makes


def _is_impossible(box: BoxScore) -> bool:
    made_and_tried = (
        (box.fg_makes, box.fg_attempts),
        (box.three_makes, box.three_attempts),
        (box.ft_makes, box.ft_attempts),
    )
    return any(made is not None and tried is not None and made > tried for made, tried in made_and_tried)


def _minutes_are_off(facts: GameFacts, team: str) -> bool:
    """Whether a team's minutes do not fit the length of the game, in its own box score or in its players'."""
    periods = facts.length.overtime_periods
    told = [facts.base.lines[team].seconds]
    if facts.choice.source is not None:
        told.append(facts.choice.sums[team].seconds)
    return any(seconds is not None and is_off(seconds, periods) for seconds in told)


def _points_differ(facts: GameFacts, team: str) -> bool:
    """Whether a team's points differ from the schedule's score or from the sum of its players."""
    points = facts.base.lines[team].box.points
    if points is None:
        return False
    told = [facts.game.score(team)]
    if facts.choice.source is not None:
        told.append(facts.choice.sums[team].points)
    return any(other is not None and other != points for other in told)

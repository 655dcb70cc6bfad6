"""PGS: what a player did in one game, a row per player and game (game summaries 7.3 and 8)."""

from __future__ import annotations

from dataclasses import dataclass

from nbaproc.reference.calendar import season_text
from nbaproc.reference.game_facts import GameFacts
from nbaproc.reference.identity import Identities, Identity
from nbaproc.reference.numbers import hu, ratio, shown, times, total
from nbaproc.reference.player_line import BoxScore, PlayerLine
from nbaproc.reference.quality import SCORES, bookkeeping
from nbaproc.reference.quotes import PointsLine
from nbaproc.reference.shot_feeds import MID, PAINT, THREE
from nbaproc.reference.shots import GameShots, ShotCounts

#: Playing time above which a player is taken for a starter.
STARTER_SECONDS = 1200
#: Usage, in tenths of a percent, above which it is not believed.
HIGHEST_USAGE = 1000
#: Why somebody did not play: the first group with a word in the printed reason.
DNP_WORDS = {
    "injury": (
        *("injury", "injured", "illness", "sprain", "strain", "sore", "pain", "surgery", "concussion", "knee"),
        *("ankle", "back", "hamstring", "shoulder", "hip", "foot", "calf", "quad", "groin", "wrist", "elbow"),
    ),
    "rest": ("rest", "load management", "recovery", "maintenance", "scheduled rest", "precautionary"),
    "personal": ("personal", "family", "birth", "funeral", "bereavement"),
    "coach_decision": ("coach", "decision", "not with team", "suspension", "team decision", "disciplinary"),
}


@dataclass(frozen=True, slots=True)
class Usage:
    """Share of the team's plays a player used while on the floor, and whether it was too high to be believed."""

    rate: float | None
    is_out_of_range: bool = False


def build_row(
    facts: GameFacts, line: PlayerLine, points_line: PointsLine | None, identities: Identities
) -> dict[str, object]:
    """Return the row of a player who was active or did not play."""
    game, box = facts.game, line.box
    is_dnp = not line.is_active
    minutes = hu(line.seconds, 60, 1)
    is_played = not is_dnp and box.points is not None and ((minutes or 0) > 0 or box.points > 0)
    identity = identities.resolve(line.lookup, line.nba_player_id, line.team, season_text(game.season_year))
    usage = usage_rate(box, line.seconds, facts.base.lines[line.team].plays, facts.length.seconds)
    zones = shot_columns(facts.shots, line)
    return {
        "player_lookup": line.lookup,
        "universal_player_id": identity.universal_player_id,
        "player_full_name": line.full_name,
        "game_id": game.game_id,
        "game_date": game.game_date,
        "season_year": game.season_year,
        "team_abbr": line.team,
        "opponent_team_abbr": game.other(line.team),
        "home_game": line.team == game.home,
        "is_active": not is_dnp,
        "is_dnp": is_dnp,
        "player_status": line.status,
        "dnp_reason": line.dnp_reason,
        "dnp_reason_category": dnp_category(line.dnp_reason),
        "minutes_played": shown(minutes, 1),
        "points": box.points,
        "assists": box.assists,
        "offensive_rebounds": box.offensive_rebounds,
        "defensive_rebounds": box.defensive_rebounds,
        "steals": box.steals,
        "blocks": box.blocks,
        "turnovers": box.turnovers,
        "personal_fouls": box.fouls,
        "plus_minus": line.plus_minus,
        "fg_attempts": box.fg_attempts,
        "fg_makes": box.fg_makes,
        "three_pt_attempts": box.three_attempts,
        "three_pt_makes": box.three_makes,
        "ft_attempts": box.ft_attempts,
        "ft_makes": box.ft_makes,
        **zones,
        "has_complete_shot_zones": located_shots(zones) is not None and located_shots(zones) == box.fg_attempts,
        "usage_rate": usage.rate,
        "ts_pct": true_shooting(box),
        "efg_pct": effective_field_goals(box),
        "starter_flag": (line.seconds or 0) > STARTER_SECONDS,
        "win_flag": facts.won(line.team),
        **line_columns(points_line, box.points if is_played else None),
        **_quality(facts, line, zones, usage, identity),
    }


def usage_rate(box: BoxScore, seconds: int | None, team_plays: int | None, game_seconds: int) -> Usage:
    """Return 100 · plays of the player · length of the game / (his seconds · plays of the team).

    >>> usage_rate(BoxScore(fg_attempts=22, ft_attempts=6, turnovers=3), 2070, 10956, 2880)
    Usage(rate=35.1, is_out_of_range=False)
    >>> usage_rate(BoxScore(fg_attempts=3, ft_attempts=0, turnovers=1), 90, 10956, 2880)
    Usage(rate=None, is_out_of_range=True)
    """
    plays = total(times(100, box.fg_attempts), 44 * (box.ft_attempts or 0), times(100, box.turnovers))
    if plays is None or seconds is None or seconds <= 0 or team_plays is None or team_plays <= 0:
        return Usage(None)
    tenths = hu(100 * plays * game_seconds, seconds * team_plays, 1)
    if tenths is not None and tenths > HIGHEST_USAGE:
        return Usage(None, is_out_of_range=True)
    return Usage(shown(tenths, 1))


def true_shooting(box: BoxScore) -> float | None:
    """Return points / (2 · (FGA + 0.44·FTA)) of somebody with a field-goal attempt.

    >>> true_shooting(BoxScore(points=31, fg_attempts=22, ft_attempts=6))
    0.629
    """
    if (box.fg_attempts or 0) < 1:
        return None
    return ratio(times(100, box.points), total(times(200, box.fg_attempts), times(88, box.ft_attempts)), 3)


def effective_field_goals(box: BoxScore) -> float | None:
    """Return (FGM + 0.5·3PM) / FGA of somebody with a field-goal attempt.

    >>> effective_field_goals(BoxScore(fg_makes=12, fg_attempts=22, three_makes=2))
    0.591
    """
    if (box.fg_attempts or 0) < 1:
        return None
    return ratio(total(times(2, box.fg_makes), box.three_makes or 0), times(2, box.fg_attempts), 3)


def dnp_category(printed: str | None) -> str | None:
    """Return the group of the first word found in a printed reason.

    >>> dnp_category("DND - Rest"), dnp_category("Comeback from rest"), dnp_category("Trade Pending")
    ('rest', 'injury', 'other')
    """
    if not printed:
        return None
    lower = printed.lower()
    for category, words in DNP_WORDS.items():
        if any(word in lower for word in words):
            return category
    return "other"


def shot_columns(shots: GameShots | None, line: PlayerLine) -> dict[str, int | None]:
    """Return the columns on a player's shots (game summaries 6.4).

    All are NULL without a shot source and for somebody who did not play. Somebody with field-goal attempts of whom no
    shot was found has them NULL too: the shots exist, but nobody knows where.
    """
    is_known = shots is not None and line.is_active
    found = shots.players.get(line.lookup, ShotCounts()) if shots is not None else ShotCounts()
    has_shots = is_known and not ((line.box.fg_attempts or 0) >= 1 and found.shots == 0)
    has_creation = shots is not None and shots.knows_creation
    has_and_ones = is_known and shots is not None and shots.knows_and_ones
    return {
        "paint_attempts": found.attempts[PAINT] if has_shots else None,
        "paint_makes": found.makes[PAINT] if has_shots else None,
        "mid_range_attempts": found.attempts[MID] if has_shots else None,
        "mid_range_makes": found.makes[MID] if has_shots else None,
        "three_attempts_pbp": found.attempts[THREE] if has_shots else None,
        "three_makes_pbp": found.makes[THREE] if has_shots else None,
        "assisted_fg_makes": found.assisted if has_shots and has_creation else None,
        "unassisted_fg_makes": found.unassisted if has_shots and has_creation else None,
        "and1_count": found.and_ones if has_and_ones else None,
        "paint_blocks": found.blocks[PAINT] if is_known and has_creation else None,
        "mid_range_blocks": found.blocks[MID] if is_known and has_creation else None,
        "three_pt_blocks": found.blocks[THREE] if is_known and has_creation else None,
    }


def located_shots(zones: dict[str, int | None]) -> int | None:
    """Return the attempts in all three zones."""
    return total(zones["paint_attempts"], zones["mid_range_attempts"], zones["three_attempts_pbp"])


def line_columns(line: PointsLine | None, points: int | None) -> dict[str, object]:
    """Return the points line and the outcome; points are NULL for somebody who did not play.

    >>> line_columns(PointsLine("draftkings", 245, 240), 31)["margin"]
    6.5
    """
    if line is None:
        names = ("points_line", "points_line_source", "opening_line", "line_movement", "over_under_result", "margin")
        return dict.fromkeys(names)
    movement = None if line.opening is None else line.line - line.opening
    result, margin = None, None
    if points is not None:
        margin = 100 * points - 10 * line.line
        result = "PUSH" if margin == 0 else "OVER" if margin > 0 else "UNDER"
    return {
        "points_line": shown(line.line, 1),
        "points_line_source": line.source,
        "opening_line": shown(line.opening, 1),
        "line_movement": shown(movement, 1),
        "over_under_result": result,
        "margin": shown(margin, 2),
    }


def _quality(
    facts: GameFacts, line: PlayerLine, zones: dict[str, int | None], usage: Usage, identity: Identity
) -> dict[str, object]:
    """Return the bookkeeping columns of a player row."""
    is_first_source = line.source == "nbac_gamebook"
    lacks_plus_minus = line.is_active and line.plus_minus is None
    lacks_zones = line.is_active and zones["paint_attempts"] is None
    located, attempts = located_shots(zones), line.box.fg_attempts
    found = {
        "backup_source_used": not is_first_source,
        "missing_plus_minus": lacks_plus_minus,
        "missing_shot_zones": lacks_zones,
        "shot_zone_total_mismatch": located is not None and attempts is not None and abs(located - attempts) > 1,
        "usage_rate_out_of_range": usage.is_out_of_range,
        "ambiguous_lookup": identity.is_ambiguous,
        "game_not_in_schedule": not facts.game.in_schedule,
    }
    tier = "gold" if is_first_source else "silver"
    score = SCORES[tier] - 5 * lacks_plus_minus - 5 * lacks_zones
    shot_source = facts.shots.source if facts.shots is not None else None
    sources = [line.source, facts.base.source, shot_source]
    return bookkeeping(line.source, sources, shot_source, tier, score, [issue for issue in found if found[issue]])

"""TDZA rows: how a team has defended the zones of the floor over its last 15 games (zone analysis 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from nbaproc.reference.bounds import Bounds, not_negative, within
from nbaproc.reference.completeness import Completeness, Window, measured_columns
from nbaproc.reference.league_shooting import BILLIONTHS, League
from nbaproc.reference.numbers import ratio, shown
from nbaproc.reference.season_games import DefenseGame
from nbaproc.reference.windows import add_up, known, mean, source_hash

#: Games a row is made of; a team with fewer has none.
GAMES = 15
WINDOW = Window("l15", games=GAMES)

_SHARES = ("paint_pct_allowed_last_15", "mid_range_pct_allowed_last_15", "three_pt_pct_allowed_last_15")
_LEADS = ("paint_defense_vs_league_avg", "mid_range_defense_vs_league_avg", "three_pt_defense_vs_league_avg")
_VOLUMES = (
    "paint_attempts_allowed_per_game",
    "mid_range_attempts_allowed_per_game",
    "three_pt_attempts_allowed_per_game",
)
_BLOCKS = ("paint_blocks_per_game", "mid_range_blocks_per_game", "three_pt_blocks_per_game")
_PAINT_POINTS = "paint_points_allowed_per_game"
_RATING, _POINTS, _PACE = "defensive_rating_last_15", "opponent_points_per_game", "opponent_pace"
BOUNDS = Bounds(
    hard=(
        *within(0, 1, *_SHARES),
        *within(-100, 100, *_LEADS),
        *not_negative(*_VOLUMES, *_BLOCKS, _PAINT_POINTS, _RATING, _POINTS, _PACE),
    ),
    soft=(
        *within(-15, 15, *_LEADS),
        *within(None, 100, *_VOLUMES),
        *within(None, 150, _PAINT_POINTS),
        *within(70, 140, _RATING),
        *within(70, 150, _POINTS),
    ),
)


def build_row(
    of_date: date, team: str, games: Sequence[DefenseGame], league: League, found: Completeness
) -> dict[str, object]:
    """Return the row of a team, without its hash.

    Args:
        of_date: The date.
        team: The team.
        games: Its 15 newest games of the season before the date, newest first.
        league: Averages of the date.
        found: How complete the window is.
    """
    return {
        "analysis_date": of_date,
        "team_abbr": team,
        **zone_columns(games, league),
        "defensive_rating_last_15": mean((game.rating for game in games), 100, 2),
        "opponent_points_per_game": mean((game.points for game in games), 1, 1),
        "opponent_pace": mean((game.pace for game in games), 10, 1),
        "games_in_sample": len(games),
        "league_paint_pct": shown(league.paint, BILLIONTHS),
        "league_mid_range_pct": shown(league.mid_range, BILLIONTHS),
        "league_three_pt_pct": shown(league.three, BILLIONTHS),
        "league_teams_in_sample": league.teams,
        **measured_columns(found),
        "source_team_defense_hash": source_hash(
            [game.row_hash for game in games], league.paint, league.mid_range, league.three, league.teams
        ),
    }


def zone_columns(games: Sequence[DefenseGame], league: League) -> dict[str, object]:
    """Return what is said of the zones: each is judged by the games in which it is known."""
    with_zones = [game for game in games if game.has_zones]
    with_threes = [game for game in games if game.three.attempts is not None]
    with_blocks = [game for game in games if game.paint_blocks is not None]
    paint, paint_makes = add_up(game.paint for game in with_zones)
    mid_range, mid_range_makes = add_up(game.mid_range for game in with_zones)
    three, three_makes = add_up(game.three for game in with_threes)
    ahead = {
        "paint": lead(paint_makes, paint, league.paint),
        "mid_range": lead(mid_range_makes, mid_range, league.mid_range),
        "perimeter": lead(three_makes, three, league.three),
    }
    strongest, weakest = labels(ahead)
    paint_points = sum(known(game.paint_points for game in with_zones))
    blocks = len(with_blocks)
    return {
        "paint_pct_allowed_last_15": ratio(paint_makes, paint, 3),
        "paint_attempts_allowed_per_game": ratio(paint, len(with_zones), 1),
        "paint_points_allowed_per_game": ratio(paint_points, len(with_zones), 1),
        "paint_blocks_per_game": ratio(sum(known(game.paint_blocks for game in with_blocks)), blocks, 1),
        "paint_defense_vs_league_avg": points_of(ahead["paint"]),
        "mid_range_pct_allowed_last_15": ratio(mid_range_makes, mid_range, 3),
        "mid_range_attempts_allowed_per_game": ratio(mid_range, len(with_zones), 1),
        "mid_range_blocks_per_game": ratio(sum(known(game.mid_range_blocks for game in with_blocks)), blocks, 1),
        "mid_range_defense_vs_league_avg": points_of(ahead["mid_range"]),
        "three_pt_pct_allowed_last_15": ratio(three_makes, three, 3),
        "three_pt_attempts_allowed_per_game": ratio(three, len(with_threes), 1),
        "three_pt_blocks_per_game": ratio(sum(known(game.three_blocks for game in with_blocks)), blocks, 1),
        "three_pt_defense_vs_league_avg": points_of(ahead["perimeter"]),
        "strongest_zone": strongest,
        "weakest_zone": weakest,
        "zone_games_in_sample": len(with_zones),
        "calculation_notes": calculation_notes(paint, mid_range, three),
    }


def lead(makes: int, attempts: int, league: int) -> Fraction | None:
    """Return by how much the share made exceeds the league's, in billionths; unknown without attempts.

    >>> lead(463, 800, 580_000_000), lead(0, 0, 410_000_000)
    (Fraction(-1250000, 1), None)
    """
    return Fraction(makes * 10**BILLIONTHS - league * attempts, attempts) if attempts > 0 else None


def points_of(found: Fraction | None) -> float | None:
    """Turn billionths into percentage points.

    >>> points_of(Fraction(-1_250_000)), points_of(None)
    (-0.13, None)
    """
    return ratio(found.numerator, found.denominator * 10 ** (BILLIONTHS - 2), 2) if found is not None else None


def labels(ahead: dict[str, Fraction | None]) -> tuple[str | None, str | None]:
    """Return the zones that are defended best and worst; of equals the first.

    >>> labels({"paint": Fraction(0), "mid_range": None, "perimeter": Fraction(0)})
    ('paint', 'paint')
    """
    zones = {zone: found for zone, found in ahead.items() if found is not None}
    if not zones:
        return (None, None)
    return (min(zones, key=lambda zone: zones[zone]), max(zones, key=lambda zone: zones[zone]))


def calculation_notes(paint: int, mid_range: int, three: int) -> str | None:
    """Name the zones without an attempt.

    >>> calculation_notes(0, 0, 525), calculation_notes(500, 200, 525)
    ('No paint attempts; No mid-range attempts', None)
    """
    attempts = {"paint": paint, "mid-range": mid_range, "three-point": three}
    return "; ".join(f"No {zone} attempts" for zone, count in attempts.items() if count == 0) or None

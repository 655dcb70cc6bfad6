"""PSZA rows: from where a player has shot in his last 10 and 20 games (zone analysis 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from nbaproc.reference.bounds import Bounds, Broken, not_negative, within
from nbaproc.reference.completeness import L10, Completeness, measured_columns
from nbaproc.reference.notes import reason
from nbaproc.reference.numbers import ratio, scale
from nbaproc.reference.season_games import PlayerGame
from nbaproc.reference.windows import add_up, known, source_hash

WINDOW = L10
#: Games of the two windows.
SHORT, LONG = 10, 20
#: Games from which there is something to say of the longer window.
LONG_ENOUGH = 15
#: Quality of a sample by its games.
QUALITY_10 = ((SHORT, "excellent"), (0, "good"))
QUALITY_20 = ((LONG, "excellent"), (14, "good"), (10, "limited"), (0, "insufficient"))
#: Zones and the percent of his shots that make one a player's own, the first that fits.
THRESHOLDS = (("paint", 40), ("perimeter", 40), ("mid_range", 35))

_RATES = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")
_SHARES = ("paint_pct_last_10", "mid_range_pct_last_10", "three_pt_pct_last_10", "paint_pct_last_20")
_VOLUMES = ("paint_attempts_per_game", "mid_range_attempts_per_game", "three_pt_attempts_per_game")
BOUNDS = Bounds(
    hard=(*within(0, 100, *_RATES, "paint_rate_last_20"), *within(0, 1, *_SHARES), *not_negative(*_VOLUMES)),
    soft=(
        *within(None, 40, *_VOLUMES),
        *within(None, 400, "total_shots_last_10"),
        *within(0, 100, "assisted_rate_last_10", "unassisted_rate_last_10"),
    ),
)


def minimum(day: int) -> int:
    """Return the games a player needs on a day of the season.

    >>> [minimum(day) for day in (14, 15, 17, 18, 21, 22, 240)]
    [7, 8, 8, 9, 9, 10, 10]
    """
    return min(3 + day // 3, 9) if day <= 21 else 10


class Windows:
    """What the windows of players say, found out once for each: a window changes only when its player plays."""

    def __init__(self) -> None:
        self._newest: dict[str, tuple[PlayerGame, dict[str, object]]] = {}

    def columns(self, lookup: str, games: Sequence[PlayerGame]) -> Mapping[str, object]:
        """Return `window_columns` of a player's games."""
        kept = self._newest.get(lookup)
        if kept is None or kept[0] is not games[0]:
            kept = self._newest[lookup] = (games[0], window_columns(games))
        return kept[1]


def build_row(of_date: date, lookup: str, said: Mapping[str, object], found: Completeness) -> dict[str, object]:
    """Return the row of a player, without its hash.

    Args:
        of_date: The date.
        lookup: The player.
        said: What `window_columns` says of his games.
        found: How complete the window is.
    """
    return {
        "analysis_date": of_date,
        "player_lookup": lookup,
        **said,
        **measured_columns(found),
        "dnp_games_count": found.sat_out,
    }


def window_columns(games: Sequence[PlayerGame]) -> dict[str, object]:
    """Return what follows from a player's games alone.

    Args:
        games: His 20 newest games of the season before the date, newest first, at least one.
    """
    short = games[:SHORT]
    zones = zone_columns([game for game in short if game.has_zones])
    return {
        "universal_player_id": games[0].person,
        **zones,
        **assist_columns(short if zones["total_shots_last_10"] is not None else []),
        **longer_columns(games),
        "games_in_sample_10": len(short),
        "games_in_sample_20": len(games),
        "zone_games_in_sample_10": sum(game.has_zones for game in short),
        "zone_games_in_sample_20": sum(game.has_zones for game in games),
        "sample_quality_10": next(quality for least, quality in QUALITY_10 if len(short) >= least),
        "sample_quality_20": next(quality for least, quality in QUALITY_20 if len(games) >= least),
        "data_quality_tier": "high" if len(short) == SHORT else "medium",
        "early_season_flag": len(short) < SHORT,
        "source_player_game_hash": source_hash([game.row_hash for game in games]),
    }


def zone_columns(games: Sequence[PlayerGame]) -> dict[str, object]:
    """Return where the shots of some games came from, and how many went in; each game has zones."""
    paint, paint_makes = add_up(game.paint for game in games)
    mid_range, mid_range_makes = add_up(game.mid_range for game in games)
    three, three_makes = add_up(game.three for game in games)
    shots = paint + mid_range + three
    return {
        "paint_rate_last_10": ratio(100 * paint, shots, 2),
        "mid_range_rate_last_10": ratio(100 * mid_range, shots, 2),
        "three_pt_rate_last_10": ratio(100 * three, shots, 2),
        "total_shots_last_10": shots or None,
        "paint_pct_last_10": ratio(paint_makes, paint, 3),
        "mid_range_pct_last_10": ratio(mid_range_makes, mid_range, 3),
        "three_pt_pct_last_10": ratio(three_makes, three, 3),
        "paint_attempts_per_game": ratio(paint, len(games), 1),
        "mid_range_attempts_per_game": ratio(mid_range, len(games), 1),
        "three_pt_attempts_per_game": ratio(three, len(games), 1),
        "primary_scoring_zone": primary_zone(paint, mid_range, three),
    }


def primary_zone(paint: int, mid_range: int, three: int) -> str | None:
    """Return the zone a player scores from; unknown without shots.

    >>> primary_zone(40, 0, 60), primary_zone(26, 34, 40), primary_zone(39, 35, 26), primary_zone(39, 33, 28)
    ('paint', 'perimeter', 'mid_range', 'balanced')
    """
    attempts = {"paint": paint, "perimeter": three, "mid_range": mid_range}
    shots = paint + mid_range + three
    if shots <= 0:
        return None
    return next((zone for zone, percent in THRESHOLDS if 100 * attempts[zone] >= percent * shots), "balanced")


def assist_columns(games: Sequence[PlayerGame]) -> dict[str, object]:
    """Return how many of the makes of some games were assisted, where that is known."""
    with_assists = [game for game in games if game.has_assists]
    makes = sum(known(game.field_goals for game in with_assists))
    return {
        "assisted_rate_last_10": ratio(100 * sum(known(game.assisted for game in with_assists)), makes, 2),
        "unassisted_rate_last_10": ratio(100 * sum(known(game.unassisted for game in with_assists)), makes, 2),
    }


def longer_columns(games: Sequence[PlayerGame]) -> dict[str, object]:
    """Return what the longer window says of the paint, if it is long enough."""
    with_zones = [game for game in games if game.has_zones] if len(games) >= LONG_ENOUGH else []
    paint, makes = add_up(game.paint for game in with_zones)
    shots = paint + sum(add_up(of)[0] for of in ([g.mid_range for g in with_zones], [g.three for g in with_zones]))
    return {"paint_rate_last_20": ratio(100 * paint, shots, 2), "paint_pct_last_20": ratio(makes, paint, 3)}


def odd_rates(row: Mapping[str, object]) -> Broken:
    """Say so if the three rates of a row do not add up to 100 but for rounding.

    >>> odd_rates({"paint_rate_last_10": 45.56, "mid_range_rate_last_10": 20.56, "three_pt_rate_last_10": 33.92})
    [('three_rates', 'three_rates is 10004 (2 digits)')]
    """
    rates = [value for value in (row[column] for column in _RATES) if isinstance(value, float)]
    hundredths = sum(scale(rate, 2) for rate in rates)
    if len(rates) < len(_RATES) or abs(hundredths - 100_00) <= 2:
        return []
    return [("three_rates", reason("out_of_range", "three_rates", hundredths, 2))]

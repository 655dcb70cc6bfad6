"""The four scores of a matchup, in integer units of 10**-7 points (composite factors 3.1 to 3.6).

An unknown input never triggers anything and is never replaced by a guess. Doubles would not do: products such as
0.3 * 1.15 are not exact.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Units of a point.
POINT = 10**7
#: Largest zone score, pace score and usage score, either way.
MOST_ZONE, MOST_PACE, MOST_USAGE = 10 * POINT, 3 * POINT, 3 * POINT
#: A rested player's fatigue score.
FRESH = 100


@dataclass(frozen=True, slots=True)
class Load:
    """Rest and load of a player: what the pre-game context says of him; minutes per game in tenths."""

    days_rest: int | None
    back_to_back: bool | None
    games_last_7: int | None
    minutes_last_7: int | None
    average_last_7: int | None
    back_to_backs_last_14: int | None
    age: int | None


@dataclass(frozen=True, slots=True)
class Fatigue:
    """A fatigue score, 100 for a fresh player, and what it was made of."""

    score: int
    penalties: tuple[str, ...]
    bonuses: tuple[str, ...]

    @property
    def units(self) -> int:
        """What fatigue takes off the total: a twentieth of a point for each of its points."""
        return (self.score - FRESH) * (POINT // 20)


def fatigue_of(load: Load) -> Fatigue:
    """Return the fatigue score of a player.

    >>> fatigue_of(Load(4, False, 2, 70, 351, 0, 31))
    Fatigue(score=92, penalties=('heavy_average: -8', 'age_30: -5'), bonuses=('extra_rest: +5',))
    """
    steps = [
        _first(("back_to_back", -15, bool(load.back_to_back)), ("extra_rest", 5, _at_least(load.days_rest, 3))),
        _first(("frequent_games", -10, _at_least(load.games_last_7, 4))),
        _first(("heavy_minutes", -10, _at_least(load.minutes_last_7, 241))),
        _first(("heavy_average", -8, _at_least(load.average_last_7, 351))),
        _first(
            ("recent_b2b", -12, _at_least(load.back_to_backs_last_14, 2)),
            ("recent_b2b", -5, load.back_to_backs_last_14 == 1),
        ),
        _first(("veteran_age", -10, _at_least(load.age, 35)), ("age_30", -5, _at_least(load.age, 30))),
    ]
    taken = [(name, points) for name, points in steps if points]
    return Fatigue(
        score=clamp(FRESH + sum(points for _, points in taken), 0, FRESH),
        penalties=tuple(f"{name}: {points}" for name, points in taken if points < 0),
        bonuses=tuple(f"{name}: +{points}" for name, points in taken if points > 0),
    )


def zone_units(rate: int | None, defense: int | None) -> int:
    """Return the score of a shot-zone mismatch.

    Args:
        rate: Percent of his shots that a player takes from his zone, in hundredths.
        defense: Percentage points by which the opponent allows more there than the league, in hundredths.

    >>> [zone_units(*known) / POINT for known in ((4200, -640), (5000, 500), (5000, 501), (None, 400))]
    [-6.4512, 5.0, 6.012, 0.0]
    """
    if rate is None or defense is None:
        return 0
    weighted = defense * min(rate, 50_00)
    return _limited((24 if abs(weighted) > 2_500_000 else 20) * weighted, MOST_ZONE)


def pace_units(differential: int | None) -> int:
    """Return the score of a difference in pace, given in hundredths: half of it.

    >>> [pace_units(hundredths) / POINT for hundredths in (350, 720, -601, None)]
    [1.75, 3.0, -3.0, 0.0]
    """
    return _limited((differential or 0) * (POINT // 200), MOST_PACE)


def usage_change(projected: int | None, recent: int | None) -> int | None:
    """Return projected minus recent usage; unknown if one of them is, or nothing was used at all.

    >>> usage_change(285, 250), usage_change(220, 0), usage_change(None, 142)
    (35, None, None)
    """
    return projected - recent if projected is not None and recent else None


def usage_units(change: int | None, stars_out: int | None) -> int:
    """Return the score of a change in usage, given in tenths of a percent; missing stars add to a rise.

    >>> [usage_units(*known) / POINT for known in ((35, 1), (-30, 2), (80, 3), (25, 2), (5, None), (None, 0))]
    [1.2075, -0.9, 3.0, 0.975, 0.15, 0.0]
    """
    if change is None:
        return 0
    factor = 300_000
    if change > 0 and stars_out is not None and stars_out > 0:
        factor = 345_000 if stars_out == 1 else 390_000
    return _limited(change * factor, MOST_USAGE)


def clamp(value: int, least: int, most: int) -> int:
    """Return a value moved into bounds.

    >>> clamp(105, 0, 100)
    100
    """
    return max(least, min(most, value))


def _limited(units: int, most: int) -> int:
    return clamp(units, -most, most)


def _at_least(value: int | None, least: int) -> bool:
    return value is not None and value >= least


def _first(*choices: tuple[str, int, bool]) -> tuple[str, int]:
    """Return name and points of the first choice that holds; 0 points if none does."""
    return next(((name, points) for name, points, holds in choices if holds), ("", 0))

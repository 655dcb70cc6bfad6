"""The formulas of the feature store: integers in, integers of the feature's decimals out (feature store 6).

Points, minutes and rows of a player come newest first.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbaproc.reference.numbers import hu, scale
from nbaproc.reference.player_daily_cache import standard_deviation

#: One, in 10**-9.
ONE = 10**9
#: What a status in the injury report risks; any other one nothing.
RISKS = {"probable": 1, "questionable": 2, "doubtful": 3, "out": 3}
#: Games below which there is no trend, and rows below which there is no rate of absence.
TREND_GAMES, ABSENCE_ROWS = 5, 3
#: Differences of two means of points, six-fold, from which a trend is strong or weak.
STRONG, WEAK = 30, 12
#: Days of rest and standard deviations beyond which a difference no longer grows.
MOST_REST, MOST_DEVIATIONS = 2, 3


def clamp(value: int, most: int) -> int:
    """Keep a value within a distance of 0.

    >>> clamp(-7, 3), clamp(2, 3)
    (-3, 2)
    """
    return max(-most, min(most, value))


def spread(points: Sequence[int]) -> int | None:
    """f03: sample standard deviation, 4 digits.

    >>> spread([7, 12, 9, 15, 22]), spread([0, 3, 0, 2, 1, 4]), spread([10] * 5), spread([10])
    (58737, 16330, 0, None)
    """
    deviation = standard_deviation(points)
    return None if deviation is None else scale(deviation, 4)


def rest_advantage(days: int, opponent: int | None) -> int | None:
    """f09: days of rest more than the opponent, within 2.

    >>> [rest_advantage(*days) for days in ((1, 2), (3, 1), (5, 1), (1, 4), (2, None))]
    [-1, 2, 2, -2, None]
    """
    return None if opponent is None else clamp(days - opponent, MOST_REST)


def injury_risk(status: str) -> int:
    """f10: how doubtful a status is; it comes trimmed, in lower case and empty for NULL.

    >>> [injury_risk(status) for status in ("out", "doubtful", "questionable", "probable", "available", "", "gtd")]
    [3, 3, 2, 1, 0, 0, 0]
    """
    return RISKS.get(status, 0)


def recent_trend(points: Sequence[int]) -> int | None:
    """f11: the two newest games against the three before, six times the difference of their means.

    >>> recent_trend([30, 28, 20, 22, 18]), recent_trend([12, 14, 20, 22, 18]), recent_trend([20, 20, 18, 18, 18])
    (2, -2, 1)
    >>> recent_trend([19, 20, 18, 18, 18]), recent_trend([10, 11, 12, 13, 14, 40]), recent_trend([1, 2, 3, 4])
    (0, -1, None)
    >>> recent_trend([25, 25, 20, 20, 20]), recent_trend([24, 25, 20, 20, 20])
    (2, 1)
    """
    if len(points) < TREND_GAMES:
        return None
    trend = 3 * sum(points[:2]) - 2 * sum(points[2:5])
    size = 2 if abs(trend) >= STRONG else 1 if abs(trend) >= WEAK else 0
    return size if trend > 0 else -size


def minutes_change(recent: int | None, season: Sequence[int]) -> int | None:
    """f12: recent against usual playing time, 2 from a fifth and 1 from a tenth of it.

    Args:
        recent: Mean minutes of the last ten games, in 10**-4.
        season: Known minutes of the season, in tenths.

    >>> [minutes_change(recent, [usual]) for recent, usual in ((360000, 300), (330000, 300), (329000, 300))]
    [2, 1, 0]
    >>> [minutes_change(recent, [usual]) for recent, usual in ((270000, 300), (240000, 300), (271000, 300))]
    [-1, -2, 0]
    >>> [minutes_change(recent, [usual]) for recent, usual in ((242000, 220), (132000, 110), (300000, 0))]
    [1, 2, None]
    >>> minutes_change(366667, [300, 300, 400]), minutes_change(354000, [300])
    (1, 1)
    >>> minutes_change(0, [300]), minutes_change(None, [300])
    (None, None)
    """
    minutes = sum(season)
    if not recent or not minutes:
        return None
    change, usual = recent * len(season) - 1000 * minutes, 1000 * minutes
    size = 2 if 5 * abs(change) >= usual else 1 if 10 * abs(change) >= usual else 0
    return size if change > 0 else -size


def zone_shares(paint: int, mid_range: int, three: int) -> list[int | None]:
    """f18 to f20: share of the attempts from each zone, 9 digits.

    >>> zone_shares(88, 21, 64), zone_shares(0, 0, 0)
    ([508670520, 121387283, 369942197], [None, None, None])
    """
    return [hu(zone, paint + mid_range + three, 9) for zone in (paint, mid_range, three)]


def free_throw_share(makes: int, points: Sequence[int]) -> int | None:
    """f21: share of the points made from the line, 9 digits, at most a half.

    >>> free_throw_share(20, [20, 22, 24, 20, 22]), free_throw_share(43, [20, 22, 0, 20, 0])
    (185185185, 500000000)
    >>> free_throw_share(5, [2] * 5), free_throw_share(9, [4] * 5)
    (500000000, 450000000)
    >>> free_throw_share(3, [20] * 4), free_throw_share(0, [0] * 5)
    (None, None)
    """
    total = sum(points)
    if len(points) < TREND_GAMES or total <= 0:
        return None
    return ONE // 2 if 2 * makes >= total else hu(makes, total, 9)


def win_share(won: Sequence[bool]) -> int | None:
    """f24: share of the games won, 9 digits.

    >>> [win_share([True] * won + [False] * lost) for won, lost in ((4, 2), (20, 11), (2, 1))]
    [666666667, 645161290, None]
    """
    return hu(sum(won), len(won), 9) if len(won) >= TREND_GAMES else None


def points_per_minute(games: Sequence[tuple[int, int]]) -> int | None:
    """f32: mean of points per minute, 9 digits.

    Args:
        games: Points and tenths of a minute of each game, no minutes being 0.

    >>> points_per_minute([(30, 360), (28, 350)]), points_per_minute([])
    (816666667, None)
    """
    rates = [hu(10 * points, minutes, 9) or 0 for points, minutes in games]
    return hu(sum(rates), len(rates), 0)


def absence_rate(absent: Sequence[bool]) -> int | None:
    """f33: share of the rows of somebody who did not play, 9 digits.

    >>> absence_rate([False] * 10), absence_rate([True, False, False]), absence_rate([True, False])
    (0, 333333333, None)
    >>> absence_rate([True, True, False, False, False, False, False])
    285714286
    """
    return hu(sum(absent), len(absent), 9) if len(absent) >= ABSENCE_ROWS else None


def slope(points: Sequence[int]) -> int | None:
    """f34: least-squares slope from game to game, oldest first, 9 digits.

    >>> slope([7, 12, 9, 15, 22]), slope([0, 3, 0, 2, 1, 4]), slope([10] * 5), slope([1, 2, 3, 4])
    (-3300000000, -457142857, 0, None)
    """
    count = len(points)
    if count < TREND_GAMES:
        return None
    weighted = sum(place * number for place, number in enumerate(reversed(points)))
    return hu(12 * weighted - 6 * (count - 1) * sum(points), count * (count * count - 1), 9)


def z_score(short: int, season: int, deviation: int | None) -> int | None:
    """f35: the last five games against the season, in standard deviations, 9 digits; arguments in 10**-4.

    >>> z_score(246000, 214583, 61653), z_score(450000, 200000, 60000), z_score(20000, 300000, 60000)
    (509577798, 3000000000, -3000000000)
    >>> z_score(120000, 200000, 60000), z_score(200000, 200000, 0), z_score(200000, 200000, None)
    (-1333333333, 0, None)
    """
    if deviation is None:
        return None
    return clamp(hu(short - season, deviation, 9) or 0, MOST_DEVIATIONS * ONE)


def breakout(short: int, season: int, deviation: int | None) -> int | None:
    """f36: whether the last five games are more than 1.5 standard deviations above the season.

    >>> breakout(300000, 200000, 60000), breakout(290000, 200000, 60000), breakout(210000, 200000, 0)
    (1, 0, 1)
    """
    return None if deviation is None else int(2 * short > 2 * season + 3 * deviation)

"""Exact arithmetic in Polars expressions: integers in, one division last, one rounding rule.

Every ratio of the project is a quotient of integers that is rounded half away from zero in integer arithmetic and only
then becomes a float. The reference engine has its own copy of this rule; nothing else in the project rounds.
"""

from __future__ import annotations

import polars as pl


def quotient(numerator: pl.Expr, denominator: pl.Expr, digits: int) -> pl.Expr:
    """Round `numerator / denominator` half away from zero and return it times 10^digits as Int64.

    NULL if either side is NULL or the denominator is not positive.

    >>> pl.select(quotient(pl.lit(-5), pl.lit(2), 0), half=quotient(pl.lit(1), pl.lit(8), 2)).row(0)
    (-3, 13)
    >>> pl.select(quotient(pl.lit(1), pl.lit(0), 3)).item() is None
    True
    """
    top = numerator.cast(pl.Int64)
    bottom = denominator.cast(pl.Int64)
    power: int = 10**digits
    magnitude = (top.abs() * (2 * power) + bottom) // (bottom * 2)
    return pl.when(bottom > 0).then(top.sign() * magnitude)


def decimal(scaled: pl.Expr, digits: int) -> pl.Expr:
    """Turn an integer that counts 10^-digits into the float that is stored.

    Polars multiplies by the reciprocal of a literal divisor; `round` repairs the last bit, so that the result is the
    double nearest to the decimal, as `scaled / 10**digits` is in Python.

    >>> pl.select(decimal(pl.lit(1077), 1)).item()
    107.7
    """
    power: int = 10**digits
    return (scaled / power).round(digits, mode="half_away_from_zero") + 0.0


def ratio(numerator: pl.Expr, denominator: pl.Expr, digits: int) -> pl.Expr:
    """Return `numerator / denominator` rounded half away from zero at `digits`, as the float that is stored.

    >>> pl.select(ratio(pl.lit(2), pl.lit(3), 3)).item()
    0.667
    """
    return decimal(quotient(numerator, denominator, digits), digits)


def scaled(value: pl.Expr, digits: int) -> pl.Expr:
    """Return a stored decimal as the integer that counts 10^-digits (NaN counts as NULL).

    >>> pl.select(scaled(pl.lit(-2.5), 1)).item()
    -25
    """
    value = value.fill_nan(None)
    power: int = 10**digits
    magnitude = (value.abs() * power + 0.5).floor().cast(pl.Int64)
    return magnitude * value.sign().cast(pl.Int64)


def deviation(n: pl.Expr, total: pl.Expr, squares: pl.Expr, digits: int) -> pl.Expr:
    """Return the sample standard deviation times 10^digits as Int64: integers, one division, one root.

    `sqrt((n·Σy² − (Σy)²) / (n·(n − 1)))`, rounded half away from zero on the double; NULL of fewer than two values.

    Args:
        n: How many values.
        total: Their sum.
        squares: The sum of their squares.
        digits: Decimals.

    >>> points = [24, 19, 33, 21, 9, 27, 16, 22, 30, 11]
    >>> args = [pl.lit(v) for v in (10, sum(points), sum(p * p for p in points))]
    >>> pl.select(deviation(*args, 4)).item()
    77717
    """
    pairs = pl.when(n > 1).then(n * (n - 1))
    root = ((n * squares - total * total) / pairs).sqrt()
    power: int = 10**digits
    return (root * power + 0.5).floor().cast(pl.Int64)

"""Exact arithmetic: integers in, one rounding at the end (conventions 3)."""

from __future__ import annotations

import math


def hu(num: int | None, den: int | None, digits: int) -> int | None:
    """Round num / den half away from zero and keep it as an integer of 10**-digits.

    Unknown operands and denominators that are not positive give an unknown result.

    >>> hu(1, 8, 2), hu(-1, 8, 2), hu(0, 5, 3), hu(1, 0, 2), hu(None, 5, 1)
    (13, -13, 0, None, None)
    """
    if num is None or den is None or den <= 0:
        return None
    unit: int = 10**digits
    magnitude = (2 * unit * abs(num) + den) // (2 * den)
    return -magnitude if num < 0 else magnitude


def shown(scaled: int | None, digits: int) -> float | None:
    """Turn an integer of 10**-digits into the float that is stored.

    >>> shown(1077, 1), shown(0, 3), shown(None, 2)
    (107.7, 0.0, None)
    """
    return None if scaled is None else scaled / 10**digits


def ratio(num: int | None, den: int | None, digits: int) -> float | None:
    """Round num / den half away from zero and return it as a float.

    >>> ratio(100 * 31, 200 * 22 + 88 * 6, 3)
    0.629
    """
    return shown(hu(num, den, digits), digits)


def scale(value: float, digits: int) -> int:
    """Turn a stored float back into its integer of 10**-digits, half away from zero on the double.

    >>> scale(24.5, 1), scale(-2.5, 1), scale(-0.0, 3), scale(30.0 + 1.4, 1)
    (245, -25, 0, 314)
    """
    magnitude: int = math.floor(abs(value) * 10**digits + 0.5)
    return -magnitude if value < 0 else magnitude


def total(*values: int | None) -> int | None:
    """Add up, unknown as soon as one operand is unknown.

    >>> total(1, 2), total(1, None)
    (3, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def times(factor: int, value: int | None) -> int | None:
    """Multiply an amount that may be unknown.

    >>> times(2, 20), times(2, None)
    (40, None)
    """
    return None if value is None else factor * value

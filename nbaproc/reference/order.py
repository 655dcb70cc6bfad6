"""Sort keys for tie-breaks: whatever the direction, NULL comes last (conventions 7.4)."""

from __future__ import annotations

from datetime import datetime

from nbaproc.reference.calendar import microseconds


def latest(moment: datetime | None) -> tuple[bool, int]:
    """Latest first, NULL last."""
    return (moment is None, 0 if moment is None else -microseconds(moment))


def earliest(moment: datetime | None) -> tuple[bool, int]:
    """Earliest first, NULL last."""
    return (moment is None, 0 if moment is None else microseconds(moment))


def largest(number: int | None) -> tuple[bool, int]:
    """Largest first, NULL last.

    >>> sorted([1, None, 3], key=largest)
    [3, 1, None]
    """
    return (number is None, -(number or 0))


def smallest(value: str | int | None) -> tuple[bool, str | int]:
    """Smallest first, NULL last.

    >>> sorted(["b", None, "a"], key=smallest)
    ['a', 'b', None]
    """
    return (value is None, 0 if value is None else value)

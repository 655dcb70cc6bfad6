"""Sums over the games of a window, and the hash of where they came from (zone analysis 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbaproc.reference.canonical import digest
from nbaproc.reference.numbers import hu, shown
from nbaproc.reference.season_games import Shots


def known(values: Iterable[int | None]) -> list[int]:
    """Leave out what is not known.

    >>> known([3, None, 0])
    [3, 0]
    """
    return [value for value in values if value is not None]


def mean(values: Iterable[int | None], unit: int, digits: int) -> float | None:
    """Return the mean of the known amounts, each a number of units of which so many make 1; NULL if none is known.

    >>> mean([310, 360, None], 10, 4), mean([None], 10, 4)
    (33.5, None)
    """
    return shown(scaled_mean(values, unit, digits), digits)


def scaled_mean(values: Iterable[int | None], unit: int, digits: int) -> int | None:
    """Return the same as an integer of 10**-digits.

    >>> scaled_mean([673, *[0] * 31], 1, 4)
    210313
    """
    amounts = known(values)
    return hu(sum(amounts), unit * len(amounts), digits)


def add_up(shots: Iterable[Shots]) -> tuple[int, int]:
    """Return the attempts and makes of several games.

    >>> add_up([Shots(4, 2), Shots(3, None), Shots(1, 1)])
    (8, 3)
    """
    several = list(shots)
    return (sum(known(of.attempts for of in several)), sum(known(of.makes for of in several)))


def source_hash(row_hashes: Sequence[str], *more: int) -> str:
    """Hash the hashes of the rows of a window, newest first, and whatever else went into the result.

    >>> source_hash([f"{number:016x}" for number in range(1, 11)])
    '3335fc93ca929b5c'
    >>> source_hash([f"{number:016x}" for number in range(1, 16)], 580000000, 410000000, 355000000, 0)
    '1c2ca20a5d962e5e'
    """
    return digest("|".join([*row_hashes, *(str(number) for number in more)]))

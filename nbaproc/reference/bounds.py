"""Which values of a finished row are impossible, and which are only odd (zone analysis 5, daily cache 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference.notes import Finding, reason
from nbaproc.reference.numbers import scale

#: Columns that are out of bounds, each with a sentence.
Broken = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bound:
    """The smallest and the largest value a column should have, both included; NULL where there is none.

    >>> Bound("paint_pct_allowed_last_15", 0, 1).allows(1.02), Bound("games", 0).allows(7)
    (False, True)
    """

    column: str
    least: float | None = None
    most: float | None = None

    def allows(self, value: float) -> bool:
        """Whether a value is within."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def not_negative(*columns: str) -> list[Bound]:
    """Bound columns at zero."""
    return [Bound(column, 0) for column in columns]


def within(least: int | None, most: int, *columns: str) -> list[Bound]:
    """Bound columns on both sides, or from above."""
    return [Bound(column, least, most) for column in columns]


def broken(row: Mapping[str, object], bounds: Iterable[Bound], digits: Mapping[str, int]) -> Broken:
    """Return the columns of a row that are out of bounds, in the order of the bounds; NULL is never.

    Args:
        row: Values of the row.
        bounds: What they should be.
        digits: Decimals of the columns that have some.

    >>> broken({"paint_pct": 1.02, "pace": None}, [Bound("paint_pct", 0, 1), Bound("pace", 0)], {"paint_pct": 3})
    [('paint_pct', 'paint_pct is 1020 (3 digits)')]
    """
    found = []
    for bound in bounds:
        value = row[bound.column]
        if isinstance(value, int | float) and not bound.allows(value):
            places = digits.get(bound.column, 0)
            found.append((bound.column, reason("out_of_range", bound.column, scale(value, places), places)))
    return found


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the rows of a table should be.

    Attributes:
        hard: Bounds that cost a row its place.
        soft: Bounds that earn it a note.
    """

    hard: Sequence[Bound]
    soft: Sequence[Bound] = ()


def rejections(entity: tuple[date, str, str], columns: Broken) -> list[Finding]:
    """Return the findings on a row that is not written, which make one record."""
    return [Finding(*entity, Category.VALIDATION_FAILED, sentence) for _, sentence in columns]


def oddities(entity: tuple[date, str, str], columns: Broken) -> list[Finding]:
    """Return the notes on a row that is written, one per column."""
    return [Finding(*entity, Category.DATA_ISSUE, sentence, detail=column) for column, sentence in columns]

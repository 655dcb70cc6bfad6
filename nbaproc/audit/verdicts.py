"""Figures of the validation queries against their targets: whole numbers in, a verdict out.

A query gives numerators and denominators, never a quotient, and they are compared as fractions: lake and warehouse
cannot differ in a last digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

#: Words of the units in the headers of the queries.
PERCENT, COUNT, MEAN = "%", "count", "mean"
UNITS = (PERCENT, COUNT, MEAN)


class Verdict(Enum):
    """What is said of a figure, from good to bad; `reported` figures are not judged."""

    REPORTED = "reported"
    OK = "ok"
    WARN = "warn"
    FAILS = "fails"

    @property
    def rank(self) -> int:
        """How bad it is."""
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a figure, as `>= 95`, `12.4 to 12.7`, `outside 10 to 40` or `never`.

    Attributes:
        text: The condition as it was written.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse what is no condition.

        Raises:
            ValueError: It is none.
        """
        self.holds(Fraction(0))

    @property
    def limit(self) -> Fraction:
        """The first number of the condition.

        >>> Condition("outside 10 to 40").limit
        Fraction(10, 1)
        """
        found = re.search(r"[0-9.]+", self.text)
        if found is None:
            raise ValueError(f"{self.text!r} has no number")
        return Fraction(found[0])

    def holds(self, value: Fraction) -> bool:
        """Return whether a figure meets the condition.

        >>> Condition("12.4 to 12.7").holds(Fraction(125, 10)), Condition("never").holds(Fraction(1))
        (True, False)
        """
        number = r"([0-9]+(?:\.[0-9]+)?)"
        if self.text == "never":
            return False
        if found := re.fullmatch(rf"(outside )?{number} to {number}", self.text):
            inside = Fraction(found[2]) <= value <= Fraction(found[3])
            return not inside if found[1] else inside
        if found := re.fullmatch(rf"(=|>=|>|<=|<) {number}", self.text):
            limit = Fraction(found[2])
            compared = {"=": value == limit, ">=": value >= limit, ">": value > limit}
            return (compared | {"<=": value <= limit, "<": value < limit})[found[1]]
        raise ValueError(f"{self.text!r} is no condition; write >= 95, 10 to 40, outside 10 to 40 or never")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a query.

    Attributes:
        scope: What it is about: a table, a season, a date.
        numerator: What was counted.
        denominator: Of how many.
        judged: Whether the target applies to it.
        detail: What else is to be said, as the first that misses.
    """

    scope: str
    numerator: int
    denominator: int
    judged: bool = True
    detail: str = ""

    def value(self, unit: str) -> Fraction | None:
        """Return the figure in a unit, None where there is nothing to count.

        >>> Figure("PGS", 3, 4).value(PERCENT)
        Fraction(75, 1)
        """
        if self.denominator == 0:
            return None
        if unit == COUNT:
            return Fraction(self.numerator)
        return Fraction(self.numerator * (100 if unit == PERCENT else 1), self.denominator)

    def text(self, unit: str) -> str:
        """Return the figure as it is printed, rounded down.

        >>> Figure("PGS", 2, 3).text(PERCENT), Figure("PGS", 5, 8).text(COUNT)
        ('66.66 %', '5')
        """
        value = self.value(unit)
        if value is None:
            return "nothing"
        if unit == COUNT:
            return f"{self.numerator:,}"
        # Cut, not rounded: a figure just below its target does not look as if it met it.
        hundredths = int(value * 100)
        return f"{hundredths // 100}.{hundredths % 100:02d}{' %' if unit == PERCENT else ''}"


def judge(figure: Figure, unit: str, target: Condition, fails: Condition | None) -> Verdict:
    """Return the verdict on a figure.

    Args:
        figure: The figure.
        unit: Its unit.
        target: What it should meet.
        fails: What it must not meet where it misses the target; None where every miss fails.
    """
    if not figure.judged:
        return Verdict.REPORTED
    value = figure.value(unit)
    if value is None:
        # Nothing where something has to be is never good.
        return Verdict.FAILS
    if target.holds(value):
        return Verdict.OK
    return Verdict.FAILS if fails is None or fails.holds(value) else Verdict.WARN

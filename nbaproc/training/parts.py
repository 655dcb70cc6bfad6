"""The parts of a split, as a user writes them: seasons or dates, in order, without overlap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from nbaproc.calendar import season_text, season_year
from nbaproc.errors import UsageError

#: Names of the parts, by how many there are.
NAMES = {1: ("train",), 2: ("train", "test"), 3: ("train", "validation", "test")}
#: The one part of a set that is not split.
WHOLE = "all"

_SEASON = re.compile(r"([0-9]{4})-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXAMPLE = "write seasons (2021-22 or 2021-22..2022-23) or dates (2021-10-19..2022-04-10), separated by /"


@dataclass(frozen=True)
class Part:
    """One part; all dates are included.

    Attributes:
        name: train, validation or test, or `all` where nothing is split.
        first: First date.
        last: Last date.
        kept: Last date that is kept: those after it are the gap before the next part.
    """

    name: str
    first: date
    last: date
    kept: date

    def has(self, day: date) -> bool:
        """Whether a date is kept in the part."""
        return self.first <= day <= self.kept


def read_split(text: str, played: Sequence[date], gap: int = 0) -> list[Part]:
    """Read a split.

    Args:
        text: One to three parts separated by `/`; two are train and test.
        played: Dates with played games, ascending: a season is what lies between its first and its last.
        gap: Days before the first date of a part that are left out at the end of the part before it.

    Raises:
        UsageError: The text is no split, or its parts overlap, are out of order, or nothing is left of one.

    >>> played = [date(2021, 10, 19), date(2022, 6, 16), date(2022, 10, 18)]
    >>> for part in read_split("2021-22/2022-10-01..2022-10-31", played, gap=7):
    ...     print(part.name, part.first, part.last, part.kept)
    train 2021-10-19 2022-06-16 2022-06-16
    test 2022-10-01 2022-10-31 2022-10-31
    """
    words = [word.strip() for word in text.split("/")]
    if len(words) not in NAMES:
        raise UsageError(f"--split {text!r} has {len(words)} parts, at most three are known; {_EXAMPLE}")
    spans = [_span(word, played) for word in words]
    parts = [Part(name, *span, span[1]) for name, span in zip(NAMES[len(words)], spans, strict=True)]
    for i, (one, other) in enumerate(pairwise(parts)):
        if one.last >= other.first:
            how = "overlap" if one.first <= other.last else "are out of order"
            raise UsageError(
                f"--split: {one.name} ({one.first} to {one.last}) and {other.name} ({other.first} to {other.last}) "
                f"{how}; every part lies after the one before it"
            )
        kept = min(one.last, other.first - timedelta(days=gap + 1))
        if kept < one.first:
            raise UsageError(f"--gap {gap} leaves nothing of {one.name} ({one.first} to {one.last}); shorten it")
        parts[i] = replace(one, kept=kept)
    return parts


def _span(word: str, played: Sequence[date]) -> tuple[date, date]:
    """Return the first and the last date of one part."""
    ends = word.split("..")
    if len(ends) == 2 and all(_DAY.fullmatch(end) for end in ends):
        try:
            first, last = map(date.fromisoformat, ends)
        except ValueError:
            raise UsageError(f"--split: {word!r} has a date that is none; {_EXAMPLE}") from None
    elif len(ends) <= 2 and all(_SEASON.fullmatch(end) for end in ends):
        first, last = _season(ends[0], played)[0], _season(ends[-1], played)[1]
    else:
        raise UsageError(f"--split: {word!r} is neither seasons nor dates; {_EXAMPLE}")
    if first > last:
        raise UsageError(f"--split: {word} ends before it begins; swap its ends")
    return first, last


def _season(text: str, played: Sequence[date]) -> tuple[date, date]:
    year = int(text[:4])
    if season_text(year) != text:
        raise UsageError(f"--split: {text} is no season; {season_text(year)} is one")
    days = [day for day in played if season_year(day) == year]
    if not days:
        there = ", ".join(season_text(year) for year in sorted({season_year(day) for day in played})) or "none"
        raise UsageError(f"--split: no date of {text} was played; seasons with played dates: {there}")
    return days[0], days[-1]


def part_of(parts: Sequence[Part]) -> pl.Expr:
    """Return the name of the part that a row's `game_date` lies in, its gap included; NULL outside of all."""
    day = pl.col("game_date")
    return pl.coalesce(pl.when(day.is_between(p.first, p.last)).then(pl.lit(p.name)) for p in parts)


def in_gap(parts: Sequence[Part]) -> pl.Expr:
    """Return whether a row's `game_date` lies in the gap at the end of a part."""
    day = pl.col("game_date")
    return pl.any_horizontal((day > p.kept) & (day <= p.last) for p in parts)

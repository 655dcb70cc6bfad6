"""Spreads and totals: what counts before tip-off, a consensus of books and a single book (upcoming context 1.9 to 3.2).

All points are integers of hundredths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nbaproc.reference.cuts import Times
from nbaproc.reference.notes import Notes
from nbaproc.reference.numbers import hu, scale
from nbaproc.reference.order import latest
from nbaproc.reference.quotes import ODDS_API_BOOKS, book_key, rank_of_book
from nbaproc.reference.raw_rows import GAME_LINES, RawRow, example, folded, moment, number, text, trimmed
from nbaproc.reference.rekey import Place, count_place
from nbaproc.reference.teams import known_team
from nbaproc.reference.texts import stripped

SPREADS, TOTALS = "spreads", "totals"
OVER, UNDER = "over", "under"


@dataclass(frozen=True, slots=True)
class GameLine:
    """What a book had on one outcome of a game at one moment.

    Attributes:
        book: Key of the book.
        market: spreads or totals.
        outcome: Code of the team, or over or under.
        seen_at: When it was seen.
        point: The spread or total, in hundredths.
        processed_at: When the row was loaded.
    """

    book: str
    market: str
    outcome: str
    seen_at: datetime
    point: int
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consensus:
    """The middle of the books at the last moment, at the first one, and who they were at the last."""

    current: int
    opening: int
    books: str


@dataclass(frozen=True, slots=True)
class BookLine:
    """The last line of the best book, how far it has moved, and when it was seen."""

    book: str
    point: int
    movement: int
    seen_at: datetime


def read_lines(
    of_date: date, placed: Iterable[tuple[RawRow, Place]], times: Mapping[str, Times], notes: Notes
) -> dict[str, list[GameLine]]:
    """Return the usable lines by game id; whatever is left out is counted by its first fault.

    Args:
        of_date: The date.
        placed: Raw rows and where they belong.
        times: Tip-off and cut of every game.
        notes: Where to count.
    """
    found: dict[tuple[str, str, str, str, datetime], list[GameLine]] = {}
    samples: dict[tuple[str, str, str, str, datetime], str] = {}
    for row, place in placed:
        sample = example(of_date, row)
        market, point = folded(row, "market_key"), number(row, "outcome_point")
        book, seen_at = book_key(text(row, "bookmaker_key") or ""), moment(row, "snapshot_timestamp")
        if market not in (SPREADS, TOTALS):
            continue
        if point is None or not book or seen_at is None:
            missing = "point" if point is None else "book" if not book else "time"
            notes.count(f"line_without_{missing}", GAME_LINES, sample)
            continue
        count_place(of_date, GAME_LINES, row, place, notes)
        if place.game is None:
            continue
        commence = moment(row, "commence_time")
        outcome = team_of(row) if market == SPREADS else side_of(row)
        if seen_at > times[place.game.game_id].cut or (commence is not None and seen_at > commence):
            notes.count("line_after_tip", GAME_LINES, sample)
        elif outcome is None:
            notes.count("line_without_team" if market == SPREADS else "line_without_side", GAME_LINES, sample)
        else:
            line = GameLine(book, market, outcome, seen_at, scale(point, 2), moment(row, "processed_at"))
            key = (place.game.game_id, book, market, outcome, seen_at)
            found.setdefault(key, []).append(line)
            samples[key] = sample
    by_game: dict[str, list[GameLine]] = {}
    for key, lines in found.items():
        by_game.setdefault(key[0], []).append(min(lines, key=lambda line: (latest(line.processed_at), line.point)))
        if len(lines) > 1:
            notes.count("duplicate_rows", GAME_LINES, samples[key], times=len(lines) - 1)
    return by_game


def team_of(row: RawRow) -> str | None:
    """Return the code of the team a spread is about; NULL if its name is neither team's, or both teams'."""
    outcome = text(row, "outcome_name")
    if outcome is None:
        return None
    named = [
        column
        for column in ("home_team", "away_team")
        if text(row, column) is not None and stripped(text(row, column)) == stripped(outcome)
    ]
    return known_team(text(row, f"{named[0]}_abbr")) if len(named) == 1 else None


def side_of(row: RawRow) -> str | None:
    """Return over or under; NULL if it is neither."""
    side = (trimmed(row, "outcome_name") or "").lower()
    return side if side in (OVER, UNDER) else None


def spread_consensus(lines: Iterable[GameLine], home: str) -> Consensus | None:
    """Return the consensus of the spreads of the home team."""
    return _consensus([line for line in lines if line.market == SPREADS and line.outcome == home])


def total_consensus(lines: Iterable[GameLine]) -> Consensus | None:
    """Return the consensus of the totals: Over where a book has it at that moment, else Under."""
    chosen: dict[tuple[str, datetime], GameLine] = {}
    for line in lines:
        if line.market == TOTALS and (line.outcome == OVER or (line.book, line.seen_at) not in chosen):
            chosen[line.book, line.seen_at] = line
    return _consensus(list(chosen.values()))


def median(points: Iterable[int]) -> int:
    """Return the middle of points in hundredths; of an even number the mean of both middle ones.

    >>> median([-500, -450]), median([-325, -350]), median([650, 700, 750])
    (-475, -338, 700)
    """
    ordered = sorted(points)
    upper = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[upper]
    return hu(ordered[upper - 1] + ordered[upper], 200, 2) or 0


def best_line(lines: Iterable[GameLine], market: str, outcome: str) -> BookLine | None:
    """Return the last line of the best book that has one on an outcome."""
    wanted = [line for line in lines if line.market == market and line.outcome == outcome]
    if not wanted:
        return None
    book = min((line.book for line in wanted), key=lambda book: rank_of_book(book, ODDS_API_BOOKS))
    of_book = [line for line in wanted if line.book == book]
    first, last = min(of_book, key=_seen_at), max(of_book, key=_seen_at)
    return BookLine(book, last.point, last.point - first.point, last.seen_at)


def _consensus(lines: Sequence[GameLine]) -> Consensus | None:
    if not lines:
        return None
    first, last = min(line.seen_at for line in lines), max(line.seen_at for line in lines)
    return Consensus(
        current=median(line.point for line in lines if line.seen_at == last),
        opening=median(line.point for line in lines if line.seen_at == first),
        books=",".join(sorted(line.book for line in lines if line.seen_at == last)),
    )


def _seen_at(line: GameLine) -> datetime:
    return line.seen_at

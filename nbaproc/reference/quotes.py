"""Points lines as books quote them, and which of them is kept for a player (game summaries 7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nbaproc.reference.numbers import scale
from nbaproc.reference.order import earliest, latest, smallest
from nbaproc.reference.texts import words

#: Books in the order in which they are believed; all others follow by name.
ODDS_API_BOOKS = ("draftkings", "fanduel")
BETTINGPROS_BOOKS = ("draftkings", "fanduel", "bettingpros_consensus")
#: In front of the book's key where the line comes from the second feed.
BETTINGPROS_PREFIX = "bettingpros_"


@dataclass(frozen=True, slots=True)
class Quote:
    """One line of one book on one player's points, in tenths of a point."""

    book: str
    line: int
    opening: int | None
    seen_at: datetime
    moved_at: datetime | None
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PointsLine:
    """The line that is kept for a player in a game, in tenths of a point, and what it opened at."""

    source: str
    line: int
    opening: int | None
    is_second_feed: bool = False


def book_key(name: str) -> str:
    """Return the key of a book.

    >>> book_key(" BettingPros  Consensus ")
    'bettingpros_consensus'
    """
    return "_".join(words(name.lower()))


def tenths(line: float | None) -> int | None:
    """Return a line in tenths of a point; one that is not above 0 is no line.

    >>> tenths(24.5), tenths(0.0), tenths(None)
    (245, None, None)
    """
    return scale(line, 1) if line is not None and line > 0 else None


def choose_odds_api(quotes: Iterable[Quote]) -> PointsLine:
    """Take the best book's last quote, and its first one for the opening."""
    quotes = list(quotes)
    book = min((quote.book for quote in quotes), key=lambda book: rank_of_book(book, ODDS_API_BOOKS))
    of_book = [quote for quote in quotes if quote.book == book]
    last = min(of_book, key=lambda q: (latest(q.seen_at), latest(q.moved_at), latest(q.processed_at), q.line))
    first = min(of_book, key=lambda q: (earliest(q.seen_at), earliest(q.moved_at), earliest(q.processed_at), q.line))
    return PointsLine(book, last.line, first.line)


def choose_bettingpros(quotes: Iterable[Quote]) -> PointsLine:
    """Take the best book's last quote, which has the opening with it."""
    best = min(
        quotes,
        key=lambda q: (
            *(rank_of_book(q.book, BETTINGPROS_BOOKS), latest(q.seen_at), latest(q.processed_at)),
            *(q.line, smallest(q.opening)),
        ),
    )
    return PointsLine(BETTINGPROS_PREFIX + best.book, best.line, best.opening, is_second_feed=True)


def rank_of_book(book: str, preferred: Sequence[str]) -> tuple[int, str]:
    """Return the place of a book among books: the preferred ones as listed, the others by name.

    >>> sorted(["betmgm", "fanduel", "draftkings"], key=lambda book: rank_of_book(book, ODDS_API_BOOKS))
    ['draftkings', 'fanduel', 'betmgm']
    """
    return (preferred.index(book) if book in preferred else len(preferred), book)

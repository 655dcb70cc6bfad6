"""Points lines: which book, which snapshot, and never one taken after tip-off (game summaries 2.2 and 7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nbaproc.reference.calendar import eastern_instant, eastern_noon, wall_clock
from nbaproc.reference.names import Ladder
from nbaproc.reference.notes import Notes
from nbaproc.reference.numbers import scale
from nbaproc.reference.order import earliest, latest, smallest
from nbaproc.reference.raw_rows import (
    BETTINGPROS,
    GAME_LINES,
    ODDS_PROPS,
    RawDay,
    RawRow,
    example,
    flag,
    folded,
    moment,
    number,
    text,
    trimmed,
)
from nbaproc.reference.registry import Registry
from nbaproc.reference.rekey import Place, RekeyedDay, count_place
from nbaproc.reference.schedule import Game
from nbaproc.reference.source_choice import Choice
from nbaproc.reference.texts import words

#: Books in the order in which they are believed; all others follow by name.
ODDS_API_BOOKS = ("draftkings", "fanduel")
BETTINGPROS_BOOKS = ("draftkings", "fanduel", "bettingpros_consensus")
#: In front of the book's key where the line comes from the second feed.
BETTINGPROS_PREFIX = "bettingpros_"
#: A start this much before the scheduled tip-off moves the cut forward.
EARLY_START = timedelta(hours=2)


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


#: The line of each player who has one, by (game_id, player lookup).
Lines = dict[tuple[str, str], PointsLine]


def build_lines(
    of_date: date,
    raw: RawDay,
    rekeyed: RekeyedDay,
    choices: Mapping[str, Choice],
    registry: Registry,
    notes: Notes,
) -> Lines:
    """Choose the points line of every player row of a date.

    Args:
        of_date: The date.
        raw: Raw rows of the date by table.
        rekeyed: The games of the date and the placing of raw rows.
        choices: The player source of each game, by game id.
        registry: The player registry, for the aliases.
        notes: Where to count what is dropped.
    """
    placed = [(row, rekeyed.rekeyer.place(ODDS_PROPS, row)) for row in raw[ODDS_PROPS]]
    cuts = _cuts(rekeyed, placed, notes)
    lines: Lines = {}
    for player, quotes in _odds_api_quotes(of_date, placed, choices, cuts, registry, notes).items():
        lines[player] = choose_odds_api(quotes)
    for player, quotes in _bettingpros_quotes(of_date, raw[BETTINGPROS], choices, cuts, registry, notes).items():
        if player not in lines:
            lines[player] = choose_bettingpros(quotes)
    return lines


def cut_time(game: Game, start: datetime | None) -> datetime:
    """Return the moment up to which a line may be used.

    The scheduled tip-off, else the start the odds feed gives, else noon in New York; the start also where it is more
    than two hours before the tip-off.
    """
    tip = game.tip_off or start
    if tip is None:
        return eastern_noon(game.game_date)
    return start if start is not None and is_early(game, start) else tip


def is_early(game: Game, start: datetime | None) -> bool:
    """Whether the odds feed has a game start more than two hours before the scheduled tip-off."""
    return start is not None and game.tip_off is not None and start < game.tip_off - EARLY_START


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
    book = min((quote.book for quote in quotes), key=lambda book: _rank_of_book(book, ODDS_API_BOOKS))
    of_book = [quote for quote in quotes if quote.book == book]
    last = min(of_book, key=lambda q: (latest(q.seen_at), latest(q.moved_at), latest(q.processed_at), q.line))
    first = min(of_book, key=lambda q: (earliest(q.seen_at), earliest(q.moved_at), earliest(q.processed_at), q.line))
    return PointsLine(book, last.line, first.line)


def choose_bettingpros(quotes: Iterable[Quote]) -> PointsLine:
    """Take the best book's last quote, which has the opening with it."""
    best = min(
        quotes,
        key=lambda q: (
            *(_rank_of_book(q.book, BETTINGPROS_BOOKS), latest(q.seen_at), latest(q.processed_at)),
            *(q.line, smallest(q.opening)),
        ),
    )
    return PointsLine(BETTINGPROS_PREFIX + best.book, best.line, best.opening)


def _rank_of_book(book: str, preferred: Sequence[str]) -> tuple[int, str]:
    return (preferred.index(book) if book in preferred else len(preferred), book)


def _cuts(rekeyed: RekeyedDay, placed: Iterable[tuple[RawRow, Place]], notes: Notes) -> dict[str, datetime]:
    """Return the cut of every game; its start is the earliest the lines and props of the game name."""
    starts: dict[str, list[datetime]] = {game.game_id: [] for game in rekeyed.games}
    for row, place in placed:
        start = moment(row, "game_start_time")
        if place.game is not None and start is not None:
            starts[place.game.game_id].append(start)
    cuts = {}
    for game in rekeyed.games:
        for row in rekeyed.rows(GAME_LINES, game):
            commence = moment(row, "commence_time")
            if commence is not None:
                starts[game.game_id].append(commence)
        start = min(starts[game.game_id], default=None)
        cuts[game.game_id] = cut_time(game, start)
        if is_early(game, start):
            notes.count("tip_mismatch", "", f"{game.game_date} {game.game_id}")
    return cuts


def _odds_api_quotes(
    of_date: date,
    placed: Iterable[tuple[RawRow, Place]],
    choices: Mapping[str, Choice],
    cuts: Mapping[str, datetime],
    registry: Registry,
    notes: Notes,
) -> dict[tuple[str, str], list[Quote]]:
    """Collect the usable quotes of the first feed by player; whatever is unusable is counted by its first fault."""
    ladders = {game_id: Ladder(choice.lines, registry.aliases) for game_id, choice in choices.items()}
    unmatched: set[tuple[str, str]] = set()
    quotes: dict[tuple[str, str], list[Quote]] = {}
    for row, place in placed:
        quoted = _read(of_date, ODDS_PROPS, row, moment(row, "snapshot_timestamp"), None, notes)
        if quoted is None:
            continue
        count_place(of_date, ODDS_PROPS, row, place, notes)
        if place.game is None:
            continue
        game_id = place.game.game_id
        if quoted.seen_at > cuts[game_id]:
            notes.count("prop_after_tip", ODDS_PROPS, example(of_date, row))
        elif choices[game_id].source is not None:
            name = _name(row)
            line = ladders[game_id].find(name)
            if line is not None:
                quotes.setdefault((game_id, line.lookup), []).append(quoted)
            elif (game_id, name) not in unmatched:
                unmatched.add((game_id, name))
                notes.count("unmatched_name", ODDS_PROPS, f"{of_date} {game_id} {name}")
    return quotes


def _bettingpros_quotes(
    of_date: date,
    rows: Iterable[RawRow],
    choices: Mapping[str, Choice],
    cuts: Mapping[str, datetime],
    registry: Registry,
    notes: Notes,
) -> dict[tuple[str, str], list[Quote]]:
    """Collect the usable quotes of the second feed by player, who is looked for in all games of the date."""
    ladder = Ladder((line for choice in choices.values() for line in choice.lines), registry.aliases)
    unmatched: set[str] = set()
    quotes: dict[tuple[str, str], list[Quote]] = {}
    for row in rows:
        is_points_over = folded(row, "market_type") == "points" and folded(row, "bet_side") == "over"
        if not is_points_over or flag(row, "is_active") is False:
            continue
        updated = moment(row, "bookmaker_last_update")
        seen_at = eastern_instant(wall_clock(updated)) if updated is not None else None
        quoted = _read(of_date, BETTINGPROS, row, seen_at, tenths(number(row, "opening_line")), notes)
        if quoted is None:
            continue
        name = _name(row)
        line = ladder.find(name)
        if line is None:
            if name not in unmatched:
                unmatched.add(name)
                notes.count("unmatched_name", BETTINGPROS, f"{of_date} {name}")
        elif quoted.seen_at > cuts[line.game_id]:
            notes.count("prop_after_tip", BETTINGPROS, example(of_date, row))
        else:
            quotes.setdefault((line.game_id, line.lookup), []).append(quoted)
    return quotes


def _read(
    of_date: date, table: str, row: RawRow, seen_at: datetime | None, opening: int | None, notes: Notes
) -> Quote | None:
    """Read a quote; one without a line, a book or a time is counted and left out."""
    line, book = tenths(number(row, "points_line")), book_key(text(row, "bookmaker") or "")
    if line is not None and book and seen_at is not None:
        moved_at = moment(row, "bookmaker_last_update")
        return Quote(book, line, opening, seen_at, moved_at, moment(row, "processed_at"))
    missing = "line" if line is None else "book" if not book else "time"
    notes.count(f"prop_without_{missing}", table, example(of_date, row))
    return None


def _name(row: RawRow) -> str:
    """Return the name of the player as the feed has it, in whose absence the lookup stands in."""
    column = "player_name" if trimmed(row, "player_name") else "player_lookup"
    return (text(row, column) or "") if trimmed(row, column) else ""

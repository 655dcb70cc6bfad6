"""Points lines of players: read, cut at tip-off, and attached to names (game summaries 7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from nbaproc.reference.calendar import eastern_instant, wall_clock
from nbaproc.reference.cuts import Times, times_of
from nbaproc.reference.game import Game
from nbaproc.reference.names import Ladder, Named
from nbaproc.reference.notes import Notes
from nbaproc.reference.quotes import PointsLine, Quote, book_key, choose_bettingpros, choose_odds_api, tenths
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
from nbaproc.reference.rekey import Place, RekeyedDay, count_place
from nbaproc.reference.source_choice import Choice


class Candidate(Named, Protocol):
    """A player of a game that a line may be about."""

    @property
    def game_id(self) -> str:
        """Canonical id of the game."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote of the first feed on somebody in a game, before it is known on whom."""

    game: Game
    name: str
    quote: Quote
    sample: str


#: The line of each player who has one, by (game_id, player lookup).
Lines = dict[tuple[str, str], PointsLine]
#: The quotes on each player, by (game_id, player lookup).
Quotes = dict[tuple[str, str], list[Quote]]


def build_lines(
    of_date: date,
    raw: RawDay,
    rekeyed: RekeyedDay,
    choices: Mapping[str, Choice],
    aliases: Mapping[str, str],
    notes: Notes,
) -> Lines:
    """Choose the points line of every player row of a date.

    Args:
        of_date: The date.
        raw: Raw rows of the date by table.
        rekeyed: The games of the date and the placing of raw rows.
        choices: The player source of each game, by game id.
        aliases: Canonical lookup by alias.
        notes: Where to count what is dropped.
    """
    placed = [(row, rekeyed.rekeyer.place(ODDS_PROPS, row)) for row in raw[ODDS_PROPS]]
    starts = starts_of(placed)
    for game in rekeyed.games:
        for row in rekeyed.rows(GAME_LINES, game):
            add_start(starts, game, moment(row, "commence_time"))
    times = times_of(rekeyed.games, starts, notes)
    offers = read_offers(of_date, placed, notes)
    players = {game_id: choice.lines for game_id, choice in choices.items()}
    first = odds_api_quotes(of_date, offers, players, times, aliases, notes)
    second = bettingpros_quotes(of_date, raw[BETTINGPROS], players, times, aliases, notes)
    return choose_lines(first, second)


def starts_of(placed: Iterable[tuple[RawRow, Place]]) -> dict[str, list[datetime]]:
    """Return the starts that the rows of the first feed name, by game id."""
    starts: dict[str, list[datetime]] = {}
    for row, place in placed:
        if place.game is not None:
            add_start(starts, place.game, moment(row, "game_start_time"))
    return starts


def add_start(starts: dict[str, list[datetime]], game: Game, start: datetime | None) -> None:
    """Take down a start of a game, if there is one."""
    if start is not None:
        starts.setdefault(game.game_id, []).append(start)


def read_offers(of_date: date, placed: Iterable[tuple[RawRow, Place]], notes: Notes) -> list[Offer]:
    """Read the rows of the first feed that belong to a game; whatever is left out is counted by its first fault."""
    offers = []
    for row, place in placed:
        quote = _read(of_date, ODDS_PROPS, row, moment(row, "snapshot_timestamp"), None, notes)
        if quote is None:
            continue
        count_place(of_date, ODDS_PROPS, row, place, notes)
        if place.game is not None:
            offers.append(Offer(place.game, _name(row), quote, example(of_date, row)))
    return offers


def odds_api_quotes(
    of_date: date,
    offers: Iterable[Offer],
    players: Mapping[str, Sequence[Candidate]],
    times: Mapping[str, Times],
    aliases: Mapping[str, str],
    notes: Notes,
) -> Quotes:
    """Collect the usable quotes of the first feed by player; those on games without players are left alone."""
    ladders = {game_id: Ladder(of_game, aliases) for game_id, of_game in players.items()}
    unmatched: set[tuple[str, str]] = set()
    quotes: Quotes = {}
    for offer in offers:
        game_id, name = offer.game.game_id, offer.name
        if offer.quote.seen_at > times[game_id].cut:
            notes.count("prop_after_tip", ODDS_PROPS, offer.sample)
        elif players.get(game_id):
            player = ladders[game_id].find(name)
            if player is not None:
                quotes.setdefault((game_id, player.lookup), []).append(offer.quote)
            elif (game_id, name) not in unmatched:
                unmatched.add((game_id, name))
                notes.count("unmatched_name", ODDS_PROPS, f"{of_date} {game_id} {name}")
    return quotes


def bettingpros_quotes(
    of_date: date,
    rows: Iterable[RawRow],
    players: Mapping[str, Sequence[Candidate]],
    times: Mapping[str, Times],
    aliases: Mapping[str, str],
    notes: Notes,
    *,
    count_unmatched: bool = True,
) -> Quotes:
    """Collect the usable quotes of the second feed by player, who is looked for in all games of the date."""
    ladder = Ladder((player for of_game in players.values() for player in of_game), aliases)
    unmatched: set[str] = set()
    quotes: Quotes = {}
    for row in rows:
        is_points_over = folded(row, "market_type") == "points" and folded(row, "bet_side") == "over"
        if not is_points_over or flag(row, "is_active") is False:
            continue
        updated = moment(row, "bookmaker_last_update")
        seen_at = eastern_instant(wall_clock(updated)) if updated is not None else None
        quote = _read(of_date, BETTINGPROS, row, seen_at, tenths(number(row, "opening_line")), notes)
        if quote is None:
            continue
        name = _name(row)
        player = ladder.find(name)
        if player is None:
            if count_unmatched and name not in unmatched:
                unmatched.add(name)
                notes.count("unmatched_name", BETTINGPROS, f"{of_date} {name}")
        elif quote.seen_at > times[player.game_id].cut:
            notes.count("prop_after_tip", BETTINGPROS, example(of_date, row))
        else:
            quotes.setdefault((player.game_id, player.lookup), []).append(quote)
    return quotes


def choose_lines(first_feed: Quotes, second_feed: Quotes) -> Lines:
    """Choose the line of every player: of the first feed, else of the second."""
    lines = {player: choose_odds_api(quotes) for player, quotes in first_feed.items()}
    for player, quotes in second_feed.items():
        if player not in lines:
            lines[player] = choose_bettingpros(quotes)
    return lines


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

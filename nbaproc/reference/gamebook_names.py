"""Whom the game books of a date list for a team, and the rows that name nobody (upcoming context 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nbaproc.failures import Category
from nbaproc.reference.notes import UPGC, Finding, Notes, reason
from nbaproc.reference.order import latest
from nbaproc.reference.placing import Placer
from nbaproc.reference.raw_rows import GAMEBOOK, RawRow, example, folded, moment, text, trimmed
from nbaproc.reference.rekey import Place, count_place
from nbaproc.reference.teams import is_unknown, team_code

#: Statuses, the strongest first.
STATUSES = ("active", "dnp", "inactive")
#: What the source says of a bare surname.
UNRESOLVED = ("not_found", "multiple_matches")
#: Of a player without a row, only the findings of the first of these are recorded.
RANK = (
    Category.NO_SCHEDULE_MATCH,
    Category.NO_TEAM,
    Category.TEAM_GAME_MISMATCH,
    Category.UNRESOLVED_NAME,
    Category.VALIDATION_FAILED,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A player a game book lists for one of the teams of its game."""

    lookup: str
    game_id: str
    team: str
    status: str
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row of a game book makes no row here."""

    lookup: str
    category: Category
    why: str


def read_gamebooks(
    of_date: date, rows: Iterable[RawRow], placer: Placer, newest_teams: Mapping[str, str], notes: Notes
) -> tuple[list[Entry], list[Fault]]:
    """Return the players the game books of a date list, one entry per game and player, and the faults of other rows.

    Args:
        of_date: The date.
        rows: Game-book rows of the date.
        placer: Finds the game of a row.
        newest_teams: Team of the newest game of everybody who played in the 30 days before.
        notes: Where to count what is left out without a word.
    """
    listed: dict[tuple[str, str], list[Entry]] = {}
    faults = []
    for row in rows:
        lookup = trimmed(row, "player_lookup")
        if lookup is None:
            notes.count("empty_name", GAMEBOOK, example(of_date, row))
            continue
        place = placer.place(GAMEBOOK, row)
        if place.game is not None or place.reason != "no_game":
            count_place(of_date, GAMEBOOK, row, place, notes)
        if place.game is None and place.reason != "no_game":
            continue
        if place.game is not None and is_unknown(team_code(text(row, "team_abbr"))):
            notes.count("unknown_team", GAMEBOOK, example(of_date, row))
            continue
        read = _read(row, lookup, place, newest_teams)
        if isinstance(read, Entry):
            listed.setdefault((read.game_id, lookup), []).append(read)
        else:
            faults.append(read)
    for entries in listed.values():
        entries.sort(key=lambda entry: (STATUSES.index(entry.status), latest(entry.processed_at), entry.team))
        if len(entries) > 1:
            sample = f"{of_date} {entries[0].game_id} {entries[0].lookup}"
            notes.count("duplicate_rows", GAMEBOOK, sample, times=len(entries) - 1)
    return [entries[0] for entries in listed.values()], faults


def record_faults(of_date: date, faults: Iterable[Fault], players: set[str], notes: Notes) -> None:
    """Record the faults of players who have no row on the date: of each those of the first category."""
    by_lookup: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.lookup not in players:
            by_lookup.setdefault(fault.lookup, []).append(fault)
    for lookup, found in by_lookup.items():
        first = min(RANK.index(fault.category) for fault in found)
        for fault in found:
            if fault.category is RANK[first]:
                notes.find(UPGC, Finding(of_date, "PLAYER", lookup, fault.category, fault.why))


def _read(row: RawRow, lookup: str, place: Place, newest_teams: Mapping[str, str]) -> Entry | Fault:
    if place.game is None:
        away, home = (team_code(text(row, column)) or "?" for column in ("away_team_abbr", "home_team_abbr"))
        return Fault(lookup, Category.NO_SCHEDULE_MATCH, reason("no_schedule_match", away, home))
    game_id = place.game.game_id
    team = team_code(text(row, "team_abbr")) or newest_teams.get(lookup)
    if team is None:
        return Fault(lookup, Category.NO_TEAM, reason("no_team", game_id))
    if team not in place.game.teams:
        return Fault(lookup, Category.TEAM_GAME_MISMATCH, reason("team_game_mismatch", game_id, team))
    status = folded(row, "player_status")
    if status not in STATUSES:
        shown = trimmed(row, "player_status") or ""
        return Fault(lookup, Category.VALIDATION_FAILED, reason("unknown_player_status", game_id, shown))
    if status == "inactive" and folded(row, "name_resolution_status") in UNRESOLVED:
        return Fault(lookup, Category.UNRESOLVED_NAME, reason("unresolved_name", game_id, team))
    return Entry(lookup, game_id, team, status, moment(row, "processed_at"))

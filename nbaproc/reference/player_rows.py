"""Player rows: what each of the three sources says about a game, cleaned (game summaries 3.1 and 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nbaproc.failures import Category
from nbaproc.reference.calendar import season_text
from nbaproc.reference.game import Game
from nbaproc.reference.minutes import is_unreadable, seconds
from nbaproc.reference.names import lookup_key, name_key
from nbaproc.reference.notes import Notes, reason
from nbaproc.reference.order import latest, smallest
from nbaproc.reference.player_line import NO_BOX_SCORE, BoxScore, PlayerLine
from nbaproc.reference.raw_rows import (
    BDL,
    GAMEBOOK,
    PLAYER_BOX,
    RawRow,
    example,
    folded,
    moment,
    text,
    trimmed,
    whole,
)
from nbaproc.reference.registry import Registry
from nbaproc.reference.teams import is_unknown, team_code
from nbaproc.reference.texts import stripped

#: Raw table of each player source, in order of priority.
SOURCES = {"nbac_gamebook": GAMEBOOK, "nbac_boxscores": PLAYER_BOX, "bdl_boxscores": BDL}
#: Player status, the one that counts most first.
STATUSES = ("active", "dnp", "inactive")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A raw player row that made no player row, and the record it may deserve.

    Attributes:
        source: Player source.
        category: Why it was dropped.
        entity_id: Player lookup, or what there is in place of one.
        reason: Sentence of the record.
        sample: The row in a few words.
    """

    source: str
    category: Category
    entity_id: str
    reason: str
    sample: str


@dataclass(slots=True)
class PlayerRows:
    """The cleaned rows of one source in one game.

    Attributes:
        source: Player source.
        raw_rows: Raw rows of the source that belong to the game.
        lines: One row per player.
        dropped: Raw rows that could not be used.
    """

    source: str
    raw_rows: int
    lines: list[PlayerLine]
    dropped: list[Dropped]


def clean_player_rows(source: str, game: Game, rows: Sequence[RawRow], registry: Registry, notes: Notes) -> PlayerRows:
    """Clean the rows of a source in a game, one per player."""
    dropped: list[Dropped] = []
    by_lookup: dict[str, list[tuple[PlayerLine, RawRow]]] = {}
    for row in rows:
        line = _clean(source, game, row, registry, notes)
        if isinstance(line, Dropped):
            dropped.append(line)
        elif line is not None:
            by_lookup.setdefault(line.lookup, []).append((line, row))

    lines: list[PlayerLine] = []
    for lookup, listed in by_lookup.items():
        listed.sort(key=lambda entry: _rank(entry[0]))
        winner = listed[0][0]
        lines.append(winner)
        for loser, row in listed[1:]:
            sample = example(game.game_date, row)
            if loser.nba_player_id not in (None, winner.nba_player_id) and winner.nba_player_id is not None:
                why = reason("two_people", source, game.game_id, winner.nba_player_id, loser.nba_player_id)
                dropped.append(Dropped(source, Category.DUPLICATE_KEY, lookup, why, sample))
            else:
                notes.count("duplicate_rows", SOURCES[source], sample)
    return PlayerRows(source, len(rows), sorted(lines, key=lambda line: line.lookup), dropped)


def _clean(source: str, game: Game, row: RawRow, registry: Registry, notes: Notes) -> PlayerLine | Dropped | None:
    """Clean one raw row; NULL if it is only counted."""
    table, sample = SOURCES[source], example(game.game_date, row)
    team = team_code(text(row, "team_abbr"))
    if is_unknown(team):
        notes.count("unknown_team", table, sample)
        return None

    name_column = "player_name" if source == "nbac_gamebook" else "player_full_name"
    full_name = trimmed(row, name_column)
    name = full_name or trimmed(row, "player_lookup") or ""
    lookup, matching_name = _keys(source, name, row)
    if not lookup:
        why = reason("empty_name", source)
        return Dropped(source, Category.VALIDATION_FAILED, name or game.game_id, why, sample)

    status = folded(row, "player_status") if source == "nbac_gamebook" else "active"
    if status not in STATUSES:
        why = reason("unknown_status", source, stripped(text(row, "player_status")))
        return Dropped(source, Category.VALIDATION_FAILED, lookup, why, sample)
    dnp_reason = trimmed(row, "dnp_reason") if source == "nbac_gamebook" and status == "dnp" else None

    minutes = text(row, "minutes")
    if is_unreadable(minutes):
        notes.count("bad_minutes", table, sample)
    box = _box_score(source, row)
    if source != "nbac_boxscores" and status == "active" and not (seconds(minutes) or 0) and not any(box.counts()):
        status = "dnp"

    if team is None:
        team = registry.team_of(lookup, season_text(game.season_year), game.teams)
    if team is None:
        why = reason("team_unresolved", source, game.away, game.home)
        return Dropped(source, Category.TEAM_UNRESOLVED, lookup, why, sample)
    if team not in game.teams:
        why = reason("team_not_in_game", source, team, game.game_id)
        return Dropped(source, Category.TEAM_NOT_IN_GAME, lookup, why, sample)

    line = PlayerLine(
        source=source,
        game_id=game.game_id,
        team=team,
        lookup=lookup,
        name_key=matching_name,
        full_name=full_name,
        status=status,
        dnp_reason=dnp_reason,
        nba_player_id=whole(row, "nba_player_id") if source == "nbac_boxscores" else None,
        seconds=seconds(minutes),
        box=box,
        plus_minus=whole(row, "plus_minus") if source != "bdl_boxscores" else None,
        processed_at=moment(row, "processed_at"),
        data_hash=text(row, "data_hash"),
    )
    return replace(line, seconds=None, box=NO_BOX_SCORE, plus_minus=None) if status == "dnp" else line


def _keys(source: str, name: str, row: RawRow) -> tuple[str, str]:
    """Return LK and NK of a row; the game book's own lookup is LK already and may hold more than the printed name."""
    if source != "nbac_gamebook":
        return lookup_key(name), name_key(name)
    lookup = trimmed(row, "player_lookup") or ""
    return lookup, name_key(name) if lookup_key(name) == lookup else lookup


def _box_score(source: str, row: RawRow) -> BoxScore:
    """Read the counts; total rebounds come from their two parts where the source has no total."""
    offensive, defensive = whole(row, "offensive_rebounds"), whole(row, "defensive_rebounds")
    rebounds = whole(row, "rebounds" if source == "bdl_boxscores" else "total_rebounds")
    return BoxScore(
        points=whole(row, "points"),
        assists=whole(row, "assists"),
        offensive_rebounds=offensive,
        defensive_rebounds=defensive,
        rebounds=total_rebounds(rebounds, offensive, defensive),
        steals=whole(row, "steals"),
        blocks=whole(row, "blocks"),
        turnovers=whole(row, "turnovers"),
        fouls=whole(row, "personal_fouls"),
        fg_makes=whole(row, "field_goals_made"),
        fg_attempts=whole(row, "field_goals_attempted"),
        three_makes=whole(row, "three_pointers_made"),
        three_attempts=whole(row, "three_pointers_attempted"),
        ft_makes=whole(row, "free_throws_made"),
        ft_attempts=whole(row, "free_throws_attempted"),
    )


def total_rebounds(given: int | None, offensive: int | None, defensive: int | None) -> int | None:
    """Return the total, else the sum of the parts with a single unknown one as 0.

    >>> total_rebounds(None, 3, None), total_rebounds(9, 3, 5), total_rebounds(None, None, None)
    (3, 9, None)
    """
    if given is not None or (offensive is None and defensive is None):
        return given
    return (offensive or 0) + (defensive or 0)


def _rank(line: PlayerLine) -> tuple[object, ...]:
    """Order the rows of one player in one game, the one to keep first."""
    return (
        STATUSES.index(line.status),
        latest(line.processed_at),
        -(line.seconds or 0),
        -(line.box.points or 0),
        line.team,
        smallest(line.data_hash),
        smallest(line.nba_player_id),
        smallest(line.full_name),
        smallest(line.dnp_reason),
        smallest(line.plus_minus),
        [smallest(count) for count in line.box.counts()],
    )

"""One date: from its raw rows to the rows of the game summaries and of the labels (game summaries 0)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference import ml_labels, player_game_summary, team_defense_game_summary, team_offense_game_summary
from nbaproc.reference.entities import Entities
from nbaproc.reference.game import Game
from nbaproc.reference.game_facts import GameFacts
from nbaproc.reference.identity import Identities
from nbaproc.reference.notes import ML_LABELS, PGS, TDGS, TOGS, Finding, Notes, reason
from nbaproc.reference.player_line import PlayerLine
from nbaproc.reference.player_rows import SOURCES, STATUSES, Dropped, clean_player_rows
from nbaproc.reference.props import build_lines
from nbaproc.reference.raw_rows import BIGDATABALL, PLAY_BY_PLAY, SHOT_CHART, TEAM_BOX, RawDay
from nbaproc.reference.registry import Registry
from nbaproc.reference.rekey import RekeyedDay, rekey_day
from nbaproc.reference.schedule import Schedule, report_schedule
from nbaproc.reference.shots import build_shots
from nbaproc.reference.source_choice import Choice, choose_source
from nbaproc.reference.team_base import build_team_base, game_length
from nbaproc.reference.tracking import TRACKED, TRACKED_PROPS, track

#: Rows of a table as column values, without the row hash.
Rows = list[dict[str, object]]


@dataclass(slots=True)
class GameBuild:
    """What is found out about a game on the way to its rows.

    Attributes:
        game: The game.
        choice: Its player source.
        dropped: Raw player rows of any source that made no player row.
        facts: What the tables need, NULL without a box score of both teams.
    """

    game: Game
    choice: Choice
    dropped: list[Dropped] = field(default_factory=list)
    facts: GameFacts | None = None


def build_day(
    of_date: date,
    raw: RawDay,
    schedule: Schedule,
    registry: Registry,
    identities: Identities,
    entities: Entities,
    notes: Notes,
) -> dict[str, Rows]:
    """Return the rows of a date by table; a date on which no game of the schedule is over has none."""
    tables: dict[str, Rows] = {TOGS: [], TDGS: [], PGS: [], ML_LABELS: []}
    if not schedule.final_games(of_date):
        return tables
    report_schedule(of_date, schedule, notes)
    rekeyed = rekey_day(of_date, schedule, raw, notes)
    builds = [_build_game(game, rekeyed, registry, notes) for game in rekeyed.games]
    lines = build_lines(of_date, raw, rekeyed, {b.game.game_id: b.choice for b in builds}, registry.aliases, notes)

    tracked = track(TRACKED, raw, len(builds))
    tracked_with_props = tracked | track(TRACKED_PROPS, raw, len(builds))
    all_facts = [build.facts for build in builds if build.facts is not None]
    for facts in entities.each(TOGS, of_date, all_facts, _game_id):
        tables[TOGS] += [row | tracked for row in team_offense_game_summary.build_rows(facts)]
    for facts in entities.each(TDGS, of_date, all_facts, _game_id):
        tables[TDGS] += [row | tracked for row in team_defense_game_summary.build_rows(facts)]
    listed = _one_game_each(of_date, all_facts, notes)
    for facts, line in entities.each(PGS, of_date, listed, lambda entry: entry[1].lookup):
        points_line = lines.get((line.game_id, line.lookup))
        row = player_game_summary.build_row(facts, line, points_line, identities)
        tables[PGS].append(row | tracked_with_props)
        if row["universal_player_id"] is None:
            why = reason("registry_miss", line.full_name or line.lookup, line.team)
            notes.find(PGS, Finding(of_date, "PLAYER", line.lookup, Category.REGISTRY_MISS, why))
    tables[ML_LABELS] = [ml_labels.build_row(row) for row in entities.rows(ML_LABELS, of_date, tables[PGS])]
    _settle_dropped(of_date, builds, {str(row["player_lookup"]) for row in tables[PGS]}, notes)
    return tables


def _game_id(facts: GameFacts) -> str:
    return facts.game.game_id


def _build_game(game: Game, rekeyed: RekeyedDay, registry: Registry, notes: Notes) -> GameBuild:
    """Choose the sources of a game and put its facts together."""
    sources = {
        source: clean_player_rows(source, game, rekeyed.rows(table, game), registry, notes)
        for source, table in SOURCES.items()
    }
    choice = choose_source(game, list(sources.values()), notes)
    dropped = [entry for rows in sources.values() for entry in rows.dropped]
    has_player_rows = any(rows.raw_rows for rows in sources.values())
    base = build_team_base(game, rekeyed.rows(TEAM_BOX, game), choice, has_player_rows, notes)
    shot_rows = {table: rekeyed.rows(table, game) for table in (BIGDATABALL, PLAY_BY_PLAY, SHOT_CHART)}
    box_lines = sources["nbac_boxscores"].lines
    shots = build_shots(game, shot_rows, base, choice, box_lines, registry, notes)
    if base is None:
        return GameBuild(game, choice, dropped)
    length = game_length(base, shots.last_period if shots is not None else None)
    return GameBuild(game, choice, dropped, GameFacts(game, choice, base, length, shots))


def _one_game_each(of_date: date, all_facts: Iterable[GameFacts], notes: Notes) -> list[tuple[GameFacts, PlayerLine]]:
    """Return the active and DNP rows of all games; a player listed in two games of a date keeps one of them."""
    by_lookup: dict[str, list[tuple[GameFacts, PlayerLine]]] = {}
    for facts in all_facts:
        for line in facts.choice.lines:
            if line.status != "inactive":
                by_lookup.setdefault(line.lookup, []).append((facts, line))
    kept = []
    for lookup, listed in by_lookup.items():
        listed.sort(key=lambda entry: _rank(entry[1]))
        kept.append(listed[0])
        for _, loser in listed[1:]:
            why = reason("two_games", listed[0][1].game_id, loser.game_id)
            notes.find(PGS, Finding(of_date, "PLAYER", lookup, Category.DUPLICATE_KEY, why))
    return kept


def _rank(line: PlayerLine) -> tuple[int, int, str]:
    return (STATUSES.index(line.status), -(line.seconds or 0), line.game_id)


def _settle_dropped(of_date: date, builds: Sequence[GameBuild], players: set[str], notes: Notes) -> None:
    """Write records of the raw player rows that made no row, where their source was to be believed.

    A row of another source than the game's is counted only, and so is one whose player has a row of the date.
    """
    for build in builds:
        for dropped in build.dropped:
            is_of_the_source = build.choice.source in (None, dropped.source)
            is_note = dropped.category is Category.DUPLICATE_KEY
            if is_of_the_source and (is_note or dropped.entity_id not in players):
                notes.find(PGS, Finding(of_date, "PLAYER", dropped.entity_id, dropped.category, dropped.reason))
            else:
                notes.count("dropped_row", SOURCES[dropped.source], dropped.sample)

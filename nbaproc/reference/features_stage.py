"""The features stage: the pre-game context of the wanted dates, and the tables that look back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.analysis_day import TABLES, Analysis, read_past
from nbaproc.reference.entities import Entities
from nbaproc.reference.feature_checks import count_required_defaults
from nbaproc.reference.form import Forms
from nbaproc.reference.history import History
from nbaproc.reference.identity import Identities
from nbaproc.reference.notes import MLFS, PGS, TDGS, TOGS, Notes
from nbaproc.reference.outcome import Outcome, finisher
from nbaproc.reference.raw_rows import ALIASES, DATED_CONTEXT, REGISTRY, ROSTERS, SCHEDULE, by_date
from nbaproc.reference.registry import Registry
from nbaproc.reference.rosters import Rosters
from nbaproc.reference.schedule import clean_schedule
from nbaproc.reference.season_days import SeasonDays
from nbaproc.reference.team_games import TeamGames
from nbaproc.reference.upcoming_day import World, build_day


def build(
    tables: Mapping[str, Table],
    raw: Mapping[str, Sequence[Mapping[str, object]]],
    dates: Collection[date],
    entities: Entities,
    progress: Callable[[date], None] | None = None,
) -> Outcome:
    """Compute tables of the features stage; see `nbaproc.reference.build`.

    Raises:
        ValueError: A table is wanted without a table of the stage it is made of, or a game summary has two rows of a
            key.
    """
    notes = Notes()
    schedule = clean_schedule(raw.get(SCHEDULE, ()))
    registry = Registry(raw.get(REGISTRY, ()), raw.get(ALIASES, ()))
    world = World(
        schedule=schedule,
        team_games=TeamGames(game for games in schedule.by_date.values() for game in games),
        registry=registry,
        identities=Identities(registry),
        rosters=Rosters(raw.get(ROSTERS, ()), registry),
        history=History(raw.get(PGS, ())),
        forms=Forms(raw.get(TOGS, ()), raw.get(TDGS, ())),
        entities=entities,
    )
    days = SeasonDays(world.team_games.openers)
    days.count((of_date for of_date in dates if of_date in schedule.by_date), notes)
    looks_back = any(table in TABLES for table in tables)
    past = read_past(raw if looks_back else {}, days, schedule.by_date, world.team_games, world.history, world.forms)
    analysis = Analysis(tables, past, entities)
    of_table = {table: by_date(raw.get(table, ()), "game_date", dates) for table in DATED_CONTEXT}
    context = [name for name in tables if name not in TABLES]
    finish = {name: finisher(tables[name]) for name in context}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for of_date in sorted(set(dates)):
        raw_day = {table: of_table[table][of_date] for table in DATED_CONTEXT}
        made = build_day(of_date, context, raw_day, world, notes)
        of_day = {name: [finish[name](row) for row in entities.rows(name, of_date, made[name])] for name in context}
        if of_date in schedule.by_date:
            of_day |= analysis.build_day(of_date, of_day, notes)
        for name in of_day:
            rows[name] += of_day[name]
        if progress is not None:
            progress(of_date)
    count_required_defaults(rows.get(MLFS, ()), days, notes)
    return Outcome.of(rows, tables, notes)

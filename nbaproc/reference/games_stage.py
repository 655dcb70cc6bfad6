"""The games stage: the three game summaries of the wanted dates, and the labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.day import build_day
from nbaproc.reference.entities import Entities
from nbaproc.reference.identity import Identities
from nbaproc.reference.notes import Notes
from nbaproc.reference.outcome import Outcome, finisher
from nbaproc.reference.raw_rows import ALIASES, DATED, REGISTRY, SCHEDULE, by_date
from nbaproc.reference.registry import Registry
from nbaproc.reference.schedule import clean_schedule


def build(
    tables: Mapping[str, Table],
    raw: Mapping[str, Sequence[Mapping[str, object]]],
    dates: Collection[date],
    entities: Entities,
    progress: Callable[[date], None] | None = None,
) -> Outcome:
    """Compute tables of the games stage; see `nbaproc.reference.build`."""
    notes = Notes()
    schedule = clean_schedule(raw.get(SCHEDULE, ()))
    registry = Registry(raw.get(REGISTRY, ()), raw.get(ALIASES, ()))
    identities = Identities(registry)
    of_table = {table: by_date(raw.get(table, ()), column, dates) for table, column in DATED.items()}
    finish = {name: finisher(table) for name, table in tables.items()}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for of_date in sorted(set(dates)):
        raw_day = {table: of_table[table][of_date] for table in DATED}
        of_day = build_day(of_date, raw_day, schedule, registry, identities, entities, notes)
        for name in tables:
            rows[name] += [finish[name](row) for row in entities.rows(name, of_date, of_day[name])]
        if progress is not None:
            progress(of_date)
    return Outcome.of(rows, tables, notes)

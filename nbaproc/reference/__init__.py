"""The reference engine: the tables in plain Python, one game and one player at a time.

It is meant to be read with a pencil and to prove the vectorised engine: it starts from the raw rows, shares nothing
with that engine but the declarations of columns and categories, and uses the standard library alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.day import build_day
from nbaproc.reference.identity import Identities
from nbaproc.reference.notes import PGS, TDGS, TOGS, Notes, merge
from nbaproc.reference.raw_rows import ALIASES, DATED, REGISTRY, SCHEDULE, by_date
from nbaproc.reference.registry import Registry
from nbaproc.reference.schedule import clean_schedule


@dataclass
class Outcome:
    """What a build returns.

    Attributes:
        rows: Complete rows by table, sorted by key, columns in declared order.
        records: Draft failure records by table, sorted.
        counts: How often something happened to a raw row or a game, by (name, detail).
        samples: Up to ten examples of what was counted.
    """

    rows: dict[str, list[dict[str, Any]]]
    records: dict[str, list[dict[str, Any]]]
    counts: dict[tuple[str, str], int]
    samples: dict[tuple[str, str], list[str]]


def build(
    tables: Mapping[str, Table],
    raw: Mapping[str, Sequence[Mapping[str, object]]],
    dates: Collection[date],
    progress: Callable[[date], None] | None = None,
) -> Outcome:
    """Compute game summaries.

    Args:
        tables: Declarations of the wanted tables by name.
        raw: Raw rows by raw table; a table that is not there is empty. Rows of other dates are ignored, but the
            schedule, the registry and the aliases are read whole.
        dates: Dates to compute.
        progress: Called with each date once it is done.

    Returns:
        Rows and records of the wanted tables, and counts of the whole stage.

    Raises:
        ValueError: A wanted table is none of the game summaries.
    """
    strangers = sorted(set(tables) - {TOGS, TDGS, PGS})
    if strangers:
        raise ValueError(f"no game summaries: {', '.join(strangers)}")
    notes = Notes()
    schedule = clean_schedule(raw.get(SCHEDULE, ()))
    registry = Registry(raw.get(REGISTRY, ()), raw.get(ALIASES, ()))
    identities = Identities(registry)
    of_table = {table: by_date(raw.get(table, ()), column, dates) for table, column in DATED.items()}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for of_date in sorted(set(dates)):
        raw_day = {table: of_table[table][of_date] for table in DATED}
        of_day = build_day(of_date, raw_day, schedule, registry, identities, notes)
        for name, table in tables.items():
            rows[name] += [complete(row, table) for row in of_day[name]]
        if progress is not None:
            progress(of_date)
    for name, table in tables.items():
        rows[name] = in_order(rows[name], table)
    return Outcome(
        rows=rows,
        records={name: merge(notes.findings[name]) for name in tables},
        counts=dict(sorted(notes.counts.items())),
        samples=notes.samples(),
    )


def complete(values: Mapping[str, object], table: Table) -> dict[str, Any]:
    """Put the values of a row in declared order and close it with its hash."""
    hashed = row_hash(values, table)
    return {name: hashed if name == "data_hash" else values[name] for name in table.names}


def in_order(rows: list[dict[str, Any]], table: Table) -> list[dict[str, Any]]:
    """Sort rows by the key of their table."""
    return sorted(rows, key=lambda row: tuple(row[column] for column in table.key))

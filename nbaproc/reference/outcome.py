"""What a build returns, and how its rows are finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.canonical import row_hasher
from nbaproc.reference.notes import Notes, merge


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

    @classmethod
    def of(cls, rows: dict[str, list[dict[str, Any]]], tables: Mapping[str, Table], notes: Notes) -> Outcome:
        """Sort the rows of the wanted tables by key and put the notes of their stage beside them."""
        return cls(
            rows={name: in_order(rows[name], table) for name, table in tables.items()},
            records={name: merge(notes.findings[name]) for name in tables},
            counts=dict(sorted(notes.counts.items())),
            samples=notes.samples(),
        )


def finisher(table: Table) -> Callable[[Mapping[str, object]], dict[str, Any]]:
    """Return the function that puts the values of a row in declared order and closes it with its hash."""
    names, row_hash = table.names, row_hasher(table)

    def finish(values: Mapping[str, object]) -> dict[str, Any]:
        hashed = row_hash(values)
        return {name: hashed if name == "data_hash" else values[name] for name in names}

    return finish


def in_order(rows: Iterable[dict[str, Any]], table: Table) -> list[dict[str, Any]]:
    """Sort rows by the key of their table."""
    return sorted(rows, key=lambda row: tuple(row[column] for column in table.key))

"""Running both engines on raw tables and comparing what they make of them, to the bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from nbaproc.run.engines import POLARS, REFERENCE, StageRun, compute
from nbaproc.tables import declarations

TOGS, TDGS, PGS = "team_offense_game_summary", "team_defense_game_summary", "player_game_summary"
NAMES = (TOGS, TDGS, PGS)

Raw = Mapping[str, pl.DataFrame]


def run(engine: str, raw: Raw, dates: Sequence[date]) -> StageRun:
    """Compute the three tables; an engine that fails fails the test."""
    stage = compute(engine, NAMES, raw, dates)
    for name, table in stage.tables.items():
        assert not table.error, f"{engine} {name}: {table.error}"
        assert table.frame is not None, f"{engine} {name}: {table.blocked_by} failed"
    return stage


def both(raw: Raw, dates: Sequence[date]) -> StageRun:
    """Compute with both engines, insist that they agree in everything, and return what they made."""
    mine, reference = run(POLARS, raw, dates), run(REFERENCE, raw, dates)
    assert_same(mine, reference)
    return mine


def assert_same(one: StageRun, other: StageRun) -> None:
    """Insist on equal rows to the bit, equal failure records and equal counts."""
    found = []
    for name in NAMES:
        found += differences(rows(one, name), rows(other, name), declarations()[name].key)
        found += differences(records(one, name), records(other, name), ("entity_id", "failure_category", "detail"))
    counts = {
        key: (one.tally.counts.get(key), other.tally.counts.get(key)) for key in one.tally.counts | other.tally.counts
    }
    found += [f"count {key}: {a} and {b}" for key, (a, b) in sorted(counts.items()) if a != b]
    assert not found, "\n".join(found[:40])


def rows(stage: StageRun, name: str) -> pl.DataFrame:
    frame = stage.tables[name].frame
    assert frame is not None
    return frame


def records(stage: StageRun, name: str) -> pl.DataFrame:
    frame = stage.tables[name].records
    assert frame is not None
    return frame


def business(stage: StageRun, name: str) -> pl.DataFrame:
    """Rows without the source columns, which speak of the raw tables and not of the game."""
    frame = rows(stage, name)
    return frame.select(column for column in frame.columns if not column.startswith("source_"))


def differences(one: pl.DataFrame, other: pl.DataFrame, key: Sequence[str]) -> list[str]:
    """Name what differs between two frames; floats are compared by their shortest text, which tells every bit."""
    if dict(one.schema) != dict(other.schema):
        return [f"schemas differ: {one.schema} and {other.schema}"]
    left, right = one.rows(named=True), other.rows(named=True)
    if repr(left) == repr(right):
        return []
    found = []
    mine, theirs = ({tuple(row[k] for k in key): row for row in side} for side in (left, right))
    for name in sorted(set(mine) | set(theirs), key=str):
        if name not in mine or name not in theirs:
            found.append(f"{name} only in the {'second' if name not in mine else 'first'}")
            continue
        for column, value in mine[name].items():
            if repr(value) != repr(theirs[name][column]):
                found.append(f"{name} {column}: {value!r} and {theirs[name][column]!r}")
    return found or [f"order of rows differs: {[*mine]} and {[*theirs]}"]

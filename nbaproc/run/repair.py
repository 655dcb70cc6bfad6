"""Bringing the ledger in line with the lake: footers win."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from nbaproc.canonical import EMPTY
from nbaproc.errors import LedgerError, UsageError
from nbaproc.facts import CellFacts
from nbaproc.failures import Category
from nbaproc.lake import Lake
from nbaproc.ledger import RUNNING, Ledger
from nbaproc.ledger_rows import Cell
from nbaproc.run.cells import FAILED, is_unbuilt
from nbaproc.tables import declarations, table_names

#: What is said of a cell whose records are newer than its rows.
TORN = "a run ended after it had replaced the records and before it had replaced the rows"


def repair(lake: Lake, ledger: Ledger, names: Iterable[str], start: date, end: date) -> int:
    """Write what the footers say of some tables into the ledger, where it says something else.

    A cell that a run was working on when it died is abandoned: it is computed again. So is one whose records were
    replaced and whose rows were not. A failed or blocked attempt after the last success stays as it is.

    Args:
        lake: The lake.
        ledger: Its ledger.
        names: Tables.
        start: First date.
        end: Last date.

    Returns:
        How many cells were mended.
    """
    mended, gone = mends(lake, ledger, ledger.cells(start, end), names, start, end)
    if mended:
        ledger.record(mended)
    if gone:
        ledger.forget(gone)
    return len(mended) + len(gone)


def mends(
    lake: Lake, ledger: Ledger, known: Mapping[tuple[str, date], Cell], names: Iterable[str], start: date, end: date
) -> tuple[list[Cell], list[tuple[str, date]]]:
    """Return what `repair` would write into a ledger, and the cells that it would take out; writes nothing."""
    at, mended, gone = ledger.stamp(), [], []
    alive: dict[str, bool] = {}
    for name in names:
        stored = lake.facts(declarations()[name], start, end)
        told = lake.records_fingerprints(declarations()[name], start, end)
        mine = {day: cell for (table, day), cell in known.items() if table == name}
        for day in sorted(stored.keys() | mine.keys()):
            cell, facts = mine.get(day), stored.get(day)
            if cell is not None and cell.state == RUNNING:
                if cell.run_id not in alive:
                    alive[cell.run_id] = ledger.is_alive(cell.run_id)
                if alive[cell.run_id]:
                    continue
            if facts is not None and facts.records_fingerprint != told.get(day, EMPTY):
                # Its own word, so that nothing takes it back before the cell is computed.
                if cell is None or not is_unbuilt(cell.state, cell.reason):
                    torn = of_footer(name, day, facts, at)
                    mended.append(replace(torn, state=FAILED, reason=Category.ABANDONED.name, message=TORN))
            elif cell is not None and cell.state == RUNNING:
                text = f"run {cell.run_id} ended without a word"
                dead = replace(cell, state=FAILED, reason=Category.ABANDONED.name, message=text, updated_at=at)
                mended.append(of_footer(name, day, facts, at) if facts is not None else dead)
            elif facts is None and cell is not None and not is_unbuilt(cell.state, cell.reason):
                gone.append((name, day))
            elif facts is not None and (cell is None or _differs(cell, facts)):
                mended.append(of_footer(name, day, facts, at))
    return mended, gone


def rebuild(lake: Lake, ledger: Ledger) -> int:
    """Make the cells of a ledger anew from the footers of the lake; only what the lake does not hold is lost.

    A damaged ledger is put aside, with the run history in it.

    Args:
        lake: The lake.
        ledger: Its ledger.

    Returns:
        How many cells it holds.

    Raises:
        UsageError: A run is alive.
        LedgerError: The ledger cannot be written.
    """
    alive = [path.stem for path in ledger.folder.glob("runs/*.lock") if ledger.is_alive(path.stem)]
    if alive:
        raise UsageError(f"run {alive[0]} is at work in {lake.root}; wait for its end")
    try:
        ledger.clear()
    except LedgerError as error:
        # Not what a ledger that is busy, or a disk that is full, raises.
        if type(error.__cause__) is not sqlite3.DatabaseError:
            raise
        ledger.close()
        ledger.put_aside()
        ledger.clear()
    return repair(lake, ledger, table_names(), date.min, date.max)


def of_footer(name: str, day: date, facts: CellFacts, at: str) -> Cell:
    """Return the ledger's row of a cell as its footer tells it."""
    return Cell(
        name,
        day,
        facts.state,
        facts.reason,
        "",
        "",
        facts.rows,
        facts.records,
        facts.fingerprint,
        facts.records_fingerprint,
        facts.input_fingerprint,
        facts.code_version,
        facts.settled,
        at,
    )


def _differs(cell: Cell, facts: CellFacts) -> bool:
    if is_unbuilt(cell.state, cell.reason):
        # The attempt came after what the lake holds, unless the lake has changed since.
        return cell.fingerprint != facts.fingerprint and bool(cell.fingerprint)
    stored = (facts.state, facts.rows, facts.fingerprint, facts.records_fingerprint, facts.input_fingerprint)
    return (cell.state, cell.rows, cell.fingerprint, cell.records_fingerprint, cell.input_fingerprint) != stored

"""Bringing the ledger in line with the lake: footers win."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from nbaproc.failures import Category
from nbaproc.lake import CellFacts, Lake
from nbaproc.ledger import RUNNING, Cell, Ledger
from nbaproc.run.cells import BLOCKED, FAILED
from nbaproc.tables import declarations


def repair(lake: Lake, ledger: Ledger, names: Iterable[str], start: date, end: date) -> int:
    """Write what the footers say of some tables into the ledger, where it says something else.

    A cell that a run was working on when it died is abandoned: it is computed again. A failed or blocked attempt after
    the last success stays as it is.

    Args:
        lake: The lake.
        ledger: Its ledger.
        names: Tables.
        start: First date.
        end: Last date.

    Returns:
        How many cells were mended.
    """
    known = ledger.cells(start, end)
    at, mended, gone = ledger.stamp(), [], []
    alive: dict[str, bool] = {}
    for name in names:
        stored = lake.facts(declarations()[name], start, end)
        mine = {day: cell for (table, day), cell in known.items() if table == name}
        for day in sorted(stored.keys() | mine.keys()):
            cell, facts = mine.get(day), stored.get(day)
            if cell is not None and cell.state == RUNNING:
                if alive.setdefault(cell.run_id, ledger.is_alive(cell.run_id)):
                    continue
                text = f"run {cell.run_id} ended without a word"
                dead = replace(cell, state=FAILED, reason=Category.ABANDONED.name, message=text, updated_at=at)
                mended.append(of_footer(name, day, facts, at) if facts is not None else dead)
            elif facts is None and cell is not None and cell.state not in (FAILED, BLOCKED):
                gone.append((name, day))
            elif facts is not None and (cell is None or _differs(cell, facts)):
                mended.append(of_footer(name, day, facts, at))
    if mended:
        ledger.record(mended)
    if gone:
        ledger.forget(gone)
    return len(mended) + len(gone)


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
    if cell.state in (FAILED, BLOCKED):
        # The attempt came after what the lake holds, unless the lake has changed since.
        return cell.fingerprint != facts.fingerprint and bool(cell.fingerprint)
    stored = (facts.state, facts.rows, facts.fingerprint, facts.records_fingerprint, facts.input_fingerprint)
    return (cell.state, cell.rows, cell.fingerprint, cell.records_fingerprint, cell.input_fingerprint) != stored

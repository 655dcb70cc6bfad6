"""Cells that are left alone for now: their table rests, or they were tried often enough with the same inputs.

What is left alone is decided from the run history, never from entities: rows do not depend on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nbaproc.failures import Category
from nbaproc.ledger import Ledger, stamp
from nbaproc.ledger_rows import Attempt, BreakerRow
from nbaproc.run.breaker import (
    CLOSED,
    HALF_OPEN,
    OPEN,
    Limits,
    after,
    is_common,
    new_breaker,
    of_one_kind,
    recounted,
    until,
)
from nbaproc.run.cells import BLOCKED, BREAKER, FAILED, PARTIAL, SUCCEEDED, Ended
from nbaproc.run.plan import Planned, StagePlan

#: Attempts with the same inputs after which a cell is left alone, and hours until it is tried again.
ATTEMPTS, HOURS = 3, 24
#: What a sentence about a cell that is left alone begins with.
HELD = Category.CIRCUIT_BREAKER_ACTIVE.name
RETRY = "`nbaproc retry-failed`"


@dataclass(frozen=True, slots=True)
class BreakerStanding:
    """How it stands with the breaker of a table.

    Attributes:
        key: The table.
        state: closed, open or half_open.
        since: When it came to this state, UTC.
        until: When one cell is tried at the latest, UTC; empty if it is closed.
        last_error: Category and message of the last failure.
    """

    key: str
    state: str
    since: str
    until: str
    last_error: str


@dataclass
class Holds:
    """Why cells of a run are left alone.

    Attributes:
        breakers: Circuit breakers by table.
        limits: When a breaker opens.
        busy: Tables that a live run is working on.
        failed: Inputs of the last failed attempt, by cell; needed where a breaker is not closed.
        tries: The last attempts at a cell, the newest first; none where their number is not limited.
        eager: A table that rests is tried at once.
    """

    breakers: dict[str, BreakerRow] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    busy: Collection[str] = ()
    failed: Mapping[tuple[str, date], str] = field(default_factory=dict)
    tries: Mapping[tuple[str, date], list[Attempt]] = field(default_factory=dict)
    eager: bool = False

    def resting(self, name: str) -> bool:
        """Return whether a table's breaker is not closed."""
        return name in self.breakers and self.breakers[name].state != CLOSED

    def is_open(self, name: str) -> bool:
        """Return whether a table's breaker is open, and no cell of it is being tried."""
        return name in self.breakers and self.breakers[name].state == OPEN

    def held(self, plan: StagePlan, at: str, free: Collection[str] = ()) -> dict[tuple[str, date], str]:
        """Return the cells of a plan that would be computed and are left alone, with a sentence.

        Args:
            plan: The plan without them.
            at: The time, as the ledger writes it.
            free: Tables whose breaker does not count.
        """
        found = {}
        for cell in plan.todo():
            rests = self.resting(cell.table) and cell.table not in free
            text = self.sentence(cell.table) if rests else self._tired(cell, at)
            if text:
                found[cell.table, cell.day] = text
        return found

    def limited(self, plan: StagePlan, at: str) -> set[tuple[str, date]]:
        """Return the cells of a plan that are left alone because of their own attempts."""
        held = [cell for cell in plan.cells.values() if cell.reason == BREAKER]
        return {(c.table, c.day) for c in held if not self.resting(c.table) and self._tired(c, at)}

    def sentence(self, name: str) -> str:
        """Return why a table rests, for a person."""
        breaker = self.breakers[name]
        if breaker.state == HALF_OPEN and name in self.busy:
            return f"{HELD}: another run is trying one cell after {breaker.last_error}"
        since = f"{breaker.failure_count} failures in a row, the last {breaker.last_error}"
        return f"{HELD}: {since}; tried again from {until(breaker, self.limits)}, with other inputs, or by {RETRY}"

    def _tired(self, cell: Planned, at: str) -> str:
        last = self.tries.get((cell.table, cell.day), [])
        if len(last) < ATTEMPTS or any(
            a.status not in (FAILED, BLOCKED, PARTIAL) or a.input_fingerprint != cell.input_fingerprint for a in last
        ):
            return ""
        free = stamp(datetime.fromisoformat(last[0].finished_at) + timedelta(hours=HOURS))
        if free <= at:
            return ""
        ended = f"the last of {ATTEMPTS} attempts with these inputs ended {last[0].status} ({last[0].reason})"
        return f"{HELD}: {ended}; tried again from {free}, with other inputs, or by {RETRY}"

    def probe(self, name: str, plan: StagePlan, at: str, last: Collection[tuple[str, date]] = ()) -> Planned | None:
        """Return the one cell of a resting table that may be tried now, None if it goes on resting.

        That is the earliest whose inputs have changed since it failed, else, when the time has come, the earliest.

        Args:
            name: The table.
            plan: The plan as if the table did not rest.
            at: The time, as the ledger writes it.
            last: Cells to take only if there is no other.
        """
        breaker = self.breakers[name]
        if breaker.state == HALF_OPEN and name in self.busy:
            return None
        cells = [cell for cell in plan.todo() if cell.table == name]
        known = {key: text for key, text in self.failed.items() if key[0] == name}
        changed = [c for c in cells if known.get((name, c.day), c.input_fingerprint) != c.input_fingerprint]
        due = self.eager or breaker.state == HALF_OPEN or until(breaker, self.limits) <= at
        cells = changed or (cells if due else [])
        return min(cells, key=lambda cell: ((name, cell.day) in last, cell.day), default=None)

    def standing(self) -> list[BreakerStanding]:
        """Return the breakers that have ever opened."""
        opened = [breaker for _, breaker in sorted(self.breakers.items()) if breaker.opened_at]
        return [BreakerStanding(b.key, b.state, b.updated_at, until(b, self.limits), b.last_error) for b in opened]

    def foreseen(self, plan: StagePlan, at: str) -> dict[tuple[str, date], str]:
        """Return the cells of a plan that a run would leave alone; a table of which one cell is tried counts as mended.

        Args:
            plan: The plan without them.
            at: The time, as the ledger writes it.
        """
        free = {name for name in plan.tables if self.resting(name) and self.probe(name, plan, at) is not None}
        return self.held(plan, at, free)

    def count(self, cells: Iterable[Ended], at: str) -> list[BreakerRow]:
        """Count how cells ended, in their order, and return the breakers that changed their state on the way.

        Args:
            cells: What ended together.
            at: The time, as the ledger writes it.
        """
        turned, last = [], dict[str, tuple[str, str] | None]()
        for cell in cells:
            event = of_one_kind(cell.reason, cell.message) if cell.state == FAILED else None
            again = event is not None and event == last.get(cell.table) and is_common(cell.reason)
            if event is not None or cell.state == SUCCEEDED:
                last[cell.table] = event
            if again:
                continue
            old = self.breakers.get(cell.table, new_breaker(cell.table))
            new = after(old, cell.state, cell.reason, cell.message, at, self.limits)
            self.breakers[cell.table] = new
            if new.state != old.state:
                turned.append(new)
        return turned


def read_holds(
    ledger: Ledger, start: date, end: date, limits: Limits, *, limited: bool = False, eager: bool = False
) -> Holds:
    """Return what a run leaves alone, from the ledger.

    Args:
        ledger: The ledger.
        start: First date of the run.
        end: Its last date.
        limits: When a breaker opens.
        limited: Whether a cell is tried only so often with the same inputs.
        eager: Whether a table that rests is tried at once.
    """
    breakers = recounted(ledger.breakers(), ledger.failed_in_a_row(), limits)
    holds = Holds(breakers, limits, eager=eager)
    if any(breaker.state != CLOSED for breaker in breakers.values()):
        holds.busy, holds.failed = ledger.at_work(), ledger.failed_inputs(start, end)
    if limited:
        holds.tries = ledger.last_attempts(start, end, ATTEMPTS)
    return holds

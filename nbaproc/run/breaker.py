"""The circuit breaker of a table: after failures in a row the table rests, then one cell is tried.

    closed --failures in a row--> open --time, other inputs, or a retry--> half_open --the one cell--> closed or open

Pure: a state and what happened give the next state. Who reads and stores states, and picks the one cell, is
`nbaproc.run.holds`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from nbaproc.errors import ConfigurationError
from nbaproc.failures import Category
from nbaproc.ledger import stamp
from nbaproc.ledger_rows import BreakerRow
from nbaproc.run.cells import BLOCKED, FAILED, SUCCEEDED

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"
#: Environment variables: failures in a row that open a breaker, and minutes it stays open.
THRESHOLD, MINUTES = "CIRCUIT_BREAKER_THRESHOLD", "CIRCUIT_BREAKER_TIMEOUT_MINUTES"
#: Classes of failures that count: the machinery and the code, not the data.
COUNTED = ("ops", "bug")
#: Characters of the last error that are kept.
ERROR_LENGTH = 500


class Failure(Protocol):
    """A failed attempt, as far as a breaker counts it."""

    @property
    def run_id(self) -> str:
        """The run."""

    @property
    def table_name(self) -> str:
        """Key of the breaker."""

    @property
    def finished_at(self) -> str:
        """When it failed, as the ledger writes it."""

    @property
    def reason(self) -> str:
        """Its category."""

    @property
    def message(self) -> str:
        """What happened."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a breaker opens, and for how long.

    Attributes:
        threshold: Failures in a row.
        minutes: Minutes until one cell is tried.
    """

    threshold: int = 5
    minutes: int = 30


def limits_from_environment(environment: Mapping[str, str] = os.environ) -> Limits:
    """Return the limits that the environment asks for.

    Raises:
        ConfigurationError: A value is no whole number from 1 on.

    >>> limits_from_environment({"CIRCUIT_BREAKER_THRESHOLD": "3"})
    Limits(threshold=3, minutes=30)
    """
    usual = Limits()
    return Limits(_number(environment, THRESHOLD, usual.threshold), _number(environment, MINUTES, usual.minutes))


def _number(environment: Mapping[str, str], name: str, usual: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**6):
        raise ConfigurationError(f"{name} is {text!r}; give a whole number from 1 on, or leave it out for {usual}")
    return int(text)


def new_breaker(key: str) -> BreakerRow:
    """Return the breaker of a table that nothing has happened to."""
    return BreakerRow(key, CLOSED, 0, "", "", "")


def counts(state: str, reason: str) -> bool:
    """Return whether a cell that ended so is a failure that counts.

    Args:
        state: State of the cell.
        reason: Its category or skip reason.
    """
    return state == FAILED and Category[reason].kind.group in COUNTED


def after(breaker: BreakerRow, state: str, reason: str, message: str, at: str, limits: Limits) -> BreakerRow:
    """Return a breaker after a cell of its table has ended.

    A success closes it. A failure of class ops or bug counts; with enough of them in a row it opens, and a half-open
    one opens anew. Nothing else counts. It closes a half-open breaker though if the cell was computed, and if the cell
    had to wait the breaker is as open as it was.

    Args:
        breaker: The breaker.
        state: State of the cell.
        reason: Its category or skip reason.
        message: What happened.
        at: When, as the ledger writes it.
        limits: When it opens.
    """
    if counts(state, reason):
        count, error = breaker.failure_count + 1, f"{reason}: {message}"[:ERROR_LENGTH]
        failed = replace(breaker, failure_count=count, last_error=error)
        if breaker.state == HALF_OPEN or (breaker.state == CLOSED and count >= limits.threshold):
            return replace(failed, state=OPEN, opened_at=at, updated_at=at)
        return failed
    if breaker.state == HALF_OPEN and state in (FAILED, BLOCKED):
        return replace(breaker, state=OPEN, updated_at=at)
    if state == SUCCEEDED or breaker.state == HALF_OPEN:
        changed = at if breaker.state != CLOSED else breaker.updated_at
        return replace(breaker, state=CLOSED, failure_count=0, updated_at=changed)
    return breaker


def trying(breaker: BreakerRow, at: str) -> BreakerRow:
    """Return an open breaker when its one cell is tried."""
    return replace(breaker, state=HALF_OPEN, updated_at=at)


def until(breaker: BreakerRow, limits: Limits) -> str:
    """Return the time from which one cell is tried, as the ledger writes it; empty for a closed breaker."""
    if breaker.state == CLOSED:
        return ""
    return stamp(datetime.fromisoformat(breaker.opened_at) + timedelta(minutes=limits.minutes))


def recounted(stored: Mapping[str, BreakerRow], failed: Iterable[Failure], limits: Limits) -> dict[str, BreakerRow]:
    """Return the breakers with the failures in a row that the run history tells of.

    Args:
        stored: What is stored of them, by table.
        failed: The failed attempts at every table since its last success, the oldest first.
        limits: When a breaker opens.
    """
    found = dict(stored)
    last: dict[str, tuple[str, ...]] = {}
    for attempt in failed:
        name, at = attempt.table_name, attempt.finished_at
        breaker = found.get(name, new_breaker(name))
        event = (attempt.run_id, at, *of_one_kind(attempt.reason, attempt.message))
        # What an open breaker has seen is in its row, and so is when it was closed.
        known = name in stored and (stored[name].state != CLOSED or at < stored[name].updated_at)
        if not known and not (event == last.get(name) and is_common(attempt.reason)):
            found[name] = after(breaker, FAILED, attempt.reason, attempt.message, at, limits)
        last[name] = event
    return found


def of_one_kind(reason: str, message: str) -> tuple[str, str]:
    """Return what tells failures apart that may have had one cause."""
    return reason, message[:ERROR_LENGTH]


def is_common(reason: str) -> bool:
    """Return whether failures of a category with the same words, ended together, are one: a worker or a file was lost.

    So a lost shard counts once for each of its tables, however many dates it had, and the other shards go on.
    """
    return Category[reason].kind.group == "ops"

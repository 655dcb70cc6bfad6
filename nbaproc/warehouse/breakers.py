"""Circuit breakers of publishing: after failures in a row a table rests, then it is tried once."""

from __future__ import annotations

from nbaproc.ledger import Ledger
from nbaproc.run.breaker import OPEN, Limits, after, new_breaker, recounted, trying, until
from nbaproc.run.cells import FAILED, SUCCEEDED
from nbaproc.warehouse.journal import SUCCEEDED as WENT_WELL
from nbaproc.warehouse.journal import Journal, breaker_key


class Breakers:
    """The breakers of the tables of a destination.

    Args:
        ledger: Where their states are stored, on transitions only.
        journal: Where every try is.
        limits: When a breaker opens, and for how long.
    """

    def __init__(self, ledger: Ledger, journal: Journal, limits: Limits) -> None:
        self._ledger, self._journal, self._limits = ledger, journal, limits
        tries = journal.failed_in_a_row()
        self._rows = recounted(ledger.breakers(), tries, limits)
        #: What was to be published when it failed last.
        self._failed = {failed.table_name: failed.content for failed in tries}

    def resting(self, table: str, content: str, at: str) -> str:
        """Return why a table is left alone, empty if it may be published.

        It is tried when the time has come, or as soon as there is something else to publish than what failed.

        Args:
            table: The table.
            content: Hash of what is to be published.
            at: The time, as the ledger writes it.
        """
        breaker = self._rows.get(breaker_key(table))
        if breaker is None or breaker.state != OPEN:
            return ""
        free = until(breaker, self._limits)
        if free <= at or self._failed.get(breaker.key, content) != content:
            return ""
        since = f"{breaker.failure_count} failures in a row, the last {breaker.last_error}"
        return f"{since}; tried again from {free}, or with other rows"

    def begin(self, table: str, at: str) -> None:
        """Note that a table is published; where it rested, this is its one try."""
        breaker = self._rows.get(breaker_key(table))
        if breaker is not None and breaker.state == OPEN:
            self._rows[breaker.key] = trying(breaker, at)
            self._ledger.record([], breakers=[self._rows[breaker.key]])

    def end(self, table: str, run_id: str, content: str, reason: str, message: str) -> None:
        """Note how publishing a table ended: with the category of a failure, or without any."""
        self._journal.note_try(table, run_id, content, reason or WENT_WELL, message)
        key, at = breaker_key(table), self._ledger.stamp()
        old = self._rows.get(key, new_breaker(key))
        new = after(old, FAILED if reason else SUCCEEDED, reason, message, at, self._limits)
        self._rows[key] = new
        if reason:
            self._failed[key] = content
        if new.state != old.state:
            self._ledger.record([], breakers=[new])

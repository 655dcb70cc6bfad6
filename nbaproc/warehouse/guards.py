"""What keeps a process from hammering the warehouse: a breaker for outages, and one transaction at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from nbaproc.errors import WarehouseError
from nbaproc.run.breaker import Limits, limits_from_environment
from nbaproc.warehouse.retries import CONFLICT, TIMEOUT, UNAVAILABLE

T = TypeVar("T")

#: Transactions change tables that all of them share, so the semaphore of a table is that of its warehouse.
_turns: dict[str, threading.Lock] = {}
_turns_lock = threading.Lock()


@dataclass
class Breaker:
    """Refuses calls at once after calls that were given up in a row; after a rest one is tried.

    Only what says that the service is not there counts: UNAVAILABLE and TIMEOUT. Any other end shows that it answers.

    Attributes:
        clock: Seconds that never go back.
        limits: How many calls in a row, and minutes of the rest.
    """

    clock: Callable[[], float]
    limits: Limits = field(default_factory=limits_from_environment)
    _failures: int = 0
    _opened: float = 0.0
    _last: str = ""

    def run(self, call: Callable[[], T], what: str) -> T:
        """Return what a call returns.

        Raises:
            WarehouseError: The call was given up, or refused because others were.
        """
        left = self._opened + 60.0 * self.limits.minutes - self.clock()
        if self._failures >= self.limits.threshold and left > 0:
            raise WarehouseError(
                UNAVAILABLE,
                f"{what}: not tried, {self._failures} calls in a row were given up (last: {self._last}); "
                f"run the same command again in {left / 60:.0f} minutes",
            )
        try:
            result = call()
        except WarehouseError as error:
            if error.category in (UNAVAILABLE, TIMEOUT):
                self._failures, self._opened, self._last = self._failures + 1, self.clock(), str(error)
            else:
                self._failures = 0
            raise
        self._failures = 0
        return result


@contextmanager
def turn(warehouse: str, seconds: float) -> Iterator[None]:
    """Wait for one's turn to change a warehouse; turns are those of this process.

    Args:
        warehouse: What tells it from others.
        seconds: How long to wait.

    Raises:
        WarehouseError: Others took too long.
    """
    with _turns_lock:
        mine = _turns.setdefault(warehouse, threading.Lock())
    if not mine.acquire(timeout=seconds):
        raise WarehouseError(
            CONFLICT, f"{warehouse}: others publish for more than {seconds:g} s; run the same command again"
        )
    try:
        yield
    finally:
        mine.release()

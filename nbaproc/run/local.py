"""This machine: worker processes where there is enough to do, else this process."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nbaproc.progress import Progress
from nbaproc.run.executors import Here, as_it_is
from nbaproc.run.shard import Receipt, Task

if TYPE_CHECKING:
    from nbaproc.run.workers import Workers

#: Dates for which it pays to start workers that nobody asked for: starting one costs as much as a hundred dates.
WORTHWHILE = 100


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on the core it is on, where a system can do that.

    Polars hands every step to a thread of its own. For frames of a few dates that costs more than the step itself if
    the thread is on another core.
    """
    if sys.platform != "linux" or not os.access("/proc/self/stat", os.R_OK):
        yield
        return
    allowed = os.sched_getaffinity(0)
    try:
        _run_on({_core()} & allowed or allowed)
        yield
    finally:
        _run_on(allowed)


def _core() -> int:
    """Return the core that this process is on."""
    # After the name, which may hold anything, it is the 37th field.
    status = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    return int(status.rpartition(")")[2].split()[36])


def _run_on(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError):  # it has ended, or may not be moved
            os.sched_setaffinity(int(thread), cores)


class Local:
    """Runs shards on worker processes of this machine, or in this process.

    Args:
        count: Worker processes, 0 for this process; None for one per core, if there are enough dates to be worth it.
    """

    def __init__(self, count: int | None = None) -> None:
        self.workers = (os.cpu_count() or 1) if count is None else count
        self._least = WORTHWHILE if count is None else 0
        self._crew: Workers | None = None

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Run the tasks; see `nbaproc.run.executors.Executor`. One shard alone needs no worker."""
        dates = {day for task in tasks for day in task.dates}
        if not self.workers or len(tasks) <= 1 or len(dates) < self._least:
            Here().run(tasks, done, progress, last_look)
            return
        if self._crew is None:
            from nbaproc.run.workers import Workers

            self._crew = Workers(self.workers)
        self._crew.run(tasks, done, progress, last_look)

    def close(self) -> None:
        """End the workers."""
        if self._crew is not None:
            self._crew.close()
            self._crew = None

"""This machine: worker processes where there is enough to do, else this process."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nbaproc.progress import Progress
from nbaproc.run.executors import Here, as_it_is
from nbaproc.run.shard import Receipt, Task

if TYPE_CHECKING:
    from nbaproc.run.workers import Workers

#: Dates for which it pays to start workers that nobody asked for: starting one costs as much as a hundred dates.
WORTHWHILE = 100


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

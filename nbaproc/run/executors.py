"""Who runs shards: this process, worker processes of this machine, or a cluster; all give the same bytes.

Worker processes are in `nbaproc.run.workers`, a cluster in `nbaproc.run.cluster`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from nbaproc.progress import Progress, Silent
from nbaproc.run.shard import Receipt, Task, run_task


def as_it_is(task: Task) -> Task:
    """Return a task unchanged."""
    return task


class Executor(Protocol):
    """Runs tasks and hands over their receipts as they come."""

    #: Processes that work, for the run history; 0 is this one.
    workers: int

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Run tasks.

        Args:
            tasks: The tasks; their order does not matter.
            done: Takes each receipt once.
            progress: Is told what is being worked on; whoever takes the receipts counts them.
            last_look: Gets each task before it is begun and returns what is left to do of it: the receipts since then
                may have made some of it pointless. A task without cells is not run.
        """


class Here:
    """Runs one shard after another in this process."""

    workers = 0

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Run the tasks in their order; see `Executor`."""
        for task in map(last_look, tasks):
            if task.cells:
                done(run_task(task, _Words(progress)))


class _Words(Silent):
    """Passes on what is being worked on, and leaves the counting to whoever takes the receipts."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def working(self, what: str) -> None:
        """Say what is being worked on."""
        self._progress.working(what)

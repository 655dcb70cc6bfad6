"""Who runs shards: this process, worker processes of this machine, or a cluster; all give the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from nbaproc.failures import Category
from nbaproc.progress import Progress, Silent
from nbaproc.run.cells import FAILED, Ended
from nbaproc.run.engines import describe
from nbaproc.run.shard import Receipt, Task, run_task

#: Shards per worker that a cluster is given in advance.
AHEAD = 2


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


class Dask:
    """Runs shards on a Dask cluster that sees the lake under the same path.

    Args:
        address: Address of the scheduler.
    """

    def __init__(self, address: str) -> None:
        from distributed import Client

        self._client: Any = Client(address, set_as_default=False)
        self.workers = len(self._client.scheduler_info(n_workers=-1)["workers"])

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Submit tasks, as many as keep the cluster busy, and take results as they come; see `Executor`."""
        from distributed import as_completed

        queue = deque(tasks)
        futures: dict[Any, Task] = {}
        while queue or futures:
            while queue and len(futures) < AHEAD * max(self.workers, 1):
                task = last_look(queue.popleft())
                if task.cells:
                    futures[self._client.submit(run_task, task, pure=False)] = task
            if not futures:
                return
            future = next(iter(as_completed(list(futures))))
            task = futures.pop(future)
            try:
                receipt = future.result()
            except Exception as error:  # a lost worker, or a shard that cannot be read
                receipt = lost(task, Category.UNAVAILABLE, describe(error))
            done(receipt)

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close()


class _Words(Silent):
    """Passes on what is being worked on, and leaves the counting to whoever takes the receipts."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def working(self, what: str) -> None:
        """Say what is being worked on."""
        self._progress.working(what)


def lost(task: Task, category: Category, message: str) -> Receipt:
    """Return the receipt of a shard that nobody could finish: all its cells failed."""
    cells = [
        Ended(name, day, FAILED, category.name, message, input_fingerprint=text)
        for (name, day), text in task.cells.items()
    ]
    return Receipt(task.number, cells)

"""A Dask cluster that sees the lake under the same path.

How many threads Polars has on a worker is the cluster's matter, since Polars reads POLARS_MAX_THREADS when it is
imported: start the workers with it, as cores per worker. So is how much memory a worker has, and how often a task is
tried whose worker died.
"""

from __future__ import annotations

import os
import threading
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbaproc.errors import ConfigurationError
from nbaproc.failures import Category
from nbaproc.progress import Progress
from nbaproc.run.cells import FAILED
from nbaproc.run.engines import describe
from nbaproc.run.executors import as_it_is
from nbaproc.run.shard import Receipt, Task, lost, run_task
from nbaproc.run.workers import SHARD_SECONDS, TIMEOUT

#: Seconds the scheduler, and the first worker, may take to answer.
CONNECT_SECONDS, WORKER_SECONDS = 10.0, 60.0
#: Shards per worker that the cluster is given in advance.
AHEAD = 2


class Dask:
    """Runs shards on a Dask cluster.

    Args:
        address: Address of the scheduler.

    Raises:
        OSError: The scheduler does not answer.
        ConfigurationError: It has no worker.
    """

    def __init__(self, address: str) -> None:
        self._limit = float(os.environ.get(TIMEOUT) or SHARD_SECONDS)
        self._client = _connected(address)
        self._address = address
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as error:
            self.close()
            raise ConfigurationError(f"--scheduler {address} has no worker; start some and run again") from error
        self.workers = len(self._client.scheduler_info(n_workers=-1)["workers"])

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Submit tasks, as many as keep the cluster busy, and take results as they come; see `Executor`.

        Raises:
            ConfigurationError: A worker computes other rows than this process would, and was given no task.
        """
        from distributed import wait

        if not tasks:
            return
        mine = self._greet()
        queue, futures = deque(tasks), dict[Any, Task]()
        try:
            while queue or futures:
                while queue and len(futures) < AHEAD * self.workers:
                    task = last_look(queue.popleft())
                    if task.cells:
                        futures[self._client.submit(greeted, task, mine, pure=False)] = task
                if not futures:
                    return
                try:
                    with self._client.as_current():
                        ready = wait(list(futures), self._limit, "FIRST_COMPLETED").done  # type: ignore[no-untyped-call]
                except TimeoutError:
                    self._client.cancel(list(futures), force=True)
                    text = f"no shard ended for {self._limit:.0f} s; {TIMEOUT} sets the limit"
                    for task in [*futures.values(), *queue]:
                        done(lost(task, FAILED, Category.TIMEOUT, text))
                    return
                for future in ready:
                    done(_receipt(future, futures.pop(future)))
        finally:
            if futures:
                self._client.cancel(list(futures), force=True)

    def _greet(self) -> Mapping[str, str]:
        """Hold every worker against this process; returns what this one says of itself."""
        from nbaproc.run.self_test import differences, greeting

        mine = greeting()
        try:
            found = self._client.run(greeting)
        except Exception as error:  # nbaproc cannot even be imported there
            raise ConfigurationError(
                f"a worker of {self._address} cannot run nbaproc ({describe(error)}); nothing was written"
            ) from error
        for worker in sorted(found):
            differences(mine, found[worker], f"worker {worker}", "nothing was written")
        return mine

    def close(self) -> None:
        """Leave the cluster."""
        self._client.close()


def _connected(address: str) -> Any:
    """Return a client of a scheduler.

    Its own limit is for a connection that is refused; it would wait for ever for one that is taken and left without an
    answer, so it does that in a thread that may be left behind.
    """
    from distributed import Client

    found: list[Any] = []

    def connect() -> None:
        try:
            options = {"set_as_default": False, "timeout": CONNECT_SECONDS}
            found.append(Client(address, **options))  # type: ignore[no-untyped-call]
        except Exception as error:  # handed over to whoever waits
            found.append(error)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(1.5 * CONNECT_SECONDS)
    if not found:
        raise TimeoutError(f"no answer within {1.5 * CONNECT_SECONDS:g} s")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def greeted(task: Task, expected: Mapping[str, str]) -> Receipt:
    """Run a task on a worker, which may have come after the others: only if it computes what they do.

    Raises:
        ConfigurationError: It does not.
    """
    from nbaproc.run.self_test import differences, greeting

    differences(expected, greeting(), "a worker that came later", "it wrote nothing")
    return run_task(task)


def _receipt(future: Any, task: Task) -> Receipt:
    try:
        receipt: Receipt = future.result()
    except ConfigurationError:
        raise
    except (Exception, CancelledError) as error:  # a worker or the scheduler was lost
        return lost(task, FAILED, Category.UNAVAILABLE, describe(error))
    return receipt

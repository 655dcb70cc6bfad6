"""Worker processes under an own supervisor, which sees a death in an instant and loses nothing by it.

A pool of the standard kind waits for ever when one of its processes is killed. Here every worker has a pipe of its own
and one task at a time; the supervisor waits on pipes and deaths at once. A task whose worker died is tried again, in
halves if it may have been memory, and fails only after that; the other tasks go on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nbaproc.errors import ConfigurationError
from nbaproc.failures import Category
from nbaproc.progress import Progress
from nbaproc.run.cells import FAILED
from nbaproc.run.executors import as_it_is
from nbaproc.run.memory import memory_of, memory_size
from nbaproc.run.shard import Receipt, Task, lost

#: Environment variable with the seconds a shard may take.
TIMEOUT = "NBAPROC_SHARD_TIMEOUT"
#: Seconds a shard may take, and seconds a worker may take to say hello.
SHARD_SECONDS, HELLO_SECONDS = 600.0, 60.0
#: How many workers in a row may be killed before they are ready.
STARTS = 5
#: How often a task is tried again after its worker died.
RETRIES = 1
#: Exit codes of a process that the system killed, or that found no memory: it asked for too much, probably.
STARVED = (-signal.SIGKILL, -signal.SIGABRT)
THREADS = "POLARS_MAX_THREADS"
INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


@dataclass
class _Worker:
    """A process, its pipe, what it is doing, and how often that was tried before."""

    process: Any
    pipe: Any
    task: Task | None = None
    tried: int = 0
    since: float = 0.0
    ready: bool = False


class Workers:
    """Runs shards on worker processes of this machine.

    Args:
        count: Processes.
        threads: Polars threads of each; by default the cores are shared out.
        clock: Monotonic seconds.
        memory: Bytes of memory that they share, by default those of the machine.
    """

    def __init__(
        self, count: int, threads: int = 0, clock: Callable[[], float] = time.monotonic, memory: int = 0
    ) -> None:
        self.workers = count
        self._threads = threads or max(1, (os.cpu_count() or 1) // count)
        self._clock = clock
        self._limit = float(os.environ.get(TIMEOUT) or SHARD_SECONDS)
        self._crew: list[_Worker] = []
        self._unborn = 0
        # No task is handed out before everybody of the first crew has said hello.
        self._met = False
        self._queue: deque[tuple[Task, int]] = deque()
        self._memory = memory or memory_size()

    def run(
        self,
        tasks: Sequence[Task],
        done: Callable[[Receipt], None],
        progress: Progress,
        last_look: Callable[[Task], Task] = as_it_is,
    ) -> None:
        """Run the tasks; see `nbaproc.run.executors.Executor`.

        Raises:
            ConfigurationError: A worker computes other rows than this process would; nothing was written.
        """
        self._queue = deque((task, 0) for task in tasks)
        try:
            while self._queue or self._busy():
                while len(self._crew) < min(self.workers, len(self._queue) + self._busy()):
                    self._crew.append(self._start())
                self._hand_out(last_look)
                if not self._queue and not self._busy():
                    break
                for worker in self._wait():
                    self._look_at(worker, done, progress)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all workers at once; what they were writing is not in place yet, or is whole."""
        for worker in self._crew:
            worker.process.kill()
        for worker in self._crew:
            worker.process.join()
            worker.pipe.close()
        self._crew = []

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._crew)

    def _start(self) -> _Worker:
        from multiprocess import get_context

        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True)
        before = os.environ.get(THREADS)
        os.environ[THREADS] = str(self._threads)
        try:
            with _whole():
                process.start()
        finally:
            if before is None:
                del os.environ[THREADS]
            else:
                os.environ[THREADS] = before
        theirs.close()
        return _Worker(process, ours, since=self._clock())

    def _hand_out(self, last_look: Callable[[Task], Task]) -> None:
        self._met = self._met or all(worker.ready for worker in self._crew)
        if not self._met:
            return
        for worker in self._crew:
            while worker.ready and worker.task is None and self._queue and self._fits(self._queue[0][0]):
                task, tried = self._queue.popleft()
                task = last_look(task)
                if not task.cells:
                    continue
                try:
                    worker.pipe.send(task)
                except (BrokenPipeError, OSError):
                    self._queue.appendleft((task, tried))
                    break
                worker.task, worker.tried, worker.since = task, tried, self._clock()

    def _fits(self, task: Task) -> bool:
        """Whether half of the memory is enough for a task and those in flight; one alone is always begun."""
        held = [memory_of(worker.task) for worker in self._crew if worker.task is not None]
        return not held or 2 * (sum(held) + memory_of(task)) <= self._memory

    def _wait(self) -> list[_Worker]:
        """Return the workers that have something to say, have died, or take too long."""
        from multiprocess.connection import wait

        now = self._clock()
        left = [self._deadline(worker) - now for worker in self._crew if worker.task or not worker.ready]
        signs = {worker.pipe: worker for worker in self._crew}
        signs |= {worker.process.sentinel: worker for worker in self._crew}
        found = wait(list(signs), timeout=max(0.0, min(left, default=1.0)))
        late = [w for w in self._crew if (w.task or not w.ready) and self._deadline(w) <= self._clock()]
        return list({id(w): w for w in [*(signs[sign] for sign in found), *late]}.values())

    def _deadline(self, worker: _Worker) -> float:
        return worker.since + (self._limit if worker.ready else HELLO_SECONDS)

    def _look_at(self, worker: _Worker, done: Callable[[Receipt], None], progress: Progress) -> None:
        while worker.pipe.poll():
            try:
                kind, value = worker.pipe.recv()
            except (EOFError, OSError):
                break
            if kind == "hello":
                self._greet(value)
                worker.ready, self._unborn = True, 0
            elif kind == "working":
                progress.working(value)
            elif kind == "done":
                worker.task = None
                done(value)
        dead = not worker.process.is_alive()
        late = not dead and (worker.task or not worker.ready) and self._deadline(worker) <= self._clock()
        if dead or late:
            self._bury(worker, done, late=bool(late))

    def _greet(self, value: dict[str, str]) -> None:
        from nbaproc.run.self_test import differences, greeting

        differences(greeting(), value, "a worker", "its shard was not begun" if self._met else "nothing was written")

    def _bury(self, worker: _Worker, done: Callable[[Receipt], None], *, late: bool) -> None:
        """Take a worker away that died or was too late, and see to its task."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._crew.remove(worker)
        task, code = worker.task, worker.process.exitcode
        if task is None:
            if not worker.ready:
                killed = not late and code < 0
                self._unborn += 1
                if killed and self._unborn <= STARTS:
                    return  # somebody killed it, which says nothing of its code: another one is started
                why = (
                    f"was not ready within {HELLO_SECONDS:.0f} s" if late else f"ended with {code} before it was ready"
                )
                so_far = "the shards that are left were not begun" if self._met else "nothing was written"
                raise ConfigurationError(f"a worker {why}; {so_far}. --workers 0 runs without")
            return
        if late:
            text = f"the shard took longer than {self._limit:.0f} s; {TIMEOUT} sets the limit"
            done(lost(task, FAILED, Category.TIMEOUT, text))
        elif code in STARVED and len(task.dates) > 1:
            half = len(task.dates) // 2
            self._queue.extend((task.of_dates(part), 0) for part in (task.dates[:half], task.dates[half:]))
        elif worker.tried < RETRIES:
            self._queue.append((task, worker.tried + 1))
        else:
            category = Category.OUT_OF_MEMORY if code in STARVED else Category.UNAVAILABLE
            done(lost(task, FAILED, category, f"the worker ended with {code}, twice"))


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """Hold an interrupt back: a process that is started by half complains of it on its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []
    before = {number: signal.signal(number, lambda got, _: told.append(got)) for number in INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if told:
            signal.raise_signal(told[0])


class _Pipe:
    """Progress that goes through the pipe."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._told = 0.0

    def start(self, total: int) -> None:
        """Do nothing."""

    def working(self, what: str) -> None:
        """Tell the supervisor, but not more than ten times a second."""
        now = time.monotonic()
        if now - self._told > 0.1:
            self._told = now
            self._pipe.send(("working", what))

    def advance(self, units: int, rows: int) -> None:
        """Do nothing; the receipt counts."""


def serve(pipe: Any) -> None:
    """Work: say hello, then take tasks until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    from nbaproc.run.self_test import greeting
    from nbaproc.run.shard import run_task

    pipe.send(("hello", greeting()))
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        receipt = run_task(task, _Pipe(pipe))
        with contextlib.suppress(BrokenPipeError):
            pipe.send(("done", receipt))


def _end_with_parent() -> None:
    """End this process when the one that started it is gone."""
    from multiprocess import parent_process
    from multiprocess.connection import wait

    parent = parent_process()

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()

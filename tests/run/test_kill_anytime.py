"""Killed a hundred times, at moments that nobody chose, and taken up again each time: nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import pytest

from nbaproc.faults import POINTS, VARIABLE
from nbaproc.lake import Lake
from nbaproc.parquet import read_facts, read_frame
from nbaproc.run.engines import POLARS, REFERENCE
from nbaproc.run.workers import Workers
from nbaproc.tables import table_names
from tests.conftest import ROOT
from tests.run.cuts import CUTS, DAYS, compute
from tests.run.little import fill, games
from tests.run.test_workers import sabotage
from tests.run.weeks import DECLARED, assert_ledger_agrees, copied, run
from tests.sources.downloads import files

#: How often a process that runs a command is killed, and how often a worker, which takes longer to come back.
KILLS, OF_WORKERS = 75, 25
#: Kills that one lake has to bear before it is completed and looked at.
PER_LAKE = 5
#: Workers that are killed in a row before they are ready.
IN_A_ROW = 3
#: Places that only the process that runs the command gets to.
OF_PARENT = ("before_ledger", "after_ledger")

pytestmark = pytest.mark.usefixtures("all_cores")


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two short seasons of raw rows: to copy, never to write."""
    folder = tmp_path_factory.mktemp("little")
    return fill(Lake(folder / "lake"), folder, games(DAYS)).root


@pytest.fixture(scope="module")
def clean(little: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Return the same lake after an undisturbed run."""
    lake = copied(little, tmp_path_factory.mktemp("clean") / "lake")
    compute(lake, "whole", POLARS)
    return lake


def assert_whole(lake: Lake) -> None:
    """Every file can be read, with its footer."""
    for path in lake.root.rglob("*.parquet"):
        read_frame(path)
        read_facts(path)


def assert_old_or_new(lake: Lake, clean: Lake) -> None:
    """Every file is whole, and every date in it is what the clean run made."""
    assert_whole(lake)
    for name in table_names():
        stored, wanted = (of.facts(DECLARED[name], date.min, date.max) for of in (lake, clean))
        assert stored.items() <= wanted.items(), name


def assert_recovers(lake: Lake, clean: Lake) -> None:
    """Run again: the clean bytes, nothing left over, a ledger that agrees, and nothing to do after that."""
    assert run(lake, (), DAYS[0], DAYS[-1]).exit_code == 0
    assert files(lake.root) == files(clean.root)
    assert not list(lake.root.rglob("*.tmp-*"))
    assert_ledger_agrees(lake)
    assert run(lake, (), DAYS[0], DAYS[-1]).idle


class Children:
    """Processes that run commands; the next one starts while the last one works."""

    def __init__(self) -> None:
        self._ready = deque([self._start()])

    def _start(self) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NBAPROC_")}
        environment |= {"PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1"}
        command, pipe = [sys.executable, "-m", "tests.run.cuts"], subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def next(self) -> subprocess.Popen[str]:
        """Return a process that is ready."""
        self._ready.append(self._start())
        child = self._ready.popleft()
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        return child

    def close(self) -> None:
        """End the one that is waiting."""
        for child in self._ready:
            with child:
                child.kill()


@pytest.fixture
def children() -> Iterator[Children]:
    made = Children()
    yield made
    made.close()


def killed(child: subprocess.Popen[str], lake: Lake, cut: str, engine: str, seconds: float) -> bool:
    """Let a process run commands and kill it after a while; returns whether it was still at work."""
    with child:
        assert child.stdin is not None
        child.stdin.write(f"{lake.root}={cut}={engine}\n")
        child.stdin.flush()
        try:
            # It ends by itself when there are no more lines.
            child.stdin.close()
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    assert child.returncode in (0, -signal.SIGKILL)
    return child.returncode != 0


def test_R31_a_run_that_is_killed_again_and_again_is_taken_up_by_the_next(  # noqa: N802
    little: Path, clean: Lake, tmp_path: Path, children: Children
) -> None:
    done = seed = 0
    while done < KILLS:
        seed += 1
        rng, lake = Random(seed), copied(little, tmp_path / str(seed))
        # The reference engine reads and writes the same files in less time.
        cut, engine = rng.choice(list(CUTS)), rng.choice([REFERENCE, REFERENCE, REFERENCE, POLARS])
        for number in range(PER_LAKE):
            seconds = rng.uniform(0.02, 0.8)
            print(f"seed {seed}, kill {number}: {cut}, {engine}, after {seconds:.3f} s")
            if not killed(children.next(), lake, cut, engine, seconds):
                break
            done += 1
            assert_old_or_new(lake, clean)
        assert_recovers(lake, clean)


class Killer:
    """Kills workers of this process, one after the other, as long as a command runs."""

    def __init__(self, crew: Workers) -> None:
        self.done = self._unready = 0
        self._rng, self._crew = Random(), crew
        self._stop = threading.Event()

    def during(self, rng: Random, command: Callable[[], object]) -> None:
        """Run a command and kill workers meanwhile."""
        self._rng = rng
        self._stop.clear()
        thread = threading.Thread(target=self._kill)
        thread.start()
        try:
            command()
        finally:
            self._stop.set()
            thread.join()

    def _kill(self) -> None:
        from multiprocess import active_children

        while not self._stop.wait(self._rng.uniform(0.05, 1.2)):
            found = sorted(child.pid for child in active_children())
            if found:
                victim = self._rng.choice(found)
                # Workers that are killed before they are ready are started anew, but not for ever.
                is_ready = victim in {worker.process.pid for worker in list(self._crew._crew) if worker.ready}
                if not is_ready and self._unready == IN_A_ROW:
                    continue
                self._unready = 0 if is_ready else self._unready + 1
                print(f"killed worker {found.index(victim)} of {len(found)}")
                os.kill(victim, signal.SIGKILL)
                self.done += 1


def test_R31_workers_that_are_killed_again_and_again_cost_nothing(  # noqa: N802
    little: Path, clean: Lake, tmp_path: Path
) -> None:
    crew = Workers(2, 1)
    killer, seed = Killer(crew), 0
    try:
        while killer.done < OF_WORKERS:
            seed += 1
            rng, lake = Random(seed), copied(little, tmp_path / str(seed))
            cut, engine = rng.choice(["whole", "season", "month"]), rng.choice([REFERENCE, POLARS])
            print(f"seed {seed}: {cut}, {engine}")
            for part in CUTS[cut]:
                days = sorted(part.days)
                command = partial(run, lake, part.tables, days[0], days[-1])
                killer.during(rng, partial(command, only=days, engine=engine, executor=crew))
            # A season may have been computed without the one before it, which is stale then.
            assert_whole(lake)
            assert_recovers(lake, clean)
    finally:
        crew.close()


@pytest.mark.parametrize("point", [point for point in POINTS if point not in OF_PARENT])
def test_R31_a_worker_that_is_killed_at_a_named_place_costs_nothing(  # noqa: N802
    point: str, little: Path, clean: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = copied(little, tmp_path / "lake")
    nth = 1 if point in ("before_compute", "before_receipt") else 3
    assert VARIABLE not in os.environ
    marker = sabotage(tmp_path, monkeypatch, f"if once():\n    os.environ[{VARIABLE!r}] = '{point}:{nth}'")
    crew, start, started = Workers(1, 1), Workers._start, list[int]()
    monkeypatch.setattr(Workers, "_start", lambda self: started.append(1) or start(self))
    try:
        assert run(lake, (), DAYS[0], DAYS[-1], executor=crew, engine=REFERENCE).exit_code == 0
    finally:
        crew.close()
    # The first worker died there, and the one after it lived.
    assert marker.exists()
    assert len(started) == 2
    assert files(lake.root) == files(clean.root)
    assert_recovers(lake, clean)

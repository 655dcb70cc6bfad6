"""Worker processes: any number of them gives the same bytes, and the death of one costs nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from nbaproc.errors import ConfigurationError
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger
from nbaproc.run import shard
from nbaproc.run.engines import REFERENCE
from nbaproc.run.executors import Here
from nbaproc.run.memory import memory_of, memory_size
from nbaproc.run.shard import Task
from nbaproc.run.workers import TIMEOUT, Workers, _whole, _Worker
from tests.conftest import ROOT
from tests.run.weeks import GAMES, LAST, OPENING, PCF, PGS, STAGES, assert_ledger_agrees, cells, run
from tests.sources.downloads import files

#: What a worker does when it starts: `once()` is true for the first process that asks.
PRELUDE = """
import os, signal, sys, time

def once():
    try:
        os.close(os.open({marker!r}, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True

def instead(change):
    # Only in a worker, and in nothing that comes before its first task.
    from nbaproc.run import shard
    real = shard.compute
    def compute(engine, names, raw, dates, *rest):
        change(dates)
        return real(engine, names, raw, dates, *rest)
    shard.compute = compute

if "spawn_main" in " ".join(sys.orig_argv):
"""


def sabotage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Path:
    """Let workers run some code when they start; returns the file that marks that it happened."""
    folder = tmp_path / "sabotage"
    folder.mkdir()
    marker = folder / "happened"
    indented = "".join(f"    {line}\n" for line in code.strip().splitlines())
    (folder / "sitecustomize.py").write_text(PRELUDE.format(marker=str(marker)) + indented)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{ROOT}")
    return marker


@pytest.fixture
def workers() -> Iterator[Workers]:
    crew = Workers(2, 1)
    yield crew
    crew.close()


def alive() -> list[int]:
    """Return the children of this process that live."""
    import multiprocess

    return [child.pid for child in multiprocess.active_children()]


# Any cut, any number of processes: the same bytes.


@pytest.mark.parametrize(("count", "threads"), [(1, 2), (2, 1), (2, 2)])
def test_R62_neither_workers_nor_threads_change_a_byte(  # noqa: N802
    count: int, threads: int, raw: Lake, clean_weeks: Path
) -> None:
    crew = Workers(count, threads)
    try:
        assert run(raw, executor=crew).exit_code == 0
    finally:
        crew.close()
    assert files(raw.root) == files(clean_weeks)
    assert alive() == []
    assert_ledger_agrees(raw)


def test_R62_neither_the_cut_nor_the_order_of_dates_changes_a_byte(raw: Lake, clean_weeks: Path) -> None:  # noqa: N802
    weeks = [OPENING + timedelta(n) for n in (0, 7, 14)]
    for names in STAGES.values():
        for start in weeks[::-1]:
            days = [start + timedelta(n) for n in range(7)]
            # The last days of the last week one by one, the newest first.
            single = [LAST - timedelta(n) for n in range(3)] if start == weeks[-1] else []
            for day in single:
                run(raw, names, day, day)
            run(raw, names, days[0], days[-1], only=[day for day in days if day not in single])
        run(raw, names, weeks[-1] + timedelta(7), LAST)
    assert files(raw.root) == files(clean_weeks)
    assert_ledger_agrees(raw)


def test_R62_the_engine_of_some_dates_changes_no_byte(raw: Lake, clean_weeks: Path) -> None:  # noqa: N802
    run(raw, end=LAST - timedelta(1))
    run(raw, start=LAST, engine=REFERENCE)
    assert files(raw.root) == files(clean_weeks)


def test_workers_live_from_one_stage_to_the_next_and_end_when_closed(raw: Lake) -> None:
    crew = Workers(1, 1)
    run(raw, end=OPENING, executor=crew)
    first = alive()
    run(raw, start=OPENING + timedelta(1), end=OPENING + timedelta(1), executor=crew)
    assert (alive(), len(first)) == (first, 1)
    crew.close()
    assert alive() == []


def test_nothing_to_do_starts_no_worker(clean: Lake) -> None:
    crew = Workers(2)
    assert run(clean, executor=crew).exit_code == 0
    assert alive() == []


# Deaths.


def test_a_worker_that_is_killed_in_a_shard_costs_nothing(
    raw: Lake, clean_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    kill = "instead(lambda dates: once() and os.kill(os.getpid(), signal.SIGKILL))"
    marker = sabotage(tmp_path, monkeypatch, kill)
    assert run(raw, executor=workers).exit_code == 0
    assert marker.exists()
    assert files(raw.root) == files(clean_weeks)
    assert_ledger_agrees(raw)


def test_a_worker_that_ends_in_a_shard_costs_nothing(
    raw: Lake, clean_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    marker = sabotage(tmp_path, monkeypatch, "instead(lambda dates: once() and os._exit(3))")
    assert run(raw, executor=workers).exit_code == 0
    assert marker.exists()
    assert files(raw.root) == files(clean_weeks)


@pytest.mark.parametrize(
    ("death", "category"),
    [("os.kill(os.getpid(), signal.SIGKILL)", "OUT_OF_MEMORY"), ("os._exit(3)", "UNAVAILABLE")],
)
def test_a_date_that_kills_every_worker_fails_alone_or_with_its_shard(
    death: str,
    category: str,
    raw: Lake,
    clean_weeks: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    workers: Workers,
) -> None:
    bad, end = date(2021, 10, 21), date(2021, 10, 25)
    code = f"import datetime\nbad = datetime.date(2021, 10, 21)\ninstead(lambda dates: bad in dates and {death})"
    sabotage(tmp_path, monkeypatch, code)
    summary = run(raw, GAMES, end=end, executor=workers)
    lost = {day for name, day in cells(summary, "failed")}
    assert {cell.reason for cell in summary.ended("failed")} == {category}
    if category == "OUT_OF_MEMORY":
        # Halved until it stands alone.
        assert lost == {bad}
    assert bad in lost
    assert cells(summary, "succeeded") == {(name, day) for name in GAMES for day in summary.dates if day not in lost}
    assert summary.exit_code == 1
    with Ledger(raw.root) as ledger:
        assert ledger.cells()[PGS, bad].reason == category
    monkeypatch.undo()
    run(raw)
    assert files(raw.root) == files(clean_weeks)
    assert_ledger_agrees(raw)


def test_R47_a_worker_that_never_answers_is_ended_at_its_limit_and_the_others_go_on(  # noqa: N802
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = date(2021, 10, 21)
    code = "import datetime\nbad = datetime.date(2021, 10, 21)\ninstead(lambda dates: bad in dates and time.sleep(600))"
    sabotage(tmp_path, monkeypatch, code)
    monkeypatch.setenv(TIMEOUT, "3")
    crew = Workers(2, 1)
    began = time.monotonic()
    try:
        summary = run(raw, [PGS], executor=crew)
    finally:
        crew.close()
    assert time.monotonic() - began < 3 + 10
    assert {cell.reason for cell in summary.ended("failed")} == {"TIMEOUT"}
    assert bad in {day for _, day in cells(summary, "failed")}
    assert cells(summary, "succeeded")
    assert f"{TIMEOUT} sets the limit" in summary.ended("failed")[0].message
    assert alive() == []


# Memory.

#: A worker that has 512 MB at its first task, and needs so many for every date.
LIMIT = """
import resource
def need(dates):
    resource.setrlimit(resource.RLIMIT_DATA, (512 << 20, 512 << 20))
    {need}
instead(need)
"""


@pytest.mark.parametrize(
    "need",
    [
        # Python is told that there is no more,
        "held = bytearray(len(dates) * (100 << 20))",
        # and Rust ends the process.
        "len(dates) > 3 and os.abort()",
    ],
)
def test_R45_workers_of_512_mb_finish_by_splitting(  # noqa: N802
    need: str, raw: Lake, clean_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    sabotage(tmp_path, monkeypatch, LIMIT.format(need=need))
    summary = run(raw, GAMES, end=OPENING + timedelta(6), executor=workers)
    assert (summary.exit_code, len(summary.dates) > 5) == (0, True)
    # Who is told halves the dates itself; who is ended has it done.
    assert (summary.splits > 0) == ("held" in need)
    assert run(raw).exit_code == 0
    assert files(raw.root) == files(clean_weeks)


def test_R45_a_date_that_needs_more_than_there_is_fails_alone(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, real = date(2021, 10, 21), shard.compute

    def compute(engine: str, names: list[str], inputs: Any, dates: list[date], *rest: Any) -> Any:
        if bad in dates:
            raise MemoryError("no room")
        return real(engine, names, inputs, dates, *rest)

    monkeypatch.setattr(shard, "compute", compute)
    summary = run(raw, GAMES)
    assert cells(summary, "failed") == {(name, bad) for name in GAMES}
    assert {cell.reason for cell in summary.ended("failed")} == {"OUT_OF_MEMORY"}
    assert "one date alone needs more memory than there is (MemoryError: no room)" in summary.ended("failed")[0].message


def task_of(dates: int) -> Task:
    days = [OPENING + timedelta(n) for n in range(dates)]
    return Task(0, "games", "lake", "polars", LAST, {(PGS, day): "" for day in days})


def test_what_is_in_flight_stays_below_half_of_the_memory() -> None:
    one = memory_of(task_of(1))
    assert memory_of(task_of(10)) == 10 * one
    crew = Workers(3, memory=2 * 10 * one)
    assert crew._fits(task_of(11)), "one task alone is always begun"
    crew._crew = [_Worker(None, None, task_of(6)), _Worker(None, None)]
    assert crew._fits(task_of(4))
    assert not crew._fits(task_of(5))
    crew._crew = []


def test_little_memory_makes_workers_take_turns(raw: Lake, clean_weeks: Path) -> None:
    crew = Workers(2, 1, memory=1)
    most, hand_out = [], crew._hand_out

    def watched(last_look: Callable[[Task], Task]) -> None:
        hand_out(last_look)
        most.append(crew._busy())

    crew._hand_out = watched  # type: ignore[method-assign]
    try:
        assert run(raw, GAMES, executor=crew).exit_code == 0
    finally:
        crew.close()
    assert max(most) == 1


def test_the_memory_of_a_container_counts(tmp_path: Path) -> None:
    machine = memory_size(())
    small, none, strange = tmp_path / "small", tmp_path / "none", tmp_path / "strange"
    small.write_text("1048576\n")
    strange.write_text("max\n")
    assert machine > 1 << 28
    assert memory_size((none, strange)) == machine
    assert memory_size((none, strange, small)) == 1 << 20


# Other code.


def test_no_task_is_handed_out_before_everybody_said_hello(
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    # The second worker differs, and is slow to say so.
    code = """
from nbaproc.run import self_test
real = self_test.greeting
def slow():
    if once():
        return real()
    time.sleep(1.5)
    return real() | {"code": "other"}
self_test.greeting = slow
"""
    sabotage(tmp_path, monkeypatch, code)
    before = files(raw.root)
    with pytest.raises(ConfigurationError, match=r"a worker differs in code: other instead of .* nothing was written"):
        run(raw, executor=workers)
    assert files(raw.root) == before
    assert alive() == []


def test_an_interrupt_waits_until_a_worker_is_started() -> None:
    went = []
    with pytest.raises(KeyboardInterrupt), _whole():
        signal.raise_signal(signal.SIGINT)
        went.append("on")
    assert went == ["on"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_worker_that_comes_later_is_greeted_too(raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first dies in its first task; the one that takes its place is of other code.
    code = """
from nbaproc.run import self_test
if once():
    instead(lambda dates: os._exit(3))
else:
    real = self_test.greeting
    self_test.greeting = lambda: real() | {"code": "other"}
"""
    sabotage(tmp_path, monkeypatch, code)
    crew = Workers(1, 1)
    with pytest.raises(ConfigurationError, match=r"a worker differs in code: .* its shard was not begun"):
        run(raw, GAMES, executor=crew)
    assert alive() == []


def test_R60_a_worker_whose_tables_differ_is_refused_before_anything_is_written(  # noqa: N802
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    code = """
from nbaproc.run import engines
real = engines.builder
def broken(name):
    if name == "player_composite_factors":
        raise AttributeError("no such method")
    return real(name)
engines.builder = broken
"""
    sabotage(tmp_path, monkeypatch, code)
    before = files(raw.root)
    with pytest.raises(ConfigurationError, match=f"a worker differs in {PCF}: .*AttributeError.* nothing was written"):
        run(raw, executor=workers)
    assert files(raw.root) == before
    assert alive() == []
    # What was begun counts as abandoned, and is done by the next.
    assert run(raw, end=OPENING).exit_code == 0


def test_a_worker_that_cannot_start_is_refused(
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    sabotage(tmp_path, monkeypatch, "os._exit(7)")
    with pytest.raises(ConfigurationError, match="a worker ended with 7 before it was ready; nothing was written"):
        run(raw, executor=workers)
    assert alive() == []


# The end of the process that runs the command.

COMMAND = """
import sys
from datetime import date
from pathlib import Path

def main():
    from nbaproc.lake import Lake, Month
    from nbaproc.run.backfill import backfill
    from nbaproc.run.workers import Workers
    from nbaproc.tables import table_names
    backfill(
        Lake(Path(sys.argv[1])), table_names(), date(2021, 10, 19), date(2021, 11, 10),
        today=date(2026, 11, 1), engine="polars", executor=Workers(2, 1),
    )

if __name__ == "__main__":
    main()
"""


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def gone(pids: list[int], seconds: float) -> bool:
    """Wait for some processes to end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_workers_end_with_their_parent_and_the_next_run_gives_the_clean_bytes(
    raw: Lake, clean_weeks: Path, tmp_path: Path
) -> None:
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    hang = tmp_path / "hang"
    hang.mkdir()
    slow = PRELUDE.format(marker=str(tmp_path / "x")) + "    instead(lambda dates: time.sleep(600))\n"
    (hang / "sitecustomize.py").write_text(slow)
    environment = os.environ | {"PYTHONPATH": f"{hang}{os.pathsep}{ROOT}"}
    parent = subprocess.Popen([sys.executable, str(script), str(raw.root)], env=environment, cwd=ROOT)
    with parent:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with Ledger(raw.root) as ledger:
                begun = ledger.cells()
            if begun and len(children(parent.pid)) >= 2:
                break
            time.sleep(0.1)
        crew = children(parent.pid)
        parent.kill()
    assert len(crew) >= 2
    assert gone(crew, 5)
    assert {cell.state for cell in begun.values()} == {"running"}
    assert run(raw, executor=Here()).exit_code == 0
    assert files(raw.root) == files(clean_weeks)
    assert not list(raw.root.rglob("*.tmp-*"))
    assert_ledger_agrees(raw)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_command_and_its_workers_within_five_seconds(
    number: signal.Signals, raw: Lake, clean_weeks: Path, tmp_path: Path
) -> None:
    hang = tmp_path / "hang"
    hang.mkdir()
    slow = PRELUDE.format(marker=str(tmp_path / "x")) + "    instead(lambda dates: time.sleep(600))\n"
    (hang / "sitecustomize.py").write_text(slow)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NBAPROC_")}
    environment |= {"PYTHONPATH": f"{hang}{os.pathsep}{ROOT}"}
    words = ["backfill", "--start", str(OPENING), "--end", str(LAST), "--workers", "2", "--lake", str(raw.root)]
    parent = subprocess.Popen(
        [sys.executable, "-m", "nbaproc.cli.main", *words],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    before = files(raw.root)
    with parent:
        until = time.monotonic() + 60
        while len(children(parent.pid)) < 2 and parent.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        # Spawned processes need a moment to get to their first task.
        time.sleep(3)
        crew = children(parent.pid)
        parent.send_signal(number)
        began = time.monotonic()
        _, told = parent.communicate(timeout=30)
        spent = time.monotonic() - began
    assert len(crew) >= 2, told
    assert (parent.returncode, told.strip()) == (130, "interrupted")
    assert spent < 5
    assert gone(crew, 5)
    assert files(raw.root) == before
    assert run(raw).exit_code == 0
    assert files(raw.root) == files(clean_weeks)

"""A Dask cluster: the bytes of one process, whatever becomes of its workers."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nbaproc.errors import ConfigurationError
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger
from nbaproc.run import cluster
from nbaproc.run.cluster import Dask
from nbaproc.run.shard import Receipt, Task
from nbaproc.run.workers import TIMEOUT
from tests.run.weeks import GAMES, PGS, assert_ledger_agrees, cells, run
from tests.sources.downloads import files

distributed = pytest.importorskip("distributed")
BAD = date(2021, 10, 21)


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """Two processes on this machine, each behind a nanny that starts it anew."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", scheduler_port=0
    ) as found:
        yield found


@pytest.fixture
def dask(local: Any) -> Iterator[Dask]:
    executor = Dask(local.scheduler_address)
    # One that was killed by the test before comes back.
    executor._client.wait_for_workers(2, timeout=60)
    executor.workers = 2
    yield executor
    executor.close()


def test_a_cluster_gives_the_bytes_of_one_process(raw: Lake, clean_weeks: Path, dask: Dask) -> None:
    assert dask.workers == 2
    assert run(raw, executor=dask).exit_code == 0
    assert files(raw.root) == files(clean_weeks)
    assert_ledger_agrees(raw)


def deadly_once(task: Task, expected: dict[str, str]) -> Receipt:
    """Kill the worker in the first shard with the bad date."""
    marker = Path(task.lake).parent / "died"
    if BAD in task.dates and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return cluster.greeted(task, expected)


def deadly(task: Task, expected: dict[str, str]) -> Receipt:
    """Kill every worker that gets the bad date."""
    if BAD in task.dates:
        os.kill(os.getpid(), signal.SIGKILL)
    return cluster.greeted(task, expected)


def endless(task: Task, expected: dict[str, str]) -> Receipt:
    """Never end the shard with the bad date."""
    if BAD in task.dates:
        time.sleep(600)
    return cluster.greeted(task, expected)


def unlike() -> None:
    """Let a worker say that its code is another."""
    from nbaproc.run import self_test

    real = self_test.greeting
    self_test.greeting = lambda: real() | {"code": "other"}  # type: ignore[assignment]


def alike() -> None:
    """Undo that."""
    import importlib

    from nbaproc.run import self_test

    importlib.reload(self_test)


def test_the_task_of_a_worker_that_is_killed_is_run_again(
    raw: Lake, clean_weeks: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "greeted", deadly_once)
    assert run(raw, executor=dask).exit_code == 0
    assert (raw.root.parent / "died").exists()
    assert files(raw.root) == files(clean_weeks)


def test_a_shard_that_kills_every_worker_fails_and_the_others_go_on(
    raw: Lake, clean_weeks: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "greeted", deadly)
        summary = run(raw, GAMES, executor=dask)
    lost = cells(summary, "failed")
    assert BAD in {day for _, day in lost}
    assert {cell.reason for cell in summary.ended("failed")} == {"UNAVAILABLE"}
    assert {day.month for _, day in cells(summary, "succeeded")} == {11}
    with Ledger(raw.root) as ledger:
        assert ledger.cells()[PGS, BAD].reason == "UNAVAILABLE"
    assert run(raw).exit_code == 0
    assert files(raw.root) == files(clean_weeks)


def test_R61_a_worker_of_other_code_is_refused_before_anything_is_written(  # noqa: N802
    raw: Lake, dask: Dask
) -> None:
    before = files(raw.root)
    one = sorted(dask._client.scheduler_info(n_workers=-1)["workers"])[:1]
    dask._client.run(unlike, workers=one)
    with pytest.raises(ConfigurationError, match=r"worker tcp.* differs in code: other .*nothing was written"):
        run(raw, executor=dask)
    dask._client.run(alike, workers=one)
    assert files(raw.root) == before


def test_R61_a_worker_that_comes_later_is_refused_its_task(  # noqa: N802
    raw: Lake, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(raw.root)
    monkeypatch.setattr(Dask, "_greet", lambda _: {"code": "what the others have"})
    with pytest.raises(ConfigurationError, match=r"a worker that came later differs in code: .*it wrote nothing"):
        run(raw, executor=dask)
    assert files(raw.root) == before


def test_R47_a_shard_that_never_ends_is_given_up_and_the_others_are_written(  # noqa: N802
    raw: Lake, local: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "greeted", endless)
    monkeypatch.setenv(TIMEOUT, "4")
    dask = Dask(local.scheduler_address)
    crew = dask._client.run(os.getpid).values()
    began = time.monotonic()
    try:
        summary = run(raw, GAMES, executor=dask)
        assert time.monotonic() - began < 4 + 10
        assert {(c.reason, c.day.month) for c in summary.ended("failed")} == {("TIMEOUT", 10)}
        assert {day.month for _, day in cells(summary, "succeeded")} == {11}
    finally:
        for pid in crew:
            os.kill(pid, signal.SIGKILL)
        dask.close()


def test_a_cluster_without_a_worker_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.3)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address=":0", scheduler_port=0) as empty,
        pytest.raises(ConfigurationError, match="has no worker; start some and run again"),
    ):
        Dask(empty.scheduler_address)


@pytest.mark.parametrize("answers", [False, True])
def test_a_scheduler_that_does_not_answer_is_given_up_soon(answers: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if answers:
            # It takes the connection, and says nothing.
            silent.listen()
        began = time.monotonic()
        with pytest.raises(OSError):
            Dask(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert time.monotonic() - began < 10

"""Fixtures that several test modules share: the real data, and lakes made of it."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from nbaproc.lake import Lake
from nbaproc.parquet import locked
from nbaproc.run.backfill import backfill
from nbaproc.run.summary import Summary
from nbaproc.sources.ingest import Report, ingest_nba_api, ingest_simulation
from nbaproc.tables import table_names

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
#: The cores this run may use, where that can be chosen.
CORES = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()
#: Where the real downloads are.
REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve()
#: A current date long after every season of the real data.
TODAY = date(2026, 11, 1)
#: First and last game of the three real seasons.
FIRST, LAST = date(2021, 10, 19), date(2024, 6, 17)


#: Modules that take longest: workers begin with them, so that none is left with a long one at the end.
LONGEST = (
    *("run/test_kill_anytime.py", "run/test_invariance.py", "run/test_workers.py", "run/test_model.py"),
    *("warehouse/test_end_to_end.py", "audit/test_validation.py", "warehouse/test_faults.py"),
    *("warehouse/test_publish_emulator.py", "warehouse/test_warehouse_emulator.py", "warehouse/test_validation.py"),
    *("warehouse/test_publish_faults.py", "cli/test_engine_commands.py"),
    *("real/test_three_seasons.py", "run/test_stages.py", "tables/test_engines_agree.py", "real/test_leakage.py"),
    *("real/test_store.py", "cli/test_cli.py", "sources/test_ingest.py", "audit/test_leakage.py"),
    *("tables/store/test_engines_agree.py", "tables/upcoming/test_engines_agree.py"),
    *("tables/precompute/test_engines_agree.py", "tables/upcoming/test_poison.py", "training/test_export.py"),
    *("sources/test_simulate.py", "test_lake.py", "tables/precompute/test_poison.py", "run/test_backfill.py"),
    "tables/test_leagues.py",
)


def pytest_configure() -> None:
    """Keep each worker on a core: handing small frames to a thread on another core costs more than computing them.

    The hundreds of processes that tests start find the package compiled.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if worker and len(CORES) > 1:
        os.environ.setdefault("POLARS_MAX_THREADS", "2")
        run_on({sorted(CORES)[int(worker) % len(CORES)]})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; each stays on one worker (`--dist=loadscope`), so its fixtures are made once."""
    places = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """Keep thousands of collected tests out of every garbage collection: they stay until the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Leave nothing to the interpreter's end that is not garbage for it."""
    gc.unfreeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the real data was not there."""
    if not (REAL_DATA / "public").is_dir():
        terminalreporter.section("REAL DATA MISSING", sep="!", red=True, bold=True)
        terminalreporter.line(f"No folder {REAL_DATA / 'public'}: every test on real seasons was SKIPPED.")
        terminalreporter.line("Set NBAPROC_REAL_DATA to the folder of the downloads.")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the real data, or skip."""
    if not (REAL_DATA / "public").is_dir():
        pytest.skip(f"REAL DATA MISSING: no folder {REAL_DATA / 'public'}; set NBAPROC_REAL_DATA")
    return REAL_DATA


def run_on(cores: set[int]) -> None:
    """Let the threads of this process, and the processes it starts, run on these cores."""
    for thread in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread), cores)


@contextmanager
def every_core() -> Iterator[None]:
    """Let a worker use the cores of the others for a while."""
    if not CORES:
        yield
        return
    mine = os.sched_getaffinity(0)
    run_on(CORES)
    try:
        yield
    finally:
        run_on(mine)


@pytest.fixture
def all_cores() -> Iterator[None]:
    """For tests of threads and processes that run at once."""
    with every_core():
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Lake], T]) -> tuple[Lake, T]:
    """Make a lake once for all workers: the first makes it while the others wait, and then all read it."""
    base = factory.getbasetemp()
    # The folder of a worker lies in that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    lake, result = Lake(folder / "lake"), folder / "result"
    with locked(folder.with_suffix(".lock")):
        if not result.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            result.write_bytes(pickle.dumps(make(lake)))
    return lake, pickle.loads(result.read_bytes())


@pytest.fixture(scope="session")
def real_ingest(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Report]:
    """Ingest the public downloads once: a lake for reading only, and the report."""

    def make(lake: Lake) -> Report:
        return ingest_nba_api(lake, [real_data / "public"], report_hour=17)

    return made_once(tmp_path_factory, "ingested", make)


@pytest.fixture(scope="session")
def real_backfill(real_ingest: tuple[Lake, Report], tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Summary]:
    """Compute three real seasons once: a lake for reading only, and the summary."""

    def make(lake: Lake) -> Summary:
        shutil.copytree(real_ingest[0].root, lake.root)
        with every_core():
            return backfill(lake, table_names(), FIRST, LAST, today=TODAY, engine="polars")

    return made_once(tmp_path_factory, "backfilled", make)


@pytest.fixture(scope="session")
def simulated_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate a season once: a raw lake to copy, never to write."""

    def make(lake: Lake) -> None:
        ingest_simulation(lake, seasons=1, seed=7, start_season=2021)

    return made_once(tmp_path_factory, "simulated", make)[0].root

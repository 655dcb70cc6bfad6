"""Power cuts: killed at any place and moment, a run leaves whole files, and the next gives the clean bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbaproc.faults import POINTS, VARIABLE
from nbaproc.lake import Lake
from nbaproc.parquet import read_facts, read_frame
from nbaproc.tables import table_names
from tests.conftest import ROOT
from tests.run.weeks import DECLARED, LAST, OPENING, assert_ledger_agrees, run, todo
from tests.sources.downloads import files

COMMAND = """
import sys
from datetime import date
from pathlib import Path

def main():
    from nbaproc.lake import Lake
    from nbaproc.run.backfill import backfill
    from nbaproc.run.executors import Here
    from nbaproc.run.workers import Workers
    from nbaproc.tables import table_names
    count = int(sys.argv[2])
    executor = Workers(count, 1) if count else Here()
    print("begun", flush=True)
    backfill(
        Lake(Path(sys.argv[1])), table_names(), date(2021, 10, 19), date(2021, 11, 10),
        today=date(2026, 11, 1), engine="polars", executor=executor,
    )

if __name__ == "__main__":
    main()
"""
#: Of the places that a run gets to often, the one it dies at; the others are passed once in each stage.
OFTEN = {point: 6 for point in POINTS if "record" in point or "fsync" in point or "replace" in point}
# The fifth records that are written are the first that are not empty.
OFTEN["after_records"] = 5
#: Seeds of the moments at which a run is killed.
MOMENTS = range(4)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "command.py"
    path.write_text(COMMAND)
    return path


def begin(script: Path, lake: Lake, workers: int = 0, fault: str = "") -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NBAPROC_")} | {"PYTHONPATH": str(ROOT)}
    if fault:
        environment[VARIABLE] = fault
    return subprocess.Popen(
        [sys.executable, str(script), str(lake.root), str(workers)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def assert_old_or_new(lake: Lake, clean: Lake) -> None:
    """Every file is whole, and every date in it is what the clean run made."""
    for path in lake.root.rglob("*.parquet"):
        read_frame(path)
        read_facts(path)
    for name in table_names():
        stored, wanted = lake.facts(DECLARED[name], OPENING, LAST), clean.facts(DECLARED[name], OPENING, LAST)
        assert stored.items() <= wanted.items(), name


def assert_recovers(lake: Lake, clean: Lake) -> None:
    """Run again: the clean bytes, nothing left over, and a ledger that agrees."""
    assert run(lake).exit_code == 0
    assert files(lake.root) == files(clean.root)
    assert not list(lake.root.rglob("*.tmp-*"))
    assert_ledger_agrees(lake)
    assert todo(lake) == set()


@pytest.mark.parametrize("point", POINTS)
def test_R31_a_run_that_is_killed_at_a_named_place_is_taken_up_by_the_next(  # noqa: N802
    point: str, raw: Lake, clean: Lake, script: Path
) -> None:
    with begin(script, raw, fault=f"{point}:{OFTEN.get(point, 1)}") as process:
        assert process.wait(60) == -signal.SIGKILL
    assert_old_or_new(raw, clean)
    if point == "after_records":
        # Records lie there whose rows do not: such a date is planned.
        names = table_names()
        torn = {(n, d) for n in names for d in raw.records_fingerprints(DECLARED[n], OPENING, LAST)}
        torn -= {(n, d) for n in names for d in raw.facts(DECLARED[n], OPENING, LAST)}
        assert torn
        assert torn <= todo(raw)
    if point in ("before_receipt", "before_ledger"):
        # The games are written and the ledger does not know; killed again in the other stage.
        with begin(script, raw, fault=point) as process:
            assert process.wait(60) == -signal.SIGKILL
        assert_old_or_new(raw, clean)
        assert run(raw).files == 0
    assert_recovers(raw, clean)


@pytest.mark.parametrize("seed", MOMENTS)
def test_R31_a_run_that_is_killed_at_any_moment_is_taken_up_by_the_next(  # noqa: N802
    seed: int, raw: Lake, clean: Lake, script: Path
) -> None:
    # In turn a run in one process, and one with workers.
    workers = 2 * (seed % 2)
    with begin(script, raw, workers) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.1, 4.0 if workers else 1.8))
        process.kill()
    assert_old_or_new(raw, clean)
    assert_recovers(raw, clean)


def test_every_place_is_passed_by_a_run(raw: Lake, script: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    listen = f"import nbaproc.faults as f\nnames = open({str(told)!r}, 'w')\n"
    listen += "def reach(point):\n    names.write(point + '\\n')\n    names.flush()\nf.reach = reach\n"
    script.write_text(listen + COMMAND)
    with begin(script, raw) as process:
        assert process.wait(60) == 0
    assert set(told.read_text().split()) == set(POINTS)

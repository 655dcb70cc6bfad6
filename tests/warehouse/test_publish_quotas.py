"""Quotas: few loads, into staging alone, none beyond four fifths of a day's; one publisher at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nbaproc.boundary import empty, seal
from nbaproc.columns import Type
from nbaproc.errors import WarehouseError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.tables import table_names
from nbaproc.warehouse.bookkeeping import BOOKKEEPING, PROCESSOR_RUN_HISTORY
from tests.conftest import ROOT
from tests.run.weeks import DECLARED, LAST, OPENING, PDC, PGS, TOGS
from tests.warehouse.fake import NAME, Fake, Fault
from tests.warehouse.worlds import (
    TABLE,
    WHERE,
    Version,
    World,
    agree,
    attempt,
    held,
    put,
    read_back,
    receipts,
    small,
    told,
    versions,
    world,
)


@pytest.fixture(scope="module")
def both(clean_weeks: Path) -> tuple[Version, Version]:
    return versions(Lake(clean_weeks))


@pytest.fixture
def there(both: tuple[Version, Version], tmp_path: Path) -> World:
    """Return a world whose warehouse is empty."""
    made = small(Lake(tmp_path / "lake"))
    put(made.lake, both[0])
    return made


# Loads.


def test_R40_three_seasons_of_all_tables_take_a_few_loads_and_then_none(  # noqa: N802
    clean_weeks: Path, tmp_path: Path
) -> None:
    days = [date(year, 10, 20) + timedelta(days=n) for year in (2020, 2021, 2022, 2023) for n in range(230)][:918]
    made, source = world(Lake(tmp_path / "lake")), Lake(clean_weeks)
    for table in DECLARED.values():
        one = source.read(table, OPENING, LAST).head(1).drop(table.date or "")
        record = source.read_records(DECLARED[PDC], OPENING, LAST).head(1).drop("analysis_date", "table_name")
        every = pl.DataFrame({table.date or "": days})
        rows = seal(table, one.join(every, how="cross").select(table.names)) if one.height else empty(table)
        told = pl.DataFrame({"analysis_date": days, "table_name": table.name})
        put(made.lake, Version(rows, record.join(told, how="cross").select(PROCESSING_FAILURES.names)), table, days)
    for number, day in enumerate(days):
        if number % 100 == 0:
            attempt(made.lake, number, day)
    start, end = days[0], days[-1]
    report = made.publish(table_names(), start, end)
    assert report.exit_code == 0
    assert [outcome.dates for outcome in report.outcomes[:-1]] == [918] * len(DECLARED)
    used = made.fake.operations()
    assert {name: count for name, count in used.items() if name in DECLARED and count > 4} == {}
    assert used[PROCESSING_FAILURES.name] == len(DECLARED) <= 20
    assert used[PROCESSOR_RUN_HISTORY.name] == 1
    assert used.keys() <= {*DECLARED, PROCESSING_FAILURES.name, *(table.name for table in BOOKKEEPING)}
    assert len(made.fake.jobs("transaction")) == len(DECLARED) + 1
    calls = made.calls(names=table_names(), start=start, end=end)
    assert [kind for kind, _ in calls] == ["query"]
    assert made.fake.operations() == used


def test_R41_no_load_touches_a_partitioned_table(there: World) -> None:  # noqa: N802
    there.publish()
    loads = [about for kind, about in there.fake.calls if kind == "load"]
    assert len(loads) == 2
    assert all("._stage_" in name for name in loads)
    target = WHERE.table(TABLE.dataset, TABLE.name)
    with pytest.raises(WarehouseError, match="partitioned"):
        there.fake.load(target, TABLE.columns, [], "nbaproc-x-0123456789abcdef-0")


def test_R41_four_fifths_of_the_budget_are_used_and_the_rest_waits(  # noqa: N802
    there: World, both: tuple[Version, Version]
) -> None:
    there.where = replace(WHERE, load_job_budget=4)
    for turn in range(3):
        put(there.lake, both[turn % 2])
        assert there.publish().exit_code == 0
    before, jobs = held(there.fake), there.fake.jobs("load")
    put(there.lake, both[1])
    report = there.publish()
    assert (report.exit_code, report.load_jobs, report.outcomes[0].reason) == (3, 0, "QUOTA")
    assert "3 load jobs in 24 hours and 1 more would pass 80 % of 4" in report.outcomes[0].message
    assert held(there.fake) == before
    assert there.fake.jobs("load") == jobs
    # The first two of them are forgotten a day later.
    there.clock.move(hours=24, minutes=-2)
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])


def test_R41_a_budget_that_ends_half_way_lets_the_next_day_go_on(clean: Lake) -> None:  # noqa: N802
    made = world(clean, where=replace(WHERE, load_job_budget=2))
    names = [PDC, PGS, TOGS]
    report = made.publish(names)
    # Failure records of one table take the one load there is, so the second table has none left for its own.
    assert [(o.state, o.reason) for o in report.outcomes] == [
        ("published", ""),
        ("failed", "QUOTA"),
        ("published", ""),
        ("published", ""),
    ]
    assert (report.exit_code, report.refused) == (1, 1)
    assert made.publish(names).exit_code == 3
    made.clock.move(hours=25)
    assert made.publish(names).exit_code == 0
    assert all(agree(made.fake, DECLARED[name]) for name in names)


def test_R41_the_services_own_refusal_stops_the_table_and_the_next_publish_goes_on(  # noqa: N802
    there: World, both: tuple[Version, Version]
) -> None:
    there.publish()
    there.fake.quota = 1
    put(there.lake, both[1])
    report = there.publish()
    assert (report.outcomes[0].reason, report.exit_code) == ("QUOTA", 1)
    assert held(there.fake) == told(both[0])
    there.fake.quota = 1500
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])


def test_failed_loads_count(there: World) -> None:
    there.where = replace(WHERE, load_job_budget=3)
    there.fake.fault = Fault(2, WarehouseError("CONFIGURATION", "made to fail"))
    assert there.publish().outcomes[0].reason == "CONFIGURATION"
    there.fake.fault = Fault(len(there.fake.calls) + 2, WarehouseError("CONFIGURATION", "made to fail"))
    assert there.publish().outcomes[0].reason == "CONFIGURATION"
    there.fake.fault = None
    assert there.publish().exit_code == 3


def test_R32_files_beyond_the_size_are_cut_and_go_into_one_job(clean: Lake) -> None:  # noqa: N802
    made = world(clean)
    sizes: list[list[int]] = []
    real = made.fake.load

    def load(staging: str, columns: object, files: list[Path], job_id: str) -> int:
        sizes.append([path.stat().st_size for path in files])
        return real(staging, columns, files, job_id)  # type: ignore[arg-type]

    made.fake.load = load  # type: ignore[method-assign, assignment]
    report = made.publish([PGS], max_bytes=60_000)
    assert (report.exit_code, report.outcomes[0].dates) == (0, 22)
    assert len(sizes[0]) > 3
    assert max(sizes[0]) <= 60_000
    assert made.fake.operations()[PGS] == 1
    assert len(made.fake.jobs("transaction")) == 2
    rows = clean.read(DECLARED[PGS], OPENING, LAST)
    assert read_back(made.fake, DECLARED[PGS]).equals(rows.sort(DECLARED[PGS].key))


# Types and statements.


def test_R29_a_third_comes_back_as_it_was_from_every_float_column(clean: Lake, tmp_path: Path) -> None:  # noqa: N802
    made = world(Lake(tmp_path / "lake"))
    for table in DECLARED.values():
        rows = clean.read(table, OPENING, LAST).head(3)
        floats = [c for c in table.columns if c.type is Type.FLOAT64 and c.low is None]
        # One row at its digits, the others with all they can have: a decimal type would refuse these.
        first = pl.int_range(pl.len()) == 0
        thirds = [pl.when(first).then(round(1 / 3, c.digits or 0)).otherwise(1 / 3).alias(c.name) for c in floats]
        if rows.height:
            sealed = seal(table, rows.with_columns(thirds).drop("data_hash", strict=False))
            days = rows[table.date or ""].unique().to_list()
            put(made.lake, Version(sealed, empty(PROCESSING_FAILURES)), table, days)
    assert made.publish(table_names()).exit_code == 0
    seen = 0
    for table in DECLARED.values():
        rows = made.lake.read(table, OPENING, LAST)
        assert read_back(made.fake, table).equals(rows.sort(table.key)), table.name
        seen += rows.height
    assert seen > 20


def test_R24_every_statement_that_touches_a_partitioned_table_names_literal_dates(there: World) -> None:  # noqa: N802
    # The fake refuses any other, as the warehouse does.
    attempt(there.lake, 0)
    there.publish()
    assert len(there.fake.statements) > 8
    target = WHERE.table(TABLE.dataset, TABLE.name)
    for bad in (f"SELECT * FROM `{target}`", f"SELECT * FROM `{target}` WHERE `cache_date` IN (SELECT 1)"):
        with pytest.raises(WarehouseError, match="without a filter over cache_date"):
            there.fake.query(bad)
    with pytest.raises(WarehouseError, match="without a filter"):
        there.fake.transact([f"DELETE FROM `{target}` WHERE TRUE"], "nbaproc-x-0123456789abcdef-0")


def test_R24_one_place_builds_every_name(there: World) -> None:  # noqa: N802
    there.publish()
    names = {name for text in there.fake.statements for name in NAME.findall(text)}
    assert names
    assert all(name.startswith(f"{WHERE.project}.{WHERE.dataset_prefix}nba_") for name in names)


# One publisher at a time.


def test_R42_thirty_publishers_at_once_come_one_after_another(  # noqa: N802
    there: World, both: tuple[Version, Version]
) -> None:
    order: list[int] = []
    there.fake.hook = lambda _: order.append(threading.get_ident())
    attempt(there.lake, 0)
    gate = threading.Barrier(30)

    def publish(_: int) -> int:
        gate.wait(timeout=60)
        return there.publish().exit_code

    with ThreadPoolExecutor(30) as pool:
        assert set(pool.map(publish, range(30))) == {0}
    turns = [one for one, other in zip(order, [None, *order], strict=False) if one != other]
    assert len(turns) == len(set(turns)) == 30
    assert len(there.fake.jobs("load")) == 3
    assert held(there.fake) == told(both[0])


PUBLISHER = """
import sys
from pathlib import Path
from nbaproc.lake import Lake
from tests.warehouse.fake import Fake
from tests.warehouse.worlds import World
lake, warehouse, stop = sys.argv[1:]
made = World(Lake(Path(lake)), Fake(Path(warehouse)))
def hook(kind):
    if kind == stop:
        print("there", flush=True)
        sys.stdin.readline()
made.fake.hook = hook
print(made.publish().outcomes[0].state, flush=True)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_publisher_waits_for_the_other_one_unless_that_is_dead(
    both: tuple[Version, Version], tmp_path: Path, killed: bool
) -> None:
    made = small_file(tmp_path)
    put(made.lake, both[0])
    first, second = _start(made, "transact"), None
    try:
        assert first.stdout.readline() == b"there\n"
        second = _start(made, "never")
        time.sleep(0.5)
        assert second.poll() is None
        if killed:
            first.send_signal(signal.SIGKILL)
        else:
            first.stdin.write(b"\n")
            first.stdin.flush()
            assert first.stdout.readline() == b"published\n"
        said = second.stdout.readline()
        assert said == (b"published\n" if killed else b"current\n")
        assert second.wait(timeout=60) == 0
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
                process.wait()
                process.stdin.close()
                process.stdout.close()
    assert held(made.fake) == told(both[0])
    assert agree(made.fake)
    assert len(receipts(made.fake)) == 3
    assert len(made.fake.jobs("load")) == 2


def small_file(folder: Path) -> World:
    """Return a world whose warehouse several processes share."""
    made = World(Lake(folder / "lake"), Fake(folder / "warehouse.duckdb"))
    made.fake.create(WHERE, [TABLE, PROCESSING_FAILURES, *BOOKKEEPING])
    return made


def _start(made: World, stop: str) -> subprocess.Popen[bytes]:
    assert made.fake.path is not None
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PUBLISHER, str(made.lake.root), str(made.fake.path), stop],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

"""Loading and replacing under every fault of every call: all of it or nothing of it, never twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from nbaproc.columns import Column, Type
from nbaproc.errors import WarehouseError
from nbaproc.warehouse.bigquery import BigQuery, connect
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.retries import Limits
from tests.warehouse.conftest import own_configuration
from tests.warehouse.emulator import Emulator
from tests.warehouse.faults import (
    BROKEN,
    CONFLICT,
    DROPPED,
    FAULTS,
    JOB_BROKEN,
    JOB_CONFLICT,
    JOB_QUOTA,
    JOB_REFUSED,
    LOST,
    MISSING,
    QUOTA,
    SENDING,
    SILENT,
    SILENT_AFTER,
    TOO_LARGE,
    UNAVAILABLE,
    UNAVAILABLE_AFTER,
    Call,
    Fault,
    Proxy,
    every_pair,
    kind_of,
)
from tests.warehouse.through import Clock, through

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

DAY = Column("day", Type.DATE, "day", null=False)
POINTS = Column("points", Type.INT64, "points", null=False)
OLD, NEW = [1, 2], [10, 11, 12]


@dataclass
class World:
    """A table with two old rows of a date, and a file with three new ones."""

    configuration: Configuration
    client: Client
    file: Path

    def __post_init__(self) -> None:
        self.client.create_dataset(self.configuration.dataset("nba"))
        values = ", ".join(f"(DATE '2021-11-01', {number})" for number in OLD)
        self._run(f"CREATE TABLE `{self.table}` (day DATE NOT NULL, points INT64 NOT NULL) PARTITION BY day")
        self._run(f"INSERT INTO `{self.table}` VALUES {values}")

    @property
    def table(self) -> str:
        return self.configuration.table("nba", "t")

    def _run(self, text: str) -> list[int]:
        return [row[0] for row in self.client.query_and_wait(text)]

    @property
    def rows(self) -> list[int]:
        return self._run(f"SELECT points FROM `{self.table}` ORDER BY points")

    @property
    def staging(self) -> str:
        return self.configuration.table("nba", "_stage_t_1")

    @property
    def job(self) -> str:
        return f"nbaproc-{self.configuration.dataset_prefix}"

    def drop(self) -> None:
        self.client.delete_dataset(self.configuration.dataset("nba"), delete_contents=True)

    def publish(self, warehouse: BigQuery) -> None:
        """Put the new rows in the place of the old ones: what publishing does, at its smallest."""
        assert warehouse.load(self.staging, [DAY, POINTS], [self.file], f"{self.job}load-0") == 3
        self.transact(warehouse)
        days = f"SELECT COUNT(*) AS found FROM `{self.table}` WHERE day = DATE '2021-11-01'"
        assert warehouse.query(days) == [{"found": 3}]
        warehouse.drop(self.staging)

    def transact(self, warehouse: BigQuery) -> None:
        warehouse.transact(
            [
                f"DELETE FROM `{self.table}` WHERE day IN (DATE '2021-11-01')",
                f"INSERT INTO `{self.table}` (day, points) SELECT day, points FROM `{self.staging}`",
            ],
            f"{self.job}transaction-0",
        )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("new") / "new.parquet"
    frame = pl.DataFrame({"day": ["2021-11-01"] * 3, "points": NEW}).with_columns(pl.col("day").str.to_date())
    frame.write_parquet(path)
    return path


@pytest.fixture
def new_world(
    new_configuration: Callable[[], Configuration], client: Client, file: Path, proxy: Proxy
) -> Iterator[Callable[[], World]]:
    proxy.reset()
    yield lambda: World(new_configuration(), client, file)
    proxy.reset()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


def test_a_call_is_what_its_method_and_path_say() -> None:
    base = "/bigquery/v2/projects/p"
    assert [
        kind_of("POST", f"{base}/jobs?prettyPrint=false"),
        kind_of("GET", f"{base}/jobs/nbaproc-1?location=US"),
        kind_of("POST", "/upload/bigquery/v2/projects/p/jobs?uploadType=resumable"),
        kind_of("POST", "/upload/bigquery/v2/projects/p/jobs?uploadType=multipart"),
        kind_of("GET", f"{base}/datasets/d/tables/t?prettyPrint=false"),
        kind_of("GET", "/elsewhere"),
    ] == ["insert job", "get job", "begin upload", "upload", "get table", "other"]


def test_the_pairs_are_every_call_with_every_fault_it_can_have() -> None:
    calls = [Call("get table", "GET", "/"), Call("insert job", "POST", "/"), Call("get table", "GET", "/")]
    assert list(every_pair(calls, [LOST, JOB_QUOTA])) == [(1, LOST), (2, LOST), (3, LOST), (1, JOB_QUOTA)]
    more = [*calls, Call("get table", "GET", "/")]
    assert list(every_pair([calls[0], *more], [LOST], one_of_each=True)) == [(1, LOST), (3, LOST), (5, LOST)]


@pytest.fixture(scope="module")
def clean_calls(emulator: Emulator, client: Client, file: Path, proxy: Proxy) -> list[Call]:
    world = World(own_configuration(emulator), client, file)
    proxy.reset()
    world.publish(through(proxy, world.configuration))
    world.drop()
    return list(proxy.calls)


def test_a_clean_sequence_sends_each_job_once(world: World, proxy: Proxy) -> None:
    world.publish(through(proxy, world.configuration))
    assert [call.kind for call in proxy.calls] == [
        *("create table", "upload", "get table", "insert job", "insert job", "query results"),
        *("query results", "drop table"),
    ]
    assert world.rows == NEW


@pytest.mark.parametrize("place", range(len(FAULTS)), ids=lambda place: FAULTS[place].name)
def test_a_fault_of_any_call_leaves_old_or_new_rows_and_a_second_run_completes(
    new_world: Callable[[], World], proxy: Proxy, clean_calls: list[Call], place: int
) -> None:
    fault = FAULTS[place]
    pairs = list(every_pair(clean_calls, [fault]))
    # What was done and not told befalls every call; what was refused befalls one, each fault another.
    chosen = pairs if fault.accepted or fault.of_job else [pairs[place % len(pairs)]]
    for at, _ in chosen:
        world, failed = new_world(), ""
        proxy.reset()
        proxy.inject(fault, nth=at)
        try:
            world.publish(through(proxy, world.configuration))
        except WarehouseError as error:
            failed = error.category
        met, rows = (at, [call.kind for call in proxy.calls if call.fault], failed), world.rows
        assert proxy.fired == 1 and rows in (OLD, NEW), met
        if fault.passes:
            assert (failed, rows) == ("", NEW), met
        elif fault.category:
            assert failed == fault.category, met
        if failed:
            world.publish(through(proxy, world.configuration))
        assert world.rows == NEW, met
        world.drop()


@pytest.mark.parametrize(
    "fault",
    [CONFLICT, QUOTA, TOO_LARGE, BROKEN, DROPPED, LOST, SILENT, JOB_CONFLICT, JOB_REFUSED],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("kind", SENDING[:2])
def test_a_fault_that_stays_is_given_up_with_its_category(world: World, proxy: Proxy, fault: Fault, kind: str) -> None:
    proxy.inject(fault, kind, times=None)
    with pytest.raises(WarehouseError) as caught:
        world.publish(through(proxy, world.configuration))
    assert caught.value.category == fault.category and world.job in str(caught.value)
    # A job whose reply is lost every time ran all the same, and is found by its id.
    assert world.rows == (NEW if fault is LOST and kind == "insert job" else OLD)
    proxy.reset()
    world.publish(through(proxy, world.configuration))
    assert world.rows == NEW


def test_a_lost_reply_is_no_second_job(world: World, proxy: Proxy) -> None:
    proxy.inject(LOST, "upload")
    proxy.inject(UNAVAILABLE_AFTER, "insert job")
    warehouse = through(proxy, world.configuration)
    world.publish(warehouse)
    sent = [(each.job_id.removeprefix(world.job), each.attached) for each in warehouse.jobs.sent[:2]]
    assert sent == [("load-0", True), ("transaction-0", True)] and world.rows == NEW


def test_R26_five_conflicts_of_jobs_end_in_success_and_double_nothing(world: World, proxy: Proxy) -> None:  # noqa: N802
    clock = Clock()
    warehouse = through(proxy, world.configuration, clock)
    warehouse.load(world.staging, [DAY, POINTS], [world.file], f"{world.job}load-0")
    proxy.inject(JOB_CONFLICT, "insert job", times=3)
    proxy.inject(CONFLICT, "insert job", nth=4, times=2)
    world.transact(warehouse)
    # Refused before they were jobs, the last two begin a series of their own.
    assert [bound for _, bound in clock.bounds] == [1, 2, 4, 1, 2]
    assert [call.job_id.rpartition("-")[2] for call in proxy.calls if call.kind == "insert job"] == list("012333")
    assert world.rows == NEW


@pytest.mark.parametrize("fault", [CONFLICT, JOB_CONFLICT], ids=lambda fault: fault.name)
def test_R26_waits_between_conflicts_are_at_most_1_2_4_8_16_seconds(  # noqa: N802
    world: World, proxy: Proxy, fault: Fault
) -> None:
    clock = Clock(share=0.5)
    warehouse = through(proxy, world.configuration, clock)
    warehouse.load(world.staging, [DAY, POINTS], [world.file], f"{world.job}load-0")
    proxy.inject(fault, "insert job", times=5)
    world.transact(warehouse)
    assert clock.bounds == [(0.0, bound) for bound in (1, 2, 4, 8, 16)]
    assert world.rows == NEW


def test_R21_refused_dml_is_a_conflict_at_once_and_the_next_publish_works(world: World, proxy: Proxy) -> None:  # noqa: N802
    clock = Clock()
    proxy.inject(JOB_REFUSED, "insert job")
    with pytest.raises(WarehouseError, match="streaming buffer") as caught:
        world.publish(through(proxy, world.configuration, clock))
    assert (caught.value.category, clock.waits, world.rows) == ("CONFLICT", [], OLD)
    world.publish(through(proxy, world.configuration, clock))
    assert world.rows == NEW


def test_R41_a_used_up_quota_stops_at_once_and_goes_on_another_day(world: World, proxy: Proxy) -> None:  # noqa: N802
    clock = Clock()
    proxy.inject(JOB_QUOTA, "upload")
    with pytest.raises(WarehouseError, match="refills") as caught:
        world.publish(through(proxy, world.configuration, clock))
    assert (caught.value.category, clock.waits, proxy.count("upload")) == ("QUOTA", [], 1)
    world.publish(through(proxy, world.configuration, clock))
    assert world.rows == NEW


def test_a_job_that_is_said_to_exist_and_not_found_is_asked_for_again(world: World, proxy: Proxy) -> None:
    proxy.inject(LOST, "upload")
    proxy.inject(MISSING, "get job", times=3)
    world.publish(through(proxy, world.configuration))
    assert world.rows == NEW


def test_R47_a_query_that_is_never_answered_is_given_up_at_its_limit(  # noqa: N802
    world: World, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client gives the reading of results two minutes of its own at least.
    monkeypatch.setattr("google.cloud.bigquery.client._MIN_GET_QUERY_RESULTS_TIMEOUT", 0)
    proxy.instant_silence = False
    for fault, kind in ((SILENT, "insert job"), (SILENT_AFTER, "query results")):
        proxy.inject(fault, kind)
        client = connect(replace(world.configuration, endpoint=proxy.endpoint))
        warehouse = BigQuery(world.configuration, client, Limits(metadata=2.0))
        began = time.monotonic()
        with pytest.raises(WarehouseError) as caught:
            warehouse.query("SELECT 1 AS x")
        assert caught.value.category == "TIMEOUT" and 2.0 <= time.monotonic() - began < 12.0
        warehouse.close()


def test_R47_a_job_that_never_ends_is_cancelled_at_its_limit(world: World, proxy: Proxy) -> None:  # noqa: N802
    clock = Clock(nap=0.01)
    warehouse = through(proxy, world.configuration, clock, Limits(job=60.0))
    endless = (
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT MAX(i) FROM n"
    )
    with pytest.raises(WarehouseError, match="not done within 60 s, it was cancelled") as caught:
        warehouse.query(endless)
    assert caught.value.category == "TIMEOUT" and 60.0 <= clock.now - 1000.0 < 70.0
    assert proxy.count("cancel job") == 1


def test_a_transaction_that_was_committed_late_is_found_by_the_next_run(world: World, proxy: Proxy) -> None:
    warehouse = through(proxy, world.configuration)
    warehouse.load(world.staging, [DAY, POINTS], [world.file], f"{world.job}load-0")
    proxy.inject(SILENT_AFTER, "insert job")
    with pytest.raises(WarehouseError) as caught:
        world.transact(warehouse)
    assert caught.value.category == "TIMEOUT" and world.rows == NEW
    again = through(proxy, world.configuration)
    world.transact(again)
    assert [sent.attached for sent in again.jobs.sent] == [True] and world.rows == NEW


def test_a_broken_reading_of_rows_is_no_second_query(world: World, proxy: Proxy) -> None:
    proxy.inject(BROKEN, "query results")
    proxy.inject(DROPPED, "query results", nth=2)
    proxy.inject(UNAVAILABLE, "query results", nth=3)
    assert through(proxy, world.configuration).query("SELECT 5 AS x") == [{"x": 5}]
    assert (proxy.count("insert job"), proxy.count("query results")) == (1, 5)


def test_a_job_that_fails_of_the_service_is_sent_again_under_the_next_number(world: World, proxy: Proxy) -> None:
    proxy.inject(JOB_BROKEN, "upload", times=2)
    warehouse = through(proxy, world.configuration)
    assert warehouse.load(world.staging, [DAY, POINTS], [world.file], f"{world.job}load-0") == 3
    assert [call.job_id.rpartition("-")[2] for call in proxy.calls if call.kind == "upload"] == ["0", "1", "2"]

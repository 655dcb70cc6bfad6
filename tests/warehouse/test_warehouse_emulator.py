"""Data sets, tables and raw rows in the emulator: made and checked, and the real raw tables extracted from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from nbaproc import ddl
from nbaproc.boundary import schema
from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError, WarehouseError
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables import declarations
from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.extract import Extract, extract
from nbaproc.warehouse.names import qualify
from nbaproc.warehouse.reading import Reader
from nbaproc.warehouse.ready import differences, ensure_ready, initialise
from tests.warehouse.conftest import fill_raw, own_configuration, raw_files
from tests.warehouse.emulator import Emulator
from tests.warehouse.faults import LOST, QUOTA, Fault, Proxy
from tests.warehouse.through import Clock

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

START, END = date(2021, 10, 1), date(2022, 4, 30)
PGS = declarations()["player_game_summary"]


@pytest.fixture(scope="module")
def made(emulator: Emulator) -> Iterator[BigQuery]:
    """Return a warehouse with every table."""
    warehouse = BigQuery(own_configuration(emulator))
    initialise(warehouse, warehouse.configuration)
    yield warehouse
    warehouse.close()


def test_everything_is_made_as_it_is_declared_and_making_it_again_changes_nothing(made: BigQuery) -> None:
    assert differences(made, made.configuration) == []
    assert initialise(made, made.configuration) == []
    assert {made.location(made.configuration.dataset(name)) for name in ddl.DATASETS} == {"US"}
    rows = made.query(qualify("SELECT * FROM `nba_predictions.feature_versions`", made.configuration))
    assert sorted(row["feature_count"] for row in rows)[0] == 25


def test_the_view_of_the_store_can_be_read(made: BigQuery) -> None:
    text = "SELECT features FROM `nba_predictions.ml_feature_store_v2_arrays` WHERE game_date = DATE '2021-11-15'"
    assert made.query(qualify(text, made.configuration)) == []


def test_a_new_column_is_added_and_a_wrong_type_is_refused(made: BigQuery) -> None:
    name = made.configuration.table(PGS.dataset, PGS.name)
    made.query(f"ALTER TABLE `{name}` DROP COLUMN usage_rate")
    with pytest.raises(ConfigurationError, match="run `nbaproc warehouse init`"):
        ensure_ready(made, made.configuration, [PGS])
    assert [difference.name for difference in initialise(made, made.configuration)] == [f"{name}.usage_rate"]
    ensure_ready(made, made.configuration, [PGS])
    made.query(f"ALTER TABLE `{name}` DROP COLUMN usage_rate")
    made.query(f"ALTER TABLE `{name}` ADD COLUMN usage_rate STRING")
    with pytest.raises(ConfigurationError, match="usage_rate: type is STRING, declared FLOAT64"):
        initialise(made, made.configuration)
    made.query(f"ALTER TABLE `{name}` DROP COLUMN usage_rate")
    initialise(made, made.configuration)


# The real raw tables.


@pytest.fixture(scope="module")
def raw(emulator: Emulator, client: Client) -> Configuration:
    """Return a warehouse that holds the real raw tables as they are, with columns that nobody reads."""
    configuration = own_configuration(emulator)
    fill_raw(client, configuration)
    return configuration


def tables() -> list[Table]:
    return [RAW_TABLES[name] for name in raw_files()]


def wanted(table: Table) -> pl.DataFrame:
    """Return the declared columns of a file, in an order of their own."""
    file = pl.read_parquet(raw_files()[table.name])
    lacking = [name for name in table.names if name not in file.columns]
    assert all(table[name].optional for name in lacking)
    rows = file.with_columns(pl.lit(None).alias(name) for name in lacking).select(table.names)
    return rows.cast(dict(schema(table))).sort(table.names, nulls_last=True)


def read(configuration: Configuration, lake: Lake, start: date = START, end: date = END) -> Extract:
    source = Reader(configuration)
    try:
        return extract(lake, source, configuration, start, end, list(RAW_TABLES.values()))
    finally:
        source.close()


@pytest.fixture(scope="module")
def extracted(raw: Configuration, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(tmp_path_factory.mktemp("extracted") / "lake")
    read(raw, lake)
    return lake


def test_every_row_of_the_lake_is_that_of_the_warehouse(raw: Configuration, extracted: Lake) -> None:
    assert len(tables()) == 8
    for table in tables():
        rows = wanted(table)
        if table.date:
            rows = rows.filter(pl.col(table.date).is_between(START, END))
        assert rows.height > 500
        assert extracted.read_whole(table).sort(table.names, nulls_last=True).equals(rows), table.name


def test_a_second_extract_changes_no_byte(raw: Configuration, extracted: Lake) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in extracted.root.rglob("*.parquet")}
    result = read(raw, extracted)
    assert {one.unchanged for one in result.tables.values()} == {one.rows for one in result.tables.values()}
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in extracted.root.rglob("*.parquet")} == before


def test_both_interfaces_bring_the_same_rows(raw: Configuration, extracted: Lake, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "rest")
    source = Reader(replace(raw, storage_endpoint=""))
    days = date(2021, 11, 1), date(2021, 11, 3)
    extract(lake, source, raw, *days, tables())
    assert source.slow
    source.close()
    fast = Reader(raw)
    other = Lake(tmp_path / "storage")
    extract(other, fast, raw, *days, tables())
    assert fast.slow == ""
    fast.close()
    for table in tables():
        assert other.read_whole(table).equals(lake.read_whole(table))
        if table.date:
            assert other.read_whole(table).equals(extracted.read(table, *days))


# How rows come.

REGISTRY = RAW_TABLES["nba_players_registry"]
TEXT = "SELECT player_lookup FROM `nba_reference.nba_players_registry` ORDER BY player_lookup"


class Stub:
    """A Storage Read interface that refuses so many times, and then is the real one."""

    def __init__(self, reader: Reader, error: Exception, times: int) -> None:
        self.inner, self.error, self.times, self.sessions = reader._storage(), error, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def create_read_session(self, **arguments: Any) -> Any:
        self.sessions += 1
        if self.sessions <= self.times:
            raise self.error
        return self.inner.create_read_session(**arguments)


@pytest.fixture
def reader(raw: Configuration) -> Iterator[Reader]:
    reader = Reader(raw, pace=Clock().pace)
    yield reader
    reader.close()


def names(reader: Reader) -> list[str]:
    return reader.arrow(qualify(TEXT, reader.configuration)).column(0).to_pylist()


def test_without_the_package_of_the_fast_interface_rows_come_over_rest(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = names(reader)
    assert (len(fast), reader.slow) == (595, "")
    slow = Reader(reader.configuration)
    monkeypatch.setattr("nbaproc.warehouse.reading.find_spec", lambda name: None)
    assert names(slow) == fast
    assert "pip install 'nbaproc[storage]'" in slow.slow
    slow.close()


def test_credentials_that_may_make_no_read_session_read_over_rest_and_it_is_said(reader: Reader) -> None:
    from google.api_core.exceptions import PermissionDenied

    stub = Stub(reader, PermissionDenied("bigquery.readsessions.create"), 99)  # type: ignore[no-untyped-call]
    reader._stub = stub
    assert len(names(reader)) == len(names(reader)) == 595
    assert "readsessions.create" in reader.slow
    # It is asked once, not for every table.
    assert stub.sessions == 1


def test_a_read_session_that_fails_for_a_moment_is_made_again_and_one_that_stays_so_is_an_error(reader: Reader) -> None:
    from google.api_core.exceptions import ServiceUnavailable

    reader._stub = Stub(reader, ServiceUnavailable("busy"), 2)  # type: ignore[no-untyped-call]
    assert len(names(reader)) == 595
    assert (reader._stub.sessions, reader.slow) == (3, "")
    reader._stub = Stub(reader, ServiceUnavailable("busy"), 99)  # type: ignore[no-untyped-call]
    with pytest.raises(WarehouseError, match=r"rows of job .* busy") as caught:
        names(reader)
    assert caught.value.category == "UNAVAILABLE"


def test_R43_calls_grow_with_tables_and_not_with_dates(  # noqa: N802
    raw: Configuration, emulator: Emulator, tmp_path: Path
) -> None:
    counts = []
    with Proxy(emulator.endpoint) as proxy:
        where = replace(raw, endpoint=proxy.endpoint)
        for end in (date(2021, 10, 20), date(2021, 11, 5)):
            proxy.reset()
            source = Reader(where)
            extract(Lake(tmp_path / str(end)), source, where, START, end, list(RAW_TABLES.values()))
            source.close()
            # How often a job is asked whether it is done depends on the machine.
            counts.append({kind: proxy.count(kind) for kind in ("insert job", "get table", "get dataset")})
    assert counts[0] == {"insert job": len(tables()), "get table": len(RAW_TABLES), "get dataset": 2}
    assert counts[1] == counts[0]


@pytest.mark.parametrize(("fault", "stays"), [(LOST, False), (QUOTA, True)])
def test_under_a_fault_at_any_call_tables_are_old_or_new_and_the_next_run_completes(
    raw: Configuration, emulator: Emulator, extracted: Lake, tmp_path: Path, fault: Fault, stays: bool
) -> None:
    days, chosen = (date(2021, 11, 1), date(2021, 11, 1)), [RAW_TABLES["nbac_schedule"], REGISTRY]

    def run(proxy: Proxy, lake: Lake) -> None:
        where = replace(raw, endpoint=proxy.endpoint, storage_endpoint="")
        source = Reader(where, pace=Clock(nap=0.02).pace)
        try:
            extract(lake, source, where, *days, chosen, named=True)
        finally:
            source.close()

    with Proxy(emulator.endpoint) as proxy:
        run(proxy, Lake(tmp_path / "clean"))
        kinds = list(dict.fromkeys(call.kind for call in proxy.calls))
        assert {"get dataset", "get table", "insert job", "query results"} <= set(kinds)
        for kind in kinds:
            lake = Lake(tmp_path / kind)
            proxy.reset()
            proxy.inject(fault, kind, times=None if stays else 1)
            if stays:
                with pytest.raises(WarehouseError) as caught:
                    run(proxy, lake)
                assert caught.value.category == fault.category
            else:
                run(proxy, lake)
            assert proxy.fired
            for table in chosen:
                held = lake.read_whole(table)
                wanted = extracted.read(table, *days) if table.date else extracted.read_whole(table)
                assert held.equals(wanted) or (stays and not held.height)
            proxy.reset()
            run(proxy, lake)
            assert lake.read_whole(REGISTRY).height == 595

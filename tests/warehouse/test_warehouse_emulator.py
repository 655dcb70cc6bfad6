"""Data sets, tables and raw rows in the emulator: made and checked, and the real raw tables extracted from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from nbaproc import ddl
from nbaproc.boundary import schema
from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables import declarations
from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.extract import Extract, extract
from nbaproc.warehouse.names import qualify
from nbaproc.warehouse.reading import Reader
from nbaproc.warehouse.ready import differences, ensure_ready, initialise
from tests.conftest import REAL_DATA
from tests.warehouse.conftest import own_configuration
from tests.warehouse.emulator import Emulator

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

FOLDER = REAL_DATA / "bigquery_raw"
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
    from google.cloud.bigquery import LoadJobConfig, TimePartitioning

    configuration = own_configuration(emulator)
    for dataset in ("nba_raw", "nba_reference"):
        client.create_dataset(configuration.dataset(dataset))
    for table in tables():
        parts = TimePartitioning(field=table.date) if table.date else None
        config = LoadJobConfig(source_format="PARQUET", time_partitioning=parts)
        with (FOLDER / f"{table.name}.parquet").open("rb") as file:
            client.load_table_from_file(
                file, configuration.table(table.dataset, table.name), job_config=config
            ).result()
    return configuration


def tables() -> list[Table]:
    return [table for table in RAW_TABLES.values() if (FOLDER / f"{table.name}.parquet").exists()]


def wanted(table: Table) -> pl.DataFrame:
    """Return the declared columns of a file, in an order of their own."""
    file = pl.read_parquet(FOLDER / f"{table.name}.parquet")
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
    from dataclasses import replace

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


def test_a_query_of_a_partitioned_table_reads_no_more_than_its_dates(raw: Configuration, client: Client) -> None:
    source = Reader(raw)
    assert source.cost(qualify("SELECT 1 FROM `nba_raw.nbac_schedule`", raw)) >= 0
    source.close()



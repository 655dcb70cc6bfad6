"""The validation queries in the warehouse: the same text, and for the same rows the same figures as on the lake."""

from __future__ import annotations

import io
import shutil
from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from nbaproc import ddl
from nbaproc.audit.checks import Check, checks, fill, of_groups, played_query
from nbaproc.audit.validate import Dates, Validation, validate
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import ConfigurationError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.warehouse.asking import warehouse_queries
from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.bookkeeping import PUBLISH_RECEIPTS
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.names import qualify
from tests.audit.five_weeks import END, make_five_weeks, measure, setting, spoil
from tests.conftest import TODAY
from tests.run.weeks import DECLARED, OPENING, PGS

if TYPE_CHECKING:
    from google.cloud.bigquery import Client


@pytest.fixture(scope="module")
def spoilt(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Return five weeks in which not every figure is good."""
    sound = make_five_weeks(simulated_lake, tmp_path_factory)
    lake = Lake(shutil.copytree(sound, tmp_path_factory.mktemp("spoilt") / "lake"))
    spoil(lake, PGS, setting(pl.int_range(pl.len()) % 7 == 0, usage_rate=None, minutes_played=None))
    return lake


def _rows(lake: Lake) -> list[tuple[Table, pl.DataFrame]]:
    """Return what the warehouse is to hold, without the instant of publishing."""
    tables = [(table, lake.read_whole(table)) for table in DECLARED.values()]
    records = pl.concat(lake.read_records(table, OPENING, END) for table in DECLARED.values())
    receipts = [
        (name, day, facts.fingerprint, facts.records_fingerprint, facts.rows, facts.code_version, "test")
        for name, table in DECLARED.items()
        for day, facts in lake.facts(table, OPENING, END).items()
    ]
    names = [column.name for column in PUBLISH_RECEIPTS.columns]
    at = pl.lit(datetime(2026, 11, 1, tzinfo=UTC)).dt.cast_time_unit("us")
    told = pl.DataFrame(receipts, schema=names[:-1], orient="row").with_columns(at.alias(names[-1]))
    return [*tables, (PROCESSING_FAILURES, records), (PUBLISH_RECEIPTS, told)]


def _load(client: Client, name: str, rows: pl.DataFrame, columns: list[Column]) -> None:
    from google.cloud.bigquery import LoadJobConfig, ParquetOptions

    inference = ParquetOptions()  # type: ignore[no-untyped-call]
    inference.enable_list_inference = True
    config = LoadJobConfig(source_format="PARQUET", parquet_options=inference, write_disposition="WRITE_APPEND")
    if columns:
        from nbaproc.warehouse.shapes import staging_fields

        config.schema = staging_fields(columns)
    client.load_table_from_file(_parquet(rows), name, job_config=config).result()


def _parquet(rows: pl.DataFrame) -> io.BytesIO:
    content = io.BytesIO()
    rows.write_parquet(content)
    content.seek(0)
    return content


@pytest.fixture(scope="module")
def filled(spoilt: Lake, shared_configuration: Configuration, client: Client) -> BigQuery:
    """Return a warehouse whose tables were made by their definitions and hold the rows of the lake."""
    where, warehouse = shared_configuration, BigQuery(shared_configuration)
    for dataset in ddl.DATASETS:
        warehouse.create_dataset(where.dataset(dataset), where.location)
    for table in ddl.warehouse_tables().values():
        warehouse.query(qualify(ddl.create_table(table), where))
    at = pl.lit(datetime(2026, 11, 1, tzinfo=UTC)).dt.cast_time_unit("us").alias(ddl.PROCESSED_AT.name)
    for table, rows in _rows(spoilt):
        whole = rows if table is PUBLISH_RECEIPTS else rows.with_columns(at)
        structs = [column.name for column in table.columns if column.type is Type.STRUCT]
        whole = whole.with_columns(pl.col(structs).struct.json_encode()) if structs else whole
        _load(client, where.table(table.dataset, table.name), whole, [])
    client.create_dataset(where.dataset("nba_raw"))
    schedule = spoilt.read_whole(NBAC_SCHEDULE)
    _load(client, where.table("nba_raw", NBAC_SCHEDULE.name), schedule, list(NBAC_SCHEDULE.columns))
    return warehouse


def _measured(warehouse: BigQuery, wanted: Collection[Check], only: Collection[date] | None = None) -> Validation:
    query = warehouse_queries(warehouse, warehouse.configuration)
    return validate(query, wanted, Dates(OPENING, END, TODAY, only))


def test_lake_and_warehouse_give_the_same_figures(spoilt: Lake, filled: BigQuery) -> None:
    lake, warehouse = measure(spoilt), _measured(filled, checks())
    assert (lake.start, lake.end, lake.dates) == (warehouse.start, warehouse.end, warehouse.dates)
    for mine, theirs in zip(lake.lines, warehouse.lines, strict=True):
        assert mine == theirs
    assert not warehouse.holds


def test_single_dates_give_the_same_figures(spoilt: Lake, filled: BigQuery) -> None:
    days, wanted = [OPENING, END], of_groups(["quality"])
    assert measure(spoilt, wanted, only=days).lines == _measured(filled, wanted, days).lines


def test_an_old_schedule_without_optional_columns_and_with_other_types_gives_the_same_games(
    spoilt: Lake, filled: BigQuery, client: Client
) -> None:
    where = Configuration(**(asdict(filled.configuration) | {"dataset_prefix": "old_"}))
    client.create_dataset(where.dataset("nba_raw"))
    schedule = spoilt.read_whole(NBAC_SCHEDULE).drop("is_all_star", "data_hash")
    schedule = schedule.with_columns(pl.col("game_status").cast(pl.String), pl.col("home_team_score").cast(pl.Float64))
    _load(client, where.table("nba_raw", NBAC_SCHEDULE.name), schedule, [])
    text = fill(played_query(), Dates(OPENING, END, TODAY).values())
    (old,) = warehouse_queries(filled, where)(text)
    assert [old] == warehouse_queries(filled, filled.configuration)(text)
    assert old["dates"] == 36


def test_without_a_schedule_the_warehouse_is_refused(filled: BigQuery) -> None:
    where = Configuration(**(asdict(filled.configuration) | {"dataset_prefix": "nowhere_"}))
    with pytest.raises(ConfigurationError, match=r"nowhere_nba_raw\.nbac_schedule is missing"):
        warehouse_queries(filled, where)


def test_a_schedule_without_a_needed_column_is_refused(filled: BigQuery, client: Client) -> None:
    where = Configuration(**(asdict(filled.configuration) | {"dataset_prefix": "cut_"}))
    client.create_dataset(where.dataset("nba_raw"))
    cut = pl.DataFrame({"game_id": ["0022100001"], "game_date": [OPENING]})
    _load(client, where.table("nba_raw", NBAC_SCHEDULE.name), cut, [])
    with pytest.raises(ConfigurationError, match="column game_date_est is missing"):
        warehouse_queries(filled, where)

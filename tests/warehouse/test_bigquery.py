"""The warehouse's port on BigQuery, against the emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from nbaproc.columns import Column, Type
from nbaproc.errors import ConfigurationError, WarehouseError
from nbaproc.warehouse.bigquery import BigQuery, connect
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.port import Field, Warehouse
from nbaproc.warehouse.transfer import as_one
from tests.warehouse.emulator import Emulator
from tests.warehouse.through import bucket_of

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

COLUMNS = (
    Column("day", Type.DATE, "day", null=False),
    Column("name", Type.STRING, "name"),
    Column("points", Type.INT64, "points"),
    Column("share", Type.FLOAT64, "share", digits=9),
    Column("won", Type.BOOL, "won"),
    Column("at", Type.TIMESTAMP, "at"),
    Column("notes", Type.STRINGS, "notes", null=False),
    Column("days", Type.DATES, "days", null=False),
    Column("ids", Type.INTS, "ids", null=False),
)
TARGET = """
CREATE TABLE `{table}` (day DATE NOT NULL, points INT64, notes ARRAY<STRING>)
PARTITION BY day CLUSTER BY points OPTIONS (require_partition_filter = TRUE)
"""


def rows(first: int, count: int) -> pl.DataFrame:
    """Return rows of every type, with NULLs and empty lists."""
    numbers = range(first, first + count)
    return pl.DataFrame(
        {
            "day": [date(2021, 11, 1) + timedelta(days=n % 3) for n in numbers],
            "name": [None if n % 2 else f"näme {n}" for n in numbers],
            "points": list(numbers),
            "share": [1 / (3 + n) for n in numbers],
            "won": [n % 2 == 0 for n in numbers],
            "at": [datetime(2021, 11, 1, 23, 59, 59, 123456, UTC)] * count,
            "notes": [["a", "b"][: n % 3] for n in numbers],
            "days": [[date(2021, 1, 1)] * (n % 2) for n in numbers],
            "ids": [list(range(n % 4)) for n in numbers],
        },
        schema_overrides={"notes": pl.List(pl.String), "days": pl.List(pl.Date), "ids": pl.List(pl.Int64)},
    )


def files(folder: Path, *frames: pl.DataFrame) -> list[Path]:
    """Write every frame to a file."""
    paths = [folder / f"{place}.parquet" for place in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        frame.write_parquet(path, compression="zstd")
    return paths


@pytest.fixture
def warehouse(configuration: Configuration) -> Iterator[BigQuery]:
    found = BigQuery(configuration)
    found.create_dataset(configuration.dataset("nba"), configuration.location)
    yield found
    found.close()


def test_it_is_a_warehouse(warehouse: BigQuery) -> None:
    port: Warehouse = warehouse
    assert port is warehouse


def test_every_type_is_loaded_and_read_back_as_it_was(
    warehouse: BigQuery, configuration: Configuration, tmp_path: Path
) -> None:
    frame = rows(0, 12)
    staging = configuration.table("nba", "_stage_t_1")
    assert warehouse.load(staging, COLUMNS, files(tmp_path, frame), "nbaproc-t-1-0") == 12
    assert warehouse.query(f"SELECT * FROM `{staging}` ORDER BY points") == frame.to_dicts()


def test_a_staging_table_has_no_partitions_and_goes_after_a_day(
    warehouse: BigQuery, configuration: Configuration, client: Client, tmp_path: Path
) -> None:
    staging = configuration.table("nba", "_stage_t_1")
    warehouse.load(staging, COLUMNS, files(tmp_path, rows(0, 3)), "nbaproc-t-2-0")
    shape = warehouse.shape(staging)
    assert shape is not None and (shape.partition, shape.cluster, shape.rows) == ("", (), 3)
    assert shape.expires and not shape.filter_required
    left = client.get_table(staging).expires - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_several_files_are_one_job(warehouse: BigQuery, configuration: Configuration, tmp_path: Path) -> None:
    staging = configuration.table("nba", "_stage_t_1")
    parts = files(tmp_path, rows(0, 3), rows(3, 4), rows(7, 5))
    assert warehouse.load(staging, COLUMNS, parts, "nbaproc-t-3-0") == 12
    assert warehouse.query(f"SELECT * FROM `{staging}` ORDER BY points") == rows(0, 12).to_dicts()
    assert [sent.job_id for sent in warehouse.jobs.sent if "query" not in sent.job_id] == ["nbaproc-t-3-0"]


def test_R32_several_files_in_a_bucket_are_one_job(  # noqa: N802
    emulator: Emulator, new_configuration: Callable[[], Configuration], tmp_path: Path
) -> None:
    plain = new_configuration()
    configuration = Configuration(
        plain.project, dataset_prefix=plain.dataset_prefix, endpoint=plain.endpoint, staging="gs://nba-test/in"
    )
    warehouse = BigQuery(configuration, put=bucket_of(emulator))
    warehouse.create_dataset(configuration.dataset("nba"), "US")
    staging = configuration.table("nba", "_stage_t_1")
    parts = files(tmp_path, rows(0, 3), rows(3, 4))
    assert warehouse.load(staging, COLUMNS, parts, "nbaproc-t-4-0") == 7
    assert warehouse.query(f"SELECT * FROM `{staging}` ORDER BY points") == rows(0, 7).to_dicts()
    assert [sent.job_id for sent in warehouse.jobs.sent if "query" not in sent.job_id] == ["nbaproc-t-4-0"]
    assert not [path for path in (emulator.folder / "gcs").rglob("*") if path.is_file()]
    warehouse.close()


def test_a_large_file_is_sent_in_a_resumable_upload(
    warehouse: BigQuery, configuration: Configuration, tmp_path: Path
) -> None:
    frame = pl.DataFrame({"share": pl.Series(range(800_000)).cast(pl.Float64).sqrt()})
    paths = files(tmp_path, frame)
    assert paths[0].stat().st_size > 5 * 2**20
    staging = configuration.table("nba", "_stage_t_1")
    assert warehouse.load(staging, [COLUMNS[3]], paths, "nbaproc-t-5-0") == 800_000


def test_a_bucket_without_its_client_names_the_remedy(configuration: Configuration, tmp_path: Path) -> None:
    where = Configuration(configuration.project, endpoint=configuration.endpoint, staging="gs://nba-test/in")
    warehouse = BigQuery(where)
    with pytest.raises(ConfigurationError, match="pip install google-cloud-storage"):
        warehouse.load("test-project.d.t", COLUMNS, files(tmp_path, rows(0, 1)), "nbaproc-t-6-0")
    warehouse.close()


def test_a_load_of_known_content_attaches(warehouse: BigQuery, configuration: Configuration, tmp_path: Path) -> None:
    staging = configuration.table("nba", "_stage_t_1")
    paths = files(tmp_path, rows(0, 5))
    for _ in range(2):
        assert warehouse.load(staging, COLUMNS, paths, "nbaproc-t-7-0") == 5
    assert [(sent.job_id, sent.attached) for sent in warehouse.jobs.sent] == [
        ("nbaproc-t-7-0", False),
        ("nbaproc-t-7-0", True),
    ]


def test_a_load_whose_table_is_gone_is_done_again(
    warehouse: BigQuery, configuration: Configuration, tmp_path: Path
) -> None:
    staging = configuration.table("nba", "_stage_t_1")
    paths = files(tmp_path, rows(0, 5))
    warehouse.load(staging, COLUMNS, paths, "nbaproc-t-8-0")
    warehouse.drop(staging)
    assert warehouse.shape(staging) is None
    assert warehouse.load(staging, COLUMNS, paths, "nbaproc-t-8-0") == 5
    assert [sent.job_id for sent in warehouse.jobs.sent][-1] == "nbaproc-t-8-1"


def test_a_file_of_another_type_is_refused_and_nothing_is_loaded(
    warehouse: BigQuery, configuration: Configuration, tmp_path: Path
) -> None:
    staging = configuration.table("nba", "_stage_t_1")
    wrong = files(tmp_path, pl.DataFrame({"day": ["no day"]}))
    with pytest.raises(WarehouseError, match=r"load .*_stage_t_1: job nbaproc-t-9-0") as caught:
        warehouse.load(staging, COLUMNS[:1], wrong, "nbaproc-t-9-0")
    shape = warehouse.shape(staging)
    assert caught.value.category == "CONFIGURATION" and shape is not None and shape.rows == 0


@pytest.fixture
def target(warehouse: BigQuery, configuration: Configuration) -> str:
    table = configuration.table("nba", "t")
    warehouse.query(TARGET.format(table=table))
    warehouse.query(f"INSERT INTO `{table}` VALUES (DATE '2021-11-01', 1, ['old']), (DATE '2021-11-02', 2, [])")
    return table


def points(warehouse: BigQuery, table: str) -> list[int]:
    found = warehouse.query(f"SELECT points FROM `{table}` WHERE day > DATE '2000-01-01' ORDER BY points")
    return [row["points"] for row in found]


def replacing(table: str, *numbers: int) -> list[str]:
    """Return the statements that put numbers in the place of a date."""
    values = ", ".join(f"(DATE '2021-11-01', {number}, ['new'])" for number in numbers)
    return [
        f"DELETE FROM `{table}` WHERE day IN (DATE '2021-11-01')",
        f"INSERT INTO `{table}` (day, points, notes) VALUES {values};",
    ]


def test_a_transaction_replaces_dates(warehouse: BigQuery, target: str) -> None:
    warehouse.transact(replacing(target, 10, 11), "nbaproc-x-1-0")
    assert points(warehouse, target) == [2, 10, 11]


def test_a_transaction_of_known_content_is_not_run_again(warehouse: BigQuery, target: str) -> None:
    statement = [f"INSERT INTO `{target}` (day, points, notes) VALUES (DATE '2021-11-01', 10, [])"]
    for _ in range(2):
        warehouse.transact(statement, "nbaproc-x-2-0")
    assert points(warehouse, target) == [1, 2, 10]


def test_R21_a_transaction_that_fails_changes_nothing(warehouse: BigQuery, target: str) -> None:  # noqa: N802
    broken = [*replacing(target, 10), f"INSERT INTO `{target}` (day, points) VALUES (NULL, 1)"]
    with pytest.raises(WarehouseError, match="nbaproc-x-3-0"):
        warehouse.transact(broken, "nbaproc-x-3-0")
    assert points(warehouse, target) == [1, 2]
    # The failed id is known; the next try has the next number.
    warehouse.transact(replacing(target, 10), "nbaproc-x-3-0")
    assert points(warehouse, target) == [2, 10]
    assert [(sent.job_id, bool(sent.error)) for sent in warehouse.jobs.sent if "-x-" in sent.job_id] == [
        *(("nbaproc-x-3-0", True), ("nbaproc-x-3-0", True), ("nbaproc-x-3-1", False))
    ]


def test_statements_name_the_job_that_ran(warehouse: BigQuery, target: str) -> None:
    with pytest.raises(WarehouseError):
        warehouse.transact(["SELECT nothing FROM nowhere"], "nbaproc-x-4-0")
    warehouse.transact([f"INSERT INTO `{target}` VALUES (DATE '2021-11-03', 3, ['nbaproc-x-4-0'])"], "nbaproc-x-4-0")
    found = warehouse.query(f"SELECT notes FROM `{target}` WHERE day = DATE '2021-11-03'")
    assert found == [{"notes": ["nbaproc-x-4-1"]}]


def test_a_shape_says_what_the_definition_said(warehouse: BigQuery, target: str) -> None:
    shape = warehouse.shape(target)
    assert shape is not None
    assert shape.fields == (
        *(Field("day", "DATE", False), Field("points", "INT64", True), Field("notes", "ARRAY<STRING>", False)),
    )
    assert (shape.partition, shape.cluster, shape.filter_required) == ("day", ("points",), True)
    assert not shape.expires and shape.rows == 2


def test_what_is_not_there_is_none(warehouse: BigQuery, configuration: Configuration) -> None:
    assert warehouse.location(configuration.dataset("nothing")) is None
    assert warehouse.shape(configuration.table("nothing", "t")) is None
    assert warehouse.shape(configuration.table("nba", "nothing")) is None
    warehouse.drop(configuration.table("nba", "nothing"))


def test_a_data_set_is_created_once(warehouse: BigQuery, configuration: Configuration) -> None:
    name = configuration.dataset("other")
    for _ in range(2):
        warehouse.create_dataset(name, "US")
    assert warehouse.location(name) == "US"


def test_a_query_that_is_wrong_names_what_is(warehouse: BigQuery) -> None:
    with pytest.raises(WarehouseError, match=r"query: .*Unrecognized name: nothing") as caught:
        warehouse.query("SELECT nothing")
    assert caught.value.category == "CONFIGURATION"


def test_files_become_one_in_their_order(tmp_path: Path) -> None:
    paths = files(tmp_path, rows(5, 2), rows(0, 2))
    folder = tmp_path / "one"
    folder.mkdir()
    assert pl.read_parquet(as_one(paths, folder)).equals(pl.concat([rows(5, 2), rows(0, 2)]))
    assert as_one(paths[:1], folder) == paths[0]


def test_a_machine_without_credentials_is_told_how_to_log_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(ConfigurationError, match="gcloud auth application-default login"):
        connect(Configuration("my-project"))

"""The whole way by the command line: raw tables of BigQuery -> raw lake -> tables -> BigQuery, with real games."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from nbaproc.cli.main import main

from nbaproc.boundary import schema
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables import declarations
from nbaproc.warehouse.configuration import Configuration
from tests.cli.conftest import Done
from tests.warehouse.conftest import fill_raw

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

START, END = date(2021, 10, 19), date(2022, 1, 6)
SPAN = ("--start", START, "--end", END)
#: Load jobs of a table in one publish: its rows, its failure records.
LOADS = 2
LABELS = "ml_labels"
TABLES = [table for name, table in declarations().items() if name != LABELS]
BOXES = RAW_TABLES["nbac_gamebook_player_stats"]


class Commands:
    """The command line beside a lake, and a warehouse that the environment names."""

    def __init__(self, where: Configuration, lake: Path, patch: pytest.MonkeyPatch) -> None:
        self.lake = lake
        patch.setenv("NBAPROC_PROJECT", where.project)
        patch.setenv("NBAPROC_DATASET_PREFIX", where.dataset_prefix)
        patch.setenv("NBAPROC_ENDPOINT", where.endpoint)
        patch.setenv("NBAPROC_STORAGE_ENDPOINT", where.storage_endpoint)

    def __call__(self, *words: object, lake: Path | None = None) -> Done:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as caught:
            main([*map(str, words), "--lake", str(lake or self.lake), "--json"])
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole_way") / "lake"


@pytest.fixture(scope="module")
def run(shared_configuration: Configuration, lake: Path) -> Iterator[Commands]:
    with pytest.MonkeyPatch.context() as patch:
        yield Commands(shared_configuration, lake, patch)


@pytest.fixture(scope="module")
def way(run: Commands, client: Client, shared_configuration: Configuration) -> tuple[Any, Any]:
    """Go the whole way; return what extraction and publishing say of it."""
    fill_raw(client, shared_configuration)
    assert run("warehouse", "init").code == 0
    extracted = run("ingest", "bigquery", *SPAN)
    assert extracted.code == 0, extracted.err
    made = run("backfill", *SPAN, "--publish")
    assert made.code == 0, made.out + made.err
    return extracted.json, made.json["publish"]


def warehouse_rows(client: Client, where: Configuration, name: str) -> pl.DataFrame:
    """Return a table of the warehouse without what only the warehouse has."""
    table = declarations()[name]
    days = f"`{table.date}` BETWEEN DATE '{START}' AND DATE '{END}'"
    query = f"SELECT * EXCEPT (processed_at) FROM `{where.table(table.dataset, name)}` WHERE {days}"
    found = pl.from_arrow(client.query(query).to_arrow(create_bqstorage_client=False))
    assert isinstance(found, pl.DataFrame)
    return found


def receipts(client: Client, where: Configuration) -> pl.DataFrame:
    name = where.table("nba_orchestration", "publish_receipts")
    query = f"SELECT * FROM `{name}` WHERE data_date BETWEEN DATE '{START}' AND DATE '{END}'"
    found = pl.from_arrow(client.query(query).to_arrow(create_bqstorage_client=False))
    assert isinstance(found, pl.DataFrame)
    return found.sort("table_name", "data_date")


def test_the_raw_tables_are_extracted_and_every_table_is_published(way: tuple[Any, Any]) -> None:
    extracted, published = way
    assert extracted["tables"][BOXES.name]["rows"] == 12_228
    assert published["exit_code"] == 0
    for table in TABLES:
        outcome = published["tables"][table.name]
        assert (outcome["state"], outcome["todo"]) == ("published", outcome["dates"])
        assert outcome["rows"] > 1_000
    # Rows and records of each of the eleven tables, and the run history.
    assert published["load_jobs"] <= LOADS * len(declarations()) + 1


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("name", list(declarations()))
def test_every_row_of_the_warehouse_is_that_of_the_lake(
    name: str, lake: Path, client: Client, shared_configuration: Configuration
) -> None:
    table = declarations()[name]
    here, there = Lake(lake).read(table, START, END), warehouse_rows(client, shared_configuration, name)
    structs = [column for column, dtype in schema(table).items() if isinstance(dtype, pl.Struct)]
    here = here.with_columns(pl.col(structs).struct.json_encode()) if structs else here
    assert there.height == here.height > 1_000
    assert there.select(table.key).is_unique().all()
    assert there.columns == here.columns
    assert there.sort(table.key).cast(dict(here.schema)).equals(here.sort(table.key))


@pytest.mark.usefixtures("way")
def test_publishing_again_does_nothing(run: Commands, client: Client, shared_configuration: Configuration) -> None:
    before = receipts(client, shared_configuration)
    assert before.height > 10 * 60
    again = run("publish", *SPAN)
    assert again.code == 0
    assert again.json["load_jobs"] == 0
    assert {outcome["dates"] for outcome in again.json["tables"].values()} == {0}
    assert receipts(client, shared_configuration).equals(before)


@pytest.mark.usefixtures("way")
def test_lake_and_warehouse_give_the_same_figures(run: Commands) -> None:
    span = ("--start", START, "--end", END)
    here, there = run("validate", *span), run("validate", *span, "--warehouse", "bigquery")
    assert here.code == there.code
    assert here.json["checks"] == there.json["checks"]
    assert (here.json["warehouse"], there.json["warehouse"]) == ("lake", "bigquery")
    assert sum(len(check["figures"]) for check in here.json["checks"]) > 50


# The last one, since the warehouse then holds what the lake of the others does not.


@pytest.mark.usefixtures("way")
def test_one_changed_date_is_published_alone(
    run: Commands, lake: Path, client: Client, shared_configuration: Configuration, tmp_path: Path
) -> None:
    changed = Lake(shutil.copytree(lake, tmp_path / "changed"))
    rows = changed.read_month(BOXES, Month.of(END))
    late = (pl.col("game_date") == END) & (pl.col("points") > 0)
    assert rows.filter(late).height > 50
    origin = changed.raw_origin(BOXES) or ""
    changed.store_raw(
        BOXES, Month.of(END), rows.with_columns(steals=pl.when(late).then(pl.lit(7)).otherwise("steals")), origin=origin
    )
    before = receipts(client, shared_configuration)
    made = run("backfill", *SPAN, "--publish", lake=changed.root)
    assert made.code == 0, made.out + made.err
    dates = {name: outcome["dates"] for name, outcome in made.json["publish"]["tables"].items()}
    assert dates["player_game_summary"] == 1
    after = receipts(client, shared_configuration)
    moved = after.join(before, on=after.columns, how="anti")
    assert set(moved["data_date"]) == {END}
    assert "player_game_summary" in set(moved["table_name"])
    found = warehouse_rows(client, shared_configuration, "player_game_summary")
    assert found.filter(pl.col("game_date") == END)["steals"].max() == 7
    assert found.equals(found.unique(["game_date", "player_lookup"], maintain_order=True))

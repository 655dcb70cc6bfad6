"""The declarations: consistent in themselves, equal to the published column lists, and the source of the DDL."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nbaproc import ddl
from nbaproc.boundary import schema
from nbaproc.columns import Column, Table, Type
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables import declarations, table_names, with_inputs
from tests.conftest import REAL_DATA, ROOT

SPEC = REAL_DATA.parent / "spec"


def _csv(name: str) -> list[dict[str, str]]:
    path = SPEC / name
    if not path.is_file():
        pytest.skip(f"COLUMN LISTS MISSING: no file {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_output_columns_equal_the_published_list() -> None:
    listed: dict[str, list[tuple[str, ...]]] = {}
    for row in _csv("columns.csv"):
        facts = (row["column"], row["bigquery_type"], row["polars_type"], row["nullable"])
        listed.setdefault(row["table"], []).append((*facts, row["digits"], row["unit"], row["hashed"]))
    for name, table in declarations().items():
        assert [_facts(table, column) for column in table.columns] == listed[name]


def _facts(table: Table, column: Column) -> tuple[str, ...]:
    dtype = repr(schema(table)[column.name])
    polars = {"Datetime(time_unit='us', time_zone='UTC')": 'Datetime("us", "UTC")'}.get(dtype, dtype)
    polars = "Struct" if column.fields else polars
    digits = "" if column.digits is None else str(column.digits)
    truth = {True: "true", False: "false"}
    return (column.name, column.type.sql, polars, truth[column.null], digits, column.unit, truth[column.hashed])


def test_raw_columns_equal_the_published_list() -> None:
    listed: dict[str, list[tuple[str, str, bool]]] = {}
    for row in _csv("raw_columns.csv"):
        listed.setdefault(row["raw_table"], []).append((row["column"], row["type"], row["nullable"] == "true"))
    for name, table in RAW_TABLES.items():
        assert [(c.name, c.type.value, c.null) for c in table.columns] == listed[name]


def test_every_raw_column_that_a_summary_reads_is_declared() -> None:
    codes = {table.code for table in declarations().values()}
    for row in _csv("raw_columns.csv"):
        if codes & set(row["read_by"].split(";")):
            assert row["column"] in RAW_TABLES[row["raw_table"]].names


def test_declared_reads_are_the_published_ones() -> None:
    read_by: dict[str, set[str]] = {}
    for row in _csv("raw_columns.csv"):
        for code in row["read_by"].split(";"):
            read_by.setdefault(code, set()).add(row["raw_table"])
    # Player rows without a team are placed through the registry and names are matched through aliases, for the team
    # tables too: a total rebuilt from players depends on them.
    through_players = {"nba_players_registry", "player_aliases"}
    for table in declarations().values():
        extra = through_players if table.stage == "games" else set()
        # The labels have no code and read no raw table.
        assert set(table.reads) == (read_by[table.code] | extra if table.code else set())


def test_hashed_columns_are_as_many_as_specified() -> None:
    assert {t.code or t.name: len(t.hashed) for t in declarations().values()} == {
        "TOGS": 34,
        "PGS": 54,
        "TDGS": 36,
        "UTGC": 25,
        "UPGC": 56,
        "TDZA": 22,
        "PSZA": 23,
        "PCF": 14,
        "PDC": 26,
        "MLFS": 50,
        "ml_labels": 12,
    }


def test_ddl_in_the_repository_is_the_one_of_the_declarations() -> None:
    assert ddl.drift(ROOT / "sql" / "ddl") == []


def test_ddl_drift_names_missing_surplus_and_edited_files(tmp_path: Path) -> None:
    assert ddl.main([str(tmp_path)]) == 0
    assert ddl.drift(tmp_path) == []
    edited = tmp_path / "nba_analytics.player_game_summary.sql"
    edited.write_text(edited.read_text().replace("STRING", "BYTES"))
    (tmp_path / "nba_analytics.old.sql").write_text("")
    (tmp_path / "nba_processing.processing_failures.sql").unlink()
    differing = [
        "nba_analytics.old.sql",
        "nba_analytics.player_game_summary.sql",
        "nba_processing.processing_failures.sql",
    ]
    assert ddl.drift(tmp_path) == differing
    assert ddl.main([str(tmp_path), "--check"]) == 4
    assert ddl.main([str(tmp_path)]) == 0
    assert ddl.drift(tmp_path) == []


def test_ddl_requires_what_the_declaration_requires() -> None:
    text = ddl.create_table(declarations()["player_game_summary"])
    assert "  points INT64 OPTIONS" in text
    assert "  game_date DATE NOT NULL OPTIONS" in text
    assert "  quality_issues ARRAY<STRING> OPTIONS" in text
    assert "require_partition_filter = TRUE" in text
    assert "partition_expiration" not in text
    assert text.rstrip().splitlines()[-3] == "PARTITION BY game_date"
    assert "processed_at TIMESTAMP NOT NULL" in text


def test_tables_are_ordered_by_their_inputs() -> None:
    order = list(declarations())
    assert sorted(order) == table_names()
    for name, table in declarations().items():
        assert all(order.index(i) < order.index(name) for i in table.inputs)
    assert with_inputs(["player_game_summary"]) == ["team_offense_game_summary", "player_game_summary"]


@pytest.mark.parametrize(
    ("columns", "key", "message"),
    [
        ((Column("a", Type.INT64, "", null=False),), (), "needs a key"),
        ((Column("a", Type.INT64, ""),), ("a",), "may not be NULL"),
        ((Column("a", Type.INT64, "", null=False),), ("b",), "is not declared"),
        ((Column("a", Type.INT64, ""), Column("a", Type.INT64, "")), ("a",), "declared twice"),
    ],
)
def test_R25_a_table_without_a_sound_key_cannot_be_declared(  # noqa: N802
    columns: tuple[Column, ...], key: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Table("t", "d", "", key, None, columns, stage="games")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"type": Type.FLOAT64}, "digits"),
        ({"type": Type.INT64, "digits": 1}, "digits"),
        ({"type": Type.INT64, "values": ("a",)}, "list of values"),
        ({"type": Type.STRINGS}, "never NULL"),
    ],
)
def test_a_contradictory_column_cannot_be_declared(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Column("name", says="", **arguments)  # type: ignore[arg-type]


def test_R78_an_unknown_failure_category_cannot_be_named() -> None:  # noqa: N802
    with pytest.raises(KeyError):
        Category["NO_PLAYERS_SOURCE"]
    listed = PROCESSING_FAILURES["failure_category"].values
    assert listed == tuple(c.name for c in Category)
    assert len(set(listed)) == len(listed)


def test_every_column_says_what_it_is() -> None:
    for table in [*declarations().values(), *RAW_TABLES.values(), PROCESSING_FAILURES]:
        assert table.says
        assert all(column.says for column in table.columns)

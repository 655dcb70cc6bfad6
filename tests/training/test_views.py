"""The array view and the registry of versions: their SQL, run in DuckDB over a small table."""

from __future__ import annotations

import re

import duckdb
import polars as pl
import pytest

from nbaproc import ddl, views
from nbaproc.boundary import schema
from nbaproc.features import FEATURES, VERSION, VERSIONS
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from tests.conftest import ROOT
from tests.training.made import HELD, PLAYERS, store_rows

FOLDER = ROOT / "sql" / "ddl"


def query(text: str) -> str:
    """Return the SELECT of a definition, with tables named as DuckDB has them."""
    return re.sub(r"`[a-z_]+\.([a-z0-9_]+)`", r"\1", text.split("\nAS", 1)[1])


def arrays(rows: pl.DataFrame) -> pl.DataFrame:
    with duckdb.connect() as database:
        database.register(STORE.name, rows)
        return database.sql(query(views.arrays_view())).pl()


def test_the_files_in_the_repository_are_these() -> None:
    for name, text in views.statements().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text
        assert name not in ddl.drift(FOLDER)


def test_a_row_of_nulls_is_the_column_of_constants() -> None:
    nothing = pl.DataFrame({name: [None] for name in STORE.names}, schema=schema(STORE))
    nothing = nothing.with_columns(game_date=pl.lit(HELD[0]))
    found = arrays(nothing)
    assert found["features"].to_list() == [[feature.impute for feature in FEATURES]]
    assert found["feature_names"].to_list() == [[feature.name for feature in FEATURES]]


def test_the_view_has_all_columns_and_fills_nothing_but_nulls() -> None:
    rows = store_rows(HELD[:2], PLAYERS)
    found = arrays(rows)
    assert found.columns == [*STORE.names, "features", "feature_names"]
    assert found.select(STORE.names).equals(rows)
    wanted = [
        [feature.impute if value is None else value for feature, value in zip(FEATURES, row, strict=True)]
        for row in rows.select(feature.column for feature in FEATURES).iter_rows()
    ]
    assert found["features"].to_list() == wanted
    assert rows.select(feature.column for feature in FEATURES).null_count().sum_horizontal()[0] > 0


def test_the_registry_has_a_row_for_every_version() -> None:
    found = duckdb.sql(query(views.versions_table())).pl().to_dicts()
    assert [row["feature_version"] for row in found] == list(VERSIONS)
    for row, count in zip(found, VERSIONS.values(), strict=True):
        features = FEATURES[:count]
        assert row["feature_count"] == count
        assert row["feature_names"] == [feature.name for feature in features]
        assert row["units"] == [feature.unit for feature in features]
        assert row["digits"] == [feature.digits for feature in features]
        assert [float(value) for value in row["impute_values"]] == [feature.impute for feature in features]
        assert row["optional_mask"] == sum(1 << i for i in (10, 25, 26, 27, 33) if i < count)
        assert row["active"] == (row["feature_version"] == VERSION)
        assert row["description"]


def test_the_registry_declares_the_columns_that_it_selects() -> None:
    text = views.versions_table()
    declared = re.findall(r"^  ([a-z_]+) (\S+?)(?: NOT NULL)? OPTIONS", text, re.MULTILINE)
    assert [name for name, _ in declared] == duckdb.sql(query(text)).columns
    assert dict(declared) == {
        "feature_version": "STRING",
        "feature_count": "INT64",
        "feature_names": "ARRAY<STRING>",
        "units": "ARRAY<STRING>",
        "digits": "ARRAY<INT64>",
        "impute_values": "ARRAY<FLOAT64>",
        "optional_mask": "INT64",
        "description": "STRING",
        "active": "BOOL",
    }


@pytest.mark.parametrize("text", ["it's", "a\\b"])
def test_a_text_that_engines_escape_differently_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="escapes"):
        views._text(text)

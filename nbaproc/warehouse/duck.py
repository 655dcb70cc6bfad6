"""GoogleSQL over a lake: DuckDB reads its Parquet files under the names that the warehouse has, and stores nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from nbaproc.columns import Column, Table
from nbaproc.errors import LakeError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.run.cells import is_unbuilt
from nbaproc.tables import declarations
from nbaproc.warehouse.bookkeeping import PUBLISH_RECEIPTS
from nbaproc.warehouse.wanted import date_records

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

#: Names of types where DuckDB has other ones.
TYPES = {"STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "BOOL": "BOOLEAN", "TIMESTAMP": "TIMESTAMPTZ"}


class LakeQueries:
    """A lake that answers queries in GoogleSQL.

    A table that the lake has no file of has no rows. Footers stand for the receipts of publishing, and cells of the
    ledger that failed or wait have a record of their date, as they would have in the warehouse.

    Args:
        connection: The views.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def __call__(self, text: str) -> list[dict[str, Any]]:
        """Run a query and return its rows.

        Raises:
            LakeError: A file cannot be read.
        """
        import duckdb

        try:
            result = self._connection.execute(_translated(text))
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            first = str(error).splitlines()[0]
            raise LakeError(f"a file of the lake cannot be read ({first}); remove it and compute its month") from error


@lru_cache(maxsize=64)
def _translated(text: str) -> str:
    import sqlglot

    (translated,) = sqlglot.transpile(text, read="bigquery", write="duckdb")
    return translated


@contextmanager
def lake_queries(lake: Lake, start: date, end: date) -> Iterator[LakeQueries]:
    """Give a lake that answers queries.

    Args:
        lake: The lake.
        start: First date of the files that are read.
        end: Last date of them.

    Raises:
        LakeError: A file lies where none belongs, or cannot be read.
        LedgerError: The ledger cannot be read.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": _cores()})
    try:
        for table in (NBAC_SCHEDULE, *declarations().values()):
            _view(connection, table, [lake.path(table, m) for m in lake.months_between(table, start, end)])
        _records(connection, lake, start, end)
        _receipts(connection, lake, start, end)
        yield LakeQueries(connection)
    finally:
        connection.close()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _view(connection: DuckDBPyConnection, table: Table, paths: Sequence[Path]) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.dataset}")
    connection.execute(f"CREATE VIEW {table.dataset}.{table.name} AS {_files(connection, table, paths)}")


def _files(connection: DuckDBPyConnection, table: Table, paths: Sequence[Path]) -> str:
    """Return a SELECT of the declared columns from some files; those that none of them has are NULL."""
    if not paths:
        return f"SELECT {_nothing(table.columns)} WHERE FALSE"
    import duckdb

    listed = ", ".join("'{}'".format(str(path).replace("'", "''")) for path in paths)
    source = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    try:
        there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    except duckdb.Error as error:
        raise LakeError(f"{table.name}: a file of the lake cannot be read ({error}); remove it") from error
    columns = [f'"{c.name}"' if c.name in there else _nothing([c]) for c in table.columns]
    return f"SELECT {', '.join(columns)} FROM {source}"


def _nothing(columns: Sequence[Column]) -> str:
    return ", ".join(f'CAST(NULL AS {_type(c)}) AS "{c.name}"' for c in columns)


def _type(column: Column) -> str:
    text = column.type.sql
    if column.type.is_list:
        inner = text.removeprefix("ARRAY<").removesuffix(">")
        return f"{TYPES.get(inner, inner)}[]"
    return TYPES.get(text, text)


def _records(connection: DuckDBPyConnection, lake: Lake, start: date, end: date) -> None:
    """Make the failure records: those of the files, and those of cells that only the ledger knows of."""
    table, months = PROCESSING_FAILURES, (f"{start:%Y-%m}", f"{end:%Y-%m}")
    found = lake.folder(table).glob("season=*/*.parquet")
    paths = sorted(path for path in found if months[0] <= path.name[:7] <= months[1])
    with Ledger(lake.root, read_only=True) as ledger:
        cells = [cell for cell in ledger.cells(start, end).values() if is_unbuilt(cell.state, cell.reason)]
    records = [date_records(t, [c for c in cells if c.table_name == t.name]) for t in declarations().values()]
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.dataset}")
    _store(connection, f"{table.dataset}.of_ledger", pl.concat(records))
    # What was tried last counts, and may speak of the same as a record before it.
    files, key = _files(connection, table, paths), ", ".join(table.key)
    rows = f"SELECT * FROM ({files}) ANTI JOIN {table.dataset}.of_ledger USING ({key})"
    rows += f" UNION ALL BY NAME SELECT * FROM {table.dataset}.of_ledger"
    connection.execute(f"CREATE VIEW {table.dataset}.{table.name} AS {rows}")


def _receipts(connection: DuckDBPyConnection, lake: Lake, start: date, end: date) -> None:
    """Make what stands for the receipts of publishing: a row of every footer's date."""
    table = PUBLISH_RECEIPTS
    written = [
        (name, day, facts.rows)
        for name, declared in declarations().items()
        for day, facts in lake.facts(declared, start, end).items()
    ]
    kinds = {"table_name": pl.String, "data_date": pl.Date, "rows": pl.Int64}
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.dataset}")
    receipts = pl.DataFrame(written, schema=kinds, orient="row")
    _store(connection, f"{table.dataset}.{table.name}", receipts)


def _store(connection: DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.register("given", rows.to_arrow())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    connection.unregister("given")

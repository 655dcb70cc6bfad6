"""GoogleSQL data definition from the declarations: `python -m nbaproc.ddl` writes `sql/ddl/`, `--check` compares it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from nbaproc.columns import Column, Table, Type
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.tables import declarations
from nbaproc.views import HEADER
from nbaproc.views import statements as views
from nbaproc.warehouse.bookkeeping import BOOKKEEPING
from nbaproc.warehouse.names import quoted

#: Column that only the warehouse has, set by the transaction that publishes the rows.
PROCESSED_AT = Column("processed_at", Type.TIMESTAMP, "when the row was published", null=False)


#: What the data sets that we make hold; the raw ones belong to whoever fills them.
DATASETS = {
    "nba_analytics": "what happened in a game and what was known before it, per player and team",
    "nba_precompute": "aggregates of players and teams as of a date",
    "nba_predictions": "the feature store and its labels",
    "nba_processing": "why entities have no row, and notes on rows",
    "nba_orchestration": "what was published, and how it was computed",
}


def warehouse_tables() -> dict[str, Table]:
    """Return the tables that publishing writes, by name: output tables, failure records, bookkeeping."""
    tables = [*declarations().values(), PROCESSING_FAILURES, *BOOKKEEPING]
    return {table.name: table for table in tables}


def published_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table in the warehouse: those of its rows, then when they were published."""
    return table.columns if table in BOOKKEEPING else (*table.columns, PROCESSED_AT)


def clustering(table: Table) -> tuple[str, ...]:
    """Return what a table is clustered by: the rest of its key beside the date, four columns at most."""
    return tuple(name for name in table.key if name != table.date)[:4]


def statements() -> dict[str, str]:
    """Return the file name and the text of every definition: data sets, tables, and the views on them."""
    datasets = {f"{name}.sql": create_dataset(name) for name in DATASETS}
    tables = {f"{table.dataset}.{table.name}.sql": create_table(table) for table in warehouse_tables().values()}
    return datasets | tables | views()


def create_dataset(name: str, location: str = "US") -> str:
    """Return the CREATE SCHEMA of a data set, in which nothing expires by default.

    >>> print(create_dataset("nba_processing", "EU").splitlines()[2])
    OPTIONS (location = "EU", description = "why entities have no row, and notes on rows");
    """
    return (
        f"{HEADER}CREATE SCHEMA IF NOT EXISTS `{name}`\n"
        f"OPTIONS (location = {_text(location)}, description = {_text(DATASETS[name])});\n"
    )


def create_table(table: Table) -> str:
    """Return the CREATE TABLE of a table that publishing writes.

    Partitioned by its date, clustered by the rest of its key; a query must name dates, and nothing expires.

    >>> print(create_table(PROCESSING_FAILURES).splitlines()[1])
    CREATE TABLE IF NOT EXISTS `nba_processing.processing_failures` (
    """
    columns = ",\n".join(f"  {_column(c)}" for c in published_columns(table))
    return (
        f"{HEADER}"
        f"CREATE TABLE IF NOT EXISTS `{table.dataset}.{table.name}` (\n{columns}\n)\n"
        f"PARTITION BY {table.date}\n"
        f"CLUSTER BY {', '.join(clustering(table))}\n"
        f"OPTIONS (require_partition_filter = TRUE, description = {_text(table.says)});\n"
    )


def add_column(table: Table, column: Column) -> str:
    """Return the statement that adds a declared column to a table that is there; its old rows have NULL in it."""
    return f"ALTER TABLE `{table.dataset}.{table.name}` ADD COLUMN IF NOT EXISTS {_column(column)};\n"


def never_expire(table: Table) -> str:
    """Return the statement that takes away an expiry which a table has from its data set.

    A NULL among the options of CREATE TABLE is as good as none, so this is a statement of its own.
    """
    options = "partition_expiration_days = NULL, expiration_timestamp = NULL"
    return f"ALTER TABLE `{table.dataset}.{table.name}` SET OPTIONS ({options});\n"


def _column(column: Column) -> str:
    words = [column.says]
    if column.values:
        words.append(f"one of {', '.join(column.values)}")
    if column.unit:
        words.append(f"unit {column.unit}")
    if column.range:
        words.append(f"range {column.range}")
    if column.when_null:
        words.append(f"NULL: {column.when_null}")
    required = "" if column.null or column.type.is_list else " NOT NULL"
    return f"{quoted(column.name)} {column.type.sql}{required} OPTIONS (description = {_text('; '.join(words))})"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def drift(folder: Path, wanted: Mapping[str, str] | None = None) -> list[str]:
    """Return the files of a folder that are missing, surplus or differ from the declarations."""
    wanted = statements() if wanted is None else wanted
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def write(folder: Path, wanted: Mapping[str, str], *, check: bool) -> int:
    """Write the files of a folder, or with `check` only say which differ; returns the exit code."""
    differing = drift(folder, wanted)
    if check:
        for name in differing:
            print(f"{folder / name}: differs from the declarations; run `make ddl`", file=sys.stderr)
        return 4 if differing else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in differing:
        (folder / name).unlink(missing_ok=True)
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
    return 0


def main(arguments: list[str]) -> int:
    """Write or check the folder; returns the exit code."""
    folder = Path(next((a for a in arguments if not a.startswith("--")), "sql/ddl"))
    return write(folder, statements(), check="--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

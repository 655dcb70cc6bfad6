"""GoogleSQL data definition from the declarations: `python -m nbaproc.ddl` writes `sql/ddl/`, `--check` compares it."""

from __future__ import annotations

import sys
from pathlib import Path

from nbaproc.columns import Column, Table, Type
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.tables import declarations
from nbaproc.views import HEADER
from nbaproc.views import statements as views

#: Column that only the warehouse has, set by the transaction that publishes the rows.
PROCESSED_AT = Column("processed_at", Type.TIMESTAMP, "when the row was published", null=False)


def statements() -> dict[str, str]:
    """Return the file name and the text of every definition: tables, and the views on them."""
    tables = [*declarations().values(), PROCESSING_FAILURES]
    return {f"{table.dataset}.{table.name}.sql": create_table(table) for table in tables} | views()


def create_table(table: Table) -> str:
    """Return the CREATE TABLE of an output table.

    Partitioned by its date, clustered by the rest of its key (four columns at most); a query must name dates.

    >>> print(create_table(PROCESSING_FAILURES).splitlines()[1])
    CREATE TABLE IF NOT EXISTS `nba_processing.processing_failures` (
    """
    columns = ",\n".join(f"  {_column(c)}" for c in (*table.columns, PROCESSED_AT))
    cluster = [name for name in table.key if name != table.date][:4]
    return (
        f"{HEADER}"
        f"CREATE TABLE IF NOT EXISTS `{table.dataset}.{table.name}` (\n{columns}\n)\n"
        f"PARTITION BY {table.date}\n"
        f"CLUSTER BY {', '.join(cluster)}\n"
        f"OPTIONS (require_partition_filter = TRUE, description = {_text(table.says)});\n"
    )


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
    return f"{column.name} {column.type.sql}{required} OPTIONS (description = {_text('; '.join(words))})"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def drift(folder: Path) -> list[str]:
    """Return the files of a folder that are missing, surplus or differ from the declarations."""
    wanted = statements()
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Write or check the folder; returns the exit code."""
    check = "--check" in arguments
    folder = Path(next((a for a in arguments if not a.startswith("--")), "sql/ddl"))
    if check:
        differing = drift(folder)
        for name in differing:
            print(f"{folder / name}: differs from the declarations; run `make ddl`", file=sys.stderr)
        return 4 if differing else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in drift(folder):
        (folder / name).unlink(missing_ok=True)
    for name, text in statements().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

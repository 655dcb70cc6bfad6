"""GoogleSQL of the extraction: one query per raw table; `python -m nbaproc.warehouse.extract_sql` writes the files.

A query reads the declared columns and no other, and of a table with a date only the dates between `@start` and `@end`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import date
from pathlib import Path

from nbaproc import ddl
from nbaproc.columns import Column, Table
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.views import HEADER
from nbaproc.warehouse.names import quoted


def statements() -> dict[str, str]:
    """Return the file name and the text of every query."""
    return {f"{table.dataset}.{table.name}.sql": HEADER + select(table) for table in RAW_TABLES.values()}


def select(table: Table, lacking: Collection[str] = ()) -> str:
    """Return the query of a raw table.

    Args:
        table: The raw declaration.
        lacking: Columns that the warehouse does not have: they are NULL.

    >>> print(select(RAW_TABLES["player_aliases"], ["is_active"]))
    SELECT
      alias_lookup,
      nba_canonical_lookup,
      CAST(NULL AS BOOL) AS is_active
    FROM `nba_reference.player_aliases`;
    <BLANKLINE>
    """
    columns = ",\n".join(f"  {_column(column, lacking)}" for column in table.columns)
    bounds = f"\nWHERE {quoted(table.date)} BETWEEN @start AND @end" if table.date else ""
    return f"SELECT\n{columns}\nFROM `{table.dataset}.{table.name}`{bounds};\n"


def _column(column: Column, lacking: Collection[str]) -> str:
    name = quoted(column.name)
    return f"CAST(NULL AS {column.type.sql}) AS {name}" if column.name in lacking else name


def between(text: str, start: date | None, end: date | None) -> str:
    """Return a query with literal dates in place of its bounds, so that only their partitions are read.

    Raises:
        ValueError: A bound is missing, which is an error of the program: a whole table of years would be read.
    """
    for mark, day in (("@start", start), ("@end", end)):
        if mark not in text:
            continue
        if day is None:
            raise ValueError(f"the query of a table with a date has no {mark}: {text.splitlines()[-1]}")
        text = text.replace(mark, f"DATE '{day}'")
    return text


def main(arguments: list[str]) -> int:
    """Write or check the folder; returns the exit code."""
    folder = Path(next((a for a in arguments if not a.startswith("--")), "sql/extract"))
    return ddl.write(folder, statements(), check="--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A warehouse of raw tables in memory that runs the queries of an extraction and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pyarrow as pa

from nbaproc.boundary import DTYPES
from nbaproc.columns import Table
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.port import Field, Shape

HERE = Configuration("test-project", dataset_prefix="try_")
_SQL = {dtype: type_.value for type_, dtype in DTYPES.items()}


@dataclass
class Rows:
    """The fake; `looks` are its metadata calls and `queries` what it ran."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    types: dict[str, dict[str, str]] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    slow: str = ""

    def put(self, table: Table, rows: pl.DataFrame, **types: str) -> None:
        """Have rows of a table; `types` are those that differ from what the rows say."""
        name = HERE.table(table.dataset, table.name)
        self.tables[name] = rows
        self.types[name] = {column: _SQL.get(dtype, "?") for column, dtype in rows.schema.items()} | types

    def location(self, dataset: str) -> str | None:
        self.looks.append(dataset)
        return "US" if any(name.startswith(f"{dataset}.") for name in self.tables) else None

    def shape(self, table: str) -> Shape | None:
        self.looks.append(table)
        if table not in self.tables:
            return None
        fields = tuple(Field(name, type_, null=True) for name, type_ in self.types[table].items())
        return Shape(fields, "", (), filter_required=True, expires=False, rows=self.tables[table].height)

    def arrow(self, text: str) -> pa.Table:
        self.queries.append(text)
        columns, _, rest = text.removeprefix("SELECT\n").partition("\nFROM ")
        name = re.findall(r"`([^`]+)`", rest)[0]
        found = self.tables[name]
        if bounds := re.search(r"WHERE (\w+) BETWEEN DATE '([\d-]+)' AND DATE '([\d-]+)';\n$", rest):
            first, last = (date.fromisoformat(bounds[place]) for place in (2, 3))
            found = found.filter(pl.col(bounds[1]).is_between(first, last))
        wanted = [line.strip(" ,") for line in columns.splitlines()]
        made = found.select(
            pl.lit(None).alias(line.rsplit(" ", 1)[1]) if line.startswith("CAST(NULL") else line for line in wanted
        )
        return made.to_arrow()

    def close(self) -> None:
        self.looks.append("close")

    def cost(self, text: str) -> int:
        self.asked.append(text)
        return 1024

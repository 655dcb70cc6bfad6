"""A warehouse of nothing but data sets and the shapes of tables, which understands our own definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbaproc import ddl
from nbaproc.columns import Column, Table
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.port import Field, Shape

HERE = Configuration("test-project", "EU", "try_")


def declared_shape(table: Table) -> Shape:
    """Return the shape a table has after its CREATE TABLE."""
    return Shape(
        tuple(_field(column) for column in ddl.published_columns(table)),
        table.date or "",
        ddl.clustering(table),
        filter_required=True,
        expires=False,
        rows=0,
    )


def _field(column: Column) -> Field:
    return Field(column.name, column.type.sql, column.null)


@dataclass
class Shapes:
    """The fake; `calls` are its metadata calls and `statements` what it was told to run."""

    expire: bool = False
    datasets: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Shape] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def location(self, dataset: str) -> str | None:
        self.calls.append(dataset)
        return self.datasets.get(dataset)

    def create_dataset(self, dataset: str, location: str) -> None:
        self.statements.append(f"create {dataset}")
        self.datasets[dataset] = location

    def shape(self, table: str) -> Shape | None:
        self.calls.append(table)
        return self.tables.get(table)

    def query(self, text: str) -> list[dict[str, Any]]:
        self.statements.append(text)
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        found = re.match(r"(CREATE|ALTER) .*?`([^`]+)`", lines[0])
        assert found is not None, text
        name = found[2]
        assert name.rsplit(".", 1)[0] in self.datasets, f"{name}: its data set is missing"
        if "SET OPTIONS" in text:
            self.tables[name] = replace(self.tables[name], expires=False)
        elif added := re.search(r"ADD COLUMN IF NOT EXISTS (\w+) (\S+)", text):
            shape = self.tables[name]
            one = Field(added[1], added[2], not added[2].startswith("ARRAY<"))
            self.tables[name] = replace(shape, fields=(*shape.fields, one))
        else:
            of = ddl.warehouse_tables().get(name.rsplit(".", 1)[1])
            plain = Shape((), "", (), filter_required=False, expires=False, rows=0)
            self.tables[name] = replace(declared_shape(of), expires=self.expire) if of else plain
        return []

    def close(self) -> None:
        self.calls.append("close")

    def load(self, staging: str, columns: Sequence[Column], files: Sequence[Path], job_id: str) -> int:
        raise AssertionError("nothing is loaded here")

    def transact(self, statements: Sequence[str], job_id: str) -> None:
        raise AssertionError("nothing is published here")

    def drop(self, table: str) -> None:
        raise AssertionError("nothing is dropped here")

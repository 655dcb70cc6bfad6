"""GoogleSQL of files, asked of the warehouse: names are qualified, and raw tables of many years look as declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.names import qualify
from nbaproc.warehouse.port import Warehouse


def warehouse_queries(warehouse: Warehouse, configuration: Configuration) -> Callable[[str], list[dict[str, Any]]]:
    """Return what runs queries whose tables are named `data_set.table` in back quotes.

    Raises:
        ConfigurationError: The schedule is missing, or lacks a column.
        WarehouseError: The warehouse does not answer.
    """
    schedule = _as_declared(warehouse, configuration, NBAC_SCHEDULE)

    def run(text: str) -> list[dict[str, Any]]:
        name = f"`{NBAC_SCHEDULE.dataset}.{NBAC_SCHEDULE.name}`"
        return warehouse.query(qualify(text.replace(name, schedule), configuration))

    return run


def _as_declared(warehouse: Warehouse, configuration: Configuration, table: Table) -> str:
    """Return what stands for a raw table in queries: itself, or a query that gives it the declared columns."""
    name, qualified = f"`{table.dataset}.{table.name}`", configuration.table(table.dataset, table.name)
    shape = warehouse.shape(qualified)
    if shape is None:
        raise ConfigurationError(f"{qualified} is missing; name the project and the prefix of the raw tables")
    have = {field.name: field.type for field in shape.fields}
    lacks = [column for column in table.columns if column.name not in have]
    needed = [column.name for column in lacks if not column.optional]
    if needed:
        raise ConfigurationError(f"{qualified}: column {needed[0]} is missing")
    cast = [c for c in table.columns if c.name in have and have[c.name] != c.type.sql and c.name != table.date]
    changes = ", ".join(f"SAFE_CAST({c.name} AS {c.type.sql}) AS {c.name}" for c in cast)
    if not changes and not lacks:
        return name
    columns = [f"* REPLACE ({changes})" if changes else "*"]
    columns += [f"CAST(NULL AS {column.type.sql}) AS {column.name}" for column in lacks]
    return f"(SELECT {', '.join(columns)} FROM {name})"

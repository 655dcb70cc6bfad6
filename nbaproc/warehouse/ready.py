"""Whether the warehouse has what publishing writes to, and making it so.

Nothing is changed that holds rows, but for one thing: a declared column that may be NULL is added to a table of an
earlier version. Whatever else differs is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nbaproc import ddl, views
from nbaproc.columns import Column, Table
from nbaproc.errors import ConfigurationError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.warehouse.bookkeeping import BOOKKEEPING
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.names import qualify
from nbaproc.warehouse.port import Field, Shape, Warehouse

#: What a difference that can be mended without touching rows is about.
DATASET, TABLE, COLUMN, EXPIRY = "data set", "table", "new column", "expiry"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in the warehouse that is not as it is declared.

    Attributes:
        name: Qualified name of the data set or the table, or the table and the column.
        about: What differs: data set, location, table, new column, type, NULL, partition, ...
        declared: What is declared.
        found: What is there.
        mend: Statement that mends it, empty if only a person can; a data set is made by its own call.
    """

    name: str
    about: str
    declared: str
    found: str
    mend: str = ""

    @property
    def is_mendable(self) -> bool:
        """Whether `initialise` can mend it."""
        return bool(self.mend) or self.about == DATASET

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.name}: {self.about} is {self.found}, declared {self.declared}"


def differences(
    warehouse: Warehouse, configuration: Configuration, tables: Iterable[Table] | None = None
) -> list[Difference]:
    """Return what differs from the declarations: one look at every data set and at every table.

    Args:
        warehouse: The warehouse.
        configuration: Where it is.
        tables: Tables to look at; None for all that publishing writes, and the views on them.

    Raises:
        WarehouseError: The warehouse does not answer.
    """
    wanted = list(ddl.warehouse_tables().values() if tables is None else tables)
    found: list[Difference] = []
    missing = set()
    for name in dict.fromkeys(table.dataset for table in wanted):
        qualified = configuration.dataset(name)
        location = warehouse.location(qualified)
        if location is None:
            missing.add(name)
            found.append(Difference(qualified, DATASET, f"there, in {configuration.location}", "missing"))
        elif location.upper() != configuration.location.upper():
            found.append(Difference(qualified, "location", configuration.location, location))
    for table in wanted:
        shape = None if table.dataset in missing else warehouse.shape(configuration.table(table.dataset, table.name))
        found += _of_table(table, shape, configuration)
    return found if tables is not None else found + _of_views(warehouse, configuration, missing)


def ensure_ready(warehouse: Warehouse, configuration: Configuration, tables: Sequence[Table]) -> None:
    """Make sure that tables can be published, before anything is computed or loaded.

    Args:
        warehouse: The warehouse.
        configuration: Where it is.
        tables: Tables that will be published; failure records and bookkeeping are looked at in any case.

    Raises:
        ConfigurationError: A data set or a table is missing or differs; names the first and says what to run.
        WarehouseError: The warehouse does not answer.
    """
    always = [table for table in (PROCESSING_FAILURES, *BOOKKEEPING) if table not in tables]
    found = differences(warehouse, configuration, [*tables, *always])
    if found:
        raise ConfigurationError(_words(found))


def initialise(warehouse: Warehouse, configuration: Configuration) -> list[Difference]:
    """Make data sets, tables and views, and add new columns; returns what was mended.

    Raises:
        ConfigurationError: Something differs that cannot be mended; nothing was changed.
        WarehouseError: A call failed; calling it again goes on.
    """
    mended: list[Difference] = []
    # A table that was just made has the expiry its data set gives to new ones, which shows in the second round.
    for _ in range(3):
        found = differences(warehouse, configuration)
        stuck = [difference for difference in found if not difference.is_mendable]
        if stuck:
            raise ConfigurationError(_words(stuck))
        if not found:
            break
        for difference in found:
            if difference.about == DATASET:
                warehouse.create_dataset(difference.name, configuration.location)
            else:
                warehouse.query(qualify(difference.mend, configuration))
        mended += found
    else:
        raise ConfigurationError(_words(found))
    made = {difference.name for difference in mended}
    for name, text in _views(configuration).items():
        if name not in made:
            warehouse.query(qualify(text, configuration))
    return mended


def _words(found: Sequence[Difference]) -> str:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if all(difference.is_mendable for difference in found):
        return f"{found[0]}{more}; run `nbaproc warehouse init`"
    stuck = next(difference for difference in found if not difference.is_mendable)
    return f"{stuck}{more}; `nbaproc warehouse check` lists all, change it there or use another --dataset-prefix"


def _of_table(table: Table, shape: Shape | None, configuration: Configuration) -> Iterator[Difference]:
    name = configuration.table(table.dataset, table.name)
    if shape is None:
        yield Difference(name, TABLE, "there", "missing", ddl.create_table(table))
        return
    have = {field.name: field for field in shape.fields}
    declared = ddl.published_columns(table)
    for column in declared:
        yield from _of_column(table, column, have.pop(column.name, None), name)
    for field in have.values():
        if not field.null and not field.type.startswith("ARRAY<"):
            yield Difference(f"{name}.{field.name}", "column", "no such column", f"{field.type} NOT NULL")
    checks = (
        ("partition column", table.date or "", shape.partition),
        ("clustering", ", ".join(ddl.clustering(table)), ", ".join(shape.cluster)),
        ("partition filter", "required", "required" if shape.filter_required else "not required"),
    )
    for about, wanted, found in checks:
        if wanted != found:
            yield Difference(name, about, wanted or "none", found or "none")
    if shape.expires:
        yield Difference(name, EXPIRY, "none", "rows or table expire", ddl.never_expire(table))


def _of_column(table: Table, column: Column, field: Field | None, name: str) -> Iterator[Difference]:
    own = f"{name}.{column.name}"
    if field is None:
        free = column.null or column.type.is_list
        statement = ddl.add_column(table, column) if free else ""
        wanted = column.type.sql + ("" if free else " NOT NULL")
        yield Difference(own, COLUMN if free else "column", wanted, "missing", statement)
        return
    if field.type.upper().replace(" ", "") != column.type.sql:
        yield Difference(own, "type", column.type.sql, field.type)
    elif not column.type.is_list and field.null != column.null:
        words = {True: "allowed", False: "not allowed"}
        yield Difference(own, "NULL", words[column.null], words[field.null])


def _views(configuration: Configuration) -> dict[str, str]:
    """Return the views and the registry of versions by their qualified names, with their definitions."""
    names = {configuration.table(*name.removesuffix(".sql").split(".")): name for name in views.statements()}
    return {qualified: views.statements()[name] for qualified, name in names.items()}


def _of_views(warehouse: Warehouse, configuration: Configuration, missing: set[str]) -> list[Difference]:
    return [
        Difference(name, TABLE, "there", "missing", text)
        for name, text in _views(configuration).items()
        if any(name.startswith(f"{configuration.dataset(dataset)}.") for dataset in missing)
        or warehouse.shape(name) is None
    ]

"""Raw tables of the warehouse into the raw lake: one look, one query and one write of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from nbaproc.boundary import ABSENT_IN_OLD_SHAPE
from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError, InputError
from nbaproc.lake import Lake
from nbaproc.progress import Progress, Silent
from nbaproc.sources.extracted import Replaced, replace_dates
from nbaproc.sources.origin import BIGQUERY, check_origin
from nbaproc.sources.raw_lake import TABLES
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.extract_sql import between, select
from nbaproc.warehouse.names import qualify
from nbaproc.warehouse.port import Source
from nbaproc.warehouse.types import to_declared


@dataclass(frozen=True, slots=True)
class Query:
    """What is read of a raw table.

    Attributes:
        table: Its declaration.
        text: The query, with literal bounds and qualified names.
        types: Types of its columns in the warehouse, by declared name.
        lacking: Optional columns that the warehouse does not have.
    """

    table: Table
    text: str
    types: Mapping[str, str]
    lacking: tuple[str, ...]


@dataclass
class Extract:
    """What an extract did, or would do.

    Attributes:
        tables: What happened to each raw table.
        left: Raw tables that the warehouse does not have, with the reason; what the lake has of them stays.
        bytes: Bytes that each query would read, of a dry run.
        lacking: Optional columns that were not there, and are NULL.
    """

    tables: dict[str, Replaced] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    lacking: dict[str, tuple[str, ...]] = field(default_factory=dict)


def extract(
    lake: Lake,
    source: Source,
    configuration: Configuration,
    start: date,
    end: date,
    tables: Sequence[Table],
    *,
    named: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Extract:
    """Replace dates of the raw lake by what the warehouse has of them.

    Every table is looked at before the first is read. The months of a table are written when all its rows are there,
    so that a failure leaves whole tables, old or new, and running again completes.

    Args:
        lake: The lake.
        source: The warehouse.
        configuration: Where it is.
        start: First date; tables without dates are read whole.
        end: Last date.
        tables: Raw tables.
        named: Whether the tables were asked for by name: then one that is missing is an error.
        dry_run: Only ask what the queries would read.
        progress: Is told how far it is.

    Raises:
        ConfigurationError: A data set lies elsewhere, or a table lacks a column that is not optional.
        InputError: There is nothing to extract, or a value cannot have the declared type.
        UsageError: The raw tables of the lake come from files.
        WarehouseError: The warehouse does not answer.
    """
    check_origin(lake, TABLES.values(), BIGQUERY)
    result = Extract()
    queries = _look(source, configuration, start, end, tables, result)
    if result.left and (named or not queries):
        name, why = next(iter(result.left.items()))
        raise InputError(f"{name}: {why}; look at --project, --dataset-prefix and --tables")
    progress = progress or Silent()
    progress.start(len(queries))
    for query in queries:
        name = query.table.name
        progress.working(f"reading {name}")
        if query.lacking:
            result.lacking[name] = query.lacking
        if dry_run:
            result.bytes[name] = source.cost(query.text)
            progress.advance(1, 0)
            continue
        rows = to_declared(query.table, source.arrow(query.text), query.types)
        result.tables[name] = replace_dates(lake, query.table, start, end, rows)
        progress.advance(1, rows.height)
    if not dry_run and not any(replaced.rows for replaced in result.tables.values()):
        raise InputError(f"{configuration.project}: no raw table has a row from {start} to {end}")
    return result


def _look(
    source: Source, configuration: Configuration, start: date, end: date, tables: Sequence[Table], result: Extract
) -> list[Query]:
    """Return the queries of the tables that are there: one call for each data set and each table."""
    for dataset in dict.fromkeys(table.dataset for table in tables):
        name = configuration.dataset(dataset)
        location = source.location(name)
        if location is not None and location.upper() != configuration.location.upper():
            raise ConfigurationError(
                f"{name}: the data set lies in {location}, not in {configuration.location}; give --location {location}"
            )
    queries = []
    for table in tables:
        found = _query(table, source, configuration, start, end)
        if isinstance(found, Query):
            queries.append(found)
        else:
            result.left[table.name] = found
    return queries


def _query(table: Table, source: Source, configuration: Configuration, start: date, end: date) -> Query | str:
    name = configuration.table(table.dataset, table.name)
    shape = source.shape(name)
    if shape is None:
        return f"there is no table {name}"
    # The names of columns are the same in any case of letters.
    have = {column.name.lower(): column.type for column in shape.fields}
    missing = [column for column in table.columns if column.name.lower() not in have]
    needed = [column.name for column in missing if not column.optional]
    if needed and table.name in ABSENT_IN_OLD_SHAPE:
        return f"{name} has an older shape, without {needed[0]}"
    if needed:
        raise ConfigurationError(f"{name}: column {needed[0]} is missing; add it there, or leave the table out")
    if table.date and have[table.date.lower()] != "DATE":
        raise ConfigurationError(f"{name}: {table.date} is {have[table.date.lower()]}, declared DATE; change it there")
    lacking = tuple(column.name for column in missing)
    text = qualify(between(select(table, lacking), start, end), configuration)
    types = {column.name: have[column.name.lower()] for column in table.columns if column.name not in lacking}
    return Query(table, text, types, lacking)

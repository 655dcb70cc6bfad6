"""Columns and tables in the words of the client, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nbaproc.columns import Column
from nbaproc.warehouse.port import Field, Shape

if TYPE_CHECKING:
    from google.cloud.bigquery import SchemaField, Table

#: Names that the REST interface gives types, where they are not those of GoogleSQL.
_NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}


def staging_fields(columns: Sequence[Column]) -> list[SchemaField]:
    """Return the schema of a staging table.

    Every column may be NULL: Parquet files do not promise otherwise, and a load that must narrow a column is refused.
    What may not be NULL is refused where rows are inserted into their table.
    """
    from google.cloud.bigquery import SchemaField

    return [
        SchemaField(
            column.name,
            column.type.sql.removeprefix("ARRAY<").removesuffix(">"),
            mode="REPEATED" if column.type.is_list else "NULLABLE",
        )
        for column in columns
    ]


def shape_of(table: Table) -> Shape:
    """Return the shape of a table as the client describes it."""
    time, ranges = table.time_partitioning, table.range_partitioning
    # The property of this name warns that it is old; tables made long ago have the filter there.
    of_time = time.to_api_repr() if time is not None else {}
    partition = ""
    if time is not None:
        partition = time.field or "_PARTITIONTIME"
    elif ranges is not None:
        partition = ranges.field
    return Shape(
        fields=tuple(
            Field(field.name, type_of(field), field.mode not in ("REQUIRED", "REPEATED")) for field in table.schema
        ),
        partition=partition,
        cluster=tuple(table.clustering_fields or ()),
        filter_required=bool(table.require_partition_filter or of_time.get("requirePartitionFilter")),
        expires=table.expires is not None or (time is not None and time.expiration_ms is not None),
        rows=int(table.num_rows or 0),
    )


def type_of(field: SchemaField) -> str:
    """Return the GoogleSQL type of a column.

    >>> from google.cloud.bigquery import SchemaField
    >>> type_of(SchemaField("a", "INTEGER", mode="REPEATED"))
    'ARRAY<INT64>'
    >>> type_of(SchemaField("a", "RECORD", fields=[SchemaField("b", "FLOAT"), SchemaField("c", "DATE")]))
    'STRUCT<b FLOAT64, c DATE>'
    """
    name = _NAMES.get(field.field_type, field.field_type)
    if name == "STRUCT":
        name = f"STRUCT<{', '.join(f'{part.name} {type_of(part)}' for part in field.fields)}>"
    return f"ARRAY<{name}>" if field.mode == "REPEATED" else name

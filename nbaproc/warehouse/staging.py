"""What is loaded: names of staging tables and jobs, made from the content, and the Parquet files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from nbaproc.canonical import digest, partition_fingerprints
from nbaproc.columns import Column, Table, Type

#: Bytes of one file of a load job.
MAX_BYTES = 256 * 2**20


def content_hash(target: str, columns: Sequence[Column], prints: Mapping[date, str]) -> str:
    """Return the hash of what is loaded for a table.

    Args:
        target: Qualified name of the table it is for.
        columns: Its columns.
        prints: Fingerprint of every date that has rows.
    """
    schema = ",".join(f"{column.name} {column.type.sql}" for column in columns)
    dates = (f"{day}={text}" for day, text in sorted(prints.items()))
    return digest("\n".join([target, schema, *dates]))


def staging_name(table: str, content: str) -> str:
    """Return the name of the staging table for some content.

    >>> staging_name("ml_labels", "0123456789abcdef")
    '_stage_ml_labels_0123456789abcdef'
    """
    return f"_stage_{table}_{content}"


def job_id(table: str, content: str, tries: int) -> str:
    """Return the id of a job, which derives from the content, so that a job is found again after a lost reply.

    Args:
        table: Name of the table.
        content: Hash of the content.
        tries: Tries that are known to have failed.

    >>> job_id("ml_labels", "0123456789abcdef", 1)
    'nbaproc-ml_labels-0123456789abcdef-1'
    """
    return f"nbaproc-{table}-{content}-{tries}"


def files(table: Table, rows: pl.DataFrame, max_bytes: int = MAX_BYTES) -> Iterator[bytes]:
    """Yield Parquet files of rows, each of so many bytes at most unless a single row has more.

    Declared columns in declared order; a struct is JSON text.

    Args:
        table: The table.
        rows: The rows, sorted by key.
        max_bytes: Bytes of a file.
    """
    buffer = io.BytesIO()
    _columns(table, rows).write_parquet(buffer, compression="zstd", compression_level=3)
    size = buffer.tell()
    if size <= max_bytes or rows.height < 2:
        yield buffer.getvalue()
        return
    # Parts have nearly the density of the whole; what is still too large is cut again.
    count = min(rows.height, -(-size // max_bytes))
    each = -(-rows.height // count)
    for at in range(0, rows.height, each):
        yield from files(table, rows.slice(at, each), max_bytes)


def _columns(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    structs = [column.name for column in table.columns if column.type is Type.STRUCT]
    return rows.select(table.names).with_columns(pl.col(name).struct.json_encode() for name in structs).rechunk()


def fingerprints(table: Table, rows: pl.DataFrame) -> dict[date, str]:
    """Return the fingerprints of the dates of rows, and put no trust in what a footer says of them."""
    return partition_fingerprints(rows.sort(table.date or "", *table.key), table)

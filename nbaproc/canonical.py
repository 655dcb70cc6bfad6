"""Canonical text of a row, and the hashes made of it.

A row's text is `name=value` for each field, ordered by name and joined by `|`: NULL is `\\N`, a decimal is the integer
that counts its last declared digit, so the text does not depend on how any engine prints a float. `data_hash` is the
start of the SHA-256 of the hashed fields; a partition fingerprint is the same over all rows of a date. The reference
engine has its own copy of these rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import polars as pl

from nbaproc.columns import Column, Table, Type
from nbaproc.exact import scaled

#: What stands for NULL in a row's text.
NULL = "\\N"
#: Hex digits of a hash.
LENGTH = 16


def digest(text: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def field_text(column: Column) -> pl.Expr:
    """Return the text of one field of every row; never NULL."""
    value = pl.col(column.name)
    match column.type:
        case Type.STRING:
            text = value.str.replace_all("|", "/", literal=True)
        case Type.FLOAT64:
            assert column.digits is not None
            text = scaled(value, column.digits).cast(pl.String)
        case Type.TIMESTAMP:
            text = value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        case Type.STRINGS:
            text = value.list.eval(pl.element().str.replace_all("|", "/", literal=True).fill_null(NULL)).list.join(",")
        case Type.DATES | Type.INTS:
            text = value.list.eval(pl.element().cast(pl.String).fill_null(NULL)).list.join(",")
        case Type.STRUCT:
            text = value.struct.json_encode()
        case _:
            text = value.cast(pl.String)
    return text.fill_null(NULL)


def row_text(columns: Sequence[Column]) -> pl.Expr:
    """Return the text of a row over `columns`, whatever their order.

    >>> from nbaproc.columns import Column, Type
    >>> fields = [Column("points", Type.INT64, ""), Column("is_home", Type.BOOL, "")]
    >>> frame = pl.DataFrame({"points": [31, None], "is_home": [True, None]})
    >>> frame.select(row_text(fields)).to_series().to_list()
    ['is_home=true|points=31', 'is_home=\\\\N|points=\\\\N']
    """
    parts: list[pl.Expr] = []
    for column in sorted(columns, key=lambda c: c.name.encode()):
        parts += [pl.lit(f"{'|' if parts else ''}{column.name}="), field_text(column)]
    return pl.concat_str(parts) if parts else pl.lit("")


def row_hashes(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.Series:
    """Return the hash of every row of `frame` over `columns`."""
    if not frame.height:
        return pl.Series("data_hash", [], dtype=pl.String)
    texts = frame.select(row_text(columns)).to_series()
    return pl.Series("data_hash", [digest(text) for text in texts], dtype=pl.String)


def partition_fingerprints(frame: pl.DataFrame, table: Table) -> dict[date, str]:
    """Return one fingerprint per date in `frame`, which must be sorted by the table's key.

    A line per row holds `data_hash` and the text of everything that the hash leaves out, a last line the number of
    rows. Tables without a hashed column (raw tables, failure records) enter with all their columns.
    """
    if table.date is None:
        raise ValueError(f"table {table.name} is not partitioned by date")
    if not frame.height:
        return {}
    lines = frame.select(table.date, line=_line(table))
    lines = lines.group_by(table.date, maintain_order=True).agg(pl.col("line").str.join("\n"), pl.len())
    return {day: digest(f"{text}\n#{rows}") for day, text, rows in lines.iter_rows()}


def whole_fingerprint(frame: pl.DataFrame, table: Table) -> str:
    """Return the fingerprint of a whole table; of no rows it is the hash of `#0`.

    >>> from nbaproc.failures import PROCESSING_FAILURES
    >>> from nbaproc.boundary import schema
    >>> whole_fingerprint(pl.DataFrame(schema=schema(PROCESSING_FAILURES)), PROCESSING_FAILURES)
    '9d0fd452285f3c9b'
    """
    lines = frame.select(_line(table)).to_series().to_list()
    return digest("\n".join([*lines, f"#{len(lines)}"]))


def _line(table: Table) -> pl.Expr:
    if not table.hashed:
        return row_text(table.columns)
    rest = [c for c in table.columns if not c.hashed and c.name != "data_hash"]
    return pl.concat_str(pl.col("data_hash"), pl.lit("|"), row_text(rest))


#: Fingerprint of a date without rows.
EMPTY = digest("#0")

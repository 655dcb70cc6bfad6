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


def field_texts(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """Return the texts of the fields of every row; never NULL."""
    alike: dict[tuple[Type, int | None], list[str]] = {}
    for column in columns:
        alike.setdefault((column.type, column.digits), []).append(column.name)
    return frame.select(_text(pl.col(names), *kind).fill_null(NULL) for kind, names in alike.items())


def _text(value: pl.Expr, type_: Type, digits: int | None) -> pl.Expr:
    match type_:
        case Type.STRING:
            return value.str.replace_all("|", "/", literal=True)
        case Type.FLOAT64:
            assert digits is not None
            return scaled(value, digits).cast(pl.String)
        case Type.TIMESTAMP:
            return value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        case Type.STRINGS:
            texts = pl.element().str.replace_all("|", "/", literal=True)
            return value.list.eval(texts.fill_null(NULL)).list.join(",")
        case Type.DATES | Type.INTS:
            return value.list.eval(pl.element().cast(pl.String).fill_null(NULL)).list.join(",")
        case Type.STRUCT:
            return value.struct.json_encode()
    return value.cast(pl.String)


def row_texts(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.Series:
    """Return the text of every row over `columns`, whatever their order.

    >>> from nbaproc.columns import Column, Type
    >>> fields = [Column("points", Type.INT64, ""), Column("is_home", Type.BOOL, "")]
    >>> row_texts(pl.DataFrame({"points": [31, None], "is_home": [True, None]}), fields).to_list()
    ['is_home=true|points=31', 'is_home=\\\\N|points=\\\\N']
    """
    if not columns:
        return pl.repeat("", frame.height, eager=True)
    parts: list[pl.Expr | str] = []
    for name in sorted((column.name for column in columns), key=str.encode):
        parts += [pl.lit(f"{'|' if parts else ''}{name}="), name]
    return field_texts(frame, columns).select(pl.concat_str(parts)).to_series()


def row_hashes(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.Series:
    """Return the hash of every row of `frame` over `columns`."""
    if not frame.height:
        return pl.Series("data_hash", [], dtype=pl.String)
    texts = row_texts(frame, columns)
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
    lines = frame.select(table.date).with_columns(_lines(frame, table).alias("line"))
    lines = lines.group_by(table.date, maintain_order=True).agg(pl.col("line").str.join("\n"), pl.len())
    return {day: digest(f"{text}\n#{rows}") for day, text, rows in lines.iter_rows()}


def whole_fingerprint(frame: pl.DataFrame, table: Table) -> str:
    """Return the fingerprint of a whole table; of no rows it is the hash of `#0`.

    >>> from nbaproc.failures import PROCESSING_FAILURES
    >>> from nbaproc.boundary import schema
    >>> whole_fingerprint(pl.DataFrame(schema=schema(PROCESSING_FAILURES)), PROCESSING_FAILURES)
    '9d0fd452285f3c9b'
    """
    lines = _lines(frame, table).to_list()
    return digest("\n".join([*lines, f"#{len(lines)}"]))


def _lines(frame: pl.DataFrame, table: Table) -> pl.Series:
    if not table.hashed:
        return row_texts(frame, table.columns)
    rest = [c for c in table.columns if not c.hashed and c.name != "data_hash"]
    return pl.select(pl.concat_str(frame["data_hash"], pl.lit("|"), row_texts(frame, rest))).to_series()


#: Fingerprint of a date without rows.
EMPTY = digest("#0")

"""The canonical text of a row, its hash, and the fingerprint of a date's rows (runtime 12.2 and 12.4)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

from nbaproc.columns import Column, Table
from nbaproc.reference.numbers import scale

NULL = r"\N"


def digest(text: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()[:16]


def value_text(value: object, digits: int | None = None) -> str:
    r"""Write one value; digits are the declared decimals of a float (or of the floats in a list).

    >>> value_text(31.4, 1), value_text(None), value_text(True), value_text(["a", "b|c"])
    ('314', '\\N', 'true', 'a,b/c')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if digits is None else str(scale(value, digits))
    if isinstance(value, str):
        return value.replace("|", "/")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, list | tuple):
        return ",".join(value_text(element, digits) for element in value)
    raise TypeError(f"no canonical text for a {type(value).__name__}")


def row_text(row: Mapping[str, object], columns: Iterable[Column]) -> str:
    """Write the named columns of a row as `name=value`, in byte order of the names, joined by a bar."""
    return _text(row, sorted(columns, key=lambda column: column.name.encode()))


def row_hash(row: Mapping[str, object], table: Table) -> str:
    """Hash the columns of a row that the table declares as hashed."""
    return digest(row_text(row, table.hashed))


def row_hasher(table: Table) -> Callable[[Mapping[str, object]], str]:
    """Return `row_hash` of one table, which need not look for the hashed columns with every row."""
    columns = table.hashed
    return lambda row: digest(_text(row, columns))


def _text(row: Mapping[str, object], ordered: Iterable[Column]) -> str:
    return "|".join([f"{column.name}={value_text(row[column.name], column.digits)}" for column in ordered])


def partition_fingerprint(rows: Sequence[Mapping[str, object]], table: Table) -> str:
    """Fingerprint all rows of one date, unhashed columns included.

    One line per row in order of the key: its `data_hash` and the text of the columns the hash does not cover; a table
    without `data_hash` writes all its columns. The number of rows closes the text.
    """
    has_hash = "data_hash" in table.names
    others = [c for c in table.columns if c.name != "data_hash" and not (has_hash and c.hashed)]
    lines = []
    for row in sorted(rows, key=lambda row: [(row[name] is None, row[name]) for name in table.key]):
        text = row_text(row, others)
        lines.append(f"{row['data_hash']}|{text}" if has_hash else text)
    return digest("\n".join([*lines, f"#{len(rows)}"]))

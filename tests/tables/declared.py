"""What every row of an output table must be, whatever the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from nbaproc.columns import Table
from nbaproc.reference.canonical import row_hash


def assert_as_declared(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Hold keys, order, columns, hashes and decimals of rows against their declaration."""
    keys = [tuple(str(row[column]) for column in table.key) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        assert list(row) == table.names
        assert row["data_hash"] == row_hash(row, table)
        for column in table.columns:
            value = row[column.name]
            if isinstance(value, float):
                assert column.digits is not None, column.name
                assert repr(value) == repr(round(value, column.digits)), column.name
                assert math.isfinite(value), column.name
                assert repr(value) != "-0.0", column.name

"""Rows of the simulated feeds, and the frames that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from nbaproc.boundary import DTYPES
from nbaproc.columns import Type
from nbaproc.raw.contract import RAW_TABLES

#: The values of a raw row in declared order, without `data_hash`; times are minutes since 1970.
Row = tuple[object, ...]

_EASTERN = ZoneInfo("America/New_York")


def instant(wall: datetime) -> int:
    """Return an Eastern wall-clock time, whatever its label, in minutes since 1970.

    >>> instant(datetime(2021, 10, 19, 19, 30)) - label(datetime(2021, 10, 19, 19, 30))
    240
    """
    return int(wall.replace(tzinfo=_EASTERN).timestamp()) // 60


def label(wall: datetime) -> int:
    """Return a wall-clock time under a UTC label in minutes since 1970."""
    return int(wall.replace(tzinfo=UTC).timestamp()) // 60


def feed_frame(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Return the rows of a raw table in declared columns and types, sorted by date and then by everything else."""
    table = RAW_TABLES[name]
    columns = [column for column in table.columns if column.name != "data_hash"]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    made = []
    for column, cells in zip(columns, values, strict=True):
        if column.type is Type.TIMESTAMP:
            microseconds = pl.Series(column.name, cells, dtype=pl.Int64) * 60_000_000
            made.append(microseconds.cast(DTYPES[column.type]))
        else:
            made.append(pl.Series(column.name, cells, dtype=DTYPES[column.type]))
    frame = pl.DataFrame(made).with_columns(data_hash=pl.lit(None, dtype=pl.String))
    return frame.select(table.names).sort(table.date, *frame.columns[:-1], maintain_order=True)

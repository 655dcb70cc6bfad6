"""Storing the simulated feeds, whose raw tables have no key: a row is itself, or another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.raw_lake import Merge, Stored, add_hashes


def store_feeds(lake: Lake, new: Mapping[str, Sequence[pl.DataFrame]]) -> Merge:
    """Add rows to raw tables without a key; those that are there already stay as they are.

    Args:
        lake: The lake.
        new: Rows per raw table, without a row twice.

    Raises:
        LakeError: The lake cannot be read or written; every file in it is whole.
    """
    result = Merge()
    with lake.ingesting():
        for name, frames in new.items():
            table = RAW_TABLES[name]
            assert table.date is not None
            stored = result.tables.setdefault(name, Stored())
            rows = add_hashes(table, pl.concat(frames))
            names = {day: Month.of(day).month for day in rows[table.date].unique()}
            month = rows[table.date].replace_strict(names, return_dtype=pl.String).alias("month")
            for (_,), part in rows.with_columns(month).partition_by("month", as_dict=True, include_key=False).items():
                place = Month.of(part[table.date][0])
                old = lake.read_month(table, place).select(part.columns)
                fresh = part.join(old, on="data_hash", how="anti", maintain_order="left")
                stored.new += fresh.height
                stored.unchanged += part.height - fresh.height
                ordered = pl.concat([old, fresh]).sort(table.date, *table.names, maintain_order=True)
                stored.files += lake.store_raw(table, place, ordered)
    return result

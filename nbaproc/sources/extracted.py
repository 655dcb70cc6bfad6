"""Rows that were extracted from the warehouse, in the raw lake: the dates of an extract are replaced as a whole.

The warehouse is the truth for the dates that were asked for: what it no longer has goes, and nothing is derived from
other sources. Rows stay as they are there, doubled ones too. A raw lake comes from files or from the warehouse, never
from both, since an ingest of files makes the schedule, the registry and names anew from what files said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.boundary import empty
from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.lake import Lake, Month
from nbaproc.sources.origin import BIGQUERY, check_origin
from nbaproc.sources.raw_lake import TABLES


@dataclass
class Replaced:
    """What an extract did to one raw table.

    Attributes:
        rows: Rows that arrived.
        new: Rows that were not there.
        restated: Rows whose key was there with other values; of tables with a key only.
        unchanged: Rows that were there already.
        gone: Stored rows of these dates that the warehouse no longer has.
        files: Files that were written or removed.
    """

    rows: int = 0
    new: int = 0
    restated: int = 0
    unchanged: int = 0
    gone: int = 0
    files: int = 0


def replace_dates(lake: Lake, table: Table, start: date, end: date, rows: pl.DataFrame) -> Replaced:
    """Put rows of the warehouse in place of everything a raw table has between two dates.

    Args:
        lake: The lake.
        table: A raw table; one without dates is replaced whole.
        start: First date.
        end: Last date.
        rows: The rows, in any order, with the declared columns.

    Raises:
        LakeError: A row has another date, or the lake cannot be read or written; every file in it is whole.
        UsageError: The lake's raw tables come from files.
    """
    result = Replaced(rows=rows.height)
    with lake.ingesting():
        check_origin(lake, TABLES.values(), BIGQUERY)
        if table.date is None:
            _count(table, lake.read_whole(table), rows, result)
            ordered = _ordered(table, rows)
            if rows.height or lake.raw_origin(table) is not None:
                result.files += lake.store_whole(table, ordered, BIGQUERY)
            return result
        inside = pl.col(table.date).is_between(start, end)
        strays = rows.filter(~inside.fill_null(False))
        if strays.height:
            raise LakeError(f"{table.name}: a row of {strays[table.date][0]} arrived, asked for {start} to {end}")
        parts = _by_month(table, rows)
        for month in sorted({*lake.months_between(table, start, end), *parts}):
            stored = pl.concat([empty(table), lake.read_month(table, month)], how="diagonal").select(table.names)
            part = parts.get(month, empty(table))
            _count(table, stored.filter(inside), part, result)
            whole = _ordered(table, pl.concat([stored.filter(~inside), part]))
            result.files += lake.store_raw(table, month, whole, BIGQUERY)
    return result


def _by_month(table: Table, rows: pl.DataFrame) -> dict[Month, pl.DataFrame]:
    months = {day: Month.of(day) for day in rows[table.date or ""].unique()}
    names = {month: f"{month.season}/{month.month}" for month in months.values()}
    key = pl.col(table.date or "").replace_strict(
        {day: names[month] for day, month in months.items()}, default="", return_dtype=pl.String
    )
    parts = rows.with_columns(of_month=key).partition_by("of_month", as_dict=True, include_key=False)
    return {month: parts[name,] for month, name in names.items()}


def _ordered(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in an order that depends on nothing but them."""
    first = [table.date] if table.date else []
    return rows.select(table.names).sort(list(dict.fromkeys([*first, *table.key, *table.names])), nulls_last=True)


def _count(table: Table, old: pl.DataFrame, new: pl.DataFrame, result: Replaced) -> None:
    if not old.height:
        result.new += new.height
        return
    names = table.names
    key = list(table.key) or names
    same = new.join(old, on=names, how="semi", nulls_equal=True).height
    known = new.join(old, on=key, how="semi", nulls_equal=True).height
    result.unchanged += same
    result.restated += known - same
    result.new += new.height - known
    result.gone += old.join(new, on=key, how="anti", nulls_equal=True).height

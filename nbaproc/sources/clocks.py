"""Instants in downloads. A clock without a time zone is none: it is counted, and its row is dropped."""

from __future__ import annotations

import polars as pl

from nbaproc.calendar import EASTERN
from nbaproc.raw.tally import Tally
from nbaproc.sources.layout import drop_counted
from nbaproc.sources.tabular import Columns

_ZONE = r"(?:[Zz]|\s?UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})$"


def clock_text(file: Columns, name: str) -> pl.Series:
    """Return a column of times as text, with the zone it has; a Parquet time without one has none here either."""
    values = file.frame[name]
    if not isinstance(values.dtype, pl.Datetime):
        return file.text(name)
    if values.dtype.time_zone is None:
        return values.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f")
    return values.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")


def instant(text: pl.Expr) -> pl.Expr:
    """Return the instant of a text that names its zone; NULL where it names none or cannot be read.

    >>> texts = pl.Series(["2024-01-25T03:20:30Z", "2024-01-24 22:20:30-0500", "2024-01-25 03:20 UTC", "2024-01-25"])
    >>> pl.select(instant(texts)).to_series().dt.strftime("%H:%M:%S").to_list()
    ['03:20:30', '03:20:30', '03:20:00', None]
    """
    clock = text.str.replace(_ZONE, "").str.replace(r"[Tt]|\s+", "T").str.replace(r"T([0-9]{2}:[0-9]{2})$", "T${1}:00")
    zone = text.str.extract(f"({_ZONE})").str.strip_chars().str.to_uppercase().str.replace("^UTC$", "Z")
    zone = zone.str.replace(r"^([+-][0-9]{2})$", "${1}00").str.replace(r"^([+-][0-9]{2}):?([0-9]{2})$", "${1}:${2}")
    return (clock + zone).str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)


def has_no_zone(text: pl.Expr) -> pl.Expr:
    """Return whether a text is a time without a zone."""
    return text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}") & ~text.str.contains(rf"[0-9]{{2}}:[0-9.:]+{_ZONE}")


def settle_clocks(rows: pl.DataFrame, names: list[str], table: str, tally: Tally, shown: list[str]) -> pl.DataFrame:
    """Turn texts into instants; rows whose clock has no zone or cannot be read are counted and dropped.

    Args:
        rows: Rows with the columns `names` as texts; a column that is an instant already is left alone.
        names: Columns of times.
        table: Raw table, for the counts.
        tally: Takes the counts.
        shown: Columns of the samples.
    """
    for name in names:
        if rows.schema[name] != pl.String():
            continue
        text = pl.col(name)
        rows = drop_counted(rows, has_no_zone(text), "time_without_zone", table, tally, [*shown, name])
        read = instant(text)
        rows = drop_counted(rows, text.is_not_null() & read.is_null(), "bad_time", table, tally, [*shown, name])
        rows = rows.with_columns(read.alias(name))
    return rows


def eastern_date(time: pl.Expr) -> pl.Expr:
    """Return the Eastern date of an instant."""
    return time.dt.convert_time_zone(EASTERN).dt.date()

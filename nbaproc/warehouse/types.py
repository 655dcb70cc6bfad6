"""From the types a warehouse has to the declared types of raw tables: the one place that maps them.

Raw tables were filled by many loaders over the years, so the same column is INT64 here and FLOAT64, NUMERIC or text
there. A value is taken where it means the same in the declared type; where one does not, table and column are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from nbaproc.boundary import DTYPES
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

#: What arrives, by its Polars type: text also stands for decimals, which are exact as text, and for JSON.
TEXT, WHOLE, FRACTION, TRUTH, DAY, INSTANT, CLOCK = "text", "int", "float", "bool", "date", "timestamp", "datetime"

Mapped = Callable[[pl.Expr], pl.Expr]

_WHOLE = r"^[+-]?\d+(?:\.0*)?$"
_CLOCK = r"^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,6})?(?:Z| ?UTC|[+]00(?::?00)?)?$"


def _whole_text(text: pl.Expr) -> pl.Expr:
    bare = pl.when(text.str.contains(_WHOLE)).then(text)
    return bare.str.replace(r"\.0*$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)


def _instant_text(text: pl.Expr) -> pl.Expr:
    seconds = text.str.extract(_CLOCK, 1) + " " + text.str.extract(_CLOCK, 2)
    fraction = text.str.extract(_CLOCK, 3).fill_null(".0")
    return (seconds + fraction).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC", strict=False)


def _truth_text(text: pl.Expr) -> pl.Expr:
    small = text.str.to_lowercase()
    return pl.when(small.is_in(["true", "false"])).then(small == "true")


def _midnight(clock: pl.Expr) -> pl.Expr:
    bare = clock.dt.replace_time_zone(None)
    return pl.when(bare == bare.dt.truncate("1d")).then(bare.dt.date())


def _finite(number: pl.Expr) -> pl.Expr:
    # Adding nothing makes 0.0 of −0.0.
    return pl.when(number.is_finite()).then(number + 0.0)


def _same(value: pl.Expr) -> pl.Expr:
    return value


#: (declared, arriving) -> the value in the declared type, NULL where it has none there.
RULES: dict[tuple[Type, str], Mapped] = {
    (Type.STRING, TEXT): _same,
    (Type.INT64, WHOLE): lambda v: v.cast(pl.Int64, strict=False),
    (Type.INT64, FRACTION): lambda v: pl.when(v == v.floor()).then(v).cast(pl.Int64, strict=False),
    (Type.INT64, TEXT): _whole_text,
    (Type.FLOAT64, WHOLE): lambda v: v.cast(pl.Float64),
    (Type.FLOAT64, FRACTION): lambda v: _finite(v.cast(pl.Float64)),
    (Type.FLOAT64, TEXT): lambda v: _finite(v.cast(pl.Float64, strict=False)),
    (Type.BOOL, TRUTH): _same,
    (Type.BOOL, WHOLE): lambda v: pl.when(v.is_in([0, 1])).then(v == 1),
    (Type.BOOL, TEXT): _truth_text,
    (Type.DATE, DAY): _same,
    (Type.DATE, INSTANT): _midnight,
    (Type.DATE, CLOCK): _midnight,
    (Type.DATE, TEXT): lambda v: v.str.to_date("%Y-%m-%d", strict=False),
    (Type.TIMESTAMP, INSTANT): lambda v: v.dt.convert_time_zone("UTC").dt.cast_time_unit("us"),
    # Wall clocks have a UTC label in every raw table; what they mean is said by their declaration.
    (Type.TIMESTAMP, CLOCK): lambda v: v.dt.replace_time_zone("UTC").dt.cast_time_unit("us"),
    (Type.TIMESTAMP, TEXT): _instant_text,
}


def to_declared(table: Table, rows: pa.Table, types: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows of a query with the declared columns and types.

    Args:
        table: The raw declaration.
        rows: One column for each declared one, in declared order, under whatever names.
        types: GoogleSQL types of the columns in the warehouse, by declared name; those that are missing there are not.

    Raises:
        InputError: A column cannot have its declared type; names table, column and the first such value.
    """
    if rows.num_columns != len(table.columns):
        raise InputError(f"{table.dataset}.{table.name}: {rows.num_columns} columns arrived of {len(table.columns)}")
    pairs = zip(table.columns, rows.columns, strict=True)
    return pl.DataFrame([_column(table, column, values, types.get(column.name, "")) for column, values in pairs])


def _column(table: Table, column: Column, values: pa.ChunkedArray, type_: str) -> pl.Series:
    wanted = DTYPES[column.type]
    where = f"{table.dataset}.{table.name}.{column.name}"
    if values.null_count == len(values):
        return pl.Series(column.name, [None] * len(values), dtype=wanted)
    found = _series(column.name, values)
    found = _scalars(found) if type_.upper() == "JSON" else found
    kind = _kind(found.dtype)
    rule = RULES.get((column.type, kind))
    if rule is None:
        known = type_ or str(found.dtype)
        raise InputError(f"{where}: {known} cannot be read as {column.type.value}; give the column that type there")
    made = found.to_frame().select(rule(pl.col(column.name)).alias(column.name)).to_series()
    # NaN and infinity are unknown numbers, which is no fault.
    void = ~found.is_finite() if kind == FRACTION else pl.Series([False]).new_from_index(0, len(found))
    lost = found.filter(made.is_null() & found.is_not_null() & ~void.fill_null(False))
    if lost.len():
        raise InputError(
            f"{where}: {lost[0]!r} ({type_ or found.dtype}, {lost.len()} rows) is no {column.type.value}; mend it there"
        )
    return made.cast(wanted)


def _series(name: str, values: pa.ChunkedArray) -> pl.Series:
    import pyarrow as pa

    # A decimal has the nearest float, and all its digits, only by way of its text.
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.string())
    return pl.Series(name, values)


def _scalars(texts: pl.Series) -> pl.Series:
    """Return JSON as text: a JSON string is what it says, null is NULL, anything else its JSON text."""
    value = pl.col(texts.name)
    said = pl.when(value.str.starts_with('"')).then(value).str.json_decode(pl.String)
    plain = pl.when(value != "null").then(value)
    return texts.to_frame().select(pl.coalesce(said, plain).alias(texts.name)).to_series()


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_integer():
        return WHOLE
    if dtype.is_float():
        return FRACTION
    if isinstance(dtype, pl.Datetime):
        return INSTANT if dtype.time_zone else CLOCK
    return {pl.String(): TEXT, pl.Boolean(): TRUTH, pl.Date(): DAY}.get(dtype, str(dtype))

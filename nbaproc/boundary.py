"""The boundary: what a declaration means for a Polars frame.

Frames enter through `read_raw` and leave through `seal`; between the two nobody checks schemas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from nbaproc.canonical import row_hashes
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import ConfigurationError, DuplicateKeysError
from nbaproc.failures import NOTE_SEVERITIES, PROCESSING_FAILURES, Category

DTYPES: dict[Type, pl.DataType] = {
    Type.STRING: pl.String(),
    Type.INT64: pl.Int64(),
    Type.FLOAT64: pl.Float64(),
    Type.BOOL: pl.Boolean(),
    Type.DATE: pl.Date(),
    Type.TIMESTAMP: pl.Datetime("us", "UTC"),
    Type.STRINGS: pl.List(pl.String()),
    Type.DATES: pl.List(pl.Date()),
    Type.INTS: pl.List(pl.Int64()),
}


#: Whole numbers that a source may write as text, with a sign in front: `+5`.
SIGNED_TEXTS = ("plus_minus",)

#: Raw tables whose older shape, without the declared columns, counts as an absent source.
ABSENT_IN_OLD_SHAPE = ("nbac_play_by_play",)


def schema(table: Table | Sequence[Column]) -> dict[str, pl.DataType]:
    """Return the Polars schema of a table or of a list of columns."""
    columns = table.columns if isinstance(table, Table) else table
    return {c.name: pl.Struct(schema(c.fields)) if c.fields else DTYPES[c.type] for c in columns}


def empty(table: Table | Sequence[Column]) -> pl.DataFrame:
    """Return a frame of that schema without rows."""
    return pl.DataFrame(schema=schema(table))


def read_raw(table: Table, frame: pl.DataFrame | None) -> tuple[pl.DataFrame, int]:
    """Bring a raw frame into its declared shape.

    Args:
        table: A raw declaration.
        frame: What a source delivered; None where the whole table is missing.

    Returns:
        The frame with exactly the declared columns, and how many rows were dropped: those that lack a required value,
        or all of a table in an older shape that counts as absent.

    Raises:
        ConfigurationError: A column that is not optional is missing, or cannot have the declared type.
    """
    if frame is None:
        return empty(table), 0
    missing = [c.name for c in table.columns if c.name not in frame.columns and not c.optional]
    if missing and table.name in ABSENT_IN_OLD_SHAPE:
        return empty(table), frame.height
    if missing:
        raise ConfigurationError(f"raw table {table.name}: column {missing[0]} is missing; extract or ingest it again")
    have = frame.schema
    shaped = frame.select(_read_column(table, c, have) for c in table.columns)
    whole = shaped.drop_nulls(table.required)
    return whole.rechunk(), frame.height - whole.height


def as_declared(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a stored frame with the declared types and without columns that are not declared.

    Raises:
        ConfigurationError: A column cannot have the declared type.
    """
    if frame.schema.items() <= schema(table).items():
        return frame
    have = frame.schema
    return frame.select(_read_column(table, c, have) for c in table.columns if c.name in have)


def _read_column(table: Table, column: Column, schema: Mapping[str, pl.DataType]) -> pl.Expr:
    wanted = DTYPES[column.type]
    if column.name not in schema:
        return pl.lit(None, dtype=wanted).alias(column.name)
    have = schema[column.name]
    value = pl.col(column.name)
    if have == pl.String() and column.name in SIGNED_TEXTS:
        value = value.str.strip_chars().str.strip_prefix("+").cast(wanted, strict=False)
    elif have != wanted:
        if not _castable(have, wanted):
            raise ConfigurationError(
                f"table {table.name}: column {column.name} is {have}, declared {wanted}; extract or ingest it again"
            )
        value = value.dt.replace_time_zone("UTC") if have == pl.Datetime("us") else value.cast(wanted)
    if column.type is Type.FLOAT64:
        value = pl.when(value.is_finite()).then(value)
    return value.alias(column.name)


def _castable(have: pl.DataType, wanted: pl.DataType) -> bool:
    if have == pl.Null():
        return True
    if wanted == pl.Int64():
        return have.is_integer()
    if wanted == pl.Float64():
        return have.is_numeric()
    return isinstance(wanted, pl.Datetime) and isinstance(have, pl.Datetime)


def seal(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Finish an output table: declared columns in declared order, sorted by key and hashed; NaN is NULL, −0.0 is 0.0.

    Single rows of an output table that contradict the declaration stay: `row_faults` finds them. Anywhere else they
    are refused.

    Args:
        table: The declaration.
        frame: Every declared column but `data_hash`.

    Raises:
        ConfigurationError: A column, a type or a doubled key contradicts the declaration.
    """
    wanted = {name: dtype for name, dtype in schema(table).items() if name != "data_hash"}
    have = frame.schema
    for name, dtype in wanted.items():
        if name not in have:
            raise ConfigurationError(f"{table.name}: column {name} was not computed")
        if have[name] != dtype:
            raise ConfigurationError(f"{table.name}: column {name} is {have[name]}, declared {dtype}")
    floats = [name for name, dtype in wanted.items() if dtype == pl.Float64]
    number = pl.col(floats)
    plain = [pl.when(number == 0).then(number.abs()).otherwise(number.fill_nan(None))] if floats else []
    ordered = frame.select(list(wanted)).with_columns(plain).sort(table.key).rechunk()
    _check_keys(table, ordered)
    if not table.stage:
        _check_rows(table, ordered)
    if "data_hash" not in table.names:
        return ordered
    return ordered.with_columns(row_hashes(_finite(ordered, floats), table.hashed))


def _finite(frame: pl.DataFrame, floats: list[str]) -> pl.DataFrame:
    """Return a frame whose infinite values are NULL: rows with one are never written, but they have a hash."""
    if not floats or not frame.select(pl.any_horizontal(pl.col(name).is_infinite().any() for name in floats)).item():
        return frame
    return frame.with_columns(pl.when(pl.col(name).is_finite()).then(name).alias(name) for name in floats)


def check(table: Table, frame: pl.DataFrame) -> None:
    """Refuse rows that contradict the declaration.

    Raises:
        ConfigurationError: Names the column or the rows.
    """
    check_shape(table, frame)
    _check_rows(table, frame)


def check_shape(table: Table, frame: pl.DataFrame) -> None:
    """Refuse a frame whose columns, types or keys contradict the declaration; single rows may.

    Raises:
        ConfigurationError: Names the rows with one key.
    """
    if dict(frame.schema) != schema(table):
        raise ConfigurationError(f"{table.name}: columns or types differ from the declaration")
    _check_keys(table, frame)


def row_faults(table: Table, frame: pl.DataFrame) -> pl.Series:
    """Return what is wrong with every row, the first fault of each; NULL where nothing is.

    Args:
        table: The declaration.
        frame: Rows with the declared columns and types.
    """
    tests = _suspects(table, frame)
    if not tests:
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias("fault")
    hits = frame.select(**{str(i): test.any() for i, test in enumerate(tests.values())}).row(0)
    broken = {text: test for (text, test), hit in zip(tests.items(), hits, strict=True) if hit}
    none = pl.lit(None, dtype=pl.String)
    faults = pl.coalesce(*(pl.when(test).then(pl.lit(text)) for text, test in broken.items()), none)
    return frame.select(fault=faults if broken else pl.repeat(None, pl.len(), dtype=pl.String)).to_series()


def _suspects(table: Table, frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return the tests of a frame; none where a look at whole columns tells that every row passes them."""
    if not frame.height:
        return {}
    columns = [column for column in table.columns if column.name in frame.columns]
    floats = [column.name for column in columns if column.type is Type.FLOAT64]
    listed = [column for column in columns if column.values and column.type is Type.STRING]
    is_whole = not any(frame.get_column(column.name).null_count() for column in columns if not column.null)
    is_finite = not floats or all(frame.select(pl.col(floats).is_finite().all()).row(0))
    found = frame.select(pl.col(column.name).unique().implode() for column in listed).row(0) if listed else ()
    has_known = all(set(there) <= {None, *column.values} for column, there in zip(listed, found, strict=True))
    sound = is_whole and is_finite and has_known
    return _bounds(table, frame) if sound else _tests(table, frame) | _bounds(table, frame)


def _bounds(table: Table, frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return a sentence for every range that is enforced, and whether a value is outside of it; never NULL."""
    tests: dict[str, pl.Expr] = {}
    for column in (c for c in table.columns if c.hard and c.name in frame.columns):
        value = pl.col(column.name)
        low = value < column.low if column.low is not None else pl.lit(False)
        high = value > column.high if column.high is not None else pl.lit(False)
        tests[f"column {column.name} is outside {column.range}"] = (low | high).fill_null(False)
    return tests


def _check_keys(table: Table, frame: pl.DataFrame) -> None:
    if not frame.height:
        return
    if frame.select(pl.struct(table.key).is_duplicated().any()).item():
        doubled = frame.filter(pl.struct(table.key).is_duplicated()).select(table.key).unique().sort(table.key).head(3)
        rows = "; ".join(", ".join(str(v) for v in row) for row in doubled.iter_rows())
        raise DuplicateKeysError(f"{table.name}: duplicate key {rows}")


def _check_rows(table: Table, frame: pl.DataFrame) -> None:
    tests = _suspects(table, frame)
    if tests:
        found = frame.select(**{str(i): test.any() for i, test in enumerate(tests.values())}).row(0)
        broken = [name for name, hit in zip(tests, found, strict=True) if hit]
        if broken:
            raise ConfigurationError(f"{table.name}: {broken[0]}")


def _tests(table: Table, frame: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return a sentence for everything that a value may not be, and whether it is; never NULL."""
    tests: dict[str, pl.Expr] = {}
    have = set(frame.columns)
    for column in (c for c in table.columns if c.name in have):
        value = pl.col(column.name)
        if not column.null:
            tests[f"column {column.name} is NULL"] = value.is_null()
        if column.type is Type.FLOAT64:
            tests[f"column {column.name} is not finite"] = (~value.is_finite()).fill_null(False)
        if column.values and column.type is Type.STRING:
            outside = (~value.is_in(column.values)).fill_null(False)
            tests[f"column {column.name} has a value outside its list"] = outside
    return tests


def complete_records(table: Table, drafts: pl.DataFrame) -> pl.DataFrame:
    """Turn the draft records of a table function into rows of `processing_failures`.

    Args:
        table: The output table the records belong to.
        drafts: Columns of `nbaproc.failures.DRAFT`.
    """
    if not drafts.height:
        return empty(PROCESSING_FAILURES)
    category = pl.col("failure_category")
    loud = pl.col("detail").replace_strict(NOTE_SEVERITIES, default=None, return_dtype=pl.String)
    is_note = pl.col("failure_class") == "note"
    full = drafts.with_columns(
        table_name=pl.lit(table.name),
        can_retry=category.replace_strict(_RETRY, return_dtype=pl.Boolean),
        severity=pl.coalesce(pl.when(is_note).then(loud), category.replace_strict(_SEVERITY, return_dtype=pl.String)),
        failure_reason=pl.col("failure_reason").str.slice(0, 1000),
    )
    return seal(PROCESSING_FAILURES, full)


_RETRY = {category.name: category.kind.can_retry for category in Category}
_SEVERITY = {category.name: category.kind.severity for category in Category}

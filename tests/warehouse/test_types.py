"""Types of the warehouse as declared types of raw tables: each pair with a value, and what cannot be by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from nbaproc.boundary import schema
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import InputError
from nbaproc.warehouse.types import RULES, to_declared

NOON, MIDNIGHT = datetime.fromisoformat("2021-10-19T12:30:01.5"), datetime.fromisoformat("2021-10-19")
S, I, F, B, D, T = Type.STRING, Type.INT64, Type.FLOAT64, Type.BOOL, Type.DATE, Type.TIMESTAMP  # noqa: E741
INSTANT, CLOCK = pa.timestamp("us", tz="UTC"), pa.timestamp("us")
NUMERIC, BIGNUMERIC = pa.decimal128(38, 9), pa.decimal256(76, 38)

#: Declared type, type in the warehouse, type that arrives, value, value in the declared type.
TAKEN: list[tuple[Type, str, pa.DataType, Any, Any]] = [
    (S, "STRING", pa.string(), "0022100001", "0022100001"),
    (S, "STRING", pa.large_string(), "x", "x"),
    (S, "JSON", pa.string(), '"ab\\"c"', 'ab"c'),
    (S, "JSON", pa.string(), '{"a":1}', '{"a":1}'),
    (S, "JSON", pa.string(), "7", "7"),
    (S, "JSON", pa.string(), "null", None),
    (I, "INT64", pa.int64(), -5, -5),
    (I, "FLOAT64", pa.float64(), 12.0, 12),
    (I, "FLOAT64", pa.float64(), float("nan"), None),
    (I, "NUMERIC", NUMERIC, Decimal("12"), 12),
    (I, "BIGNUMERIC", BIGNUMERIC, Decimal("-9007199254740993"), -9007199254740993),
    (I, "STRING", pa.string(), "+5", 5),
    (I, "STRING", pa.string(), "-12.0", -12),
    (I, "JSON", pa.string(), "12", 12),
    (F, "FLOAT64", pa.float64(), 0.1, 0.1),
    (F, "FLOAT64", pa.float64(), float("inf"), None),
    (F, "INT64", pa.int64(), 12, 12.0),
    (F, "NUMERIC", NUMERIC, Decimal("25.3"), 25.3),
    (F, "BIGNUMERIC", BIGNUMERIC, Decimal("0.1"), 0.1),
    (F, "STRING", pa.string(), "25.5", 25.5),
    (F, "JSON", pa.string(), "1.5e1", 15.0),
    (B, "BOOL", pa.bool_(), False, False),
    (B, "INT64", pa.int64(), 1, True),
    (B, "STRING", pa.string(), "False", False),
    (B, "JSON", pa.string(), "true", True),
    (D, "DATE", pa.date32(), date(2021, 10, 19), date(2021, 10, 19)),
    (D, "TIMESTAMP", INSTANT, MIDNIGHT.replace(tzinfo=UTC), date(2021, 10, 19)),
    (D, "DATETIME", CLOCK, MIDNIGHT, date(2021, 10, 19)),
    (D, "STRING", pa.string(), "2021-10-19", date(2021, 10, 19)),
    (T, "TIMESTAMP", INSTANT, NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC)),
    (T, "TIMESTAMP", pa.timestamp("ns", tz="UTC"), NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC)),
    (T, "DATETIME", CLOCK, NOON, NOON.replace(tzinfo=UTC)),
    (T, "STRING", pa.string(), "2021-10-19 12:30:01.5 UTC", NOON.replace(tzinfo=UTC)),
    (T, "STRING", pa.string(), "2021-10-19T12:30:01.500000+00:00", NOON.replace(tzinfo=UTC)),
    (T, "STRING", pa.string(), "2021-10-19T00:00:00Z", MIDNIGHT.replace(tzinfo=UTC)),
    (T, "STRING", pa.string(), "2021-10-19 00:00:00", MIDNIGHT.replace(tzinfo=UTC)),
]

#: The same, with what is said of it.
REFUSED: list[tuple[Type, str, pa.DataType, Any, str]] = [
    (S, "INT64", pa.int64(), 22100001, "INT64 cannot be read as STRING"),
    (S, "BYTES", pa.binary(), b"x", "BYTES cannot be read as STRING"),
    (I, "FLOAT64", pa.float64(), 7.5, r"7.5 \(FLOAT64, 1 rows\) is no INT64"),
    (I, "NUMERIC", NUMERIC, Decimal("7.5"), "is no INT64"),
    (I, "STRING", pa.string(), "seven", "'seven'"),
    (I, "STRING", pa.string(), "", "'' "),
    (I, "BIGNUMERIC", BIGNUMERIC, Decimal(10**20), "is no INT64"),
    (I, "BOOL", pa.bool_(), True, "BOOL cannot be read as INT64"),
    (F, "STRING", pa.string(), "1,5", "is no FLOAT64"),
    (F, "BOOL", pa.bool_(), True, "BOOL cannot be read as FLOAT64"),
    (B, "INT64", pa.int64(), 2, "2 .* is no BOOL"),
    (B, "STRING", pa.string(), "yes", "is no BOOL"),
    (D, "TIMESTAMP", INSTANT, NOON.replace(tzinfo=UTC), "is no DATE"),
    (D, "STRING", pa.string(), "10/19/2021", "is no DATE"),
    (T, "DATE", pa.date32(), date(2021, 10, 19), "DATE cannot be read as TIMESTAMP"),
    (T, "STRING", pa.string(), "2021-10-19T12:30:01-05:00", "is no TIMESTAMP"),
    (T, "INT64", pa.int64(), 1634646601, "INT64 cannot be read as TIMESTAMP"),
]


def declared(type_: Type) -> Table:
    column = Column("value", type_, "a value", digits=6 if type_ is F else None)
    return Table("some_table", "nba_raw", "a row", (), None, (column,))


@pytest.mark.parametrize(("type_", "there", "arrives", "value", "wanted"), TAKEN)
def test_a_value_that_means_the_same_is_taken(
    type_: Type, there: str, arrives: pa.DataType, value: Any, wanted: Any
) -> None:
    table = declared(type_)
    rows = to_declared(table, pa.table({"v": pa.array([None, value], arrives)}), {"value": there})
    assert rows["value"].to_list() == [None, wanted]
    assert rows.schema == schema(table)


@pytest.mark.parametrize(("type_", "there", "arrives", "value", "words"), REFUSED)
def test_a_value_that_does_not_is_refused_by_name(
    type_: Type, there: str, arrives: pa.DataType, value: Any, words: str
) -> None:
    rows = pa.table({"v": pa.array([None, value], arrives)})
    with pytest.raises(InputError, match=words) as caught:
        to_declared(declared(type_), rows, {"value": there})
    assert str(caught.value).startswith("nba_raw.some_table.value: ")


def test_every_rule_has_a_value_in_the_table() -> None:
    kinds = {
        (type_, "text" if there in ("NUMERIC", "BIGNUMERIC", "JSON") else there.lower()) for type_, there, *_ in TAKEN
    }
    names = {"string": "text", "int64": "int", "float64": "float"}
    assert {(type_, names.get(kind, kind)) for type_, kind in kinds} == set(RULES)


@pytest.mark.parametrize("type_", [S, I, F, B, D, T])
def test_a_column_of_nulls_of_any_type_is_a_column_of_nulls(type_: Type) -> None:
    rows = to_declared(declared(type_), pa.table({"v": pa.array([None, None], pa.binary())}), {})
    assert rows["value"].to_list() == [None, None]
    nothing = to_declared(declared(type_), pa.table({"v": pa.array([], pa.int64())}), {})
    assert nothing.height == 0
    assert nothing.schema == rows.schema


def test_minus_nought_is_nought() -> None:
    rows = to_declared(declared(F), pa.table({"v": pa.array([-0.0])}), {"value": "FLOAT64"})
    assert str(rows["value"][0]) == "0.0"


def test_a_column_too_few_is_refused() -> None:
    with pytest.raises(InputError, match=r"nba_raw\.some_table: 0 columns arrived of 1"):
        to_declared(declared(F), pa.table({}), {})

"""The boundary: what a raw frame may look like, and what an output table may not."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from nbaproc.boundary import as_declared, check, complete_records, empty, read_raw, row_faults, schema, seal
from nbaproc.canonical import row_hashes
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import ConfigurationError
from nbaproc.failures import DRAFT, PROCESSING_FAILURES, Category
from nbaproc.raw.contract import NBAC_PLAY_BY_PLAY, NBAC_PLAYER_BOXSCORES, NBAC_SCHEDULE, RAW_TABLES

NOON = datetime(2021, 11, 15, 12, tzinfo=UTC)
RAW = Table(
    "raw",
    "nba_raw",
    "",
    key=(),
    date="day",
    columns=(
        Column("day", Type.DATE, "", null=False),
        Column("name", Type.STRING, "", null=False),
        Column("count", Type.INT64, ""),
        Column("line", Type.FLOAT64, "", digits=6),
        Column("flag", Type.BOOL, ""),
        Column("seen", Type.TIMESTAMP, ""),
        Column("hint", Type.STRING, "", optional=True),
    ),
)
GIVEN = {"day": [date(2021, 11, 15)], "name": ["x"], "count": [1], "line": [0.5], "flag": [True], "seen": [NOON]}


def given(**changes: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(GIVEN).with_columns(**changes)


# Reading.


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda table: table.name)
def test_a_table_that_is_not_there_is_empty(table):
    frame, dropped = read_raw(table, None)
    assert (dict(frame.schema), frame.height, dropped) == (schema(table), 0, 0)


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda table: table.name)
def test_what_was_read_is_read_again_unchanged(table):
    frame, _ = read_raw(table, empty(table))
    assert frame.schema == read_raw(table, frame)[0].schema
    assert frame.columns == table.names


def test_columns_come_out_in_declared_order_and_no_others():
    frame = given().select("seen", "flag", "line", "count", "name", "day").with_columns(extra=pl.lit(1))
    read, dropped = read_raw(RAW, frame)
    assert (read.columns, dropped) == (RAW.names, 0)
    assert read.row(0) == (date(2021, 11, 15), "x", 1, 0.5, True, NOON, None)


@pytest.mark.parametrize("name", ["day", "name", "count", "line", "flag", "seen"])
def test_a_missing_column_is_refused_by_name(name):
    with pytest.raises(ConfigurationError, match=f"raw table raw: column {name} is missing"):
        read_raw(RAW, given().drop(name))


@pytest.mark.parametrize("table", RAW_TABLES.values(), ids=lambda table: table.name)
def test_only_optional_columns_may_be_missing(table):
    for column in table.columns:
        lacking = empty(table).drop(column.name)
        if column.optional or table is NBAC_PLAY_BY_PLAY:
            assert read_raw(table, lacking)[0].schema == schema(table)
        else:
            with pytest.raises(ConfigurationError, match=f"column {column.name} is missing"):
                read_raw(table, lacking)


def test_play_by_play_in_an_older_shape_counts_as_absent():
    frame, dropped = read_raw(NBAC_PLAY_BY_PLAY, pl.DataFrame({"GAME_ID": ["0022100001"] * 3}))
    assert (frame.height, dropped, dict(frame.schema)) == (0, 3, schema(NBAC_PLAY_BY_PLAY))


@pytest.mark.parametrize(
    ("column", "value", "read"),
    [
        ("count", pl.Series([7], dtype=pl.Int8), 7),
        ("count", pl.Series([7], dtype=pl.UInt64), 7),
        ("count", pl.Series([None], dtype=pl.Null), None),
        ("line", pl.Series([7], dtype=pl.Int32), 7.0),
        ("line", pl.Series([0.1], dtype=pl.Float32), pytest.approx(0.1)),
        ("line", pl.Series([Decimal("24.5")], dtype=pl.Decimal(10, 2)), 24.5),
        ("line", pl.Series([math.nan]), None),
        ("line", pl.Series([math.inf]), None),
        ("line", pl.Series([-math.inf]), None),
        ("line", pl.Series([-0.0]), 0.0),
        ("flag", pl.Series([None], dtype=pl.Null), None),
        ("seen", pl.Series([datetime(2021, 11, 15, 12)], dtype=pl.Datetime("us")), NOON),  # noqa: DTZ001
        ("seen", pl.Series([datetime(2021, 11, 15, 12)], dtype=pl.Datetime("ms")), NOON),  # noqa: DTZ001
        ("seen", pl.Series([NOON], dtype=pl.Datetime("ns", "UTC")), NOON),
        ("seen", pl.Series([NOON], dtype=pl.Datetime("us", "America/New_York")), NOON),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, pl.Series) else None,
)
def test_types_that_hold_the_same_values_are_cast(column, value, read):
    """A narrower number, a decimal, another unit or zone of time; NaN and infinity are read as NULL."""
    frame, dropped = read_raw(RAW, given(**{column: value}))
    assert (frame[column][0], dropped) == (read, 0)
    assert dict(frame.schema) == schema(RAW)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("count", pl.Series(["7"])),
        ("count", pl.Series([7.0])),
        ("count", pl.Series([True])),
        ("line", pl.Series(["0.5"])),
        ("name", pl.Series([7])),
        ("flag", pl.Series([1])),
        ("flag", pl.Series(["true"])),
        ("day", pl.Series(["2021-11-15"])),
        ("day", pl.Series([NOON])),
        ("seen", pl.Series([date(2021, 11, 15)])),
        ("seen", pl.Series(["2021-11-15"])),
    ],
    ids=lambda value: str(value.dtype) if isinstance(value, pl.Series) else None,
)
def test_any_other_type_is_refused(column, value):
    with pytest.raises(ConfigurationError, match=f"column {column} is .*, declared "):
        read_raw(RAW, given(**{column: value}))


def test_a_plus_minus_may_be_text_with_a_sign():
    texts = ["+5", "-3", "0", " +12 ", "", None, "n/a"]
    columns = {name: [None] * len(texts) for name in NBAC_PLAYER_BOXSCORES.names}
    columns |= {"game_date": [date(2021, 11, 15)] * len(texts), "player_full_name": ["x"] * len(texts)}
    types = schema(NBAC_PLAYER_BOXSCORES) | {"plus_minus": pl.String()}
    frame = pl.DataFrame(columns | {"plus_minus": texts}, schema=types)
    assert read_raw(NBAC_PLAYER_BOXSCORES, frame)[0]["plus_minus"].to_list() == [5, -3, 0, 12, None, None, None]


def test_rows_without_a_required_value_are_dropped_and_counted():
    frame = pl.concat([given(), given(name=pl.Series([None], dtype=pl.String)), given(day=pl.lit(None, pl.Date))])
    read, dropped = read_raw(RAW, frame)
    assert (read.height, dropped) == (1, 2)
    assert read.n_chunks() == 1


def test_what_a_schedule_row_cannot_do_without():
    assert NBAC_SCHEDULE.required == ["game_id", "game_date", "home_team_tricode", "away_team_tricode"]


def test_a_stored_frame_is_brought_to_the_declared_types():
    frame = given(count=pl.Series([7], dtype=pl.Int16)).with_columns(extra=pl.lit(1)).drop("flag")
    stored = as_declared(RAW, frame)
    assert stored.columns == ["day", "name", "count", "line", "seen"]
    assert stored.schema["count"] == pl.Int64()
    whole = given()
    assert as_declared(RAW, whole) is whole


# Sealing.

OUT = Table(
    "out",
    "nba_analytics",
    "",
    key=("day", "team"),
    date="day",
    stage="games",
    columns=(
        Column("team", Type.STRING, "", null=False, hashed=True),
        Column("day", Type.DATE, "", null=False, hashed=True),
        Column("side", Type.STRING, "", values=("home", "away"), hashed=True),
        Column("rate", Type.FLOAT64, "", digits=1, hashed=True, low=0, high=100, hard=True),
        Column("issues", Type.STRINGS, "", null=False),
        Column("data_hash", Type.STRING, "", null=False),
    ),
)


def made(**changes: object) -> pl.DataFrame:
    columns = {
        "rate": pl.Series([1.5, None], dtype=pl.Float64),
        "team": ["NYK", "BOS"],
        "side": pl.Series([None, "home"], dtype=pl.String),
        "issues": [["a"], []],
        "day": [date(2021, 11, 15)] * 2,
        "further": [1, 2],
    }
    return pl.DataFrame(columns | changes)


def test_a_sealed_table_is_sorted_ordered_and_hashed():
    frame = seal(OUT, made())
    assert frame.columns == OUT.names
    assert frame["team"].to_list() == ["BOS", "NYK"]
    assert frame["data_hash"].to_list() == row_hashes(frame, OUT.hashed).to_list()
    assert seal(OUT, made().clear()).height == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"team": ["BOS", "BOS"]}, "out: duplicate key 2021-11-15, BOS"),
        ({"rate": [1, 2]}, "out: column rate is Int64, declared Float64"),
        ({"day": ["2021-11-15"] * 2}, "out: column day is String, declared Date"),
        ({"issues": ["a", "b"]}, "out: column issues is String, declared List"),
    ],
    ids=["duplicate", "number", "date", "list"],
)
def test_frames_that_contradict_the_declaration_are_refused(changes, message):
    with pytest.raises(ConfigurationError, match=message):
        seal(OUT, made(**changes))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"team": [None, "BOS"]}, "column team is NULL"),
        ({"issues": pl.Series([None, ["a"]])}, "column issues is NULL"),
        ({"rate": [math.inf, 1.5]}, "column rate is not finite"),
        ({"rate": [-math.inf, 1.5]}, "column rate is not finite"),
        ({"rate": [-0.1, None]}, "column rate is outside 0…100 (enforced)"),
        ({"rate": [100.1, 100.0]}, "column rate is outside 0…100 (enforced)"),
        ({"side": ["neutral", "home"]}, "column side has a value outside its list"),
    ],
    ids=["NULL", "NULL list", "infinity", "minus infinity", "low", "high", "value"],
)
def test_rows_that_contradict_the_declaration_are_found_one_by_one(changes, fault):
    frame = seal(OUT, made(**changes))
    faults = dict(zip(frame["team"], row_faults(OUT, frame), strict=True))
    assert faults == {None if changes.get("team") else "NYK": fault, "BOS": None}
    with pytest.raises(ConfigurationError, match=re.escape(fault)):
        check(OUT, frame)


def test_good_rows_have_no_fault():
    frame = seal(OUT, made())
    assert row_faults(OUT, frame).null_count() == frame.height == 2
    assert row_faults(OUT, frame.clear()).len() == 0


def test_R30_what_is_no_number_is_null_and_zero_has_no_sign():  # noqa: N802
    frame = seal(OUT, made(rate=[math.nan, -0.0]))
    assert [str(rate) for rate in frame["rate"]] == ["0.0", "None"]
    assert frame["data_hash"].to_list() == seal(OUT, made(rate=[None, 0.0]))["data_hash"].to_list()


def test_a_table_that_is_no_output_has_no_bad_rows():
    with pytest.raises(ConfigurationError, match="out: column team is NULL"):
        seal(replace(OUT, stage=""), made(team=["BOS", None]))


def test_a_column_that_was_not_computed_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="out: column rate was not computed"):
        seal(OUT, made().drop("rate"))


def test_all_doubled_keys_are_not_listed():
    days = [date(2021, 11, n) for n in range(1, 6)] * 2
    frame = pl.DataFrame({"team": ["BOS"] * 10, "day": days, "side": ["home"] * 10, "rate": [1.0] * 10})
    with pytest.raises(ConfigurationError, match=r"duplicate key 2021-11-01, BOS; 2021-11-02, BOS; 2021-11-03, BOS$"):
        seal(OUT, frame.with_columns(issues=pl.lit([], dtype=pl.List(pl.String))))


def test_check_wants_all_declared_columns():
    with pytest.raises(ConfigurationError, match="columns or types differ"):
        check(OUT, seal(OUT, made()).drop("rate"))


# Records.


def draft(category: str, **changes: object) -> dict[str, object]:
    values = {"analysis_date": date(2021, 11, 15), "entity_type": "GAME", "entity_id": "g", "detail": ""}
    values |= {"failure_category": category, "failure_class": "note", "failure_reason": "why", "occurrences": 1}
    rare = dict.fromkeys(("failure_type", "is_correctable", "expected_game_count", "actual_game_count"))
    return values | rare | {"missing_game_dates": [], "resolution_status": "UNRESOLVED"} | changes


@pytest.mark.parametrize("category", Category)
def test_R78_a_record_has_the_class_of_its_category(category):  # noqa: N802
    drafts = pl.DataFrame([draft(category.name)], schema=schema(DRAFT))
    record = complete_records(OUT, drafts).to_dicts()[0]
    assert (record["can_retry"], record["severity"]) == (category.kind.can_retry, category.kind.severity)
    assert (record["table_name"], record["resolution_status"]) == ("out", "UNRESOLVED")
    assert (record["missing_game_dates"], record["failure_type"], record["is_correctable"]) == ([], None, None)
    assert list(record) == PROCESSING_FAILURES.names


def test_R78_a_category_that_does_not_exist_cannot_be_written():  # noqa: N802
    drafts = pl.DataFrame([draft("OOPS")], schema=schema(DRAFT))
    with pytest.raises(pl.exceptions.InvalidOperationError):
        complete_records(OUT, drafts)


def test_records_are_sorted_and_a_long_reason_is_cut():
    rows = [draft("REGISTRY_MISS", entity_id=name, failure_reason="é" * 2000) for name in ("b", "a")]
    records = complete_records(OUT, pl.DataFrame(rows, schema=schema(DRAFT)))
    assert records["entity_id"].to_list() == ["a", "b"]
    assert set(records["failure_reason"]) == {"é" * 1000}


def test_two_records_of_one_key_are_refused():
    drafts = pl.DataFrame([draft("REGISTRY_MISS")] * 2, schema=schema(DRAFT))
    with pytest.raises(ConfigurationError, match="processing_failures: duplicate key"):
        complete_records(OUT, drafts)

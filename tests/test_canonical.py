"""The canonical text of a row, its hash, and the fingerprint of a date: the printed vectors, and both engines alike."""

from __future__ import annotations

import hashlib
import math
import time
from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbaproc.boundary import schema
from nbaproc.canonical import (
    EMPTY,
    digest,
    field_texts,
    partition_fingerprints,
    row_hashes,
    row_texts,
    whole_fingerprint,
)
from nbaproc.columns import Column, Table, Type
from nbaproc.reference import canonical as reference
from tests.reference.test_reference_hash import DNP_ROW, INVENTED_ROW, INVENTED_TEXT
from tests.tables.made_up import TABLES

FACTS = (
    Column("game_date", Type.DATE, "", null=False, hashed=True),
    Column("is_home", Type.BOOL, "", hashed=True),
    Column("points", Type.INT64, "", hashed=True),
    Column("team_abbr", Type.STRING, "", null=False, hashed=True),
    Column("usage_rate", Type.FLOAT64, "", digits=1, hashed=True),
)
ROW_A = {"game_date": date(2023, 12, 16), "is_home": True, "points": 31, "team_abbr": "GSW", "usage_rate": 31.4}
ISSUES_TO_TIP = (
    Column("issues", Type.STRINGS, "", null=False, hashed=True),
    Column("name", Type.STRING, "", hashed=True),
    Column("tip", Type.TIMESTAMP, "", hashed=True),
)


def frame_of(columns: tuple[Column, ...], *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema(columns), orient="row")


def text_of(columns: tuple[Column, ...], row: dict[str, object]) -> str:
    return row_texts(frame_of(columns, row), columns).item()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "608cc05b66dd65ea"),
        ({"usage_rate": 30.0 + 1.4}, "608cc05b66dd65ea"),
        ({"usage_rate": None}, "729bf4710ce7587e"),
        ({"usage_rate": math.nan}, "729bf4710ce7587e"),
        ({"usage_rate": 0.0}, "df59f3810cbaa65d"),
        ({"usage_rate": -0.0}, "df59f3810cbaa65d"),
        ({"usage_rate": -2.5}, "82de45524312e974"),
        ({"is_home": None}, "e9f00b3531f28e76"),
        ({"points": None}, "babe2efde043d5c0"),
        ({"team_abbr": "G|W"}, "d39124741af2d97a"),
    ],
)
def test_vectors_a(change, expected):
    assert row_hashes(frame_of(FACTS, ROW_A | change), FACTS).to_list() == [expected]


def test_text_of_vector_a():
    assert text_of(FACTS, ROW_A) == "game_date=2023-12-16|is_home=true|points=31|team_abbr=GSW|usage_rate=314"


def test_vectors_b_lists_and_timestamps():
    """Lists of floats are no declared type; their part of the vector is put in front by hand."""
    eastern = timezone(timedelta(hours=-5))
    tip = datetime(2024, 1, 15, 19, 30, 5, 999_999, tzinfo=eastern).astimezone(UTC)
    full = text_of(ISSUES_TO_TIP, {"issues": ["a", "b"], "name": "Zoë D’Ex", "tip": tip})
    assert full == "issues=a,b|name=Zoë D’Ex|tip=2024-01-16T00:30:05Z"
    assert digest(rf"features=24600000000,\N,645161290|{full}") == "e458dc1ea837150e"
    empty = text_of(ISSUES_TO_TIP, {"issues": [], "name": "", "tip": None})
    assert empty == r"issues=|name=|tip=\N"
    assert digest(f"features=|{empty}") == "8833b63f6a11a34e"


def test_the_float_of_vector_b():
    column = Column("value", Type.FLOAT64, "", digits=9)
    frame = pl.DataFrame({"value": [24.6, None, 0.64516129]})
    assert field_texts(frame, [column]).to_series().to_list() == ["24600000000", r"\N", "645161290"]


def test_fields_are_ordered_by_the_bytes_of_their_names():
    names = ["b", "B", "a1", "a_1", "A"]
    columns = tuple(Column(name, Type.INT64, "") for name in names)
    assert text_of(columns, dict.fromkeys(names, 1)) == "A=1|B=1|a1=1|a_1=1|b=1"
    assert text_of(columns[::-1], dict.fromkeys(names, 1)) == "A=1|B=1|a1=1|a_1=1|b=1"


def test_the_worked_player_rows():
    table = TABLES["player_game_summary"]
    frame = frame_of(table.columns, *({name: row.get(name) for name in table.names} for row in (INVENTED_ROW, DNP_ROW)))
    assert row_texts(frame, table.hashed)[0] == INVENTED_TEXT
    assert row_hashes(frame, table.hashed).to_list() == ["8223d552103c3b79", "4823ffae7d3b4bcd"]


def test_partition_fingerprint():
    share = Column("completeness_percentage", Type.FLOAT64, "", digits=1)
    hashed = Column("data_hash", Type.STRING, "", null=False)
    table = Table("rows_a", "test", "", key=("team_abbr",), date="game_date", columns=(*FACTS, share, hashed))
    rows = [ROW_A | {"completeness_percentage": 100.0}, ROW_A | {"team_abbr": "LAL", "completeness_percentage": None}]
    frame = frame_of(table.columns, *rows)
    frame = frame.with_columns(row_hashes(frame, table.hashed))
    assert frame["data_hash"].to_list() == ["608cc05b66dd65ea", "eb9bbe4732c0883c"]
    assert partition_fingerprints(frame, table) == {date(2023, 12, 16): "2c48a87e77a81e6f"}
    assert whole_fingerprint(frame, table) == "2c48a87e77a81e6f"
    assert EMPTY == digest("#0") == whole_fingerprint(frame.clear(), table) == "9d0fd452285f3c9b"


def test_a_table_without_dates_has_no_partitions():
    table = Table("x", "test", "", key=("points",), date=None, columns=(Column("points", Type.INT64, "", null=False),))
    with pytest.raises(ValueError, match="not partitioned"):
        partition_fingerprints(frame_of(table.columns), table)


ANYTHING = (
    Column("when_", Type.DATE, "", null=False, hashed=True),
    Column("flag", Type.BOOL, "", hashed=True),
    Column("number", Type.INT64, "", hashed=True),
    Column("text", Type.STRING, "", hashed=True),
    Column("tenths", Type.FLOAT64, "", digits=1, hashed=True),
    Column("ninth", Type.FLOAT64, "", digits=9),
    Column("moment", Type.TIMESTAMP, "", hashed=True),
    Column("words", Type.STRINGS, "", null=False),
    Column("days", Type.DATES, "", null=False, hashed=True),
)
DATES = st.dates(date(1583, 1, 1), date(9999, 12, 31))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "when_": st.sampled_from((date(2021, 11, 15), date(2021, 11, 16))),
            "flag": st.none() | st.booleans(),
            "number": st.none() | st.integers(-(2**63), 2**63 - 1),
            "text": st.none() | TEXTS | st.just(r"\N") | st.just("a|b=c"),
            "tenths": st.none() | st.floats(-1e12, 1e12),
            "ninth": st.none() | st.floats(-1e6, 1e6),
            "moment": st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            "words": st.lists(TEXTS, max_size=3),
            "days": st.lists(DATES, max_size=3),
        }
    ),
    max_size=8,
)


@given(ROWS)
@settings(max_examples=120, derandomize=True, database=None, deadline=None)
def test_both_engines_write_the_same_text_hash_and_fingerprint(rows: list[dict[str, object]]) -> None:
    for number, row in enumerate(rows):
        row["key"] = number
    columns = (Column("key", Type.INT64, "", null=False), *ANYTHING)
    frame = frame_of(columns, *rows)
    texts = row_texts(frame, columns).to_list()
    assert texts == [reference.row_text(row, columns) for row in rows]
    hash_column = Column("data_hash", Type.STRING, "", null=False)
    table = Table("anything", "test", "", key=("when_", "key"), date="when_", columns=(*columns, hash_column))
    hashes = row_hashes(frame, table.hashed)
    assert hashes.to_list() == [reference.row_hash(row, table) for row in rows]
    ordered = frame.with_columns(hashes).sort("when_", "key")
    by_day: dict[date, list[dict[str, object]]] = {}
    for row in ordered.to_dicts():
        by_day.setdefault(row["when_"], []).append(row)
    wanted = {day: reference.partition_fingerprint(part, table) for day, part in by_day.items()}
    assert partition_fingerprints(ordered, table) == wanted


def test_a_digest_is_the_start_of_sha256():
    assert digest("é") == hashlib.sha256("é".encode()).hexdigest()[:16]


def test_R49_a_history_of_rows_is_hashed_in_seconds() -> None:  # noqa: N802
    """160,000 rows of 60 columns; a minute is the limit, about a second is usual."""
    columns = tuple(Column(f"column_{n:02}", Type.FLOAT64, "", digits=1) for n in range(60))
    number = pl.int_range(160_000)
    rows = pl.select(**{c.name: ((number * (n + 1)) % 9973) / 10 for n, c in enumerate(columns)})
    began = time.perf_counter()
    hashes = row_hashes(rows, columns)
    assert time.perf_counter() - began < 60
    assert hashes.n_unique() == 9973

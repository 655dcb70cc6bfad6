"""Playing time as text: any text at all, against the reference engine's own reading."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nbaproc.raw.minutes import is_unreadable, seconds
from nbaproc.raw.player_rows import overtimes
from nbaproc.reference import minutes as reference

SETTINGS = settings(max_examples=300, derandomize=True, database=None, deadline=None)

DIGITS = st.text("0123456789", max_size=12)
TEXTS = st.one_of(
    st.builds("{}:{}".format, DIGITS, DIGITS),
    st.builds("{}.{}".format, DIGITS, DIGITS),
    DIGITS,
    st.builds(" {}\t".format, DIGITS),
    st.text("0123456789:.- eE+٣x\u00a0\n", max_size=12),
    st.sampled_from(["", "-", "null", "None", "NaN", "<NA>", "DNP", " NULL ", "nan:00"]),
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=6),
)


def read(texts: list[str | None]) -> list[tuple[object, object]]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    text = pl.col("text")
    return frame.select(seconds(text).alias("s"), is_unreadable(text).fill_null(False).alias("u")).rows()


@given(st.lists(TEXTS, min_size=1, max_size=40))
@example(["12:0000000000059", "12:0000000000060", "0000000012:00", "1234567890", "999999999.9999999", "١٢", "12:٠٠"])
@example(["\x1c12:00", "12\x1f", "\x8512", "\u200912:30\u2029"])
@SETTINGS
def test_any_text_is_read_alike_in_both_engines(texts: list[str]) -> None:
    assert read(list(texts)) == [(reference.seconds(text), reference.is_unreadable(text)) for text in texts]


@given(st.integers(0, 10**9 - 1), st.integers(0, 59))
@SETTINGS
def test_a_clock_is_sixty_times_its_minutes_and_its_seconds(minute: int, second: int) -> None:
    assert read([f"{minute}:{second:02d}", f" {minute}:{second}"]) == [(60 * minute + second, False)] * 2


def test_nothing_is_neither_readable_nor_unreadable():
    assert read([None, "", " "]) == [(None, False)] * 3


@given(st.integers(0, 10**11))
@SETTINGS
def test_overtimes(team_seconds: int) -> None:
    found = pl.select(overtimes(pl.lit(team_seconds, dtype=pl.Int64))).item()
    assert found == reference.overtimes(team_seconds) == max(0, (team_seconds - 14400 + 750) // 1500)


@pytest.mark.parametrize(("clock", "periods"), [(13649, 0), (15149, 0), (15150, 1), (16649, 1), (16650, 2), (22650, 6)])
def test_an_overtime_begins_half_an_overtime_early(clock, periods):
    assert pl.select(overtimes(pl.lit(clock))).item() == periods


def test_no_time_no_overtimes():
    assert pl.select(overtimes(pl.lit(None, dtype=pl.Int64))).item() is None

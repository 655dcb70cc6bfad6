"""Exact arithmetic: the one rounding rule, against fractions and against the reference engine's own copy."""

from __future__ import annotations

import math
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nbaproc.exact import decimal, quotient, ratio, scaled
from nbaproc.reference.numbers import hu, scale, shown
from nbaproc.reference.numbers import ratio as reference_ratio

SETTINGS = settings(max_examples=150, derandomize=True, database=None, deadline=None)

#: Numerators and denominators as large as the tables' largest, and a hundred times more.
NUMERATORS = st.one_of(st.integers(-(10**13), 10**13), st.integers(-5000, 5000))
DENOMINATORS = st.one_of(st.integers(-5, 10**9), st.integers(1, 2000))
DIGITS = st.integers(0, 4)


def on_columns(function, numerators: list[int | None], denominators: list[int | None], digits: int) -> list[object]:
    frame = pl.DataFrame({"n": numerators, "d": denominators}, schema={"n": pl.Int64, "d": pl.Int64})
    return frame.select(function(pl.col("n"), pl.col("d"), digits)).to_series().to_list()


def half_away_from_zero(value: Fraction, digits: int) -> int:
    """The rule in the words of the schoolbook: add a half to the magnitude and cut."""
    magnitude = abs(value) * 10**digits + Fraction(1, 2)
    return (magnitude.numerator // magnitude.denominator) * (-1 if value < 0 else 1)


@given(st.lists(st.tuples(NUMERATORS, DENOMINATORS), min_size=1, max_size=200), DIGITS)
@example([(1, 2), (-1, 2), (3, 2), (5, 1000), (-5, 1000), (0, 7), (1, 0), (1, -2)], 2)
@SETTINGS
def test_a_quotient_is_that_of_fractions_rounded_half_away_from_zero(pairs: list[tuple[int, int]], digits: int) -> None:
    numerators, denominators = [n for n, _ in pairs], [d for _, d in pairs]
    wanted = [half_away_from_zero(Fraction(n, d), digits) if d > 0 else None for n, d in pairs]
    assert on_columns(quotient, numerators, denominators, digits) == wanted
    assert [hu(n, d, digits) for n, d in pairs] == wanted


@given(st.lists(st.tuples(NUMERATORS, DENOMINATORS), min_size=1, max_size=200), DIGITS)
@SETTINGS
def test_a_ratio_is_the_double_nearest_to_its_decimal(pairs: list[tuple[int, int]], digits: int) -> None:
    """Bit for bit what Python's division by a power of ten gives; zero has no sign."""
    found = on_columns(ratio, [n for n, _ in pairs], [d for _, d in pairs], digits)
    wanted = [reference_ratio(n, d, digits) for n, d in pairs]
    if digits == 0:
        wanted = [None if value is None else float(value) for value in wanted]
    assert list(map(repr, found)) == list(map(repr, wanted))
    for value in found:
        assert value is None or (isinstance(value, float) and not (value == 0 and math.copysign(1, value) < 0))


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(None, 2), (1, None), (None, None), (1, 0), (0, 0), (5, -3), (-5, -3)]
)
def test_unknown_operands_and_denominators_that_are_not_positive_give_null(numerator, denominator):
    for function in (quotient, ratio):
        assert on_columns(function, [numerator], [denominator], 3) == [None]


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_ties_go_away_from_zero(digits):
    """Every odd number of halves of the last digit, on both sides of zero."""
    halves = range(1, 2001, 2)
    power = 2 * 10**digits
    assert on_columns(quotient, list(halves), [power] * len(halves), digits) == [(n + 1) // 2 for n in halves]
    assert on_columns(quotient, [-n for n in halves], [power] * len(halves), digits) == [-(n + 1) // 2 for n in halves]


def test_operands_of_narrower_types_are_widened_first():
    frame = pl.DataFrame({"n": [100], "d": [3]}, schema={"n": pl.Int8, "d": pl.UInt8})
    assert frame.select(quotient(pl.col("n"), pl.col("d"), 4)).item() == 333333


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_a_decimal_is_the_double_python_makes_of_it(digits):
    """All whole numbers up to 130,000 and a stride through those up to 10^15: none differs in any bit."""
    numbers = [*range(130_001), *range(-999, 0), *range(10**6, 10**15, 10**15 // 20_011)]
    found = pl.DataFrame({"n": numbers}).select(decimal(pl.col("n"), digits)).to_series().to_list()
    assert list(map(repr, found)) == [repr(n / 10**digits) for n in numbers]


def test_a_decimal_without_the_repairing_round_would_be_wrong():
    """Division by a literal multiplies by the reciprocal, which misses the last bit of thousands of decimals."""
    numbers = list(range(100_000))
    bare = pl.DataFrame({"n": numbers}).select(pl.col("n") / 10).to_series().to_list()
    assert sum(a != n / 10 for a, n in zip(bare, numbers, strict=True)) > 1000


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=200), st.integers(1, 3))
@SETTINGS
def test_a_stored_decimal_scales_back_to_its_integer(numbers: list[int], digits: int) -> None:
    stored = [shown(n, digits) for n in numbers]
    frame = pl.DataFrame({"v": stored}, schema={"v": pl.Float64})
    assert frame.select(scaled(pl.col("v"), digits)).to_series().to_list() == numbers
    assert [scale(value, digits) for value in stored if value is not None] == numbers


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200), st.integers(0, 9))
@example([30.0 + 1.4, 0.1 + 0.2, -2.5, 0.5, -0.5, 0.0, -0.0, 24.25, 24.45], 1)
@SETTINGS
def test_any_double_is_scaled_as_the_reference_scales_it(values: list[float], digits: int) -> None:
    frame = pl.DataFrame({"v": values}, schema={"v": pl.Float64})
    assert frame.select(scaled(pl.col("v"), digits)).to_series().to_list() == [scale(v, digits) for v in values]


def test_nothing_and_nan_scale_to_null():
    frame = pl.DataFrame({"v": [None, math.nan, -0.0]}, schema={"v": pl.Float64})
    assert frame.select(scaled(pl.col("v"), 3)).to_series().to_list() == [None, None, 0]

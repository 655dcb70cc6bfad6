"""What the vectorised engine relies on in Polars, to the bit: a version that differs is to be noticed here first."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from fractions import Fraction

import polars as pl
import pytest


def column(values: list[object], dtype: pl.DataType | None = None) -> pl.DataFrame:
    return pl.DataFrame({"v": pl.Series(values, dtype=dtype)})


def of(frame: pl.DataFrame, expression: pl.Expr) -> list[object]:
    return frame.select(expression).to_series().to_list()


# Numbers.


def test_division_by_a_literal_is_multiplication_by_its_reciprocal():
    numbers = list(range(1, 1000))
    bare = of(column(numbers), pl.col("v") / 1000)
    assert sum(a != n / 1000 for a, n in zip(bare, numbers, strict=True)) > 10
    assert all(a in (n * (1 / 1000), n / 1000) for a, n in zip(bare, numbers, strict=True))


def test_division_by_a_column_is_division_unless_the_column_is_a_constant():
    """A column made of a literal is a literal still: only the trailing round can be relied upon."""
    numbers = list(range(1, 1000))
    true = [n / 1000 for n in numbers]
    frame = pl.DataFrame({"v": numbers, "d": [1000] * len(numbers)})
    assert of(frame, pl.col("v") / pl.col("d")) == true
    assert of(column(numbers).with_columns(d=1000), pl.col("v") / pl.col("d")) != true


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_rounding_repairs_the_last_bit(digits):
    """A double next to a decimal becomes the double nearest to it, so the reciprocal does no harm."""
    numbers = [*range(200_000), *range(10**12, 10**12 + 5000)]
    power = 10**digits
    rounded = of(column(numbers), (pl.col("v") / power).round(digits, mode="half_away_from_zero"))
    assert rounded == [n / power for n in numbers]


def test_rounding_a_quotient_as_a_float_is_not_the_rule():
    """Ties are decided by what the double happens to be; so quotients are rounded as integers."""
    pairs = [(n, d) for d in (8, 40, 80, 200) for n in range(1, 400)]
    frame = pl.DataFrame({"n": [n for n, _ in pairs], "d": [d for _, d in pairs]})
    polars = of(frame, (pl.col("n") / pl.col("d")).round(2, mode="half_away_from_zero"))
    python = [round(n / d, 2) for n, d in pairs]
    exact = [math.floor(Fraction(n, d) * 100 + Fraction(1, 2)) / 100 for n, d in pairs]
    assert python != exact
    assert polars != python


def test_whole_division_of_integers_is_exact_and_cuts_below():
    big = 2**62
    frame = column([7, -7, big + 1])
    assert of(frame, pl.col("v") // 2) == [3, -4, big // 2]
    assert frame.select(pl.col("v") // 2).schema == {"v": pl.Int64()}
    assert of(frame, pl.col("v").abs() * pl.col("v").sign()) == [7, -7, big + 1]


def test_sums_of_integers_do_not_depend_on_order_or_chunks_and_those_of_floats_do():
    values = [10**16, 1, -(10**16), 1] * 50
    shuffled = sorted(values)
    as_float, as_int = pl.Float64(), pl.Int64()
    assert column(values, as_int)["v"].sum() == column(shuffled, as_int)["v"].sum() == 100
    assert column([float(v) for v in values], as_float)["v"].sum() != 100
    chunks = pl.concat([column(values[:3], as_int), column(values[3:], as_int)], rechunk=False)
    assert chunks.select(pl.col("v").sum()).item() == 100


def test_a_sum_of_nothing_is_zero_and_a_largest_of_nothing_is_null():
    frame = pl.DataFrame({"k": [1, 1, 2], "v": pl.Series([None, None, 5], dtype=pl.Int64)})
    grouped = frame.group_by("k", maintain_order=True).agg(
        total=pl.col("v").sum(), least=pl.col("v").min(), most=pl.col("v").max(), some=pl.col("v").is_not_null().any()
    )
    assert grouped.rows() == [(1, 0, None, None, False), (2, 5, 5, 5, True)]


def test_flags_are_counted():
    assert of(column([True, None, True, False]), pl.col("v").sum().cast(pl.Int64)) == [2]


def test_nan_is_above_every_number_so_it_may_not_get_in():
    """A line of NaN would pass the test for a line above 0; frames are read with NaN as NULL."""
    frame = column([math.nan, -1.0, None])
    assert of(frame, pl.col("v") > 0) == [True, False, None]
    assert math.isnan(frame["v"].sum() or 0.0)


# NULL.


def test_a_condition_that_is_null_does_not_hold():
    frame = pl.DataFrame({"c": pl.Series([True, False, None], dtype=pl.Boolean)})
    assert of(frame, pl.when("c").then(1)) == [1, None, None]
    assert of(frame, pl.when("c").then(1).otherwise(2)) == [1, 2, 2]
    assert frame.filter("c").height == 1


def test_or_with_one_truth_is_true_whatever_is_unknown():
    frame = pl.DataFrame(
        {"a": [None, None, False], "b": [True, False, None]}, schema={"a": pl.Boolean, "b": pl.Boolean}
    )
    assert of(frame, pl.any_horizontal("a", "b")) == [True, None, None]
    assert of(frame, pl.col("a") | pl.col("b")) == [True, None, None]


def test_membership_and_comparison_of_null_are_null():
    frame = column([None, "BOS"])
    assert of(frame, pl.col("v").is_in(["BOS"])) == [None, True]
    assert of(frame, pl.col("v") != "NYK") == [None, True]


def test_texts_put_together_are_null_if_a_part_is():
    frame = pl.DataFrame({"a": ["x", None], "b": ["y", "z"]})
    assert of(frame, pl.concat_str("a", pl.lit("-"), "b")) == ["x-y", None]
    assert of(frame, pl.format("{}-{}", "a", "b")) == ["x-y", None]


def test_a_list_of_nothing_is_empty_once_nulls_are_dropped():
    frame = pl.DataFrame({"a": pl.Series([None, "x"], dtype=pl.String), "b": pl.Series([None, "y"], dtype=pl.String)})
    lists = frame.select(v=pl.concat_list("a", "b").list.drop_nulls())
    assert lists["v"].to_list() == [[], ["x", "y"]]
    assert of(lists, pl.col("v").list.eval(~pl.element().is_in(["x"])).list.any()) == [False, True]
    assert of(lists, pl.col("v").list.join("+")) == ["", "x+y"]


def test_null_keys_do_not_meet_unless_they_are_asked_to():
    frame = pl.DataFrame({"k": ["a", None], "v": [1, 2]})
    assert frame.join(frame, on="k", how="inner").height == 1
    assert frame.join(frame, on="k", how="inner", nulls_equal=True).height == 2
    assert frame.join(frame, on="k", how="anti").rows() == [(None, 2)]


# Order.


def test_null_comes_last_in_both_directions():
    frame = pl.DataFrame({"a": [1, None, 2], "b": ["x", "y", None]})
    ascending = frame.sort("a", descending=False, nulls_last=True)
    descending = frame.sort("a", descending=True, nulls_last=True)
    assert (ascending["a"].to_list(), descending["a"].to_list()) == ([1, 2, None], [2, 1, None])
    mixed = frame.sort("b", "a", descending=[True, False], nulls_last=True)
    assert mixed["b"].to_list() == ["y", "x", None]


def test_a_sort_keeps_equal_rows_in_order_and_the_first_of_them_stays():
    count = 5000
    frame = pl.DataFrame({"k": [n % 3 for n in range(count)], "nth": range(count)})
    ordered = frame.sort("k", maintain_order=True)
    assert ordered.filter(pl.col("k") == 1)["nth"].to_list() == list(range(1, count, 3))
    assert ordered.unique("k", keep="first", maintain_order=True).rows() == [(0, 0), (1, 1), (2, 2)]


def test_a_left_join_keeps_the_order_of_the_left_side():
    count = 5000
    left = pl.DataFrame({"k": [(7 * n) % 101 for n in range(count)], "nth": range(count)})
    right = pl.DataFrame({"k": list(range(101))[::-1], "w": range(101)})
    assert left.join(right, on="k", how="left", maintain_order="left")["nth"].to_list() == list(range(count))


def test_groups_come_in_order_of_appearance_only_if_asked():
    frame = pl.DataFrame({"k": [3, 1, 2] * 1000})
    assert frame.group_by("k", maintain_order=True).agg(pl.len())["k"].to_list() == [3, 1, 2]
    assert sorted(frame.group_by("k").agg(pl.len())["k"]) == [1, 2, 3]


def test_texts_are_ordered_as_python_orders_them():
    """By code points, which is also the order of their UTF-8 bytes."""
    texts = ["a", "Z", "é", "z", "\uffff", "\U0001f3c0", "", "0", "_", "ab"]
    assert column(texts).sort("v")["v"].to_list() == sorted(texts)
    assert column(texts)["v"].min() == min(texts)


# Texts.


def test_classes_of_characters_in_patterns():
    """White space is Unicode's, and so are digits: ids are matched with [0-9]."""
    texts = ["\u2003", "\x85", "\x1c", "٣", "3"]
    assert of(column(texts), pl.col("v").str.contains(r"^\s$")) == [True, True, False, False, False]
    assert of(column(texts), pl.col("v").str.contains(r"^\d$")) == [False, False, False, True, True]
    assert of(column(texts), pl.col("v").str.contains(r"^[0-9]$")) == [False, False, False, False, True]
    assert of(column([" \u2003x\x85", "\x1cx"]), pl.col("v").str.strip_chars()) == ["x", "\x1cx"]


def test_parts_of_texts_are_counted_in_characters():
    assert of(column(["éé1"]), pl.col("v").str.slice(0, 2)) == ["éé"]
    assert of(column(["éé1"]), pl.col("v").str.head(3)) == ["éé1"]


def test_normal_forms_take_letters_apart():
    frame = column(["ğ", "İ", "ﬁ", "Ⅳ", "đ"])
    plain = pl.col("v").str.normalize("NFKD").str.replace_all(r"\p{Mn}", "").str.to_lowercase()
    assert of(frame, plain) == ["g", "i", "fi", "iv", "đ"]


# Times.


def test_wall_clock_times_on_days_when_the_clocks_change():
    walls = [datetime(2021, 11, 7, 1, 30), datetime(2022, 3, 13, 2, 30), datetime(2022, 3, 13, 3)]  # noqa: DTZ001
    eastern = pl.col("v").dt.replace_time_zone("America/New_York", ambiguous="earliest", non_existent="null")
    instants = of(column(walls), eastern.dt.convert_time_zone("UTC"))
    assert instants == [datetime(2021, 11, 7, 5, 30, tzinfo=UTC), None, datetime(2022, 3, 13, 7, tzinfo=UTC)]


def test_a_date_cast_to_a_time_is_its_midnight():
    noon = pl.col("v").cast(pl.Datetime("us")) + pl.duration(hours=12)
    assert of(column([date(2021, 11, 15)]), noon) == [datetime(2021, 11, 15, 12)]  # noqa: DTZ001

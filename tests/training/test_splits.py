"""Cuts in time: between dates, in order, with what lies between two parts left out."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbaproc.training.splits import split, validation_dates, walk_forward
from tests.training.made import days_from

FIRST = date(2023, 11, 7)
DAYS = days_from(FIRST, 200)
gaps = st.lists(st.integers(1, 9), min_size=1, max_size=60)


def games(days: list[date]) -> pl.DataFrame:
    """Three rows a date, in no order."""
    return pl.DataFrame({"game_date": days * 3, "row": range(3 * len(days))})


def dates_of(frame: pl.DataFrame) -> list[date]:
    return frame["game_date"].unique().sort().to_list()


def test_a_split_keeps_every_row_once_and_no_date_in_two_parts() -> None:
    parts = split(games(DAYS), DAYS[99], DAYS[149])
    assert [dates_of(part) for part in parts] == [DAYS[:100], DAYS[100:150], DAYS[150:]]
    assert sorted(pl.concat(parts)["row"]) == list(range(600))


@pytest.mark.parametrize(("dates", "newest"), [(160, 24), (10, 2), (3, 1), (2, 1), (30, 5), (23, 3), (24, 4)])
def test_without_its_end_the_validation_part_is_the_newest_dates_before_the_cut(dates: int, newest: int) -> None:
    assert validation_dates(dates) == newest
    parts = split(games(DAYS), DAYS[dates - 1])
    cut = dates - newest
    assert [dates_of(part) for part in parts] == [DAYS[:cut], DAYS[cut:dates], DAYS[dates:]]


def test_the_cut_counts_dates_with_games_not_days() -> None:
    days = [FIRST, date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]
    parts = split(games(days), date(2024, 1, 20))
    assert [dates_of(part) for part in parts] == [days[:2], days[2:3], days[3:]]


def test_a_split_that_cannot_be_says_why() -> None:
    with pytest.raises(ValueError, match="val_end 2023-11-10 does not lie after train_end 2023-11-10"):
        split(games(DAYS), DAYS[3], DAYS[3])
    for end, dates in ((FIRST, 1), (FIRST - timedelta(days=1), 0)):
        with pytest.raises(ValueError, match=f"{dates} date"):
            split(games(DAYS), end)


@settings(max_examples=80, deadline=None)
@given(gaps, st.integers(1, 40), st.integers(1, 20), st.integers(1, 30), st.integers(0, 10), st.booleans())
def test_folds_train_strictly_before_they_evaluate(
    gaps: list[int], train_days: int, eval_days: int, step: int, embargo: int, expanding: bool
) -> None:
    dates = [FIRST + timedelta(days=sum(gaps[:i])) for i in range(len(gaps) + 1)]
    folds = walk_forward([*reversed(dates), dates[0]], train_days, eval_days, step, embargo, expanding)
    first = FIRST + timedelta(days=train_days + embargo)
    for fold in folds:
        assert (fold.eval_first - first).days % step == 0
        assert (fold.eval_last - fold.eval_first).days == eval_days - 1
        assert (fold.eval_first - fold.train_last).days == embargo + 1
        assert fold.train_first == (FIRST if expanding else fold.train_last - timedelta(days=train_days - 1))
        assert fold.train_dates == tuple(day for day in dates if fold.train_first <= day <= fold.train_last)
        assert fold.eval_dates == tuple(day for day in dates if fold.eval_first <= day <= fold.eval_last)
        assert fold.train_dates and fold.eval_dates
        assert fold.partial == (fold.eval_last > dates[-1])
    missing = {(first + timedelta(days=step * i)) for i in range(400)} - {fold.eval_first for fold in folds}
    for start in missing:
        train_last = start - timedelta(days=embargo + 1)
        train_first = FIRST if expanding else train_last - timedelta(days=train_days - 1)
        assert not any(train_first <= day <= train_last for day in dates) or not any(
            start <= day < start + timedelta(days=eval_days) for day in dates
        )


def test_without_an_overlap_every_date_is_evaluated_once() -> None:
    folds = walk_forward(DAYS, 56, 28)
    evaluated = [day for fold in folds for day in fold.eval_dates]
    assert evaluated == DAYS[56:]


def test_a_fold_whose_windows_hold_no_date_is_left_out() -> None:
    days = days_from(FIRST, 10) + days_from(FIRST + timedelta(days=60), 10)
    folds = walk_forward(days, 10, 10)
    # The break has no date to evaluate, and the first window after it none to train on.
    assert [(fold.eval_first - FIRST).days for fold in folds] == []
    assert [(fold.eval_first - FIRST).days for fold in walk_forward(days, 10, 10, expanding=True)] == [60]


def test_no_dates_make_no_folds() -> None:
    assert walk_forward([], 56, 28) == []
    assert walk_forward(DAYS[:56], 56, 28) == []


@pytest.mark.parametrize("wrong", [(0, 28, 28, 0), (56, 0, 28, 0), (56, 28, 0, 0), (56, 28, 28, -1)])
def test_windows_of_no_days_cannot_be(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        walk_forward(DAYS, *wrong)

"""Cuts in time: always between dates, never inside one, never at random.

Nothing here looks at a value. What a model or a scaler fits, it fits on the training part alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl


class Split(NamedTuple):
    """Three frames, one after the other in time."""

    train: pl.DataFrame
    validation: pl.DataFrame
    test: pl.DataFrame


def split(frame: pl.DataFrame, train_end: date, val_end: date | None = None) -> Split:
    """Cut rows by their `game_date`: train ≤ `train_end` < validation ≤ `val_end` < test.

    Without `val_end` the newest of the dates up to `train_end` become the validation part, see `validation_dates`, and
    everything after `train_end` is test.

    Raises:
        ValueError: `val_end` does not lie after `train_end`, or fewer than two dates lie before the cut without it.

    >>> days = pl.date_range(date(2023, 11, 7), date(2023, 11, 20), eager=True)
    >>> [part.height for part in split(pl.DataFrame({"game_date": days}), date(2023, 11, 16))]
    [8, 2, 4]
    >>> [part.height for part in split(pl.DataFrame({"game_date": days}), date(2023, 11, 16), date(2023, 11, 18))]
    [10, 2, 2]
    """
    day = pl.col("game_date")
    if val_end is not None and val_end <= train_end:
        raise ValueError(f"val_end {val_end} does not lie after train_end {train_end}")
    if val_end is None:
        dates = frame["game_date"].unique().sort()
        dates = dates.filter(dates <= train_end)
        if len(dates) < 2:
            raise ValueError(f"{len(dates)} date(s) up to {train_end}; two are needed for a part of each")
        train_end, val_end = dates[-validation_dates(len(dates)) - 1], train_end
    return Split(
        frame.filter(day <= train_end),
        frame.filter(day > train_end, day <= val_end),
        frame.filter(day > val_end),
    )


def validation_dates(dates: int) -> int:
    """Return how many of some dates, the newest, are for validation: 15 %, half rounded up, and at least one.

    >>> validation_dates(160), validation_dates(10), validation_dates(3)
    (24, 2, 1)
    """
    return max(1, (2 * 15 * dates + 100) // 200)


@dataclass(frozen=True)
class Fold:
    """One step of a walk forward; all days are included in their window.

    Attributes:
        train_first: First day of the training window.
        train_last: Last day of the training window.
        eval_first: First day of the evaluation window.
        eval_last: Last day of the evaluation window.
        train_dates: Dates with games in the training window, ascending.
        eval_dates: Dates with games in the evaluation window, ascending.
        partial: The dates end before the evaluation window does.
    """

    train_first: date
    train_last: date
    eval_first: date
    eval_last: date
    train_dates: tuple[date, ...]
    eval_dates: tuple[date, ...]
    partial: bool

    def __str__(self) -> str:
        """Return the windows and how many dates they have."""
        counts = f"{len(self.train_dates)}, {len(self.eval_dates)}{', partial' if self.partial else ''}"
        windows = f"{self.train_first}…{self.train_last} → {self.eval_first}…{self.eval_last}"
        return f"{windows} ({counts})"


def walk_forward(
    dates: Iterable[date],
    train_days: int,
    eval_days: int,
    step: int | None = None,
    embargo_days: int = 0,
    expanding: bool = False,
) -> list[Fold]:
    """Return training and evaluation windows that move forward in time.

    A fold without a training or an evaluation date is left out.

    Args:
        dates: Dates with games, in any order, repeated or not.
        train_days: Days of a training window.
        eval_days: Days of an evaluation window.
        step: Days from one evaluation window to the next; `eval_days` if not given.
        embargo_days: Days left out between training and evaluation.
        expanding: Training windows begin with the first date instead of moving.

    Raises:
        ValueError: A number of days is too small.

    >>> days = [date(2023, 11, 7) + timedelta(days=i) for i in range(131)]
    >>> days[-1]
    datetime.date(2024, 3, 16)
    >>> for fold in walk_forward(days, 56, 28):
    ...     print(fold)
    2023-11-07…2024-01-01 → 2024-01-02…2024-01-29 (56, 28)
    2023-12-05…2024-01-29 → 2024-01-30…2024-02-26 (56, 28)
    2024-01-02…2024-02-26 → 2024-02-27…2024-03-25 (56, 19, partial)
    >>> for fold in walk_forward(days, 56, 28, embargo_days=2, expanding=True):
    ...     print(fold)
    2023-11-07…2024-01-01 → 2024-01-04…2024-01-31 (56, 28)
    2023-11-07…2024-01-29 → 2024-02-01…2024-02-28 (84, 28)
    2023-11-07…2024-02-26 → 2024-02-29…2024-03-27 (112, 17, partial)
    """
    step = eval_days if step is None else step
    if min(train_days, eval_days, step) < 1 or embargo_days < 0:
        raise ValueError("train_days, eval_days and step are at least 1, embargo_days at least 0")
    known = sorted(set(dates))
    folds: list[Fold] = []
    if not known:
        return folds
    start = known[0] + timedelta(days=train_days + embargo_days)
    while start <= known[-1]:
        train_last = start - timedelta(days=embargo_days + 1)
        train_first = known[0] if expanding else train_last - timedelta(days=train_days - 1)
        eval_last = start + timedelta(days=eval_days - 1)
        train = tuple(day for day in known if train_first <= day <= train_last)
        evaluation = tuple(day for day in known if start <= day <= eval_last)
        if train and evaluation:
            folds.append(Fold(train_first, train_last, start, eval_last, train, evaluation, eval_last > known[-1]))
        start += timedelta(days=step)
    return folds

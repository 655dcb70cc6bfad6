"""Weights of training rows: by age, and by tier where that is wanted."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from nbaproc.training.weights import TIERS, tiers, weights
from tests.training.made import days_from

DAYS = pl.Series(days_from(date(2023, 11, 7), 100))


def test_weights_halve_with_the_half_life_and_are_one_on_average() -> None:
    found = weights(DAYS, 30)
    assert abs(sum(found) / len(found) - 1) < 1e-12
    assert abs(found[99] / found[69] - 2) < 1e-12
    assert found.to_list() == sorted(found)


def test_weights_belong_to_their_rows_in_any_order() -> None:
    backwards = weights(DAYS.reverse(), 30)
    assert backwards.to_list() == pytest.approx(weights(DAYS, 30).reverse().to_list(), rel=1e-12)
    assert len(weights(DAYS[:1], 30)) == 1


def test_a_factor_multiplies_its_row_and_the_mean_stays_one() -> None:
    factors = pl.Series([3.0] * 50 + [1.0] * 50)
    plain, found = weights(DAYS, 30), weights(DAYS, 30, factors)
    assert found[0] / found[99] == pytest.approx(3 * plain[0] / plain[99])
    assert found.mean() == pytest.approx(1)


def test_every_player_has_a_tier() -> None:
    points = pl.Series([0.0, 4.9, 5.0, 14.9, 15.0, 24.9, 25.0, 60.0], dtype=pl.Float32)
    bench, rotation, starter, star = (name for name, _ in reversed(TIERS))
    assert tiers(points).to_list() == [bench, bench, rotation, rotation, starter, starter, star, star]


@pytest.mark.parametrize("half_life", [0, -1])
def test_a_half_life_is_positive(half_life: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        weights(DAYS, half_life)

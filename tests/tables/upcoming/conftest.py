"""The rules of the two pre-game tables are tested on both engines; `engine` comes from the folder above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.tables.upcoming.world import Outcome, World, compute_world

Run = Callable[..., Outcome]


@pytest.fixture
def run(engine: str) -> Run:
    """Compute both tables from a world, for 2024-01-20 unless other dates are given."""

    def compute(world: World, *dates: date) -> Outcome:
        return compute_world(engine, world, *dates)

    return compute

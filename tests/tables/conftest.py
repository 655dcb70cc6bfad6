"""The rule tests run on both engines: whoever takes the fixture `run` or `engine` is run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from nbaproc.run.engines import ENGINES
from tests.tables.made_up import DAY, Outcome, Raw, frames, outcome_of

Run = Callable[..., Outcome]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Name of an engine."""
    return str(request.param)


@pytest.fixture
def run(engine: str) -> Run:
    """Compute the three tables from raw rows, for the date of the made-up game unless others are given."""

    def compute(raw: Raw, *dates: date) -> Outcome:
        return outcome_of(engine, frames(raw), dates or (DAY,))

    return compute

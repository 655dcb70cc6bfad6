"""Lakes of three weeks that the tests of runs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbaproc.lake import Lake
from tests.conftest import made_once
from tests.run.weeks import copied, cut, run


@pytest.fixture(scope="session")
def raw_weeks(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake with three simulated weeks and nothing computed: to copy, never to write."""

    def make(lake: Lake) -> None:
        cut(Lake(simulated_lake), lake)

    return made_once(tmp_path_factory, "raw_weeks", make)[0].root


@pytest.fixture(scope="session")
def clean_weeks(raw_weeks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same lake after an undisturbed backfill: to copy, never to write."""

    def make(lake: Lake) -> None:
        assert run(copied(raw_weeks, lake.root)).exit_code == 0

    return made_once(tmp_path_factory, "clean_weeks", make)[0].root


@pytest.fixture
def raw(raw_weeks: Path, tmp_path: Path) -> Lake:
    """Return three weeks of raw rows."""
    return copied(raw_weeks, tmp_path / "raw")


@pytest.fixture
def clean(clean_weeks: Path, tmp_path: Path) -> Lake:
    """Return three weeks that are computed."""
    return copied(clean_weeks, tmp_path / "clean")

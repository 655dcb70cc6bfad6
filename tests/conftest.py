"""Fixtures that several test modules share: the real data, and lakes made of it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from nbaproc.lake import Lake
from nbaproc.run.backfill import Summary, backfill
from nbaproc.sources.ingest import Report, ingest_nba_api, ingest_simulation
from nbaproc.tables import table_names

ROOT = Path(__file__).resolve().parent.parent
#: Where the real downloads are.
REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve()
#: A current date long after every season of the real data.
TODAY = date(2026, 11, 1)
#: First and last game of the three real seasons.
FIRST, LAST = date(2021, 10, 19), date(2024, 6, 17)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module on one worker, and all that need the real seasons: their lakes are made once.

    The real seasons take longest and begin first.
    """
    items.sort(key=lambda item: item.path.parent.name != "real")
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group("real" if folder == "real" else str(item.path)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the real data was not there."""
    if not (REAL_DATA / "public").is_dir():
        terminalreporter.section("REAL DATA MISSING", sep="!", red=True, bold=True)
        terminalreporter.line(f"No folder {REAL_DATA / 'public'}: every test on real seasons was SKIPPED.")
        terminalreporter.line("Set NBAPROC_REAL_DATA to the folder of the downloads.")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the real data, or skip."""
    if not (REAL_DATA / "public").is_dir():
        pytest.skip(f"REAL DATA MISSING: no folder {REAL_DATA / 'public'}; set NBAPROC_REAL_DATA")
    return REAL_DATA


@pytest.fixture(scope="session")
def real_ingest(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Report]:
    """Ingest the public downloads once: a lake for reading only, and the report."""
    lake = Lake(tmp_path_factory.mktemp("real") / "lake")
    return lake, ingest_nba_api(lake, [real_data / "public"], report_hour=17)


@pytest.fixture(scope="session")
def real_backfill(real_ingest: tuple[Lake, Report]) -> tuple[Lake, Summary]:
    """Compute three real seasons once: a lake for reading only, and the summary."""
    lake, _ = real_ingest
    return lake, backfill(lake, table_names(), FIRST, LAST, today=TODAY, engine="polars")


@pytest.fixture(scope="session")
def simulated_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate a season once: a raw lake to copy, never to write."""
    lake = Lake(tmp_path_factory.mktemp("simulated") / "lake")
    ingest_simulation(lake, seasons=1, seed=7, start_season=2021)
    return lake.root

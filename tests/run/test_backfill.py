"""Runs over dates: what fails stays alone, and no cut of the work changes a byte."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from nbaproc.lake import Lake
from nbaproc.run import shard
from nbaproc.run.backfill import backfill
from nbaproc.run.engines import POLARS, REFERENCE
from nbaproc.run.options import Options
from nbaproc.run.plan import shards
from nbaproc.run.summary import Summary
from nbaproc.tables import by_stage, table_names
from tests.conftest import TODAY
from tests.run import weeks

START, END = date(2021, 11, 25), date(2021, 12, 5)
BAD = date(2021, 12, 2)
#: Tables that need no date but their own.
GAMES = by_stage(table_names())["games"]


def run(lake: Lake, start: date = START, end: date = END, engine: str = POLARS, *, resume: bool = False) -> Summary:
    """Compute the games stage; also the cells that are current, if not told otherwise."""
    return backfill(lake, GAMES, start, end, today=TODAY, engine=engine, options=Options(engine, resume=resume))


def files(lake: Lake) -> dict[str, bytes]:
    """Return every computed file with its content."""
    folders = [lake.root / name for name in ("nba_analytics", "nba_processing", "nba_predictions")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(lake.root)): path.read_bytes() for path in paths}


@pytest.fixture
def lake(simulated_lake: Path, tmp_path: Path) -> Lake:
    shutil.copytree(simulated_lake, tmp_path / "lake")
    return Lake(tmp_path / "lake")


@pytest.fixture
def twin(simulated_lake: Path, tmp_path: Path) -> Lake:
    shutil.copytree(simulated_lake, tmp_path / "twin")
    return Lake(tmp_path / "twin")


def break_table(monkeypatch: pytest.MonkeyPatch, table: str, day: date | None) -> None:
    """Make a table fail in both engines whenever its dates contain `day`, or always."""
    weeks.break_table(monkeypatch, table, weeks.fail, None if day is None else [day])


def test_a_date_that_fails_stops_no_other_date(lake: Lake, twin: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    break_table(monkeypatch, "player_game_summary", BAD)
    summary = run(lake)
    assert [(c.table, c.day, c.state, c.reason) for c in summary.ended("failed", "blocked")] == [
        ("player_game_summary", BAD, "failed", "PROCESSING_ERROR"),
        ("ml_labels", BAD, "blocked", "MISSING_DEPENDENCY"),
    ]
    assert "ZeroDivisionError: made to fail" in summary.ended("failed")[0].message
    assert summary.exit_code == 1
    # The rest is there, and once the fault is gone the lake is that of an undisturbed run.
    monkeypatch.undo()
    assert run(lake, BAD, BAD).exit_code == 0
    run(twin)
    assert files(lake) == files(twin)


def test_a_table_that_fails_blocks_those_that_need_it_and_no_other(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    break_table(monkeypatch, "team_defense_game_summary", BAD)
    states = {(c.table, c.day): c.state for c in run(lake).cells if c.day == BAD}
    assert states["team_offense_game_summary", BAD] == states["player_game_summary", BAD] == "succeeded"
    monkeypatch.undo()
    break_table(monkeypatch, "team_offense_game_summary", BAD)
    cells = {c.table: c for c in run(lake).cells if c.day == BAD}
    assert cells["team_offense_game_summary"].state == "failed"
    players = cells["player_game_summary"]
    assert (players.state, players.reason) == ("blocked", "MISSING_DEPENDENCY")
    assert players.message == f"team_offense_game_summary of {BAD} was not built"
    assert cells["team_defense_game_summary"].state == "succeeded"


def test_a_failed_date_keeps_its_old_rows(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    run(lake)
    before = files(lake)
    break_table(monkeypatch, "team_offense_game_summary", BAD)
    assert run(lake).exit_code == 1
    assert files(lake) == before


def test_a_table_that_always_fails_ends_soon_with_every_date_named(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    break_table(monkeypatch, "team_offense_game_summary", None)
    monkeypatch.setattr(shard, "MAX_SPLITS", 3)
    summary = run(lake)
    assert summary.splits == 3
    assert len(summary.ended("failed")) == len(summary.dates) > 8
    # Players and labels wait; the defence is made of other rows.
    assert len(summary.ended("blocked")) == (len(GAMES) - 2) * len(summary.dates)
    assert {path.split("/")[1] for path in files(lake)} == {"team_defense_game_summary"}


def test_neither_the_cut_of_the_dates_nor_their_order_changes_a_byte(lake: Lake, twin: Lake) -> None:
    whole = run(lake)
    for day in reversed(whole.dates):
        run(twin, day, day)
    assert files(lake) == files(twin)
    assert len(files(lake)) == 8 + sum(path.endswith(".player_game_summary.parquet") for path in files(lake))


def test_the_engine_changes_no_byte(lake: Lake, twin: Lake) -> None:
    run(lake)
    run(twin, engine=REFERENCE)
    assert files(lake) == files(twin)


def test_running_again_writes_nothing(lake: Lake) -> None:
    assert run(lake).files > 0
    times = {path: path.stat().st_mtime_ns for path in (lake.root / "nba_analytics").rglob("*.parquet")}
    assert run(lake).files == 0
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_wanted_tables_bring_what_they_need_and_nothing_else(lake: Lake) -> None:
    summary = backfill(lake, ["player_game_summary"], BAD, BAD, today=TODAY, engine=POLARS)
    assert summary.tables == ["team_offense_game_summary", "player_game_summary"]
    assert {path.split("/")[1] for path in files(lake)} - {"processing_failures"} <= set(summary.tables)


def test_no_shard_mixes_seasons() -> None:
    days = [date(2020, 10, 10), date(2020, 12, 22), date(2021, 6, 1), date(2021, 10, 19)]
    assert shards(days) == [days[:1], days[1:3], days[3:]]

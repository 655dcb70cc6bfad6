"""A raw file that cannot be read costs the cells of its month, and says which file it is and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nbaproc.errors import ConfigurationError, LakeError
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run import shard
from nbaproc.run.breaker import Limits
from nbaproc.run.executors import Here
from nbaproc.run.workers import Workers
from tests.run.weeks import GAMES, PGS, TDGS, TOGS, assert_ledger_agrees, cells, planned, run
from tests.sources.downloads import files

OCTOBER = Month("2021-22", "2021-10")


def spoil(content: bytes) -> bytes:
    """Overwrite data, and leave the footer as it is: only who reads the data sees it."""
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    return content[:4] + b"\0" * (footer - 4) + content[footer:]


def truncate(content: bytes) -> bytes:
    """Cut the end off: a plan sees it."""
    return content[: len(content) // 2]


def broken(lake: Lake, name: str, change: object = spoil) -> tuple[Path, bytes]:
    path = lake.path(RAW_TABLES[name], OCTOBER)
    content = path.read_bytes()
    path.write_bytes(change(content))  # type: ignore[operator]
    return path, content


def october(found: set[tuple[str, date]]) -> set[tuple[str, date]]:
    return {(name, day) for name, day in found if day.month == 10}


@pytest.mark.parametrize(("change", "workers"), [(spoil, 0), (truncate, 0), (spoil, 2)])
def test_R77_the_month_of_a_file_that_cannot_be_read_waits_and_the_others_are_written(  # noqa: N802
    change: object, workers: int, raw: Lake, clean_weeks: Path
) -> None:
    path, content = broken(raw, "nbac_team_boxscore", change)
    crew = Workers(workers, 1) if workers else None
    try:
        summary = run(raw, GAMES, executor=crew or Here())
    finally:
        if crew:
            crew.close()
    blocked = summary.ended("blocked")
    assert {(name, day) for name, day in cells(summary) if day.month == 10} == {(c.table, c.day) for c in blocked}
    assert {day.month for _, day in cells(summary, "succeeded")} == {11}
    # A table that does not read the file itself waits for those that do.
    assert {c.reason for c in blocked if c.table in (TOGS, TDGS)} == {"UPSTREAM_CHECK_ERROR"}
    first = blocked[0]
    assert str(path) in first.message
    assert "remove the file and compute or ingest it again" in first.message
    assert "\n" not in first.message
    assert summary.exit_code == 1
    with Ledger(raw.root) as ledger:
        cell = ledger.cells()[first.table, first.day]
    assert (cell.state, cell.reason, cell.message) == ("blocked", "UPSTREAM_CHECK_ERROR", first.message)
    # Once the file is back, what waited is computed, and everything is as if nothing had been.
    path.write_bytes(content)
    assert run(raw).exit_code == 0
    assert files(raw.root) == files(clean_weeks)
    assert_ledger_agrees(raw)


@pytest.mark.parametrize("change", [spoil, truncate])
def test_names_that_cannot_be_read_hold_their_month_only(change: object, raw: Lake) -> None:
    broken(raw, "nbac_player_boxscores", change)
    plan = planned(raw, [PGS])
    held = {key for key, cell in plan.items() if cell.reason == "UPSTREAM_CHECK_ERROR"}
    assert held
    assert {day.month for _, day in held} == {10}
    assert {cell.action for key, cell in plan.items() if key[1].month == 11} == {"compute"}


def test_rows_of_old_are_kept_while_a_file_cannot_be_read(clean: Lake) -> None:
    path, content = broken(clean, "nbac_team_boxscore", truncate)
    before = files(clean.root)
    summary = run(clean)
    assert {(c.state, c.day.month) for c in summary.cells if c.reason == "UPSTREAM_CHECK_ERROR"} == {("blocked", 10)}
    assert files(clean.root) == before
    path.write_bytes(content)
    assert run(clean).exit_code == 0
    assert_ledger_agrees(clean)


def test_R77_what_failed_first_is_what_is_reported(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guard(*_: object, **__: object) -> None:
        raise KeyError("a bug of the runner")

    def read(*_: object, **__: object) -> None:
        raise LakeError("/lake/x.parquet: cannot be read; remove the file and compute or ingest it again")

    with monkeypatch.context() as patch:
        patch.setattr(shard, "guard", guard)
        summary = run(raw, [TOGS], breaker=Limits(threshold=1000))
    assert {(c.state, c.reason, c.message) for c in summary.cells} == {
        ("failed", "PROCESSING_ERROR", "KeyError: 'a bug of the runner'")
    }

    def misread(*_: object, **__: object) -> None:
        raise ConfigurationError("raw table x: column y is missing; extract or ingest it again")

    with monkeypatch.context() as patch:
        patch.setattr(shard, "read_inputs", misread)
        summary = run(raw, [TOGS], breaker=Limits(threshold=1000))
    assert {(c.state, c.reason) for c in summary.cells} == {("blocked", "CONFIGURATION")}
    assert summary.cells[0].message == "raw table x: column y is missing; extract or ingest it again"
    with monkeypatch.context() as patch:
        patch.setattr(shard, "read_inputs", read)
        summary = run(raw, [TOGS], breaker=Limits(threshold=1000))
    assert {(c.state, c.reason) for c in summary.cells} == {("blocked", "UPSTREAM_CHECK_ERROR")}
    assert summary.cells[0].message.startswith("/lake/x.parquet: cannot be read")

"""The ledger: the latest state of every cell and every attempt; where it differs from the lake, the lake is right."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nbaproc import ledger as ledger_module
from nbaproc.errors import LedgerError, UsageError
from nbaproc.lake import Lake, Month
from nbaproc.ledger import HELD, RUNNING, Ledger, new_run_id
from nbaproc.ledger_rows import Attempt, BreakerRow, Cell
from nbaproc.parquet import remove_file
from nbaproc.run.repair import rebuild, repair
from nbaproc.tables import table_names
from tests.run.weeks import (
    DECLARED,
    GAMES,
    LAST,
    OPENING,
    PGS,
    TOGS,
    assert_ledger_agrees,
    break_table,
    cells,
    fail,
    run,
    todo,
)
from tests.sources.downloads import files

DAY = date(2021, 11, 4)
NOW = datetime(2026, 1, 7, 2, tzinfo=UTC)
CELL = Cell(
    TOGS,
    DAY,
    "partial",
    "COUNT_MISMATCH",
    "three of four",
    "run",
    6,
    1,
    "a" * 16,
    "b" * 16,
    "c" * 16,
    "1",
    False,
    "now",
)
ATTEMPT = Attempt(
    run_id="run",
    table_name=TOGS,
    data_date=DAY,
    status="partial",
    reason="COUNT_MISMATCH",
    message="three of four",
    command="backfill",
    engine="polars",
    workers=2,
    started_at="then",
    finished_at="now",
    load_ms=1,
    compute_ms=2,
    write_ms=3,
    rows_written=6,
    records=1,
    input_fingerprint="c" * 16,
    fingerprint="a" * 16,
    code_version="1",
    peak_rss_mb=99,
    force=True,
    check_ms=4,
    rows_expected=8,
    rows_changed=5,
    coverage="{}",
    host="here",
    shard=0,
    attempt=2,
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "lake", lambda: NOW)


def everything(lake: Lake) -> int:
    with Ledger(lake.root) as known:
        return repair(lake, known, table_names(), date.min, date.max)


def test_what_is_recorded_comes_back(ledger: Ledger) -> None:
    breaker = BreakerRow(TOGS, "open", 5, "then", "UNAVAILABLE: disk", "now")
    with ledger:
        ledger.record([CELL], [ATTEMPT, ATTEMPT])
        ledger.record([], breakers=[breaker])
    with ledger:
        assert ledger.cells() == {(TOGS, DAY): CELL}
        assert ledger.attempts() == [ATTEMPT, ATTEMPT]
        assert ledger.breakers() == {TOGS: breaker}
        assert ledger.cells(date(2021, 11, 5)) == {}
        assert ledger.attempts(end=date(2021, 11, 3)) == []
        ledger.forget([(TOGS, DAY)])
        assert ledger.cells() == {}


def test_an_older_ledger_is_read_as_it_is_and_gets_the_columns_it_lacks(ledger: Ledger) -> None:
    newer = ("force", "check_ms", "rows_expected", "rows_changed", "coverage", "host", "shard", "attempt")
    with ledger:
        ledger.record([CELL], [ATTEMPT])
    with sqlite3.connect(ledger.path) as connection:
        for name in newer:
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
    connection.close()
    usual = {field.name: field.default for field in fields(Attempt) if field.name in newer}
    assert len(usual) == len(newer)
    old = replace(ATTEMPT, **usual)
    with Ledger(ledger.path.parent.parent, read_only=True) as looked:
        assert looked.attempts() == [old]
        assert looked.usual_ms() == 6
    with ledger:
        ledger.record([], [ATTEMPT])
        assert ledger.attempts() == [old, ATTEMPT]
        assert ledger.cells() == {(TOGS, DAY): CELL}


def test_who_was_left_alone_or_waits_was_not_tried(ledger: Ledger) -> None:
    waits = replace(ATTEMPT, status="blocked", input_fingerprint="")
    held = replace(ATTEMPT, status="skipped", reason=HELD)
    with ledger:
        assert ledger.tries(DAY, DAY) == {}
        ledger.record([], [ATTEMPT, waits, held, replace(ATTEMPT, status="failed")])
        assert ledger.tries(DAY, DAY) == {(TOGS, DAY): 2}
        assert ledger.tries(date(2021, 11, 5), date.max) == {}


def test_reading_a_lake_without_a_ledger_makes_none(ledger: Ledger) -> None:
    assert (ledger.cells(), ledger.attempts(), ledger.breakers()) == ({}, [], {})
    assert not ledger.folder.exists()


def test_a_cell_that_is_begun_keeps_what_the_lake_holds(ledger: Ledger) -> None:
    with ledger:
        ledger.record([CELL])
        ledger.start("next", [(TOGS, DAY), (PGS, DAY)])
        known = ledger.cells()
    assert (known[TOGS, DAY].state, known[TOGS, DAY].run_id, known[TOGS, DAY].fingerprint) == (
        RUNNING,
        "next",
        "a" * 16,
    )
    assert known[PGS, DAY].state == RUNNING
    assert known[PGS, DAY].updated_at == "2026-01-07T02:00:00Z"


def test_a_run_is_alive_as_long_as_it_holds_its_lock(ledger: Ledger) -> None:
    assert not ledger.is_alive("run")
    with ledger.running("run"):
        assert ledger.is_alive("run")
    assert not ledger.is_alive("run")
    # What a dead process has left is no life.
    path = ledger.folder / "runs" / "dead.lock"
    path.touch()
    assert not ledger.is_alive("dead")
    # Nor does somebody who asks at the same time make it one.
    with path.open("r+") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not ledger.is_alive("dead")


def test_two_runs_of_one_second_have_two_names() -> None:
    assert new_run_id("backfill", NOW) != new_run_id("backfill", NOW)


def test_a_ledger_that_is_busy_says_so(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "BUSY", 0.1)
    with ledger:
        ledger.record([CELL])
        other = sqlite3.connect(ledger.path)
        other.execute("BEGIN IMMEDIATE")
        waiting = Ledger(ledger.path.parent.parent)
        with pytest.raises(LedgerError, match="database is locked"):
            waiting.record([CELL])
        other.rollback()
        other.close()
        waiting.record([CELL])
        waiting.close()


# What a run leaves.


def test_a_run_records_every_cell_and_every_attempt_once(raw: Lake) -> None:
    summary = run(raw)
    with Ledger(raw.root) as known:
        attempts = known.attempts()
    assert {(a.table_name, a.data_date) for a in attempts} == cells(summary)
    assert len(attempts) == len(cells(summary))
    assert {a.run_id for a in attempts} == {summary.run_id}
    assert {a.command for a in attempts} == {"backfill"}
    assert all(a.rows_written > 0 for a in attempts if a.status == "succeeded")
    assert_ledger_agrees(raw)


def test_a_second_attempt_is_a_second_row_and_one_cell(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        break_table(patch, TOGS, fail, [DAY])
        run(clean, [TOGS], DAY, DAY, resume=False)
    run(clean, [TOGS], DAY, DAY, resume=False)
    with Ledger(clean.root) as known:
        tries = [a.status for a in known.attempts(DAY, DAY) if a.table_name == TOGS]
        assert tries == ["succeeded", "failed", "succeeded"]
        assert known.cells()[TOGS, DAY].state == "succeeded"


def test_a_failure_keeps_the_fingerprint_of_what_the_lake_holds(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    break_table(monkeypatch, TOGS, fail, [DAY])
    run(clean, [TOGS], DAY, DAY, resume=False)
    fact = clean.facts(DECLARED[TOGS], DAY, DAY)[DAY]
    for _ in range(2):
        with Ledger(clean.root) as known:
            cell = known.cells()[TOGS, DAY]
            assert (cell.state, cell.reason, cell.rows, cell.fingerprint) == (
                "failed",
                "PROCESSING_ERROR",
                fact.rows,
                fact.fingerprint,
            )
        # Looking again changes nothing.
        assert everything(clean) == 0


# Repair.


def test_footers_win_over_the_ledger(clean: Lake) -> None:
    with Ledger(clean.root) as known:
        right = known.cells()[TOGS, DAY]
        known.record([Cell(TOGS, DAY, "succeeded", rows=1, fingerprint="0" * 16)])
        known.forget([(PGS, DAY)])
    assert everything(clean) == 2
    with Ledger(clean.root) as known:
        cell = known.cells()[TOGS, DAY]
        assert (cell.rows, cell.fingerprint) == (right.rows, right.fingerprint)
    assert_ledger_agrees(clean)


def test_a_cell_whose_file_is_gone_is_forgotten_and_planned(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[TOGS], Month("2021-22", "2021-11")))
    lost = len(clean.facts(DECLARED[PGS], DAY.replace(day=1), LAST))
    assert everything(clean) == lost
    assert {name for name, _ in todo(clean, GAMES)} == {TOGS}
    assert len(todo(clean, GAMES)) == lost


def test_a_cell_of_a_run_that_died_is_abandoned_unless_the_lake_has_it(clean: Lake) -> None:
    never = date(2022, 1, 1)
    with Ledger(clean.root) as known:
        known.start("dead", [(TOGS, DAY), (TOGS, never)])
    assert everything(clean) == 2
    with Ledger(clean.root) as known:
        assert known.cells()[TOGS, DAY].state == "succeeded"
        left = known.cells()[TOGS, never]
    assert (left.state, left.reason, left.message) == ("failed", "ABANDONED", "run dead ended without a word")


def test_a_second_run_leaves_the_cells_of_a_live_one_alone(raw: Lake) -> None:
    with Ledger(raw.root) as known, known.running("alive"):
        known.start("alive", [(TOGS, OPENING)])
        summary = run(raw, [TOGS], end=DAY)
        assert [(c.day, c.reason) for c in summary.ended("skipped")] == [(OPENING, "locked")]
        assert OPENING not in raw.facts(DECLARED[TOGS], OPENING, DAY)
        assert len(cells(summary, "succeeded")) > 10
    assert cells(run(raw, [TOGS], end=DAY)) == {(TOGS, OPENING)}


def test_R04_without_its_ledger_and_rebuilt_a_lake_has_the_same_plan(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(monkeypatch, TOGS, fail, [DAY])
    run(raw, end=DAY)
    monkeypatch.undo()
    before = todo(raw)
    shutil.rmtree(raw.root / ".nbaproc")
    assert todo(raw) == before
    with Ledger(raw.root) as known:
        count = rebuild(raw, known)
        assert count == len(known.cells()) > 50
    assert todo(raw) == before
    assert_ledger_agrees(raw)
    run(raw)
    assert_ledger_agrees(raw)


def test_a_ledger_is_not_rebuilt_under_a_live_run(clean: Lake) -> None:
    with (
        Ledger(clean.root) as known,
        known.running("alive"),
        pytest.raises(UsageError, match="run alive is at work"),
    ):
        rebuild(clean, known)


def test_a_damaged_ledger_is_named_with_its_remedy_and_can_be_rebuilt(clean: Lake) -> None:
    before = files(clean.root)
    path = clean.root / ".nbaproc" / "ledger.sqlite"
    for left in path.parent.glob("ledger.sqlite-*"):
        left.unlink()
    path.write_bytes(b"no database" * 500)
    with pytest.raises(LedgerError, match="run `nbaproc rebuild-ledger`"):
        run(clean)
    with Ledger(clean.root) as known:
        rebuild(clean, known)
    assert files(clean.root) == before
    assert_ledger_agrees(clean)

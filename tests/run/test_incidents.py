"""Incidents of the past that concern whole runs; those that concern one part are named where that part is tested."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from nbaproc import lake as lake_module
from nbaproc.lake import Lake, Month
from nbaproc.parquet import remove_file
from nbaproc.run.inputs import read_schedule
from nbaproc.run.shard import Task, run_task
from nbaproc.run.survey import Standing, standings
from nbaproc.tables import table_names
from tests.conftest import TODAY
from tests.run.weeks import (
    DECLARED,
    GAMES,
    LAST,
    LATE,
    LOOKING_BACK,
    OPENING,
    PGS,
    TDGS,
    TOGS,
    UPGC,
    assert_ledger_agrees,
    break_table,
    cells,
    fail,
    restate,
    run,
    todo,
)
from tests.sources.downloads import files

LOST = [date(2021, 11, day) for day in (3, 4, 6, 7, 8, 9)]


def test_R01_six_dates_that_fail_are_named_and_nothing_is_built_upon_them(  # noqa: N802
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_table(patch, PGS, fail, LOST)
        summary = run(raw)
    assert summary.exit_code == 1
    assert cells(summary, "failed") == {(PGS, day) for day in LOST}
    ended = {(cell.table, cell.day): cell for cell in summary.cells}
    # Other tables of those dates are written, and of later dates nothing that looks back on player summaries.
    assert all(ended[name, day].state == "succeeded" for name in (TOGS, TDGS) for day in LOST)
    for name in LOOKING_BACK:
        past = [table for table, _ in DECLARED[name].history]
        if PGS in past:
            assert ended[name, LAST].state == "blocked"
    gap = ended[UPGC, LAST]
    assert gap.reason == "UPSTREAM_GAP"
    assert all(str(day) in gap.message for day in LOST)
    assert ended[UPGC, LATE].state == "succeeded"
    # They, and what waits for them, are what there is to see, and nothing else.
    open_ = {name: {cell.day for cell in of.open if cell.state == "failed"} for name, of in seen(raw).items()}
    assert open_ == {name: set(LOST) if name == PGS else set() for name in table_names()}
    # Whoever insists gets rows with a note.
    run(raw, [UPGC], LAST, LAST, allow_gaps=True)
    notes = raw.read_records(DECLARED[UPGC], LAST, LAST).filter(detail="window_gap")
    assert str(LOST[0]) in notes["failure_reason"][0]
    # And once the fault is gone everything is as if it had never been.
    assert run(raw, retry=True).exit_code == 0
    assert files(raw.root) == files(clean.root)
    assert_ledger_agrees(raw)


def seen(lake: Lake) -> dict[str, Standing]:
    """Return what there is to see of every table."""
    return standings(lake, table_names(), OPENING, LAST, TODAY)


def test_R66_a_hole_of_days_in_the_history_blocks_or_is_noted(clean: Lake) -> None:  # noqa: N802
    before, table = files(clean.root), DECLARED[PGS]
    month = Month.of(LAST)
    facts = {day: f for day, f in clean.facts(table, LATE.replace(day=1), LAST).items() if day not in LOST[:5]}
    rows = clean.read_month(table, month).filter(~pl.col("game_date").is_in(LOST[:5]))
    notes = clean.read_records(table, LATE.replace(day=1), LAST).filter(~pl.col("analysis_date").is_in(LOST[:5]))
    remove_file(clean.path(table, month))
    clean.replace(table, month, facts, rows, notes)
    features = [name for name in LOOKING_BACK if PGS in [past for past, _ in DECLARED[name].history]]
    summary = run(clean, features, LAST, LAST, resume=False)
    assert {(c.table, c.reason) for c in summary.ended("blocked")} >= {(UPGC, "UPSTREAM_GAP")}
    assert not cells(summary, "succeeded") & {(name, LAST) for name in features}
    # Whoever insists has fewer players with enough games, which the full date of before has to give way to.
    insisted = run(clean, features, LAST, LAST, allow_gaps=True)
    assert {cell.reason for cell in insisted.ended("failed")} == {"SHRINK_REFUSED"}
    forced = run(clean, features, LAST, LAST, allow_gaps=True, force=True)
    assert forced.ended("blocked", "failed") == []
    assert (
        str(LOST[0]) in clean.read_records(DECLARED[UPGC], LAST, LAST).filter(detail="window_gap")["failure_reason"][0]
    )
    assert run(clean).exit_code == 0
    assert files(clean.root) == before


def test_R71_rows_of_long_ago_are_computed_whatever_their_age(raw: Lake) -> None:  # noqa: N802
    aged = pl.lit(datetime.combine(OPENING, datetime.min.time(), UTC))
    for name in ("nbac_player_boxscores", "nbac_team_boxscore"):
        restate(raw, name, lambda rows: rows.with_columns(processed_at=aged.cast(rows.schema["processed_at"])))
    assert run(raw, GAMES, end=OPENING, today=OPENING + timedelta(400)).exit_code == 0


def counted(monkeypatch: pytest.MonkeyPatch, call: Callable[[], Any]) -> Counter[str]:
    """Count the files that are read with their data."""
    one, several, found = lake_module.read_frame, lake_module.read_frames, Counter[str]()

    def read_frame(path: Any, columns: Any = None) -> pl.DataFrame:
        found[str(path)] += 1
        return one(path, columns)

    def read_frames(paths: Any, columns: Any = None) -> pl.DataFrame:
        found.update(map(str, paths))
        return several(paths, columns)

    with monkeypatch.context() as patch:
        patch.setattr(lake_module, "read_frame", read_frame)
        patch.setattr(lake_module, "read_frames", read_frames)
        call()
    return found


def test_R43_what_is_read_grows_with_files_and_not_with_dates(  # noqa: N802
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = counted(monkeypatch, lambda: run(clean, start=date(2021, 10, 31), end=date(2021, 11, 1), resume=False))
    many = counted(monkeypatch, lambda: run(clean, resume=False))
    # Two dates or all 22 of the same two months: the same files, and each as often.
    assert sum(many.values()) <= sum(few.values()) + 20
    assert max(many.values()) <= 8
    assert sum(counted(monkeypatch, lambda: todo(clean)).values()) < 40
    assert raw.root.exists()


def test_R44_times_are_of_their_own_shard(raw: Lake) -> None:  # noqa: N802
    schedule = read_schedule(raw)
    days = schedule.played_dates()[:12]
    for day in days:
        task = Task(0, "games", str(raw.root), "polars", LAST, {(TOGS, day): "x"})
        began = time.perf_counter()
        receipt = run_task(task, schedule=schedule)
        assert 0 < sum(receipt.seconds.values()) <= time.perf_counter() - began


def test_R60_one_broken_date_costs_only_what_is_made_of_it(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(done: Any, _: Any) -> Any:
        return replace(done, frame=fail())

    break_table(monkeypatch, TDGS, change, [LATE])
    summary = run(raw, GAMES)
    assert cells(summary, "failed") == {(TDGS, LATE)}
    assert len(cells(summary, "succeeded")) == len(GAMES) * len(summary.dates) - 1
    assert summary.exit_code == 1

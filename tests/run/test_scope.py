"""Reconciliation: everybody who belongs to a date has a row or a record, or the date is not written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.boundary import empty
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.raw.teams import TEAMS
from nbaproc.run.engines import StageRun, TableRun
from nbaproc.run.inputs import read_schedule
from nbaproc.run.scope import untracked
from tests.run.weeks import DECLARED, LAST, LATE, MLFS, OPENING, PCF, PDC, break_table, run

TDZA, PSZA, LABELS = "team_defense_zone_analysis", "player_shot_zone_analysis", "ml_labels"


def first_rows(count: int, name: str, day: date) -> Any:
    """Return a change that takes the first rows of a date out."""
    of_date = pl.col(DECLARED[name].date or "") == day

    def change(done: Any, _: Any) -> Any:
        rows = done.frame
        lost = rows.filter(of_date).head(count)
        return replace(done, frame=rows.join(lost, on=DECLARED[name].key, how="anti", maintain_order="left"))

    return change


@pytest.mark.parametrize("name", [PCF, PDC, MLFS, PSZA, LABELS])
def test_R08_whoever_is_lost_without_a_word_costs_the_date(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stored = clean.read(DECLARED[name], LAST, LAST)
    lost = stored["player_lookup"].head(2).to_list()
    break_table(monkeypatch, name, first_rows(2, name, LAST), [LAST])
    failed = run(clean, [name], LAST, LAST, resume=False, force=True).ended("failed")
    assert [(cell.table, cell.reason) for cell in failed] == [(name, "UNTRACKED")]
    assert failed[0].message == f"neither rows nor a record of 2: {', '.join(lost)}"
    assert clean.read(DECLARED[name], LAST, LAST).equals(stored)


def test_a_message_names_ten_of_many(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    break_table(monkeypatch, PDC, first_rows(12, PDC, LAST), [LAST])
    (cell,) = run(clean, [PDC], LAST, LAST, resume=False, force=True).ended("failed")
    assert cell.message.startswith("neither rows nor a record of 12: ")
    assert len(cell.message.split(": ")[1].split(", ")) == 10


def test_every_team_has_zones_or_a_record_and_a_note_is_none(raw_weeks: Path) -> None:
    schedule, teams = read_schedule(Lake(raw_weeks)), sorted(TEAMS)

    def lost(told: list[str], group: str) -> dict[date, str]:
        rows = pl.DataFrame({"analysis_date": [LATE] * 10, "team_abbr": teams[:10]})
        columns = {"analysis_date": [LATE] * len(told), "entity_id": told, "failure_class": [group] * len(told)}
        notes = pl.concat([empty(PROCESSING_FAILURES), pl.DataFrame(columns)], how="diagonal")
        stage = StageRun({TDZA: TableRun(rows, notes)})
        # Of the first weeks of a season nobody has zones.
        return untracked(stage, {}, schedule, [OPENING, LATE]).get(TDZA, {})

    assert lost(teams[10:], "expected") == {}
    assert lost(teams[10:-1], "expected") == {LATE: f"neither rows nor a record of 1: {teams[-1]}"}
    assert list(lost(teams[10:], "note")) == [LATE]


def test_nobody_is_missed_on_dates_of_a_whole_run(clean: Lake) -> None:
    assert run(clean, start=LATE, end=LAST, resume=False).ended("failed") == []

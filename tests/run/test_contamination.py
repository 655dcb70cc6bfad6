"""Contamination: rows without their critical values are written, noted, and not built upon."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.canonical import row_hashes
from nbaproc.lake import Lake
from nbaproc.run.contamination import CRITICAL, PSZA, TDZA, contamination_gate
from nbaproc.run.engines import StageRun
from nbaproc.run.summary import Summary
from tests.run.weeks import (
    DECLARED,
    FEATURES,
    GAMES,
    LAST,
    LATE,
    MLFS,
    OPENING,
    PCF,
    PDC,
    TDGS,
    break_table,
    copied,
    cut,
    restate,
    run,
    todo,
)
from tests.sources.downloads import files

#: A date on which most teams have fifteen games.
END = date(2021, 11, 22)
SHOTS = ("bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart")
ZONES = list(CRITICAL[TDZA].columns)


@pytest.fixture(scope="module")
def five_weeks(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake of five weeks with all tables of the last date: to copy, never to write."""
    lake = Lake(tmp_path_factory.mktemp("five_weeks") / "lake")
    cut(Lake(simulated_lake), lake, END)
    assert run(lake, GAMES, end=END).exit_code == 0
    assert run(lake, start=END, end=END).exit_code == 0
    return lake.root


@pytest.fixture
def lake(five_weeks: Path, tmp_path: Path) -> Lake:
    return copied(five_weeks, tmp_path / "lake")


def void(name: str, columns: Collection[str], days: Collection[date] = (), value: int | None = None) -> Any:
    """Return a change that takes values of a table away, on some dates or on all; the hashes fit."""
    table = DECLARED[name]

    def change(done: Any, _: Any) -> Any:
        hit = pl.col(table.date or "").is_in(list(days)) if days else pl.lit(True)
        new = {column: pl.when(hit).then(pl.lit(value)).otherwise(pl.col(column)) for column in columns}
        rows = done.frame.cast({column: done.frame.schema[column] for column in columns}).with_columns(**new)
        return replace(done, frame=rows.with_columns(row_hashes(rows, table.hashed)))

    return change


def ended(summary: Summary) -> dict[str, tuple[str, str]]:
    return {cell.table: (cell.state, cell.reason) for cell in summary.cells}


def notes_on(lake: Lake, name: str, day: date) -> list[tuple[str, str]]:
    found = lake.read_records(DECLARED[name], day, day).filter(detail="contaminated")
    return list(found.select("severity", "failure_reason").iter_rows())


BLOCKED = ("blocked", "CONTAMINATED_UPSTREAM")
DONE = ("succeeded", "")


def test_R64_zones_that_are_void_are_written_and_not_built_upon_until_they_are_repaired(  # noqa: N802
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(lake.root)
    with monkeypatch.context() as patch:
        break_table(patch, TDGS, void(TDGS, CRITICAL[TDGS].columns[:2]))
        assert run(lake, [TDGS], end=END, resume=False).exit_code == 0
    assert notes_on(lake, TDGS, OPENING)[0][0] == "critical"
    assert (TDZA, END) in todo(lake, FEATURES, END, END)
    summary = run(lake, FEATURES, END, END)
    of = ended(summary)
    assert of[TDZA] == DONE
    assert (of[PCF], of[MLFS]) == (BLOCKED, BLOCKED)
    assert {name for name, state in of.items() if state[0] == "blocked"} == {PCF, MLFS}
    rows = lake.read(DECLARED[TDZA], END, END)
    assert rows.height > 20
    assert rows[ZONES[:2]].null_count().row(0) == (rows.height, rows.height)
    assert notes_on(lake, TDZA, END) == [
        ("critical", f"0 of {rows.height} rows have {', '.join(ZONES)} that are known")
    ]
    # Repaired, everything behind it is stale, and then as it was.
    run(lake, [TDGS], end=END, resume=False)
    assert (TDZA, END) in todo(lake, FEATURES, END, END)
    assert run(lake, FEATURES, END, END).exit_code == 0
    assert files(lake.root) == before


def test_R64_the_fifteen_newest_dates_of_the_window_decide(  # noqa: N802
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = lake.read(DECLARED[TDGS], OPENING, END)["game_date"].unique().sort()
    columns = CRITICAL[TDGS].columns[:2]
    for dates, state in ((9, BLOCKED), (5, DONE)):
        some = days.filter(days < END).tail(dates).to_list()
        with monkeypatch.context() as patch:
            break_table(patch, TDGS, void(TDGS, columns, some))
            assert run(lake, [TDGS], start=date(2021, 11, 1), end=END, resume=False).exit_code == 0
        of = ended(run(lake, FEATURES, END, END))
        assert (of[TDZA], of[PCF]) == (DONE, state)
        # The older games of the window keep the rows from being NULL.
        assert lake.read(DECLARED[TDZA], END, END)[ZONES].null_count().row(0) == (0, 0, 0)
        texts = [text.split(": ")[0] for _, text in notes_on(lake, TDZA, END)]
        assert texts == ["team_defense_game_summary of 15 dates"] * (state == BLOCKED)


def test_R64_without_any_source_of_shots_zones_are_honestly_null(lake: Lake) -> None:  # noqa: N802
    for name in SHOTS:
        restate(lake, name, lambda rows: rows.clear())
    assert run(lake, GAMES, end=END).exit_code == 0
    assert run(lake, FEATURES, END, END).exit_code == 0
    zones, shares = lake.read(DECLARED[TDZA], END, END), lake.read(DECLARED[PSZA], END, END)
    assert zones.height > 20
    assert zones[ZONES[0]].null_count() == zones.height
    assert shares["paint_rate_last_10"].null_count() == shares.height > 0
    assert lake.read(DECLARED[PCF], END, END).height > 0
    assert [notes_on(lake, name, END) for name in (TDGS, TDZA, PSZA, PCF)] == [[], [], [], []]


@pytest.mark.parametrize(
    ("name", "column", "value", "held"),
    [(PSZA, "paint_rate_last_10", None, {PCF, PDC, MLFS}), (PDC, "games_played_season", 0, {MLFS})],
    ids=["shots of players", "daily cache"],
)
def test_tables_of_players_that_are_void_hold_back_what_is_made_of_them(
    clean: Lake, monkeypatch: pytest.MonkeyPatch, name: str, column: str, value: int | None, held: set[str]
) -> None:
    break_table(monkeypatch, name, void(name, [column], [LAST], value), [LAST])
    of = ended(run(clean, FEATURES, LAST, LAST, resume=False))
    assert {other for other, state in of.items() if state == BLOCKED} == held
    assert of[name] == DONE
    assert notes_on(clean, name, LAST)[0][0] == "critical"


def test_half_of_the_rows_are_enough(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = clean.read(DECLARED[PDC], LATE, LAST).group_by("cache_date").len().sort("cache_date")
    day, height = counts.filter(pl.col("len") % 2 == 0).row(-1)

    def some(count: int) -> Any:
        def change(done: Any, _: Any) -> Any:
            nth = pl.int_range(pl.len()).over("cache_date")
            hit = (pl.col("cache_date") == day) & (nth < count)
            games = pl.when(hit).then(0).otherwise("games_played_season").cast(pl.Int64)
            return replace(done, frame=done.frame.with_columns(games_played_season=games))

        return change

    for count, state in ((height // 2, DONE), (height // 2 + 1, BLOCKED)):
        with monkeypatch.context() as patch:
            break_table(patch, PDC, some(count), [day])
            assert ended(run(clean, [MLFS], day, day, resume=False))[MLFS] == state


def test_R61_mean_fatigue_that_cannot_be_true_has_a_critical_note(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tired(done: Any, _: Any) -> Any:
        return replace(done, frame=done.frame.with_columns(fatigue_score=pl.lit(50, pl.Int64)))

    break_table(monkeypatch, PCF, tired, [LAST])
    of = ended(run(clean, [MLFS], LAST, LAST, resume=False))
    assert (of[PCF], of[MLFS]) == (DONE, BLOCKED)
    ((severity, text),) = notes_on(clean, PCF, LAST)
    assert severity == "critical"
    assert "fatigue_score adds up to" in text


def test_tables_that_were_not_made_are_not_looked_at() -> None:
    stage = StageRun({})
    assert contamination_gate(stage, {}) == (stage, {})

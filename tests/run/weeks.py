"""Three weeks of a simulated season: small enough to compute in a second, long enough for every table."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run import engines, isolation
from nbaproc.run.backfill import backfill
from nbaproc.run.executors import Executor
from nbaproc.run.options import Options
from nbaproc.run.plan import COMPUTE, Planned, Wishes
from nbaproc.run.repair import repair
from nbaproc.run.summary import Summary
from nbaproc.run.survey import survey
from nbaproc.tables import by_stage, declarations, table_names
from tests.conftest import TODAY

OPENING, LAST = date(2021, 10, 19), date(2021, 11, 10)
#: The first date on which tables that skip the first two weeks have rows, and a date without a game.
LATE, QUIET = date(2021, 11, 2), date(2021, 11, 5)
STAGES = by_stage(table_names())
GAMES, FEATURES = STAGES["games"], STAGES["features"]
TOGS, TDGS, PGS = (f"{name}_game_summary" for name in ("team_offense", "team_defense", "player"))
UPGC, UTGC = "upcoming_player_game_context", "upcoming_team_game_context"
PCF, PDC, MLFS = "player_composite_factors", "player_daily_cache", "ml_feature_store_v2"
#: Tables that look back on results.
LOOKING_BACK = [name for name in FEATURES if name != UTGC]
DECLARED = declarations()
EARLY = {name for name in FEATURES if DECLARED[name].early}


def cut(source: Lake, target: Lake, last: date = LAST) -> None:
    """Copy the raw tables up to a date, without the quiet one."""
    for table in RAW_TABLES.values():
        if table.date is None:
            target.store_whole(table, source.read_whole(table))
            continue
        day = pl.col(table.date)
        for month in source.months(table):
            if month.month <= f"{last:%Y-%m}":
                rows = source.read_month(table, month).filter((day <= last) & (day != QUIET))
                target.store_raw(table, month, rows)


def run(
    lake: Lake,
    names: Sequence[str] = (),
    start: date = OPENING,
    end: date = LAST,
    *,
    today: date = TODAY,
    executor: Executor | None = None,
    only: Collection[date] | None = None,
    **options: Any,
) -> Summary:
    """Compute tables, by default all."""
    wanted = replace(Options("polars"), **options)
    names = names or table_names()
    return backfill(
        lake, names, start, end, today=today, engine=wanted.engine, executor=executor, options=wanted, only=only
    )


def cells(summary: Summary, *states: str) -> set[tuple[str, date]]:
    """Return the cells that ended in some states; in any state but early ones if none is named."""
    return {
        (cell.table, cell.day)
        for cell in summary.cells
        if (cell.state in states if states else cell.reason != "early_season")
    }


def planned(
    lake: Lake, names: Sequence[str] = (), start: date = OPENING, end: date = LAST, **wishes: Any
) -> dict[tuple[str, date], Planned]:
    """Return the plan of every cell."""
    found = survey(lake, names or table_names(), start, end, TODAY, Wishes(**wishes))
    return {key: cell for plan in found.plans for key, cell in plan.cells.items()}


def todo(lake: Lake, names: Sequence[str] = (), start: date = OPENING, end: date = LAST) -> set[tuple[str, date]]:
    """Return the cells that the next backfill would compute."""
    return {key for key, cell in planned(lake, names, start, end).items() if cell.action == COMPUTE}


def restate(lake: Lake, name: str, change: Callable[[pl.DataFrame], pl.DataFrame], *months: str) -> None:
    """Store months of a raw table, by default all, after a change of their rows."""
    table = RAW_TABLES[name]
    if table.date is None:
        lake.store_whole(table, change(lake.read_whole(table)))
        return
    for month in [Month("2021-22", text) for text in months] or lake.months(table):
        lake.store_raw(table, month, change(lake.read_month(table, month)))


def on(day: date, **values: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a change that sets columns on a date."""
    of_date = pl.col("game_date") == day

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        new = {
            name: pl.when(of_date).then(value).otherwise(pl.col(name)).cast(rows.schema[name])
            for name, value in values.items()
        }
        return rows.with_columns(**new)

    return change


def without(day: date) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a change that takes a date out."""
    return lambda rows: rows.filter(pl.col("game_date") != day)


def break_table(
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    change: Callable[[Any, Any], Any],
    days: Collection[date] | None = None,
    *,
    is_everybody: bool = True,
) -> None:
    """Let `change(frames, built)` take the place of what a table's function returns, if it has some dates to do.

    Where that fails, the reference engine fails too, unless it is not everybody of the date that does.
    """
    real, reference = engines.builder, isolation.compute_reference

    def also(names: Any, raw: Any, dates: Any, *rest: Any, **options: Any) -> Any:
        if table in names and (days is None or set(days) & set(dates)):
            fail()
        return reference(names, raw, dates, *rest, **options)

    if is_everybody:
        monkeypatch.setattr(isolation, "compute_reference", also)

    def broken(name: str) -> Any:
        def build(frames: Any, built: Any) -> Any:
            done = real(name)(frames, built)
            if name == table and (days is None or set(days) & set(done.frame[DECLARED[name].date])):
                return change(done, built)
            return done

        return build

    monkeypatch.setattr(engines, "builder", broken)


def fail(*_: Any) -> Any:
    """Fail as a table's function would."""
    raise ZeroDivisionError("made to fail")


def assert_ledger_agrees(lake: Lake) -> None:
    """Hold the ledger against the footers: every cell of the lake, nothing else, nothing to mend."""
    with Ledger(lake.root) as ledger:
        assert repair(lake, ledger, table_names(), date.min, date.max) == 0
        known = ledger.cells()
    stored = {
        (name, day): fact
        for name in table_names()
        for day, fact in lake.facts(DECLARED[name], date.min, date.max).items()
    }
    assert known.keys() == stored.keys()
    for key, fact in stored.items():
        cell = known[key]
        mine = (cell.state, cell.reason, cell.rows, cell.records, cell.fingerprint, cell.records_fingerprint)
        assert mine == (
            fact.state,
            fact.reason,
            fact.rows,
            fact.records,
            fact.fingerprint,
            fact.records_fingerprint,
        )
        assert (cell.input_fingerprint, cell.settled) == (fact.input_fingerprint, fact.settled)


def copied(root: Path, target: Path) -> Lake:
    """Return a copy of a lake."""
    return Lake(shutil.copytree(root, target))

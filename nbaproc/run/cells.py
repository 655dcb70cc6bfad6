"""From a table's rows to cells: one date of one table, with the state it ends in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nbaproc.boundary import empty
from nbaproc.columns import Table
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.lake import Cell
from nbaproc.raw.schedule import Schedule
from nbaproc.run.engines import StageRun, TableRun

SUCCEEDED, PARTIAL, SKIPPED, FAILED, BLOCKED = "succeeded", "partial", "skipped", "failed", "blocked"

#: A fresh date is held back below this share of its games, as a fraction.
MIN_COVERAGE = (4, 5)
#: Why a date without rows is no failure: no source has any row of its games.
NO_SOURCE = "no_source"


@dataclass(frozen=True)
class Ended:
    """How a cell ended.

    Attributes:
        table: Name of the table.
        day: Its date.
        state: succeeded, partial, skipped, failed or blocked.
        reason: Category or skip reason, empty for a plain success.
        message: What happened, for a person.
        cell: What is to be written; None for failed and blocked cells.
    """

    table: str
    day: date
    state: str
    reason: str = ""
    message: str = ""
    cell: Cell | None = None

    @property
    def rows(self) -> int:
        """Rows of the cell."""
        return self.cell.frame.height if self.cell else 0

    @property
    def records(self) -> int:
        """Failure records of the cell."""
        return self.cell.records.height if self.cell else 0


def split(
    stage: StageRun, tables: Mapping[str, Table], dates: Sequence[date], schedule: Schedule, today: date
) -> list[Ended]:
    """Split what an engine made of a stage into cells.

    Args:
        stage: The tables.
        tables: Their declarations, inputs before the tables that read them.
        dates: The planned dates.
        schedule: The cleaned schedule.
        today: Current date: yesterday and later are fresh, their missing games are still expected.
    """
    games = schedule.games.filter(pl.col("game_date").is_in(list(dates)))
    expected: dict[date, set[str]] = {}
    unsettled: set[date] = set()
    for day, game, final in games.select("game_date", "game_id", "final").iter_rows():
        if final:
            expected.setdefault(day, set()).add(game)
        else:
            unsettled.add(day)
    ended: list[Ended] = []
    states: dict[tuple[str, date], Ended] = {}
    for name, table in tables.items():
        run = stage.tables[name]
        parts, records = _by_date(table, run)
        for day in dates:
            rows, notes = parts.get(day, empty(table)), records.get(day, empty(PROCESSING_FAILURES))
            held = [
                states[i, day] for i in table.inputs if (i, day) in states and states[i, day].state in (FAILED, BLOCKED)
            ]
            if run.frame is None or held:
                cell = _without_rows(name, day, run, held)
            else:
                fresh = day >= today - timedelta(days=1)
                cell = _judge(
                    table, day, rows, notes, expected.get(day, set()), fresh=fresh, settled=day not in unsettled
                )
            states[name, day] = cell
            ended.append(cell)
    return ended


def _by_date(table: Table, run: TableRun) -> tuple[dict[date, pl.DataFrame], dict[date, pl.DataFrame]]:
    def parts(frame: pl.DataFrame | None, column: str | None) -> dict[date, pl.DataFrame]:
        if frame is None or column is None:
            return {}
        split_ = frame.partition_by(column, as_dict=True, maintain_order=True)
        return {day: part for (day,), part in split_.items()}

    return parts(run.frame, table.date), parts(run.records, PROCESSING_FAILURES.date)


def _without_rows(name: str, day: date, run: TableRun, held: list[Ended]) -> Ended:
    if run.error:
        return Ended(name, day, FAILED, Category.PROCESSING_ERROR.name, run.error)
    missing = run.blocked_by or held[0].table
    return Ended(name, day, BLOCKED, Category.MISSING_DEPENDENCY.name, f"{missing} of {day} was not built")


def _judge(
    table: Table,
    day: date,
    rows: pl.DataFrame,
    records: pl.DataFrame,
    expected: set[str],
    *,
    fresh: bool,
    settled: bool,
) -> Ended:
    """Say how a computed date ended: every game needs rows or a record, and a fresh date most of its games."""
    built = set(rows["game_id"].unique().to_list())
    missing = expected - built
    told = records.filter((pl.col("entity_type") == "GAME") & (pl.col("failure_class") != "note"))
    untold = missing - set(told["entity_id"].to_list())
    if untold:
        category = Category.UNTRACKED if rows.height else Category.NO_OUTPUT
        games = ", ".join(sorted(untold)[:10])
        return Ended(table.name, day, FAILED, category.name, f"neither rows nor a record of {games}")
    found = len(expected) - len(missing)
    if fresh and missing and found * MIN_COVERAGE[1] < len(expected) * MIN_COVERAGE[0]:
        text = f"{found} of {len(expected)} games have a source yet; run again when the others are loaded"
        return Ended(table.name, day, BLOCKED, Category.MISSING_DEPENDENCY.name, text)
    bad = records.filter(pl.col("failure_class").is_in(["data", "bug"]))
    state, reason, message = SUCCEEDED, "", ""
    if bad.height:
        first = bad.row(0, named=True)
        state, reason = PARTIAL, str(first["failure_category"])
        message = f"{first['entity_id']}: {first['failure_reason']}"
    elif missing and fresh:
        state, reason = PARTIAL, Category.MISSING_DEPENDENCY.name
        message = f"no source yet of {', '.join(sorted(missing))}"
    elif not rows.height:
        state, reason, message = SKIPPED, NO_SOURCE, f"no source has any of {', '.join(sorted(missing))}"
    return Ended(table.name, day, state, reason, message, Cell(rows, records, state, reason, settled))

"""Computing ranges of dates into the lake."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from nbaproc.calendar import season_year
from nbaproc.errors import LakeError
from nbaproc.failures import Category
from nbaproc.lake import CellFacts, CellState, Lake, Month, cell_facts
from nbaproc.progress import Progress, Silent
from nbaproc.raw.schedule import Schedule
from nbaproc.raw.tally import Tally
from nbaproc.run.cells import BLOCKED, FAILED, PARTIAL, Ended, judge
from nbaproc.run.engines import TableRun, compute
from nbaproc.run.inputs import missing_history, read_inputs, read_schedule
from nbaproc.tables import FEATURES, by_stage, declarations, table_names, with_inputs
from nbaproc.version import code_version

#: A run halves failing dates so often; what still fails then, fails together.
MAX_SPLITS = 20


@dataclass
class Summary:
    """What a run did.

    Attributes:
        tables: The tables that were computed, in order.
        dates: The planned dates of all stages.
        cells: How every cell ended.
        rows: Rows written, by table.
        records: Entities with a failure record, by table and category.
        tallies: What cleaning dropped or mended, by stage.
        files: Files that changed.
        splits: How often failing dates were halved.
        seconds: Seconds per step: load, compute, write.
    """

    tables: list[str]
    dates: list[date]
    cells: list[Ended] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    files: int = 0
    splits: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: {"load": 0.0, "compute": 0.0, "write": 0.0})

    def ended(self, *states: str) -> list[Ended]:
        """Return the cells that ended in one of some states."""
        return [cell for cell in self.cells if cell.state in states]

    @property
    def exit_code(self) -> int:
        """0 if every cell succeeded or had nothing to be made of, else 1."""
        return 1 if self.ended(FAILED, BLOCKED, PARTIAL) else 0


def plan_dates(lake: Lake, stage: str, schedule: Schedule, start: date, end: date, today: date) -> list[date]:
    """Return the dates of a range that a stage computes.

    Dates need a game that was played. The features stage also computes dates from today on with a game that is
    scheduled, and does so again as long as the lake holds them.
    """
    dates = set(schedule.played_dates())
    if stage == FEATURES:
        held = {
            day for name in by_stage(table_names())[FEATURES] for day in lake.facts(declarations()[name], start, end)
        }
        dates |= {day for day in schedule.dates() if day >= today or day in held}
    return sorted(day for day in dates if start <= day <= end)


def shards(dates: Sequence[date]) -> list[list[date]]:
    """Cut dates into seasons; any other cut gives the same rows.

    >>> [len(shard) for shard in shards([date(2022, 6, 1), date(2022, 10, 18), date(2022, 10, 19)])]
    [1, 2]
    """
    seasons: dict[int, list[date]] = {}
    for day in dates:
        seasons.setdefault(season_year(day), []).append(day)
    return [seasons[year] for year in sorted(seasons)]


def backfill(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    *,
    today: date,
    engine: str,
    progress: Progress | None = None,
) -> Summary:
    """Compute tables for the dates of a range and write them into the lake.

    The games stage is written before the features stage begins, which looks back on it. A date that fails stops no
    other. Each month file is replaced at once.

    Args:
        lake: The lake.
        names: Tables; those they need within their stage are computed and written with them.
        start: First date.
        end: Last date.
        today: Current date.
        engine: `polars` or `reference`.
        progress: Is told how far the run is.

    Raises:
        UsageError: The lake has no schedule.
        LakeError: The lake cannot be read, or written at all.
    """
    schedule = read_schedule(lake)
    stages = by_stage(with_inputs(list(names)))
    plans = {stage: plan_dates(lake, stage, schedule, start, end, today) for stage in stages}
    summary = Summary([name for tables in stages.values() for name in tables], sorted(set().union(*plans.values())))
    progress = progress or Silent()
    progress.start(sum(len(plans[stage]) * len(tables) for stage, tables in stages.items()))
    if summary.dates:
        lake.probe()
    for stage, tables in stages.items():
        summary.tallies[stage] = Tally()
        run = _Run(lake, stage, tables, schedule, summary, today, engine, progress)
        for dates in shards(plans[stage]):
            _run_shard(run, dates)
    return summary


@dataclass(frozen=True)
class _Run:
    """What the shards of one stage share."""

    lake: Lake
    stage: str
    tables: list[str]
    schedule: Schedule
    summary: Summary
    today: date
    engine: str
    progress: Progress


def _run_shard(run: _Run, dates: list[date]) -> None:
    """Read, compute and write some dates; where a table fails, halve them until the dates that fail stand alone."""
    summary, progress = run.summary, run.progress
    clock = _Clock(summary.seconds)
    progress.working(f"{dates[0]} to {dates[-1]}: reading")
    tally = Tally()
    raw = read_inputs(run.lake, run.tables, dates, tally)
    lacking = missing_history(run.lake, run.tables, dates, run.schedule)
    clock.lap("load")
    progress.working(f"{dates[0]} to {dates[-1]}: computing")
    stage = compute(run.engine, run.tables, raw, dates, lambda day: progress.working(f"{day}: computing"))
    if len(dates) > 1 and summary.splits < MAX_SPLITS and any(table.error for table in stage.tables.values()):
        summary.splits += 1
        clock.lap("compute")
        for half in (dates[: len(dates) // 2], dates[len(dates) // 2 :]):
            _run_shard(run, half)
        return
    tables = {name: table for name, table in declarations().items() if name in run.tables}
    cells = judge(stage, tables, dates, run.schedule, run.today, lacking)
    tally.merge(stage.tally)
    summary.tallies[run.stage].merge(tally)
    clock.lap("compute")
    for name in run.tables:
        mine = [cell for cell in cells if cell.table == name]
        _write(run.lake, name, mine, stage.tables[name], summary, progress)
    clock.lap("write")


def _write(lake: Lake, name: str, cells: list[Ended], run: TableRun, summary: Summary, progress: Progress) -> None:
    """Write a table's cells month by month; a month that cannot be written fails, and stops no other."""
    table = declarations()[name]
    states = {c.day: CellState(c.state, c.reason, c.settled) for c in cells if c.written}
    rows, records = run.frame, run.records
    facts: dict[date, CellFacts] = {}
    if rows is not None and records is not None:
        day, noted = pl.col(table.date or "").is_in(list(states)), pl.col("analysis_date").is_in(list(states))
        rows, records = rows.filter(day), records.filter(noted)
        facts = cell_facts(table, states, rows, records, code_version())
    for month, part in _by_month(cells):
        progress.working(f"{month.month}: writing {name}")
        mine = {c.day: facts[c.day] for c in part if c.day in facts}
        done = part
        if mine and rows is not None and records is not None:
            month_rows = rows.filter(pl.col(table.date or "").is_in(list(mine)))
            month_records = records.filter(pl.col("analysis_date").is_in(list(mine)))
            try:
                summary.files += lake.replace(table, month, mine, month_rows, month_records)
            except LakeError as error:
                lost = Category.UNAVAILABLE.name
                done = [Ended(name, c.day, FAILED, lost, str(error)) if c.written else c for c in part]
            else:
                summary.rows[name] = summary.rows.get(name, 0) + month_rows.height
                for category, entity in month_records.select("failure_category", "entity_id").iter_rows():
                    summary.records.setdefault((name, category), []).append(entity)
        summary.cells += done
        progress.advance(len(done), sum(cell.rows for cell in done))


def _by_month(cells: Iterable[Ended]) -> list[tuple[Month, list[Ended]]]:
    months: dict[Month, list[Ended]] = {}
    for cell in cells:
        months.setdefault(Month.of(cell.day), []).append(cell)
    return sorted(months.items())


class _Clock:
    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds
        self.since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] += now - self.since
        self.since = now

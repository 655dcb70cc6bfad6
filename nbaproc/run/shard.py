"""One shard: some dates of one stage, read, computed, judged, guarded and written.

A task and its receipt are plain data, so that they can go to another process or machine and come back. Whoever runs
the task needs the lake and nothing else.
"""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path

import polars as pl

from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError, LakeError, NbaprocError
from nbaproc.facts import CellFacts, CellState, cell_facts
from nbaproc.failures import Category
from nbaproc.faults import reach
from nbaproc.lake import Lake, Month
from nbaproc.progress import Progress, Silent
from nbaproc.raw.schedule import Schedule
from nbaproc.raw.tally import Tally
from nbaproc.run.cells import BLOCKED, FAILED, Ended, in_part, judge, lacks_somebody
from nbaproc.run.contamination import contamination_gate
from nbaproc.run.engines import StageRun, TableRun, compute, describe
from nbaproc.run.guards import PLAYED, guard, note_gaps, note_uncovered, roster_gate, whole_games
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.run.measures import Measure, changed, measures
from nbaproc.run.scope import untracked
from nbaproc.tables import declarations, with_inputs
from nbaproc.version import code_version

#: A shard halves failing dates so often; what still fails then, fails together.
MAX_SPLITS = 20
STEPS = ("load", "compute", "check", "write")


@dataclass(frozen=True)
class Task:
    """What a worker is told.

    Attributes:
        number: Number of the shard in its stage.
        stage: games or features.
        lake: Folder of the lake.
        engine: polars or reference.
        today: Current date.
        cells: Cells to compute, with the fingerprint of what they are computed from.
        waiting: Cells of the same dates that may not be computed, and why: category and sentence.
        notes: Cells that are computed in spite of a gap in their history, and what it is.
        force: Whether a date may lose rows.
    """

    number: int
    stage: str
    lake: str
    engine: str
    today: date
    cells: dict[tuple[str, date], str]
    waiting: dict[tuple[str, date], tuple[str, str]] = field(default_factory=dict)
    notes: dict[tuple[str, date], str] = field(default_factory=dict)
    force: bool = False

    @property
    def dates(self) -> list[date]:
        """The dates with a cell to compute, ascending."""
        return sorted({day for _, day in self.cells})

    @property
    def tables(self) -> list[str]:
        """The tables to compute, with those they are made of."""
        return with_inputs(list({name for name, _ in self.cells}))

    def of_dates(self, dates: Iterable[date]) -> Task:
        """Return the task of some of the dates."""
        days = set(dates)
        cells = {cell: text for cell, text in self.cells.items() if cell[1] in days}
        return replace(self, cells=cells)


@dataclass
class Receipt:
    """What a worker answers.

    Attributes:
        number: Number of the shard.
        cells: How every cell ended.
        rows: Rows written, by table.
        records: Entities with a failure record, by table and category.
        tally: What cleaning dropped or mended.
        files: Files that changed.
        splits: How often failing dates were halved.
        seconds: Seconds per step: load, compute, check, write.
        table_seconds: Those of them that were spent on one table, by table and step.
        peak_rss_mb: Peak memory of the process.
        host: The machine.
        measures: What the run history holds beside, of cells that were computed.
    """

    number: int
    cells: list[Ended] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    files: int = 0
    splits: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))
    table_seconds: dict[tuple[str, str], float] = field(default_factory=dict)
    peak_rss_mb: int = 0
    host: str = ""
    measures: dict[tuple[str, date], Measure] = field(default_factory=dict)

    def spend(self, table: str, step: str, seconds: float) -> None:
        """Add time that was spent on one table."""
        self.table_seconds[table, step] = self.table_seconds.get((table, step), 0.0) + seconds


def run_task(task: Task, progress: Progress | None = None, schedule: Schedule | None = None) -> Receipt:
    """Run a shard and return its receipt; a cell that cannot be computed says why, and stops no other.

    Args:
        task: The shard.
        progress: Is told how far it is.
        schedule: The cleaned schedule, if the caller has it.
    """
    lake = Lake(Path(task.lake))
    receipt = Receipt(task.number)
    try:
        schedule = schedule or read_schedule(lake, task.dates[0], task.dates[-1])
        _run(task, lake, schedule, receipt, progress or Silent())
    except Exception as error:  # what belongs to no table and no input: the cells that are left have it
        _give_up(task, receipt, *verdict(error))
    receipt.peak_rss_mb, receipt.host = peak_memory(), platform.node()
    reach("before_receipt")
    return receipt


def verdict(error: Exception) -> tuple[str, Category, str]:
    """Return how cells end that an exception stopped: state, category and sentence.

    >>> verdict(MemoryError())[:2]
    ('failed', <Category.OUT_OF_MEMORY: ('OUT_OF_MEMORY', Kind(group='ops', can_retry=True, severity='error'))>)
    """
    if isinstance(error, MemoryError):
        return FAILED, Category.OUT_OF_MEMORY, f"one date alone needs more memory than there is ({describe(error)})"
    if isinstance(error, ConfigurationError):
        return BLOCKED, Category.CONFIGURATION, str(error)
    if isinstance(error, NbaprocError):
        return BLOCKED, Category.UPSTREAM_CHECK_ERROR, str(error)
    return FAILED, Category.PROCESSING_ERROR, describe(error)


def lost(task: Task, state: str, category: Category, message: str) -> Receipt:
    """Return the receipt of a shard that nobody could finish: all its cells ended alike."""
    receipt = Receipt(task.number)
    _give_up(task, receipt, state, category, message)
    return receipt


def _give_up(task: Task, receipt: Receipt, state: str, category: Category, message: str) -> None:
    """End the cells of a task that have not ended yet."""
    ended = {(cell.table, cell.day) for cell in receipt.cells}
    receipt.cells += [
        Ended(name, day, state, category.name, message, input_fingerprint=text)
        for (name, day), text in task.cells.items()
        if (name, day) not in ended
    ]


def peak_memory() -> int:
    """Return the peak memory of this process in MB."""
    if sys.platform == "linux":
        # What the system counts as used includes the process that started this one.
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) // 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def _run(task: Task, lake: Lake, schedule: Schedule, receipt: Receipt, progress: Progress) -> None:
    """Read, compute and write; where something fails, cut the dates until what fails stands alone."""
    dates = task.dates
    try:
        found = _compute(task, lake, schedule, receipt, progress)
    except NbaprocError as error:  # an input that cannot be read costs the months it is of
        parts = [list(days) for _, days in groupby(dates, key=Month.of)]
        if len(parts) == 1:
            _give_up(task, receipt, *verdict(error))
            return
    except MemoryError as error:
        if len(dates) == 1:
            _give_up(task, receipt, *verdict(error))
            return
        parts = _halves(dates, receipt)
    else:
        failed = any(table.error for table in found.stage.tables.values())
        if not failed or len(dates) == 1 or receipt.splits >= MAX_SPLITS:
            _finish(task, found, lake, schedule, receipt, progress)
            return
        parts = _halves(dates, receipt)
    for part in parts:
        _run(task.of_dates(part), lake, schedule, receipt, progress)


def _halves(dates: list[date], receipt: Receipt) -> list[list[date]]:
    receipt.splits += 1
    return [dates[: len(dates) // 2], dates[len(dates) // 2 :]]


@dataclass(frozen=True)
class _Computed:
    """What a task is computed from, what came out, and what was left out of the raw rows."""

    raw: dict[str, pl.DataFrame]
    stage: StageRun
    tally: Tally


def _compute(task: Task, lake: Lake, schedule: Schedule, receipt: Receipt, progress: Progress) -> _Computed:
    """Read and compute; a date that fails alone is computed without whoever makes it fail."""
    clock = _Clock(receipt.seconds)
    dates, tables = task.dates, task.tables
    span = f"{dates[0]} to {dates[-1]}"
    progress.working(f"{span}: reading")
    tally = Tally()
    raw = read_inputs(lake, tables, dates, tally)
    clock.lap("load")
    progress.working(f"{span}: computing")
    reach("before_compute")
    stage = compute(task.engine, tables, raw, dates, lambda day: progress.working(f"{day}: computing"), schedule)
    if len(dates) == 1 and any(table.error for table in stage.tables.values()):
        from nbaproc.run.isolation import isolate

        progress.working(f"{dates[0]}: looking for who fails")
        stage = isolate(task.engine, stage, raw, dates[0])
    clock.lap("compute")
    return _Computed(raw, stage, tally)


def _finish(task: Task, found: _Computed, lake: Lake, schedule: Schedule, receipt: Receipt, progress: Progress) -> None:
    """Judge, guard and write what was computed."""
    clock = _Clock(receipt.seconds)
    dates, tables, raw, stage, tally = task.dates, task.tables, found.raw, found.stage, found.tally
    known = {name: table for name, table in declarations().items() if name in tables}
    stage = note_uncovered(whole_games(stage, schedule, dates), schedule, dates)
    stage, gated = roster_gate(stage, raw.get(PLAYED))
    stage, void = contamination_gate(stage, raw)
    cells = judge(stage, known, dates, schedule, task.today, task.waiting | void | gated)
    strays = untracked(stage, raw, schedule, dates)
    prints = _fingerprints(task, cells, known)
    wanted = [replace(cell, input_fingerprint=prints[cell.table, cell.day]) for cell in cells if _asked(task, cell)]
    stage = note_gaps(stage, task.notes)
    tally.merge(stage.tally)
    receipt.tally.merge(tally)
    clock.lap("check")
    refused: set[tuple[str, date]] = set()
    moved: dict[tuple[str, date], int] = {}
    for name in tables:
        receipt.spend(name, "compute", stage.tables[name].seconds)
        mine = [_without(cell, known[name], refused) for cell in wanted if cell.table == name]
        mine = guard(known[name], stage.tables[name], mine, lake, schedule, strays.get(name), force=task.force)
        refused |= {(cell.table, cell.day) for cell in mine if not cell.built}
        receipt.spend(name, "check", clock.lap("check"))
        moved |= _write(lake, known[name], mine, stage.tables[name], receipt, progress)
        receipt.spend(name, "write", clock.lap("write"))
    receipt.measures |= measures(lake, raw, stage, schedule, [(cell.table, cell.day) for cell in wanted], moved)
    clock.lap("check")


def _fingerprints(task: Task, cells: Iterable[Ended], known: Mapping[str, Table]) -> dict[tuple[str, date], str]:
    """Return the input fingerprints of a task's cells; inputs come before the tables made of them."""
    lacking: set[tuple[str, date]] = set()
    prints = dict(task.cells)
    for cell in cells:
        key = (cell.table, cell.day)
        made_in_part = any((name, cell.day) in lacking for name in known[cell.table].inputs)
        if made_in_part and key in prints:
            prints[key] = in_part(prints[key])
        if made_in_part or lacks_somebody(cell.state, cell.reason):
            lacking.add(key)
    return prints


def _asked(task: Task, cell: Ended) -> bool:
    return (cell.table, cell.day) in task.cells


def _without(cell: Ended, table: Table, refused: Collection[tuple[str, date]]) -> Ended:
    """Return a cell, blocked if what it was made of may not be written."""
    held = [name for name in table.inputs if (name, cell.day) in refused]
    if not held or not cell.written:
        return cell
    text = f"{held[0]} of {cell.day} was not built"
    return replace(cell, state=BLOCKED, reason=Category.MISSING_DEPENDENCY.name, message=text)


def _write(
    lake: Lake, table: Table, cells: list[Ended], run: TableRun, receipt: Receipt, progress: Progress
) -> dict[tuple[str, date], int]:
    """Write a table's cells month by month; a month that cannot be written fails, and stops no other.

    Returns:
        How many rows of each written cell are new to the lake.
    """
    moved: dict[tuple[str, date], int] = {}
    states = {c.day: CellState(c.state, c.reason, c.settled, c.input_fingerprint) for c in cells if c.written}
    rows, records = run.frame, run.records
    facts: dict[date, CellFacts] = {}
    if rows is not None and records is not None:
        day, noted = pl.col(table.date or "").is_in(list(states)), pl.col("analysis_date").is_in(list(states))
        rows, records = rows.filter(day), records.filter(noted)
        facts = cell_facts(table, states, rows, records, code_version())
    for month, part in _by_month(cells):
        progress.working(f"{month.month}: writing {table.name}")
        mine = {c.day: facts[c.day] for c in part if c.day in facts}
        done = part
        if mine and rows is not None and records is not None:
            month_rows = rows.filter(pl.col(table.date or "").is_in(list(mine)))
            month_records = records.filter(pl.col("analysis_date").is_in(list(mine)))
            try:
                new = changed(lake, table, month_rows, mine)
                receipt.files += lake.replace(table, month, mine, month_rows, month_records)
            except LakeError as error:
                lost = Category.UNAVAILABLE.name
                done = [Ended(table.name, c.day, FAILED, lost, str(error)) if c.written else c for c in part]
            else:
                moved |= {(table.name, day): count for day, count in new.items()}
                done = [_stored(cell, mine) for cell in part]
                receipt.rows[table.name] = receipt.rows.get(table.name, 0) + month_rows.height
                for category, entity in month_records.select("failure_category", "entity_id").iter_rows():
                    receipt.records.setdefault((table.name, category), []).append(entity)
        receipt.cells += done
        progress.advance(len(done), sum(cell.rows for cell in done))
    return moved


def _stored(cell: Ended, facts: Mapping[date, CellFacts]) -> Ended:
    """Return a cell with what its footer says."""
    if cell.day not in facts:
        return cell
    fact = facts[cell.day]
    return replace(
        cell,
        rows=fact.rows,
        records=fact.records,
        fingerprint=fact.fingerprint,
        records_fingerprint=fact.records_fingerprint,
    )


def _by_month(cells: Iterable[Ended]) -> list[tuple[Month, list[Ended]]]:
    months: dict[Month, list[Ended]] = {}
    for cell in cells:
        months.setdefault(Month.of(cell.day), []).append(cell)
    return sorted(months.items())


class _Clock:
    def __init__(self, seconds: dict[str, float], now: Callable[[], float] = time.perf_counter) -> None:
        self.seconds, self.now = seconds, now
        self.since = now()

    def lap(self, step: str) -> float:
        """Add the time since the last lap to a step, and return it."""
        now = self.now()
        spent, self.since = now - self.since, now
        self.seconds[step] += spent
        return spent

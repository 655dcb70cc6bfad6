"""Computing ranges of dates into the lake: plan, run, record, stage by stage."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from nbaproc.failures import Category
from nbaproc.faults import reach
from nbaproc.gaps import accepted_dates
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger, new_run_id, stamp
from nbaproc.ledger_rows import BreakerRow, Cell
from nbaproc.progress import Progress, Silent
from nbaproc.raw.schedule import Schedule
from nbaproc.raw.tally import Tally
from nbaproc.run.breaker import CLOSED, trying
from nbaproc.run.cells import BLOCKED, BREAKER, SKIPPED, Ended, is_unbuilt
from nbaproc.run.executors import Executor, Here, as_it_is
from nbaproc.run.fingerprints import InputFingerprints
from nbaproc.run.history import MESSAGE, UNTOUCHED, How, note
from nbaproc.run.holds import Holds, read_holds
from nbaproc.run.inputs import read_schedule
from nbaproc.run.options import Options, wishes
from nbaproc.run.plan import (
    BLOCK,
    COMPUTE,
    KEEP,
    SKIP,
    UNTRIED,
    StagePlan,
    Wishes,
    behind,
    plan_dates,
    plan_stage,
    shards,
    share,
)
from nbaproc.run.repair import repair
from nbaproc.run.shard import Receipt, Task
from nbaproc.run.summary import Summary
from nbaproc.tables import by_stage, with_inputs
from nbaproc.version import code_version

if TYPE_CHECKING:
    from collections.abc import Callable

#: Shards per worker, so that one that ends early finds more to do.
SHARDS_PER_WORKER = 2


def backfill(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    *,
    today: date,
    engine: str,
    progress: Progress | None = None,
    executor: Executor | None = None,
    options: Options | None = None,
    only: Collection[date] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Summary:
    """Compute tables for the dates of a range and write them into the lake.

    The games stage is written before the features stage begins, which looks back on it. A date that fails stops no
    other. Cells that are current are kept. Each month file is replaced at once, and the ledger follows it.

    Args:
        lake: The lake.
        names: Tables; those they need within their stage are computed and written with them.
        start: First date.
        end: Last date.
        today: Current date.
        engine: `polars` or `reference`.
        progress: Is told how far the run is.
        executor: Runs the shards; by default this process.
        options: How the run is done; by default cells that are current are kept.
        only: Dates of the range that are asked for, None for all.
        now: The clock, for what the ledger says.

    Raises:
        UsageError: The lake has no schedule.
        LakeError: The lake cannot be read, or written at all.
        LedgerError: The ledger cannot be read or written.
    """
    options = options or Options(engine)
    executor = executor or Here()
    progress = progress or Silent()
    schedule = read_schedule(lake, start, end)
    stages = by_stage(with_inputs(list(names)))
    dates = {
        stage: share(plan_dates(lake, stage, schedule, start, end, today, only), *options.share) for stage in stages
    }
    summary = Summary([name for tables in stages.values() for name in tables], sorted(set().union(*dates.values())))
    progress.start(sum(len(dates[stage]) * len(tables) for stage, tables in stages.items()))
    if not summary.dates:
        return summary
    lake.probe()
    inputs = InputFingerprints(lake, schedule, code_version(), summary.dates[0], summary.dates[-1])
    summary.accepted = accepted_dates(lake.root)
    run = _Run(lake, schedule, inputs, summary, executor, options, today, progress, now)
    with run.recording(start, end):
        for stage, tables in stages.items():
            run.stage(stage, tables, dates[stage])
    return summary


@dataclass
class _Run:
    """One run: what its stages share."""

    lake: Lake
    schedule: Schedule
    inputs: InputFingerprints
    summary: Summary
    executor: Executor
    options: Options
    today: date
    progress: Progress
    now: Callable[[], datetime]
    ledger: Ledger | None = None
    known: dict[tuple[str, date], Cell] = field(default_factory=dict)
    tries: dict[tuple[str, date], int] = field(default_factory=dict)
    holds: Holds = field(default_factory=Holds)

    @contextlib.contextmanager
    def recording(self, start: date, end: date) -> Iterator[None]:
        """Open the ledger and bring it in line with the lake, if the run is recorded."""
        self.holds.limits = self.options.breaker
        if not self.options.record:
            yield
            return
        run_id = new_run_id(self.options.command, self.now())
        with Ledger(self.lake.root, self.now) as ledger, ledger.running(run_id):
            repair(self.lake, ledger, self.summary.tables, start, end)
            self.ledger, self.summary.run_id = ledger, run_id
            self.known, self.tries = ledger.cells(start, end), ledger.tries(start, end)
            self._read_holds(ledger, start, end)
            yield
            self.ledger = None

    def _read_holds(self, ledger: Ledger, start: date, end: date) -> None:
        options = self.options
        limited, eager = options.limited, options.retry
        self.holds = read_holds(ledger, start, end, options.breaker, limited=limited, eager=eager)
        stored = {name: breaker.state for name, breaker in ledger.breakers().items()}
        found = self.holds.breakers.items()
        turned = [breaker for name, breaker in found if breaker.state != stored.get(name, CLOSED)]
        if turned:
            ledger.record([], breakers=turned)

    def stage(self, stage: str, tables: list[str], dates: list[date]) -> None:
        """Plan and run one stage; where a table rests and one of its cells may be tried, that one goes first."""
        self.summary.tallies[stage] = Tally()
        self.inputs.forget_results()
        done: set[tuple[str, date]] = set()
        for name in tables:
            if self.holds.resting(name):
                done |= self._probe(stage, tables, dates, name)
        plan = self._plan(stage, tables, dates)
        plan.cells = {key: cell for key, cell in plan.cells.items() if key not in done}
        self._settle(plan)
        if self.ledger is not None:
            self.ledger.start(self.summary.run_id, [(cell.table, cell.day) for cell in plan.todo()])
        self._compute(plan, self._last_look)

    def _plan(self, stage: str, tables: list[str], dates: list[date], free: Collection[str] = ()) -> StagePlan:
        """Plan a stage, without the cells that are left alone; the breakers of some tables may not count."""
        wishes = self._wishes()
        schedule, today = self.schedule, self.today
        plan = plan_stage(stage, tables, dates, self.lake, schedule, self.inputs, wishes, today=today)
        held = self.holds.held(plan, self._stamp(), free)
        if not held:
            return plan
        wishes = replace(wishes, held=held)
        return plan_stage(stage, tables, dates, self.lake, schedule, self.inputs, wishes, today=today)

    def _probe(self, stage: str, tables: list[str], dates: list[date], name: str) -> set[tuple[str, date]]:
        """Try one cell of a table that rests, with what it is made of; return the cells that were computed."""
        plan, at = self._plan(stage, tables, dates, {name}), self._stamp()
        waiting = {key for key, cell in self.known.items() if cell.state == BLOCKED}
        cell = self.holds.probe(name, plan, at, waiting)
        if cell is None:
            return set()
        whole = with_inputs([name])
        alone = {key: c for key, c in plan.cells.items() if c.day == cell.day and c.table in whole}
        part = StagePlan(stage, tables, alone)
        keys = {(c.table, c.day) for c in part.todo()}
        before = self.holds.breakers[name]
        after = trying(before, at)
        if self.ledger is not None and not self.ledger.claim(self.summary.run_id, keys, before, after):
            # Another run was faster.
            self.holds.breakers[name] = self.ledger.breakers()[name]
            self.holds.busy = {*self.holds.busy, name}
            return set()
        self.holds.breakers[name] = after
        self._compute(part)
        return keys

    def _compute(self, plan: StagePlan, last_look: Callable[[Task], Task] = as_it_is) -> None:
        self.executor.run(self._tasks(plan), lambda receipt: self._take(plan.stage, receipt), self.progress, last_look)

    def _last_look(self, task: Task) -> Task:
        """Take tables that rest by now out of a task, and what is made of them."""
        resting = {cell for cell in task.cells if self.holds.is_open(cell[0])}
        if not resting:
            return task
        ended = []
        for (name, day), text in task.cells.items():
            if (name, day) in resting:
                message = self.holds.sentence(name)
                ended.append(Ended(name, day, SKIPPED, BREAKER, message, input_fingerprint=text))
                continue
            needed = [past for past in with_inputs([name]) if (past, day) in resting]
            if needed:
                reason, message = Category.MISSING_DEPENDENCY.name, behind(needed[0], day)
                ended.append(Ended(name, day, BLOCKED, reason, message))
        self.summary.cells += ended
        self._record(ended, Receipt(UNTOUCHED), self._stamp())
        self.progress.advance(len(ended), 0)
        out = {(cell.table, cell.day) for cell in ended}
        return replace(task, cells={cell: text for cell, text in task.cells.items() if cell not in out})

    def _wishes(self) -> Wishes:
        alive = self.ledger.is_alive if self.ledger is not None else lambda _: False
        return wishes(self.options, self.known, alive, self.summary.accepted)

    def _settle(self, plan: StagePlan) -> None:
        """Count what is kept and record what is not computed."""
        ended = []
        for cell in plan.cells.values():
            if cell.action == KEEP:
                self.summary.kept[cell.table] = self.summary.kept.get(cell.table, 0) + 1
            elif cell.reason == UNTRIED:
                continue
            elif cell.action in (SKIP, BLOCK):
                state = SKIPPED if cell.action == SKIP else BLOCKED
                # A cell that the plan lets wait was not tried: it counts for no limit.
                text = cell.input_fingerprint if cell.reason == BREAKER else ""
                ended.append(Ended(cell.table, cell.day, state, cell.reason, cell.message, input_fingerprint=text))
        self.summary.cells += ended
        at = self._stamp()
        self.summary.limited |= self.holds.limited(plan, at)
        self._record([cell for cell in ended if is_unbuilt(cell.state, cell.reason)], Receipt(UNTOUCHED), at)
        self.progress.advance(len(plan.cells) - len(plan.todo()), 0)

    def _tasks(self, plan: StagePlan) -> list[Task]:
        """Cut what is to be computed into shards."""
        parts = shards(plan.dates(), SHARDS_PER_WORKER * self.executor.workers if self.executor.workers > 1 else 1)
        tasks = []
        for number, days in enumerate(parts):
            wanted = set(days)
            mine = [cell for cell in plan.cells.values() if cell.day in wanted]
            tasks.append(
                Task(
                    number,
                    plan.stage,
                    str(self.lake.root),
                    self.options.engine,
                    self.today,
                    {(c.table, c.day): c.input_fingerprint for c in mine if c.action == COMPUTE},
                    {(c.table, c.day): (c.reason, c.message) for c in mine if c.action == BLOCK},
                    {(c.table, c.day): c.note for c in mine if c.action == COMPUTE and c.note},
                    self.options.force,
                )
            )
        return tasks

    def _take(self, stage: str, receipt: Receipt) -> None:
        """Add a receipt to the summary and the ledger."""
        self.summary.add(stage, receipt)
        reach("before_ledger")
        at = self._stamp()
        self._record(receipt.cells, receipt, at, self.holds.count(receipt.cells, at))
        reach("after_ledger")
        self.progress.advance(len(receipt.cells), sum(cell.rows for cell in receipt.cells))

    def _stamp(self) -> str:
        return stamp(self.now())

    def _record(self, cells: Sequence[Ended], receipt: Receipt, at: str, breakers: Sequence[BreakerRow] = ()) -> None:
        if self.ledger is None or not cells:
            return
        options, run_id = self.options, self.summary.run_id
        rows = [_row(cell, self.known.get((cell.table, cell.day)), run_id, at) for cell in cells]
        how = How(run_id, options.command, options.engine, self.executor.workers, options.force)
        attempts = note(cells, receipt, how, at, self.tries)
        self.ledger.record(rows, attempts, breakers)


def _row(cell: Ended, kept: Cell | None, run_id: str, at: str) -> Cell:
    """Return the ledger's row of a cell; a failed or blocked one keeps what the lake still holds."""
    written = cell.written
    return Cell(
        cell.table,
        cell.day,
        cell.state,
        cell.reason,
        cell.message[:MESSAGE],
        run_id,
        cell.rows if written or kept is None else kept.rows,
        cell.records if written or kept is None else kept.records,
        cell.fingerprint if written or kept is None else kept.fingerprint,
        cell.records_fingerprint if written or kept is None else kept.records_fingerprint,
        cell.input_fingerprint,
        code_version(),
        cell.settled,
        at,
    )

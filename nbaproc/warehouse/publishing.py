"""Publishing: what differs between a lake and a warehouse is loaded into staging and put in place by a transaction.

The lake is the source and the receipts in the warehouse say what is there, so a publish can be repeated at any time:
whatever call failed, a date is as it was or as it is to be, and the next publish does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from nbaproc.canonical import EMPTY, digest, whole_fingerprint
from nbaproc.errors import LakeError, WarehouseError
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger, new_run_id
from nbaproc.parquet import locked
from nbaproc.progress import Progress, Silent
from nbaproc.run.breaker import Limits
from nbaproc.warehouse import statements
from nbaproc.warehouse.bookkeeping import PROCESSOR_RUN_HISTORY, run_history
from nbaproc.warehouse.breakers import Breakers
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.journal import Journal
from nbaproc.warehouse.port import Warehouse
from nbaproc.warehouse.publish_plan import (
    MAX_DATES,
    Span,
    TablePlan,
    all_receipts,
    destination,
    known_by,
    plan_table,
)
from nbaproc.warehouse.receipts import Content, Receipts, holds, parts, read_receipts, transition
from nbaproc.warehouse.report import CURRENT, FAILED, PUBLISHED, SKIPPED, Outcome, Report
from nbaproc.warehouse.staging import MAX_BYTES
from nbaproc.warehouse.submission import Jobs, Staged
from nbaproc.warehouse.wanted import Known, read_rows, read_wanted_records, refuse_mixed_code

#: Looks at a lake that another command changes meanwhile.
LOOKS = 3


def publish(
    lake: Lake,
    warehouse: Warehouse,
    where: Configuration,
    span: Span,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    limits: Limits | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
) -> Report:
    """Bring a warehouse in line with a lake.

    One publisher at a time per lake and destination; others wait. A table that fails stops no other. Where receipts
    show the fingerprints of the lake, nothing is called but the query of the receipts.

    Args:
        lake: The lake.
        warehouse: The warehouse; its tables are there.
        where: Where it is.
        span: Tables and dates.
        now: The clock.
        limits: When the breaker of a table opens.
        max_bytes: Bytes of one file.
        progress: Is told how far it is.

    Raises:
        PreflightError: A season was computed by two versions of the code; nothing was called.
        LakeError: The lake cannot be read.
        LedgerError: The ledger cannot be read or written.
        WarehouseError: The receipts cannot be read; nothing was changed.
    """
    with locked(lock_path(lake, where)), Ledger(lake.root, now) as ledger:
        refuse_mixed_code(lake, span.names, span.start, span.end, span.only)
        journal = Journal(ledger, destination(where))
        journal.begin_publishing()
        jobs = Jobs(warehouse, where, journal, now, max_bytes)
        breakers = Breakers(ledger, journal, limits or Limits())
        run = _Publish(lake, warehouse, where, span, ledger, journal, jobs, breakers, now, progress or Silent())
        return run.everything()


def lock_path(lake: Lake, where: Configuration) -> Path:
    """Return the file whose lock a publisher holds; the system releases it with the process."""
    return lake.root / ".nbaproc" / "locks" / f"publish.{digest(destination(where))}"


@dataclass
class _Publish:
    """One publish."""

    lake: Lake
    warehouse: Warehouse
    where: Configuration
    span: Span
    ledger: Ledger
    journal: Journal
    jobs: Jobs
    breakers: Breakers
    now: Callable[[], datetime]
    progress: Progress
    receipts: Receipts = field(default_factory=dict)
    known: Known = field(default_factory=dict)
    report: Report = field(init=False)
    run_id: str = field(init=False)

    def everything(self) -> Report:
        """Publish the tables one after another, then the run history."""
        self.report, self.run_id = Report(self.journal.destination), new_run_id("publish", self.now())
        self.known = known_by(self.lake, self.ledger, self.span)
        self.receipts = all_receipts(self.warehouse, self.where, self.span)
        self._remember()
        plans = [self._look(name) for name in self.span.names]
        self.progress.start(sum(len(plan.todo) for plan in plans))
        for plan in plans:
            self._table(plan)
        self._history()
        self.report.load_jobs, self.report.bytes = self.jobs.loads, self.jobs.bytes
        return self.report

    def _look(self, name: str) -> TablePlan:
        return plan_table(self.lake, name, self.span, self.known, self.receipts)

    def _remember(self) -> None:
        """Bring what the ledger remembers in line with the receipts."""
        told = {key: (*r.content.prints, r.content.rows) for key, r in self.receipts.items()}
        mine = self.journal.published(self.span.start, self.span.end)
        asked = {
            key for key in mine if key[0] in self.span.names and (self.span.only is None or key[1] in self.span.only)
        }
        new = {key: content for key, content in told.items() if mine.get(key) != content[:2]}
        if new or asked - told.keys():
            self.journal.note_published(new, asked - told.keys())

    # One table.

    def _table(self, plan: TablePlan) -> None:
        name = plan.table.name
        outcome = Outcome(name, plan.current, plan.torn, len(plan.todo))
        self.report.outcomes.append(outcome)
        if not plan.todo:
            return
        self.progress.working(name)
        content = transition(self.where.table(plan.table.dataset, name), plan.todo, plan.receipts)

        def put() -> None:
            for part in plan.parts():
                self._part(plan, part, outcome)

        self._attempt(outcome, content, plan.jobs(), put)

    def _attempt(self, outcome: Outcome, content: str, needed: Mapping[str, int], put: Callable[[], None]) -> None:
        """Put something in place unless it rests or the quota is used up, and count how it ended."""
        name, at = outcome.table, self.ledger.stamp()
        resting = self.breakers.resting(name, content, at)
        if resting:
            outcome.end(SKIPPED, Category.CIRCUIT_BREAKER_ACTIVE.name, resting)
            return
        try:
            self.jobs.check_quota(needed)
        except WarehouseError as error:
            self.report.refused += 1
            outcome.end(FAILED, error.category, str(error))
            return
        self.breakers.begin(name, at)
        try:
            put()
        except WarehouseError as error:
            outcome.end(FAILED, error.category, str(error))
        except LakeError as error:
            outcome.end(FAILED, Category.UPSTREAM_CHECK_ERROR.name, str(error))
        else:
            outcome.end(PUBLISHED if outcome.dates else CURRENT)
        self.breakers.end(name, self.run_id, content, outcome.reason, outcome.message)

    def _part(self, plan: TablePlan, contents: Mapping[date, Content], outcome: Outcome) -> None:
        """Put some dates of a table in place, all or none of them."""
        table, name = plan.table, plan.table.name
        contents, rows, records = self._read(plan, contents)
        if not contents:
            return
        staged: dict[str, Staged] = {}
        if rows.height:
            prints = {day: content.fingerprint for day, content in contents.items() if content.rows}
            staged[name] = self.jobs.load(table, rows, prints)
        if records.height:
            told = {day: c.records_fingerprint for day, c in contents.items() if c.records_fingerprint != EMPTY}
            staged[PROCESSING_FAILURES.name] = self.jobs.load(PROCESSING_FAILURES, records, told, name)

        def put(job: str) -> list[str]:
            places = {name: table.name for name, table in staged.items()}
            data, told = places.get(name), places.get(PROCESSING_FAILURES.name)
            return statements.replacement(self.where, table, contents, data, told, job, self.now())

        mine = {day: receipt for day, receipt in plan.receipts.items() if day in contents}
        change = transition(self.where.table(table.dataset, name), contents, mine)
        self.jobs.transact(name, change, put, lambda: self._arrived(plan, contents))
        self._read_back(plan, contents, dict(records.group_by("analysis_date").len().iter_rows()), change)
        self.journal.note_published({(name, day): (*c.prints, c.rows) for day, c in contents.items()})
        self.report.warnings += self.jobs.drop(list(staged.values()))
        outcome.dates += len(contents)
        outcome.rows += rows.height
        outcome.records += records.height
        self.progress.advance(len(contents), rows.height)

    def _read(
        self, plan: TablePlan, contents: Mapping[date, Content]
    ) -> tuple[Mapping[date, Content], pl.DataFrame, pl.DataFrame]:
        """Read rows and records; where another command has changed them since the footers were read, look again."""
        for look in range(LOOKS):
            try:
                rows = read_rows(self.lake, plan.table, contents)
                return contents, rows, read_wanted_records(self.lake, plan.table, contents, plan.attempts)
            except LakeError:
                if look == LOOKS - 1:
                    raise
            self.known = known_by(self.lake, self.ledger, self.span)
            plan = self._look(plan.table.name)
            contents = {day: plan.todo[day] for day in contents if day in plan.todo}
        raise AssertionError

    def _arrived(self, plan: TablePlan, contents: Mapping[date, Content]) -> bool:
        rows = self.warehouse.query(statements.receipts_of(self.where, plan.table, contents))
        return holds({day: receipt for (_, day), receipt in read_receipts(rows).items()}, contents)

    def _read_back(
        self, plan: TablePlan, contents: Mapping[date, Content], records: Mapping[date, int], change: str
    ) -> None:
        """Count what is in place; where it is something else, its receipts go, so that it is published again."""
        table, name = plan.table, plan.table.name
        found = self.warehouse.query(statements.counts(self.where, table, contents))
        have = {(row["kind"], row["day"]): row["found"] for row in found}
        wanted = {("rows", day): content.rows for day, content in contents.items()}
        wanted |= {("records", day): records.get(day, 0) for day in contents}
        wrong = [(kind, day) for (kind, day), count in wanted.items() if have.get((kind, day), 0) != count]
        if not wrong:
            return
        (kind, day), days = wrong[0], sorted({day for _, day in wrong})
        again = digest(f"{change} taken back at {self.now().isoformat()}")
        self.jobs.transact(
            name, again, lambda _: statements.retraction(self.where, table, days), lambda: not self._any(plan, days)
        )
        raise WarehouseError(
            Category.CONFLICT.name,
            f"{name} {day}: the warehouse holds {have.get((kind, day), 0)} {kind} and the lake {wanted[kind, day]}; "
            f"something else writes this table; {len(days)} dates will be published again",
        )

    def _any(self, plan: TablePlan, days: list[date]) -> bool:
        return bool(self.warehouse.query(statements.receipts_of(self.where, plan.table, days)))

    # The run history.

    def _history(self) -> None:
        """Add the attempts that are new since the last publish to the run history, by one load."""
        attempts, mark = self.journal.new_attempts()
        table = PROCESSOR_RUN_HISTORY
        rows = run_history(attempts).sort(table.key)
        outcome = Outcome(table.name, todo=rows["data_date"].n_unique())
        self.report.outcomes.append(outcome)
        if not attempts:
            return
        content = whole_fingerprint(rows, table)

        def put() -> None:
            staged = self.jobs.load(table, rows, {date.min: content})
            for days in parts(rows["data_date"].unique().to_list(), MAX_DATES):
                self._add_history(staged, days, rows.filter(pl.col("data_date").is_in(days)).height, content)
                outcome.dates += len(days)
            self.journal.note_history(mark, self.now())
            outcome.rows = rows.height
            self.report.warnings += self.jobs.drop([staged])

        self._attempt(outcome, content, {table.name: 1}, put)

    def _add_history(self, staged: Staged, days: list[date], height: int, content: str) -> None:
        def arrived() -> bool:
            found = self.warehouse.query(statements.count_history(self.where, staged.name, days))
            return bool(found[0]["found"] == height)

        change = digest(f"{content} {days[0]}")
        added = statements.history(self.where, staged.name, days)
        self.jobs.transact(PROCESSOR_RUN_HISTORY.name, change, lambda _: added, arrived)

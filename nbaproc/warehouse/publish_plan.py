"""What a publish would do: the dates of every table that differ, its jobs, and what they take of a day's quota."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from nbaproc.canonical import EMPTY
from nbaproc.columns import Table
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.ledger import Ledger
from nbaproc.run.survey import known_cells
from nbaproc.tables import declarations
from nbaproc.warehouse import statements
from nbaproc.warehouse.bookkeeping import PROCESSOR_RUN_HISTORY, run_history
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.journal import Journal
from nbaproc.warehouse.port import Warehouse
from nbaproc.warehouse.receipts import Content, Receipt, differing, parts, read_receipts
from nbaproc.warehouse.staging import MAX_BYTES, files
from nbaproc.warehouse.wanted import Known, read_rows, read_wanted_records, refuse_mixed_code, wanted

#: Dates of one transaction, at most.
MAX_DATES = 2000


@dataclass
class TablePlan:
    """What is to be published of a table.

    Attributes:
        table: The table.
        todo: The dates that differ, with what belongs there.
        receipts: What the warehouse holds of the table.
        attempts: Records of failed attempts.
        current: Dates that the warehouse holds as they are.
        torn: Dates that the lake holds in part: they stay as they are.
    """

    table: Table
    todo: dict[date, Content]
    receipts: Mapping[date, Receipt]
    attempts: pl.DataFrame
    current: int
    torn: list[date]

    def parts(self) -> list[dict[date, Content]]:
        """Return the dates as they go into transactions."""
        return [{day: self.todo[day] for day in part} for part in parts(self.todo, MAX_DATES)]

    def jobs(self) -> dict[str, int]:
        """Return how many load jobs are needed, by the table they are for."""
        rows = sum(any(c.rows for c in part.values()) for part in self.parts())
        records = sum(any(c.records_fingerprint != EMPTY for c in part.values()) for part in self.parts())
        return {self.table.name: rows, PROCESSING_FAILURES.name: records}


@dataclass(frozen=True)
class Span:
    """What is asked for.

    Attributes:
        names: Tables.
        start: First date.
        end: Last date.
        only: Dates of the range that are asked for, None for all.
    """

    names: Sequence[str]
    start: date
    end: date
    only: Collection[date] | None = None


def destination(where: Configuration) -> str:
    """Return what tells one warehouse from another.

    >>> destination(Configuration("my-project", dataset_prefix="test_"))
    'my-project.test_'
    """
    return f"{where.endpoint}{' ' if where.endpoint else ''}{where.dataset('')}"


def known_by(lake: Lake, ledger: Ledger, span: Span) -> Known:
    """Return the cells of the ledger, in line with the lake."""
    return known_cells(lake, ledger, span.names, span.start, span.end)


def all_receipts(warehouse: Warehouse, where: Configuration, span: Span) -> dict[tuple[str, date], Receipt]:
    """Return the receipts of what is asked for.

    Raises:
        WarehouseError: The warehouse does not answer.
    """
    rows = warehouse.query(statements.receipts_between(where, span.names, span.start, span.end))
    found = read_receipts(rows)
    return {key: receipt for key, receipt in found.items() if span.only is None or key[1] in span.only}


def plan_table(
    lake: Lake, name: str, span: Span, known: Known, receipts: Mapping[tuple[str, date], Receipt]
) -> TablePlan:
    """Return what is to be published of a table.

    Raises:
        LakeError: A file cannot be read.
    """
    table = declarations()[name]
    have = wanted(lake, table, known, span.start, span.end, span.only)
    mine = {day: receipt for (other, day), receipt in receipts.items() if other == name}
    todo = differing(have.contents, {day: receipt for day, receipt in mine.items() if day not in have.torn})
    return TablePlan(table, todo, mine, have.attempts, len(have.contents.keys() - todo.keys()), have.torn)


@dataclass(frozen=True)
class Estimate:
    """What a publish would do for a table.

    Attributes:
        table: Name of the table.
        dates: Dates that differ.
        rows: Their rows.
        load_jobs: Load jobs.
        transactions: Transactions.
        bytes: Bytes of the files that are loaded.
        used: Load jobs of the last 24 hours.
        budget: Load jobs of a day.
    """

    table: str
    dates: int
    rows: int
    load_jobs: int
    transactions: int
    bytes: int
    used: int
    budget: int

    @property
    def share(self) -> float:
        """Percent of a day's load jobs that would be used."""
        return 100 * (self.used + self.load_jobs) / self.budget


def estimate(
    lake: Lake, warehouse: Warehouse, where: Configuration, span: Span, now: datetime, max_bytes: int = MAX_BYTES
) -> list[Estimate]:
    """Return what a publish would do, by table; nothing is written, here or there.

    Raises:
        PreflightError: A season was computed by two versions of the code.
        LakeError: A file cannot be read.
        WarehouseError: The warehouse does not answer.
    """
    refuse_mixed_code(lake, span.names, span.start, span.end, span.only)
    with Ledger(lake.root, read_only=True) as ledger:
        journal = Journal(ledger, destination(where))
        known, used = known_by(lake, ledger, span), journal.loads_of_a_day(now)
        attempts, _ = journal.new_attempts()
    receipts = all_receipts(warehouse, where, span)
    plans = [plan_table(lake, name, span, known, receipts) for name in span.names]
    budget, failures = where.load_job_budget, PROCESSING_FAILURES.name
    found, of_records = [], _Sum()
    for plan in plans:
        name, jobs, size = plan.table.name, plan.jobs(), 0
        for part in plan.parts():
            frame = read_wanted_records(lake, plan.table, part, plan.attempts)
            size += _size(plan.table, read_rows(lake, plan.table, part), max_bytes)
            of_records.bytes += _size(PROCESSING_FAILURES, frame, max_bytes)
            of_records.rows += frame.height
        of_records.dates += len(plan.todo)
        of_records.jobs += jobs[failures]
        rows = sum(content.rows for content in plan.todo.values())
        transactions = len(plan.parts())
        found.append(Estimate(name, len(plan.todo), rows, jobs[name], transactions, size, used.get(name, 0), budget))
    sums = (of_records.dates, of_records.rows, of_records.jobs, 0, of_records.bytes)
    found.append(Estimate(failures, *sums, used.get(failures, 0), budget))
    table, history = PROCESSOR_RUN_HISTORY, run_history(attempts)
    days = history["data_date"].unique().to_list()
    sums = (len(days), history.height, int(bool(days)), len(parts(days, MAX_DATES)), _size(table, history, max_bytes))
    found.append(Estimate(table.name, *sums, used.get(table.name, 0), budget))
    return found


@dataclass
class _Sum:
    """What failure records of several tables add up to."""

    dates: int = 0
    rows: int = 0
    jobs: int = 0
    bytes: int = 0


def _size(table: Table, rows: pl.DataFrame, max_bytes: int) -> int:
    return sum(map(len, files(table, rows, max_bytes))) if rows.height else 0

"""Jobs of the warehouse: begun once, found again after a lost reply, counted against the quota of a day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from nbaproc.columns import Table
from nbaproc.errors import WarehouseError
from nbaproc.failures import Category
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.journal import DONE, LOAD, SPENT, TRANSACTION, Journal
from nbaproc.warehouse.port import Warehouse
from nbaproc.warehouse.staging import MAX_BYTES, content_hash, files, job_id, staging_name

#: Share of a day's load jobs that may be used, in percent.
SHARE = 80
#: Jobs of one content, the ones that were used up before among them.
TRIES = 20
#: Categories after which a job may still be at work, or may have ended well: it is attached to by the next try.
UNKNOWN = (Category.TIMEOUT.name, Category.UNAVAILABLE.name)


@dataclass(frozen=True, slots=True)
class Staged:
    """A staging table that was loaded.

    Attributes:
        name: Its qualified name.
        job: The job that loaded it.
    """

    name: str
    job: str


@dataclass
class Jobs:
    """What starts the jobs of a publish.

    Attributes:
        warehouse: The warehouse.
        where: Where it is.
        journal: What the ledger remembers.
        now: The clock.
        max_bytes: Bytes of one file.
        loads: Load jobs that were started.
        bytes: Bytes of their files.
    """

    warehouse: Warehouse
    where: Configuration
    journal: Journal
    now: Callable[[], datetime]
    max_bytes: int = MAX_BYTES
    loads: int = field(default=0, init=False)
    bytes: int = field(default=0, init=False)

    def check_quota(self, needed: Mapping[str, int]) -> None:
        """Refuse load jobs that would use more than the share of a day's.

        Args:
            needed: How many there will be, by the table they are for.

        Raises:
            WarehouseError: QUOTA; nothing was called.
        """
        used, limit = self.journal.loads_of_a_day(self.now()), self.where.load_job_budget * SHARE // 100
        for name, count in needed.items():
            if count and used.get(name, 0) + count > limit:
                raise WarehouseError(
                    Category.QUOTA.name,
                    f"{name}: {used.get(name, 0)} load jobs in 24 hours and {count} more would pass {SHARE} % of "
                    f"{self.where.load_job_budget}; publish again tomorrow, or set NBAPROC_LOAD_JOB_BUDGET",
                )

    def load(self, table: Table, rows: pl.DataFrame, prints: Mapping[date, str], of: str = "") -> Staged:
        """Load rows into their staging table, or find it loaded.

        Args:
            table: The table they are for.
            rows: The rows, sorted by key.
            prints: Fingerprint of every date that has rows.
            of: What tells the rows apart, where several tables have their own in one.

        Raises:
            WarehouseError: The job failed, or the quota is used up.
        """
        target = self.where.table(table.dataset, table.name)
        content = content_hash(f"{target} {of}", table.columns, prints)
        name = self.where.table(table.dataset, staging_name(table.name, content))
        with tempfile.TemporaryDirectory(prefix="nbaproc-") as folder:
            paths = self._write(table, rows, Path(folder))
            for _ in range(TRIES):
                job = job_id(table.name, content, self.journal.ended(LOAD, table.name, content))
                if self._load(table, name, paths, job) and self._holds(name, rows.height, job):
                    return Staged(name, job)
        raise WarehouseError(Category.CONFLICT.name, f"{name}: {TRIES} jobs left another table than was loaded")

    def _write(self, table: Table, rows: pl.DataFrame, folder: Path) -> list[Path]:
        paths = []
        for number, content in enumerate(files(table, rows, self.max_bytes)):
            path = folder / f"{table.name}-{number:03}.parquet"
            path.write_bytes(content)
            self.bytes += len(content)
            paths.append(path)
        return paths

    def _load(self, table: Table, name: str, paths: Sequence[Path], job: str) -> bool:
        """Run a load job; returns False if an earlier process had begun it and it has failed."""
        fresh = self.journal.is_new(LOAD, job)
        if fresh:
            self.check_quota({table.name: 1})
            self.journal.begin(table.name, LOAD, job)
            self.loads += 1
        try:
            self.warehouse.load(name, table.columns, paths, job)
        except WarehouseError as error:
            self._failed(LOAD, job, error, fresh=fresh)
            if fresh:
                raise
            return False
        return True

    def _holds(self, name: str, rows: int, job: str) -> bool:
        """Return whether a staging table is there with its rows; a job whose table is gone is used up."""
        shape = self.warehouse.shape(name)
        if shape is not None and shape.rows == rows:
            self.journal.end(LOAD, job, DONE)
            return True
        self.journal.end(LOAD, job, SPENT)
        if shape is not None:
            self.warehouse.drop(name)
        return False

    def transact(
        self, name: str, content: str, statements: Callable[[str], Sequence[str]], arrived: Callable[[], bool]
    ) -> None:
        """Run a transaction; a lost reply is settled by looking at what is there.

        Args:
            name: The table it is for.
            content: Hash of what it changes.
            statements: Gives the statements for the id of the job.
            arrived: Whether the warehouse holds what the transaction puts there.

        Raises:
            WarehouseError: It failed: everything is as it was.
        """
        for _ in range(TRIES):
            job = job_id(name, content, self.journal.ended(TRANSACTION, name, content))
            fresh = self.journal.begin(name, TRANSACTION, job)
            try:
                self.warehouse.transact(statements(job), job)
            except WarehouseError as error:
                if self._is_settled(arrived):
                    self.journal.end(TRANSACTION, job, SPENT)
                    return
                self._failed(TRANSACTION, job, error, fresh=fresh)
                if fresh:
                    raise
                continue
            self.journal.end(TRANSACTION, job, SPENT)
            if arrived():
                return
        raise WarehouseError(
            Category.CONFLICT.name, f"{name}: {TRIES} transactions left other receipts; does another lake publish it?"
        )

    def _is_settled(self, arrived: Callable[[], bool]) -> bool:
        try:
            return arrived()
        except WarehouseError:
            return False

    def _failed(self, kind: str, job: str, error: WarehouseError, *, fresh: bool) -> None:
        # A new job that may still be at work keeps its id: the next publish attaches to it.
        if not fresh or error.category not in UNKNOWN:
            self.journal.end(kind, job, error.category, str(error))

    def drop(self, staged: Sequence[Staged]) -> list[str]:
        """Drop staging tables that are used up; returns what went wrong, since they expire anyway."""
        for table in staged:
            self.journal.end(LOAD, table.job, SPENT)
        warnings = []
        for table in staged:
            try:
                self.warehouse.drop(table.name)
            except WarehouseError as error:
                warnings.append(f"{table.name}: not dropped ({error}); it expires within a day")
        return warnings

"""The ledger: how every cell ended, and every attempt at one, in SQLite beside the lake.

The lake is the truth of what was written, and the ledger follows it: footers win over rows of the table `cells`. Only
the ledger knows of cells that failed or wait, and of attempts. The process that runs a command writes it, nobody else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import Field, astuple, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from nbaproc.errors import LedgerError
from nbaproc.ledger_rows import Attempt, BreakerRow, Cell

#: Seconds to wait for another command that is writing.
BUSY = 5.0
#: State of a cell while its run is alive.
RUNNING = "running"
#: Skip reason of a cell that is left alone for now.
HELD = "circuit_breaker_open"


_TYPES = {
    "date": "TEXT NOT NULL",
    "int": "INTEGER NOT NULL",
    "bool": "INTEGER NOT NULL",
    "str": "TEXT NOT NULL",
    "int | None": "INTEGER",
}
_TABLES: dict[str, tuple[type, str]] = {
    "cells": (Cell, "PRIMARY KEY (table_name, data_date)"),
    "runs": (Attempt, ""),
    "breakers": (BreakerRow, "PRIMARY KEY (key)"),
}


#: What the run history is asked by.
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS runs_of_date ON runs (data_date)",
    "CREATE INDEX IF NOT EXISTS runs_of_table ON runs (table_name, status)",
)


def _create(name: str) -> str:
    kind, key = _TABLES[name]
    columns = [f"{field.name} {_TYPES[str(field.type)]}" for field in fields(kind)]
    return f"CREATE TABLE IF NOT EXISTS {name} ({', '.join([*columns, *([key] if key else [])])})"


def _add_columns(connection: sqlite3.Connection) -> None:
    """Add the columns that the tables of an older ledger lack."""
    if not any(_lacking(connection, name) for name in _TABLES):
        return
    # Another command may do the same: whoever comes second finds nothing lacking.
    connection.execute("BEGIN IMMEDIATE")
    for name in _TABLES:
        for field in _lacking(connection, name):
            default = "NULL" if field.default is None else "''" if field.default == "" else field.default
            column = f"{field.name} {_TYPES[str(field.type)]} DEFAULT {default}"
            connection.execute(f"ALTER TABLE {name} ADD COLUMN {column}")


def _lacking(connection: sqlite3.Connection, name: str) -> list[Field[Any]]:
    kind, _ = _TABLES[name]
    there = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
    return [field for field in fields(kind) if field.name not in there]


class Ledger:
    """The ledger of a lake.

    Args:
        root: Folder of the lake.
        now: The clock, for the times of what is written.
        read_only: Whether nothing is written, not even a file beside the ledger: for commands that only look.
    """

    def __init__(
        self, root: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC), *, read_only: bool = False
    ) -> None:
        self.folder = root / ".nbaproc"
        self.path = self.folder / "ledger.sqlite"
        self._now = now
        self._read_only = read_only
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Ledger:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file, if it is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def stamp(self) -> str:
        """Return the current time as it is written."""
        return stamp(self._now())

    # Reading: a lake without a ledger has no cells.

    def cells(self, start: date = date.min, end: date = date.max) -> dict[tuple[str, date], Cell]:
        """Return the cells between two dates, both included."""
        wanted = (start.isoformat(), end.isoformat())
        rows = self.select("SELECT * FROM cells WHERE data_date BETWEEN ? AND ?", wanted)
        found = (_cell(row) for row in rows)
        return {(cell.table_name, cell.data_date): cell for cell in found}

    def attempts(self, start: date = date.min, end: date = date.max) -> list[Attempt]:
        """Return the attempts at cells between two dates, the oldest first."""
        wanted = (start.isoformat(), end.isoformat())
        rows = self.select("SELECT * FROM runs WHERE data_date BETWEEN ? AND ? ORDER BY rowid", wanted)
        return [_attempt(row) for row in rows]

    def breakers(self) -> dict[str, BreakerRow]:
        """Return the circuit breakers by key."""
        return {row[0]: BreakerRow(*row) for row in self.select("SELECT * FROM breakers", ())}

    def failed_in_a_row(self) -> list[Attempt]:
        """Return the failed attempts at every table since its last success, the oldest first."""
        query = "WITH last AS (SELECT table_name, MAX(rowid) AS at FROM runs WHERE status = 'succeeded' "
        query += "GROUP BY table_name) SELECT runs.* FROM runs LEFT JOIN last USING (table_name) "
        query += "WHERE status = 'failed' AND runs.rowid > COALESCE(last.at, 0) ORDER BY runs.rowid"
        return [_attempt(row) for row in self.select(query, ())]

    def failed_inputs(self, start: date, end: date) -> dict[tuple[str, date], str]:
        """Return what the last failed attempt at every cell between two dates was computed from."""
        query = "SELECT table_name, data_date, input_fingerprint, MAX(rowid) FROM runs WHERE status = 'failed' "
        query += "AND data_date BETWEEN ? AND ? GROUP BY table_name, data_date"
        rows = self.select(query, (start.isoformat(), end.isoformat()))
        return {(name, date.fromisoformat(day)): text for name, day, text, _ in rows}

    def last_attempts(self, start: date, end: date, count: int) -> dict[tuple[str, date], list[Attempt]]:
        """Return the last attempts at every cell between two dates, the newest first.

        A cell that was left alone, or that the plan let wait, was not tried: such rows have no share in this.

        Args:
            start: First date.
            end: Last date.
            count: Attempts per cell.
        """
        query = "SELECT runs.* FROM runs JOIN (SELECT rowid AS id, ROW_NUMBER() OVER "
        query += "(PARTITION BY table_name, data_date ORDER BY rowid DESC) AS nth FROM runs "
        query += "WHERE data_date BETWEEN ? AND ? AND input_fingerprint <> '' AND reason <> ?) "
        query += "ON runs.rowid = id WHERE nth <= ? ORDER BY runs.rowid DESC"
        found: dict[tuple[str, date], list[Attempt]] = {}
        for row in self.select(query, (start.isoformat(), end.isoformat(), HELD, count)):
            attempt = _attempt(row)
            found.setdefault((attempt.table_name, attempt.data_date), []).append(attempt)
        return found

    def tries(self, start: date, end: date) -> dict[tuple[str, date], int]:
        """Return how often every cell between two dates was tried; one that was left alone, or waits, was not."""
        query = "SELECT table_name, data_date, COUNT(*) FROM runs WHERE data_date BETWEEN ? AND ? "
        query += "AND input_fingerprint <> '' AND reason <> ? GROUP BY table_name, data_date"
        rows = self.select(query, (start.isoformat(), end.isoformat(), HELD))
        return {(name, date.fromisoformat(day)): count for name, day, count in rows}

    def usual_ms(self) -> float:
        """Return the milliseconds of reading, computing and writing of an attempt in the mean, 0 if there is none."""
        query = "SELECT COALESCE(AVG(load_ms + compute_ms + write_ms), 0) FROM runs"
        return float(next(iter(self.select(query, ())), (0.0,))[0])

    def at_work(self) -> set[str]:
        """Return the tables that a live run is working on."""
        rows = self.select("SELECT DISTINCT table_name, run_id FROM cells WHERE state = ?", (RUNNING,))
        alive = {run_id: self.is_alive(run_id) for run_id in {run_id for _, run_id in rows}}
        return {name for name, run_id in rows if alive[run_id]}

    def attempts_after(self, mark: int) -> tuple[list[Attempt], int]:
        """Return the attempts noted after a mark, the oldest first, and the mark of the last one."""
        rows = self.select("SELECT rowid, * FROM runs WHERE rowid > ? ORDER BY rowid", (mark,))
        return [_attempt(row[1:]) for row in rows], rows[-1][0] if rows else mark

    def select(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return what a query finds; a ledger that is not there has no rows."""
        if self._connection is None and not self.path.exists():
            return []
        with self._told():
            return self._open().execute(query, values).fetchall()

    # Writing.

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Return the file for one transaction: all of it or nothing is written."""
        with self._told(), self._open() as connection:
            yield connection

    def start(self, run_id: str, cells: Iterable[tuple[str, date]]) -> None:
        """Mark cells as being worked on by a run."""
        with self._told(), self._open() as connection:
            self._mark(connection, run_id, cells)

    def claim(self, run_id: str, cells: Iterable[tuple[str, date]], before: BreakerRow, after: BreakerRow) -> bool:
        """Mark cells as being worked on, and change a breaker, unless another run has changed it: all or nothing.

        Args:
            run_id: The run.
            cells: The cells.
            before: The breaker as the run has read it.
            after: The breaker as it will be.

        Returns:
            Whether the run has the cells.
        """
        query = "UPDATE breakers SET state = ?, updated_at = ? WHERE key = ? AND state = ? AND updated_at = ?"
        values = (after.state, after.updated_at, before.key, before.state, before.updated_at)
        with self._told(), self._open() as connection:
            if not connection.execute(query, values).rowcount:
                return False
            self._mark(connection, run_id, cells)
            return True

    def _mark(self, connection: sqlite3.Connection, run_id: str, cells: Iterable[tuple[str, date]]) -> None:
        at = self.stamp()
        mark = "INSERT INTO cells (table_name, data_date, state, run_id, updated_at, reason, message, rows, records, "
        mark += "fingerprint, records_fingerprint, input_fingerprint, code_version, settled) "
        mark += "VALUES (?, ?, ?, ?, ?, '', '', 0, 0, '', '', '', '', 1) "
        mark += "ON CONFLICT DO UPDATE SET state = excluded.state, run_id = excluded.run_id, "
        mark += "updated_at = excluded.updated_at"
        connection.executemany(mark, [(table, day.isoformat(), RUNNING, run_id, at) for table, day in cells])

    def record(
        self, cells: Iterable[Cell], attempts: Iterable[Attempt] = (), breakers: Iterable[BreakerRow] = ()
    ) -> None:
        """Write how cells ended, the attempts that ended them, and what breakers became of it, in one transaction."""
        with self._told(), self._open() as connection:
            _insert(connection, "cells", cells)
            _insert(connection, "runs", attempts)
            _insert(connection, "breakers", breakers)

    def forget(self, cells: Iterable[tuple[str, date]]) -> None:
        """Take cells out of the ledger."""
        gone = [(table, day.isoformat()) for table, day in cells]
        with self._told(), self._open() as connection:
            connection.executemany("DELETE FROM cells WHERE table_name = ? AND data_date = ?", gone)

    def clear(self) -> None:
        """Take all cells out; the run history stays."""
        with self._told(), self._open() as connection:
            connection.execute("DELETE FROM cells")

    def put_aside(self) -> None:
        """Move a damaged file out of the way, so that the next writing makes a new one."""
        with self._told():
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
            for end in ("-wal", "-shm"):
                self.path.with_name(f"{self.path.name}{end}").unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None and self._read_only:
            self._connection = self._open_for_reading()
        if self._connection is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=BUSY)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                with connection:
                    for statement in (*map(_create, _TABLES), *_INDEXES):
                        connection.execute(statement)
                    _add_columns(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _open_for_reading(self) -> sqlite3.Connection:
        # Without a log beside it nobody writes the file, and SQLite needs no files of its own to read it.
        alone = not self.path.with_name(f"{self.path.name}-wal").exists()
        mode = "mode=ro&immutable=1" if alone else "mode=ro"
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?{mode}", timeout=BUSY, uri=True)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            remedy = "run `nbaproc rebuild-ledger` to make it anew from the lake"
            raise LedgerError(f"{self.path}: {error}; {remedy}") from error

    # Runs that are alive.

    @contextlib.contextmanager
    def running(self, run_id: str) -> Iterator[None]:
        """Hold the lock by which other commands see that a run is alive; the system releases it with the process."""
        path = self._lock(run_id)
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(handle)

    def is_alive(self, run_id: str) -> bool:
        """Return whether the process of a run still holds its lock."""
        try:
            handle = os.open(self._lock(run_id), os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two who ask at once do not take each other for the run.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def _lock(self, run_id: str) -> Path:
        return self.folder / "runs" / f"{run_id}.lock"


def new_run_id(command: str, now: datetime) -> str:
    """Return the id of a run: command, time, and what tells two runs of one second apart.

    >>> new_run_id("daily", datetime(2026, 1, 7, 2, tzinfo=UTC))[:23]
    'daily-20260107T020000Z-'
    """
    unique = f"{(os.getpid() * 2**20 + time.monotonic_ns()) % 2**32:08x}"
    return f"{command}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{unique}"


def stamp(at: datetime) -> str:
    """Return a time as the ledger writes it: UTC, ordered like text.

    >>> stamp(datetime(2026, 1, 7, 2, tzinfo=UTC))
    '2026-01-07T02:00:00Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _attempt(row: tuple[Any, ...]) -> Attempt:
    found = Attempt(row[0], row[1], date.fromisoformat(row[2]), *row[3:])
    return replace(found, force=bool(found.force))


def _cell(row: tuple[Any, ...]) -> Cell:
    names = [field.name for field in fields(Cell)]
    values = dict(zip(names, row, strict=True))
    return Cell(**values | {"data_date": date.fromisoformat(row[1]), "settled": bool(values["settled"])})


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Cell | Attempt | BreakerRow]) -> None:
    kind, _ = _TABLES[table]
    marks = ", ".join("?" * len(fields(kind)))
    values = [tuple(v.isoformat() if isinstance(v, date) else v for v in astuple(row)) for row in rows]
    connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", values)

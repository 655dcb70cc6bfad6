"""A warehouse on DuckDB with the rules that cost nights: quotas, partition filters, types, loads outside transactions.

It takes the very statements that BigQuery gets. Any call can be made to fail, before or after it has taken effect, or
its effect can come late, as that of a job whose reply was lost. Given a file, several processes share it.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet

from nbaproc import ddl
from nbaproc.columns import Column, Table
from nbaproc.errors import WarehouseError
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.port import Field, Shape

#: Table operations per table and day; loads into staging count for the table they are for.
QUOTA = 1500
#: DuckDB's name of a type.
TYPES = {"STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "BOOL": "BOOLEAN", "DATE": "DATE"}
TYPES |= {"TIMESTAMP": "TIMESTAMPTZ"}
#: What a Parquet file may have for a type.
ARROW = {"STRING": ("string", "large_string"), "INT64": ("int64",), "FLOAT64": ("double",), "BOOL": ("bool",)}
ARROW |= {"DATE": ("date32[day]",), "TIMESTAMP": ("timestamp[us, tz=UTC]",)}
# Without spaces, lest a search goes from one quote to another far away.
NAME = re.compile(r"`([^`\s]+\.[^`\s.]+\.[^`\s.]+)`")
STAGED = re.compile(r"_stage_(.+)_[0-9a-f]{16}$")
#: When a call that fails takes effect: never, before the failure, or not until `settle`.
NEVER, BEFORE, LATE = "never", "before", "late"


class Killed(BaseException):
    """The process that called dies."""


@dataclass
class Fault:
    """A call that fails.

    Attributes:
        at: Number of the call, from 1.
        error: What is raised.
        effect: Whether the call takes effect all the same.
        times: How many calls from there on fail.
    """

    at: int
    error: BaseException
    effect: str = NEVER
    times: int = 1


@dataclass
class Fake:
    """The warehouse.

    Attributes:
        path: File that several processes share; None for memory.
        fault: The call that fails.
        quota: Table operations per table and day.
        refuse: Words of a statement that is refused within its transaction.
        calls: The calls, each with what it was about.
        statements: The statements that were run.
        hook: Called with the kind of every call before it.
        late: Effects that are still to come.
    """

    path: Path | None = None
    fault: Fault | None = None
    quota: int = QUOTA
    refuse: str | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    hook: Callable[[str], None] = lambda _: None
    late: list[Callable[[], Any]] = field(default_factory=list)
    _memory: Any = None
    _mutex: Any = field(default_factory=threading.RLock)

    # The port.

    def location(self, dataset: str) -> str | None:
        return self._call("location", dataset, lambda c: _one(c, "SELECT place FROM _sets WHERE name = ?", dataset))

    def create_dataset(self, dataset: str, location: str) -> None:
        add = "INSERT OR IGNORE INTO _sets VALUES (?, ?)"
        self._call("create_dataset", dataset, lambda c: c.execute(add, [dataset, location]))

    def shape(self, table: str) -> Shape | None:
        return self._call("shape", table, lambda c: _shape(c, table))

    def load(self, staging: str, columns: Sequence[Column], files: Sequence[Path], job_id: str) -> int:
        if self.fault is None or self.fault.effect != LATE:
            return self._call("load", staging, lambda c: self._load(c, staging, columns, files, job_id))
        # What was sent stays until it takes effect, though the sender removes its files.
        folder = Path(tempfile.mkdtemp(prefix="fake-"))
        sent = [Path(shutil.copy(file, folder)) for file in files]

        def do(c: Any) -> int:
            try:
                return self._load(c, staging, columns, sent, job_id)
            finally:
                shutil.rmtree(folder)

        return self._call("load", staging, do)

    def transact(self, statements: Sequence[str], job_id: str) -> None:
        return self._call("transact", job_id, lambda c: self._transact(c, statements, job_id))

    def query(self, text: str) -> list[dict[str, Any]]:
        return self._call("query", text, lambda c: self._query(c, text))

    def drop(self, table: str) -> None:
        def do(c: Any) -> None:
            c.execute(f'DROP TABLE IF EXISTS "{table}"')
            c.execute("DELETE FROM _tables WHERE name = ?", [table])

        self._call("drop", table, do)

    # What tests look at and prepare.

    def create(self, where: Configuration, tables: Iterable[Table]) -> None:
        """Make the tables as `warehouse init` would."""
        with self._open() as c:
            for table in tables:
                name, dataset = where.table(table.dataset, table.name), where.dataset(table.dataset)
                c.execute("INSERT OR IGNORE INTO _sets VALUES (?, ?)", [dataset, where.location])
                columns = ddl.published_columns(table)
                _create(c, name, columns)
                _note(c, name, columns, table.date or "", ddl.clustering(table))

    def rows(self, text: str) -> list[dict[str, Any]]:
        """Return what a query finds that no rule applies to."""
        with self._open() as c:
            return _dicts(c, NAME.sub(r'"\1"', text))

    def run(self, text: str) -> None:
        """Run a statement that no rule applies to."""
        with self._open() as c:
            c.execute(NAME.sub(r'"\1"', text))

    def operations(self) -> dict[str, int]:
        """Return the table operations by table."""
        with self._open() as c:
            return dict(c.execute("SELECT target, COUNT(*) FROM _jobs WHERE kind = 'load' GROUP BY 1").fetchall())

    def jobs(self, kind: str) -> list[str]:
        """Return the ids of the jobs of a kind."""
        with self._open() as c:
            return [row[0] for row in c.execute("SELECT id FROM _jobs WHERE kind = ? ORDER BY id", [kind]).fetchall()]

    def staging(self) -> list[str]:
        """Return the staging tables that are there."""
        with self._open() as c:
            names = [row[0] for row in c.execute("SELECT name FROM _tables").fetchall()]
        return [name for name in names if STAGED.search(name)]

    def settle(self) -> None:
        """Let jobs whose reply was lost come to their end."""
        while self.late:
            self.late.pop(0)()

    # Calls.

    def _call(self, kind: str, about: str, do: Callable[[Any], Any]) -> Any:
        with self._mutex:
            self.calls.append((kind, about))
            number = len(self.calls)
        self.hook(kind)
        fault = self.fault
        if fault is None or not fault.at <= number < fault.at + fault.times:
            return self._do(do)
        if fault.effect == BEFORE:
            self._do(do)
        elif fault.effect == LATE:
            self.late.append(lambda: self._do(do))
        raise fault.error

    def _do(self, do: Callable[[Any], Any]) -> Any:
        with self._open() as connection:
            return do(connection)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with self._mutex:
            if self.path is None:
                self._memory = self._memory or _new(duckdb.connect())
                yield self._memory.cursor()
                return
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                with duckdb.connect(str(self.path)) as connection:
                    yield _new(connection)

    # Rules.

    def _load(self, c: Any, staging: str, columns: Sequence[Column], files: Sequence[Path], job_id: str) -> int:
        known = _first(c, "SELECT rows FROM _jobs WHERE id = ?", [job_id])
        if known is not None:
            return int(known[0])
        if _partition(c, staging):
            raise WarehouseError("QUOTA", f"{staging}: a load into a partitioned table modifies every partition")
        match = STAGED.search(staging)
        target = match[1] if match else staging
        used = _first(c, "SELECT COUNT(*) FROM _jobs WHERE kind = 'load' AND target = ?", [target])[0]
        if used >= self.quota:
            raise WarehouseError("QUOTA", f"{target}: more than {self.quota} table operations")
        for path in files:
            _check_types(path, columns)
        _create(c, staging, columns)
        _note(c, staging, columns, "", ())
        names = ", ".join(f'"{column.name}"' for column in columns)
        paths = ", ".join(f"'{path}'" for path in files)
        c.execute(f'INSERT INTO "{staging}" SELECT {names} FROM read_parquet([{paths}])')
        rows = _first(c, f'SELECT COUNT(*) FROM "{staging}"')[0]
        c.execute("INSERT INTO _jobs VALUES (?, 'load', ?, ?)", [job_id, target, rows])
        return int(rows)

    def _transact(self, c: Any, statements: Sequence[str], job_id: str) -> None:
        if _first(c, "SELECT 1 FROM _jobs WHERE id = ?", [job_id]) is not None:
            return
        if sum(map(len, statements)) > 1_000_000:
            raise WarehouseError("CONFIGURATION", "the query is too long")
        c.execute("BEGIN TRANSACTION")
        try:
            for text in statements:
                self.statements.append(text)
                assert text.split()[0] in ("DELETE", "INSERT", "UPDATE", "MERGE"), text
                if self.refuse is not None and self.refuse in text:
                    raise WarehouseError("CONFLICT", f"refused: {text[:60]}")
                c.execute(self._checked(c, text))
            c.execute("INSERT INTO _jobs VALUES (?, 'transaction', '', 0)", [job_id])
            c.execute("COMMIT")
        except duckdb.ConstraintException as error:
            c.execute("ROLLBACK")
            raise WarehouseError("CONFIGURATION", str(error)) from error
        except BaseException:
            c.execute("ROLLBACK")
            raise

    def _query(self, c: Any, text: str) -> list[dict[str, Any]]:
        self.statements.append(text)
        return _dicts(c, self._checked(c, text))

    def _checked(self, c: Any, text: str) -> str:
        """Return a statement for DuckDB.

        Raises:
            WarehouseError: It touches a partitioned table without literal dates.
        """
        for part in re.split(r"\bUNION ALL\b", text):
            for name in NAME.findall(re.sub(r"^INSERT INTO `[^`]+`", "", part)):
                day = _partition(c, name)
                if day and not re.search(rf"`{day}` (IN \(DATE '|BETWEEN DATE ')", part):
                    raise WarehouseError("CONFIGURATION", f"{name}: cannot be queried without a filter over {day}")
        return NAME.sub(r'"\1"', text).replace("`", '"').replace("\\'", "''")


def _new(connection: Any) -> Any:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE TABLE IF NOT EXISTS _sets (name TEXT PRIMARY KEY, place TEXT)")
    connection.execute("CREATE TABLE IF NOT EXISTS _jobs (id TEXT PRIMARY KEY, kind TEXT, target TEXT, rows BIGINT)")
    connection.execute("CREATE TABLE IF NOT EXISTS _tables (name TEXT PRIMARY KEY, shape TEXT)")
    return connection


def _create(c: Any, name: str, columns: Sequence[Column]) -> None:
    fields = ", ".join(f'"{x.name}" {_type(x.type.sql)}{"" if _is_null(x) else " NOT NULL"}' for x in columns)
    c.execute(f'CREATE OR REPLACE TABLE "{name}" ({fields})')


def _note(c: Any, name: str, columns: Sequence[Column], day: str, cluster: tuple[str, ...]) -> None:
    fields = [(x.name, x.type.sql, _is_null(x)) for x in columns]
    shape = json.dumps({"fields": fields, "partition": day, "cluster": cluster})
    c.execute("INSERT OR REPLACE INTO _tables VALUES (?, ?)", [name, shape])


def _is_null(column: Column) -> bool:
    return column.null and not column.type.is_list


def _type(name: str) -> str:
    item = re.fullmatch(r"ARRAY<(.+)>", name)
    return f"{TYPES[item[1]]}[]" if item else TYPES[name]


def _check_types(path: Path, columns: Sequence[Column]) -> None:
    schema = pyarrow.parquet.read_schema(path)
    if schema.names != [column.name for column in columns]:
        raise WarehouseError("CONFIGURATION", f"{path.name}: columns {schema.names}")
    for column in columns:
        found, wanted = schema.field(column.name).type, column.type.sql
        item = re.fullmatch(r"ARRAY<(.+)>", wanted)
        if str(found.value_type if item else found) not in ARROW[item[1] if item else wanted]:
            raise WarehouseError("CONFIGURATION", f"{path.name}: {column.name} is {found}, not {wanted}")


def _partition(c: Any, name: str) -> str:
    found = _first(c, "SELECT shape FROM _tables WHERE name = ?", [name])
    return str(json.loads(found[0])["partition"]) if found else ""


def _shape(c: Any, name: str) -> Shape | None:
    found = _first(c, "SELECT shape FROM _tables WHERE name = ?", [name])
    if found is None:
        return None
    told, rows = json.loads(found[0]), _first(c, f'SELECT COUNT(*) FROM "{name}"')[0]
    fields = tuple(Field(*field) for field in told["fields"])
    return Shape(fields, told["partition"], tuple(told["cluster"]), bool(told["partition"]), False, rows)


def _first(c: Any, query: str, values: Sequence[Any] = ()) -> Any:
    # A result that is not read to its end is in the way of the next one.
    rows = c.execute(query, list(values)).fetchall()
    return rows[0] if rows else None


def _one(c: Any, query: str, value: str) -> Any:
    found = _first(c, query, [value])
    return None if found is None else found[0]


def _dicts(c: Any, text: str) -> list[dict[str, Any]]:
    # Through Arrow, since the plain way wants one more package for times.
    found: pl.DataFrame = pl.from_arrow(c.sql(text).to_arrow_table())
    return found.to_dicts()

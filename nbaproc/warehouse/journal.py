"""What the ledger remembers of publishing: jobs, what is published where, and how far the run history is.

The receipts in the warehouse are the truth; the journal follows them, so that a command can say what is unpublished
without a call, counts the jobs of a day, and knows which tries have failed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from nbaproc.ledger import Ledger, stamp
from nbaproc.ledger_rows import Attempt

#: Kinds of rows of `warehouse_jobs`: jobs of the warehouse, and one row per try to publish a table.
LOAD, TRANSACTION, PUBLISH = "load", "transaction", "publish"
#: Outcomes of a job that it may still be attached to; any other one is its end.
BEGUN, DONE = "begun", "done"
#: Outcome of a job whose staging table is used up or gone, and of a try that went well.
SPENT, SUCCEEDED = "spent", "succeeded"

_TABLES = (
    "warehouse_jobs (destination TEXT NOT NULL, table_name TEXT NOT NULL, kind TEXT NOT NULL, job_id TEXT NOT NULL, "
    "at TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (destination, kind, job_id))",
    "published (destination TEXT NOT NULL, table_name TEXT NOT NULL, data_date TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, records_fingerprint TEXT NOT NULL, rows INTEGER NOT NULL, "
    "PRIMARY KEY (destination, table_name, data_date))",
    "destinations (destination TEXT NOT NULL PRIMARY KEY, history INTEGER NOT NULL, used_at TEXT NOT NULL)",
)
#: Days after which published rows of the run history are taken out of the ledger.
KEPT_DAYS = 365


@dataclass(frozen=True, slots=True)
class FailedTry:
    """A try to publish a table that failed.

    Attributes:
        table_name: Key of the table's breaker.
        run_id: The command.
        finished_at: When it failed, UTC.
        reason: The category.
        message: What happened.
        content: Hash of what was to be published.
    """

    table_name: str
    run_id: str
    finished_at: str
    reason: str
    message: str
    content: str


class Journal:
    """What a ledger remembers of one destination.

    Args:
        ledger: The ledger of the lake; a missing one has no rows.
        destination: The warehouse, as `nbaproc.warehouse.configuration` names it.
    """

    def __init__(self, ledger: Ledger, destination: str) -> None:
        self.ledger = ledger
        self.destination = destination

    def begin_publishing(self) -> None:
        """Make the tables if they are missing, and note that this destination is published to."""
        add = "INSERT INTO destinations VALUES (?, 0, ?) ON CONFLICT DO UPDATE SET used_at = excluded.used_at"
        with self.ledger.writing() as connection:
            for table in _TABLES:
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")
            connection.execute(add, (self.destination, self.ledger.stamp()))

    # Jobs.

    def begin(self, table: str, kind: str, job_id: str) -> bool:
        """Note a job before it is started; returns whether it is new, so that nobody has started it before."""
        add = "INSERT OR IGNORE INTO warehouse_jobs VALUES (?, ?, ?, ?, ?, ?, '')"
        values = (self.destination, table, kind, job_id, self.ledger.stamp(), BEGUN)
        with self.ledger.writing() as connection:
            return connection.execute(add, values).rowcount == 1

    def is_new(self, kind: str, job_id: str) -> bool:
        """Return whether nobody has begun a job."""
        query = "SELECT 1 FROM warehouse_jobs WHERE destination = ? AND kind = ? AND job_id = ?"
        return not self._read(query, (self.destination, kind, job_id))

    def end(self, kind: str, job_id: str, outcome: str, message: str = "") -> None:
        """Note how a job ended: DONE, SPENT, or the category of its failure."""
        change = "UPDATE warehouse_jobs SET outcome = ?, message = ? "
        change += "WHERE destination = ? AND kind = ? AND job_id = ?"
        with self.ledger.writing() as connection:
            connection.execute(change, (outcome, message[:1000], self.destination, kind, job_id))

    def ended(self, kind: str, table: str, content: str) -> int:
        """Return how many jobs of this content have come to their end: the next one gets this number."""
        query = "SELECT COUNT(*) FROM warehouse_jobs WHERE destination = ? AND kind = ? AND table_name = ? "
        query += "AND instr(job_id, ?) > 0 AND outcome NOT IN (?, ?)"
        rows = self._read(query, (self.destination, kind, table, f"-{content}-", BEGUN, DONE))
        return int(rows[0][0]) if rows else 0

    def loads_of_a_day(self, now: datetime) -> dict[str, int]:
        """Return the load jobs of the last 24 hours by the table they were for; failed ones count."""
        query = "SELECT table_name, COUNT(*) FROM warehouse_jobs WHERE destination = ? AND kind = ? AND at > ? "
        query += "GROUP BY table_name"
        return {
            str(name): int(count)
            for name, count in self._read(query, (self.destination, LOAD, stamp(now - timedelta(hours=24))))
        }

    # Tries to publish a table, for its breaker.

    def note_try(self, table: str, run_id: str, content: str, outcome: str, message: str) -> None:
        """Note how a try to publish a table ended: SUCCEEDED or a category."""
        add = "INSERT OR REPLACE INTO warehouse_jobs VALUES (?, ?, ?, ?, ?, ?, ?)"
        job = f"{run_id} {table} {content}"
        values = (self.destination, table, PUBLISH, job, self.ledger.stamp(), outcome, message[:1000])
        with self.ledger.writing() as connection:
            connection.execute(add, values)

    def failed_in_a_row(self) -> list[FailedTry]:
        """Return the failed tries of every table since its last success, the oldest first."""
        query = "WITH tries AS (SELECT rowid AS id, * FROM warehouse_jobs WHERE destination = ?1 AND kind = ?2), "
        query += "last AS (SELECT table_name, MAX(id) AS id FROM tries WHERE outcome = ?3 GROUP BY table_name) "
        query += "SELECT tries.table_name, job_id, at, outcome, message FROM tries LEFT JOIN last USING (table_name) "
        query += "WHERE tries.id > COALESCE(last.id, 0) AND outcome <> ?3 ORDER BY tries.id"
        found = []
        for table, job, at, outcome, message in self._read(query, (self.destination, PUBLISH, SUCCEEDED)):
            run_id, _, content = str(job).split(" ")
            found.append(FailedTry(breaker_key(str(table)), run_id, str(at), str(outcome), str(message), content))
        return found

    # What is published.

    def published(self, start: date = date.min, end: date = date.max) -> dict[tuple[str, date], tuple[str, str]]:
        """Return both fingerprints of the dates that are published, by table and date."""
        query = "SELECT table_name, data_date, fingerprint, records_fingerprint FROM published "
        query += "WHERE destination = ? AND data_date BETWEEN ? AND ?"
        rows = self._read(query, (self.destination, start.isoformat(), end.isoformat()))
        return {(str(name), date.fromisoformat(str(day))): (str(one), str(two)) for name, day, one, two in rows}

    def note_published(
        self, contents: Mapping[tuple[str, date], tuple[str, str, int]], gone: Collection[tuple[str, date]] = ()
    ) -> None:
        """Note what receipts say: fingerprints and rows by table and date, and dates that have none any more."""
        add = "INSERT OR REPLACE INTO published VALUES (?, ?, ?, ?, ?, ?)"
        take = "DELETE FROM published WHERE destination = ? AND table_name = ? AND data_date = ?"
        rows = [(self.destination, name, day.isoformat(), *content) for (name, day), content in contents.items()]
        with self.ledger.writing() as connection:
            connection.executemany(take, [(self.destination, name, day.isoformat()) for name, day in gone])
            connection.executemany(add, rows)

    # The run history.

    def new_attempts(self) -> tuple[list[Attempt], int]:
        """Return the attempts that are not published yet, and the mark to set when they are."""
        rows = self._read("SELECT history FROM destinations WHERE destination = ?", (self.destination,))
        return self.ledger.attempts_after(int(rows[0][0]) if rows else 0)

    def note_history(self, mark: int, now: datetime) -> None:
        """Note that attempts are published up to a mark, and forget those of more than a year ago that all have."""
        old = stamp(now - timedelta(days=KEPT_DAYS))
        prune = "DELETE FROM runs WHERE finished_at < ? AND rowid <= (SELECT MIN(history) FROM destinations) "
        # The newest row stays, so that the numbers of the next ones go on from it.
        prune += "AND rowid < (SELECT MAX(rowid) FROM runs)"
        with self.ledger.writing() as connection:
            change = "UPDATE destinations SET history = ? WHERE destination = ?"
            connection.execute(change, (mark, self.destination))
            connection.execute(prune, (old,))

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        return read(self.ledger, query, values)


def read(ledger: Ledger, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """Return rows of the tables of publishing; none where nothing was ever published from the lake."""
    if not ledger.select("SELECT name FROM sqlite_master WHERE name = 'destinations'", ()):
        return []
    return ledger.select(query, values)


def last_destination(ledger: Ledger) -> str | None:
    """Return where the lake was published to last, None if it never was."""
    rows = read(ledger, "SELECT destination FROM destinations ORDER BY used_at DESC, destination LIMIT 1")
    return str(rows[0][0]) if rows else None


def breaker_key(table: str) -> str:
    """Return the key of the circuit breaker of publishing a table."""
    return f"publish:{table}"

"""The statements of publishing, in GoogleSQL: every one that touches a partitioned table names literal dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime

from nbaproc.columns import Table
from nbaproc.ddl import PROCESSED_AT
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.warehouse.bookkeeping import PROCESSOR_RUN_HISTORY, PUBLISH_RECEIPTS
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.receipts import Content


def replacement(
    where: Configuration,
    table: Table,
    contents: Mapping[date, Content],
    staging: str | None,
    records: str | None,
    job_id: str,
    at: datetime,
) -> list[str]:
    """Return the statements that put dates of a table in place: rows, failure records and receipts.

    Args:
        where: The warehouse.
        table: The table.
        contents: What it will hold of the dates.
        staging: Qualified name of the table with their rows, None if there are none.
        records: Qualified name of the table with their failure records, None if there are none.
        job_id: Id of the transaction, for the receipts.
        at: The publishing instant.
    """
    days, mine = list(contents), f"`table_name` = {text(table.name)}"
    stamped = {PROCESSED_AT.name: timestamp(at)}
    target, failures = _name(where, table), _name(where, PROCESSING_FAILURES)
    found = [_delete(target, table, days)]
    if staging is not None:
        found.append(_insert(target, table, staging, stamped))
    found.append(_delete(failures, PROCESSING_FAILURES, days, mine))
    if records is not None:
        found.append(_insert(failures, PROCESSING_FAILURES, records, stamped))
    found.append(_delete(_name(where, PUBLISH_RECEIPTS), PUBLISH_RECEIPTS, days, mine))
    found.append(_receipts(where, table, contents, job_id, at))
    return found


def _receipts(where: Configuration, table: Table, contents: Mapping[date, Content], job_id: str, at: datetime) -> str:
    rows = (
        f"({text(table.name)}, {day_(day)}, {text(c.fingerprint)}, {text(c.records_fingerprint)}, {c.rows}, "
        f"{text(c.code_version)}, {text(job_id)}, {timestamp(at)})"
        for day, c in contents.items()
    )
    return f"INSERT INTO {_name(where, PUBLISH_RECEIPTS)} ({_columns(PUBLISH_RECEIPTS)}) VALUES\n" + ",\n".join(rows)


def history(where: Configuration, staging: str, days: Collection[date]) -> list[str]:
    """Return the statements that add attempts to the run history; adding the same ones again changes nothing.

    Args:
        where: The warehouse.
        staging: Qualified name of the table with the attempts.
        days: Their dates.
    """
    target, table = _name(where, PROCESSOR_RUN_HISTORY), PROCESSOR_RUN_HISTORY
    delete = _delete(target, table, days, _is_staged(staging))
    return [delete, f"{_insert(target, table, staging, {})} WHERE {_on(table, days)}"]


def count_history(where: Configuration, staging: str, days: Collection[date]) -> str:
    """Return the query of how many attempts of a staging table are in the run history: `found`."""
    target, table = _name(where, PROCESSOR_RUN_HISTORY), PROCESSOR_RUN_HISTORY
    return f"SELECT COUNT(*) AS `found` FROM {target} WHERE {_on(table, days)} AND {_is_staged(staging)}"


def _is_staged(staging: str) -> str:
    key = "CONCAT(`run_id`, ' ', `table_name`, ' ', CAST(`data_date` AS STRING), ' ', CAST(`started_at` AS STRING))"
    return f"{key} IN (SELECT {key} FROM `{staging}`)"


def retraction(where: Configuration, table: Table, days: Collection[date]) -> list[str]:
    """Return the statement that takes the receipts of dates out, so that they are published again."""
    mine = f"`table_name` = {text(table.name)}"
    return [_delete(_name(where, PUBLISH_RECEIPTS), PUBLISH_RECEIPTS, days, mine)]


def receipts_between(where: Configuration, tables: Iterable[str], start: date, end: date) -> str:
    """Return the query of the receipts of some tables between two dates, both included."""
    names = ", ".join(text(name) for name in tables)
    return (
        f"SELECT {_columns(PUBLISH_RECEIPTS)} FROM {_name(where, PUBLISH_RECEIPTS)} "
        f"WHERE `data_date` BETWEEN {day_(start)} AND {day_(end)} AND `table_name` IN ({names})"
    )


def receipts_of(where: Configuration, table: Table, days: Collection[date]) -> str:
    """Return the query of the receipts of a table's dates."""
    return (
        f"SELECT {_columns(PUBLISH_RECEIPTS)} FROM {_name(where, PUBLISH_RECEIPTS)} "
        f"WHERE {_on(PUBLISH_RECEIPTS, days)} AND `table_name` = {text(table.name)}"
    )


def counts(where: Configuration, table: Table, days: Collection[date]) -> str:
    """Return the query that counts a table's rows and failure records of some dates: `day`, `kind`, `found`."""
    failures = PROCESSING_FAILURES
    return (
        f"SELECT `{table.date}` AS `day`, 'rows' AS `kind`, COUNT(*) AS `found` FROM {_name(where, table)} "
        f"WHERE {_on(table, days)} GROUP BY 1 UNION ALL "
        f"SELECT `{failures.date}`, 'records', COUNT(*) FROM {_name(where, failures)} "
        f"WHERE {_on(failures, days)} AND `table_name` = {text(table.name)} GROUP BY 1"
    )


def _delete(name: str, table: Table, days: Collection[date], also: str = "") -> str:
    return f"DELETE FROM {name} WHERE {_on(table, days)}{' AND ' if also else ''}{also}"


def _insert(name: str, table: Table, staging: str, further: Mapping[str, str]) -> str:
    columns = ", ".join([_columns(table), *(f"`{column}`" for column in further)])
    values = ", ".join([_columns(table), *further.values()])
    return f"INSERT INTO {name} ({columns}) SELECT {values} FROM `{staging}`"


def _name(where: Configuration, table: Table) -> str:
    return f"`{where.table(table.dataset, table.name)}`"


def _columns(table: Table) -> str:
    # In back quotes, since `rows` is a word of the language.
    return ", ".join(f"`{name}`" for name in table.names)


def _on(table: Table, days: Collection[date]) -> str:
    return f"`{table.date}` IN ({', '.join(day_(day) for day in days)})"


def day_(day: date) -> str:
    """Return a literal date.

    >>> day_(date(2021, 11, 4))
    "DATE '2021-11-04'"
    """
    return f"DATE '{day.isoformat()}'"


def timestamp(at: datetime) -> str:
    """Return a literal time.

    >>> timestamp(datetime(2026, 1, 7, 2, tzinfo=UTC))
    "TIMESTAMP '2026-01-07 02:00:00.000000+00:00'"
    """
    return f"TIMESTAMP '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00:00'"


def text(value: str) -> str:
    r"""Return a literal text.

    >>> print(text("it's"))
    'it\'s'
    """
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"

"""The rows of the ledger: cells, attempts at them, and circuit breakers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """What the ledger holds of one table on one date.

    Attributes:
        table_name: Output table.
        data_date: Its date.
        state: running, succeeded, partial, skipped, failed or blocked.
        reason: Why it is skipped, or the category of what went wrong; empty for a plain success.
        message: What happened, for a person.
        run_id: The run that ended it last.
        rows: Rows of the date.
        records: Failure records of the date.
        fingerprint: Fingerprint of the rows, empty where nothing was written.
        records_fingerprint: Fingerprint of the records.
        input_fingerprint: Fingerprint of what the cell was computed from.
        code_version: Version of the code.
        settled: Every game of the date was final.
        updated_at: When the row was written, UTC.
    """

    table_name: str
    data_date: date
    state: str
    reason: str = ""
    message: str = ""
    run_id: str = ""
    rows: int = 0
    records: int = 0
    fingerprint: str = ""
    records_fingerprint: str = ""
    input_fingerprint: str = ""
    code_version: str = ""
    settled: bool = True
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a cell, a row of the run history.

    Attributes:
        run_id: The run.
        table_name: Output table.
        data_date: Its date.
        status: succeeded, partial, skipped, failed or blocked.
        reason: Category or skip reason.
        message: What happened.
        command: The command of the run.
        engine: polars or reference.
        workers: Processes that worked on the run.
        started_at: When its shard was begun, UTC.
        finished_at: When it had ended.
        load_ms: Milliseconds of reading: the cell's share in its shard, by rows.
        compute_ms: Of computing.
        write_ms: Of writing.
        rows_written: Rows of the date in the file.
        records: Failure records.
        input_fingerprint: Fingerprint of what it was computed from.
        fingerprint: Fingerprint of the rows.
        code_version: Version of the code.
        peak_rss_mb: Peak memory of the process that computed it.
        force: Whether the date was allowed to lose rows.
        check_ms: Milliseconds of judging and guarding.
        rows_expected: Rows that the scope of the date asks for, None if it was not computed.
        rows_changed: Rows that the lake did not hold with this content.
        coverage: JSON: what the date has of every input.
        host: Machine that computed it.
        shard: Number of the shard in its stage, None if no shard was run.
        attempt: Tries at the cell so far, this one included.
    """

    run_id: str
    table_name: str
    data_date: date
    status: str
    reason: str
    message: str
    command: str
    engine: str
    workers: int
    started_at: str
    finished_at: str
    load_ms: int
    compute_ms: int
    write_ms: int
    rows_written: int
    records: int
    input_fingerprint: str
    fingerprint: str
    code_version: str
    peak_rss_mb: int
    # What older ledgers lack stands last, with what their rows then have.
    force: bool = False
    check_ms: int = 0
    rows_expected: int | None = None
    rows_changed: int = 0
    coverage: str = ""
    host: str = ""
    shard: int | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """The state of a table's circuit breaker as it is stored.

    Attributes:
        key: The table.
        state: closed, open or half_open.
        failure_count: Failures in a row.
        opened_at: When it opened, UTC, empty if never.
        last_error: Category and message of the last failure.
        updated_at: When its state changed last.
    """

    key: str
    state: str
    failure_count: int
    opened_at: str
    last_error: str
    updated_at: str

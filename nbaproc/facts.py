"""What the footer of a month file says of each of its dates: how it ended, and of what it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.canonical import EMPTY, partition_fingerprints
from nbaproc.columns import Table
from nbaproc.failures import PROCESSING_FAILURES


@dataclass(frozen=True)
class CellFacts:
    """What the footer says of one date of an output table.

    Attributes:
        state: succeeded, partial or skipped.
        reason: Why it is skipped or partial, empty otherwise.
        rows: Rows of the date.
        keys: Distinct keys of the date.
        fingerprint: Fingerprint of the rows.
        records: Failure records of the date.
        records_fingerprint: Fingerprint of the records.
        code_version: Version of the code that computed it.
        settled: Every game of the date was final.
        input_fingerprint: Fingerprint of what it was computed from.
    """

    state: str
    reason: str
    rows: int
    keys: int
    fingerprint: str
    records: int
    records_fingerprint: str
    code_version: str
    settled: bool
    input_fingerprint: str = ""


@dataclass(frozen=True)
class CellState:
    """How a date of an output table ended, as its footer keeps it: see `CellFacts`."""

    state: str
    reason: str = ""
    settled: bool = True
    input_fingerprint: str = ""


def cell_facts(
    table: Table,
    states: Mapping[date, CellState],
    rows: pl.DataFrame,
    records: pl.DataFrame,
    code_version: str,
) -> dict[date, CellFacts]:
    """Return what the footers will say of some dates.

    Args:
        table: An output table.
        states: The dates and how they ended.
        rows: Their sealed rows, sorted by key.
        records: Their failure records, complete.
        code_version: Version of the code that computed the rows.
    """
    ordered = records.sort("analysis_date", *PROCESSING_FAILURES.key)
    prints, record_prints = partition_fingerprints(rows, table), partition_fingerprints(ordered, PROCESSING_FAILURES)
    heights = dict(rows.group_by(table.date).len().iter_rows())
    counts = dict(records.group_by("analysis_date").len().iter_rows())
    return {
        day: CellFacts(
            state=state.state,
            reason=state.reason,
            rows=heights.get(day, 0),
            keys=heights.get(day, 0),
            fingerprint=prints.get(day, EMPTY),
            records=counts.get(day, 0),
            records_fingerprint=record_prints.get(day, EMPTY),
            code_version=code_version,
            settled=state.settled,
            input_fingerprint=state.input_fingerprint,
        )
        for day, state in states.items()
    }

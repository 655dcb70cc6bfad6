"""Recounting the lake: does every file hold what its footer, and the ledger, say of it?"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from nbaproc.canonical import EMPTY, partition_fingerprints, row_hashes
from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.facts import CellFacts
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.ledger_rows import Cell
from nbaproc.parquet import read_facts
from nbaproc.progress import Progress, Silent
from nbaproc.run.cells import FAILED, PARTIAL, SKIPPED, SUCCEEDED
from nbaproc.run.repair import of_footer, repair
from nbaproc.tables import declarations

#: Who says something else than the data.
FOOTER, LEDGER, FILE = "footer", "ledger", "file"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One date of a table of which somebody says something else than the data.

    Attributes:
        table: Name of the table.
        month: Its month, as 2021-11.
        day: The date, None where the whole file cannot be read.
        where: Who is wrong: the footer of the file, the ledger, or the file itself.
        message: What is said, and what is there.
    """

    table: str
    month: str
    day: date | None
    where: str
    message: str


@dataclass
class Recount:
    """What was recounted.

    Attributes:
        cells: Cells recounted, by table.
        rows: Rows recounted, by table.
        mismatches: What differs.
        mended: Cells that the ledger did not know, or knew otherwise than the lake, and knows now.
    """

    cells: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    mismatches: list[Mismatch] = field(default_factory=list)
    mended: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.mismatches


def verify_ledger(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    only: Collection[date] | None = None,
    progress: Progress | None = None,
) -> Recount:
    """Recount the rows, keys and fingerprints of every file and compare them with its footer and the ledger.

    A cell whose data is not what its footer says is failed in the ledger, so that the next plan computes it. Where the
    ledger says something else than a right footer, the footer wins.

    Args:
        lake: The lake.
        names: Tables.
        start: First date.
        end: Last date.
        only: Dates of the range that are asked for, None for all.
        progress: Is told how far it is.

    Raises:
        LedgerError: The ledger cannot be read or written.
    """
    progress = progress or Silent()
    found = Recount(dict.fromkeys(names, 0), dict.fromkeys(names, 0))
    months = {name: _months(lake, declarations()[name], start, end) for name in names}
    progress.start(sum(map(len, months.values())))
    wrong: dict[tuple[str, date], CellFacts] = {}
    with Ledger(lake.root) as ledger:
        known = ledger.cells(start, end)
        for name, of_table in months.items():
            for month in of_table:
                progress.working(f"{name} {month.month}")
                _recount(lake, declarations()[name], month, (start, end, only), known, found, wrong)
                progress.advance(1, 0)
        readable = [name for name in names if not any(m.table == name and m.day is None for m in found.mismatches)]
        found.mended = repair(lake, ledger, readable, start, end)
        if wrong:
            text = {(m.table, m.day): m.message for m in found.mismatches if m.where == FOOTER}
            ledger.record(_failed(key, facts, text[key], ledger.stamp()) for key, facts in wrong.items())
    return found


def _months(lake: Lake, table: Table, start: date, end: date) -> list[Month]:
    return [month for month in lake.months(table) if f"{start:%Y-%m}" <= month.month <= f"{end:%Y-%m}"]


def _recount(
    lake: Lake,
    table: Table,
    month: Month,
    span: tuple[date, date, Collection[date] | None],
    known: Mapping[tuple[str, date], Cell],
    found: Recount,
    wrong: dict[tuple[str, date], CellFacts],
) -> None:
    """Recount one file."""
    start, end, only = span
    try:
        dates = read_facts(lake.path(table, month))["dates"]
        said = {date.fromisoformat(day): CellFacts(**facts) for day, facts in dates.items()}
        data = _data(lake, table, month)
    except LakeError as error:
        found.mismatches.append(Mismatch(table.name, month.month, None, FILE, str(error)))
        return
    for day in sorted(said.keys() | data.keys()):
        if not start <= day <= end or (only is not None and day not in only):
            continue
        found.cells[table.name] += 1
        counted = data.get(day, _Data())
        found.rows[table.name] += counted.rows
        if day not in said:
            remedy = "remove the file and compute its month again"
            text = f"{counted.rows} rows of a date that the footer does not name; {remedy}"
            found.mismatches.append(Mismatch(table.name, month.month, day, FILE, text))
            continue
        text = counted.against(said[day])
        if text:
            found.mismatches.append(Mismatch(table.name, month.month, day, FOOTER, text))
            wrong[table.name, day] = said[day]
        cell = known.get((table.name, day))
        if not text and cell is not None and cell.state in (SUCCEEDED, PARTIAL, SKIPPED):
            told = of_footer(table.name, day, said[day], cell.updated_at)
            names = ("state", "rows", "records", "fingerprint", "records_fingerprint")
            differs = [name for name in names if getattr(cell, name) != getattr(told, name)]
            if differs:
                what = ", ".join(f"{name} {getattr(cell, name)} instead of {getattr(told, name)}" for name in differs)
                found.mismatches.append(Mismatch(table.name, month.month, day, LEDGER, what))


@dataclass(frozen=True, slots=True)
class _Data:
    """What the data of a date is."""

    rows: int = 0
    keys: int = 0
    fingerprint: str = EMPTY
    records: int = 0
    records_fingerprint: str = EMPTY

    def against(self, said: CellFacts) -> str:
        """Return how a footer differs from the data, empty if it does not."""
        names = ("rows", "keys", "fingerprint", "records", "records_fingerprint")
        differs = [name for name in names if getattr(self, name) != getattr(said, name)]
        return ", ".join(f"{name} {getattr(self, name)} instead of {getattr(said, name)}" for name in differs)


def _data(lake: Lake, table: Table, month: Month) -> dict[date, _Data]:
    """Return what the data of every date of a month is, dates without rows or records left out."""
    rows = lake.read_month(table, month)
    if table.hashed:
        rows = rows.with_columns(row_hashes(rows, table.hashed))
    found = {day: _Data(n, keys, text) for day, (n, keys, text) in _counts(table, rows).items()}
    first = date.fromisoformat(f"{month.month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    records = lake.read_records(table, first, last).sort("analysis_date", *PROCESSING_FAILURES.key)
    for day, (n, _, text) in _counts(PROCESSING_FAILURES, records).items():
        if Month.of(day) == month:
            found[day] = replace(found.get(day, _Data()), records=n, records_fingerprint=text)
    return found


def _counts(table: Table, rows: pl.DataFrame) -> dict[date, tuple[int, int, str]]:
    """Return rows, distinct keys and fingerprint of every date."""
    prints = partition_fingerprints(rows, table)
    of_date = rows.group_by(table.date or "").agg(n=pl.len(), keys=pl.struct(table.key).n_unique())
    return {day: (n, keys, prints[day]) for day, n, keys in of_date.iter_rows()}


def _failed(key: tuple[str, date], facts: CellFacts, text: str, at: str) -> Cell:
    cell = of_footer(*key, facts, at)
    return replace(cell, state=FAILED, reason=Category.COUNT_MISMATCH.name, message=f"the file differs: {text}")

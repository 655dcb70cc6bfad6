"""What a lake holds for the warehouse: fingerprints from its footers, rows and records from its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from nbaproc.boundary import complete_records, empty
from nbaproc.calendar import season_text, season_year
from nbaproc.canonical import EMPTY
from nbaproc.columns import Table
from nbaproc.errors import LakeError, PreflightError
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.lake import Lake
from nbaproc.ledger_rows import Cell
from nbaproc.raw.records import draft
from nbaproc.run.cells import is_unbuilt
from nbaproc.tables import declarations
from nbaproc.warehouse.receipts import Content
from nbaproc.warehouse.staging import fingerprints

#: Cells of the ledger, in line with the lake.
Known = Mapping[tuple[str, date], Cell]


@dataclass(frozen=True)
class Wanted:
    """What the warehouse is to hold of a table.

    Attributes:
        contents: The dates, with what belongs there.
        torn: Dates whose records were replaced and whose rows were not; they stay as they are.
        attempts: Records of the dates whose last attempt failed or waits: they lie in no file.
    """

    contents: dict[date, Content]
    torn: list[date]
    attempts: pl.DataFrame


def wanted(
    lake: Lake, table: Table, known: Known, start: date, end: date, only: Collection[date] | None = None
) -> Wanted:
    """Return what the warehouse is to hold of a table; reads footers, and records where an attempt failed.

    Args:
        lake: The lake.
        table: The table.
        known: The ledger's cells.
        start: First date.
        end: Last date.
        only: Dates of the range that are asked for, None for all.

    Raises:
        LakeError: A file cannot be read.
    """
    told = lake.records_fingerprints(table, start, end)
    stored = {d: f for d, f in lake.facts(table, start, end).items() if only is None or d in only}
    torn = [day for day, facts in stored.items() if facts.records_fingerprint != told.get(day, EMPTY)]
    contents = {
        day: Content(facts.fingerprint, facts.records_fingerprint, facts.rows, facts.code_version)
        for day, facts in stored.items()
        if day not in torn
    }
    failed = [
        cell
        for (name, day), cell in known.items()
        if name == table.name
        and is_unbuilt(cell.state, cell.reason)
        and start <= day <= end
        and day not in torn
        and (only is None or day in only)
    ]
    attempts = date_records(table, failed)
    if failed:
        days = {cell.data_date for cell in failed}
        prints = fingerprints(PROCESSING_FAILURES, read_records(lake, table, days, attempts))
        for cell in failed:
            absent = Content(EMPTY, EMPTY, 0, cell.code_version, stored=False)
            before = contents.get(cell.data_date, absent)
            contents[cell.data_date] = replace(before, records_fingerprint=prints[cell.data_date])
    return Wanted(contents, torn, attempts)


def date_records(table: Table, cells: Collection[Cell]) -> pl.DataFrame:
    """Return the DATE-level records that the ledger's rows of failed cells stand for."""
    if not cells:
        return empty(PROCESSING_FAILURES)
    by_category: dict[str, list[Cell]] = {}
    for cell in cells:
        by_category.setdefault(cell.reason, []).append(cell)
    drafts = [
        draft(
            pl.DataFrame({"game_date": [c.data_date for c in some], "said": [c.message or c.reason for c in some]}),
            Category[reason],
            "DATE",
            pl.lit("DATE_LEVEL"),
            pl.col("said"),
        )
        for reason, some in sorted(by_category.items())
    ]
    return complete_records(table, pl.concat(drafts))


def read_rows(lake: Lake, table: Table, contents: Mapping[date, Content]) -> pl.DataFrame:
    """Return a table's rows of some dates, sorted by key.

    Raises:
        LakeError: They are not what the footers say: the lake was changed meanwhile, or a file is damaged.
    """
    days = [day for day, content in contents.items() if content.rows]
    if not days:
        return empty(table)
    rows = lake.read(table, min(days), max(days)).filter(pl.col(table.date or "").is_in(days)).sort(table.key)
    _hold(table, table, fingerprints(table, rows), {day: c.fingerprint for day, c in contents.items()})
    return rows


def read_records(lake: Lake, table: Table, days: Collection[date], attempts: pl.DataFrame) -> pl.DataFrame:
    """Return the failure records of a table's dates, those of failed attempts among them, sorted by key."""
    stored, of_days = lake.read_records(table, min(days), max(days)), pl.col("analysis_date").is_in(list(days))
    both = pl.concat([stored.filter(of_days), attempts.filter(of_days)])
    # The attempt came after what the lake holds, and may speak of the same.
    return both.unique(PROCESSING_FAILURES.key, keep="last").sort(PROCESSING_FAILURES.key)


def read_wanted_records(
    lake: Lake, table: Table, contents: Mapping[date, Content], attempts: pl.DataFrame
) -> pl.DataFrame:
    """Return the failure records of some dates, sorted by key.

    Raises:
        LakeError: They are not what the footers say.
    """
    records = read_records(lake, table, contents, attempts)
    told = {day: content.records_fingerprint for day, content in contents.items()}
    _hold(table, PROCESSING_FAILURES, fingerprints(PROCESSING_FAILURES, records), told)
    return records


def _hold(table: Table, of: Table, found: Mapping[date, str], told: Mapping[date, str]) -> None:
    for day, text in told.items():
        if found.get(day, EMPTY) != text:
            what = f"{of.name} of {table.name}" if of is not table else table.name
            raise LakeError(
                f"{what} {day}: the rows are not those that the footer speaks of; "
                "publish again when no other command is at work, or run `nbaproc verify-ledger`"
            )


def refuse_mixed_code(lake: Lake, names: Iterable[str], start: date, end: date, only: Collection[date] | None) -> None:
    """Refuse to publish a season that two versions of the code have computed.

    Raises:
        PreflightError: A season has two; names a table and a date of each.
    """
    seen: dict[int, dict[str, tuple[str, date]]] = {}
    for name in names:
        for day, facts in lake.facts(declarations()[name], start, end).items():
            if only is None or day in only:
                seen.setdefault(season_year(day), {}).setdefault(facts.code_version, (name, day))
    for year, versions in sorted(seen.items()):
        if len(versions) > 1:
            told = ", ".join(f"{version} ({name} {day})" for version, (name, day) in sorted(versions.items()))
            raise PreflightError(
                f"season {season_text(year)} was computed by {len(versions)} versions of the code: {told}; nothing was "
                "published; compute the stale dates first: `nbaproc backfill` with the same dates and tables"
            )

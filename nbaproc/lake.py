"""The lake: Parquet files by data set, table, season and month.

`<lake>/<data set>/<table>/season=2021-22/2021-11.parquet` holds a table's rows of one calendar month, sorted by key.
Footers say per date what was computed from what; a file's bytes are a function of its rows and these facts. Readers
need nothing but a glob. A date is replaced whole, the other dates of its month keep their rows byte for byte.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import as_declared, empty
from nbaproc.calendar import season_text, season_year
from nbaproc.canonical import partition_fingerprints, whole_fingerprint
from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError, LakeError
from nbaproc.facts import CellFacts
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.faults import reach
from nbaproc.parquet import encode, locked, read_facts, read_frame, read_frames, remove_file, replace_file, stamp

#: Where a month lies below its table's folder.
MONTH_FILE = re.compile(r"season=([0-9]{4}-[0-9]{2})/([0-9]{4}-[0-9]{2})\.parquet")


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month of one season, the unit of storage."""

    season: str
    month: str

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month a date is stored in.

        >>> Month.of(date(2021, 11, 15))
        Month(season='2021-22', month='2021-11')
        """
        return cls(season_text(season_year(day)), f"{day:%Y-%m}")


class Lake:
    """A lake in a folder.

    Args:
        root: The folder; it is made by the first write.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def __repr__(self) -> str:
        """Return the folder."""
        return f"Lake({str(self.root)!r})"

    # Layout.

    def folder(self, table: Table) -> Path:
        """Return the folder of a table."""
        return self.root / table.dataset / table.name

    def path(self, table: Table, month: Month) -> Path:
        """Return the file of a table's month."""
        return self.folder(table) / f"season={month.season}" / f"{month.month}.parquet"

    def records_path(self, table: Table, month: Month) -> Path:
        """Return the file of the failure records of a table's month."""
        return self.folder(PROCESSING_FAILURES) / f"season={month.season}" / f"{month.month}.{table.name}.parquet"

    def months(self, table: Table) -> list[Month]:
        """Return the months a table has files of.

        Raises:
            LakeError: There is a Parquet file that is no month.
        """
        found = []
        for path in _files_below(self.folder(table)):
            name = MONTH_FILE.fullmatch(path)
            if name is None:
                raise LakeError(
                    f"{self.folder(table) / path}: not a month file of {table.name}; move it out of the lake"
                )
            found.append(Month(*name.groups()))
        return sorted(found)

    def _records_between(self, table: Table, start: date, end: date) -> list[Path]:
        folder = self.folder(PROCESSING_FAILURES)
        found = [folder / path for path in _files_below(folder) if path.endswith(f".{table.name}.parquet")]
        return sorted(path for path in found if f"{start:%Y-%m}" <= path.name[:7] <= f"{end:%Y-%m}")

    def stamps(self, table: Table, start: date, end: date) -> list[tuple[str, tuple[int, int, int]]]:
        """Return name and `stamp` of the files of a table between two dates."""
        paths = [self.path(table, month) for month in self.months_between(table, start, end)]
        return [(path.name, stamp(path)) for path in paths]

    def months_between(self, table: Table, start: date, end: date) -> list[Month]:
        """Return the months with a file of a table from that of one date to that of another."""
        return [month for month in self.months(table) if f"{start:%Y-%m}" <= month.month <= f"{end:%Y-%m}"]

    def _lock(self, table: Table, month: str) -> Path:
        return self.root / ".nbaproc" / "locks" / f"{table.name}.{month}"

    # Reading.

    def read(self, table: Table, start: date, end: date, columns: list[str] | None = None) -> pl.DataFrame:
        """Return a table's rows between two dates, both included.

        Args:
            table: A table with a date column.
            start: First date.
            end: Last date.
            columns: Columns to read; the date column is read in any case.

        Raises:
            LakeError: A file cannot be read.
        """
        assert table.date is not None
        wanted = columns and list(dict.fromkeys([table.date, *columns]))
        months = self.months_between(table, start, end)
        if not months:
            rows = empty(table)
            return rows.select(wanted) if wanted else rows
        rows = _all_rows(table, [self.path(table, month) for month in months], wanted)
        low, high = f"{start:%Y-%m}-01", f"{end:%Y-%m}"
        inside = start.isoformat() <= low and months[-1].month < high
        return rows if inside else rows.filter(pl.col(table.date).is_between(start, end))

    def read_month(self, table: Table, month: Month, columns: list[str] | None = None) -> pl.DataFrame:
        """Return all rows of a table's month; none if there is no file."""
        path = self.path(table, month)
        return _rows(table, path, columns) if path.exists() else empty(table).select(columns or pl.all())

    def read_records(self, table: Table, start: date, end: date) -> pl.DataFrame:
        """Return the failure records of a table between two dates, both included."""
        paths = self._records_between(table, start, end)
        if not paths:
            return empty(PROCESSING_FAILURES)
        rows = pl.concat([_rows(PROCESSING_FAILURES, path) for path in paths], rechunk=True)
        return rows.filter(pl.col("analysis_date").is_between(start, end))

    def facts(self, table: Table, start: date, end: date) -> dict[date, CellFacts]:
        """Return what the footers say of a table's dates."""
        found: dict[date, CellFacts] = {}
        for month in self.months_between(table, start, end):
            path = self.path(table, month)
            found |= _facts_of(path, stamp(path))
        return {day: fact for day, fact in sorted(found.items()) if start <= day <= end}

    def records_fingerprints(self, table: Table, start: date, end: date) -> dict[date, str]:
        """Return the fingerprints of a table's failure records as they lie in the lake, dates without any left out.

        Reads footers only. Where a date's differs from `facts`, its records were replaced and its rows were not.
        """
        found: dict[date, str] = {}
        for path in self._records_between(table, start, end):
            found |= {date.fromisoformat(day): text for day, text in _record_prints(path).items()}
        return {day: text for day, text in sorted(found.items()) if start <= day <= end}

    def raw_fingerprints(self, table: Table, month: Month) -> dict[date, str]:
        """Return the fingerprint of every date of a raw table's month, from the footer.

        Raises:
            LakeError: The file cannot be read.
        """
        dates = read_facts(self.path(table, month))["dates"]
        return {date.fromisoformat(day): facts["fingerprint"] for day, facts in dates.items()}

    def read_whole(self, table: Table, columns: list[str] | None = None) -> pl.DataFrame:
        """Return all rows of a table: for the schedule and the small reference tables."""
        if table.date is not None:
            return self.read(table, date.min, date.max, columns)
        path = self._whole_path(table)
        if path.exists():
            return _rows(table, path, columns)
        return empty(table).select(columns or pl.all())

    def _whole_path(self, table: Table) -> Path:
        return self.folder(table) / f"{table.name}.parquet"

    # Writing.

    def replace(
        self, table: Table, month: Month, facts: Mapping[date, CellFacts], rows: pl.DataFrame, records: pl.DataFrame
    ) -> bool:
        """Replace dates of an output table within one month, and their failure records with them.

        The other dates of the month keep their rows. Records go first; the data file's footer names their
        fingerprints, so a crash between the two shows.

        Args:
            table: The table.
            month: The month; every date must lie in it.
            facts: The dates that are replaced, also those that become empty, with their `cell_facts`.
            rows: Their sealed rows.
            records: Their failure records, complete.

        Returns:
            Whether a file changed.

        Raises:
            LakeError: A file cannot be read or written, or a row is of another date; the old files are untouched.
        """
        strays = [day for day in facts if Month.of(day) != month]
        if strays:
            raise LakeError(f"{table.name}: {strays[0]} is not a date of {month.month}")
        with locked(self._lock(table, month.month)):
            path, records_path = self.path(table, month), self.records_path(table, month)
            self._sweep(path, records_path)
            old_facts = read_facts(path)["dates"] if path.exists() else {}
            if self._holds(table, month, old_facts, facts, rows, records):
                return False
            all_rows = _merged(table, path, rows, facts)
            all_records = _merged(PROCESSING_FAILURES, records_path, records, facts)
            dates = old_facts | {day.isoformat(): asdict(fact) for day, fact in facts.items()}
            reach("before_records")
            prints = _record_prints(records_path) if records_path.exists() else {}
            prints = {day: text for day, text in prints.items() if date.fromisoformat(day) not in facts}
            prints |= {day.isoformat(): fact.records_fingerprint for day, fact in facts.items() if fact.records}
            changed = self._store_records(all_records, prints, records_path, table, month)
            reach("after_records")
            content = encode(all_rows, {"table": table.name, "month": month.month, "dates": dates})
            return replace_file(path, content) or changed

    def _holds(
        self,
        table: Table,
        month: Month,
        old: Mapping[str, Any],
        facts: Mapping[date, CellFacts],
        rows: pl.DataFrame,
        records: pl.DataFrame,
    ) -> bool:
        """Return whether the files of a month hold some dates as they are to be: then nothing has to be written."""
        if any(old.get(day.isoformat()) != asdict(fact) for day, fact in facts.items()):
            return False
        path, days = self.path(table, month), sorted(day.isoformat() for day in facts)
        # A month lies in the order of its dates: only the rows from the first date to the last are looked at.
        before = sum(fact["rows"] for day, fact in old.items() if day < days[0])
        among = sum(fact["rows"] for day, fact in old.items() if days[0] <= day <= days[-1])
        there = _declared(table, path, read_frame(path, rows=(before, among)), None)
        if not _of_dates(there, table, facts).equals(rows.select(table.names)):
            return False
        path = self.records_path(table, month)
        if not path.exists():
            return not records.height
        told = _of_dates(_rows(PROCESSING_FAILURES, path), PROCESSING_FAILURES, facts)
        return told.equals(records.select(PROCESSING_FAILURES.names))

    def _store_records(
        self, records: pl.DataFrame, prints: dict[str, str], path: Path, table: Table, month: Month
    ) -> bool:
        if not records.height:
            return remove_file(path)
        facts = {"table": PROCESSING_FAILURES.name, "of": table.name, "month": month.month, "fingerprints": prints}
        return replace_file(path, encode(records, facts))

    def _sweep(self, *paths: Path) -> None:
        """Remove what a writer that died left beside these files; their lock is held."""
        for path in paths:
            for left in path.parent.glob(f"{path.name}.tmp-*"):
                remove_file(left)

    def store_raw(self, table: Table, month: Month, rows: pl.DataFrame, origin: str = "") -> bool:
        """Store one month of a raw table.

        Args:
            table: The raw table.
            month: The month.
            rows: All its rows in their final order; none removes the file.
            origin: Where they come from, if not from files; see `raw_origin`.

        Returns:
            Whether the file changed.
        """
        path = self.path(table, month)
        with locked(self._lock(table, month.month)):
            self._sweep(path)
            if not rows.height:
                return remove_file(path)
            prints = partition_fingerprints(rows, table)
            heights = rows.group_by(table.date, maintain_order=True).len().iter_rows()
            dates = {str(day): {"rows": height, "fingerprint": prints[day]} for day, height in heights}
            facts = {"table": table.name, "month": month.month, "dates": dates} | _origin(origin)
            if path.exists() and read_facts(path) == facts:
                return False
            return replace_file(path, encode(rows, facts))

    def store_whole(self, table: Table, rows: pl.DataFrame, origin: str = "") -> bool:
        """Store a small table without dates as one file; returns whether it changed."""
        path = self._whole_path(table)
        with locked(self._lock(table, "all")):
            self._sweep(path)
            facts = {"table": table.name, "rows": rows.height, "fingerprint": whole_fingerprint(rows, table)}
            facts |= _origin(origin)
            return replace_file(path, encode(rows, facts))

    def raw_origin(self, table: Table) -> str | None:
        """Return where the rows of a raw table come from: empty for files, None if it has none. Reads one footer."""
        paths = [self._whole_path(table)] if table.date is None else [self.path(table, m) for m in self.months(table)]
        path = next((path for path in paths if path.exists()), None)
        if path is None:
            return None
        # What is wrong with a file that is none of ours is said by whoever reads its rows.
        with contextlib.suppress(LakeError):
            return str(read_facts(path).get("origin", ""))
        return ""

    def ingesting(self) -> AbstractContextManager[None]:
        """Return a lock under which raw tables are changed: one ingest at a time."""
        return locked(self.root / ".nbaproc" / "locks" / "ingest")

    def probe(self) -> None:
        """Make sure the lake can be written, before any work is done.

        Raises:
            LakeError: The folder cannot be made or written.
        """
        path = self.root / ".nbaproc" / "probe"
        with locked(self.root / ".nbaproc" / "locks" / "probe"):
            self._sweep(path)
            replace_file(path, b"nbaproc")
            remove_file(path)


def _origin(origin: str) -> dict[str, str]:
    return {"origin": origin} if origin else {}


def _record_prints(path: Path) -> dict[str, str]:
    """Return the fingerprint of every date of a records file; computed from its data if the footer has none."""
    found: dict[str, str] | None = read_facts(path).get("fingerprints")
    if found is not None:
        return found
    prints = partition_fingerprints(_rows(PROCESSING_FAILURES, path), PROCESSING_FAILURES)
    return {day.isoformat(): text for day, text in prints.items()}


def _of_dates(rows: pl.DataFrame, table: Table, days: Collection[date]) -> pl.DataFrame:
    return rows.filter(pl.col(table.date or "").is_in(list(days)))


@lru_cache(maxsize=1024)
def _facts_of(path: Path, _: tuple[int, int, int]) -> dict[date, CellFacts]:
    """Return what the footer of a month says of its dates; a run asks several times, and files are seldom replaced."""
    return {date.fromisoformat(day): CellFacts(**fact) for day, fact in read_facts(path)["dates"].items()}


def _files_below(folder: Path) -> Iterator[str]:
    """Return the Parquet files in the folders of a folder, with the name of theirs before their own."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as parts:
        for part in parts:
            if part.is_dir():
                yield from (f"{part.name}/{name}" for name in os.listdir(part.path) if name.endswith(".parquet"))


def _merged(table: Table, path: Path, new: pl.DataFrame, days: Collection[date]) -> pl.DataFrame:
    """Put new rows of some days among the rows a file has of other days."""
    day = pl.col(table.date or "")
    outside = new.filter(~day.is_in(list(days)))
    if outside.height:
        raise LakeError(f"{table.name}: a row of {outside[table.date or ''][0]} is not of the dates being replaced")
    new = new.select(table.names).sort(table.key)
    if not path.exists():
        return new
    kept = _rows(table, path).filter(~day.is_in(list(days))).select(table.names)
    # Both have the order of the key; where it begins with the date, only the dates have to be put in order.
    order = [table.date] if table.date == table.key[0] else table.key
    return pl.concat([kept, new]).sort(order, maintain_order=True)


def _rows(table: Table, path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """Return the rows of a file as they are declared.

    A raw file may lack columns, which is for its readers to judge; a file of ours may not.
    """
    return _declared(table, path, read_frame(path, columns), columns)


def _declared(table: Table, path: Path, rows: pl.DataFrame, columns: list[str] | None) -> pl.DataFrame:
    missing = [c.name for c in table.columns if c.name not in rows.columns and not c.optional]
    if missing and not columns and table.dataset not in ("nba_raw", "nba_reference"):
        raise LakeError(f"{path}: column {missing[0]} is missing; remove the file and compute its month again")
    try:
        return as_declared(table, rows)
    except ConfigurationError as error:
        raise LakeError(f"{path}: {str(error).removeprefix(f'table {table.name}: ')}") from error


def _all_rows(table: Table, paths: list[Path], columns: list[str] | None) -> pl.DataFrame:
    """Return the rows of several files; at once if they have the same columns, else one by one, to name the odd one."""
    with contextlib.suppress(LakeError):
        return _declared(table, paths[0], read_frames(paths, columns), columns).rechunk()
    frames = [_rows(table, path, columns) for path in paths]
    return pl.concat(frames, how="vertical" if _alike(frames) else "diagonal", rechunk=True)


def _alike(frames: list[pl.DataFrame]) -> bool:
    return len({tuple(frame.columns) for frame in frames}) == 1

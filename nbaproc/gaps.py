"""Gaps that were accepted: dates of a table that never come, and who said so why.

The list lies beside the ledger as CSV, because the lake could not give it back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from nbaproc.errors import LakeError
from nbaproc.parquet import locked, replace_file

#: Columns of the file.
HEADER = ("table", "from", "to", "reason", "by", "at")


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """Consecutive dates of a table that need not be there.

    Attributes:
        table: Name of the table.
        start: First date.
        end: Last date.
        reason: Why they never come.
        by: Who accepted it.
        at: When, UTC.
    """

    table: str
    start: date
    end: date
    reason: str
    by: str
    at: str


def path_of(root: Path) -> Path:
    """Return the file of a lake's accepted gaps."""
    return root / ".nbaproc" / "accepted_gaps.csv"


def read_gaps(root: Path) -> list[AcceptedGap]:
    """Return the accepted gaps of a lake, the oldest first.

    Args:
        root: Folder of the lake.

    Raises:
        LakeError: The file cannot be read, or a line of it is not understood.
    """
    path = path_of(root)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise LakeError(f"{path}: cannot be read ({error}); mend the file or remove it") from error
    found = []
    lines = csv.reader(io.StringIO(text))
    for number, row in enumerate(lines, 1):
        if tuple(row) == HEADER or not row:
            continue
        try:
            table, first, last, reason, by, at = row
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError as error:
            raise LakeError(f"{path}: line {number} is no gap ({error}); it holds {','.join(HEADER)}") from error
        found.append(AcceptedGap(table, start, end, reason, by, at))
    return found


def accepted_dates(root: Path) -> dict[str, set[date]]:
    """Return the accepted dates of a lake by table."""
    found: dict[str, set[date]] = {}
    for gap in read_gaps(root):
        found.setdefault(gap.table, set()).update(_days(gap.start, gap.end))
    return found


def accept(
    root: Path, tables: Sequence[str], dates: Iterable[date], reason: str, by: str, at: str
) -> list[AcceptedGap]:
    """Add gaps to the list of a lake; what it already holds is not added again.

    Args:
        root: Folder of the lake.
        tables: Tables that have the gap.
        dates: Dates of the gap.
        reason: Why they never come.
        by: Who accepts it.
        at: When, UTC.

    Returns:
        What was added.

    Raises:
        LakeError: The list cannot be read or written.
    """
    wanted = set(dates)
    with locked(root / ".nbaproc" / "locks" / "accepted_gaps"):
        known, held = read_gaps(root), accepted_dates(root)
        added = [
            AcceptedGap(table, start, end, reason, by, at)
            for table in tables
            for start, end in runs(wanted - held.get(table, set()))
        ]
        if added:
            text = io.StringIO()
            lines = csv.writer(text, lineterminator="\n")
            lines.writerow(HEADER)
            lines.writerows((g.table, g.start, g.end, g.reason, g.by, g.at) for g in [*known, *added])
            replace_file(path_of(root), text.getvalue().encode())
    return added


def runs(dates: Iterable[date]) -> list[tuple[date, date]]:
    """Return the first and the last date of every run of consecutive dates.

    >>> runs([date(2022, 1, 3), date(2022, 1, 5), date(2022, 1, 4), date(2022, 2, 1)])
    [(datetime.date(2022, 1, 3), datetime.date(2022, 1, 5)), (datetime.date(2022, 2, 1), datetime.date(2022, 2, 1))]
    """
    found: list[tuple[date, date]] = []
    for day in sorted(set(dates)):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]

"""What the warehouse holds of a lake, by its receipts, and what it should hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from nbaproc.canonical import EMPTY, digest


@dataclass(frozen=True, slots=True)
class Content:
    """What the warehouse is to hold of a table's date.

    Attributes:
        fingerprint: Fingerprint of the rows.
        records_fingerprint: Fingerprint of the failure records.
        rows: Number of rows.
        code_version: Version of the code that computed them.
        stored: Whether the lake has the date; if not, only the ledger knows that it failed or waits.
    """

    fingerprint: str
    records_fingerprint: str
    rows: int
    code_version: str
    stored: bool = True

    @property
    def prints(self) -> tuple[str, str]:
        """Both fingerprints."""
        return self.fingerprint, self.records_fingerprint

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a row nor a record."""
        return self.prints == (EMPTY, EMPTY)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was published of a table's date: a row of `publish_receipts`.

    Attributes:
        content: What was published.
        job_id: The transaction that did it.
        published_at: When.
    """

    content: Content
    job_id: str
    published_at: datetime


#: Receipts by table and date.
Receipts = Mapping[tuple[str, date], Receipt]


def read_receipts(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, date], Receipt]:
    """Return rows of `publish_receipts` as receipts."""
    return {
        (row["table_name"], row["data_date"]): Receipt(
            Content(row["fingerprint"], row["records_fingerprint"], row["rows"], row["code_version"]),
            row["job_id"],
            row["published_at"],
        )
        for row in rows
    }


def differing(wanted: Mapping[date, Content], known: Mapping[date, Receipt]) -> dict[date, Content]:
    """Return the dates whose rows or records are not in the warehouse, with what is to be there, in their order.

    A date that the lake knows nothing of stays as it is if the warehouse has rows of it: another lake may have
    published them. If it has only records, these spoke of an attempt that is forgotten, and are taken out.

    Args:
        wanted: What the lake holds of a table.
        known: Its receipts.

    >>> one, nothing = Content("a", "b", 2, "1"), Content(EMPTY, EMPTY, 0, "1")
    >>> list(differing({date(2021, 11, 4): one, date(2021, 11, 5): nothing}, {}))
    [datetime.date(2021, 11, 4)]
    """
    found = {}
    for day in sorted(wanted.keys() | known.keys()):
        content, receipt = wanted.get(day), known.get(day)
        if receipt is None:
            if content is not None and not content.is_empty:
                found[day] = content
        elif receipt.content.rows and (content is None or not content.stored):
            continue
        elif content is None:
            if not receipt.content.is_empty:
                found[day] = Content(EMPTY, EMPTY, 0, receipt.content.code_version)
        elif content.prints != receipt.content.prints:
            found[day] = content
    return found


def holds(known: Mapping[date, Receipt], wanted: Mapping[date, Content]) -> bool:
    """Return whether receipts show every one of some dates as it is to be."""
    return all(day in known and known[day].content.prints == content.prints for day, content in wanted.items())


def transition(table: str, wanted: Mapping[date, Content], known: Mapping[date, Receipt]) -> str:
    """Return the hash of a change: what is there now and what comes in its place.

    The same change tried again has the same hash; a change back to what once was there has another one.

    Args:
        table: Qualified name of the table.
        wanted: What is to be there, by date.
        known: The receipts of the table.
    """
    lines = [table]
    for day, content in sorted(wanted.items()):
        receipt = known.get(day)
        old = f"{receipt.job_id} {receipt.published_at.isoformat()}" if receipt is not None else "nothing"
        lines.append(f"{day}: {old} -> {content.fingerprint} {content.records_fingerprint}")
    return digest("\n".join(lines))


def parts(days: Collection[date], size: int) -> list[list[date]]:
    """Return dates in their order, cut into parts of so many at most.

    >>> [len(part) for part in parts({date(2021, 11, n) for n in range(1, 6)}, 2)]
    [2, 2, 1]
    """
    ordered = sorted(days)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]

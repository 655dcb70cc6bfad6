"""What of a lake is not published, without a call: by what the ledger remembers of the receipts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from nbaproc.lake import Lake
from nbaproc.ledger import Ledger
from nbaproc.run.survey import known_cells
from nbaproc.tables import declarations
from nbaproc.warehouse.journal import Journal, last_destination
from nbaproc.warehouse.wanted import wanted


def unpublished(
    lake: Lake, names: Sequence[str], start: date, end: date, only: Collection[date] | None = None
) -> dict[str, list[date]] | None:
    """Return the dates of some tables whose rows or records the warehouse does not hold.

    That is the warehouse that was published to last; None if the lake was never published.

    Args:
        lake: The lake.
        names: Tables.
        start: First date.
        end: Last date.
        only: Dates of the range that are asked for, None for all.
    """
    with Ledger(lake.root, read_only=True) as ledger:
        destination = last_destination(ledger)
        if destination is None:
            return None
        known = known_cells(lake, ledger, names, start, end)
        published = Journal(ledger, destination).published(start, end)
    found: dict[str, list[date]] = {}
    for name in names:
        have = wanted(lake, declarations()[name], known, start, end, only)
        mine = {day: prints for (table, day), prints in published.items() if table == name}
        differ = [
            day
            for day, content in have.contents.items()
            if mine.get(day) != content.prints and not (content.is_empty and day not in mine)
        ]
        found[name] = sorted([*differ, *have.torn])
    return found

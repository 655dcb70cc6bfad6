"""Where the raw tables of a lake come from: files or the warehouse, never both.

An ingest of files makes the schedule, the registry and names anew from what files said, and an extract replaces dates
by what the warehouse says: each would take away what the other has brought.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbaproc.columns import Table
from nbaproc.errors import UsageError
from nbaproc.lake import Lake

#: Mark in the footers of files whose rows come from the warehouse; rows from files have none.
FILES, BIGQUERY = "", "bigquery"
_WORDS = {FILES: "files", BIGQUERY: "BigQuery"}


def check_origin(lake: Lake, tables: Iterable[Table], origin: str = FILES) -> None:
    """Refuse raw rows of another origin than the lake has; one footer is read of each table.

    Args:
        lake: The lake.
        tables: Every raw table there is.
        origin: Where the new rows come from.

    Raises:
        UsageError: The lake holds rows from elsewhere; nothing was written.
    """
    for table in tables:
        held = lake.raw_origin(table)
        if held not in (None, origin):
            raise UsageError(
                f"{lake.root}: its raw tables come from {_WORDS.get(held or FILES, held)} ({table.name}) and would not "
                f"stay whole with rows from {_WORDS[origin]}; name another folder with --lake"
            )

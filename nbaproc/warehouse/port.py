"""What publishing and extraction need of a warehouse; BigQuery is one, a fake with its rules is another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nbaproc.columns import Column

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table as the warehouse has it.

    Attributes:
        name: Name of the column.
        type: GoogleSQL type, `ARRAY<...>` for a repeated one.
        null: Whether NULL is allowed; an array is never NULL.
    """

    name: str
    type: str
    null: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as the warehouse has it.

    Attributes:
        fields: Its columns in order.
        partition: Column it is partitioned by, empty if it is not.
        cluster: Columns it is clustered by.
        filter_required: Whether a query must name partitions.
        expires: Whether table or partitions have an expiry.
        rows: Number of rows.
    """

    fields: tuple[Field, ...]
    partition: str
    cluster: tuple[str, ...]
    filter_required: bool
    expires: bool
    rows: int


class Source(Protocol):
    """A warehouse that raw tables are read from; errors and limits as in `Warehouse`."""

    def location(self, dataset: str) -> str | None:
        """Return the location of a data set (qualified name), None if there is none."""
        ...

    def shape(self, table: str) -> Shape | None:
        """Return the shape of a table (qualified name), None if there is none."""
        ...

    def arrow(self, text: str) -> pa.Table:
        """Run a query and return its rows: over the Storage Read interface where it can be had, else over REST."""
        ...

    def cost(self, text: str) -> int:
        """Return the bytes a query would read, without running it."""
        ...


class Warehouse(Protocol):
    """A warehouse. Every call has a time limit and is tried again as `retries` says; errors are `WarehouseError`."""

    def location(self, dataset: str) -> str | None:
        """Return the location of a data set (qualified name), None if there is none."""
        ...

    def create_dataset(self, dataset: str, location: str) -> None:
        """Create a data set (qualified name) unless it is there."""
        ...

    def shape(self, table: str) -> Shape | None:
        """Return the shape of a table (qualified name), None if there is none."""
        ...

    def load(self, staging: str, columns: Sequence[Column], files: Sequence[Path], job_id: str) -> int:
        """Load Parquet files into a new unpartitioned table that expires after a day; returns its rows.

        Where a job of this id is known, attaches to it instead of loading again.

        Args:
            staging: Qualified name of the table.
            columns: Its columns, in order.
            files: The files, all in one job.
            job_id: Id of the job, made from the content.
        """
        ...

    def transact(self, statements: Sequence[str], job_id: str) -> None:
        """Run statements as one transaction: all of them or none. Attaches like `load`."""
        ...

    def query(self, text: str) -> list[dict[str, Any]]:
        """Run a statement and return its rows."""
        ...

    def drop(self, table: str) -> None:
        """Drop a table (qualified name) if it is there."""
        ...

"""What a table function returns."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from nbaproc.raw.tally import Tally


@dataclass(frozen=True)
class Built:
    """Rows of one table, and why others are missing.

    Attributes:
        frame: The rows, complete and sealed.
        records: Draft failure records.
        tally: Counts of what the table itself left out.
        working: The rows with everything they were computed from, for tables that are computed from this one.
    """

    frame: pl.DataFrame
    records: pl.DataFrame
    tally: Tally = field(default_factory=Tally)
    working: pl.DataFrame = field(default_factory=pl.DataFrame)

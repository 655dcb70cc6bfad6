"""Counts of what cleaning dropped or mended, with a few samples of each."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

#: How many sample rows a report shows of one kind.
SAMPLES = 10


@dataclass
class Tally:
    """Named counts; the detail is a raw table, a source, or the prefix of a game id.

    Attributes:
        counts: Rows (or keys, where the name says so) by (name, detail).
        samples: Up to ten of them as short texts.
    """

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    samples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, name: str, detail: str, rows: int, samples: list[str] | None = None) -> None:
        """Add `rows` to a count; nothing happens for 0."""
        if rows:
            key = (name, detail)
            self.counts[key] = self.counts.get(key, 0) + rows
            self.samples[key] = [*self.samples.get(key, []), *(samples or [])][:SAMPLES]

    def add_frame(self, name: str, detail: str, frame: pl.DataFrame, *shown: str) -> None:
        """Count the rows of a frame, with the columns `shown` as samples."""
        if frame.height:
            texts = frame.select(shown).head(SAMPLES).iter_rows() if shown else ()
            self.add(name, detail, frame.height, [" ".join(str(v) for v in row if v is not None) for row in texts])

    def merge(self, other: Tally) -> None:
        """Add everything another tally holds."""
        for key, rows in other.counts.items():
            self.add(*key, rows, other.samples.get(key))

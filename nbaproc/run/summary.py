"""What a run did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from nbaproc.raw.tally import Tally
from nbaproc.run.cells import BLOCKED, BREAKER, EARLY, FAILED, LOCKED, PARTIAL, SKIPPED, Ended
from nbaproc.run.shard import STEPS, Receipt


@dataclass
class Summary:
    """What a run did.

    Attributes:
        tables: The tables of the run, in order.
        dates: The planned dates of all stages.
        cells: How every cell ended that was not kept.
        computed: How many cells were computed.
        kept: Cells that are current, by table.
        limited: Cells that are left alone because they were tried often enough with the same inputs.
        accepted: Dates of a table that never come, by table.
        rows: Rows written, by table.
        records: Entities with a failure record, by table and category.
        tallies: What cleaning dropped or mended, by stage.
        files: Files that changed.
        splits: How often failing dates were halved.
        seconds: Seconds per step, added up over all processes: load, compute, check, write.
        table_seconds: Seconds of computing, checking and writing, by table.
        peak_rss_mb: Peak memory of any process.
        run_id: The run, empty if nothing was recorded.
    """

    tables: list[str]
    dates: list[date]
    cells: list[Ended] = field(default_factory=list)
    computed: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    limited: set[tuple[str, date]] = field(default_factory=set)
    accepted: Mapping[str, Collection[date]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    files: int = 0
    splits: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))
    table_seconds: dict[str, float] = field(default_factory=dict)
    peak_rss_mb: int = 0
    run_id: str = ""

    def ended(self, *states: str) -> list[Ended]:
        """Return the cells that ended in one of some states."""
        return [cell for cell in self.cells if cell.state in states]

    @property
    def exit_code(self) -> int:
        """0 if every cell succeeded, is current or had nothing to be made of, else 1; accepted gaps do not count."""
        return 1 if self.not_built() or any(cell.reason == LOCKED for cell in self.cells) else 0

    def held(self) -> list[Ended]:
        """Return the cells that are left alone for now."""
        return [cell for cell in self.ended(SKIPPED) if cell.reason == BREAKER]

    def not_built(self) -> list[Ended]:
        """Return the cells that failed, wait, lack games or are left alone, without those whose gap was accepted."""
        open_ = [*self.ended(FAILED, BLOCKED, PARTIAL), *self.held()]
        return [cell for cell in open_ if cell.day not in self.accepted.get(cell.table, ())]

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do: every cell is current or never has rows."""
        return not self.computed and not any(cell.reason != EARLY for cell in self.cells)

    def add(self, stage: str, receipt: Receipt) -> None:
        """Add what a shard did."""
        self.cells += receipt.cells
        self.computed += len(receipt.cells)
        for name, rows in receipt.rows.items():
            self.rows[name] = self.rows.get(name, 0) + rows
        for key, entities in receipt.records.items():
            self.records.setdefault(key, []).extend(entities)
        self.tallies[stage].merge(receipt.tally)
        self.files += receipt.files
        self.splits += receipt.splits
        for step, seconds in receipt.seconds.items():
            self.seconds[step] += seconds
        for (name, _), seconds in receipt.table_seconds.items():
            self.table_seconds[name] = self.table_seconds.get(name, 0.0) + seconds
        self.peak_rss_mb = max(self.peak_rss_mb, receipt.peak_rss_mb)

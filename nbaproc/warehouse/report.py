"""What a publish did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

#: How a table ended: put in place, nothing to do, failed, or left alone.
PUBLISHED, CURRENT, FAILED, SKIPPED = "published", "current", "failed", "skipped"


@dataclass
class Outcome:
    """What a publish did with a table.

    Attributes:
        table: Name of the table.
        current: Dates that the warehouse held as they are.
        torn: Dates that the lake holds in part: compute them again.
        todo: Dates that differed.
        dates: Dates that were put in place.
        rows: Their rows.
        records: Their failure records.
        state: published, current, failed or skipped.
        reason: Failure category, empty if nothing failed.
        message: What happened, for a person.
    """

    table: str
    current: int = 0
    torn: Sequence[date] = ()
    todo: int = 0
    dates: int = 0
    rows: int = 0
    records: int = 0
    state: str = CURRENT
    reason: str = ""
    message: str = ""

    def end(self, state: str, reason: str = "", message: str = "") -> None:
        """Say how the table ended."""
        self.state, self.reason, self.message = state, reason, message


@dataclass
class Report:
    """What a publish did.

    Attributes:
        destination: Where it published to.
        outcomes: Every table, and the run history.
        load_jobs: Load jobs that were started.
        bytes: Bytes of the files that were loaded.
        warnings: What went wrong without any harm.
        refused: Tables that were not begun, since a day's load jobs were nearly used up.
    """

    destination: str
    outcomes: list[Outcome] = field(default_factory=list)
    load_jobs: int = 0
    bytes: int = 0
    warnings: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def exit_code(self) -> int:
        """0 if the warehouse holds what the lake does, 3 if the quota let nothing begin, else 1."""
        if all(outcome.state in (PUBLISHED, CURRENT) and not outcome.torn for outcome in self.outcomes):
            return 0
        begun = self.load_jobs or any(outcome.state == PUBLISHED for outcome in self.outcomes)
        return 3 if self.refused and not begun and not self.failed(but="QUOTA") else 1

    def failed(self, but: str = "") -> list[Outcome]:
        """Return the tables that failed or were left alone, but those of one category."""
        return [o for o in self.outcomes if o.state in (FAILED, SKIPPED) and o.reason != but]

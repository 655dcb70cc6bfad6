"""How a run is done, and what that asks of its plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from nbaproc.ledger import RUNNING
from nbaproc.ledger_rows import Cell
from nbaproc.run.breaker import Limits
from nbaproc.run.cells import is_unbuilt
from nbaproc.run.plan import Wishes


@dataclass(frozen=True)
class Options:
    """How a run is done.

    Attributes:
        engine: polars or reference.
        resume: Cells that are current are kept.
        forced: Dates whose cells are computed without `resume`, None for all of them.
        retry: Only cells that failed, had to wait, are partial or stale.
        force: A date may lose rows.
        allow_gaps: Cells whose history has gaps are computed, with a note.
        command: The command, for the run history.
        limited: Cells that were tried three times with the same inputs are left alone for a day: for commands that
            nobody gives by hand.
        breaker: When the circuit breaker of a table opens, and for how long.
        record: Whether the ledger is written; tasks of an array job leave that to the next command.
        share: Number of this task among several that share the dates by whole months, and how many they are.
    """

    engine: str
    resume: bool = True
    forced: Collection[date] | None = None
    retry: bool = False
    force: bool = False
    allow_gaps: bool = False
    command: str = "backfill"
    limited: bool = False
    breaker: Limits = field(default_factory=Limits)
    record: bool = True
    share: tuple[int, int] = (0, 1)


def wishes(
    options: Options,
    known: Mapping[tuple[str, date], Cell],
    is_alive: Callable[[str], bool],
    accepted: Mapping[str, Collection[date]],
) -> Wishes:
    """Return what a command wants of its plan.

    Args:
        options: How the command is run.
        known: What the ledger holds of the cells.
        is_alive: Says whether a run is alive.
        accepted: Dates of a table that never come, by table.
    """
    runs = {cell.run_id for cell in known.values() if cell.state == RUNNING}
    alive = {run_id for run_id in runs if is_alive(run_id)}
    locked = {key for key, cell in known.items() if cell.state == RUNNING and cell.run_id in alive}
    failed = {key for key, cell in known.items() if is_unbuilt(cell.state, cell.reason)}
    return Wishes(options.resume, options.forced, options.retry, failed, options.allow_gaps, accepted, locked)

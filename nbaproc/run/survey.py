"""Looking at a lake without changing it: what a command would do, and what there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from nbaproc.facts import CellFacts
from nbaproc.gaps import accepted_dates
from nbaproc.lake import Lake
from nbaproc.ledger import RUNNING, Ledger, stamp
from nbaproc.ledger_rows import Cell
from nbaproc.run.backfill import SHARDS_PER_WORKER
from nbaproc.run.cells import BREAKER, PARTIAL, SKIPPED, is_unbuilt
from nbaproc.run.fingerprints import InputFingerprints
from nbaproc.run.holds import Holds, read_holds
from nbaproc.run.inputs import read_schedule
from nbaproc.run.options import Options
from nbaproc.run.options import wishes as wishes_of
from nbaproc.run.plan import (
    COMPUTE,
    FORCED,
    SKIP,
    STALE,
    Planned,
    StagePlan,
    Wishes,
    plan_dates,
    plan_stage,
    shards,
    share,
)
from nbaproc.run.repair import mends
from nbaproc.tables import by_stage, declarations, with_inputs
from nbaproc.version import code_version

#: Rows of a date where the lake holds none yet, by what a row is about; for estimates only.
ROWS_PER_DATE = {"team": 12, "player": 200}
#: Cells that one process computes in a second where no run has told yet; for estimates only.
CELLS_PER_SECOND = 250


@dataclass
class Survey:
    """What a command would do.

    Attributes:
        plans: The plan of every stage.
        shards: How many shards it would be cut into.
        rows: Estimated rows that are written, by table.
        seconds: Estimated seconds of one process.
    """

    plans: list[StagePlan] = field(default_factory=list)
    shards: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


def look(lake: Lake, names: Sequence[str], options: Options, start: date, end: date) -> Wishes:
    """Return what a command would want of its plan, from the ledger as the command would have mended it.

    Args:
        lake: The lake.
        names: Its tables.
        options: How the command would be run.
        start: First date.
        end: Last date.
    """
    with Ledger(lake.root, read_only=True) as ledger:
        known = known_cells(lake, ledger, names, start, end) if options.record else {}
        return wishes_of(options, known, ledger.is_alive, accepted_dates(lake.root))


def look_for_holds(lake: Lake, options: Options, start: date, end: date) -> Holds:
    """Return what a command would leave alone; nothing if it would keep no ledger.

    Args:
        lake: The lake.
        options: How the command would be run.
        start: First date.
        end: Last date.
    """
    if not options.record:
        return Holds(limits=options.breaker)
    with Ledger(lake.root, read_only=True) as ledger:
        return read_holds(ledger, start, end, options.breaker, limited=options.limited, eager=options.retry)


def known_cells(
    lake: Lake, ledger: Ledger, names: Sequence[str], start: date, end: date
) -> dict[tuple[str, date], Cell]:
    """Return the cells of a ledger in line with the lake."""
    known = ledger.cells(start, end)
    mended, gone = mends(lake, ledger, known, with_inputs(list(names)), start, end)
    known |= {(cell.table_name, cell.data_date): replace(cell, updated_at="") for cell in mended}
    return {key: cell for key, cell in known.items() if key not in gone}


def survey(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    today: date,
    wishes: Wishes,
    only: Collection[date] | None = None,
    workers: int = 0,
    part: tuple[int, int] = (0, 1),
    holds: Holds | None = None,
) -> Survey:
    """Plan every stage without computing, writing or locking anything.

    Cells of the features stage whose history would be computed first count as stale. A table that rests, and of which
    one cell would be tried, counts as mended.

    Args:
        lake: The lake.
        names: Tables; those they need within their stage are planned with them.
        start: First date.
        end: Last date.
        today: Current date.
        wishes: What the command wants, see `look`.
        only: Dates of the range that are asked for, None for all.
        workers: Processes that would work.
        part: Number of this task among several, and how many they are.
        holds: What the command leaves alone, see `look_for_holds`.
    """
    at = stamp(datetime.now(UTC))
    schedule = read_schedule(lake, start, end)
    stages = by_stage(with_inputs(list(names)))
    dates = {stage: share(plan_dates(lake, stage, schedule, start, end, today, only), *part) for stage in stages}
    days = sorted(set().union(*dates.values())) or [start]
    inputs = InputFingerprints(lake, schedule, code_version(), days[0], days[-1])
    found, pending = Survey(), set[tuple[str, date]]()
    for stage, tables in stages.items():
        plan = plan_stage(stage, tables, dates[stage], lake, schedule, inputs, wishes, pending, today)
        held = (holds or Holds()).foreseen(plan, at)
        if held:
            forewarned = replace(wishes, held={**wishes.held, **held})
            plan = plan_stage(stage, tables, dates[stage], lake, schedule, inputs, forewarned, pending, today)
        # What is only forced is expected to come out as it is.
        pending |= {(cell.table, cell.day) for cell in plan.todo() if cell.reason != FORCED}
        found.plans.append(plan)
        found.shards += len(shards(plan.dates(), SHARDS_PER_WORKER * workers if workers > 1 else 1))
    _estimate(found, lake)
    return found


def _estimate(found: Survey, lake: Lake) -> None:
    cells = 0
    for plan in found.plans:
        for name in plan.tables:
            todo = sum(cell.table == name for cell in plan.todo())
            stored = [facts.rows for facts in lake.facts(declarations()[name], date.min, date.max).values()]
            usual = ROWS_PER_DATE["team" if "team" in declarations()[name].key[1] else "player"]
            mean = sum(stored) // len(stored) if stored else usual
            found.rows[name] = mean * todo
            cells += todo
    with Ledger(lake.root, read_only=True) as ledger:
        each = ledger.usual_ms() / 1000 or 1 / CELLS_PER_SECOND
    found.seconds = cells * each


@dataclass(frozen=True, slots=True)
class Open:
    """A cell that failed, waits, lacks games or is left alone.

    Attributes:
        day: Its date.
        state: failed, blocked, partial or skipped.
        reason: The category or skip reason.
        message: What happened, for a person.
        accepted: Whether the gap was accepted.
    """

    day: date
    state: str
    reason: str
    message: str
    accepted: bool


@dataclass
class Standing:
    """What there is of one table.

    Attributes:
        planned: Cells that are planned.
        states: How many cells there are by state; `missing` are those that nobody has tried.
        stale: Cells whose inputs, or whose code, have changed.
        updated: When a cell was recorded last, UTC, empty if the ledger knows none.
        open: Cells that failed, wait, lack games or are left alone.
    """

    planned: int = 0
    states: dict[str, int] = field(default_factory=dict)
    stale: int = 0
    updated: str = ""
    open: list[Open] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing is open that was not accepted."""
        return all(cell.accepted for cell in self.open)


#: State of a cell that is planned and that nobody has tried.
MISSING = "missing"


def standings(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    today: date,
    wishes: Wishes | None = None,
    only: Collection[date] | None = None,
    holds: Holds | None = None,
) -> dict[str, Standing]:
    """Return what there is of some tables, from footers and the ledger alone.

    Args:
        lake: The lake.
        names: Tables; those they need within their stage are added.
        start: First date.
        end: Last date.
        today: Current date.
        wishes: What a command would want of its plan, by default what the next backfill would.
        only: Dates of the range that are asked for, None for all.
        holds: What that command would leave alone.
    """
    wishes = wishes or look(lake, names, Options(""), start, end)
    with Ledger(lake.root, read_only=True) as ledger:
        known = known_cells(lake, ledger, names, start, end)
    found = {}
    for plan in survey(lake, names, start, end, today, wishes, only, holds=holds).plans:
        for name in plan.tables:
            stored = lake.facts(declarations()[name], start, end)
            found[name] = _standing(plan, name, stored, known, wishes)
    return found


def _standing(
    plan: StagePlan,
    name: str,
    stored: Mapping[date, CellFacts],
    known: Mapping[tuple[str, date], Cell],
    wishes: Wishes,
) -> Standing:
    standing = Standing()
    for cell in plan.cells.values():
        if cell.table != name:
            continue
        standing.planned += 1
        entry, facts = known.get((name, cell.day)), stored.get(cell.day)
        state, reason, message = _state(cell, entry, facts)
        if state == PARTIAL or is_unbuilt(state, reason):
            accepted = cell.day in wishes.accepted.get(name, ())
            standing.open.append(Open(cell.day, state, reason, message, accepted))
        standing.states[state] = standing.states.get(state, 0) + 1
        standing.stale += facts is not None and cell.action == COMPUTE and cell.reason == STALE
        if entry is not None:
            standing.updated = max(standing.updated, entry.updated_at)
    return standing


def _state(cell: Planned, entry: Cell | None, facts: CellFacts | None) -> tuple[str, str, str]:
    """Return the state of a cell with category and sentence: the last attempt counts, then what the lake holds."""
    if entry is not None and is_unbuilt(entry.state, entry.reason):
        return entry.state, entry.reason, entry.message
    if entry is not None and entry.state == RUNNING:
        return RUNNING, "", ""
    if cell.reason == BREAKER:
        return SKIPPED, cell.reason, cell.message
    if facts is not None:
        return facts.state, facts.reason, entry.message if entry is not None else ""
    return (SKIPPED if cell.action == SKIP else MISSING), cell.reason, cell.message

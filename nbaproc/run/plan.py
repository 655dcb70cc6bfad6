"""The plan: which cells of a range are to be computed, which are current, and which wait for what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby

from nbaproc.calendar import season_floor, season_year
from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.facts import CellFacts
from nbaproc.failures import Category
from nbaproc.lake import Lake, Month
from nbaproc.raw.schedule import Schedule
from nbaproc.run.cells import BREAKER, EARLY, LOCKED, PARTIAL, in_part, lacks_somebody
from nbaproc.run.fingerprints import InputFingerprints
from nbaproc.tables import FEATURES, by_stage, declarations, table_names

#: What is done with a cell.
COMPUTE, KEEP, SKIP, BLOCK = "compute", "keep", "skip", "block"
#: Why a cell is computed.
NEW, STALE, AGAIN, FORCED = "new", "stale", "again", "forced"
#: Why a cell is not computed: it is what it would be.
CURRENT = "unchanged"
#: A cell that a retry leaves out, because nobody has tried it yet.
UNTRIED = "not_tried"
#: Dates that a message names.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """What is done with one cell.

    Attributes:
        table: Name of the table.
        day: Its date.
        action: compute, keep, skip or block.
        reason: Why: new, stale, again, forced; unchanged; a skip reason; the category of a block.
        message: A sentence about it, for a person.
        input_fingerprint: Fingerprint of what it would be computed from.
        note: What the cell is computed in spite of.
    """

    table: str
    day: date
    action: str
    reason: str
    message: str = ""
    input_fingerprint: str = ""
    note: str = ""


@dataclass
class StagePlan:
    """The plan of one stage.

    Attributes:
        stage: games or features.
        tables: Its tables, those that are made of others after them.
        cells: What is done with every cell, by table and date.
    """

    stage: str
    tables: list[str]
    cells: dict[tuple[str, date], Planned] = field(default_factory=dict)

    def todo(self) -> list[Planned]:
        """Return the cells that are computed."""
        return [cell for cell in self.cells.values() if cell.action == COMPUTE]

    def dates(self) -> list[date]:
        """Return the dates with a cell that is computed, ascending."""
        return sorted({cell.day for cell in self.todo()})


@dataclass(frozen=True)
class Wishes:
    """What a command wants of a plan.

    Attributes:
        resume: Cells that are current are kept.
        forced: Dates whose cells are computed without `resume`, None for all of them.
        retry: Cells that nobody has tried are left out, and partial ones are tried again.
        failed: Cells whose last attempt failed, was abandoned, had to wait or was put off: they are computed whatever
            the lake holds of them.
        allow_gaps: Cells whose history has gaps are computed, with a note.
        accepted: Dates of a table that never come, by table.
        locked: Cells that a live run is working on.
        held: Cells that are left alone for now if they would be computed, and why.
    """

    resume: bool = True
    forced: Collection[date] | None = None
    retry: bool = False
    failed: Collection[tuple[str, date]] = ()
    allow_gaps: bool = False
    accepted: Mapping[str, Collection[date]] = field(default_factory=dict)
    locked: Collection[tuple[str, date]] = ()
    held: Mapping[tuple[str, date], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a cell may have to wait: dates that its history lacks, or a file that cannot be read.

    Attributes:
        category: UPSTREAM_GAP before the date, MISSING_DEPENDENCY on it, UPSTREAM_CHECK_ERROR of a file.
        message: What it is, and what to do.
        blocks: Whether the cell waits for them.
    """

    category: str
    message: str
    blocks: bool


def plan_dates(
    lake: Lake,
    stage: str,
    schedule: Schedule,
    start: date,
    end: date,
    today: date,
    only: Collection[date] | None = None,
) -> list[date]:
    """Return the dates of a range that a stage computes.

    Dates need a game that was played. The features stage also computes dates from today on with a game that is
    scheduled, and does so again as long as the lake holds them.

    Args:
        lake: The lake.
        stage: games or features.
        schedule: The cleaned schedule.
        start: First date.
        end: Last date.
        today: Current date.
        only: Dates that are asked for, None for all of the range.
    """
    dates = set(schedule.played_dates())
    if stage == FEATURES:
        held = {
            day for name in by_stage(table_names())[FEATURES] for day in lake.facts(declarations()[name], start, end)
        }
        dates |= {day for day in schedule.dates() if day >= today or day in held}
    return sorted(day for day in dates if start <= day <= end and (only is None or day in only))


def plan_stage(
    stage: str,
    tables: Sequence[str],
    dates: Sequence[date],
    lake: Lake,
    schedule: Schedule,
    inputs: InputFingerprints,
    wishes: Wishes,
    pending: Collection[tuple[str, date]] = (),
    today: date = date.min,
) -> StagePlan:
    """Say what is done with every cell of a stage.

    Args:
        stage: The stage.
        tables: Its wanted tables with those they are made of, in order.
        dates: The planned dates.
        lake: The lake.
        schedule: The cleaned schedule.
        inputs: Fingerprints of what cells are computed from.
        wishes: What the command wants.
        pending: Cells of the games stage that the same command would write first: for a plan that writes nothing.
        today: Current date: before yesterday no source is awaited any more, and a date that did is computed again.
    """
    plan = StagePlan(stage, list(tables))
    if not dates:
        return plan
    early = schedule.early(dates)
    stored = {name: lake.facts(declarations()[name], dates[0], dates[-1]) for name in tables}
    gaps = {name: history_gaps(name, dates, lake, schedule, wishes, pending) for name in tables}
    changing = _first_changes(pending)
    for day in dates:
        prints: dict[str, str] = {}
        lacking: set[str] = set()
        for name in tables:
            table = declarations()[name]
            gap = gaps[name].get(day)
            try:
                prints[name] = inputs.of(table, day, prints)
            except LakeError as error:
                prints[name] = ""
                gap = Gap(Category.UPSTREAM_CHECK_ERROR.name, str(error), blocks=True)
            if table.early and day in early:
                plan.cells[name, day] = Planned(name, day, SKIP, EARLY)
                continue
            facts = stored[name].get(day)
            made_in_part = not lacking.isdisjoint(table.inputs)
            mine = _cell(plan, name, day, facts, in_part(prints[name]) if made_in_part else prints[name], gap, wishes)
            if mine.action == KEEP and facts is not None and _awaits(facts) and day + timedelta(days=1) < today:
                mine = replace(mine, action=COMPUTE, reason=AGAIN, message="")
            keeps_partial = mine.action == KEEP and facts is not None and lacks_somebody(facts.state, facts.reason)
            if made_in_part or keeps_partial:
                lacking.add(name)
            # What the same command writes first may change what this cell is computed from.
            if mine.action == KEEP and _changes(plan, table, day, changing):
                mine = Planned(name, day, COMPUTE, STALE, "its history is computed first", prints[name])
            plan.cells[name, day] = _left_alone(plan, table, mine, wishes) if mine.action == COMPUTE else mine
    return plan


def _awaits(facts: CellFacts) -> bool:
    """Return whether a date was written while sources of some of its games were still to come."""
    return (facts.state, facts.reason) == (PARTIAL, Category.MISSING_DEPENDENCY.name)


def _first_changes(pending: Collection[tuple[str, date]]) -> dict[tuple[str, int], date]:
    """Return the first date that changes, by table and season."""
    found: dict[tuple[str, int], date] = {}
    for name, day in pending:
        key = (name, season_year(day))
        found[key] = min(day, found.get(key, day))
    return found


def _changes(plan: StagePlan, table: Table, day: date, changing: Mapping[tuple[str, int], date]) -> bool:
    """Return whether something that a cell is computed from changes first."""
    for past, _ in table.history:
        first = changing.get((past, season_year(day)))
        if first is not None and (first < day or (first == day and past in table.members)):
            return True
    ancestors = [plan.cells.get((name, day)) for name in table.inputs]
    return bool(changing) and any(a is not None and (a.action, a.reason) == (COMPUTE, STALE) for a in ancestors)


def _cell(
    plan: StagePlan, name: str, day: date, stored: CellFacts | None, fingerprint: str, gap: Gap | None, wishes: Wishes
) -> Planned:
    if (name, day) in wishes.locked:
        return Planned(name, day, SKIP, LOCKED, "another run is working on it", fingerprint)
    tried = (name, day) in wishes.failed
    if wishes.retry and stored is None and not tried:
        return Planned(name, day, SKIP, UNTRIED, "", fingerprint)
    blocked = [i for i in declarations()[name].inputs if plan.cells[i, day].action == BLOCK]
    if gap is not None and gap.blocks:
        return Planned(name, day, BLOCK, gap.category, gap.message, fingerprint)
    if blocked:
        message = f"{blocked[0]} of {day} is blocked"
        return Planned(name, day, BLOCK, Category.MISSING_DEPENDENCY.name, message, fingerprint)
    note = gap.message if gap is not None else ""
    if stored is None:
        return Planned(name, day, COMPUTE, AGAIN if tried else NEW, "", fingerprint, note)
    if not wishes.resume and (wishes.forced is None or day in wishes.forced):
        return Planned(name, day, COMPUTE, FORCED, "", fingerprint, note)
    if stored.input_fingerprint != fingerprint:
        return Planned(name, day, COMPUTE, STALE, "", fingerprint, note)
    if not tried and not (wishes.retry and stored.state == PARTIAL):
        return Planned(name, day, KEEP, CURRENT, stored.reason, fingerprint, note)
    return Planned(name, day, COMPUTE, AGAIN, "", fingerprint, note)


def _left_alone(plan: StagePlan, table: Table, cell: Planned, wishes: Wishes) -> Planned:
    """Return a cell that would be computed, unless it is held or is made of one that is."""
    held = wishes.held.get((cell.table, cell.day), "")
    if held:
        return replace(cell, action=SKIP, reason=BREAKER, message=held, note="")
    missing = [name for name in table.inputs if plan.cells[name, cell.day].reason == BREAKER]
    if missing:
        reason, message = Category.MISSING_DEPENDENCY.name, behind(missing[0], cell.day)
        return replace(cell, action=BLOCK, reason=reason, message=message, note="")
    return cell


def behind(name: str, day: date) -> str:
    """Return why a cell waits for a table that is left alone."""
    return f"{name} of {day} is left alone for now"


def history_gaps(
    name: str,
    dates: Sequence[date],
    lake: Lake,
    schedule: Schedule,
    wishes: Wishes,
    pending: Collection[tuple[str, date]] = (),
) -> dict[date, Gap]:
    """Return the cells of a table whose history is not in the lake.

    Every played date of the season before the cell's own must have been computed, and the date itself where its player
    summary says who has a row. A date without rows is there once it has been computed; an accepted one is.
    """
    table = declarations()[name]
    found: dict[date, Gap] = {}
    since = season_floor(season_year(dates[0]))
    played = [day for day in schedule.played_dates() if since <= day <= dates[-1]]
    for past, _ in table.history:
        held = set(lake.facts(declarations()[past], since, dates[-1])) | set(wishes.accepted.get(past, ()))
        held |= {day for table_name, day in pending if table_name == past}
        missing = [day for day in played if day not in held]
        for day in dates:
            before = [gap for gap in missing if gap < day and season_year(gap) == season_year(day)]
            if before:
                text = _sentence(past, before)
                found.setdefault(day, Gap(Category.UPSTREAM_GAP.name, text, blocks=not wishes.allow_gaps))
            if day in missing and past in table.members:
                text = _sentence(past, [day])
                found[day] = Gap(Category.MISSING_DEPENDENCY.name, text, blocks=True)
    return found


def _sentence(table: str, days: Sequence[date]) -> str:
    named = ", ".join(map(str, days[:NAMED])) + (f" and {len(days) - NAMED} more" if len(days) > NAMED else "")
    command = f"nbaproc backfill --start {days[0]} --end {days[-1]} --tables games"
    return f"{table} of {named} is not in the lake; compute it with `{command}`"


def seasons(dates: Iterable[date]) -> list[list[date]]:
    """Cut dates into seasons.

    >>> [len(part) for part in seasons([date(2022, 6, 1), date(2022, 10, 18), date(2022, 10, 19)])]
    [1, 2]
    """
    return [list(part) for _, part in groupby(sorted(dates), key=season_year)]


def shards(dates: Sequence[date], least: int = 1) -> list[list[date]]:
    """Cut dates into seasons, and these into runs of months until there are enough parts; any cut gives the same bytes.

    Args:
        dates: The dates.
        least: Parts that are wanted; there are fewer where there are fewer months.

    >>> days = [date(2021, month, 1) for month in (10, 11, 12)]
    >>> [len(part) for part in shards(days)], [len(part) for part in shards(days, 2)]
    ([3], [2, 1])
    """
    parts = seasons(dates)
    if len(parts) >= least or not parts:
        return parts
    each = -(-least // len(parts))
    return [part for season in parts for part in _months(season, each)]


def _months(dates: list[date], count: int) -> list[list[date]]:
    months = [list(part) for _, part in groupby(dates, key=Month.of)]
    size, cut = -(-len(dates) // count), [months[0]]
    for month in months[1:]:
        if len(cut[-1]) >= size or len(cut[-1]) + len(month) // 2 >= size:
            cut.append(month)
        else:
            cut[-1] = [*cut[-1], *month]
    return cut


def share(dates: Sequence[date], index: int, count: int) -> list[date]:
    """Return the dates of one task of several, cut by whole months so that no two of them write a file.

    Args:
        dates: All dates.
        index: Number of the task, from 0.
        count: How many tasks there are; those beyond the number of months have nothing to do.

    >>> days = [date(2021, month, 1) for month in (10, 11, 12)]
    >>> [[day.month for day in share(days, index, 2)] for index in range(2)]
    [[10], [11, 12]]
    """
    months = sorted({Month.of(day) for day in dates})
    mine = set(months[index * len(months) // count : (index + 1) * len(months) // count])
    return [day for day in dates if Month.of(day) in mine]

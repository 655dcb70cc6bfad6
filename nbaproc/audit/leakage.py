"""The leakage audit: what comes too late for a date may not move its rows, and what is known in time must.

The rows of a date are computed from the inputs as they are, and again in every world of `PERTURBATIONS`, in which some
of the inputs are others. A world of what comes too late that moves a value is a leak; its perturbations are then tried
one by one, to name the one that did it. A column that is not the same for everybody is moved by some world of what is
known in time, or the audit has a hole there and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from nbaproc.audit.compare import differs, key_text
from nbaproc.audit.in_time import IN_TIME
from nbaproc.audit.perturbation import Inputs, Perturbation, Scene, World, scene_of
from nbaproc.audit.too_late import TOO_LATE
from nbaproc.columns import Table
from nbaproc.errors import UsageError
from nbaproc.features import FEATURES as MODEL_FEATURES
from nbaproc.lake import Lake
from nbaproc.progress import Progress, Silent
from nbaproc.raw.schedule import Schedule
from nbaproc.raw.tally import Tally
from nbaproc.run.engines import POLARS, StageRun, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.run.plan import Wishes, history_gaps, shards
from nbaproc.tables import FEATURES, declarations, with_inputs

#: Days after the last date of which results are read, to be changed.
BEYOND = timedelta(days=30)
#: The table whose features must all be moved, and the table that says who is expected.
STORE, CONTEXT = "ml_feature_store_v2", "upcoming_player_game_context"
#: Columns that say what a row is of, besides its key.
IDENTITY = {"game_date", "season_year", "game_id", "nba_game_id", "team_abbr", "opponent_team_abbr"}
#: Name under which the failure records of a table stand among its columns.
RECORDS = "(failure records)"
PERTURBATIONS: tuple[Perturbation, ...] = (*TOO_LATE, *IN_TIME)

#: What can be said of a column; one is not tried where what is known in time was not tried on any date it differs on.
OK, LEAK, CONSTANT, UNMOVED, KEY, UNTRIED = "OK", "LEAK", "constant", "unmoved", "key", "not tried"
VERDICTS = (OK, KEY, CONSTANT, UNTRIED, UNMOVED, LEAK)


def features() -> list[str]:
    """Return the columns of the store that are features."""
    return [feature.column for feature in MODEL_FEATURES]


@dataclass(frozen=True)
class Move:
    """That something moved a column.

    Attributes:
        by: The perturbation, or the world where none does it alone.
        day: The date.
        rows: Rows that moved.
        key: One of them.
        old: Its value; `present` or `absent` where the row itself came or went.
        new: Its value afterwards.
    """

    by: str
    day: date
    rows: int
    key: str
    old: str
    new: str


@dataclass
class ColumnAudit:
    """What was found of one column.

    Attributes:
        leaks: What comes too late and moved it.
        moved_by: The worlds of what is known in time that moved it.
        constant: It has one value on all rows.
        key: It says what the row is of.
        tried: It differs, and what is known in time was tried.
    """

    leaks: list[Move] = field(default_factory=list)
    moved_by: list[str] = field(default_factory=list)
    constant: bool = True
    key: bool = False
    tried: bool = False

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        if self.leaks:
            return LEAK
        if self.key:
            return KEY
        if self.moved_by:
            return OK
        if self.constant:
            return CONSTANT
        return UNMOVED if self.tried else UNTRIED


@dataclass
class TableAudit:
    """What was found of one table.

    Attributes:
        rows: Rows that were audited.
        columns: Its columns, and `RECORDS`.
        errors: Where the table could not be computed, with what comes too late or as it is, and why.
        warnings: What could not be tried, and why.
    """

    rows: int = 0
    columns: dict[str, ColumnAudit] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)

    def named(self, verdict: str) -> list[str]:
        """Return the columns with a verdict."""
        return [name for name, column in self.columns.items() if column.verdict == verdict]


@dataclass
class DateAudit:
    """What was found on one date.

    Attributes:
        day: The date.
        games: Its games.
        early: It lies in the first two weeks of its season, so that some tables have no rows.
        tables: The audited tables.
        worlds: The worlds that were computed.
        untouched: Perturbations that found nothing to change.
    """

    day: date
    games: int
    early: bool
    tables: dict[str, TableAudit]
    worlds: list[World] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)


@dataclass
class Audit:
    """The outcome of an audit."""

    dates: list[DateAudit] = field(default_factory=list)

    @property
    def tables(self) -> dict[str, TableAudit]:
        """The tables over all dates."""
        merged: dict[str, TableAudit] = {}
        for of_date in self.dates:
            for name, found in of_date.tables.items():
                table = merged.setdefault(name, TableAudit())
                table.rows += found.rows
                table.errors |= {f"{of_date.day} {world}": error for world, error in found.errors.items()}
                table.warnings |= {f"{of_date.day} {world}": text for world, text in found.warnings.items()}
                for column, mine in found.columns.items():
                    all_dates = table.columns.setdefault(column, ColumnAudit(key=mine.key))
                    all_dates.leaks += mine.leaks
                    all_dates.moved_by += [world for world in mine.moved_by if world not in all_dates.moved_by]
                    all_dates.constant &= mine.constant
                    all_dates.tried |= mine.tried
        return merged

    @property
    def leaks(self) -> dict[str, list[str]]:
        """Columns with a leak by table."""
        return {name: found for name, table in self.tables.items() if (found := table.named(LEAK))}

    @property
    def unmoved(self) -> list[str]:
        """Features of the store that nothing moves although they differ between players."""
        store = self.tables.get(STORE, TableAudit())
        return [name for name in features() if name in store.named(UNMOVED)]

    @property
    def holds(self) -> bool:
        """Whether rows were audited, nothing leaks, nothing failed and every feature that differs is moved."""
        tables = self.tables.values()
        return any(t.rows for t in tables) and not (self.leaks or self.unmoved or any(t.errors for t in tables))


def audit_leakage(
    lake: Lake,
    names: Sequence[str],
    dates: Iterable[date],
    progress: Progress | None = None,
    perturbations: Sequence[Perturbation] = PERTURBATIONS,
) -> Audit:
    """Audit tables of the features stage on some dates.

    What comes too late is tried on every date. What is known in time is tried on the first one, and again on every
    date with a feature that differs between its rows and has not been moved on a date before.

    Args:
        lake: The lake; it is only read.
        names: Tables of the features stage.
        dates: Dates with a game.
        progress: Is told how far the audit is.
        perturbations: What is done to the inputs.

    Raises:
        UsageError: A table is of the games stage, a date has no game, or the lake lacks results before a date.
        LakeError: The lake cannot be read.
    """
    progress = progress or Silent()
    days = sorted(set(dates))
    schedule = read_schedule(lake)
    _check(lake, names, days, schedule)
    worlds: dict[World, list[Perturbation]] = {}
    for perturbation in perturbations:
        worlds.setdefault(perturbation.world, []).append(perturbation)
    progress.start(len(days) * (1 + len(worlds)))
    audit = Audit()
    for shard in shards(days):
        inputs = read_inputs(lake, with_inputs(list(names)), [*shard, shard[-1] + BEYOND], Tally())
        progress.working(f"{shard[0]} to {shard[-1]}: computing")
        base = compute(POLARS, names, inputs, shard)
        progress.advance(len(shard), 0)
        early = schedule.early(shard)
        for day in shard:
            audit.dates.append(_audit_date(audit, names, inputs, base, day, worlds, progress, early=day in early))
    return audit


def _check(lake: Lake, names: Sequence[str], days: Sequence[date], schedule: Schedule) -> None:
    """Refuse what cannot be audited."""
    results = [name for name in names if declarations()[name].stage != FEATURES]
    if results:
        raise UsageError(
            f"{results[0]} is a table of the games stage: its rows are the results; audit tables of the features stage"
        )
    played = schedule.dates()
    for day in days:
        if day not in played:
            near = min(played, key=lambda other: (abs(other - day), other))
            raise UsageError(f"{day} has no game in the schedule; the nearest date with one is {near}")
    for shard in shards(days):
        for name in with_inputs(list(names)):
            for day, gap in history_gaps(name, shard, lake, schedule, Wishes()).items():
                raise UsageError(f"{gap.category}: {name} of {day}: {gap.message}")


def _audit_date(
    audit: Audit,
    names: Sequence[str],
    inputs: Inputs,
    base: StageRun,
    day: date,
    worlds: Mapping[World, Sequence[Perturbation]],
    progress: Progress,
    *,
    early: bool,
) -> DateAudit:
    context = base.tables[CONTEXT].frame if CONTEXT in base.tables else None
    scene = scene_of(inputs, context, day)
    tables = {name: _start(declarations()[name], base, day) for name in names}
    found = DateAudit(day, scene.games.height, early, tables)
    trial = _Trial(inputs, scene, base, found)
    asked = _is_new(audit, found) and any(world.allowed for world in worlds)
    for table in tables.values():
        for column in table.columns.values():
            column.tried = asked and not column.constant
    for world, perturbations in worlds.items():
        progress.working(f"{day}: {world.name}")
        if asked or not world.allowed:
            trial.run(world, perturbations)
        progress.advance(1, sum(table.rows for table in tables.values()))
    return found


def _start(table: Table, base: StageRun, day: date) -> TableAudit:
    run = base.tables[table.name]
    if run.frame is None:
        return TableAudit(errors={"as it is": run.error or f"{run.blocked_by} failed"})
    rows = _of_day(table, run.frame, day)
    constant = rows.select(pl.all().n_unique() <= 1).row(0) if rows.height else (True,) * rows.width
    columns = {
        name: ColumnAudit(constant=same, key=name in IDENTITY.union(table.key))
        for name, same in zip(rows.columns, constant, strict=True)
    }
    return TableAudit(rows.height, columns | {RECORDS: ColumnAudit()})


def _is_new(audit: Audit, found: DateAudit) -> bool:
    """Return whether it is the first date, or something differs between rows that was not moved on a date before.

    That is a feature where the store is audited, else any column.
    """
    before = audit.tables
    wanted = {STORE: found.tables[STORE]} if STORE in found.tables else found.tables
    return not before or any(
        not column.constant and not (key in before[name].columns and before[name].columns[key].moved_by)
        for name, table in wanted.items()
        for key, column in table.columns.items()
        if (key in features() if name == STORE else not column.key)
    )


@dataclass(frozen=True)
class _Trial:
    """The rows of a date as they are, and what is found when the inputs are others."""

    inputs: Inputs
    scene: Scene
    base: StageRun
    found: DateAudit

    def run(self, world: World, perturbations: Sequence[Perturbation]) -> None:
        """Compute the date in a world; where it leaks, in the world of each perturbation alone too."""
        inputs = dict(self.inputs)
        applied = []
        for perturbation in perturbations:
            changed = _changed(inputs, perturbation, self.scene)
            inputs |= changed
            if changed:
                applied.append(perturbation)
            else:
                self.found.untouched.append(perturbation.name)
        if not applied:
            return
        self.found.worlds.append(world)
        stage = self._compute(inputs)
        moves = self._moves(world, stage, world.name)
        if world.allowed:
            for table, column in moves:
                self.found.tables[table].columns[column].moved_by.append(world.name)
            return
        named: dict[tuple[str, str], list[Move]] = {}
        if moves and len(applied) > 1:
            for perturbation in applied:
                alone = self._compute({**self.inputs, **_changed(self.inputs, perturbation, self.scene)})
                for place, move in self._moves(world, alone, perturbation.name).items():
                    named.setdefault(place, []).append(move)
        elif moves:
            moves = self._moves(world, stage, applied[0].name)
        for place in moves | named:
            table, column = place
            self.found.tables[table].columns[column].leaks += named.get(place) or [moves[place]]

    def _compute(self, inputs: Inputs) -> StageRun:
        return compute(POLARS, list(self.found.tables), inputs, [self.scene.day])

    def _moves(self, world: World, stage: StageRun, by: str) -> dict[tuple[str, str], Move]:
        """Return what moved, by table and column; a table that fails is noted."""
        moves: dict[tuple[str, str], Move] = {}
        day = self.scene.day
        elsewhere = self._elsewhere(stage)
        for name, mine in self.found.tables.items():
            table, run = declarations()[name], stage.tables[name]
            old = self.base.tables[name]
            if old.frame is None or old.records is None:
                continue
            if run.frame is None or run.records is None:
                told = mine.warnings if world.allowed else mine.errors
                told[by] = run.error or f"{run.blocked_by} failed"
                continue
            one, other = (_of_day(table, frame, day) for frame in (old.frame, run.frame))
            if not world.same_rows and "player_lookup" in table.key:
                one, other = (f.filter(~pl.col("player_lookup").is_in(elsewhere)) for f in (one, other))
            if one.height and not one.join(other, on=table.key, how="semi").height:
                mine.warnings[by] = "no row is left to compare"
            for column, (rows, key, before, after) in _moved(table, one, other, world).items():
                moves[name, column] = Move(by, day, rows, key, before, after)
            if world.same_rows or world.allowed:
                noted = [r.filter(pl.col("analysis_date") == day) for r in (old.records, run.records)]
                came = [a.join(b, on=a.columns, how="anti", nulls_equal=True) for a, b in (noted, noted[::-1])]
                if came[0].height or came[1].height:
                    first = [
                        key_text(f["entity_id", "failure_category"].row(0)) if f.height else "absent" for f in came
                    ]
                    moves[name, RECORDS] = Move(by, day, max(f.height for f in came), "", first[0], first[1])
        return moves

    def _elsewhere(self, stage: StageRun) -> list[str]:
        """Return the players whose game or team is another one: all they have is of other opponents."""
        if CONTEXT not in stage.tables:
            return []
        frame = stage.tables[CONTEXT].frame
        if frame is None:
            return []
        now = _of_day(declarations()[CONTEXT], frame, self.scene.day)
        both = self.scene.players.join(now.select("player_lookup", team_now="team_abbr"), on="player_lookup")
        return both.filter(pl.col("team") != pl.col("team_now"))["player_lookup"].to_list()


def _changed(inputs: Inputs, perturbation: Perturbation, scene: Scene) -> dict[str, pl.DataFrame]:
    """Return the inputs that a perturbation really changes."""
    changed = perturbation.change(inputs, scene)
    return {name: frame for name, frame in changed.items() if not frame.equals(inputs[name])}


def _of_day(table: Table, frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.filter(pl.col(table.date or "") == day)


def _moved(table: Table, one: pl.DataFrame, other: pl.DataFrame, world: World) -> dict[str, tuple[int, str, str, str]]:
    """Return the columns that moved: rows, and of one of them key, old and new value.

    A row that only one side has moves all columns where it may not come or go; elsewhere it moves the key.
    """
    key = list(table.key)
    found: dict[str, tuple[int, str, str, str]] = {}
    alone = [a.join(b, on=key, how="anti") for a, b in ((one, other), (other, one))]
    rows = alone[0].height + alone[1].height
    if rows and (world.same_rows or world.allowed):
        words = ("present", "absent") if alone[0].height else ("absent", "present")
        text = key_text((alone[0] if alone[0].height else alone[1]).select(key).row(0))
        found = dict.fromkeys(one.columns if world.same_rows else key, (rows, text, *words))
    values = [name for name in one.columns if name not in key and name not in world.free]
    both = one.join(other, on=key, suffix="_now", maintain_order="left")
    unequal = both.select(differs(pl.col(n), pl.col(f"{n}_now"), one.schema[n]).alias(n) for n in values)
    for name in values:
        if unequal[name].any():
            hits = both.filter(unequal[name]).select(*key, name, f"{name}_now")
            *entity, old, new = hits.row(0)
            count = hits.height + (rows if world.same_rows else 0)
            found[name] = (count, key_text(tuple(entity)), str(old), str(new))
    return found

"""Any order of commands, kills and late or restated data, held against a model of what each cell is of."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from nbaproc import lake as lake_module
from nbaproc import parquet
from nbaproc.facts import CellFacts
from nbaproc.faults import POINTS
from nbaproc.lake import Lake
from nbaproc.ledger import RUNNING, Ledger
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run import backfill as backfill_module
from nbaproc.run import engines, isolation, shard
from nbaproc.run.engines import POLARS, REFERENCE
from nbaproc.run.repair import rebuild
from nbaproc.run.summary import Summary
from nbaproc.run.survey import standings
from nbaproc.tables import by_stage, table_names, with_inputs
from tests.conftest import TODAY
from tests.run.little import fill, games
from tests.run.weeks import DECLARED, assert_ledger_agrees, run, todo
from tests.sources.downloads import files
from tests.tables.leagues import examples

DAYS = (date(2021, 10, 19), date(2021, 11, 2), date(2021, 11, 3), date(2021, 11, 4))
#: What is known of a date: nothing, its scores, or its box scores in one of two versions.
NOTHING, SCORES, FIRST, SECOND = range(4)
DATED = (
    "nbac_schedule",
    "nbac_player_boxscores",
    "nbac_team_boxscore",
    "nbac_gamebook_player_stats",
    "nbac_shot_chart",
)
STAGES = by_stage(table_names())
EARLY = {name for name, table in DECLARED.items() if table.early}
#: A table may fail so often in one history: its breaker stays closed.
FAILURES = 3
Key = tuple[str, date]
RawLake = dict[str, dict[tuple[int, date], pl.DataFrame]]


class Killed(BaseException):
    """The end of a process, as far as anything in it can tell."""


@cache
def raw_versions() -> tuple[Path, RawLake]:
    """Return a raw lake without a game, and the raw rows of every date in two versions."""
    folder, rows = Path(tempfile.mkdtemp(prefix="model")), RawLake()
    made = games(DAYS)
    others = [replace(game, home_points=140) for game in made]
    for version, league in ((FIRST, made), (SECOND, others)):
        lake = fill(Lake(folder / str(version)), folder / f"in{version}", league)
        for name in DATED:
            table = RAW_TABLES[name]
            of_table = lake.read_whole(table)
            for day in DAYS:
                rows.setdefault(name, {})[version, day] = of_table.filter(pl.col(table.date or "") == day)
    lake = Lake(folder / str(FIRST))
    for name in DATED:
        shutil.rmtree(lake.folder(RAW_TABLES[name]))
    return lake.root, rows


def store(lake: Lake, known: dict[date, int], months: set[str]) -> None:
    """Make the raw tables of some months what is known."""
    _, rows = raw_versions()
    for name in DATED:
        table, least = RAW_TABLES[name], SCORES if name == "nbac_schedule" else FIRST
        for month in {lake_module.Month.of(day) for day in DAYS if f"{day:%Y-%m}" in months}:
            mine = [day for day in DAYS if lake_module.Month.of(day) == month and known[day] >= least]
            parts = [rows[name][max(known[day], FIRST), day] for day in mine]
            lake.store_raw(table, month, pl.concat(parts) if parts else rows[name][FIRST, DAYS[0]].clear())


@cache
def computed_once(known: tuple[int, ...]) -> dict[str, bytes]:
    """Return the files of a lake that knew from the beginning what is known, computed by one command."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(shutil.copytree(raw_versions()[0], Path(folder) / "lake"))
        of_date = dict(zip(DAYS, known, strict=True))
        store(lake, of_date, {f"{day:%Y-%m}" for day in DAYS})
        assert run(lake, (), DAYS[0], DAYS[-1], engine=REFERENCE).exit_code == 0
        return files(lake.root)


@dataclass(frozen=True)
class Token:
    """What a cell is computed from.

    Attributes:
        schedule: The dates that it knows, those that have been played with their scores.
        box_scores: What is known of its own date, None if the table does not read it.
        past: Results that it looks back on, with what they are of.
        inputs: What the cells that it is made of are computed from.
    """

    schedule: tuple[Hashable, ...]
    box_scores: int | None
    past: tuple[tuple[str, date, int | None], ...]
    inputs: tuple[Token, ...]


class Model:
    """What every cell of the lake was computed from, and which cells did not work out.

    Attributes:
        known: What is known of every date.
        held: The cells that the lake holds, and what they are of.
        tried: Cells that failed or had to wait when they were tried last.
    """

    def __init__(self) -> None:
        self.known = dict.fromkeys(DAYS, NOTHING)
        self.held: dict[Key, Token] = {}
        self.tried: set[Key] = set()

    def played(self) -> list[date]:
        return [day for day in DAYS if self.known[day]]

    def is_early(self, name: str, day: date) -> bool:
        return name in EARLY and day < self.played()[0] + timedelta(14)

    def version(self, of: Key) -> int | None:
        """Return what a result is of, as far as it can be told from its rows: its box scores."""
        return self.held[of].box_scores

    def of(self, name: str, day: date, made_of: dict[str, Token]) -> Token:
        """Return what a cell would be computed from."""
        table = DECLARED[name]
        scores = {e: max(self.known[e], FIRST) for e in self.played()}
        schedule: list[Hashable] = [(day, scores[day])]
        if table.stage == "features":
            schedule = [(e, scores[e]) if e <= day else e for e in scores]
        raw = self.known[day] if any(source in table.reads for source in DATED[1:]) else None
        past = [
            (h, e, self.version((h, e))) for h, _ in table.history for e in scores if e < day and (h, e) in self.held
        ]
        past += [(h, day, self.version((h, day))) for h in table.members if (h, day) in self.held]
        return Token(tuple(schedule), raw, tuple(past), tuple(made_of[i] for i in table.inputs))

    def waits(self, name: str, day: date) -> bool:
        """Return whether a result is missing on which a cell would be built."""
        table = DECLARED[name]
        gaps = any((h, e) not in self.held for h, _ in table.history for e in self.played() if e < day)
        return gaps or any((h, day) not in self.held for h in table.members)


class Stage:
    """What a command would do in one stage."""

    def __init__(
        self, model: Model, names: list[str], days: list[date], wish: dict[str, Any], partial: set[Key]
    ) -> None:
        self.compute: dict[Key, Token] = {}
        self.wait: set[Key] = set()
        self.keep: set[Key] = set()
        for day in days:
            tokens: dict[str, Token] = {}
            for name in names:
                key = (name, day)
                tokens[name] = model.of(name, day, tokens)
                tried = key in model.tried
                if model.is_early(name, day) or (wish["retry"] and key not in model.held and not tried):
                    continue
                if model.waits(name, day) or any((i, day) in self.wait for i in DECLARED[name].inputs):
                    self.wait.add(key)
                elif (
                    key not in model.held
                    or (not wish["resume"] and (wish["forced"] is None or day in wish["forced"]))
                    or model.held[key] != tokens[name]
                    or tried
                    or (wish["retry"] and key in partial)
                ):
                    self.compute[key] = tokens[name]
                else:
                    self.keep.add(key)

    def without(self, broken: Key | None) -> tuple[set[Key], set[Key]]:
        """Return the cells that fail and those that wait for them, if one table fails on one date."""
        if broken not in self.compute:
            return set(), set()
        name, day = broken
        below = {name}
        for child in STAGES[DECLARED[name].stage]:
            if below & set(DECLARED[child].inputs):
                below.add(child)
        return {broken}, {(child, day) for child in below - {name} if (child, day) in self.compute}


def break_cell(patch: pytest.MonkeyPatch, table: str, day: date) -> None:
    """Let a table fail whenever a date is among those it is to compute, in whatever engine."""
    compute = shard.compute

    def broken(engine: str, names: Any, raw: Any, dates: Any, *more: Any) -> Any:
        stage = compute(engine, names, raw, dates, *more)
        if table not in stage.tables or day not in dates:
            return stage
        lost = {table: engines.TableRun(None, error="made to fail")}
        for name in stage.tables:
            above = [i for i in DECLARED[name].inputs if i in lost]
            if above and name != table:
                lost[name] = engines.TableRun(None, blocked_by=above[0])
        return replace(stage, tables=stage.tables | lost)

    patch.setattr(shard, "compute", broken)
    patch.setattr(isolation, "isolate", lambda _, stage, *rest: stage)


COMMANDS = ("backfill", "backfill", "backfill", "no-resume", "daily", "daily no-resume", "retry-failed")
#: A date of which something is learned before a command runs.
NEWS = st.sampled_from([None, *DAYS])
CHOICES = (table_names(), table_names(), table_names(), STAGES["games"], STAGES["features"], ["player_daily_cache"])


class Histories(RuleBasedStateMachine):
    """Everything that can happen to a lake, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="model"))
        self.lake = Lake(shutil.copytree(raw_versions()[0], self.folder / "lake"))
        self.model, self.failures = Model(), 0

    # What arrives.

    @initialize(known=st.tuples(*[st.sampled_from([NOTHING, SCORES, FIRST, FIRST])] * len(DAYS)))
    def begin(self, known: tuple[int, ...]) -> None:
        self.model.known = dict(zip(DAYS, known, strict=True))
        # Opening night is there from the beginning: without any result nothing can look back.
        self.model.known[DAYS[0]] = max(FIRST, known[0])
        store(self.lake, self.model.known, {f"{day:%Y-%m}" for day in DAYS})

    def learn(self, day: date, what: int) -> None:
        self.model.known[day] = what
        store(self.lake, self.model.known, {f"{day:%Y-%m}"})

    def hear(self, day: date | None) -> None:
        """Let the box scores of a date arrive, or other ones if they are there."""
        if day is not None:
            known = self.model.known[day]
            self.learn(day, FIRST if known < FIRST else FIRST + SECOND - known)

    @rule(day=st.sampled_from(DAYS))
    def scores_of_a_date_arrive(self, day: date) -> None:
        if self.model.known[day] == NOTHING:
            self.learn(day, SCORES)

    @rule(rebuilt=st.booleans())
    def the_ledger_is_deleted_or_rebuilt(self, rebuilt: bool) -> None:
        if rebuilt:
            with Ledger(self.lake.root) as ledger:
                assert rebuild(self.lake, ledger) == len(self.model.held)
        else:
            shutil.rmtree(self.lake.root / ".nbaproc", ignore_errors=True)
        self.model.tried = set()

    # What is run.

    @rule(
        command=st.sampled_from(COMMANDS),
        names=st.sampled_from(CHOICES),
        days=st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
        engine=st.sampled_from([REFERENCE, REFERENCE, REFERENCE, REFERENCE, POLARS]),
        news=NEWS,
    )
    def a_command_runs(
        self, command: str, names: list[str], days: tuple[date, date], engine: str, news: date | None
    ) -> None:
        self.hear(news)
        self.run(command, names, days, engine)

    @precondition(lambda self: self.failures < FAILURES)
    @rule(table=st.sampled_from(table_names()), day=st.sampled_from(DAYS))
    def a_command_runs_in_which_a_table_fails(self, table: str, day: date) -> None:
        self.failures += 1
        self.run("backfill", table_names(), (DAYS[0], DAYS[-1]), REFERENCE, broken=(table, day))

    @rule(
        point=st.sampled_from(POINTS),
        nth=st.integers(1, 3),
        command=st.sampled_from(["backfill", "no-resume"]),
        names=st.sampled_from(CHOICES),
        news=NEWS,
    )
    def a_command_is_killed(self, point: str, nth: int, command: str, names: list[str], news: date | None) -> None:
        self.hear(news)
        left = nth
        with pytest.MonkeyPatch.context() as patch:

            def reach(place: str) -> None:
                nonlocal left
                left -= place == point
                if not left:
                    left = -1
                    raise Killed

            for module in (lake_module, parquet, shard, backfill_module):
                patch.setattr(module, "reach", reach)
            before = self.facts()
            try:
                self.call(command, names, (DAYS[0], DAYS[-1]), REFERENCE)
            except Killed:
                note("killed")
        self.mourn(names, command, before)

    def call(self, command: str, names: list[str], days: tuple[date, date], engine: str) -> Summary:
        wish, (start, end) = self.wish(command, days)
        return run(self.lake, names, start, end, engine=engine, command=command.split()[0], **wish)

    def wish(self, command: str, days: tuple[date, date]) -> tuple[dict[str, Any], tuple[date, date]]:
        start, end = min(days), max(days)
        if command.startswith("daily"):
            start = end - timedelta(7)
        forced = {end} if command.startswith("daily") else None
        return {"resume": "no-resume" not in command, "forced": forced, "retry": command == "retry-failed"}, (
            start,
            end,
        )

    def facts(self) -> dict[Key, CellFacts]:
        return {
            (name, day): fact
            for name in table_names()
            for day, fact in self.lake.facts(DECLARED[name], DAYS[0], DAYS[-1]).items()
        }

    def stages(self, names: list[str], days: tuple[date, date], wish: dict[str, Any]) -> Iterator[Stage]:
        """Yield what each stage is expected to do; the model has to learn of one before the next."""
        dates = [day for day in self.model.played() if days[0] <= day <= days[1]]
        partial = {key for key, fact in self.facts().items() if fact.state == "partial"}
        for tables in by_stage(with_inputs(names)).values():
            yield Stage(self.model, tables, dates, wish, partial)

    def run(
        self, command: str, names: list[str], days: tuple[date, date], engine: str, broken: Key | None = None
    ) -> None:
        """Run a command, and hold everything it says against the model."""
        wish, span = self.wish(command, days)
        with pytest.MonkeyPatch.context() as patch:
            if broken is not None:
                break_cell(patch, *broken)
            summary = self.call(command, names, days, engine)
        ended = {(cell.table, cell.day): cell.state for cell in summary.cells if cell.reason != "early_season"}
        expected, kept = dict[Key, str](), set[Key]()
        for stage in self.stages(names, span, wish):
            lost, behind = stage.without(broken)
            waiting = stage.wait | behind
            for key, token in stage.compute.items():
                if key not in lost | waiting:
                    self.model.held[key] = token
            self.model.tried -= stage.compute.keys()
            self.model.tried |= lost | waiting
            expected |= dict.fromkeys(stage.compute, "built") | dict.fromkeys(lost, "failed")
            expected |= dict.fromkeys(waiting, "blocked")
            kept |= stage.keep
        found = {key: state if state in ("failed", "blocked") else "built" for key, state in ended.items()}
        assert found == expected
        assert sum(summary.kept.values()) == len(kept)
        facts = self.facts()
        assert facts.keys() == self.model.held.keys()
        open_ = {key for key in ended if ended[key] in ("failed", "blocked", "partial")}
        assert summary.exit_code == bool(open_)
        # A date of which nothing but its scores is known has no results, and is there.
        assert all(fact.rows or fact.state == "skipped" for fact in facts.values())

    def mourn(self, names: list[str], command: str, before: dict[Key, CellFacts]) -> None:
        """Learn from footers and ledger how far a run got; a cell is what it was, or what it was to be."""
        facts = self.facts()
        wish, span = self.wish(command, (DAYS[0], DAYS[-1]))
        for stage in self.stages(names, span, wish):
            for key, token in stage.compute.items():
                if facts.get(key) != before.get(key):
                    self.model.held[key] = token
        assert facts.keys() == self.model.held.keys()
        with Ledger(self.lake.root) as ledger:
            states = {key: cell.state for key, cell in ledger.cells().items()}
        self.model.tried = {
            key
            for key, state in states.items()
            if state in ("failed", "blocked") or (state == RUNNING and key not in facts)
        }

    # What is asked.

    @rule()
    def the_plan_is_that_of_the_model(self) -> None:
        expected = set[Key]()
        model, wish = self.model, self.wish("backfill", (DAYS[0], DAYS[-1]))[0]
        for stage in self.stages(STAGES["games"], (DAYS[0], DAYS[-1]), wish):
            expected |= stage.compute.keys()
        assert todo(self.lake, STAGES["games"], DAYS[0], DAYS[-1]) == expected
        for stage in self.stages(STAGES["features"], (DAYS[0], DAYS[-1]), wish):
            assert todo(self.lake, STAGES["features"], DAYS[0], DAYS[-1]) == stage.compute.keys()
        for name, standing in standings(self.lake, table_names(), DAYS[0], DAYS[-1], TODAY).items():
            assert standing.planned == sum(standing.states.values()) == len(model.played()), name

    def teardown(self) -> None:
        """Complete the lake: it is, byte for byte, one that knew everything from the beginning."""
        try:
            if self.model.known[DAYS[0]]:
                self.run("backfill", table_names(), (DAYS[0], DAYS[-1]), REFERENCE)
                assert not self.model.tried
                assert files(self.lake.root) == computed_once(tuple(self.model.known.values()))
                assert_ledger_agrees(self.lake)
                assert run(self.lake, (), DAYS[0], DAYS[-1]).idle
        finally:
            shutil.rmtree(self.folder)


def test_any_history_of_a_lake_ends_in_the_bytes_of_one_run() -> None:
    try:
        run_state_machine_as_test(Histories, settings=settings(examples(15), stateful_step_count=12))
    finally:
        shutil.rmtree(raw_versions()[0].parent)
        raw_versions.cache_clear()

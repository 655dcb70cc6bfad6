"""A table that keeps failing rests, then one cell is tried; a cell that was tried often enough is left alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.canonical import EMPTY
from nbaproc.errors import ConfigurationError
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger, stamp
from nbaproc.ledger_rows import Attempt, BreakerRow
from nbaproc.parquet import encode, read_facts, read_frame
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.backfill import backfill
from nbaproc.run.breaker import CLOSED, HALF_OPEN, OPEN, Limits, after, limits_from_environment, new_breaker, trying
from nbaproc.run.cells import Ended
from nbaproc.run.executors import Here
from nbaproc.run.holds import Holds, read_holds
from nbaproc.run.options import Options
from nbaproc.run.plan import COMPUTE, NEW, Planned, StagePlan
from nbaproc.run.shard import Receipt, Task
from nbaproc.run.summary import Summary
from nbaproc.run.survey import look
from nbaproc.run.workers import Workers
from tests.conftest import TODAY
from tests.run.weeks import (
    DECLARED,
    GAMES,
    LAST,
    OPENING,
    PDC,
    PGS,
    TDGS,
    TOGS,
    assert_ledger_agrees,
    break_table,
    cells,
    copied,
    fail,
    on,
    planned,
    restate,
    todo,
)
from tests.run.weeks import run as run_now
from tests.sources.downloads import files

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
NOVEMBER, RAW = Month("2021-22", "2021-11"), RAW_TABLES
DAY, LABELS = date(2021, 11, 4), "ml_labels"
#: Seven dates in a row, and the one after them.
WEEK, NEXT = [OPENING + timedelta(n) for n in range(7)], OPENING + timedelta(7)
BOX = ("nbac_player_boxscores", "nbac_gamebook_player_stats", "nbac_team_boxscore", "nbac_play_by_play")


def clock(minutes: float) -> Callable[[], datetime]:
    return lambda: NOON + timedelta(minutes=minutes)


def run(
    lake: Lake,
    minutes: float,
    names: Sequence[str] = GAMES,
    start: date = WEEK[0],
    end: date = WEEK[-1],
    *,
    today: date = TODAY,
    executor: Here | None = None,
    **options: Any,
) -> Summary:
    """Compute tables some minutes after noon."""
    how = Options("polars", **options)
    return backfill(
        lake, names, start, end, today=today, engine="polars", executor=executor, options=how, now=clock(minutes)
    )


class Spy(Here):
    """Keeps the cells of every task that is run."""

    def __init__(self, workers: int = 0) -> None:
        self.workers = workers
        self.tasks: list[set[tuple[str, date]]] = []

    def run(self, tasks: Sequence[Task], done: Any, progress: Any, last_look: Any = lambda task: task) -> None:
        def look(task: Task) -> Task:
            left: Task = last_look(task)
            if left.cells:
                self.tasks.append(set(left.cells))
            return left

        super().run(tasks, done, progress, look)


def breaker(lake: Lake, name: str = PGS) -> BreakerRow:
    with Ledger(lake.root) as ledger:
        return ledger.breakers()[name]


def at(minutes: float) -> str:
    return stamp(clock(minutes)())


# The states.


def test_R73_the_timeline_of_a_breaker_and_a_row_for_every_change(  # noqa: N802
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, written = Ledger(tmp_path), []
    inputs, history = {"now": "a"}, 0

    def request(minutes: float, ends: str) -> tuple[str, str, int]:
        """Ask for the cell as a command would that begins anew; return what came of it, and the breaker."""
        nonlocal history
        now = at(minutes)
        holds = read_holds(ledger, DAY, DAY, Limits())
        plan = StagePlan("games", [TOGS], {(TOGS, DAY): Planned(TOGS, DAY, COMPUTE, NEW, "", inputs["now"])})
        rows: list[BreakerRow] = []
        if holds.resting(TOGS):
            if holds.probe(TOGS, plan, now) is None:
                assert list(holds.held(plan, now)) == [(TOGS, DAY)]
                return "skipped", holds.breakers[TOGS].state, holds.breakers[TOGS].failure_count
            before, holds.breakers[TOGS] = holds.breakers[TOGS], trying(holds.breakers[TOGS], now)
            assert ledger.claim("run", [], before, holds.breakers[TOGS])
            written.append((now, HALF_OPEN))
        reason = "PROCESSING_ERROR" if ends == "failed" else ""
        rows = holds.count([Ended(TOGS, DAY, ends, reason, "broken", input_fingerprint=inputs["now"])], now)
        history += 1
        ledger.record([], [attempt(f"run {history}", ends, reason, now, inputs["now"])], rows)
        written.extend((now, row.state) for row in rows)
        return ends, holds.breakers[TOGS].state, holds.breakers[TOGS].failure_count

    with ledger:
        assert [request(n, "failed")[1:] for n in range(4)] == [(CLOSED, n) for n in range(1, 5)]
        assert request(4, "succeeded") == ("succeeded", CLOSED, 0)
        assert [request(n, "failed")[1] for n in range(5, 10)] == [CLOSED] * 4 + [OPEN]
        assert request(20, "failed")[0] == "skipped"
        inputs["now"] = "b"
        assert request(26, "failed")[:2] == ("failed", OPEN)
        assert request(55, "failed")[0] == "skipped"
        assert request(57, "succeeded") == ("succeeded", CLOSED, 0)
        # The failures of before are over.
        assert request(58, "failed") == ("failed", CLOSED, 1)
    assert written == [(at(9), OPEN), (at(26), HALF_OPEN), (at(26), OPEN), (at(57), HALF_OPEN), (at(57), CLOSED)]


def attempt(run_id: str, status: str, reason: str, when: str, inputs: str = "a", name: str = TOGS) -> Attempt:
    times = {"started_at": when, "finished_at": when, "load_ms": 0, "compute_ms": 0, "write_ms": 0}
    rest = {"rows_written": 0, "records": 0, "fingerprint": "", "code_version": "1", "peak_rss_mb": 1}
    made = {"command": "daily", "engine": "polars", "workers": 0, "message": "broken", "input_fingerprint": inputs}
    return Attempt(run_id, name, DAY, status, reason, **times, **rest, **made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "reason", "left"),
    [
        ("failed", "PROCESSING_ERROR", (OPEN, 5)),
        ("failed", "UNAVAILABLE", (OPEN, 5)),
        ("failed", "COUNT_MISMATCH", (CLOSED, 4)),
        ("blocked", "MISSING_DEPENDENCY", (CLOSED, 4)),
        ("partial", "COUNT_MISMATCH", (CLOSED, 4)),
        ("skipped", "insufficient_history", (CLOSED, 4)),
        ("succeeded", "", (CLOSED, 0)),
    ],
)
def test_only_failures_of_code_and_machinery_count(state: str, reason: str, left: tuple[str, int]) -> None:
    four = BreakerRow(TOGS, CLOSED, 4, "", "", "")
    found = after(four, state, reason, "broken", at(1), Limits())
    assert (found.state, found.failure_count) == left


@pytest.mark.parametrize(
    ("state", "reason", "left", "opened"),
    [
        ("failed", "NO_OUTPUT", OPEN, 31),
        # Without a verdict it is as open as before, and may be tried again.
        ("blocked", "MISSING_DEPENDENCY", OPEN, 0),
        ("partial", "COUNT_MISMATCH", CLOSED, 0),
        ("skipped", "no_source", CLOSED, 0),
        ("succeeded", "", CLOSED, 0),
    ],
)
def test_what_a_tried_cell_says_of_its_table(state: str, reason: str, left: str, opened: int) -> None:
    half = BreakerRow(TOGS, HALF_OPEN, 5, at(0), "", at(30))
    found = after(half, state, reason, "broken", at(31), Limits())
    assert (found.state, found.opened_at) == (left, at(opened))


def test_a_shard_that_was_lost_is_one_failure_of_each_of_its_tables_and_five_failing_dates_are_five() -> None:
    def of(reason: str) -> list[Ended]:
        return [Ended(name, day, "failed", reason, "the shard was lost") for name in (TOGS, PGS) for day in WEEK]

    holds = Holds()
    assert holds.count(of("TIMEOUT"), at(0)) == []
    assert {name: row.failure_count for name, row in holds.breakers.items()} == {TOGS: 1, PGS: 1}
    assert [row.key for row in holds.count(of("PROCESSING_ERROR"), at(1))] == [TOGS, PGS]


@pytest.mark.parametrize("seed", range(5))
def test_what_is_recounted_from_the_history_is_what_was_counted(seed: int, tmp_path: Path) -> None:
    rng, holds = random.Random(seed), Holds(limits=Limits(threshold=3))
    kinds = [("failed", "PROCESSING_ERROR"), ("failed", "TIMEOUT"), ("partial", "NO_TEAM"), ("blocked", "UPSTREAM_GAP")]
    with Ledger(tmp_path, clock(0)) as ledger:
        for number in range(40):
            now = at(number)
            ended = [
                Ended(rng.choice((TOGS, PGS)), DAY, *rng.choice([*kinds, ("succeeded", "")]), "broken")
                for _ in range(rng.randint(1, 4))
            ]
            rows = holds.count(ended, now)
            tries = [attempt(str(number), c.state, c.reason, now, name=c.table) for c in ended]
            ledger.record([], tries, rows)
            again = read_holds(ledger, DAY, DAY, holds.limits).breakers
            for name, row in holds.breakers.items():
                mine = again.get(name, new_breaker(name))
                assert mine.state == row.state, (number, name)
                if row.state == CLOSED:
                    assert mine.failure_count == row.failure_count, (number, name)


@pytest.mark.parametrize("seed", range(3))
def test_never_is_more_than_one_cell_tried(seed: int, tmp_path: Path) -> None:
    rng, opened = random.Random(seed), BreakerRow(TOGS, OPEN, 5, at(0), "broken", at(0))
    trying_now: set[int] = set()
    read: dict[int, BreakerRow] = {}
    with Ledger(tmp_path, clock(0)) as ledger:
        ledger.record([], breakers=[opened])
        for step in range(200):
            who = rng.randrange(4)
            if who in trying_now:
                # Its one cell ends; only then may the next be tried.
                state = rng.choice(["failed", "blocked"])
                row = after(ledger.breakers()[TOGS], state, "NO_OUTPUT", "broken", at(step), Limits())
                ledger.record([], breakers=[row])
                trying_now.discard(who)
            elif who not in read:
                read[who] = ledger.breakers()[TOGS]
            else:
                before = read.pop(who)
                if before.state == OPEN and ledger.claim(str(who), [(TOGS, DAY)], before, trying(before, at(step))):
                    trying_now.add(who)
            assert len(trying_now) <= 1
    assert step == 199


@pytest.mark.parametrize("text", ["0", "-1", "five", "2.5", "9" * 9])
@pytest.mark.parametrize("name", ["CIRCUIT_BREAKER_THRESHOLD", "CIRCUIT_BREAKER_TIMEOUT_MINUTES"])
def test_a_limit_that_cannot_be_is_named(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is '{text}'; give a whole number from 1 on"):
        limits_from_environment({name: text})


# Runs.


@pytest.fixture(scope="module")
def broken_weeks(raw_weeks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake whose player summaries failed on seven dates in a row, at noon: to copy, never to write."""
    lake = copied(raw_weeks, tmp_path_factory.mktemp("broken_weeks") / "lake")
    with pytest.MonkeyPatch.context() as patch:
        break_table(patch, PGS, fail)
        summary = run(lake, 0)
    assert cells(summary, "failed") == {(PGS, day) for day in WEEK}
    return lake.root


@pytest.fixture
def broken(broken_weeks: Path, tmp_path: Path) -> Lake:
    """Return the same lake, to write."""
    return copied(broken_weeks, tmp_path / "broken")


def test_a_table_that_rests_is_left_alone_its_dependants_wait_and_its_siblings_go_on(broken: Lake) -> None:
    assert (breaker(broken).state, breaker(broken).opened_at) == (OPEN, at(0))
    summary = run(broken, 10, end=NEXT)
    held = {(PGS, day) for day in [*WEEK, NEXT]}
    assert cells(summary, "skipped") == held
    assert {(cell.table, cell.reason) for cell in summary.ended("blocked")} == {(LABELS, "MISSING_DEPENDENCY")}
    assert cells(summary, "succeeded") == {(TOGS, NEXT), (TDGS, NEXT)}
    assert (summary.exit_code, len(summary.held())) == (1, len(held))
    message = summary.held()[0].message
    assert message.startswith("CIRCUIT_BREAKER_ACTIVE: 5 failures in a row, the last PROCESSING_ERROR: ")
    assert message.endswith(f"tried again from {at(30)}, with other inputs, or by `nbaproc retry-failed`")
    with Ledger(broken.root) as ledger:
        cell = ledger.cells()[PGS, WEEK[0]]
        assert (cell.state, cell.reason, cell.message) == ("skipped", "circuit_breaker_open", message)
        # It is in the run history, and a later start does not forget that it is open.
        assert [a.status for a in ledger.attempts(NEXT, NEXT) if a.table_name == PGS] == ["skipped"]
    assert {(PGS, day) for day in WEEK} <= todo(broken, GAMES, WEEK[0], NEXT)


def test_after_half_an_hour_one_cell_is_tried_alone_and_then_the_rest(broken: Lake, clean: Lake) -> None:
    spy = Spy()
    summary = run(broken, 30, executor=spy)
    assert spy.tasks[0] == {(PGS, WEEK[0])}
    assert len(spy.tasks) == 2
    assert cells(summary, "succeeded") == {(name, day) for name in (PGS, LABELS) for day in WEEK}
    assert (summary.exit_code, summary.kept) == (0, {TOGS: 7, TDGS: 7})
    assert (breaker(broken).state, breaker(broken).updated_at) == (CLOSED, at(30))
    for name in GAMES:
        assert broken.facts(DECLARED[name], WEEK[0], WEEK[-1]) == clean.facts(DECLARED[name], WEEK[0], WEEK[-1])
    assert cells(run(broken, 31)) == set()


def test_a_tried_cell_that_fails_is_the_only_one_and_the_table_rests_anew(
    broken: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(monkeypatch, PGS, fail)
    summary = run(broken, 31)
    assert cells(summary, "failed") == {(PGS, WEEK[0])}
    assert {cell.day for cell in summary.held()} == set(WEEK[1:])
    assert (breaker(broken).state, breaker(broken).opened_at) == (OPEN, at(31))
    with Ledger(broken.root) as ledger:
        assert ledger.cells()[PGS, WEEK[0]].state == "failed"
    assert len(run(broken, 60).held()) == 7


def test_other_inputs_free_a_table_at_once_and_their_date_is_tried_first(broken: Lake) -> None:
    for name in BOX[:2]:
        restate(broken, name, on(WEEK[3], assists=pl.col("assists") + 1), "2021-10")
    spy = Spy()
    assert run(broken, 5, executor=spy).exit_code == 0
    assert spy.tasks[0] >= {(PGS, WEEK[3])}
    assert {day for _, day in spy.tasks[0]} == {WEEK[3]}
    assert breaker(broken).state == CLOSED


def test_a_retry_tries_at_once(broken: Lake) -> None:
    assert run(broken, 1, retry=True, command="retry-failed").exit_code == 0
    assert breaker(broken).state == CLOSED
    assert_ledger_agrees(broken)


def test_a_cell_that_is_current_or_early_is_never_held(broken: Lake) -> None:
    name = "player_shot_zone_analysis"
    plan = planned(broken, [TOGS, name], WEEK[0], WEEK[-1], held=dict.fromkeys([(TOGS, DAY), (name, WEEK[0])], "x"))
    assert {cell.reason for (table, _), cell in plan.items() if table == TOGS} == {"unchanged"}
    assert plan[name, WEEK[0]].reason == "early_season"


def test_a_table_whose_breaker_opens_is_left_out_of_the_shards_that_have_not_begun(
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = Spy(2)
    break_table(monkeypatch, PGS, fail)
    summary = run(raw, 0, start=OPENING, end=LAST, executor=spy)
    assert [{name for name, _ in task} for task in spy.tasks] == [set(GAMES), {TOGS, TDGS}]
    november = {day for day in summary.dates if day.month == 11}
    assert {cell.day for cell in summary.held()} == november
    assert {(LABELS, day) for day in november} <= cells(summary, "blocked")
    assert len(summary.cells) == len(GAMES) * len(summary.dates)
    with Ledger(raw.root) as ledger:
        assert not [cell for cell in ledger.cells().values() if cell.state == "running"]


def test_a_task_that_is_left_without_cells_is_not_run(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = Spy(2)
    break_table(monkeypatch, TOGS, fail)
    summary = run(raw, 0, [TOGS], start=OPENING, end=LAST, executor=spy)
    assert [{day.month for _, day in task} for task in spy.tasks] == [{10}]
    assert {cell.day.month for cell in summary.held()} == {11}


def test_workers_look_at_a_task_before_they_get_it(raw: Lake) -> None:
    tasks = [Task(n, "games", str(raw.root), "polars", LAST, {(TOGS, WEEK[n]): "x"}) for n in range(3)]
    receipts: list[Receipt] = []
    crew = Workers(1, 1)

    def look(task: Task) -> Task:
        # What the receipts so far have made pointless.
        return replace(task, cells={}) if receipts else task

    try:
        crew.run(tasks, receipts.append, _Quiet(), look)
    finally:
        crew.close()
    assert [receipt.number for receipt in receipts] == [0]


class _Quiet:
    def start(self, total: int) -> None: ...

    def working(self, what: str) -> None: ...

    def advance(self, units: int, rows: int) -> None: ...


def test_a_cell_that_a_live_run_is_trying_is_waited_for_and_one_of_a_dead_run_is_taken_up(broken: Lake) -> None:
    with Ledger(broken.root, clock(31)) as ledger:
        opened = ledger.breakers()[PGS]
        with ledger.running("other"):
            assert ledger.claim("other", [(PGS, WEEK[0])], opened, trying(opened, at(31)))
            # Who has read the breaker before is too late.
            assert not ledger.claim("late", [(PGS, WEEK[1])], opened, trying(opened, at(31)))
            summary = run(broken, 32)
            assert {(cell.day, cell.reason) for cell in summary.ended("skipped")} == {
                (WEEK[0], "locked"),
                *((day, "circuit_breaker_open") for day in WEEK[1:]),
            }
    assert run(broken, 33).exit_code == 0


def test_R27_an_outage_leaves_no_lock_behind(raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    with monkeypatch.context() as patch:
        break_table(patch, TOGS, fail, [DAY])
        for minutes in range(3):
            assert run(raw, minutes, [TOGS], DAY, DAY, limited=True).exit_code == 1
        # A daily run leaves the date alone for a day, then tries it once.
        summary = run(raw, 60, [TOGS], DAY, DAY, limited=True)
        assert (len(summary.held()), summary.limited) == (1, {(TOGS, DAY)})
        assert len(run(raw, 24 * 60 + 1, [TOGS], DAY, DAY, limited=True).held()) == 1
        assert cells(run(raw, 24 * 60 + 2, [TOGS], DAY, DAY, limited=True), "failed") == {(TOGS, DAY)}
        assert len(run(raw, 24 * 60 + 3, [TOGS], DAY, DAY, limited=True).held()) == 1
    # Somebody who asks for it waits for nothing: what was repaired is there with every player.
    assert run(raw, 24 * 60 + 4, GAMES, DAY, DAY).exit_code == 0
    for name in GAMES:
        assert raw.facts(DECLARED[name], DAY, DAY) == clean.facts(DECLARED[name], DAY, DAY)


def test_R69_a_game_that_never_comes_is_tried_three_times_and_runs_when_it_comes(raw: Lake, clean: Lake) -> None:  # noqa: N802
    # The night with the fewest games, of which four fifths are wanted.
    games = clean.read(DECLARED[TOGS], date(2021, 11, 1), LAST).select("game_date", "nba_game_id", "game_id")
    night = games.group_by("game_date").len().sort("len", "game_date")["game_date"][0]
    day = pl.col("game_date") == night
    _, missing, game = games.filter(day).row(0)
    when, away, home = game.split("_")
    names = [missing, game, f"{when}_{home}_{away}"]
    kept = {name: raw.read_month(RAW[name], NOVEMBER) for name in BOX}
    for name in BOX:
        key = pl.col("gameId" if "gameId" in kept[name].columns else "game_id")
        restate(raw, name, lambda rows, key=key: rows.filter(~(day & key.is_in(names))), "2021-11")  # type: ignore[misc]
        assert raw.read_month(RAW[name], NOVEMBER).height < kept[name].height

    def daily(minutes: float) -> Summary:
        return run(raw, minutes, GAMES, night, night, today=night, limited=True, command="daily")

    states = [daily(minutes) for minutes in range(6)]
    assert [{c.state for c in summary.cells if c.table == TOGS} for summary in states] == [
        *[{"blocked"}] * 3,
        *[{"skipped"}] * 3,
    ]
    assert [(TOGS, night) in summary.limited for summary in states] == [False] * 3 + [True] * 3
    assert [summary.computed > 0 for summary in states] == [True] * 3 + [False] * 3
    for name, rows in kept.items():
        raw.store_raw(RAW[name], NOVEMBER, rows)
    arrived = daily(7)
    assert (arrived.exit_code, arrived.limited) == (0, set())
    assert cells(arrived, "succeeded") == {(name, night) for name in GAMES}


# Records and rows.


def test_a_date_whose_records_are_newer_than_its_rows_is_computed_again(
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, table = files(clean.root), DECLARED[PDC]
    facts = clean.facts(table, LAST, LAST)
    assert facts[LAST].records > 0

    class Cut(BaseException):
        pass

    def cut(point: str) -> None:
        if point == "after_records":
            raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("nbaproc.lake.reach", cut)
        bare = {LAST: replace(facts[LAST], records=0, records_fingerprint=EMPTY)}
        none = clean.read_records(table, LAST, LAST).head(0)
        with pytest.raises(Cut):
            clean.replace(table, NOVEMBER, bare, clean.read(table, LAST, LAST), none)
    # The footer of the rows says what it said, so nothing but the records can tell.
    assert clean.facts(table, LAST, LAST) == facts
    wishes = look(clean, [PDC], Options("polars"), OPENING, LAST)
    assert set(wishes.failed) == {(PDC, LAST)}
    summary = run_now(clean)
    assert cells(summary) == {(PDC, LAST)}
    assert summary.exit_code == 0
    assert files(clean.root) == before
    assert_ledger_agrees(clean)


def test_records_without_fingerprints_in_their_footer_are_recounted(clean: Lake) -> None:
    table = DECLARED[PDC]
    path, told = clean.records_path(table, NOVEMBER), clean.records_fingerprints(table, OPENING, LAST)
    assert told == {
        day: fact.records_fingerprint for day, fact in clean.facts(table, OPENING, LAST).items() if fact.records
    }
    facts = read_facts(path)
    assert facts.pop("fingerprints")
    path.write_bytes(encode(read_frame(path), facts))
    assert clean.records_fingerprints(table, OPENING, LAST) == told

"""Guards: a date is not written where it would lose rows, name strangers, or rest on half a roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from nbaproc.boundary import empty, seal
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.run.engines import StageRun, TableRun
from nbaproc.run.guards import CONTEXT, GATED, PLAYED, roster_gate
from tests.run.weeks import (
    DECLARED,
    FEATURES,
    GAMES,
    LAST,
    LATE,
    MLFS,
    PCF,
    PDC,
    PGS,
    TDGS,
    TOGS,
    UPGC,
    UTGC,
    assert_ledger_agrees,
    break_table,
    cells,
    restate,
    run,
    todo,
)
from tests.sources.downloads import files

MIDDLE = date(2021, 11, 4)
TEAM_SOURCES = ("nbac_team_boxscore", "nbac_player_boxscores", "nbac_gamebook_player_stats", "nbac_play_by_play")


def keep_teams(lake: Lake, teams: list[str], day: date) -> None:
    """Leave only some teams of a date in the raw tables."""
    others = (pl.col("game_date") == day) & ~pl.col("team_abbr").is_in(teams)
    for name in TEAM_SOURCES[:3]:
        restate(lake, name, lambda rows: rows.filter(~others), "2021-11")


def outputs(lake: Lake) -> dict[str, bytes]:
    return {name: content for name, content in files(lake.root).items() if not name.startswith("nba_raw")}


def test_R05_a_date_that_would_lose_most_of_its_teams_keeps_its_rows(clean: Lake) -> None:  # noqa: N802
    table = DECLARED[TOGS]
    before, stored = outputs(clean), clean.read(table, MIDDLE, MIDDLE)
    teams = stored["team_abbr"].to_list()
    assert len(teams) >= 8
    # One game of the date is left in every source.
    game = stored["game_id"][0]
    keep_teams(clean, stored.filter(game_id=game)["team_abbr"].to_list(), MIDDLE)
    summary = run(clean, GAMES)
    refused = {cell.table: cell for cell in summary.ended("failed")}
    assert {(cell.day, cell.reason) for cell in refused.values()} == {(MIDDLE, "SHRINK_REFUSED")}
    assert set(refused) == {TOGS, TDGS}
    # What is made of it is not written either.
    assert {cell.table for cell in summary.ended("blocked")} == {PGS, "ml_labels"}
    assert summary.exit_code == 1
    after = outputs(clean)
    assert {name for name in before if before[name] != after[name]} == set()
    assert after.keys() == before.keys()
    # It is asked for again by every run, and written when somebody says so.
    assert {(TOGS, MIDDLE), (PGS, MIDDLE)} <= todo(clean, GAMES)
    forced = run(clean, GAMES, MIDDLE, MIDDLE, force=True)
    assert not forced.ended("failed")
    assert clean.read(table, MIDDLE, MIDDLE).height == 2
    assert not run(clean, GAMES, MIDDLE, MIDDLE).cells


def test_a_date_that_loses_a_tenth_of_its_rows_is_written_and_one_more_is_refused(
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = DECLARED[PGS]
    height = clean.read(table, LAST, LAST).height

    def take(count: int) -> Any:
        def change(done: Any, _: Any) -> Any:
            of_date = done.frame.filter(game_date=LAST)
            lost = of_date.sort("minutes_played", nulls_last=False).head(count)
            return replace(done, frame=done.frame.join(lost, on=["game_date", "player_lookup"], how="anti"))

        return change

    for count, state in ((height // 10 + 1, "failed"), (height // 10, "succeeded")):
        with monkeypatch.context() as patch:
            break_table(patch, PGS, take(count), [LAST])
            summary = run(clean, [PGS], LAST, LAST, resume=False)
        assert (PGS, LAST) in cells(summary, state), count
    assert clean.read(table, LAST, LAST).height == height - height // 10


def test_a_table_that_loses_one_team_is_refused_though_nine_tenths_stay(
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = DECLARED[UTGC]
    day = max((clean.read(table, d, d).height, d) for d in (LATE, MIDDLE, LAST))[1]

    def rename(done: Any, _: Any) -> Any:
        team = done.frame.filter(game_date=day)["team_abbr"][0]
        drop = (pl.col("game_date") == day) & (pl.col("team_abbr") == team)
        return replace(done, frame=done.frame.filter(~drop))

    break_table(monkeypatch, UTGC, rename, [day])
    summary = run(clean, [UTGC], day, day, resume=False)
    assert [(c.reason, "had a row and has none now" in c.message) for c in summary.ended("failed")] == [
        ("SHRINK_REFUSED", True)
    ]


def test_a_date_may_grow_and_one_that_was_not_settled_may_shrink(clean: Lake) -> None:
    table, month = DECLARED[PGS], Month("2021-22", "2021-11")
    before = clean.read(table, LAST, LAST)
    facts = clean.facts(table, LAST, LAST)[LAST]
    records = empty(PROCESSING_FAILURES)
    # As it was when games were still on: more rows, and not settled.
    extra = before.with_columns(player_lookup=pl.lit("x") + pl.col("player_lookup")).drop("data_hash")
    more = pl.concat([before, seal(table, extra)]).sort(table.key)
    clean.replace(table, month, {LAST: replace(facts, settled=False, rows=more.height)}, more, records)
    assert run(clean, [PGS], LAST, LAST, resume=False).exit_code == 0
    assert clean.read(table, LAST, LAST).equals(before)
    clean.replace(table, month, {LAST: replace(facts, rows=5)}, before.head(5), records)
    assert run(clean, [PGS], LAST, LAST, resume=False).exit_code == 0
    assert clean.read(table, LAST, LAST).equals(before)


def test_a_team_that_does_not_play_in_the_game_is_refused(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = outputs(clean)
    playing = clean.read(DECLARED[UTGC], LAST, LAST)["team_abbr"]
    stranger = next(team for team in ("ATL", "BOS", "BKN", "CHI", "CHA", "CLE", "DAL") if team not in playing)

    def swap(done: Any, _: Any) -> Any:
        first = (pl.col("game_date") == LAST) & (pl.col("team_abbr") == playing[0])
        return replace(
            done,
            frame=done.frame.with_columns(team_abbr=pl.when(first).then(pl.lit(stranger)).otherwise("team_abbr")),
        )

    break_table(monkeypatch, UTGC, swap, [LAST])
    summary = run(clean, FEATURES, LAST, LAST, resume=False)
    made_of = {PCF, MLFS}
    (cell,) = summary.ended("failed")
    # What is made of the team context waits, and keeps its rows.
    assert {c.table for c in summary.ended("blocked")} == made_of
    assert (cell.reason, f"{stranger} does not play in" in cell.message) == ("CONFIGURATION", True)
    assert outputs(clean) == before


# The roster gate.


def gate(hit: int, everybody: int) -> tuple[StageRun, dict[tuple[str, date], tuple[str, str]]]:
    """Pass a date through the gate on which `hit` of those who played are in the context."""
    names = [f"player{n:03}" for n in range(everybody)]
    context = pl.DataFrame({"game_date": [LATE] * (hit + 1), "player_lookup": [*names[:hit], "reserve"]})
    results = pl.DataFrame(
        {
            "game_date": [LATE] * everybody,
            "player_lookup": names,
            "points": [7] * everybody,
            "minutes_played": [20.0] * everybody,
            "is_dnp": [False] * everybody,
        }
    )
    rows = pl.DataFrame({"game_date": [LATE]})
    tables = {name: TableRun(rows, empty(PROCESSING_FAILURES)) for name in GATED}
    return roster_gate(StageRun({CONTEXT: TableRun(context, empty(PROCESSING_FAILURES))} | tables), results)


@pytest.mark.parametrize(("hit", "everybody"), [(68, 175), (1, 187), (179, 200)])
def test_R08_a_context_that_lacks_more_than_a_tenth_of_those_who_played_blocks(  # noqa: N802
    hit: int, everybody: int
) -> None:
    stage, waiting = gate(hit, everybody)
    text = f"{CONTEXT} has {hit} of the {everybody} players who played"
    assert waiting == {(name, LATE): ("MISSING_DEPENDENCY", text) for name in (PCF, PDC, MLFS)}
    assert all(run.records is not None and run.records.is_empty() for run in stage.tables.values())


@pytest.mark.parametrize(("hit", "everybody"), [(170, 175), (180, 200)])
def test_R08_a_context_that_lacks_less_leaves_a_record_of_everybody_absent(  # noqa: N802
    hit: int, everybody: int
) -> None:
    stage, waiting = gate(hit, everybody)
    assert waiting == {}
    absent = sorted(f"player{n:03}" for n in range(hit, everybody))
    for name in GATED:
        records = stage.tables[name].records
        assert records is not None
        assert records.filter(detail="roster_gap").select("failure_class", "entity_id").rows() == [
            ("note", "DATE_LEVEL")
        ]
        missing = records.filter(failure_category="MISSING_DATA")["entity_id"].sort().to_list()
        assert missing == (absent if name in (PCF, PDC) else [])


def test_R08_a_complete_context_leaves_nothing() -> None:  # noqa: N802
    stage, waiting = gate(175, 175)
    assert waiting == {}
    assert all(run.records is not None and run.records.is_empty() for run in stage.tables.values())


def test_R08_a_context_of_one_player_is_not_built_upon_and_repaired_by_the_next_run(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(clean.root)

    def one(done: Any, _: Any) -> Any:
        first = pl.int_range(pl.len()).over("game_date") == 0
        return replace(done, frame=done.frame.filter((pl.col("game_date") != LAST) | first))

    for name in (UPGC, PCF, PDC, MLFS):
        day = pl.col(DECLARED[name].date or "")
        for month in clean.months(DECLARED[name]):
            if month.month == "2021-11":
                facts = clean.facts(DECLARED[name], LATE, LAST)
                rows = clean.read(DECLARED[name], LATE, LAST).filter(day < LAST)
                kept = {d: f for d, f in facts.items() if d < LAST}
                assert kept
                clean.path(DECLARED[name], month).unlink()
                notes = clean.read_records(DECLARED[name], LATE, LAST).filter(pl.col("analysis_date") < LAST)
                early = clean.facts(DECLARED[name], date(2021, 11, 1), date(2021, 11, 1))
                assert not early
                clean.replace(DECLARED[name], month, kept, rows, notes)
    break_table(monkeypatch, UPGC, one, [LAST])
    summary = run(clean, [MLFS], LAST, LAST, force=True)
    blocked = {cell.table: cell for cell in summary.ended("blocked")}
    assert set(blocked) == {PCF, PDC, MLFS}
    assert {cell.reason for cell in blocked.values()} == {"MISSING_DEPENDENCY"}
    assert "has 1 of the" in blocked[PCF].message
    for name in blocked:
        assert LAST not in clean.facts(DECLARED[name], LAST, LAST)
    monkeypatch.undo()
    # The context itself was written, and is taken for current: it has to be asked for.
    run(clean, [MLFS], LAST, LAST, resume=False)
    assert clean.read(DECLARED[UPGC], LAST, LAST).height > 50
    run(clean)
    assert {n for n, c in files(clean.root).items() if before.get(n) != c} <= {
        n for n in before if "2021-11" in n and UPGC in n
    }


def test_factors_that_cannot_be_right_are_not_built_upon(clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def tired(done: Any, _: Any) -> Any:
        void = pl.when(pl.col("game_date") == LAST).then(0).otherwise("fatigue_score")
        return replace(done, frame=done.frame.with_columns(fatigue_score=void.cast(done.frame["fatigue_score"].dtype)))

    break_table(monkeypatch, PCF, tired, [LAST])
    before = clean.path(DECLARED[MLFS], Month("2021-22", "2021-11")).read_bytes()
    summary = run(clean, [MLFS], LAST, LAST, resume=False)
    blocked = {(c.table, c.reason) for c in summary.ended("blocked")}
    assert blocked == {(MLFS, "CONTAMINATED_UPSTREAM")}
    assert clean.path(DECLARED[MLFS], Month("2021-22", "2021-11")).read_bytes() == before


def test_R11_rows_that_are_counted_are_those_in_the_file(raw: Lake) -> None:  # noqa: N802
    summary = run(raw)
    for cell in summary.ended("succeeded"):
        assert cell.rows == raw.read(DECLARED[cell.table], cell.day, cell.day).height > 0
    assert_ledger_agrees(raw)


def test_R11_a_date_that_comes_out_empty_is_a_failure_and_is_planned_again(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(done: Any, _: Any) -> Any:
        return replace(done, frame=done.frame.filter(pl.col("game_date") != LAST))

    break_table(monkeypatch, TDGS, nothing)
    cell = next(c for c in run(raw, [TDGS], LAST, LAST).cells if c.table == TDGS)
    assert (cell.state, cell.reason, cell.rows) == ("failed", "NO_OUTPUT", 0)
    assert (TDGS, LAST) in todo(raw, [TDGS], LAST, LAST)
    assert PLAYED == PGS

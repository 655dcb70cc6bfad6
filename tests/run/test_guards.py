"""Guards: a date is not written where it would lose rows, name strangers, or rest on half a roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.audit.verify import verify
from nbaproc.boundary import empty, seal
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.parquet import remove_file
from nbaproc.run.cells import Ended
from nbaproc.run.engines import StageRun, TableRun
from nbaproc.run.guards import CONTEXT, GATED, PLAYED, roster_gate
from nbaproc.run.notes import by_runner
from nbaproc.run.row_checks import refuse_bad_rows
from nbaproc.run.summary import Summary
from tests.conftest import TODAY
from tests.run.weeks import (
    DECLARED,
    FEATURES,
    GAMES,
    LAST,
    LATE,
    MLFS,
    OPENING,
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


# Half games and bad rows.

#: A date of eleven games, one of three, and one of six.
BUSY, FEW = date(2021, 10, 20), OPENING


def without_teams(teams: list[str], day: date) -> Any:
    """Return a change that takes rows of teams out of a table of teams."""

    def change(done: Any, _: Any) -> Any:
        lost = (pl.col("game_date") == day) & pl.col("team_abbr").is_in(teams)
        return replace(done, frame=done.frame.filter(~lost))

    return change


def endless(key: str, names: list[str], day: date, column: str) -> Any:
    """Return a change that makes a value of some rows infinite."""

    def change(done: Any, _: Any) -> Any:
        mine = (pl.col("game_date") == day) & pl.col(key).is_in(names)
        value = pl.when(mine).then(float("inf")).otherwise(pl.col(column))
        return replace(done, frame=done.frame.with_columns(value.alias(column)))

    return change


def ended(summary: Summary) -> dict[str, Ended]:
    return {cell.table: cell for cell in summary.cells}


@pytest.fixture(scope="module")
def teams_of(clean_weeks: Path) -> dict[date, list[list[str]]]:
    """Return the teams of every game, by date."""
    rows = Lake(clean_weeks).read(DECLARED[TOGS], OPENING, LAST).sort("game_date", "game_id", "team_abbr")
    games = rows.group_by("game_date", "game_id", maintain_order=True).agg("team_abbr")
    return {day: [list(t) for t in part["team_abbr"]] for (day,), part in games.group_by("game_date")}


def test_R05_a_build_that_loses_teams_writes_whole_games_and_names_the_teams(  # noqa: N802
    raw: Lake, teams_of: dict[date, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = teams_of[FEW]
    break_table(monkeypatch, TOGS, without_teams([first[0], *second], FEW), [FEW])
    cells_of = ended(run(raw, GAMES, FEW, FEW))
    cell = cells_of[TOGS]
    assert (cell.state, cell.reason, cell.rows) == ("partial", "COUNT_MISMATCH", 2)
    assert raw.read(DECLARED[TOGS], FEW, FEW)["team_abbr"].to_list() == sorted(third)
    notes = raw.read_records(DECLARED[TOGS], FEW, FEW)
    reasons = notes.select("entity_type", "failure_category", "failure_class", "failure_reason").rows()
    texts = {text for *_, text in reasons}
    assert {row[:3] for row in reasons} == {("GAME", "COUNT_MISMATCH", "data")}
    assert any(first[0] in text and first[1] not in text for text in texts)
    assert any(set(second) <= set(text.replace(",", "").split()) for text in texts)
    # One game of three is too little to build upon.
    assert (cells_of[PGS].state, cells_of[PGS].reason) == ("blocked", "MISSING_DEPENDENCY")
    assert "has 1 of 3 games" in cells_of[PGS].message
    assert cells_of["ml_labels"].state == "blocked"


def test_a_game_of_eleven_that_lacks_a_team_does_not_hold_back_the_others(
    raw: Lake, teams_of: dict[date, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(monkeypatch, TOGS, without_teams(teams_of[BUSY][0][:1], BUSY), [BUSY])
    cells_of = ended(run(raw, GAMES, BUSY, BUSY))
    assert (cells_of[TOGS].reason, cells_of[TOGS].rows) == ("COUNT_MISMATCH", 20)
    assert cells_of[PGS].state == "succeeded"


def test_R05_sources_of_few_games_are_no_success_on_an_empty_date(  # noqa: N802
    raw: Lake, teams_of: dict[date, list[list[str]]]
) -> None:
    keep_teams(raw, teams_of[MIDDLE][0], MIDDLE)
    summary = run(raw, GAMES, MIDDLE, MIDDLE)
    cells_of = ended(summary)
    for name in (TOGS, TDGS):
        assert (cells_of[name].state, cells_of[name].reason, cells_of[name].rows) == ("partial", "COUNT_MISMATCH", 2)
    assert summary.exit_code == 1
    # Nothing is wrong with the game that is there, and no source says that more will come.
    assert cells_of[PGS].state == "succeeded"
    noted = raw.read_records(DECLARED[PGS], MIDDLE, MIDDLE).filter(detail="partial_upstream")
    assert noted["failure_reason"].to_list() == ["1 of 4 games have a source"]


@pytest.mark.parametrize("today", [TODAY, BUSY + timedelta(days=1)], ids=["old", "fresh"])
@pytest.mark.parametrize(("bad", "games", "rows", "built"), [(1, 1, 20, "succeeded"), (10, 5, 12, "blocked")])
def test_R28_bad_team_rows_cost_their_games_and_no_others(  # noqa: N802
    raw: Lake,
    teams_of: dict[date, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    today: date,
    bad: int,
    games: int,
    rows: int,
    built: str,
) -> None:
    names = [team for pair in teams_of[BUSY][:games] for team in pair][:bad]
    break_table(monkeypatch, TOGS, endless("team_abbr", names, BUSY, "pace"), [BUSY])
    cells_of = ended(run(raw, [PGS], BUSY, BUSY, today=today))
    cell = cells_of[TOGS]
    assert (cell.state, cell.reason, cell.rows) == ("partial", "VALIDATION_FAILED", rows)
    stored, notes = raw.read(DECLARED[TOGS], BUSY, BUSY), raw.read_records(DECLARED[TOGS], BUSY, BUSY)
    withheld = notes.filter(failure_category="VALIDATION_FAILED")
    assert (stored.height, withheld.height) == (rows, games)
    assert stored["game_id"].n_unique() + withheld["entity_id"].n_unique() == 11
    assert set(withheld["entity_type"]) == {"GAME"}
    assert withheld["failure_reason"].str.contains("pace is not finite").all()
    many = notes.filter(detail="many_bad_rows").select("severity", "failure_class", "failure_reason").rows()
    told = [("error", "note", "10 of 22 rows contradict the declaration")]
    assert many == (told if bad == 10 else [])
    assert cells_of[PGS].state == built


def test_R28_the_other_team_of_a_bad_row_goes_with_it(clean: Lake) -> None:  # noqa: N802
    table = DECLARED[TOGS]
    rows, known = clean.read(table, BUSY, BUSY), clean.read_records(table, BUSY, BUSY)
    first = pl.int_range(pl.len()) == 0
    broken = rows.with_columns(pace=pl.when(first).then(float("inf")).otherwise("pace"))
    kept, notes = refuse_bad_rows(table, broken, known)
    assert kept.equals(rows.filter(pl.col("game_id") != rows["game_id"][0]))
    assert notes.select("entity_type", "entity_id", "failure_category").rows() == [
        ("GAME", rows["game_id"][0], "VALIDATION_FAILED")
    ]
    assert refuse_bad_rows(table, rows, known)[0] is rows


@pytest.mark.parametrize("bad", [1, 10])
def test_R28_bad_team_rows_do_not_take_the_place_of_a_full_date(  # noqa: N802
    clean: Lake, teams_of: dict[date, list[list[str]]], monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    before = outputs(clean)
    names = [team for pair in teams_of[BUSY][:5] for team in pair][:bad]
    break_table(monkeypatch, TOGS, endless("team_abbr", names, BUSY, "pace"), [BUSY])
    summary = run(clean, [TOGS], BUSY, BUSY, resume=False)
    assert [cell.reason for cell in summary.ended("failed")] == ["SHRINK_REFUSED"]
    assert outputs(clean) == before


def test_R30_a_player_row_that_cannot_be_written_has_a_record_and_the_others_are_written(  # noqa: N802
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = clean.read(DECLARED[PGS], FEW, FEW)["player_lookup"].to_list()
    break_table(monkeypatch, PGS, endless("player_lookup", everybody[3:5], FEW, "usage_rate"), [FEW])
    cell = ended(run(raw, [PGS], FEW, FEW))[PGS]
    assert (cell.state, cell.reason) == ("partial", "VALIDATION_FAILED")
    rows = raw.read(DECLARED[PGS], FEW, FEW)
    refused = raw.read_records(DECLARED[PGS], FEW, FEW).filter(failure_category="VALIDATION_FAILED")
    assert refused["entity_id"].to_list() == everybody[3:5]
    assert sorted([*rows["player_lookup"], *refused["entity_id"]]) == everybody


def test_a_date_of_bad_rows_only_has_no_output(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of(done: Any, _: Any) -> Any:
        return replace(done, frame=done.frame.with_columns(pace=pl.lit(float("inf"))))

    break_table(monkeypatch, TOGS, all_of, [FEW])
    cell = ended(run(raw, [TOGS], FEW, FEW))[TOGS]
    assert (cell.state, cell.reason) == ("failed", "NO_OUTPUT")
    assert not raw.facts(DECLARED[TOGS], FEW, FEW)


def test_a_row_without_a_name_is_told_of_with_its_date(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless(done: Any, _: Any) -> Any:
        first = pl.int_range(pl.len()) == 0
        name = pl.when(first).then(None).otherwise(pl.col("player_lookup"))
        return replace(done, frame=done.frame.with_columns(player_lookup=name))

    break_table(monkeypatch, "ml_labels", nameless, [FEW])
    cell = ended(run(raw, ["ml_labels"], FEW, FEW))["ml_labels"]
    # Whoever it was has neither a row nor a record now.
    assert (cell.state, cell.reason) == ("failed", "UNTRACKED")


# What becomes of a date that had to wait.


def test_a_date_that_waited_for_a_source_is_computed_again_when_none_is_awaited_any_more(
    raw: Lake, teams_of: dict[date, list[list[str]]]
) -> None:
    others = [team for pair in teams_of[LATE][1:] for team in pair]
    assert len(others) == 10
    for name in TEAM_SOURCES[1:3]:
        lost = (pl.col("game_date") == LATE) & ~pl.col("team_abbr").is_in(others)
        restate(raw, name, lambda rows, lost=lost: rows.filter(~lost), "2021-11")  # type: ignore[misc]
    fresh = ended(run(raw, [PGS], LATE, LATE, today=LATE))
    assert (fresh[PGS].state, fresh[PGS].reason) == ("partial", "MISSING_DEPENDENCY")
    assert fresh[TOGS].state == "succeeded"
    # The day after it is still fresh, and nothing has changed.
    assert not run(raw, [PGS], LATE, LATE, today=LATE + timedelta(days=1)).cells
    later = run(raw, [PGS], LATE, LATE, today=LATE + timedelta(days=2))
    assert [(c.table, c.state, c.reason) for c in later.cells] == [(PGS, "succeeded", "")]
    assert later.exit_code == 0
    records = raw.read_records(DECLARED[PGS], LATE, LATE)
    assert records.filter(failure_category="NO_PLAYER_SOURCE").height == 1
    assert records.filter(detail="partial_upstream")["failure_reason"].to_list() == ["5 of 6 games have a source"]
    assert not run(raw, [PGS], LATE, LATE, today=LATE + timedelta(days=2)).cells


def test_what_the_runner_noted_does_not_stand_in_the_way_of_a_proof(
    clean: Lake, teams_of: dict[date, list[list[str]]]
) -> None:
    keep_teams(clean, teams_of[LAST][0], LAST)
    run(clean, GAMES, LAST, LAST, force=True)
    # A month of history is gone, and the context is wanted all the same.
    table = DECLARED[TOGS]
    remove_file(clean.path(table, Month("2021-22", "2021-10")))
    run(clean, [UPGC], LAST, LAST, allow_gaps=True, force=True)
    details = [clean.read_records(DECLARED[name], LAST, LAST)["detail"] for name in (PGS, UPGC)]
    assert "partial_upstream" in details[0].to_list()
    assert "window_gap" in details[1].to_list()
    proof = verify(clean, [*GAMES, UPGC], LAST, LAST, today=TODAY)
    assert proof.differences == []
    assert proof.holds


def test_records_of_the_runner_are_told_from_those_of_the_tables() -> None:
    rows = [
        (PGS, "DATA_ISSUE", "window_gap", True),
        (PCF, "DATA_ISSUE", "roster_gap", True),
        (PCF, "MISSING_DATA", "", True),
        (PGS, "MISSING_DATA", "", False),
        (TOGS, "COUNT_MISMATCH", "", True),
        (MLFS, "PROCESSING_ERROR", "", True),
        (MLFS, "DATA_ISSUE", "contaminated", True),
        (MLFS, "DATA_ISSUE", "f05", False),
        (TOGS, "VALIDATION_FAILED", "", False),
        (TOGS, "DATA_ISSUE", "many_bad_rows", False),
    ]
    frame = pl.DataFrame(rows, schema=["table_name", "failure_category", "detail", "wanted"], orient="row")
    assert frame.select(by_runner())["detail"].to_list() == frame["wanted"].to_list()

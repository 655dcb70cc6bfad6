"""The run history (specification, 13.2): what every attempt at a cell had before it, did, and cost."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.ledger_rows import Attempt
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.backfill import backfill
from nbaproc.run.cells import Ended
from nbaproc.run.history import milliseconds
from nbaproc.run.options import Options
from nbaproc.run.shard import STEPS, Receipt
from nbaproc.run.workers import Workers
from nbaproc.tables import table_names
from tests.conftest import TODAY
from tests.run.weeks import (
    DECLARED,
    GAMES,
    LATE,
    MLFS,
    OPENING,
    PDC,
    PGS,
    QUIET,
    TDGS,
    TOGS,
    UPGC,
    UTGC,
    break_table,
    fail,
    on,
    restate,
    run,
)

NOVEMBER = Month("2021-22", "2021-11")
NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)


def attempts(lake: Lake, after: int = 0) -> list[Attempt]:
    with Ledger(lake.root) as ledger:
        return ledger.attempts_after(after)[0]


def at(lake: Lake, name: str, day: date, after: int = 0) -> Attempt:
    found = [a for a in attempts(lake, after) if (a.table_name, a.data_date) == (name, day)]
    assert len(found) == 1, (name, day)
    return found[0]


def inputs(attempt: Attempt) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(attempt.coverage)
    return found


def test_a_date_with_every_row_has_what_its_scope_asks_for(clean: Lake) -> None:
    day = date(2021, 11, 8)
    scope = {name: at(clean, name, day) for name in table_names()}
    for name in (TOGS, TDGS, UTGC):
        assert scope[name].rows_expected == scope[name].rows_written == scope[UTGC].rows_written
    # Everybody in the context has a row or a record of the tables made of it.
    assert scope[PDC].rows_expected == scope[UPGC].rows_written > scope[PDC].rows_written
    for attempt in scope.values():
        table = DECLARED[attempt.table_name]
        records = clean.read_records(table, day, day).filter(pl.col("failure_class") != "note")
        told = records.filter(pl.col("entity_type") != "GAME")["entity_id"].n_unique()
        assert attempt.rows_expected == attempt.rows_written + told, attempt.table_name


def test_a_game_that_has_no_source_is_expected_all_the_same(raw: Lake) -> None:
    day = date(2021, 11, 8)
    boxes = raw.read_month(RAW_TABLES["nbac_team_boxscore"], NOVEMBER).filter(game_date=day)
    games = boxes["game_id"].unique().sort()
    teams = boxes.filter(game_id=games[0])["team_abbr"].to_list()
    for name in ("nbac_team_boxscore", "nbac_gamebook_player_stats", "nbac_player_boxscores"):
        of_game = (pl.col("game_date") == day) & pl.col("team_abbr").is_in(teams)
        restate(raw, name, lambda rows, of_game=of_game: rows.filter(~of_game), "2021-11")  # type: ignore[misc]
    run(raw, GAMES, day, day)
    attempt = at(raw, TOGS, day)
    assert (attempt.rows_expected, attempt.rows_written) == (2 * len(games), 2 * len(games) - 2)
    share = round((len(games) - 1) / len(games), 4)
    assert inputs(attempt)["nbac_team_boxscore"]["coverage"] == share


def test_raw_inputs_are_told_as_the_lake_holds_them(clean: Lake) -> None:
    day = date(2021, 11, 8)
    for name in (PGS, TOGS, UPGC):
        told = inputs(at(clean, name, day))
        for source in DECLARED[name].reads:
            if source in ("nbac_schedule", "espn_team_rosters", "nba_players_registry", "player_aliases"):
                assert source not in told
                continue
            table = RAW_TABLES[source]
            rows = clean.read(table, day, day)
            if rows.is_empty():
                assert told[source] is None
                continue
            print_ = clean.raw_fingerprints(table, NOVEMBER)[day]
            assert (told[source]["rows"], told[source]["fingerprint"]) == (rows.height, print_)
            assert told[source]["coverage"] in (None, 1.0)
    assert inputs(at(clean, PGS, day))["nbac_gamebook_player_stats"]["coverage"] == 1.0


def test_when_an_input_was_loaded_last_is_told(raw: Lake) -> None:
    loaded = datetime(2021, 11, 9, 7, tzinfo=UTC)
    restate(raw, "nbac_team_boxscore", on(LATE, processed_at=pl.lit(loaded)), "2021-11")
    run(raw, [TOGS], LATE, LATE)
    assert inputs(at(raw, TOGS, LATE))["nbac_team_boxscore"]["last_updated"] == "2021-11-09T07:00:00Z"


def test_tables_of_the_date_are_told_by_rows_and_fingerprint(clean: Lake) -> None:
    day = date(2021, 11, 8)
    told = inputs(at(clean, MLFS, day))
    assert told.keys() == {*DECLARED[MLFS].inputs, *DECLARED[MLFS].members, *DECLARED[MLFS].reads} - {"nbac_schedule"}
    for name in DECLARED[MLFS].inputs:
        fact = clean.facts(DECLARED[name], day, day)[day]
        assert told[name] == {"rows": fact.rows, "fingerprint": fact.fingerprint}


def test_only_rows_with_another_content_are_counted_as_changed(clean: Lake) -> None:
    first = attempts(clean)
    assert all(a.rows_changed == a.rows_written for a in first if a.coverage)
    run(clean, resume=False)
    again = attempts(clean, len(first))
    assert {a.rows_changed for a in again} == {0}
    assert sum(a.rows_written for a in again) == sum(a.rows_written for a in first)
    before = clean.read_month(DECLARED[PGS], NOVEMBER, ["game_date", "player_lookup", "steals"])
    mine = before.filter(pl.col("game_date") == LATE, pl.col("steals").is_not_null())["player_lookup"].sort()[:2]
    for name in ("nbac_gamebook_player_stats", "nbac_player_boxscores"):
        changed = pl.when(pl.col("player_lookup").is_in(mine.to_list())).then(pl.col("steals") + 1).otherwise("steals")
        restate(clean, name, on(LATE, steals=changed), "2021-11")
    run(clean, GAMES)
    attempt = at(clean, PGS, LATE, len(first) + len(again))
    assert attempt.rows_changed == len(mine) < attempt.rows_written


def test_tries_are_numbered_and_who_only_waits_is_not_tried(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        break_table(patch, TOGS, fail, [LATE])
        run(raw, GAMES, LATE, LATE)
        waiting = at(raw, PGS, LATE)
        assert (waiting.status, waiting.attempt) == ("blocked", 1)
        seen = len(attempts(raw))
        run(raw, GAMES, LATE, LATE)
    assert at(raw, TOGS, LATE, seen).attempt == 2
    seen = len(attempts(raw))
    run(raw, GAMES, LATE, LATE)
    last = at(raw, TOGS, LATE, seen)
    assert (last.status, last.attempt, last.force) == ("succeeded", 3, False)


def test_a_cell_that_the_plan_lets_wait_belongs_to_no_shard(raw: Lake) -> None:
    run(raw, [UPGC], LATE, LATE)
    attempt = at(raw, UPGC, LATE)
    assert (attempt.status, attempt.shard, attempt.attempt) == ("blocked", None, 0)
    assert (attempt.rows_expected, attempt.rows_changed, attempt.coverage) == (None, 0, "")
    assert attempt.host == platform.node()
    assert attempt.started_at == attempt.finished_at


def test_a_shard_has_begun_before_it_ended_and_its_time_is_that_of_its_cells(raw: Lake) -> None:
    end = date(2021, 10, 31)
    summary = backfill(
        raw, GAMES, OPENING, end, today=TODAY, engine="polars", options=Options("polars", force=True), now=lambda: NOON
    )
    found = attempts(raw)
    spent = sum(a.load_ms + a.compute_ms + a.check_ms + a.write_ms for a in found)
    assert abs(spent - 1000 * sum(summary.seconds.values())) <= 4 * len(found)
    assert {a.finished_at for a in found} == {"2026-01-07T12:00:00Z"}
    assert {a.started_at < a.finished_at for a in found} == {True}
    assert {(a.force, a.host, a.shard) for a in found} == {(True, platform.node(), 0)}


def test_a_footer_that_cannot_be_read_any_more_costs_no_cell(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Lake.raw_fingerprints

    def gone(lake: Lake, table: Table, month: Month) -> dict[date, str]:
        # The plan has read them before.
        if raw.facts(DECLARED[TOGS], LATE, LATE):
            raise LakeError(f"{table.name}: {month.month} was taken away")
        return real(lake, table, month)

    monkeypatch.setattr(Lake, "raw_fingerprints", gone)
    assert run(raw, [TOGS], LATE, LATE).exit_code == 0
    attempt = at(raw, TOGS, LATE)
    assert (attempt.status, attempt.coverage) == ("succeeded", "")
    assert attempt.rows_expected == attempt.rows_written == attempt.rows_changed > 0


@pytest.mark.usefixtures("all_cores")
def test_workers_note_what_one_process_notes(raw: Lake, clean: Lake) -> None:
    def told(lake: Lake) -> list[tuple[object, ...]]:
        found = [a for a in attempts(lake) if a.data_date != QUIET]
        return sorted(
            (a.table_name, a.data_date, a.rows_expected, a.rows_changed, a.coverage, a.attempt, a.host) for a in found
        )

    run(raw, executor=Workers(2))
    assert told(raw) == told(clean)
    assert len({a.shard for a in attempts(raw)}) > 1


CELLS = st.lists(st.tuples(st.sampled_from((TOGS, PGS)), st.integers(0, 300)), min_size=1, max_size=8)
SECONDS = st.floats(0, 100)


@given(CELLS, st.tuples(SECONDS, SECONDS, SECONDS))
def test_all_time_is_divided_and_none_is_made_up(wanted: Sequence[tuple[str, int]], spent: Sequence[float]) -> None:
    cells = [Ended(name, OPENING, "succeeded", rows=rows) for name, rows in wanted]
    receipt = Receipt(0)
    there = {name for name, _ in wanted}
    for name, seconds in zip((TOGS, PGS), spent, strict=False):
        if name in there:
            receipt.spend(name, "compute", seconds)
    receipt.seconds["compute"] = sum(receipt.table_seconds.values()) + spent[2]
    found = milliseconds(cells, receipt)
    assert found.keys() == set(STEPS)
    assert abs(sum(found["compute"]) - 1000 * receipt.seconds["compute"]) <= len(cells)
    assert min(found["compute"]) >= 0
    assert set(found["load"]) == {0}


def test_a_table_pays_for_itself_and_for_its_share_of_what_all_need() -> None:
    cells = [Ended(TOGS, OPENING, "succeeded", rows=10), Ended(PGS, OPENING, "succeeded", rows=30)]
    receipt = Receipt(0)
    receipt.seconds |= {"load": 0.4, "compute": 1.0}
    receipt.spend(PGS, "compute", 0.6)
    found = milliseconds(cells, receipt)
    assert (found["load"], found["compute"]) == ([100, 300], [100, 900])
    empty = [Ended(TOGS, OPENING, "skipped"), Ended(TOGS, LATE, "skipped")]
    assert milliseconds(empty, receipt)["load"] == [200, 200]

"""A player, a team or a game that cannot be computed costs its own row, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.lake import Lake
from nbaproc.raw.tally import Tally
from nbaproc.reference import (
    Entity,
    EntityError,
    feature_day,
    ml_labels,
    player_composite_factors,
    player_daily_cache,
    player_game_summary,
    player_shot_zone_analysis,
    team_defense_game_summary,
    team_offense_game_summary,
    upcoming_player_game_context,
    upcoming_team_game_context,
    zone_day,
)
from nbaproc.run.engines import POLARS, REFERENCE, StageRun, compute_reference
from nbaproc.run.inputs import read_inputs
from nbaproc.run.isolation import MOST
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
    fail,
    run,
)
from tests.sources.downloads import files

PSZA, TDZA = "player_shot_zone_analysis", "team_defense_zone_analysis"
LABELS = "ml_labels"
BUG = "PROCESSING_ERROR"


def only(function: Callable[..., Any], bad: Callable[..., bool]) -> Callable[..., Any]:
    """Let a function fail where its arguments are bad."""

    def broken(*given: Any) -> Any:
        return fail() if bad(*given) else function(*given)

    return broken


def break_players(monkeypatch: pytest.MonkeyPatch, players: set[str], days: set[date]) -> None:
    """Let both engines fail on some players of the player summary."""
    break_table(monkeypatch, PGS, fail, days, is_everybody=False)

    def bad(facts: Any, line: Any, *_: Any) -> bool:
        return line.lookup in players and facts.game.game_date in days

    monkeypatch.setattr(player_game_summary, "build_row", only(player_game_summary.build_row, bad))


def everybody(lake: Lake, name: str, day: date) -> list[str]:
    return lake.read(DECLARED[name], day, day)["player_lookup"].to_list()


def bugs(lake: Lake, name: str, day: date) -> pl.DataFrame:
    return lake.read_records(DECLARED[name], day, day).filter(failure_category=BUG)


@pytest.mark.parametrize("engine", [POLARS, REFERENCE])
def test_R60_a_player_who_cannot_be_computed_has_one_record_and_the_others_their_rows(  # noqa: N802
    engine: str, raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, table = LATE, DECLARED[PGS]
    whole = clean.read(table, day, day)
    player = whole["player_lookup"][3]
    with monkeypatch.context() as patch:
        break_players(patch, {player}, {day})
        start = day if engine == REFERENCE else date(2021, 10, 19)
        summary = run(raw, GAMES, start, day, engine=engine)
    ended = {(cell.table, cell.day): cell for cell in summary.cells}
    cell = ended[PGS, day]
    assert (cell.state, cell.reason) == ("partial", BUG)
    assert cell.message == f"{player}: no row, since it could not be computed: ZeroDivisionError: made to fail"
    assert summary.exit_code == 1
    # All others have their rows, byte by byte, and so have the other tables and dates.
    assert raw.read(table, day, day).equals(whole.filter(pl.col("player_lookup") != player))
    assert {c.state for key, c in ended.items() if key != (PGS, day)} == {"succeeded"}
    labels = DECLARED[LABELS]
    assert raw.read(labels, day, day).equals(clean.read(labels, day, day).filter(pl.col("player_lookup") != player))
    # One record of class bug, and a loud note on how the rows came to be; nothing in tables made of it.
    (bug,) = bugs(raw, PGS, day).iter_rows(named=True)
    assert (bug["entity_type"], bug["entity_id"], bug["failure_class"], bug["severity"], bug["can_retry"]) == (
        *("PLAYER", player),
        *("bug", "error", True),
    )
    (note,) = raw.read_records(table, day, day).filter(detail="engine_fallback").iter_rows(named=True)
    assert (note["entity_type"], note["failure_class"], note["severity"]) == ("DATE", "note", "error")
    assert "ZeroDivisionError: made to fail" in note["failure_reason"]
    assert not raw.read_records(labels, day, day).filter(detail="engine_fallback").height
    # The date is not tried again by itself; once it is whole, what was made of it is stale.
    assert not run(raw, GAMES, start, day, engine=engine).cells
    assert cells(run(raw, [PGS], day, day, retry=True)) == {(PGS, day)}
    again = run(raw, GAMES, start, day)
    assert cells(again) == {(LABELS, day)}
    assert run(raw).exit_code == 0
    assert files(raw.root) == files(clean.root)
    assert_ledger_agrees(raw)


def test_R60_both_engines_leave_the_same_bytes_of_a_broken_date(  # noqa: N802
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    players = everybody(clean, PGS, LATE)[:MOST]
    break_players(monkeypatch, set(players), {LATE})
    run(raw, GAMES, LATE, LATE)
    found = files(raw.root)
    assert bugs(raw, PGS, LATE)["entity_id"].sort().to_list() == sorted(players)
    run(raw, GAMES, LATE, LATE, engine=REFERENCE, resume=False, force=True)
    assert files(raw.root) == found


def test_R45_more_players_than_may_fail_fail_the_date_and_no_other(  # noqa: N802
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_players(monkeypatch, set(everybody(clean, PGS, LATE)[: MOST + 1]), {LATE})
    summary = run(raw, GAMES)
    assert cells(summary, "failed") == {(PGS, LATE)}
    assert cells(summary, "blocked") == {(LABELS, LATE)}
    (cell,) = summary.ended("failed")
    assert (cell.reason, cell.message) == (BUG, "ZeroDivisionError: made to fail")


def test_a_date_that_only_the_vectorised_engine_cannot_compute_is_whole_and_says_so(
    raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_table(patch, UPGC, fail, {LATE}, is_everybody=False)
        summary = run(raw)
    assert summary.exit_code == 0
    assert not cells(summary, "failed", "blocked", "partial")
    for name in (*GAMES, *FEATURES):
        assert raw.read(DECLARED[name], LATE, LAST).equals(clean.read(DECLARED[name], LATE, LAST)), name
        notes = raw.read_records(DECLARED[name], LATE, LAST).filter(detail="engine_fallback")
        assert notes["analysis_date"].to_list() == ([LATE] if name == UPGC else [])
        assert notes["severity"].to_list() == (["error"] if name == UPGC else [])
    assert run(raw, resume=False).exit_code == 0
    assert files(raw.root) == files(clean.root)


def test_R63_offense_that_fails_blocks_the_players_and_leaves_the_defense(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(monkeypatch, TOGS, fail, {LATE})
    monkeypatch.setattr(team_offense_game_summary, "build_rows", fail)
    summary = run(raw, GAMES)
    assert cells(summary, "failed") == {(TOGS, LATE)}
    assert cells(summary, "blocked") == {(PGS, LATE), (LABELS, LATE)}
    assert (TDGS, LATE) in cells(summary, "succeeded")
    assert (TOGS, LAST) in cells(summary, "succeeded")


def test_a_team_table_loses_both_teams_of_a_game(raw: Lake, clean: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = clean.read(DECLARED[TOGS], LATE, LATE)
    game, team = whole.row(0, named=True)["game_id"], whole["team_abbr"][0]
    break_table(monkeypatch, TOGS, fail, {LATE}, is_everybody=False)
    bad = only(team_offense_game_summary.build_row, lambda facts, side: side == team)
    monkeypatch.setattr(team_offense_game_summary, "build_row", bad)
    summary = run(raw, GAMES, LATE, LATE)
    assert cells(summary, "partial") == {(TOGS, LATE)}
    assert raw.read(DECLARED[TOGS], LATE, LATE).equals(whole.filter(pl.col("game_id") != game))
    assert bugs(raw, TOGS, LATE).select("entity_type", "entity_id").rows() == [("GAME", game)]
    for name in (TDGS, PGS, LABELS):
        assert raw.read(DECLARED[name], LATE, LATE).equals(clean.read(DECLARED[name], LATE, LATE))


# Every table, in the reference engine.

#: Where each table makes the row of an entity, and how the entity is found among the arguments.
ROWS: dict[str, tuple[Any, str, Callable[..., object]]] = {
    TOGS: (team_offense_game_summary, "build_rows", lambda facts: facts.game.game_id),
    TDGS: (team_defense_game_summary, "build_rows", lambda facts: facts.game.game_id),
    PGS: (player_game_summary, "build_row", lambda facts, line, *_: line.lookup),
    LABELS: (ml_labels, "build_row", lambda row: row["player_lookup"]),
    UTGC: (upcoming_team_game_context, "build_row", lambda game, *_: game.game.game_id),
    UPGC: (upcoming_player_game_context, "build_row", lambda team, facts: facts.member.lookup),
    # Three weeks are too few for a row of a team: it is the record that is made.
    TDZA: (zone_day, "too_few_games", lambda entity, *_: entity[2]),
    PSZA: (player_shot_zone_analysis, "build_row", lambda day, lookup, *_: lookup),
    PCF: (player_composite_factors, "build_row", lambda inputs, _: inputs.context["player_lookup"]),
    PDC: (player_daily_cache, "build_row", lambda row, *_: row["player_lookup"]),
    MLFS: (feature_day, "build_row", lambda inputs: inputs.player.lookup),
}
ID = {TOGS: "game_id", TDGS: "game_id", UTGC: "game_id", TDZA: "team_abbr"}

#: Tables that look at nobody but the rows of another one.
OUT_OF_SCOPE = {(PGS, LABELS), (UPGC, PCF), (UPGC, PDC)}


def made(lake: Lake, name: str, without: list[Entity]) -> StageRun:
    names = GAMES if name in GAMES else FEATURES
    return compute_reference(names, read_inputs(lake, names, [LAST], Tally()), [LAST], without=without)


@pytest.mark.parametrize("name", [*GAMES, *FEATURES])
def test_the_reference_says_who_fails_and_computes_the_others(
    name: str, clean_weeks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, table = Lake(clean_weeks), DECLARED[name]
    column = ID.get(name, "player_lookup")
    who = "BOS" if name == TDZA else lake.read(table, LAST, LAST)[column][0]
    module, function, entity_of = ROWS[name]
    with monkeypatch.context() as patch:
        bad = only(getattr(module, function), lambda *given: entity_of(*given) == who)
        patch.setattr(module, function, bad)
        with pytest.raises(EntityError, match=f"{name}: [A-Z]+ {who} of {LAST}") as caught:
            made(lake, name, [])
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        run_ = made(lake, name, [caught.value.entity])
    for other, run_of_other in run_.tables.items():
        rows, whole = run_of_other.frame, lake.read(DECLARED[other], LAST, LAST)
        assert rows is not None
        if other == name:
            assert rows.equals(whole.filter(pl.col(column) != who))
            told = run_of_other.records
            assert told is not None
            assert who not in told["entity_id"]
        elif (name, other) in OUT_OF_SCOPE:
            # Nobody but the rows of the other table is looked at.
            assert rows.equals(whole.filter(pl.col("player_lookup") != who))
        else:
            # Whoever had a row has one still, made without the other.
            assert rows.select(DECLARED[other].key).equals(whole.select(DECLARED[other].key))

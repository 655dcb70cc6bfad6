"""The plan: what is current stays, what an input could have moved is computed, and gaps are named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest

from nbaproc.lake import Lake, Month
from nbaproc.parquet import remove_file
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.inputs import read_schedule
from nbaproc.run.plan import BLOCK, COMPUTE, KEEP, SKIP
from nbaproc.tables import table_names
from tests.run.weeks import (
    DECLARED,
    EARLY,
    FEATURES,
    GAMES,
    LAST,
    LATE,
    LOOKING_BACK,
    OPENING,
    PGS,
    QUIET,
    TOGS,
    UPGC,
    UTGC,
    assert_ledger_agrees,
    break_table,
    cells,
    fail,
    on,
    planned,
    restate,
    run,
    todo,
)
from tests.sources.downloads import files

PLAYED = [OPENING + timedelta(n) for n in range(23) if OPENING + timedelta(n) != QUIET]
#: A date in the middle of the features stage.
MIDDLE = date(2021, 11, 4)
BOX = ("nbac_player_boxscores", "nbac_gamebook_player_stats")


def blocks(lake: Lake, **wishes: object) -> dict[tuple[str, date], tuple[str, str]]:
    return {k: (c.reason, c.message) for k, c in planned(lake, FEATURES, **wishes).items() if c.action == BLOCK}


def test_R03_a_run_computes_what_failed_and_what_was_never_tried_and_keeps_the_rest(  # noqa: N802
    raw: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = dict(enumerate(PLAYED[:10], 1))
    run(raw, [TOGS], only=[days[n] for n in (1, 2, 5, 9)])
    break_table(monkeypatch, TOGS, fail, [days[3]])
    assert run(raw, [TOGS], only=[days[3]]).exit_code == 1
    monkeypatch.undo()
    assert todo(raw, [TOGS], days[1], days[10]) == {(TOGS, days[n]) for n in (3, 4, 6, 7, 8, 10)}
    summary = run(raw, [TOGS], days[1], days[10])
    assert cells(summary, "succeeded") == {(TOGS, days[n]) for n in (3, 4, 6, 7, 8, 10)}
    assert summary.kept == {TOGS: 4}
    # Complete: nothing is left, and nothing is done.
    assert todo(raw, [TOGS], days[1], days[10]) == set()
    again = run(raw, [TOGS], days[1], days[10])
    assert (again.cells, again.files, again.exit_code, again.kept) == ([], 0, 0, {TOGS: 10})


def test_R03_a_success_then_a_failure_then_a_success_leave_one_state_and_the_clean_bytes(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(clean.root)
    break_table(monkeypatch, TOGS, fail, [MIDDLE])
    assert cells(run(clean, [TOGS], MIDDLE, MIDDLE, resume=False), "failed") == {(TOGS, MIDDLE)}
    assert files(clean.root) == before
    monkeypatch.undo()
    run(clean, [TOGS], MIDDLE, MIDDLE, resume=False)
    assert files(clean.root) == before
    assert_ledger_agrees(clean)


def test_a_complete_range_has_nothing_to_do(clean: Lake) -> None:
    plan = planned(clean)
    assert {cell.action for cell in plan.values()} == {KEEP, SKIP}
    assert {(key[0], cell.reason) for key, cell in plan.items() if cell.action == SKIP} == {
        (name, "early_season") for name in EARLY
    }
    stamps = {path: path.stat().st_mtime_ns for path in clean.root.rglob("*.parquet")}
    summary = run(clean)
    assert (cells(summary), summary.files, summary.exit_code) == (set(), 0, 0)
    assert {path: path.stat().st_mtime_ns for path in clean.root.rglob("*.parquet")} == stamps


def test_R13_days_off_are_no_cells_and_no_gaps(clean: Lake) -> None:  # noqa: N802
    plan = planned(clean)
    assert sorted({day for _, day in plan}) == PLAYED
    assert QUIET not in PLAYED
    assert not any(cell.action == BLOCK for cell in plan.values())


def test_the_first_two_weeks_are_skipped_where_a_table_says_so(clean: Lake) -> None:
    skipped = {key for key, cell in planned(clean).items() if cell.reason == "early_season"}
    assert skipped == {(name, day) for name in EARLY for day in PLAYED if day < LATE}


def test_a_restated_box_score_computes_its_date_and_what_looks_back_on_it_and_nothing_else(clean: Lake) -> None:
    for name in BOX:
        restate(clean, name, on(MIDDLE, assists=pl.col("assists") + 1), "2021-11")
    done = cells(run(clean))
    of_games = {key for key in done if key[0] in GAMES}
    assert of_games == {(name, MIDDLE) for name in GAMES}
    of_features = done - of_games
    # Nothing before the date; of the date itself only what asks who played on it.
    assert min(day for _, day in of_features) == MIDDLE
    assert {day for name, day in of_features if name == "player_shot_zone_analysis"} == {
        d for d in PLAYED if d > MIDDLE
    }
    for name in LOOKING_BACK:
        assert {(name, day) for day in PLAYED if day > MIDDLE} - of_features in (
            set(),
            # Team defense did not change.
            {("team_defense_zone_analysis", day) for day in PLAYED if day > MIDDLE},
        )
    assert not {key for key in done if key[0] == UTGC}
    assert todo(clean) == set()
    assert_ledger_agrees(clean)


def test_a_result_that_comes_out_as_before_makes_nothing_stale_behind_it(clean: Lake) -> None:
    # A note on who is inactive: the games stage reads the row, and no result changes.
    reason = pl.when(pl.col("dnp_reason").is_null()).then(None).otherwise(pl.lit("DNP - Other"))
    restate(clean, "nbac_gamebook_player_stats", on(OPENING, dnp_reason=reason), "2021-10")
    done = cells(run(clean))
    assert {key for key in done if key[0] in GAMES} == {(name, OPENING) for name in GAMES}
    changed = {key for key in done if key[0] in FEATURES and key[1] > OPENING}
    stored = clean.facts(DECLARED[TOGS], OPENING, OPENING)[OPENING]
    assert stored.state == "succeeded"
    assert not {key for key in changed if key[0] == "team_defense_zone_analysis"}


def tonight(lake: Lake) -> None:
    """Make the last date one whose games have not been played."""
    unplayed = on(LAST, game_status=1, home_team_score=None, away_team_score=None, winning_team_tricode=None)
    restate(lake, "nbac_schedule", unplayed, "2021-11")
    for name in (*BOX, "nbac_team_boxscore", "nbac_play_by_play"):
        restate(lake, name, lambda rows: rows.filter(pl.col("game_date") != LAST), "2021-11")


def test_the_scores_of_tonight_make_no_history_stale(raw: Lake, clean: Lake) -> None:
    tonight(raw)
    first = run(raw, today=LAST)
    assert {day for name, day in cells(first) if name in GAMES} == set(PLAYED) - {LAST}
    assert {day for name, day in cells(first) if name in FEATURES} == set(PLAYED)
    for name in (*BOX, "nbac_team_boxscore", "nbac_play_by_play", "nbac_schedule"):
        table, month = RAW_TABLES[name], Month("2021-22", "2021-11")
        raw.store_raw(table, month, clean.read_month(table, month))
    done = cells(run(raw, today=LAST + timedelta(1)))
    assert {day for _, day in done} == {LAST}
    assert {name for name, _ in done} >= set(GAMES) | {UPGC, UTGC}
    assert files(raw.root) == files(clean.root)


def join_late(lake: Lake, since: date) -> set[date]:
    """Let a player give way to somebody new from a date on; return the dates on which the new one appears."""
    box = lake.read(RAW_TABLES[BOX[0]], since, LAST)
    whose = box["player_full_name"].value_counts(sort=True)["player_full_name"][0]

    def rename(column: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
        him = (pl.col("game_date") >= since) & (pl.col(column) == whose)
        names = {column: "Brand Newcomer", "player_lookup": "brandnewcomer"}
        return lambda rows: rows.with_columns(
            **{name: pl.when(him).then(pl.lit(text)).otherwise(name) for name, text in names.items()}
        )

    restate(lake, BOX[0], rename("player_full_name"), "2021-11")
    restate(lake, BOX[1], rename("player_name"), "2021-11")
    new = {"player_lookup": "brandnewcomer", "universal_player_id": "brandnewcomer_001", "season": "2021-22"}
    register(lake, new)
    named = lake.read(RAW_TABLES[BOX[1]], since, LAST).filter(player_lookup="brandnewcomer")
    return set(named["game_date"]) | set(box.filter(player_full_name=whose)["game_date"])


def register(lake: Lake, person: dict[str, object]) -> None:
    """Add a row to the registry."""
    row = pl.DataFrame([person])
    restate(lake, "nba_players_registry", lambda rows: pl.concat([rows, row], how="diagonal_relaxed"))


def test_a_debutant_makes_no_history_stale(clean: Lake) -> None:
    assert join_late(clean, LAST) == {LAST}
    assert {day for _, day in cells(run(clean))} == {LAST}
    assert clean.read(DECLARED[PGS], LAST, LAST).filter(player_lookup="brandnewcomer").height == 1


def test_a_change_in_the_registry_touches_only_the_dates_of_that_person(raw: Lake) -> None:
    days = join_late(raw, MIDDLE)
    assert run(raw).exit_code == 0
    is_him = pl.col("player_lookup") == "brandnewcomer"
    new_id = pl.when(is_him).then(pl.lit("somebody_777")).otherwise("universal_player_id")
    restate(raw, "nba_players_registry", lambda rows: rows.with_columns(universal_player_id=new_id))
    done = cells(run(raw))
    assert {key for key in done if key[0] in GAMES} == {(name, day) for name in GAMES for day in days}
    assert len(days) < len([day for day in PLAYED if day >= MIDDLE])
    # From his first date on he may be in the context of any, and before it in none.
    assert {day for name, day in done if name in FEATURES} == {day for day in PLAYED if day >= min(days)}


def test_an_alias_touches_only_the_dates_of_that_person(raw: Lake) -> None:
    days = join_late(raw, MIDDLE)
    assert run(raw).exit_code == 0
    alias = {"alias_lookup": ["brandnewcomer"], "nba_canonical_lookup": ["somebodyelse"], "is_active": [True]}
    restate(raw, "player_aliases", lambda rows: pl.concat([rows, pl.DataFrame(alias)], how="diagonal_relaxed"))
    stale = todo(raw)
    assert {day for name, day in stale if name in GAMES} == days
    assert min(day for _, day in stale) == min(days)


def test_a_second_name_under_the_number_of_a_person_touches_his_dates(clean: Lake) -> None:
    box = clean.read(RAW_TABLES[BOX[0]], MIDDLE, MIDDLE)
    register(clean, {"player_lookup": "aaanobody", "nba_player_id": box["nba_player_id"][0]})
    assert {(name, MIDDLE) for name in GAMES} <= todo(clean)
    assert len({day for name, day in todo(clean) if name in GAMES}) < len(PLAYED)


def test_a_person_whom_the_registry_knows_by_number_only_is_followed(raw: Lake) -> None:
    # The box score spells his name in a way of its own; only the number leads to the registry.
    days = join_late(raw, MIDDLE)
    whose = raw.read(RAW_TABLES[BOX[0]], MIDDLE, LAST).filter(player_lookup="brandnewcomer")["nba_player_id"][0]
    restate(raw, BOX[1], lambda rows: rows.filter(pl.col("game_date") < MIDDLE), "2021-11")
    named = (pl.col("nba_player_id") == whose) & (pl.col("player_lookup") != "brandnewcomer")
    him = raw.read_whole(RAW_TABLES["nba_players_registry"]).filter(named)
    assert him.height
    restate(raw, "nba_players_registry", lambda rows: rows.filter(pl.col("player_lookup") != "brandnewcomer"))
    assert run(raw, GAMES).exit_code == 0
    new_id = pl.when(named).then(pl.lit("somebody_777")).otherwise("universal_player_id")
    restate(raw, "nba_players_registry", lambda rows: rows.with_columns(universal_player_id=new_id))
    done = cells(run(raw, GAMES))
    assert {day for _, day in done} >= {day for day in days if day in PLAYED}
    rows = raw.read(DECLARED[PGS], MIDDLE, LAST).filter(player_lookup="brandnewcomer")
    assert rows["universal_player_id"].unique().to_list() == ["somebody_777"]


def test_a_gap_blocks_what_lies_behind_it_and_names_its_dates(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[TOGS], Month("2021-22", "2021-10")))
    found = blocks(clean)
    # Only the player tables that look back on team results; planning the features alone, nothing fills the gap.
    assert {name for name, _ in found} >= {UPGC}
    assert UTGC not in {name for name, _ in found}
    reason, message = found[UPGC, LAST]
    assert reason == "UPSTREAM_GAP"
    named = ", ".join(str(day) for day in PLAYED[:10])
    assert message.startswith(f"{TOGS} of {named} and 3 more is not in the lake")
    assert "`nbaproc backfill --start 2021-10-19 --end 2021-10-31 --tables games`" in message
    # The opener has no history.
    assert (UPGC, OPENING) not in found
    assert found[UPGC, PLAYED[1]][1].startswith(f"{TOGS} of {OPENING} is not in the lake")


def test_without_the_summary_of_its_own_date_a_cell_is_blocked_whatever_is_allowed(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[PGS], Month("2021-22", "2021-11")))
    for wishes in ({}, {"allow_gaps": True}):
        found = blocks(clean, **wishes)
        assert found[UPGC, LATE][0] == "MISSING_DEPENDENCY", wishes
        assert found[UPGC, LATE][1].startswith(f"{PGS} of {LATE} is not in the lake")


def test_gaps_that_are_allowed_leave_a_note_and_the_rows(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[TOGS], Month("2021-22", "2021-10")))
    assert blocks(clean, allow_gaps=True) == {}
    summary = run(clean, FEATURES, LAST, LAST, allow_gaps=True)
    assert summary.exit_code == 0
    notes = clean.read_records(DECLARED[UPGC], LAST, LAST).filter(detail="window_gap")
    assert notes.select("entity_id", "failure_category", "failure_class").rows() == [
        ("DATE_LEVEL", "DATA_ISSUE", "note")
    ]
    assert str(OPENING) in notes["failure_reason"][0]
    assert clean.read(DECLARED[UPGC], LAST, LAST).height > 50
    assert clean.read_records(DECLARED[UTGC], LAST, LAST).filter(detail="window_gap").is_empty()


def test_gaps_that_are_accepted_block_nothing(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[TOGS], Month("2021-22", "2021-10")))
    october = [day for day in PLAYED if day.month == 10]
    assert blocks(clean, accepted={TOGS: october}) == {}
    some = blocks(clean, accepted={TOGS: october[1:]})
    assert some[UPGC, LAST][1].startswith(f"{TOGS} of {OPENING} is not in the lake")


def test_cells_of_a_live_run_and_cells_that_are_held_are_left_alone(raw: Lake) -> None:
    key, held = (TOGS, OPENING), (TOGS, PLAYED[1])
    plan = planned(raw, [TOGS], locked=[key], held={held: "failed three times"})
    assert (plan[key].action, plan[key].reason) == (SKIP, "locked")
    assert (plan[held].action, plan[held].reason, plan[held].message) == (
        SKIP,
        "circuit_breaker_open",
        "failed three times",
    )
    assert plan[TOGS, PLAYED[2]].action == COMPUTE


def test_a_table_brings_what_it_is_made_of_and_blocks_with_it(clean: Lake) -> None:
    remove_file(clean.path(DECLARED[TOGS], Month("2021-22", "2021-10")))
    found = blocks(clean)
    # Composite factors look back on player summaries only, and are made of the context.
    assert found["player_composite_factors", LAST] == (
        "MISSING_DEPENDENCY",
        f"{UPGC} of {LAST} is blocked",
    )


def test_R02_a_date_between_two_runs_is_planned_and_the_next_run_does_it(  # noqa: N802
    raw: Lake, clean_weeks: object
) -> None:
    run(raw, end=PLAYED[3])
    run(raw, start=PLAYED[5])
    left = todo(raw)
    assert {day for name, day in left if name in GAMES} == {PLAYED[4]}
    # What looks back on it waited.
    assert (UPGC, LAST) in left
    run(raw)
    assert todo(raw) == set()
    assert files(raw.root) == files(clean_weeks)  # type: ignore[arg-type]
    assert_ledger_agrees(raw)


def test_R07_plans_and_footers_cover_the_same_dates(clean: Lake) -> None:  # noqa: N802
    schedule = read_schedule(clean)
    for name in table_names():
        held = set(clean.facts(DECLARED[name], OPENING, LAST))
        wanted = {
            day for day in schedule.played_dates() if OPENING <= day <= LAST and not (name in EARLY and day < LATE)
        }
        assert held == wanted, name
        for day, fact in clean.facts(DECLARED[name], OPENING, LAST).items():
            assert fact.rows or fact.state == "skipped", (name, day)

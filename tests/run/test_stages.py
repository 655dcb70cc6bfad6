"""Two stages with a barrier: the features stage looks back on what the games stage has written, and on nothing else."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nbaproc.audit.verify import verify
from nbaproc.lake import Lake, Month
from nbaproc.parquet import remove_file
from nbaproc.run.backfill import backfill, plan_dates
from nbaproc.run.engines import POLARS, REFERENCE
from nbaproc.run.inputs import read_schedule
from nbaproc.run.summary import Summary
from nbaproc.tables import by_stage, declarations, table_names
from tests.conftest import TODAY

OPENING, LAST = date(2021, 10, 19), date(2021, 11, 28)
STAGES = by_stage(table_names())
PGS, UPGC, UTGC = "player_game_summary", "upcoming_player_game_context", "upcoming_team_game_context"


def run(lake: Lake, names: list[str], start: date, end: date, engine: str = POLARS, today: date = TODAY) -> Summary:
    return backfill(lake, names, start, end, today=today, engine=engine)


def files(lake: Lake) -> dict[str, bytes]:
    """Return every computed file with its content."""
    folders = [lake.root / name for name in ("nba_analytics", "nba_precompute", "nba_predictions", "nba_processing")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(lake.root)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def computed(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first six weeks of a simulated season, all tables: to copy, never to write."""
    root = tmp_path_factory.mktemp("computed") / "lake"
    shutil.copytree(simulated_lake, root)
    assert run(Lake(root), table_names(), OPENING, LAST).exit_code == 0
    return root


@pytest.fixture
def lake(computed: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(computed, tmp_path / "lake"))


def test_all_tables_of_six_weeks_are_proven(computed: Path) -> None:
    proof = verify(Lake(computed), table_names(), OPENING, LAST, today=TODAY)
    assert proof.differences == []
    assert proof.holds
    assert all(table.cells for table in proof.tables.values())


def test_neither_the_cut_of_the_dates_nor_the_engine_changes_a_byte(simulated_lake: Path, tmp_path: Path) -> None:
    end = OPENING + timedelta(days=17)
    whole, daily, slow = (Lake(shutil.copytree(simulated_lake, tmp_path / name)) for name in ("a", "b", "c"))
    dates = run(whole, table_names(), OPENING, end).dates
    for day in dates:
        run(daily, table_names(), day, day)
    run(slow, table_names(), OPENING, end, REFERENCE)
    assert files(whole) == files(daily) == files(slow)
    assert any("nba_precompute" in name for name in files(whole))


def test_the_features_stage_may_run_later_and_backwards(computed: Path, simulated_lake: Path, tmp_path: Path) -> None:
    later = Lake(shutil.copytree(simulated_lake, tmp_path / "later"))
    dates = run(later, STAGES["games"], OPENING, LAST).dates
    for day in reversed(dates):
        run(later, STAGES["features"], day, day)
    assert files(later) == files(Lake(computed))


def test_without_its_history_a_table_is_blocked_and_says_what_to_compute(simulated_lake: Path, tmp_path: Path) -> None:
    lake = Lake(shutil.copytree(simulated_lake, tmp_path / "lake"))
    day = date(2021, 11, 15)
    summary = run(lake, table_names(), day, day)
    states = {cell.table: cell for cell in summary.cells}
    # The team context needs the schedule only.
    assert states[UTGC].state == states[PGS].state == "succeeded"
    for name in set(STAGES["features"]) - {UTGC}:
        assert (states[name].state, states[name].reason) == ("blocked", "UPSTREAM_GAP"), name
    assert "nbaproc backfill --start 2021-10-19 --end 2021-11-" in states[UPGC].message
    assert summary.exit_code == 1
    assert lake.read(declarations()[UPGC], day, day).is_empty()


def test_a_hole_in_the_history_blocks_what_lies_behind_it_and_keeps_its_rows(lake: Lake) -> None:
    before = files(lake)
    remove_file(lake.path(declarations()[PGS], Month("2021-22", "2021-10")))
    summary = run(lake, [UPGC], OPENING, LAST)
    states = {cell.day: cell.state for cell in summary.cells if cell.table == UPGC}
    # Opening night needs the results of its own date, for who was there.
    assert set(states.values()) == {"blocked"}
    left = {name: content for name, content in files(lake).items() if "player_game_summary/season" not in name}
    assert left == {name: content for name, content in before.items() if "player_game_summary/season" not in name}


def test_the_first_two_weeks_have_no_rows_in_the_precompute_tables_and_no_file_entry(computed: Path) -> None:
    lake = Lake(computed)
    for name in STAGES["features"]:
        table = declarations()[name]
        if table.early:
            held = list(lake.facts(table, OPENING, LAST))
            assert min(held) >= OPENING + timedelta(days=14)
            assert lake.read(table, OPENING, OPENING + timedelta(days=13)).is_empty()


def test_nobody_with_enough_games_is_a_skipped_date_with_its_records(computed: Path) -> None:
    lake = Lake(computed)
    table = declarations()["team_defense_zone_analysis"]
    facts = lake.facts(table, OPENING, LAST)
    first = min(facts)
    assert (facts[first].state, facts[first].reason, facts[first].records) == ("skipped", "insufficient_history", 30)
    assert facts[max(facts)].state == "succeeded"


def test_every_entity_of_the_scope_has_a_row_or_a_record(computed: Path) -> None:
    lake = Lake(computed)

    def entities(name: str) -> pl.DataFrame:
        table = declarations()[name]
        who = "team_abbr" if name.startswith("team_") else "player_lookup"
        rows = lake.read(table, OPENING, LAST).select(day=table.date, entity_id=who)
        notes = lake.read_records(table, OPENING, LAST)
        notes = notes.filter(pl.col("failure_class") != "note").select("entity_id", day="analysis_date")
        both = pl.concat([rows, notes.select("day", "entity_id")])
        assert both.is_unique().all(), name
        return both

    late = OPENING + timedelta(days=14)
    context = lake.read(declarations()[UPGC], late, LAST).select(day="game_date", entity_id="player_lookup")
    for name in ("player_composite_factors", "player_daily_cache"):
        assert entities(name).sort("day", "entity_id").equals(context.sort("day", "entity_id")), name
    teams = entities("team_defense_zone_analysis").group_by("day").len()
    assert teams["len"].unique().to_list() == [30]


def test_dates_are_planned_where_games_were_played_and_from_today_on_where_they_are_scheduled(lake: Lake) -> None:
    schedule = read_schedule(lake)
    played = schedule.played_dates()
    assert plan_dates(lake, "games", schedule, OPENING, LAST, TODAY) == [d for d in played if OPENING <= d <= LAST]
    # As of a date in the middle the same schedule is known ahead.
    assert plan_dates(lake, "features", schedule, OPENING, LAST, OPENING) == [
        day for day in schedule.dates() if OPENING <= day <= LAST
    ]

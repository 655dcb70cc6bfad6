"""Incidents of the past that a little league shows: what sources, calendar and code versions may do to whole runs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.boundary import check
from nbaproc.columns import Type
from nbaproc.errors import ConfigurationError
from nbaproc.lake import Lake, Month
from nbaproc.run import backfill as backfill_module
from nbaproc.run import shard
from nbaproc.run.engines import REFERENCE
from nbaproc.run.preflight import shortfalls
from nbaproc.run.workers import Workers
from nbaproc.sources.ingest import ingest_nba_api
from nbaproc.tables import table_names
from tests.conftest import TODAY
from tests.run.little import fill, games
from tests.run.test_workers import sabotage
from tests.run.weeks import (
    DECLARED,
    EARLY,
    GAMES,
    LAST,
    LATE,
    MLFS,
    OPENING,
    PGS,
    TOGS,
    UPGC,
    assert_ledger_agrees,
    break_table,
    cells,
    copied,
    restate,
    run,
    todo,
)
from tests.sources.downloads import files, league_schedule, player_log, season_shots, team_log, write


def drop_dates(lake: Lake, name: str, days: Sequence[date]) -> None:
    """Take dates of an output table out of the lake, as if they had never been computed."""
    table = DECLARED[name]
    for month in sorted({Month.of(day) for day in days}):
        stored = lake.facts(table, OPENING, LAST)
        facts = {day: fact for day, fact in stored.items() if Month.of(day) == month and day not in days}
        rows = lake.read_month(table, month)
        notes = lake.read_records(table, OPENING, LAST)
        lake.path(table, month).unlink()
        if facts:
            mine, noted = pl.col(table.date or "").is_in(list(facts)), pl.col("analysis_date").is_in(list(facts))
            lake.replace(table, month, facts, rows.filter(mine), notes.filter(noted))


def test_R04_nothing_is_kept_in_the_temporary_folder(  # noqa: N802
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert tempfile.gettempdir() == str(folder)
    run(raw, GAMES, end=OPENING)
    assert list(folder.iterdir()) == []


def test_R06_a_tenth_of_one_table_missing_refuses_what_looks_back_on_it(clean: Lake) -> None:  # noqa: N802
    days = sorted(clean.facts(DECLARED[PGS], OPENING, LAST))
    gone = days[3:5]
    assert shortfalls(clean, sorted(EARLY), OPENING, LAST, TODAY) == []
    drop_dates(clean, PGS, gone)
    before = files(clean.root)
    [found] = shortfalls(clean, sorted(EARLY), OPENING, LAST, TODAY)
    assert (found.table, found.dates, found.missing) == (PGS, len(days), gone)
    assert files(clean.root) == before
    # The other tables of the stage are there: it is not the first that decides.
    assert all(clean.facts(DECLARED[name], gone[0], gone[0]) for name in GAMES if name != PGS)


def test_R06_dates_that_the_context_lacks_are_computed_with_what_is_made_of_it(clean: Lake) -> None:  # noqa: N802
    before = files(clean.root)
    gone = list(clean.facts(DECLARED[UPGC], LATE, LAST))[2:4]
    for name in (UPGC, MLFS):
        drop_dates(clean, name, gone)
    assert todo(clean, sorted(EARLY)) == {(name, day) for name in (UPGC, MLFS) for day in gone}
    summary = run(clean, sorted(EARLY))
    assert cells(summary, "succeeded") == {(name, day) for name in (UPGC, MLFS) for day in gone}
    assert files(clean.root) == before


@pytest.mark.parametrize("books", [True, False], ids=["with game books", "without"])
def test_R09_who_played_is_in_the_context_and_in_the_store(books: bool, clean: Lake) -> None:  # noqa: N802
    if not books:
        restate(clean, "nbac_gamebook_player_stats", pl.DataFrame.clear)
        assert run(clean, force=True).exit_code == 0
    who = ["game_date", "player_lookup"]
    results = clean.read(DECLARED[PGS], OPENING, LAST, [*who, "is_dnp"])
    played = results.filter(~pl.col("is_dnp")).select(who)
    assert played["game_date"].n_unique() > 20
    assert played.height > 2000
    context = clean.read(DECLARED[UPGC], OPENING, LAST, who)
    assert played.join(context, on=who, how="anti").is_empty()
    late = played.filter(pl.col("game_date") >= LATE)
    store = clean.read(DECLARED[MLFS], LATE, LAST, who)
    missing = late.join(store, on=who, how="anti")
    shares = late.group_by("game_date").len().join(missing.group_by("game_date").len("n"), on="game_date", how="left")
    assert shares.height == 8
    assert shares.filter(20 * pl.col("n") > pl.col("len")).is_empty()


DAYS = [
    date(2021, 10, 19),
    *(date(2021, 10, 25) + timedelta(n) for n in range(6)),
    date(2021, 11, 2),
    date(2021, 11, 3),
]


def test_R10_the_four_tables_of_the_league_are_enough_for_all_tables(tmp_path: Path) -> None:  # noqa: N802
    lake, made = Lake(tmp_path / "lake"), games(DAYS)
    write(player_log(*made), tmp_path / "in" / "players.csv")
    write(team_log(*made), tmp_path / "in" / "teams.csv")
    write(league_schedule(*made), tmp_path / "in" / "schedule.csv")
    write(season_shots(*made), tmp_path / "in" / "shots.csv")
    ingest_nba_api(lake, [tmp_path / "in"])
    assert run(lake, (), DAYS[0], DAYS[-1]).exit_code == 0
    for name in table_names():
        days = [day for day in DAYS if day >= LATE] if name in EARLY else DAYS
        assert list(lake.facts(DECLARED[name], DAYS[0], DAYS[-1])) == days, name
    context = lake.read(DECLARED[UPGC], DAYS[0], DAYS[-1])
    assert context.height >= 16 * len(made)
    for column in ("current_points_line", "game_spread", "game_total", "player_status"):
        assert context[column].null_count() == context.height, column
    store = lake.read(DECLARED[MLFS], DAYS[0], DAYS[-1])
    assert store.height == 16 * 4
    assert store["f25_vegas_points_line"].null_count() == store.height


def test_R14_play_off_and_play_in_dates_are_computed_and_a_cup_final_is_not(tmp_path: Path) -> None:  # noqa: N802
    spring = [date(2022, 4, 8), date(2022, 4, 10), date(2022, 4, 13), date(2022, 4, 16)]
    cup, play_in, play_off = date(2022, 4, 11), spring[2], spring[3]
    made = games([OPENING, *spring, cup], {play_in: "005", play_off: "004", cup: "006"})
    lake = fill(Lake(tmp_path / "lake"), tmp_path, made)
    slow = copied(lake.root, tmp_path / "slow")
    summary = run(lake, (), OPENING, spring[-1])
    assert summary.exit_code == 0
    assert {cell.day for cell in summary.cells} == {OPENING, *spring}
    for name in table_names():
        held = lake.facts(DECLARED[name], spring[0], spring[-1])
        assert {play_in, play_off} <= held.keys(), name
    assert (
        lake.read(DECLARED[PGS], play_off, play_off).height == lake.read(DECLARED[PGS], play_in, play_in).height == 32
    )
    run(slow, (), OPENING, spring[-1], engine=REFERENCE)
    assert files(lake.root) == files(slow.root)


def test_R15_the_season_of_2025_begins_on_its_own_date(tmp_path: Path) -> None:  # noqa: N802
    skipped, produced = date(2025, 11, 3), date(2025, 11, 4)
    lake = fill(Lake(tmp_path / "lake"), tmp_path, games([date(2025, 10, 21), skipped, produced]))
    summary = run(lake, (), skipped.replace(month=10), produced)
    ended = {(cell.table, cell.day): (cell.state, cell.reason) for cell in summary.cells}
    for name in EARLY:
        assert ended[name, skipped] == ("skipped", "early_season"), name
        assert ended[name, produced][0] == "succeeded" or ended[name, produced][1] == "insufficient_history", name
        assert list(lake.facts(DECLARED[name], skipped, produced)) == [produced], name


def test_R20_rows_with_one_key_twice_fail_their_table_and_are_named(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(clean.root)

    def doubled(done: Any, _: Any) -> Any:
        # What every table does with its rows before it gives them away.
        check(DECLARED[TOGS], pl.concat([done.frame, done.frame.head(1)]).sort("team_abbr"))
        return done

    break_table(monkeypatch, TOGS, doubled, [LAST])
    [failed] = run(clean, [TOGS], LAST, LAST, resume=False).ended("failed")
    team = clean.read(DECLARED[TOGS], LAST, LAST)["team_abbr"][0]
    assert f"duplicate key {LAST}, {team}" in failed.message
    assert failed.reason == "DUPLICATE_KEYS"
    assert files(clean.root) == before


@pytest.mark.parametrize("name", table_names())
def test_R29_no_column_of_a_stored_table_has_more_digits_than_declared(name: str, clean: Lake) -> None:  # noqa: N802
    table = DECLARED[name]
    rows = clean.read(table, OPENING, LAST)
    floats = [column for column in table.columns if column.type is Type.FLOAT64]
    for column in floats:
        assert column.digits is not None
        assert column.digits <= 9, column.name
        longer = pl.col(column.name) != pl.col(column.name).round(column.digits)
        assert rows.filter(longer).is_empty(), column.name
    for path in clean.folder(table).rglob("*.parquet"):
        stored = pl.read_parquet_schema(path)
        assert {stored[column.name] for column in floats} <= {pl.Float64}, path


def of_code(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    for module in (backfill_module, shard):
        monkeypatch.setattr(module, "code_version", lambda: version)


def test_R61_dates_that_other_code_computed_are_stale_and_computed_again(  # noqa: N802
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, days = files(clean.root), sorted(clean.facts(DECLARED[TOGS], OPENING, LAST))[5:8]
    with monkeypatch.context() as patch:
        of_code(patch, "0.0.1+deadbeef")
        assert run(clean, GAMES, only=days).exit_code == 0
    versions = {day: fact.code_version for day, fact in clean.facts(DECLARED[TOGS], OPENING, LAST).items()}
    assert [day for day, version in versions.items() if version == "0.0.1+deadbeef"] == days
    assert todo(clean, GAMES) == {(name, day) for name in GAMES for day in days}
    run(clean)
    assert files(clean.root) == before
    assert_ledger_agrees(clean)


def test_R61_a_worker_of_another_version_is_refused(  # noqa: N802
    raw: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import nbaproc.version\nnbaproc.version.code_version = lambda: '0.0.1+deadbeef'"
    sabotage(tmp_path, monkeypatch, code)
    before, crew = files(raw.root), Workers(1, 1)
    with pytest.raises(ConfigurationError, match=r"a worker differs in code: 0\.0\.1\+deadbeef instead of"):
        run(raw, executor=crew)
    crew.close()
    assert files(raw.root) == before


def test_R66_a_table_of_teams_with_a_hole_blocks_too(clean: Lake) -> None:  # noqa: N802
    gone = list(clean.facts(DECLARED["team_defense_game_summary"], LATE, LAST))[:2]
    drop_dates(clean, "team_defense_game_summary", gone)
    summary = run(clean, ["team_defense_zone_analysis"], LAST, LAST, resume=False)
    [blocked] = summary.ended("blocked")
    assert blocked.reason == "UPSTREAM_GAP"
    assert blocked.message.startswith(f"team_defense_game_summary of {gone[0]}, {gone[1]} is not in the lake")


def test_R43_a_read_without_both_dates_is_an_error(clean: Lake) -> None:  # noqa: N802
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'end'"):
        clean.read(DECLARED[PGS], OPENING)  # type: ignore[call-arg]

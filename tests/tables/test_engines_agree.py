"""Both engines make the same of every league, and the same of a league whose raw rows only look different."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nbaproc.boundary import read_raw, schema
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.raw.teams import CANONICAL, pair_of, team_code
from nbaproc.raw.tracking import TRACKED_SOURCES
from nbaproc.reference import build
from nbaproc.reference.schedule import clean_schedule
from nbaproc.run.engines import ENGINES, POLARS, StageRun
from nbaproc.tables import declarations
from tests.conftest import ROOT
from tests.tables.compare import NAMES, PGS, assert_same, both, business, differences, records, rows, run
from tests.tables.leagues import League, Plan, examples, leagues, make_league

#: Tables that name a game by two codes or by a canonical id, and so may have them the other way round.
MIRRORED = (
    *("nbac_gamebook_player_stats", "nbac_player_boxscores", "bdl_player_boxscores", "nbac_team_boxscore"),
    *("bigdataball_play_by_play", "odds_api_player_points_props", "odds_api_game_lines"),
)


def assert_same_rows(one: StageRun, other: StageRun) -> None:
    """Insist on the same business columns and hashes; how many raw rows there were is another matter."""
    found = [
        line
        for name in NAMES
        for line in differences(business(one, name), business(other, name), declarations()[name].key)
    ]
    assert not found, "\n".join(found[:40])


def keys_of_records(stage: StageRun) -> dict[str, list[tuple[object, ...]]]:
    """Which records there are, whatever their sentences count."""
    key = ("analysis_date", "entity_type", "entity_id", "failure_category", "detail", "failure_class")
    return {name: records(stage, name).select(key).rows() for name in NAMES}


@given(leagues())
@examples(60)
def test_both_engines_agree_on_every_cell_record_and_count(league: League) -> None:
    stage = both(league.raw, league.dates)
    event(f"players listed: {rows(stage, PGS).height > 0}")


@given(leagues(most=6), st.integers(0, 2**32 - 1))
@examples(12)
def test_the_order_of_raw_rows_does_not_matter(league: League, seed: int) -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in league.raw.items()}
    assert_same(run(POLARS, league.raw, league.dates), both(shuffled, league.dates))


@given(leagues(most=6), st.integers(0, 3))
@examples(12)
def test_R20_a_raw_load_that_is_there_four_times_changes_nothing(league: League, days_later: int) -> None:  # noqa: N802
    """Copies may have been loaded later; events without a number are facts of their own and are not copied."""
    copies = [days_later * n for n in (1, 2, 3)]
    fourfold = {
        name: pl.concat([frame, *(_copies(name, frame, days) for days in copies)]) for name, frame in league.raw.items()
    }
    once, often = run(POLARS, league.raw, league.dates), both(fourfold, league.dates)
    assert_same_rows(once, often)
    assert keys_of_records(once) == keys_of_records(often)


def _copies(name: str, frame: pl.DataFrame, days_later: int) -> pl.DataFrame:
    if name == "bigdataball_play_by_play":
        frame = frame.filter(pl.col("event_id").is_not_null())
    if "processed_at" in frame.columns:
        frame = frame.with_columns(pl.col("processed_at") + pl.duration(days=days_later))
    return frame


@given(leagues(most=6), st.sets(st.sampled_from(MIRRORED), min_size=1))
@examples(12)
def test_R23_home_and_away_may_be_swapped_in_any_raw_table(league: League, tables: set[str]) -> None:  # noqa: N802
    """Only a game the schedule lacks takes them from the raw rows; those rows are left alone."""
    mirrored = league.raw | {name: _mirror(league.raw[name], league.raw["nbac_schedule"]) for name in tables}
    plain, swapped = run(POLARS, league.raw, league.dates), both(mirrored, league.dates)
    for name in NAMES:
        found = differences(rows(plain, name), rows(swapped, name), declarations()[name].key)
        assert not found, "\n".join(found[:40])
        assert records(plain, name).equals(records(swapped, name))
    left = [Counter(stage.tally.counts) for stage in (plain, swapped)]
    for counts in left:
        for name in MIRRORED:
            del counts["home_away_corrected", name]
    assert left[0] == left[1]
    event(f"rows corrected: {len(plain.tally.counts) != len(swapped.tally.counts)}")


def _mirror(frame: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Swap the sides of all rows of scheduled games; a row keeps the hash its source gave it."""
    games = [game for games in clean_schedule(schedule.to_dicts()).by_date.values() for game in games]
    columns = {"game_date": [game.game_date for game in games], "pair": ["".join(game.pair) for game in games]}
    known = pl.DataFrame(columns, schema={"game_date": pl.Date, "pair": pl.String}).with_columns(scheduled=pl.lit(True))
    sided = "home_team_abbr" in frame.columns
    text = pl.col("game_id").str.strip_chars() if "game_id" in frame.columns else pl.lit(None, dtype=pl.String)
    text = pl.when(text.str.contains(CANONICAL)).then(text)
    of_text = pair_of(team_code(text.str.slice(9, 3)), team_code(text.str.slice(13, 3)))
    of_sides = pair_of(team_code(pl.col("home_team_abbr")), team_code(pl.col("away_team_abbr"))) if sided else of_text
    joined = frame.with_columns(pair=pl.coalesce(of_sides, of_text)).join(
        known, on=["game_date", "pair"], how="left", maintain_order="left"
    )
    swap = pl.col("scheduled").fill_null(False)
    reversed_ = pl.concat_str(text.str.head(9), text.str.tail(3), pl.lit("_"), text.str.slice(9, 3))
    changes = {}
    if sided:
        changes["home_team_abbr"] = pl.when(swap).then("away_team_abbr").otherwise("home_team_abbr")
        changes["away_team_abbr"] = pl.when(swap).then("home_team_abbr").otherwise("away_team_abbr")
    if "game_id" in frame.columns and not sided:
        changes["game_id"] = pl.when(swap & text.is_not_null()).then(reversed_).otherwise("game_id")
    return joined.with_columns(**changes).select(frame.columns)


@given(leagues(most=8), st.booleans())
@examples(8)
def test_dates_may_be_cut_into_any_shards(league: League, backwards: bool) -> None:
    whole = run(POLARS, league.raw, league.dates)
    dates = league.dates[::-1] if backwards else league.dates
    half = len(dates) // 2
    for engine in ENGINES:
        cuts = [dates[:half], dates[half:]] if engine == POLARS else [[day] for day in dates]
        parts = [run(engine, league.raw, cut) for cut in cuts if cut]
        for name in NAMES:
            key = list(declarations()[name].key)
            joined = pl.concat([rows(part, name) for part in parts]).sort(key)
            assert not differences(rows(whole, name), joined, key)
            noted = pl.concat([records(part, name) for part in parts])
            assert records(whole, name).equals(noted.sort(records(whole, name).columns[1:6]))
        counts: dict[tuple[str, str], int] = {}
        for part in parts:
            for counted, n in part.tally.counts.items():
                counts[counted] = counts.get(counted, 0) + n
        assert counts == whole.tally.counts


@given(leagues(most=4))
@examples(6)
def test_raw_rows_of_other_dates_and_a_longer_schedule_change_nothing(league: League) -> None:
    later = timedelta(days=400)
    other = make_league(Plan(league.plan.seed + 1))
    extended = {}
    for name, frame in league.raw.items():
        day = RAW_TABLES[name].date
        extra = other.raw[name].with_columns(pl.col(day) + later) if day else other.raw[name].clear()
        if name == "nbac_schedule":
            extra = extra.with_columns(game_id=pl.lit("00299") + pl.col("game_id").str.tail(5))
        extended[name] = pl.concat([frame, extra])
    assert_same(run(POLARS, league.raw, league.dates), both(extended, league.dates))


OPTIONAL = [(t.name, c.name) for t in RAW_TABLES.values() for c in t.columns if c.optional and c.name != "data_hash"]


@given(leagues(most=4), st.sets(st.sampled_from(OPTIONAL), min_size=1))
@examples(10)
def test_a_missing_optional_column_is_a_column_of_nulls(league: League, missing: set[tuple[str, str]]) -> None:
    lacking = {
        name: frame.drop(column for table, column in missing if table == name) for name, frame in league.raw.items()
    }
    read = {name: read_raw(RAW_TABLES[name], frame)[0] for name, frame in lacking.items()}
    stage = both(read, league.dates)
    tables = {name: declarations()[name] for name in NAMES}
    outcome = build(tables, {name: frame.to_dicts() for name, frame in lacking.items()}, league.dates)
    for name in NAMES:
        made = pl.DataFrame(outcome.rows[name], schema=schema(table := tables[name]), orient="row")
        assert not differences(rows(stage, name), made, table.key)


@given(leagues(most=0))
@examples(6)
def test_without_raw_hashes_only_their_own_columns_are_unknown(league: League) -> None:
    bare = {name: frame.drop("data_hash", strict=False) for name, frame in league.raw.items()}
    stage = both({name: read_raw(RAW_TABLES[name], frame)[0] for name, frame in bare.items()}, league.dates)
    assert_same_rows(stage, run(POLARS, league.raw, league.dates))
    for prefix in TRACKED_SOURCES:
        assert rows(stage, PGS)[f"{prefix}_hash"].null_count() == rows(stage, PGS).height


@given(leagues(most=3))
@examples(6)
def test_a_table_that_is_not_there_is_an_empty_table(league: League) -> None:
    rng = Random(league.plan.seed)
    gone = rng.sample([name for name in RAW_TABLES if name != "nbac_schedule"], 4)
    absent = {name: frame for name, frame in league.raw.items() if name not in gone}
    emptied = {name: frame.clear() if name in gone else frame for name, frame in league.raw.items()}
    assert_same(both(absent, league.dates), run(POLARS, emptied, league.dates))


FIXED = Plan(
    20211115, teams=8, dates=3, games=4, mishaps=("loaded_again", "feed_names_no_team", "aliases", "odd_props")
)

PROGRAM = """
import sys
from tests.tables.test_engines_agree import FIXED, fingerprint, make_league
sys.stdout.write(fingerprint(make_league(FIXED)))
"""


def fingerprint(league: League) -> str:
    """One hash over everything the Polars engine makes of a league."""
    stage = run(POLARS, league.raw, league.dates)
    parts = [repr(frame.rows()) for name in NAMES for frame in (rows(stage, name), records(stage, name))]
    return hashlib.sha256(repr([*parts, sorted(stage.tally.counts.items())]).encode()).hexdigest()


@pytest.mark.usefixtures("all_cores")
@pytest.mark.parametrize("threads", ["1", "2", "4"])
def test_the_number_of_threads_does_not_matter(threads: str) -> None:
    environment = os.environ | {"POLARS_MAX_THREADS": threads, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM]
    made = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    assert made.stdout == fingerprint(make_league(FIXED))


def test_the_same_call_twice_gives_the_same_bytes() -> None:
    league = make_league(FIXED)
    assert len({fingerprint(league) for _ in range(3)}) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_dates_without_a_final_game_yield_nothing(engine: str) -> None:
    league = make_league(FIXED)
    stage = run(engine, league.raw, [date(2019, 7, 4), league.dates[0]])
    assert_same(stage, run(engine, league.raw, [league.dates[0], league.dates[0]]))

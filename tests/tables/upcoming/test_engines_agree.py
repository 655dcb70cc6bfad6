"""Both engines make the same of every league, and the same of a league whose inputs only look different."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nbaproc.raw.contract import RAW_TABLES
from nbaproc.reference.schedule import clean_schedule
from nbaproc.run.engines import ENGINES, POLARS, REFERENCE
from nbaproc.tables import declarations
from tests.tables.compare import differences
from tests.tables.leagues import examples
from tests.tables.upcoming.leagues import MIRRORED, League, Plan, leagues, make_league
from tests.tables.upcoming.world import (
    INPUTS,
    NAMES,
    OPTIONAL,
    REGISTRY,
    ROSTERS,
    SCHEDULE,
    UPGC,
    UTGC,
    Outcome,
    compute_world,
)

Frames = dict[str, pl.DataFrame]


def unlike(one: Outcome, other: Outcome, *, counts: bool = True) -> list[str]:
    """Name what differs between two outcomes: cells, records, counts."""
    found = []
    for name in [name for name in NAMES if name in one.stage.tables]:
        found += differences(one.frame(name), other.frame(name), declarations()[name].key)
        key = ("analysis_date", "entity_id", "failure_category", "detail")
        found += differences(one.records_frame(name), other.records_frame(name), key)
    if counts and one.counts != other.counts:
        keys = sorted(one.counts.keys() | other.counts.keys())
        pairs = [(key, one.counts.get(key), other.counts.get(key)) for key in keys]
        found += [f"count {key}: {a} and {b}" for key, a, b in pairs if a != b]
    return found


def assert_same(one: Outcome, other: Outcome, *, counts: bool = True) -> None:
    found = unlike(one, other, counts=counts)
    assert not found, "\n".join(found[:40])


def both(frames: Frames, dates: list[date]) -> Outcome:
    """Compute with both engines, insist that they agree in everything, and return what they made."""
    made = compute_world(POLARS, frames, *dates)
    assert_same(made, compute_world(REFERENCE, frames, *dates))
    return made


@given(leagues())
@examples(30)
def test_both_engines_agree_on_every_cell_record_and_count(league: League) -> None:
    made = both(league.frames, league.dates)
    event(f"rows: {len(made.players) > 10}")


@given(leagues(most=8), st.integers(0, 2**32 - 1))
@examples(6)
def test_the_order_of_raw_rows_does_not_matter(league: League, seed: int) -> None:
    frames = league.frames
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    assert_same(compute_world(POLARS, frames, *league.dates), both(shuffled, league.dates))


@given(leagues(most=8))
@examples(5)
def test_dates_may_be_cut_into_any_shards(league: League) -> None:
    frames, dates = league.frames, league.dates
    for engine in ENGINES:
        whole = compute_world(engine, frames, *dates[::-1])
        parts = [compute_world(engine, frames, *cut) for cut in (dates[:1], dates[1:]) if cut]
        for name in NAMES:
            joined = pl.concat([part.frame(name) for part in parts])
            assert not differences(whole.frame(name), joined, declarations()[name].key)
            noted = pl.concat([part.records_frame(name) for part in parts])
            assert whole.records_frame(name).equals(noted)
        assert sum((Counter(part.counts) for part in parts), Counter()) == Counter(whole.counts)


@given(leagues(most=4), st.sets(st.sampled_from(MIRRORED), min_size=1))
@examples(6)
def test_home_and_away_may_be_swapped_in_any_raw_table(league: League, tables: set[str]) -> None:
    """Rows of games that the schedule lacks are left alone: they are recorded by their own sides."""
    frames = league.frames
    games = [g for day in clean_schedule(frames[SCHEDULE].to_dicts()).by_date.values() for g in day]
    known = {(game.game_date, frozenset(game.pair)) for game in games}
    swapped = league.copy()
    for table in tables:
        for row in swapped.world.rows[table]:
            pair = frozenset((row["home_team_abbr"], row["away_team_abbr"]))
            if (row["game_date"], pair) in known:
                row["home_team_abbr"], row["away_team_abbr"] = row["away_team_abbr"], row["home_team_abbr"]
                if "home_team" in row:
                    row["home_team"], row["away_team"] = row["away_team"], row["home_team"]
    plain, mirrored = compute_world(POLARS, frames, *league.dates), both(swapped.frames, league.dates)
    assert_same(plain, mirrored, counts=False)
    left = [Counter(made.counts) for made in (plain, mirrored)]
    for counts in left:
        for table in MIRRORED:
            del counts["home_away_corrected", table]
    assert left[0] == left[1]


@given(leagues(most=4))
@examples(5)
def test_raw_rows_of_other_dates_change_nothing(league: League) -> None:
    """Rows of another season in every table, and the results of it, say nothing of these dates."""
    later, frames = timedelta(days=1461), league.frames
    other = make_league(Plan(league.plan.seed + 1, league.plan.start)).frames
    extended = {}
    for name, frame in frames.items():
        declared = RAW_TABLES.get(name)
        extra = other[name].clear() if name in (REGISTRY, ROSTERS) or "alias" in name else other[name]
        day = declared.date if declared else "game_date"
        if day:
            extra = extra.with_columns(pl.col(day) + later)
        if name == SCHEDULE:
            extra = extra.with_columns(game_id=pl.lit("00299") + pl.col("game_id").str.tail(5))
        if "season_year" in extra.columns:
            extra = extra.with_columns(pl.col("season_year") + 4)
        extended[name] = pl.concat([frame, extra])
    assert_same(compute_world(POLARS, frames, *league.dates), both(extended, league.dates))


COLUMNS = [(t, c.name) for t in INPUTS if t in RAW_TABLES for c in RAW_TABLES[t].columns if c.optional]


@given(leagues(most=4), st.integers(0, 2**32 - 1))
@examples(6)
def test_a_missing_table_is_an_empty_one_and_a_missing_column_is_null(league: League, seed: int) -> None:
    frames, rng = league.frames, Random(seed)
    gone = rng.sample((*OPTIONAL, "player_game_summary", "team_offense_game_summary"), 3)
    nulled = dict(frames)
    for table, column in rng.sample(COLUMNS, 4):
        dtype = frames[table].schema[column]
        nulled[table] = nulled[table].with_columns(pl.lit(None, dtype=dtype).alias(column))
    emptied = {name: frame.clear() if name in gone else frame for name, frame in nulled.items()}
    absent = {name: frame for name, frame in nulled.items() if name not in gone}
    assert_same(both(absent, league.dates), compute_world(POLARS, emptied, *league.dates))


@given(leagues(most=6))
@examples(5)
def test_each_table_alone_is_what_it_is_beside_the_other(league: League) -> None:
    frames = league.frames
    together = compute_world(POLARS, frames, *league.dates)
    for names in ((UTGC,), (UPGC,)):
        alone = [compute_world(engine, frames, *league.dates, names=names) for engine in ENGINES]
        assert_same(*alone)
        assert not differences(alone[0].frame(names[0]), together.frame(names[0]), declarations()[names[0]].key)
        if names == (UPGC,):
            assert alone[0].counts == together.counts


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_call_twice_gives_the_same(engine: str) -> None:
    league = make_league(Plan(20240120, teams=6, mishaps=("nbac_schedule:doubled", "odds_api_game_lines:odd")))
    once, twice = (compute_world(engine, league.frames, *dates) for dates in (league.dates, league.dates * 2))
    assert_same(once, twice)

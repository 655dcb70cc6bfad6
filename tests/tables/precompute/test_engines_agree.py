"""Both engines make the same of every league, and the same of one whose inputs only look different."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nbaproc.run.engines import ENGINES, POLARS, REFERENCE
from nbaproc.tables import declarations
from tests.tables.compare import differences
from tests.tables.leagues import examples
from tests.tables.precompute.leagues import MISHAPS, OPENINGS, League, Plan, leagues, make_league
from tests.tables.precompute.world import PCF, PDC, TABLES, TDZA, Made, compute_tables, frames_of
from tests.tables.upcoming.world import PGS, SCHEDULE, UPGC, UTGC

RECORD_KEY = ("analysis_date", "entity_id", "failure_category", "detail")


def unlike(one: Made, other: Made) -> list[str]:
    """Name what differs between two outcomes: cells, records, counts."""
    found = []
    for name in one.stage.tables.keys() | other.stage.tables.keys():
        found += differences(one.frame(name), other.frame(name), declarations()[name].key)
        found += differences(one.records_frame(name), other.records_frame(name), RECORD_KEY)
    keys = sorted(one.counts.keys() | other.counts.keys())
    pairs = [(key, one.counts.get(key), other.counts.get(key)) for key in keys]
    return found + [f"count {key}: {a} and {b}" for key, a, b in pairs if a != b]


def assert_same(one: Made, other: Made) -> None:
    found = unlike(one, other)
    assert not found, "\n".join(found[:40])


@given(leagues())
@examples(12)
def test_both_engines_agree_on_every_cell_record_and_count(league: League) -> None:
    frames = frames_of(league.world)
    made, other = (compute_tables(engine, frames, *league.dates) for engine in (POLARS, REFERENCE))
    assert_same(made, other)
    event(f"rows: {[made.frame(name).height > 3 for name in TABLES]}")


@given(leagues(most=2), st.integers(0, 2**32 - 1))
@examples(4)
def test_neither_the_order_of_rows_nor_the_cut_of_dates_matters(league: League, seed: int) -> None:
    frames, engine, dates = frames_of(league.world), ENGINES[seed % 2], league.dates
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    whole = compute_tables(engine, frames, *dates)
    cut = Random(seed).randint(1, len(dates)) if dates else 0
    parts = [compute_tables(engine, shuffled, *part) for part in (dates[:cut][::-1], dates[cut:]) if part]
    for name in TABLES:
        for day in dates:
            rows = [row for part in parts for row in part.rows(name, day).values()]
            assert repr(rows) == repr([*whole.rows(name, day).values()])
            assert [r for part in parts for r in part.records(name, day)] == whole.records(name, day)
    openers = {key for key in whole.counts if key[0].startswith("opener_")}
    summed = sum((Counter(part.counts) for part in parts), Counter[tuple[str, str]]())
    assert {key: n for key, n in summed.items() if key not in openers} == {
        key: n for key, n in whole.counts.items() if key not in openers
    }
    assert all(part.counts.get(key) == 1 for part in parts for key in openers)


@given(leagues(most=3))
@examples(2)
def test_each_table_alone_is_what_it_is_beside_the_others(league: League) -> None:
    frames, engine = frames_of(league.world), ENGINES[league.plan.seed % 2]
    together = compute_tables(engine, frames, *league.dates)
    for name in TABLES:
        alone = compute_tables(engine, frames, *league.dates, names=[name])
        inputs = {PCF: {PCF, *TABLES[:2], UPGC, UTGC}, PDC: {PDC, TABLES[1], UPGC}}.get(name, {name})
        assert set(alone.stage.tables) == inputs
        assert alone.frame(name).equals(together.frame(name))
        assert alone.records_frame(name).equals(together.records_frame(name))


def test_two_seasons_in_one_call(engine: str) -> None:
    """Each season's dates are what they are alone; the zones of the first are none of the second."""
    league, later = (make_league(Plan(seed=5, opening=n, teams=4, days=35, rest=0)) for n in (1, 0))
    frames = {}
    both = league.copy()
    for table, rows in later.world.rows.items():
        if table == SCHEDULE:
            rows = [row | {"game_id": row["game_id"][:5] + "9" + row["game_id"][6:]} for row in rows]
        both.world.rows[table] = league.world.rows[table] + rows
    frames = frames_of(both.world)
    made = compute_tables(engine, frames, *league.dates, *later.dates)
    for part in (league, later):
        alone = compute_tables(engine, part.world, *part.dates)
        for name in TABLES[:2]:
            for day in part.dates:
                assert made.rows(name, day) == alone.rows(name, day)
                assert made.records(name, day) == alone.records(name, day)


@pytest.mark.parametrize("table", [PGS, "team_offense_game_summary", "team_defense_game_summary"])
def test_a_missing_table_is_an_empty_one(engine: str, table: str) -> None:
    league = make_league(Plan(seed=11))
    frames = frames_of(league.world)
    gone = {name: frame for name, frame in frames.items() if name != table}
    emptied = frames | {table: frames[table].clear()}
    assert_same(*(compute_tables(engine, given, *league.dates) for given in (gone, emptied)))


# The leagues are worth their name.


@pytest.fixture(scope="module")
def seen() -> Counter[object]:
    """What occurred in many leagues: records, values, counts."""
    found: Counter[object] = Counter()
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    rng = Random(20240120)
    for n in range(48):
        mishaps = tuple(rng.choice(MISHAPS) for _ in range(rng.randint(0, 6)))
        plan = Plan(rng.getrandbits(32), n % len(OPENINGS), rng.choice((2, 4, 5, 12)), 40, rng.randint(0, 3), mishaps)
        league = make_league(plan)
        made = compute_tables(REFERENCE, league.world, *league.dates)
        found.update(set(made.counts))
        for name in TABLES:
            records, frame = made.records_frame(name), made.frame(name)
            found.update((name, category) for category in records["failure_category"])
            found.update(records["failure_type"])
            for column in frame.columns:
                values[name, column] |= set(map(repr, frame[column].drop_nulls().head(20).to_list()))
            found.update({(name, c, None) for c in frame.columns if frame[c].null_count()})
            if name == TDZA:
                found.update("real league" for k in frame["league_teams_in_sample"] if k)
    found.update({column: len(several) > 1 for column, several in values.items()})
    return found


@pytest.mark.parametrize(
    "what",
    [
        *((name, "MISSING_DEPENDENCY") for name in TABLES),
        *((name, category) for name in TABLES[:2] for category in ("EXPECTED_INCOMPLETE", "INCOMPLETE_UPSTREAM")),
        *((name, category) for name in TABLES[:2] for category in ("VALIDATION_FAILED", "DATA_ISSUE")),
        *((TABLES[1], "INSUFFICIENT_DATA"), (PDC, "INSUFFICIENT_DATA"), (PDC, "VALIDATION_FAILED")),
        *("COMPLETE", "INSUFFICIENT_HISTORY", "DATA_GAP", "PLAYER_DNP", "MIXED", "real league"),
        *(("opener_unknown", "nbac_schedule"),),
    ],
    ids=str,
)
def test_it_happens_in_the_leagues(seen: Counter[object], what: object) -> None:
    assert seen[what] >= 1


#: Constants, and what needs a projection: it is never there, so it is always missing.
NEVER = {"games_in_sample", "usage_spike_score", "calculation_version", "cache_version"}
ALWAYS = {"missing_data_fields"}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_values_and_every_nullable_one_nulls(seen: Counter[object], name: str) -> None:
    table = declarations()[name]
    assert [column.name for column in table.columns if not seen[name, column.name] and column.name not in NEVER] == []
    nullable = {column.name for column in table.columns if column.null} - ALWAYS
    assert [column for column in sorted(nullable) if not seen[name, column, None]] == []

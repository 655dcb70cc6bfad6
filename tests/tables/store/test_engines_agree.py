"""Both engines make the same store of every league, and the same of one whose inputs only look different."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nbaproc.features import FEATURES
from nbaproc.run.engines import ENGINES, POLARS, REFERENCE
from nbaproc.tables import declarations
from tests.tables.leagues import examples
from tests.tables.precompute.leagues import MISHAPS, OPENINGS, Plan
from tests.tables.precompute.test_engines_agree import assert_same
from tests.tables.precompute.world import MLFS, PCF, PDC, PSZA, TDZA, compute_tables, frames_of
from tests.tables.store.leagues import EXTRAS, League, leagues, make_store_league
from tests.tables.store.world import COLUMNS, NAME_OF_CODE
from tests.tables.upcoming.world import PGS, TDGS, TOGS, UPGC, UTGC

#: Counts of a season or an opener: they are no sums over dates.
WHOLE = ("opener_unknown", "opener_late", "required_defaults")


@given(leagues())
@examples(7)
def test_both_engines_agree_on_every_cell_record_and_count(league: League) -> None:
    frames = frames_of(league.world)
    made, other = (compute_tables(engine, frames, *league.dates, names=[MLFS]) for engine in ENGINES)
    assert_same(made, other)
    samples = [run.stage.tally.samples for run in (made, other)]
    for key in made.counts:
        if key[0] in ("low_spread", "identical_features", "few_upstream_rows"):
            assert samples[0][key] == samples[1][key]
    event(f"rows: {made.frame(MLFS).height > 3}")


@given(leagues(most=2), st.integers(0, 2**32 - 1))
@examples(3)
def test_neither_the_order_of_rows_nor_the_cut_of_dates_matters(league: League, seed: int) -> None:
    frames, engine, dates = frames_of(league.world), ENGINES[seed % 2], league.dates
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    whole = compute_tables(engine, frames, *dates, names=[MLFS])
    cut = Random(seed).randint(1, len(dates))
    cuts = [part for part in (dates[:cut][::-1], dates[cut:]) if part]
    parts = [compute_tables(engine, shuffled, *part, names=[MLFS]) for part in cuts]
    for day in dates:
        rows = [row for part in parts for row in part.rows(MLFS, day).values()]
        assert repr(rows) == repr([*whole.rows(MLFS, day).values()])
        assert [r for part in parts for r in part.records(MLFS, day)] == whole.records(MLFS, day)
    summed = sum((Counter(part.counts) for part in parts), Counter[tuple[str, str]]())
    one, other = ({k: n for k, n in counts.items() if k[0] not in WHOLE} for counts in (summed, whole.counts))
    assert one == other


@given(leagues(most=2))
@examples(1)
def test_the_store_alone_is_what_it_is_beside_all_others(league: League) -> None:
    frames, engine = frames_of(league.world), ENGINES[league.plan.seed % 2]
    together = compute_tables(engine, frames, *league.dates, names=[MLFS, PCF, TDZA, UTGC])
    alone = compute_tables(engine, frames, *league.dates, names=[MLFS])
    assert set(alone.stage.tables) == {UTGC, UPGC, TDZA, PSZA, PCF, PDC, MLFS}
    assert_same(alone, together)


@given(leagues(most=2))
@examples(1)
def test_older_history_changes_nothing(league: League) -> None:
    """Two years of it, in seasons of their own."""
    frames, engine = frames_of(league.world), ENGINES[league.plan.seed % 2]
    earlier = (pl.col("game_date") - timedelta(days=735), pl.col("season_year") - 2)
    older = {name: pl.concat([frames[name], frames[name].with_columns(earlier)]) for name in (PGS, TOGS, TDGS)}
    assert_same(*(compute_tables(engine, given, *league.dates, names=[MLFS]) for given in (frames, frames | older)))


@pytest.mark.parametrize("gone", [(TOGS,), (PGS, TOGS, TDGS)], ids=str)
def test_a_missing_table_is_an_empty_one(gone: tuple[str, ...]) -> None:
    league = make_store_league(Plan(seed=11), ("open_games", "lines"))
    frames = frames_of(league.world)
    without = {name: frame for name, frame in frames.items() if name not in gone}
    emptied = frames | {table: frames[table].clear() for table in gone}
    one = compute_tables(POLARS, without, *league.dates, names=[MLFS])
    assert_same(one, compute_tables(REFERENCE, emptied, *league.dates, names=[MLFS]))


#: Prints one hash of everything that is made of a league.
PROGRAM = """
from hashlib import sha256
from nbaproc.run.engines import POLARS
from tests.tables.precompute.leagues import Plan
from tests.tables.precompute.world import MLFS, compute_tables, frames_of
from tests.tables.store.leagues import make_store_league
import polars as pl
league = make_store_league(Plan(seed=5, teams=12, rest=0), ("open_games", "lines", "a_year_ago"))
made = compute_tables(POLARS, frames_of(league.world), *league.dates, names=[MLFS])
assert made.frame(MLFS).height > 20
text = repr((made.frame(MLFS).rows(), made.records_frame(MLFS).rows(), sorted(made.counts.items())))
print(pl.thread_pool_size(), sha256(text.encode()).hexdigest())
"""


def test_the_number_of_threads_does_not_matter() -> None:
    found = []
    for threads in ("1", "3"):
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True
        )
        found.append(done.stdout.split())
    assert [threads for threads, _ in found] == ["1", "3"]
    assert found[0][1] == found[1][1]


# The leagues are worth their name.


@pytest.fixture(scope="module")
def seen() -> Counter[object]:
    """What occurred in many leagues: records, values, labels, counts."""
    found: Counter[object] = Counter()
    values: dict[str, set[str]] = defaultdict(set)
    rng = Random(20240120)
    for n in range(24):
        mishaps = tuple(rng.choice(MISHAPS) for _ in range(rng.randint(0, 2)))
        plan = Plan(rng.getrandbits(32), n % len(OPENINGS), (2, 4, 5, 12)[n % 4], 40, rng.randint(0, 3), mishaps)
        league = make_store_league(plan, tuple(rng.sample(sorted(EXTRAS), rng.randint(0, 5))))
        made = compute_tables(REFERENCE, frames_of(league.world), *league.dates, names=[MLFS])
        found.update(set(made.counts))
        found.update(made.records_frame(MLFS)["failure_category"])
        frame = made.frame(MLFS)
        for row in frame.to_dicts():
            found.update((index, NAME_OF_CODE[code]) for index, code in enumerate(row["feature_sources"]))
            found.update(row["data_quality_issues"])
            found.update(alert.split("_rate_")[0] for alert in row["quality_alerts"])
            for column in ("quality_tier", "data_source", "quality_alert_level", "vegas_line_source"):
                found[row[column]] += 1
        for column in frame.columns:
            values[column] |= set(map(repr, frame[column].drop_nulls().to_list()))
            found[column, None] += frame[column].null_count()
    found.update({column: len(several) > 1 for column, several in values.items()})
    return found


LABELLED = [(f.index, name) for f in FEATURES for name, _ in f.sources]
HAPPENS = (
    *("INSUFFICIENT_DATA", "INCOMPLETE_UPSTREAM"),
    *(("few_upstream_rows", PDC), ("required_defaults", "2023-24")),
    *("gold", "poor", "critical", "phase4", "phase4_partial", "phase3", "mixed", "green", "yellow", "red"),
    *("none", "odds_api", "bettingpros", "high_default"),
    *("all_matchup_features_defaulted", "opponent_defense_missing", "composite_factors_missing"),
)


@pytest.mark.parametrize("what", HAPPENS, ids=str)
def test_it_happens_in_the_leagues(seen: Counter[object], what: object) -> None:
    assert seen[what] >= 1


def test_every_label_happens_in_the_leagues(seen: Counter[object]) -> None:
    assert [label for label in LABELLED if not seen[label]] == []


#: Constants, and what needs a projection.
NEVER = {"feature_version", "feature_count", "f08_usage_spike_score"}


def test_every_column_has_values_and_every_feature_that_can_be_null_is(seen: Counter[object]) -> None:
    table = declarations()[MLFS]
    assert [column.name for column in table.columns if not seen[column.name] and column.name not in NEVER] == []
    assert [c.name for c in table.columns if c.null and not seen[c.name, None]] == []
    assert [c for c in COLUMNS if seen[c, None] and not table[c].null] == []

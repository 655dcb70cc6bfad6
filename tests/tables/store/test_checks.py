"""What is checked of a whole date (feature store 9): constant and narrow columns, alike rows, contaminated factors."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import pytest

from nbaproc.run.cells import Ended
from nbaproc.run.engines import ENGINES
from tests.tables.precompute.test_engines_agree import assert_same
from tests.tables.precompute.world import DAY, MLFS, PCF, PDC, PSZA, Made, defend, games_of
from tests.tables.store.crowd import SIZE, Crowd, crowd, man
from tests.tables.store.oracle import assert_date, assert_quality
from tests.tables.store.scenes import FACTS, cells_of
from tests.tables.store.world import absent, appear, compute_store, enter
from tests.tables.upcoming.world import UPGC, Row, World, ago, lookup, pick

ALL, HALF = range(SIZE), SIZE // 2
#: What is counted.
KINDS = ("few_upstream_rows", "identical_features", "required_defaults", "low_spread")
#: Differences to the mean of which the squares are 25 on average: eleven values.
FIVE = [7, -7, 1, -1, 8, -8, 6, -6, 0, 0, 0, 0] + [5, -5] * 19
LESS = [*FIVE[:-2], 4, -4]
NINE = [7, -7, 6, -6, 8, -8, 9, -9, 0]


def tired(number: int) -> Row:
    return {"fatigue_score": 90}


def line(points: float | None) -> Row:
    return {"current_points_line": points, "opening_points_line": None, "current_points_line_source": "fanduel"}


def dates() -> Crowd:
    made = crowd()
    made.date("healthy")
    made.date("fatigue").each(PCF, ALL, tired)
    made.date("fatigue of 49", range(49)).each(PCF, range(49), tired)
    made.date("two columns").each(PDC, ALL, lambda n: {"points_avg_last_5": 20.0})
    made.each(UPGC, range(25), lambda n: line(24.5))
    made.date("24 lines").each(UPGC, range(24), lambda n: line(24.5))
    made.date("nine lines").each(UPGC, range(25), lambda n: line(10.5 + 2 * (n % 9)))
    made.date("ten lines").each(UPGC, range(25), lambda n: line(10.5 + 2 * (n % 10)))
    made.date("just wide").each(PCF, ALL, lambda n: {"fatigue_score": 80 + FIVE[n]})
    made.date("just narrow").each(PCF, ALL, lambda n: {"fatigue_score": 80 + LESS[n]})
    made.date("nine values").each(PCF, ALL, lambda n: {"fatigue_score": 80 + NINE[n % 9]})
    made.date("five games").defences({"defensive_rating_last_15": 111.11, "opponent_pace": 99.9})
    made.date("four games", games=4).defences({"defensive_rating_last_15": 111.11, "opponent_pace": 99.9})
    made.date("zones of half").each(PCF, range(HALF), lambda n: {"shot_zone_mismatch_score": 0.0})
    made.each(PSZA, range(HALF, SIZE), None)
    made.date("zones of the other half").each(PCF, range(HALF), lambda n: {"shot_zone_mismatch_score": 0.0})
    made.each(PSZA, range(HALF), None)
    made.date("zones of 24").each(PCF, range(24), lambda n: {"shot_zone_mismatch_score": 0.0})
    made.each(PSZA, range(24, SIZE), None)
    made.date("fresh").each(PCF, ALL, lambda n: {"fatigue_score": 100})
    made.date("half a cache").each(PDC, range(HALF), None)
    made.date("less than half").each(PDC, range(HALF + 1), None).each(PCF, range(HALF + 1), None)
    made.date("rejected").each(PCF, range(4), lambda n: {"fatigue_score": (101, -1, 100, 0)[n]})
    for name, fillers, fatigue in (("contaminated", 50, 50), ("a few less", 49, 50), ("just above", 50, 51)):
        made.date(name)
        for number in range(SIZE, SIZE + fillers):
            made.world.book(man(number), "LAL", day=made.days[name])
        made.each(PCF, range(SIZE + fillers), lambda n: {"fatigue_score": 50})
        made.each(PCF, [0], {50: lambda n: {"fatigue_score": 50}, 51: lambda n: {"fatigue_score": 51}}[fatigue])
    return made


@cache
def store(engine: str) -> tuple[Made, Crowd]:
    given = dates()
    return compute_store(engine, given.world, given.edits, *given.days.values()), given


@cache
def cells(engine: str) -> dict[date, Ended]:
    made, given = store(engine)
    return cells_of(made, given.world, *given.days.values())


def facts(engine: str, name: str) -> list[tuple[object, ...]]:
    made, given = store(engine)
    return [pick(record, *FACTS) for record in made.records(MLFS, given.days[name])]


def rows(engine: str, name: str) -> dict[str, Row]:
    made, given = store(engine)
    return made.rows(MLFS, given.days[name])


def sampled(engine: str, kind: str, detail: str) -> list[str]:
    """Names of the dates of a count."""
    made, given = store(engine)
    tally, names = made.stage.tally, {day.isoformat(): name for name, day in given.days.items()}
    found = tally.samples[kind, detail]
    assert tally.counts[kind, detail] == len(found)
    return [names[day] for day in found]


#: Dates with constant columns, and those columns.
CONSTANT = {
    "fatigue": "f05_fatigue_score",
    "two columns": "f00_points_avg_last_5, f25_vegas_points_line",
    "five games": "f13_opponent_def_rating, f14_opponent_pace",
    "zones of half": "f06_shot_zone_mismatch_score",
}
FINE: tuple[str, ...] = ("healthy", "fatigue of 49", "24 lines", "nine lines", "ten lines")
FINE += (
    "just wide",
    "just narrow",
    "nine values",
    "four games",
    "zones of the other half",
    "zones of 24",
    "half a cache",
    "less than half",
)


@pytest.mark.parametrize("name", CONSTANT)
def test_constant_columns_are_one_record_of_the_date_and_its_rows_stay(engine: str, name: str) -> None:
    reason = f"one value for every player: {CONSTANT[name]}"
    assert facts(engine, name) == [("DATA_QUALITY_FAILED", "DATE", "DATE_LEVEL", "", reason, True, 1)]
    assert len(rows(engine, name)) == SIZE
    cell = cells(engine)[store(engine)[1].days[name]]
    assert (cell.state, cell.reason, cell.rows) == ("partial", "DATA_QUALITY_FAILED", SIZE)
    assert cell.written


@pytest.mark.parametrize("name", FINE)
def test_other_dates_have_no_record(engine: str, name: str) -> None:
    """Fewer than 50 rows, 25 values or five games are not looked at; a narrow column is no constant one.

    Nor is fatigue where everybody is fresh, as after days without games.
    """
    assert facts(engine, name) == []
    assert len(rows(engine, name)) == (49 if name == "fatigue of 49" else SIZE)


def test_narrow_columns_are_counted_with_their_dates(engine: str) -> None:
    made, _ = store(engine)
    assert {key[1]: sampled(engine, *key) for key in made.counts if key[0] == "low_spread"} == {
        "f25_vegas_points_line": ["nine lines"],
        "f05_fatigue_score": ["just narrow", "nine values", "fresh", "just above"],
    }


def test_few_rows_of_the_cache_and_of_the_factors_are_counted(engine: str) -> None:
    assert sampled(engine, "few_upstream_rows", PDC) == ["less than half"]
    assert sampled(engine, "few_upstream_rows", PCF) == ["less than half"]


@pytest.mark.parametrize("name", [*CONSTANT, *FINE])
def test_the_checks_of_a_date_follow_from_its_rows(engine: str, name: str) -> None:
    """The rules once more, in other words."""
    made, given = store(engine)
    found = rows(engine, name)
    constant, narrow = assert_date([*found.values()])
    assert ", ".join(constant) == CONSTANT.get(name, "")
    day = given.days[name].isoformat()
    samples = made.stage.tally.samples
    assert {key[1] for key in samples if key[0] == "low_spread" and day in samples[key]} == set(narrow)
    for row in found.values():
        assert_quality(row)


def test_a_fatigue_that_cannot_be_rejects_the_row(engine: str) -> None:
    assert facts(engine, "rejected") == [
        ("VALIDATION_FAILED", "PLAYER", lookup(man(n)), "", f"f05_fatigue_score is {value} (0 digits)", False, 1)
        for n, value in ((0, 101), (1, -1))
    ]
    assert len(rows(engine, "rejected")) == SIZE - 2
    assert [rows(engine, "rejected")[lookup(man(n))]["f05_fatigue_score"] for n in (2, 3)] == [100.0, 0.0]
    cell = cells(engine)[store(engine)[1].days["rejected"]]
    assert (cell.state, cell.reason) == ("partial", "VALIDATION_FAILED")


def test_contaminated_factors_leave_nothing_of_the_date_but_their_record(engine: str) -> None:
    made, given = store(engine)
    day = given.days["contaminated"]
    reason = "player_composite_factors: fatigue_score adds up to 5000 over 100 players, not above 50 each"
    assert facts(engine, "contaminated") == [("CONTAMINATED_UPSTREAM", "DATE", "DATE_LEVEL", "", reason, True, 1)]
    assert rows(engine, "contaminated") == {}
    assert not [key for key, texts in made.stage.tally.samples.items() if day.isoformat() in texts]
    cell = cells(engine)[day]
    assert (cell.state, cell.reason, cell.written) == ("blocked", "CONTAMINATED_UPSTREAM", False)


@pytest.mark.parametrize("name", ["a few less", "just above"])
def test_fewer_than_100_factors_or_more_than_50_each_are_not_contaminated(engine: str, name: str) -> None:
    assert len(rows(engine, name)) == SIZE
    found = facts(engine, name)
    fillers = 49 if name == "a few less" else 50
    assert len([fact for fact in found if fact[0] == "INSUFFICIENT_DATA"]) == fillers
    constant = [fact[4] for fact in found if fact[0] == "DATA_QUALITY_FAILED"]
    assert constant == (["one value for every player: f05_fatigue_score"] if name == "a few less" else [])


# Alike rows.


@cache
def twins(engine: str) -> tuple[Made, dict[str, date]]:
    """So many players who differ and so many who do not."""
    world, days = crowd().world, {}
    for n in range(3):
        for age in range(2, 7):
            appear(world, f"Twin {n}", ago(age), 20 + age)
    for k, (different, alike) in enumerate(((48, 2), (47, 3), (38, 2), (37, 2), (0, 1), (0, 2))):
        day = days[f"{different} and {alike}"] = ago(-k)
        world.game("LAL", "DEN", day).book("Nobody", "DEN", day=day)
        for name in [*map(man, range(different)), *(f"Twin {n}" for n in range(alike))]:
            world.book(name, "LAL", day=day)
    day = days["25 and 25"] = ago(-len(days))
    world.game("LAL", "DEN", day).book("Nobody", "DEN", day=day)
    for n in range(SIZE):
        name = f"Near {n}"
        world.book(name, "LAL", day=day)
        for age in (2, 3):
            appear(world, name, ago(age), *((10, 30.0), (1000, 3000.1))[n % 2])
    return compute_store(engine, world, None, *days.values()), days


def test_more_than_five_percent_of_alike_rows_are_counted(engine: str) -> None:
    """Three of 50, two of 39 and two of two, 25 of 50; neither two of 50, nor two of 40, nor one of one."""
    made, days = twins(engine)
    key = ("identical_features", MLFS)
    names = {day.isoformat(): name for name, day in days.items()}
    assert [names[day] for day in made.stage.tally.samples[key]] == ["47 and 3", "37 and 2", "0 and 2", "25 and 25"]
    assert made.counts[key] == 4


def test_values_are_compared_at_four_digits(engine: str) -> None:
    """A third of a point a minute, and a hundred-thousandth less: 0.3333 both."""
    made, days = twins(engine)
    day = days["25 and 25"]
    found = [row["f32_ppm_avg_last_10"] for row in made.rows(MLFS, day).values()]
    assert sorted(set(found)) == [0.333322223, 0.333333333]
    reasons = [r["failure_reason"] for r in made.records(MLFS, day) if r["failure_category"] == "DATA_QUALITY_FAILED"]
    assert reasons == ["one value for every player: f03_points_std_last_10, f32_ppm_avg_last_10"]
    narrow = {key[1] for key, texts in made.stage.tally.samples.items() if day.isoformat() in texts}
    assert {"f00_points_avg_last_5", "f02_points_avg_season", "f31_minutes_avg_last_10"} <= narrow


# The season.

#: Season -> day of it, players who lack something and all players.
SEASONS = {2023: (36, 1, 10), 2022: (36, 1, 11), 2021: (35, 5, 5), 2020: (90, 4, 4), 2019: (90, 0, 3)}


@cache
def seasons(engine: str) -> Made:
    world, days = World(), []
    for year, (number, bad, size) in SEASONS.items():
        opener = date(year, 10, 24)
        day = ago(-number, opener)
        days.append(day)
        world.game("SAC", "OKC", opener).game("LAL", "DEN", day).offense("DEN", ago(1, day))
        for age in range(1, 6):
            world.offense("LAL", ago(age, day), offensive_rating=110.0, win_flag=True)
        defend(world, "DEN", [{"rating": 110.0, "pace": 99.0}] * 15, range(1, 16), day)
        for n in range(size):
            games = games_of(5, paint=(9, 20), mid=(9, 20), three=(9, 20))
            enter(world, f"Man {n} of {year}", games[: 1 if n < bad else 5], range(2, 7), day=day)
        absent(world, "Zed", ago(1, day), "BOS", "MIA")
    return compute_store(engine, world, None, *days)


def test_a_season_that_often_lacks_something_is_counted_after_its_fifth_week(engine: str) -> None:
    made = seasons(engine)
    found = {key[1]: n for key, n in made.counts.items() if key[0] == "required_defaults"}
    assert found == {"2023-24": 1, "2020-21": 4}
    assert not [
        key for key in made.stage.tally.samples if key[0] == "required_defaults" and made.stage.tally.samples[key]
    ]
    lacking = [row for row in made.frame(MLFS).to_dicts() if row["required_default_count"]]
    assert len(lacking) == sum(bad for _, bad, _ in SEASONS.values())


def test_a_date_without_rows_is_not_counted(engine: str) -> None:
    world = World().game("SAC", "OKC", ago(88)).game("LAL", "DEN", DAY).book("Ann", "LAL").offense("LAL", ago(3))
    appear(world, "Zed", ago(3), team="BOS", opponent="MIA")
    made = compute_store(engine, world)
    assert (made.rows(MLFS), len(made.records(MLFS))) == ({}, 1)
    assert not [key for key in made.counts if key[0] in KINDS]


# Both engines.


def test_both_engines_agree_on_all_of_these_dates() -> None:
    for made_by in (lambda engine: store(engine)[0], lambda engine: twins(engine)[0], seasons):
        one, other = (made_by(engine) for engine in ENGINES)
        assert_same(one, other)
        kinds = {key for key in one.counts if key[0] in KINDS}
        assert {k: one.stage.tally.samples.get(k, []) for k in kinds} == {
            k: other.stage.tally.samples.get(k, []) for k in kinds
        }


def test_both_engines_agree_on_full_dates_with_random_gaps() -> None:
    """Sixty rows a date, so that the checks have something to look at."""
    rng, made = Random(7), crowd()
    for n in range(6):
        made.date(str(n))
        for table, most in ((PDC, 40), (PCF, 30), (PSZA, 25)):
            made.each(table, rng.sample(range(SIZE), rng.randint(0, most)), None)
        for k in rng.sample(range(SIZE), 30):
            price: Row = {"current_points_line": 10.5 + k % (3 + 4 * n)}
            made.each(UPGC, [k], {k: price}.__getitem__)
    assert_same(*(compute_store(engine, made.world, made.edits, *made.days.values()) for engine in ENGINES))

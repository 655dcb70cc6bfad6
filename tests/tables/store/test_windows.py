"""How far each window reaches (feature store 4): its edges on both sides, seasons, games not played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pytest

from tests.tables.precompute.world import DAY, MLFS, PDC, Made
from tests.tables.store.world import absent, appear, check, compute_store, label
from tests.tables.upcoming.world import UPGC, Row, World, ago, lookup, on, pick

LEAP, AFTER_LEAP, YEAR_AFTER = on("02-29"), on("03-10"), on("2025-02-28")
DATES = (DAY, LEAP, AFTER_LEAP, YEAR_AFTER)
COUNTS = ("hist_games_found", "hist_games_expected", "hist_is_complete", "hist_is_bootstrap")
FRESH: dict[str, Row | None] = {PDC: None}
SAT: Row = {"is_dnp": True}


@dataclass(frozen=True)
class Window:
    """A player, and what his windows must hold.

    Attributes:
        games: Games by age in days, or by date.
        want: Features by number.
        dates: Ages of the games that must be listed in the row.
        counts: Games found and expected, whether all are there, whether ten are expected.
        edits: What is changed upstream.
        day: The date.
    """

    games: Mapping[int | str, Row]
    want: Mapping[int, float | None] = field(default_factory=dict)
    dates: Sequence[int] | None = None
    counts: tuple[object, ...] | None = None
    edits: Mapping[str, Row | None] = field(default_factory=dict)
    day: date = DAY


def each(*ages: int, **values: object) -> dict[int | str, Row]:
    return {age: dict(values) for age in ages}


def scored(**of_age: int) -> dict[int | str, Row]:
    """Points by age: `a60=20`."""
    return {int(age[1:]): {"points": number} for age, number in of_age.items()}


def before(*days: str) -> dict[int | str, Row]:
    """Games of 20 points against the opponent, and a late one against somebody else."""
    return {2: {"points": 5, "opponent": "BOS"}} | {day: {"points": 20} for day in days}


WINDOWS = {
    # HIST60, SEAS.
    "sixty days": Window(scored(a60=20, a61=50), {0: 20, 1: 20, 2: 35, 3: None, 31: 30}, [60], (1, 2, False, True)),
    "ten and five": Window(
        scored(**{f"a{n}": 10 * n for n in range(1, 12)}),
        {0: 30, 1: 55, 2: 60, 11: -2, 34: -10, 31: 30},
        list(range(1, 11)),
        (10, 10, True, False),
        FRESH,
    ),
    "a season of older games": Window(scored(a2=10, a70=20, a80=30), {0: 10, 2: 20}, [2], (1, 3, False, True), FRESH),
    "another season": Window(
        scored(a2=10, a4=20) | {40: {"points": 60, "season_year": 2022}, 50: {"points": 60, "season_year": 2024}},
        {0: 15, 1: 15, 2: 15, 3: 7.0711, 29: 37.5, 30: 4, 31: 30},
        [2, 4],
        (2, 4, False, True),
    ),
    "not played": Window(
        scored(a2=10, a4=20) | {6: SAT, 7: {"points": 0, "minutes": 0.0}, 8: {"points": None}, 9: {"minutes": None}},
        {1: 13.3333, 30: 3, 31: 30},
        [2, 4, 9],
        (3, 3, True, True),
    ),
    "the date and later": Window(scored(a0=90, a2=10, a4=20) | {-1: {"points": 90}}, {1: 15, 29: 15, 30: 2}, [2, 4]),
    # OPP1Y: a calendar year.
    "a year": Window(before("2023-01-20", "2023-01-19"), {30: 1, 29: 20, 1: 5}, [2], (1, 2, False, True)),
    "a year on a leap day": Window(
        before("2023-02-28", "2023-02-27"), {30: 1, 29: 20}, day=LEAP, counts=(1, 1, True, True)
    ),
    "a leap year": Window(
        before("2023-03-10", "2023-03-09"), {30: 1, 29: 20}, day=AFTER_LEAP, counts=(1, 1, True, True)
    ),
    "365 days of a leap year": Window(before("2023-03-11"), {30: 1}, day=AFTER_LEAP, counts=(1, 2, False, True)),
    "a year after a leap day": Window(
        before("2024-02-28", "2024-02-27"), {30: 1, 29: 20}, day=YEAR_AFTER, counts=(1, 1, True, True)
    ),
    "365 days after a leap day": Window(before("2024-02-29"), {30: 1}, day=YEAR_AFTER, counts=(1, 2, False, True)),
    "nobody met": Window(each(2, 3, points=8, opponent="BOS"), {30: 0, 29: 8}),
    "met for another team": Window(
        {2: {"team": "BOS", "points": 8}, 3: {"team": "DEN", "opponent": "LAL"}}, {30: 1, 29: 8}
    ),
    "met and sat out": Window({2: {"points": 8}, 3: SAT, 4: {"points": 0, "minutes": 0.0}}, {30: 1, 29: 8}),
    # How much is expected.
    "a dozen of a year": Window(each(1, 2, 3, 4, *range(70, 78), points=9), {}, [1, 2, 3, 4], (4, 10, False, False)),
    "the edge of a year": Window(each(1, 365, 366), {}, [1], (1, 2, False, True)),
    "nine": Window(each(*range(1, 10)), {}, list(range(1, 10)), (9, 9, True, True)),
    # ROST10; somebody sits out in these worlds.
    "listed long ago": Window({2: {}, 3: {}, 61: SAT}, {33: None}),
    "listed at last": Window({2: {}, 3: {}, 60: SAT}, {33: 0.333333333}),
    "listed another season": Window({2: {}, 3: {}, 60: SAT | {"season_year": 2022}}, {33: None}),
    # days_rest: of the context, else counted.
    "rested long": Window(each(40, 41), {16: 0, 4: 0}, [40, 41]),
    "rested as the context says": Window(each(2, 3, 4), {16: 1, 9: -2}, edits={UPGC: {"days_rest": 1}}),
    "rested as counted": Window(each(1, 6, 7, 8), {4: 2, 16: 1}, edits={UPGC: {"days_rest": None}}),
    "a week of the context": Window(each(1, 6, 7, 8), {4: 5}, edits={UPGC: {"games_in_last_7_days": 5}, PDC: None}),
    "a week of the cache": Window(each(1, 6, 7, 8), {4: 6}, edits={PDC: {"games_in_last_7_days": 6}}),
}
REST = {
    "rested long": 40,
    "rested as the context says": 1,
    "rested as counted": 1,
    "sixty days": 60,
    "another season": 2,
}


def name_of(case: str) -> str:
    return f"Man {[*WINDOWS].index(case)}"


@cache
def store(engine: str) -> Made:
    world = World().offense("LAL", ago(70), None)
    edits: dict[str, dict[str, Row | None]] = {}
    for year in (2022, 2023, 2024):
        world.game("SAC", "OKC", date(year, 10, 24))
    for day in DATES:
        world.game("LAL", "DEN", day).offense("DEN", ago(4, day)).offense("DEN", day)
        absent(world, "Zed", ago(5, day), "BOS", "MIA")
    for case, window in WINDOWS.items():
        name = name_of(case)
        world.book(name, "LAL", day=window.day)
        for when, game in window.games.items():
            day = ago(when, window.day) if isinstance(when, int) else on(when)
            if game.get("is_dnp"):
                absent(world, name, day, **{key: value for key, value in game.items() if key != "is_dnp"})
            else:
                appear(world, name, day, **game)
        for table, change in window.edits.items():
            edits.setdefault(table, {})[lookup(name)] = change
    return compute_store(engine, world, edits, *DATES)


def row_of(engine: str, case: str) -> Row:
    return store(engine).row(MLFS, name_of(case), WINDOWS[case].day)


@pytest.mark.parametrize("case", WINDOWS)
def test_a_window_holds_its_games_and_no_other(engine: str, case: str) -> None:
    window, row = WINDOWS[case], row_of(engine, case)
    check(row, window.want)
    if window.dates is not None:
        assert row["hist_game_dates"] == [ago(age, window.day) for age in window.dates]
    if window.counts is not None:
        assert pick(row, *COUNTS) == window.counts


@pytest.mark.parametrize("case", REST)
def test_rest_is_never_unknown(engine: str, case: str) -> None:
    assert row_of(engine, case)["days_rest"] == REST[case]


def test_the_mean_of_those_who_have_not_met_is_that_of_the_season(engine: str) -> None:
    assert [label(row_of(engine, "nobody met"), index) for index in (29, 30)] == ["phase3", "opponent_history"]
    assert [label(row_of(engine, "a year"), index) for index in (29, 30)] == ["opponent_history"] * 2


# Teams.


@cache
def teams(engine: str) -> Made:
    """Results of the date, later, of another season; and more of them than a window takes."""
    world = World().game("SAC", "OKC", on("10-24"))
    for n, (team, opponent) in enumerate((("LAL", "DEN"), ("BOS", "MIA"))):
        world.game(team, opponent, DAY).book(f"Man {n}", team, team, opponent)
        appear(world, f"Man {n}", ago(2), team=team, opponent=opponent)
    odd: Row = {"offensive_rating": 50.0, "win_flag": True}
    for age in (0, -1):
        world.offense("LAL", ago(age), 50.0, **odd).offense("DEN", ago(age))
    for team in ("LAL", "DEN"):
        world.offense(team, ago(1), 50.0, **odd, season_year=2022)
    for age in (3, 5, 7, 9, 40, 70, 80, 81):
        world.offense("LAL", ago(age), 100.0 + age / 10, offensive_rating=110.0, win_flag=age < 9)
    world.offense("DEN", ago(87)).offense("DEN", ago(6), None)
    return compute_store(engine, world)


def test_a_team_window_takes_the_season_before_the_date(engine: str) -> None:
    """The paces of eight games add up to 829.5."""
    row = teams(engine).row(MLFS, "Man 0")
    check(row, {22: 103.6875, 23: 110.0, 24: 0.375, 9: -2})


def test_a_team_without_results_has_none(engine: str) -> None:
    row = teams(engine).row(MLFS, "Man 1")
    check(row, {22: None, 23: None, 24: None, 9: None})

"""Completeness of the four tables: games of data against games of the team (zone analysis 4, factors 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import pytest

from tests.tables.precompute.world import (
    DAY,
    OPENER,
    PCF,
    PDC,
    PSZA,
    TDZA,
    Made,
    allowed,
    compute_tables,
    season,
    shots,
)
from tests.tables.upcoming.world import Row, World, ago, on, pick

COUNTS = ("expected_games_count", "actual_games_count", "dnp_games_count", "missing_games_count")
SUMMARY = (*COUNTS, "completeness_percentage", "is_production_ready")
GAME = shots((1, 2), (1, 2), (1, 2))
CODES = ("ATL", "BOS", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND", "LAC", "LAL", "MEM")
OTHERS = ("MIA", "MIL", "MIN", "NOP", "NYK", "ORL", "PHI", "PHX", "POR", "SAS", "TOR", "UTA", "WAS", "BKN")

#: e0, a, d -> percentage, missing, ready.
PLAYERS: dict[tuple[int, int, int], tuple[float, int, bool]] = {
    (10, 10, 0): (100.0, 0, True),
    (10, 7, 0): (70.0, 3, True),
    (10, 6, 0): (60.0, 4, False),
    (10, 4, 3): (57.1, 3, False),
    (10, 7, 3): (100.0, 0, True),
    (10, 6, 1): (66.7, 3, False),
    (7, 5, 1): (83.3, 1, True),
    (10, 4, 6): (100.0, 0, True),
    (3, 0, 3): (100.0, 0, True),
    (10, 0, 10): (100.0, 0, True),
    (10, 0, 0): (0.0, 10, False),
    (0, 0, 0): (100.0, 0, True),
    (10, 5, 2): (62.5, 3, False),
}
TEAMS: dict[tuple[int, int], tuple[float, int, bool]] = {
    (15, 15): (100.0, 0, True),
    (15, 11): (73.3, 4, True),
    (15, 10): (66.7, 5, False),
    (10, 7): (70.0, 3, True),
    (15, 0): (0.0, 15, False),
    (0, 0): (100.0, 0, True),
}


def even(count: int) -> list[int]:
    """Ages of so many games, every second day."""
    return [2 * n for n in range(1, count + 1)]


@cache
def zone_rows(engine: str) -> Made:
    """Every case is a team: its newest games are played, the next sat out, the rest lack data.

    Games before the window make sure that there is a row.
    """
    world = season()
    for n, (expected, actual, sat_out) in enumerate(PLAYERS):
        ages = even(expected)
        for days in ages:
            world.final(CODES[n], OTHERS[n], ago(days))
        for days in ages[: actual + sat_out]:
            world.play(f"Mate {n}", CODES[n], ago(days), **GAME)
        for days in [*ages[:actual], *range(41, 51)]:
            world.play(f"Man {n}", CODES[n], ago(days), **GAME)
    return compute_tables(engine, world, names=[PSZA])


@pytest.mark.parametrize("case", PLAYERS, ids=str)
def test_R72_completeness_of_a_player(engine: str, case: tuple[int, int, int]) -> None:  # noqa: N802
    percent, missing, ready = PLAYERS[case]
    row = zone_rows(engine).row(PSZA, f"Man {list(PLAYERS).index(case)}")
    assert pick(row, *SUMMARY) == (*case, missing, percent, ready)


@cache
def team_rows(engine: str) -> Made:
    """Every case is a team whose opponents never have a row; 15 old games make sure that there is one."""
    world = season()
    for n, (expected, actual) in enumerate(TEAMS):
        for days in even(expected):
            world.final(CODES[n], OTHERS[n], ago(days))
            world.play(f"Man {n}", CODES[n], ago(days), **GAME)
        for days in [*even(expected)[:actual], *range(51, 66)]:
            world.defense(CODES[n], ago(days), **allowed((1, 2), (1, 2), (1, 2)))
    return compute_tables(engine, world, names=[TDZA])


@pytest.mark.parametrize("case", TEAMS, ids=str)
def test_completeness_of_a_team(engine: str, case: tuple[int, int]) -> None:
    """It measures its own table: that the players' one has the game says nothing."""
    percent, missing, ready = TEAMS[case]
    row = team_rows(engine).row(TDZA, CODES[list(TEAMS).index(case)])
    names = [name for name in SUMMARY if name != "dnp_games_count"]
    assert pick(row, *names) == (*case, missing, percent, ready)


def test_only_games_that_are_over_are_expected_of_this_season(engine: str) -> None:
    """Not those of the date, not those under way, not those of a Cup final or a pre-season."""
    world = season().final("LAL", "DEN", DAY).final("LAL", "DEN", ago(20), prefix="006")
    world.final("LAL", "DEN", ago(21), prefix="001").game("LAL", "DEN", ago(1), (90, 80), game_status=2)
    world.final("LAL", "DEN", ago(2)).final("LAL", "DEN", ago(3), prefix="005").final(
        "LAL", "DEN", ago(4, OPENER), prefix="004"
    )
    for days in range(31, 41):
        world.play("Ann", "LAL", ago(days), **GAME)
    row = compute_tables(engine, world, names=[PSZA]).row(PSZA, "Ann")
    assert pick(row, *SUMMARY) == (2, 0, 0, 2, 0.0, False)


def test_the_team_is_that_of_the_newest_row_of_any_status(engine: str) -> None:
    """Sitting out for the new team is enough; a row of the date or of another season is not."""
    world = season()
    for days in even(4):
        world.final("BOS", "DEN", ago(days)).final("LAL", "MIA", ago(days + 1))
    for days in range(31, 41):
        world.play("Ann", "LAL", ago(days), **GAME).play("Ben", "LAL", ago(days), **GAME)
        world.play("Cal", "LAL", ago(days), **GAME)
    world.sit("Ann", "BOS", ago(2)).sit("Ben", "BOS", DAY).sit("Cal", "BOS", ago(3), season_year=2022)
    made = compute_tables(engine, world, names=[PSZA])
    found = [pick(made.row(PSZA, name), *COUNTS[:3]) for name in ("Ann", "Ben", "Cal")]
    # The last: whether the data has a game is asked by date alone, and it has BOS on a date of BOS.
    assert found == [(4, 0, 1), (4, 0, 0), (4, 0, 0)]


# The windows of the factors and the cache.

WINDOWS = ("l5", "l10", "l7d", "l14d")
PERCENTS = tuple(f"{name}_completeness_pct" for name in WINDOWS)
COMPLETE = tuple(f"{name}_is_complete" for name in WINDOWS)
GAMES = ("12-20", "12-22", "12-23", "12-26", "12-28", "12-30", "01-01", "01-03", "01-05", "01-08", "01-10", "01-13")


def listed(world: World, name: str, team: str, day: date, opponent: str = "DEN") -> World:
    """Put a player on the list of his team for a date; team rows make the date a date with history."""
    return world.game(team, opponent, day).book(name, team, team, opponent, day=day).offense(team, ago(40, day))


@cache
def january(engine: str) -> Made:
    day = on("01-15")
    world = listed(season(day), "Ann Alpha", "LAL", day)
    for played in map(on, GAMES):
        world.final("LAL", "MIA", played)
        if played not in (on("01-05"), on("01-10")):
            world.play("Other Man", "LAL", played)
            if played != on("01-03"):
                world.play("Ann Alpha", "LAL", played)
    return compute_tables(engine, world, day)


def test_the_example_of_the_cache(engine: str) -> None:
    row = january(engine).row(PDC, "Ann Alpha")
    assert pick(row, *PERCENTS) == (50.0, 77.8, 66.7, 60.0)
    assert pick(row, *COMPLETE, "all_windows_complete") == (False,) * 5
    assert pick(row, *SUMMARY, "quality_tier") == (5, 2, 1, 2, 50.0, False, "bronze")


def test_the_example_of_the_factors(engine: str) -> None:
    row = january(engine).row(PCF, "Ann Alpha")
    assert pick(row, *SUMMARY[:-1]) == (10, 7, 1, 2, 77.8)
    assert "own_data_incomplete" not in row["data_quality_issues"]


#: Ages of the team's finals, of those that data has, of those he played for this team, and for another one ->
#: percentages, and readiness of the four windows and of the ten games.
Case = tuple[Sequence[int], Iterable[int], Iterable[int], Iterable[int], tuple[float, ...], bool]
FULL = (100.0,) * 4
OLDER = (26, 27, 28)
CASES: dict[str, Case] = {
    "break": ((8, 10, 12), (8, 10, 12), (8, 10, 12), (), FULL, True),
    "lacks five": ((1, 3, 5, 7, 9), (), (), OLDER, (0.0, 0.0, 0.0, 0.0), False),
    "sat out five": ((1, 3, 5, 7, 9), (1, 3, 5, 7, 9), (), OLDER, FULL, True),
    "all": ((1, 3, 5, 7, 9), (1, 3, 5, 7, 9), (1, 3, 5, 7, 9), (), FULL, True),
    "7 of 10": (even(10), even(10)[:7], even(10)[:7], (), (100.0, 70.0, 100.0, 100.0), True),
    "5 of 8": (even(10)[3:], even(10)[5:], even(10)[5:], (), (60.0, 71.4, 100.0, 50.0), False),
    "no game": ((), (), (), OLDER, FULL, True),
    "4 of 5": (even(5), even(5)[:4], even(5)[:4], OLDER, (80.0, 80.0, 100.0, 80.0), True),
    "3 of 4": (even(5), even(5)[:4], even(5)[:3], OLDER, (75.0, 75.0, 100.0, 75.0), True),
    "2 of 5": (even(5), even(5)[:2], even(5)[:2], OLDER, (40.0, 40.0, 66.7, 40.0), False),
    "1 of 4": (even(5), even(5)[1:3], even(5)[1:2], OLDER, (25.0, 25.0, 50.0, 25.0), False),
    "1 of 5": (even(5), even(5)[:1], even(5)[:1], OLDER, (20.0, 20.0, 33.3, 20.0), False),
    "seven days old": ((7, 14), (14,), (14,), OLDER, (50.0, 50.0, 0.0, 50.0), False),
    "eight days old": ((8, 15), (15,), (15,), OLDER, (50.0, 50.0, 100.0, 0.0), False),
}
TIERS = {100.0: "gold", 80.0: "silver", 75.0: "silver", 60.0: "bronze", 50.0: "bronze"}
TIERS |= {40.0: "poor", 25.0: "poor", 20.0: "unusable", 0.0: "unusable"}


@cache
def cases(engine: str) -> Made:
    world = season()
    for n, (finals, known, here, elsewhere, *_) in enumerate(CASES.values()):
        listed(world, f"Man {n}", CODES[n], DAY, OTHERS[n])
        for days in finals:
            world.final(CODES[n], OTHERS[n], ago(days))
        for days in known:
            world.play(f"Mate {n}", CODES[n], ago(days))
        for team, ages in ((CODES[n], here), ("OKC", elsewhere)):
            for days in ages:
                world.play(f"Man {n}", team, ago(days))
    return compute_tables(engine, world)


@pytest.mark.parametrize("case", CASES)
def test_R72_the_windows_of_the_cache(engine: str, case: str) -> None:  # noqa: N802
    percents, ready = CASES[case][4:]
    row = cases(engine).row(PDC, f"Man {list(CASES).index(case)}")
    assert pick(row, *PERCENTS) == percents
    assert pick(row, *COMPLETE) == tuple(percent == 100.0 for percent in percents)
    assert row["all_windows_complete"] is (percents == FULL)
    assert row["is_production_ready"] is ready
    assert pick(row, "completeness_percentage", "quality_tier") == (percents[0], TIERS[percents[0]])


@pytest.mark.parametrize("case", CASES)
def test_the_window_of_the_factors(engine: str, case: str) -> None:
    percent = CASES[case][4][1]
    row = cases(engine).row(PCF, f"Man {list(CASES).index(case)}")
    assert row["completeness_percentage"] == percent
    assert ("own_data_incomplete" in row["data_quality_issues"]) is (percent < 70)


def trade(known_from: int, more: Iterable[int] = ()) -> World:
    """The new team plays every second day; he has played two of these and five between for the old team."""
    day = on("02-10")
    world = listed(season(day), "Ann Alpha", "BOS", day)
    for days in range(2, 21, 2):
        world.final("BOS", "MIA", ago(days, day))
        if days <= known_from:
            world.play("Other Man", "BOS", ago(days, day))
    for days in (11, 13, 15, 17, 19, *more):
        world.play("Ann Alpha", "LAL", ago(days, day))
    for days in (2, 4):
        world.play("Ann Alpha", "BOS", ago(days, day), **GAME)
    return world


@pytest.mark.parametrize(
    ("world", "found"),
    [
        (trade(20), (10, 7, 8, 0, 100.0)),
        (trade(4), (10, 7, 0, 3, 70.0)),
        (trade(20, (1, 3, 5, 7)), (10, 11, 8, 0, 100.0)),
        (trade(4, (1, 3, 5, 7)), (10, 11, 0, 0, 100.0)),
    ],
    ids=["data has the new team", "lacks it", "more games than the calendar", "more games, lacks it"],
)
def test_R72_a_trade(engine: str, world: World, found: tuple[object, ...]) -> None:  # noqa: N802
    day = on("02-10")
    made = compute_tables(engine, world, day)
    row: Row = made.row(PCF, "Ann Alpha")
    assert pick(row, *SUMMARY[:-1]) == found
    assert "own_data_incomplete" not in row["data_quality_issues"]


def test_a_trade_since_yesterday_uses_the_calendar_of_the_context(engine: str) -> None:
    """The list says Boston, all rows say Los Angeles: PCF and PDC count Boston's games, PSZA those of Los Angeles."""
    world = listed(season(), "Ann", "BOS", DAY)
    for days in even(10):
        world.play("Ann", "LAL", ago(days), **GAME).final("LAL", "MIA", ago(days))
    for days in (3, 5):
        world.final("BOS", "CHI", ago(days))
    made = compute_tables(engine, world)
    assert pick(made.row(PSZA, "Ann"), *COUNTS) == (10, 10, 0, 0)
    assert pick(made.row(PCF, "Ann"), *COUNTS) == (2, 2, 0, 0), "he played on the dates 2 and 4 days ago"

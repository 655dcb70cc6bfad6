"""Who has no row, and why: categories, sentences, missing games, dates without a history (zone analysis 5, factors 6,
runtime 8.2 and 8.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import pytest

from nbaproc.raw.teams import TEAMS
from tests.tables.precompute.test_completeness import CODES, OTHERS, even, listed
from tests.tables.precompute.world import (
    DATE,
    DAY,
    OPENER,
    PCF,
    PDC,
    PSZA,
    TABLES,
    TDZA,
    ZONE_TABLES,
    Made,
    allowed,
    compute_tables,
    defend,
    season,
    shots,
)
from tests.tables.upcoming.world import PGS, TDGS, TOGS, UPGC, Row, World, ago, lookup, pick

GAME = shots((1, 2), (1, 2), (1, 2))
TEAM_GAME = allowed((1, 2), (1, 2), (1, 2))
WHY = ("failure_type", "is_correctable", "resolution_status", "missing_game_dates")
NO_WHY: tuple[object, ...] = (None, None, "UNRESOLVED", [])
COUNTED = ("expected_game_count", "actual_game_count")
EXPECTED, FEW, UPSTREAM = "EXPECTED_INCOMPLETE", "INSUFFICIENT_DATA", "INCOMPLETE_UPSTREAM"
CLASSES = {EXPECTED: ("expected", "info", False), FEW: ("expected", "info", False)}
CLASSES |= {UPSTREAM: ("upstream", "warning", True)}
#: Day of the season, m; n, e0, a, d -> category.
PLAYERS: dict[tuple[int, ...], str] = {
    (16, 8, 7, 7, 7, 0): EXPECTED,
    (60, 10, 7, 7, 7, 0): EXPECTED,
    (60, 10, 4, 10, 4, 5): FEW,
    (60, 10, 4, 10, 4, 1): UPSTREAM,
    (60, 10, 9, 10, 9, 0): FEW,
    (60, 10, 9, 9, 7, 0): EXPECTED,
    (60, 10, 1, 10, 1, 9): FEW,
    (60, 10, 1, 10, 1, 0): UPSTREAM,
    (16, 8, 7, 10, 7, 0): FEW,
    (16, 8, 6, 10, 6, 0): UPSTREAM,
    (16, 8, 7, 8, 7, 1): FEW,
}
#: n; e0, a -> category.
DEFENSES: dict[tuple[int, ...], str] = {
    (14, 14, 14): EXPECTED,
    (14, 15, 14): UPSTREAM,
    (14, 14, 0): EXPECTED,
    (0, 15, 0): UPSTREAM,
}


def attended(world: World, n: int, day: date, games: int, expected: int, actual: int, sat_out: int) -> None:
    """A player with so many games, of which some lie before the window of his team."""
    ages = [1 + k for k in range(expected)]
    for days in ages:
        world.final(CODES[n], OTHERS[n], ago(days, day))
    for days in ages[: actual + sat_out]:
        world.play(f"Mate {n}", CODES[n], ago(days, day))
    for days in [*ages[:actual], *(expected + 1 + k for k in range(games - actual))]:
        world.play(f"Man {n}", CODES[n], ago(days, day), **GAME)


@cache
def zone_records(engine: str, number: int) -> Made:
    """The cases of a day of the season, in that order."""
    day = ago(-number, OPENER)
    world = season(day)
    for n, (_, _, games, *counts) in enumerate(case for case in PLAYERS if case[0] == number):
        attended(world, n, day, games, *counts)
    for n, (games, expected, actual) in enumerate(DEFENSES):
        team = CODES[-1 - n]
        for days in range(1, expected + 1):
            world.final(team, OTHERS[-1 - n], ago(days, day))
        ages = [*range(1, actual + 1), *range(expected + 1, expected + 1 + games - actual)]
        defend(world, team, [TEAM_GAME] * games, ages, day)
    return compute_tables(engine, world, day, names=ZONE_TABLES)


@pytest.mark.parametrize("case", PLAYERS, ids=str)
def test_a_player_below_the_minimum(engine: str, case: tuple[int, ...]) -> None:
    number, least, games, expected, actual, sat_out = case
    same_day = [other for other in PLAYERS if other[0] == number]
    record = zone_records(engine, number).record(PSZA, f"Man {same_day.index(case)}")
    group, severity, can_retry = CLASSES[PLAYERS[case]]
    assert pick(record, "failure_category", "failure_class", "severity") == (PLAYERS[case], group, severity)
    reason = f"games={games} expected={expected} actual={actual} dnp={sat_out} required={least}"
    assert pick(record, "failure_reason", "can_retry", *COUNTED) == (reason, can_retry, expected, actual)
    assert pick(record, "entity_type", "detail", "occurrences") == ("PLAYER", "", 1)


@pytest.mark.parametrize("case", DEFENSES, ids=str)
def test_a_team_below_the_minimum(engine: str, case: tuple[int, ...]) -> None:
    games, expected, actual = case
    record = zone_records(engine, 60).record(TDZA, CODES[-1 - list(DEFENSES).index(case)])
    assert pick(record, "failure_category", "can_retry") == (DEFENSES[case], DEFENSES[case] == UPSTREAM)
    reason = f"games={games} expected={expected} actual={actual} dnp=0 required=15"
    assert pick(record, "entity_type", "failure_reason", *COUNTED) == ("TEAM", reason, expected, actual)
    assert pick(record, *WHY) == NO_WHY


def test_a_team_without_any_game_is_accounted_for(engine: str) -> None:
    made = zone_records(engine, 60)
    assert [record["entity_id"] for record in made.records(TDZA)] == list(TEAMS)
    record = made.record(TDZA, "OKC")
    assert pick(record, "failure_category", *COUNTED) == (EXPECTED, 0, 0)


# Why games are missing.

#: Ages of the team's finals, of those he played, of those data has -> type, correctable, status.
MISSING: dict[str, tuple[Iterable[int], Iterable[int], Iterable[int], tuple[object, ...]]] = {
    "complete": (even(7), even(7), even(7), ("COMPLETE", False, "UNRESOLVED")),
    "no game": ((15, 16), (), (), ("COMPLETE", False, "UNRESOLVED")),
    "sat out": (even(7), even(7)[2:], even(7), ("PLAYER_DNP", False, "PERMANENT")),
    "data lacks": (even(7), even(7)[2:], even(7)[2:], ("DATA_GAP", True, "UNRESOLVED")),
    "one and one": (even(7), even(7)[2:], even(7)[1:], ("MIXED", True, "UNRESOLVED")),
    "four games": (even(4), even(4)[2:], even(4)[2:], ("INSUFFICIENT_HISTORY", False, "PERMANENT")),
    "four, all played": (even(4), even(4), even(4), ("COMPLETE", False, "UNRESOLVED")),
    "five games": (even(5), even(5)[2:], even(5)[2:], ("DATA_GAP", True, "UNRESOLVED")),
    "the fifth is 14 days old": ((2, 4, 6, 8, 14), (), (), ("DATA_GAP", True, "UNRESOLVED")),
    "the fifth is 15 days old": ((2, 4, 6, 8, 15), (), (), ("INSUFFICIENT_HISTORY", False, "PERMANENT")),
}


@cache
def missing(engine: str) -> Made:
    """Nobody has ten games, nor three but for one; an old game or two make sure that all are looked at."""
    world = season()
    for n, (finals, played, known, _) in enumerate(MISSING.values()):
        for days in finals:
            world.final(CODES[n], OTHERS[n], ago(days))
        for days in known:
            world.play(f"Mate {n}", CODES[n], ago(days))
        for days in played:
            # Where he played for another team, data has nothing of this one.
            world.play(f"Man {n}", CODES[n], ago(days), **GAME)
        world.play(f"Man {n}", CODES[n], ago(50), **GAME)
        world.sit(f"Man {n}", CODES[n], ago(40))
        listed(world, f"New {n}", CODES[n], DAY, OTHERS[n]).play(f"New {n}", "OKC", ago(60))
        for days in list(played)[:1]:
            world.play(f"New {n}", "OKC", ago(days))
    return compute_tables(engine, world)


@pytest.mark.parametrize("case", MISSING)
def test_why_games_of_a_player_are_missing(engine: str, case: str) -> None:
    finals, played, _, why = MISSING[case]
    record = missing(engine).record(PSZA, f"Man {list(MISSING).index(case)}")
    lacking = [ago(days) for days in sorted(finals, reverse=True) if days <= 14 and days not in played]
    assert pick(record, *WHY) == (*why, lacking)
    assert record["failure_category"] in (EXPECTED, FEW, UPSTREAM)


@pytest.mark.parametrize("case", MISSING)
def test_the_cache_asks_the_team_of_the_context(engine: str, case: str) -> None:
    """He has two games at most, for another team: all finals of his team are missing but for that date."""
    finals, played, known, _ = MISSING[case]
    record = missing(engine).record(PDC, f"New {list(MISSING).index(case)}")
    games = 1 + len(list(played)[:1])
    assert pick(record, "failure_category", "failure_reason", "can_retry") == (FEW, f"games={games};need=3", False)
    recent = [days for days in sorted(finals, reverse=True) if days <= 14]
    lacking = [days for days in recent if days not in list(played)[:1]]
    gaps = [days for days in lacking if days not in known]
    if not lacking:
        why: tuple[object, ...] = ("COMPLETE", False, "UNRESOLVED")
    elif len(recent) < 5:
        why = ("INSUFFICIENT_HISTORY", False, "PERMANENT")
    elif not gaps:
        why = ("PLAYER_DNP", False, "PERMANENT")
    else:
        why = ("DATA_GAP" if gaps == lacking else "MIXED", True, "UNRESOLVED")
    assert pick(record, *WHY) == (*why, [ago(days) for days in lacking])
    assert record["expected_game_count"] == min(5, len(list(finals)))


def test_somebody_who_stays_away_is_stale(engine: str) -> None:
    world = season()
    for name, first in (("Ann", 30), ("Ben", 31)):
        listed(world, name, "LAL" if name == "Ann" else "BOS", DAY, "DEN" if name == "Ann" else "MIA")
        for days in range(first, first + 5):
            world.play(name, "LAL", ago(days))
    world.final("BOS", "MIA", ago(3)).final("BOS", "MIA", ago(31))
    made = compute_tables(engine, world)
    assert list(made.rows(PDC)) == ["ann"]
    record = made.record(PDC, "Ben")
    assert pick(record, "failure_category", "failure_class", "can_retry") == ("STALE_DATA", "expected", False)
    assert pick(record, "failure_reason", *COUNTED) == ("days_since_last_game=31;max=30", 2, 1)
    assert pick(record, *WHY) == NO_WHY


def test_few_games_come_before_a_long_absence(engine: str) -> None:
    world = listed(season(), "Ann", "LAL", DAY)
    for days in (40, 41):
        world.play("Ann", "LAL", ago(days))
    assert compute_tables(engine, world).record(PDC, "Ann")["failure_category"] == FEW


# Dates without a history.

BLOCKED = ("MISSING_DEPENDENCY", "DATE", "DATE_LEVEL", "", True)
BLOCKING = ("failure_category", "entity_type", "entity_id", "detail", "can_retry")
NO_HISTORY, NO_CONTEXT = "no result of the season before the date", "the pre-game context has no row of the date"


def blocked(made: Made, day: date = DAY) -> dict[str, str]:
    """The tables that a date is blocked for, with the reason; such a table has no rows of it, and nothing else."""
    found = {}
    for table in TABLES:
        records = made.records(table, day)
        if any(record["entity_type"] == "DATE" for record in records):
            (record,) = records
            assert pick(record, *BLOCKING) == BLOCKED
            assert pick(record, *COUNTED, *WHY) == (None, None, *NO_WHY)
            assert made.rows(table, day) == {}
            found[table] = str(record["failure_reason"])
    return found


def world_with(*histories: str, games_on: Iterable[date], **changes: Any) -> World:
    """A listed player with results in some tables."""
    world = season().game("LAL", "DEN", DAY).book("Ann", "LAL", "LAL", "DEN")
    for on_day in games_on:
        if PGS in histories:
            world.play("Ann", "LAL", on_day, **changes)
        if TOGS in histories:
            world.offense("LAL", on_day, **changes)
        if TDGS in histories:
            world.defense("LAL", on_day, **changes)
    return world


BEFORE = (ago(1), ago(2), ago(3))


def test_a_date_with_all_results_is_blocked_for_nothing(engine: str) -> None:
    assert blocked(compute_tables(engine, world_with(PGS, TOGS, TDGS, games_on=BEFORE))) == {}


@pytest.mark.parametrize("table", [PGS, TOGS, TDGS])
def test_a_date_without_a_table_of_results(engine: str, table: str) -> None:
    others = {PGS, TOGS, TDGS} - {table}
    needs = {PGS: (PSZA, PCF, PDC), TOGS: (PDC,), TDGS: (TDZA,)}[table]
    made = compute_tables(engine, world_with(*others, games_on=BEFORE))
    assert blocked(made) == dict.fromkeys(needs, NO_HISTORY)


@pytest.mark.parametrize("late", [DAY, ago(-1)])
def test_results_of_the_date_and_later_are_no_history(engine: str, late: date) -> None:
    made = compute_tables(engine, world_with(PGS, TOGS, TDGS, games_on=[late]))
    assert blocked(made) == dict.fromkeys(TABLES, NO_HISTORY)


def test_results_of_another_season_are_no_history(engine: str) -> None:
    made = compute_tables(engine, world_with(PGS, TOGS, TDGS, games_on=BEFORE, season_year=2022))
    assert blocked(made) == dict.fromkeys(TABLES, NO_HISTORY)


def test_results_before_opening_night_are_no_history_of_the_zones(engine: str) -> None:
    made = compute_tables(engine, world_with(PGS, TOGS, TDGS, games_on=[ago(n, OPENER) for n in (1, 2, 3)]))
    assert blocked(made) == dict.fromkeys(ZONE_TABLES, NO_HISTORY)


def test_a_game_he_sat_out_is_a_history_of_the_factors_only(engine: str) -> None:
    world = world_with(TOGS, TDGS, games_on=BEFORE).sit("Ann", "LAL", ago(1))
    made = compute_tables(engine, world)
    assert blocked(made) == {PSZA: NO_HISTORY}
    assert pick(made.record(PDC, "Ann"), "failure_category", "failure_reason") == (FEW, "games=0;need=3")
    assert list(made.rows(PCF)) == ["ann"]


def test_a_date_without_context_says_so_first(engine: str) -> None:
    world = season()
    made = compute_tables(engine, world)
    assert blocked(made) == dict.fromkeys(ZONE_TABLES, NO_HISTORY) | dict.fromkeys((PCF, PDC), NO_CONTEXT)
    for team in ("BOS", "MIA"):
        for days in (1, 2, 3):
            world.play(f"Man {team}", team, ago(days)).offense(team, ago(days)).defense(team, ago(days))
    assert blocked(compute_tables(engine, world)) == dict.fromkeys((PCF, PDC), NO_CONTEXT)


def test_dates_are_blocked_one_by_one_and_never_in_the_first_two_weeks(engine: str) -> None:
    days = [ago(-13, OPENER), ago(-14, OPENER), ago(-15, OPENER)]
    world = season(*days)
    for day in days:
        world.game("LAL", "DEN", day).book("Ann", "LAL", "LAL", "DEN", day=day)
    world.play("Ann", "LAL", days[1]).offense("LAL", days[1]).defense("LAL", days[1])
    made = compute_tables(engine, world, *days)
    assert [blocked(made, day) for day in days] == [{}, dict.fromkeys(TABLES, NO_HISTORY), {}]
    for table in TABLES:
        assert made.records(table, days[0]) == []
        assert days[0] not in made.frame(table)[DATE[table]].to_list()
        assert len(made.rows(table, days[2])) + len(made.records(table, days[2])) >= 1


def test_what_comes_later_blocks_nothing_and_the_context_has_its_rows(engine: str) -> None:
    """The pre-game context itself knows no first two weeks: only the four tables do."""
    day = ago(-13, OPENER)
    world = season(day).game("LAL", "DEN", day).book("Ann", "LAL", "LAL", "DEN", day=day)
    made = compute_tables(engine, world, day)
    frame = made.stage.tables[UPGC].frame
    assert frame is not None
    assert frame["player_lookup"].to_list() == [lookup("Ann")]
    assert [made.frame(table).height for table in TABLES] == [0] * 4


def test_a_row_of_the_season_column_alone_decides_for_factors_and_cache(engine: str) -> None:
    """What the windows take goes by the column season_year, completeness by dates alone."""
    world = listed(season(), "Ann", "LAL", DAY)
    for days in range(2, 12):
        world.play("Ann", "LAL", ago(days), **GAME, **({"season_year": 2022} if days < 9 else {}))
        world.final("LAL", "MIA", ago(days))
    made = compute_tables(engine, world)
    row: Row = made.row(PDC, "Ann")
    assert pick(row, "games_played_season", "actual_games_count") == (3, 5)
    record = made.record(PSZA, "Ann")
    assert pick(record, "failure_category", *COUNTED) == (FEW, 10, 10)
    assert record["failure_reason"] == "games=3 expected=10 actual=10 dnp=0 required=10"

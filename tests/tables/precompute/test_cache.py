"""PDC: the worked example, its windows and limits, what is copied, hashes (daily cache 4)."""

from __future__ import annotations

from functools import cache

import pytest

from nbaproc.tables import declarations
from tests.tables.precompute.edited import compute_edited
from tests.tables.precompute.test_completeness import listed
from tests.tables.precompute.test_factors import hashes_of, row_of
from tests.tables.precompute.world import (
    DAY,
    OPENER,
    PDC,
    PSZA,
    Made,
    attend,
    compute_tables,
    games_of,
    season,
    shots,
    spread,
)
from tests.tables.upcoming.world import UPGC, Row, World, ago, on, pick

AVERAGES = ("points_avg_last_5", "points_avg_last_10", "points_avg_season")
WHO, TEAM = "Player One", "LAL"
D = on("01-15")
#: Points, minutes, usage, true shooting, makes, assisted ones.
GAMES: dict[str, tuple[object, ...]] = {
    "12-20": (18, 31.0, 22.4, 0.561, 7, 3),
    "12-22": (25, 36.0, 27.9, 0.642, 9, 4),
    "12-23": (11, 28.0, 19.8, 0.455, 4, 2),
    "12-26": (30, 38.0, 30.1, 0.688, 11, None),
    "12-28": (22, 34.0, 25.0, 0.571, 8, 5),
    "12-30": (16, 33.0, 21.7, 0.52, 6, 2),
    "01-01": (27, 35.0, 28.8, 0.63, 10, 4),
    "01-03": (9, 25.0, 17.3, 0.402, 3, 1),
    "01-05": (21, 34.0, 24.6, 0.583, 8, None),
    "01-06": (0, 0.0, 0.0, None, 0, 0),
    "01-08": (33, 39.0, 31.5, 0.711, 12, 6),
    "01-10": (19, None, None, 0.55, 7, 3),
    "01-13": (24, 36.0, 26.2, 0.604, 9, 4),
    "01-15": (40, 41.0, 35.0, 0.8, 15, 5),
}
VALUES = ("points", "minutes_played", "usage_rate", "ts_pct", "fg_makes", "assisted_fg_makes")
PACES = (98.4, 101.1, 99.3, 100.0, 102.8, 97.2, 99.9, 101.4, 98.7, 100.1)


def world_of_the_example() -> World:
    """The printed games; shots of his last ten make 20.5 and 42 percent; ten team games of which eight are rated."""
    world = listed(season(D), WHO, TEAM, D).person(WHO, TEAM)
    world.roster(WHO, TEAM, ago(1, D), age=27)
    zones = games_of(10, paint=(20, 41), mid=(30, 75), three=(30, 84))
    for n, (day, values) in enumerate(GAMES.items()):
        row = dict(zip(VALUES, values, strict=True))
        where = zones[n % 10] if on(day) < D else shots((9, 9), (0, 0), (0, 0))
        where = {name: value for name, value in where.items() if name not in row}
        played = on(day) != on("01-06")
        world.play(WHO, TEAM, on(day), **(row | (where if played else {})))  # type: ignore[arg-type]
    # The ten newest played games hold each part of the zones once.
    rows = [row for row in world.rows["player_game_summary"] if row["points"] and row["game_date"] < D]
    for row, part in zip(sorted(rows, key=lambda row: row["game_date"])[-10:], zones, strict=True):
        row |= {name: value for name, value in part.items() if name not in VALUES and "unassisted" not in name}
    world.sit(WHO, TEAM, on("01-11"))
    world.rows["team_offense_game_summary"] = []
    ratings = [r / 100 for r in spread(90001, 8)]
    for n, pace in enumerate(PACES):
        world.offense(TEAM, ago(n + 1, D), pace, offensive_rating=ratings[n] if n < 8 else None)
    return world.offense(TEAM, ago(11, D), 50.0, offensive_rating=50.0).offense(TEAM, D, 50.0, offensive_rating=50.0)


@cache
def example(engine: str) -> Made:
    return compute_tables(engine, world_of_the_example(), D, names=[PDC])


def test_the_worked_example(engine: str) -> None:
    row = example(engine).row(PDC, WHO)
    assert pick(row, "games_played_season", *AVERAGES) == (12, 21.2, 21.2, 21.25)
    assert pick(row, "points_std_last_10", "minutes_avg_last_10") == (7.7717, 33.5556)
    assert pick(row, "usage_rate_last_10", "player_usage_rate_season", "ts_pct_last_10") == (25.0, 25.0273, 0.5714)
    assert pick(row, "assisted_rate_last_10", "team_pace_last_10") == (0.457627119, 99.89)
    assert row["team_off_rating_last_10"] == 112.5013


PRINTED = (
    r"assisted_rate_last_10=457627119|avg_minutes_per_game_last_7=180|back_to_backs_last_14_days=0|"
    r"cache_date=2024-01-15|cache_version=v2|games_in_last_14_days=5|games_in_last_7_days=2|games_played_season=12|"
    r"minutes_avg_last_10=335556|minutes_in_last_14_days=134|minutes_in_last_7_days=36|paint_rate_last_10=2050|"
    r"player_age=27|player_lookup=playerone|player_usage_rate_season=250273|points_avg_last_10=212000|"
    r"points_avg_last_5=212000|points_avg_season=212500|points_std_last_10=77717|primary_scoring_zone=perimeter|"
    r"team_off_rating_last_10=1125013|team_pace_last_10=998900|three_pt_rate_last_10=4200|ts_pct_last_10=5714|"
    r"universal_player_id=playerone_001|usage_rate_last_10=250000"
)


def test_the_printed_hash_is_that_of_the_example(engine: str) -> None:
    table, row = declarations()[PDC], example(engine).row(PDC, WHO)
    printed = row_of(table, PRINTED)
    assert sorted(printed) == sorted(column.name for column in table.hashed)
    assert len(printed) == 26
    assert {name: row[name] for name in printed} == printed
    assert row["data_hash"] == "aad6fed14d51e44a"


def test_the_second_printed_hash() -> None:
    table = declarations()[PDC]
    none: tuple[str, ...] = (
        "universal_player_id",
        "avg_minutes_per_game_last_7",
        "primary_scoring_zone",
        "paint_rate_last_10",
    )
    none += ("three_pt_rate_last_10", "assisted_rate_last_10", "player_age")
    row = row_of(table, PRINTED) | {"player_lookup": "playerthree"} | dict.fromkeys(none)
    row |= {"games_in_last_7_days": 0, "minutes_in_last_7_days": 0}
    assert hashes_of(table, row) == ["a58233f707d4ed70"] * 2


# 4.1 and 4.2: windows and limits.


def caching(games: list[Row], first: int = 1) -> World:
    return attend(listed(season(), WHO, TEAM, DAY), WHO, TEAM, games, first=first)


def points(*values: int) -> list[Row]:
    return [{"points": value} for value in values]


EARLY = ("early_season_flag", "insufficient_data_reason", "games_played_season")


TIES: dict[str, tuple[list[Row], str, float | None]] = {
    "season points": (points(*spread(641, 32)), "points_avg_season", 20.0313),
    "usage": ([{"usage_rate": u / 10} for u in spread(3921, 16)], "player_usage_rate_season", 24.5063),
    "shooting": ([{"ts_pct": t / 1000} for t in spread(2305, 4)], "ts_pct_last_10", 0.5763),
    "nothing known": ([{"usage_rate": None, "minutes_played": None}] * 4, "usage_rate_last_10", None),
    "minutes unknown": ([{"minutes_played": None}] * 4, "minutes_avg_last_10", None),
    "no makes": ([{"fg_makes": 0, "assisted_fg_makes": 0}] * 4, "assisted_rate_last_10", None),
    "no assists known": ([{"fg_makes": 5}] * 4, "assisted_rate_last_10", None),
    "no makes known": ([{"assisted_fg_makes": 5}] * 4, "assisted_rate_last_10", None),
    "all the same": (points(*[7] * 4), "points_std_last_10", 0.0),
}
FEW = {f"Few {n}": points(10, 11, 13, *[13] * 8)[:n] for n in (2, 3, 7, 9, 10, 11)}
AWAY = {30: "Away A", 31: "Away B"}
SEASONS = {82: "Season A", 83: "Season B"}


@cache
def people(engine: str) -> Made:
    """Everybody is of one team; only games and their ages differ."""
    world = season().game(TEAM, "DEN").offense(TEAM, ago(1))
    full: Row = {"points": 20, "usage_rate": 20.0}
    games: dict[str, list[Row]] = {name: case[0] for name, case in TIES.items()} | FEW
    games |= {
        name: [full] * 82 + [full | {"points": 900, "usage_rate": 90.0}] * (n - 82) for n, name in SEASONS.items()
    }
    games |= {"Windows": points(5, 4, 3, 2, 1, 10, 10, 10, 10, 10, 99), "Idle": points(5, 4, 3)}
    for name, of_name in games.items():
        attend(world.book(name, TEAM, TEAM, "DEN"), name, TEAM, of_name)
    for age, name in AWAY.items():
        attend(world.book(name, TEAM, TEAM, "DEN"), name, TEAM, points(*[10] * 25), first=age)
    world.sit("Idle", TEAM, ago(10)).play("Idle", TEAM, ago(11), 0, 0.0).play("Idle", TEAM, ago(12), None, 12.0)
    world.play("Idle", TEAM, ago(13), 0, 0.1).play("Idle", TEAM, ago(14), 7, None)
    world.play("Idle", TEAM, ago(15), 8, is_dnp=None)
    return compute_tables(engine, world, names=[PDC])


@pytest.mark.parametrize("n", [3, 7, 9, 10, 11])
def test_few_games_are_flagged_below_ten(engine: str, n: int) -> None:
    row = people(engine).row(PDC, f"Few {n}")
    young = n < 10
    assert pick(row, *EARLY) == (young, f"games={n};need=10" if young else None, n)
    if n == 3:
        assert pick(row, *AVERAGES, "points_std_last_10") == (11.3333, 11.3333, 11.3333, 1.5275)


def test_two_games_are_too_few(engine: str) -> None:
    made = people(engine)
    assert "few2" not in made.rows(PDC)
    assert made.record(PDC, "Few 2")["failure_reason"] == "games=2;need=3"


def test_thirty_days_away_is_the_limit(engine: str) -> None:
    made = people(engine)
    row = made.row(PDC, AWAY[30])
    assert pick(row, "games_played_season", "games_in_last_14_days", "avg_minutes_per_game_last_7") == (25, 0, None)
    assert made.record(PDC, AWAY[31])["failure_reason"] == "days_since_last_game=31;max=30"


@pytest.mark.parametrize("n", SEASONS)
def test_the_season_is_82_games(engine: str, n: int) -> None:
    row = people(engine).row(PDC, SEASONS[n])
    assert pick(row, "games_played_season", "points_avg_season", "player_usage_rate_season") == (82, 20.0, 20.0)


def test_windows_of_five_and_ten(engine: str) -> None:
    assert pick(people(engine).row(PDC, "Windows"), *AVERAGES) == (3.0, 6.5, 14.9091)


def test_R75_games_not_played_take_no_place(engine: str) -> None:  # noqa: N802
    assert pick(people(engine).row(PDC, "Idle"), "games_played_season", "points_avg_season") == (6, 4.5)


@pytest.mark.parametrize("case", TIES)
def test_ties_and_unknown_values(engine: str, case: str) -> None:
    _, column, value = TIES[case]
    assert people(engine).row(PDC, case)[column] == value


def test_a_null_of_the_team_keeps_its_place(engine: str) -> None:
    world = caching(points(5, 4, 3))
    for days in range(1, 13):
        pace = None if days == 2 else 90.0 if days > 10 else 100.0
        world.offense(TEAM, ago(days), pace, offensive_rating=pace)
    world.offense("BOS", ago(1), 50.0)
    row = compute_tables(engine, world, names=[PDC]).row(PDC, WHO)
    assert pick(row, "team_pace_last_10", "team_off_rating_last_10") == (100.0, 100.0)


def test_a_team_without_rows_costs_no_row(engine: str) -> None:
    world = caching(points(5, 4, 3))
    for row in world.rows["team_offense_game_summary"]:
        row["team_abbr"] = "BOS"
    row = compute_tables(engine, world, names=[PDC]).row(PDC, WHO)
    assert pick(row, "team_pace_last_10", "team_off_rating_last_10") == (None, None)


def test_a_trade_keeps_the_player_windows_and_changes_the_team(engine: str) -> None:
    world = listed(season(), WHO, "BOS", DAY)
    attend(world, WHO, "LAL", points(*[12] * 12))
    for days in (1, 2):
        world.offense("LAL", ago(days), 90.0).offense("BOS", ago(days), 101.0)
    world.rows["team_offense_game_summary"] = [
        r for r in world.rows["team_offense_game_summary"] if r["game_date"] > ago(9)
    ]
    row = compute_tables(engine, world, names=[PDC]).row(PDC, WHO)
    assert pick(row, *AVERAGES, "team_pace_last_10") == (12.0, 12.0, 12.0, 101.0)


# Zones.

ZONES = ("primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10", "shot_zone_data_available")


def test_no_row_of_the_zones(engine: str) -> None:
    """Twelve games are enough for both tables; without the row everything else is the same."""
    world = caching([shots((1, 2), (1, 2), (1, 4), 3, 2)] * 12)
    whole = compute_tables(engine, world, names=[PDC]).row(PDC, WHO)
    bare = compute_edited(engine, world, {PSZA: {"playerone": None}}, [PDC]).row(PDC, WHO)
    assert pick(whole, *ZONES) == ("perimeter", 25.0, 50.0, True)
    assert pick(bare, *ZONES) == (None, None, None, False)
    assert {name for name in whole if whole[name] != bare[name]} == {*ZONES, "data_hash"}


def test_a_row_of_the_zones_without_a_zone(engine: str) -> None:
    row = compute_tables(engine, caching([shots()] * 12), names=[PDC]).row(PDC, WHO)
    assert pick(row, *ZONES) == (None, None, None, True)


COPIED: Row = {
    "universal_player_id": "other_007",
    "games_in_last_7_days": 6,
    "games_in_last_14_days": 13,
    "minutes_in_last_7_days": 288,
    "minutes_in_last_14_days": 444,
    "back_to_backs_last_14_days": 12,
    "avg_minutes_per_game_last_7": 48.1,
    "player_age": 41,
}


BARE: Row = {"universal_player_id": None, "avg_minutes_per_game_last_7": None, "player_age": None}
IMPOSSIBLE = {"games_in_last_7_days": 7, "games_in_last_14_days": 14, "back_to_backs_last_14_days": 13}
IMPOSSIBLE |= {"minutes_in_last_7_days": -1, "minutes_in_last_14_days": -1}


@cache
def copies(engine: str) -> Made:
    """Somebody with each of some values in the pre-game context."""
    changes = {"copied": COPIED, "bare": BARE} | {column: {column: value} for column, value in IMPOSSIBLE.items()}
    world = season().game(TEAM, "DEN").offense(TEAM, ago(1))
    for name in changes:
        attend(world.book(name, TEAM, TEAM, "DEN"), name, TEAM, points(1, 2, 3))
    return compute_edited(engine, world, {UPGC: changes}, [PDC])


def test_what_is_copied(engine: str) -> None:
    made = copies(engine)
    assert pick(made.row(PDC, "copied"), *COPIED) == tuple(COPIED.values())
    assert pick(made.row(PDC, "bare"), *BARE) == (None, None, None)


@pytest.mark.parametrize("column", IMPOSSIBLE)
def test_an_impossible_copy_rejects_the_row(engine: str, column: str) -> None:
    assert column not in copies(engine).rows(PDC)
    record = copies(engine).record(PDC, column)
    assert record["failure_reason"] == f"{column} is {IMPOSSIBLE[column]} (0 digits)"
    assert pick(record, "failure_category", "occurrences", "expected_game_count") == ("VALIDATION_FAILED", 1, 0)


# The first weeks.


@pytest.mark.parametrize("number", [13, 14])
def test_the_first_two_weeks(engine: str, number: int) -> None:
    """On day 14 a team has six games or so."""
    day = ago(-number, OPENER)
    world = attend(listed(season(day), WHO, TEAM, day), WHO, TEAM, points(*[10] * 6), day)
    for days in range(1, 7):
        world.offense(TEAM, ago(days, day), 90.0 + days)
        world.final(TEAM, "MIA", ago(days, day))
    world.rows["team_offense_game_summary"] = world.rows["team_offense_game_summary"][1:]
    made = compute_tables(engine, world, day, names=[PDC])
    if number == 13:
        assert (made.rows(PDC), made.records(PDC)) == ({}, [])
        return
    row = made.row(PDC, WHO)
    assert pick(row, *EARLY, "team_pace_last_10") == (True, "games=6;need=10", 6, 93.5)
    assert pick(row, "expected_games_count", "l10_completeness_pct", "is_production_ready") == (5, 100.0, True)


def test_R72_the_first_date_after_the_all_star_break(engine: str) -> None:  # noqa: N802
    """Nobody has played in seven days: that window is complete."""
    world = caching(points(*[10] * 12), first=8)
    for days in range(8, 20):
        world.final(TEAM, "MIA", ago(days))
    row = compute_tables(engine, world, names=[PDC]).row(PDC, WHO)
    assert pick(row, "l7d_completeness_pct", "l7d_is_complete", "is_production_ready") == (100.0, True, True)
    assert pick(row, "games_in_last_7_days", "games_in_last_14_days") == (0, 6)

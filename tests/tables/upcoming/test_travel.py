"""1.5 where games are played, 2.9 the ways between them, 2.10 what lies ahead, 3.1 the schedule of a team."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import DAY, Outcome, World, ago, compute_world, on, pick

UNKNOWN: dict[str, Any] = {"arena_city": "Nowhere", "arena_name": "Somewhere"}

#: Home team -> city, arena, flag; miles and zones from the own arena; miles of UTGC.
PLACES: dict[str, tuple[str | None, str | None, bool | None, int | None, int | None, int | None]] = {
    "ATL": ("Atlanta", None, None, 0, 0, 0),
    "BOS": ("  boston , MA", "Fleet Center", False, 0, 0, 0),
    "CHA": (None, "Accor Arena", None, 0, 0, 0),
    "TOR": (None, None, True, None, None, None),
    "LAC": ("INGLEWOOD", "Intuit Dome", None, 0, 0, 0),
    "LAL": ("Inglewood", "Intuit Dome", None, None, None, None),
    "DET": ("Paris", "Accor Arena", False, None, None, None),
    "CHI": (None, " little caesars ARENA", True, 239, 1, 239),
    "SAS": ("Austin, Texas", "Crypto.com Arena", None, 1206, 2, 1206),
    "GSW": ("Oakland", "Chase Center", None, 0, 0, 0),
    "HOU": (" , Texas", None, None, 0, 0, 0),
    "PHX": ("Phoenix", "Talking Stick Resort Arena", None, 0, 0, 0),
    "DEN": ("Seattle", " ", None, None, None, None),
    "UTA": ("Salt Lake City", "Delta Center", True, 0, 0, 0),
    "MIA": (" ", None, None, 0, 0, 0),
}
GUESTS = ("ORL", "PHI", "WAS", "CLE", "IND", "MIL", "NYK", "BKN", "MIN", "MEM", "DAL", "NOP", "OKC", "POR", "SAC")


@cache
def places(engine: str) -> Outcome:
    """One opening game a team, each in its own place."""
    world = World()
    for guest, (home, (city, arena, flag, *_)) in zip(GUESTS, PLACES.items(), strict=True):
        world.game(guest, home, arena_city=city, arena_name=arena, neutral_site_flag=flag)
        world.book(f"{home} Man", home, guest, home)
    return compute_world(engine, world)


@pytest.mark.parametrize("home", PLACES)
def test_location_is_the_own_arena_or_a_known_one_or_unknown(engine: str, home: str) -> None:
    miles, zones, of_team = PLACES[home][3:]
    assert pick(places(engine).player(f"{home} Man"), "travel_miles", "time_zone_changes") == (miles, zones)
    assert places(engine).team(home)["travel_miles"] == of_team


def test_the_guests_of_an_unknown_place_come_from_an_unknown_distance(engine: str) -> None:
    assert [places(engine).team(code)["travel_miles"] for code in ("CLE", "BKN", "ORL")] == [None, 483, 402]


#: The Lakers of December 2023: date, opponent, at home, margin.
LAKERS = (
    *(
        ("12-14", "NYK", True, -4),
        ("12-15", "SAS", False, -1),
        ("12-18", "NYK", True, -1),
        ("12-20", "CHI", False, -16),
    ),
    *(("12-21", "MIN", False, -7), ("12-23", "OKC", False, 9), ("12-25", "BOS", True, -11), ("12-28", "CHA", True, 21)),
    *(("12-30", "MIN", False, -2), ("12-31", "NOP", False, -1), ("01-03", "MIA", True, -1)),
)


def lakers(**at_home_on_12_28: object) -> World:
    """The excerpt, all of it over: what comes after a date is for that date still unknown."""
    world = World()
    for text, opponent, is_home, margin in LAKERS:
        day, own, theirs = on(text), 100 + margin, 100
        changes = at_home_on_12_28 if text == "12-28" else {}
        if is_home:
            world.final(opponent, "LAL", day, (theirs, own), **changes)
        else:
            world.final("LAL", opponent, day, (own, theirs), **changes)
        sides = (opponent, "LAL") if is_home else ("LAL", opponent)
        world.book("Ann Alpha", "LAL", *sides, day=day)
    return world


@cache
def excerpt(engine: str, unknown: bool) -> Outcome:
    return compute_world(engine, lakers(**(UNKNOWN if unknown else {})), *(on(row[0]) for row in LAKERS))


TRAVEL: tuple[str, ...] = ("travel_miles", "time_zone_changes", "consecutive_road_games")
TRAVEL += ("miles_traveled_last_14_days", "time_zones_crossed_last_14_days")


@pytest.mark.parametrize(
    ("day", "expected", "if_unknown"),
    [
        ("12-14", (0, 0, 0, 0, 0), None),
        ("12-15", (1206, 2, 1, 1206, 2), None),
        ("12-25", (1180, 2, 0, 6381, 8), None),
        ("12-28", (0, 0, 0, 6381, 8), (None, None, 0, None, None)),
        ("12-31", (1053, 0, 2, 6545, 6), (1053, 0, 2, None, None)),
        ("01-03", (1670, 2, 0, 6473, 6), (1670, 2, 0, None, None)),
    ],
)
def test_travel_of_the_excerpt(
    engine: str, day: str, expected: tuple[object, ...], if_unknown: tuple[object, ...] | None
) -> None:
    assert pick(excerpt(engine, False).player("Ann Alpha", on(day)), *TRAVEL) == expected
    assert pick(excerpt(engine, True).player("Ann Alpha", on(day)), *TRAVEL) == (if_unknown or expected)


def test_a_leg_into_the_first_game_of_the_fortnight_lies_outside(run: Run) -> None:
    """The unknown place of 14 days ago is the start of a leg of the window, that of 15 days ago only an end."""
    world = World().game("LAL", "DEN").game("BOS", "MIA").book("Ann Alpha", "LAL").book("Bos Man", "BOS", "BOS", "MIA")
    world.final("NYK", "LAL", ago(15), **UNKNOWN).final("LAL", "SAS", ago(14)).final("CHI", "BOS", ago(14), **UNKNOWN)
    world.final("ORL", "BOS", ago(3)).final("CHI", "LAL", ago(20)).book("Mia Man", "MIA", "BOS", "MIA")
    world.final("MIA", "ORL", ago(15))
    made = run(world)
    assert pick(made.player("Ann Alpha"), *TRAVEL[3:]) == (805, 1), "from San Antonio to Denver"
    assert pick(made.player("Bos Man"), *TRAVEL[3:]) == (None, None)
    assert pick(made.player("Mia Man"), *TRAVEL) == (204, 0, 0, 0, 0), "the last game lies outside the window"
    assert made.player("Mia Man")["opponent_days_rest"] == 3


SCHEDULE_COLUMNS: tuple[str, ...] = ("opponent_team_abbr", "days_since_last_game", "team_days_rest", "is_back_to_back")
SCHEDULE_COLUMNS += ("team_back_to_back", "games_in_last_7_days", "games_in_last_14_days", "team_win_streak_entering")
SCHEDULE_COLUMNS += ("team_loss_streak_entering", "last_game_margin", "last_game_result", "travel_miles")
SCHEDULE_COLUMNS += ("game_number_in_season",)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("12-14", ("NYK", None, None, False, False, 0, 0, 0, 0, None, None, 0, 1)),
        ("12-21", ("MIN", 1, 0, True, True, 3, 4, 0, 4, -16, "L", 353, 5)),
        ("12-25", ("BOS", 2, 1, False, False, 3, 6, 1, 0, 9, "W", 0, 7)),
        ("12-28", ("CHA", 3, 2, False, False, 2, 6, 0, 1, -11, "L", 0, 8)),
        ("12-30", ("MIN", 2, 1, False, False, 2, 6, 1, 0, 21, "W", 1523, 9)),
        ("12-31", ("NOP", 1, 0, True, True, 3, 7, 0, 1, -2, "L", 1053, 10)),
    ],
)
def test_schedule_of_the_excerpt(engine: str, day: str, expected: tuple[object, ...]) -> None:
    assert pick(excerpt(engine, False).team("LAL", on(day)), *SCHEDULE_COLUMNS) == expected


def test_who_won_is_what_the_schedule_says_else_the_score(run: Run) -> None:
    """Play-in and play-off games count on; another season, and games that are not over, do not."""
    world = World().game("LAL", "DEN").final("LAL", "BOS", ago(2), (90, 99), winning_team_tricode=" lal ")
    world.final("LAL", "BOS", ago(4), (99, 90), winning_team_tricode="NYK").final("LAL", "BOS", ago(6), (90, 90))
    world.game("LAL", "BOS", ago(1), game_status=2, home_team_score=50, away_team_score=20)
    world.game("LAL", "BOS", ago(3), game_status=3).final("LAL", "BOS", on("2023-06-01"))
    world.final("DEN", "MIA", ago(8), prefix="004").final("DEN", "MIA", ago(9), prefix="005").final(
        "DEN", "MIA", ago(5), prefix="006"
    )
    made = run(world)
    columns: tuple[str, ...] = (
        "team_win_streak_entering",
        "team_loss_streak_entering",
        "last_game_margin",
        "last_game_result",
    )
    columns += ("game_number_in_season", "days_since_last_game")
    assert pick(made.team("LAL"), *columns) == (2, 0, -9, "W", 4, 2), "of a draw both lose"
    assert pick(made.team("DEN"), *columns) == (0, 2, -10, "L", 3, 8)


AHEAD: tuple[str, ...] = (
    "next_game_days_rest",
    "games_in_next_7_days",
    "next_opponent_win_pct",
    "next_game_is_primetime",
)
AHEAD += ("opponent_days_rest", "opponent_next_game_days_rest", "opponent_games_in_next_7_days")


def test_ahead_of_the_excerpt(engine: str) -> None:
    """The Lakers of 12-28: 2 and 3."""
    row = excerpt(engine, False).player("Ann Alpha", on("12-28"))
    assert pick(row, *AHEAD[:4]) == (2, 3, 1.0, None), "Minnesota has won its one game"
    row = excerpt(engine, False).player("Ann Alpha", on("01-03"))
    assert pick(row, *AHEAD) == (None, 0, None, False, None, None, 0)


def test_what_lies_ahead_is_the_regular_season_of_the_schedule(run: Run) -> None:
    world = World()
    pairs = (("LAL", "DEN"), ("BOS", "MIA"), ("NYK", "CHI"), ("PHX", "UTA"))
    for pair, prefix in zip(pairs, ("002", "002", "004", "005"), strict=True):
        world.game(*pair, prefix=prefix).final(*pair, ago(4))
        for team in pair:
            world.book(f"{team} Man", team, *pair)
        world.game(*pair, ago(-3))
    # The day of the window's end counts, the next does not; nor do play-offs and the next season.
    world.game("LAL", "ATL", ago(-7), game_status=3).game("LAL", "ATL", ago(-8)).game(
        "LAL", "ATL", ago(-2), prefix="005"
    )
    world.game("LAL", "ATL", ago(-1), is_primetime=True).game("DEN", "ORL", on("2024-10-25"))
    # Atlanta has won two of its three finals of the season, play-offs too, and one today that nobody knows of.
    world.final("ORL", "ATL", ago(1)).final("ORL", "ATL", ago(2), prefix="004").final("ATL", "ORL", ago(3))
    world.final("ORL", "ATL", DAY).final("ORL", "ATL", on("2023-04-01"))
    made = run(world)
    assert pick(made.player("LAL Man"), *AHEAD) == (1, 3, 0.667, True, 4, 3, 1)
    assert pick(made.player("DEN Man"), *AHEAD) == (3, 1, 0.0, None, 4, 1, 3)
    assert pick(made.player("BOS Man"), *AHEAD) == (3, 1, 1.0, None, 4, 3, 1)
    for team in ("NYK", "UTA"):
        assert pick(made.player(f"{team} Man"), *AHEAD) == (None, None, None, None, 4, None, None)
    assert [made.player(f"{team} Man")["season_phase"] for team in ("LAL", "NYK", "UTA")] == ["mid", "playoffs", "mid"]


def test_a_next_opponent_without_a_final_and_no_next_game_at_all(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").book("Ben Bravo", "DEN")
    world.game("LAL", "ATL", ago(-8), is_primetime=False).final("DEN", "LAL", ago(2))
    made = run(world)
    assert pick(made.player("Ann Alpha"), *AHEAD) == (8, 0, None, False, 2, None, 0)
    assert pick(made.player("Ben Bravo"), *AHEAD) == (None, 0, None, False, 2, 8, 0)

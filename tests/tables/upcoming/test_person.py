"""2.11 part of the season, tip-off on the arena's clocks, age."""

from __future__ import annotations

from datetime import date, time
from functools import cache

import pytest

from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import Outcome, World, ago, at, compute_world, on, pick, wall

#: Date, wall clock in the East, home team, time zone of the arena, what is shown.
CLOCKS = (
    ("2021-10-19", (22, 0), "LAL", None, "7:00 PM PT"),
    ("2021-10-19", (19, 30), "MIL", None, "6:30 PM CT"),
    ("2021-11-10", (21, 0), "PHX", None, "7:00 PM MST"),
    ("2022-03-20", (21, 0), "PHX", None, "6:00 PM MST"),
    ("2024-01-11", (14, 0), "BKN", "Europe/Paris", "8:00 PM local"),
    ("2024-01-11", (12, 0), "BOS", None, "12:00 PM ET"),
    ("2024-01-11", (0, 30), "TOR", None, "12:30 AM ET"),
    ("2024-01-11", (13, 5), "DET", " America/Detroit ", "1:05 PM ET"),
    ("2024-01-11", (19, 0), "IND", "America/Indiana/Indianapolis", "7:00 PM ET"),
    ("2024-01-11", (21, 0), "UTA", None, "7:00 PM MT"),
    ("2024-01-11", (20, 0), "DAL", "America/New_York", "8:00 PM ET"),
    ("2024-01-11", (20, 0), "SAC", " ", "5:00 PM PT"),
    ("2024-01-11", (15, 0), "MIA", "Asia/Kolkata", "1:30 AM local"),
    ("2024-01-11", (0, 0), "CLE", None, None),
)


@cache
def clocks(engine: str) -> Outcome:
    """Games at different hours and places; their guests are made up as needed."""
    world = World()
    guests = iter(("ATL", "CHA", "CHI", "GSW", "HOU", "LAC", "MEM", "MIN", "NOP", "NYK", "OKC", "ORL", "PHI", "POR"))
    for text, clock, home, zone, _ in CLOCKS:
        day, guest = on(text), next(guests)
        world.game(guest, home, day, game_date_est=wall(day, time(*clock)), arena_timezone=zone)
        world.book(f"{home} Man", home, guest, home, day=day)
    return compute_world(engine, world, *{on(row[0]) for row in CLOCKS})


@pytest.mark.parametrize(("text", "clock", "home", "zone", "shown"), CLOCKS)
def test_tip_off_on_the_clocks_of_the_arena(
    engine: str, text: str, clock: tuple[int, int], home: str, zone: str | None, shown: str | None
) -> None:
    assert clocks(engine).player(f"{home} Man", on(text))["game_start_time_local"] == shown
    assert not clocks(engine).counts.get(("unknown_time_zone", "nbac_schedule"))


def test_tip_off_without_a_zone_or_a_time(run: Run) -> None:
    world = World().game("LAL", "DEN", arena_timezone="Mountain Time").game("BOS", "MIA", arena_city="Nowhere")
    world.game("NYK", "CHI", game_date_est=None).line("Over", 220.0, 90, away="NYK", home="CHI", commence_time=at(30))
    world.game("PHX", "UTA", arena_city="Nowhere", arena_timezone="America/Chicago", game_date_est=None)
    world.prop("Any One", None, away="PHX", home="UTA", game_start_time=at(90))
    world.prop("Any One", None, game_start_time=at(180)).game("ORL", "ATL", game_date_est=wall(ago(1), time(19)))
    for pair in (("LAL", "DEN"), ("BOS", "MIA"), ("NYK", "CHI"), ("PHX", "UTA"), ("ORL", "ATL")):
        world.book(f"{pair[1]} Man", pair[1], *pair)
    made = run(world)
    shown = dict(made.who("game_start_time_local"))
    assert shown["denman"] == "5:30 PM MT", "another zone is none; an early start is the cut, not the tip-off"
    assert (shown["miaman"], shown["atlman"]) == (None, None)
    assert (shown["chiman"], shown["utaman"]) == ("6:00 PM CT", "5:00 PM CT"), "the start of a feed"
    assert (made.counts["unknown_time_zone", "nbac_schedule"], made.counts["tip_mismatch", ""]) == (1, 1)


@cache
def phases(engine: str) -> Outcome:
    world = World()
    days = [on(text) for text, *_ in PHASES]
    for day, (_, prefix, *_) in zip(days, PHASES, strict=True):
        world.game("LAL", "DEN", day, prefix=prefix).book("Ann Alpha", "LAL", day=day)
    return compute_world(engine, world, *days)


#: Date, prefix of the id, phase; season_boundary_detected, backfill_bootstrap_mode.
PHASES = (
    ("2024-04-10", "002", "late", True, False),
    ("2024-04-21", "004", "playoffs", True, False),
    ("2024-11-05", "002", "early", True, False),
    ("2021-05-10", "002", "late", False, False),
    ("2021-05-18", "005", "late", False, False),
    ("2024-12-31", "002", "mid", False, False),
    ("2024-02-29", "002", "mid", False, False),
    ("2024-03-01", "002", "late", False, False),
    ("2023-10-30", "002", "early", True, True),
    ("2023-10-31", "002", "early", True, False),
    ("2020-10-02", "004", "playoffs", True, False),
    ("2020-12-22", "002", "mid", False, False),
)


@pytest.mark.parametrize(("text", "prefix", "phase", "boundary", "bootstrap"), PHASES)
def test_season_phase_and_flags(
    engine: str, text: str, prefix: str, phase: str, boundary: bool, bootstrap: bool
) -> None:
    made, day = phases(engine), on(text)
    assert made.player("Ann Alpha", day)["season_phase"] == phase
    for row in (made.player("Ann Alpha", day), made.team("LAL", day)):
        assert pick(row, "season_boundary_detected", "backfill_bootstrap_mode") == (boundary, bootstrap)


def test_age_from_a_roster_its_age_or_the_registry(run: Run) -> None:
    day = on("01-03")
    world = World().game("LAL", "DEN", day)
    rostered = ["espn_team_rosters"]
    expected: dict[str, tuple[int | None, bool]] = {}

    def person(name: str, age: int | None, of_roster: bool, *rosters: dict[str, object], born: object = None) -> None:
        world.book(name, "LAL", day=day).person(name, birth_date=born)
        for roster in rosters:
            world.roster(name, **({"team": "LAL", "day": ago(20)} | roster))  # type: ignore[arg-type]
        expected[name] = (age, of_roster)

    older, newer = date(1995, 1, 4), date(1999, 1, 5)
    person("Born Later In January", 24, True, {"birth_date": newer})
    person("Born Today", 24, True, {"birth_date": date(2000, 1, 3)})
    person("After The Date", 24, True, {"birth_date": newer, "day": on("02-01")}, {"age": 40})
    person("Newest Wins", 24, True, {"birth_date": newer, "day": ago(18)}, {"birth_date": older})
    person("Newest Without", 28, True, {"birth_date": older}, {"day": ago(18), "age": 33})
    person("Late Scrape", 24, True, {"birth_date": newer, "scrape_hour": 18}, {"birth_date": older, "scrape_hour": 6})
    person("No Hour", 24, True, {"birth_date": newer, "scrape_hour": 0}, {"birth_date": older, "scrape_hour": None})
    person("First Team", 24, True, {"birth_date": newer, "team": "BOS"}, {"birth_date": older, "team": "LAL"})
    person("First Birth", 28, True, {"birth_date": newer}, {"birth_date": older})
    person("Aged", 33, True, {"age": 33}, {"age": 40, "day": ago(19), "team": "LAL"} | {"day": on("01-04")}, born=older)
    person("Aged Nothing", 28, False, {"age": None}, {"age": 30, "day": ago(40)}, born=older)
    person("Registered", 28, False, born=older)
    person("Unborn", None, False, {"birth_date": date(2024, 1, 4), "age": 20}, born=older)
    person("Nobody", None, False)
    world.person("Registered", season="2022-23", birth_date=newer).person("Registered", birth_date=date(1996, 1, 1))
    world.book("Nic Claxton", "LAL", day=day).alias("Nic Claxton", "Real Name").person("Real Name", birth_date=newer)
    made = run(world, day)
    for name, (age, of_roster) in expected.items():
        row = made.player(name)
        assert (row["player_age"], row["data_sources"]) == (age, rostered if of_roster else []), name
    assert pick(made.player("Nic Claxton"), "universal_player_id", "player_age") == ("realname_001", 24)


def test_someone_born_on_a_leap_day_ages_on_the_first_of_march(run: Run) -> None:
    days = (on("2023-02-28"), on("2023-03-01"))
    world = World().roster("Ann Alpha", "LAL", days[0], birth_date=date(2000, 2, 29))
    for day in days:
        world.game("LAL", "DEN", day)
    made = run(world, *days)
    assert [made.player("Ann Alpha", day)["player_age"] for day in days] == [22, 23]
    assert {row["driver_source"] for row in made.players} == {"roster"}

"""1.8 the last report before tip-off, 2.8 teammates and stars, 3.1 how many of a team are listed."""

from __future__ import annotations

from datetime import date, time
from functools import cache

import pytest

from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import DAY, INJURIES, Outcome, World, ago, compute_world, on, pick, wall

MATES = ("star_teammates_out", "questionable_teammates", "probable_teammates")
COUNTED = ("starters_out_count", "players_out_count", "questionable_players_count")
SEVEN = wall(DAY, time(19))


def test_the_last_report_before_the_hour_of_tip_off_counts(run: Run) -> None:
    """Tip-off at 19:00: out the day before, questionable at 11, available at 17, out at 22."""
    world = World().game("LAL", "DEN", game_date_est=SEVEN)
    for name in (
        "Ann Alpha",
        "Ben Bravo",
        "Cal Charlie",
        "Dan Delta",
        "Eve Echo",
        "Flo Foxtrot",
        "Gil Golf",
        "Hal Hotel",
    ):
        world.book(name, "LAL")
    world.report("Ann Alpha", "LAL", "out", 17, ago(1)).report("Ann Alpha", "LAL", "questionable", 11)
    world.report("Ann Alpha", "LAL", " Available", 17).report("Ann Alpha", "LAL", "out", 22)
    # The report of the hour of the tip-off comes too late.
    world.report("Ben Bravo", "LAL", "Doubtful", 18).report("Ben Bravo", "LAL", "out", 19)
    # Of one hour the one that was loaded last; then team, status and reason in their order.
    world.report("Cal Charlie", "LAL", "out", 11).report(
        "Cal Charlie", "LAL", "probable", 11, processed_at=wall(DAY, time(9))
    )
    world.report("Dan Delta", "LAL", "probable", 11, reason="b").report("Dan Delta", "LAL", "probable", 11)
    world.report("Dan Delta", "LAL", "probable", 11, reason="a").report(
        "Dan Delta", "LAL", "questionable", 11, reason="a"
    )
    world.report("Eve Echo", "LAL", "out", None).report("Flo Foxtrot", "LAL", "out", 24)
    # A report of another game says nothing of this one.
    world.report("Gil Golf", "LAL", "out", 11, day=ago(1))
    # One name reported by two teams: the first of them counts, and it is not his.
    world.report("Hal Hotel", "LAL", "out", 11).report("Hal Hotel", "DEN", "questionable", 11)
    made = run(world)
    assert made.who("player_status", "injury_report") == [
        ("annalpha", "available", None),
        ("benbravo", "doubtful", None),
        ("calcharlie", "probable", None),
        ("dandelta", "probable", "a"),
        ("eveecho", None, None),
        ("flofoxtrot", None, None),
        ("gilgolf", None, None),
        ("halhotel", None, None),
    ]
    assert pick(made.team("LAL"), *COUNTED) == (0, 0, 1), "the status is looked at after the choice"
    assert made.counts == {
        ("report_after_tip", INJURIES): 2,
        ("report_without_time", INJURIES): 2,
        ("team_without_players", ""): 1,
    }


def test_two_reports_on_one_row_are_chosen_by_the_same_order(run: Run) -> None:
    world = (
        World().game("LAL", "DEN").book("Tim Hardaway Jr", "LAL").book("Ann Alpha", "LAL").book("Gary Trent Jr", "LAL")
    )
    world.play("Tim Hardaway Jr", "LAL", ago(3)).alias("Anna Alpha", "Ann Alpha")
    world.report("Tim Hardaway Jr", "LAL", "out", 9).report("Tim Hardaway", "LAL", "available", 11)
    world.report("Ann Alpha", "LAL", "probable", 12).report("Anna Alpha", "LAL", "out", 12)
    world.report("Gary Trent", "DEN", "out", 12).report("Nobody Here", "LAL", "out", 12)
    made = run(world)
    assert made.who("player_status") == [("annalpha", "out"), ("garytrentjr", None), ("timhardawayjr", "available")]
    assert made.counts["unmatched_name", INJURIES] == 1, "of a team without rows nobody is asked for"
    assert pick(made.team("LAL"), *COUNTED) == (3, 3, 0), "a team counts reported names"


def test_reasons_that_say_nothing_give_way_to_the_category(run: Run) -> None:
    world = World().game("LAL", "DEN")
    cases = (
        ("Sore knee ", "injury"),
        (" Unknown", "injury"),
        ("nan", "NONE"),
        (None, "rest"),
        (" ", None),
        ("None", ""),
    )
    for n, (reason, category) in enumerate(cases):
        world.book(f"Man {n}", "LAL").report(f"Man {n}", "LAL", "out", reason=reason, reason_category=category)
    assert [text for _, text in run(world).who("injury_report")] == ["Sore knee ", "injury", None, "rest", None, None]


def spread(world: World, name: str, days: list[date], points: int, m10: int, team: str = "LAL") -> None:
    """Games with these sums."""
    n = len(days)
    for i, day in enumerate(days):
        world.play(name, team, day, points // n + (i < points % n), (m10 // n + (i < m10 % n)) / 10)


def season(
    world: World,
    name: str,
    recent: tuple[int, int, int],
    whole: tuple[int, int, int],
    last: int = 11,
    team: str = "LAL",
) -> None:
    """Games of the last ten days and the whole season, each as (games, points, tenths of minutes)."""
    if recent[0]:
        spread(world, name, [ago(1 + i) for i in range(recent[0])], *recent[1:], team)
    n, points, m10 = (a - b for a, b in zip(whole, recent, strict=True))
    if n:
        spread(world, name, [ago(last + i) for i in range(n)], points, m10, team)


@cache
def stars(engine: str) -> Outcome:
    """The six players of the table, all out; and four at the edges, out of another team."""
    world = World().game("LAL", "DEN").game("BOS", "MIA", on("02-20"))
    season(world, "Player A", (5, 132, 1755), (30, 810, 10470))
    season(world, "Player B", (0, 0, 0), (22, 422, 7260), last=21)
    season(world, "Player C", (4, 54, 1208), (28, 308, 7560))
    season(world, "Player D", (10, 89, 2880), (31, 282, 8990))
    season(world, "Player E", (7, 168, 2310), (7, 168, 2310))
    season(world, "Player F", (4, 70, 1116), (25, 460, 7500))
    # Exactly 18 points, exactly 12 points in 28 minutes, a tenth less, and half of the games for another team.
    season(world, "Edge Points", (10, 180, 1000), (10, 180, 1000), team="DEN")
    season(world, "Edge Minutes", (10, 120, 2800), (10, 120, 2800), team="DEN")
    season(world, "Edge Short", (10, 120, 2799), (10, 120, 2799), team="DEN")
    season(world, "Edge Traded", (5, 200, 2000), (5, 200, 2000), team="DEN")
    spread(world, "Edge Traded", [ago(20 + i) for i in range(10)], 400, 4000, "LAL")
    for name in "ABCDEF":
        world.book(f"Player {name}", "LAL").report(f"Player {name}", "LAL", "out" if name < "D" else "doubtful")
    for name in ("Points", "Minutes", "Short", "Traded"):
        world.book(f"Edge {name}", "DEN").report(f"Edge {name}", "DEN", "out")
    return compute_world(engine, world)


@pytest.mark.parametrize(
    ("name", "is_star"), [("A", True), ("B", True), ("C", True), ("D", False), ("E", False), ("F", False)]
)
def test_stars_of_the_table(engine: str, name: str, is_star: bool) -> None:
    """All six are out, and of them three are stars: a star sees the two others."""
    assert stars(engine).player(f"Player {name}")["star_teammates_out"] == (2 if is_star else 3)


@pytest.mark.parametrize(
    ("name", "is_star"), [("Points", True), ("Minutes", True), ("Short", False), ("Traded", False)]
)
def test_stars_at_the_edges(engine: str, name: str, is_star: bool) -> None:
    assert stars(engine).player(f"Edge {name}")["star_teammates_out"] == (1 if is_star else 2)


def test_teammates_are_the_others_of_the_team_and_stars_only_where_out(run: Run) -> None:
    """A and B of the table out: C counts 2, A himself 1."""
    world = World().game("LAL", "DEN").game("BOS", "MIA", on("01-22"))
    for name in "ABC":
        season(world, f"Player {name}", (0, 0, 0), (12, 300, 3600), last=2)
        world.book(f"Player {name}", "LAL")
    world.book("Questionable", "LAL").report("Questionable", "LAL", "questionable").book("Den Man", "DEN")
    world.book("Probable", "LAL").report("Probable", "LAL", "probable").report("Player A", "LAL", "out")
    world.report("Player B", "LAL", "doubtful", confidence_score=0.1).report("Player C", "LAL", "questionable")
    world.book("Bos Man", "BOS", "BOS", "MIA", day=on("01-22"))
    made = run(world, DAY, on("01-22"))
    assert made.who(*MATES) == [
        ("denman", 0, 0, 0),
        ("playera", 1, 2, 1),
        ("playerb", 1, 2, 1),
        ("playerc", 2, 1, 1),
        ("probable", 2, 2, 0),
        ("questionable", 2, 1, 1),
        ("bosman", None, None, None),
    ]
    sources = [INJURIES in made.player(name)["data_sources"] for name in ("Den Man", "Bos Man")]
    assert sources == [True, False]
    assert [pick(made.team(code), *COUNTED) for code in ("DEN", "BOS")] == [(0, 0, 0), (None, None, None)]


def test_a_team_counts_sure_reports_of_its_names_with_or_without_the_g_league(run: Run) -> None:
    world = World().game("LAL", "DEN").report("Ann", "LAL", "OUT", reason_category="injury").report("Ben", "LAL", "out")
    world.report("Cal", "LAL", "out", reason_category=" G_League ").report("Dan", "LAL", "out", confidence_score=0.8)
    world.report("Eve", "LAL", "out", confidence_score=0.79).report("Flo", "LAL", "questionable")
    world.report("Gil", "LAL", "doubtful").report("Hal", "LAL", "probable").report("Ida", "LAL", "available")
    world.report("Jon", "DEN", "questionable", confidence_score=0.5)
    made = run(world)
    assert pick(made.team("LAL"), *COUNTED) == (4, 3, 2)
    assert pick(made.team("DEN"), *COUNTED) == (0, 0, 0)
    assert made.team("DEN")["data_sources"] == ["nbac_schedule", INJURIES]

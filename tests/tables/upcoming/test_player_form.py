"""2.3 fatigue, 2.4 averages and streaks, 2.7 opponent and pace: the worked examples."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest

from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import DAY, Outcome, World, ago, compute_world, on, pick

FATIGUE: tuple[str, ...] = ("days_rest", "back_to_back", "days_rest_before_last_game", "days_since_2_plus_days_rest")
FATIGUE += ("games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days", "minutes_in_last_14_days")
FATIGUE += ("avg_minutes_per_game_last_7", "back_to_backs_last_14_days", "points_avg_last_5", "points_avg_last_10")
STREAKS = ("prop_over_streak", "prop_under_streak")

#: Date, points, minutes in tenths.
EXAMPLE_A = (
    *(("01-19", 31, 385), ("01-17", 25, 363), ("01-15", 25, 350), ("01-13", 39, 402), ("01-11", 24, 340)),
    *(("01-09", 31, 366), ("01-07", 25, 333), ("01-05", 14, 300), ("01-03", 12, 342), ("12-31", 34, 380)),
    *(("12-30", 26, 370), ("12-28", 16, 295)),
)
LINES = {"Ann None": None, "Ann A": 24.5, "Ann B": 25.0, "Ann C": 25.5, "Ann D": 31.0, "Ann E": 40.5}


@cache
def example_a(engine: str) -> Outcome:
    """Players with the same history and different lines, listed on every date of the table."""
    world, days = World(), [on(text) for text in ("01-01", "01-20", "01-21", "01-24", "01-26", "02-20")]
    for day in days:
        world.game("LAL", "DEN", day)
        for name, line in LINES.items():
            world.book(name, "LAL", day=day)
            if day == DAY and line is not None:
                world.prop(name, line)
    for name in LINES:
        for text, points, m10 in EXAMPLE_A:
            world.play(name, "LAL", on(text), points, m10 / 10)
    return compute_world(engine, world, *days)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("01-01", (1, True, 1, 2, 3, 3, 104, 104, 34.8, 1, 25.3, 25.3)),
        ("01-20", (1, True, 2, 1, 3, 7, 109, 253, 36.6, 0, 28.8, 26.0)),
        ("01-21", (2, False, 2, 2, 3, 6, 109, 220, 36.6, 0, 28.8, 26.0)),
        ("01-24", (5, False, 2, 5, 1, 5, 38, 184, 38.5, 0, 28.8, 26.0)),
        ("01-26", (7, False, 2, 7, 0, 4, 0, 150, None, 0, 28.8, 26.0)),
        ("02-20", (None, False, None, None, 0, 0, 0, 0, None, 0, None, None)),
    ],
)
def test_fatigue_example_a(engine: str, day: str, expected: tuple[object, ...]) -> None:
    assert pick(example_a(engine).player("Ann None", on(day)), *FATIGUE) == expected


@pytest.mark.parametrize(
    ("name", "streaks"),
    [
        ("Ann None", (0, 0)),
        ("Ann A", (4, 0)),
        ("Ann B", (2, 0)),
        ("Ann C", (1, 0)),
        ("Ann D", (0, 2)),
        ("Ann E", (0, 12)),
    ],
)
def test_streaks_of_example_a_by_line(engine: str, name: str, streaks: tuple[int, int]) -> None:
    assert pick(example_a(engine).player(name, DAY), *STREAKS) == streaks


def test_fatigue_example_b_games_not_played_do_not_count(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").prop("Ann Alpha", 8.5)
    world.play("Ann Alpha", "LAL", on("01-19"), 0, 0.0).play("Ann Alpha", "LAL", on("01-17"), 0, None)
    world.play("Ann Alpha", "LAL", on("01-15"), 10, 20.0).play("Ann Alpha", "LAL", on("01-13"), 7, 18.5)
    world.play("Ann Alpha", "LAL", on("01-10"), 0, 12.0).play("Ann Alpha", "LAL", on("01-08"), 13, 22.8)
    row = run(world).player("Ann Alpha")
    columns: tuple[str, ...] = ("days_rest", "games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days")
    columns += ("minutes_in_last_14_days", "avg_minutes_per_game_last_7", "points_avg_last_5", *STREAKS)
    assert pick(row, *columns) == (5, 1, 4, 20, 73, 20.0, 7.5, 1, 0)
    assert pick(row, "quality_tier", "actual_games_count") == ("bronze", 4)


def test_averages_usage_and_streaks_of_the_awkward_cast(run: Run) -> None:
    world = World().game("LAL", "DEN")
    names = (
        "Tie",
        "Scoreless",
        "Points Only",
        "Not Played",
        "Pushes",
        "Rookie",
        "Traded",
        "Long Ago",
        "Usage",
        "Edges",
    )
    for name in names:
        world.book(name, "LAL")
    for n, points in enumerate((12, 12, 12, 13)):
        world.play("Tie", "LAL", ago(1 + n), points)
    world.play("Scoreless", "LAL", ago(3), 0, 5.0)
    world.play("Points Only", "LAL", ago(2), 3, None).play("Points Only", "LAL", ago(4), 1, 0.0)
    world.sit("Not Played", "LAL", ago(1)).play("Not Played", "LAL", ago(2), None, 30.0)
    world.play("Not Played", "LAL", ago(3), 30, 30.0, is_dnp=True)
    world.play("Pushes", "LAL", ago(1), 20).play("Pushes", "LAL", ago(3), 20).prop("Pushes", 20.0)
    world.play("Traded", "BOS", ago(4), 8).play("Traded", "LAL", ago(2), 12, is_dnp=None).prop("Traded", 9.5)
    world.play("Long Ago", "LAL", ago(33), 50).play("Long Ago", "LAL", ago(30), 7).prop("Rookie", 3.5)
    world.play("Usage", "LAL", ago(1), usage_rate=30.5).play("Usage", "LAL", ago(3), usage_rate=None)
    world.play("Usage", "LAL", ago(6), usage_rate=20.4).play("Usage", "LAL", ago(7), usage_rate=90.0)
    for days in (6, 7, 13, 14):
        world.play("Edges", "LAL", ago(days), 10, 10.5)
    made = run(world)
    averages = ("points_avg_last_5", "points_avg_last_10")
    assert pick(made.player("Tie"), *averages) == (12.3, 12.3), "49 points in 4 games, half away from zero"
    assert pick(made.player("Scoreless"), *averages) == (0.0, 0.0), "a true 0"
    columns = ("days_rest", "games_in_last_7_days", "minutes_in_last_7_days", "avg_minutes_per_game_last_7")
    assert pick(made.player("Points Only"), *columns, *averages) == (2, 2, 0, 0.0, 2.0, 2.0)
    for name in ("Not Played", "Rookie"):
        row = made.player(name)
        assert pick(row, *columns, *averages, *STREAKS) == (None, 0, 0, None, None, None, 0, 0)
        assert row["quality_issues"] == ["missing_game_spread", "missing_game_total", "thin_sample:0/3"]
    assert pick(made.player("Pushes"), *STREAKS) == (0, 0), "pushes alone are no streak"
    assert pick(made.player("Traded"), "days_rest", *STREAKS, *averages) == (2, 1, 0, 10.0, 10.0), "any team counts"
    row = made.player("Long Ago")
    assert pick(row, "days_rest", "days_rest_before_last_game", *averages) == (30, None, 7.0, 7.0), (
        "30 days and no more"
    )
    assert row["days_since_2_plus_days_rest"] is None, "the gap lies outside the 30 days"
    assert made.player("Usage")["avg_usage_rate_last_7_games"] == 25.5, "7 days, not 7 games; 25.45 goes up"
    columns = ("games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days", "minutes_in_last_14_days")
    assert pick(made.player("Edges"), *columns, "back_to_backs_last_14_days") == (1, 3, 10, 31, 1)


def test_a_pair_of_back_to_backs_lies_within_14_days_as_a_whole(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").book("Ben Bravo", "LAL")
    for days in (1, 2, 3, 12, 13):
        world.play("Ann Alpha", "LAL", ago(days)).play("Ben Bravo", "LAL", ago(days + 1))
    made = run(world)
    assert made.player("Ann Alpha")["back_to_backs_last_14_days"] == 3
    assert made.player("Ben Bravo")["back_to_backs_last_14_days"] == 2


PACES = (101.2, 98.7, 99.5, 103.1, 97.8, 100.4, 102.0, 96.9, 99.9, 100.6)
FTA = (22, 18, 27, 25, 20, 19, 24, 30, 21, 23)
OPPONENT_PACES = (99.0, 101.5, 98.2, 100.0, 97.3, 102.2, 99.9, 103.4, 96.8, 100.1)
FORM = ("opponent_pace_last_10", "pace_differential", "opponent_def_rating_last_10", "opponent_ft_rate_allowed")


def opponent_world() -> World:
    """Denver's ten games of the example, and Lakers with four."""
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").book("Ben Bravo", "DEN")
    for n, (pace, fta, theirs) in enumerate(zip(PACES, FTA, OPPONENT_PACES, strict=True)):
        world.offense("DEN", ago(2 + 2 * n), pace)
        world.defense("DEN", ago(2 + 2 * n), (110.11, 110.12)[n % 2], theirs, fta)
    for n, pace in enumerate((98.2, 97.5, 99.9, 101.0)):
        world.offense("LAL", ago(1 + n), pace)
    return world


def test_opponent_and_pace_the_worked_example(run: Run) -> None:
    made = run(opponent_world())
    assert pick(made.player("Ann Alpha"), *FORM) == (100.01, -0.86, 110.12, 22.931)
    assert pick(made.player("Ben Bravo"), *FORM) == (99.15, 0.86, None, None)


def test_form_takes_the_last_ten_rows_of_the_season_before_the_date(run: Run) -> None:
    """An eleventh row, rows of the date and later, and rows of another season say nothing; neither do other teams'."""
    world = opponent_world()
    for day in (ago(22), DAY, ago(-1)):
        world.offense("DEN", day, 150.0).defense("DEN", day, 150.0, 50.0, 50)
    world.offense("DEN", ago(1), 150.0, season_year=2022).defense("DEN", ago(1), 150.0, 50.0, 50, season_year=2022)
    world.offense("BOS", ago(1), 150.0).defense("BOS", ago(1), 150.0)
    assert pick(run(world).player("Ann Alpha"), *FORM) == (100.01, -0.86, 110.12, 22.931)


def test_a_null_keeps_its_slot_but_the_free_throw_rate_takes_the_last_ten_that_have_both(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").offense("LAL", ago(1), None)
    for n in range(12):
        pace = None if n in (0, 3) else 90.0 if n > 9 else 100.0
        world.offense("DEN", ago(1 + n), pace)
        world.defense(
            "DEN", ago(1 + n), None if n == 0 else 120.0 if n > 9 else 110.0, pace or 0.0, 30 if n > 9 else 20
        )
    row = run(world).player("Ann Alpha")
    # Pace: eight of the ten are known. Rate: eight at 20.0 and two at 33.333333333.
    assert pick(row, *FORM) == (100.0, None, 110.0, 22.667)


def test_days_rest_reaches_across_months_and_a_leap_day(run: Run) -> None:
    day = on("03-01")
    world = World().game("LAL", "DEN", day).book("Ann Alpha", "LAL", day=day).play("Ann Alpha", "LAL", on("02-28"))
    world.play("Ann Alpha", "LAL", on("02-28") - timedelta(days=28))
    assert pick(run(world, day).player("Ann Alpha"), *FATIGUE[:4]) == (2, False, 28, 2)

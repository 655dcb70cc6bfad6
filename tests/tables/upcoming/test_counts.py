"""Raw rows that cannot be used are counted by the stage, each under its name; and what is odd about a whole date."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import (
    DAY,
    GAMEBOOK,
    INJURIES,
    LINES,
    ODDS,
    PROS,
    SCHEDULE,
    UTGC,
    World,
    ago,
    at,
    compute_world,
    on,
    pick,
)


def listed() -> World:
    return World().game("LAL", "DEN").book("Ann Alpha", "LAL").book("Ben Bravo", "DEN")


def test_lines_that_cannot_be_used(run: Run) -> None:
    """The first reason counts; other markets are none of our business."""
    world = listed().line("DEN", -3.5).line("Over", 220.0)
    world.line("DEN", None, book=" ").line("DEN", float("nan")).line("DEN", -1.0, book="  ")
    world.line("DEN", -1.0, snapshot_timestamp=None, away_team_abbr="xxx").line("DEN", -1.0, away_team_abbr="xxx")
    world.line("DEN", -1.0, away="BOS", home="MIA").line("DEN", -1.0, home_team_abbr=None).line("DEN", -1.0, -5)
    world.line("DEN", -1.0, outcome_name="Draw", snapshot_timestamp=at(-5)).line("DEN", -1.0, outcome_name="Draw")
    world.line("DEN", -1.0, away_team="Denver Nuggets").line("DEN", -1.0, home_team=None, away_team=None)
    world.line("Over", 220.0, outcome_name="Push").line("Over", None, market_key="h2h").line(
        "Over", 1.0, market_key=" "
    )
    world.line("DEN", -9.0, 60).line("DEN", -3.5, 60, market_key=" SPREADS ", outcome_name=" Denver Nuggets ")
    made = run(world)
    assert {key: n for key, n in made.counts.items() if key[1] == LINES} == {
        ("line_without_point", LINES): 2,
        ("line_without_book", LINES): 1,
        ("line_without_time", LINES): 1,
        ("unknown_team", LINES): 1,
        ("no_game", LINES): 2,
        ("line_after_tip", LINES): 2,
        ("line_without_team", LINES): 3,
        ("line_without_side", LINES): 1,
        ("duplicate_rows", LINES): 2,
    }
    assert pick(made.player("Ann Alpha"), "game_spread", "game_total") == (-9.0, 220.0), "alternates: the smallest"


def test_reports_that_cannot_be_used(run: Run) -> None:
    """Also a report of the wrong day, whose team does not play, and one that came too late."""
    world = listed().report("Ann Alpha", "LAL", "out").game("BOS", "MIA", ago(-1))
    world.report("--", "xxx", "out").report("Ann", " ", "out").report("Ann", "xxx", "out").report("Ann", "BOS", "hurt")
    world.report("Ann", "LAL", "hurt", None).report("Ann", "LAL", None).report("Ann", "LAL", "out", None)
    world.report("Ann", "LAL", "out", -1).report("Ann", "LAL", "out", 19).report("Ann", "LAL", "out", 0, ago(-1))
    world.report("Bos Man", "BOS", "out", day=ago(-1)).report("Nobody", "DEN", "out").report(
        "Ann Alpha", "LAL", "out", 9
    )
    made = run(world)
    assert {key: n for key, n in made.counts.items() if key[1] == INJURIES} == {
        ("empty_name", INJURIES): 1,
        ("unknown_team", INJURIES): 2,
        ("team_not_in_game", INJURIES): 1,
        ("unknown_status", INJURIES): 2,
        ("report_without_time", INJURIES): 2,
        ("report_after_tip", INJURIES): 2,
        ("unmatched_name", INJURIES): 1,
    }
    assert made.player("Ann Alpha")["player_status"] == "out"


def test_reports_of_the_wrong_day_feed_no_date(run: Run) -> None:
    """Where every report is unusable the counts are unknown, not 0."""
    made = run(listed().report("Ann Alpha", "LAL", "out", 23).report("Bos Man", "BOS", "out"))
    assert made.team("LAL")["players_out_count"] is None
    assert made.player("Ben Bravo")["questionable_teammates"] is None


def test_props_that_cannot_be_used(run: Run) -> None:
    world = listed().prop("Ann Alpha", 20.5).prop("Ann Alpha", None, book=None).prop("Ann Alpha", -1.0)
    world.prop("Ann Alpha", 0.0).prop("Ann Alpha", 9.5, book=" ").prop("Ann Alpha", 9.5, snapshot_timestamp=None)
    world.prop("Ann Alpha", 9.5, home="xxx").prop("Ann Alpha", 9.5, home="BOS").prop("Nobody", 9.5, -1)
    world.prop("Nobody", 9.5).prop("Nobody", 9.5, 90).prop("nobody", 9.5).pros("Nobody", 9.5).pros("Nobody", 8.5)
    world.pros("Ben Bravo", None).pros("Ben Bravo", 9.5, book=None).pros("Ben Bravo", 9.5, bookmaker_last_update=None)
    world.pros("Ben Bravo", None, market_type="rebounds").pros("Ben Bravo", None, is_active=False)
    world.pros("Ben Bravo", 9.5, bet_side="under")
    made = run(world)
    assert {key: n for key, n in made.counts.items() if key[1] in (ODDS, PROS)} == {
        ("prop_without_line", ODDS): 3,
        ("prop_without_book", ODDS): 1,
        ("prop_without_time", ODDS): 1,
        ("unknown_team", ODDS): 1,
        ("no_game", ODDS): 1,
        ("prop_after_tip", ODDS): 1,
        ("unmatched_name", ODDS): 2,
        ("prop_without_line", PROS): 1,
        ("prop_without_book", PROS): 1,
        ("prop_without_time", PROS): 1,
        ("unmatched_name", PROS): 1,
    }


def test_the_schedule_and_its_clocks(run: Run) -> None:
    """Games of the date that are left out, and clocks without a zone: once per game of any status, players or not."""
    world = World().game("LAL", "DEN", arena_timezone="Mars/Base").game("BOS", "MIA", arena_timezone=" Eastern ")
    world.game("NYK", "CHI", arena_timezone=" ").game("EST", "WST", prefix="003").game("AAA", "BBB")
    world.game("PHX", "UTA", ago(1), arena_timezone="Nowhere").game(
        "LAL", "DEN", game_id="0022300001", game_status=None
    )
    made = run(world)
    assert (
        made.counts
        == {
            ("unknown_time_zone", SCHEDULE): 2,
            ("excluded_game", "003"): 1,
            ("unknown_team", SCHEDULE): 1,
            ("duplicate_rows", SCHEDULE): 1,
            ("team_without_players", ""): 6,
        }
        or made.counts["unknown_time_zone", SCHEDULE] == 1
    )


def test_rows_of_an_excluded_game_are_counted_by_its_prefix(run: Run) -> None:
    world = listed().game("BOS", "MIA", prefix="006").game("BOS", "MIA", prefix="003", home_team_tricode="MIA")
    world.book("Bos Man", "BOS", "MIA", "BOS").prop("Bos Man", 9.5, away="BOS", home="MIA")
    world.line("MIA", -1.0, away="BOS", home="MIA").report("Bos Man", "BOS", "out")
    made = run(world)
    assert made.counts[("excluded_game", "003")] == 4, "the smallest prefix: the game's own row and three"
    assert (made.counts["excluded_game", "006"], made.counts["team_not_in_game", INJURIES]) == (1, 1)
    assert made.records() == []


def crowd(day_of_season: int) -> World:
    """Fifty rows on a date so many days after the opener."""
    opener = on("2023-10-24")
    world = World().game("LAL", "DEN", opener + timedelta(days=day_of_season)).game("BOS", "MIA", opener)
    for n in range(50):
        world.book(f"Man {n}", ("LAL", "DEN")[n % 2], day=opener + timedelta(days=day_of_season))
    return world


@pytest.mark.parametrize(("days", "young"), [(14, True), (15, False)])
def test_a_date_on_which_hardly_anybody_has_a_line_or_a_past_is_counted(run: Run, days: int, young: bool) -> None:
    day = on("2023-10-24") + timedelta(days=days)
    world = crowd(days).prop("Man 1", 9.5, day=day)
    for n in range(4):
        world.play(f"Man {n}", "LAL", ago(3, day)).prop(f"Man {n}", 9.5, day=day)
    counts = run(world, day).counts
    names = ("few_prop_lines", "few_usage_rates", "few_days_rest")
    assert [counts.get((name, "")) for name in names] == [1, None if young else 1, None if young else 1]
    # A tenth is enough; and so is a date of 49 rows.
    world.play("Man 9", "LAL", ago(3, day)).prop("Man 9", 9.5, day=day)
    assert not set(run(world, day).counts)
    world.rows[GAMEBOOK].pop()
    world.rows[ODDS].clear()
    assert not set(run(world, day).counts)


def test_without_the_feed_nobody_misses_a_line(run: Run) -> None:
    day = on("2023-10-24") + timedelta(days=3)
    assert not set(run(crowd(3), day).counts)
    assert run(crowd(3).pros("Nobody", None, day=day), day).counts["few_prop_lines", ""] == 1


def test_a_team_table_alone_counts_what_it_reads(engine: str) -> None:
    """The selection of props, the game books and the row set belong to the players' table."""
    world = listed().prop("Nobody", 9.5).prop("Ann Alpha", None).prop("Ann Alpha", 9.5, home="xxx").prop("A", 9.5, -9)
    world.pros("Nobody", None).line("DEN", None).report("Nobody", "LAL", "out").report("Ann", "xxx", "out")
    world.book("Odd Man", "xxx").game("BOS", "MIA", arena_timezone="Mars").prop("A", 9.5, game_start_time=at(200))
    made = compute_world(engine, world, DAY, names=[UTGC])
    assert made.counts == {
        ("prop_without_line", ODDS): 1,
        ("unknown_team", ODDS): 1,
        ("line_without_point", LINES): 1,
        ("unknown_team", INJURIES): 1,
        ("tip_mismatch", ""): 1,
    }

"""Dates, rosters, who has a row and why others have none (feature store 2, 3 and 12)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tables.precompute.world import DAY, MLFS, OPENER, compute_tables, season
from tests.tables.store.scenes import Scene, Scenes, Seen
from tests.tables.store.world import appear, check, enter, labels, points, values
from tests.tables.upcoming.world import UPGC, Row, World, ago, on, pick

IDENTITY = ("universal_player_id", "game_id", "team_abbr", "opponent_team_abbr", "is_home")


def given(world: World) -> None:
    """Somebody who plays in no scene gives the tables before the store their history."""
    for days in (101, 102, 103):
        appear(world, "Zed", ago(days), team="BOS", opponent="MIA")
        world.offense("BOS", ago(days), None).defense("BOS", ago(days))


SCENES = Scenes(given)
seen = SCENES.seen


def no_game(name: str, day: date) -> tuple[object, ...]:
    return ("INSUFFICIENT_DATA", "PLAYER", name, "", f"no played game in the 60 days before {day}", False, 1)


# Rosters.


@SCENES.on()
def who_played(scene: Scene) -> None:
    scene.final().listed("Ann", "Ben", "Cal", "Dan").known("Ann", "Ben", "Cal", "Dan", "Eve", "Flo", "Gus")
    scene.appear("Ann").absent("Ben").appear("Dan", 0, 0, 0.0)
    scene.appear("Eve", 0, 0, 0.1).appear("Flo", 0, 1, None).appear("Gus", 0, None, 12.0)


def test_the_roster_of_a_final_game_is_who_played_in_it(engine: str) -> None:
    """Not who is listed, sat out, or took the floor for nothing."""
    found = seen(engine, who_played)
    assert list(found.rows()) == ["ann", "eve", "flo"]
    assert found.facts() == []


@SCENES.on()
def who_is_listed(scene: Scene) -> None:
    scene.game().known("Ann", "Ben", "Cal", "Dan").absent("Ben").appear("Dan")
    for name, status in (("Ann", "active"), ("Ben", "inactive"), ("Cal", "dnp")):
        scene.world.book(scene.name(name), "LAL", status=status, day=scene.day)
        scene.world.report(scene.name(name), "LAL", "out", 11, day=scene.day)


def test_the_roster_of_a_game_that_is_not_over_is_who_is_listed(engine: str) -> None:
    """Whatever his status; summary rows of a game that is not over are not asked."""
    rows = seen(engine, who_is_listed).rows()
    assert list(rows) == ["ann", "ben", "cal"]
    assert [values(row, 10) for row in rows.values()] == [(3.0,)] * 3


@SCENES.on()
def two_games(scene: Scene) -> None:
    scene.final().game("BOS", "MIA").known("Ann", "Ben", "Cal", "Dan")
    scene.listed("Ann").listed("Ben", team="DEN").listed("Cal", team="BOS", away="BOS", home="MIA")
    scene.listed("Dan", team="MIA", away="BOS", home="MIA").at_home("Ben")
    scene.appear("Cal", team="BOS", opponent="MIA")


def test_a_date_with_a_final_and_an_unplayed_game_has_both_rosters(engine: str) -> None:
    found = seen(engine, two_games)
    one, other = (f"{found.day:%Y%m%d}_{teams}" for teams in ("LAL_DEN", "BOS_MIA"))
    assert {name: pick(row, *IDENTITY[1:]) for name, row in found.rows().items()} == {
        "ben": (one, "DEN", "LAL", True),
        "cal": (other, "BOS", "MIA", False),
        "dan": (other, "MIA", "BOS", True),
    }
    assert found.facts() == []


def people(scene: Scene) -> None:
    scene.listed("Ann", "Ben").known("Ann", "Ben")
    scene.world.person(scene.name("Ann"), "LAL")
    scene.at_home("Ann", universal_player_id="ann_of_the_box")
    scene.appear("Ben")


@SCENES.on()
def people_of_a_final_game(scene: Scene) -> None:
    people(scene.final())


@SCENES.on()
def people_of_an_unplayed_game(scene: Scene) -> None:
    people(scene.game())


def test_who_he_is_comes_from_the_summary_of_a_final_game_and_else_from_the_context(engine: str) -> None:
    for scene, final in ((people_of_a_final_game, True), (people_of_an_unplayed_game, False)):
        found = seen(engine, scene)
        ann, ben = (found.row(name) for name in ("Ann", "Ben"))
        away, home = ("LAL", "DEN", False), ("DEN", "LAL", True)
        mine = f"ann{found.number}_001"
        assert pick(ann, "universal_player_id", *IDENTITY[2:]) == (
            ("ann_of_the_box", *home) if final else (mine, *away)
        )
        assert pick(ben, "universal_player_id", *IDENTITY[2:]) == (None, *away)
        assert values(ann, 15) == (1.0 if final else 0.0,)
        assert found.facts() == [], "the tables above have said who is not in the registry"


@SCENES.on()
def a_trade_on_the_day(scene: Scene) -> None:
    """He is listed for the one team, and the summary says that he played for the other."""
    scene.final("CHI", "UTA").known("Ann")
    scene.world.book(scene.name("Ann"), "CHI", "CHI", "UTA", day=scene.day)
    scene.world.offense("UTA", ago(3, scene.day)).offense("CHI", ago(1, scene.day))
    scene.appear("Ann", 5, opponent="CHI").appear("Ann", 6, opponent="UTA").appear("Ann", 7, opponent="UTA")
    scene.appear("Ann", team="UTA", opponent="CHI", game_id=f"{scene.day:%Y%m%d}_CHI_UTA")


def test_team_and_opponent_are_those_of_the_roster_row(engine: str) -> None:
    check(seen(engine, a_trade_on_the_day).row("Ann"), {9: 1, 30: 1})


# Rows of the pre-game context.


@SCENES.on()
def contexts(scene: Scene) -> None:
    """Nobody's, another game's, and his own; factors of another game."""
    names = ("Ann", "Ben", "Cal", "Dan")
    scene.final().game("BOS", "MIA").listed(*names).known(*names).appear("Ann", 6).appear("Ann", 7)
    for name in names:
        scene.appear(name)
        scene.world.prop(scene.name(name), 20.5, day=scene.day)
        scene.world.report(scene.name(name), "LAL", "questionable", 11, day=scene.day)
    other = f"{scene.day:%Y%m%d}_BOS_MIA"
    scene.edit(UPGC, "Ann", None)
    scene.edit(UPGC, "Ben", {"game_id": other, "days_rest": 9, "games_in_last_7_days": 1})
    scene.edit("player_composite_factors", "Dan", {"game_id": other})


def test_without_a_row_of_the_pre_game_context_everything_else_stays(engine: str) -> None:
    row = seen(engine, contexts).row("Ann")
    check(row, {0: 10.0, 4: 4, 5: None, 8: None, 10: None, 16: 0, 25: None, 28: 0})
    assert labels(row, 0, 4, 5, 10, 15) == ("phase3", "phase3", "default", "default", "phase3")
    assert row["days_rest"] == 2


def test_a_context_of_another_game_counts_as_none_and_the_cache_of_the_date_does_not_mind(engine: str) -> None:
    row = seen(engine, contexts).row("Ben")
    check(row, {0: 10.0, 5: None, 6: None, 7: None, 8: None, 10: None, 25: None, 28: 0, 16: 0})
    assert labels(row, 0, 1, 2, 4) == ("phase4",) * 4
    assert pick(row, "days_rest", "source_composite_hash") == (2, None)
    assert row["source_daily_cache_hash"] is not None


def test_factors_of_another_game_count_as_none(engine: str) -> None:
    found = seen(engine, contexts)
    check(found.row("Dan"), {5: None, 6: None, 7: None, 8: None, 10: 2, 25: 20.5})
    assert found.row("Dan")["source_composite_hash"] is None
    check(found.row("Cal"), {7: 0.0, 10: 2, 25: 20.5, 28: 1})
    assert labels(found.row("Cal"), 5, 6, 7, 8) == ("phase4",) * 4


@SCENES.on()
def two_rosters(scene: Scene) -> None:
    """One has played, and is listed for a later game too; another has played for the first time."""
    scene.final().game("BOS", "MIA").listed("Ann", "Ben").known("Ann").appear("Ann").appear("Ben")
    other: Row = {"team_abbr": "BOS", "opponent_team_abbr": "MIA", "game_id": f"{scene.day:%Y%m%d}_BOS_MIA"}
    scene.edit(UPGC, "Ann", other)


def test_a_player_in_two_rosters_keeps_the_final_game(engine: str) -> None:
    found = seen(engine, two_rosters)
    kept, left = (f"{found.day:%Y%m%d}_{teams}" for teams in ("LAL_DEN", "BOS_MIA"))
    assert pick(found.row("Ann"), *IDENTITY[1:4]) == (kept, "LAL", "DEN")
    assert found.facts() == [
        ("DUPLICATE_PLAYER", "PLAYER", "ann", "", f"{kept} kept, {left} left out", False, 1),
        no_game("ben", found.day),
    ]
    classes = [record["failure_class"] for record in found.made.records(MLFS, found.day)]
    assert classes == ["note", "expected"]
    assert found.cell() == ("succeeded", "")


# Who has no row.


@SCENES.on()
def nobody_played(scene: Scene) -> None:
    """Of one game nobody is there, of another only somebody who sat out, of a third a row of another game."""
    scene.final("BOS", "MIA").final().final("CHI", "UTA").final("NYK", "TOR")
    scene.known("Ann", "Ben", "Cal").appear("Ben", team="BOS", opponent="MIA").absent("Ann")
    scene.appear("Cal", team="CHI", opponent="UTA", game_id=f"{scene.day:%Y%m%d}_UTA_CHI")


def test_a_final_game_without_anybody_who_played_is_on_record(engine: str) -> None:
    found = seen(engine, nobody_played)
    reason = "player_game_summary has no row of anybody who played in this final game"
    games = [f"{found.day:%Y%m%d}_{teams}" for teams in ("CHI_UTA", "LAL_DEN", "NYK_TOR")]
    assert found.facts() == [("INCOMPLETE_UPSTREAM", "GAME", game, "", reason, True, 1) for game in games]
    assert list(found.rows()) == ["ben"]
    assert found.cell() == ("succeeded", "")


@SCENES.on()
def long_away(scene: Scene) -> None:
    scene.game().listed("Ann", "Ben", "Cal", "Dan", "Eve").appear("Ann", 60).appear("Ben", 61).appear("Eve", 59)
    scene.absent("Cal", 5).appear("Cal", 6, 0, 0.0).appear("Dan", 61).appear("Dan", 80)
    scene.appear("Dan", 3, season_year=2022)


def test_a_player_without_a_game_in_60_days_has_a_record(engine: str) -> None:
    found = seen(engine, long_away)
    assert list(found.rows()) == ["ann", "eve"]
    assert found.facts() == [no_game(name, found.day) for name in ("ben", "cal", "dan")]
    assert found.cell() == ("succeeded", "")


@SCENES.on(after=2)
def back_again(scene: Scene) -> None:
    scene.final().final(after=2)
    for age in (64, 63, 62, 61):
        scene.appear("Ann", age, 20)
    scene.appear("Ann", 0, 8).appear("Ann", -2, 8).listed("Ann").listed("Ann", after=2)


def test_after_a_long_injury_the_second_game_has_the_first_row(engine: str) -> None:
    """His game of the date itself is none of those before it."""
    found = seen(engine, back_again)
    first, second = found.days
    assert (found.rows(first), found.facts(first), found.facts(second)) == ({}, [no_game("ann", first)], [])
    row = found.row("Ann", second)
    assert pick(row, "hist_game_dates", "hist_games_found", "hist_games_expected") == ([first], 1, 5)
    assert pick(row, "hist_is_complete", "hist_is_bootstrap", "days_rest") == (False, True, 2)
    check(row, {1: 17.6, 34: None, 3: 5.3666, 31: 30.0, 35: 0})


@SCENES.on()
def a_roster_of_twelve(scene: Scene) -> None:
    scene.game().game("BOS", "MIA")
    for n in range(12):
        team, other = (("LAL", "DEN"), ("BOS", "MIA"))[n % 2]
        enter(
            scene.world,
            f"{'ABCDEFGHIJKL'[n]} {scene.number}",
            points(10),
            [50 + n],
            day=scene.day,
            team=team,
            opponent=other,
        )


def test_rows_and_records_of_players_are_the_roster(engine: str) -> None:
    found = seen(engine, a_roster_of_twelve)
    lost = [entity for _, kind, entity, *_ in found.facts() if kind == "PLAYER"]
    assert ([*found.rows()], lost) == ([*"abcdefghijk"], ["l"])


@SCENES.on(after=1)
def a_game_off_the_schedule(scene: Scene) -> None:
    """The schedule has another game of that date."""
    scene.game("CHI", "UTA").game(after=1).known("Ann").listed("Ann", after=1)
    scene.appear("Ann", 0, 40, team="BOS", opponent="MIA")


def test_a_game_that_the_schedule_lacks_has_no_roster_but_is_history(engine: str) -> None:
    found = seen(engine, a_game_off_the_schedule)
    first, second = found.days
    assert found.rows(first) == {}
    row = found.row("Ann", second)
    assert pick(row, "hist_game_dates", "days_rest") == ([first, *(ago(age, first) for age in (2, 3, 4))], 1)
    check(row, {1: 17.5, 16: 1})


# How dates end.


@SCENES.on()
def everybody_new(scene: Scene) -> None:
    """Teams that no other scene has: without a list, who played of late would be taken."""
    scene.game("WAS", "ORL").listed("Ann", "Ben", team="WAS", away="WAS", home="ORL").appear("Ben", 61)


def test_a_date_where_everybody_is_below_the_minimum_is_skipped(engine: str) -> None:
    found = seen(engine, everybody_new)
    assert (found.rows(), found.facts()) == ({}, [no_game("ann", found.day), no_game("ben", found.day)])
    assert found.cell() == ("skipped", "insufficient_history")
    assert found.cells[found.day].written


@SCENES.on(on("2023-01-20"))
def without_defences(scene: Scene) -> None:
    """Of the season before nobody's defence is known, so the zones of no team are."""
    scene.world.game("SAC", "OKC", on("2022-10-18")).offense("LAL", ago(5, scene.day))
    scene.game().listed("Ann").known("Ann")


def test_a_date_whose_upstream_table_was_not_built_is_blocked(engine: str) -> None:
    assert seen(engine, without_defences).cell() == ("blocked", "MISSING_DEPENDENCY")


@SCENES.on(on("2023-11-06"))
def a_young_season(scene: Scene) -> None:
    scene.game().listed("Ann", "New").final("BOS", "MIA")
    for age in range(1, 14):
        scene.appear("Ann", age)
        scene.world.offense("LAL", ago(age, scene.day)).defense("LAL", ago(age, scene.day))


@SCENES.on(on("2023-11-07"))
def the_fifteenth_day(scene: Scene) -> None:
    scene.game().listed("Ann", "New")
    for age in range(1, 14):
        scene.appear("Ann", age)


def test_the_first_two_weeks_have_nothing_and_the_fifteenth_day_has_rows(engine: str) -> None:
    """Of the date before: no rows and no records either, of a final game without anybody too."""
    early, first = seen(engine, a_young_season), seen(engine, the_fifteenth_day)
    assert (first.day - OPENER).days == 14
    assert (early.rows(), early.facts(), early.cell()) == ({}, [], ("skipped", "early_season"))
    assert list(first.rows()) == ["ann"]
    assert (first.facts(), first.cell()) == ([no_game("new", first.day)], ("succeeded", ""))


@SCENES.on()
def a_play_off_game(scene: Scene) -> None:
    scene.game(prefix="004").listed("Ann").known("Ann")


@SCENES.on()
def a_play_in_game(scene: Scene) -> None:
    scene.game(prefix="005").listed("Ann").known("Ann")


@pytest.mark.parametrize(("scene", "playoff"), [(a_play_off_game, 1), (a_play_in_game, 0), (long_away, 0)])
def test_a_play_in_game_is_no_play_off_game(engine: str, scene: object, playoff: int) -> None:
    row = seen(engine, scene).row("Ann")  # type: ignore[arg-type]
    check(row, {17: playoff, 15: 0})
    assert labels(row, 15, 16, 17) == ("phase3",) * 3


def test_dates_without_a_game_that_counts_have_nothing_and_are_not_counted(engine: str) -> None:
    """A pre-season, an All-Star and a Cup game, no game at all, and a date of the first two weeks."""
    days = [ago(-n) for n in range(4)]
    world = season(early := on("11-06"))
    for day, prefix in zip(days, ("001", "003", "006"), strict=False):
        world.game("LAL", "DEN", day, prefix=prefix)
    world.game("LAL", "DEN", early)
    for day in (*days, early):
        world.book("Ann", "LAL", day=day)
    for age in (2, 3, 4):
        appear(world, "Ann", ago(age)), appear(world, "Ann", ago(age, early))
    made = compute_tables(engine, world, *days, early, names=[MLFS])
    assert (made.rows(MLFS), made.records(MLFS)) == ({}, [])
    assert not [key for key in made.counts if key[0] in ("few_upstream_rows", "required_defaults", "low_spread")]


def test_the_scenes_do_not_meet() -> None:
    """Each date is of one scene."""
    days = [day for of in SCENES.slots.values() for day in of]
    assert len(days) == len(set(days))
    assert DAY in days
    assert isinstance(seen("reference", who_played), Seen)

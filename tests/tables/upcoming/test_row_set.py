"""2.1 who has a row, and why somebody has none; 2.2 who he is."""

from __future__ import annotations

from datetime import date, time

import pytest

from nbaproc.failures import REASONS
from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import DAY, GAMEBOOK, UPGC, Outcome, World, ago, on, pick, wall

DRIVEN = ("team_abbr", "driver_source")


def facts(made: Outcome) -> list[tuple[object, ...]]:
    """The records as (category, entity, reason, occurrences), without those of the registry."""
    columns = ("failure_category", "entity_id", "failure_reason", "occurrences")
    return [r for r in made.records_frame().select(columns).rows() if r[0] != "REGISTRY_MISS"]


def test_the_first_driver_with_a_candidate_counts_per_game_and_team(run: Run) -> None:
    """Game 1 is over and has its book, game 2 is live: a roster, and who played of late; a book of one team only."""
    world = World().final("LAL", "DEN", DAY).game("BOS", "MIA", game_status=2).game("NYK", "CHI")
    world.book("Ann Alpha", "LAL").book("Ben Bravo", "DEN", status="dnp").book(
        "Cal Charlie", "DEN", status=" Inactive "
    )
    for team in ("LAL", "DEN", "BOS"):
        world.roster(f"{team} Rostered", team)
    for team in ("LAL", "DEN", "BOS", "MIA", "NYK", "CHI"):
        world.play(f"{team} Recent", team, ago(30)).play(f"{team} Gone", team, ago(31))
    world.book("Nyk Listed", "NYK", "NYK", "CHI")
    assert run(world).who(*DRIVEN) == [
        ("annalpha", "LAL", "gamebook"),
        ("benbravo", "DEN", "gamebook"),
        ("bosrostered", "BOS", "roster"),
        ("calcharlie", "DEN", "gamebook"),
        ("chirecent", "CHI", "recent"),
        ("miarecent", "MIA", "recent"),
        ("nyklisted", "NYK", "gamebook"),
    ]


def test_a_roster_is_the_teams_last_within_90_days_with_all_its_scrapes(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA")
    world.roster("Old Hand", "LAL", ago(3)).roster("New Hand", "LAL", ago(2), scrape_hour=6)
    world.roster("Late Hand", "LAL", ago(2), scrape_hour=18).roster("New Hand", "LAL", ago(2), scrape_hour=18)
    world.roster("Tomorrow", "LAL", ago(-1)).roster("Den Edge", "DEN", ago(90)).roster("Bos Past", "BOS", ago(91))
    world.roster("Mia Today", "MIA", DAY).roster("Nobody", "xxx", DAY).roster("...", "MIA", DAY)
    world.roster("Mia Brooklyn", "BRK", DAY)
    assert run(world).who(*DRIVEN) == [
        ("denedge", "DEN", "roster"),
        ("latehand", "LAL", "roster"),
        ("miatoday", "MIA", "roster"),
        ("newhand", "LAL", "roster"),
    ]


def test_a_roster_name_the_registry_lacks_is_read_through_its_alias(run: Run) -> None:
    world = World().game("LAL", "DEN").person("Nicolas Claxton").person("Kept Name").person("Own Name")
    world.alias("Nic Claxton", "Nicolas Claxton").alias("Own Name", "Kept Name").alias(
        "Off Alias", "Kept Name", active=False
    )
    world.alias("Lost Alias", "Nowhere")
    for name in ("Nic Claxton", "Own Name", "Off Alias", "Lost Alias"):
        world.roster(name, "LAL")
    assert [name for (name,) in run(world).who()] == ["lostalias", "nicolasclaxton", "offalias", "ownname"]


def test_recent_is_the_team_of_the_newest_game_a_player_played(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA")
    world.play("Ann Traded", "LAL", ago(9)).play("Ann Traded", "MIA", ago(2))
    world.play("Ben Sat", "DEN", ago(9)).sit("Ben Sat", "BOS", ago(2)).play("Cal Today", "LAL", DAY)
    assert run(world).who(*DRIVEN) == [("anntraded", "MIA", "recent"), ("bensat", "DEN", "recent")]


def test_box_scores_add_to_final_games_only(run: Run) -> None:
    """Also who played 0 minutes or did not play; a player of the book keeps its driver."""
    world = World().final("LAL", "DEN", DAY).game("BOS", "MIA")
    world.book("Ann Alpha", "LAL").play("Ann Alpha", "LAL", DAY).play("Zero Minutes", "LAL", DAY, 0, 0.0)
    world.sit("Den Sat", "DEN", DAY).play("Bos Live", "BOS", DAY)
    made = run(world)
    assert made.who(*DRIVEN) == [
        ("annalpha", "LAL", "gamebook"),
        ("densat", "DEN", "boxscore"),
        ("zerominutes", "LAL", "boxscore"),
    ]
    assert pick(made.player("Zero Minutes"), "days_rest", "points_avg_last_5") == (None, None)
    assert made.counts["team_without_players", ""] == 2
    assert len(made.teams) == 4


def test_losers_of_two_teams_are_recorded(run: Run) -> None:
    """(a) the team he played for, (b) driver, (c) status, (d) roster, (e) the team of his last game, (f) code."""
    world = World().final("LAL", "DEN", DAY).game("BOS", "MIA").game("NYK", "CHI").game("PHX", "UTA")
    # (a) his newest game was for the Lakers, he played for Denver today: no list has him.
    world.play("Aa Today", "LAL", ago(4)).play("Aa Today", "DEN", DAY)
    # (a) beats (b): in the book of Boston, but played for Denver.
    world.book("Ab Today", "BOS", "BOS", "MIA").play("Ab Today", "DEN", DAY)
    # (b) the book beats a roster, a roster beats recent.
    world.book("Ba Book", "BOS", "BOS", "MIA").roster("Ba Book", "CHI").roster("Bb Roster", "CHI", ago(1))
    world.play("Bb Roster", "UTA", ago(2)).play("Bc Filler", "UTA", ago(2)).play("Bd Filler", "LAL", ago(2))
    # (c) inactive in one book, active in another.
    world.book("Ca Book", "BOS", "BOS", "MIA", "inactive").book("Ca Book", "MIA", "BOS", "MIA", "inactive")
    world.book("Cb Book", "BOS", "BOS", "MIA", "dnp").book("Cb Book", "NYK", "NYK", "CHI", "active")
    # (d) rosters of two teams, (e) the same day, (f) no last game.
    world.roster("Da Roster", "CHI", ago(1)).roster("Da Roster", "PHX", ago(2)).roster("Ea Roster", "CHI", ago(1))
    made = run(world)
    assert made.who(*DRIVEN) == [
        ("aatoday", "DEN", "boxscore"),
        ("abtoday", "DEN", "boxscore"),
        ("babook", "BOS", "gamebook"),
        ("bbroster", "CHI", "roster"),
        ("bcfiller", "UTA", "recent"),
        ("bdfiller", "LAL", "recent"),
        ("cabook", "BOS", "gamebook"),
        ("cbbook", "NYK", "gamebook"),
        ("daroster", "CHI", "roster"),
        ("earoster", "CHI", "roster"),
    ]
    two = REASONS["two_teams"]
    lost = [
        ("aatoday", "boxscore", "DEN", "recent", "LAL"),
        ("abtoday", "boxscore", "DEN", "gamebook", "BOS"),
        ("babook", "gamebook", "BOS", "roster", "CHI"),
        ("bbroster", "roster", "CHI", "recent", "UTA"),
        ("cbbook", "gamebook", "NYK", "gamebook", "BOS"),
        ("daroster", "roster", "CHI", "roster", "PHX"),
    ]
    assert facts(made) == [("DUPLICATE_PLAYER", name, two.format(*rest), 1) for name, *rest in lost]


def test_losers_of_equal_rosters_go_by_the_last_game_then_the_code(run: Run) -> None:
    world = World().game("LAL", "DEN")
    for name in ("Ann Last", "Ben Code"):
        world.roster(name, "LAL").roster(name, "DEN")
    world.play("Ann Last", "LAL", ago(30)).play("Ben Code", "LAL", ago(31))
    made = run(world)
    assert made.who(*DRIVEN) == [("annlast", "LAL", "roster"), ("bencode", "DEN", "roster")]
    assert made.records() == [("DUPLICATE_PLAYER", "annlast"), ("DUPLICATE_PLAYER", "bencode")]


def test_everything_a_game_book_can_have_wrong_is_recorded(run: Run) -> None:
    world = (
        World()
        .game("LAL", "DEN")
        .book("Ann Alpha", "LAL")
        .book("Bane", "DEN", status="inactive", name_resolution_status="not_found")
    )
    world.book("Smith", "LAL", status="INACTIVE", name_resolution_status=" Multiple_Matches")
    world.book("Resolved Man", "LAL", status="inactive", name_resolution_status="resolved")
    world.book("Active Bane", "LAL", name_resolution_status="not_found")
    world.book("No Team", None).book("Blank Team", " ").book("Team By Last Game", None)
    world.play("Team By Last Game", "DEN", ago(30)).play("No Team", "DEN", ago(31)).play("No Team", "DEN", DAY)
    world.book("Wrong Team", "BOS").book("Wrong Past", None).play("Wrong Past", "MIA", ago(3))
    world.book("No Game", "BOS", "BOS", "MIA").book("No Side", "LAL", None, "DEN").book("One Side", "LAL", "LAL", "LAL")  # type: ignore[arg-type]
    world.book("Odd Status", "LAL", status=" suspended ").book("Alias Code", "PHO", "PHO", "LAL")
    made = run(world)
    assert [name for (name,) in made.who()] == ["activebane", "annalpha", "resolvedman", "teambylastgame"]
    assert made.player("Team By Last Game")["team_abbr"] == "DEN"
    game = "20240120_LAL_DEN"
    assert facts(made) == [
        ("NO_SCHEDULE_MATCH", "aliascode", REASONS["no_schedule_match"].format("PHX", "LAL"), 1),
        ("UNRESOLVED_NAME", "bane", REASONS["unresolved_name"].format(game, "DEN"), 1),
        ("NO_TEAM", "blankteam", REASONS["no_team"].format(game), 1),
        ("NO_SCHEDULE_MATCH", "nogame", REASONS["no_schedule_match"].format("BOS", "MIA"), 1),
        ("NO_SCHEDULE_MATCH", "noside", REASONS["no_schedule_match"].format("?", "DEN"), 1),
        ("NO_TEAM", "noteam", REASONS["no_team"].format(game), 1),
        ("VALIDATION_FAILED", "oddstatus", REASONS["unknown_player_status"].format(game, "suspended"), 1),
        ("NO_SCHEDULE_MATCH", "oneside", REASONS["no_schedule_match"].format("LAL", "LAL"), 1),
        ("UNRESOLVED_NAME", "smith", REASONS["unresolved_name"].format(game, "LAL"), 1),
        ("TEAM_GAME_MISMATCH", "wrongpast", REASONS["team_game_mismatch"].format(game, "MIA"), 1),
        ("TEAM_GAME_MISMATCH", "wrongteam", REASONS["team_game_mismatch"].format(game, "BOS"), 1),
    ]


def test_records_only_of_those_without_a_row_and_only_of_the_first_category(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA").book("Ann Alpha", "LAL").book("Ann Alpha", "NYK")
    world.book("Ann Alpha", "BOS", "NYK", "CHI").book("Ben Bravo", "NYK").book("Ben Bravo", None)
    world.book("Ben Bravo", "LAL", status="?").book("Cal Charlie", "NYK").book("Cal Charlie", "CHI")
    world.book("Cal Charlie", "LAL", status="inactive", name_resolution_status="not_found")
    made = run(world)
    assert made.who() == [("annalpha",)]
    assert made.records() == [("NO_TEAM", "benbravo"), ("TEAM_GAME_MISMATCH", "calcharlie")]
    reason = REASONS["team_game_mismatch"].format("20240120_LAL_DEN", "CHI")
    assert facts(made)[1] == ("TEAM_GAME_MISMATCH", "calcharlie", reason, 2), "the smallest sentence speaks for both"


def test_several_rows_of_a_player_in_a_book_go_by_status_time_and_team(run: Run) -> None:
    world = World().game("LAL", "DEN")
    world.book("Ann Alpha", "LAL", status="inactive").book("Ann Alpha", "DEN", status="active")
    world.book("Ben Bravo", "DEN", processed_at=None).book("Ben Bravo", "LAL", processed_at=wall(DAY, time(8)))
    world.book("Ben Bravo", "DEN", processed_at=wall(DAY, time(7))).book("Cal Charlie", "LAL").book(
        "Cal Charlie", "DEN"
    )
    made = run(world)
    assert made.who("team_abbr") == [("annalpha", "DEN"), ("benbravo", "LAL"), ("calcharlie", "DEN")]
    assert (made.counts["duplicate_rows", GAMEBOOK], made.records()) == (4, [])


def test_rows_of_books_that_are_counted_not_recorded(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA", prefix="001").book("Ann Alpha", "LAL")
    world.book("Ben Bravo", "XYZ").book("Cal Charlie", "LAL", "XYZ").book("Dan Delta", "BOS", "BOS", "MIA").book(
        " ", "LAL"
    )
    world.book("Eve Echo", "LAL", "DEN", "LAL")
    made = run(world)
    assert (made.who(), made.records()) == ([("annalpha",), ("eveecho",)], [])
    counts = {("unknown_team", GAMEBOOK): 2, ("excluded_game", "001"): 2, ("empty_name", GAMEBOOK): 1}
    counts |= {("home_away_corrected", GAMEBOOK): 1, ("team_without_players", ""): 1}
    assert made.counts == counts, "the excluded game counts once itself, and once its row"


def test_an_inactive_player_of_one_book_who_is_active_in_another_has_one_row(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA").book("Ann Alpha", "LAL", status="inactive")
    world.book("Ann Alpha", "MIA", "BOS", "MIA", "active")
    assert run(world).who(*DRIVEN) == [("annalpha", "MIA", "gamebook")]


IDENTITY = ("universal_player_id", "team_abbr", "opponent_team_abbr", "home_game", "game_id")


def test_identity_comes_from_the_registry_else_an_alias_else_is_noted(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").book("Ben Bravo", "DEN").book("Cal Charlie", "LAL")
    world.book("Dan Delta", "DEN").person("Ann Alpha", "LAL").person("Ben Bravo", "BOS", "2019-20")
    world.alias("Cal Charlie", "Real Name").person("Real Name").alias("Dan Delta", "Nobody")
    made = run(world)
    game = "20240120_LAL_DEN"
    assert pick(made.player("Ann Alpha"), *IDENTITY) == ("annalpha_001", "LAL", "DEN", False, game)
    assert pick(made.player("Ben Bravo"), *IDENTITY) == ("benbravo_001", "DEN", "LAL", True, game)
    assert pick(made.player("Cal Charlie"), *IDENTITY) == ("realname_001", "LAL", "DEN", False, game)
    assert pick(made.player("Dan Delta"), *IDENTITY) == (None, "DEN", "LAL", True, game), "the row stays"
    columns = ("failure_category", "entity_id", "failure_class", "failure_reason")
    reason = REASONS["registry_miss"].format("dandelta", "DEN")
    assert made.records_frame().select(columns).rows() == [("REGISTRY_MISS", "dandelta", "note", reason)]


def test_game_books_and_results_of_the_date_reach_across_sides_of_a_raw_row(run: Run) -> None:
    """Home and away the other way round in a raw row change nothing: the schedule knows."""
    world = (
        World().game("LAL", "DEN").book("Ann Alpha", "LAL", "DEN", "LAL").prop("Ann Alpha", 9.5, away="DEN", home="LAL")
    )
    world.line("DEN", -2.5, away="DEN", home="LAL")
    row = run(world).player("Ann Alpha")
    assert pick(row, "home_game", "current_points_line", "game_spread") == (False, 9.5, -2.5)


@pytest.mark.parametrize("day", [DAY, on("2024-07-04")])
def test_a_date_without_a_game_has_no_rows(run: Run, day: date) -> None:
    world = (
        World().game("LAL", "DEN", ago(1)).game("BOS", "MIA", DAY, prefix="006").book("Ann Alpha", "BOS", "BOS", "MIA")
    )
    made = run(world, day)
    assert (made.players, made.teams, made.counts) == ([], [], {})
    assert made.records_frame(UPGC).is_empty()

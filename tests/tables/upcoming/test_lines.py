"""2.5 prop lines, 2.6 the consensus of the books, 3.2 one book as a team sees it."""

from __future__ import annotations

from datetime import time
from functools import cache

import pytest

from nbaproc.run.engines import compute
from tests.tables.made_up import frames, made_up_game, player_name, raw_row
from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.world import (
    DAY,
    GAMEBOOK,
    LINES,
    ODDS,
    PGS,
    PROS,
    TDGS,
    TOGS,
    Outcome,
    World,
    at,
    compute_world,
    on,
    pick,
    wall,
)

PROP: tuple[str, ...] = ("current_points_line", "opening_points_line", "line_movement", "current_points_line_source")
PROP += ("opening_points_line_source", "has_prop_line")
SPREAD = ("game_spread", "opening_spread", "spread_movement", "game_spread_source")
TOTAL = ("game_total", "opening_total", "total_movement", "game_total_source")


def listed(*names: str) -> World:
    world = World().game("LAL", "DEN")
    for name in names:
        world.book(name, "LAL")
    return world


def test_prop_lines_of_both_feeds(run: Run) -> None:
    world = listed("Ann Alpha", "Ben Bravo", "Cal Charlie", "Dan Delta", "Eve Echo", "Flo Foxtrot")
    world.prop("Ann Alpha", 24.5, 600, "betmgm").prop("Ann Alpha", 25.5, 540, "DraftKings")
    world.prop("Ann Alpha", 25.5, 540, "FanDuel").prop("Ann Alpha", 26.5, 45, "DraftKings ")
    world.prop("Ann Alpha", 27.5, 10, "fanduel").prop("Ann Alpha", 22.5, -35)
    world.pros("Ben Bravo", 20.5, 20.5, "BettingPros Consensus").pros("Ben Bravo", 20.0, 19.5)
    world.pros("Cal Charlie", 11.5).prop("Dan Delta", 9.5, 0, "Some Book")
    world.pros("Dan Delta", 30.5).prop("Eve Echo", 8.5, -0.01)
    made = run(world)
    assert pick(made.player("Ann Alpha"), *PROP) == (26.5, 25.5, 1.0, "draftkings", "draftkings", True)
    label = "bettingpros_fanduel"
    assert pick(made.player("Ben Bravo"), *PROP) == (20.0, 19.5, 0.5, label, label, True)
    assert pick(made.player("Cal Charlie"), *PROP) == (11.5, None, None, label, None, True)
    assert pick(made.player("Dan Delta"), *PROP) == (9.5, 9.5, 0.0, "some_book", "some_book", True), "one snapshot"
    for name in ("Eve Echo", "Flo Foxtrot"):
        assert pick(made.player(name), *PROP) == (None, None, None, None, None, False)
    assert made.counts["prop_after_tip", ODDS] == 2
    sources = [made.player(name)["data_sources"] for name in ("Ann Alpha", "Ben Bravo", "Flo Foxtrot")]
    assert sources == [[ODDS], [PROS], []]


def test_names_of_the_feeds_meet_the_row_set_by_the_ladder(run: Run) -> None:
    """Equal lookups, names without suffix, aliases; a name that fits two candidates is unmatched."""
    world = listed("Tim Hardaway Jr", "Nicolas Claxton", "Gary Trent Jr", "Gary Trent Sr", "Xavier Bates II")
    world.play("Tim Hardaway Jr", "LAL", DAY.replace(day=18)).alias("Nic Claxton", "Nicolas Claxton")
    for name in ("Gary Trent Jr", "Gary Trent Sr"):
        world.play(name, "LAL", DAY.replace(day=18))
    # A name that is not what the lookup was made of is no key.
    world.book("Kenny Key", "LAL").play("Ken Key Jr", "LAL", DAY.replace(day=18), player_lookup="kennykey")
    for name in ("Tim Hardaway", "Nic Claxton", "Gary Trent", "Xavier Bates", "Nobody Here", "Ken Key"):
        world.prop(name, 12.5).prop(name, 13.5, 90)
    world.prop("Luka Dončić", 30.5, away="BOS", home="MIA").game("BOS", "MIA")
    made = run(world)
    lined = [row["player_lookup"] for row in made.players if row["has_prop_line"]]
    assert lined == ["nicolasclaxton", "timhardawayjr"], "a newcomer's key is his lookup"
    assert made.counts["unmatched_name", ODDS] == 4, "a game without rows says nothing"


PAIRS = (("BOS", "MIA"), ("NYK", "CHI"), ("DEN", "LAL"), ("PHX", "SAC"), ("ORL", "ATL"))
#: By game: (book, outcome, point, minutes before tip-off).
BOOKS: tuple[tuple[tuple[str, float, float], ...], ...] = (
    (("draftkings", -3.5, 600), ("fanduel", -4.0, 600), ("draftkings", -5.0, 30), ("fanduel", -4.5, 30)),
    (("draftkings", 3.5, 600), ("draftkings", 4.0, 30)),
    (("draftkings", 0.0, 600), ("fanduel", -1.0, 600), ("draftkings", 0.0, 30), ("fanduel", 0.0, 30)),
    (("draftkings", -3.25, 600), ("fanduel", -3.5, 600), ("draftkings", -3.25, 30), ("fanduel", -3.5, 30)),
    (("a", 6.5, 600), ("c", 7.0, 600), ("b", 7.5, 600), ("zeta", 7.0, 30), ("alpha", 6.5, 30)),
)


@cache
def consensus(engine: str) -> Outcome:
    """Five games with the spreads of the table; their away teams' spreads are the opposite, and stranger."""
    world = World()
    for (away, home), books in zip(PAIRS, BOOKS, strict=True):
        world.game(away, home).book(f"{home} Man", home, away, home).book(f"{away} Man", away, away, home)
        for book, point, before in books:
            world.line(home, point, before, book, away, home).line(away, 1 - point, before + 5, book, away, home)
    away, home = PAIRS[1]
    world.line("Over", 229.0, 30, "zeta", away, home).line("Under", 230.0, 30, "zeta", away, home)
    away, home = PAIRS[2]
    world.line("Under", 218.5, 400, "b", away, home).line("Under", 219.5, 30, "b", away, home)
    world.line("Over", 220.0, 30, "a", away, home).line("under", 150.0, 30, "a", away, home)
    return compute_world(engine, world)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (0, (-4.75, -3.75, -1.0, "draftkings,fanduel")),
        (1, (4.0, 3.5, 0.5, "draftkings")),
        (2, (0.0, -0.5, 0.5, "draftkings,fanduel")),
        (3, (-3.38, -3.38, 0.0, "draftkings,fanduel")),
        (4, (6.75, 7.0, -0.25, "alpha,zeta")),
    ],
)
def test_consensus_of_the_home_teams_spreads(engine: str, row: int, expected: tuple[object, ...]) -> None:
    """Home-relative, and the same for the players of both teams."""
    for side in PAIRS[row]:
        assert pick(consensus(engine).player(f"{side} Man"), *SPREAD) == expected


def test_a_total_is_the_over_else_the_under(engine: str) -> None:
    made = consensus(engine)
    assert pick(made.player("CHI Man"), *TOTAL) == (229.0, 229.0, 0.0, "zeta")
    assert pick(made.player("LAL Man"), *TOTAL) == (219.75, 218.5, 1.25, "a,b")
    assert pick(made.player("MIA Man"), *TOTAL) == (None, None, None, None)
    row = made.player("CHI Man")
    assert ((row["game_total"] - row["game_spread"]) / 2, (row["game_total"] + row["game_spread"]) / 2) == (
        112.5,
        116.5,
    )
    assert pick(made.team("LAL"), "game_total", "game_total_source") == (220.0, "a"), "UTGC takes Overs only"
    assert LINES in made.player("MIA Man")["data_sources"]


LINE = ("game_spread", "spread_movement", "game_spread_source", "game_total", "total_movement", "game_total_source")


def test_one_book_as_each_team_sees_it(run: Run) -> None:
    world = World().game("LAL", "MIA").line("LAL", -4.0, 60, home="MIA").line("MIA", 4.0, 60, home="MIA")
    world.line("LAL", -2.5, 300, home="MIA").line("MIA", 2.5, 300, home="MIA")
    world.line("LAL", -3.5, 20, "fanduel", home="MIA").line("Over", 229.5, 90, "fanduel", home="MIA")
    world.game("BOS", "DEN").line("Over", 210.0, 45, "x", "BOS").line("Over", 208.5, 200, "x", "BOS")
    world.line("Over", 300.0, 500, "w_late", "BOS").line("Under", 100.0, 5, "draftkings", "BOS")
    made = run(world)
    assert pick(made.team("LAL"), *LINE) == (-4.0, -1.5, "draftkings", 229.5, 0.0, "fanduel")
    assert pick(made.team("MIA"), *LINE) == (4.0, 1.5, "draftkings", 229.5, 0.0, "fanduel")
    assert {made.team(code)["betting_lines_updated_at"] for code in ("LAL", "MIA")} == {at(60)}
    for code in ("BOS", "DEN"):
        assert pick(made.team(code), *LINE) == (None, None, None, 300.0, 0.0, "w_late"), "other books by name"
        assert made.team(code)["betting_lines_updated_at"] == at(500), "the total's time where there is no spread"
        assert made.team(code)["data_sources"] == ["nbac_schedule", LINES]


def test_one_row_per_snapshot_the_last_loaded_then_the_smallest_point(run: Run) -> None:
    """Alternate lines share book, outcome and snapshot."""
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL")
    for point, clock in ((-5.5, None), (-7.5, time(9)), (-4.5, time(9)), (-9.5, time(8))):
        world.line("DEN", point, 60, processed_at=None if clock is None else wall(DAY, clock))
    made = run(world)
    assert (made.player("Ann Alpha")["game_spread"], made.team("DEN")["game_spread"]) == (-7.5, -7.5)
    assert made.counts["duplicate_rows", LINES] == 3


def test_a_line_after_tip_off_or_after_its_own_start_is_not_known(run: Run) -> None:
    world = World().game("LAL", "DEN").book("Ann Alpha", "LAL").line("DEN", -1.0, 90).line("DEN", -2.0, 0)
    world.line("DEN", -3.0, -0.01).line("DEN", -4.0, 20, commence_time=at(20.01)).line(
        "DEN", -2.5, 25, commence_time=at(25)
    )
    made = run(world)
    assert pick(made.player("Ann Alpha"), *SPREAD[:3]) == (-2.0, -1.0, -1.0)
    assert made.counts["line_after_tip", LINES] == 2


def test_the_cut_is_an_early_start_of_a_feed_else_noon(run: Run) -> None:
    """A start more than two hours before the schedule's tip-off wins; without any time nothing after noon is known."""
    world = World().game("LAL", "DEN").game("BOS", "MIA", game_date_est=None).game("NYK", "CHI", game_date_est=None)
    world.line("DEN", -1.0, 200, commence_time=at(150)).line("DEN", -2.0, 100)
    world.line("MIA", -1.0, 8 * 60, away="BOS", home="MIA").line("MIA", -2.0, 7 * 60, away="BOS", home="MIA")
    world.prop("Any One", None, 30, away="NYK", home="CHI", game_start_time=at(30))
    world.line("CHI", -1.0, 31, away="NYK", home="CHI").line("CHI", -2.0, 29, away="NYK", home="CHI")
    world.game("PHX", "UTA").line("UTA", -1.0, 60, away="PHX", home="UTA").prop("Any", None, game_start_time=None)
    world.prop("Any One", None, 30, away="PHX", home="UTA", game_start_time=at(120))
    made = run(world)
    assert [made.team(code)["game_spread"] for code in ("DEN", "MIA", "CHI", "UTA")] == [-1.0, -1.0, -1.0, -1.0]
    assert (made.counts["tip_mismatch", ""], made.counts["line_after_tip", LINES]) == (1, 3)


def test_the_line_of_the_context_is_the_line_of_the_game_summary(engine: str) -> None:
    """One selection: the game of the other stage's tests, with lines of both feeds for some of its players."""
    day = on("2021-11-15")
    raw = made_up_game(GAMEBOOK) | {ODDS: [], PROS: []}
    for n in range(24):
        who = {"game_date": day, "player_name": player_name("BOS" if n % 2 else "NYK", n % 7)}
        seen = {"snapshot_timestamp": at(100 - 9 * n, day), "home_team_abbr": "NYK", "away_team_abbr": "BOS"}
        line = {"points_line": 8.5 + n, "bookmaker": ("FanDuel", "betmgm", "DraftKings", "zzz")[n % 4]}
        if n % 3:
            raw[ODDS].append(raw_row(ODDS, **who, **seen, **line))
        else:
            sides = {"market_type": "points", "bet_side": "over", "bookmaker_last_update": wall(day, time(n))}
            raw[PROS].append(raw_row(PROS, **who, **line, **sides))
    inputs = frames(raw)
    summary = compute(engine, [PGS, TOGS, TDGS], inputs, [day])
    tables = {name: table.frame for name, table in summary.tables.items() if table.frame is not None}
    made = compute_world(engine, inputs | tables, day)
    lines = {row["player_lookup"]: row for row in tables[PGS].to_dicts()}
    assert {row["player_lookup"] for row in made.players} == lines.keys()
    assert sum(row["has_prop_line"] for row in made.players) > 10
    names = {
        "points_line": "current_points_line",
        "opening_line": "opening_points_line",
        "line_movement": "line_movement",
    }
    names |= {"points_line_source": "current_points_line_source"}
    for row in made.players:
        assert pick(row, *names.values()) == pick(lines[row["player_lookup"]], *names)

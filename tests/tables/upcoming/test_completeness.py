"""2.12 and 3.3 completeness and readiness, 2.13 quality, 2.14 and 3.4 the printed hashes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.canonical import row_hashes
from nbaproc.columns import Column, Type
from nbaproc.reference.canonical import row_hash
from nbaproc.tables import declarations
from tests.tables.upcoming.conftest import Run
from tests.tables.upcoming.test_travel import lakers
from tests.tables.upcoming.world import DAY, UPGC, UTGC, Outcome, Row, World, ago, compute_world, on, pick

PERCENTS = tuple(f"{name}_completeness_pct" for name in ("l5", "l10", "l7d", "l14d", "l30d"))
COMPLETE = tuple(f"{name}_is_complete" for name in ("l5", "l10", "l7d", "l14d", "l30d"))
COUNTS = ("expected_games_count", "actual_games_count", "dnp_games_count", "missing_games_count")

#: Team and opponent; ages of the games the player played, of the team's games that data has; expected values.
ODD = tuple(range(1, 30, 2))
FULL = (100.0, 100.0, 100.0, 100.0, 100.0)
CASES: dict[str, tuple[str, str, Sequence[int], Sequence[int], tuple[float, ...], tuple[int, ...], bool]] = {
    "played all": ("ATL", "BKN", ODD, ODD, FULL, (15, 15, 0, 0), True),
    "lacks 4": ("BOS", "CHA", ODD[4:], ODD[4:], (20.0, 60.0, 0.0, 42.9, 73.3), (15, 11, 0, 4), False),
    "sat out 4": ("CHI", "CLE", ODD[4:], ODD, FULL, (15, 11, 4, 0), True),
    "lacks 4 sat 4": ("DAL", "DEN", ODD[8:], ODD[4:], (0.0, 33.3, 0.0, 0.0, 63.6), (15, 7, 4, 4), False),
    "first three": ("DET", "GSW", ODD[:3], ODD, FULL, (15, 3, 12, 0), True),
    "traded": ("HOU", "IND", (*ODD[:3], *range(8, 25, 2)), ODD, FULL, (15, 12, 12, 0), True),
    "no game yet": ("LAC", "LAL", (), ODD, FULL, (15, 0, 15, 0), True),
    "lacks 10": ("MEM", "MIA", (), ODD[10:], (0.0, 0.0, 0.0, 0.0, 0.0), (15, 0, 5, 10), False),
    "no team game": ("MIL", "MIN", (), (), FULL, (0, 0, 0, 0), True),
}


@cache
def cases(engine: str) -> Outcome:
    """Nine teams that play every second day; the played games of the traded player's old team are Orlando's."""
    world = World()
    for n, (team, opponent, played, known, *_) in enumerate(CASES.values()):
        world.game(team, opponent).book(f"Man {n}", team, team, opponent)
        for days in ODD if known else ():
            world.final(team, opponent, ago(days))
        for days in known:
            world.play(f"Other {n}", team, ago(days)).play(f"Opponent {n}", opponent, ago(days))
        for days in played:
            world.play(f"Man {n}", team if days % 2 else "ORL", ago(days))
    # Listed or not: he who sat out was listed as such in two of the four.
    world.sit("Man 2", "CHI", ago(1)).sit("Man 2", "CHI", ago(5))
    return compute_world(engine, world)


@pytest.mark.parametrize("case", CASES)
def test_completeness_of_a_player_is_games_of_data(engine: str, case: str) -> None:
    percents, counts, ready = CASES[case][4:]
    row = cases(engine).player(f"Man {list(CASES).index(case)}")
    assert pick(row, *PERCENTS) == percents
    assert pick(row, *COMPLETE) == tuple(percent == 100.0 for percent in percents)
    assert pick(row, *COUNTS, "completeness_percentage") == (*counts, percents[4])
    assert pick(row, "is_production_ready", "all_windows_complete") == (ready, percents == FULL)


def test_completeness_the_second_example(run: Run) -> None:
    day = on("01-15")
    world = World().game("LAL", "DEN", day).book("Ann Alpha", "LAL", day=day)
    games = [on(text) for text in ("12-20", "12-22", "12-23", "12-26", "12-28", "12-30")]
    games += [on(text) for text in ("01-01", "01-03", "01-05", "01-08", "01-10", "01-13")]
    for played in games:
        world.final("LAL", "DEN", played)
        if played not in (on("01-05"), on("01-10")):
            world.play("Other Man", "LAL", played)
            if played != on("01-03"):
                world.play("Ann Alpha", "LAL", played)
    row = run(world, day).player("Ann Alpha")
    assert pick(row, *PERCENTS) == (50.0, 77.8, 66.7, 60.0, 81.8)
    assert pick(row, *COUNTS, "is_production_ready") == (12, 9, 1, 2, False)


def test_a_young_season_is_ready_whatever_is_missing(run: Run) -> None:
    """In April, October and November, and to 30 October, readiness is not asked for; completeness stays honest."""
    days = [on("2024-11-20"), on("2024-12-01")]
    world = World()
    for day in days:
        world.game("LAL", "DEN", day).book("Ann Alpha", "LAL", day=day).final("LAL", "DEN", ago(3, day))
    made = run(world, *days)
    for day, ready in zip(days, (True, False), strict=True):
        row = made.player("Ann Alpha", day)
        assert pick(row, "is_production_ready", "l7d_is_complete", "l5_completeness_pct") == (ready, False, 0.0)


#: Team -> ages of the games that are over and of those that are not; UTGC's columns.
WINDOWS: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[object, ...]]] = {
    "LAL": (
        (2, 4, 7, 9, 11, 14),
        (6,),
        (75.0, 85.7, True, "silver", 75.0, ["l7d_incomplete:75%", "l14d_incomplete:86%"]),
    ),
    "BOS": ((8, 10, 15), (16,), (100.0, 100.0, True, "gold", 95.0, [])),
    "NYK": ((1, 3, 5, 9, 11), (8, 10, 12), (100.0, 62.5, False, "bronze", 50.0, ["l14d_incomplete:63%"])),
    "PHX": ((9,), (1, 2, 10), (0.0, 25.0, False, "poor", 25.0, ["l7d_incomplete:0%", "l14d_incomplete:25%"])),
    "SAC": (
        (*range(2, 10), 11, 12),
        (1, 13),
        (85.7, 83.3, True, "silver", 75.0, ["l7d_incomplete:86%", "l14d_incomplete:83%"]),
    ),
}


@cache
def windows(engine: str) -> Outcome:
    world = World()
    for (team, (over, open_, _)), other in zip(WINDOWS.items(), ("DEN", "MIA", "CHI", "UTA", "POR"), strict=True):
        world.game(team, other)
        for days in over:
            world.final(team, other, ago(days))
        for n, days in enumerate(open_):
            world.game(team, other, ago(days), game_status=(1, 2, 3)[n % 3])
    world.game("ORL", "MIL", on("2023-10-24"))
    return compute_world(engine, world, DAY, on("2023-10-24"))


UTGC_COLUMNS: tuple[str, ...] = ("l7d_completeness_pct", "l14d_completeness_pct", "is_production_ready")
UTGC_COLUMNS += ("quality_tier", "quality_score", "quality_issues")


@pytest.mark.parametrize("team", WINDOWS)
def test_completeness_of_a_team_is_games_that_are_over(engine: str, team: str) -> None:
    over, open_, expected = WINDOWS[team]
    row = windows(engine).team(team)
    assert pick(row, *UTGC_COLUMNS) == expected
    e, a = (sum(days <= 14 for days in ages) for ages in ((*over, *open_), over))
    columns = ("expected_games_count", "actual_games_count", "missing_games_count", "completeness_percentage")
    assert pick(row, *columns) == (e, a, e - a, expected[1])
    complete = ("l7d_is_complete", "l14d_is_complete", "all_windows_complete")
    assert pick(row, *complete) == (expected[0] == 100, expected[1] == 100, expected[:2] == (100, 100))


def test_a_team_on_opening_night(engine: str) -> None:
    row = windows(engine).team("ORL", on("2023-10-24"))
    assert pick(row, *UTGC_COLUMNS) == (100.0, 100.0, True, "gold", 95.0, ["season_boundary", "bootstrap_mode"])


def test_quality_of_a_player_row(run: Run) -> None:
    world = World().game("LAL", "DEN").game("BOS", "MIA").line("DEN", -1.0).line("Over", 220.0)
    world.game("NYK", "CHI").line("Over", 220.0, away="NYK", home="CHI")
    for name, n in (("Seven", 7), ("Two", 2), ("Nine", 9), ("Four", 4), ("Three", 3), ("Five", 5)):
        world.book(name, "LAL")
        for days in range(n):
            world.play(name, "LAL", ago(2 + 3 * days))
    world.book("Twelve", "BOS", "BOS", "MIA").book("Ten", "BOS", "BOS", "MIA").book("None", "NYK", "NYK", "CHI")
    for days in range(12):
        world.play("Twelve", "BOS", ago(1 + 2 * days))
        if days < 10:
            world.play("Ten", "BOS", ago(1 + 3 * days))
    both, spread = ["missing_game_spread", "missing_game_total"], "missing_game_spread"
    lines, history = "odds_api_game_lines", "player_game_summary"
    expected: dict[str, tuple[object, ...]] = {
        "Twelve": ("gold", 95.0, both, True, [history]),
        "Ten": ("gold", 95.0, both, True, [history]),
        "Nine": ("silver", 75.0, [], False, [history, lines]),
        "Seven": ("silver", 75.0, [], False, [history, lines]),
        "Five": ("silver", 75.0, [], False, [history, lines]),
        "Four": ("bronze", 50.0, [], False, [history, lines]),
        "Three": ("bronze", 50.0, [], False, [history, lines]),
        "Two": ("bronze", 50.0, ["thin_sample:2/3"], True, [history, lines]),
        "None": ("bronze", 50.0, [spread, "thin_sample:0/3"], True, [lines]),
    }
    made = run(world)
    columns = ("quality_tier", "quality_score", "quality_issues", "processed_with_issues", "data_sources")
    assert {name: pick(made.player(name), *columns) for name in expected} == expected


def test_sources_of_a_row_come_in_their_order(run: Run) -> None:
    world = (
        World().game("LAL", "DEN").roster("Ann Alpha", "LAL").play("Ann Alpha", "LAL", ago(1)).prop("Ann Alpha", 9.5)
    )
    world.line("Over", 220.0).report("Ann Alpha", "LAL", "available").roster("Ben Bravo", "BOS", age=30)
    world.book("Ben Bravo", "DEN")
    made = run(world)
    assert made.player("Ann Alpha")["data_sources"] == [
        *("player_game_summary", "odds_api_player_points_props", "odds_api_game_lines", "nbac_injury_report"),
        "espn_team_rosters",
    ]
    assert made.player("Ben Bravo")["data_sources"][-1] == "espn_team_rosters", "his age comes from a roster"
    assert made.team("DEN")["data_sources"] == ["nbac_schedule", "odds_api_game_lines", "nbac_injury_report"]


PLAYER_TEXT = r"""avg_minutes_per_game_last_7=366|avg_usage_rate_last_7_games=\N|back_to_back=true|
back_to_backs_last_14_days=0|consecutive_road_games=2|current_points_line=255|days_rest=1|days_rest_before_last_game=2|
days_since_2_plus_days_rest=1|game_date=2024-01-20|game_id=20240120_LAL_DEN|game_spread=-475|
game_start_time_local=7:30 PM MT|game_total=22925|games_in_last_14_days=7|games_in_last_7_days=3|games_in_next_7_days=3|
has_prop_line=true|home_game=false|injury_report=\N|line_movement=10|miles_traveled_last_14_days=1180|
minutes_in_last_14_days=253|minutes_in_last_7_days=109|next_game_days_rest=2|next_game_is_primetime=false|
next_opponent_win_pct=625|opening_points_line=245|opening_spread=-375|opening_total=23000|opponent_days_rest=2|
opponent_def_rating_last_10=11342|opponent_ft_rate_allowed=22931|opponent_games_in_next_7_days=4|
opponent_next_game_days_rest=1|opponent_pace_last_10=10001|opponent_team_abbr=DEN|pace_differential=-86|player_age=24|
player_lookup=demoplayer|player_status=\N|points_avg_last_10=260|points_avg_last_5=288|probable_teammates=2|
prop_over_streak=1|prop_under_streak=0|questionable_teammates=0|season_phase=mid|spread_movement=-100|
star_teammates_out=1|team_abbr=LAL|time_zone_changes=0|time_zones_crossed_last_14_days=2|total_movement=-75|
travel_miles=0|universal_player_id=demoplayer_001""".replace("\n", "")


def value_of(column: Column, text: str) -> object:
    if text == r"\N":
        return None
    match column.type:
        case Type.INT64:
            return int(text)
        case Type.FLOAT64:
            assert column.digits is not None
            return int(text) / 10**column.digits
        case Type.BOOL:
            return text == "true"
        case Type.DATE:
            return date.fromisoformat(text)
        case _:
            return text


def test_the_printed_hash_of_a_player_row() -> None:
    """A made-up row: the printed fields are the hashed ones, all of them, and both engines hash them so."""
    table = declarations()[UPGC]
    printed = dict(part.split("=", 1) for part in PLAYER_TEXT.split("|"))
    assert sorted(printed) == sorted(column.name for column in table.hashed)
    assert len(printed) == 56
    row: Row = {name: value_of(table[name], text) for name, text in printed.items()}
    frame = pl.DataFrame([row], schema={name: schema(table)[name] for name in printed}, orient="row")
    assert row_hashes(frame, table.hashed).to_list() == [row_hash(row, table)] == ["66fec74450db108c"]


def test_the_printed_hashes_of_a_team_row(run: Run) -> None:
    """The Lakers of 12-30 in the excerpt of 3.1, with and without lines and reports."""
    day, world = on("12-30"), lakers()
    assert len(declarations()[UTGC].hashed) == 25
    assert run(world, day).team("LAL")["data_hash"] == "3283c07e1cbf35be"
    world.line("LAL", 5.5, 300, home="MIN", day=day).line("LAL", 6.5, 60, home="MIN", day=day)
    world.line("Over", 229.5, 60, home="MIN", day=day).report("Ann Alpha", "LAL", "out", day=day)
    world.report("Ben Bravo", "LAL", "questionable", day=day).report("Cal Charlie", "LAL", "doubtful", day=day)
    assert run(world, day).team("LAL")["data_hash"] == "1f64c5710f11501d"

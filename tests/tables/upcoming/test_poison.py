"""Nothing of the date and later enters a row, and everything before it does: column by column.

A column that no change before the date moves would pass the first half of these tests as a stub; the last test insists
that there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbaproc.run.engines import ENGINES
from nbaproc.tables import declarations
from tests.tables.leagues import examples
from tests.tables.upcoming.leagues import MISHAPS, League, leagues
from tests.tables.upcoming.rich import ANN, BEN, CAL, DAN, EVE, newest, rich_world
from tests.tables.upcoming.world import (
    DAY,
    GAMEBOOK,
    INJURIES,
    LINES,
    ODDS,
    PGS,
    PROS,
    REGISTRY,
    ROSTERS,
    SCHEDULE,
    TDGS,
    TOGS,
    UPGC,
    UTGC,
    Outcome,
    Row,
    World,
    ago,
    compute_world,
    lookup,
    on,
    wall,
)

Change = Callable[[World, date], object]

# What comes too late.


def results_of_players(world: World, day: date) -> None:
    """Everything but who was there changes on the date; afterwards that too, and there are new people."""
    for row in _from(world, PGS, day):
        row |= {
            "points": 77,
            "minutes_played": 1.5,
            "usage_rate": 99.0,
            "player_full_name": f"{row['player_full_name']} III",
        }
        row["is_dnp"] = not row["is_dnp"]
        if row["game_date"] > day:
            row |= {"team_abbr": "ORL", "season_year": row["season_year"] - 1}
    for row in [row for row in _from(world, PGS, day) if row["game_date"] == day]:
        world.rows[PGS].append(row | {"game_date": ago(-20, day), "points": 1, "is_dnp": False})


def results_of_teams(world: World, day: date) -> None:
    for row in _from(world, TOGS, day):
        row["pace"] = 44.4
        world.rows[TOGS].append(row | {"game_date": ago(-40, row["game_date"])})
    for row in _from(world, TDGS, day):
        row |= {"defensive_rating": 44.4, "opponent_pace": 50.0, "opp_ft_attempts": 99}
        world.rows[TDGS].append(row | {"game_date": ago(-40, row["game_date"])})


def scores_and_winners(world: World, day: date) -> None:
    for row in _from(world, SCHEDULE, day):
        if row["home_team_score"]:
            row |= {"home_team_score": 150, "away_team_score": 50}
        row["winning_team_tricode"] = row["home_team_tricode"]


def status_of_later_games(world: World, day: date) -> None:
    """Whether games after the date are over says nothing of it."""
    for row in _from(world, SCHEDULE, ago(-1, day)):
        over = row["game_status"] == 3
        row |= {"game_status": 1 if over else 3, "home_team_score": None if over else 99, "away_team_score": 98}


def status_of_games_with_a_book(world: World, day: date) -> None:
    """The game of the date itself is over or not: with a book for both teams that says nothing either."""
    for row in _from(world, SCHEDULE, day):
        if row["game_date"] == day:
            row |= {"game_status": 2, "home_team_score": 30, "away_team_score": 20}


def quotes_after_tip_off(world: World, day: date) -> None:
    """Rows that come too late change, and there are more of them."""
    late = datetime.combine(ago(-1, day), datetime.min.time(), wall(day, datetime.min.time()).tzinfo) + timedelta(
        hours=12
    )
    for table in (ODDS, LINES):
        for row in [row for row in world.rows[table] if row["game_date"] == day and row["snapshot_timestamp"]]:
            twin = row | {
                "snapshot_timestamp": late,
                "processed_at": late,
                "game_start_time": None,
                "commence_time": None,
            }
            twin |= {"points_line": 99.5, "outcome_point": 99.5}
            world.rows[table].append({name: value for name, value in twin.items() if name in row})
    for row in [row for row in world.rows[PROS] if row["game_date"] == day]:
        world.rows[PROS].append(row | {"bookmaker_last_update": late, "points_line": 99.5, "opening_line": 1.5})


def reports_after_tip_off(world: World, day: date) -> None:
    for row in [row for row in world.rows[INJURIES] if row["game_date"] == day]:
        late: Row = {"report_date": ago(-1, day), "report_hour": 3, "injury_status": "out", "reason": "Too late"}
        world.rows[INJURIES].append(row | late)


def rows_of_later_dates(world: World, day: date) -> None:
    """What is listed, quoted and reported for the dates after."""
    for table in (GAMEBOOK, ODDS, PROS, LINES, INJURIES):
        for row in [row for row in world.rows[table] if row["game_date"] == day]:
            world.rows[table].append(row | {"game_date": ago(-2, day)})


LATE: tuple[Change, ...] = (
    *(results_of_players, results_of_teams, scores_and_winners, status_of_later_games, quotes_after_tip_off),
    *(reports_after_tip_off, rows_of_later_dates),
)


def _from(world: World, table: str, day: date) -> list[Row]:
    return [row for row in world.rows[table] if row["game_date"] >= day]


def everything_late(world: World, day: date) -> None:
    for change in LATE:
        change(world, day)


def moved(one: Outcome, other: Outcome, day: date) -> set[tuple[str, str]]:
    """Columns of the date's rows that differ, by table; every column if the players or teams do."""
    found: set[tuple[str, str]] = set()
    for name, key in ((UPGC, "player_lookup"), (UTGC, "team_abbr")):
        left, right = (
            {row[key]: row for row in made.frame(name).to_dicts() if row["game_date"] == day} for made in (one, other)
        )
        if left.keys() != right.keys():
            found |= {(name, f"rows of {who}") for who in left.keys() ^ right.keys()}
        for who in left.keys() & right.keys():
            found |= {(name, column) for column, value in left[who].items() if value != right[who][column]}
    return found


@cache
def plain(engine: str) -> Outcome:
    return compute_world(engine, rich_world())


@pytest.mark.parametrize("change", [*LATE, status_of_games_with_a_book, everything_late], ids=lambda f: f.__name__)
def test_nothing_of_the_date_and_later_moves_a_column(engine: str, change: Change) -> None:
    world = rich_world()
    change(world, DAY)
    made = compute_world(engine, world)
    assert moved(plain(engine), made, DAY) == set()
    assert made.records(misses=True) == plain(engine).records(misses=True)


#: Mishaps that leave open which of several rows stands for a game would let a later status choose.
STEADY = tuple(name for name in MISHAPS if name not in ("nbac_schedule:doubled", "nbac_schedule:odd"))


@given(leagues(STEADY, most=6), st.integers(0, 2))
@examples(12)
def test_nothing_later_moves_a_row_of_any_league(league: League, number: int) -> None:
    day = league.dates[number % len(league.dates)]
    poisoned = league.copy()
    everything_late(poisoned.world, day)
    engine = ENGINES[league.plan.teams % 2]
    one, other = (compute_world(engine, world, day) for world in (league.world, poisoned.world))
    assert moved(one, other, day) == set()
    assert one.records(misses=True) == other.records(misses=True)


# What is known in time: the last row of everything.


def last_game_of_a_player(world: World, day: date) -> None:
    newest(world, PGS, day, player_lookup=lookup(ANN))["points"] = 0


def longer_minutes_and_usage(world: World, day: date) -> None:
    newest(world, PGS, day, player_lookup=lookup(ANN)).update(minutes_played=47.9, usage_rate=55.5)


def no_last_game_of_a_player(world: World, day: date) -> None:
    world.rows[PGS].remove(newest(world, PGS, day, player_lookup=lookup(ANN)))


def no_data_of_the_last_games(world: World, day: date) -> None:
    """The history lacks the team's games of nine days."""
    rows = world.rows[PGS]
    world.rows[PGS] = [r for r in rows if r["team_abbr"] != "LAL" or not ago(9, day) <= r["game_date"] < day]


def last_offense(world: World, day: date) -> None:
    newest(world, TOGS, day, team_abbr="DEN")["pace"] = 120.0


def last_defense(world: World, day: date) -> None:
    newest(world, TDGS, day, defending_team_abbr="DEN").update(defensive_rating=140.0, opp_ft_attempts=50)


def last_final_not_over(world: World, day: date) -> None:
    for team in ("LAL", "DEN"):
        rows = [
            r
            for r in world.rows[SCHEDULE]
            if r["game_date"] < day and team in (r["home_team_tricode"], r["away_team_tricode"])
        ]
        max(rows, key=lambda r: r["game_date"]).update(game_status=1)


def fewer_games_in_the_schedule(world: World, day: date) -> None:
    gone = [r for r in world.rows[SCHEDULE] if ago(9, day) <= r["game_date"] < day and _plays(r, "LAL")]
    world.rows[SCHEDULE] = [r for r in world.rows[SCHEDULE] if r not in gone]


def most_games_not_over(world: World, day: date) -> None:
    for row in world.rows[SCHEDULE]:
        if ago(14, day) <= row["game_date"] < day:
            row["game_status"] = 2


def _plays(row: Row, team: str) -> bool:
    return team in (row["home_team_tricode"], row["away_team_tricode"])


def other_winner_of_the_last_final(world: World, day: date) -> None:
    row = max(
        (r for r in world.rows[SCHEDULE] if r["game_date"] < day and _plays(r, "LAL")), key=lambda r: r["game_date"]
    )
    row["home_team_score"], row["away_team_score"] = 140, 90


def other_winner_of_the_next_opponents_final(world: World, day: date) -> None:
    row = max(
        (r for r in world.rows[SCHEDULE] if r["game_date"] < day and _plays(r, "SAC")), key=lambda r: r["game_date"]
    )
    row["home_team_score"], row["away_team_score"] = 90, 140


def no_next_games(world: World, day: date) -> None:
    tomorrow = [r for r in world.rows[SCHEDULE] if day < r["game_date"] <= ago(-2, day)]
    world.rows[SCHEDULE] = [r for r in world.rows[SCHEDULE] if r not in tomorrow]


def play_offs(world: World, day: date) -> None:
    row = _game(world, day)
    row["game_id"] = "004" + row["game_id"][3:]


def _game(world: World, day: date) -> Row:
    (row,) = (r for r in world.rows[SCHEDULE] if r["game_date"] == day)
    return row


def other_sides(world: World, day: date) -> None:
    _game(world, day).update(home_team_tricode="LAL", away_team_tricode="DEN")


def earlier_tip_off(world: World, day: date) -> None:
    row = _game(world, day)
    row["game_date_est"] -= timedelta(minutes=1)


def _last_snapshot(rows: list[Row], day: date, **values: object) -> list[Row]:
    known = [r for r in rows if r["game_date"] == day and all(r[k] == v for k, v in values.items())]
    times = sorted({r["snapshot_timestamp"] for r in known})
    return [r for r in known if r["snapshot_timestamp"] == times[-2]]


def last_snapshot_of_a_prop(world: World, day: date) -> None:
    for row in _last_snapshot(world.rows[ODDS], day, bookmaker="draftkings"):
        row["points_line"] = 31.0


def first_snapshot_of_a_prop(world: World, day: date) -> None:
    min(world.rows[ODDS], key=lambda r: r["snapshot_timestamp"])["points_line"] = 5.5


def no_props(world: World, day: date) -> None:
    world.rows[ODDS], world.rows[PROS] = [], []


def last_snapshot_of_the_lines(world: World, day: date) -> None:
    for row in _last_snapshot(world.rows[LINES], day):
        row["outcome_point"] += 2.25


def first_snapshot_of_the_lines(world: World, day: date) -> None:
    first = min(r["snapshot_timestamp"] for r in world.rows[LINES])
    for row in world.rows[LINES]:
        if row["snapshot_timestamp"] == first:
            row["outcome_point"] += 2.25


def no_last_snapshot_of_the_lines(world: World, day: date) -> None:
    for row in _last_snapshot(world.rows[LINES], day):
        row["bookmaker_key"] = "zzz"
        row["snapshot_timestamp"] += timedelta(minutes=1)


def first_book_is_silent(world: World, day: date) -> None:
    world.rows[LINES] = [r for r in world.rows[LINES] if r["bookmaker_key"] != "draftkings"]


def no_lines(world: World, day: date) -> None:
    world.rows[LINES] = []


def last_reports(world: World, day: date) -> None:
    """Everybody's last report before the hour of the tip-off has another status."""
    other = {ANN: "out", BEN: "available", CAL: "questionable", DAN: "out"}
    statuses = {lookup(name): status for name, status in other.items()}
    for row in world.rows[INJURIES]:
        if row["report_date"] == day and row["report_hour"] == 13:
            row |= {"injury_status": statuses[row["player_lookup"]], "reason": "Ankle"}


def a_later_report_in_time(world: World, day: date) -> None:
    world.report(ANN, "LAL", "questionable", 18, day=day, reason="Ankle").report(DAN, "LAL", "available", 18, day=day)
    world.report(CAL, "LAL", "out", 18, day=day)


def no_reports(world: World, day: date) -> None:
    world.rows[INJURIES] = []


def born_earlier(world: World, day: date) -> None:
    for row in world.rows[ROSTERS]:
        if row["birth_date"]:
            row["birth_date"] -= timedelta(days=400)


def another_person(world: World, day: date) -> None:
    for row in world.rows[REGISTRY]:
        row["universal_player_id"] += "9"


def no_book(world: World, day: date) -> None:
    world.rows[GAMEBOOK] = []


def few_games(world: World, day: date) -> None:
    world.rows[PGS] = [row for row in world.rows[PGS] if row["game_date"] > ago(8, day)]


COMPLETENESS = tuple(
    f"{name}_{what}" for name in ("l5", "l10", "l7d", "l14d", "l30d") for what in ("completeness_pct", "is_complete")
)

#: Change -> columns of UPGC, columns of UTGC that it must move.
MOVES: dict[Change, tuple[str, str]] = {
    last_game_of_a_player: ("points_avg_last_5 points_avg_last_10 prop_over_streak prop_under_streak", ""),
    longer_minutes_and_usage: (
        "minutes_in_last_7_days minutes_in_last_14_days avg_minutes_per_game_last_7 avg_usage_rate_last_7_games",
        "",
    ),
    no_last_game_of_a_player: (
        "days_rest back_to_back days_rest_before_last_game games_in_last_7_days games_in_last_14_days "
        "back_to_backs_last_14_days actual_games_count dnp_games_count",
        "",
    ),
    no_data_of_the_last_games: (
        "missing_games_count completeness_percentage all_windows_complete is_production_ready "
        "days_since_2_plus_days_rest " + " ".join(COMPLETENESS),
        "",
    ),
    last_offense: ("pace_differential opponent_pace_last_10", ""),
    last_defense: ("opponent_def_rating_last_10 opponent_ft_rate_allowed", ""),
    last_final_not_over: (
        "travel_miles time_zone_changes consecutive_road_games miles_traveled_last_14_days "
        "time_zones_crossed_last_14_days opponent_days_rest",
        "is_back_to_back team_back_to_back days_since_last_game team_days_rest game_number_in_season "
        "games_in_last_7_days games_in_last_14_days last_game_margin travel_miles actual_games_count "
        "missing_games_count completeness_percentage l7d_completeness_pct l7d_is_complete l14d_completeness_pct "
        "l14d_is_complete all_windows_complete quality_tier quality_score quality_issues",
    ),
    fewer_games_in_the_schedule: ("expected_games_count", "expected_games_count"),
    most_games_not_over: ("expected_games_count", "is_production_ready"),
    other_winner_of_the_last_final: (
        "",
        "team_win_streak_entering team_loss_streak_entering last_game_margin last_game_result",
    ),
    other_winner_of_the_next_opponents_final: ("next_opponent_win_pct", ""),
    no_next_games: (
        "next_game_days_rest games_in_next_7_days next_game_is_primetime opponent_games_in_next_7_days "
        "opponent_next_game_days_rest",
        "",
    ),
    play_offs: ("season_phase games_in_next_7_days", ""),
    other_sides: ("home_game game_spread", "home_game travel_miles"),
    earlier_tip_off: ("game_start_time_local", ""),
    last_snapshot_of_a_prop: ("current_points_line line_movement prop_over_streak prop_under_streak", ""),
    first_snapshot_of_a_prop: ("opening_points_line line_movement", ""),
    no_props: ("has_prop_line current_points_line_source opening_points_line_source data_sources", ""),
    last_snapshot_of_the_lines: (
        "game_spread spread_movement game_total total_movement",
        "game_spread spread_movement game_total total_movement",
    ),
    first_snapshot_of_the_lines: ("opening_spread opening_total", "spread_movement total_movement"),
    no_last_snapshot_of_the_lines: ("game_spread_source game_total_source", "betting_lines_updated_at"),
    first_book_is_silent: ("game_spread_source game_total_source", "game_spread_source game_total_source game_spread"),
    no_lines: ("quality_issues processed_with_issues data_sources", "data_sources"),
    last_reports: (
        "star_teammates_out questionable_teammates probable_teammates player_status injury_report",
        "starters_out_count players_out_count questionable_players_count",
    ),
    a_later_report_in_time: (
        "probable_teammates injury_report",
        "starters_out_count questionable_players_count",
    ),
    no_reports: ("player_status star_teammates_out", "players_out_count"),
    born_earlier: ("player_age", ""),
    another_person: ("universal_player_id", ""),
    no_book: ("driver_source", ""),
    few_games: ("quality_tier quality_score points_avg_last_10", ""),
}
#: What names a row, and what follows from the date alone.
IDENTIFIERS = {"game_date", "player_lookup", "team_abbr", "opponent_team_abbr", "game_id", "nba_game_id", "season_year"}
OF_THE_DATE = {"season_boundary_detected", "backfill_bootstrap_mode"}


@pytest.mark.parametrize("change", MOVES, ids=lambda f: f.__name__)
def test_what_is_known_in_time_moves_its_columns(engine: str, change: Change) -> None:
    world = rich_world()
    change(world, DAY)
    found = moved(plain(engine), compute_world(engine, world), DAY)
    expected = {(name, c) for name, columns in zip((UPGC, UTGC), MOVES[change], strict=True) for c in columns.split()}
    assert expected <= found, f"not moved: {sorted(expected - found)}"
    for name, columns in zip((UPGC, UTGC), MOVES[change], strict=True):
        hashed = {column.name for column in declarations()[name].hashed} & set(columns.split())
        assert ((name, "data_hash") in found) or not hashed


def test_flags_of_the_date_move_with_the_date(engine: str) -> None:
    day = on("2023-10-20")
    made, base = compute_world(engine, rich_world(day), day), plain(engine)
    for now, then in ((made.player(ANN), base.player(ANN)), (made.team("LAL"), base.team("LAL"))):
        assert {column for column in OF_THE_DATE if now[column] != then[column]} == OF_THE_DATE


@pytest.mark.parametrize("name", [UPGC, UTGC])
def test_no_column_is_left_out(name: str) -> None:
    number = (UPGC, UTGC).index(name)
    listed = {column for columns in MOVES.values() for column in columns[number].split()}
    columns = set(declarations()[name].names) - IDENTIFIERS - OF_THE_DATE - {"data_hash"}
    assert columns - listed == set()
    assert listed - columns == set()


# The invariant on what may be deleted.


def delete_what_comes_later(world: World, day: date) -> None:
    """Every row of the date and later, except schedule, what was known before tip-off, and who was there."""
    world.rows[PGS] = [row for row in world.rows[PGS] if row["game_date"] <= day]
    for table in (TOGS, TDGS):
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] < day]
    for table in (GAMEBOOK, ODDS, PROS, LINES, INJURIES):
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] <= day]
    late = at_the_end_of(day)
    for table in (ODDS, LINES):
        world.rows[table] = [
            r for r in world.rows[table] if not r["snapshot_timestamp"] or r["snapshot_timestamp"] < late
        ]
    world.rows[INJURIES] = [row for row in world.rows[INJURIES] if row["report_date"] <= day]


def at_the_end_of(day: date) -> Any:
    return wall(day, datetime.max.time()) + timedelta(hours=4)


@given(leagues(STEADY, most=6))
@examples(10)
def test_deleting_what_comes_later_changes_no_row(league: League) -> None:
    day = league.dates[-1]
    pruned = league.copy()
    delete_what_comes_later(pruned.world, day)
    engine = ENGINES[league.plan.teams % 2]
    one, other = (compute_world(engine, world, day) for world in (league.world, pruned.world))
    assert moved(one, other, day) == set()


#: What ranges over the row set, or says where a row comes from.
OF_THE_ROW_SET = {"star_teammates_out", "questionable_teammates", "probable_teammates", "driver_source"}
OF_THE_ROW_SET |= {"data_sources", "data_hash"}


@given(leagues(most=0))
@examples(10)
def test_deleting_who_was_there_changes_the_row_set_only(league: League) -> None:
    """And the counts that range over it; a roster's birth dates stay, they are static."""
    day = league.dates[-1]
    pruned = league.copy()
    delete_what_comes_later(pruned.world, day)
    pruned.world.rows[PGS] = [row for row in pruned.world.rows[PGS] if row["game_date"] < day]
    pruned.world.rows[GAMEBOOK] = []
    engine = ENGINES[league.plan.teams % 2]
    one, other = (compute_world(engine, world, day) for world in (league.world, pruned.world))
    assert {column for name, column in moved(one, other, day) if name == UTGC} == set()
    players = {row["player_lookup"]: row for row in other.players}
    for row in one.players:
        found = players.get(row["player_lookup"], row)
        if found["team_abbr"] == row["team_abbr"]:
            assert {c for c in row if row[c] != found[c]} <= OF_THE_ROW_SET


def test_a_box_score_of_the_date_adds_its_player_and_counts_nothing(engine: str) -> None:
    """Somebody whom no list has played today: he has a row of what was known before, the others' do not move."""
    world = rich_world().play("Gil Golf", "LAL", DAY, 60, 48.0).play("Gil Golf", "LAL", ago(3), 8, 12.0)
    made = compute_world(engine, world)
    assert moved(plain(engine), made, DAY) == {(UPGC, "rows of gilgolf")}
    row = made.player("Gil Golf")
    assert (row["driver_source"], row["points_avg_last_5"], row["days_rest"]) == ("boxscore", 8.0, 3)
    assert EVE and row["game_total"] == made.player(EVE)["game_total"]

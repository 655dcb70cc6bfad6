"""Nothing of the date and later enters a row of the four tables, and what lies before does: column by column.

Features at D from the full history equal features at D from the history cut at D, and do not move when rows at or after
D change. A stub would pass that; so every column must be moved by some change before the date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbaproc.run.engines import ENGINES
from nbaproc.tables import declarations
from tests.tables.leagues import examples
from tests.tables.precompute.leagues import STEADY, League, leagues
from tests.tables.precompute.rich import ANN, LEAGUE, rich_world
from tests.tables.precompute.world import (
    DAY,
    ENTITY,
    OPENER,
    PCF,
    PDC,
    PSZA,
    TABLES,
    TDZA,
    Made,
    compute_tables,
    shots,
)
from tests.tables.upcoming.world import (
    INJURIES,
    PGS,
    REGISTRY,
    ROSTERS,
    SCHEDULE,
    TDGS,
    TOGS,
    Row,
    World,
    ago,
    lookup,
)

Change = Callable[[World, date], object]
HISTORY = (PGS, TOGS, TDGS)


@cache
def plain(engine: str) -> Made:
    return compute_tables(engine, rich_world())


def moved(one: Made, other: Made, day: date | None = None) -> set[tuple[str, str]]:
    """Columns of the rows that differ, by table; rows and records that only one of them has."""
    found: set[tuple[str, str]] = set()
    for table in TABLES:
        left, right = one.rows(table, day), other.rows(table, day)
        found |= {(table, f"row of {entity}") for entity in left.keys() ^ right.keys()}
        for entity in left.keys() & right.keys():
            found |= {(table, name) for name, value in left[entity].items() if value != right[entity][name]}
        if one.records(table, day) != other.records(table, day):
            found.add((table, "records"))
    return found


# What comes too late.


def _from(world: World, table: str, day: date) -> list[Row]:
    return [row for row in world.rows[table] if row["game_date"] >= day]


def other_results(world: World, day: date) -> None:
    """Every number of the date and later is another one; who was there stays, on the date."""
    for table in HISTORY:
        for row in _from(world, table, day):
            for name, value in row.items():
                if isinstance(value, int | float) and not isinstance(value, bool) and name != "season_year":
                    row[name] = value * 3 + 1
            if "data_hash" in row:
                row["data_hash"] = "f" * 16
            if "universal_player_id" in row:
                row["universal_player_id"] = "nobody_001"


def nothing_known(world: World, day: date) -> None:
    """Every number of the date and later is unknown."""
    for table in HISTORY:
        for row in _from(world, table, day):
            row |= {
                name: None for name, value in row.items() if isinstance(value, int | float) and name != "season_year"
            }


def more_results(world: World, day: date) -> None:
    """The newest results before the date come again on every later day without any."""
    for table in HISTORY:
        key = {PGS: "player_lookup", TOGS: "team_abbr", TDGS: "defending_team_abbr"}[table]
        taken = {(row["game_date"], row[key]) for row in world.rows[table]}
        last = max((row["game_date"] for row in world.rows[table] if row["game_date"] < day), default=day)
        for row in [row for row in world.rows[table] if row["game_date"] == last]:
            later = [ago(-n, day) for n in range(1, 21)]
            world.rows[table] += [row | {"game_date": d} for d in later if (d, row[key]) not in taken]


def other_teams(world: World, day: date) -> None:
    """After the date everybody plays for another team, of another season even."""
    for row in _from(world, PGS, ago(-1, day)):
        row |= {"team_abbr": "ORL", "season_year": row["season_year"] - 1}


def other_games(world: World, day: date) -> None:
    """The games of the date and later end otherwise, or not; there are more of them."""
    for row in _from(world, SCHEDULE, day):
        if row["game_date"] > day:
            row |= {"game_status": 1, "home_team_score": None, "away_team_score": None}
        elif row["home_team_score"]:
            row |= {"home_team_score": 150, "away_team_score": 50}
    for days in (1, 2, 5):
        world.final("LAL", "DEN", ago(-days, day), game_id=f"004239990{days}")


def cut(world: World, day: date) -> None:
    """The history ends before the date."""
    for table in HISTORY:
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] < day]


def everything(world: World, day: date) -> None:
    for change in (other_results, more_results, other_teams, other_games):
        change(world, day)


LATE: tuple[Change, ...] = (other_results, nothing_known, more_results, other_teams, other_games, cut, everything)


@pytest.mark.parametrize("change", LATE, ids=lambda f: f.__name__)
def test_nothing_of_the_date_and_later_moves_a_column(engine: str, change: Change) -> None:
    world = rich_world()
    change(world, DAY)
    assert moved(plain(engine), compute_tables(engine, world)) == set()


def test_rows_of_the_season_before_move_nothing(engine: str) -> None:
    world = rich_world()
    for table in HISTORY:
        for row in [row for row in world.rows[table] if row["game_date"] < DAY]:
            world.rows[table].append(row | {"game_date": ago(365, row["game_date"]), "season_year": 2022})
    assert moved(plain(engine), compute_tables(engine, world)) == set()


def test_a_date_alone_is_what_it_is_beside_others(engine: str) -> None:
    made = compute_tables(engine, rich_world(), ago(8), DAY, ago(-3))
    assert moved(plain(engine), made, DAY) == set()


# What is known in time.


def _newest(world: World, table: str, day: date, **values: object) -> Row:
    rows = [r for r in world.rows[table] if r["game_date"] < day and all(r[k] == v for k, v in values.items())]
    return max(rows, key=lambda row: row["game_date"])


def newest_game_of_a_player(world: World, day: date) -> None:
    """Other points, minutes, usage, shots and person."""
    values: Row = {"points": 40, "minutes_played": 47.9, "usage_rate": 50.5, "ts_pct": 0.9}
    values |= {"universal_player_id": "ann_002"}
    values |= shots((15, 16), (8, 16), (12, 16), 20, 13)
    _newest(world, PGS, day, player_lookup=lookup(ANN)).update(values)


def ten_games_far_away(world: World, day: date) -> None:
    """The zones of a player's shots were others."""
    for row in world.rows[PGS]:
        if row["player_lookup"] == lookup(ANN) and ago(30, day) < row["game_date"] < day:
            row |= shots((0, 1), (0, 1), (8, 9), 8, 8)


def no_shots_in_three_games(world: World, day: date) -> None:
    for row in world.rows[PGS]:
        if row["player_lookup"] == lookup(ANN) and ago(5, day) < row["game_date"] < day:
            row |= shots()


def newest_defense(world: World, day: date) -> None:
    values: Row = {"opp_paint_attempts": 99, "opp_paint_makes": 90, "opp_mid_range_attempts": 50}
    values |= {"opp_mid_range_makes": 45, "opp_three_pt_attempts": 60, "opp_three_pt_makes": 2}
    values |= {"points_in_paint_allowed": 180, "points_allowed": 149, "defensive_rating": 139.99}
    values |= {"opponent_pace": 119.9, "blocks_paint": 20, "blocks_mid_range": 19, "blocks_three_pt": 18}
    _newest(world, TDGS, day, defending_team_abbr="DEN").update(values)


def no_zones_of_the_newest_defense(world: World, day: date) -> None:
    _newest(world, TDGS, day, defending_team_abbr="DEN").update(opp_paint_attempts=None)


def no_mid_range_attempts(world: World, day: date) -> None:
    for row in world.rows[TDGS]:
        row |= {"opp_mid_range_attempts": 0, "opp_mid_range_makes": 0}


def newest_games_of_the_league(world: World, day: date) -> None:
    for team in LEAGUE:
        values = {"opp_paint_makes": 5, "opp_mid_range_makes": 1, "opp_three_pt_makes": 30}
        _newest(world, TDGS, day, defending_team_abbr=team).update(values)


def a_smaller_league(world: World, day: date) -> None:
    world.rows[TDGS] = [row for row in world.rows[TDGS] if row["defending_team_abbr"] not in LEAGUE]


def no_data_of_the_newest_games(world: World, day: date) -> None:
    """The tables lack the newest games of everybody, but the schedule has them."""
    for table in (PGS, TDGS):
        world.rows[table] = [r for r in world.rows[table] if not ago(17, day) <= r["game_date"] < day]


def newest_games_are_gone(world: World, day: date) -> None:
    """Five games of the player alone, of those that his team has."""
    gone = [r for r in world.rows[PGS] if r["player_lookup"] == lookup(ANN) and ago(9, day) < r["game_date"] < day]
    world.rows[PGS] = [row for row in world.rows[PGS] if row not in gone]


def few_games(world: World, day: date) -> None:
    world.rows[PGS] = [row for row in world.rows[PGS] if not row["game_date"] < ago(10, day)]


def fewer_games_in_the_schedule(world: World, day: date) -> None:
    world.rows[SCHEDULE] = [r for r in world.rows[SCHEDULE] if not ago(40, day) < r["game_date"] < ago(6, day)]


def newest_offense(world: World, day: date) -> None:
    _newest(world, TOGS, day, team_abbr="LAL").update(pace=70.0, offensive_rating=70.0)


def fast_and_slow(world: World, day: date) -> None:
    for row in world.rows[TOGS]:
        if row["game_date"] < day:
            row["pace"] = 90.0 if row["team_abbr"] == "DEN" else 110.0


def no_offense_of_the_opponent(world: World, day: date) -> None:
    world.rows[TOGS] = [row for row in world.rows[TOGS] if row["team_abbr"] != "DEN"]


def older_people(world: World, day: date) -> None:
    for row in world.rows[ROSTERS]:
        row["age"] = 36


def other_people(world: World, day: date) -> None:
    for row in world.rows[REGISTRY]:
        row["universal_player_id"] += "9"


def no_reports(world: World, day: date) -> None:
    world.rows[INJURIES] = []


def games_not_over(world: World, day: date) -> None:
    """The opponent of a team with most games unfinished is not ready."""
    for row in world.rows[SCHEDULE]:
        if ago(14, day) <= row["game_date"] < day:
            row["game_status"] = 2


def tired_legs(world: World, day: date) -> None:
    """A player has played every day of two weeks, and his opponent is strong where he scores."""
    ten_games_far_away(world, day)
    older_people(world, day)
    for days in range(1, 15):
        if not any(r["player_lookup"] == lookup(ANN) and r["game_date"] == ago(days, day) for r in world.rows[PGS]):
            world.play(ANN, "LAL", ago(days, day), 20, 40.0, **shots((0, 1), (0, 1), (8, 9), 8, 8))
    for row in world.rows[TDGS]:
        if row["defending_team_abbr"] == "DEN":
            row |= {"opp_three_pt_makes": 5}


def no_defense_of_five_games(world: World, day: date) -> None:
    """Fifteen are left."""
    world.rows[TDGS] = [row for row in world.rows[TDGS] if not ago(9, day) < row["game_date"] < day]


SHOTS = (
    "paint_rate_last_10 mid_range_rate_last_10 three_pt_rate_last_10 total_shots_last_10 paint_pct_last_10 "
    "mid_range_pct_last_10 three_pt_pct_last_10 paint_attempts_per_game mid_range_attempts_per_game "
    "three_pt_attempts_per_game assisted_rate_last_10 unassisted_rate_last_10 paint_rate_last_20 paint_pct_last_20 "
    "primary_scoring_zone source_player_game_hash"
)
FORM = (
    "points_avg_last_5 points_avg_last_10 points_avg_season points_std_last_10 minutes_avg_last_10 "
    "usage_rate_last_10 ts_pct_last_10 player_usage_rate_season assisted_rate_last_10"
)
LOAD = "minutes_in_last_7_days minutes_in_last_14_days avg_minutes_per_game_last_7"
COPIED_ZONES = "primary_scoring_zone paint_rate_last_10 three_pt_rate_last_10"
NOT_READY = "all_upstreams_ready is_production_ready data_quality_issues"
LEAGUE_COLUMNS = "league_paint_pct league_mid_range_pct league_three_pt_pct"
LEADS = "paint_defense_vs_league_avg mid_range_defense_vs_league_avg three_pt_defense_vs_league_avg"
WINDOWS = " ".join(f"{n}_completeness_pct {n}_is_complete" for n in ("l5", "l10", "l7d", "l14d"))
MISMATCH = "shot_zone_mismatch_score total_composite_adjustment shot_zone_context_json"

#: Change -> columns of each table that it must move.
MOVES: dict[Change, dict[str, str]] = {
    newest_game_of_a_player: {
        PSZA: f"{SHOTS} universal_player_id",
        PCF: "fatigue_score fatigue_context_json total_composite_adjustment usage_context_json shot_zone_context_json",
        PDC: f"{FORM} {LOAD} {COPIED_ZONES}",
    },
    ten_games_far_away: {PSZA: SHOTS, PCF: MISMATCH, PDC: f"{COPIED_ZONES} assisted_rate_last_10"},
    no_shots_in_three_games: {PSZA: "zone_games_in_sample_10 zone_games_in_sample_20", PDC: "paint_rate_last_10"},
    newest_defense: {
        TDZA: "paint_pct_allowed_last_15 paint_attempts_allowed_per_game paint_points_allowed_per_game "
        "mid_range_pct_allowed_last_15 mid_range_attempts_allowed_per_game three_pt_pct_allowed_last_15 "
        "three_pt_attempts_allowed_per_game paint_blocks_per_game mid_range_blocks_per_game three_pt_blocks_per_game "
        "defensive_rating_last_15 opponent_points_per_game opponent_pace strongest_zone weakest_zone "
        f"source_team_defense_hash {LEADS} {LEAGUE_COLUMNS}",
        PCF: MISMATCH,
    },
    no_zones_of_the_newest_defense: {TDZA: "zone_games_in_sample", PCF: "shot_zone_context_json"},
    no_mid_range_attempts: {TDZA: "calculation_notes league_teams_in_sample strongest_zone"},
    newest_games_of_the_league: {TDZA: f"{LEAGUE_COLUMNS} {LEADS}", PCF: MISMATCH},
    a_smaller_league: {TDZA: f"{LEAGUE_COLUMNS} league_teams_in_sample {LEADS} records", PCF: MISMATCH},
    no_defense_of_five_games: {
        TDZA: "actual_games_count missing_games_count completeness_percentage is_production_ready",
        PCF: "upstream_team_defense_ready",
    },
    no_data_of_the_newest_games: {
        TDZA: "records",
        PSZA: "actual_games_count missing_games_count completeness_percentage is_production_ready games_in_sample_20 "
        "sample_quality_20",
        PCF: f"actual_games_count missing_games_count completeness_percentage {NOT_READY} missing_data_fields "
        "data_completeness_pct upstream_player_context_ready upstream_player_shot_ready upstream_team_defense_ready",
        PDC: f"actual_games_count missing_games_count completeness_percentage {WINDOWS} all_windows_complete "
        "is_production_ready quality_tier games_in_last_7_days games_in_last_14_days back_to_backs_last_14_days",
    },
    newest_games_are_gone: {
        PSZA: "dnp_games_count actual_games_count",
        PCF: "dnp_games_count fatigue_score",
        PDC: "dnp_games_count games_played_season games_in_last_7_days",
    },
    few_games: {
        PSZA: "records",
        PCF: "upstream_player_shot_ready",
        PDC: "early_season_flag insufficient_data_reason games_played_season shot_zone_data_available",
    },
    fewer_games_in_the_schedule: dict.fromkeys(TABLES, "expected_games_count actual_games_count"),
    newest_offense: {PCF: "pace_context_json", PDC: "team_pace_last_10 team_off_rating_last_10"},
    fast_and_slow: {PCF: "pace_score total_composite_adjustment pace_context_json"},
    no_offense_of_the_opponent: {PCF: "pace_score pace_context_json missing_data_fields data_completeness_pct"},
    older_people: {PCF: "fatigue_score fatigue_context_json total_composite_adjustment", PDC: "player_age"},
    other_people: {PCF: "universal_player_id", PDC: "universal_player_id"},
    no_reports: {PCF: "usage_context_json"},
    games_not_over: {TDZA: "expected_games_count", PCF: f"upstream_team_context_ready {NOT_READY}"},
    tired_legs: {PCF: "has_warnings warning_details fatigue_score shot_zone_mismatch_score"},
}
#: What names a row, and what is the same on every row.
IDENTIFIERS = {"analysis_date", "game_date", "cache_date", "player_lookup", "team_abbr", "game_id"}
CONSTANT: dict[tuple[str, str], object] = {(TDZA, "games_in_sample"): 15, (PCF, "usage_spike_score"): 0.0}
CONSTANT |= {(PCF, "calculation_version"): "v2_4factors", (PDC, "cache_version"): "v2"}
#: Columns that move in the third week of a season only.
OF_A_YOUNG_SEASON = {"games_in_sample_10", "sample_quality_10", "data_quality_tier", "early_season_flag"}


@pytest.mark.parametrize("change", MOVES, ids=lambda f: f.__name__)
def test_what_is_known_in_time_moves_its_columns(engine: str, change: Change) -> None:
    world = rich_world()
    change(world, DAY)
    found = moved(plain(engine), compute_tables(engine, world))
    expected = {(table, column) for table, columns in MOVES[change].items() for column in columns.split()}
    assert expected <= found, f"not moved: {sorted(expected - found)}"
    for table in TABLES:
        hashed = {column.name for column in declarations()[table].hashed}
        assert ((table, "data_hash") in found) is any((table, name) in found for name in hashed)


def test_columns_of_a_young_season_move_with_its_newest_game(engine: str) -> None:
    """Day 20: nine games are enough, ten are full."""
    day = ago(-20, OPENER)
    full, short = (rich_world(day, ages) for ages in ((0, *range(1, 11)), (0, *range(2, 11))))
    one, other = (compute_tables(engine, world, day, names=[PSZA]) for world in (full, short))
    rows = [made.row(PSZA, ANN) for made in (one, other)]
    assert {name for name in OF_A_YOUNG_SEASON if rows[0][name] != rows[1][name]} == OF_A_YOUNG_SEASON


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_left_out(table: str) -> None:
    listed = {column for columns in MOVES.values() for column in columns.get(table, "").split()} - {"records"}
    constant = {column for name, column in CONSTANT if name == table}
    young = OF_A_YOUNG_SEASON if table == PSZA else set()
    columns = set(declarations()[table].names) - IDENTIFIERS - constant - young - {"data_hash"}
    assert columns - listed == set()
    assert listed - columns == set()


@pytest.mark.parametrize(("table", "column"), CONSTANT, ids=str)
def test_what_never_moves_is_constant(engine: str, table: str, column: str) -> None:
    rows = plain(engine).rows(table)
    assert len(rows) >= 4
    assert {row[column] for row in rows.values()} == {CONSTANT[table, column]}
    assert ENTITY[table] in declarations()[table].key


# What is cut off, in random leagues.


def moved_in(league: League, change: Change) -> set[tuple[str, str]]:
    """What a change of the date and later moves in a league."""
    day, later = league.dates[-1], league.copy()
    change(later.world, day)
    engine = ENGINES[league.plan.seed % 2]
    one, other = (compute_tables(engine, world, day) for world in (league.world, later.world))
    return moved(one, other)


@given(leagues(STEADY), st.sampled_from(LATE))
@examples(6)
def test_nothing_later_moves_a_row_of_any_league(league: League, change: Change) -> None:
    assert moved_in(league, change) == set()

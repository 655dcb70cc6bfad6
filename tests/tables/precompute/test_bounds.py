"""Impossible values reject a row, implausible ones are noted on it (zone analysis 5, daily cache 4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from tests.tables.precompute.test_completeness import CODES, listed
from tests.tables.precompute.world import (
    DAY,
    PDC,
    PSZA,
    TDZA,
    ZONE_TABLES,
    Made,
    allowed,
    attend,
    compute_tables,
    defend,
    games_of,
    season,
    shots,
    spread,
)
from tests.tables.upcoming.world import Row, ago, pick

RECORD = ("failure_category", "entity_type", "detail", "failure_reason", "occurrences", "can_retry")
FINE: Row = allowed((20, 40), (8, 20), (12, 35), (3, 1, 0), 110) | {"rating": 110.0, "pace": 99.0}
SHOOTS = shots((2, 4), (1, 2), (1, 3), 4, 2)


def out(column: str, value: int, digits: int) -> str:
    return f"{column} is {value} ({digits} digits)"


#: 15 games -> the smallest reason and the number of columns that are impossible.
HARD_TEAMS: dict[str, tuple[Sequence[Row], str, int]] = {
    "more makes than attempts": (
        [FINE | {"opp_paint_makes": 51, "opp_paint_attempts": 50}] * 15,
        out("paint_pct_allowed_last_15", 1020, 3),
        1,
    ),
    "fewer than no makes": (
        [FINE | {"opp_mid_range_makes": -1}] * 15,
        out("mid_range_pct_allowed_last_15", -50, 3),
        1,
    ),
    "difference and share": (
        [FINE | {"opp_three_pt_makes": 80, "opp_three_pt_attempts": 40}] * 15,
        out("three_pt_defense_vs_league_avg", 16450, 2),
        2,
    ),
    "negative attempts": (
        [FINE | {"opp_paint_attempts": -3, "opp_mid_range_attempts": -1}] * 15,
        out("mid_range_attempts_allowed_per_game", -10, 1),
        2,
    ),
    "negative blocks": ([FINE | {"blocks_three_pt": -1}] * 15, out("three_pt_blocks_per_game", -10, 1), 1),
    "negative points": (
        [FINE | {"points_allowed": -1, "points_in_paint_allowed": -2}] * 15,
        out("opponent_points_per_game", -10, 1),
        2,
    ),
    "negative rating and pace": (
        [FINE | {"rating": -0.01, "pace": -0.1}] * 15,
        out("defensive_rating_last_15", -1, 2),
        2,
    ),
}


def mid_range(makes: int) -> list[Row]:
    """15 games with so many makes of 1500 attempts; the league makes 41 percent."""
    return [FINE | {"opp_mid_range_makes": made, "opp_mid_range_attempts": 100} for made in spread(makes, 15)]


#: 15 games -> the notes: column, integer, digits.
SOFT_TEAMS: dict[str, tuple[Sequence[Row], list[tuple[str, int, int]]]] = {
    "within": ([FINE] * 15, []),
    "15 points": (mid_range(840), []),
    "15.07 points": (mid_range(841), [("mid_range_defense_vs_league_avg", 1507, 2)]),
    "-15 points": (mid_range(390), []),
    "-15.07 points": (mid_range(389), [("mid_range_defense_vs_league_avg", -1507, 2)]),
    "many attempts": (
        [FINE | {"opp_paint_makes": 58, "opp_paint_attempts": 100}] * 14
        + [FINE | {"opp_paint_makes": 59, "opp_paint_attempts": 101}],
        [("paint_attempts_allowed_per_game", 1001, 1)],
    ),
    "100 attempts": ([FINE | {"opp_paint_makes": 58, "opp_paint_attempts": 100}] * 15, []),
    "points in the paint": (
        [FINE | {"points_in_paint_allowed": 151}] * 15,
        [("paint_points_allowed_per_game", 1510, 1)],
    ),
    "150 points in the paint": ([FINE | {"points_in_paint_allowed": 150}] * 15, []),
    "low rating and points": (
        [FINE | {"rating": 69.99, "points_allowed": 69}] * 15,
        [("defensive_rating_last_15", 6999, 2), ("opponent_points_per_game", 690, 1)],
    ),
    "lowest rating and points": ([FINE | {"rating": 70.0, "points_allowed": 70}] * 15, []),
    "high rating and points": (
        [FINE | {"rating": 140.01, "points_allowed": 151}] * 15,
        [("defensive_rating_last_15", 14001, 2), ("opponent_points_per_game", 1510, 1)],
    ),
    "highest rating and points": ([FINE | {"rating": 140.0, "points_allowed": 150}] * 15, []),
    "slow and fast": ([FINE | {"pace": 30.0}] * 15, []),
}
HARD_PLAYERS: dict[str, tuple[Sequence[Row], str, int]] = {
    "more makes": ([SHOOTS | {"paint_makes": 5}] * 10, out("paint_pct_last_10", 1250, 3), 1),
    "negative makes": ([SHOOTS | {"three_makes_pbp": -1}] * 10, out("three_pt_pct_last_10", -333, 3), 1),
    "negative attempts": (
        [SHOOTS | {"mid_range_attempts": -1}] * 10,
        out("mid_range_attempts_per_game", -10, 1),
        2,
    ),
    "long window": ([SHOOTS] * 10 + [SHOOTS | {"paint_makes": 9}] * 5, out("paint_pct_last_20", 1083, 3), 1),
}
SOFT_PLAYERS: dict[str, tuple[Sequence[Row], list[tuple[str, int, int]]]] = {
    "within": ([SHOOTS] * 10, []),
    "many shots": (
        games_of(10, paint=(9, 401), mid=(0, 0), three=(0, 0)),
        [("paint_attempts_per_game", 401, 1), ("total_shots_last_10", 401, 0)],
    ),
    "400 shots": (games_of(10, paint=(9, 400), mid=(0, 0), three=(0, 0)), []),
    "more assisted than made": (
        [SHOOTS | {"assisted_fg_makes": 5, "unassisted_fg_makes": -1}] * 10,
        [("assisted_rate_last_10", 12500, 2), ("unassisted_rate_last_10", -2500, 2)],
    ),
    "all assisted": ([SHOOTS | {"assisted_fg_makes": 4, "unassisted_fg_makes": 0}] * 10, []),
    "thirds": ([shots((1, 1), (1, 1), (1, 1))] * 10, []),
}


@cache
def zones(engine: str) -> Made:
    world = season()
    teams = [case[0] for case in HARD_TEAMS.values()] + [case[0] for case in SOFT_TEAMS.values()]
    for team, games in zip(CODES_30, teams, strict=False):
        defend(world, team, games)
    for name, (games, *_) in SOFT_PLAYERS.items():
        attend(world, name, "LAL", games)
    for name, (games, *_) in HARD_PLAYERS.items():
        attend(world, f"hard {name}", "LAL", games)
    return compute_tables(engine, world, names=ZONE_TABLES)


CODES_30 = (*CODES, "MIA", "MIL", "MIN", "NOP", "NYK", "ORL", "PHI", "PHX", "POR", "SAS", "TOR")


@pytest.mark.parametrize("case", HARD_TEAMS)
def test_an_impossible_value_rejects_the_row_of_a_team(engine: str, case: str) -> None:
    _, reason, columns = HARD_TEAMS[case]
    team = CODES_30[list(HARD_TEAMS).index(case)]
    assert team not in zones(engine).rows(TDZA)
    record = zones(engine).record(TDZA, team)
    assert pick(record, *RECORD) == ("VALIDATION_FAILED", "TEAM", "", reason, columns, False)
    assert pick(record, "expected_game_count", "actual_game_count", "failure_type") == (None, None, None)


@pytest.mark.parametrize("case", SOFT_TEAMS)
def test_an_implausible_value_is_noted_on_the_row_of_a_team(engine: str, case: str) -> None:
    team = CODES_30[len(HARD_TEAMS) + list(SOFT_TEAMS).index(case)]
    assert zones(engine).row(TDZA, team)["games_in_sample"] == 15
    assert notes(zones(engine), TDZA, team) == SOFT_TEAMS[case][1]


def notes(made: Made, table: str, entity: str) -> list[tuple[str, int, int]]:
    """The notes on an entity, each checked to be one."""
    found = []
    for record in made.records(table):
        if record["entity_id"] == entity:
            assert pick(record, "failure_category", "failure_class", "severity") == ("DATA_ISSUE", "note", "info")
            assert pick(record, "occurrences", "can_retry", "expected_game_count") == (1, False, None)
            column, _, value, digits, _ = str(record["failure_reason"]).split()
            assert column == record["detail"]
            found.append((column, int(value), int(digits.strip("("))))
    return found


@pytest.mark.parametrize("case", HARD_PLAYERS)
def test_an_impossible_value_rejects_the_row_of_a_player(engine: str, case: str) -> None:
    _, reason, columns = HARD_PLAYERS[case]
    name = f"hard {case}"
    assert name.replace(" ", "") not in zones(engine).rows(PSZA)
    record = zones(engine).record(PSZA, name)
    assert pick(record, *RECORD) == ("VALIDATION_FAILED", "PLAYER", "", reason, columns, False)
    assert pick(record, "expected_game_count", "actual_game_count", "failure_type") == (None, None, None)


@pytest.mark.parametrize("case", SOFT_PLAYERS)
def test_an_implausible_value_is_noted_on_the_row_of_a_player(engine: str, case: str) -> None:
    assert zones(engine).row(PSZA, case)["games_in_sample_10"] == 10
    assert notes(zones(engine), PSZA, case.replace(" ", "")) == SOFT_PLAYERS[case][1]


#: What is added to ten plain games -> the smallest reason and the number of columns.
PLAIN: Row = {"usage_rate": 20.0, "ts_pct": 0.55, "fg_makes": 8, "assisted_fg_makes": 4}
CACHES: dict[str, tuple[Row, str, int]] = {
    "usage above 100": ({"usage_rate": 100.1}, out("player_usage_rate_season", 1001000, 4), 2),
    "negative usage": ({"usage_rate": -0.1}, out("player_usage_rate_season", -1000, 4), 2),
    "negative shooting": ({"ts_pct": -0.001}, out("ts_pct_last_10", -10, 4), 1),
    "negative assists": ({"assisted_fg_makes": -4}, out("assisted_rate_last_10", -500000000, 9), 1),
    "negative points": (
        {"points": -3, "minutes_played": 30.0},
        out("points_avg_last_10", -30000, 4),
        3,
    ),
}


@cache
def caches(engine: str) -> Made:
    world = season()
    others = ("MIA", "MIL", "MIN", "NOP", "NYK", "ORL", "PHI")
    bounds: dict[str, Row] = {"usage of 100": {"usage_rate": 100.0}, "more assists": {"assisted_fg_makes": 9}}
    for n, (name, values) in enumerate([*((k, v[0]) for k, v in CACHES.items()), *bounds.items()]):
        listed(world, name, CODES[n], DAY, others[n])
        attend(world, name, CODES[n], [PLAIN | {"points": 10} | values] * 10)
        world.final(CODES[n], others[n], ago(1))
    team = "UTA"
    listed(world, "slow team", team, DAY, "TOR").offense(team, ago(1), -0.1, offensive_rating=-0.01)
    attend(world, "slow team", team, [PLAIN] * 10)
    for days in (1, 40):
        for row in world.rows["team_offense_game_summary"]:
            if row["team_abbr"] == team and row["game_date"] == ago(days):
                row |= {"pace": -0.1, "offensive_rating": -0.01}
    return compute_tables(engine, world)


@pytest.mark.parametrize("case", CACHES)
def test_an_impossible_value_rejects_the_row_of_the_cache(engine: str, case: str) -> None:
    _, reason, columns = CACHES[case]
    assert case.replace(" ", "") not in caches(engine).rows(PDC)
    record = caches(engine).record(PDC, case)
    assert pick(record, *RECORD) == ("VALIDATION_FAILED", "PLAYER", "", reason, columns, False)
    assert pick(record, "expected_game_count", "actual_game_count", "failure_type") == (1, 1, None)


def test_impossible_values_of_the_team_reject_the_row_of_the_cache(engine: str) -> None:
    record = caches(engine).record(PDC, "slow team")
    assert pick(record, *RECORD[:3]) == ("VALIDATION_FAILED", "PLAYER", "")
    assert pick(record, "failure_reason", "occurrences") == (out("team_off_rating_last_10", -100, 4), 2)


def test_the_ends_of_a_range_are_possible(engine: str) -> None:
    made = caches(engine)
    assert made.row(PDC, "usage of 100")["usage_rate_last_10"] == 100.0
    assert made.row(PDC, "more assists")["assisted_rate_last_10"] == 1.125

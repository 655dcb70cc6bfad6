"""Partial shot coverage: games whose zones are unknown leave the samples of zones, never become zeros, and cost nothing
else: completeness, games, rating, points and pace stay."""

from __future__ import annotations

from functools import cache

import pytest

from tests.tables.precompute.rich import ANN, rich_world
from tests.tables.precompute.world import DAY, PCF, PDC, PSZA, TDZA, Made, compute_tables
from tests.tables.upcoming.world import PGS, TDGS, Row, ago, lookup, pick

#: Newest games without shots -> games that are left in the windows of 10, 15 and 20.
COVERAGE = {0: (10, 15, 20), 1: (9, 14, 19), 6: (4, 9, 14), 10: (0, 5, 10), 15: (0, 0, 5), 20: (0, 0, 0)}
OF_ZONES = ("paint_", "mid_range_", "three_", "opp_paint", "opp_mid_range", "points_in_paint", "blocks_")
COMPLETENESS = tuple(f"{name}_games_count" for name in ("expected", "actual", "missing"))
COMPLETENESS = (*COMPLETENESS, "completeness_percentage", "is_production_ready")
GAMES = {TDZA: ("games_in_sample",), PSZA: ("games_in_sample_10", "games_in_sample_20", "sample_quality_10")}
KEPT = ("defensive_rating_last_15", "opponent_points_per_game", "opponent_pace", "three_pt_pct_allowed_last_15")
TEAM_ZONES = tuple(
    f"{zone}_{what}"
    for zone in ("paint", "mid_range")
    for what in ("pct_allowed_last_15", "attempts_allowed_per_game", "blocks_per_game", "defense_vs_league_avg")
)
TEAM_ZONES = (*TEAM_ZONES, "paint_points_allowed_per_game", "three_pt_blocks_per_game")
PLAYER_ZONES = tuple(f"{zone}_rate_last_10" for zone in ("paint", "mid_range", "three_pt"))
PLAYER_ZONES = (*PLAYER_ZONES, *(f"{zone}_pct_last_10" for zone in ("paint", "mid_range", "three_pt")))
PLAYER_ZONES = (*PLAYER_ZONES, *(f"{zone}_attempts_per_game" for zone in ("paint", "mid_range", "three_pt")))
PLAYER_ZONES = (*PLAYER_ZONES, "total_shots_last_10", "primary_scoring_zone", "assisted_rate_last_10")
LONG = ("paint_rate_last_20", "paint_pct_last_20")


@cache
def covered(engine: str, without: int) -> Made:
    """Ann and the team of Denver lack the zones of their newest games."""
    world = rich_world()
    for table, who in ((PGS, {"player_lookup": lookup(ANN)}), (TDGS, {"defending_team_abbr": "DEN"})):
        rows = [r for r in world.rows[table] if r["game_date"] < DAY and who.items() <= r.items()]
        for row in sorted(rows, key=lambda row: row["game_date"], reverse=True)[:without]:
            row |= {name: None for name in row if name.startswith(OF_ZONES)}
    return compute_tables(engine, world)


def zones(engine: str, without: int) -> tuple[Row, Row]:
    return covered(engine, without).row(TDZA, "DEN"), covered(engine, without).row(PSZA, ANN)


@pytest.mark.parametrize("without", COVERAGE)
def test_games_without_shots_make_smaller_samples_then_unknown_zones(engine: str, without: int) -> None:
    team, player = zones(engine, without)
    ten, fifteen, twenty = COVERAGE[without]
    assert team["zone_games_in_sample"] == fifteen
    assert pick(player, "zone_games_in_sample_10", "zone_games_in_sample_20") == (ten, twenty)
    assert [team[name] is None for name in TEAM_ZONES] == [not fifteen] * len(TEAM_ZONES)
    assert [player[name] is None for name in PLAYER_ZONES] == [not ten] * len(PLAYER_ZONES)
    assert [player[name] is None for name in LONG] == [not twenty] * len(LONG)
    # Everybody shoots from everywhere, so a zero would be one of a game that is not known.
    values = [team[n] for n in TEAM_ZONES if "_avg" not in n] + [player[n] for n in (*PLAYER_ZONES, *LONG)]
    assert 0.0 not in values


@pytest.mark.parametrize("without", COVERAGE)
def test_games_without_shots_cost_no_completeness(engine: str, without: int) -> None:
    for now, then, table in zip(zones(engine, without), zones(engine, 0), (TDZA, PSZA), strict=True):
        columns = (*COMPLETENESS, *GAMES[table], *(KEPT if table == TDZA else ("dnp_games_count",)))
        assert pick(now, *columns) == pick(then, *columns)
    made, whole = covered(engine, without), covered(engine, 0)
    for table in (PCF, PDC):
        assert pick(made.row(table, ANN), *COMPLETENESS) == pick(whole.row(table, ANN), *COMPLETENESS)


@pytest.mark.parametrize("without", COVERAGE)
def test_the_mismatch_of_an_unknown_zone_is_nothing_and_said(engine: str, without: int) -> None:
    made = covered(engine, without)
    row, cached = made.row(PCF, ANN), made.row(PDC, ANN)
    known = COVERAGE[without][0] > 0
    context: Row = row["shot_zone_context_json"]
    assert context["missing_data"] is not known
    assert ("player_shot_zone" in str(row["missing_data_fields"])) is not known
    assert known or row["shot_zone_mismatch_score"] == 0.0
    assert cached["shot_zone_data_available"] is True
    assert (cached["paint_rate_last_10"] is None) is not known


def test_a_game_without_shots_is_a_game_less(engine: str) -> None:
    """The zones of 15 games of which one is unknown are those of the other 14."""
    without, fewer = rich_world(), rich_world()
    for row in [row for row in without.rows[TDGS] if row["defending_team_abbr"] == "DEN"]:
        if row["game_date"] == ago(6):
            row |= {name: None for name in row if name.startswith(OF_ZONES)}
    for row in [row for row in fewer.rows[TDGS] if row["defending_team_abbr"] == "DEN"]:
        if row["game_date"] == ago(6):
            row |= {name: 0 for name in row if name.startswith(("opp_paint", "opp_mid_range", "points_in_paint"))}
    one, other = (compute_tables(engine, world, names=[TDZA]).row(TDZA, "DEN") for world in (without, fewer))
    shares = ("paint_pct_allowed_last_15", "mid_range_pct_allowed_last_15", "strongest_zone", "weakest_zone")
    assert pick(one, *shares, *KEPT) == pick(other, *shares, *KEPT)
    volumes = ("paint_attempts_allowed_per_game", "mid_range_attempts_allowed_per_game")
    assert all(one[name] > other[name] for name in volumes), "zeros would count as games"
    assert (one["zone_games_in_sample"], other["zone_games_in_sample"]) == (14, 15)

"""What must hold of the four tables whatever the inputs are (zone analysis 9, factors 8), on the reference engine.

`test_engines_agree` proves that the other engine makes the same of such leagues.
"""

from __future__ import annotations

from datetime import date

from hypothesis import given

from nbaproc.raw.teams import TEAMS
from nbaproc.run.engines import REFERENCE
from nbaproc.tables import declarations
from tests.tables.declared import assert_as_declared
from tests.tables.leagues import examples
from tests.tables.precompute.leagues import OPENINGS, League, leagues
from tests.tables.precompute.world import PCF, PDC, PSZA, TABLES, TDZA, Made, compute_tables
from tests.tables.upcoming.world import PGS, SCHEDULE, TDGS, UPGC, Row, ago


def made_of(league: League) -> Made:
    return compute_tables(REFERENCE, league.world, *league.dates)


def opener_of(league: League) -> date:
    days = [r["game_date"] for r in league.world.rows[SCHEDULE] if r["game_id"].startswith("002")]
    start = OPENINGS[league.plan.opening]
    return min((day for day in days if day >= ago(60, start)), default=start)


def took_part(row: Row) -> bool:
    return not row["is_dnp"] and row["points"] is not None and ((row["minutes_played"] or 0) > 0 or row["points"] > 0)


def season_rows(league: League, table: str, day: date) -> list[Row]:
    year, opener = OPENINGS[league.plan.opening].year, opener_of(league)
    rows = league.world.rows[table]
    return [row for row in rows if row["season_year"] == year and opener <= row["game_date"] < day]


@given(leagues())
@examples(12)
def test_every_row_is_as_declared(league: League) -> None:
    """Keys, order, hashes, decimals at their digits, no NaN, infinity or minus zero."""
    made = made_of(league)
    for name in TABLES:
        table, rows = declarations()[name], made.frame(name).to_dicts()
        assert_as_declared(table, rows)
        shares = [n for n in table.names if "completeness_p" in n]
        assert shares
        assert all(0 <= row[name] <= 100 for row in rows for name in shares)


@given(leagues())
@examples(15)
def test_scope_is_rows_and_records(league: League) -> None:
    """Thirty teams, everybody who has played, the rows of the pre-game context: each once, on every date."""
    made = made_of(league)
    for day in league.dates:
        context = [r["player_lookup"] for r in made.frame(UPGC).to_dicts() if r["game_date"] == day]
        played = {row["player_lookup"] for row in season_rows(league, PGS, day) if took_part(row)}
        scheduled = any(row["game_date"] == day for row in made.frame("upcoming_team_game_context").to_dicts())
        early = (day - opener_of(league)).days < 14 or not scheduled
        scopes = {TDZA: set(TEAMS), PSZA: played, PCF: set(context), PDC: set(context)}
        for table, scope in scopes.items():
            rows = list(made.rows(table, day))
            lost = [r for r in made.records(table, day) if r["failure_class"] != "note"]
            if any(record["entity_type"] == "DATE" for record in lost):
                assert (rows, len(made.records(table, day))) == ([], 1)
            elif early:
                assert (rows, made.records(table, day)) == ([], [])
            else:
                assert sorted([*rows, *(record["entity_id"] for record in lost)]) == sorted(scope)
                noted = {r["entity_id"] for r in made.records(table, day)} - {r["entity_id"] for r in lost}
                assert noted <= set(rows)


@given(leagues(most=4))
@examples(12)
def test_rows_of_the_zones(league: League) -> None:
    """Sizes of samples; differences to the league recomputed from the games and the row's own league."""
    made = made_of(league)
    for row in made.frame(TDZA).to_dicts():
        games = [
            g for g in season_rows(league, TDGS, row["analysis_date"]) if g["defending_team_abbr"] == row["team_abbr"]
        ]
        games = sorted(games, key=lambda g: g["game_date"])[-15:]
        assert row["games_in_sample"] == 15 == len(games)
        assert row["zone_games_in_sample"] <= 15
        zoned = [g for g in games if None not in (g["opp_paint_attempts"], g["opp_mid_range_attempts"])]
        assert row["zone_games_in_sample"] == len(zoned)
        for zone in ("paint", "mid_range"):
            makes, tries = (sum(g[f"opp_{zone}_{n}"] or 0 for g in zoned) for n in ("makes", "attempts"))
            league_share = round(row[f"league_{zone}_pct"] * 10**9)
            lead = row[f"{zone}_defense_vs_league_avg"]
            assert (lead is None) is (tries <= 0)
            if lead is not None:
                assert abs(lead - 100 * (makes / tries - league_share / 10**9)) < 0.00501
        assert (row["strongest_zone"] is None) is (row["weakest_zone"] is None)
        assert row["league_teams_in_sample"] == 0 or row["league_teams_in_sample"] >= 10
    for row in made.frame(PSZA).to_dicts():
        n10, n20 = row["games_in_sample_10"], row["games_in_sample_20"]
        assert row["zone_games_in_sample_10"] <= n10 <= 10
        assert max(n10, row["zone_games_in_sample_20"]) <= n20 <= 20
        assert row["early_season_flag"] is (n10 < 10)
        assert (row["total_shots_last_10"] is None) is (row["primary_scoring_zone"] is None)
        assert n20 >= 15 or row["paint_rate_last_20"] is None


@given(leagues())
@examples(12)
def test_rows_of_the_factors(league: League) -> None:
    made = made_of(league)
    players = {(r["game_date"], r["player_lookup"]): r for r in made.frame(UPGC).to_dicts()}
    paces: dict[tuple[object, object], dict[str, float]] = {}
    for row in made.frame(PCF).to_dicts():
        assert 35 <= row["fatigue_score"] <= 100
        assert abs(row["shot_zone_mismatch_score"]) <= 10
        assert abs(row["pace_score"]) <= 3
        assert row["usage_spike_score"] == 0
        parts = [row[f"{n}_context_json"]["final_score"] for n in ("shot_zone", "pace", "usage")]
        total = (row["fatigue_score"] - 100) / 20 + sum(parts)
        assert abs(row["total_composite_adjustment"] - total) < 0.0052
        assert row["has_warnings"] is (row["warning_details"] is not None)
        assert row["is_production_ready"] is (row["data_quality_issues"] == [])
        assert row["all_upstreams_ready"] >= row["is_production_ready"]
        assert row["missing_games_count"] >= 0
        context = players[row["game_date"], row["player_lookup"]]
        if context["pace_differential"] is not None:
            paces.setdefault((row["game_date"], row["game_id"]), {})[context["team_abbr"]] = row["pace_score"]
    for teams in paces.values():
        if len(teams) == 2:
            assert sum(teams.values()) == 0


@given(leagues())
@examples(12)
def test_rows_of_the_cache(league: League) -> None:
    for row in made_of(league).frame(PDC).to_dicts():
        games = row["games_played_season"]
        assert 3 <= games <= 82
        assert row["early_season_flag"] is (games < 10) is (row["insufficient_data_reason"] is not None)
        assert (row["missing_games_count"] == 0) is row["l5_is_complete"]
        whole = [row[f"{name}_is_complete"] for name in ("l5", "l10", "l7d", "l14d")]
        percents = [row[f"{name}_completeness_pct"] for name in ("l5", "l10", "l7d", "l14d")]
        assert row["all_windows_complete"] is all(whole)
        assert all(percent == 100 for percent, complete in zip(percents, whole, strict=True) if complete)
        assert row["is_production_ready"] >= row["all_windows_complete"]
        assert row["completeness_percentage"] == percents[0]
        assert (row["primary_scoring_zone"] is not None) <= row["shot_zone_data_available"]


@given(leagues(most=2))
@examples(6)
def test_without_zones_only_their_columns_change(league: League) -> None:
    """Setting all zones to NULL leaves games, rating, points and pace alone, and the mismatch is nothing."""
    bare = league.copy()
    for row in bare.world.rows[PGS]:
        row |= {name: None for name in row if name.startswith(("paint_", "mid_range_", "three_"))}
    one, other = (compute_tables(REFERENCE, world, *league.dates) for world in (league.world, bare.world))
    assert [r["shot_zone_mismatch_score"] for r in other.frame(PCF).to_dicts()] == [0.0] * other.frame(PCF).height
    assert one.frame(TDZA).equals(other.frame(TDZA))
    # An impossible zone would have cost the row of the zones, so that is not asked either.
    copied = ["primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10", "shot_zone_data_available"]
    left, right = (made.frame(PDC).drop(*copied, "data_hash") for made in (one, other))
    assert left.equals(right)

"""What must hold of the three tables whatever the raw rows are, checked on the reference engine.

`tests.tables.test_engines_agree` proves that the other engine makes the same of such leagues.
"""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given

from nbaproc.run.engines import REFERENCE
from nbaproc.tables import declarations
from tests.tables.compare import NAMES, PGS, TDGS, TOGS, records, rows, run
from tests.tables.declared import assert_as_declared
from tests.tables.leagues import League, examples, leagues
from tests.tables.made_up import Outcome, Row

#: Column of the defending row -> column of the opponent's own row.
AGAINST = {
    "points_allowed": "points_scored",
    "opp_fg_attempts": "fg_attempts",
    "opp_fg_makes": "fg_makes",
    "opp_three_pt_attempts": "three_pt_attempts",
    "opp_three_pt_makes": "three_pt_makes",
    "opp_ft_attempts": "ft_attempts",
    "opp_ft_makes": "ft_makes",
    "opp_rebounds": "rebounds",
    "opp_assists": "assists",
    "turnovers_forced": "turnovers",
    "opp_paint_attempts": "team_paint_attempts",
    "opp_paint_makes": "team_paint_makes",
    "opp_mid_range_attempts": "team_mid_range_attempts",
    "opp_mid_range_makes": "team_mid_range_makes",
    "points_in_paint_allowed": "points_in_paint_scored",
    "opponent_ts_pct": "ts_pct",
}
_SAME = (
    *("game_id", "nba_game_id", "season_year", "home_game", "win_flag", "margin_of_victory", "overtime_periods"),
    *("opponent_team_abbr", "primary_source_used", "shot_zones_source", "data_sources"),
)
#: Column of the defending row -> column of the defender's own row.
SHARED = {
    "fouls_committed": "personal_fouls",
    "steals": "steals",
    "defensive_rebounds": "defensive_rebounds",
    **dict(zip(_SAME, _SAME, strict=True)),
}
#: Column of a player row -> column of the team row it may not exceed in sum.
ZONES = {
    "paint_attempts": "team_paint_attempts",
    "paint_makes": "team_paint_makes",
    "mid_range_attempts": "team_mid_range_attempts",
    "mid_range_makes": "team_mid_range_makes",
}
NAMES_OF_ISSUES = {
    PGS: (
        *("backup_source_used", "missing_plus_minus", "missing_shot_zones", "shot_zone_total_mismatch"),
        *("usage_rate_out_of_range", "ambiguous_lookup", "game_not_in_schedule"),
    ),
    TOGS: (
        *("reconstructed", "shot_zones_unavailable", "points_calculation_mismatch", "unrealistic_team_score"),
        *("impossible_shooting", "minutes_total_mismatch", "points_total_mismatch", "overtime_unknown"),
        "game_not_in_schedule",
    ),
}
NAMES_OF_ISSUES[TDGS] = NAMES_OF_ISSUES[TOGS]


def outcome_of(league: League) -> Outcome:
    stage = run(REFERENCE, league.raw, league.dates)
    made = {name: rows(stage, name).to_dicts() for name in NAMES}
    return Outcome(made, {name: records(stage, name).to_dicts() for name in NAMES}, stage.tally.counts)


@given(leagues())
@examples(30)
def test_team_rows(league: League) -> None:
    """Two rows a game in both tables; each is the mirror of the other."""
    outcome = outcome_of(league)
    by_game: dict[object, list[Row]] = defaultdict(list)
    for row in outcome.rows[TOGS]:
        by_game[row["game_id"]].append(row)
    own = {(row["game_date"], row["team_abbr"]): row for row in outcome.rows[TOGS]}
    for one, other in by_game.values():
        assert one["team_abbr"] == other["opponent_team_abbr"]
        assert other["team_abbr"] == one["opponent_team_abbr"]
        assert one["home_game"] is not other["home_game"]
        away, home = (one, other) if other["home_game"] else (other, one)
        assert one["game_id"] == f"{one['game_date']:%Y%m%d}_{away['team_abbr']}_{home['team_abbr']}"
        assert one["nba_game_id"] is None or len(str(one["nba_game_id"])) == 10
        if one["margin_of_victory"] is not None:
            assert one["margin_of_victory"] + other["margin_of_victory"] == 0  # type: ignore[operator]
    assert len(outcome.rows[TDGS]) == len(outcome.rows[TOGS])
    for row in outcome.rows[TDGS]:
        opponent = own[row["game_date"], row["opponent_team_abbr"]]
        assert {name: row[name] for name in AGAINST} == {name: opponent[theirs] for name, theirs in AGAINST.items()}
        defender = own[row["game_date"], row["defending_team_abbr"]]
        assert {name: row[name] for name in SHARED} == {name: defender[mine] for name, mine in SHARED.items()}
        assert (row["defensive_rating"] is None) is (opponent["offensive_rating"] is None)
        assert (row["opponent_pace"] is None) is (opponent["pace"] is None)


@given(leagues())
@examples(30)
def test_player_rows(league: League) -> None:
    outcome = outcome_of(league)
    names = declarations()[PGS].names
    first, last = names.index("minutes_played"), names.index("efg_pct")
    statistics = [name for name in names[first : last + 1] if name != "has_complete_shot_zones"]
    teams = {(row["game_id"], row["team_abbr"]): row for row in outcome.rows[TOGS]}
    sums: dict[tuple[object, object], dict[str, int]] = defaultdict(lambda: dict.fromkeys(ZONES, 0))
    for row in outcome.rows[PGS]:
        team = teams[row["game_id"], row["team_abbr"]]
        assert (row["win_flag"], row["shot_zones_source"]) == (team["win_flag"], team["shot_zones_source"])
        assert row["is_dnp"] is not row["is_active"]
        assert row["is_dnp"] is (row["player_status"] == "dnp")
        if row["is_dnp"]:
            assert {row[name] for name in (*statistics, "over_under_result", "margin")} == {None}
        assert row["usage_rate"] is None or 0 <= row["usage_rate"] <= 100  # type: ignore[operator]
        _check_zones(row)
        _check_line(row)
        for name in ZONES:
            sums[row["game_id"], row["team_abbr"]][name] += row[name] or 0  # type: ignore[operator]
    for key, mine in sums.items():
        for name, theirs in ZONES.items():
            assert teams[key][theirs] is None or mine[name] <= teams[key][theirs]  # type: ignore[operator]


def _check_zones(row: Row) -> None:
    """Zones are there only in a game with a source; makes do not exceed attempts; six go together."""
    counts = [row[name] for name in ("paint_attempts", "mid_range_attempts", "three_attempts_pbp")]
    made = [row[name] for name in ("paint_makes", "mid_range_makes", "three_makes_pbp")]
    assert len({value is None for value in counts + made}) == 1
    known = counts[0] is not None
    assert not known or (row["shot_zones_source"] is not None and not row["is_dnp"])
    assert row["has_complete_shot_zones"] is (known and sum(counts) == row["fg_attempts"])  # type: ignore[arg-type]
    if known:
        assert all(m <= a for m, a in zip(made, counts, strict=True))  # type: ignore[operator]
    creation = [row["assisted_fg_makes"], row["unassisted_fg_makes"]]
    assert (creation[0] is None) is (creation[1] is None)
    if creation[0] is not None:
        assert sum(creation) >= sum(made)  # type: ignore[arg-type]
    if row["shot_zones_source"] == "nbac_shot_chart":
        assert {row[name] for name in ("assisted_fg_makes", "and1_count", "paint_blocks")} == {None}


def _check_line(row: Row) -> None:
    """An outcome if and only if somebody with a line played."""
    minutes, points = row["minutes_played"] or 0, row["points"]
    played = not row["is_dnp"] and points is not None and (minutes > 0 or points > 0)  # type: ignore[operator]
    assert (row["points_line"] is None) is (row["points_line_source"] is None)
    assert (row["over_under_result"] is not None) is (played and row["points_line"] is not None)
    if row["over_under_result"] is not None:
        difference = points - row["points_line"]  # type: ignore[operator]
        assert row["margin"] == round(difference, 2)
        assert row["over_under_result"] == ("OVER" if difference > 0 else "UNDER" if difference < 0 else "PUSH")
    if row["line_movement"] is not None:
        assert row["line_movement"] == round(row["points_line"] - row["opening_line"], 1)  # type: ignore[operator]


@given(leagues())
@examples(30)
def test_R29_every_row_is_as_declared(league: League) -> None:  # noqa: N802
    """Keys, order, hashes, decimals at their digits, no NaN, infinity or minus zero, issues in their order."""
    outcome = outcome_of(league)
    for name in NAMES:
        assert_as_declared(declarations()[name], outcome.rows[name])
        for row in outcome.rows[name]:
            _check_quality(name, row)


def _check_quality(name: str, row: Row) -> None:
    found = row["quality_issues"]
    assert isinstance(found, list)
    assert found == [issue for issue in NAMES_OF_ISSUES[name] if issue in found]
    assert row["processed_with_issues"] is bool(set(found) - {"backup_source_used", "reconstructed"})
    gold = row["primary_source_used"] in ("nbac_gamebook", "nbac_team_boxscore")
    lacks = [issue in found for issue in ("missing_plus_minus", "missing_shot_zones")] if name == PGS else []
    assert row["quality_tier"] == ("gold" if gold else "silver")
    assert row["quality_score"] == (100 if gold else 85) - 5 * sum(lacks)
    assert row["is_production_ready"] is True


@given(leagues())
@examples(30)
def test_every_game_and_every_record_is_accounted_for(league: League) -> None:
    """A game has team rows or says why not, and so for players; nobody has both a row and a record of a lost row."""
    outcome = outcome_of(league)
    noted = {
        name: {(record["failure_category"], record["entity_id"]) for record in outcome.records[name]} for name in NAMES
    }
    games = {row["game_id"] for row in outcome.rows[TOGS]}
    for name in (TOGS, TDGS):
        assert not {entity for kind, entity in noted[name] if kind == "NO_TEAM_SOURCE"} & games
    without_players = {entity for kind, entity in noted[PGS] if kind == "NO_PLAYER_SOURCE"}
    with_players = {row["game_id"] for row in outcome.rows[PGS]}
    assert not without_players & with_players
    assert with_players <= games, "with players there is always a team base"
    players = {(row["game_date"], row["player_lookup"]) for row in outcome.rows[PGS]}
    for record in outcome.records[PGS]:
        if record["failure_class"] == "data" and record["entity_type"] == "PLAYER":
            assert (record["analysis_date"], record["entity_id"]) not in players
        if record["failure_category"] == "REGISTRY_MISS":
            assert (record["analysis_date"], record["entity_id"]) in players
    assert all(count > 0 for count in outcome.counts.values())

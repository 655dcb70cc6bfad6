"""Real games: the worked rows of the specification, and what must hold on every date."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import pytest

from nbaproc.reference import Outcome, build
from tests.reference.reference_raw import dates_of, of_dates, warehouse_raw
from tests.tables.made_up import PLAYER_TABLES, TABLES, Raw, Row

TOGS, TDGS, PGS = TABLES


#: Columns of a player row that add up to one of the team row.
SUMS = {
    "points": "points_scored",
    "assists": "assists",
    "offensive_rebounds": "offensive_rebounds",
    "defensive_rebounds": "defensive_rebounds",
    "steals": "steals",
    "blocks": "blocks",
    "turnovers": "turnovers",
    "personal_fouls": "personal_fouls",
    "fg_attempts": "fg_attempts",
    "fg_makes": "fg_makes",
    "three_pt_attempts": "three_pt_attempts",
    "three_pt_makes": "three_pt_makes",
    "ft_attempts": "ft_attempts",
    "ft_makes": "ft_makes",
    "paint_attempts": "team_paint_attempts",
    "paint_makes": "team_paint_makes",
    "mid_range_attempts": "team_mid_range_attempts",
    "mid_range_makes": "team_mid_range_makes",
}
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


@pytest.fixture(scope="module")
def warehouse() -> Outcome:
    """Everything there is in the warehouse shape."""
    raw = warehouse_raw()
    return build(TABLES, raw, [day for day in dates_of(raw) if day <= date(2022, 1, 6)])


def test_every_game_has_two_rows_in_both_team_tables(warehouse):
    assert len(warehouse.rows[TOGS]) == len(warehouse.rows[TDGS]) == 1140
    by_game = defaultdict(list)
    for row in warehouse.rows[TOGS]:
        by_game[row["game_id"]].append(row)
    assert len(by_game) == 570
    for away, home in by_game.values():
        assert away["margin_of_victory"] + home["margin_of_victory"] == 0
        assert away["home_game"] is not home["home_game"]
        assert away["team_abbr"] == home["opponent_team_abbr"]


def test_a_defending_row_is_the_opponents_own_row(warehouse):
    own = {(row["game_date"], row["team_abbr"]): row for row in warehouse.rows[TOGS]}
    for row in warehouse.rows[TDGS]:
        opponent = own[row["game_date"], row["opponent_team_abbr"]]
        assert {name: row[name] for name in AGAINST} == {ours: opponent[theirs] for ours, theirs in AGAINST.items()}
        defender = own[row["game_date"], row["defending_team_abbr"]]
        assert row["fouls_committed"] == defender["personal_fouls"]
        assert row["three_pt_points_allowed"] == 3 * opponent["three_pt_makes"]


def test_players_add_up_to_their_team(warehouse):
    totals: dict[tuple[object, object], dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    for row in warehouse.rows[PGS]:
        for name in SUMS:
            totals[row["game_id"], row["team_abbr"]][name] += row[name] or 0
    for row in warehouse.rows[TOGS]:
        mine = totals[row["game_id"], row["team_abbr"]]
        assert {SUMS[name]: value for name, value in mine.items() if not name.startswith(("paint", "mid"))} == {
            theirs: row[theirs] for ours, theirs in SUMS.items() if not ours.startswith(("paint", "mid"))
        }
        for name in ("paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes"):
            assert row[SUMS[name]] in (None, mine[name])


def test_sixteen_to_thirty_two_players_of_a_game_played(warehouse):
    players: dict[object, int] = defaultdict(int)
    for row in warehouse.rows[PGS]:
        is_played = not row["is_dnp"] and row["points"] is not None and (row["minutes_played"] or row["points"] > 0)
        players[row["game_id"]] += bool(is_played)
    assert all(16 <= count <= 32 for count in players.values())


def test_nearly_everybody_on_the_floor_has_a_usage(warehouse):
    on_the_floor = [row for row in warehouse.rows[PGS] if (row["minutes_played"] or 0) > 0]
    known = [row for row in on_the_floor if row["usage_rate"] is not None]
    assert len(known) >= 0.99 * len(on_the_floor)
    assert max(row["usage_rate"] for row in known) <= 100


def test_zones_are_there_wherever_a_source_was_accepted(warehouse):
    for row in warehouse.rows[PGS]:
        assert (row["paint_attempts"] is not None) is (row["shot_zones_source"] is not None and not row["is_dnp"])
        if row["paint_attempts"] is not None:
            assert row["paint_makes"] <= row["paint_attempts"]
            assert row["mid_range_makes"] <= row["mid_range_attempts"]
            assert row["three_makes_pbp"] <= row["three_attempts_pbp"]


def test_somebody_who_did_not_play_has_no_statistics(warehouse):
    first, last = TABLES[PGS].names.index("minutes_played"), TABLES[PGS].names.index("efg_pct")
    names = [name for name in TABLES[PGS].names[first : last + 1] if name != "has_complete_shot_zones"]
    for row in warehouse.rows[PGS]:
        if row["is_dnp"]:
            assert {row[name] for name in (*names, "over_under_result", "margin")} == {None}


def test_a_line_has_an_outcome_where_somebody_played(warehouse):
    with_line = [row for row in warehouse.rows[PGS] if row["points_line"] is not None]
    assert with_line
    for row in with_line:
        assert row["points_line_source"] in ("draftkings", "fanduel")
        if not row["is_dnp"] and (row["minutes_played"] or row["points"]):
            assert row["margin"] == round(row["points"] - row["points_line"], 2)
        else:
            assert (row["margin"], row["over_under_result"]) == (None, None)


def test_keys_are_unique_and_sorted(warehouse):
    for name, table in TABLES.items():
        keys = [tuple(row[column] for column in table.key) for row in warehouse.rows[name]]
        assert keys == sorted(set(keys))
        for row in warehouse.rows[name]:
            assert list(row) == table.names
            assert all(row[column] is not None for column in table.required)


def test_hash_of_every_row_covers_the_declared_columns(warehouse):
    assert [len(table.hashed) for table in TABLES.values()] == [34, 36, 54]
    assert len({row["data_hash"] for row in warehouse.rows[PGS]}) == len(warehouse.rows[PGS])


# The same rows, whatever the raw rows look like.


@pytest.fixture(scope="module")
def week() -> list[date]:
    return [date(2021, 12, day) for day in range(1, 8)]


@pytest.fixture(scope="module")
def raw_week(week) -> Raw:
    return of_dates(warehouse_raw(), week)


def business(outcome: Outcome) -> dict[str, list[Row]]:
    """Rows without the tracking columns."""
    tracking = ("_last_updated", "_rows_found", "_completeness_pct", "_hash")
    return {
        table: [
            {name: row[name] for name in row if not (name.startswith("source_") and name.endswith(tracking))}
            for row in rows
        ]
        for table, rows in outcome.rows.items()
    }


@pytest.fixture(scope="module")
def rows_of_the_week(week, raw_week) -> dict[str, list[Row]]:
    return business(build(TABLES, raw_week, week))


def test_shuffled_raw_rows(week, raw_week, rows_of_the_week):
    shuffled = {table: random.Random(1).sample(rows, len(rows)) for table, rows in raw_week.items()}
    outcome, plain = build(TABLES, shuffled, week), build(TABLES, raw_week, week)
    assert outcome == plain
    assert business(outcome) == rows_of_the_week


def test_a_doubled_raw_load(week, raw_week, rows_of_the_week):
    doubled = {table: rows * 2 for table, rows in raw_week.items()}
    outcome = build(TABLES, doubled, week)
    assert business(outcome) == rows_of_the_week
    for table in PLAYER_TABLES[::2]:
        assert outcome.counts["duplicate_rows", table] == len(raw_week[table])


def test_home_and_away_swapped_in_every_raw_table_but_the_schedule(week, raw_week, rows_of_the_week):
    def swapped(row: Row) -> Row:
        if "home_team_abbr" in row:
            row = row | {"home_team_abbr": row["away_team_abbr"], "away_team_abbr": row["home_team_abbr"]}
        game_id = str(row.get("game_id"))
        if len(game_id) == 16:
            row = row | {"game_id": "_".join([game_id[:8], game_id[13:], game_id[9:12]])}
        return row

    raw = {
        table: rows if table == "nbac_schedule" else [swapped(row) for row in rows] for table, rows in raw_week.items()
    }
    outcome = build(TABLES, raw, week)
    assert business(outcome) == rows_of_the_week
    assert {name for name, _ in outcome.counts} == {"home_away_corrected"}


def test_any_cut_of_the_dates(week, raw_week, rows_of_the_week):
    parts = [build(TABLES, raw_week, part) for part in (week[:1], week[1:5], week[5:])]
    for table in TABLES:
        assert [row for part in parts for row in business(part)[table]] == rows_of_the_week[table]


def test_optional_columns_may_be_missing(week, raw_week, rows_of_the_week):
    optional = ("is_all_star", "is_regular_season", "is_playoffs", "nba_player_id", "birth_date", "PLAYER_NAME")
    raw = {
        table: [{name: value for name, value in row.items() if name not in optional} for row in rows]
        for table, rows in raw_week.items()
    }
    assert business(build(TABLES, raw, week)) == rows_of_the_week

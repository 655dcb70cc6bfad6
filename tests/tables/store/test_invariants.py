"""What must hold of any row whatever the inputs are (feature store 12), on the reference engine.

`test_engines_agree` proves that the other engine makes the same of such leagues.
"""

from __future__ import annotations

import math
from datetime import date

from hypothesis import given

from nbaproc.features import FEATURES
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.schedule import clean_schedule
from nbaproc.run.engines import REFERENCE
from nbaproc.tables import declarations
from tests.tables.leagues import examples
from tests.tables.precompute.test_invariants import opener_of
from tests.tables.precompute.world import MLFS, PCF, PDC, PSZA, TDZA, Made, compute_tables, frames_of
from tests.tables.store.leagues import League, leagues
from tests.tables.store.oracle import assert_date, assert_quality
from tests.tables.store.world import label, took_part, value
from tests.tables.upcoming.world import PGS, SCHEDULE, UPGC, Row, ago

#: Feature -> table, column, scale.
COPIED = {
    0: (PDC, "points_avg_last_5", 1),
    1: (PDC, "points_avg_last_10", 1),
    2: (PDC, "points_avg_season", 1),
    3: (PDC, "points_std_last_10", 1),
    4: (PDC, "games_in_last_7_days", 1),
    5: (PCF, "fatigue_score", 1),
    6: (PCF, "shot_zone_mismatch_score", 1),
    7: (PCF, "pace_score", 1),
    8: (PCF, "usage_spike_score", 1),
    13: (TDZA, "defensive_rating_last_15", 1),
    14: (TDZA, "opponent_pace", 1),
    18: (PSZA, "paint_rate_last_10", 100),
    19: (PSZA, "mid_range_rate_last_10", 100),
    20: (PSZA, "three_pt_rate_last_10", 100),
    22: (PDC, "team_pace_last_10", 1),
    23: (PDC, "team_off_rating_last_10", 1),
}


def made_of(league: League) -> Made:
    return compute_tables(REFERENCE, frames_of(league.world), *league.dates, names=[MLFS])


@given(leagues())
@examples(7)
def test_every_row_is_as_declared_and_says_of_itself_what_follows(league: League) -> None:
    """Keys, order, hashes, decimals at their digits, no NaN, infinity or minus zero; labels, score, flags, alerts."""
    made, table = made_of(league), declarations()[MLFS]
    rows = made.frame(MLFS).to_dicts()
    keys = [tuple(str(row[column]) for column in table.key) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        assert list(row) == table.names
        assert row["data_hash"] == row_hash(row, table)
        for column in table.columns:
            number = row[column.name]
            if isinstance(number, float):
                assert column.digits is not None
                assert repr(number) == repr(round(number, column.digits))
                assert math.isfinite(number)
                assert repr(number) != "-0.0"
        assert_quality(row)
        assert max(row["hist_game_dates"]) < row["game_date"]
    for day in league.dates:
        assert assert_date([row for row in rows if row["game_date"] == day]) == ([], []), "50 rows are no league"


def rosters(league: League, made: Made, day: date) -> dict[str, set[str]]:
    """Who is in the roster of each game."""
    games = clean_schedule(league.world.rows[SCHEDULE]).by_date.get(day, [])
    context = [row for row in made.frame(UPGC).to_dicts() if row["game_date"] == day]
    of_day = [row for row in league.world.rows[PGS] if row["game_date"] == day]
    found = {}
    for game in games:
        rows = [row for row in of_day if took_part(row)] if game.final else context
        found[game.game_id] = {row["player_lookup"] for row in rows if row["game_id"] == game.game_id}
    return found


@given(leagues())
@examples(6)
def test_rows_and_records_of_players_are_the_roster(league: League) -> None:
    made, opener = made_of(league), opener_of(league)
    for day in league.dates:
        rows, records = made.rows(MLFS, day), made.records(MLFS, day)
        if (day - opener).days < 14:
            assert (rows, records) == ({}, [])
            continue
        roster = rosters(league, made, day)
        lost = [r["entity_id"] for r in records if r["entity_type"] == "PLAYER" and r["failure_class"] != "note"]
        assert sorted([*rows, *lost]) == sorted(set().union(*roster.values()))
        games = [r["entity_id"] for r in records if r["entity_type"] == "GAME"]
        final = {g.game_id for g in clean_schedule(league.world.rows[SCHEDULE]).by_date.get(day, []) if g.final}
        assert sorted(games) == sorted(game for game, names in roster.items() if not names and game in final)
        twice = {name for name in rows if sum(name in names for names in roster.values()) > 1}
        doubled = {r["entity_id"] for r in records if r["failure_category"] == "DUPLICATE_PLAYER"}
        assert twice <= doubled
        for row in rows.values():
            assert row["player_lookup"] in roster[row["game_id"]]
            if row["player_lookup"] in twice:
                others = {game for game, names in roster.items() if row["player_lookup"] in names}
                assert row["game_id"] in final or others.isdisjoint(final)


@given(leagues())
@examples(6)
def test_values_are_those_of_the_tables_their_labels_name(league: League) -> None:
    made = made_of(league)
    for day in league.dates:
        tables = {table: made.rows(table, day) for table in (PDC, PCF, PSZA, TDZA)}
        context = {r["player_lookup"]: r for r in made.frame(UPGC).to_dicts() if r["game_date"] == day}
        for row in made.rows(MLFS, day).values():
            for index, (table, column, scale) in COPIED.items():
                found = tables[table].get(row["opponent_team_abbr" if table == TDZA else "player_lookup"])
                if table == PCF and found is not None and found["game_id"] != row["game_id"]:
                    found = None
                known = None if found is None else found[column]
                assert (label(row, index) == "phase4") is (known is not None)
                if known is not None:
                    assert value(row, index) == round(known / scale, 9)
            mine = context.get(row["player_lookup"])
            if mine is None or mine["game_id"] != row["game_id"]:
                assert (value(row, 25), value(row, 10)) == (None, None)
            else:
                line = mine["current_points_line"]
                assert value(row, 25) == (line if line is not None and line > 0 else None)
                assert mine["days_rest"] in (None, row["days_rest"])


@given(leagues())
@examples(6)
def test_own_windows_hold_what_the_summaries_say(league: League) -> None:
    """Dates, counts and sums, taken once more from the rows of the world."""
    for row in made_of(league).frame(MLFS).to_dicts():
        day, season = row["game_date"], row["season_year"]
        games = [r for r in league.world.rows[PGS] if r["player_lookup"] == row["player_lookup"] and took_part(r)]
        games = sorted((r for r in games if r["game_date"] < day), key=lambda r: r["game_date"], reverse=True)
        near = [r for r in games if r["season_year"] == season and r["game_date"] >= ago(60, day)][:10]
        assert row["hist_game_dates"] == [r["game_date"] for r in near]
        assert row["hist_games_expected"] == min(10, sum(r["game_date"] >= ago(365, day) for r in games))
        year = [r for r in games if r["opponent_team_abbr"] == row["opponent_team_abbr"] and in_a_year(r, day)]
        assert value(row, 30) == len(year)
        if year:
            assert math.isclose(value(row, 29) or 0, sum(r["points"] for r in year) / len(year), abs_tol=1e-8)
        else:
            assert (value(row, 29), label(row, 29)) == (value(row, 2), "phase3")
        assert (value(row, 34) is None) is (len(near) < 5) is (value(row, 11) is None)
        timed = [r for r in near if (r["minutes_played"] or 0) > 0]
        assert (value(row, 31) is None) is (not timed) is (value(row, 32) is None)
        if timed:
            minutes = sum(round(r["minutes_played"] * 10) for r in timed) / len(timed) / 10
            assert math.isclose(value(row, 31) or 0, minutes, abs_tol=1e-8)
        if label(row, 1) == "phase3":
            assert math.isclose(value(row, 1) or 0, sum(r["points"] for r in near) / len(near), abs_tol=1e-4)


def in_a_year(row: Row, day: date) -> bool:
    return bool(row["game_date"] >= day.replace(year=day.year - 1))


def test_hard_ranges_are_those_of_the_specification() -> None:
    hard = {feature.column: (feature.low, feature.high) for feature in FEATURES if feature.hard}
    assert hard == {"f05_fatigue_score": (0, 100)}

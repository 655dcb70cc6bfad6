"""Nothing of the date and later enters a feature, and what lies before does: column by column (feature store 12)."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbaproc.run.engines import ENGINES
from nbaproc.tables import declarations
from tests.tables.leagues import examples
from tests.tables.precompute.rich import ANN
from tests.tables.precompute.test_poison import more_results, other_games, other_teams
from tests.tables.precompute.world import MLFS, shots
from tests.tables.store.leagues import League, steady_leagues
from tests.tables.store.rich import BARE, BASES, FINAL, NAMES, OPEN, Change, compute_versions, moved
from tests.tables.store.world import COLUMNS, absent, appear, compute_store, took_part
from tests.tables.upcoming.world import INJURIES, ODDS, PGS, TDGS, TOGS, Row, World, ago, lookup

HISTORY = (PGS, TOGS, TDGS)
TEAM = {PGS: "team_abbr", TOGS: "team_abbr", TDGS: "defending_team_abbr"}
#: What the summary of the date itself says of who plays where.
WHERE = ("season_year", "universal_player_id", "home_game", "is_dnp")


def _from(world: World, table: str, day: date) -> list[Row]:
    return [row for row in world.rows[table] if row["game_date"] >= day]


def poison(row: Row, *, keep: tuple[str, ...] = WHERE) -> None:
    """Make every number another one and every flag the other one."""
    for name, value in row.items():
        if name in keep or value is None:
            continue
        if isinstance(value, bool):
            row[name] = not value
        elif isinstance(value, int | float):
            row[name] = value * 3 + 1
    if "data_hash" in row:
        row["data_hash"] = "f" * 16


# What comes too late.


def other_numbers(world: World, day: date) -> None:
    """Every value of the date and later is another one."""
    for table in HISTORY:
        for row in _from(world, table, day):
            played = table != PGS or took_part(row)
            poison(row, keep=WHERE if played else (*WHERE, "points", "minutes_played"))
    for row in _from(world, PGS, ago(-1, day)):
        row |= {"universal_player_id": "nobody_001", "is_dnp": True, "opponent_team_abbr": "ORL"}


def numbers_of_other_days(world: World, day: date) -> None:
    """The results of the date are those of the day before, and the other way round after it."""
    for table in HISTORY:
        rows = {(row["game_date"], str(row.get("player_lookup")), row[TEAM[table]]): row for row in world.rows[table]}
        for row in _from(world, table, day):
            other = rows.get((ago(1, day), str(row.get("player_lookup")), row[TEAM[table]]))
            if other is None or (table == PGS and took_part(row) != took_part(other)):
                continue
            keep = ("game_date", "game_id", "opponent_team_abbr", *WHERE)
            row |= {name: value for name, value in other.items() if name not in keep}


def nothing_known(world: World, day: date) -> None:
    """Every number of the date and later is unknown, but what says who played."""
    for table in HISTORY:
        for row in _from(world, table, day):
            keep = {"season_year"} if row["game_date"] > day else {*WHERE, "points"}
            if row["game_date"] == day and table == PGS and not (row["points"] or 0) > 0:
                keep.add("minutes_played")
            row |= {n: None for n, v in row.items() if isinstance(v, int | float) and n not in keep}


def cut(world: World, day: date) -> None:
    """The history ends before the date, but for who played."""
    world.rows[PGS] = [row for row in world.rows[PGS] if row["game_date"] <= day]
    for table in (TOGS, TDGS):
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] < day]


def news_after_tip_off(world: World, day: date) -> None:
    world.prop(ANN, 44.5, -1, day=day).report(ANN, "LAL", "out", 23, day=day)


def everything(world: World, day: date) -> None:
    for change in (other_numbers, more_results, other_teams, other_games, news_after_tip_off):
        change(world, day)


def older_history(world: World, day: date) -> None:
    """Older than any window: more than a year."""
    for row in [row for row in world.rows[PGS] if row["game_date"] < day and not row["is_dnp"]]:
        older = {"game_date": ago(400, row["game_date"]), "season_year": row["season_year"] - 1}
        world.rows[PGS].append(row | older)


LATE: tuple[Change, ...] = (other_numbers, numbers_of_other_days, nothing_known, more_results, other_teams)
LATE += (other_games, cut, news_after_tip_off, everything, older_history)
VERSIONS = [(base, change) for base in BASES for change in (None, *LATE)]


@cache
def late(engine: str) -> list[dict[str, Row]]:
    return compute_versions(engine, VERSIONS)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("change", LATE, ids=lambda f: f.__name__)
def test_nothing_of_the_date_and_later_moves_a_column(engine: str, base: str, change: Change) -> None:
    made = late(engine)
    plain = made[VERSIONS.index((base, None))]
    assert len(plain) == 4
    assert moved(plain, made[VERSIONS.index((base, change))]) == set()


def test_a_game_that_is_over_and_one_that_is_not_have_the_same_features(engine: str) -> None:
    one, other = (late(engine)[VERSIONS.index((base, None))] for base in (FINAL, OPEN))
    assert moved(one, other) == {"universal_player_id"}


def test_without_the_cache_the_same_values_come_from_the_summaries(engine: str) -> None:
    """All but the labels and what follows from them; the mean of the season has no 60 days."""
    one, other = (late(engine)[VERSIONS.index((base, None))] for base in (FINAL, BARE))
    assert moved(one, other) & set(COLUMNS) <= columns("f06 f18 f19 f20")
    assert all(row["data_source"] == "phase3" for row in other.values())
    assert all(row["data_source"] == "phase4" for row in one.values())


# What is known in time.


def poisoned_a_day_early(world: World, day: date) -> None:
    """What must not matter on the date matters on the day before: a wrong comparison would be seen."""
    for table in HISTORY:
        for row in world.rows[table]:
            if row["game_date"] == ago(1, day):
                poison(row)


def newest_games_are_gone(world: World, day: date) -> None:
    for table in HISTORY:
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] != ago(1, day)]


def an_earlier_season(world: World, day: date) -> None:
    """Everything of ten games once more, most of a year ago."""
    for table in HISTORY:
        rows = [row for row in world.rows[table] if ago(20, day) <= row["game_date"] < day]
        for row in rows:
            older = {"game_date": ago(280, row["game_date"]), "season_year": row["season_year"] - 1}
            world.rows[table].append(row | older | ({"points": 41} if row.get("points") else {}))


def no_line(world: World, day: date) -> None:
    world.rows[ODDS] = []


def no_reports(world: World, day: date) -> None:
    world.rows[INJURIES] = []


def another_status(world: World, day: date) -> None:
    for row in world.rows[INJURIES]:
        row["injury_status"] = "questionable"


def nobody_absent(world: World, day: date) -> None:
    world.rows[PGS] = [row for row in world.rows[PGS] if not row["is_dnp"]]


def absent_once_more(world: World, day: date) -> None:
    absent(world, ANN, ago(9, day))


def a_strong_month(world: World, day: date) -> None:
    """Ten games of many minutes and points, after ten others."""
    for row in world.rows[PGS]:
        if row["player_lookup"] == lookup(ANN) and ago(18, day) <= row["game_date"] < day and not row["is_dnp"]:
            row |= {"points": 40 + row["points"] % 3, "minutes_played": 45.0}


def other_shots(world: World, day: date) -> None:
    for row in world.rows[PGS]:
        if row["game_date"] < day and not row["is_dnp"]:
            row |= shots((0, 1), (0, 1), (8, 9), 8, 8)


def one_game_for_everybody(world: World, day: date) -> None:
    world.rows[PGS] = [row for row in world.rows[PGS] if row["game_date"] >= ago(1, day)]


def no_history_of_teams(world: World, day: date) -> None:
    world.rows[TOGS] = [row for row in world.rows[TOGS] if row["game_date"] != ago(1, day)][:0]


def no_defence(world: World, day: date) -> None:
    world.rows[TDGS] = world.rows[TDGS][:12]


def a_faster_league(world: World, day: date) -> None:
    for row in world.rows[TOGS]:
        row["pace"] = 90.0 if row["team_abbr"] == "DEN" else 109.0


def a_meeting(world: World, day: date) -> None:
    """Of a year ago, to the day."""
    older = date(day.year - 1, day.month, day.day)
    appear(world, ANN, older, 55)


NEWEST = "f00 f01 f02 f03 f11 f13 f14 f21 f22 f23 f24 f31 f32 f34 f35 f18 f19 f20"
#: Change -> columns it must move, features by their number.
MOVES: dict[Change, str] = {
    poisoned_a_day_early: NEWEST,
    newest_games_are_gone: "f04 f09 f16 days_rest hist_game_dates f02 f34",
    an_earlier_season: "f29 f30",
    no_line: "f25 f26 f27 f28 vegas_line_source vegas_quality_pct feature_quality_score default_feature_count "
    "phase4_feature_count feature_sources default_mask",
    no_reports: "f10",
    another_status: "f10",
    nobody_absent: "f33",
    absent_once_more: "f33",
    a_strong_month: "f36 f35 f05 f12",
    other_shots: "f06 f18 f19 f20",
    one_game_for_everybody: "f03 f11 f21 f34 f35 f36 required_default_count quality_tier quality_alerts data_source "
    "is_quality_ready is_training_ready quality_alert_level player_history_quality_pct game_context_quality_pct "
    "calculated_feature_count phase3_feature_count hist_games_found hist_games_expected hist_is_bootstrap "
    "is_production_ready data_quality_issues",
    no_history_of_teams: "f09 f22 f23 f24 team_context_quality_pct",
    no_defence: "f13 f14 matchup_quality_pct",
    a_faster_league: "f07 f22",
    a_meeting: "f29 f30",
}
MOVING = [(FINAL, None), *((FINAL, change) for change in MOVES), (BARE, None), (BARE, poisoned_a_day_early)]
#: What a row of this world always is: places, a constant of the version, and factors without a projection.
STILL = {"team_abbr", "opponent_team_abbr", "is_home", "feature_version", "feature_count", "universal_player_id"}
STILL |= {"f08_usage_spike_score", "f15_home_away", "f17_playoff_game"}
#: What moves with a history that the season lacks: see the windows.
ELSEWHERE = {"hist_is_complete"}


@cache
def moving(engine: str) -> list[dict[str, Row]]:
    return compute_versions(engine, MOVING)


def columns(text: str) -> set[str]:
    by_number = {column[:3]: column for column in COLUMNS}
    return {by_number.get(name, name) for name in text.split()}


@pytest.mark.parametrize("change", MOVES, ids=lambda f: f.__name__)
def test_what_is_known_in_time_moves_its_columns(engine: str, change: Change) -> None:
    made = moving(engine)
    found = moved(made[0], made[MOVING.index((FINAL, change))])
    assert columns(MOVES[change]) <= found, f"not moved: {sorted(columns(MOVES[change]) - found)}"


def test_an_earlier_season_moves_the_games_against_the_opponent_and_nothing_else(engine: str) -> None:
    made = moving(engine)
    for change in (an_earlier_season, a_meeting):
        assert moved(made[0], made[MOVING.index((FINAL, change))]) == columns("f29 f30")


def test_values_of_the_summaries_move_without_the_cache_too(engine: str) -> None:
    made = moving(engine)
    one, other = (made[MOVING.index((BARE, change))] for change in (None, poisoned_a_day_early))
    assert columns(NEWEST) <= moved(one, other)


def test_no_column_is_left_out() -> None:
    listed = set().union(*map(columns, MOVES.values()))
    assert set(declarations()[MLFS].names) - set(NAMES) - STILL - ELSEWHERE - listed == set()
    assert listed <= set(declarations()[MLFS].names)


# Random leagues.


@given(steady_leagues(), st.sampled_from(LATE))
@examples(4)
def test_nothing_later_moves_a_row_of_any_league(league: League, change: Change) -> None:
    """Who played on the date stays who played."""
    day, later = league.dates[-1], league.copy()
    change(later.world, day)
    engine = ENGINES[league.plan.seed % 2]
    one, other = (compute_store(engine, world, None, day) for world in (league.world, later.world))
    assert features(one.frame(MLFS).to_dicts()) == features(other.frame(MLFS).to_dicts())


def features(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if "hash" not in name} for row in rows]

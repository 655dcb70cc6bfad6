"""Zone analysis: the worked examples of both tables, their completeness, their records and their hashes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nbaproc.failures import Category
from nbaproc.reference.below_minimum import category_of, missing_games
from nbaproc.reference.canonical import row_hash, row_text
from nbaproc.reference.completeness import Completeness, measured_columns
from nbaproc.reference.league_shooting import USUAL, League, league_at, league_of
from nbaproc.reference.player_shot_zone_analysis import build_row as player_row_of
from nbaproc.reference.player_shot_zone_analysis import odd_rates, window_columns
from nbaproc.reference.season_games import DefenseGame, PlayerGame, SeasonGames, Shots
from nbaproc.reference.team_defense_zone_analysis import build_row as team_row_of
from tests.reference.look_back_world import (
    OPENER,
    PGS,
    PSZA,
    TABLES,
    TDGS,
    TDZA,
    build,
    build_one,
    on,
    player_row,
    schedule_row,
    season,
)

D = date(2024, 1, 25)
FULL = Completeness(15, 15)
NONE = (None, None)


def defense(paint=NONE, mid=NONE, three=NONE, blocks=(None, None, None), points=110, rating=None, pace=None, day=D):
    """A game of a defence: (makes, attempts) of the zones."""
    shots = [Shots(attempts, makes) for makes, attempts in (paint, mid, three)]
    paint_points = 2 * paint[0] if paint[0] is not None else None
    return DefenseGame(day, *shots, paint_points, *blocks, points, rating, pace, "")


def team_row(games, league=USUAL):
    return team_row_of(D, "LAL", games, league, FULL)


EARLIER = {"paint": (21, 36), "mid": (8, 20), "three": (12, 35), "blocks": (3, 1, 0), "points": 112}
EARLIER |= {"rating": 11325, "pace": 987}
LATER = {"paint": (20, 32), "mid": (9, 22), "three": (14, 38), "blocks": (2, 0, 0), "points": 118}
LATER |= {"rating": 11708, "pace": 1004}
NO_SHOTS = {"paint": NONE, "mid": NONE, "blocks": (None, None, None)}
T1 = [*[defense(**LATER)] * 5, *[defense(**EARLIER)] * 10]
T2 = [*[defense(**LATER)] * 2, *[defense(**(LATER | NO_SHOTS))] * 3, *[defense(**EARLIER)] * 10]
T3 = [defense(three=(12, 35), rating=11000, pace=990)] * 15
T7 = [*[defense(**(LATER | {"blocks": (None, None, None)}))] * 5, *[defense(**EARLIER)] * 10]
EMPTY = {"mid": (0, 0), "three": (0, 0)}
T8 = [defense((463, 800), (8, 20), (12, 35)), *[defense((0, 0), (8, 20), (12, 35))] * 14]
T10 = League(600_000_000, 400_000_000, 342_857_143, 10)
ALL_NOTES = "No paint attempts; No mid-range attempts; No three-point attempts"


def shares(row):
    return tuple(row[f"{zone}_pct_allowed_last_15"] for zone in ("paint", "mid_range", "three_pt"))


def volumes(row):
    return tuple(row[f"{zone}_attempts_allowed_per_game"] for zone in ("paint", "mid_range", "three_pt"))


def blocks(row):
    return tuple(row[f"{zone}_blocks_per_game"] for zone in ("paint", "mid_range", "three_pt"))


def leads(row):
    return tuple(row[f"{zone}_defense_vs_league_avg"] for zone in ("paint", "mid_range", "three_pt"))


def labels(row):
    return (row["strongest_zone"], row["weakest_zone"])


def test_t1_a_full_window():
    row = team_row(T1)
    assert (shares(row), volumes(row)) == ((0.596, 0.403, 0.352), (34.7, 20.7, 36.0))
    assert (blocks(row), leads(row)) == ((2.7, 0.7, 0.0), (1.62, -0.68, -0.31))
    assert row["paint_points_allowed_per_game"] == 41.3
    rest = ("defensive_rating_last_15", "opponent_points_per_game", "opponent_pace", "calculation_notes")
    assert tuple(row[column] for column in rest) == (114.53, 114.0, 99.3, None)
    assert labels(row) == ("mid_range", "paint")
    assert (row["games_in_sample"], row["zone_games_in_sample"]) == (15, 15)


def test_t2_games_without_shots_leave_both_sides_of_every_quotient():
    row = team_row(T2)
    assert (shares(row), volumes(row)) == ((0.590, 0.402, 0.352), (35.3, 20.3, 36.0))
    assert (blocks(row), leads(row)) == ((2.8, 0.8, 0.0), (0.96, -0.84, -0.31))
    assert (row["paint_points_allowed_per_game"], row["zone_games_in_sample"]) == (41.7, 12)
    same = ("defensive_rating_last_15", "opponent_points_per_game", "opponent_pace", "games_in_sample")
    assert [row[column] for column in same] == [team_row(T1)[column] for column in same]


def test_t3_threes_come_from_the_box_score():
    row = team_row(T3)
    assert (shares(row), volumes(row)) == ((None, None, 0.343), (None, None, 35.0))
    assert (blocks(row), leads(row)) == ((None, None, None), (None, None, -1.21))
    assert labels(row) == ("perimeter", "perimeter")
    assert row["calculation_notes"] == "No paint attempts; No mid-range attempts"
    assert (row["paint_points_allowed_per_game"], row["zone_games_in_sample"]) == (None, 0)


def test_t4_a_zone_without_attempts():
    row = team_row([defense((24, 40), (0, 0), (10, 30), (2, 0, 1))] * 15)
    assert (shares(row)[1], volumes(row)[1], blocks(row)) == (None, 0.0, (2.0, 0.0, 1.0))
    assert (leads(row), labels(row)) == ((2.0, None, -2.17), ("perimeter", "paint"))
    assert row["calculation_notes"] == "No mid-range attempts"


@pytest.mark.parametrize(
    ("games", "league", "share", "expected", "zones"),
    [
        ([defense((18, 32), (8, 20), (12, 35))] * 15, USUAL, 0.563, (-1.75, -1.0, -1.21), ("paint", "mid_range")),
        (T8, USUAL, 0.579, (-0.13, -1.0, -1.21), ("perimeter", "paint")),
        ([defense((29, 50), (41, 100), (71, 200))] * 15, USUAL, 0.58, (0.0, 0.0, 0.0), ("paint", "paint")),
        ([defense((21, 35), (14, 35), (12, 35))] * 15, T10, 0.6, (0.0, 0.0, 0.0), ("perimeter", "paint")),
    ],
    ids=["T5", "T8", "T9", "T10"],
)
def test_ties_and_labels(games, league, share, expected, zones):
    row = team_row(games, league)
    assert (shares(row)[0], leads(row), labels(row)) == (share, expected, zones)
    assert "-0.0" not in str(leads(row))


def test_t6_rating_and_pace_may_be_unknown():
    row = team_row([defense(**(EARLIER | {"rating": None, "pace": None}))] * 15)
    assert (row["defensive_rating_last_15"], row["opponent_pace"]) == (None, None)
    assert shares(row) == (0.583, 0.4, 0.343)


def test_t7_a_shot_chart_knows_no_blocks():
    row = team_row(T7)
    assert (blocks(row), row["zone_games_in_sample"]) == ((3.0, 1.0, 0.0), 15)
    assert (shares(row), leads(row)) == (shares(team_row(T1)), leads(team_row(T1)))


def test_t11_only_points_are_known():
    row = team_row([defense(points=100)] * 15)
    known = {"analysis_date", "team_abbr", "opponent_points_per_game", "games_in_sample", "zone_games_in_sample"}
    known |= {"calculation_notes", "source_team_defense_hash", *measured_columns(FULL)}
    assert {name for name, value in row.items() if value is not None and not name.startswith("league_")} == known
    assert (row["calculation_notes"], row["opponent_points_per_game"]) == (ALL_NOTES, 100.0)


def league_of_teams(*sums, games=10):
    """Averages of teams given as (paint, mid-range, three), each (makes, attempts) per game."""
    return league_of([[defense(*zones)] * games for zones in sums])


NINE = [((made, 35), (mid, 35), (12, 35)) for made, mid in ((20, 13), (21, 14), (22, 15)) for _ in range(3)]
TENTH = ((30, 50), (12, 30), (12, 35))


def test_averages_of_the_league():
    assert league_of_teams(*NINE) == USUAL
    assert league_of_teams(*NINE, TENTH) == League(600_000_000, 400_000_000, 342_857_143, 10)
    assert league_of_teams(*NINE, ((30, 50), (0, 0), (12, 35))) == USUAL, "a zone without attempts"
    once = [((170 + i, 300), (80 + i, 210), (130 + i, 370)) for i in range(11)]
    eleven = [[defense(*zones), *[defense((0, 0), (0, 0), (0, 0))] * 9] for zones in once]
    assert league_of(eleven) == League(583_333_333, 404_761_905, 364_864_865, 11)


def test_the_league_ends_before_the_date_and_reaches_back_thirty_days():
    def games(first):
        days = [D - timedelta(days=back) for back in range(first, first + 10)]
        teams = [*NINE, TENTH]
        return SeasonGames((2023, str(i), defense(*teams[i], day=day)) for i in range(10) for day in days)

    assert league_at(games(1), 2023, OPENER, D).teams == 10
    assert league_at(games(0), 2023, OPENER, D) == USUAL, "one game of each team is on the date itself"
    assert league_at(games(21), 2023, OPENER, D).teams == 10
    assert league_at(games(22), 2023, OPENER, D) == USUAL
    assert league_at(games(1), 2022, OPENER, D) == USUAL
    assert league_at(games(1), 2023, D - timedelta(days=9), D) == USUAL, "nothing from before opening night"


def played(paint=(0, 0), mid=(0, 0), three=(0, 0), assists=(None, None, None), person="playerx_001"):
    """A game of a player: (makes, attempts) of the zones, (field goals, assisted, unassisted)."""
    shots = [Shots(attempts, makes) for makes, attempts in (paint, mid, three)]
    return PlayerGame(D, person, 10, 300, 200, 600, *assists, *shots, "")


def no_shots():
    return played(NONE, NONE, NONE)


def spread(count, **sums):
    """Games of which the first has all the shots."""
    return [played(**sums), *[played(assists=(0, 0, 0))] * (count - 1)]


def shot_row(games, of_date=D, lookup="playerx"):
    return player_row_of(of_date, lookup, window_columns(games), Completeness(10, 10))


def values(row, kind):
    return tuple(row[f"{zone}_{kind}"] for zone in ("paint", "mid_range", "three_pt"))


def assisted(row):
    return (row["assisted_rate_last_10"], row["unassisted_rate_last_10"])


P1 = spread(10, paint=(51, 82), mid=(15, 37), three=(22, 61), assists=(88, 55, 33))
P2 = [no_shots(), no_shots(), *spread(8, paint=(42, 66), mid=(12, 29), three=(18, 50), assists=(72, 45, 27))]
ONE_OF_TWO = played((1, 2), assists=(1, 1, 0))
P7 = [played((2, 4), (1, 2), (1, 3), (4, 2, 2))] * 8


def test_p1_ten_games():
    row = shot_row(P1)
    assert (values(row, "rate_last_10"), row["total_shots_last_10"]) == ((45.56, 20.56, 33.89), 180)
    assert values(row, "pct_last_10") == (0.622, 0.405, 0.361)
    assert values(row, "attempts_per_game") == (8.2, 3.7, 6.1)
    assert (assisted(row), row["primary_scoring_zone"]) == ((62.5, 37.5), "paint")
    assert (row["paint_rate_last_20"], row["paint_pct_last_20"]) == (None, None)
    quality = ("sample_quality_10", "sample_quality_20", "data_quality_tier", "early_season_flag")
    assert tuple(row[name] for name in quality) == ("excellent", "limited", "high", False)
    assert row["games_in_sample_20"] == 10


def test_p2_games_without_shots():
    row = shot_row(P2)
    assert (values(row, "rate_last_10"), row["total_shots_last_10"]) == ((45.52, 20.0, 34.48), 145)
    assert values(row, "pct_last_10") == (0.636, 0.414, 0.36)
    assert values(row, "attempts_per_game") == (8.3, 3.6, 6.3)
    assert assisted(row) == (62.5, 37.5)
    assert (row["zone_games_in_sample_10"], row["games_in_sample_10"]) == (8, 10)


@pytest.mark.parametrize(
    ("others", "volume", "zone_games"), [(played(assists=(0, 0, 0)), 1.2, 10), (no_shots(), 2.0, 6)], ids=["P3", "P4"]
)
def test_games_without_an_attempt(others, volume, zone_games):
    row = shot_row([*[ONE_OF_TWO] * 6, *[others] * 4])
    assert (values(row, "rate_last_10"), row["total_shots_last_10"]) == ((100.0, 0.0, 0.0), 12)
    assert values(row, "pct_last_10") == (0.5, None, None)
    assert values(row, "attempts_per_game") == (volume, 0.0, 0.0)
    assert (assisted(row), row["primary_scoring_zone"]) == ((100.0, 0.0), "paint")
    assert row["zone_games_in_sample_10"] == zone_games


def test_p5_no_shots_in_any_game():
    row = shot_row([no_shots()] * 10)
    unknown = [name for name, value in row.items() if value is None]
    assert set(unknown) == {
        *(f"{zone}_rate_last_10" for zone in ("paint", "mid_range", "three_pt", "assisted", "unassisted")),
        *(
            f"{zone}_{kind}"
            for zone in ("paint", "mid_range", "three_pt")
            for kind in ("pct_last_10", "attempts_per_game")
        ),
        *("total_shots_last_10", "primary_scoring_zone", "paint_rate_last_20", "paint_pct_last_20"),
    }
    assert row["zone_games_in_sample_10"] == 0


def test_no_zones_no_assists_either():
    row = shot_row([played(NONE, NONE, NONE, assists=(4, 2, 2))] * 10)
    assert assisted(row) == (None, None)


def test_p6_fourteen_games():
    row = shot_row([played((1, 2), (1, 3), (1, 2), (3, 1, 2))] * 14)
    assert values(row, "rate_last_10") == (28.57, 42.86, 28.57)
    assert (row["primary_scoring_zone"], assisted(row)) == ("mid_range", (33.33, 66.67))
    assert (row["paint_rate_last_20"], row["games_in_sample_20"], row["sample_quality_20"]) == (None, 14, "good")


def test_p7_eight_games():
    row = shot_row(P7)
    assert (values(row, "rate_last_10"), values(row, "pct_last_10")) == ((44.44, 22.22, 33.33), (0.5, 0.5, 0.333))
    assert values(row, "attempts_per_game") == (4.0, 2.0, 3.0)
    quality = ("sample_quality_10", "sample_quality_20", "data_quality_tier", "early_season_flag")
    assert tuple(row[name] for name in quality) == ("good", "insufficient", "medium", True)


def test_p8_nothing_made():
    row = shot_row([played((0, 3), (0, 1), (0, 2), (0, 0, 0))] * 10)
    assert (values(row, "rate_last_10"), values(row, "pct_last_10")) == ((50.0, 16.67, 33.33), (0.0, 0.0, 0.0))
    assert (assisted(row), row["primary_scoring_zone"]) == ((None, None), "paint")


def test_p9_ties():
    makes = [shot_row(spread(10, paint=(made, 80)))["paint_pct_last_10"] for made in (45, 7)]
    assert makes == [0.563, 0.088]


def test_p10_a_shot_chart_knows_no_assists():
    game = {"paint": (2, 4), "mid": (1, 2), "three": (1, 3)}
    row = shot_row([*[played(**game, assists=(4, None, None))] * 4, *[played(**game, assists=(4, 3, 1))] * 6])
    assert (values(row, "rate_last_10"), row["zone_games_in_sample_10"]) == ((44.44, 22.22, 33.33), 10)
    assert assisted(row) == (75.0, 25.0)


def test_p11_twenty_games():
    newest = spread(10, paint=(50, 80), mid=(0, 40), three=(0, 60))
    row = shot_row(newest + spread(10, paint=(40, 70), mid=(0, 30), three=(0, 60)))
    assert values(row, "rate_last_10") == (44.44, 22.22, 33.33)
    assert (row["paint_rate_last_20"], row["paint_pct_last_20"], row["sample_quality_20"]) == (44.12, 0.6, "excellent")


def test_p12_the_newest_ten_without_shots():
    row = shot_row([*[no_shots()] * 10, *spread(6, paint=(25, 40), mid=(0, 20), three=(0, 30))])
    assert values(row, "rate_last_10") == (None, None, None)
    assert (row["paint_rate_last_20"], row["paint_pct_last_20"]) == (44.44, 0.625)
    assert (row["zone_games_in_sample_10"], row["zone_games_in_sample_20"]) == (0, 6)
    assert row["sample_quality_20"] == "good"


def test_the_person_is_the_one_of_the_newest_game():
    assert shot_row([played(person=None), *P7])["universal_player_id"] is None


@pytest.mark.parametrize(
    ("row", "table", "expected"),
    [
        (team_row(T1), TDZA, "61ad4e8791cf5c75"),
        (team_row(T2), TDZA, "de1d676d0d0fcf89"),
        (team_row(T3), TDZA, "b404461164e22567"),
        (shot_row(P1), PSZA, "b7b878c77f9b92d0"),
        (shot_row([no_shots()] * 10), PSZA, "42da4efe6efc6f70"),
        (shot_row(P7, date(2023, 11, 10)), PSZA, "6ea3536d81b5bf77"),
    ],
    ids=["T1", "T2", "T3", "P1", "P5", "P7"],
)
def test_hashes(row, table, expected):
    assert row_hash(row, table) == expected


def test_the_text_of_t1():
    text = row_text(team_row(T1), TDZA.hashed)
    assert text.startswith(r"analysis_date=2024-01-25|calculation_notes=\N|defensive_rating_last_15=11453|games_in")
    assert text.count("|") == 21


@pytest.mark.parametrize(
    ("expected", "actual", "sat_out", "percentage", "missing", "ready"),
    [
        *((10, 7, 0, 70.0, 3, True), (10, 6, 0, 60.0, 4, False), (10, 4, 3, 57.1, 3, False)),
        *((10, 6, 1, 66.7, 3, False), (10, 4, 6, 100.0, 0, True), (10, 0, 10, 100.0, 0, True)),
        *((15, 11, 0, 73.3, 4, True), (15, 10, 0, 66.7, 5, False)),
    ],
)
def test_completeness(expected, actual, sat_out, percentage, missing, ready):
    assert measured_columns(Completeness(expected, actual, sat_out)) == {
        "expected_games_count": expected,
        "actual_games_count": actual,
        "missing_games_count": missing,
        "completeness_percentage": percentage,
        "is_production_ready": ready,
    }


@pytest.mark.parametrize(
    ("minimum", "games", "found", "is_team", "category"),
    [
        (10, 7, (7, 7, 0), False, Category.EXPECTED_INCOMPLETE),
        (8, 7, (7, 7, 0), False, Category.EXPECTED_INCOMPLETE),
        (10, 4, (10, 4, 1), False, Category.INCOMPLETE_UPSTREAM),
        (10, 4, (10, 4, 5), False, Category.INSUFFICIENT_DATA),
        (15, 14, (15, 14, 0), True, Category.INCOMPLETE_UPSTREAM),
        (15, 14, (14, 14, 0), True, Category.EXPECTED_INCOMPLETE),
        (15, 15, (15, 15, 0), True, None),
    ],
)
def test_categories(minimum, games, found, is_team, category):
    assert category_of(games, minimum, Completeness(*found), is_team=is_team) is category


@pytest.mark.parametrize(
    ("expected", "away", "not_there", "found"),
    [
        (7, (), (), ("COMPLETE", False, "UNRESOLVED")),
        (7, (1, 3), (), ("PLAYER_DNP", False, "PERMANENT")),
        (7, (1, 3), (1, 3), ("DATA_GAP", True, "UNRESOLVED")),
        (7, (1, 3), (3,), ("MIXED", True, "UNRESOLVED")),
        (4, (1, 3), (1, 3), ("INSUFFICIENT_HISTORY", False, "PERMANENT")),
        (4, (), (), ("COMPLETE", False, "UNRESOLVED")),
    ],
)
def test_why_games_are_missing(expected, away, not_there, found):
    dates = [D - timedelta(days=2 * back) for back in range(expected, 0, -1)]
    too_old = [D - timedelta(days=15)]
    his = [day for place, day in enumerate(dates) if place not in away]
    covered = {day for place, day in enumerate(dates) if place not in not_there}
    missing = missing_games(D, too_old + dates, his, covered)
    assert (missing.type, missing.is_correctable, missing.status) == found
    assert missing.dates == tuple(dates[place] for place in away)


def entities(records):
    return {record["entity_id"]: record["failure_category"] for record in records}


def test_the_first_two_weeks_have_no_rows():
    raw = season(range(15))
    for table in (TDZA, PSZA):
        rows, records, _ = build_one(table, raw, on(13))
        assert (rows, records) == ({}, [])
    rows, records, counts = build_one(PSZA, raw, on(14))
    assert set(rows) == {(on(14), "celtic"), (on(14), "knick")}
    assert (records, counts) == ([], {})
    assert rows[on(14), "celtic"]["games_in_sample_20"] == 14


def test_every_team_has_a_row_or_a_record():
    raw = season(range(17))
    rows, records, _ = build_one(TDZA, raw, on(14), on(15), on(16))
    assert [team for _, team in rows] == ["BOS", "NYK", "BOS", "NYK"]
    assert len(records) == 30 + 28 + 28
    boston = next(record for record in records if record["entity_id"] == "BOS")
    assert boston["failure_reason"] == "games=14 expected=14 actual=14 dnp=0 required=15"
    assert (boston["failure_category"], boston["expected_game_count"]) == ("EXPECTED_INCOMPLETE", 14)
    assert (boston["failure_type"], boston["missing_game_dates"]) == (None, [])
    assert rows[on(15), "BOS"]["source_team_defense_hash"] != rows[on(16), "BOS"]["source_team_defense_hash"]


def test_a_team_game_that_is_not_there_can_be_loaded():
    raw = season(range(17))
    raw[TDGS] = [row for row in raw[TDGS] if row["game_date"] != on(3)]
    rows, records, _ = build_one(TDZA, raw, on(15), on(16))
    assert entities(records)["BOS"] == "INCOMPLETE_UPSTREAM"
    assert rows[on(16), "BOS"]["completeness_percentage"] == 93.3


def test_a_player_who_sat_out_and_one_whose_games_are_missing():
    raw = season(range(25))
    raw[PGS] += [player_row("bench", on(day)) for day in range(4)]
    raw[PGS] += [player_row("bench", on(20), points=None, is_dnp=True)]
    raw[PGS] = [row for row in raw[PGS] if row["team_abbr"] == "BOS" or row["game_date"] < on(6)]
    rows, records, _ = build_one(PSZA, raw, on(24))
    assert {lookup for _, lookup in rows} == {"celtic"}
    bench, knick = records
    assert bench["failure_reason"] == "games=4 expected=10 actual=0 dnp=10 required=10"
    assert (bench["failure_category"], bench["failure_type"]) == ("INSUFFICIENT_DATA", "PLAYER_DNP")
    assert bench["missing_game_dates"] == [on(day) for day in range(10, 24)]
    assert (knick["failure_category"], knick["failure_type"]) == ("INCOMPLETE_UPSTREAM", "DATA_GAP")
    assert (knick["actual_game_count"], knick["is_correctable"]) == (0, True)


def test_results_of_the_date_later_ones_and_the_season_before_change_nothing():
    raw = season(range(20))
    strange = {"points": 99, "paint_attempts": 90, "three_attempts_pbp": 0}
    more = {name: list(rows) for name, rows in raw.items()}
    more[PGS] += [player_row("celtic", OPENER - timedelta(days=200), season_year=2022, **strange)]
    more[TDGS] += [{**raw[TDGS][0], "game_date": OPENER - timedelta(days=200), "season_year": 2022}]
    for name, changes in ((PGS, strange), (TDGS, {"points_allowed": 999})):
        more[name] = [row | changes if row["game_date"] >= on(17) else row for row in more[name]]
    for table in (TDZA, PSZA):
        assert build_one(table, more, on(17)) == build_one(table, raw, on(17))


def test_a_date_without_history_is_blocked():
    raw = season(range(20))
    for table, history in ((TDZA, TDGS), (PSZA, PGS)):
        later = [row for row in raw[history] if row["game_date"] >= on(17)]
        rows, records, _ = build_one(table, raw | {history: later}, on(17))
        assert rows == {}
        assert [(r["entity_type"], r["entity_id"], r["failure_category"]) for r in records] == [
            ("DATE", "DATE_LEVEL", "MISSING_DEPENDENCY")
        ]
        assert records[0]["failure_reason"] == "no result of the season before the date"


def test_impossible_values_cost_the_row_and_odd_ones_earn_a_note():
    raw = season(range(20))
    for row in raw[TDGS]:
        if row["defending_team_abbr"] == "BOS":
            row |= {"opp_paint_makes": 37, "points_allowed": -1}
        else:
            row |= {"opp_mid_range_makes": 14, "points_allowed": 160}
    rows, records, _ = build_one(TDZA, raw, on(17))
    found = {
        (r["entity_id"], r["failure_category"], r["detail"]): r for r in records if r["entity_id"] in ("BOS", "NYK")
    }
    assert set(rows) == {(on(17), "NYK")}
    rejected = found.pop(("BOS", "VALIDATION_FAILED", ""))
    assert rejected["failure_reason"] == "opponent_points_per_game is -10 (1 digits)"
    assert (rejected["occurrences"], rejected["expected_game_count"]) == (2, None)
    assert {key[1:]: record["failure_reason"] for key, record in found.items()} == {
        ("DATA_ISSUE", "mid_range_defense_vs_league_avg"): "mid_range_defense_vs_league_avg is 2900 (2 digits)",
        ("DATA_ISSUE", "opponent_points_per_game"): "opponent_points_per_game is 1600 (1 digits)",
    }


def test_odd_shots_of_a_player():
    raw = season(range(20))
    raw[PGS] = [row | {"three_attempts_pbp": 41, "assisted_fg_makes": 9} for row in raw[PGS]]
    rows, records, _ = build_one(PSZA, raw, on(17))
    assert len(rows) == 2
    assert [(r["entity_id"], r["detail"]) for r in records] == [
        (lookup, detail)
        for lookup in ("celtic", "knick")
        for detail in ("assisted_rate_last_10", "three_pt_attempts_per_game", "total_shots_last_10")
    ]
    assert records[2]["failure_reason"] == "total_shots_last_10 is 530 (0 digits)"
    raw[PGS] = [row | {"mid_range_makes": 5} for row in raw[PGS]]
    rows, records, _ = build_one(PSZA, raw, on(17))
    assert rows == {}
    assert entities(records) == {"celtic": "VALIDATION_FAILED", "knick": "VALIDATION_FAILED"}


def test_three_rates_add_up_to_a_hundred():
    row = {"paint_rate_last_10": 33.33, "mid_range_rate_last_10": 33.33, "three_pt_rate_last_10": 33.32}
    assert odd_rates(row) == []
    assert odd_rates(row | {"paint_rate_last_10": 33.32})[0][0] == "three_rates"
    assert odd_rates(row | {"paint_rate_last_10": None}) == []


def test_a_trade_moves_the_team_and_not_the_games():
    raw = season(range(30))
    raw["nbac_schedule"] += [schedule_row(on(day), "LAL", "DEN", game_id=f"00229{day:05d}") for day in range(30)]
    raw[PGS] += [player_row("traded", on(day), "BOS" if day < 20 else "DEN") for day in range(14, 29)]
    rows, _, _ = build_one(PSZA, raw, on(22), on(29))
    assert set(rows) >= {(on(29), "traded")}
    row = rows[on(29), "traded"]
    assert (row["games_in_sample_20"], row["expected_games_count"], row["actual_games_count"]) == (15, 10, 10)


def test_an_opener_that_is_not_in_the_schedule_is_counted():
    raw = season(range(30))
    playoffs = [row | {"game_id": "004" + row["game_id"][3:]} for row in raw["nbac_schedule"]]
    rows, _, counts = build_one(PSZA, raw | {"nbac_schedule": playoffs}, on(20), on(24))
    assert counts == {("opener_unknown", "nbac_schedule"): 1}
    assert (on(24), "celtic") in rows
    late = [row for row in raw["nbac_schedule"] if row["game_date"] > on(7)]
    rows, _, counts = build_one(PSZA, raw | {"nbac_schedule": late}, on(21), on(22), on(29))
    assert counts == {("opener_late", "nbac_schedule"): 1}
    assert {day for day, _ in rows} == {on(22), on(29)}
    assert rows[on(29), "celtic"]["games_in_sample_20"] == 20, "of day 8 and later"


def test_two_rows_of_a_key_are_refused():
    raw = season(range(20))
    raw[TDGS].append(raw[TDGS][0])
    with pytest.raises(ValueError, match="team_defense_game_summary has two rows of 2023-10-24, BOS"):
        build_one(TDZA, raw, on(17))


def test_a_date_without_a_game_has_nothing():
    raw = season(range(0, 20, 2))
    assert build_one(PSZA, raw, on(15)) == ({}, [], {})
    assert build({name: TABLES[name] for name in (TDZA.name, PSZA.name)}, raw, []).rows == {
        TDZA.name: [],
        PSZA.name: [],
    }

"""A player before a game: the worked examples of rest, points, streaks, stars, completeness, age and quality."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nbaproc.reference.calendar import eastern_instant, wall_clock
from nbaproc.reference.canonical import digest, row_text
from nbaproc.reference.completeness import L5, L7D, L10, L14D, L30D, Completeness, measure, window_columns
from nbaproc.reference.fatigue import fatigue
from nbaproc.reference.game import Game
from nbaproc.reference.history import History, Played
from nbaproc.reference.local_time import clock_text, season_phase, start_time_local
from nbaproc.reference.quotes import PointsLine, Quote, choose_bettingpros, choose_odds_api
from nbaproc.reference.registry import Registry
from nbaproc.reference.rosters import Rosters, age_at, full_years
from nbaproc.reference.scoring import is_star, points_average, streaks
from nbaproc.reference.upcoming_player_game_context import prop_columns, quality_columns
from nbaproc.reference.venues import Venue
from nbaproc.tables.upcoming_player_game_context import TABLE
from tests.tables.made_up import utc

WINDOWS = (L5, L10, L7D, L14D, L30D)
#: Example A: date, points, minutes in tenths.
EXAMPLE_A = (
    *((date(2024, 1, 19), 31, 385), (date(2024, 1, 17), 25, 363), (date(2024, 1, 15), 25, 350)),
    *((date(2024, 1, 13), 39, 402), (date(2024, 1, 11), 24, 340), (date(2024, 1, 9), 31, 366)),
    *((date(2024, 1, 7), 25, 333), (date(2024, 1, 5), 14, 300), (date(2024, 1, 3), 12, 342)),
    *((date(2023, 12, 31), 34, 380), (date(2023, 12, 30), 26, 370), (date(2023, 12, 28), 16, 295)),
)
#: Example B, with the two games that were not played.
EXAMPLE_B = (
    *((date(2024, 1, 19), 0, 0.0), (date(2024, 1, 17), 0, None), (date(2024, 1, 15), 10, 20.0)),
    *((date(2024, 1, 13), 7, 18.5), (date(2024, 1, 10), 0, 12.0), (date(2024, 1, 8), 13, 22.8)),
)


def games_of(rows, of_date, usage=None):
    history = History(
        {
            "game_date": day,
            "season_year": 2023,
            "player_lookup": "somebody",
            "team_abbr": "LAL",
            "is_dnp": None,
            "points": points,
            "minutes_played": minutes / 10 if isinstance(minutes, int) else minutes,
            "usage_rate": usage,
        }
        for day, points, minutes in rows
    )
    return history.recent("somebody", of_date)


@pytest.mark.parametrize(
    ("of_date", "n", "rest", "b2b", "before", "since", "games", "minutes", "average", "pairs", "avg5", "avg10"),
    [
        (date(2024, 1, 1), 3, 1, True, 1, 2, (3, 3), (104, 104), 34.8, 1, 25.3, 25.3),
        (date(2024, 1, 20), 12, 1, True, 2, 1, (3, 7), (109, 253), 36.6, 0, 28.8, 26.0),
        (date(2024, 1, 21), 12, 2, False, 2, 2, (3, 6), (109, 220), 36.6, 0, 28.8, 26.0),
        (date(2024, 1, 24), 12, 5, False, 2, 5, (1, 5), (38, 184), 38.5, 0, 28.8, 26.0),
        (date(2024, 1, 26), 12, 7, False, 2, 7, (0, 4), (0, 150), None, 0, 28.8, 26.0),
        (date(2024, 2, 20), 0, None, False, None, None, (0, 0), (0, 0), None, 0, None, None),
    ],
)
def test_rest_and_load(of_date, n, rest, b2b, before, since, games, minutes, average, pairs, avg5, avg10):
    played = games_of(EXAMPLE_A, of_date)
    assert len(played) == n
    assert fatigue(played, of_date) == {
        "days_rest": rest,
        "back_to_back": b2b,
        "days_rest_before_last_game": before,
        "days_since_2_plus_days_rest": since,
        "games_in_last_7_days": games[0],
        "games_in_last_14_days": games[1],
        "minutes_in_last_7_days": minutes[0],
        "minutes_in_last_14_days": minutes[1],
        "avg_minutes_per_game_last_7": average,
        "back_to_backs_last_14_days": pairs,
        "avg_usage_rate_last_7_games": None,
    }
    assert (points_average(played, 5), points_average(played, 10)) == (avg5, avg10)


def test_games_that_were_not_played_do_not_count():
    of_date = date(2024, 1, 20)
    played = games_of(EXAMPLE_B, of_date)
    columns = fatigue(played, of_date)
    assert (len(played), columns["days_rest"]) == (4, 5)
    assert (columns["games_in_last_7_days"], columns["games_in_last_14_days"]) == (1, 4)
    assert (columns["minutes_in_last_7_days"], columns["minutes_in_last_14_days"]) == (20, 73)
    assert columns["avg_minutes_per_game_last_7"] == 20.0
    assert points_average(played, 5) == 7.5
    assert streaks(played, 85) == (1, 0)


@pytest.mark.parametrize(
    ("line", "over_under"),
    [(None, (0, 0)), (245, (4, 0)), (250, (2, 0)), (255, (1, 0)), (310, (0, 2)), (405, (0, 12))],
)
def test_streaks_against_todays_line(line, over_under):
    assert streaks(games_of(EXAMPLE_A, date(2024, 1, 20)), line) == over_under


def test_only_pushes_are_no_streak_and_a_mean_of_zeros_is_zero():
    of_date = date(2024, 1, 20)
    assert streaks(games_of([(date(2024, 1, 19), 20, 300)], of_date), 200) == (0, 0)
    assert points_average(games_of([(date(2024, 1, 19), 0, 300)], of_date), 5) == 0.0
    forty_nine = [(date(2024, 1, 15 + i), points, 300) for i, points in enumerate((12, 12, 12, 13))]
    assert points_average(games_of(forty_nine, of_date), 5) == 12.3


def test_usage_is_the_mean_of_seven_days_that_know_it():
    rows = [(date(2024, 1, 19), 10, 300), (date(2024, 1, 12), 10, 300)]
    assert fatigue(games_of(rows, date(2024, 1, 20), 21.3), date(2024, 1, 20))["avg_usage_rate_last_7_games"] == 21.3
    assert fatigue(games_of(rows, date(2024, 1, 20)), date(2024, 1, 20))["avg_usage_rate_last_7_games"] is None


def player(of_date, recent, season, games):
    """Games whose sums are those of a recent and a season line of points and minutes per game, in tenths."""
    in_ten_days = 4 if recent else 0
    older = games - in_ten_days
    points, minutes = season[0] * games, season[1] * games
    played = []
    if recent:
        played += [
            Played(of_date - timedelta(days=1 + 2 * i), 2023, "LAL", recent[0], recent[1], None)
            for i in range(in_ten_days)
        ]
        points, minutes = points - recent[0] * in_ten_days, minutes - recent[1] * in_ten_days
    for i in range(older):
        share = points // older + (i < points % older), minutes // older + (i < minutes % older)
        played.append(Played(of_date - timedelta(days=11 + i), 2023, "LAL", *share, None))
    return played


@pytest.mark.parametrize(
    ("recent", "season", "games", "star"),
    [
        ((264, 3510), (270, 3490), 30, True),
        (None, (192, 3300), 22, True),
        ((135, 3020), (110, 2700), 28, True),
        ((89, 2880), (91, 2900), 31, False),
        ((240, 3300), (240, 3300), 7, False),
        ((175, 2790), (184, 3000), 25, False),
    ],
)
def test_stars(recent, season, games, star):
    of_date = date(2024, 2, 1)
    scaled = player(of_date, recent, season, games)
    # Points and minutes are ten times those of the table, so ten games stand for each.
    ten_times = [
        Played(g.game_date, g.season, g.team, g.points // 10 + (i < g.points % 10), g.minutes // 10, None)
        for g in scaled
        for i in range(10)
    ]
    assert is_star(ten_times if games >= 10 else ten_times[:games], of_date) is star


def every_second_day(of_date, number):
    return [of_date - timedelta(days=2 * (number - i) - 1) for i in range(number)]


@pytest.mark.parametrize(
    ("lacks", "sat_out", "first", "elsewhere", "percentages", "month", "ready"),
    [
        (0, 0, 40, 0, (100, 100, 100, 100, 100), (15, 15, 0, 0), True),
        (4, 0, 40, 0, (20.0, 60.0, 0.0, 42.9, 73.3), (15, 11, 0, 4), False),
        (0, 4, 40, 0, (100, 100, 100, 100, 100), (15, 11, 4, 0), True),
        (4, 4, 40, 0, (0.0, 33.3, 0.0, 0.0, 63.6), (15, 7, 4, 4), False),
        (0, 0, 3, 0, (100, 100, 100, 100, 100), (15, 3, 12, 0), True),
        (0, 0, 3, 9, (100, 100, 100, 100, 100), (15, 12, 12, 0), True),
        (0, 0, 0, 0, (100, 100, 100, 100, 100), (15, 0, 15, 0), True),
        (10, 0, 0, 0, (0.0, 0.0, 0.0, 0.0, 0.0), (15, 0, 5, 10), False),
    ],
)
def test_completeness(lacks, sat_out, first, elsewhere, percentages, month, ready):
    of_date = date(2024, 2, 1)
    team = every_second_day(of_date, 20)
    covered = team[: len(team) - lacks]
    own = covered[max(0, len(covered) - first) :]
    own = own[: len(own) - sat_out]
    others = [of_date - timedelta(days=days) for days in range(24, 7, -2)]
    actual = sorted({*own, *(others if elsewhere else [])})
    measured = measure(WINDOWS, of_date, team, actual, set(covered))
    assert [found.expected for found in measured.values()] == [5, 10, 4, 7, 15]
    assert tuple(found.percentage for found in measured.values()) == percentages
    last = measured[L30D]
    assert (last.expected, last.actual, last.sat_out, last.missing) == month
    assert all(found.is_ready for found in measured.values()) is ready


def test_completeness_of_a_team_without_a_game():
    measured = measure(WINDOWS, date(2024, 2, 1), [], [date(2024, 1, 31)], set())
    assert all(found.percentage == 100.0 and found.is_ready for found in measured.values())
    assert measured[L5] == Completeness(0, 0)


def test_completeness_of_the_worked_date():
    december = [date(2023, 12, day) for day in (20, 22, 23, 26, 28, 30)]
    team = december + [date(2024, 1, day) for day in (1, 3, 5, 8, 10, 13)]
    lacking = {date(2024, 1, 5), date(2024, 1, 10)}
    played = [day for day in team if day not in lacking | {date(2024, 1, 3)}]
    measured = measure(WINDOWS, date(2024, 1, 15), team, played, set(team) - lacking)
    found = {window.prefix: (m.expected, m.actual, m.sat_out, m.percentage) for window, m in measured.items()}
    assert found == {
        "l5": (5, 2, 1, 50.0),
        "l10": (10, 7, 1, 77.8),
        "l7d": (3, 2, 0, 66.7),
        "l14d": (6, 3, 1, 60.0),
        "l30d": (12, 9, 1, 81.8),
    }
    assert measured[L30D].missing == 2
    assert window_columns(measured, L30D)["completeness_percentage"] == 81.8


@pytest.mark.parametrize(
    ("expected", "actual", "sat_out", "percentage", "ready"),
    [
        (10, 10, 0, 100.0, True),
        (10, 7, 0, 70.0, True),
        (10, 7, 3, 100.0, True),
        (10, 6, 1, 66.7, False),
        (7, 5, 1, 83.3, True),
        (10, 8, 3, 100.0, True),
        (3, 0, 3, 100.0, True),
        (10, 0, 0, 0.0, False),
        (0, 0, 0, 100.0, True),
    ],
)
def test_percentage_and_readiness(expected, actual, sat_out, percentage, ready):
    found = Completeness(expected, actual, sat_out)
    assert (found.percentage, found.is_ready) == (percentage, ready)


def test_completeness_counts_games_for_an_old_team():
    team = [date(2024, 1, 21) + timedelta(days=2 * i) for i in range(10)]
    played = [date(2024, 1, day) for day in (22, 24, 26, 28, 30)] + [date(2024, 2, 6), date(2024, 2, 8)]
    of_date = date(2024, 2, 10)
    assert measure([L10], of_date, team, played, set(team))[L10] == Completeness(10, 7, 8)
    covered = {day for day in team if day >= date(2024, 2, 6)}
    measured = measure([L10], of_date, team, played, covered)[L10]
    assert (measured.sat_out, measured.percentage, measured.is_ready) == (0, 70.0, True)


def quote(book, line, minutes, opening=None):
    seen_at = utc(2024, 1, 20, 12) + timedelta(minutes=minutes)
    return Quote(book, line, opening, seen_at, None, None)


def test_points_lines():
    quotes = [quote("betmgm", 245, -600), quote("draftkings", 255, -540), quote("fanduel", 255, -540)]
    quotes += [quote("draftkings", 265, -45), quote("fanduel", 275, -10)]
    columns = prop_columns(choose_odds_api(quotes))
    assert [columns[name] for name in ("current_points_line", "opening_points_line", "line_movement")] == [
        *(26.5, 25.5, 1.0)
    ]
    second = choose_bettingpros([quote("bettingpros_consensus", 205, 0), quote("fanduel", 200, 0, 195)])
    columns = prop_columns(second)
    assert columns["current_points_line_source"] == "bettingpros_fanduel"
    assert (columns["current_points_line"], columns["line_movement"]) == (20.0, 0.5)
    assert prop_columns(PointsLine("x", 205, None))["opening_points_line_source"] is None
    assert prop_columns(None)["has_prop_line"] is False


def game(home, of_date=date(2021, 10, 19), **venue):
    return Game(
        *(of_date, "BOS", home, "", None, "", "regular", 1, False, None, None, None, True),
        venue=Venue(**venue),
    )


@pytest.mark.parametrize(
    ("wall", "home", "zone", "text"),
    [
        ((2021, 10, 19, 22, 0), "LAL", None, "7:00 PM PT"),
        ((2021, 10, 19, 19, 30), "MIL", None, "6:30 PM CT"),
        ((2021, 11, 10, 21, 0), "PHX", None, "7:00 PM MST"),
        ((2022, 3, 20, 21, 0), "PHX", None, "6:00 PM MST"),
        ((2024, 1, 11, 14, 0), "BKN", "Europe/Paris", "8:00 PM local"),
        ((2024, 1, 11, 12, 0), "BKN", "Nowhere/There", "12:00 PM ET"),
        ((2024, 1, 12, 0, 5), "BKN", None, "12:05 AM ET"),
    ],
)
def test_the_clocks_of_the_arena(wall, home, zone, text):
    tip_off = eastern_instant(wall_clock(utc(*wall)))
    assert start_time_local(tip_off, game(home, zone=zone)) == text
    assert start_time_local(None, game(home)) is None
    assert start_time_local(tip_off, game(home, city="Paris")) is None
    assert clock_text(utc(2024, 1, 11, 17), "America/New_York") == "12:00 PM ET"


@pytest.mark.parametrize(
    ("of_date", "kind", "phase"),
    [
        (date(2024, 4, 10), "regular", "late"),
        (date(2024, 4, 21), "playoff", "playoffs"),
        (date(2024, 11, 5), "regular", "early"),
        (date(2024, 12, 5), "regular", "mid"),
        (date(2021, 5, 5), "regular", "late"),
        (date(2024, 4, 17), "play_in", "late"),
    ],
)
def test_parts_of_the_season(of_date, kind, phase):
    assert season_phase(of_date, kind) == phase


@pytest.mark.parametrize(
    ("born", "of_date", "years"),
    [
        (date(1999, 1, 5), date(2024, 1, 3), 24),
        (date(2000, 2, 29), date(2023, 2, 28), 22),
        (date(2000, 2, 29), date(2023, 3, 1), 23),
        (date(2024, 3, 1), date(2024, 1, 1), None),
    ],
)
def test_full_years(born, of_date, years):
    assert full_years(born, of_date) == years


def roster_row(day, lookup="somebody", **values):
    return {"roster_date": day, "scrape_hour": 6, "team_abbr": "LAL", "player_lookup": lookup, **values}


def test_age_comes_from_the_newest_roster_that_knows():
    of_date = date(2024, 1, 3)
    people = [
        {"player_lookup": "somebody", "universal_player_id": "s_001", "season": "2021-22", "birth_date": None},
        {"player_lookup": "s", "universal_player_id": "s_001", "season": "2020-21", "birth_date": date(1990, 1, 1)},
    ]
    registry = Registry(people, [{"alias_lookup": "sb", "nba_canonical_lookup": "somebody", "is_active": None}])

    def age(*rows):
        return age_at(of_date, "somebody", "s_001", Rosters(rows, registry), registry).years

    later = roster_row(date(2024, 3, 1), birth_date=date(1999, 1, 5), age=99)
    assert age(later, roster_row(date(2024, 1, 1), age=50)) == 24
    assert age(roster_row(date(2024, 1, 1), "SB", age=50), roster_row(date(2024, 2, 1), age=51)) == 50
    assert age(roster_row(date(2024, 1, 1), age=None), roster_row(date(2023, 12, 1), age=50)) == 34
    assert age() == 34


@pytest.mark.parametrize(
    ("games", "spread", "total", "tier", "score", "issues"),
    [
        (12, None, None, "gold", 95.0, ["missing_game_spread", "missing_game_total"]),
        (7, 1.0, 220.0, "silver", 75.0, []),
        (2, 1.0, 220.0, "bronze", 50.0, ["thin_sample:2/3"]),
        (0, None, 220.0, "bronze", 50.0, ["missing_game_spread", "thin_sample:0/3"]),
    ],
)
def test_quality(games, spread, total, tier, score, issues):
    assert quality_columns(games, {"game_spread": spread, "game_total": total}) == {
        "quality_tier": tier,
        "quality_score": score,
        "quality_issues": issues,
        "processed_with_issues": bool(issues),
    }


def test_the_printed_hash():
    row: dict[str, object] = dict.fromkeys(column.name for column in TABLE.hashed)
    row |= {"avg_minutes_per_game_last_7": 36.6, "back_to_back": True, "back_to_backs_last_14_days": 0}
    row |= {"consecutive_road_games": 2, "current_points_line": 25.5, "days_rest": 1, "days_rest_before_last_game": 2}
    row |= {"days_since_2_plus_days_rest": 1, "game_date": date(2024, 1, 20), "game_id": "20240120_LAL_DEN"}
    row |= {"game_spread": -4.75, "game_start_time_local": "7:30 PM MT", "game_total": 229.25}
    row |= {"games_in_last_14_days": 7, "games_in_last_7_days": 3, "games_in_next_7_days": 3, "has_prop_line": True}
    row |= {"home_game": False, "line_movement": 1.0, "miles_traveled_last_14_days": 1180}
    row |= {"minutes_in_last_14_days": 253, "minutes_in_last_7_days": 109, "next_game_days_rest": 2}
    row |= {"next_game_is_primetime": False, "next_opponent_win_pct": 0.625, "opening_points_line": 24.5}
    row |= {"opening_spread": -3.75, "opening_total": 230.0, "opponent_days_rest": 2}
    row |= {"opponent_def_rating_last_10": 113.42, "opponent_ft_rate_allowed": 22.931}
    row |= {"opponent_games_in_next_7_days": 4, "opponent_next_game_days_rest": 1, "opponent_pace_last_10": 100.01}
    row |= {"opponent_team_abbr": "DEN", "pace_differential": -0.86, "player_age": 24, "player_lookup": "demoplayer"}
    row |= {"points_avg_last_10": 26.0, "points_avg_last_5": 28.8, "probable_teammates": 2, "prop_over_streak": 1}
    row |= {"prop_under_streak": 0, "questionable_teammates": 0, "season_phase": "mid", "spread_movement": -1.0}
    row |= {"star_teammates_out": 1, "team_abbr": "LAL", "time_zone_changes": 0, "time_zones_crossed_last_14_days": 2}
    row |= {"total_movement": -0.75, "travel_miles": 0, "universal_player_id": "demoplayer_001"}
    assert digest(row_text(row, TABLE.hashed)) == "66fec74450db108c"

"""Playing time, overtimes, ratios and DNP reasons: the worked examples."""

from __future__ import annotations

import pytest

from nbaproc.reference.minutes import is_unreadable, overtimes, seconds
from nbaproc.reference.numbers import hu, shown
from nbaproc.reference.player_game_summary import (
    dnp_category,
    effective_field_goals,
    line_columns,
    true_shooting,
    usage_rate,
)
from nbaproc.reference.player_line import BoxScore
from nbaproc.reference.quotes import PointsLine
from nbaproc.reference.team_base import TeamLine
from nbaproc.reference.team_defense_game_summary import ratio, times
from nbaproc.reference.team_offense_game_summary import pace_and_rating, rounded_possessions
from nbaproc.reference.team_offense_game_summary import true_shooting as team_true_shooting


@pytest.mark.parametrize(
    ("text", "result", "minutes"),
    [
        ("40:11", 2411, 40.2),
        ("14:21", 861, 14.4),
        ("36:30", 2190, 36.5),
        ("32", 1920, 32.0),
        ("32.5", 1950, 32.5),
        ("0.05", 3, 0.1),
        ("00:00", 0, 0.0),
        ("00", 0, 0.0),
        ("0:01", 1, 0.0),
        ("0:02", 2, 0.0),
        ("0:03", 3, 0.1),
        (" 12:00 ", 720, 12.0),
        ("240:00", 14400, 240.0),
        ("1.0083334999", 60, 1.0),
        ("999999999", 59999999940, 999999999.0),
    ],
)
def test_playing_time(text, result, minutes):
    assert seconds(text) == result
    assert shown(hu(result, 60, 1), 1) == minutes
    assert not is_unreadable(text)


@pytest.mark.parametrize("text", [None, "", " ", "-", "null", "None", "NaN", "<NA>"])
def test_no_playing_time(text):
    assert seconds(text) is None
    assert not is_unreadable(text)


@pytest.mark.parametrize("text", ["12:75", "12:3:4", "DNP", "PT12M", "-3", "1234567890", "12.", ".5", "1e3", "١٢"])
def test_unreadable_playing_time(text):
    assert seconds(text) is None
    assert is_unreadable(text)


@pytest.mark.parametrize(
    ("clock", "periods"),
    [
        ("240:00", 0),
        ("241:00", 0),
        ("236:00", 0),
        ("252:00", 0),
        ("252:30", 1),
        ("265:00", 1),
        ("264:58", 1),
        ("290:00", 2),
        ("315:00", 3),
    ],
)
def test_overtimes_follow_from_the_minutes(clock, periods):
    assert overtimes(seconds(clock)) == periods


@pytest.mark.parametrize(
    ("fga", "fta", "tov", "clock", "periods", "rate", "out_of_range"),
    [
        (22, 6, 3, "34:30", 0, 35.1, False),
        (22, 9, 5, "45:28", 1, 32.9, False),
        (0, 0, 0, "10:00", 0, 0.0, False),
        (3, 0, 1, "1:30", 0, None, True),
        (1, 0, 0, "0:01", 0, None, True),
        (2, 0, 0, "0:00", 0, None, False),
        (2, None, 1, "10:00", 0, 13.1, False),
        (None, 0, 1, "10:00", 0, None, False),
        (2, 0, None, "10:00", 0, None, False),
        (2, 0, 0, None, 0, None, False),
    ],
)
def test_usage(fga, fta, tov, clock, periods, rate, out_of_range):
    box = BoxScore(fg_attempts=fga, ft_attempts=fta, turnovers=tov)
    usage = usage_rate(box, seconds(clock), 10956, 2880 + 300 * periods)
    assert (usage.rate, usage.is_out_of_range) == (rate, out_of_range)


@pytest.mark.parametrize("plays", [None, 0])
def test_usage_needs_plays_of_the_team(plays):
    assert usage_rate(BoxScore(fg_attempts=1, turnovers=0), 600, plays, 2880).rate is None


def test_the_usage_that_is_not_believed():
    assert hu(100 * 400 * 2880, 90 * 10956, 1) == 1168
    assert hu(100 * 100 * 2880, 1 * 10956, 1) == 26287


@pytest.mark.parametrize(
    ("points", "fgm", "fga", "tpm", "fta", "ts", "efg"),
    [
        (31, 12, 22, 2, 6, 0.629, 0.591),
        (0, 0, 3, 0, 0, 0.0, 0.0),
        (2, 0, 0, 0, 2, None, None),
        (2, 1, 2, None, 0, 0.5, 0.5),
        (2, 1, 2, 0, None, None, 0.5),
        (2, 1, None, 0, 0, None, None),
    ],
)
def test_shooting_ratios(points, fgm, fga, tpm, fta, ts, efg):
    box = BoxScore(points=points, fg_makes=fgm, fg_attempts=fga, three_makes=tpm, ft_attempts=fta)
    assert (true_shooting(box), effective_field_goals(box)) == (ts, efg)


@pytest.mark.parametrize(
    ("team", "hundredths", "tenths", "possessions", "pace", "offense", "ts", "defense", "opponent_pace"),
    [
        ((125, 86, 24, 13, 15), 9456, 946, 94, 85.7, 132.14, 0.647, 132.19, 85.6),
        ((119, 92, 14, 12, 11), 9916, 992, 99, 89.8, 119.96, 0.606, 120.01, 89.8),
    ],
)
def test_possessions_at_one_decimal_and_exact(
    team, hundredths, tenths, possessions, pace, offense, ts, defense, opponent_pace
):
    points, fga, fta, tov, oreb = team
    box = BoxScore(points=points, fg_attempts=fga, ft_attempts=fta, turnovers=tov, offensive_rebounds=oreb)
    line, game_seconds = TeamLine(box, None), 3180
    assert line.possessions == hundredths
    assert rounded_possessions(hundredths) == tenths
    own = pace_and_rating(line.possessions, points, game_seconds)
    assert own == {"possessions": possessions, "pace": pace, "offensive_rating": offense}
    assert team_true_shooting(box) == ts
    assert ratio(times(10000, points), line.possessions, 2) == defense
    assert ratio(times(2880, line.possessions), 100 * game_seconds, 1) == opponent_pace


@pytest.mark.parametrize("possessions", [0, 4, -100, None])
def test_no_pace_without_possessions(possessions):
    assert set(pace_and_rating(possessions, 100, 2880).values()) == {None}


@pytest.mark.parametrize(
    ("printed", "category"),
    [
        ("DNP - Coach's Decision", "coach_decision"),
        ("DNP - Injury/Illness - Left Knee; Soreness", "injury"),
        ("DND - Rest", "rest"),
        ("League Suspension", "coach_decision"),
        ("NWT - Not With Team", "coach_decision"),
        ("NWT - Personal Reasons", "personal"),
        ("G League - Two-Way", "other"),
        ("Right Adductor; Tightness", "other"),
        ("Trade Pending", "other"),
        ("Comeback from rest", "injury"),
        ("", None),
        (None, None),
    ],
)
def test_dnp_reasons(printed, category):
    assert dnp_category(printed) == category


@pytest.mark.parametrize(
    ("points", "line", "result", "margin"),
    [
        (31, 245, "OVER", 6.5),
        (31, 310, "PUSH", 0.0),
        (0, 105, "UNDER", -10.5),
        (None, 85, None, None),
    ],
)
def test_outcome_of_a_line(points, line, result, margin):
    columns = line_columns(PointsLine("draftkings", line, None), points)
    assert (columns["over_under_result"], columns["margin"]) == (result, margin)


def test_no_line_no_outcome():
    assert set(line_columns(None, 31).values()) == {None}


def test_line_movement_is_counted_in_tenths():
    columns = line_columns(PointsLine("draftkings", 85, 80), None)
    assert (columns["points_line"], columns["opening_line"], columns["line_movement"]) == (8.5, 8.0, 0.5)

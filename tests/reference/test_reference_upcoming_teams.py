"""A team before a game: the worked examples of schedule, travel, lines, form, injuries and completeness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nbaproc.reference.ahead import ahead
from nbaproc.reference.canonical import digest, row_text
from nbaproc.reference.completeness import L7D, L14D, Completeness
from nbaproc.reference.cuts import Times
from nbaproc.reference.form import Defense, Offense, free_throw_rate, pace_differential, paces
from nbaproc.reference.game_lines import GameLine, read_lines, spread_consensus, total_consensus
from nbaproc.reference.injuries import attach, read_reports
from nbaproc.reference.names import lookup_key, name_key
from nbaproc.reference.notes import Notes
from nbaproc.reference.numbers import ratio
from nbaproc.reference.placing import Placer
from nbaproc.reference.row_set import Member
from nbaproc.reference.schedule import clean_schedule
from nbaproc.reference.team_games import TeamGames
from nbaproc.reference.travel import travel
from nbaproc.reference.upcoming_team_game_context import (
    completeness_columns,
    injury_columns,
    line_columns,
    schedule_columns,
)
from nbaproc.reference.venues import distances
from nbaproc.tables.upcoming_team_game_context import TABLE
from tests.tables.made_up import raw_row, utc

#: The games of the Lakers: date, opponent, home, margin.
LAKERS = (
    *((date(2023, 12, 14), "UTA", True, -4), (date(2023, 12, 15), "SAS", False, -14)),
    *((date(2023, 12, 18), "NYK", True, -5), (date(2023, 12, 20), "CHI", False, -16)),
    *((date(2023, 12, 21), "MIN", False, -7), (date(2023, 12, 23), "OKC", False, 9)),
    *((date(2023, 12, 25), "BOS", True, -11), (date(2023, 12, 28), "CHA", True, 21)),
    *((date(2023, 12, 30), "MIN", False, -2), (date(2023, 12, 31), "NOP", False, -20)),
    (date(2024, 1, 3), "MIA", True, -14),
)


def schedule_rows(strange_venue=None):
    rows = []
    for number, (day, opponent, is_home, margin) in enumerate(LAKERS):
        home, away = ("LAL", opponent) if is_home else (opponent, "LAL")
        home_points = 100 + (margin if is_home else -margin)
        rows.append(
            raw_row(
                "nbac_schedule",
                game_id=f"00223{number:05d}",
                game_date=day,
                game_date_est=utc(day.year, day.month, day.day, 22, 0),
                game_status=3,
                home_team_tricode=home,
                away_team_tricode=away,
                home_team_score=home_points,
                away_team_score=100,
                arena_city="Nowhere" if day == strange_venue else None,
            )
        )
    return rows


def lakers(strange_venue=None):
    schedule = clean_schedule(schedule_rows(strange_venue))
    return TeamGames(game for games in schedule.by_date.values() for game in games)


def prior_of(games, of_date):
    return games.on("LAL", 2023, of_date), games.prior("LAL", 2023, of_date)


@pytest.mark.parametrize(
    ("of_date", "expected", "strange"),
    [
        (date(2023, 12, 14), (0, 0, 0, 0, 0), None),
        (date(2023, 12, 15), (1206, 2, 1, 1206, 2), None),
        (date(2023, 12, 25), (1180, 2, 0, 6381, 8), None),
        (date(2023, 12, 28), (0, 0, 0, 6381, 8), (None, None, 0, None, None)),
        (date(2023, 12, 31), (1053, 0, 2, 6545, 6), (1053, 0, 2, None, None)),
        (date(2024, 1, 3), (1670, 2, 0, 6473, 6), (1670, 2, 0, None, None)),
    ],
)
def test_travel(of_date, expected, strange):
    assert tuple(travel(*prior_of(lakers(), of_date)).values()) == expected
    if strange is not None:
        assert tuple(travel(*prior_of(lakers(date(2023, 12, 28)), of_date)).values()) == strange


@pytest.mark.parametrize(
    ("of_date", "since", "within", "streaks", "last", "miles", "number"),
    [
        (date(2023, 12, 14), None, (0, 0), (0, 0), (None, None), 0, 1),
        (date(2023, 12, 21), 1, (3, 4), (0, 4), (-16, "L"), 353, 5),
        (date(2023, 12, 28), 3, (2, 6), (0, 1), (-11, "L"), 0, 8),
        (date(2023, 12, 30), 2, (2, 6), (1, 0), (21, "W"), 1523, 9),
        (date(2023, 12, 31), 1, (3, 7), (0, 1), (-2, "L"), 1053, 10),
    ],
)
def test_schedule_columns(of_date, since, within, streaks, last, miles, number):
    row = schedule_columns(*prior_of(lakers(), of_date))
    assert row["days_since_last_game"] == since
    assert row["team_days_rest"] == (since - 1 if since else None)
    assert row["is_back_to_back"] is row["team_back_to_back"] is (since == 1)
    assert (row["games_in_last_7_days"], row["games_in_last_14_days"]) == within
    assert (row["team_win_streak_entering"], row["team_loss_streak_entering"]) == streaks
    assert (row["last_game_margin"], row["last_game_result"]) == last
    assert (row["travel_miles"], row["game_number_in_season"]) == (miles, number)


def test_a_home_game_away_from_home_is_a_journey_too():
    row = schedule_columns(*prior_of(lakers(date(2023, 12, 28)), date(2023, 12, 28)))
    assert row["travel_miles"] is None


def test_days_to_come():
    columns = ahead(lakers().on("LAL", 2023, date(2023, 12, 28)), lakers())
    assert (columns["next_game_days_rest"], columns["games_in_next_7_days"]) == (2, 3)
    assert (columns["next_opponent_win_pct"], columns["next_game_is_primetime"]) == (1.0, None)
    last = ahead(lakers().on("LAL", 2023, date(2024, 1, 3)), lakers())
    assert (last["next_game_days_rest"], last["games_in_next_7_days"]) == (None, 0)
    assert (last["next_opponent_win_pct"], last["next_game_is_primetime"]) == (None, False)


def test_outside_the_regular_season_nothing_is_told_of_the_days_to_come():
    rows = schedule_rows()
    rows[7]["game_id"] = "0042300001"
    schedule = clean_schedule(rows)
    games = TeamGames(game for of_date in schedule.by_date.values() for game in of_date)
    columns = ahead(games.on("CHA", 2023, date(2023, 12, 28)), games)
    assert columns.pop("opponent_days_rest") == 3
    assert set(columns.values()) == {None}


TIP = utc(2023, 12, 31, 3)


def game_line(book, market, outcome, point, minutes):
    return GameLine(book, market, outcome, TIP + timedelta(minutes=minutes), round(100 * point), None)


def spreads(opening, current):
    lines = [game_line(f"book{i}", "spreads", "MIN", point, -600) for i, point in enumerate(opening)]
    return lines + [game_line(f"book{i}", "spreads", "MIN", point, -10) for i, point in enumerate(current)]


@pytest.mark.parametrize(
    ("opening", "current", "result"),
    [
        ((-3.5, -4.0), (-5.0, -4.5), (-475, -375)),
        ((3.5,), (4.0,), (400, 350)),
        ((0, -1.0), (0, 0), (0, -50)),
        ((-3.25, -3.5), (-3.25, -3.5), (-338, -338)),
        ((6.5, 7.0, 7.5), (6.5, 7.0), (675, 700)),
    ],
)
def test_consensus_of_the_books(opening, current, result):
    consensus = spread_consensus([*spreads(opening, current), game_line("x", "spreads", "LAL", 9, 0)], "MIN")
    assert (consensus.current, consensus.opening) == result
    assert consensus.books == ",".join(f"book{i}" for i in range(len(current)))


def test_a_total_is_over_else_under():
    lines = [game_line("b", "totals", "under", 230.5, -10), game_line("a", "totals", "under", 229, -10)]
    lines.append(game_line("a", "totals", "over", 229.5, -10))
    consensus = total_consensus(lines)
    assert (consensus.current, consensus.opening, consensus.books) == (23000, 23000, "a,b")
    assert total_consensus([]) is None


def test_one_book_for_each_of_spread_and_total():
    lines = [game_line("draftkings", "spreads", "LAL", -2.5, -600), game_line("draftkings", "spreads", "LAL", -4, -10)]
    lines += [game_line("draftkings", "spreads", "MIA", 2.5, -600), game_line("draftkings", "spreads", "MIA", 4, -10)]
    lines += [game_line("fanduel", "spreads", "LAL", -3.5, -5), game_line("fanduel", "totals", "over", 229.5, -5)]
    lakers_row, heat = line_columns("LAL", lines), line_columns("MIA", lines)
    assert lakers_row == {
        "game_spread": -4.0,
        "spread_movement": -1.5,
        "game_spread_source": "draftkings",
        "game_total": 229.5,
        "total_movement": 0.0,
        "game_total_source": "fanduel",
        "betting_lines_updated_at": TIP - timedelta(minutes=10),
    }
    assert (heat["game_spread"], heat["spread_movement"]) == (4.0, 1.5)
    assert set(line_columns("LAL", []).values()) == {None}


def test_what_is_left_of_raw_lines():
    day = date(2023, 12, 30)
    schedule = clean_schedule(schedule_rows())
    placer, notes = Placer(day, schedule), Notes()

    def line(**changes):
        values = {"game_date": day, "home_team_abbr": "MIN", "away_team_abbr": "LAL", "bookmaker_key": "Draft Kings"}
        values |= {"home_team": "Wolves", "away_team": "Lakers", "market_key": "spreads", "outcome_name": " Lakers"}
        values |= {"outcome_point": -2.5, "snapshot_timestamp": utc(2023, 12, 30, 20)}
        row = raw_row("odds_api_game_lines", **(values | changes))
        return row, placer.place("odds_api_game_lines", row)

    rows = [
        *(line(), line(outcome_point=-3.0), line(market_key="h2h"), line(outcome_point=None), line(bookmaker_key=" ")),
        *(line(snapshot_timestamp=None), line(snapshot_timestamp=utc(2023, 12, 31, 4)), line(outcome_name="Kings")),
        *(line(market_key="totals"), line(home_team_abbr="BOS"), line(commence_time=utc(2023, 12, 30, 19))),
    ]
    cut = {"20231230_LAL_MIN": Times(TIP, TIP)}
    (of_game,) = read_lines(day, rows, cut, notes).values()
    assert of_game == [GameLine("draft_kings", "spreads", "LAL", utc(2023, 12, 30, 20), -300, None)]
    assert {name: count for (name, _), count in notes.counts.items()} == {
        "duplicate_rows": 1,
        "line_after_tip": 2,
        "line_without_book": 1,
        "line_without_point": 1,
        "line_without_side": 1,
        "line_without_team": 1,
        "line_without_time": 1,
        "no_game": 1,
    }


def test_form():
    opponent = [101.2, 98.7, 99.5, 103.1, 97.8, 100.4, 102.0, 96.9, 99.9, 100.6]
    rows = [Offense(date(2024, 1, 1) + timedelta(days=i), round(10 * pace)) for i, pace in enumerate(opponent)]
    assert ratio(sum(paces(rows)), 100, 2) == 100.01
    assert pace_differential([982, 975, 999, 1010], paces(rows)) == -0.86
    assert pace_differential([], paces(rows)) is None
    assert len(paces([*rows, Offense(date(2024, 2, 1), None)])) == 9, "an unknown pace keeps its place"


def test_free_throws_allowed():
    free_throws = (22, 18, 27, 25, 20, 19, 24, 30, 21, 23)
    pace = (990, 1015, 982, 1000, 973, 1022, 999, 1034, 968, 1001)
    rows = [Defense(date(2024, 1, 1), None, p, fta) for p, fta in zip(pace, free_throws, strict=True)]
    assert free_throw_rate(rows) == 22.931
    holes = [Defense(date(2024, 1, 2), None, None, 99), Defense(date(2024, 1, 3), None, 0, 99)]
    assert free_throw_rate(rows + holes) == 22.931
    assert free_throw_rate([]) is None


DAY = date(2023, 12, 30)


def report(name="Star Player", **changes):
    values = {"report_date": DAY, "report_hour": 17, "game_date": DAY, "team": "LAL", "player_lookup": name}
    return raw_row("nbac_injury_report", **(values | {"injury_status": "Out"} | changes))


def read(rows, cut=TIP):
    game = clean_schedule(schedule_rows()).by_date[DAY][0]
    notes = Notes()
    return read_reports(DAY, rows, [game], {game.game_id: Times(cut, cut)}, notes), notes


def test_the_last_report_before_the_hour_of_the_cut_counts():
    rows = [report(report_date=DAY - timedelta(days=1)), report(report_hour=11, injury_status="questionable")]
    rows += [report(report_hour=17, injury_status="Available "), report(report_hour=22), report(report_hour=19)]
    (kept,), notes = read(rows, utc(2023, 12, 31, 0, 59))
    assert (kept.status, kept.lookup) == ("available", "starplayer")
    assert notes.counts == {("report_after_tip", "nbac_injury_report"): 2}


def test_faults_of_reports():
    rows = [report("..."), report(team="XXX"), report(team="BOS"), report(injury_status="fit"), report(report_hour=24)]
    kept, notes = read(rows)
    assert kept == []
    assert [name for name, _ in notes.counts] == [
        *("empty_name", "unknown_team", "team_not_in_game", "unknown_status", "report_without_time")
    ]
    assert injury_columns("LAL", kept)["players_out_count"] is None


def test_counts_of_a_team():
    rows = [report("a"), report("b", reason_category="g_league"), report("c", confidence_score=0.79)]
    rows += [report("d", injury_status="Doubtful"), report("e", injury_status="Questionable", confidence_score=0.8)]
    kept, _ = read([*rows, report("f", team="MIN")])
    assert injury_columns("LAL", kept) == {
        "starters_out_count": 2,
        "players_out_count": 1,
        "questionable_players_count": 2,
    }


def test_reports_are_attached_within_the_team():
    game = clean_schedule(schedule_rows()).by_date[DAY][0]
    names = (("Gary Payton II", "LAL"), ("Tim Hardaway Jr.", "LAL"), ("Gary Payton", "MIN"))
    players = [Member(lookup_key(name), name_key(name), game, team, "recent") for name, team in names]
    kept, notes = read([report("garypayton"), report("thardaway"), report("Nobody"), report("a", team="MIN")])
    attached = attach(DAY, kept, players, {"thardaway": "timhardawayjr"}, notes)
    assert {lookup: found.lookup for lookup, found in attached.items()} == {
        "garypaytonii": "garypayton",
        "timhardawayjr": "thardaway",
    }
    assert notes.counts == {("unmatched_name", "nbac_injury_report"): 2}
    assert attach(DAY, kept, [], {}, Notes()) == {}


@pytest.mark.parametrize(
    ("reason", "category", "printed"),
    [
        ("Injury - Knee", "injury", "Injury - Knee"),
        (" NaN", "injury", "injury"),
        (None, "None", None),
        ("unknown", None, None),
        ("", "rest", "rest"),
    ],
)
def test_printed_reasons(reason, category, printed):
    (kept,), _ = read([report(reason=reason, reason_category=category)])
    assert kept.printed_reason == printed


@pytest.mark.parametrize(
    ("month", "week", "fortnight", "pct", "tier", "score", "issues", "ready"),
    [
        (1, (4, 3), (7, 6), 85.7, "silver", 75.0, ["l7d_incomplete:75%", "l14d_incomplete:86%"], True),
        (1, (0, 0), (2, 2), 100.0, "gold", 95.0, [], True),
        (1, (0, 0), (8, 5), 62.5, "bronze", 50.0, ["l14d_incomplete:63%"], False),
        (10, (0, 0), (0, 0), 100.0, "gold", 95.0, ["season_boundary", "bootstrap_mode"], True),
    ],
)
def test_completeness_and_quality(month, week, fortnight, pct, tier, score, issues, ready):
    day = date(2024, 1, 15) if month == 1 else date(2023, 10, 24)
    row = completeness_columns(day, {L7D: Completeness(*week), L14D: Completeness(*fortnight)})
    assert row["l14d_completeness_pct"] == row["completeness_percentage"] == pct
    assert (row["quality_tier"], row["quality_score"], row["quality_issues"]) == (tier, score, issues)
    assert row["is_production_ready"] is ready
    assert row["missing_games_count"] == fortnight[0] - fortnight[1]


def test_distances():
    assert len(distances()) == 870
    assert sum(miles for miles, _ in distances().values()) == 1012766
    assert max(distances().values())[0] == distances()["MIA", "POR"][0] == 2704
    assert [distances()[pair] for pair in (("LAL", "LAC"), ("ATL", "CHI"), ("LAL", "GSW"), ("NYK", "BKN"))] == [
        *((0, 0), (589, 1), (345, 0), (5, 0))
    ]


def test_the_printed_hashes():
    row = schedule_columns(*prior_of(lakers(), date(2023, 12, 30)))
    row |= {"game_spread": 6.5, "spread_movement": 1.0, "game_total": 229.5, "total_movement": 0.0}
    row |= {"starters_out_count": 1, "players_out_count": 1, "questionable_players_count": 2}
    assert digest(row_text(row, TABLE.hashed)) == "1f64c5710f11501d"
    row |= line_columns("LAL", []) | injury_columns("LAL", [])
    assert digest(row_text(row, TABLE.hashed)) == "3283c07e1cbf35be"

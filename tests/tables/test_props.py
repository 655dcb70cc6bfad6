"""Points lines: the book, the snapshot, the cut, and what is counted on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    Outcome,
    Raw,
    Row,
    game_line,
    made_up_game,
    player_row,
    player_rows,
    raw_row,
    schedule_row,
    utc,
)

GAMEBOOK = PLAYER_TABLES[0]
PGS = "player_game_summary"
ODDS, PROS, LINES = "odds_api_player_points_props", "bettingpros_player_points_props", "odds_api_game_lines"
TIP = utc(2021, 11, 16, 0, 30)
COLUMNS = ("points_line", "points_line_source", "opening_line", "line_movement")


def line_of(outcome: Outcome, player: str = "bosalpha") -> tuple[object, ...]:
    (row,) = (row for row in outcome.rows[PGS] if row["player_lookup"] == player)
    return tuple(row[name] for name in COLUMNS)


def prop(line: float | None, minutes_to_tip: int = 60, book: str | None = "DraftKings", **changes: object) -> Row:
    values: Row = {"game_date": DAY, "player_name": "Bos Alpha", "home_team_abbr": "NYK", "away_team_abbr": "BOS"}
    values |= {"points_line": line, "bookmaker": book, "snapshot_timestamp": TIP - timedelta(minutes=minutes_to_tip)}
    return raw_row(ODDS, **(values | changes))


def pros(line: float | None, book: str | None = "FanDuel", **changes: object) -> Row:
    """A BettingPros line; its time is Eastern wall-clock time under a UTC label, here noon."""
    values: Row = {"game_date": DAY, "player_name": "Bos Alpha", "market_type": "points", "bet_side": "over"}
    values |= {"points_line": line, "bookmaker": book, "bookmaker_last_update": utc(2021, 11, 15, 12)}
    return raw_row(PROS, **(values | changes))


def with_props(*odds: Row, bettingpros: tuple[Row, ...] = ()) -> Raw:
    return made_up_game(GAMEBOOK) | {ODDS: list(odds), PROS: list(bettingpros)}


def test_the_worked_example(run):
    raw = with_props(prop(24.5, 300), prop(25.5, 10), prop(31.5, -45), prop(24.5, 5, "FanDuel"))
    outcome = run(raw)
    assert line_of(outcome) == (25.5, "draftkings", 24.5, 1.0)
    assert outcome.counts == {("prop_after_tip", ODDS): 1}
    row = outcome.rows[PGS][0]
    assert (row["points"], row["over_under_result"], row["margin"]) == (11, "UNDER", -14.5)


def test_a_snapshot_at_tip_off_counts_a_second_later_does_not(run):
    late = prop(30.5, 0, snapshot_timestamp=TIP + timedelta(seconds=1))
    assert line_of(run(with_props(prop(24.5, 0), late)))[0] == 24.5


@pytest.mark.parametrize(
    ("books", "chosen"),
    [
        (("betrivers", "FanDuel", "bovada"), "fanduel"),
        (("caesars", " BetMGM ", "bovada"), "betmgm"),
        (("Some  Book", "zzz"), "some_book"),
    ],
)
def test_the_order_of_the_books(run, books, chosen):
    outcome = run(with_props(*(prop(20.5 + n, n, book) for n, book in enumerate(books))))
    assert line_of(outcome)[1] == chosen


def test_ties_inside_a_book(run):
    early, late = utc(2021, 11, 15, 10), utc(2021, 11, 15, 11)
    rows = [
        prop(26.5, processed_at=late),
        prop(25.5, bookmaker_last_update=early),
        prop(24.5, bookmaker_last_update=late, processed_at=early),
        prop(23.5, bookmaker_last_update=late, processed_at=late),
        prop(22.5, bookmaker_last_update=late, processed_at=late),
    ]
    assert line_of(run(with_props(*rows))) == (22.5, "draftkings", 25.5, -3.0)
    assert line_of(run(with_props(*rows[::-1]))) == (22.5, "draftkings", 25.5, -3.0)


def test_unusable_rows_are_counted_by_their_first_fault(run):
    raw = with_props(
        prop(None, book=None),
        prop(0.0),
        prop(-1.5),
        prop(20.5, book="  ", snapshot_timestamp=None),
        prop(20.5, snapshot_timestamp=None, home_team_abbr="EST"),
        prop(20.5, home_team_abbr="EST"),
        prop(20.5, home_team_abbr=None),
        prop(20.5, home_team_abbr="MIA", away_team_abbr="ORL"),
        prop(20.5, home_team_abbr="BOS", away_team_abbr="NYK", player_name="Nobody Known"),
        prop(21.5, player_name="Nobody Known"),
        prop(21.5, player_name=" ", player_lookup="unknown"),
    )
    assert run(raw).counts == {
        ("prop_without_line", ODDS): 3,
        ("prop_without_book", ODDS): 1,
        ("prop_without_time", ODDS): 1,
        ("unknown_team", ODDS): 1,
        ("no_game", ODDS): 2,
        ("home_away_corrected", ODDS): 1,
        ("unmatched_name", ODDS): 2,
    }


def test_lines_become_tenths_at_once(run):
    assert line_of(run(with_props(prop(24.25, 90), prop(24.45)))) == (24.5, "draftkings", 24.3, 0.2)


def test_players_who_did_not_play_have_a_line_and_no_outcome(run):
    raw = with_props(prop(8.5, 10), prop(8.0, 90))
    raw[GAMEBOOK][0] |= {"player_status": "dnp", "dnp_reason": "DNP - Coach's Decision"}
    outcome = run(raw)
    assert line_of(outcome) == (8.5, "draftkings", 8.0, 0.5)
    assert {outcome.rows[PGS][0][name] for name in ("over_under_result", "margin")} == {None}


def test_a_second_on_the_floor_without_points_is_no_outcome(run):
    raw = with_props(prop(8.5, 10))
    raw[GAMEBOOK][0] |= {"minutes": "0:02", "points": 0}
    assert run(raw).rows[PGS][0]["over_under_result"] is None
    raw[GAMEBOOK][0] |= {"points": 2}
    assert run(raw).rows[PGS][0]["over_under_result"] == "UNDER"


def test_props_of_a_game_without_player_rows_are_ignored(run):
    raw = with_props(prop(20.5), prop(20.5, -10))
    del raw[GAMEBOOK]
    assert run(raw).counts == {("prop_after_tip", ODDS): 1}


def test_the_second_feed_serves_players_without_a_line_in_the_first(run):
    raw = with_props(
        prop(24.5),
        prop(30.5, -5, player_name="Bos Bravo"),
        bettingpros=(pros(10.5), pros(11.5, player_name="Bos Bravo", opening_line=11.0)),
    )
    outcome = run(raw)
    assert line_of(outcome)[:2] == (24.5, "draftkings")
    assert line_of(outcome, "bosbravo") == (11.5, "bettingpros_fanduel", 11.0, 0.5)


def test_only_active_points_overs_of_the_second_feed(run):
    rows = (
        pros(1.5, "DraftKings", market_type="rebounds"),
        pros(2.5, "DraftKings", bet_side="under"),
        pros(3.5, "DraftKings", is_active=False),
        pros(4.5, market_type=" Points ", bet_side="OVER", is_active=True),
    )
    outcome = run(with_props(bettingpros=rows))
    assert line_of(outcome) == (4.5, "bettingpros_fanduel", None, None)
    assert outcome.counts == {}


def test_order_of_the_second_feed(run):
    later = utc(2021, 11, 15, 13)
    rows = (
        pros(1.5, "Caesars", bookmaker_last_update=later),
        pros(5.5, "BettingPros Consensus", bookmaker_last_update=later),
        pros(4.5, "BettingPros Consensus", bookmaker_last_update=later, opening_line=-2.0),
        pros(4.5, "BettingPros Consensus", bookmaker_last_update=later, opening_line=4.0),
        pros(3.5, "BettingPros Consensus"),
    )
    expected = (4.5, "bettingpros_bettingpros_consensus", 4.0, 0.5)
    assert line_of(run(with_props(bettingpros=rows))) == expected
    assert line_of(run(with_props(bettingpros=rows[::-1]))) == expected


def test_times_of_the_second_feed_are_eastern_wall_clock(run):
    at_tip, late = utc(2021, 11, 15, 19, 30), utc(2021, 11, 15, 19, 31)
    rows = (pros(20.5, bookmaker_last_update=at_tip), pros(21.5, bookmaker_last_update=late))
    rows += (pros(22.5, bookmaker_last_update=None), pros(22.5, player_name="Nobody", bookmaker_last_update=late))
    outcome = run(with_props(bettingpros=rows))
    assert line_of(outcome)[0] == 20.5
    assert outcome.counts == {
        ("prop_after_tip", PROS): 1,
        ("prop_without_time", PROS): 1,
        ("unmatched_name", PROS): 1,
    }


def test_a_name_in_two_games_of_the_date_is_nobody_for_the_second_feed(run):
    raw = with_props(bettingpros=(pros(20.5),))
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", away_team_score=100)
    )
    place = {"game_id": "20211115_LAL_GSW", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL", "GSW"), **place)
    raw[GAMEBOOK] += [player_row(GAMEBOOK, "LAL", 0, player_name="Bos Alpha", player_lookup="bosalpha", **place)]
    outcome = run(raw)
    assert line_of(outcome)[0] is None
    assert outcome.counts == {("unmatched_name", PROS): 1}


def test_without_a_tip_off_the_start_of_the_odds_is_the_cut(run):
    raw = with_props(prop(20.5, 90), prop(21.5, 30, game_start_time=TIP - timedelta(minutes=60)))
    raw["nbac_schedule"] = [schedule_row(game_date_est=None)]
    outcome = run(raw)
    assert line_of(outcome)[0] == 20.5
    assert outcome.counts == {("prop_after_tip", ODDS): 1}


def test_without_any_time_nothing_after_noon_is_used(run):
    raw = with_props(prop(20.5, snapshot_timestamp=utc(2021, 11, 15, 17)), prop(21.5))
    raw["nbac_schedule"] = [schedule_row(game_date_est=utc(2021, 11, 15))]
    assert line_of(run(raw))[0] == 20.5


def test_a_start_long_before_the_tip_off_moves_the_cut_and_is_reported(run):
    raw = with_props(prop(20.5, 200), prop(21.5, 60))
    raw[LINES] = [game_line(home_team_abbr="BOS", away_team_abbr="NYK", commence_time=TIP - timedelta(hours=3))]
    outcome = run(raw)
    assert line_of(outcome)[0] == 20.5
    assert outcome.counts == {
        ("home_away_corrected", LINES): 1,
        ("prop_after_tip", ODDS): 1,
        ("tip_mismatch", ""): 1,
    }


def test_an_unusable_prop_still_tells_the_start(run):
    raw = with_props(prop(20.5, 200), prop(None, 60, game_start_time=TIP - timedelta(hours=4)))
    assert line_of(run(raw))[0] is None

"""Shots: zones, the accepted source, who they belong to, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest
from reference_raw import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Raw,
    Row,
    made_up_game,
    player_name,
    player_row,
    raw_row,
    real_data,
    schedule_row,
    team_row,
    utc,
)

from nbaproc.reference import Outcome, build
from nbaproc.reference.shot_feeds import bigdataball_zone, read_event

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
BDB, PBP, CHART = "bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart"
TEAM_IDS = {"BOS": 1610612738, "NYK": 1610612752}


def run(raw: Raw, day: date = DAY) -> Outcome:
    return build(TABLES, raw, [day])


def players(outcome: Outcome) -> dict[str, Row]:
    return {row["player_lookup"]: row for row in outcome.rows[PGS]}


def shots(team: str, count: int = 90, **changes: object) -> list[Row]:
    """Shots of a team in BigDataBall, nine by each of its ten players: paint attempts, missed."""
    values: Row = {"game_id": "20211115_BOS_NYK", "game_date": DAY, "event_type": "shot", "event_subtype": "layup"}
    values |= {"shot_made": False, "shot_distance": 2.0, "points_scored": 0, "period": 1, "player_1_team_abbr": team}
    return [
        raw_row(BDB, **({"event_id": f"{team}{n}", "player_1_name": player_name(team, n % 10)} | values | changes))
        for n in range(count)
    ]


def chart(team: str, count: int = 90, **changes: object) -> list[Row]:
    """The same in the shot chart, by the person ids of the downloads."""
    person = 1000 * sum(map(ord, team))
    values: Row = {"GAME_ID": "0022100200", "GAME_DATE": DAY, "TEAM_ID": TEAM_IDS[team], "PERIOD": 1}
    values |= {"SHOT_TYPE": "2PT Field Goal", "SHOT_DISTANCE": 2, "SHOT_MADE_FLAG": 0}
    offset = 0 if team == "BOS" else 1000
    return [
        raw_row(CHART, **({"GAME_EVENT_ID": offset + n, "PLAYER_ID": person + n % 10} | values | changes))
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("subtype", "distance", "points", "zone"),
    [
        ("jump shot", 24.0, 0, "mid"),
        ("hook shot", 8.0, 2, "paint"),
        ("hook shot", 8.01, 2, "mid"),
        ("jump shot", None, 0, None),
        (None, 23.75, 0, "three"),
        ("Unknown", 23.74, 0, "mid"),
        ("unknown", 25.0, 2, "mid"),
        ("running reverse layup", 22.0, 3, "three"),
        (" 3PT jump shot ", None, None, "three"),
        ("", 30.0, None, "three"),
        ("", None, 2, None),
    ],
)
def test_zones_of_bigdataball(subtype, distance, points, zone):
    (row,) = shots("BOS", 1, event_subtype=subtype, shot_distance=distance, points_scored=points)
    assert read_event("bigdataball_pbp", row).zone == zone
    assert bigdataball_zone((subtype or "").strip().lower(), distance, points) == zone


@pytest.mark.parametrize(
    ("kind", "distance", "zone"),
    [("3pt", 1.0, "three"), ("2pt", 8.0, "paint"), ("2pt", 24.5, "mid"), ("2PT", None, None), ("3pt", None, "three")],
)
def test_zones_of_the_play_by_play(kind, distance, zone):
    row = raw_row(PBP, actionType=kind, shotResult="Made", shotDistance=distance, actionNumber=1)
    assert read_event("nbac_pbp", row).zone == zone


@pytest.mark.parametrize(
    ("kind", "distance", "zone"),
    [
        ("3PT Field Goal", 21, "three"),
        ("2PT Field Goal", 8, "paint"),
        ("2PT Field Goal", 24, "mid"),
        ("2PT", None, None),
    ],
)
def test_zones_of_the_shot_chart(kind, distance, zone):
    (row,) = chart("BOS", 1, SHOT_TYPE=kind, SHOT_DISTANCE=distance)
    assert read_event("nbac_shot_chart", row).zone == zone


@pytest.mark.parametrize(
    ("source", "row", "is_event"),
    [
        ("bigdataball_pbp", {"event_type": " Shot ", "shot_made": True}, True),
        ("bigdataball_pbp", {"event_type": "shot"}, False),
        ("bigdataball_pbp", {"event_type": "free throw"}, True),
        ("bigdataball_pbp", {"event_type": "rebound", "shot_made": False}, False),
        ("nbac_pbp", {"actionType": "2pt", "shotResult": "Missed"}, True),
        ("nbac_pbp", {"actionType": "2pt"}, False),
        ("nbac_pbp", {"actionType": "heave", "shotResult": "Missed"}, False),
        ("nbac_pbp", {"actionType": "freethrow"}, True),
        ("nbac_shot_chart", {"SHOT_MADE_FLAG": 1}, True),
        ("nbac_shot_chart", {"SHOT_MADE_FLAG": 2}, False),
    ],
)
def test_what_is_a_shot_or_a_free_throw(source, row, is_event):
    assert (read_event(source, row) is not None) is is_event


@pytest.mark.parametrize(
    ("source", "row", "is_and_one"),
    [
        ("bigdataball_pbp", {"event_type": "free throw", "event_subtype": " Free Throw 1/1"}, True),
        ("bigdataball_pbp", {"event_type": "free throw", "event_subtype": "free throw 1/2"}, False),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 1"}, True),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 2"}, False),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 1", "descriptor": "Technical"}, False),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 1", "descriptor": "flagrant"}, False),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 1", "descriptor": "clear-path"}, False),
        ("nbac_pbp", {"actionType": "freethrow", "subType": "1 of 1", "descriptor": "away-from-play"}, False),
    ],
)
def test_what_is_an_and_one(source, row, is_and_one):
    assert read_event(source, row).is_and_one is is_and_one


# The accepted source.


@pytest.mark.parametrize(("boston", "accepted"), [(81, True), (80, False)])
def test_nine_tenths_of_the_attempts_of_both_teams(boston, accepted):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", boston, shot_distance=None) + shots("NYK")
    rows = run(raw).rows[TOGS]
    assert {row["shot_zones_source"] for row in rows} == {"bigdataball_pbp" if accepted else None}
    assert rows[0]["team_paint_attempts"] == (0 if accepted else None)
    assert rows[1]["points_in_paint_scored"] == (0 if accepted else None)


def test_the_next_source_takes_over():
    raw = made_up_game(PLAYER_BOX)
    raw[BDB] = shots("BOS", 50) + shots("NYK")
    raw[CHART] = chart("BOS") + chart("NYK", SHOT_MADE_FLAG=1)
    outcome = run(raw)
    assert {row["shot_zones_source"] for row in outcome.rows[PGS]} == {"nbac_shot_chart"}
    row = players(outcome)["nykalpha"]
    assert (row["paint_attempts"], row["paint_makes"], row["has_complete_shot_zones"]) == (9, 9, True)
    unknown = ("assisted_fg_makes", "unassisted_fg_makes", "and1_count", "paint_blocks")
    assert {row[name] for name in unknown} == {None}
    assert {row["blocks_paint"] for row in outcome.rows[TDGS]} == {None}
    assert row["data_sources"] == ["nbac_boxscores", "nbac_team_boxscore", "nbac_shot_chart"]


def test_doubled_events_count_once_and_events_without_id_are_all_kept():
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS") + shots("BOS", shot_distance=9.0, processed_at=utc(2021, 11, 16))
    raw[BDB] += shots("NYK", event_id=None) + shots("NYK", 5, event_id=None)
    outcome = run(raw)
    boston, new_york = outcome.rows[TOGS]
    assert (boston["team_paint_attempts"], boston["team_mid_range_attempts"]) == (0, 90)
    assert new_york["team_paint_attempts"] == 95
    assert outcome.counts == {("duplicate_rows", BDB): 90}


def test_shots_of_strange_teams_are_dropped():
    raw = made_up_game(PLAYER_BOX)
    raw[BDB] = shots("BOS") + shots("NYK") + shots("MIA", 2) + shots("EST", 1)
    raw[CHART] = chart("BOS", 2, TEAM_ID=1)
    action = {"gameId": "0022100200", "game_date": DAY, "actionType": "2pt", "shotResult": "Made"}
    raw[PBP] = [raw_row(PBP, actionNumber=1, **action), raw_row(PBP, actionNumber=2, teamTricode="MIA", **action)]
    assert run(raw).counts == {("unknown_team", BDB): 3, ("unknown_team", CHART): 2, ("unknown_team", PBP): 2}


# Whose shots they are.


def test_creation_blocks_and_and_ones_of_players():
    raw = made_up_game(GAMEBOOK)
    boston = shots("BOS")
    boston[0] |= {"shot_made": True, "player_2_role": "Assist", "player_2_name": player_name("BOS", 1)}
    boston[10] |= {"shot_made": True, "shot_distance": None}
    boston[1] |= {"player_2_role": " block ", "player_2_name": player_name("NYK", 3)}
    boston[2] |= {"player_2_role": "block", "player_2_name": None, "player_2_lookup": "nykdelta", "shot_distance": 12.0}
    boston[3] |= {"player_2_role": "block", "player_2_name": player_name("NYK", 3), "shot_distance": None}
    throw = shots("BOS", 1, event_type="free throw", event_subtype="free throw 1/1", event_id="ft", shot_made=True)
    raw[BDB] = boston + shots("NYK") + throw
    outcome = run(raw)
    row = players(outcome)["bosalpha"]
    assert (row["paint_attempts"], row["paint_makes"]) == (8, 1)
    assert (row["assisted_fg_makes"], row["unassisted_fg_makes"], row["and1_count"]) == (1, 1, 1)
    assert (row["has_complete_shot_zones"], row["quality_issues"]) == (False, [])
    blocker = players(outcome)["nykdelta"]
    assert [blocker[f"{zone}_blocks"] for zone in ("paint", "mid_range", "three_pt")] == [1, 1, 0]
    boston_row, new_york_row = outcome.rows[TDGS]
    assert [new_york_row[f"blocks_{zone}"] for zone in ("paint", "mid_range", "three_pt")] == [1, 1, 0]
    assert boston_row["blocks_paint"] == 0
    assert players(outcome)["nykalpha"]["and1_count"] == 0


def test_a_feed_without_assists_knows_neither_creation_nor_blocks():
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", shot_made=True, player_2_role="block", player_2_name=player_name("NYK", 0)) + shots("NYK")
    raw[BDB][0] |= {"shot_made": False, "player_2_role": "assist"}
    outcome = run(raw)
    row = players(outcome)["bosbravo"]
    assert (row["paint_makes"], row["assisted_fg_makes"], row["unassisted_fg_makes"]) == (9, None, None)
    assert players(outcome)["nykalpha"]["paint_blocks"] is None
    assert {row["blocks_paint"] for row in outcome.rows[TDGS]} == {None}


def test_a_shooter_of_whom_nothing_was_found_is_unknown_not_zero():
    raw = made_up_game(GAMEBOOK)
    strange = shots("BOS")
    for row in strange[0::10]:
        row |= {"player_1_name": "Nobody Known", "player_2_role": "assist", "shot_made": True}
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "NYK", 0, player_lookup="noshots", field_goals_attempted=0))
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "NYK", 0, player_lookup="resting", player_status="dnp"))
    raw[BDB] = strange + shots("NYK")
    outcome = run(raw)
    row = players(outcome)["bosalpha"]
    names = ("paint_attempts", "mid_range_makes", "three_attempts_pbp", "assisted_fg_makes", "unassisted_fg_makes")
    assert {row[name] for name in names} == {None}
    assert (row["paint_blocks"], row["has_complete_shot_zones"]) == (0, False)
    assert row["quality_issues"] == ["missing_shot_zones"]
    idle = players(outcome)["noshots"]
    assert ({idle[name] for name in names}, idle["has_complete_shot_zones"]) == ({0}, True)
    resting = players(outcome)["resting"]
    assert {resting[name] for name in (*names, "paint_blocks")} == {None}
    assert outcome.counts == {("unmatched_name", "bigdataball_pbp"): 1}
    assert outcome.samples == {("unmatched_name", "bigdataball_pbp"): ["2021-11-15 20211115_BOS_NYK BOS Nobody Known"]}


def test_zones_that_do_not_add_up():
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", 88) + shots("NYK", 90)
    raw[BDB][10]["shot_distance"] = None
    outcome = run(raw)
    alpha, india = players(outcome)["bosalpha"], players(outcome)["bosindia"]
    assert (alpha["paint_attempts"], alpha["quality_issues"]) == (8, [])
    assert (india["paint_attempts"], india["quality_issues"]) == (8, [])
    raw[BDB][20]["shot_distance"] = None
    alpha = players(run(raw))["bosalpha"]
    assert (alpha["paint_attempts"], alpha["quality_issues"]) == (7, ["shot_zone_total_mismatch"])


def test_where_the_feed_names_no_team_the_shooter_does():
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", player_1_team_abbr=" ") + shots("NYK")
    raw[BDB][0] |= {"player_1_name": "Nobody Known"}
    raw[BDB][1] |= {"player_1_name": None, "player_1_lookup": None}
    raw[BDB][2] |= {"player_1_name": " ", "player_1_lookup": "boscharlie"}
    outcome = run(raw)
    assert outcome.rows[TOGS][0]["team_paint_attempts"] == 88
    assert players(outcome)["boscharlie"]["paint_attempts"] == 9
    assert outcome.counts == {("unmatched_name", "bigdataball_pbp"): 2}


def test_names_behind_person_numbers():
    raw = made_up_game(GAMEBOOK)
    person = 1000 * sum(map(ord, "BOS"))
    raw[PLAYER_BOX] = [player_row(PLAYER_BOX, "BOS", 0)]
    raw["nba_players_registry"] = [
        raw_row("nba_players_registry", player_lookup="bosbravo", nba_player_id=person + 1),
        raw_row("nba_players_registry", player_lookup="zzz", nba_player_id=person + 1),
    ]
    raw[CHART] = chart("BOS") + chart("NYK", PLAYER_ID=0)
    for row in raw[CHART][2:90:10]:
        row["PLAYER_NAME"] = "BOS CHARLIE"
    outcome = run(raw)
    rows = players(outcome)
    assert [rows[f"bos{name}"]["paint_attempts"] for name in ("alpha", "bravo", "charlie", "delta")] == [9, 9, 9, None]
    assert outcome.rows[TOGS][1]["team_paint_attempts"] == 90
    assert outcome.counts == {("unmatched_name", "nbac_shot_chart"): 8}


def test_the_last_period_tells_the_overtime_where_no_minutes_do():
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes=None), team_row("NYK", minutes=None)]
    raw[BDB] = shots("BOS") + shots("NYK", 89) + shots("NYK", 1, event_id="last", period=6)
    rows = run(raw).rows[TOGS]
    assert {row["overtime_periods"] for row in rows} == {2}
    assert rows[0]["quality_issues"] == []


# Real play-by-play. The box scores are written here; the players of the games are those of the play-by-play.


def play_by_play(game_id: str, day: date) -> list[Row]:
    frame = pl.read_parquet(real_data() / "public" / f"nba_cdn_playbyplay_{game_id}.parquet")
    return frame.with_columns(pl.lit(day).alias("game_date")).to_dicts()


def box_scores(day: date, actions: Iterable[Row], minutes: int) -> list[Row]:
    """Box-score rows of everybody who acts in a play-by-play, with the points and attempts found there."""
    box: dict[object, Row] = {}
    for action in actions:
        if not action["personId"] or not action["teamTricode"]:
            continue
        row = box.setdefault(
            action["personId"],
            raw_row(
                PLAYER_BOX,
                game_id=action["gameId"],
                game_date=day,
                nba_player_id=action["personId"],
                player_full_name=action["playerNameI"],
                team_abbr=action["teamTricode"],
                points=0,
                field_goals_attempted=0,
                field_goals_made=0,
            ),
        )
        made = action["shotResult"] == "Made"
        kind = str(action["actionType"])
        if kind in ("2pt", "3pt"):
            row["field_goals_attempted"] += 1
            row["field_goals_made"] += made
            row["points"] += int(kind[0]) * made
        elif kind == "freethrow":
            row["points"] += made
    for team in {row["team_abbr"] for row in box.values()}:
        of_team = [row for row in box.values() if row["team_abbr"] == team]
        for number, row in enumerate(of_team):
            row["minutes"] = str(minutes // len(of_team) + (number < minutes % len(of_team)))
    return list(box.values())


def real_game(game_id: str, day: date, away: Row, home: Row, minutes: int) -> Outcome:
    actions = play_by_play(game_id, day)
    teams = [
        raw_row("nbac_team_boxscore", game_id=game_id, game_date=day, minutes=f"{minutes}:00", **team)
        for team in (away, home)
    ]
    schedule = schedule_row(
        game_id=game_id,
        game_date=day,
        game_date_est=None,
        away_team_tricode=away["team_abbr"],
        home_team_tricode=home["team_abbr"],
        away_team_score=away["points"],
        home_team_score=home["points"],
    )
    raw: Raw = {"nbac_schedule": [schedule], "nbac_team_boxscore": teams}
    raw[PBP] = [{name: action.get(name) for name in raw_row(PBP)} for action in actions]
    raw[PLAYER_BOX] = box_scores(day, actions, minutes)
    return run(raw, day)


@pytest.fixture(scope="module")
def new_york_at_philadelphia() -> Outcome:
    def team(code, points, fga, fta, tov, oreb):
        shooting = {"fg_attempted": fga, "ft_attempted": fta, "turnovers": tov, "offensive_rebounds": oreb}
        return {"team_abbr": code, "points": points, **shooting}

    away, home = team("NYK", 125, 86, 24, 13, 15), team("PHI", 119, 92, 14, 12, 11)
    return real_game("0022400561", date(2025, 1, 15), away, home, 265)


@pytest.mark.parametrize(
    ("name", "zones", "creation", "and_ones", "blocks"),
    [
        ("tmaxey", (9, 19, 2, 4, 2, 9), (6, 7), 1, (1, 0, 0)),
        ("jbrunson", (4, 6, 7, 10, 3, 6), (4, 10), 0, (0, 0, 0)),
        ("mbridges", (4, 6, 0, 3, 5, 10), (8, 1), 0, (0, 0, 0)),
        ("pachiuwa", (4, 6, 0, 0, 0, 0), (2, 2), 0, (3, 0, 0)),
    ],
)
def test_play_by_play_of_players(new_york_at_philadelphia, name, zones, creation, and_ones, blocks):
    row = players(new_york_at_philadelphia)[name]
    columns = ("paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts", "three_makes_pbp")
    assert tuple(row[column] for column in (*columns, "three_attempts_pbp")) == zones
    assert (row["assisted_fg_makes"], row["unassisted_fg_makes"]) == creation
    assert row["and1_count"] == and_ones
    assert (row["paint_blocks"], row["mid_range_blocks"], row["three_pt_blocks"]) == blocks
    assert row["has_complete_shot_zones"] is True


@pytest.mark.parametrize(
    ("team", "paint", "mid", "three", "creation", "blocks"),
    [
        ("NYK", (23, 31), (7, 18), (16, 37), (28, 18), (3, 0, 0)),
        ("PHI", (26, 43), (7, 14), (13, 35), (27, 19), (2, 0, 0)),
    ],
)
def test_play_by_play_of_teams(new_york_at_philadelphia, team, paint, mid, three, creation, blocks):
    outcome = new_york_at_philadelphia
    (offense,) = (row for row in outcome.rows[TOGS] if row["team_abbr"] == team)
    (defense,) = (row for row in outcome.rows[TDGS] if row["defending_team_abbr"] == team)
    assert (offense["team_paint_makes"], offense["team_paint_attempts"]) == paint
    assert (offense["team_mid_range_makes"], offense["team_mid_range_attempts"]) == mid
    assert (defense["blocks_paint"], defense["blocks_mid_range"], defense["blocks_three_pt"]) == blocks
    of_team = [row for row in outcome.rows[PGS] if row["team_abbr"] == team]
    sums = {name: sum(row[name] for row in of_team) for name in of_team[0] if str(name).endswith(("_pbp", "fg_makes"))}
    assert (sums["three_makes_pbp"], sums["three_attempts_pbp"]) == three
    assert (sums["assisted_fg_makes"], sums["unassisted_fg_makes"]) == creation
    assert outcome.counts == {}


def test_the_same_game_in_the_team_tables(new_york_at_philadelphia):
    new_york, philadelphia = new_york_at_philadelphia.rows[TOGS]
    names = ("possessions", "pace", "offensive_rating", "ts_pct", "overtime_periods")
    assert [new_york[name] for name in names] == [94, 85.7, 132.14, 0.647, 1]
    assert [philadelphia[name] for name in names] == [99, 89.8, 119.96, 0.606, 1]
    against = new_york_at_philadelphia.rows[TDGS]
    assert [(row["defensive_rating"], row["opponent_pace"]) for row in against] == [(120.01, 89.8), (132.19, 85.6)]


def test_technical_free_throws_are_no_and_ones():
    day = date(2025, 1, 6)
    actions = play_by_play("0022400500", day)
    points: dict[object, int] = {"MIN": 0, "LAC": 0}
    for row in box_scores(day, actions, 240):
        points[row["team_abbr"]] += row["points"]
    away = {"team_abbr": "LAC", "points": points["LAC"], "fg_attempted": 89}
    home = {"team_abbr": "MIN", "points": points["MIN"], "fg_attempted": 92}
    outcome = real_game("0022400500", day, away, home, 240)
    clippers, wolves = outcome.rows[TOGS]
    assert (wolves["team_paint_attempts"], wolves["team_mid_range_attempts"]) == (40, 13)
    assert (clippers["team_paint_attempts"], clippers["team_mid_range_attempts"]) == (34, 20)
    threes = {
        team: sum(r["three_attempts_pbp"] for r in outcome.rows[PGS] if r["team_abbr"] == team) for team in points
    }
    assert threes == {"MIN": 39, "LAC": 35}
    single = [a for a in actions if a["actionType"] == "freethrow" and a["subType"] == "1 of 1"]
    assert len(single) == 11
    assert sum(row["and1_count"] for row in outcome.rows[PGS]) == 9

"""Shots: zones, the accepted source, who they belong to, and what stays unknown."""

from __future__ import annotations

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Outcome,
    Row,
    made_up_game,
    of,
    pick,
    player_name,
    player_row,
    raw_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"
BDB, PBP, CHART = "bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart"
TEAM_IDS = {"BOS": 1610612738, "NYK": 1610612752}


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


@pytest.mark.parametrize(("boston", "accepted"), [(81, True), (80, False)])
def test_nine_tenths_of_the_attempts_of_both_teams(run, boston, accepted):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", boston, shot_distance=None) + shots("NYK")
    rows = run(raw).rows[TOGS]
    assert {row["shot_zones_source"] for row in rows} == {"bigdataball_pbp" if accepted else None}
    assert rows[0]["team_paint_attempts"] == (0 if accepted else None)
    assert rows[1]["points_in_paint_scored"] == (0 if accepted else None)


def test_the_next_source_takes_over(run):
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


def test_doubled_events_count_once_and_events_without_id_are_all_kept(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS") + shots("BOS", shot_distance=9.0, processed_at=utc(2021, 11, 16))
    raw[BDB] += shots("NYK", event_id=None) + shots("NYK", 5, event_id=None)
    outcome = run(raw)
    boston, new_york = outcome.rows[TOGS]
    assert (boston["team_paint_attempts"], boston["team_mid_range_attempts"]) == (0, 90)
    assert new_york["team_paint_attempts"] == 95
    assert outcome.counts == {("duplicate_rows", BDB): 90}


def test_shots_of_strange_teams_are_dropped(run):
    raw = made_up_game(PLAYER_BOX)
    raw[BDB] = shots("BOS") + shots("NYK") + shots("MIA", 2) + shots("EST", 1)
    raw[CHART] = chart("BOS", 2, TEAM_ID=1)
    action = {"gameId": "0022100200", "game_date": DAY, "actionType": "2pt", "shotResult": "Made"}
    raw[PBP] = [raw_row(PBP, actionNumber=1, **action), raw_row(PBP, actionNumber=2, teamTricode="MIA", **action)]
    assert run(raw).counts == {("unknown_team", BDB): 3, ("unknown_team", CHART): 2, ("unknown_team", PBP): 2}


def test_creation_blocks_and_and_ones_of_players(run):
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


def test_a_feed_without_assists_knows_neither_creation_nor_blocks(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", shot_made=True, player_2_role="block", player_2_name=player_name("NYK", 0)) + shots("NYK")
    raw[BDB][0] |= {"shot_made": False, "player_2_role": "assist"}
    outcome = run(raw)
    row = players(outcome)["bosbravo"]
    assert (row["paint_makes"], row["assisted_fg_makes"], row["unassisted_fg_makes"]) == (9, None, None)
    assert players(outcome)["nykalpha"]["paint_blocks"] is None
    assert {row["blocks_paint"] for row in outcome.rows[TDGS]} == {None}


def test_a_shooter_of_whom_nothing_was_found_is_unknown_not_zero(run):
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


def test_zones_that_do_not_add_up(run):
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


def test_where_the_feed_names_no_team_the_shooter_does(run):
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS", player_1_team_abbr=" ") + shots("NYK")
    raw[BDB][0] |= {"player_1_name": "Nobody Known"}
    raw[BDB][1] |= {"player_1_name": None, "player_1_lookup": None}
    raw[BDB][2] |= {"player_1_name": " ", "player_1_lookup": "boscharlie"}
    outcome = run(raw)
    assert outcome.rows[TOGS][0]["team_paint_attempts"] == 88
    assert players(outcome)["boscharlie"]["paint_attempts"] == 9
    assert outcome.counts == {("unmatched_name", "bigdataball_pbp"): 2}


def test_names_behind_person_numbers(run):
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


def test_the_last_period_tells_the_overtime_where_no_minutes_do(run):
    raw = made_up_game()
    raw["nbac_team_boxscore"] = [team_row("BOS", minutes=None), team_row("NYK", minutes=None)]
    raw[BDB] = shots("BOS") + shots("NYK", 89) + shots("NYK", 1, event_id="last", period=6)
    rows = run(raw).rows[TOGS]
    assert {row["overtime_periods"] for row in rows} == {2}
    assert rows[0]["quality_issues"] == []


# Zones, kinds of events, and-ones: one case a player of Boston.


def action(team: str, number: int, **changes: object) -> Row:
    """A missed lay-up in the league's play-by-play, by the person ids of the downloads."""
    values: Row = {"gameId": "0022100200", "game_date": DAY, "actionNumber": number + (0 if team == "BOS" else 1000)}
    values |= {"actionType": "2pt", "shotResult": "Missed", "shotDistance": 2.0, "period": 1, "teamTricode": team}
    values["personId"] = 1000 * sum(map(ord, team)) + number % 10
    return raw_row(PBP, **(values | changes))


def told_by(run, table: str, events: list[Row], attempts: int) -> list[Row]:
    """Player rows of Boston in order, where a feed has these events; New York has one shot."""
    raw = made_up_game(GAMEBOOK if table == BDB else PLAYER_BOX)
    raw["nbac_team_boxscore"] = [team_row("BOS", fg_attempted=attempts), team_row("NYK", fg_attempted=1)]
    other = {BDB: shots, CHART: chart}[table]("NYK", 1) if table != PBP else [action("NYK", 0)]
    raw[table] = events + other
    rows = players(run(raw))
    return [rows[player_name("BOS", n).replace(" ", "").lower()] for n in range(len(events))]


def zone_of(row: Row) -> str | None:
    counts = {
        "paint": (row["paint_attempts"], row["paint_makes"]),
        "mid": (row["mid_range_attempts"], row["mid_range_makes"]),
        "three": (row["three_attempts_pbp"], row["three_makes_pbp"]),
    }
    (found,) = {zone for zone, count in counts.items() if count[0] == 1} or {None}
    assert all(count == (0, 0) for zone, count in counts.items() if zone != found)
    return found


def test_zones_of_bigdataball(run):
    cases = [
        ("jump shot", 24.0, 0, "mid"),
        ("hook shot", 8.0, 2, "paint"),
        ("hook shot", 8.01, 2, "mid"),
        ("jump shot", None, 0, None),
        (None, 23.75, 0, "three"),
        ("unknown", 23.74, 0, "mid"),
        ("Unknown ", 25.0, 2, "mid"),
        ("running reverse layup", 22.0, 3, "three"),
        (" 3PT jump shot ", None, None, "three"),
        ("", 30.0, None, "three"),
    ]
    events = [
        shots("BOS", n + 1, event_subtype=subtype, shot_distance=distance, points_scored=points)[n]
        for n, (subtype, distance, points, _) in enumerate(cases)
    ]
    assert [zone_of(row) for row in told_by(run, BDB, events, len(cases))] == [zone for *_, zone in cases]


def test_zones_of_the_play_by_play(run):
    cases = [("3pt", 1.0, "three"), ("2pt", 8.0, "paint"), ("2pt", 8.1, "mid"), ("2pt", 24.5, "mid")]
    cases += [("2PT", None, None), ("3pt", None, "three")]
    events = [action("BOS", n, actionType=kind, shotDistance=feet) for n, (kind, feet, _) in enumerate(cases)]
    assert [zone_of(row) for row in told_by(run, PBP, events, len(cases))] == [zone for *_, zone in cases]


def test_zones_of_the_shot_chart(run):
    cases = [("3PT Field Goal", 21, "three"), ("2PT Field Goal", 8, "paint"), ("2PT Field Goal", 9, "mid")]
    cases += [("2PT Field Goal", 24, "mid"), ("2PT", None, None), ("3pt field goal", None, "three")]
    events = [chart("BOS", n + 1, SHOT_TYPE=kind, SHOT_DISTANCE=feet)[n] for n, (kind, feet, _) in enumerate(cases)]
    assert [zone_of(row) for row in told_by(run, CHART, events, len(cases))] == [zone for *_, zone in cases]


@pytest.mark.parametrize(
    ("table", "kinds", "others"),
    [
        (
            BDB,
            [{"event_type": " Shot "}, {"shot_made": True}],
            [
                {"shot_made": None},
                {"event_type": "rebound"},
                {"event_type": None},
                {"event_type": "free throw"},
                {"event_type": "shots"},
            ],
        ),
        (
            PBP,
            [{"actionType": " 2PT "}, {"shotResult": "missed"}, {"actionType": "3pt", "shotResult": "Made"}],
            [{"shotResult": None}, {"actionType": "heave"}, {"actionType": None}, {"actionType": "freethrow"}],
        ),
        (CHART, [{"SHOT_MADE_FLAG": 1}, {"SHOT_MADE_FLAG": 0}], [{"SHOT_MADE_FLAG": 2}, {"SHOT_MADE_FLAG": -1}]),
    ],
)
def test_what_is_a_shot(run, table, kinds, others):
    cases = [*kinds, *others]
    if table == PBP:
        events = [action("BOS", n, **changes) for n, changes in enumerate(cases)]
    else:
        make = shots if table == BDB else chart
        events = [make("BOS", n + 1, **changes)[n] for n, changes in enumerate(cases)]
    rows = told_by(run, table, events, len(kinds))
    assert [zone_of(row) is not None for row in rows[: len(kinds)]] == [True] * len(kinds)
    assert {row["paint_attempts"] for row in rows[len(kinds) :]} == {None}, "attempts, but not one shot of his"


def test_and_ones_of_bigdataball(run):
    texts = {" Free Throw 1/1": 1, "free throw 1/2": 0, "free throw 2/2": 0, "free throw technical 1/1": 0}
    events = shots("BOS", 1)
    for n, text in enumerate(texts, 1):
        events += shots("BOS", n + 1, event_type="free throw", event_subtype=text)[n:]
    rows = told_by(run, BDB, events, 1)
    assert [row["and1_count"] for row in rows] == [0, *texts.values()]


def test_and_ones_of_the_play_by_play(run):
    """Made or missed; not after a technical, flagrant, clear-path or away-from-play foul."""
    texts = [("1 of 1", None, 1), ("1 of 2", None, 0), ("1 OF 1 ", "made", 1), ("1 of 1", "Technical", 0)]
    texts += [("1 of 1", "flagrant-type-1", 0), ("1 of 1", "clear-path", 0), ("1 of 1", "Clear Path", 0)]
    texts += [("1 of 1", "away-from-play", 0)]
    throws = [
        action(
            "BOS", n, actionType="freethrow", subType=text, descriptor=words, shotResult="Missed" if n % 2 else "Made"
        )
        for n, (text, words, _) in enumerate(texts, 1)
    ]
    rows = told_by(run, PBP, [action("BOS", 0), *throws], 1)
    assert [row["and1_count"] for row in rows] == [0, *(count for *_, count in texts)]


def test_without_a_free_throw_nobody_knows_of_and_ones(run):
    rows = told_by(run, PBP, [action("BOS", n) for n in range(10)], 10)
    assert {row["and1_count"] for row in rows} == {None}
    assert {row["paint_attempts"] for row in rows} == {1}


def test_assists_and_blocks_by_person(run):
    """0 means nobody. Somebody may block without a shot of his own; a blocked shot without zone counts nowhere."""
    new_york = 1000 * sum(map(ord, "NYK"))
    events = [
        action("BOS", 0, shotResult="Made", assistPersonId=1),
        action("BOS", 1, shotResult="Made", assistPersonId=0),
        action("BOS", 2, blockPersonId=new_york + 7),
        action("BOS", 3, blockPersonId=new_york + 7, shotDistance=None),
        action("BOS", 4, blockPersonId=new_york + 7, actionType="3pt"),
        action("BOS", 5, blockPersonId=4711),
    ]
    raw = made_up_game(PLAYER_BOX)
    raw["nbac_team_boxscore"] = [team_row("BOS", fg_attempted=6), team_row("NYK", fg_attempted=1)]
    raw[PBP] = [*events, action("NYK", 0)]
    outcome = run(raw)
    rows = players(outcome)
    assert pick(rows["bosalpha"], "assisted_fg_makes", "unassisted_fg_makes") == (1, 0)
    assert pick(rows["bosbravo"], "assisted_fg_makes", "unassisted_fg_makes") == (0, 1)
    blocker = rows["nykhotel"]
    assert pick(blocker, "paint_blocks", "mid_range_blocks", "three_pt_blocks") == (1, 0, 1)
    assert pick(blocker, "paint_attempts", "assisted_fg_makes") == (None, None), "he has attempts, and none was found"
    defence = of(outcome.rows[TDGS], "defending_team_abbr", "NYK")
    assert pick(defence, "blocks_paint", "blocks_mid_range", "blocks_three_pt") == (2, 0, 1)
    assert outcome.counts == {("unmatched_name", "nbac_pbp"): 1}


# Names.


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("Bos Alpha", True),
        ("BOS  ALPHA", True),
        ("11 Bos Álpha", True),
        ("Bos Alpha III", True),
        ("Alph", True),
        ("Zed", True),
        ("Old", False),
        ("Alpha", False),
    ],
    ids=[
        "lookup",
        "case",
        "accents and a number",
        "suffix",
        "alias",
        "smallest of two aliases",
        "withdrawn",
        "surname",
    ],
)
def test_the_ladder_of_names(run, printed, found):
    """Equal lookups, then lookups without suffix, then lookups behind aliases."""
    raw = made_up_game(GAMEBOOK)
    raw[BDB] = shots("BOS") + shots("NYK")
    for row in raw[BDB][0:90:10]:
        row["player_1_name"] = printed
    names = (("alph", "bosalpha", None), ("zed", "bosalpha", True), ("zed", "nobody", True), ("old", "bosalpha", False))
    raw["player_aliases"] = [
        raw_row("player_aliases", alias_lookup=alias, nba_canonical_lookup=name, is_active=active)
        for alias, name, active in names
    ]
    outcome = run(raw)
    assert players(outcome)["bosalpha"]["paint_attempts"] == (9 if found else None)
    assert outcome.counts == ({} if found else {("unmatched_name", "bigdataball_pbp"): 1})


def test_two_candidates_at_a_step_leave_it_to_the_next(run):
    """Gary Payton II and Gary Payton Sr. for a plain Gary Payton: only an alias tells which."""
    raw = made_up_game(GAMEBOOK)
    for row, name in zip(raw[GAMEBOOK], ("Gary Payton II", "Gary Payton Sr."), strict=False):
        row |= {"player_name": name, "player_lookup": name.replace(" ", "").replace(".", "").lower()}
    raw[BDB] = shots("BOS", player_1_name="Gary Payton") + shots("NYK")
    rows = players(run(raw))
    assert {rows[name]["paint_attempts"] for name in ("garypaytonii", "garypaytonsr")} == {None}
    raw["player_aliases"] = [
        raw_row("player_aliases", alias_lookup="garypayton", nba_canonical_lookup="garypaytonii", is_active=True)
    ]
    rows = players(run(raw))
    assert [rows[name]["paint_attempts"] for name in ("garypaytonii", "garypaytonsr")] == [90, None]


def test_an_alias_meets_either_way(run):
    """The row may bear the other spelling as well as the feed."""
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"player_name": "Nicolas Claxton", "player_lookup": "nicolasclaxton"}
    raw["player_aliases"] = [
        raw_row("player_aliases", alias_lookup="nicolasclaxton", nba_canonical_lookup="nicclaxton", is_active=True)
    ]
    raw[BDB] = shots("BOS", player_1_name="Nic Claxton") + shots("NYK")
    assert players(run(raw))["nicolasclaxton"]["paint_attempts"] == 90


def test_a_team_narrows_the_candidates(run):
    """The shooter is looked for in his team, who blocked in the other."""
    raw = made_up_game(GAMEBOOK)
    for place, suffix in ((0, "Jr."), (10, "Sr.")):
        name = f"Jalen Smith {suffix}"
        raw[GAMEBOOK][place] |= {"player_name": name, "player_lookup": name.replace(" ", "").replace(".", "").lower()}
    raw[BDB] = shots("BOS", player_1_name="Jalen Smith") + shots("NYK")
    raw[BDB][0] |= {"player_2_role": "block", "player_2_name": "Jalen Smith"}
    raw[BDB][1] |= {"player_2_role": "assist", "shot_made": True}
    rows = players(run(raw))
    assert pick(rows["jalensmithjr"], "paint_attempts", "paint_blocks") == (90, 0)
    assert pick(rows["jalensmithsr"], "paint_attempts", "paint_blocks") == (None, 1)


def test_the_name_beside_a_number_belongs_to_its_shot(run):
    """Shots of one unknown number under two names are shots of two players."""
    raw = made_up_game(GAMEBOOK)
    raw[CHART] = chart("BOS", PLAYER_ID=77, PLAYER_NAME="Bos Alpha") + chart(
        "NYK", PLAYER_ID=0, PLAYER_NAME="Nyk Alpha"
    )
    for row in raw[CHART][:30]:
        row["PLAYER_NAME"] = "Bos Bravo"
    for row in raw[CHART][30:40]:
        row["PLAYER_NAME"] = " "
    outcome = run(raw)
    rows = players(outcome)
    assert [rows[name]["paint_attempts"] for name in ("bosalpha", "bosbravo", "nykalpha")] == [50, 30, None]
    assert outcome.counts == {("unmatched_name", CHART): 2}


def test_the_number_zero_is_nobodys(run):
    raw = made_up_game(PLAYER_BOX)
    raw[PLAYER_BOX][0]["nba_player_id"] = 0
    raw[CHART] = chart("BOS", PLAYER_ID=0) + chart("NYK")
    outcome = run(raw)
    assert players(outcome)["bosalpha"]["paint_attempts"] is None
    assert outcome.counts == {("unmatched_name", CHART): 1}

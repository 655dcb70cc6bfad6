"""Cleaning of player rows: who played, for whom, and which of several rows counts."""

from __future__ import annotations

import pytest

from nbaproc.raw.contract import STATISTICS
from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Outcome,
    facts_of,
    made_up_game,
    pick,
    player_name,
    player_row,
    player_rows,
    raw_row,
    schedule_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


def players(outcome: Outcome) -> dict[str, dict[str, object]]:
    return {row["player_lookup"]: row for row in outcome.rows[PGS]}


def records(outcome: Outcome, table: str = PGS) -> list[tuple[object, ...]]:
    return [record for record in facts_of(outcome.records[table]) if record[0] != "REGISTRY_MISS"]


def test_a_gamebook_player_without_any_statistic_did_not_play(run):
    raw = made_up_game(GAMEBOOK)
    nothing = dict.fromkeys([name for name, value in raw[GAMEBOOK][0].items() if isinstance(value, int)], 0)
    bench = player_row(GAMEBOOK, "BOS", 0, player_name="Bench Player", player_lookup="benchplayer", **nothing)
    raw[GAMEBOOK] += [
        bench | {"minutes": "00:00", "plus_minus": 5, "dnp_reason": "none printed"},
        bench | {"player_lookup": "foulplayer", "minutes": None, "personal_fouls": 1},
    ]
    outcome = run(raw)
    row = players(outcome)["benchplayer"]
    assert (row["is_dnp"], row["is_active"], row["player_status"]) == (True, False, "dnp")
    assert {row[name] for name in ("minutes_played", "points", "plus_minus", "fg_attempts", "dnp_reason")} == {None}
    assert row["starter_flag"] is False
    assert row["quality_issues"] == []
    assert players(outcome)["foulplayer"]["is_dnp"] is False


def test_every_row_of_the_downloads_is_an_appearance(run):
    raw = made_up_game(PLAYER_BOX)
    nothing = dict.fromkeys([name for name, value in raw[PLAYER_BOX][0].items() if isinstance(value, int)], 0)
    raw[PLAYER_BOX] += [
        player_row(PLAYER_BOX, "BOS", 0, **nothing, minutes="0") | {"player_full_name": "Late Sub", "nba_player_id": 7}
    ]
    row = players(run(raw))["latesub"]
    assert (row["is_dnp"], row["minutes_played"], row["points"], row["usage_rate"]) == (False, 0.0, 0, None)


def test_dnp_and_inactive_players_of_the_gamebook(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, player_status=" DNP ", dnp_reason=" DND - Rest ", player_lookup="rested"),
        player_row(GAMEBOOK, "BOS", 0, player_status="inactive", player_lookup="injured"),
        player_row(GAMEBOOK, "BOS", 0, player_status="dnp", dnp_reason="  ", player_lookup="silent"),
    ]
    rows = players(run(raw))
    assert (rows["rested"]["dnp_reason"], rows["rested"]["dnp_reason_category"]) == ("DND - Rest", "rest")
    assert rows["rested"]["points"] is None
    assert rows["rested"]["win_flag"] is True
    assert rows["silent"]["dnp_reason"] is None
    assert "injured" not in rows


def test_unknown_team_unreadable_minutes_and_unknown_status(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, team_abbr="EST", player_lookup="a"),
        player_row(GAMEBOOK, "BOS", 0, minutes="12:3:4", player_lookup="b"),
        player_row(GAMEBOOK, "BOS", 0, minutes="x", player_status=" Ejected ", player_lookup="c"),
        player_row(GAMEBOOK, "BOS", 0, player_name=" . ", player_lookup=" "),
        player_row(GAMEBOOK, "BOS", 0, player_name=None, player_lookup=" "),
    ]
    raw["nbac_team_boxscore"][0]["minutes"] = "DNP"
    raw["nbac_team_boxscore"] += [team_row("EST"), team_row("MIA"), team_row("BOS", fg_attempted=80)]
    outcome = run(raw)
    assert outcome.counts == {
        ("bad_minutes", GAMEBOOK): 1,
        ("bad_minutes", "nbac_team_boxscore"): 1,
        ("unknown_team", GAMEBOOK): 1,
        ("unknown_team", "nbac_team_boxscore"): 1,
        ("team_not_in_game", "nbac_team_boxscore"): 1,
        ("duplicate_rows", "nbac_team_boxscore"): 1,
    }
    assert records(outcome) == [
        ("VALIDATION_FAILED", ".", "", "data", "nbac_gamebook: the name has no letters or digits", 1),
        ("VALIDATION_FAILED", GAME, "", "data", "nbac_gamebook: the name has no letters or digits", 1),
        ("VALIDATION_FAILED", "c", "", "data", "nbac_gamebook: unknown player_status Ejected", 1),
    ]
    assert players(outcome)["b"]["minutes_played"] is None


def test_a_missing_team_comes_from_the_registry(run):
    raw = made_up_game(GAMEBOOK)
    listed = {"season": "2021-22", "universal_player_id": "x_001"}
    raw["nba_players_registry"] = [
        raw_row("nba_players_registry", player_lookup="traded", team_abbr="MIA", **listed),
        raw_row("nba_players_registry", player_lookup="traded", team_abbr=" nyk", **listed),
        raw_row("nba_players_registry", player_lookup="both", team_abbr="NYK", **listed),
        raw_row("nba_players_registry", player_lookup="both", team_abbr="BOS", **listed),
        raw_row("nba_players_registry", player_lookup="old", team_abbr="BOS", season="2020-21"),
    ]
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, team_abbr=" ", player_lookup="traded"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="both"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="old"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None, player_lookup="old"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr="MIA", player_lookup="elsewhere"),
        player_row(GAMEBOOK, "BOS", 0, team_abbr="MIA", player_lookup="bosalpha"),
    ]
    outcome = run(raw)
    assert players(outcome)["traded"]["team_abbr"] == "NYK"
    unresolved = "nbac_gamebook: no team in the row and no single registry team of BOS and NYK"
    elsewhere = f"nbac_gamebook: team MIA does not play in {GAME}"
    assert records(outcome) == [
        ("TEAM_UNRESOLVED", "both", "", "data", unresolved, 1),
        ("TEAM_NOT_IN_GAME", "elsewhere", "", "data", elsewhere, 1),
        ("TEAM_UNRESOLVED", "old", "", "data", unresolved, 2),
    ]
    assert outcome.counts == {("dropped_row", GAMEBOOK): 1}, "he has a row, so the second one is only counted"


def test_dropped_rows_of_a_source_that_was_not_chosen_are_only_counted(run):
    raw = made_up_game(GAMEBOOK, BDL)
    raw[BDL] += [
        player_row(BDL, "BOS", 0, team_abbr="MIA", player_full_name="Else Where"),
        player_row(BDL, "BOS", 0, player_full_name="..."),
    ]
    outcome = run(raw)
    assert records(outcome) == []
    assert outcome.counts == {("dropped_row", BDL): 2}


def test_one_row_per_player_and_the_order_in_which_they_are_kept(run):
    raw = made_up_game(GAMEBOOK)
    first = raw[GAMEBOOK][0]
    better = first | {"steals": 5, "processed_at": utc(2021, 11, 16)}
    later_but_inactive = first | {"player_status": "inactive", "processed_at": utc(2021, 11, 17)}
    tie = better | {"minutes": "23:59"}
    for rows in ([better, later_but_inactive, tie], [tie, later_but_inactive, better]):
        raw[GAMEBOOK] = [*rows, *player_rows(GAMEBOOK)]
        outcome = run(raw)
        assert players(outcome)["bosalpha"]["steals"] == 5
        assert players(outcome)["bosalpha"]["minutes_played"] == 24.0
        assert outcome.counts == {("duplicate_rows", GAMEBOOK): 3}


def test_two_people_with_one_lookup_are_not_merged(run):
    raw = made_up_game(PLAYER_BOX)
    twin = player_row(PLAYER_BOX, "NYK", 0, nba_player_id=4711, player_full_name="Bos Alpha", minutes="0", points=0)
    nobody = twin | {"nba_player_id": None}
    raw[PLAYER_BOX] += [twin, nobody]
    outcome = run(raw)
    first = raw[PLAYER_BOX][0]["nba_player_id"]
    reason = f"nbac_boxscores {GAME}: person {first} kept, person 4711 left out"
    assert records(outcome) == [("DUPLICATE_KEY", "bosalpha", "", "note", reason, 1)]
    assert outcome.counts == {("duplicate_rows", PLAYER_BOX): 1}
    assert players(outcome)["bosalpha"]["team_abbr"] == "BOS"


def test_a_player_listed_in_two_games_of_a_date(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", away_team_score=100)
    )
    place = {"game_id": "20211115_LAL_GSW", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL", "GSW"), **place)
    guest = player_row(GAMEBOOK, "LAL", 0, player_name="Bos Alpha", player_lookup="bosalpha", **place)
    raw[GAMEBOOK] += [guest | {"minutes": "23:00"}]
    outcome = run(raw)
    reason = f"{GAME} kept, 20211115_LAL_GSW left out"
    assert records(outcome) == [("DUPLICATE_KEY", "bosalpha", "", "note", reason, 1)]
    assert players(outcome)["bosalpha"]["game_id"] == GAME
    raw[GAMEBOOK][-1] |= {"minutes": "25:00"}
    assert players(run(raw))["bosalpha"]["game_id"] == "20211115_LAL_GSW"
    raw[GAMEBOOK][-1] |= {"player_status": "dnp"}
    assert players(run(raw))["bosalpha"]["game_id"] == GAME


def test_the_gamebooks_lookup_is_never_recomputed(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"player_name": "Alpha", "player_lookup": " bosalpha "}
    row = players(run(raw))["bosalpha"]
    assert row["player_full_name"] == "Alpha"


def test_the_feeds_own_lookup_is_recomputed_from_the_name(run):
    raw = made_up_game(BDL)
    raw[BDL][0] |= {"player_full_name": " Luka Dončić ", "player_lookup": "lukadoni"}
    raw[BDL][1] |= {"player_full_name": " ", "player_lookup": "bosbravo"}
    rows = players(run(raw))
    assert rows["lukadoncic"]["player_full_name"] == "Luka Dončić"
    assert rows["bosbravo"]["player_full_name"] is None


# Playing time and names, example by example.

MINUTES = {
    "40:11": 40.2,
    "14:21": 14.4,
    "36:30": 36.5,
    "32": 32.0,
    "32.5": 32.5,
    "0.05": 0.1,
    "00:00": 0.0,
    "00": 0.0,
    "0:01": 0.0,
    "0:02": 0.0,
    "0:03": 0.1,
    " 12:00 ": 12.0,
    "1.0083334999": 1.0,
    "12:0000000030": 12.5,
    "75:59": 76.0,
    None: None,
    "": None,
    "-": None,
    "null": None,
    "None": None,
    "NaN": None,
    "<NA>": None,
}
UNREADABLE = ("12:75", "12:3:4", "DNP", "PT12M", "-3", "1234567890", "1234567890:00", "12.", ".5", "1e3", "١٢")


def test_playing_time(run):
    """Minutes and seconds, whole minutes, decimals; nothing given is no time, and anything else is counted."""
    raw = made_up_game(GAMEBOOK)
    texts = [*MINUTES, *UNREADABLE]
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, player_lookup=f"x{n}", minutes=text) for n, text in enumerate(texts)
    ]
    outcome = run(raw)
    found = players(outcome)
    assert [found[f"x{n}"]["minutes_played"] for n in range(len(texts))] == [
        *MINUTES.values(),
        *[None] * len(UNREADABLE),
    ]
    assert outcome.counts == {("bad_minutes", GAMEBOOK): len(UNREADABLE)}
    assert all(found[f"x{n}"]["starter_flag"] is ((minutes or 0) > 20) for n, minutes in enumerate(MINUTES.values()))


def test_a_starter_has_more_than_twenty_minutes(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0]["minutes"], raw[GAMEBOOK][1]["minutes"] = "20:00", "20:01"
    rows = players(run(raw))
    assert (rows["bosalpha"]["starter_flag"], rows["bosbravo"]["starter_flag"]) == (False, True)


NAMES = {
    "Tim Hardaway Jr.": ("timhardawayjr", "Tim Hardaway"),
    "Robert Williams III": ("robertwilliamsiii", "Robert Williams"),
    "Kelly Oubre Junior": ("kellyoubrejr", "Kelly Oubre"),
    "Luka Dončić": ("lukadoncic", "LUKA DONCIC"),
    "Alperen Şengün": ("alperensengun", "Alperen Sengun"),
    "Dennis Schröder": ("dennisschroder", "Dennis Schroder"),
    "Nikola Đurišić": ("nikoladurisic", "Nikola Djurisic Jr."),
    "Işık Demir": ("isikdemir", "Isik Demir"),
    "İlkan Karaman": ("ilkankaraman", "Ilkan Karaman II"),
    "P.J. Washington": ("pjwashington", "PJ Washington"),
    "Karl-Anthony Towns": ("karlanthonytowns", "Karl Anthony Towns"),
    "12 D'Angelo Russell": ("dangelorussell", "D’Angelo Russell"),
    "Søren Łukasz Weiß": ("sorenlukaszweiss", "Soren Lukasz Weiss"),
    "Gary Payton II .": ("garypaytonii", "Gary Payton"),
    "Jr.": ("jr", "JR"),
    "  José  Juan   Barea ": ("josejuanbarea", "Jose Juan Barea"),
}


def test_player_keys(run):
    """The lookup of each name; and the line of a feed that writes it in another way."""
    raw = made_up_game(BDL)
    raw[BDL] = player_rows(BDL, size=16, minutes="15:00", points=None)
    for row in (raw[BDL][0], raw[BDL][16]):
        row["points"] = 110 if row is raw[BDL][0] else 100
    for row, name in zip(raw[BDL], NAMES, strict=False):
        row["player_full_name"] = name
    odds = "odds_api_player_points_props"
    place = {"home_team_abbr": "NYK", "away_team_abbr": "BOS", "bookmaker": "x", "points_line": 9.5}
    raw[odds] = [
        raw_row(odds, game_date=DAY, player_name=other, snapshot_timestamp=utc(2021, 11, 15, 12), **place)
        for _, other in NAMES.values()
    ]
    outcome = run(raw)
    rows = {row["player_full_name"]: row for row in outcome.rows[PGS] if row["team_abbr"] == "BOS"}
    assert {name: rows[name.strip()]["player_lookup"] for name in NAMES} == {n: lk for n, (lk, _) in NAMES.items()}
    without = {row["player_lookup"] for row in rows.values() if row["points_line"] is None}
    assert without == {"nikoladurisic"}, "the one whose letters are spelt otherwise"
    assert outcome.counts == {("unmatched_name", odds): 1}


def test_a_name_without_letters_is_no_name(run):
    raw = made_up_game(BDL)
    raw[BDL] += [
        player_row(BDL, "BOS", 0, player_full_name="12 .", player_lookup=None, minutes="0", points=0),
        player_row(BDL, "BOS", 0, player_full_name=" ", player_lookup="  ", minutes="0", points=0),
        player_row(BDL, "BOS", 0, player_full_name="李明", player_lookup="liming", minutes="0", points=0),
    ]
    reason = "bdl_boxscores: the name has no letters or digits"
    assert records(run(raw)) == [
        ("VALIDATION_FAILED", "12 .", "", "data", reason, 1),
        ("VALIDATION_FAILED", GAME, "", "data", reason, 1),
        ("VALIDATION_FAILED", "李明", "", "data", reason, 1),
    ]


def test_a_plus_minus_may_be_zero_and_is_null_where_there_is_none(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0]["plus_minus"], raw[GAMEBOOK][1]["plus_minus"] = 0, None
    rows = players(run(raw))
    assert (rows["bosalpha"]["plus_minus"], rows["bosbravo"]["plus_minus"]) == (0, None)
    assert rows["bosbravo"]["quality_issues"] == ["missing_plus_minus", "missing_shot_zones"]
    assert rows["bosbravo"]["quality_score"] == 90.0


@pytest.mark.parametrize("table", [GAMEBOOK, BDL])
def test_each_statistic_alone_shows_that_somebody_played(run, table):
    """Not plus-minus: it is printed for everybody."""
    raw = made_up_game(table)
    counted = [name for name in (*STATISTICS, "rebounds") if name in raw[table][0]]
    nothing = dict.fromkeys(counted, 0) | {"minutes": "0:00", "player_full_name": "X", "player_name": "X"}
    nothing = {name: value for name, value in nothing.items() if name in raw[table][0]}
    for n, name in enumerate((*counted, "nothing")):
        row = player_row(table, "BOS", 0, **nothing)
        row |= {name: 1} if name != "nothing" else {}
        row |= {"player_lookup": f"x{n}"} if table == GAMEBOOK else {"player_full_name": f"x{n}", "points": 0}
        raw[table].append(row)
    if table == BDL:
        raw["nbac_schedule"][0]["away_team_score"] = 110
    rows = players(run(raw))
    dnp = [rows[f"x{n}"]["is_dnp"] for n in range(len(counted) + 1)]
    wanted = [False] * len(counted) + [True]
    if table == BDL:
        wanted[counted.index("points")] = True
    assert dnp == wanted
    assert len(counted) == 15


def test_rows_of_all_statuses_are_candidates_but_only_two_make_rows(run):
    """Inactive players get no row, yet their names are known."""
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0]["player_status"] = "inactive"
    odds = "odds_api_player_points_props"
    place = {"home_team_abbr": "NYK", "away_team_abbr": "BOS", "bookmaker": "x", "points_line": 9.5}
    raw[odds] = [
        raw_row(odds, game_date=DAY, player_name="Bos Alpha", snapshot_timestamp=utc(2021, 11, 15, 12), **place)
    ]
    outcome = run(raw)
    assert "bosalpha" not in players(outcome)
    assert outcome.counts == {}


def test_R75_nobody_who_did_not_play_has_a_statistic(run):  # noqa: N802
    """A DNP row keeps its name and reason; statistics, zones, ratios and outcome are NULL, never 0."""
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"player_status": "dnp", "dnp_reason": "DND - Rest"}
    raw["bigdataball_play_by_play"] = [
        raw_row(
            "bigdataball_play_by_play",
            game_id=GAME,
            game_date=DAY,
            event_id=f"{team}{n}",
            event_type="shot",
            shot_made=True,
            shot_distance=1.0,
            player_1_name=player_name(team, n % 10),
            player_1_team_abbr=team,
            player_2_role="assist",
            period=1,
        )
        for team in ("BOS", "NYK")
        for n in range(90)
    ]
    row = players(run(raw))["bosalpha"]
    names = TABLES[PGS].names
    first, last = names.index("minutes_played"), names.index("efg_pct")
    statistics = [name for name in names[first : last + 1] if name != "has_complete_shot_zones"]
    assert {row[name] for name in (*statistics, "over_under_result", "margin")} == {None}
    assert pick(row, "is_dnp", "is_active", "dnp_reason", "has_complete_shot_zones", "starter_flag") == (
        *(True, False, "DND - Rest", False, False),
    )
    assert row["quality_issues"] == []

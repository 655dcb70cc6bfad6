"""Every category of failure record of the three tables: table, entity, class, sentence; and what is only counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nbaproc.run.engines import compute
from nbaproc.tables import declarations
from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    facts_of,
    frames,
    made_up_game,
    player_row,
    player_rows,
    raw_row,
    schedule_row,
    team_row,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


@pytest.fixture
def everything(run):
    """A date on which everything is recorded once."""
    raw = made_up_game(PLAYER_BOX)
    other = {"home_team_score": None}
    raw["nbac_schedule"] += [
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", **other),
        schedule_row(game_id="0022100202", away_team_tricode="MIA", home_team_tricode="ORL"),
        schedule_row(game_id="0022100203", away_team_tricode="UTA", home_team_tricode="DEN"),
        schedule_row(game_id="0022100300"),
    ]
    raw["nbac_team_boxscore"] += [
        team_row("LAL", game_id="20211115_LAL_GSW", nba_game_id=None),
        team_row("MIA", game_id="20211115_MIA_ORL", nba_game_id=None),
    ]
    raw[GAMEBOOK] = player_rows(GAMEBOOK, size=3)
    raw[BDL] = player_rows(BDL, size=2)
    raw[PLAYER_BOX] += [
        player_row(PLAYER_BOX, "BOS", 0, nba_player_id=4711, minutes="0"),
        player_row(PLAYER_BOX, "BOS", 0, player_full_name="No Team", team_abbr=None),
        player_row(PLAYER_BOX, "BOS", 0, player_full_name="Else Where", team_abbr="UTA"),
        player_row(PLAYER_BOX, "BOS", 0, player_full_name="."),
    ]
    return run(raw)


def kinds(outcome, table):
    names = ("failure_category", "entity_type", "entity_id", "detail", "failure_class", "severity", "can_retry")
    return {tuple(record[name] for name in names) for record in outcome.records[table] if record["severity"] != "info"}


def test_records_of_the_player_summary(everything):
    assert kinds(everything, PGS) == {
        ("NO_PLAYER_SOURCE", "GAME", "20211115_MIA_ORL", "", "upstream", "warning", True),
        ("NO_PLAYER_SOURCE", "GAME", "20211115_UTA_DEN", "", "upstream", "warning", True),
        ("SOURCE_REJECTED", "GAME", GAME, "nbac_gamebook", "note", "warning", True),
        ("DUPLICATE_KEY", "PLAYER", "bosalpha", "", "note", "warning", False),
        ("TEAM_UNRESOLVED", "PLAYER", "noteam", "", "data", "warning", True),
        ("TEAM_NOT_IN_GAME", "PLAYER", "elsewhere", "", "data", "warning", True),
        ("VALIDATION_FAILED", "PLAYER", ".", "", "data", "warning", False),
    }


def test_records_of_the_team_tables(everything):
    """Games that are none are noted once, by the offence table."""
    missing = {
        ("NO_TEAM_SOURCE", "GAME", "20211115_MIA_ORL", "", "data", "warning", True),
        ("NO_TEAM_SOURCE", "GAME", "20211115_UTA_DEN", "", "upstream", "warning", True),
    }
    assert kinds(everything, TDGS) == missing
    assert kinds(everything, TOGS) == missing | {
        ("DUPLICATE_KEY", "GAME", GAME, "", "note", "warning", False),
        ("MISSING_DATA", "GAME", "20211115_LAL_GSW", "", "upstream", "warning", True),
    }


def test_everybody_without_a_registry_is_missed(everything):
    missed = [record for record in everything.records[PGS] if record["failure_category"] == "REGISTRY_MISS"]
    assert len(missed) == 20 == len(everything.rows[PGS])
    names = ("entity_type", "failure_class", "severity", "can_retry", "detail")
    assert {tuple(record[name] for name in names) for record in missed} == {("PLAYER", "note", "info", True, "")}


def test_records_are_sorted_and_complete(everything):
    key = ("analysis_date", "entity_type", "entity_id", "failure_category", "detail")
    for table, found in everything.records.items():
        keys = [tuple(record[name] for name in key) for record in found]
        assert keys == sorted(set(keys))
        assert {record["table_name"] for record in found} == {table}
        assert {record["resolution_status"] for record in found} == {"UNRESOLVED"}
        assert all(record["occurrences"] == 1 for record in found)


def test_sentences(everything):
    sentences = {(record[0], record[1]): record[4] for record in facts_of(everything.records[PGS])}
    person = 1000 * sum(map(ord, "BOS"))
    assert (
        sentences["DUPLICATE_KEY", "bosalpha"] == f"nbac_boxscores {GAME}: person {person} kept, person 4711 left out"
    )
    assert sentences["TEAM_UNRESOLVED", "noteam"] == (
        "nbac_boxscores: no team in the row and no single registry team of BOS and NYK"
    )
    assert sentences["TEAM_NOT_IN_GAME", "elsewhere"] == f"nbac_boxscores: team UTA does not play in {GAME}"
    assert sentences["SOURCE_REJECTED", GAME] == (
        "nbac_gamebook failed active_rows: BOS 3 active, 4320 s, 33 points; NYK 3 active, 4320 s, 30 points; "
        "final score 110-100"
    )
    offence = {(record[0], record[1]): record[4] for record in facts_of(everything.records[TOGS])}
    assert offence["DUPLICATE_KEY", GAME] == "schedule id 0022100200 kept, 0022100300 left out"
    assert offence["MISSING_DATA", "20211115_LAL_GSW"] == (
        "status 3 without a score; 1 raw rows of the game were left out"
    )
    assert offence["NO_TEAM_SOURCE", "20211115_MIA_ORL"] == "1 of 2 valid team rows and no usable player source"
    assert offence["NO_TEAM_SOURCE", "20211115_UTA_DEN"] == "no team row and no player row of this game in any source"


def test_a_lower_source_is_not_rejected_where_a_better_one_was_chosen(everything):
    """Half a second feed behind usable downloads is nobody's loss."""
    assert "bdl_boxscores" not in {record["detail"] for record in everything.records[PGS]}


def test_all_sources_are_named_where_none_is_usable(run):
    raw = made_up_game()
    raw |= {table: player_rows(table, size=4) for table in PLAYER_TABLES}
    outcome = run(raw)
    reason = "no usable player source among nbac_gamebook, nbac_boxscores, bdl_boxscores"
    found = facts_of(outcome.records[PGS])
    assert found[0] == ("NO_PLAYER_SOURCE", GAME, "", "data", reason, 1)
    assert [(record[0], record[2]) for record in found[1:]] == [
        ("SOURCE_REJECTED", "bdl_boxscores"),
        ("SOURCE_REJECTED", "nbac_boxscores"),
        ("SOURCE_REJECTED", "nbac_gamebook"),
    ]
    assert "failed active_rows+minutes+points:" in found[1][4]


def test_a_fallback_game_is_not_measured_by_a_score(run):
    raw = made_up_game(GAMEBOOK)
    place = {"game_id": "0022100777", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[BDL] = player_rows(BDL, ("LAL", "GSW"), **place)
    assert len(run(raw).rows[PGS]) == 40
    for row in raw[BDL]:
        row["minutes"] = "12:00"
    found = facts_of(run(raw).records[PGS])
    reason = (
        "bdl_boxscores failed minutes: LAL 10 active, 7200 s, 100 points; GSW 10 active, 7200 s, 100 points; "
        "final score unknown"
    )
    assert ("SOURCE_REJECTED", "20211115_LAL_GSW", "bdl_boxscores", "note", reason, 1) in found


def test_records_of_one_key_become_one_with_the_smallest_sentence(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, player_lookup="x", player_status=status) for status in ("b", "a", "c", "a")
    ]
    reason = "nbac_gamebook: unknown player_status a"
    assert ("VALIDATION_FAILED", "x", "", "data", reason, 4) in facts_of(run(raw).records[PGS])


def test_a_sentence_ends_after_a_thousand_characters(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "BOS", 0, player_lookup="x", player_status="é" * 1200))
    (found,) = (record for record in facts_of(run(raw).records[PGS]) if record[1] == "x")
    assert len(found[4]) == 1000
    assert found[4].endswith("é")


def test_nothing_of_a_dropped_row_is_recorded_of_a_source_that_was_not_chosen(run):
    """Nor of a player who has a row: then it is counted."""
    raw = made_up_game(GAMEBOOK, BDL)
    raw[BDL] += [
        player_row(BDL, "BOS", 0, player_full_name="No Team", team_abbr=None),
        player_row(BDL, "BOS", 0, player_full_name="..."),
    ]
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, team_abbr=None),
        player_row(GAMEBOOK, "BOS", 0, team_abbr="MIA"),
        player_row(GAMEBOOK, "BOS", 0, player_status="odd"),
    ]
    outcome = run(raw)
    assert {record["failure_category"] for record in outcome.records[PGS]} == {"REGISTRY_MISS"}
    assert outcome.counts == {("dropped_row", BDL): 2, ("dropped_row", GAMEBOOK): 3}


def test_a_player_with_a_row_in_another_game_of_the_date_needs_no_record(run):
    raw = made_up_game(GAMEBOOK)
    raw["nbac_schedule"].append(
        schedule_row(game_id="0022100201", away_team_tricode="LAL", home_team_tricode="GSW", away_team_score=100)
    )
    place = {"game_id": "20211115_LAL_GSW", "away_team_abbr": "LAL", "home_team_abbr": "GSW"}
    raw[GAMEBOOK] += player_rows(GAMEBOOK, ("LAL", "GSW"), **place)
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "BOS", 0, **place))
    outcome = run(raw)
    assert {record["failure_category"] for record in outcome.records[PGS]} == {"REGISTRY_MISS"}
    assert outcome.counts == {("dropped_row", GAMEBOOK): 1}


def test_rows_and_records_cover_everybody_the_chosen_source_lists(run):
    """Who is active or DNP has a row or a record; the inactive have neither."""
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK] += [
        player_row(GAMEBOOK, "BOS", 0, player_lookup="a", player_status="dnp"),
        player_row(GAMEBOOK, "BOS", 0, player_lookup="b", team_abbr=None),
        player_row(GAMEBOOK, "BOS", 0, player_lookup="c", team_abbr="MIA"),
        player_row(GAMEBOOK, "BOS", 0, player_lookup="d", player_status="inactive"),
    ]
    outcome = run(raw)
    covered = {row["player_lookup"] for row in outcome.rows[PGS]} | {r["entity_id"] for r in outcome.records[PGS]}
    assert covered == {row["player_lookup"] for row in raw[GAMEBOOK]} - {"d"}


# The order of the tables.


def test_inputs_come_before_the_tables_that_need_them():
    order = list(declarations())
    assert declarations()[PGS].inputs == (TOGS,)
    for name, table in declarations().items():
        assert all(order.index(needed) < order.index(name) for needed in table.inputs)


def test_wanting_one_table_computes_its_inputs(engine):
    stage = compute(engine, [PGS], frames(made_up_game(GAMEBOOK)), [DAY])
    assert list(stage.tables) == [TOGS, PGS]
    whole = compute(engine, [TOGS, TDGS, PGS], frames(made_up_game(GAMEBOOK)), [DAY])
    assert stage.tables[PGS].frame.equals(whole.tables[PGS].frame)


def test_tomorrow_changes_nothing_today(run):
    """Point in time: rows, scores and lines of a later date leave a date as it was."""
    raw = made_up_game(GAMEBOOK)
    today = run(raw)
    tomorrow = DAY + timedelta(1)
    raw["nbac_schedule"].append(schedule_row(game_id="0022100210", game_date=tomorrow, home_team_score=150))
    raw[GAMEBOOK] += player_rows(GAMEBOOK, game_date=tomorrow, game_id="0022100210", points=20)
    raw["nbac_team_boxscore"] += [
        team_row(t, game_date=tomorrow, game_id="0022100210", nba_game_id=None) for t in ("BOS", "NYK")
    ]
    odds = "odds_api_player_points_props"
    raw[odds] = [raw_row(odds, game_date=tomorrow, player_name="Bos Alpha", points_line=30.5)]
    assert run(raw) == today

"""Lookup keys of names, and the ladder that attaches a foreign name to a player row."""

from __future__ import annotations

import pytest

from nbaproc.reference.names import Ladder, lookup_key, name_key
from nbaproc.reference.player_line import NO_BOX_SCORE, PlayerLine


def line(name: str, team: str = "BOS", status: str = "active") -> PlayerLine:
    return PlayerLine(
        source="nbac_gamebook",
        game_id="20211115_BOS_NYK",
        team=team,
        lookup=lookup_key(name),
        name_key=name_key(name),
        full_name=name,
        status=status,
        dnp_reason=None,
        nba_player_id=None,
        seconds=None,
        box=NO_BOX_SCORE,
        plus_minus=None,
        processed_at=None,
        data_hash=None,
    )


@pytest.mark.parametrize(
    ("name", "lookup", "key"),
    [
        ("Tim Hardaway Jr.", "timhardawayjr", "timhardaway"),
        ("Robert Williams III", "robertwilliamsiii", "robertwilliams"),
        ("Kelly Oubre Junior", "kellyoubrejr", "kellyoubre"),
        ("Luka Dončić", "lukadoncic", "lukadoncic"),
        ("Alperen Şengün", "alperensengun", "alperensengun"),
        ("Dennis Schröder", "dennisschroder", "dennisschroder"),
        ("Nikola Đurišić", "nikoladurisic", "nikoladurisic"),
        ("Işık Demir", "isikdemir", "isikdemir"),
        ("İlkan Karaman", "ilkankaraman", "ilkankaraman"),
        ("P.J. Washington", "pjwashington", "pjwashington"),
        ("Karl-Anthony Towns", "karlanthonytowns", "karlanthonytowns"),
        ("12 D'Angelo Russell", "dangelorussell", "dangelorussell"),
        ("Jr.", "jr", "jr"),
        ("Gary Payton II .", "garypaytonii", "garypayton"),
        ("Søren Łukasz Weiß", "sorenlukaszweiss", "sorenlukaszweiss"),
        ("12 .", "", ""),
    ],
)
def test_keys(name, lookup, key):
    assert (lookup_key(name), name_key(name)) == (lookup, key)


def test_the_first_step_with_exactly_one_candidate_wins():
    ladder = Ladder([line("Gary Payton II"), line("Gary Payton")], {})
    assert ladder.find("Gary Payton").lookup == "garypayton"
    assert ladder.find("GARY PAYTON II").lookup == "garypaytonii"
    assert ladder.find("Gary Payton Jr.") is None, "two candidates with this key"


def test_a_suffix_may_be_missing_on_either_side():
    ladder = Ladder([line("Tim Hardaway Jr."), line("Robert Williams")], {})
    assert ladder.find("Tim Hardaway").lookup == "timhardawayjr"
    assert ladder.find("Robert Williams III").lookup == "robertwilliams"


@pytest.mark.parametrize(
    ("listed", "foreign"), [("Nic Claxton", "Nicolas Claxton"), ("Nicolas Claxton", "Nic Claxton")]
)
def test_an_alias_meets_either_way(listed, foreign):
    ladder = Ladder([line(listed), line("Kevin Durant")], {"nicolasclaxton": "nicclaxton"})
    assert ladder.find(foreign).lookup == lookup_key(listed)


def test_a_team_narrows_the_candidates():
    ladder = Ladder([line("Jalen Smith Jr.", "BOS"), line("Jalen Smith Sr.", "NYK", "inactive")], {})
    assert ladder.find("Jalen Smith") is None
    assert ladder.find("Jalen Smith", "NYK").lookup == "jalensmithsr"


def test_an_empty_name_means_nobody():
    assert Ladder([line("Kevin Durant")], {}).find(" .") is None

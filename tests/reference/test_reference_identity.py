"""Which person of the registry a player row is about."""

from __future__ import annotations

import pytest
from reference_raw import DAY, PLAYER_TABLES, TABLES, facts_of, made_up_game, raw_row

from nbaproc.reference import build
from nbaproc.reference.identity import Identities
from nbaproc.reference.registry import Registry

SEASON = "2021-22"


def entry(
    lookup: str, universal_id: str | None, season: str | None = SEASON, team: str = "BOS", person: int | None = None
):
    values = {"player_lookup": lookup, "universal_player_id": universal_id, "season": season, "team_abbr": team}
    return raw_row("nba_players_registry", nba_player_id=person, **values)


def alias(name: str, canonical: str, is_active: bool | None = True):
    return raw_row("player_aliases", alias_lookup=name, nba_canonical_lookup=canonical, is_active=is_active)


def resolve(lookup: str, *entries, aliases=(), person: int | None = None, team: str = "BOS"):
    identity = Identities(Registry(entries, aliases)).resolve(lookup, person, team, SEASON)
    return identity.universal_player_id, identity.is_ambiguous


def test_by_name():
    assert resolve("lebronjames", entry("lebronjames", "lebronjames_001")) == ("lebronjames_001", False)
    assert resolve("lebronjames") == (None, False)
    assert resolve("lebronjames", entry("lebronjames", None)) == (None, False)


def test_through_an_alias():
    registered = entry("kjmartin", "kjmartin_001")
    known = (alias("kenyonmartinjr", "kjmartin"),)
    assert resolve("kenyonmartinjr", registered, aliases=known) == ("kjmartin_001", False)
    assert resolve("kenyonmartinjr", registered, aliases=(alias("kenyonmartinjr", "kjmartin", False),)) == (None, False)
    assert resolve("kenyonmartinjr", registered, aliases=(alias("kenyonmartinjr", "kjmartin", None),))[0] is not None
    several = (alias("kenyonmartinjr", "zz"), *known)
    assert resolve("kenyonmartinjr", registered, aliases=several) == ("kjmartin_001", False)


def test_the_persons_number_comes_first():
    entries = [entry("other", "other_001", person=7), entry("name", "name_001", person=8), entry("name", "name_002")]
    assert resolve("name", *entries, person=7) == ("other_001", False)
    assert resolve("name", *entries, person=9) == ("name_002", False)
    assert resolve("name", *entries) == ("name_001", True)


def test_another_persons_rows_are_left_out_behind_an_alias_too():
    entries = [entry("canon", "canon_001", person=8)]
    assert resolve("name", *entries, aliases=[alias("name", "canon")], person=9) == (None, False)
    assert resolve("name", *entries, aliases=[alias("name", "canon")]) == ("canon_001", False)


@pytest.mark.parametrize(
    ("seasons", "chosen"),
    [
        ({"a_001": (SEASON, "NYK"), "b_001": (SEASON, "BOS"), "c_001": ("2022-23", "BOS")}, "b_001"),
        ({"b_001": (SEASON, "NYK"), "a_001": ("2022-23", "BOS")}, "b_001"),
        ({"a_001": ("2019-20", "BOS"), "b_001": ("2020-21", "NYK"), "c_001": (None, "BOS")}, "b_001"),
        ({"b_001": (None, "BOS"), "a_001": (None, "NYK")}, "a_001"),
    ],
)
def test_several_ids(seasons, chosen):
    entries = [entry("name", universal_id, *place) for universal_id, place in seasons.items()]
    assert resolve("name", *entries) == (chosen, True)
    numbered = [entry("name", universal_id, *place, person=5) for universal_id, place in seasons.items()]
    assert resolve("name", *numbered, person=5) == (chosen, False)


def test_rows_without_a_person_stay_and_are_recorded():
    raw = made_up_game(PLAYER_TABLES[0])
    raw["nba_players_registry"] = [entry(f"bos{word}", f"bos{word}_001") for word in ("alpha", "bravo")]
    raw["nba_players_registry"] += [entry("bosbravo", "bosbravo_002", team="NYK")]
    raw[PLAYER_TABLES[0]][2] |= {"player_name": None}
    outcome = build(TABLES, raw, [DAY])
    rows = {row["player_lookup"]: row for row in outcome.rows["player_game_summary"]}
    assert len(rows) == 20
    assert rows["bosalpha"]["universal_player_id"] == "bosalpha_001"
    assert rows["bosbravo"]["universal_player_id"] == "bosbravo_001"
    assert rows["bosbravo"]["quality_issues"] == ["missing_shot_zones", "ambiguous_lookup"]
    records = facts_of(outcome.records["player_game_summary"])
    assert len(records) == 18
    reason = "boscharlie (BOS) is not in the registry"
    assert records[0] == ("REGISTRY_MISS", "boscharlie", "", "note", reason, 1)
    assert records[-1][4] == "Nyk Juliett (NYK) is not in the registry"

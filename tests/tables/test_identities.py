"""Which person of the registry a player row is about."""

from __future__ import annotations

import pytest

from tests.tables.made_up import PLAYER_TABLES, Row, facts_of, made_up_game, of, player_row, raw_row

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
PGS = "player_game_summary"
SEASON = "2021-22"


def entry(
    lookup: str, identity: str | None, season: str | None = SEASON, team: str | None = "BOS", person: int | None = None
) -> Row:
    values = {"player_lookup": lookup, "universal_player_id": identity, "season": season, "team_abbr": team}
    return raw_row("nba_players_registry", nba_player_id=person, **values)


def alias(name: str, canonical: str, is_active: bool | None = True) -> Row:
    return raw_row("player_aliases", alias_lookup=name, nba_canonical_lookup=canonical, is_active=is_active)


@pytest.fixture
def resolve(run):
    """The id of a player of Boston, and whether the name alone meant several."""

    def resolved(lookup: str, *entries: Row, aliases: list[Row] | None = None, person: int | None = None):
        raw = made_up_game(PLAYER_BOX)
        raw[PLAYER_BOX][0] |= {"player_full_name": lookup, "nba_player_id": person}
        outcome = run(raw | {"nba_players_registry": list(entries), "player_aliases": aliases or []})
        row = of(outcome.rows[PGS], "player_lookup", lookup)
        missed = [record for record in outcome.records[PGS] if record["entity_id"] == lookup]
        assert bool(missed) is (row["universal_player_id"] is None)
        return row["universal_player_id"], "ambiguous_lookup" in row["quality_issues"]

    return resolved


def test_by_name(resolve):
    assert resolve("lebronjames", entry("lebronjames", "lebronjames_001")) == ("lebronjames_001", False)
    assert resolve("lebronjames") == (None, False)
    assert resolve("lebronjames", entry("lebronjames", None)) == (None, False)


def test_a_player_known_from_any_season_and_team_resolves(resolve):
    assert resolve("name", entry("name", "name_001", "1999-00", "MIA")) == ("name_001", False)
    assert resolve("name", entry("name", "name_001", None, None)) == ("name_001", False)


def test_through_an_alias(resolve):
    """The player's own lookup stays; a withdrawn alias does not count, and of several the smallest does."""
    registered = entry("kjmartin", "kjmartin_001")
    known = [alias("kenyonmartinjr", "kjmartin")]
    assert resolve("kenyonmartinjr", registered, aliases=known) == ("kjmartin_001", False)
    assert resolve("kenyonmartinjr", registered, aliases=[alias("kenyonmartinjr", "kjmartin", False)]) == (None, False)
    unknown = [alias("kenyonmartinjr", "kjmartin", None)]
    assert resolve("kenyonmartinjr", registered, aliases=unknown) == ("kjmartin_001", False)
    several = [alias("kenyonmartinjr", "zz"), *known]
    assert resolve("kenyonmartinjr", registered, aliases=several) == ("kjmartin_001", False)


def test_an_alias_is_one_hop(resolve):
    aliases = [alias("one", "two"), alias("two", "three")]
    assert resolve("one", entry("three", "three_001"), aliases=aliases) == (None, False)


def test_the_own_name_goes_before_the_alias(resolve):
    entries = [entry("name", "name_001"), entry("canon", "canon_001")]
    assert resolve("name", *entries, aliases=[alias("name", "canon")]) == ("name_001", False)
    assert resolve("name", entry("name", None), entries[1], aliases=[alias("name", "canon")]) == ("canon_001", False)


def test_the_persons_number_comes_first(resolve):
    entries = [entry("other", "other_001", person=7), entry("name", "name_001", person=8), entry("name", "name_002")]
    assert resolve("name", *entries, person=7) == ("other_001", False)
    assert resolve("name", *entries, person=9) == ("name_002", False)
    assert resolve("name", *entries) == ("name_001", True)
    assert resolve("name", entry("other", None, person=7), entries[2], person=7) == ("name_002", False)


def test_two_people_are_never_merged(resolve):
    """Rows of another person's number are left out, behind an alias too."""
    entries = [entry("canon", "canon_001", person=8)]
    assert resolve("canon", *entries, person=9) == (None, False)
    assert resolve("name", *entries, aliases=[alias("name", "canon")], person=9) == (None, False)
    assert resolve("name", *entries, aliases=[alias("name", "canon")]) == ("canon_001", False)


@pytest.mark.parametrize(
    ("seasons", "chosen"),
    [
        ({"a_001": (SEASON, "NYK"), "b_001": (SEASON, "BOS"), "c_001": ("2022-23", "BOS")}, "b_001"),
        ({"a_001": (SEASON, "MIA"), "b_001": (SEASON, " bos")}, "b_001"),
        ({"b_001": (SEASON, "NYK"), "a_001": ("2022-23", "BOS")}, "b_001"),
        ({"a_001": ("2019-20", "BOS"), "b_001": ("2020-21", "NYK"), "c_001": (None, "BOS")}, "b_001"),
        ({"b_001": (None, "BOS"), "a_001": (None, "NYK")}, "a_001"),
    ],
    ids=["season and team", "other spelling", "season", "latest season", "smallest"],
)
def test_several_ids(resolve, seasons, chosen):
    """By number the choice is no ambiguity of the name."""
    entries = [entry("name", universal_id, *place) for universal_id, place in seasons.items()]
    assert resolve("name", *entries) == (chosen, True)
    numbered = [entry("name", universal_id, *place, person=5) for universal_id, place in seasons.items()]
    assert resolve("name", *numbered, person=5) == (chosen, False)


def test_dnp_rows_resolve_too(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0]["player_status"] = "dnp"
    raw["nba_players_registry"] = [entry("bosalpha", "bosalpha_001")]
    assert of(run(raw).rows[PGS], "player_lookup", "bosalpha")["universal_player_id"] == "bosalpha_001"


def test_rows_without_a_person_stay_and_are_recorded(run):
    raw = made_up_game(GAMEBOOK)
    raw["nba_players_registry"] = [entry(f"bos{word}", f"bos{word}_001") for word in ("alpha", "bravo")]
    raw["nba_players_registry"] += [entry("bosbravo", "bosbravo_002", team="NYK")]
    raw[GAMEBOOK][2] |= {"player_name": None}
    outcome = run(raw)
    rows = {row["player_lookup"]: row for row in outcome.rows[PGS]}
    assert len(rows) == 20
    assert rows["bosalpha"]["universal_player_id"] == "bosalpha_001"
    assert rows["bosbravo"]["universal_player_id"] == "bosbravo_001"
    assert rows["bosbravo"]["quality_issues"] == ["missing_shot_zones", "ambiguous_lookup"]
    records = facts_of(outcome.records[PGS])
    assert len(records) == 18
    reason = "boscharlie (BOS) is not in the registry"
    assert records[0] == ("REGISTRY_MISS", "boscharlie", "", "note", reason, 1)
    assert records[-1][4] == "Nyk Juliett (NYK) is not in the registry"


def test_inactive_players_are_not_missed(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK].append(player_row(GAMEBOOK, "BOS", 0, player_lookup="away", player_status="inactive"))
    assert "away" not in {record["entity_id"] for record in run(raw).records[PGS]}

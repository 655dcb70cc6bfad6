"""Which person of the registry a player row is about."""

from __future__ import annotations

from tests.tables.made_up import (
    PLAYER_TABLES,
    TABLES,
    facts_of,
    made_up_game,
    raw_row,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"
SEASON = "2021-22"


def entry(
    lookup: str, universal_id: str | None, season: str | None = SEASON, team: str = "BOS", person: int | None = None
):
    values = {"player_lookup": lookup, "universal_player_id": universal_id, "season": season, "team_abbr": team}
    return raw_row("nba_players_registry", nba_player_id=person, **values)


def alias(name: str, canonical: str, is_active: bool | None = True):
    return raw_row("player_aliases", alias_lookup=name, nba_canonical_lookup=canonical, is_active=is_active)


def test_rows_without_a_person_stay_and_are_recorded(run):
    raw = made_up_game(PLAYER_TABLES[0])
    raw["nba_players_registry"] = [entry(f"bos{word}", f"bos{word}_001") for word in ("alpha", "bravo")]
    raw["nba_players_registry"] += [entry("bosbravo", "bosbravo_002", team="NYK")]
    raw[PLAYER_TABLES[0]][2] |= {"player_name": None}
    outcome = run(raw)
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

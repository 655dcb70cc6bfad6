"""Team codes and ids of games: any text at all, against the reference engine's own reading."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nbaproc.raw.teams import TEAM_IDS, TEAMS, is_unknown, pair_of, team_code, ten_digit_id
from nbaproc.reference import teams as reference
from nbaproc.reference.rekey import _nba_id

SETTINGS = settings(max_examples=200, derandomize=True, database=None, deadline=None)

SPELLINGS = {"BRK": "BKN", "PHO": "PHX", "CHO": "CHA", "GS": "GSW", "SA": "SAS", "NO": "NOP", "NY": "NYK"}
SPELLINGS |= {"UTAH": "UTA", "UTH": "UTA", "WSH": "WAS"}
CODES = st.one_of(
    st.sampled_from([*TEAMS, *SPELLINGS, *(code.lower() for code in TEAMS)]).map(lambda code: f" {code}\t"),
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=5),
)


def codes(texts: list[str | None]) -> list[object]:
    return pl.DataFrame({"c": texts}, schema={"c": pl.String}).select(team_code(pl.col("c"))).to_series().to_list()


def test_the_thirty_teams_and_their_ids():
    assert len(TEAMS) == 30
    assert TEAM_IDS == reference.TEAM_OF_ID
    assert TEAM_IDS[1610612737] == "ATL"
    assert (TEAM_IDS[1610612738], TEAM_IDS[1610612752], TEAM_IDS[1610612766]) == ("BOS", "NYK", "CHA")
    assert codes(list(TEAMS)) == list(TEAMS)


def test_other_spellings():
    assert codes(list(SPELLINGS)) == list(SPELLINGS.values())
    assert codes([f" {code.lower()} " for code in SPELLINGS]) == list(SPELLINGS.values())
    assert codes([None, "", "  ", "est"]) == [None, None, None, "EST"]


@given(st.lists(CODES, min_size=1, max_size=40))
@SETTINGS
def test_any_code_is_read_alike_in_both_engines(texts: list[str]) -> None:
    assert codes(list(texts)) == [reference.team_code(text) for text in texts]
    frame = pl.DataFrame({"c": texts}).select(is_unknown(team_code(pl.col("c"))))
    assert frame.to_series().to_list() == [reference.is_unknown(reference.team_code(text)) for text in texts]


@given(st.sampled_from(TEAMS), st.sampled_from(TEAMS))
@SETTINGS
def test_a_pair_is_the_same_both_ways_and_two_teams(one: str, other: str) -> None:
    frame = pl.select(a=pair_of(pl.lit(one), pl.lit(other)), b=pair_of(pl.lit(other), pl.lit(one)))
    wanted = None if one == other else "".join(sorted((one, other)))
    assert frame.row(0) == (wanted, wanted)


@given(st.one_of(st.none(), st.text("0012٣x \n", max_size=12)), st.one_of(st.none(), st.text("02 5", max_size=11)))
@SETTINGS
def test_the_first_id_of_ten_digits(one: str | None, other: str | None) -> None:
    row = {"nba_game_id": one, "game_id": other}
    found = pl.select(ten_digit_id(pl.lit(one, dtype=pl.String), pl.lit(other, dtype=pl.String))).item()
    assert found == _nba_id("nbac_team_boxscore", row)
    for text in (one, other):
        if text is not None and text.strip().isascii() and text.strip().isdigit() and len(text.strip()) == 10:
            assert found is not None or not text.strip().startswith("00")

"""Lookups and keys of names: the printed examples, and any text at all, against the reference engine's own."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nbaproc.raw.match import canonical_names
from nbaproc.raw.names import add_lookups, first_given
from nbaproc.reference.names import lookup_key, name_key

SETTINGS = settings(max_examples=300, derandomize=True, database=None, deadline=None)

KEYS = {
    "Tim Hardaway Jr.": ("timhardawayjr", "timhardaway"),
    "Robert Williams III": ("robertwilliamsiii", "robertwilliams"),
    "Kelly Oubre Junior": ("kellyoubrejr", "kellyoubre"),
    "Ken Griffey Senior": ("kengriffeysr", "kengriffey"),
    "Luka Dončić": ("lukadoncic", "lukadoncic"),
    "Alperen Şengün": ("alperensengun", "alperensengun"),
    "Dennis Schröder": ("dennisschroder", "dennisschroder"),
    "Nikola Đurišić": ("nikoladurisic", "nikoladurisic"),
    "Işık Demir": ("isikdemir", "isikdemir"),
    "İlkan Karaman": ("ilkankaraman", "ilkankaraman"),
    "P.J. Washington": ("pjwashington", "pjwashington"),
    "Karl-Anthony Towns": ("karlanthonytowns", "karlanthonytowns"),
    "12 D'Angelo Russell": ("dangelorussell", "dangelorussell"),
    "Søren Łukasz Weiß": ("sorenlukaszweiss", "sorenlukaszweiss"),
    "Gary Payton II .": ("garypaytonii", "garypayton"),
    "Jr.": ("jr", "jr"),
    "Junior": ("jr", "jr"),
    "Junior Bridgeman": ("juniorbridgeman", "juniorbridgeman"),
    " 1 2 V": ("v", "v"),
    "12 .": ("", ""),
    "": ("", ""),
    "李明": ("", ""),
    "ﬁn Ⅳ": ("finiv", "fin"),
    "José\u00a0Barea\u3000II": ("josebareaii", "josebarea"),
    "9lives": ("lives", "lives"),
    "r9d9 8": ("r9d98", "r9d98"),
}

#: Characters as Python knows them: what a newer Unicode adds has no normal form here.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cn", "Co"])
LETTERS = st.sampled_from("aàáâãäåāăąćčđďéęěğíîïıİłńňñóôöőøřśšßţťúûüůžźżÆæ ÐðÞþĦħŒœŠŽ.'’-,1290\t\u00a0\u2003JRSVIjrsvi")
WORDS = st.sampled_from(["Jr", "Jr.", "Sr", "II", "III", "IV", "V", "Junior", "SENIOR", "junior", "12", "O'Neal", "."])
NAMES = st.one_of(
    st.text(CHARACTERS, max_size=20),
    st.text(LETTERS, max_size=20),
    st.lists(st.one_of(WORDS, st.text(LETTERS, max_size=6)), max_size=4).map(" ".join),
)


def keys(names: list[str | None]) -> list[tuple[object, object]]:
    frame = pl.DataFrame({"name": names}, schema={"name": pl.String})
    return add_lookups(frame, "name", "lookup", "key").select("lookup", "key").rows()


@pytest.mark.parametrize("name", KEYS)
def test_keys(name):
    assert keys([name]) == [KEYS[name]]
    assert (lookup_key(name), name_key(name)) == KEYS[name]


def test_no_name_has_no_key_and_rows_keep_their_order():
    assert keys(["B b", None, "A a", "B b"]) == [("bb", "bb"), (None, None), ("aa", "aa"), ("bb", "bb")]


@given(st.lists(NAMES, min_size=1, max_size=30))
@example(["\x1c12 Abc", "12\x1fAbc", "Abc\x1cJr.", "a\x1d b", "\x85Abc", "Abc\u2028II"])
@SETTINGS
def test_any_text_has_the_same_keys_in_both_engines(names: list[str]) -> None:
    assert keys(list(names)) == [(lookup_key(name), name_key(name)) for name in names]


@given(NAMES)
@SETTINGS
def test_a_lookup_has_plain_letters_and_digits_only(name: str) -> None:
    ((lookup, key),) = keys([name])
    assert set(str(lookup)) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert str(lookup).startswith(str(key))


def test_every_character_of_unicode_alone_and_after_a_letter():
    """In the version of Unicode that Python has; the other engine may know more characters, none of these otherwise."""
    characters = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) not in ("Cs", "Cn", "Co")]
    names = [f"a{c}1 b{c}" for c in characters]
    frame = pl.DataFrame({"name": names})
    made = add_lookups(frame, "name", "lookup").select("name", "lookup").rows()
    differ = [(hex(ord(name[1])), lookup, lookup_key(name)) for name, lookup in made if lookup != lookup_key(name)]
    assert not differ


def test_the_first_text_that_is_given():
    frame = pl.DataFrame({"a": ["x", " ", None, None, " y "], "b": ["z", "z", "z", " ", "z"]})
    assert frame.select(first_given(pl.col("a"), pl.col("b"))).to_series().to_list() == ["x", "z", "z", "", " y "]


def test_the_smallest_canonical_of_every_active_alias():
    aliases = pl.DataFrame(
        {
            "alias_lookup": ["a", "a", "a", "b", "c"],
            "nba_canonical_lookup": ["z", "y", "x", "w", "v"],
            "is_active": [True, None, False, False, None],
        }
    )
    assert sorted(canonical_names(aliases).rows()) == [("a", "y"), ("c", "v")]

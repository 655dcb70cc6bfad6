"""The thirty teams, their codes and the league's numbers for them (game summaries 1.1)."""

from __future__ import annotations

from functools import lru_cache

from nbaproc.reference.texts import stripped

#: Other spellings of the codes.
SPELLINGS = {
    "BRK": "BKN",
    "PHO": "PHX",
    "CHO": "CHA",
    "GS": "GSW",
    "SA": "SAS",
    "NO": "NOP",
    "NY": "NYK",
    "UTAH": "UTA",
    "UTH": "UTA",
    "WSH": "WAS",
}

_FIRST_ID = 1610612737
_IN_ORDER_OF_ID = (
    *("ATL", "BOS", "CLE", "NOP", "CHI", "DAL", "DEN", "GSW", "HOU", "LAC"),
    *("LAL", "MIA", "MIL", "MIN", "BKN", "NYK", "ORL", "IND", "PHI", "PHX"),
    *("POR", "SAC", "SAS", "OKC", "TOR", "UTA", "MEM", "WAS", "DET", "CHA"),
)

#: Team codes by the league's team id.
TEAM_OF_ID = {_FIRST_ID + number: code for number, code in enumerate(_IN_ORDER_OF_ID)}
#: The thirty codes.
TEAMS = frozenset(_IN_ORDER_OF_ID)

#: Two team codes in alphabetical order.
Pair = tuple[str, str]


@lru_cache(maxsize=10_000)
def team_code(text: str | None) -> str | None:
    """Clean a team code; a blank one is NULL, an unknown one comes back as it is.

    >>> team_code(" pho "), team_code("utah"), team_code("BOS"), team_code("EST"), team_code(" ")
    ('PHX', 'UTA', 'BOS', 'EST', None)
    """
    code = stripped(text).upper()
    return SPELLINGS.get(code, code) or None


def is_unknown(code: str | None) -> bool:
    """Whether a code is given that is none of the thirty."""
    return code is not None and code not in TEAMS


def known_team(text: str | None) -> str | None:
    """Clean a team code and return it only if it is one of the thirty."""
    code = team_code(text)
    return code if code in TEAMS else None


def pair_of(one: str, other: str) -> Pair:
    """Return two codes as an unordered pair."""
    return (one, other) if one < other else (other, one)

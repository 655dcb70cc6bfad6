"""Team codes, team ids and game ids."""

from __future__ import annotations

import polars as pl

#: NBA team id minus `FIRST_TEAM_ID`, in order.
# fmt: off
TEAMS_BY_ID = (
    "ATL", "BOS", "CLE", "NOP", "CHI", "DAL", "DEN", "GSW", "HOU", "LAC", "LAL", "MIA", "MIL", "MIN", "BKN",
    "NYK", "ORL", "IND", "PHI", "PHX", "POR", "SAC", "SAS", "OKC", "TOR", "UTA", "MEM", "WAS", "DET", "CHA",
)
# fmt: on
FIRST_TEAM_ID = 1610612737
TEAM_IDS = {FIRST_TEAM_ID + offset: code for offset, code in enumerate(TEAMS_BY_ID)}
TEAMS = tuple(sorted(TEAMS_BY_ID))

#: Full names in capitals, as game books and odds feeds write them.
TEAM_NAMES = {
    "ATLANTA HAWKS": "ATL",
    "BOSTON CELTICS": "BOS",
    "BROOKLYN NETS": "BKN",
    "CHARLOTTE HORNETS": "CHA",
    "CHICAGO BULLS": "CHI",
    "CLEVELAND CAVALIERS": "CLE",
    "DALLAS MAVERICKS": "DAL",
    "DENVER NUGGETS": "DEN",
    "DETROIT PISTONS": "DET",
    "GOLDEN STATE WARRIORS": "GSW",
    "HOUSTON ROCKETS": "HOU",
    "INDIANA PACERS": "IND",
    "LA CLIPPERS": "LAC",
    "LOS ANGELES CLIPPERS": "LAC",
    "LOS ANGELES LAKERS": "LAL",
    "MEMPHIS GRIZZLIES": "MEM",
    "MIAMI HEAT": "MIA",
    "MILWAUKEE BUCKS": "MIL",
    "MINNESOTA TIMBERWOLVES": "MIN",
    "NEW ORLEANS PELICANS": "NOP",
    "NEW YORK KNICKS": "NYK",
    "OKLAHOMA CITY THUNDER": "OKC",
    "ORLANDO MAGIC": "ORL",
    "PHILADELPHIA 76ERS": "PHI",
    "PHOENIX SUNS": "PHX",
    "PORTLAND TRAIL BLAZERS": "POR",
    "SACRAMENTO KINGS": "SAC",
    "SAN ANTONIO SPURS": "SAS",
    "TORONTO RAPTORS": "TOR",
    "UTAH JAZZ": "UTA",
    "WASHINGTON WIZARDS": "WAS",
}

#: Codes other sources use for the same teams.
OTHER_CODES = {
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

TEN_DIGITS = r"^00[0-9]{8}$"
CANONICAL = r"^[0-9]{8}_[A-Z]{3}_[A-Z]{3}$"

#: Game-id prefixes that are in scope, and what they stand for.
KINDS = {"002": "regular", "004": "playoff", "005": "play_in"}


def team_code(code: pl.Expr) -> pl.Expr:
    """Return a code stripped, in capitals and under the project's spelling; a blank one is NULL.

    >>> pl.select(team_code(pl.lit(" pho "))).item()
    'PHX'
    """
    text = code.str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text.replace(OTHER_CODES))


def is_unknown(code: pl.Expr) -> pl.Expr:
    """Return whether a code of `team_code` is given but is none of the 30 teams."""
    return code.is_not_null() & ~code.is_in(TEAMS)


def pair_of(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return a text that is the same for both orders of two codes; NULL unless both are given and differ.

    >>> pl.select(pair_of(pl.lit("NYK"), pl.lit("BOS"))).item()
    'BOSNYK'
    """
    return pl.when(one != other).then(pl.when(one < other).then(one + other).otherwise(other + one))


def ten_digit_id(*ids: pl.Expr) -> pl.Expr:
    """Return the first of some ids that is an NBA id of ten digits, else NULL."""
    texts = [i.str.strip_chars() for i in ids]
    return pl.coalesce(*(pl.when(t.str.contains(TEN_DIGITS)).then(t) for t in texts))

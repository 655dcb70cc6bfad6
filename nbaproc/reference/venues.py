"""Venues: where a game is played, and how far it is from one arena to another (upcoming context 1.5 and 5)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from nbaproc.reference.texts import stripped

#: Further cities an arena is said to lie in, in lower case.
OTHER_CITIES = {"LAC": ("inglewood",)}

#: Miles and time zones between two arenas; both NULL if one of them is not known.
Leg = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Venue:
    """What the schedule says of the place of a game.

    Attributes:
        is_neutral: Said to be neither team's home.
        arena: Name of the arena.
        city: Its city, possibly with the state or country behind a comma.
        zone: Its time zone.
    """

    is_neutral: bool | None = None
    arena: str | None = None
    city: str | None = None
    zone: str | None = None


#: A place of which the schedule says nothing.
NOWHERE = Venue()


@dataclass(frozen=True, slots=True)
class Arena:
    """The home of a team, names in lower case."""

    team: str
    name: str
    city: str
    zone: str


@cache
def arenas() -> dict[str, Arena]:
    """Return the thirty arenas by team."""
    return {
        row["team_abbr"]: Arena(row["team_abbr"], row["arena_name"].lower(), row["city"].lower(), row["timezone"])
        for row in _rows("team_locations.csv")
    }


def is_off_site(home: str, venue: Venue) -> bool:
    """Whether a game is played away from the home team's arena: it is said to be, or its city is another.

    >>> is_off_site("SAS", Venue(city="Austin, TX")), is_off_site("LAC", Venue(city="Inglewood"))
    (True, False)
    """
    if venue.is_neutral:
        return True
    city = stripped((venue.city or "").split(",")[0]).lower()
    return bool(city) and city != arenas()[home].city and city not in OTHER_CITIES.get(home, ())


def location_of(home: str, venue: Venue) -> str | None:
    """Return the team in whose arena a game is played, the home team's unless it is off-site; NULL if unknown.

    >>> location_of("LAC", Venue(arena="Crypto.com Arena")), location_of("ATL", Venue(city="Paris"))
    ('LAC', None)
    """
    if not is_off_site(home, venue):
        return home
    name = stripped(venue.arena).lower()
    return min((arena.team for arena in arenas().values() if name and arena.name == name), default=None)


def leg(start: str | None, end: str | None) -> Leg:
    """Return the way from one arena to another.

    >>> leg("LAL", "BOS"), leg("MIN", "NOP"), leg("LAL", "LAL"), leg("LAL", None)
    ((2592, 3), (1053, 0), (0, 0), (None, None))
    """
    if start is None or end is None:
        return (None, None)
    return (0, 0) if start == end else distances()[start, end]


@cache
def distances() -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return miles and time zones of every ordered pair of arenas."""
    return {
        (row["from_team"], row["to_team"]): (int(row["distance_miles"]), int(row["time_zones_crossed"]))
        for row in _rows("travel_distances.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("nbaproc").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

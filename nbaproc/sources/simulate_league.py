"""The people of the simulated league: teams, players, and what becomes of the rosters from year to year.

The history starts in `FOUNDED` and is walked forward year by year, so the rosters of a season depend on the seed and on
nothing else. Chance comes from `random.Random.random` alone, whose values are the same on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

#: The first season of the league.
FOUNDED = 2000

#: Swaps of two players on the deadline day of a season, and in a summer.
TRADES, SUMMER_MOVES = 12, 55

Item = TypeVar("Item")


class Team(NamedTuple):
    """Where a team plays at home."""

    city: str
    arena: str
    zone: str


class Player(NamedTuple):
    """A player; `skill` is 0 to 99, `size` (guard to centre) and `touch` (of the shot) are 0 to 9."""

    nba_id: int
    name: str
    lookup: str
    skill: int
    size: int
    touch: int
    first_season: int
    last_season: int


Rosters = dict[str, list[Player]]

_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "AZ": "America/Phoenix",
    "PT": "America/Los_Angeles",
}

# Division by division, the eastern conference first.
_TEAMS = """
BOS ET Boston, TD Garden; BKN ET Brooklyn, Barclays Center; NYK ET New York, Madison Square Garden;
PHI ET Philadelphia, Wells Fargo Center; TOR ET Toronto, Scotiabank Arena;
CHI CT Chicago, United Center; CLE ET Cleveland, Rocket Mortgage FieldHouse;
DET ET Detroit, Little Caesars Arena; IND ET Indianapolis, Gainbridge Fieldhouse;
MIL CT Milwaukee, Fiserv Forum;
ATL ET Atlanta, State Farm Arena; CHA ET Charlotte, Spectrum Center; MIA ET Miami, Kaseya Center;
ORL ET Orlando, Kia Center; WAS ET Washington, Capital One Arena;
DEN MT Denver, Ball Arena; MIN CT Minneapolis, Target Center; OKC CT Oklahoma City, Paycom Center;
POR PT Portland, Moda Center; UTA MT Salt Lake City, Delta Center;
GSW PT San Francisco, Chase Center; LAC PT Los Angeles, Crypto.com Arena; LAL PT Los Angeles, Crypto.com Arena;
PHX AZ Phoenix, Footprint Center; SAC PT Sacramento, Golden 1 Center;
DAL CT Dallas, American Airlines Center; HOU CT Houston, Toyota Center; MEM CT Memphis, FedExForum;
NOP CT New Orleans, Smoothie King Center; SAS CT San Antonio, Frost Bank Center
"""


def _team(line: str) -> tuple[str, Team]:
    head, arena = line.strip().split(", ")
    code, zone, city = head.split(" ", 2)
    return code, Team(city, arena, _ZONES[zone])


#: Every team by its code; five in a row are a division, the first fifteen the eastern conference.
TEAMS = dict(_team(line) for line in _TEAMS.split(";"))
CONFERENCES = (list(TEAMS)[:15], list(TEAMS)[15:])

# Given names; beginnings and ends of surnames; given names and surnames from elsewhere.
_NAMES = (
    "Aaron Amir Andre Anton Brandon Caleb Cameron Cedric Corey Damon Darius Dashawn Derek Devin Dominic Elijah Emeka "
    "Ethan Gabriel Gavin Isaiah Ivan Jalen Jamal Jared Javon Jonah Jordan Julian Kendall Khalil Landon Malik Marcus "
    "Marko Miles Nathan Omar Quentin Rashad Reggie Roman Saddiq Terrell Theo Trevon Tyrese Victor Xavier Zaire",
    "Ald Bram Cald Dray Ells Fenn Garr Hald Ives Jarr Kell Lorn Marl Nors Orm Pell Quill Rav Stav Ulv Var Wex Zell",
    "abrook acre aford amoor ander asby astone away awick emont endale erley ingham isle olt over owell umber und",
    "Łuvan Örvar Théod Đorvan Işan Çelin Ramón Žarko Åskel Nuño",
    "Šarenkić Kökdal Dürrvang Bjølsen Gonçalmo Weißkamer Żuravec Peñalvo Răduvan Đukasić Tırmaz Évrault",
)
_FIRST, _HEADS, _TAILS, _FIRST_ABROAD, _LAST_ABROAD = (names.split() for names in _NAMES)
_LAST = [head + tail for head in _HEADS for tail in _TAILS]
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss"})


def below(rng: Random, count: int) -> int:
    """Return a whole number from 0 to `count` - 1."""
    return int(rng.random() * count)


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """Return one of the items."""
    return items[below(rng, len(items))]


def shuffled(rng: Random, items: Sequence[Item]) -> list[Item]:
    """Return the items in an order of chance."""
    mixed = list(items)
    for last in range(len(mixed) - 1, 0, -1):
        other = below(rng, last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed


def lookup(name: str) -> str:
    """Return the normalised name.

    >>> lookup("D'Andre Peñalvo-Weißkamer Jr.")
    'dandrepenalvoweisskamerjr'
    """
    plain = unicodedata.normalize("NFKD", name).lower().translate(_LETTERS)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def _name(rng: Random) -> tuple[str, str]:
    """Return a name and its suffix, which is mostly empty."""
    first, last, kind = pick(rng, _FIRST), pick(rng, _LAST), below(rng, 100)
    if kind < 5:
        last = pick(rng, _LAST_ABROAD)
    elif kind < 8:
        first, last = pick(rng, _FIRST_ABROAD), pick(rng, _LAST_ABROAD)
    elif kind < 11:
        last = f"{last}-{pick(rng, _LAST)}"
    elif kind < 14:
        last = f"O'{last}"
    elif kind < 17:
        first = f"D'{first}"
    suffix = {17: " III", 18: " II"}.get(kind, " Jr." if 18 < kind < 23 else "")
    return f"{first} {last}", suffix


def _rookie(rng: Random, year: int, names: set[str]) -> Player:
    """Return a new player whose name nobody had before, suffixes apart."""
    name, suffix = _name(rng)
    while lookup(name) in names:
        name, suffix = _name(rng)
    names.add(lookup(name))
    full, seasons = name + suffix, int(rng.random() * rng.random() * 18)
    skill, size, touch = below(rng, 100), below(rng, 10), below(rng, 10)
    return Player(1700000 + len(names), full, lookup(full), skill, size, touch, year, year + seasons)


def _swap(rng: Random, rosters: Rosters, count: int) -> Rosters:
    """Return the rosters after that many swaps of one player for another."""
    codes = list(rosters)
    swapped = {code: list(players) for code, players in rosters.items()}
    for _ in range(count):
        here = below(rng, len(codes))
        there = (here + 1 + below(rng, len(codes) - 1)) % len(codes)
        left, right = swapped[codes[here]], swapped[codes[there]]
        one, other = below(rng, len(left)), below(rng, len(right))
        left[one], right[other] = right[other], left[one]
    return swapped


def rosters_of(seed: int, season_year: int) -> tuple[Rosters, Rosters]:
    """Return the rosters of a season, before and after its trading deadline.

    Raises:
        ValueError: The season lies before the league's first.
    """
    if season_year < FOUNDED:
        raise ValueError(f"season {season_year}: the simulated league starts in {FOUNDED}")
    names: set[str] = set()
    rng = Random(f"{seed} founding")
    traded = {code: [_rookie(rng, FOUNDED, names) for _ in range(14 + i % 4)] for i, code in enumerate(TEAMS)}
    opening = traded
    for year in range(FOUNDED, season_year + 1):
        rng = Random(f"{seed} summer {year}")
        opening = {
            code: [p if p.last_season >= year else _rookie(rng, year, names) for p in players]
            for code, players in _swap(rng, traded, SUMMER_MOVES).items()
        }
        traded = _swap(Random(f"{seed} deadline {year}"), opening, TRADES)
    return opening, traded


class Absence(NamedTuple):
    """Days, counted from the opener, on which a player is not available."""

    first: int
    last: int
    reason: str


#: What ails players, as injury reports print it.
AILMENTS = (
    "Left Knee; Soreness",
    "Right Ankle; Sprain",
    "Lower Back; Tightness",
    "Left Hamstring; Strain",
    "Right Wrist; Contusion",
    "Illness; Illness",
)


def absences_of(seed: int, season_year: int, player: Player) -> list[Absence]:
    """Return the absences of a player in a season: mostly ailments, now and then something else."""
    rng = Random(f"{seed} absences {season_year} {player.nba_id}")
    absences = []
    for _ in range(below(rng, 5)):
        first, length = below(rng, 260) - 14, int(rng.random() * rng.random() * 45)
        reason = "" if below(rng, 12) == 0 else f"Injury/Illness - {pick(rng, AILMENTS)}"
        absences.append(Absence(first, first + length, reason))
    return absences

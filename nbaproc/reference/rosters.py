"""Team rosters: who was on the last one before a date, and how old a player is (upcoming context 2.1 and 2.11)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from nbaproc.reference.names import lookup_key
from nbaproc.reference.order import largest, smallest
from nbaproc.reference.raw_rows import RawRow, day, maybe_day, text, whole
from nbaproc.reference.registry import Registry
from nbaproc.reference.teams import known_team

#: Days after which a roster is too old to say who belongs to a team.
OLDEST = 90


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A player on a roster."""

    roster_date: date
    hour: int | None
    team: str
    born: date | None
    age: int | None


class Rosters:
    """All roster rows by team and by player; names are those history is filed under."""

    def __init__(self, rows: Iterable[RawRow], registry: Registry) -> None:
        self._names: dict[str, dict[date, set[str]]] = {}
        self._of_player: dict[str, list[RosterRow]] = {}
        for row in rows:
            team, of_date = known_team(text(row, "team_abbr")), day(row, "roster_date")
            lookup = lookup_key(text(row, "player_lookup") or "")
            if team is None or not lookup:
                continue
            lookup = registry.registered(lookup)
            found = RosterRow(of_date, whole(row, "scrape_hour"), team, maybe_day(row, "birth_date"), whole(row, "age"))
            self._names.setdefault(team, {}).setdefault(of_date, set()).add(lookup)
            self._of_player.setdefault(lookup, []).append(found)
        self._dates = {team: sorted(by_date) for team, by_date in self._names.items()}
        for of_player in self._of_player.values():
            of_player.sort(key=_newest)

    def latest(self, team: str, of_date: date) -> tuple[date, set[str]] | None:
        """Return date and names of the last roster of a team in the 90 days to a date, that day's included."""
        dates = self._dates.get(team, [])
        before = bisect_right(dates, of_date)
        if not before or dates[before - 1] < of_date - timedelta(days=OLDEST):
            return None
        newest = dates[before - 1]
        return newest, self._names[team][newest]

    def birth_of(self, lookup: str) -> date | None:
        """Return when a player was born, by his newest row that says it, whenever that was written."""
        return next((row.born for row in self._of_player.get(lookup, []) if row.born is not None), None)

    def age_of(self, lookup: str, of_date: date) -> int | None:
        """Return the printed age of a player's newest row that is not after a date."""
        return next((row.age for row in self._of_player.get(lookup, []) if row.roster_date <= of_date), None)


@dataclass(frozen=True, slots=True)
class Age:
    """A player's age in years, and whether a roster gave it."""

    years: int | None
    is_of_roster: bool


def age_at(of_date: date, lookup: str, universal_id: str | None, rosters: Rosters, registry: Registry) -> Age:
    """Return the age of a player: by a roster's date of birth, else its printed age, else the registry."""
    born = rosters.birth_of(lookup)
    if born is not None:
        years = full_years(born, of_date)
        return Age(years, years is not None)
    printed = rosters.age_of(lookup, of_date)
    if printed is not None:
        return Age(printed, True)
    registered = registry.birth_of(universal_id) if universal_id is not None else None
    return Age(full_years(registered, of_date) if registered is not None else None, False)


def full_years(born: date, of_date: date) -> int | None:
    """Return the full years from a birth to a date; NULL for a birth in a later year or later in the year.

    >>> full_years(date(1999, 1, 5), date(2024, 1, 3)), full_years(date(2000, 2, 29), date(2023, 3, 1))
    (24, 23)
    """
    years = of_date.year - born.year - ((of_date.month, of_date.day) < (born.month, born.day))
    return years if years >= 0 else None


def _newest(row: RosterRow) -> tuple[object, ...]:
    born = row.born.toordinal() if row.born is not None else None
    return (-row.roster_date.toordinal(), largest(row.hour), row.team, smallest(born), smallest(row.age))

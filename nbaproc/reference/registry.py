"""The player registry and the aliases of names, indexed (game summaries 11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nbaproc.reference.raw_rows import RawRow, flag, maybe_day, text, whole
from nbaproc.reference.teams import known_team


@dataclass(frozen=True, slots=True)
class Entry:
    """A registry row: a person in a season with a team.

    Attributes:
        lookup: Normalised name.
        universal_id: The project's id of the person.
        season: Season as text, `2021-22`.
        team: Team code, NULL if it is none of the thirty.
        person_id: The league's number of the person.
        born: Date of birth.
    """

    lookup: str
    universal_id: str | None
    season: str | None
    team: str | None
    person_id: int | None
    born: date | None = None


class Registry:
    """All registry rows by name and by person, and the active aliases."""

    def __init__(self, rows: Iterable[RawRow], aliases: Iterable[RawRow]) -> None:
        self.by_lookup: dict[str, list[Entry]] = {}
        self.by_person: dict[int, list[Entry]] = {}
        self.by_universal_id: dict[str, list[Entry]] = {}
        #: Canonical lookup by alias; several for one alias: the smallest.
        self.aliases: dict[str, str] = {}
        for row in rows:
            entry = Entry(
                lookup=text(row, "player_lookup") or "",
                universal_id=text(row, "universal_player_id"),
                season=text(row, "season"),
                team=known_team(text(row, "team_abbr")),
                person_id=whole(row, "nba_player_id"),
                born=maybe_day(row, "birth_date"),
            )
            self.by_lookup.setdefault(entry.lookup, []).append(entry)
            if entry.universal_id is not None:
                self.by_universal_id.setdefault(entry.universal_id, []).append(entry)
            if entry.person_id is not None:
                self.by_person.setdefault(entry.person_id, []).append(entry)
        for row in aliases:
            alias, canonical = text(row, "alias_lookup"), text(row, "nba_canonical_lookup")
            if flag(row, "is_active") is not False and alias is not None and canonical is not None:
                self.aliases[alias] = min(canonical, self.aliases.get(alias, canonical))

    def team_of(self, lookup: str, season: str, teams: tuple[str, str]) -> str | None:
        """Return the one of two teams the player was registered with in a season; NULL if none or both."""
        found = {
            entry.team
            for entry in self.by_lookup.get(lookup, [])
            if entry.season == season and entry.team is not None and entry.team in teams
        }
        return found.pop() if len(found) == 1 else None

    def name_of(self, person_id: int) -> str | None:
        """Return the smallest lookup a person is registered under."""
        return min((entry.lookup for entry in self.by_person.get(person_id, [])), default=None)

    def registered(self, lookup: str) -> str:
        """Return a lookup if the registry has it, else the one its alias stands for if the registry has that."""
        canonical = self.aliases.get(lookup)
        if lookup not in self.by_lookup and canonical in self.by_lookup:
            return canonical
        return lookup

    def birth_of(self, universal_id: str) -> date | None:
        """Return when a person was born, by the latest season that says it; of several dates the earliest."""
        dated = [(entry.season or "", entry.born) for entry in self.by_universal_id.get(universal_id, [])]
        known = [(season, born) for season, born in dated if born is not None]
        latest_season = max((season for season, _ in known), default="")
        return min((born for season, born in known if season == latest_season), default=None)

"""Which person of the registry a player row is about (game summaries 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbaproc.reference.registry import Entry, Registry


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of a person, NULL if the registry does not know him, and whether the name alone meant several."""

    universal_player_id: str | None
    is_ambiguous: bool = False


class Identities:
    """Resolves player rows; every distinct question is answered once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[tuple[str, int | None, str, str], Identity] = {}

    def resolve(self, lookup: str, person_id: int | None, team: str, season: str) -> Identity:
        """Find the person: by his number, else by his name, else by the name his alias stands for."""
        question = (lookup, person_id, team, season)
        if question not in self._known:
            self._known[question] = self._search(lookup, person_id, team, season)
        return self._known[question]

    def _search(self, lookup: str, person_id: int | None, team: str, season: str) -> Identity:
        if person_id is not None:
            same_person = _identified(self._registry.by_person.get(person_id, []))
            if same_person:
                return Identity(_choose(same_person, team, season))
        names = [lookup]
        if lookup in self._registry.aliases:
            names.append(self._registry.aliases[lookup])
        for name in names:
            same_name = [
                entry
                for entry in _identified(self._registry.by_lookup.get(name, []))
                if person_id is None or entry.person_id is None or entry.person_id == person_id
            ]
            if same_name:
                several = len({entry.universal_id for entry in same_name}) > 1
                return Identity(_choose(same_name, team, season), is_ambiguous=several)
        return Identity(None)


def _identified(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.universal_id is not None]


def _choose(entries: list[Entry], team: str, season: str) -> str | None:
    """Choose one id: of this season and team, else of this season, else of the latest season; then the smallest."""
    of_season = [entry for entry in entries if entry.season == season]
    of_team = [entry for entry in of_season if entry.team == team]
    latest_season = max((entry.season for entry in entries if entry.season is not None), default=None)
    of_latest = [entry for entry in entries if entry.season == latest_season]
    chosen = of_team or of_season or of_latest
    return min(entry.universal_id for entry in chosen if entry.universal_id is not None)

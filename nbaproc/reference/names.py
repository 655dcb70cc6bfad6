"""Player names: lookup keys, and the ladder that attaches a foreign name to a player row (game summaries 1.4, 1.5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from nbaproc.reference.texts import WHITE_SPACE
from nbaproc.reference.texts import words as split

SUFFIXES = ("jr", "sr", "ii", "iii", "iv", "v")

_LEADING = re.compile(f"[0-9{WHITE_SPACE}]+")
_FOREIGN = re.compile(r"[^a-z0-9]")
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss"})


@lru_cache(maxsize=100_000)
def name_words(name: str) -> tuple[str, ...]:
    """Split a name into plain lower-case words of a-z and 0-9, the suffix abbreviated.

    >>> name_words("12 Kelly Oubre Junior")
    ('kelly', 'oubre', 'jr')
    """
    jersey = _LEADING.match(name)
    if jersey:
        name = name[jersey.end() :]
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    words = [_FOREIGN.sub("", word) for word in split(plain.lower().translate(_LETTERS))]
    words = [word for word in words if word]
    if words:
        words[-1] = {"junior": "jr", "senior": "sr"}.get(words[-1], words[-1])
    return tuple(words)


def lookup_key(name: str) -> str:
    """Return LK, the `player_lookup` of a name; suffixes stay.

    >>> lookup_key("Luka Dončić"), lookup_key("Tim Hardaway Jr."), lookup_key("Nikola Đurišić"), lookup_key("...")
    ('lukadoncic', 'timhardawayjr', 'nikoladurisic', '')
    """
    return "".join(name_words(name))


def name_key(name: str) -> str:
    """Return NK, the key for matching only: LK without a suffix.

    >>> name_key("Tim Hardaway Jr."), name_key("Robert Williams III"), name_key("Jr."), name_key("Luka Dončić")
    ('timhardaway', 'robertwilliams', 'jr', 'lukadoncic')
    """
    words = name_words(name)
    if len(words) >= 2 and words[-1] in SUFFIXES:
        words = words[:-1]
    return "".join(words)


class Named(Protocol):
    """A player a foreign name may mean."""

    @property
    def lookup(self) -> str:
        """His `player_lookup`, LK of his name."""

    @property
    def name_key(self) -> str:
        """NK of his name."""

    @property
    def team(self) -> str:
        """Code of his team."""


Player = TypeVar("Player", bound=Named)


class Ladder(Generic[Player]):
    """The players a foreign name may mean, and the three steps that find the one it does.

    A step counts only if exactly one candidate meets it; otherwise the next step is tried.
    """

    def __init__(self, candidates: Iterable[Player], aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._by_lookup: dict[tuple[str | None, str], list[Player]] = {}
        self._by_name: dict[tuple[str | None, str], list[Player]] = {}
        self._by_alias: dict[tuple[str | None, str], list[Player]] = {}
        for player in candidates:
            for team in (player.team, None):
                self._by_lookup.setdefault((team, player.lookup), []).append(player)
                self._by_name.setdefault((team, player.name_key), []).append(player)
                self._by_alias.setdefault((team, self._canonical(player.lookup)), []).append(player)

    def find(self, name: str, team: str | None = None) -> Player | None:
        """Return the one player the name means, among all candidates or those of one team."""
        lookup = lookup_key(name)
        if not lookup:
            return None
        for found in (
            self._by_lookup.get((team, lookup), []),
            self._by_name.get((team, name_key(name)), []),
            self._by_alias.get((team, self._canonical(lookup)), []),
        ):
            if len(found) == 1:
                return found[0]
        return None

    def _canonical(self, lookup: str) -> str:
        return self._aliases.get(lookup, lookup)

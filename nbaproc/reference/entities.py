"""Who a table is about, one after another: the place where a failure gets a name and where somebody is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

from nbaproc.reference.notes import TDGS, TDZA, TOGS, UTGC

T = TypeVar("T")

#: What the rows of a table are made of one by one. Both teams of a game stand or fall together, so that a team table
#: never has half a game; rows of all other tables are of a player.
BY_GAME, BY_TEAM = (TOGS, TDGS, UTGC), (TDZA,)


class Entity(NamedTuple):
    """A game, a team or a player of one table and date."""

    table: str
    of_date: date
    kind: str
    name: str


class EntityError(Exception):
    """The rows of one entity cannot be computed; what went wrong is the cause.

    Attributes:
        entity: The entity.
    """

    def __init__(self, entity: Entity) -> None:
        super().__init__(f"{entity.table}: {entity.kind} {entity.name} of {entity.of_date}")
        self.entity = entity


class Entities:
    """Goes through the entities of the tables of a build.

    Args:
        without: Entities that get no row.

    Attributes:
        at: The entity that is being worked on, if any.
    """

    def __init__(self, without: Collection[Entity] = ()) -> None:
        self._without = frozenset(without)
        self.at: Entity | None = None

    def each(self, table: str, of_date: date, items: Iterable[T], name: Callable[[T], object]) -> Iterator[T]:
        """Return the items of a table that are not left out.

        Args:
            table: The table.
            of_date: Its date.
            items: What the rows are made of.
            name: Returns the player, the team or the game of an item.

        >>> list(Entities([Entity("ml_labels", date.min, "PLAYER", "b")]).each("ml_labels", date.min, "abc", str))
        ['a', 'c']
        """
        kind = "GAME" if table in BY_GAME else "TEAM" if table in BY_TEAM else "PLAYER"
        for item in items:
            entity = Entity(table, of_date, kind, str(name(item)))
            if entity not in self._without:
                self.at = entity
                yield item
                self.at = None

    def rows(self, table: str, of_date: date, rows: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
        """Return the rows of a table, each as that of its entity."""
        column = "game_id" if table in BY_GAME else "team_abbr" if table in BY_TEAM else "player_lookup"
        return self.each(table, of_date, rows, lambda row: row[column])

"""Scenes: each has a date and players of its own, and all of them are computed at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nbaproc.boundary import read_raw
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.raw.schedule import clean_schedule
from nbaproc.run.cells import Ended, judge
from nbaproc.tables import declarations
from tests.tables.precompute.edited import compute_edited, of_date
from tests.tables.precompute.world import DAY, MLFS, Made, season
from tests.tables.store.world import AWAY, HOME, absent, appear, game_id
from tests.tables.upcoming.world import SCHEDULE, Row, World, ago, lookup, pick

FACTS = ("failure_category", "entity_type", "entity_id", "detail", "failure_reason", "can_retry", "occurrences")
#: Days of a scene, from its date on.
SLOT = 3


@dataclass(frozen=True)
class Scene:
    """A date of a world that many scenes share.

    Attributes:
        world: The world.
        edits: What is changed upstream.
        number: Number of the scene: it is part of the names of its players.
        day: The date.
    """

    world: World
    edits: dict[str, dict[str, Row | None]]
    number: int
    day: date

    def name(self, name: str) -> str:
        return f"{name} {self.number}"

    def final(self, away: str = AWAY, home: str = HOME, after: int = 0) -> Scene:
        """A game that is over."""
        self.world.final(away, home, ago(-after, self.day))
        return self

    def game(self, away: str = AWAY, home: str = HOME, after: int = 0, **changes: Any) -> Scene:
        """A game that is not over."""
        self.world.game(away, home, ago(-after, self.day), **changes)
        return self

    def listed(self, *names: str, team: str = AWAY, away: str = AWAY, home: str = HOME, after: int = 0) -> Scene:
        """Players in the book of a game."""
        for name in names:
            self.world.book(self.name(name), team, away, home, day=ago(-after, self.day))
        return self

    def known(self, *names: str) -> Scene:
        """Players with three games of late."""
        for name in names:
            for age in (2, 3, 4):
                self.appear(name, age)
        return self

    def appear(
        self, name: str, age: int = 0, points: int | None = 10, minutes: float | None = 30.0, **rest: Any
    ) -> Scene:
        """A game of a player so many days before; what is past is no game of another scene's schedule."""
        day = ago(age, self.day)
        changes: Row = ({"game_id": f"{day:%Y%m%d}_OLD_{self.number}"} if age > 0 else {}) | rest
        appear(self.world, self.name(name), day, points, minutes, **changes)
        return self

    def at_home(self, name: str, age: int = 0, **changes: object) -> Scene:
        """A game of a player for the home team."""
        values: Row = {"team": HOME, "opponent": AWAY, "home_game": True, "game_id": game_id(ago(age, self.day))}
        appear(self.world, self.name(name), ago(age, self.day), **(values | changes))
        return self

    def absent(self, name: str, age: int = 0) -> Scene:
        absent(self.world, self.name(name), ago(age, self.day))
        return self

    def edit(self, table: str, name: str, changes: Row | None) -> Scene:
        """Change a row of a player upstream, or take it out."""
        self.edits.setdefault(table, {})[of_date(lookup(self.name(name)), self.day)] = changes
        return self


Play = Callable[[Scene], object]


@dataclass
class Scenes:
    """The scenes of a test module, in order.

    Attributes:
        slots: Date and further dates of each scene.
        given: Rows that all scenes share.
    """

    given: Callable[[World], object]
    slots: dict[Play, tuple[date, ...]] = field(default_factory=dict)
    _made: dict[str, tuple[Made, dict[date, Ended]]] = field(default_factory=dict)

    def on(self, day: date | None = None, *, after: int | None = None) -> Callable[[Play], Play]:
        """Enter a scene: on a date, or on the next free one; and on a later date as well."""

        def enter(play: Play) -> Play:
            first = day or ago(-SLOT * len(self.slots), DAY)
            self.slots[play] = (first,) if after is None else (first, ago(-after, first))
            return play

        return enter

    def seen(self, engine: str, play: Play) -> Seen:
        """What came of a scene."""
        if engine not in self._made:
            self._made[engine] = self._compute(engine)
        made, cells = self._made[engine]
        return Seen(made, cells, self.slots[play], [*self.slots].index(play))

    def _compute(self, engine: str) -> tuple[Made, dict[date, Ended]]:
        world = season()
        edits: dict[str, dict[str, Row | None]] = {}
        self.given(world)
        for number, (play, days) in enumerate(self.slots.items()):
            play(Scene(world, edits, number, days[0]))
        dates = sorted({day for days in self.slots.values() for day in days})
        made = compute_edited(engine, world, edits, [MLFS], days=dates)
        return made, cells_of(made, world, *dates)


@dataclass(frozen=True)
class Seen:
    """What came of a scene, with the names it uses itself."""

    made: Made
    cells: Mapping[date, Ended]
    days: tuple[date, ...]
    number: int

    @property
    def day(self) -> date:
        return self.days[0]

    def own(self, entity: str) -> str | None:
        """The scene's own name of a player, NULL for somebody of another scene."""
        found = re.fullmatch(rf"([a-z]+){self.number}", entity)
        return found.group(1) if found else None

    def rows(self, day: date | None = None) -> dict[str, Row]:
        found = self.made.rows(MLFS, day or self.day)
        return {own: row for name, row in found.items() if (own := self.own(name))}

    def row(self, name: str, day: date | None = None) -> Row:
        return self.rows(day)[lookup(name)]

    def facts(self, day: date | None = None) -> list[tuple[object, ...]]:
        """The records, of players those of the scene."""
        found = []
        for record in self.made.records(MLFS, day or self.day):
            entity = record["entity_id"]
            name = self.own(entity) if record["entity_type"] == "PLAYER" else entity
            if name is not None:
                found.append(pick(record | {"entity_id": name}, *FACTS))
        return found

    def cell(self, day: date | None = None) -> tuple[str, str]:
        """State and reason of the cell."""
        ended = self.cells[day or self.day]
        return ended.state, ended.reason


def cells_of(made: Made, world: World, *dates: date) -> dict[date, Ended]:
    """How the cells of the store ended, long after the dates."""
    raw, _ = read_raw(RAW_TABLES[SCHEDULE], world.frames()[SCHEDULE])
    tables = {name: table for name, table in declarations().items() if name in made.stage.tables}
    ended = judge(made.stage, tables, dates, clean_schedule(raw), ago(-300, max(dates)))
    return {cell.day: cell for cell in ended if cell.table == MLFS}

"""What goes wrong in real raw data: each mishap changes the raw rows of one game, or of the whole league.

The mishaps are in the modules `mishaps_*`, which enter them here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from tests.tables.league_world import Match, Person, Row, World

DAY = timedelta(days=1)


@dataclass
class Scene:
    """Where a mishap happens.

    Attributes:
        world: The league.
        rng: What to choose by.
        match: A game.
        table: A raw table that has rows of the game; empty for mishaps that need none.
        rows: Those rows.
    """

    world: World
    rng: Random
    match: Match
    table: str
    rows: list[Row]

    def some(self) -> list[Row]:
        """One of the rows, a few, or all."""
        count = self.rng.choice((1, 1, 2, 3, len(self.rows)))
        return self.rng.sample(self.rows, min(count, len(self.rows)))

    def few(self) -> list[Row]:
        """One of the rows, or two or three."""
        return self.some()[:3]

    def remove(self, rows: list[Row]) -> None:
        gone = {id(row) for row in rows}
        self.world.raw[self.table] = [row for row in self.world.raw[self.table] if id(row) not in gone]

    def add(self, *rows: Row) -> None:
        self.world.raw[self.table] += rows

    def loaded(self) -> datetime | None:
        """A time of loading, or none."""
        moment = datetime.combine(self.world.dates[-1], time(9), UTC)
        return self.rng.choice((None, moment, moment + DAY, moment + 2 * DAY))

    def game_id(self, number: int, prefix: str = "002") -> str:
        """Another id of ten digits in the season of the game."""
        return f"{prefix}{self.match.nba_id[3:5]}{number:05d}"

    def canonical(self, away: str, home: str) -> str:
        return f"{self.match.day:%Y%m%d}_{away}_{home}"

    def people(self) -> list[Person]:
        """Everybody who played in the game."""
        return [line.player for lines in self.match.lines.values() for line in lines]


Happening = Callable[[Scene], "bool | None"]

#: By the name of each mishap: the tables of which one must have rows of the game, and what happens.
MISHAPS: dict[str, tuple[tuple[str, ...], Happening]] = {}


def mishap(*tables: str) -> Callable[[Happening], Happening]:
    """Enter a function that changes raw rows; it returns False where it found nothing to change."""

    def enter(happening: Happening) -> Happening:
        MISHAPS[happening.__name__] = (tables, happening)
        return happening

    return enter


def befall(world: World, name: str, rng: Random) -> None:
    """Let a mishap happen to a game it can happen to, if there is one."""
    tables, happening = MISHAPS[name]
    games = [m for m in world.matches if not tables or any(world.of(table, m) for table in tables)]
    for match in rng.sample(games, len(games)):
        table = rng.choice([t for t in tables if world.of(t, match)]) if tables else ""
        scene = Scene(world, rng, match, table, world.of(table, match) if table else [])
        if happening(scene) is not False:
            world.touched.setdefault(name, []).append(match)
            return

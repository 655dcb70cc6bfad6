"""Fifty players of ten teams whose values differ as they do on a full date: one by one made alike by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.tables.precompute.edited import of_date
from tests.tables.precompute.world import DAY, PCF, TDZA, defend, season, shots
from tests.tables.store.world import appear, team_games
from tests.tables.upcoming.world import Row, World, ago, lookup

PAIRS = (("LAL", "DEN"), ("BOS", "MIA"), ("CHI", "UTA"), ("NYK", "TOR"), ("PHX", "CLE"))
TEAMS = tuple(team for pair in PAIRS for team in pair)
OPPONENT = {team: pair[1 - pair.index(team)] for pair in PAIRS for team in pair}
SIZE = 50
Change = Callable[[int], Row]


def man(number: int) -> str:
    return f"Man {number}"


def team_of(number: int) -> str:
    return TEAMS[number % len(TEAMS)]


@dataclass
class Crowd:
    """A world of fifty players, and dates on which some of them are listed.

    Attributes:
        world: The world.
        edits: What is changed upstream.
        days: The dates, by name.
    """

    world: World
    edits: dict[str, dict[str, Row | None]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)

    def date(self, name: str, players: Iterable[int] = range(SIZE), games: int = len(PAIRS)) -> Crowd:
        """The next date, on which some of the players are listed; with fewer games those of the last teams move up."""
        day = self.days[name] = ago(-len(self.days))
        for away, home in PAIRS[:games]:
            self.world.game(away, home, day)
        numbers = list(players)
        for number in numbers:
            team = TEAMS[number % (2 * games)]
            pair = next(pair for pair in PAIRS if team in pair)
            self.world.book(man(number), team, *pair, day=day)
        return self.each(PCF, numbers, factors)

    def each(self, table: str, numbers: Iterable[int], change: Change | None) -> Crowd:
        """Change the rows of players on the newest date; without a change they are not there."""
        day = [*self.days.values()][-1]
        of_table = self.edits.setdefault(table, {})
        for number in numbers:
            key = of_date(lookup(man(number)), day)
            of_table[key] = None if change is None else {**(of_table.get(key) or {}), **change(number)}
        return self

    def defences(self, change: Row) -> Crowd:
        """Change the rows of all defences on the newest date."""
        day = [*self.days.values()][-1]
        self.edits.setdefault(TDZA, {}).update({of_date(team, day): change for team in TEAMS})
        return self


def factors(number: int) -> Row:
    """Factors that differ from one player to the next."""
    return {"fatigue_score": 60 + 2 * (number % 20), "shot_zone_mismatch_score": float(number % 19 - 9)}


def crowd() -> Crowd:
    """Ten games of everybody before the usual date, twenty of his team, fifteen defences of each team."""
    world = season()
    for n, team in enumerate(TEAMS):
        results: list[Row] = [
            {"pace": 95.0 + n, "offensive_rating": 105.0 + 2 * n, "win_flag": k < n + 1} for k in range(10)
        ]
        team_games(world, team, results)
        defend(world, team, [{"rating": 101.0 + 2 * n, "pace": 94.0 + n}] * 15)
    for number in range(SIZE):
        for age in range(2, 12):
            spread = (number % 12) * (1 if age % 2 else -1)
            values = shots((1, 3 + number % 5), (1, 2), (1, 2 + number % 3))
            points, minutes = 17 + number // 2 + spread, 12.0 + ((7 * number) % SIZE) / 2
            team = team_of(number)
            appear(world, man(number), ago(age, DAY), points, minutes, team, OPPONENT[team], **values)
    return Crowd(world)

"""The feature store over the made-up season of the neighbours: players with chosen games, and how a row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from nbaproc.features import FEATURES, LABELS
from tests.tables.precompute.edited import Edits, compute_edited
from tests.tables.precompute.world import DAY, MLFS, Made, compute_tables, season
from tests.tables.upcoming.world import Row, World, ago

LABELS_TABLE = "ml_labels"
COLUMNS = tuple(feature.column for feature in FEATURES)
NAME_OF_CODE = {code: name for name, (code, _) in LABELS.items()}
OPTIONAL = (10, 25, 26, 27, 33)
#: The match of most tests, away team first.
AWAY, HOME = "LAL", "DEN"


def appear(
    world: World,
    name: str,
    day: date,
    points: int | None = 10,
    minutes: float | None = 30.0,
    team: str = AWAY,
    opponent: str = HOME,
    **changes: object,
) -> World:
    """A player's game away from home, with everything that names it."""
    values: Row = {"game_id": game_id(day, team, opponent), "opponent_team_abbr": opponent, "home_game": False}
    return world.play(name, team, day, points, minutes, **(values | changes))


def absent(world: World, name: str, day: date, team: str = AWAY, opponent: str = HOME, **changes: object) -> World:
    """A game in which a player is listed and did not play."""
    return appear(world, name, day, None, None, team, opponent, is_dnp=True, usage_rate=None, **changes)


def game_id(day: date, away: str = AWAY, home: str = HOME) -> str:
    return f"{day:%Y%m%d}_{away}_{home}"


def slate(day: date = DAY, *matches: tuple[str, str]) -> World:
    """A season with an unplayed game of each pair on a date, and a row of team results long ago."""
    world = season(day).offense(AWAY, ago(70, day), None)
    for away, home in matches or ((AWAY, HOME),):
        world.game(away, home, day)
    return world


def enter(
    world: World,
    name: str,
    games: Iterable[Row],
    ages: Sequence[int] = range(1, 400),
    *,
    day: date = DAY,
    team: str = AWAY,
    opponent: str = HOME,
) -> World:
    """List a player for an unplayed game of a date and give him games before it, the first the newest.

    A game with `is_dnp` is one he sat out.
    """
    world.book(name, team, team, opponent, day=day)
    for age, values in zip(ages, games, strict=False):
        if values.get("is_dnp"):
            absent(world, name, ago(age, day), team, opponent)
        else:
            given: Row = {"team": team, "opponent": opponent} | values
            appear(world, name, ago(age, day), **given)
    return world


def points(*values: int) -> list[Row]:
    return [{"points": value} for value in values]


@dataclass(frozen=True)
class Case:
    """A player and what his features must be.

    Attributes:
        games: His games, the newest first.
        want: Features by number.
        edits: What is changed of his rows upstream, by table.
        ages: Ages of the games in days.
    """

    games: Sequence[Row]
    want: Mapping[int, float | None]
    edits: Mapping[str, Row | None] = field(default_factory=dict)
    ages: Sequence[int] = range(1, 400)


def compute_store(engine: str, world: World, edits: Edits | None = None, *days: date) -> Made:
    """Compute the store, of the usual date unless others are given; with edited tables before it if there are edits."""
    if edits is None:
        return compute_tables(engine, world, *days, names=[MLFS])
    return compute_edited(engine, world, edits, [MLFS], days=days or (DAY,))


def value(row: Row, index: int) -> float | None:
    """A feature of a row."""
    found: float | None = row[COLUMNS[index]]
    return found


def label(row: Row, index: int) -> str:
    """The label of a feature of a row."""
    return NAME_OF_CODE[row["feature_sources"][index]]


def labels(row: Row, *indices: int) -> tuple[str, ...]:
    return tuple(label(row, index) for index in indices)


def values(row: Row, *indices: int) -> tuple[float | None, ...]:
    return tuple(value(row, index) for index in indices)


def check(row: Row, want: Mapping[int, float | None]) -> None:
    """Insist on features to the bit."""
    found = {index: repr(value(row, index)) for index in want}
    assert found == {index: repr(None if number is None else float(number)) for index, number in want.items()}


def took_part(row: Row) -> bool:
    """Whether a row of the summary is of somebody who played."""
    points, minutes = row["points"], row["minutes_played"] or 0
    return not row["is_dnp"] and points is not None and (minutes > 0 or points > 0)


def team_games(world: World, team: str, games: Iterable[Row], day: date = DAY, first: int = 1) -> World:
    """Give a team results on the days before a date, the first the newest."""
    for age, given in enumerate(games, first):
        world.offense(team, ago(age, day), **({"pace": None} | given))
    return world


def results(won: int, lost: int) -> list[Row]:
    return [{"win_flag": n < won} for n in range(won + lost)]

"""A world in which every feature has something to say, and many versions of it in one: each has a season of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from nbaproc.calendar import season_year
from tests.tables.precompute.edited import compute_edited, of_date
from tests.tables.precompute.rich import ANN, SQUADS, rich_world
from tests.tables.precompute.world import MLFS, OPENER, PDC, PSZA, Made
from tests.tables.store.world import absent, game_id
from tests.tables.upcoming.world import PGS, SCHEDULE, TOGS, Row, World, ago, lookup

#: Whether the game of the date is over; and without rows of the cache and of the player's zones.
FINAL, OPEN, BARE = "final", "open", "bare"
BASES = (FINAL, OPEN, BARE)
OPPONENT = {"LAL": "DEN", "DEN": "LAL"}
PLAYERS = tuple(name for names in SQUADS.values() for name in names)
Change = Callable[[World, date], object]
#: What names a row, or its season.
NAMES: tuple[str, ...] = ("game_date", "season_year", "game_id", "player_lookup", "data_hash")
NAMES += ("source_daily_cache_hash", "source_composite_hash", "source_shot_zones_hash", "source_team_defense_hash")


def rich_store(day: date, base: str = FINAL) -> World:
    """The rich world of the neighbours, with opponents, free throws, results, lines, and somebody who sits out."""
    world = rich_world(day)
    for n, row in enumerate(world.rows[PGS]):
        team = row["team_abbr"]
        of_day = row["game_date"] == day
        opponent = OPPONENT[team] if of_day or n % 3 == 0 else "ATL"
        away, home = (team, opponent) if team == "LAL" else (opponent, team)
        row |= {"game_id": game_id(row["game_date"], away, home), "opponent_team_abbr": opponent}
        row |= {"home_game": team == "DEN", "ft_makes": n % 4}
    for n, row in enumerate(world.rows[TOGS]):
        row["win_flag"] = n % 3 > 0
    for n, before in enumerate((300, 60, -20)):
        world.prop(ANN, 19.5 + n, before, day=day).prop(ANN, 30.5 + n, before, "fanduel", day=day)
    # The last game of the Nuggets is two days back: the teams are not rested alike.
    world.rows[TOGS] = [r for r in world.rows[TOGS] if (r["team_abbr"], r["game_date"]) != ("DEN", ago(1, day))]
    for age in (5, 7):
        absent(world, ANN, ago(age, day))
    if base == OPEN:
        for row in world.rows[SCHEDULE]:
            if row["game_date"] == day:
                row |= {"game_status": 1, "home_team_score": None, "away_team_score": None}
    return world


def compute_versions(engine: str, versions: Sequence[tuple[str, Change | None]]) -> list[dict[str, Row]]:
    """Compute many versions of the rich world at once.

    Args:
        engine: Name of the engine.
        versions: What each starts from and what is changed of it.

    Returns:
        Rows by player, without what names them; dates as days before.
    """
    world = World()
    edits: dict[str, dict[str, Row | None]] = {PDC: {}, PSZA: {}}
    days = [date(2024 - n, 1, 20) for n in range(len(versions))]
    for n, ((base, change), day) in enumerate(zip(versions, days, strict=True)):
        one = rich_store(day, base)
        if change is not None:
            change(one, day)
        _merge(world, one, n)
        opener = date(season_year(day), 10, 24)
        world.game("SAC", "OKC", opener, game_id=f"002{opener.year % 100:02d}99999")
        if base == BARE:
            for table in edits:
                edits[table] |= {of_date(f"{lookup(name)}{n}", day): None for name in PLAYERS}
    made = compute_edited(engine, world, edits, [MLFS], days=days)
    return [_plain(made, n, day) for n, day in enumerate(days)]


def _merge(world: World, one: World, number: int) -> None:
    """Add the rows of a version; its players have its number."""
    known = {*PLAYERS, *map(lookup, PLAYERS)}
    for table, rows in one.rows.items():
        for row in rows:
            if table == SCHEDULE and row["game_date"] == OPENER:
                continue
            renamed = {k: f"{v}{number}" if isinstance(v, str) and v in known else v for k, v in row.items()}
            world.rows[table].append(renamed)


def _plain(made: Made, number: int, day: date) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for name, row in made.rows(MLFS, day).items():
        plain = {column: value for column, value in row.items() if column not in NAMES}
        plain["hist_game_dates"] = [(day - played).days for played in row["hist_game_dates"]]
        rows[name.removesuffix(str(number))] = plain
    return rows


def moved(one: dict[str, Row], other: dict[str, Row]) -> set[str]:
    """Columns that differ, and rows that only one of them has."""
    found = {f"row of {name}" for name in one.keys() ^ other.keys()}
    for name in one.keys() & other.keys():
        found |= {column for column, value in one[name].items() if repr(value) != repr(other[name][column])}
    return found

"""A made-up season before a date, for the four tables that look back: the world of the pre-game tests and shots.

The season 2023-24 opens on 24 October by a game that is never over, so that it counts for nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.canonical import digest
from nbaproc.run.engines import StageRun, compute
from tests.tables.upcoming.world import DAY as DAY
from tests.tables.upcoming.world import PGS, TDGS, Row, World, ago, lookup, on

TDZA, PSZA = "team_defense_zone_analysis", "player_shot_zone_analysis"
PCF, PDC = "player_composite_factors", "player_daily_cache"
MLFS = "ml_feature_store_v2"
ZONE_TABLES, TABLES = (TDZA, PSZA), (TDZA, PSZA, PCF, PDC)
#: Column of the entity, and of the date.
ENTITY = {TDZA: "team_abbr", PSZA: "player_lookup", PCF: "player_lookup", PDC: "player_lookup", MLFS: "player_lookup"}
DATE = {TDZA: "analysis_date", PSZA: "analysis_date", PCF: "game_date", PDC: "cache_date", MLFS: "game_date"}
OPENER = on("10-24")
#: Ages in days of 15 games that are too old for the league's averages, so that these stay the constants.
OLD = range(31, 46)
#: Made and attempted; NULL is a source without shots.
Zone = tuple[int | None, int | None] | None


def season(*dates: date, opener: date = OPENER) -> World:
    """A season that has opened, with a game on each date that nobody of the tests plays in."""
    world = World().game("SAC", "OKC", opener)
    for day in dates or (DAY,):
        world.game("SAC", "OKC", day)
    return world


def shots(
    paint: Zone = None, mid: Zone = None, three: Zone = None, makes: int | None = None, assisted: int | None = None
) -> Row:
    """Columns of a player's game: zones as (made, attempted), makes of the box score and assisted ones of them."""
    values: Row = {"fg_makes": makes, "assisted_fg_makes": assisted}
    values["unassisted_fg_makes"] = None if makes is None or assisted is None else makes - assisted
    for zone, name in ((paint, "paint_{}"), (mid, "mid_range_{}"), (three, "three_{}_pbp")):
        values[name.format("makes")], values[name.format("attempts")] = zone or (None, None)
    return values


def allowed(
    paint: Zone = None,
    mid: Zone = None,
    three: Zone = None,
    blocks: tuple[int, int, int] | None = None,
    points: int | None = None,
) -> Row:
    """Columns of a team's defence in a game; points in the paint are two for each make there."""
    values: Row = {"points_allowed": points, "points_in_paint_allowed": 2 * paint[0] if paint and paint[0] else None}
    if paint and paint[0] == 0:
        values["points_in_paint_allowed"] = 0
    for zone, name in ((paint, "paint"), (mid, "mid_range"), (three, "three_pt")):
        values[f"opp_{name}_makes"], values[f"opp_{name}_attempts"] = zone or (None, None)
    values |= dict(zip(("blocks_paint", "blocks_mid_range", "blocks_three_pt"), blocks or (None,) * 3, strict=True))
    return values


def defend(world: World, team: str, games: Iterable[Row], ages: Sequence[int] = OLD, day: date = DAY) -> World:
    """Give a team games of a defence, the first the newest; without a rating or pace unless they say so."""
    for days, values in zip(ages, games, strict=True):
        world.defense(team, ago(days, day), **({"rating": None, "pace": None} | values))
    return world


def attend(world: World, name: str, team: str, games: Iterable[Row], day: date = DAY, first: int = 1) -> World:
    """Give a player games on the days before a date, the first the newest."""
    for days, values in enumerate(games, first):
        world.play(name, team, ago(days, day), **values)
    return world


def spread(total: int, over: int) -> list[int]:
    """Cut a number into parts that differ by one at most."""
    return [(total * (n + 1)) // over - (total * n) // over for n in range(over)]


def games_of(over: int, **totals: tuple[int, int] | int) -> list[Row]:
    """Games of a player with these sums: `paint`, `mid`, `three` as (made, attempted), `makes`, `assisted`."""
    parts = {
        name: [spread(n, over) for n in (total if isinstance(total, tuple) else (total,))]
        for name, total in totals.items()
    }
    games = []
    for n in range(over):
        values = {name: tuple(part[n] for part in split) for name, split in parts.items()}
        games.append(shots(**{k: v if len(v) == 2 else v[0] for k, v in values.items()}))  # type: ignore[arg-type]
    return games


def frames_of(world: World) -> dict[str, pl.DataFrame]:
    """Return every input in its declared shape; history rows have a hash, which moves with them."""
    frames = world.frames()
    for table in (PGS, TDGS):
        texts = [digest(repr(row)) for row in frames[table].rows()]
        made = pl.Series("made", texts, dtype=pl.String)
        frames[table] = frames[table].with_columns(pl.col("data_hash").fill_null(made))
    return frames


@dataclass(frozen=True)
class Made:
    """What an engine made of a world."""

    stage: StageRun

    def frame(self, table: str) -> pl.DataFrame:
        frame = self.stage.tables[table].frame
        assert frame is not None
        return frame

    def records_frame(self, table: str) -> pl.DataFrame:
        frame = self.stage.tables[table].records
        assert frame is not None
        return frame

    def rows(self, table: str, day: date | None = None) -> dict[str, Row]:
        """The rows of a date by entity; without a date those of all, which must be one."""
        found = [row for row in self.frame(table).to_dicts() if day in (None, row[DATE[table]])]
        rows = {row[ENTITY[table]]: row for row in found}
        assert len(rows) == len(found)
        return rows

    def row(self, table: str, entity: str, day: date | None = None) -> Row:
        """The one row of a team, or of a player by name or lookup."""
        return self.rows(table, day)[entity if table == TDZA else lookup(entity)]

    def records(self, table: str, day: date | None = None) -> list[Row]:
        return [row for row in self.records_frame(table).to_dicts() if day in (None, row["analysis_date"])]

    def record(self, table: str, entity: str, day: date | None = None) -> Row:
        """The one record of a team, of a player by name or lookup, or of the date."""
        names = {entity, lookup(entity)}
        (found,) = (record for record in self.records(table, day) if record["entity_id"] in names)
        return found

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        return self.stage.tally.counts


def compute_tables(
    engine: str, world: World | dict[str, pl.DataFrame], *dates: date, names: Iterable[str] = TABLES
) -> Made:
    """Compute tables with an engine; one that fails fails the test."""
    frames = frames_of(world) if isinstance(world, World) else world
    stage = compute(engine, list(names), frames, dates or (DAY,))
    for name, table in stage.tables.items():
        assert table.frame is not None, f"{engine} {name}: {table.error}{table.blocked_by}"
    return Made(stage)

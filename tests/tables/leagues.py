"""Hypothesis strategy for small leagues with everything that goes wrong in real data.

A league follows from a plan: a seed, how large it is, and the mishaps that befall it. Plans shrink to few mishaps.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

import polars as pl
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from nbaproc.boundary import read_raw, schema
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.raw_lake import add_hashes
from tests.tables import mishaps_games, mishaps_players, mishaps_shots
from tests.tables.league_world import Row, World, make_world
from tests.tables.mishaps import MISHAPS, befall

assert mishaps_games and mishaps_players and mishaps_shots, "they enter their mishaps when they are imported"

#: A long run multiplies the examples and draws new ones every time: NBAPROC_EXAMPLES=100 pytest tests/tables.
FACTOR = int(os.environ.get("NBAPROC_EXAMPLES", "1"))

Raw = dict[str, pl.DataFrame]


def examples(count: int) -> settings:
    """Settings of a property test: the same examples every time, unless a long run was asked for."""
    return settings(
        max_examples=count * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@dataclass(frozen=True)
class Plan:
    """What a league follows from.

    Attributes:
        seed: Seed of everything that is chosen at random.
        teams: Teams in the league.
        dates: Dates, at most.
        games: Games a date, at most.
        mishaps: Names of what goes wrong, in order.
    """

    seed: int
    teams: int = 4
    dates: int = 1
    games: int = 2
    mishaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class League:
    """Raw tables in their declared shape with hashes, the dates to compute, and the world behind them."""

    plan: Plan
    raw: Raw
    dates: list[date]
    world: World

    def __repr__(self) -> str:
        return f"make_league({self.plan!r})"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        printer.text(repr(self))


def make_league(plan: Plan) -> League:
    """Make the league of a plan."""
    rng = Random(plan.seed)
    world = make_world(rng, plan.teams, plan.dates, plan.games)
    for name in plan.mishaps:
        befall(world, name, Random(rng.random()))
    order = Random(rng.random())
    for rows in world.raw.values():
        order.shuffle(rows)
    return League(plan, raw_frames(world.raw), sorted({*world.dates, *_scheduled(world)}), world)


def _scheduled(world: World) -> set[date]:
    return {row["game_date"] for row in world.raw["nbac_schedule"] if isinstance(row["game_date"], date)}


def raw_frames(rows: Mapping[str, list[Row]]) -> Raw:
    """Raw rows as frames in their declared shape, with the hashes an ingest gives them."""
    frames = {}
    for name, table in RAW_TABLES.items():
        columns = {column: [row[column] for row in rows.get(name, [])] for column in table.names}
        frame, _ = read_raw(table, pl.DataFrame(columns, schema=schema(table)))
        frames[name] = add_hashes(table, frame) if "data_hash" in table.names else frame
    return frames


@st.composite
def leagues(draw: st.DrawFn, mishaps: tuple[str, ...] = tuple(MISHAPS), most: int = 12) -> League:
    """Small leagues with up to `most` of the given mishaps."""
    plan = Plan(
        seed=draw(st.integers(0, 2**32 - 1)),
        teams=draw(st.integers(2, 8)),
        dates=draw(st.integers(1, 4)),
        games=draw(st.integers(1, 4)),
        mishaps=tuple(draw(st.lists(st.sampled_from(mishaps), max_size=most)) if most else ()),
    )
    league = make_league(plan)
    for name in league.world.touched:
        event(f"mishap: {name}")
    return league

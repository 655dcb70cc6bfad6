"""Both engines with edited tables in between: the factors and the cache of inputs that no history would give.

What is computed of a world is real; the rows of chosen entities are changed, or taken out, before the next table reads
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import polars as pl

from nbaproc.reference import upcoming_day, zone_day
from nbaproc.tables import builder as real_builder
from tests.tables.precompute.world import DAY, PSZA, TABLES, TDZA, Made, compute_tables
from tests.tables.upcoming.world import UPGC, UTGC, Row, World

#: Table -> entity -> columns that change; NULL takes the row out.
Edits = Mapping[str, Mapping[str, Row | None]]
ENTITIES = {UPGC: "player_lookup", UTGC: "team_abbr", PSZA: "player_lookup", TDZA: "team_abbr"}


def compute_edited(engine: str, world: World, edits: Edits, names: Iterable[str] = TABLES) -> Made:
    """Compute tables of the usual date with an engine, with edits in between."""
    changed: set[tuple[str, str]] = set()

    def edit(table: str, rows: list[Row]) -> list[Row]:
        made = []
        for row in rows:
            entity = row[ENTITIES[table]]
            changes = edits.get(table, {}).get(entity, {})
            if entity in edits.get(table, {}):
                changed.add((table, entity))
            if changes is not None:
                assert changes.keys() <= row.keys()
                made.append(row | changes)
        return made

    def builder(name: str) -> Callable[..., Any]:
        def build(*given: Any) -> Any:
            built = real_builder(name)(*given)
            if name not in edits:
                return built
            rows = edit(name, built.frame.to_dicts())
            return replace(built, frame=pl.DataFrame(rows, schema=built.frame.schema, orient="row"))

        return build

    def build_day(*given: Any) -> Any:
        made = upcoming_day.build_day(*given)
        return {table: edit(table, rows) if table in edits else rows for table, rows in made.items()}

    def zone_rows(table: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def build(*given: Any) -> Any:
            made = real(*given)
            return replace(made, rows=edit(table, made.rows))

        return build

    with (
        patch("nbaproc.run.engines.builder", builder),
        patch("nbaproc.reference.features_stage.build_day", build_day),
        patch("nbaproc.reference.analysis_day.defense_rows", zone_rows(TDZA, zone_day.defense_rows)),
        patch("nbaproc.reference.analysis_day.shot_rows", zone_rows(PSZA, zone_day.shot_rows)),
    ):
        made = compute_tables(engine, world, DAY, names=names)
    wanted = {(table, entity) for table, of_table in edits.items() for entity in of_table}
    assert changed == wanted, f"not there to be edited: {wanted - changed}"
    return made

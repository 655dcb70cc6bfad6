"""Both engines with edited tables in between: what is made of inputs that no history would give.

What is computed of a world is real; the rows of chosen entities are changed, or taken out, before the next table reads
them. A changed row has the hash of what it says, and may say what its declaration forbids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import patch

import polars as pl

from nbaproc.canonical import row_hashes
from nbaproc.columns import Table
from nbaproc.reference import form_day, upcoming_day, zone_day
from nbaproc.run.row_checks import refuse_bad_rows
from nbaproc.tables import builder as real_builder
from nbaproc.tables import declarations
from tests.tables.precompute.world import DATE, DAY, PCF, PDC, PSZA, TABLES, TDZA, Made, compute_tables
from tests.tables.upcoming.world import UPGC, UTGC, Row, World

#: Table -> entity, or `of_date` of an entity and a date -> columns that change; NULL takes the row out.
Edits = Mapping[str, Mapping[str, Row | None]]
ENTITIES = {UPGC: "player_lookup", UTGC: "team_abbr", PSZA: "player_lookup", TDZA: "team_abbr"}
ENTITIES |= {PCF: "player_lookup", PDC: "player_lookup"}


def of_date(entity: str, day: date) -> str:
    """The key of an edit of one date."""
    return f"{entity}@{day}"


def compute_edited(
    engine: str, world: World, edits: Edits, names: Iterable[str] = TABLES, *, days: Sequence[date] = (DAY,)
) -> Made:
    """Compute tables of some dates with an engine, with edits in between."""
    changed: set[tuple[str, str]] = set()

    def edit(table: str, rows: list[Row]) -> list[Row]:
        made, of_table = [], edits.get(table, {})
        for row in rows:
            entity = row[ENTITIES[table]]
            changes: Row | None = {}
            for key in (entity, of_date(entity, row[DATE.get(table, "game_date")])):
                if key in of_table:
                    changed.add((table, key))
                    changes = of_table[key]
            if changes is not None:
                assert changes.keys() <= row.keys()
                made.append(row | changes)
        return made

    def builder(name: str) -> Callable[..., Any]:
        def build(*given: Any) -> Any:
            built = real_builder(name)(*given)
            if name not in edits:
                return built
            frame = pl.DataFrame(edit(name, built.frame.to_dicts()), schema=built.frame.schema, orient="row")
            return replace(built, frame=frame.with_columns(row_hashes(frame, declarations()[name].hashed)))

        return build

    def build_day(*given: Any) -> Any:
        made = upcoming_day.build_day(*given)
        return {table: edit(table, rows) if table in edits else rows for table, rows in made.items()}

    def made_rows(table: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def build(*given: Any) -> Any:
            made = real(*given)
            return replace(made, rows=edit(table, made.rows)) if table in edits else made

        return build

    def refuse(table: Table, rows: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        return (rows, known) if table.name in edits else refuse_bad_rows(table, rows, known)

    with (
        patch("nbaproc.run.engines.builder", builder),
        patch("nbaproc.run.engines.refuse_bad_rows", refuse),
        patch("nbaproc.reference.features_stage.build_day", build_day),
        patch("nbaproc.reference.analysis_day.defense_rows", made_rows(TDZA, zone_day.defense_rows)),
        patch("nbaproc.reference.analysis_day.shot_rows", made_rows(PSZA, zone_day.shot_rows)),
        patch("nbaproc.reference.analysis_day.factor_rows", made_rows(PCF, form_day.factor_rows)),
        patch("nbaproc.reference.analysis_day.cache_rows", made_rows(PDC, form_day.cache_rows)),
    ):
        made = compute_tables(engine, world, *days, names=names)
    wanted = {(table, key) for table, of_table in edits.items() for key in of_table}
    assert changed == wanted, f"not there to be edited: {wanted - changed}"
    return made

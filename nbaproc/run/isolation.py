"""A date that fails alone: computed entity by entity, so that one of them costs its own row and no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.reference import Entity, EntityError
from nbaproc.run import notes
from nbaproc.run.engines import POLARS, StageRun, checked, compute_reference, describe
from nbaproc.tables import with_inputs

#: Entities of a date that may be left out; where more fail, the tables that failed stay failed.
MOST = 10


def isolate(engine: str, stage: StageRun, raw: Mapping[str, pl.DataFrame], day: date) -> StageRun:
    """Compute the tables of a date that failed, and those made of them, without the entities that make them fail.

    An entity that is left out has a record of class bug, and its table a note. Where it is not one entity that fails,
    or too many do, or nobody is left, everything stays as it was.

    Args:
        engine: The engine that failed.
        stage: What it made of the date; some table has an error.
        raw: What the stage is computed from.
        day: The date.
    """
    lost = [name for name, table in stage.tables.items() if table.frame is None]
    names, out = with_inputs(lost), dict[Entity, str]()
    while True:
        try:
            made = checked(compute_reference(names, raw, [day], without=out))
            break
        except EntityError as error:
            if error.entity.table not in lost or len(out) == MOST:
                return stage
            out[error.entity] = describe(error.__cause__ or error)
        except MemoryError:
            raise
        except Exception:  # nobody's in particular: what failed first is what is reported
            return stage
    failed = [name for name in lost if stage.tables[name].error] if engine == POLARS else []
    tables = {name: made.tables[name] if name in lost else run for name, run in stage.tables.items()}
    whole = StageRun(tables, made.tally if len(lost) == len(tables) else stage.tally)
    for name in lost:
        mine = {entity: why for entity, why in out.items() if entity.table == name}
        frame = tables[name].frame
        if mine and (frame is None or not frame.height):
            return stage
        if mine or name in failed:
            whole = notes.add(whole, name, _told(day, mine, stage.tables[name].error))
    return whole


def _told(day: date, out: Mapping[Entity, str], error: str) -> list[pl.DataFrame]:
    """Return draft records of those who were left out, and the note on how the rows came to be."""
    date_type, text = pl.Date(), pl.String()
    rows = [(day, entity.name, why) for entity, why in out.items()]
    absent = pl.DataFrame(rows, schema={"game_date": date_type, "name": text, "why": text}, orient="row")
    kind = next((entity.kind for entity in out), "")
    whole = pl.DataFrame({"game_date": [day], "why": [min(out.values(), default=error)]})
    note, why = pl.format(REASONS["engine_fallback"], "why"), pl.format(REASONS["processing_error"], "why")
    return [
        records.draft(absent, Category.PROCESSING_ERROR, kind, pl.col("name"), why),
        notes.note(whole, notes.FALLBACK, note),
    ]

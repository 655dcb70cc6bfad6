"""A date that fails alone: computed entity by entity, so that one of them costs its own row and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.reference import Entity, EntityError
from nbaproc.run.engines import POLARS, StageRun, TableRun, compute_reference, describe
from nbaproc.run.guards import FALLBACK_NOTE, more_records
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
            made = compute_reference(names, raw, [day], without=out)
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
    tables = dict(stage.tables)
    for name in lost:
        mine = {entity: why for entity, why in out.items() if entity.table == name}
        run = made.tables[name]
        if mine and (run.frame is None or not run.frame.height):
            return stage
        if mine or name in failed:
            run = _told(name, run, day, mine, stage.tables[name].error)
        tables[name] = run
    return StageRun(tables, made.tally if len(lost) == len(tables) else stage.tally)


def _told(name: str, run: TableRun, day: date, out: Mapping[Entity, str], error: str) -> TableRun:
    """Return a table with records of those who were left out, and the note on how its rows came to be."""
    assert run.records is not None
    date_type, text = pl.Date(), pl.String()
    rows = [(day, entity.name, why) for entity, why in out.items()]
    absent = pl.DataFrame(rows, schema={"game_date": date_type, "name": text, "why": text}, orient="row")
    kind = next((entity.kind for entity in out), "")
    whole = pl.DataFrame({"game_date": [day], "why": [min(out.values(), default=error)]})
    note, why = pl.format(REASONS["engine_fallback"], "why"), pl.format(REASONS["processing_error"], "why")
    drafts = [
        records.draft(absent, Category.PROCESSING_ERROR, kind, pl.col("name"), why),
        records.draft(whole, Category.DATA_ISSUE, "DATE", pl.lit("DATE_LEVEL"), note, detail=pl.lit(FALLBACK_NOTE)),
    ]
    return replace(run, records=more_records(name, run.records, records.gather(drafts)))

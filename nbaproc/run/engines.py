"""The two engines behind one call: Polars expressions, or the plain-Python reference."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from nbaproc.boundary import check_shape, complete_records, schema
from nbaproc.errors import ConfigurationError, DuplicateKeysError, UsageError
from nbaproc.failures import DRAFT, Category
from nbaproc.raw.tally import Tally
from nbaproc.run.row_checks import refuse_bad_rows
from nbaproc.tables import GAMES, builder, declarations, with_inputs

if TYPE_CHECKING:
    from nbaproc.raw.schedule import Schedule
    from nbaproc.reference import Entity

POLARS, REFERENCE = "polars", "reference"
ENGINES = (POLARS, REFERENCE)

#: Older switches of the same kind: `false` selects the reference engine.
OLD_FLAGS = ("ENABLE_PLAYER_PARALLELIZATION", "ENABLE_TEAM_PARALLELIZATION")


@dataclass(frozen=True)
class TableRun:
    """What an engine made of one table.

    Attributes:
        frame: Sealed rows; None where the table failed or an input of it did.
        records: Complete failure records.
        error: What failed, empty otherwise.
        category: Category of that.
        blocked_by: The failed input, empty otherwise.
        seconds: Seconds of computing it, 0 where it was computed together with others.
    """

    frame: pl.DataFrame | None
    records: pl.DataFrame | None = None
    error: str = ""
    category: Category = Category.PROCESSING_ERROR
    blocked_by: str = ""
    seconds: float = 0.0


def failed(error: Exception) -> TableRun:
    """Return a table that could not be made.

    >>> failed(DuplicateKeysError("ml_labels: duplicate key 2021-11-15, curry")).category.name
    'DUPLICATE_KEYS'
    """
    category = Category.PROCESSING_ERROR
    if isinstance(error, DuplicateKeysError):
        category = Category.DUPLICATE_KEYS
    elif isinstance(error, ConfigurationError):
        category = Category.CONFIGURATION
    return TableRun(None, error=describe(error), category=category)


@dataclass(frozen=True)
class StageRun:
    """What an engine made of a stage: tables by name, and counts of what cleaning dropped or mended."""

    tables: dict[str, TableRun]
    tally: Tally = field(default_factory=Tally)


def engine_from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """Return the engine the environment asks for: the reference engine if any switch does, else Polars.

    Raises:
        UsageError: `NBAPROC_ENGINE` names no engine.

    >>> engine_from_environment({"ENABLE_TEAM_PARALLELIZATION": "false"})
    'reference'
    """
    named = environment.get("NBAPROC_ENGINE", "").strip().lower() or POLARS
    if named not in ENGINES:
        raise UsageError(f"NBAPROC_ENGINE {named!r} is no engine; set it to {' or '.join(ENGINES)}")
    if named == REFERENCE:
        return REFERENCE
    off = any(environment.get(flag, "").strip().lower() in ("false", "0", "no") for flag in OLD_FLAGS)
    return REFERENCE if off else POLARS


def compute(
    engine: str,
    names: Sequence[str],
    raw: Mapping[str, pl.DataFrame],
    dates: Sequence[date],
    progress: Callable[[date], None] | None = None,
    schedule: Schedule | None = None,
) -> StageRun:
    """Compute tables of one stage for some dates.

    A table that fails takes those that need it with it, and no other.

    Args:
        engine: One of `ENGINES`.
        names: Wanted tables; their inputs are computed too and returned with them.
        raw: Raw tables in their declared shape; for the features stage also the tables of the games stage that they
            look back on.
        dates: Dates to compute.
        progress: Is told each date as the reference engine gets to it.
        schedule: `clean_schedule` of the raw schedule, if the caller has it; the reference engine makes its own.

    Raises:
        MemoryError: There is not enough memory for so many dates.
    """
    ordered = with_inputs(list(names))
    if engine == POLARS:
        return checked(_compute_polars(ordered, raw, dates, schedule))
    try:
        return checked(compute_reference(ordered, raw, dates, progress))
    except MemoryError:
        raise
    except Exception as error:  # as in the other engine
        return StageRun({name: failed(error) for name in ordered})


def checked(stage: StageRun) -> StageRun:
    """Return a stage without the rows that contradict a declaration; tables made of them have been made."""
    tables = dict(stage.tables)
    for name, run in stage.tables.items():
        if run.frame is None or run.records is None:
            continue
        try:
            rows, records = refuse_bad_rows(declarations()[name], run.frame, run.records)
            tables[name] = replace(run, frame=rows, records=records)
        except ConfigurationError as error:
            tables[name] = failed(error)
    return StageRun(tables, stage.tally)


def _compute_polars(
    names: list[str], raw: Mapping[str, pl.DataFrame], dates: Sequence[date], schedule: Schedule | None
) -> StageRun:
    from nbaproc.tables._built import Built

    try:
        frames = _frames(declarations()[names[0]].stage, raw, dates, schedule)
    except MemoryError:
        raise
    except Exception as error:  # a stage that cannot be cleaned fails as a whole, and says why
        return StageRun({name: failed(error) for name in names})
    runs: dict[str, TableRun] = {}
    built: dict[str, Built] = {}
    tally = frames.tally
    for name in names:
        table = declarations()[name]
        broken = [i for i in table.inputs if i in runs and runs[i].frame is None]
        if broken:
            runs[name] = TableRun(None, blocked_by=broken[0])
            continue
        began = time.perf_counter()
        try:
            built[name] = builder(name)(frames, built)
            records = complete_records(table, built[name].records)
            runs[name] = TableRun(built[name].frame, records, seconds=time.perf_counter() - began)
            tally.merge(built[name].tally)
        except MemoryError:
            raise
        except Exception as error:  # a table's failure never stops its siblings
            runs[name] = failed(error)
    return StageRun(runs, tally)


def _frames(stage: str, raw: Mapping[str, pl.DataFrame], dates: Sequence[date], schedule: Schedule | None) -> Any:
    """Return the frames that the tables of a stage share."""
    if stage == GAMES:
        from nbaproc.raw.frames import game_frames

        return game_frames(raw, dates, schedule)
    from nbaproc.raw.context_frames import context_frames

    return context_frames(raw, dates, schedule)


def compute_reference(
    names: Sequence[str],
    raw: Mapping[str, pl.DataFrame],
    dates: Sequence[date],
    progress: Callable[[date], None] | None = None,
    without: Collection[Entity] = (),
) -> StageRun:
    """Compute tables of one stage by the reference engine.

    Args:
        names: Wanted tables with those they are made of, in order.
        raw: Raw tables, as for `compute`.
        dates: Dates to compute.
        progress: Is told each date.
        without: Players, teams and games that get no row.

    Raises:
        EntityError: Something fails while the rows of one player, team or game are made.
        Exception: Whatever else fails.
    """
    from nbaproc import reference

    wanted = {name: declarations()[name] for name in names}
    rows = {name: frame.to_dicts() for name, frame in raw.items()}
    outcome = reference.build(wanted, rows, dates, progress, without)
    runs = {}
    for name, table in wanted.items():
        frame = pl.DataFrame(outcome.rows[name], schema=schema(table), orient="row")
        check_shape(table, frame)
        drafts = pl.DataFrame(outcome.records[name], schema=schema(DRAFT), orient="row")
        runs[name] = TableRun(frame, complete_records(table, drafts))
    return StageRun(runs, Tally(dict(outcome.counts), dict(outcome.samples)))


def describe(error: BaseException) -> str:
    """Return an exception as one line with its kind."""
    first = str(error).strip().splitlines()
    return f"{type(error).__name__}: {first[0] if first else 'no message'}"

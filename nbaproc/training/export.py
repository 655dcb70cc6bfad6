"""Training sets in files: `<out>/ml_training_set/<version>/[train/]season=2021-22/part-0.parquet`.

Beside the rows stand `manifest.json`, `dictionary.csv` and `README.md`. The bytes are a function of the lake's rows and
of the choice: no clock and no path enters them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from nbaproc.columns import Table
from nbaproc.errors import LakeError, UsageError
from nbaproc.facts import CellFacts
from nbaproc.lake import Lake
from nbaproc.run.inputs import read_schedule
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS
from nbaproc.training.dataset import LABEL_COLUMNS, STORE_COLUMNS
from nbaproc.training.folder import DATASET, check_replaceable, replace_folder
from nbaproc.training.plan import Choice, Plan, plan_export
from nbaproc.training.render import render
from nbaproc.training.versions import features_of


def export(lake: Lake, out: Path, choice: Choice, yesterday: date) -> dict[str, Any]:
    """Write a training set and return its manifest.

    Args:
        lake: The lake; it is only read.
        out: Folder that takes `ml_training_set`.
        choice: What is exported.
        yesterday: Last date where the choice names none.

    Raises:
        UsageError: The choice cannot be, a date is not in the lake, nothing is left, or the folder is something else.
        InputError: Features and labels name different games.
        LakeError: The lake cannot be read, or was written meanwhile.
    """
    features_of(choice.version)
    plan = plan_export(read_schedule(lake), choice, yesterday)
    target = out / DATASET / choice.version
    check_replaceable(target)
    cells = {table.name: _cells(lake, table, plan) for table in (STORE, LABELS)}
    _no_gaps(plan, cells)
    store = lake.read(STORE, plan.start, plan.end, STORE_COLUMNS)
    labels = lake.read(LABELS, plan.start, plan.end, LABEL_COLUMNS)
    if cells != {table.name: _cells(lake, table, plan) for table in (STORE, LABELS)}:
        raise LakeError(f"{lake.root}: was written while it was read; wait for the other run and export again")
    manifest, files = render(store, labels, choice, plan, cells)
    replace_folder(target, files)
    return manifest


def _cells(lake: Lake, table: Table, plan: Plan) -> dict[date, CellFacts]:
    """Return what the lake knows of the planned dates of a table."""
    wanted = {day for dates in plan.dates.values() for day in dates}
    return {day: fact for day, fact in lake.facts(table, plan.start, plan.end).items() if day in wanted}


def _no_gaps(plan: Plan, cells: Mapping[str, Mapping[date, CellFacts]]) -> None:
    wanted = sorted(day for dates in plan.dates.values() for day in dates)
    for table in (LABELS, STORE):
        lacking = [day for day in wanted if day not in cells[table.name]]
        if lacking:
            more = f" and {len(lacking) - 1} more date(s)" if len(lacking) > 1 else ""
            only = " --tables features" if table is STORE else ""
            raise UsageError(
                f"MISSING_DEPENDENCY: {table.name} of {lacking[0]}{more} is not in the lake; compute it with "
                f"`nbaproc backfill --start {lacking[0]} --end {lacking[-1]}{only}`"
            )

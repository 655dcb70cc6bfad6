"""The files of a training set, as bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from nbaproc.calendar import season_text
from nbaproc.errors import UsageError
from nbaproc.facts import CellFacts
from nbaproc.training.dataset import impute, join
from nbaproc.training.fields import dictionary, fields_of
from nbaproc.training.filters import DROPS, WRITTEN, count, fate
from nbaproc.training.folder import DATASET, MANIFEST
from nbaproc.training.manifest import file_facts, manifest_of, metadata
from nbaproc.training.parts import WHOLE, Part, part_of
from nbaproc.training.plan import Choice, Plan
from nbaproc.training.readme import readme
from nbaproc.training.versions import features_of

#: Rows of a row group: about a month.
GROUP_ROWS = 4500


def render(
    store: pl.DataFrame,
    labels: pl.DataFrame,
    choice: Choice,
    plan: Plan,
    cells: Mapping[str, Mapping[date, CellFacts]],
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest and all files of an export by their paths.

    Args:
        store: Rows of ml_feature_store_v2 from the start to the end of the plan.
        labels: Rows of ml_labels of the same dates.
        choice: What is exported.
        plan: Its dates.
        cells: What the lake says of the planned dates, by table.

    Raises:
        UsageError: Nothing is left of a part.
        InputError: Features and labels name different games.
    """
    features = features_of(choice.version)
    rows = join(store, labels, features)
    rows = rows.filter(fate(plan.parts, choice.min_quality, pl.lit(True)) == WRITTEN)
    rows = impute(rows, features) if choice.imputed else rows
    counts = count(store, labels, plan.parts, choice.min_quality)
    files: dict[str, bytes] = {}
    listed: list[dict[str, Any]] = []
    for part in plan.parts:
        mine = rows.filter(part_of([part]).is_not_null())
        if not mine.height:
            raise UsageError(_nothing_left(part, counts))
        for (year,), season in mine.group_by("season_year", maintain_order=True):
            path = file_path(part, int(str(year)))
            files[path] = encode(season, metadata(season, part, choice, features))
            listed.append(file_facts(path, part, season, files[path]))
    manifest = manifest_of(rows, choice, plan, features, counts, listed, cells)
    page = readme(f"{DATASET}, {choice.version}", features, [part.name for part in plan.parts], imputed=choice.imputed)
    files["dictionary.csv"] = dictionary(fields_of(features)).encode()
    files["README.md"] = page.encode()
    files[MANIFEST] = f"{json.dumps(manifest, ensure_ascii=False, indent=1)}\n".encode()
    return manifest, files


def file_path(part: Part, year: int) -> str:
    """Return where the rows of a season of a part are written.

    >>> day = date(2021, 10, 19)
    >>> file_path(Part("train", day, day, day), 2021), file_path(Part(WHOLE, day, day, day), 2021)
    ('train/season=2021-22/part-0.parquet', 'season=2021-22/part-0.parquet')
    """
    folder = "" if part.name == WHOLE else f"{part.name}/"
    return f"{folder}season={season_text(year)}/part-0.parquet"


def encode(rows: pl.DataFrame, metadata: Mapping[str, str]) -> bytes:
    """Return a Parquet file: the same rows and metadata give the same bytes."""
    buffer = io.BytesIO()
    rows.rechunk().write_parquet(
        buffer, compression="zstd", compression_level=3, row_group_size=GROUP_ROWS, metadata=dict(metadata)
    )
    return buffer.getvalue()


def _nothing_left(part: Part, counts: list[dict[str, Any]]) -> str:
    mine = [entry for entry in counts if entry["part"] == part.name]
    dropped = {name: sum(entry["dropped"][name] for entry in mine) for name in DROPS}
    told = ", ".join(f"{name} {rows:,}" for name, rows in dropped.items() if rows) or "there is none"
    name = "the range" if part.name == WHOLE else part.name
    return f"no row of {name} is left (dropped: {told}); name other dates or a lower --min-quality"

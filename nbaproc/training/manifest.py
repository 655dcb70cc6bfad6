"""What a training set says of itself: in the metadata of its files, and in its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nbaproc.facts import CellFacts
from nbaproc.features import Feature
from nbaproc.training.dataset import dataset_hash
from nbaproc.training.filters import DROPS, WOULD_DROP
from nbaproc.training.folder import DATASET
from nbaproc.training.parts import Part, part_of
from nbaproc.training.plan import Choice, Plan
from nbaproc.training.versions import optional_mask
from nbaproc.version import code_version


def metadata(rows: pl.DataFrame, part: Part, choice: Choice, features: Sequence[Feature]) -> dict[str, str]:
    """Return what a file says of itself: lists and numbers are JSON."""
    values = {
        "dataset": DATASET,
        "part": part.name,
        "feature_version": choice.version,
        "feature_columns": [feature.column for feature in features],
        "units": [feature.unit for feature in features],
        "digits": [feature.digits for feature in features],
        "impute_values": [feature.impute for feature in features],
        "impute": "default" if choice.imputed else "none",
        "min_quality": choice.min_quality,
        "optional_mask": optional_mask(features),
        "code_version": code_version(),
        "dataset_hash": dataset_hash(rows),
        "rows": rows.height,
        "first_date": str(rows["game_date"].min()),
        "last_date": str(rows["game_date"].max()),
    }
    return {k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in values.items()}


def file_facts(path: str, part: Part, rows: pl.DataFrame, content: bytes) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    return {
        "path": path,
        "part": part.name,
        "rows": rows.height,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "dataset_hash": dataset_hash(rows),
    }


def manifest_of(
    rows: pl.DataFrame,
    choice: Choice,
    plan: Plan,
    features: Sequence[Feature],
    counts: list[dict[str, Any]],
    files: list[dict[str, Any]],
    cells: Mapping[str, Mapping[date, CellFacts]],
) -> dict[str, Any]:
    """Return the manifest of a set.

    Args:
        rows: All its rows.
        choice: What was asked for.
        plan: Its dates.
        features: Its features.
        counts: What became of the rows, see `filters.count`.
        files: Its files, see `file_facts`.
        cells: What the lake says of the planned dates, by table.
    """
    applied = {
        "outside_split": choice.split is not None,
        "gap": choice.gap > 0,
        "no_label": True,
        "min_quality": choice.min_quality is not None,
    }
    return {
        "dataset": DATASET,
        "feature_version": choice.version,
        "code_version": code_version(),
        "dataset_hash": dataset_hash(rows),
        "rows": rows.height,
        "start": str(plan.start),
        "end": str(plan.end),
        "split": choice.split,
        "gap_days": choice.gap,
        "min_quality": choice.min_quality,
        "impute": "default" if choice.imputed else "none",
        "parts": [_part_facts(part, rows, plan, counts, files) for part in plan.parts],
        "filters": {
            "dropped": {name: {"says": says, "applied": applied[name]} for name, says in DROPS.items()},
            "would_drop": WOULD_DROP,
        },
        "counts": counts,
        "features": [
            {
                "index": feature.index,
                "column": feature.column,
                "unit": feature.unit,
                "digits": feature.digits,
                "impute": feature.impute,
                "optional": feature.optional,
            }
            for feature in features
        ],
        "optional_mask": optional_mask(features),
        "files": files,
        "cells": {name: _cell_facts(facts) for name, facts in cells.items()},
    }


def _part_facts(
    part: Part, rows: pl.DataFrame, plan: Plan, counts: list[dict[str, Any]], files: list[dict[str, Any]]
) -> dict[str, Any]:
    mine = rows.filter(part_of([part]).is_not_null())
    return {
        "name": part.name,
        "from": str(max(part.first, plan.start)),
        "to": str(min(part.kept, plan.end)),
        "first_date": str(mine["game_date"].min()),
        "last_date": str(mine["game_date"].max()),
        "dates": mine["game_date"].n_unique(),
        "rows": mine.height,
        "training_ready": sum(entry["training_ready"] for entry in counts if entry["part"] == part.name),
        "bytes": sum(file["bytes"] for file in files if file["part"] == part.name),
        "dataset_hash": dataset_hash(mine),
    }


def _cell_facts(facts: Mapping[date, CellFacts]) -> dict[str, Any]:
    """Return what the manifest says of the cells of a table."""
    states = sorted({fact.state for fact in facts.values()})
    return {
        "code_versions": sorted({fact.code_version for fact in facts.values()}),
        "states": {state: sum(fact.state == state for fact in facts.values()) for state in states},
        "fingerprints": {str(day): fact.fingerprint for day, fact in facts.items()},
    }

"""Draft failure records as frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from nbaproc.boundary import schema
from nbaproc.failures import DRAFT, Category

_SCHEMA = schema(DRAFT)
_NAMES = list(_SCHEMA)
_EMPTY = pl.DataFrame(schema=_SCHEMA)
#: What a record says unless it is about games that are missing.
_USUAL = {
    "missing_game_dates": pl.lit([], dtype=pl.List(pl.Date)),
    "resolution_status": pl.lit("UNRESOLVED"),
}
_KEY = ["analysis_date", "entity_type", "entity_id", "failure_category", "detail"]


def draft(
    rows: pl.DataFrame,
    category: Category,
    entity_type: str,
    entity_id: pl.Expr,
    reason: pl.Expr,
    *,
    detail: pl.Expr | None = None,
    group: pl.Expr | None = None,
    keep: Sequence[str] = (),
    further: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Turn rows with a `game_date` into draft records, one per row.

    Args:
        rows: What the records speak of.
        category: Their category.
        entity_type: PLAYER, TEAM, GAME or DATE.
        entity_id: Id of the entity.
        reason: The sentence.
        detail: Name of the source or note.
        group: Class, where it is not that of the category.
        keep: Further columns of `rows` to carry along.
        further: Values of the columns that few records have: failure_type, expected_game_count, ...
    """
    if not rows.height:
        return rows.select(keep).hstack(_EMPTY.get_columns())
    rest = {name: pl.lit(None) for name in _NAMES} | _USUAL | dict(further or {})
    columns = {
        "analysis_date": pl.col("game_date"),
        "entity_type": pl.lit(entity_type),
        "entity_id": entity_id,
        "failure_category": pl.lit(category.name),
        "detail": pl.lit("") if detail is None else detail,
        "failure_class": pl.lit(category.kind.group) if group is None else group,
        "failure_reason": reason,
        "occurrences": pl.lit(1, dtype=pl.Int64),
    }
    columns |= {name: value for name, value in rest.items() if name not in columns}
    return rows.select(*keep, **{name: value.cast(_SCHEMA[name]) for name, value in columns.items()})


def gather(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Put draft records together: one per entity, category and detail, with the number of rows it speaks for."""
    told = [part.select(_NAMES) for part in parts if part.height]
    if not told:
        return _EMPTY
    everything = pl.concat(told)
    return (
        everything.sort(*_KEY, "failure_reason")
        .group_by(_KEY, maintain_order=True)
        .agg(pl.exclude("occurrences", *_KEY).first(), pl.col("occurrences").sum())
        .select(_NAMES)
    )

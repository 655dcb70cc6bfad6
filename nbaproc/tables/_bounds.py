"""Declared ranges of stored values: impossible values reject a row, unusual ones are noted."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.columns import Range, Table
from nbaproc.exact import scaled
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records


def apply_bounds(
    table: Table, rows: pl.DataFrame, entity: str, further: Mapping[str, pl.Expr] | None = None
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Take out rows with an impossible value, and note unusual ones.

    Args:
        table: The declaration, with the ranges.
        rows: Rows as they will be stored.
        entity: Column of the entity.
        further: Further columns of the records of rejected rows.

    Returns:
        The rows that stay, and draft records.
    """
    notes: list[pl.DataFrame] = []
    broken = _broken(table, rows, {column.name: (column.low, column.high) for column in table.columns if column.hard})
    for name, outside in broken.items():
        notes.append(_records(table, rows.filter(outside), name, entity, Category.VALIDATION_FAILED, further))
    kept = rows.filter(~pl.any_horizontal(*broken.values())) if broken else rows
    usual = {column.name: column.usual for column in table.columns if column.usual != (None, None)}
    for name, outside in _broken(table, kept, usual).items():
        notes.append(_records(table, kept.filter(outside), name, entity, Category.DATA_ISSUE))
    return kept, notes


def _broken(table: Table, rows: pl.DataFrame, limits: Mapping[str, Range]) -> dict[str, pl.Expr]:
    """Return the tests of the ranges that some row breaks; most often there is none."""
    near = _near_limits(table, rows, limits)
    tests = {name: _outside(table, name, limits[name]) for name in near}
    if not tests:
        return {}
    hits = rows.select(test.any().alias(name) for name, test in tests.items()).row(0, named=True)
    return {name: test for name, test in tests.items() if hits[name]}


def _near_limits(table: Table, rows: pl.DataFrame, limits: Mapping[str, Range]) -> list[str]:
    """Return the columns whose smallest or greatest value comes near a limit: only they can break it."""
    if not rows.height or not limits:
        return []
    names = pl.col(*limits)
    least, most = rows.select(names.min()).row(0), rows.select(names.max()).row(0)
    found = []
    for (name, (low, high)), smallest, greatest in zip(limits.items(), least, most, strict=True):
        step = 10.0 ** -_digits(table, name)
        below = low is not None and smallest is not None and smallest < low + step
        above = high is not None and greatest is not None and greatest > high - step
        if below or above:
            found.append(name)
    return found


def _outside(table: Table, name: str, limits: Range) -> pl.Expr:
    low, high = limits
    value = _integer(table, name)
    power = 10 ** _digits(table, name)
    tests = [value < round(low * power)] if low is not None else []
    tests += [value > round(high * power)] if high is not None else []
    return pl.any_horizontal(test.fill_null(False) for test in tests)


def _integer(table: Table, name: str) -> pl.Expr:
    digits = table[name].digits
    return pl.col(name) if digits is None else scaled(pl.col(name), digits)


def _digits(table: Table, name: str) -> int:
    return table[name].digits or 0


def _records(
    table: Table,
    rows: pl.DataFrame,
    name: str,
    entity: str,
    category: Category,
    further: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    valued = rows.with_columns(_value=_integer(table, name))
    return issue(valued, table, name, _digits(table, name), entity, category, further)


def issue(
    rows: pl.DataFrame,
    table: Table,
    name: str,
    digits: int,
    entity: str,
    category: Category,
    further: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Record rows whose `_value`, an integer, lies outside its range.

    Args:
        rows: The rows.
        table: The declaration.
        name: What is out of range.
        digits: Decimals the integer stands for.
        entity: Column of the entity.
        category: Category of the records.
        further: Further columns of the records.
    """
    reason = pl.format(REASONS["out_of_range"], pl.lit(name), pl.col("_value"), pl.lit(str(digits)))
    detail = name if category is Category.DATA_ISSUE else ""
    kind = "TEAM" if entity == "team_abbr" else "PLAYER"
    return records.draft(
        rows.with_columns(game_date=pl.col(table.date or "")),
        category,
        kind,
        pl.col(entity),
        reason,
        detail=pl.lit(detail),
        further=further,
    )

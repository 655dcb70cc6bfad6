"""Comparing two frames of one table, cell by cell."""

from __future__ import annotations

import polars as pl


def differs(one: pl.Expr, other: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Return whether two values differ: floats by their bits, so −0.0 is not 0.0, and NULL equals NULL.

    >>> pl.select(differs(pl.lit(0.0), pl.lit(-0.0), pl.Float64())).item()
    True
    """
    if dtype == pl.Float64:
        one, other = one.cast(pl.String), other.cast(pl.String)
    return one.ne_missing(other)


def key_text(row: tuple[object, ...]) -> str:
    """Return the key of a row as text.

    >>> key_text(("2022-01-09", "BOS"))
    '2022-01-09 BOS'
    """
    return " ".join(map(str, row))

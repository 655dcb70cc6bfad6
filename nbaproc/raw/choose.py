"""One row per key, by a stated order."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def best_first(frame: pl.DataFrame, key: Sequence[str], *order: str) -> pl.DataFrame:
    """Sort by key and then by `order`: a leading `-` puts the largest value first, NULL is always last.

    Rows that are equal in all of it keep the order they came in, which is that of the raw lake.
    """
    names = [name.removeprefix("-") for name in order]
    descending = [False] * len(key) + [name.startswith("-") for name in order]
    return frame.sort(*key, *names, descending=descending, nulls_last=True, maintain_order=True)


def first_per(frame: pl.DataFrame, key: Sequence[str], *order: str) -> pl.DataFrame:
    """Keep the best row of every key, in the order of `best_first`.

    >>> rows = pl.DataFrame({"game": [1, 1], "loaded": [5, None], "team": ["BOS", "ATL"]})
    >>> first_per(rows, ["game"], "-loaded", "team").row(0)
    (1, 5, 'BOS')
    """
    return best_first(frame, key, *order).unique(key, keep="first", maintain_order=True)

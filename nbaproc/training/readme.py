"""The page beside a training set: how to read it, with lines that run as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from nbaproc.features import Feature
from nbaproc.training.parts import WHOLE

_PAGE = """\
# {name}

NBA player games: what was known before each game (`f00_` to `f{last:02}_`), and what the player did (`y_`).
One row per `game_date` and `player_lookup`, sorted by them. `dictionary.csv` says what every column is,
`manifest.json` what the set was made of: parts, row counts, what each filter drops, fingerprints.

The lines below run in this folder.

## Polars

```python
import polars as pl

rows = pl.read_parquet("{glob}")
rows = rows.filter("is_training_ready", "y_played")
x, y = rows.select("^f[0-9][0-9]_.*$"), rows["y_points"]
```

## pandas

```python
from pathlib import Path

import pandas as pd

rows = pd.concat([pd.read_parquet(path) for path in sorted(Path(".").glob("{glob}"))], ignore_index=True)
rows = rows[rows["is_training_ready"] & rows["y_played"]]
x, y = rows.filter(regex="^f[0-9][0-9]_"), rows["y_points"]
```

## DuckDB

```python
import duckdb

rows = duckdb.sql(\"\"\"
    FROM read_parquet('{glob}', hive_partitioning = false)
    WHERE is_training_ready AND y_played
    ORDER BY game_date, player_lookup
\"\"\")
x, y = rows.select("COLUMNS('^f[0-9][0-9]_')"), rows.select("y_points")
```

## Rules

* Take columns by name, and join on `game_date` and `player_lookup` only.
* Filter on `is_training_ready` and `y_played`; `f28_has_vegas_line = 1` keeps the rows that could be bet on. A version
  without that column has `y_line`, which is NULL without a line.
* {nulls}
* Cut by date, never at random. Scalers and imputers are fitted on the training part alone; `nbaproc.training` has
  `splits.split`, `splits.walk_forward`, `dataset.impute` and `weights.weights` for that.
* Rows exist for players who played: not a set to learn from who will play.
* Lines are the last ones before tip-off. A model that is served in the morning has earlier ones: leave f25 to f27 out,
  or train with lines of that hour.
"""


def readme(name: str, features: Sequence[Feature], parts: Sequence[str], *, imputed: bool) -> str:
    """Return the page of a set.

    Args:
        name: Its name.
        features: Its features.
        parts: Names of its parts.
        imputed: Whether its NULLs were filled.
    """
    folder = "" if parts[0] == WHOLE else f"{parts[0]}/"
    nulls = (
        "Features that were NULL hold the constants `imp` of the dictionary; `default_mask` tells which they were."
        if imputed
        else "NULL means unknown and becomes NaN, which tree models take. Never fill it with 0."
    )
    return _PAGE.format(name=name, last=features[-1].index, glob=f"{folder}season=*/*.parquet", nulls=nulls)

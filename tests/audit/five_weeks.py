"""Five weeks of a simulated season with every table computed: enough for every check to have something to measure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.audit.checks import Check, checks
from nbaproc.audit.validate import Dates, Validation, validate
from nbaproc.audit.verdicts import Verdict
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.parquet import encode, read_facts
from nbaproc.run.inputs import whole_seasons
from nbaproc.warehouse.duck import lake_queries
from tests.conftest import TODAY, made_once
from tests.run.weeks import DECLARED, OPENING, cut, run

END = date(2021, 11, 24)
#: A date on which teams have fifteen games and the season is a month old.
DAY = date(2021, 11, 22)

Change = Callable[[pl.DataFrame], pl.DataFrame]


def make_five_weeks(simulated_lake: Path, factory: pytest.TempPathFactory) -> Path:
    """Return the lake, made once for all workers: to copy, never to write."""

    def make(lake: Lake) -> None:
        cut(Lake(simulated_lake), lake, END)
        assert run(lake, end=END).exit_code == 0

    return made_once(factory, "five_weeks", make)[0].root


def measure(
    lake: Lake,
    wanted: Collection[Check] | None = None,
    start: date = OPENING,
    end: date = END,
    only: Collection[date] | None = None,
) -> Validation:
    """Run checks on a lake, by default all."""
    with lake_queries(lake, *whole_seasons(start, end)) as query:
        return validate(query, checks() if wanted is None else wanted, Dates(start, end, TODAY, only))


def missed(found: Validation) -> dict[str, str]:
    """Return the worst verdict of every check that misses its target."""
    of_check: dict[str, str] = {}
    for line in sorted(found.lines, key=lambda line: line.verdict.rank):
        if line.verdict in (Verdict.WARN, Verdict.FAILS):
            of_check[line.check.name] = line.verdict.value
    return of_check


def reading(name: str) -> list[Check]:
    """Return the checks that read a table: no other can see that it was changed."""
    return [check for check in checks() if f".{name}`" in check.query]


def spoil(lake: Lake, name: str, change: Change) -> None:
    """Change rows of a table in its month files, whose footers go on saying what they said."""
    paths = [lake.path(DECLARED[name], month) for month in lake.months(DECLARED[name])]
    assert sum(_spoil(path, change) for path in paths), "nothing was changed"


def _spoil(path: Path, change: Change) -> bool:
    rows = pl.read_parquet(path)
    changed = change(rows)
    if changed.equals(rows):
        return False
    path.write_bytes(encode(changed.select(rows.columns).cast(dict(rows.schema)), read_facts(path)))
    return True


def tell(lake: Lake, **values: Any) -> None:
    """Add a failure record to a file that has some: that of a player without zones, with other values."""
    path = next(iter(sorted(lake.folder(PROCESSING_FAILURES).glob("*/2021-11.player_shot_zone_analysis.parquet"))))
    rows = pl.read_parquet(path)
    record = rows.head(1).with_columns(**{k: pl.lit(v) for k, v in values.items()}).cast(dict(rows.schema))
    path.write_bytes(encode(pl.concat([rows, record]), read_facts(path)))


def on(day: date, column: str = "game_date") -> pl.Expr:
    """Return whether a row is of a date."""
    return pl.col(column) == day


def setting(where: pl.Expr, **values: Any) -> Change:
    """Return a change that sets columns of some rows."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        new = {
            name: pl.when(where).then(value if isinstance(value, pl.Expr) else pl.lit(value)).otherwise(pl.col(name))
            for name, value in values.items()
        }
        return rows.with_columns(**new)

    return change


def without(where: pl.Expr) -> Change:
    """Return a change that takes rows out."""
    return lambda rows: rows.filter(~where.fill_null(False))


def every(nth: int, by: str = "game_date") -> pl.Expr:
    """Return whether a row is the nth, 2nth, ... of its date."""
    return (pl.int_range(pl.len()).over(by) + 1) % nth == 0

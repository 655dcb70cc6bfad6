"""What the runner itself records of a date, beside what the tables record: how the date came to be."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from nbaproc.boundary import complete_records
from nbaproc.failures import PROCESSING_FAILURES, Category
from nbaproc.raw import records
from nbaproc.run.engines import StageRun
from nbaproc.tables import declarations

#: Names of the notes.
GAP, ROSTER, FALLBACK = "window_gap", "roster_gap", "engine_fallback"
CONTAMINATED, UNCOVERED = "contaminated", "partial_upstream"
NOTES = (GAP, ROSTER, FALLBACK, CONTAMINATED, UNCOVERED)
#: Categories that no table uses.
CATEGORIES = (Category.COUNT_MISMATCH.name, Category.PROCESSING_ERROR.name)
#: Tables in which a player who is not in the pre-game context gets a record.
RECORDED = ("player_composite_factors", "player_daily_cache")


def by_runner() -> pl.Expr:
    """Return whether a failure record was written by the runner: no engine can give it again."""
    category = pl.col("failure_category")
    absent = (category == Category.MISSING_DATA.name) & pl.col("table_name").is_in(RECORDED)
    return pl.col("detail").is_in(NOTES) | category.is_in(CATEGORIES) | absent


def note(rows: pl.DataFrame, name: str, text: pl.Expr) -> pl.DataFrame:
    """Return draft notes on dates.

    Args:
        rows: Rows with a `game_date`.
        name: Name of the note.
        text: Its sentence.
    """
    return records.draft(rows, Category.DATA_ISSUE, "DATE", pl.lit("DATE_LEVEL"), text, detail=pl.lit(name))


def add(stage: StageRun, name: str, drafts: list[pl.DataFrame]) -> StageRun:
    """Return a stage with more records of one table; unchanged where the table was not made.

    Args:
        stage: What was computed.
        name: The table.
        drafts: Draft records.
    """
    run = stage.tables.get(name)
    if run is None or run.records is None:
        return stage
    added = complete_records(declarations()[name], records.gather(drafts))
    more = pl.concat([run.records, added]).sort(PROCESSING_FAILURES.key)
    return replace(stage, tables=stage.tables | {name: replace(run, records=more)})

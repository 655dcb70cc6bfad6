"""Rows that may not be written, and the records that stand for them: one bad row never costs the others their place."""

from __future__ import annotations

import polars as pl

from nbaproc.boundary import complete_records, row_faults
from nbaproc.columns import Table
from nbaproc.failures import MANY_BAD, PROCESSING_FAILURES, REASONS, Category
from nbaproc.raw import records

#: More than one bad row of so many is an error of the whole date.
MANY = 10


def refuse_bad_rows(table: Table, rows: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out the rows that contradict the declaration; of a game with two rows, both.

    Args:
        table: The declaration.
        rows: Its rows, with the declared columns and types.
        known: Its complete failure records.

    Returns:
        The rows that stay, and the records with one for every player, team or game that was left out; a date with
        many such rows has a note.

    Raises:
        ConfigurationError: A bad row has no date.
    """
    faults = row_faults(table, rows)
    if faults.null_count() == faults.len():
        return rows, known
    side = table.key[1]
    kind = "GAME" if table.of_games else "TEAM" if side.endswith("team_abbr") else "PLAYER"
    entity = pl.col("game_id" if table.of_games else side)
    marked = rows.with_columns(_fault=faults, game_date=pl.col(table.date or ""))
    is_bad, told = pl.col("_fault").is_not_null(), entity.is_not_null()
    bad = marked.filter(is_bad)
    left_out = is_bad.any().over("game_date", entity) if table.of_games else is_bad
    kept = rows.filter(marked.select(~(is_bad | (told & left_out))).to_series())
    named = pl.format("{}: {}", pl.col(side).fill_null("no name"), "_fault")
    reason = named if table.of_games else pl.col("_fault")
    failed, whole_date = Category.VALIDATION_FAILED, pl.lit("DATE_LEVEL")
    counts = marked.group_by("game_date").agg(bad=is_bad.sum(), rows=pl.len())
    many = counts.filter(MANY * pl.col("bad") > pl.col("rows"))
    text = pl.format(REASONS["many_bad_rows"], "bad", "rows")
    drafts = [
        records.draft(bad.filter(told), failed, kind, entity, reason),
        # Whoever is not even named is told of with the date.
        records.draft(bad.filter(~told), failed, "DATE", whole_date, named),
        records.draft(many, Category.DATA_ISSUE, "DATE", whole_date, text, detail=pl.lit(MANY_BAD)),
    ]
    added = complete_records(table, records.gather(drafts))
    # What a table itself says of an entity stands.
    added = added.join(known, on=PROCESSING_FAILURES.key, how="anti")
    return kept, pl.concat([known, added]).sort(PROCESSING_FAILURES.key)

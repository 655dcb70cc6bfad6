"""`nbaproc failures`: why entities have no row, and notes on rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import Settings, range_options, read_range, read_tables, shared, tables_option
from .output import print_json, print_table

if TYPE_CHECKING:
    import polars as pl

#: Records that are listed at most, unless --all asks for every one.
SHOWN = 50


@click.command(short_help="Why entities have no row.")
@range_options
@tables_option
@click.option("--category", metavar="NAME", help="Only this category, as INSUFFICIENT_DATA.")
@click.option("--all", "everything", is_flag=True, help=f"List every record, not the first {SHOWN}.")
@shared
@click.pass_obj
def failures(
    settings: Settings,
    start: str | None,
    end: str | None,
    dates: str | None,
    tables: str,
    category: str | None,
    everything: bool,
) -> int:
    """Count the failure records of a range by table and category, and list them.

    An entity that should have a row and has none is here with the reason and its numbers; a record of class note
    speaks about a row that was written.
    """
    import polars as pl

    from nbaproc.failures import Category
    from nbaproc.lake import Lake
    from nbaproc.tables import declarations

    span = read_range(settings, start, end, dates)
    known = [kind.name for kind in Category]
    wanted = category.strip().upper() if category else None
    if wanted is not None and wanted not in known:
        raise click.UsageError(f"--category {category} is none; there are {', '.join(known)}")
    lake = Lake(settings.lake_path)
    found = pl.concat(lake.read_records(declarations()[name], span.start, span.end) for name in read_tables(tables))
    if span.only is not None:
        found = found.filter(pl.col("analysis_date").is_in(span.only))
    if wanted is not None:
        found = found.filter(failure_category=wanted)
    counts = _counts(found)
    if settings.json:
        print_json({"counts": counts.to_dicts(), "records": found.to_dicts()})
        return 0
    if not found.height:
        click.echo(f"No failure record {span}.")
        return 0
    print_table(counts.columns, counts.rows(), right=("records", "dates", "entities"))
    listed = found if everything else found.head(SHOWN)
    columns = ("analysis_date", "table_name", "entity_id", "failure_category", "failure_type", "failure_reason")
    click.echo()
    print_table(columns, listed.select(columns).rows())
    if listed.height < found.height:
        click.echo(
            f"\n{found.height - listed.height:,} more; --all lists them, --category and --tables narrow them down"
        )
    return 0


def _counts(records: pl.DataFrame) -> pl.DataFrame:
    """Return how many records of each category a table has."""
    import polars as pl

    key = ["table_name", "failure_category", "failure_class", "can_retry"]
    return (
        records.group_by(key)
        .agg(records=pl.len(), dates=pl.col("analysis_date").n_unique(), entities=pl.col("entity_id").n_unique())
        .sort(key)
    )

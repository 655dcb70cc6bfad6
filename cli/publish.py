"""`nbaproc publish`: the lake -> BigQuery."""

from __future__ import annotations

from dataclasses import asdict

import click

from .options import Settings, range_to_today_options, read_range, read_tables, shared, tables_option
from .output import print_json
from .published import open_ready, print_estimates, print_report, publish_range, report_json, span_of
from .warehouse_options import read_where, warehouse_options


@click.command(short_help="Bring BigQuery in line with the lake.")
@range_to_today_options
@tables_option
@click.option("--dry-run", is_flag=True, help="Print jobs, bytes and share of the daily quota; write nothing.")
@warehouse_options
@shared
@click.pass_obj
def publish(
    settings: Settings,
    start: str | None,
    end: str | None,
    dates: str | None,
    tables: str,
    dry_run: bool,
    where: dict[str, str | None],
) -> int:
    """Put every date into BigQuery whose rows or failure records differ from what it holds.

    The dates of a table are replaced together, by one load into a staging table and one transaction. Whatever fails
    leaves a date as it was or as it is to be; the same command again does the rest, and nothing where nothing differs.
    The tables must be there: `nbaproc warehouse init` makes them.

    \b
      nbaproc publish --project my-project --dry-run
      nbaproc publish --project my-project --start 2021-10-19 --end 2022-06-16
      nbaproc publish --project my-project --dates 2022-01-06 --tables player_game_summary
    """
    configuration = read_where(where)
    span, names = read_range(settings, start, end, dates, "TODAY"), read_tables(tables)
    warehouse = open_ready(configuration, names)
    if dry_run:
        from datetime import UTC, datetime

        from nbaproc.lake import Lake
        from nbaproc.warehouse.publish_plan import estimate

        lake = Lake(settings.lake_path)
        found = estimate(lake, warehouse, configuration, span_of(names, span), datetime.now(UTC))
        if settings.json:
            print_json({"tables": [asdict(each) | {"share": each.share} for each in found], "exit_code": 0})
        else:
            print_estimates(found)
        return 0
    report = publish_range(settings, warehouse, configuration, names, span)
    if settings.json:
        print_json(report_json(report))
    else:
        print_report(report)
    return report.exit_code

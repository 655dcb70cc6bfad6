"""What the commands that publish share: the warehouse, and printing what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .options import Range, Settings
from .output import Bar, print_table

if TYPE_CHECKING:
    from nbaproc.warehouse.configuration import Configuration
    from nbaproc.warehouse.port import Warehouse
    from nbaproc.warehouse.publish_plan import Estimate, Span
    from nbaproc.warehouse.report import Outcome, Report

#: Dates that are named of a table that the lake holds in part.
NAMED = 5


def open_warehouse(configuration: Configuration) -> Warehouse:
    """Return the warehouse; this is what imports its client."""
    from nbaproc.warehouse.bigquery import BigQuery

    return BigQuery(configuration)


def open_ready(configuration: Configuration, tables: Sequence[str]) -> Warehouse:
    """Return the warehouse after a look at the tables that will be published.

    Raises:
        ConfigurationError: A data set or a table is missing or differs.
        WarehouseError: The warehouse does not answer.
    """
    from nbaproc.tables import declarations
    from nbaproc.warehouse.ready import ensure_ready

    warehouse = open_warehouse(configuration)
    ensure_ready(warehouse, configuration, [declarations()[name] for name in tables])
    return warehouse


def publish_range(
    settings: Settings, warehouse: Warehouse, configuration: Configuration, tables: Sequence[str], span: Range
) -> Report:
    """Publish tables for the dates of a range."""
    from nbaproc.lake import Lake
    from nbaproc.run.breaker import limits_from_environment
    from nbaproc.warehouse.publishing import publish

    with Bar("dates") as bar:
        return publish(
            Lake(settings.lake_path),
            warehouse,
            configuration,
            span_of(tables, span),
            limits=limits_from_environment(),
            progress=bar,
        )


def span_of(tables: Sequence[str], span: Range) -> Span:
    """Return what is asked for."""
    from nbaproc.warehouse.publish_plan import Span

    return Span(tables, span.start, span.end, span.only)


def report_json(report: Report) -> dict[str, Any]:
    """Return what a publish did for JSON."""
    return {
        "destination": report.destination,
        "tables": {outcome.table: asdict(outcome) for outcome in report.outcomes},
        "load_jobs": report.load_jobs,
        "bytes": report.bytes,
        "warnings": report.warnings,
        "exit_code": report.exit_code,
    }


def print_report(report: Report) -> None:
    """Print what a publish did."""
    headers = ("published", "dates", "rows", "records", "current", "unpublished", "state")
    rows = [(o.table, o.dates, o.rows, o.records, o.current, _left(o), o.state) for o in report.outcomes]
    print_table(headers, rows, right=headers[1:-1])
    for outcome in report.outcomes:
        if outcome.reason:
            click.echo(f"{outcome.state} {outcome.table}: {outcome.reason}: {outcome.message}")
        if outcome.torn:
            more = " …" if len(outcome.torn) > NAMED else ""
            days = ", ".join(map(str, outcome.torn[:NAMED]))
            click.echo(
                f"left as it was {outcome.table} {days}{more}: a run ended in the midst of it; run backfill again"
            )
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    megabytes = report.bytes / 2**20
    if report.load_jobs or any(outcome.dates for outcome in report.outcomes):
        click.echo(f"\n{report.load_jobs:,} load jobs with {megabytes:.1f} MiB to {report.destination}*")
    elif not report.exit_code:
        click.echo(f"\nnothing to publish: {report.destination}* holds what the lake does")


def _left(outcome: Outcome) -> int:
    return outcome.todo - outcome.dates + len(outcome.torn)


def print_estimates(found: Sequence[Estimate]) -> None:
    """Print what a publish would do."""
    headers = ("table", "dates", "rows", "load jobs", "transactions", "MiB", "used in 24 h", "share of a day")
    rows = [
        (
            e.table,
            e.dates,
            e.rows,
            e.load_jobs,
            e.transactions,
            f"{e.bytes / 2**20:.2f}",
            e.used,
            f"{e.share:.1f} % of {e.budget:,}",
        )
        for e in found
    ]
    print_table(headers, rows, right=headers[1:])

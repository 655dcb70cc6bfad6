"""`nbaproc validate`: figures of the lake or the warehouse against their targets."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from .options import Settings, range_options, read_range, shared
from .output import Bar, print_json, print_table
from .warehouse_options import read_where, warehouse_options

if TYPE_CHECKING:
    from nbaproc.audit.validate import Dates, Query, Validation

#: Exit code where a target is missed.
MISSED = 4
LAKE, BIGQUERY = "lake", "bigquery"
GROUPS = ("coverage", "quality", "contamination", "reconcile")
HEADERS = ("check", "scope", "figure", "of", "target", "verdict", "")


@click.command(short_help="Measure coverage, quality and contamination against their targets.")
@click.argument("checks", nargs=-1, type=click.Choice([*GROUPS, "all"]), metavar="[CHECKS]...")
@range_options
@click.option(
    "--warehouse",
    "place",
    type=click.Choice([LAKE, BIGQUERY]),
    default=LAKE,
    show_default=True,
    help="Where the rows are: the same queries, and for the same rows the same figures.",
)
@warehouse_options
@shared
@click.pass_obj
def validate(
    settings: Settings,
    checks: tuple[str, ...],
    start: str | None,
    end: str | None,
    dates: str | None,
    place: str,
    where: dict[str, str | None],
) -> int:
    """Measure what there is of a range and compare it with what there should be.

    CHECKS are any of coverage (are all dates, teams and players there), quality (are the values known and plausible),
    contamination (do rows say anything), reconcile (is everybody accounted for), or all, which is the default.

    Exits with 4 if a figure fails. One that only warns has missed its target and is worth a look.
    """
    from nbaproc.audit.checks import of_groups
    from nbaproc.audit.validate import Dates
    from nbaproc.audit.validate import validate as measure

    if place == LAKE and any(where.values()):
        given = next(name for name, value in where.items() if value)
        raise click.UsageError(f"--{given.replace('_', '-')} belongs to --warehouse {BIGQUERY}")
    span = read_range(settings, start, end, dates)
    wanted = GROUPS if not checks or "all" in checks else checks
    asked = Dates(span.start, span.end, settings.today, span.only)
    with _queries(settings, place, where, asked) as query, Bar("checks") as bar:
        found = measure(query, of_groups(wanted), asked, bar)
    if settings.json:
        print_json(_as_json(found, place))
    else:
        _print(found)
    return 0 if found.holds else MISSED


@contextlib.contextmanager
def _queries(settings: Settings, place: str, where: dict[str, str | None], dates: Dates) -> Iterator[Query]:
    if place == LAKE:
        from nbaproc.lake import Lake
        from nbaproc.run.inputs import whole_seasons
        from nbaproc.warehouse.duck import lake_queries

        with lake_queries(Lake(settings.lake_path), *whole_seasons(dates.start, dates.end)) as query:
            yield query
        return
    from nbaproc.warehouse.asking import warehouse_queries
    from nbaproc.warehouse.bigquery import BigQuery

    configuration = read_where(where)
    with contextlib.closing(BigQuery(configuration)) as warehouse:
        yield warehouse_queries(warehouse, configuration)


def _print(found: Validation) -> None:
    from nbaproc.audit.validate import folded
    from nbaproc.failures import PROCESSING_FAILURES
    from nbaproc.tables import declarations

    tables = {table.code or table.name for table in (*declarations().values(), PROCESSING_FAILURES)}

    for group, of_group in groupby(found.lines, key=lambda line: line.check.group):
        rows = []
        for line in folded(list(of_group), tables):
            target = line.check.target.text + (" %" if line.check.unit == "%" else "")
            figure = (line.figure.text(line.check.unit), f"{line.figure.denominator:,}")
            rows.append((line.check.title, line.figure.scope, *figure, target, line.verdict.value, line.detail))
        print_table(HEADERS, rows, title=group, right=("figure", "of"))
        click.echo()
    counts = Counter(line.verdict.value for line in found.lines)
    told = ", ".join(f"{counts[word]} {word}" for word in ("ok", "warn", "fails", "reported") if counts[word])
    verdict = "no figure fails" if found.holds else "TARGETS ARE MISSED"
    click.echo(f"{found.dates} dates from {found.start} to {found.end}, {len(found.lines)} figures: {told}: {verdict}")


def _as_json(found: Validation, place: str) -> dict[str, Any]:
    listed = []
    for check, of_check in groupby(found.lines, key=lambda line: line.check):
        figures = [
            {
                "scope": line.figure.scope,
                "numerator": line.figure.numerator,
                "denominator": line.figure.denominator,
                "figure": line.figure.text(check.unit),
                "verdict": line.verdict.value,
                "detail": line.detail,
                "missed": [asdict(figure) for figure in line.missed],
            }
            for line in of_check
        ]
        fails = check.fails.text if check.fails else f"not {check.target.text}"
        said = {"unit": check.unit, "target": check.target.text, "fails": fails}
        listed.append({"group": check.group, "check": check.name, "title": check.title, **said, "figures": figures})
    span = {"start": found.start, "end": found.end, "dates": found.dates}
    return {"warehouse": place, **span, "checks": listed, "holds": found.holds}

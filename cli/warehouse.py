"""`nbaproc warehouse`: the data sets and tables in BigQuery that publishing writes to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import Settings, shared
from .output import print_json, print_table
from .warehouse_options import read_where, warehouse_options

if TYPE_CHECKING:
    from nbaproc.warehouse.ready import Difference


@click.group(short_help="Data sets and tables in BigQuery.")
@shared
def warehouse() -> None:
    """Make or check the data sets and tables in BigQuery that `publish` writes to.

    Credentials are the application default credentials of the machine.
    """


@warehouse.command()
@warehouse_options
@shared
@click.pass_obj
def init(settings: Settings, where: dict[str, str | None]) -> int:
    """Make the data sets and tables that are missing, and add new columns that may be NULL.

    Twice changes nothing. A type, partition or location that differs is an error, and then nothing is changed.
    """
    from nbaproc.warehouse.bigquery import BigQuery
    from nbaproc.warehouse.ready import initialise

    configuration = read_where(where)
    with closing(BigQuery(configuration)) as there:
        mended = initialise(there, configuration)
    if settings.json:
        print_json({"made": [_row(difference) for difference in mended]})
    elif mended:
        print_table(("made", "what"), [(difference.name, difference.about) for difference in mended])
    else:
        click.echo("Everything was there.")
    return 0


@warehouse.command()
@warehouse_options
@shared
@click.pass_obj
def check(settings: Settings, where: dict[str, str | None]) -> int:
    """Compare data sets and tables with the declarations; exit code 4 if anything differs.

    Compared are location, columns, types, NULL, partition, clustering, partition filter and expiry.
    """
    from nbaproc.warehouse.bigquery import BigQuery
    from nbaproc.warehouse.ready import differences

    configuration = read_where(where)
    with closing(BigQuery(configuration)) as there:
        found = differences(there, configuration)
    if settings.json:
        print_json({"differences": [_row(difference) for difference in found]})
    else:
        _print(found)
    return 4 if found else 0


def _print(found: Sequence[Difference]) -> None:
    if not found:
        click.echo("Everything is as it is declared.")
        return
    headers = ("name", "what", "declared", "found", "init mends it")
    print_table(headers, [(d.name, d.about, d.declared, d.found, d.is_mendable) for d in found])


def _row(difference: Difference) -> dict[str, object]:
    return asdict(difference) | {"is_mendable": difference.is_mendable}

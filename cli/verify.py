"""`nbaproc verify`: the lake against the reference engine."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import Settings, range_options, read_range, read_tables, shared, tables_option
from .output import Bar, print_json, print_table

if TYPE_CHECKING:
    from nbaproc.audit.verify import Proof

#: Exit code of a proof that does not hold.
DIFFERS = 4


@click.command(short_help="Compare the lake with the reference engine.")
@range_options
@tables_option
@shared
@click.pass_obj
def verify(settings: Settings, start: str | None, end: str | None, dates: str | None, tables: str) -> int:
    """Recompute a range with the plain-Python reference engine and compare every cell with the lake, bit for bit.

    Exits with 4 if a cell differs, a planned date is missing, or there is nothing to compare.
    """
    from nbaproc.audit.verify import verify as prove
    from nbaproc.lake import Lake

    span = read_range(settings, start, end, dates)
    lake, names = Lake(settings.lake_path), read_tables(tables)
    with Bar() as bar:
        proof = prove(lake, names, span.start, span.end, bar, today=settings.today, only=span.only)
    if settings.json:
        print_json(
            {
                "tables": {name: asdict(table) for name, table in proof.tables.items()},
                "cells": proof.cells,
                "different": proof.different,
                "differences": [asdict(d) for d in proof.differences],
                "holds": proof.holds,
            }
        )
    else:
        _print(proof)
    return 0 if proof.holds else DIFFERS


def _print(proof: Proof) -> None:
    headers = ("table", "dates", "rows", "cells", "equal", "different")
    rows = [(n, t.dates, t.rows, t.cells, t.cells - t.different, t.different) for n, t in proof.tables.items()]
    print_table(headers, rows, right=headers[1:])
    for name, table in proof.tables.items():
        if table.error:
            click.echo(f"{name}: the reference engine failed: {table.error}")
        if table.not_built:
            days = ", ".join(map(str, table.not_built[:10]))
            more = f" and {len(table.not_built) - 10} more" if len(table.not_built) > 10 else ""
            click.echo(f"{name}: {len(table.not_built)} planned date(s) are not in the lake: {days}{more}")
    if proof.differences:
        click.echo("\nFirst differences")
        shown = [(d.table, d.key, d.column or "(whole row)", d.lake, d.reference) for d in proof.differences]
        print_table(("table", "row", "column", "lake", "reference"), shown)
    equal = proof.cells - proof.different
    verdict = "every cell is equal" if proof.holds else "THE PROOF DOES NOT HOLD"
    click.echo(f"\n{proof.cells:,} cells compared, {equal:,} equal, {proof.different:,} different: {verdict}")

"""`nbaproc verify-ledger` and `nbaproc rebuild-ledger`: the ledger against the lake."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import Settings, range_to_today_options, read_range, read_tables, shared, tables_option
from .output import Bar, print_json, print_table

if TYPE_CHECKING:
    from nbaproc.audit.ledger import Recount

#: Exit code of a recount that finds something else than is said.
DIFFERS = 4
#: Differences that are listed; --json has all.
SHOWN = 50


@click.command("verify-ledger", short_help="Recount every file against its footer and the ledger.")
@range_to_today_options
@tables_option
@shared
@click.pass_obj
def verify_ledger(settings: Settings, start: str | None, end: str | None, dates: str | None, tables: str) -> int:
    """Recount rows and keys, compute the fingerprints of rows and records anew, and compare with what is said.

    A date whose file is not what its footer says is computed again by the next backfill. Exits with 4 if anything
    differs.
    """
    from nbaproc.audit.ledger import verify_ledger as recount
    from nbaproc.lake import Lake

    span = read_range(settings, start, end, dates, "TODAY")
    lake, names = Lake(settings.lake_path), read_tables(tables)
    with Bar("files") as bar:
        found = recount(lake, names, span.start, span.end, span.only, bar)
    if settings.json:
        print_json(
            {
                "tables": {name: {"cells": found.cells[name], "rows": found.rows[name]} for name in names},
                "mismatches": [asdict(mismatch) for mismatch in found.mismatches],
                "mended": found.mended,
                "holds": found.holds,
            }
        )
    else:
        _print(found)
    return 0 if found.holds else DIFFERS


def _print(found: Recount) -> None:
    rows = []
    for name, cells in found.cells.items():
        wrong = sum(mismatch.table == name for mismatch in found.mismatches)
        rows.append((name, cells, found.rows[name], wrong))
    headers = ("table", "cells", "rows", "different")
    print_table(headers, rows, right=headers[1:])
    if found.mismatches:
        click.echo("\nDifferences")
        shown = [(m.table, m.day or m.month, m.where, m.message) for m in found.mismatches[:SHOWN]]
        print_table(("table", "date", "wrong is", "the data, and what is said"), shown)
        if len(found.mismatches) > SHOWN:
            click.echo(f"{len(found.mismatches) - SHOWN:,} more; --json has all")
    if found.mended:
        click.echo(f"\n{found.mended:,} cells of the ledger were brought in line with the footers")
    verdict = "every file holds what is said of it" if found.holds else "THE LEDGER DOES NOT HOLD"
    remedy = "" if found.holds else "; `nbaproc backfill` computes those dates again"
    click.echo(f"\n{sum(found.cells.values()):,} cells recounted: {verdict}{remedy}")


@click.command("rebuild-ledger", short_help="Make the ledger anew from the lake.")
@shared
@click.pass_obj
def rebuild_ledger(settings: Settings) -> int:
    """Make the ledger's cells anew from the footers of the files.

    What only the ledger knew is lost: which dates failed or wait. The run history stays, unless the file was damaged.
    """
    from nbaproc.errors import UsageError
    from nbaproc.lake import Lake
    from nbaproc.ledger import Ledger
    from nbaproc.run.repair import rebuild

    lake = Lake(settings.lake_path)
    if not lake.root.is_dir():
        raise UsageError(f"{lake.root}: no such lake; name its folder with --lake")
    with Ledger(lake.root) as ledger:
        cells = rebuild(lake, ledger)
    if settings.json:
        print_json({"cells": cells, "ledger": ledger.path})
    else:
        click.echo(f"{cells:,} cells from the footers of {lake.root} are in {ledger.path}")
    return 0

"""`nbaproc tables`: the data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import Settings, shared
from .output import print_json, print_table

if TYPE_CHECKING:
    from nbaproc.columns import Column, Table


@click.command(short_help="Print the data dictionary.")
@click.argument("names", nargs=-1)
@click.option("--raw", is_flag=True, help="The raw tables that are read, instead of the output tables.")
@shared
@click.pass_obj
def tables(settings: Settings, names: tuple[str, ...], raw: bool) -> int:
    """Print the data dictionary: every table, or the columns of some.

    \b
      nbaproc tables
      nbaproc tables player_game_summary
      nbaproc tables --raw nbac_schedule
    """
    from nbaproc.failures import PROCESSING_FAILURES
    from nbaproc.raw.contract import RAW_TABLES
    from nbaproc.tables import declarations

    outputs = declarations() | {PROCESSING_FAILURES.name: PROCESSING_FAILURES}
    known = RAW_TABLES if raw else outputs
    by_code = {table.code.lower(): name for name, table in known.items() if table.code}
    chosen = [by_code.get(name.lower(), name) for name in names]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise click.UsageError(f"unknown table {unknown[0]!r}; there are {', '.join(known)}")
    wanted = [known[name] for name in chosen or known]
    if settings.json:
        print_json([_as_json(table) for table in wanted])
    elif not names:
        rows = [(t.name, t.code or None, t.dataset, len(t.columns), ", ".join(t.key) or None, t.says) for t in wanted]
        print_table(("table", "code", "data set", "columns", "key", "one row is"), rows, right=("columns",))
        click.echo("\n`nbaproc tables NAME` lists the columns of a table.")
    else:
        for table in wanted:
            print_table(
                ("column", "type", "null", "unit", "digits", "hashed", "meaning"),
                [_row(column) for column in table.columns],
                title=f"{table.dataset}.{table.name}: {table.says}; key {', '.join(table.key) or 'none'}",
            )
    return 0


def _row(column: Column) -> tuple[Any, ...]:
    says = column.says + (f" ({', '.join(column.values)})" if column.values else "")
    return (column.name, column.type.value, column.null, column.unit, column.digits, column.hashed, says)


def _as_json(table: Table) -> dict[str, Any]:
    return {
        "table": table.name,
        "code": table.code,
        "dataset": table.dataset,
        "says": table.says,
        "key": table.key,
        "date": table.date,
        "stage": table.stage,
        "inputs": table.inputs,
        "reads": table.reads,
        "columns": [
            {
                "name": c.name,
                "type": c.type.value,
                "null": c.null,
                "unit": c.unit,
                "digits": c.digits,
                "hashed": c.hashed,
                "values": c.values,
                "says": c.says,
            }
            for c in table.columns
        ],
    }

"""`nbaproc tables`: the tables there are, and their columns in short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import Settings, shared
from .output import print_json, print_table

if TYPE_CHECKING:
    from nbaproc.columns import Column, Table


@click.command(short_help="List the tables, or the columns of some.")
@click.argument("names", nargs=-1)
@click.option("--raw", is_flag=True, help="The raw tables that are read, instead of the output tables.")
@shared
@click.pass_obj
def tables(settings: Settings, names: tuple[str, ...], raw: bool) -> int:
    """List every table, or the columns of some; `nbaproc dictionary` says all there is to say.

    \b
      nbaproc tables
      nbaproc tables player_game_summary
      nbaproc tables --raw nbac_schedule
    """
    wanted = choose_tables(names, raw)
    if settings.json:
        from nbaproc.dictionary import describe

        print_json([describe(table) for table in wanted])
    elif not names:
        rows = [(t.name, t.code or None, t.dataset, len(t.columns), ", ".join(t.key) or None, t.says) for t in wanted]
        print_table(("table", "code", "data set", "columns", "key", "one row is"), rows, right=("columns",))
        click.echo("\n`nbaproc tables NAME` lists the columns of a table, `nbaproc dictionary NAME` explains them.")
    else:
        for table in wanted:
            print_table(
                ("column", "type", "null", "unit", "digits", "hashed", "meaning"),
                [_row(column) for column in table.columns],
                title=f"{table.dataset}.{table.name}: {table.says}; key {', '.join(table.key) or 'none'}",
            )
    return 0


def choose_tables(names: tuple[str, ...], raw: bool) -> list[Table]:
    """Return the tables of some names or codes, all of them without any.

    Args:
        names: What the user wrote.
        raw: Look among the raw tables, not among the output tables.

    Raises:
        click.UsageError: There is no such table.
    """
    from nbaproc.dictionary import known_tables

    known = known_tables(raw)
    by_code = {table.code.lower(): name for name, table in known.items() if table.code}
    chosen = [by_code.get(name.lower(), name) for name in names]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise click.UsageError(f"unknown table {unknown[0]!r}; there are {', '.join(known)}")
    return [known[name] for name in chosen or known]


def _row(column: Column) -> tuple[Any, ...]:
    says = column.says + (f" ({', '.join(column.values)})" if column.values else "")
    return (column.name, column.type.value, column.null, column.unit, column.digits, column.hashed, says)

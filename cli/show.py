"""`nbaproc show`: rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import Settings, read_tables, shared
from .output import print_frame, print_json, print_table

if TYPE_CHECKING:
    import polars as pl

    from nbaproc.columns import Table

#: Columns shown of several rows, besides the key, if the table has them; `--columns` chooses others.
USUAL = (
    *("game_id", "team_abbr", "opponent_team_abbr", "home_game", "win_flag", "minutes_played"),
    *("points", "points_scored", "points_allowed", "rebounds", "assists", "fg_makes", "fg_attempts", "usage_rate"),
    *("ts_pct", "pace", "offensive_rating", "defensive_rating", "points_line", "over_under_result", "quality_tier"),
)


@click.command(short_help="Print rows of a table.")
@click.argument("table")
@click.option("--date", "day", metavar="DATE", required=True, help="The date.")
@click.option("--player", metavar="NAME", help="Only this player, by name or lookup.")
@click.option("--team", metavar="CODE", help="Only this team.")
@click.option("--columns", metavar="NAMES", help="Columns to show, separated by commas; all of them for `all`.")
@shared
@click.pass_obj
def show(settings: Settings, table: str, day: str, player: str | None, team: str | None, columns: str | None) -> int:
    """Print rows of TABLE on a date: one row as a list, several as a table of the usual columns.

    \b
      nbaproc show player_game_summary --date 2021-11-15 --player "Nikola Jokić"
      nbaproc show togs --date 2021-11-15 --columns team_abbr,pace,possessions
    """
    from nbaproc.errors import UsageError
    from nbaproc.lake import Lake
    from nbaproc.tables import declarations

    names = read_tables(table)
    if len(names) != 1:
        raise click.UsageError(f"{table!r} names several tables; show prints one")
    declared = declarations()[names[0]]
    date_ = settings.day(day, "--date")
    rows = _filter(declared, Lake(settings.lake_path).read(declared, date_, date_), player, team)
    if not rows.height:
        raise UsageError(
            f"{declared.name} has no such row on {date_} in {settings.lake_path}; "
            f"compute the date with `nbaproc daily --date {date_}`"
        )
    wanted = _columns(declared, columns, rows.height)
    if settings.json:
        print_json(rows.select(wanted if columns else declared.names).to_dicts())
    elif rows.height == 1:
        values = [
            (name, value, declared[name].unit, declared[name].says)
            for name, value in zip(wanted, rows.select(wanted).row(0), strict=True)
        ]
        print_table(("column", "value", "unit", "meaning"), values)
    else:
        shown = print_frame(wanted, rows.select(wanted).rows())
        if shown < len(declared.columns):
            total = len(declared.columns)
            click.echo(f"\n{rows.height} rows, {shown} of {total} columns; --columns names others, --json prints all")
    return 0


def _filter(table: Table, rows: pl.DataFrame, player: str | None, team: str | None) -> pl.DataFrame:
    import polars as pl

    from nbaproc.raw.names import add_lookups

    if player is not None:
        if "player_lookup" not in table.names:
            raise click.UsageError(f"{table.name} has no players; leave --player out")
        wanted = add_lookups(pl.DataFrame({"name": [player]}), "name", "lookup")["lookup"][0]
        rows = rows.filter(pl.col("player_lookup") == wanted)
    if team is not None:
        column = next(name for name in ("team_abbr", "defending_team_abbr") if name in table.names)
        rows = rows.filter(pl.col(column) == team.strip().upper())
    return rows


def _columns(table: Table, columns: str | None, height: int) -> list[str]:
    if columns is None:
        if height == 1:
            return table.names
        return [*table.key, *(n for n in USUAL if n in table.names and n not in table.key)]
    if columns.strip().lower() == "all":
        return table.names
    wanted: list[Any] = [name.strip() for name in columns.split(",")]
    unknown = [name for name in wanted if name not in table.names]
    if unknown:
        raise click.UsageError(f"{table.name} has no column {unknown[0]}; `nbaproc tables {table.name}` lists them")
    return wanted

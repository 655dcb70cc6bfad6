"""`nbaproc dictionary`: every table and column, for people and programs."""

from __future__ import annotations

from pathlib import Path

import click

from .options import Settings, shared
from .output import print_json
from .tables import choose_tables

#: The formats of `nbaproc.dictionary.FORMATS`, the first unless another is asked for.
FORMATS = ("md", "json", "html")


@click.command(short_help="Explain every column: unit, range, NULL, source, formula.")
@click.argument("names", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Markdown, JSON, or a page for a browser  [default: that of the ending of --out, else md]",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file, all or nothing, instead of standard output.",
)
@click.option("--raw", is_flag=True, help="The raw tables that are read, instead of the output tables.")
@shared
@click.pass_obj
def dictionary(settings: Settings, names: tuple[str, ...], form: str | None, out: Path | None, raw: bool) -> int:
    """Print or write the data dictionary: of every column its type, unit, range, what NULL means, formula and source.

    Without names it has all tables; names are those of `nbaproc tables`, or codes such as PGS.

    \b
      nbaproc dictionary pdc
      nbaproc dictionary --out dictionary.html
      nbaproc dictionary --raw nbac_schedule
      nbaproc dictionary --json upcoming_player_game_context
    """
    from nbaproc.dictionary import FORMATS as RENDERERS

    wanted = choose_tables(names, raw)
    if form is None:
        ending = out.suffix.removeprefix(".").lower() if out else ""
        form = ending if ending in FORMATS else "json" if settings.json else FORMATS[0]
    text = RENDERERS[form](wanted)
    if out is None:
        if settings.json and form != "json":
            raise click.UsageError(f"--json and --format {form} contradict each other; leave one out or name an --out")
        click.echo(text, nl=False)
        return 0
    _write(out, text)
    columns = sum(len(table.columns) for table in wanted)
    if settings.json:
        print_json({"file": out, "format": form, "tables": len(wanted), "columns": columns})
    else:
        click.echo(f"{columns} columns of {len(wanted)} table(s) in {out}")
    return 0


def _write(path: Path, text: str) -> None:
    from nbaproc.errors import LakeError, UsageError
    from nbaproc.parquet import replace_file

    try:
        replace_file(path, text.encode())
    except LakeError as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        raise UsageError(f"--out {path}: cannot be written ({reason}); name another file") from error

"""`nbaproc features`: the feature list, and training sets made of the feature store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nbaproc.features import VERSION as NEWEST

from .options import Settings, read_range, shared, start_end_options
from .output import print_json, print_table

VERSION = click.option(
    "--version", metavar="NAME", default=NEWEST, show_default=True, help="Version of the feature list."
)


@click.group()
@shared
def features() -> None:
    """The feature list, and training sets made of the feature store."""


@features.command("list", short_help="Print the feature list.")
@VERSION
@shared
@click.pass_obj
def list_(settings: Settings, version: str) -> int:
    """Print the features of a version: unit, range, sources, what may stand for NULL, and which are optional."""
    from dataclasses import asdict

    from nbaproc.training.fields import range_text, sources_text
    from nbaproc.training.versions import features_of

    found = features_of(version)
    if settings.json:
        print_json([{"column": feature.column} | asdict(feature) for feature in found])
        return 0
    print_table(
        ("index", "column", "unit", "range", "sources", "imp", "optional"),
        [(f.index, f.column, f.unit, range_text(f.low, f.high), sources_text(f), f.impute, f.optional) for f in found],
        right=("index",),
    )
    return 0


@features.command(short_help="Write a training set.")
@start_end_options
@VERSION
@click.option(
    "--split",
    metavar="PARTS",
    help="Parts separated by /: train/validation/test, of two train/test, of one train. A part is a season (2021-22), "
    "seasons (2021-22..2022-23) or dates (2021-10-19..2022-04-10).",
)
@click.option(
    "--gap",
    type=click.IntRange(min=0),
    metavar="DAYS",
    default=0,
    show_default=True,
    help="Days left out at the end of a part, before the first date of the next.",
)
@click.option(
    "--min-quality",
    type=click.FloatRange(0, 100),
    metavar="SCORE",
    help="Only rows with a feature_quality_score from here on  [default: every row]",
)
@click.option(
    "--impute",
    type=click.Choice(["none", "default"]),
    default="none",
    show_default=True,
    help="Leave NULL, or fill it with the constants of the feature list.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder that takes ml_training_set/<version>/; an earlier export there is replaced.",
)
@shared
@click.pass_obj
def export(
    settings: Settings,
    start: str | None,
    end: str | None,
    version: str,
    split: str | None,
    gap: int,
    min_quality: float | None,
    impute: str,
    out: Path,
) -> int:
    """Join features and labels and write them as Parquet, cut by date, with a manifest, a dictionary and a README.

    \b
      nbaproc features export --start 2021-10-19 --end 2024-06-17 --out sets
      nbaproc features export --split 2021-22/2022-23/2023-24 --gap 7 --out sets

    With --split the range is that of the split unless --start or --end say otherwise. The manifest counts by part and
    season what each filter drops, or would drop: rows of players who did not play and rows that are not ready for
    training are written, and left to the reader. Same lake, same options, same bytes.
    """
    from nbaproc.lake import Lake
    from nbaproc.training.export import export as write
    from nbaproc.training.plan import Choice

    span = read_range(settings, start, end)
    first, last = span.start, span.end
    choice = Choice(
        version=version,
        start=None if start is None else first,
        end=None if end is None else last,
        split=split,
        gap=gap,
        min_quality=min_quality,
        imputed=impute == "default",
    )
    manifest = write(Lake(settings.lake_path), out, choice, settings.day("YESTERDAY", "--end"))
    if settings.json:
        print_json(manifest)
    else:
        _print(manifest, out)
    return 0


def _print(manifest: dict[str, Any], out: Path) -> None:
    drops = list(manifest["filters"]["dropped"])
    would = list(manifest["filters"]["would_drop"])
    headers = ("part", "dates", "rows", "ready", *drops, *(f"({name})" for name in would), "size")
    rows = []
    for part in manifest["parts"]:
        sums = _sums(manifest, part["name"], drops, would)
        ready = f"{100 * part['training_ready'] / part['rows']:.1f} %"
        dates = f"{part['first_date']} to {part['last_date']}: {part['dates']}"
        rows.append((part["name"], dates, part["rows"], ready, *sums, f"{part['bytes'] / 1e6:,.1f} MB"))
    if any(entry["part"] == "outside" for entry in manifest["counts"]):
        rows.append(("outside", None, 0, None, *_sums(manifest, "outside", drops, would), None))
    print_table(headers, rows, right=headers[2:])
    bare = sum(entry["played_without_features"] for entry in manifest["counts"])
    click.echo(
        "\nDropped rows stand under the filter that dropped them; in brackets, rows that were written and that a "
        "filter would drop (min_quality: 70 unless it is given)."
    )
    click.echo(f"{bare:,} players' games have a label and no features: the first two weeks of a season, first games.")
    click.echo(
        f"{manifest['rows']:,} rows, {len(manifest['features'])} features, dataset {manifest['dataset_hash']}, in "
        f"{out / manifest['dataset'] / manifest['feature_version']}"
    )


def _sums(manifest: dict[str, Any], part: str, drops: list[str], would: list[str]) -> list[int]:
    mine = [entry for entry in manifest["counts"] if entry["part"] == part]
    dropped = [sum(entry["dropped"][name] for entry in mine) for name in drops]
    return [*dropped, *(sum(entry["would_drop"][name] for entry in mine) for name in would)]

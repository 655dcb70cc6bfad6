"""`nbaproc simulate`: a made-up league -> raw lake."""

from __future__ import annotations

import click

from .options import Settings, shared


@click.command(short_help="Write a simulated league into the raw lake.")
@click.option("--seasons", default=1, show_default=True, type=click.IntRange(1, 40), help="How many seasons.")
@click.option("--seed", default=7, show_default=True, type=int, help="Same seed, same bytes.")
@click.option(
    "--start-season",
    default=2021,
    show_default=True,
    type=click.IntRange(2000, 2100),
    help="First season: 2021 is 2021-22.",
)
@shared
@click.pass_obj
def simulate(settings: Settings, seasons: int, seed: int, start_season: int) -> int:
    """Write a simulated league into the raw lake: 30 teams, schedules, box scores, game books, shots.

    It is what the demo runs on, and the scale test. Nobody in it is real. A lake that already holds other rows of these
    seasons is refused.
    """
    from nbaproc.lake import Lake
    from nbaproc.sources.ingest import ingest_simulation

    from .ingest import print_report
    from .output import Bar, print_json, tally_rows

    with Bar("seasons") as bar:
        report = ingest_simulation(Lake(settings.lake_path), seasons, seed, start_season, bar)
    if settings.json:
        from dataclasses import asdict

        tables = {name: asdict(stored) for name, stored in report.tables.items()}
        print_json({"seasons": seasons, "seed": seed, "tables": tables, "counts": tally_rows(report.tally)})
    else:
        click.echo(f"{seasons} simulated season(s) from {start_season} with seed {seed} in {settings.lake_path}")
        print_report(report)
    return 0

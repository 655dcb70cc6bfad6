"""`nbaproc plan`: what a backfill would do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from .options import Settings, range_options, read_range, read_tables, shared, tables_option
from .output import print_json, print_table
from .running import Job, how_options, resume_option, run, task_options, worker_options
from .summary import NOTHING_TO_DO, NOTHING_TO_RETRY, print_alike, print_no_dates

if TYPE_CHECKING:
    from nbaproc.run.options import Options
    from nbaproc.run.plan import Planned
    from nbaproc.run.survey import Survey

#: Why a cell is computed, in the order of the columns.
REASONS = ("new", "stale", "again", "forced")


@click.command(short_help="Say what a backfill would do.")
@range_options
@tables_option
@how_options
@resume_option
@worker_options
@task_options
@shared
@click.pass_obj
def plan(settings: Settings, /, start: str | None, end: str | None, dates: str | None, tables: str, **how: Any) -> int:
    """Say per table which cells a backfill would compute, keep, skip or block, and why; nothing is written.

    new: nobody has computed it; stale: data or code have changed; again: it failed or had to wait; forced: it is
    current, and --no-resume asks for it.
    """
    how["dry_run"] = True
    return run(settings, Job("backfill", read_range(settings, start, end, dates), read_tables(tables), **how))


def print_plan(settings: Settings, job: Job, options: Options) -> int:
    """Print the plan of a job; returns the exit code."""
    import os

    from nbaproc.lake import Lake
    from nbaproc.run.survey import look, look_for_holds, survey
    from nbaproc.tables import with_inputs

    lake, span = Lake(settings.lake_path), job.span
    wishes = look(lake, job.tables, options, span.start, span.end)
    holds = look_for_holds(lake, options, span.start, span.end)
    workers = (os.cpu_count() or 1) if job.workers is None else job.workers
    found = survey(
        lake, job.tables, span.start, span.end, settings.today, wishes, span.only, workers, options.share, holds
    )
    if settings.json:
        print_json(_as_json(found))
    elif not any(stage.cells for stage in found.plans):
        print_no_dates(with_inputs(job.tables), span)
    else:
        _print(found, retry=job.retry)
    return 0


def _counts(found: Survey) -> dict[str, dict[str, Any]]:
    """Return how many cells of every table are computed, kept, skipped and blocked, and why."""
    counts: dict[str, dict[str, Any]] = {}
    for stage in found.plans:
        for name in stage.tables:
            kinds = Counter((cell.action, cell.reason) for cell in stage.cells.values() if cell.table == name)
            of_action = {
                action: {reason: n for (kind, reason), n in sorted(kinds.items()) if kind == action}
                for action in ("compute", "skip", "block")
            }
            counts[name] = {
                "compute": {reason: kinds.get(("compute", reason), 0) for reason in REASONS},
                "unchanged": kinds.get(("keep", "unchanged"), 0),
                "skipped": of_action["skip"],
                "blocked": of_action["block"],
                "rows": found.rows.get(name, 0),
            }
    return counts


def _as_json(found: Survey) -> dict[str, Any]:
    waiting = {
        kind: [
            {"table": cell.table, "date": cell.day, "reason": cell.reason, "message": cell.message}
            for cell in _waiting(found)
            if _is_held(cell) == (kind == "held")
        ]
        for kind in ("blocked", "held")
    }
    return {
        "dry_run": True,
        "dates": len({day for stage in found.plans for _, day in stage.cells}),
        "cells": sum(len(stage.todo()) for stage in found.plans),
        "tables": _counts(found),
        **waiting,
        "shards": found.shards,
        "rows": sum(found.rows.values()),
        "seconds": round(found.seconds, 1),
    }


def _waiting(found: Survey) -> list[Planned]:
    """Return the cells that are blocked or left alone."""
    cells = [cell for stage in found.plans for cell in stage.cells.values()]
    return [cell for cell in cells if cell.action == "block" or _is_held(cell)]


def _is_held(cell: Planned) -> bool:
    return cell.reason == "circuit_breaker_open"


def _print(found: Survey, *, retry: bool) -> None:
    headers = ("table", *REASONS, "unchanged", "skipped", "blocked", "rows, about")
    rows = [
        (
            name,
            *of_table["compute"].values(),
            of_table["unchanged"],
            _told(of_table["skipped"]),
            _told(of_table["blocked"]),
            of_table["rows"],
        )
        for name, of_table in _counts(found).items()
    ]
    print_table(headers, rows, right=(*headers[1:6], headers[-1]))
    print_alike(
        ("skipped" if _is_held(cell) else "blocked", cell.table, cell.reason, cell.message, cell.day, False)
        for cell in _waiting(found)
    )
    cells = sum(len(stage.todo()) for stage in found.plans)
    if cells:
        shards = f"{found.shards} shard{'s' if found.shards != 1 else ''}"
        total = sum(found.rows.values())
        click.echo(f"\n{cells:,} cells in {shards}, about {total:,} rows and {found.seconds:.0f} s of one process")
    else:
        click.echo(NOTHING_TO_RETRY if retry else NOTHING_TO_DO)


def _told(reasons: dict[str, int]) -> str | None:
    return ", ".join(f"{n:,} {reason}" for reason, n in reasons.items()) or None

"""Printing what a run did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .output import print_table, print_tally, tally_rows

if TYPE_CHECKING:
    from datetime import date

    from nbaproc.run.summary import Summary

    from .options import Range

#: Entities of a category that the summary names.
NAMED = 30
#: Cells that a warning names.
NAMED_CELLS = 5
#: Lines about cells that are open.
SHOWN = 50
STATES = ("succeeded", "partial", "failed", "blocked", "skipped")


def as_json(summary: Summary, engine: str) -> dict[str, object]:
    """Return what a run did for JSON."""
    return {
        "engine": engine,
        "run_id": summary.run_id,
        "dates": len(summary.dates),
        "idle": summary.idle,
        "tables": {
            name: _counts(summary, name)
            | {
                "current": summary.kept.get(name, 0),
                "rows": summary.rows.get(name, 0),
                "seconds": round(summary.table_seconds.get(name, 0.0), 3),
            }
            for name in summary.tables
        },
        "not_built": [
            asdict(cell) | {"accepted": cell.day in summary.accepted.get(cell.table, ())}
            for cell in summary.ended("failed", "blocked", "partial")
        ],
        "held": [{"table": cell.table, "day": cell.day, "message": cell.message} for cell in summary.held()],
        "records": [
            {"table": table, "category": category, "entities": entities}
            for (table, category), entities in sorted(summary.records.items())
        ],
        "counts": [{"stage": s, **row} for s, tally in summary.tallies.items() for row in tally_rows(tally)],
        "files_written": summary.files,
        "seconds": {step: round(seconds, 3) for step, seconds in summary.seconds.items()},
        "peak_memory_mb": summary.peak_rss_mb,
        "exit_code": summary.exit_code,
    }


def _counts(summary: Summary, name: str) -> dict[str, int]:
    states = Counter(cell.state for cell in summary.cells if cell.table == name)
    return {state: states.get(state, 0) for state in STATES}


def print_summary(summary: Summary, span: Range, *, retry: bool = False) -> None:
    """Print what a run did.

    Args:
        summary: The run.
        span: Its dates.
        retry: Whether only what failed, waits, is partial or stale was asked for.
    """
    if not summary.dates:
        print_no_dates(summary.tables, span)
        return
    headers = ("table", *STATES, "current", "rows", "seconds")
    rows = [
        (
            name,
            *_counts(summary, name).values(),
            summary.kept.get(name, 0),
            summary.rows.get(name, 0),
            f"{summary.table_seconds.get(name, 0.0):.1f}",
        )
        for name in summary.tables
    ]
    print_table(headers, rows, right=headers[1:])
    print_alike(
        (cell.state, cell.table, cell.reason, cell.message, cell.day, cell.day in summary.accepted.get(cell.table, ()))
        for cell in [*summary.ended("failed", "blocked", "partial"), *summary.held()]
    )
    if summary.idle:
        click.echo(NOTHING_TO_RETRY if retry else NOTHING_TO_DO)
    _print_records(summary)
    for stage, tally in summary.tallies.items():
        print_tally(tally, f"of the {stage} stage")
    seconds = sum(summary.seconds.values())
    steps = ", ".join(f"{step} {value:.1f}" for step, value in summary.seconds.items())
    files = "no file changed" if not summary.files else f"{summary.files:,} month files written"
    click.echo(f"\n{len(summary.dates):,} dates, {files}, {seconds:.1f} s ({steps})")


NOTHING_TO_DO = "everything is current: nothing to compute"
NOTHING_TO_RETRY = "nothing failed, waits, is partial or stale: nothing to compute"


def print_warnings(summary: Summary) -> None:
    """Say on standard error, in one line, which cells are left alone because trying them again and again is no use."""
    cells = sorted(summary.limited)
    if not cells:
        return
    named = ", ".join(f"{table} {day}" for table, day in cells[:NAMED_CELLS])
    more = f" and {len(cells) - NAMED_CELLS:,} more" if len(cells) > NAMED_CELLS else ""
    text = f"left alone after three attempts with the same inputs: {named}{more}"
    click.echo(f"warning: {text}; new inputs free them at once, `nbaproc retry-failed` tries them now", err=True)


def print_no_dates(tables: Iterable[str], span: Range) -> None:
    """Say that no date of a range has a game."""
    from nbaproc.tables import FEATURES, by_stage

    played = "" if FEATURES in by_stage(tables) else " was played"
    click.echo(f"No game in scope{played} {span}: nothing to compute.")


def print_alike(cells: Iterable[tuple[str, str, str, str, date, bool]]) -> None:
    """Print cells with what happened, those with the same words in one line.

    Args:
        cells: State, table, category, sentence, date, and whether the gap was accepted.
    """
    alike: dict[tuple[str, str, str, str, bool], list[date]] = {}
    for state, table, reason, message, day, accepted in cells:
        alike.setdefault((state, table, reason, message, accepted), []).append(day)
    for (state, table, reason, message, accepted), days in list(alike.items())[:SHOWN]:
        text = str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]} ({len(days)} dates)"
        told = f": {message}" if message else ""
        click.echo(f"{state} {table} {text}: {reason}{told}{' (accepted)' if accepted else ''}")
    if len(alike) > SHOWN:
        click.echo(f"{len(alike) - SHOWN:,} more lines of this kind; --json has every cell")


def _print_records(summary: Summary) -> None:
    from nbaproc.failures import Category

    if not summary.records:
        return
    click.echo("\nFailure records")
    for (table, category), entities in sorted(summary.records.items()):
        names = list(dict.fromkeys(entities))
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        # Of what nobody need look at the number is enough.
        told = Category[category].kind.severity != "info"
        who = f": {', '.join(names[:NAMED])}{more}" if told else f", {len(names):,} different"
        click.echo(f"  {len(entities):>9,}  {category} in {table}{who}")

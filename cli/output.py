"""Printing: tables and progress for people, JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from nbaproc.raw.tally import Tally

#: Width of output that goes into a pipe or a file.
PIPE_WIDTH = 160
#: Seconds between two progress lines where there is no terminal.
LINE_EVERY = 30.0


def print_json(value: Any) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def console() -> Console:
    """Return a console for standard output; in a pipe it is wide and without colours."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=PIPE_WIDTH, force_terminal=False, no_color=True)


def print_table(
    headers: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "", right: Sequence[str] = ()
) -> None:
    """Print rows as a table; the columns named in `right` hold counts and are set to the right.

    A terminal gets it folded to its width, a pipe one line per row.
    """
    if not sys.stdout.isatty():
        _print_plain(headers, list(rows), title, right)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, justify="right" if header in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value, header in right)) for header, value in zip(headers, row, strict=True)))
    console().print(table)


def _print_plain(headers: Sequence[str], rows: list[Sequence[Any]], title: str, right: Sequence[str]) -> None:
    texts = [[_cell(value, header in right) for header, value in zip(headers, row, strict=True)] for row in rows]
    widths = [max(len(header), *(len(text[i]) for text in texts), 0) for i, header in enumerate(headers)]
    if title:
        click.echo(title)
    for line in (headers, *texts):
        cells = zip(headers, line, widths, strict=True)
        click.echo("  ".join(f"{text:>{n}}" if name in right else f"{text:<{n}}" for name, text, n in cells).rstrip())


def print_frame(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Print rows one line each, with as many columns as fit; returns how many did."""
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(header), *(len(text[i]) for text in texts)) + 1 for i, header in enumerate(headers)]
    room, fits = console().width, 0
    while fits < len(widths) and (fits == 0 or sum(widths[: fits + 1]) <= room):
        fits += 1
    for line in (headers, *texts):
        click.echo(" ".join(text.ljust(width - 1) for text, width in zip(line[:fits], widths, strict=False)).rstrip())
    return fits


def _cell(value: Any, count: bool = False) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if count and isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


#: What a count means, and what can be done about it.
MEANINGS = {
    "unknown_team": "rows of teams that are none of the 30, dropped",
    "home_away_corrected": "rows with home and away swapped (mirrored ids), mended by the schedule",
    "game_not_final": "rows of games the schedule has no final score of, dropped",
    "excluded_game": "out of scope by the prefix of the game id (001 pre-season, 003 All-Star, 006 Cup final)",
    "date_mismatch": "rows dated on another day than their game, dropped",
    "no_game": "rows of no known game, dropped",
    "box_not_final": "box-score lines taken while the game was running, dropped",
    "unmatched_name": "names that fit no player of the game",
    "duplicate_rows": "further rows of the same key, dropped",
    "dropped_row": "unusable rows of players who have a row from elsewhere",
    "bad_minutes": "unreadable playing times, read as unknown",
    "bad_date": "rows without a readable date, dropped",
    "missing_value": "rows without a required value, dropped",
    "team_not_in_game": "team rows of a team that does not play in the game, dropped",
    "prop_without_line": "lines without a number, dropped",
    "prop_without_book": "lines without a book, dropped",
    "prop_without_time": "lines without a time, dropped",
    "prop_after_tip": "lines seen after tip-off, dropped",
    "tip_mismatch": "games a feed starts more than two hours before the schedule",
    "alternate_lines": "further lines of one player, book and snapshot, kept",
    "other_market": "outcomes of markets that are not stored",
    "time_without_zone": "clocks with no time zone, dropped",
    "bad_time": "unreadable times, dropped",
    "line_without_season": "lines whose dates have no year, and no schedule and no file name that gives one, dropped",
    "implausible_line": "pairs of values that cannot be a total and a spread, dropped",
    "unpaired_line": "visitor or home rows without their partner, dropped",
    "game_not_in_schedule": "games of lines or props that the schedule lacks; their rows are kept",
    "not_yet_submitted": "teams whose injury report was not in yet",
    "report_without_hour": "injury rows without an hour, dated the end of their day (--report-hour sets one)",
    "report_after_game": "injury rows of a game before the report's date, kept",
    "team_not_in_matchup": "injury rows of a team that their own matchup does not name, dropped",
    "team_without_game": "injury rows of a team that does not play that day, kept",
    "names_not_checked": "rows of seasons without any known player yet",
    "logs_differ": "values that two logs of one season disagree about; the complete one's stays",
    "opener_unknown": "seasons without a regular game in the schedule: the usual opening day stands in",
    "opener_late": "seasons whose schedule begins late: probably a part of one",
    "team_without_players": "teams of which no list names a player",
    "few_prop_lines": "dates on which hardly any player has a line although a feed has rows",
    "few_usage_rates": "dates on which hardly any player has a usage rate",
    "few_days_rest": "dates on which hardly any player has a last game",
    "low_spread": "dates on which a feature differs less between players than it should",
    "identical_features": "dates on which several players share one feature vector",
    "few_upstream_rows": "dates on which fewer than half of the players have a row of the table",
    "required_defaults": "vectors after day 35 of the season that lack a required feature, a tenth or more of them all",
    "line_without_point": "game lines without a point",
    "line_without_book": "game lines without a book",
    "line_without_time": "game lines without the time they were seen",
    "line_without_team": "spreads of neither team of the game",
    "line_without_side": "totals that are neither over nor under",
    "line_after_tip": "game lines seen after tip-off",
    "report_without_time": "injury reports without an hour",
    "report_after_tip": "injury reports that are not from before tip-off",
    "unknown_status": "injury reports with a status that is none",
    "unknown_time_zone": "arenas with a time zone that is none",
    "name_resolved": "game-book names resolved to a registered player",
}


def tally_rows(tally: Tally) -> list[dict[str, Any]]:
    """Return counts as rows for JSON."""
    return [
        {"count": name, "of": detail, "rows": rows, "samples": tally.samples.get((name, detail), [])}
        for (name, detail), rows in sorted(tally.counts.items())
    ]


def print_tally(tally: Tally, where: str = "") -> None:
    """Print what was dropped or mended, each with a few samples."""
    if not tally.counts:
        return
    click.echo(f"\nDropped or mended {where}".rstrip())
    for (name, detail), rows in sorted(tally.counts.items()):
        click.echo(f"  {rows:>9,}  {name} {detail}: {MEANINGS.get(name, name)}".rstrip())
        for sample in tally.samples.get((name, detail), []):
            click.echo(f"             {sample}")


class Bar:
    """Progress of a run: a bar on a terminal, a line every 30 seconds elsewhere; on standard error."""

    def __init__(self, unit: str = "cells", clock: Callable[[], float] = time.monotonic) -> None:
        self.unit = unit
        self.clock = clock
        self.total = self.done = self.rows = 0
        self.began = self.printed = clock()
        self._bar: Any = None
        self._task: Any = None

    def start(self, total: int) -> None:
        """Start with this many units of work."""
        self.total, self.began = total, self.clock()
        self.printed = self.began
        if sys.stderr.isatty() and total:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.percentage:>3.0f}%"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn(self.unit),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                TextColumn("{task.fields[what]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=total, rate="", what="")

    def working(self, what: str) -> None:
        """Say what is being worked on."""
        if self._bar is not None:
            self._bar.update(self._task, what=what)
        elif self.clock() - self.printed >= LINE_EVERY:
            self._line(what)

    def advance(self, units: int, rows: int) -> None:
        """Count units that are done and the rows they have."""
        self.done += units
        self.rows += rows
        if self._bar is not None:
            self._bar.update(self._task, completed=self.done, rate=f"{self._rate():,.0f}/s")
        elif self.clock() - self.printed >= LINE_EVERY:
            self._line("")

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def __enter__(self) -> Bar:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away, also after an error."""
        self.stop()

    def _rate(self) -> float:
        return self.done / max(self.clock() - self.began, 1e-9)

    def _line(self, what: str) -> None:
        self.printed = self.clock()
        share = 100 * self.done / max(self.total, 1)
        rate = self._rate()
        left = f", {(self.total - self.done) / rate:,.0f} s left" if rate else ""
        text = f"{share:3.0f}% {self.done:,} of {self.total:,} {self.unit}, {self.rows:,} rows, {rate:,.1f}/s{left}"
        click.echo(f"{text}  {what}".rstrip(), err=True)

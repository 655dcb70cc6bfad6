"""Options that every command shares, and the reading of their values."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

#: Lake that is used when neither an option nor the environment names one.
DEFAULT_LAKE = "lake"
#: Before the first game there ever was.
FIRST_GAME = date(1946, 11, 1)


@dataclass
class Settings:
    """What the shared options say.

    Attributes:
        lake_path: Folder of the lake.
        today_text: The current date as a word or YYYY-MM-DD, None for the clock.
        json: Print one JSON document instead of text.
        debug: Show tracebacks.
    """

    lake_path: Path = field(default_factory=lambda: Path(os.environ.get("NBAPROC_LAKE") or DEFAULT_LAKE))
    today_text: str | None = None
    json: bool = False
    debug: bool = False

    @property
    def today(self) -> date:
        """The current date."""
        from nbaproc.calendar import today

        now = today()
        return now if self.today_text is None else read_date(self.today_text, now, "--today")

    def day(self, text: str, option: str) -> date:
        """Read the value of a date option.

        Raises:
            click.UsageError: It is no date, or in the future.
        """
        day = read_date(text, self.today, option)
        if day > self.today:
            raise click.UsageError(f"{option} {day} is in the future; today is {self.today}")
        return day


def read_date(text: str, now: date, option: str) -> date:
    """Read a date word or YYYY-MM-DD."""
    from nbaproc.calendar import parse_date

    try:
        return parse_date(text, now)
    except ValueError:
        raise click.UsageError(f"{option} {text!r} is no date; write YYYY-MM-DD, TODAY or YESTERDAY") from None


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(context: click.Context, _: click.Parameter, value: Any) -> None:
        settings = context.ensure_object(Settings)
        if value not in (None, False):
            setattr(settings, name, value)

    return store


def shared(command: Command) -> Command:
    """Add the options that are accepted before and after every command."""
    options = [
        click.option(
            "--lake",
            type=click.Path(path_type=Path, file_okay=False),
            expose_value=False,
            callback=_remember("lake_path"),
            help=f"Folder of the lake  [default: NBAPROC_LAKE, else ./{DEFAULT_LAKE}]",
        ),
        click.option(
            "--today",
            metavar="DATE",
            expose_value=False,
            callback=_remember("today_text"),
            help="Current date  [default: the clock in New York]",
        ),
        click.option(
            "--json", is_flag=True, expose_value=False, callback=_remember("json"), help="Print one JSON document."
        ),
        click.option("--debug", is_flag=True, expose_value=False, callback=_remember("debug"), help="Show tracebacks."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def tables_option(command: Command) -> Command:
    """Add the choice of tables."""
    return click.option(
        "--tables",
        metavar="NAMES",
        default="all",
        show_default=True,
        help="Tables by name or code, separated by commas; also all, games, features, phase3, phase4.",
    )(command)


@dataclass(frozen=True)
class Range:
    """The dates that a command is about.

    Attributes:
        start: First date.
        end: Last date.
        only: Dates between them that are asked for, None for all.
    """

    start: date
    end: date
    only: frozenset[date] | None = None

    def __str__(self) -> str:
        """Return the dates as words."""
        if self.only is not None:
            return "on " + ", ".join(map(str, sorted(self.only)))
        return f"from {self.start} to {self.end}"


def start_end_options(command: Command, last: str = "yesterday") -> Command:
    """Add the first and the last date of a range."""
    end = click.option("--end", metavar="DATE", help=f"Last date  [default: {last}]")
    start = click.option("--start", metavar="DATE", help="First date  [default: the first one in the schedule]")
    return start(end(command))


def range_options(command: Command, last: str = "yesterday") -> Command:
    """Add the first and the last date of a range, or several dates."""
    dates = click.option("--dates", metavar="DATES", help="These dates, separated by commas, instead of a range.")
    return start_end_options(dates(command), last)


def range_to_today_options(command: Command) -> Command:
    """Add the dates of a command that also looks at today."""
    return range_options(command, "today")


def read_range(
    settings: Settings, start: str | None, end: str | None, dates: str | None = None, last: str = "YESTERDAY"
) -> Range:
    """Return the dates of the options; a missing start is the first date there is.

    Args:
        settings: The shared options.
        start: The first date as it was written.
        end: The last date.
        dates: Several dates.
        last: What a missing end is.

    Raises:
        click.UsageError: A date is in the future, the start lies after the end, or both a range and dates are given.
    """
    if dates is not None:
        if start is not None or end is not None:
            raise click.UsageError("--dates names every date; leave --start and --end out")
        days = read_dates(settings, dates)
        return Range(min(days), max(days), days)
    until = settings.day(last if end is None else end, "--end")
    since = FIRST_GAME if start is None else settings.day(start, "--start")
    if since > until:
        raise click.UsageError(f"--start {since} lies after --end {until}; swap them")
    return Range(since, until)


def read_dates(settings: Settings, dates: str) -> frozenset[date]:
    """Return the dates of a `--dates` value."""
    return frozenset(settings.day(text.strip(), "--dates") for text in dates.split(","))


def read_tables(text: str) -> list[str]:
    """Return the tables a `--tables` value names, in the order they are computed.

    Raises:
        click.UsageError: A name is not known.
    """
    from nbaproc.tables import declarations

    known = declarations()
    groups = {
        "all": list(known),
        "games": [name for name, table in known.items() if table.stage == "games"],
        "features": [name for name, table in known.items() if table.stage == "features"],
        "phase3": [name for name, table in known.items() if table.dataset == "nba_analytics"],
        "phase4": [name for name, table in known.items() if table.early],
    }
    codes = {table.code.lower(): [name] for name, table in known.items() if table.code}
    choices = groups | codes | {name: [name] for name in known}
    wanted: set[str] = set()
    for word in text.split(","):
        if word.strip().lower() not in choices:
            names = ", ".join(f"{name} ({table.code})" if table.code else name for name, table in known.items())
            raise click.UsageError(f"unknown table {word.strip()!r}; there are {names}")
        wanted.update(choices[word.strip().lower()])
    if not wanted:
        raise click.UsageError(f"--tables {text} names no table that is built yet")
    return [name for name in known if name in wanted]

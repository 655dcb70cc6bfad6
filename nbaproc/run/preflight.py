"""What must be there before a command that computes the features stage alone is started."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.calendar import season_floor, season_year
from nbaproc.gaps import accepted_dates
from nbaproc.lake import Lake
from nbaproc.run.inputs import read_schedule
from nbaproc.run.plan import plan_dates
from nbaproc.tables import FEATURES, by_stage, declarations, with_inputs

#: Share of the dates that every table must be there for, as a fraction.
SHARE = (19, 20)


@dataclass(frozen=True)
class Shortfall:
    """A table of the games stage that is not there for too many dates.

    Attributes:
        table: Name of the table.
        dates: Dates of the range and of the windows before it.
        missing: Those of them that the lake does not hold.
    """

    table: str
    dates: int
    missing: list[date]


def shortfalls(
    lake: Lake, names: Sequence[str], start: date, end: date, today: date, only: Collection[date] | None = None
) -> list[Shortfall]:
    """Return what a command would build on and is not there; nothing if it computes the games stage itself.

    Every table that is looked back on must be there for 95 of 100 dates, from the start of the seasons to the last
    date that is planned. Accepted gaps count as there.

    Args:
        lake: The lake.
        names: Wanted tables.
        start: First date.
        end: Last date.
        today: Current date.
        only: Dates of the range that are asked for, None for all.

    Raises:
        UsageError: The lake has no schedule.
    """
    stages = by_stage(with_inputs(list(names)))
    if list(stages) != [FEATURES]:
        return []
    schedule = read_schedule(lake, start, end)
    planned = plan_dates(lake, FEATURES, schedule, start, end, today, only)
    last = {season_year(day): day for day in planned}
    needed = [day for day in schedule.played_dates() if day <= last.get(season_year(day), date.min)]
    known, accepted = declarations(), accepted_dates(lake.root)
    found = []
    for past in dict.fromkeys(past for name in stages[FEATURES] for past, _ in known[name].history):
        if not needed:
            continue
        held = lake.facts(known[past], season_floor(season_year(needed[0])), needed[-1]).keys()
        missing = [day for day in needed if day not in held and day not in accepted.get(past, ())]
        part, whole = SHARE
        if whole * (len(needed) - len(missing)) < part * len(needed):
            found.append(Shortfall(past, len(needed), missing))
    return found

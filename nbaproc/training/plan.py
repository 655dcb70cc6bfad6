"""What is exported, and the dates that needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nbaproc.errors import UsageError
from nbaproc.features import VERSION
from nbaproc.raw.schedule import Schedule
from nbaproc.training.parts import WHOLE, Part, read_split


@dataclass(frozen=True)
class Choice:
    """What is exported.

    Attributes:
        version: Version of the feature list.
        start: First date; None for the first one of the split, or of the schedule.
        end: Last date; None for the last one of the split, or yesterday.
        split: The parts as `read_split` takes them, None for one set.
        gap: Days left out before every part but the first.
        min_quality: Lowest feature_quality_score, None for every row.
        imputed: Whether NULLs of the features are filled with the constants of the registry.
    """

    version: str = VERSION
    start: date | None = None
    end: date | None = None
    split: str | None = None
    gap: int = 0
    min_quality: float | None = None
    imputed: bool = False


@dataclass(frozen=True)
class Plan:
    """The dates of an export.

    Attributes:
        start: First date that is looked at.
        end: Last date that is looked at.
        parts: The parts, in order.
        dates: Played dates of every part, the early ones of a season and the gaps left out.
    """

    start: date
    end: date
    parts: list[Part]
    dates: dict[str, list[date]]


def plan_export(schedule: Schedule, choice: Choice, yesterday: date) -> Plan:
    """Return the dates of an export.

    Raises:
        UsageError: The parts cannot be, or one has no date.
    """
    if choice.gap and choice.split is None:
        raise UsageError("--gap needs --split: it is left out between two parts")
    last = yesterday if choice.end is None else choice.end
    played = [day for day in schedule.played_dates() if day <= last]
    if choice.split is None:
        first = choice.start or (played[0] if played else last)
        parts = [Part(WHOLE, first, last, last)]
    else:
        parts = read_split(choice.split, played, choice.gap)
        first = choice.start or parts[0].first
        last = last if choice.end else min(last, parts[-1].last)
    inside = [day for day in played if first <= day <= last]
    early = schedule.early(inside)
    dates = {part.name: [day for day in inside if part.has(day)] for part in parts}
    for part in parts:
        where = f"{max(part.first, first)} to {min(part.kept, last)}"
        name = "" if part.name == WHOLE else f"{part.name}: "
        if not dates[part.name]:
            known = f"the schedule has {played[0]} to {played[-1]}" if played else "the schedule has none so far"
            raise UsageError(f"{name}no date from {where} was played ({known}); name others")
        dates[part.name] = [day for day in dates[part.name] if day not in early]
        if not dates[part.name]:
            raise UsageError(
                f"{name}every date from {where} lies in the first two weeks of a season, which have no features; "
                "name later ones"
            )
    return Plan(first, last, parts, dates)

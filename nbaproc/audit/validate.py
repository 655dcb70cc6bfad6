"""Running the validation queries on a lake or a warehouse, and what their figures amount to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from nbaproc.audit.checks import Check, Value, fill, played_query
from nbaproc.audit.verdicts import MEAN, Figure, Verdict, judge
from nbaproc.calendar import EARLY_DAYS, LATE_SEASON_END
from nbaproc.errors import InputError
from nbaproc.progress import Progress, Silent

#: Runs GoogleSQL whose tables are named `data_set.table` in back quotes.
Query = Callable[[str], Sequence[Mapping[str, Any]]]
#: Dates that are named where several miss a target.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a check with its verdict; of a check of dates, the worst of them.

    Attributes:
        check: The check.
        figure: The figure.
        verdict: The verdict.
        detail: What else is to be said.
        missed: Of a check of dates, the figures of all dates that miss the target.
    """

    check: Check
    figure: Figure
    verdict: Verdict
    detail: str
    missed: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """What was validated, and what came out.

    Attributes:
        start: First date with a played game.
        end: Last such date.
        dates: How many there are.
        lines: The figures with their verdicts.
    """

    start: date
    end: date
    dates: int
    lines: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether no figure fails."""
        return all(line.verdict is not Verdict.FAILS for line in self.lines)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates that are validated.

    Attributes:
        start: First date.
        end: Last date.
        today: Current date: dates from it on are planned before their games are played.
        only: Single dates that are asked for, None for all.
    """

    start: date
    end: date
    today: date
    only: Collection[date] | None = None

    def __str__(self) -> str:
        """Return the dates as words."""
        if self.only is not None:
            return "on " + ", ".join(map(str, sorted(self.only)))
        return f"from {self.start} to {self.end}"

    def values(self) -> dict[str, Value]:
        """Return the parameters of the queries."""
        from nbaproc.run.contamination import PLAYER_GAMES, TEAM_GAMES
        from nbaproc.run.inputs import whole_seasons
        from nbaproc.tables._feature_roster import MANY

        first, last = whole_seasons(self.start, self.end)
        return {
            "start": self.start,
            "end": self.end,
            "today": self.today,
            "first": first,
            "last": last,
            "late_season_start": LATE_SEASON_END.replace(day=1),
            "late_season_end": LATE_SEASON_END,
            "early_days": EARLY_DAYS,
            "team_games_before": TEAM_GAMES - 1,
            "player_games_before": PLAYER_GAMES - 1,
            "many_players": MANY,
        }


def validate(query: Query, checks: Iterable[Check], dates: Dates, progress: Progress | None = None) -> Validation:
    """Run checks and judge their figures.

    Args:
        query: Runs a query.
        checks: The checks.
        dates: The dates.
        progress: Is told how far it is.

    Raises:
        InputError: The schedule is empty, or has no played game on these dates: there is nothing to hold anything
            against.
    """
    progress, wanted, values = progress or Silent(), list(checks), dates.values()
    (played,) = query(fill(played_query(), values, dates.only))
    if not played["games"]:
        raise InputError(f"nbac_schedule has no game of the seasons {dates}: nothing can be validated; load it first")
    if not played["dates"]:
        raise InputError(f"the schedule has no played game {dates}, so there is nothing to validate; name other dates")
    progress.start(len(wanted))
    found: list[Line] = []
    for check in wanted:
        progress.working(f"{check.group} {check.name}")
        rows = query(fill(check.query, values, dates.only))
        found += lines(check, [_figure(row) for row in rows])
        progress.advance(1, 0)
    return Validation(played["start"], played["until"], int(played["dates"]), tuple(found))


def lines(check: Check, figures: Sequence[Figure]) -> list[Line]:
    """Return what is said of the figures of a check; none at all is a failure."""
    if not figures:
        nothing = Figure("", 0, 0)
        return [Line(check, nothing, Verdict.FAILS, "there is nothing that could be counted")]
    found = [Line(check, f, judge(f, check.unit, check.target, check.fails), f.detail) for f in figures]
    found.sort(key=lambda line: line.figure.scope)
    return [_worst(check, found)] if check.of_dates else found


def _worst(check: Check, found: list[Line]) -> Line:
    """Return the line of the date that is farthest from the target, with what there is to say of the others."""
    judged = [line for line in found if line.verdict is not Verdict.REPORTED]
    if not judged:
        nothing = Figure(f"none of {len(found)} dates", 0, 0, judged=False)
        return Line(check, nothing, Verdict.REPORTED, "no date has what is measured")
    sign = -1 if check.target.text.startswith("<") else 1

    def badness(line: Line) -> tuple[int, Any]:
        value = line.figure.value(check.unit)
        return (-line.verdict.rank, -1 if value is None else sign * value)

    worst = min(judged, key=badness)
    missed = [line for line in judged if line.verdict is not Verdict.OK]
    text = f"worst of {len(judged)} dates"
    if missed:
        named = ", ".join(line.figure.scope for line in missed[:NAMED])
        more = " …" if len(missed) > NAMED else ""
        first = f", there {worst.detail}" if worst.detail else ""
        text += f"{first}; {len(missed)} miss the target: {named}{more}"
    return Line(check, worst.figure, worst.verdict, text, tuple(line.figure for line in missed))


def folded(found: Sequence[Line], scopes: Collection[str]) -> list[Line]:
    """Return lines with those of a check that is good in all of many scopes, as tables, put together.

    Args:
        found: Lines of any checks, those of one check together.
        scopes: Names of the scopes.
    """
    shown: list[Line] = []
    for check, group in groupby(found, key=lambda line: line.check):
        of_check = list(group)
        good = [line for line in of_check if line.verdict in (Verdict.OK, Verdict.REPORTED)]
        alike = check.unit != MEAN and all(line.figure.scope in scopes for line in of_check)
        judged = [line.figure for line in good if line.verdict is Verdict.OK]
        if not alike or len(good) < len(of_check) or len(judged) < 2:
            shown += of_check
            continue
        sums = sum(f.numerator for f in judged), sum(f.denominator for f in judged)
        shown.append(Line(check, Figure(f"{len(judged)} tables", *sums), Verdict.OK, ""))
    return shown


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        str(row["scope"]), int(row["numerator"]), int(row["denominator"]), bool(row["judged"]), row["detail"] or ""
    )

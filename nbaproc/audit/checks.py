"""The validation queries: GoogleSQL files with a header that says what is asked of their figures.

A file of `sql/checks/<group>/` is one check, named like the file. Its header is

    -- title: what is measured
    -- unit: % | count | mean
    -- target: condition
    -- fails: condition        left out where every miss of the target fails
    -- per: date               left out where the rows are not dates

and its rows are scope, numerator, denominator, judged and detail. What several checks need lies in `sql/checks/parts/`
and `sql/checks/generated/`: the queries name such parts like tables, and have them put before themselves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from nbaproc.audit.verdicts import UNITS, Condition
from nbaproc.errors import ConfigurationError

#: Groups of checks in the order they are run.
GROUPS = ("coverage", "quality", "contamination", "reconcile")
#: Folders of what the checks share.
SHARED = ("parts", "generated")
_HEADER = re.compile(r"-- (title|unit|target|fails|per): (.+)")
#: Names after FROM and JOIN that stand in no data set.
_NAMES = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b")
#: The restriction to single dates: of no use where a range is asked for.
_DATES = re.compile(r"\s+AND [a-z_.]+ IN UNNEST\(@dates\)")

Value = int | date | Collection[date]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        group: Its group.
        name: Its name.
        title: What is measured.
        unit: Unit of the figures, see `nbaproc.audit.verdicts`.
        target: What they should meet.
        fails: What they must not meet, None where every miss of the target fails.
        of_dates: Whether there is a figure of every date.
        query: GoogleSQL with all that it needs; tables as `data_set.table` in back quotes, parameters as @name.
    """

    group: str
    name: str
    title: str
    unit: str
    target: Condition
    fails: Condition | None
    of_dates: bool
    query: str


@cache
def checks() -> tuple[Check, ...]:
    """Return every check, by group and name.

    Raises:
        ConfigurationError: A file has no proper header.
    """
    return tuple(
        _check(group, name, text, _shared()) for group in GROUPS for name, text in sorted(_texts(group).items())
    )


def of_groups(groups: Collection[str]) -> list[Check]:
    """Return the checks of some groups."""
    return [check for check in checks() if check.group in groups]


def played_query() -> str:
    """Return a query for what can be validated: `games` in the schedule, dates with a played game, first and last."""
    asked = "SELECT COUNT(*) AS dates, MIN(game_date) AS start, MAX(game_date) AS until FROM dates WHERE finals > 0"
    body = "SELECT known.n AS games, asked.* FROM (SELECT COUNT(*) AS n FROM games) AS known"
    body += f" CROSS JOIN ({asked}) AS asked"
    return _with_parts(body, _shared())


def fill(query: str, values: Mapping[str, Value], only: Collection[date] | None = None) -> str:
    """Return a query with literals in place of its parameters: partitions are found by literal dates alone.

    Args:
        query: GoogleSQL with parameters.
        values: Dates and numbers by parameter.
        only: Single dates that are asked for, None for a whole range.
    """
    if only is None:
        query = _DATES.sub("", query)
    else:
        query = query.replace("@dates", f"[{', '.join(map(_literal, sorted(only)))}]")
    return re.sub(r"@([a-z_]+)", lambda match: _literal(values[match[1]]), query)


def _literal(value: object) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else str(value)


@cache
def _texts(folder: str) -> dict[str, str]:
    """Return the files of a folder by name, without the ending."""
    home = files("nbaproc.sql") / "checks" / folder
    return {
        path.name.removesuffix(".sql"): path.read_text(encoding="utf-8")
        for path in home.iterdir()
        if path.name.endswith(".sql")
    }


def _shared() -> dict[str, str]:
    return {name: text for folder in SHARED for name, text in _texts(folder).items()}


def _check(group: str, name: str, text: str, shared: Mapping[str, str]) -> Check:
    said = dict(_HEADER.findall(text))
    where = f"sql/checks/{group}/{name}.sql"
    missing = [word for word in ("title", "unit", "target") if word not in said]
    if missing or said["unit"] not in UNITS or said.get("per", "date") != "date":
        raise ConfigurationError(f"{where}: its header needs a title, a target, and a unit of {', '.join(UNITS)}")
    try:
        target, fails = Condition(said["target"]), Condition(said["fails"]) if "fails" in said else None
    except ValueError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    query = _with_parts(text, shared)
    return Check(group, name, said["title"], said["unit"], target, fails, "per" in said, query)


def _with_parts(text: str, shared: Mapping[str, str]) -> str:
    """Return a query with the parts it names, and those that they name, before it."""
    body = _bare(text)
    needed = _needed(body, shared)
    if not needed:
        return body
    parts = ",\n".join(f"{name} AS (\n{_bare(shared[name])}\n)" for name in needed)
    return f"WITH {parts},\n{body.removeprefix('WITH ')}" if body.startswith("WITH ") else f"WITH {parts}\n{body}"


def _bare(text: str) -> str:
    return "\n".join(line for line in text.strip().splitlines() if not line.lstrip().startswith("--"))


def _needed(text: str, shared: Mapping[str, str]) -> Sequence[str]:
    """Return the parts of a query, each after those it needs itself."""
    found: list[str] = []
    for name in dict.fromkeys(_NAMES.findall(text)):
        if name in shared:
            found += [part for part in (*_needed(_bare(shared[name]), shared), name) if part not in found]
    return list(dict.fromkeys(found))

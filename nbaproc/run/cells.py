"""From a table's rows to cells: one date of one table, with the state it ends in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nbaproc.columns import Table
from nbaproc.failures import Category
from nbaproc.ledger import HELD
from nbaproc.raw.schedule import Schedule
from nbaproc.run.engines import StageRun, TableRun

SUCCEEDED, PARTIAL, SKIPPED, FAILED, BLOCKED = "succeeded", "partial", "skipped", "failed", "blocked"

#: A fresh date is held back below this share of its games, as a fraction.
MIN_COVERAGE = (4, 5)
#: Why a date without rows is no failure: no source has any row of its games, the season is too young for the table, or
#: nobody has enough games yet.
NO_SOURCE, EARLY, THIN = "no_source", "early_season", "insufficient_history"
#: Why a cell is not computed this time, though it may be later.
LOCKED, BREAKER = "locked", HELD
#: End of the input fingerprint of a cell made of one that lacks somebody: it is stale once that one is whole.
IN_PART = "+partial"
#: Records of entities below their minimum.
BELOW_MINIMUM = {
    Category.EXPECTED_INCOMPLETE.name,
    Category.INSUFFICIENT_DATA.name,
    Category.STALE_DATA.name,
    Category.INCOMPLETE_UPSTREAM.name,
}


def is_unbuilt(state: str, reason: str) -> bool:
    """Return whether the ledger alone knows how a cell ended last: it failed, waits, or is left alone.

    Args:
        state: State of the cell.
        reason: Its category or skip reason.
    """
    return state in (FAILED, BLOCKED) or (state, reason) == (SKIPPED, BREAKER)


@dataclass(frozen=True)
class Ended:
    """How a cell ended.

    Attributes:
        table: Name of the table.
        day: Its date.
        state: succeeded, partial, skipped, failed or blocked.
        reason: Category or skip reason, empty for a plain success.
        message: What happened, for a person.
        rows: Rows of the date.
        settled: Every game of the date was final.
        records: Failure records of the date.
        input_fingerprint: Fingerprint of what it was computed from.
        fingerprint: Fingerprint of its rows, empty where nothing was written.
        records_fingerprint: Fingerprint of its records.
    """

    table: str
    day: date
    state: str
    reason: str = ""
    message: str = ""
    rows: int = 0
    settled: bool = True
    records: int = 0
    input_fingerprint: str = ""
    fingerprint: str = ""
    records_fingerprint: str = ""

    @property
    def written(self) -> bool:
        """Whether the lake takes the cell: one that failed or was not tried leaves what was there."""
        return self.state not in (FAILED, BLOCKED) and self.reason not in (EARLY, LOCKED, BREAKER)

    @property
    def built(self) -> bool:
        """Whether tables of the same date may be computed from the cell."""
        return self.state not in (FAILED, BLOCKED)


def in_part(fingerprint: str) -> str:
    """Return the input fingerprint of a cell made of one of its date that lacks somebody who could not be computed.

    >>> in_part(in_part("2a"))
    '2a+partial'
    """
    return fingerprint if fingerprint.endswith(IN_PART) else fingerprint + IN_PART


def lacks_somebody(state: str, reason: str) -> bool:
    """Return whether a cell was written without an entity that could not be computed."""
    return (state, reason) == (PARTIAL, Category.PROCESSING_ERROR.name)


@dataclass(frozen=True)
class _Date:
    """What was found of one table on one date."""

    games: frozenset[str] = frozenset()
    rows: int = 0
    records: tuple[tuple[str, ...], ...] = ()

    @property
    def faulty(self) -> set[str]:
        """Games that have sources and no rows: something is wrong with them."""
        return {game for kind, game, _, group, _ in self.records if kind == "GAME" and group in ("data", "bug")}


def _too_few(have: int, wanted: int) -> bool:
    """Return whether so few games are no date to build upon."""
    return have * MIN_COVERAGE[1] < wanted * MIN_COVERAGE[0]


def judge(
    stage: StageRun,
    tables: Mapping[str, Table],
    dates: Sequence[date],
    schedule: Schedule,
    today: date,
    waiting: Mapping[tuple[str, date], tuple[str, str]] | None = None,
) -> list[Ended]:
    """Say how every cell of a stage ended.

    Every game that a table covers needs rows or a record that says why it has none; of the final games of a fresh date
    most need rows.

    Args:
        stage: What an engine made of the tables.
        tables: Their declarations, inputs before the tables that read them.
        dates: The planned dates.
        schedule: The cleaned schedule.
        today: Current date: yesterday and later are fresh, their missing games are still expected.
        waiting: Cells that wait for something outside the stage: category and sentence.
    """
    waiting = waiting or {}
    games = schedule.games.filter(pl.col("game_date").is_in(list(dates)))
    covered: dict[str, dict[date, set[str]]] = {"final": {}, "all": {}, "": {}}
    unsettled: set[date] = set()
    for day, game, final in games.select("game_date", "game_id", "final").iter_rows():
        covered["all"].setdefault(day, set()).add(game)
        if final:
            covered["final"].setdefault(day, set()).add(game)
        else:
            unsettled.add(day)
    early = schedule.early(dates)
    few: dict[tuple[str, date], str] = {}
    ended: dict[tuple[str, date], Ended] = {}
    for name, table in tables.items():
        run = stage.tables[name]
        found = _found(table, run)
        for day in dates:
            held = [i for i in table.inputs if (i, day) in ended and not ended[i, day].built]
            thin = [few[i, day] for i in table.inputs if (i, day) in few]
            if table.early and day in early:
                cell = Ended(name, day, SKIPPED, EARLY)
            elif run.error:
                cell = Ended(name, day, FAILED, run.category.name, run.error)
            elif (name, day) in waiting:
                cell = Ended(name, day, BLOCKED, *waiting[name, day])
            elif run.blocked_by or held:
                text = f"{run.blocked_by or held[0]} of {day} was not built"
                cell = Ended(name, day, BLOCKED, Category.MISSING_DEPENDENCY.name, text)
            elif thin:
                cell = Ended(name, day, BLOCKED, Category.MISSING_DEPENDENCY.name, thin[0])
            else:
                fresh = day >= today - timedelta(days=1)
                games_of = covered[table.covers].get(day, set())
                of_date = found.get(day, _Date())
                lost = len(of_date.faulty & games_of - of_date.games)
                if _too_few(len(games_of) - lost, len(games_of)):
                    few[name, day] = f"{name} of {day} has {len(games_of) - lost} of {len(games_of)} games"
                state, reason, text = _state(table, of_date, games_of, fresh=fresh)
                rows = found[day].rows if day in found else 0
                cell = Ended(name, day, state, reason, text, rows, day not in unsettled)
            ended[name, day] = cell
    return list(ended.values())


def _found(table: Table, run: TableRun) -> dict[date, _Date]:
    if run.frame is None or run.records is None or table.date is None:
        return {}
    columns = ("entity_type", "entity_id", "failure_category", "failure_class", "failure_reason")
    notes = run.records.group_by(day="analysis_date", maintain_order=True).agg(pl.struct(columns).alias("notes"))
    games = pl.col("game_id").unique() if table.covers else pl.lit([], dtype=pl.List(pl.String)).first()
    rows = run.frame.group_by(day=table.date).agg(games.alias("game_id"), pl.len())
    both = rows.join(notes, on="day", how="full", coalesce=True).select("day", "game_id", "len", "notes")
    return {
        day: _Date(frozenset(games or ()), count or 0, tuple(tuple(note.values()) for note in told or ()))
        for day, games, count, told in both.iter_rows()
    }


def _state(table: Table, found: _Date, expected: set[str], *, fresh: bool) -> tuple[str, str, str]:
    for kind, _, name, group, reason in found.records:
        if kind == "DATE" and group == "upstream":
            return BLOCKED, name, reason
    missing = expected - found.games
    told = {entity for kind, entity, _, group, _ in found.records if kind == "GAME" and group != "note"}
    untold = missing - told
    if untold:
        category = Category.UNTRACKED if found.rows else Category.NO_OUTPUT
        return FAILED, category.name, f"neither rows nor a record of {', '.join(sorted(untold)[:10])}"
    have = len(expected) - len(missing - found.faulty)
    if fresh and _too_few(have, len(expected)):
        text = f"{have} of {len(expected)} games have a source yet; run again when the others are loaded"
        return BLOCKED, Category.MISSING_DEPENDENCY.name, text
    for worst in ("bug", "data"):
        for _, entity, name, group, reason in found.records:
            if group == worst:
                nothing = name == Category.VALIDATION_FAILED.name and not found.rows
                state, why = (FAILED, Category.NO_OUTPUT.name) if nothing else (PARTIAL, name)
                return state, why, f"{entity}: {reason}"
    if missing and fresh:
        return PARTIAL, Category.MISSING_DEPENDENCY.name, f"no source yet of {', '.join(sorted(missing))}"
    have = len(expected) - len(missing)
    if table.of_games and found.rows and _too_few(have, len(expected)):
        text = f"{have} of {len(expected)} games have a source; none of {', '.join(sorted(missing)[:10])}"
        return PARTIAL, Category.COUNT_MISMATCH.name, text
    if table.early and not found.rows:
        names = {name for _, _, name, _, _ in found.records}
        if names and names <= BELOW_MINIMUM:
            return SKIPPED, THIN, "nobody has enough games yet"
        return FAILED, Category.NO_OUTPUT.name, "neither rows nor records that say why there are none"
    if not found.rows:
        what = f"any of {', '.join(sorted(missing))}" if missing else "any player of the teams that play"
        return SKIPPED, NO_SOURCE, f"no source has {what}"
    return SUCCEEDED, "", ""

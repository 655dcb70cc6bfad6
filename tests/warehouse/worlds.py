"""A small lake with two versions of its dates, a fake warehouse beside it, and what both hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from nbaproc import ddl
from nbaproc.boundary import empty, schema, seal
from nbaproc.canonical import EMPTY
from nbaproc.columns import Table, Type
from nbaproc.facts import CellState, cell_facts
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.ledger_rows import Attempt
from nbaproc.tables import declarations
from nbaproc.warehouse.bookkeeping import PROCESSOR_RUN_HISTORY, PUBLISH_RECEIPTS
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.publish_plan import Span
from nbaproc.warehouse.publishing import publish
from nbaproc.warehouse.report import Report
from nbaproc.warehouse.staging import fingerprints
from tests.run.weeks import LAST, OPENING, PDC
from tests.warehouse.fake import Fake

WHERE = Configuration("test-project", dataset_prefix="p_")
#: Table with rows and failure records on its dates, and the dates; the last one is the same in every version.
TABLE = declarations()[PDC]
DAYS = (date(2021, 11, 8), date(2021, 11, 9), date(2021, 11, 10))
STEADY = DAYS[-1]
START = datetime(2026, 1, 7, 2, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass
class World:
    """A lake, a warehouse, and a clock."""

    lake: Lake
    fake: Fake = field(default_factory=Fake)
    clock: Clock = field(default_factory=Clock)
    where: Configuration = WHERE

    def publish(
        self,
        names: Collection[str] = (PDC,),
        start: date = OPENING,
        end: date = LAST,
        only: Collection[date] | None = None,
        **options: Any,
    ) -> Report:
        """Publish a minute later."""
        self.clock.move(minutes=1)
        span = Span(list(names), start, end, only)
        return publish(self.lake, self.fake, self.where, span, now=self.clock, **options)

    def calls(self, **options: Any) -> list[tuple[str, str]]:
        """Return the calls of one publish."""
        before = len(self.fake.calls)
        self.publish(**options)
        return self.fake.calls[before:]


@dataclass(frozen=True)
class Version:
    """What a table holds of some dates."""

    rows: pl.DataFrame
    records: pl.DataFrame

    def of(self, table: Table, day: date) -> tuple[str, str, int, int]:
        """Return fingerprints and numbers of the rows and records of a date."""
        rows, records = self.rows.filter(pl.col(table.date or "") == day), self.records.filter(analysis_date=day)
        prints = fingerprints(table, rows), fingerprints(PROCESSING_FAILURES, records)
        return prints[0].get(day, EMPTY), prints[1].get(day, EMPTY), rows.height, records.height


def versions(clean: Lake) -> tuple[Version, Version]:
    """Return the dates as they were computed, and another version of all but the last one."""
    rows, records = clean.read(TABLE, DAYS[0], DAYS[-1]), clean.read_records(TABLE, DAYS[0], DAYS[-1])
    steady, told = pl.col(TABLE.date or "") == STEADY, pl.col("analysis_date") == STEADY
    number = pl.int_range(pl.len()).over(TABLE.date or "")
    fewer = rows.filter(steady | (number > 0))
    value = pl.when(steady).then("points_avg_season").otherwise(pl.col("points_avg_season") + 1)
    changed = seal(TABLE, fewer.with_columns(points_avg_season=value).drop("data_hash"))
    return Version(rows, records), Version(changed, records.filter(told | (pl.int_range(pl.len()) % 2 == 0)))


def put(
    lake: Lake, version: Version, table: Table = TABLE, days: Collection[date] = DAYS, code: str = "1", **state: Any
) -> None:
    """Write dates of a version into a lake."""
    for month in sorted({Month.of(day) for day in days}):
        mine = [day for day in days if Month.of(day) == month]
        rows = version.rows.filter(pl.col(table.date or "").is_in(mine))
        records = version.records.filter(pl.col("analysis_date").is_in(mine))
        states = {day: CellState(state.get("state", "succeeded")) for day in mine}
        lake.replace(table, month, cell_facts(table, states, rows, records, code), rows, records)


def world(lake: Lake, *tables: Table, **options: Any) -> World:
    """Return a world whose warehouse has the tables, by default all."""
    made = World(lake, **options)
    made.fake.create(made.where, tables or ddl.warehouse_tables().values())
    return made


def small(lake: Lake) -> World:
    """Return a world with the few tables that a publish of the one table touches."""
    return world(lake, TABLE, PROCESSING_FAILURES, PUBLISH_RECEIPTS, PROCESSOR_RUN_HISTORY)


def name(table: Table, where: Configuration = WHERE) -> str:
    """Return the name of a table as a statement has it."""
    return f"`{where.table(table.dataset, table.name)}`"


def read_back(fake: Any, table: Table, where: Configuration = WHERE) -> pl.DataFrame:
    """Return what the warehouse holds of a table, as the lake would have it; a struct stays text."""
    rows = fake.rows(f"SELECT * FROM {name(table, where)}")
    return _frame(table, rows)


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    if not rows:
        return empty(table)
    kinds = schema(table)
    made = pl.DataFrame(
        {
            c.name: pl.Series(
                c.name, [row[c.name] for row in rows], pl.String if c.type is Type.STRUCT else kinds[c.name]
            )
            for c in table.columns
        }
    )
    structs = [c for c in table.columns if c.type is Type.STRUCT]
    return made.with_columns(pl.col(c.name).str.json_decode(kinds[c.name]) for c in structs).sort(table.key)


def held(fake: Fake, table: Table = TABLE, where: Configuration = WHERE) -> dict[date, tuple[str, str, int, int]]:
    """Return fingerprints and numbers of what the warehouse holds of a table, by date, from its rows."""
    rows = read_back(fake, table, where)
    records = read_back(fake, PROCESSING_FAILURES, where).filter(table_name=table.name)
    days = {*rows[table.date or ""].to_list(), *records["analysis_date"].to_list()}
    version = Version(rows, records)
    return {day: version.of(table, day) for day in sorted(days)}


def receipts(fake: Fake, table: Table = TABLE, where: Configuration = WHERE) -> dict[date, tuple[str, str, int]]:
    """Return what the receipts say of a table, by date; a date has one."""
    rows = fake.rows(f"SELECT * FROM {name(PUBLISH_RECEIPTS, where)} WHERE table_name = '{table.name}'")
    found = {row["data_date"]: (row["fingerprint"], row["records_fingerprint"], row["rows"]) for row in rows}
    assert len(found) == len(rows)
    return found


def told(version: Version, table: Table = TABLE, days: Collection[date] = DAYS) -> dict[date, Any]:
    """Return what the warehouse should hold of a version."""
    return {day: version.of(table, day) for day in days}


def agree(fake: Fake, table: Table = TABLE, where: Configuration = WHERE) -> bool:
    """Return whether receipts say what the tables hold."""
    have, said = held(fake, table, where), receipts(fake, table, where)
    empty = {day for day, receipt in said.items() if receipt[:2] == (EMPTY, EMPTY)}
    return have.keys() == said.keys() - empty and all(have[day][:3] == said[day] for day in have)


def attempt(lake: Lake, number: int, day: date = DAYS[0], **values: Any) -> None:
    """Add an attempt to the run history."""
    at = (START + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    usual = Attempt(
        f"run-{number}", PDC, day, "succeeded", "", "", "backfill", "polars", 0, at, at, 1, 1, 1, 1, 0, "", "", "1", 9
    )
    with Ledger(lake.root) as ledger:
        ledger.record([], [replace(usual, **values)])


def history(fake: Fake, where: Configuration = WHERE) -> list[Mapping[str, Any]]:
    """Return the published run history."""
    return list(fake.rows(f"SELECT * FROM {name(PROCESSOR_RUN_HISTORY, where)} ORDER BY run_id"))

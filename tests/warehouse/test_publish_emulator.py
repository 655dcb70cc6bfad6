"""Publishing to the emulator, over the network and the official client: what comes back is what the lake holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nbaproc import ddl
from nbaproc.boundary import empty, seal
from nbaproc.columns import Table
from nbaproc.errors import WarehouseError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.bookkeeping import BOOKKEEPING
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.names import qualify
from tests.run.weeks import DECLARED, LAST, MLFS, OPENING, TOGS
from tests.tables.leagues import FACTOR
from tests.warehouse.emulator import Emulator
from tests.warehouse.faults import FAULTS, JOB_QUOTA, LOST, QUOTA, SILENT_AFTER, Fault, Proxy
from tests.warehouse.through import through
from tests.warehouse.worlds import (
    DAYS,
    TABLE,
    Clock,
    Version,
    World,
    agree,
    attempt,
    held,
    history,
    put,
    read_back,
    receipts,
    told,
    versions,
)


class Looking(BigQuery):
    """The warehouse, which tests may ask without a partition filter."""

    def rows(self, text: str) -> list[dict[str, object]]:
        table = next(t for t in ddl.warehouse_tables().values() if f"{t.name}`" in text)
        days = f"`{table.date}` BETWEEN DATE '2000-01-01' AND DATE '2100-01-01'"
        words = ("WHERE", "ORDER")
        at = min((text.find(word) for word in words if word in text), default=len(text))
        rest = text[at:].replace("WHERE", "AND", 1)
        return self.query(f"{text[:at]} WHERE {days} {rest}")


def prepared(where: Configuration, root: Path, *tables: Table) -> World:
    """Return a world whose warehouse has a few tables."""
    made = World(Lake(root), Looking(where), Clock(), where)  # type: ignore[arg-type]
    for table in (*tables, PROCESSING_FAILURES, *BOOKKEEPING):
        made.fake.create_dataset(where.dataset(table.dataset), where.location)
        made.fake.query(qualify(ddl.create_table(table), where))
    return made


@pytest.fixture(scope="module")
def both(clean_weeks: Path) -> tuple[Version, Version]:
    return versions(Lake(clean_weeks))


@pytest.fixture(scope="module")
def there(
    shared_configuration: Configuration, both: tuple[Version, Version], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world whose warehouse holds the first version."""
    tables = (TABLE, DECLARED[TOGS], DECLARED[MLFS])
    made = prepared(shared_configuration, tmp_path_factory.mktemp("there") / "lake", *tables)
    put(made.lake, both[0])
    attempt(made.lake, 0)
    assert made.publish().exit_code == 0
    yield made
    made.fake.close()  # type: ignore[attr-defined]


def test_rows_records_receipts_and_hashes_come_back_and_nothing_is_done_twice(
    there: World, both: tuple[Version, Version]
) -> None:
    put(there.lake, both[0])
    assert there.publish().exit_code == 0
    assert held(there.fake, where=there.where) == told(both[0])
    assert agree(there.fake, where=there.where)
    again = read_back(there.fake, TABLE, there.where)
    assert again.equals(both[0].rows.sort(TABLE.key))
    assert seal(TABLE, again.drop("data_hash"))["data_hash"].equals(both[0].rows.sort(TABLE.key)["data_hash"])
    assert [row["run_id"] for row in history(there.fake, there.where)] == ["run-0"]
    report = there.publish()
    assert (report.exit_code, report.load_jobs) == (0, 0)


def test_one_date_that_changed_is_published_alone(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[0])
    there.publish()
    put(there.lake, both[1], days=DAYS[:1])
    assert there.publish().outcomes[0].dates == 1
    assert held(there.fake, where=there.where) == told(both[0]) | told(both[1], days=DAYS[:1])


def test_structs_lists_and_every_other_type_come_back(there: World, clean: Lake) -> None:
    there.lake, before = clean, there.lake
    try:
        assert there.publish([MLFS]).exit_code == 0
        rows = clean.read(DECLARED[MLFS], OPENING, LAST)
        assert read_back(there.fake, DECLARED[MLFS], there.where).equals(rows.sort(DECLARED[MLFS].key))
    finally:
        there.lake = before


def test_a_transaction_over_seven_hundred_dates(there: World, clean: Lake, tmp_path: Path) -> None:
    table, days = DECLARED[TOGS], [date(2019, 1, 1) + timedelta(days=n) for n in range(700)]
    one = clean.read(table, OPENING, LAST).head(1).drop(table.date or "")
    rows = seal(table, one.join(pl.DataFrame({table.date: days}), how="cross").select(table.names))
    there.lake, before = Lake(tmp_path / "wide"), there.lake
    try:
        put(there.lake, Version(rows, empty(PROCESSING_FAILURES)), table, days)
        report = there.publish([TOGS], days[0], days[-1])
        assert (report.exit_code, report.outcomes[0].dates, report.outcomes[0].rows) == (0, 700, 700)
        assert len(receipts(there.fake, table, there.where)) == 700
        assert there.publish([TOGS], days[0], days[-1]).load_jobs == 0
    finally:
        there.lake = before


#: Faults that cannot be waited out, and where: the file, the transaction, the look at what it did. `test_faults` has
#: more faults at every call of the transport, and `test_publish_faults` every call of a publish.
BEFALL = (
    (LOST, "upload", 1),
    (JOB_QUOTA, "upload", 2),
    (SILENT_AFTER, "upload", 1),
    (LOST, "insert job", 2),
    (QUOTA, "insert job", 2),
    (SILENT_AFTER, "insert job", 2),
    (QUOTA, "insert job", 3),
)


#: Calls that ask after a job: how many there are depends on time.
ASKING = ("get job", "query results")
#: What tells the tries of a job apart, at the end of its id.
NUMBER = re.compile(r"-\d+$")


@dataclass
class Trial:
    """Publishes two versions in turn, each once under a fault and once without."""

    there: World
    both: tuple[Version, Version]
    proxy: Proxy
    new: int = 0
    failures: int = 0

    def __post_init__(self) -> None:
        self.plain, self.wanted = self.there.fake, [told(version) for version in self.both]
        self.faulty = through(self.proxy, self.there.where)
        assert self.attempt() == (0, set())

    def attempt(self, fault: Fault | None = None, kind: str | None = None, nth: int = 1) -> tuple[int, set[str]]:
        """Publish the other version through the transport; return the exit code and the categories of what failed."""
        self.new = 1 - self.new
        put(self.there.lake, self.both[self.new])
        self.proxy.reset()
        if fault is not None:
            self.proxy.inject(fault, kind, nth)
        self.there.fake = self.faulty  # type: ignore[assignment]
        try:
            return publish(self.there)
        finally:
            self.there.fake = self.plain

    def befall(self, fault: Fault, kind: str | None, nth: int) -> bool:
        """Publish under a fault and once more, and look at what is there; returns whether the fault happened."""
        code, reasons = self.attempt(fault, kind, nth)
        fired, which = self.proxy.fired, (nth, kind, fault)
        assert fired == 1 or (fired == 0 and code == 0), which
        assert code == (1 if reasons else 0), which
        assert not (fault.category and reasons - {fault.category}), (which, reasons)
        self.failures += code
        found = held(self.plain, where=self.there.where)
        assert found == self.wanted[self.new] if not code else found in self.wanted, which
        assert agree(self.plain, where=self.there.where), which
        assert self.there.publish().exit_code == 0, which
        assert held(self.plain, where=self.there.where) == self.wanted[self.new], which
        assert agree(self.plain, where=self.there.where), which
        return fired == 1


@pytest.fixture
def trial(there: World, both: tuple[Version, Version], emulator: Emulator) -> Iterator[Trial]:
    put(there.lake, both[0])
    there.publish()
    # A transport of its own, which knows of no job that others made to fail.
    with Proxy(emulator.endpoint) as proxy:
        made = Trial(there, both, proxy)
        yield made
        made.faulty.close()


def test_a_fault_leaves_dates_old_or_new_and_the_next_publish_does_the_rest(trial: Trial) -> None:
    for fault, kind, nth in BEFALL:
        assert trial.befall(fault, kind, nth), (fault, kind, nth)
    assert trial.failures >= 3


if FACTOR > 1:
    # Every fault at every call, with NBAPROC_EXAMPLES=2.
    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
    def test_every_fault_at_every_call_until_a_publish_has_no_further_one(trial: Trial, fault: Fault) -> None:
        # An id that was used before is met again and counted on, so a sequence may be longer: each job counts once.
        found = [call for call in trial.proxy.calls if fault.befalls(call.kind) and call.kind not in ASKING]
        sure = len({(call.kind, NUMBER.sub("", call.job_id) or call.path) for call in found})
        tried = 0
        while trial.befall(fault, None, tried + 1):
            tried += 1
        assert tried >= sure > 0
        assert trial.failures == 0 if fault.passes else trial.failures >= 3


def publish(there: World) -> tuple[int, set[str]]:
    """Publish; return the exit code and the categories of what failed."""
    try:
        report = there.publish()
    except WarehouseError as error:
        return error.exit_code, {error.category}
    return report.exit_code, {outcome.reason for outcome in report.outcomes if outcome.reason}

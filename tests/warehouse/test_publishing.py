"""Publishing: the warehouse holds what the lake does, nothing is done twice, and what is the same is not touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nbaproc.boundary import empty
from nbaproc.canonical import EMPTY
from nbaproc.columns import Type
from nbaproc.errors import LakeError, PreflightError, WarehouseError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.parquet import encode, read_facts, read_frame
from nbaproc.run.breaker import Limits
from nbaproc.tables import table_names
from nbaproc.warehouse import publishing
from nbaproc.warehouse.bookkeeping import PUBLISH_RECEIPTS
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.journal import Journal
from nbaproc.warehouse.publish_plan import MAX_DATES, TablePlan, destination, estimate
from nbaproc.warehouse.receipts import Content
from nbaproc.warehouse.unpublished import unpublished
from tests.run.weeks import DECLARED, LAST, OPENING, PDC, PGS, TOGS, break_table, copied, fail, run
from tests.warehouse.fake import Fault
from tests.warehouse.worlds import (
    DAYS,
    START,
    STEADY,
    TABLE,
    Version,
    World,
    agree,
    attempt,
    held,
    history,
    name,
    put,
    read_back,
    receipts,
    small,
    told,
    versions,
    world,
)


@pytest.fixture(scope="module")
def both(clean_weeks: Path) -> tuple[Version, Version]:
    return versions(Lake(clean_weeks))


@pytest.fixture
def there(both: tuple[Version, Version], tmp_path: Path) -> World:
    """Return a world whose warehouse holds the first version."""
    made = small(Lake(tmp_path / "lake"))
    put(made.lake, both[0])
    assert made.publish().exit_code == 0
    return made


@pytest.fixture(scope="module")
def whole(clean_weeks: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return three weeks of all tables that are published; for looking only."""
    made = world(copied(clean_weeks, tmp_path_factory.mktemp("whole") / "lake"))
    assert made.publish(table_names()).exit_code == 0
    return made


# What is there afterwards.


def test_the_warehouse_holds_the_rows_the_records_and_a_receipt_of_every_date(whole: World) -> None:
    records = pl.concat(whole.lake.read_records(t, OPENING, LAST) for t in DECLARED.values())
    assert read_back(whole.fake, PROCESSING_FAILURES).equals(records.sort(PROCESSING_FAILURES.key))
    for table in DECLARED.values():
        rows = whole.lake.read(table, OPENING, LAST)
        assert read_back(whole.fake, table).equals(rows.sort(table.key)), table.name
        facts = whole.lake.facts(table, OPENING, LAST)
        wanted = {
            day: (f.fingerprint, f.records_fingerprint, f.rows)
            for day, f in facts.items()
            if f.state != "skipped" or f.records
        }
        assert receipts(whole.fake, table) == wanted, table.name


def test_rows_and_records_say_when_they_were_published(whole: World) -> None:
    at = START + timedelta(minutes=1)
    for table in (DECLARED[PDC], PROCESSING_FAILURES):
        assert whole.fake.rows(f"SELECT DISTINCT processed_at FROM {name(table)}") == [{"processed_at": at}]
    found = whole.fake.rows(f"SELECT DISTINCT published_at, code_version FROM {name(PUBLISH_RECEIPTS)}")
    facts = whole.lake.facts(DECLARED[PDC], OPENING, LAST)
    assert found == [{"published_at": at, "code_version": facts[LAST].code_version}]


def test_the_run_history_is_there_once(whole: World) -> None:
    with Ledger(whole.lake.root) as ledger:
        attempts = ledger.attempts()
    found = history(whole.fake)
    assert {(row["table_name"], row["data_date"]) for row in found} == {(a.table_name, a.data_date) for a in attempts}
    assert len(found) == len(attempts) > 100


def test_no_staging_table_is_left(whole: World) -> None:
    assert whole.fake.staging() == []


def test_jobs_are_named_after_table_and_content(whole: World) -> None:
    for kind in ("load", "transaction"):
        for job in whole.fake.jobs(kind):
            words = job.split("-")
            assert (words[0], words[-1]) == ("nbaproc", "0")
            assert len(words[2]) == 16 and int(words[2], 16) >= 0


def test_a_struct_is_json_text_there(whole: World) -> None:
    structs = [(table, c) for table in DECLARED.values() for c in table.columns if c.type is Type.STRUCT]
    assert structs
    for table, column in structs:
        rows = whole.lake.read(table, OPENING, LAST, [column.name])
        texts = whole.fake.rows(f"SELECT DISTINCT {column.name} AS text FROM {name(table)}")
        wanted = rows.select(pl.col(column.name).struct.json_encode().unique()).to_series().to_list()
        assert sorted(row["text"] for row in texts) == sorted(wanted)


# What is not done.


def test_a_second_publish_asks_for_the_receipts_and_does_nothing(whole: World) -> None:
    calls = whole.calls(names=table_names())
    assert [kind for kind, _ in calls] == ["query"]
    assert PUBLISH_RECEIPTS.name in calls[0][1]


def test_one_date_that_changed_is_published_alone(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1], days=DAYS[:1])
    report = there.publish()
    assert (report.outcomes[0].dates, report.outcomes[0].current, report.load_jobs) == (1, 2, 2)
    assert held(there.fake) == told(both[0]) | told(both[1], days=DAYS[:1])
    at = there.fake.rows(f"SELECT cache_date AS day, MAX(processed_at) AS at FROM {name(TABLE)} GROUP BY 1 ORDER BY 1")
    assert [row["at"] for row in at] == [START + timedelta(minutes=n) for n in (2, 1, 1)]


def test_a_date_whose_records_alone_changed_is_published(there: World, both: tuple[Version, Version]) -> None:
    mixed = Version(both[0].rows, both[1].records)
    put(there.lake, mixed)
    assert there.publish().outcomes[0].dates == sum(told(mixed)[d] != told(both[0])[d] for d in DAYS) > 0
    assert held(there.fake) == told(mixed)


def test_dates_outside_of_what_is_asked_for_stay(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1])
    assert there.publish(only={DAYS[1], STEADY}).outcomes[0].dates == 1
    assert held(there.fake) == told(both[0]) | told(both[1], days=DAYS[1:2])
    assert there.publish(start=DAYS[0], end=DAYS[0]).outcomes[0].dates == 1
    assert held(there.fake) == told(both[1])


def test_a_date_that_lost_all_rows_loses_them_there_too(there: World, both: tuple[Version, Version]) -> None:
    none = Version(empty(TABLE), empty(PROCESSING_FAILURES))
    put(there.lake, none, days=DAYS[:1], state="skipped")
    report = there.publish()
    assert (report.exit_code, report.load_jobs) == (0, 0)
    assert held(there.fake) == told(both[0], days=DAYS[1:])
    assert agree(there.fake)


def test_an_empty_lake_takes_nothing_out(there: World, both: tuple[Version, Version], tmp_path: Path) -> None:
    other = replace(there, lake=Lake(tmp_path / "other"))
    assert other.publish().exit_code == 0
    assert held(there.fake) == told(both[0])


def test_two_prefixes_do_not_know_of_each_other(there: World, both: tuple[Version, Version]) -> None:
    where = Configuration("test-project", dataset_prefix="q_")
    there.fake.create(where, [TABLE, PROCESSING_FAILURES, PUBLISH_RECEIPTS])
    other = replace(there, where=where)
    assert other.publish().exit_code == 0
    assert held(there.fake, where=where) == told(both[0])
    with Ledger(there.lake.root) as ledger:
        assert Journal(ledger, destination(where)).loads_of_a_day(there.clock.now)[PDC] == 1
    assert len(there.calls()) == len(other.calls()) == 1


# What the lake does not hold whole.


def test_a_season_of_two_code_versions_is_refused_before_any_call(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1], days=DAYS[:1], code="2")
    before = len(there.fake.calls)
    with pytest.raises(
        PreflightError, match=r"2021-22 was computed by 2 versions.*2021-11-08.*nbaproc backfill"
    ) as caught:
        there.publish()
    assert caught.value.exit_code == 3
    assert len(there.fake.calls) == before
    assert there.publish(start=DAYS[1]).exit_code == 0


def test_a_date_whose_records_are_newer_than_its_rows_stays_as_it_was(
    there: World, both: tuple[Version, Version]
) -> None:
    path, _ = there.lake.records_path(TABLE, Month.of(DAYS[0])), put(there.lake, both[1])
    newer = path.read_bytes()
    put(there.lake, both[0])
    path.write_bytes(newer)
    report = there.publish()
    torn = [day for day in DAYS if told(both[0])[day][1] != told(both[1])[day][1]]
    assert (report.outcomes[0].torn, report.outcomes[0].dates, report.exit_code) == (torn, 0, 1)
    assert held(there.fake) == told(both[0])


def test_rows_that_are_not_those_of_the_footer_are_refused(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1])
    path = there.lake.path(TABLE, Month.of(DAYS[0]))
    path.write_bytes(encode(read_frame(path).head(5), read_facts(path)))
    report = there.publish()
    assert (report.outcomes[0].reason, report.exit_code) == ("UPSTREAM_CHECK_ERROR", 1)
    assert "verify-ledger" in report.outcomes[0].message
    assert held(there.fake) == told(both[0])


def test_a_lake_that_changes_while_it_is_read_is_looked_at_again(
    there: World, both: tuple[Version, Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(there.lake, both[1])
    real, reads = publishing.read_rows, []

    def read(*of: object) -> pl.DataFrame:
        reads.append(of)
        if len(reads) == 1:
            raise LakeError("another command was faster")
        return real(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "read_rows", read)
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])


def test_a_cell_that_failed_has_its_record_there_and_keeps_its_rows(
    clean: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(clean)
    made.publish([TOGS, PGS])
    before = held(made.fake, DECLARED[TOGS])
    with monkeypatch.context() as broken:
        break_table(broken, TOGS, fail, {LAST})
        assert run(clean, [TOGS, PGS], LAST, LAST, resume=False).exit_code == 1
    report = made.publish([TOGS, PGS])
    assert report.exit_code == 0
    found = made.fake.rows(f"SELECT * FROM {name(PROCESSING_FAILURES)} WHERE entity_id = 'DATE_LEVEL'")
    said = {(row["table_name"], row["analysis_date"]): row["failure_category"] for row in found}
    assert said == {(TOGS, LAST): "PROCESSING_ERROR", (PGS, LAST): "MISSING_DEPENDENCY"}
    after = held(made.fake, DECLARED[TOGS])
    assert {day: cell[0] for day, cell in after.items()} == {day: cell[0] for day, cell in before.items()}
    assert agree(made.fake, DECLARED[TOGS])
    assert len(made.calls(names=[TOGS, PGS])) == 1
    assert run(clean, [TOGS, PGS], LAST, LAST, retry=True).exit_code == 0
    made.publish([TOGS, PGS])
    assert held(made.fake, DECLARED[TOGS]) == before
    assert not made.fake.rows(f"SELECT * FROM {name(PROCESSING_FAILURES)} WHERE entity_id = 'DATE_LEVEL'")


def test_a_cell_that_never_was_computed_has_its_record_there(raw: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world(raw)
    with monkeypatch.context() as broken:
        break_table(broken, TOGS, fail, {LAST})
        assert run(raw, [TOGS], LAST, LAST).exit_code == 1
    assert made.publish([TOGS]).outcomes[0].dates == 1
    assert receipts(made.fake, DECLARED[TOGS])[LAST][::2] == (EMPTY, 0)
    assert held(made.fake, DECLARED[TOGS])[LAST][2:] == (0, 1)
    assert run(raw, [TOGS], LAST, LAST, retry=True).exit_code == 0
    assert made.publish([TOGS]).exit_code == 0
    assert held(made.fake, DECLARED[TOGS])[LAST][3] == 0
    assert agree(made.fake, DECLARED[TOGS])


# What does not agree with the receipts.


def test_rows_that_somebody_else_added_are_found_when_they_are_counted(
    there: World, both: tuple[Version, Version]
) -> None:
    put(there.lake, both[1])

    def add(kind: str) -> None:
        # Between the transaction and the count.
        if [call for call, _ in there.fake.calls[-2:]] == ["transact", "query"]:
            there.fake.hook = lambda _: None
            there.fake.run(f"INSERT INTO {name(TABLE)} SELECT * FROM {name(TABLE)} WHERE cache_date = DATE '{DAYS[0]}'")

    there.fake.hook = add
    report = there.publish()
    assert (report.outcomes[0].reason, report.exit_code) == ("CONFLICT", 1)
    assert f"{DAYS[0]}: the warehouse holds" in report.outcomes[0].message
    assert DAYS[0] not in receipts(there.fake)
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])
    assert agree(there.fake)


def test_a_staging_table_with_other_rows_is_dropped_and_loaded_again(
    there: World, both: tuple[Version, Version]
) -> None:
    put(there.lake, both[1])

    def spoil(kind: str) -> None:
        if kind == "shape":
            there.fake.hook = lambda _: None
            staged = there.fake.staging()[0]
            there.fake.run(f"INSERT INTO `{staged}` SELECT * FROM `{staged}`")

    there.fake.hook = spoil
    report = there.publish()
    assert (report.exit_code, report.load_jobs) == (0, 3)
    assert held(there.fake) == told(both[1])


def test_a_staging_table_that_cannot_be_dropped_is_a_warning(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1])
    there.fake.fault = Fault(len(there.fake.calls) + 9, WarehouseError("UNAVAILABLE", "made to fail"), times=2)
    report = there.publish()
    assert (report.exit_code, len(report.warnings)) == (0, 2)
    assert "expires within a day" in report.warnings[0]
    there.fake.fault = None
    put(there.lake, both[0])
    assert there.publish().exit_code == 0
    put(there.lake, both[1])
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])


# What the ledger remembers.


def test_what_is_unpublished_is_known_without_a_call(
    there: World, both: tuple[Version, Version], tmp_path: Path
) -> None:
    assert unpublished(Lake(tmp_path / "nowhere"), [PDC], OPENING, LAST) is None
    assert unpublished(there.lake, [PDC], OPENING, LAST) == {PDC: []}
    put(there.lake, both[1])
    changed = [day for day in DAYS if told(both[0])[day] != told(both[1])[day]]
    assert unpublished(there.lake, [PDC], OPENING, LAST) == {PDC: changed}
    there.fake.refuse = "DELETE"
    there.publish()
    assert unpublished(there.lake, [PDC], OPENING, LAST) == {PDC: changed}
    there.fake.refuse = None
    there.publish()
    assert unpublished(there.lake, [PDC], OPENING, LAST) == {PDC: []}


def test_a_ledger_that_was_lost_is_told_by_the_receipts(there: World) -> None:
    (there.lake.root / ".nbaproc" / "ledger.sqlite").unlink()
    for path in (there.lake.root / ".nbaproc").glob("ledger.sqlite-*"):
        path.unlink()
    assert len(there.calls()) == 1
    assert unpublished(there.lake, [PDC], OPENING, LAST) == {PDC: []}


def test_receipts_that_are_gone_are_forgotten(there: World, both: tuple[Version, Version]) -> None:
    for table in (PUBLISH_RECEIPTS, TABLE, PROCESSING_FAILURES):
        there.fake.run(f"DELETE FROM {name(table)}")
    # The jobs of the first publish are known to the service, and their work is gone.
    assert there.publish().outcomes[0].dates == 3
    assert held(there.fake) == told(both[0])
    assert agree(there.fake)


def test_another_lake_with_the_same_rows_has_nothing_to_publish(
    there: World, both: tuple[Version, Version], tmp_path: Path
) -> None:
    other = replace(there, lake=Lake(tmp_path / "other"))
    put(other.lake, both[0])
    assert len(other.calls()) == 1
    put(other.lake, both[1])
    assert other.publish().exit_code == 0
    put(other.lake, both[0])
    # It does not know that the jobs of the first lake are used up.
    assert other.publish().exit_code == 0
    assert held(there.fake) == told(both[0])


def test_run_history_of_more_than_a_year_ago_goes_once_it_is_published(there: World) -> None:
    for number in range(3):
        attempt(there.lake, number, finished_at=f"2024-0{number + 1}-01T00:00:00Z")
    with Ledger(there.lake.root) as ledger:
        assert len(ledger.attempts()) == 3
        there.publish()
        # The newest stays, so that later rows have later numbers.
        assert [a.run_id for a in ledger.attempts()] == ["run-2"]
    attempt(there.lake, 3)
    there.publish()
    assert [row["run_id"] for row in history(there.fake)] == [f"run-{n}" for n in range(4)]


# The breaker.


def test_a_table_rests_after_failures_in_a_row_and_is_tried_again(there: World, both: tuple[Version, Version]) -> None:
    limits = Limits(threshold=3, minutes=30)
    put(there.lake, both[1])
    there.fake.refuse = "DELETE"
    for _ in range(3):
        assert there.publish(limits=limits).outcomes[0].reason == "CONFLICT"
    report = there.publish(limits=limits)
    outcome = report.outcomes[0]
    assert (outcome.state, outcome.reason, report.exit_code) == ("skipped", "CIRCUIT_BREAKER_ACTIVE", 1)
    assert "3 failures in a row, the last CONFLICT: refused" in outcome.message
    assert len(there.calls(limits=limits)) == 1
    there.clock.move(minutes=30)
    assert there.publish(limits=limits).outcomes[0].reason == "CONFLICT"
    assert there.publish(limits=limits).outcomes[0].state == "skipped"
    # Other rows than those that failed are tried at once.
    there.fake.refuse = None
    put(there.lake, both[0], days=DAYS[:1])
    assert there.publish(limits=limits).exit_code == 0
    with Ledger(there.lake.root) as ledger:
        breaker = ledger.breakers()[f"publish:{PDC}"]
    assert (breaker.state, breaker.failure_count) == ("closed", 0)


def test_a_table_that_rests_stops_no_other(clean: Lake) -> None:
    made = world(clean)
    made.fake.fault = Fault(2, WarehouseError("UNAVAILABLE", "made to fail"))
    assert made.publish([TOGS], limits=Limits(1, 30)).exit_code == 1
    made.fake.fault = None
    report = made.publish([TOGS, PGS], limits=Limits(1, 30))
    assert [o.state for o in report.outcomes] == ["skipped", "published", "current"]


# Plans.


def test_a_dry_run_says_what_a_publish_does_and_changes_nothing(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1])
    attempt(there.lake, 1)
    files = {path: path.stat().st_mtime_ns for path in there.lake.root.rglob("*")}
    span = publishing.Span([PDC], OPENING, LAST)
    calls = len(there.fake.calls)
    found = estimate(there.lake, there.fake, there.where, span, there.clock.now)
    assert [kind for kind, _ in there.fake.calls[calls:]] == ["query"]
    assert files == {path: path.stat().st_mtime_ns for path in there.lake.root.rglob("*")}
    report = there.publish()
    assert [(e.dates, e.rows) for e in found] == [
        (report.outcomes[0].dates, report.outcomes[0].rows),
        (report.outcomes[0].dates, report.outcomes[0].records),
        (1, 1),
    ]
    assert sum(e.load_jobs for e in found) == report.load_jobs
    assert sum(e.bytes for e in found) == report.bytes
    assert [e.used for e in found] == [1, 1, 0]
    assert [e.share for e in found] == [100 * 2 / 1500, 100 * 2 / 1500, 100 / 1500]


def test_a_transaction_has_so_many_dates_at_most() -> None:
    todo = {date(2010, 1, 1) + timedelta(n): Content("a", "b", 1, "1") for n in range(2 * MAX_DATES + 1)}
    plan = TablePlan(TABLE, todo, {}, pl.DataFrame(), 0, [])
    assert [len(part) for part in plan.parts()] == [MAX_DATES, MAX_DATES, 1]
    assert plan.jobs() == {PDC: 3, PROCESSING_FAILURES.name: 3}

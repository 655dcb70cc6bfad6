"""Whatever call fails, with or without effect: dates are old or new, never a mixture, the next run completes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbaproc.errors import WarehouseError
from nbaproc.lake import Lake
from nbaproc.warehouse.bookkeeping import PUBLISH_RECEIPTS
from tests.run.weeks import PDC, PGS, TOGS
from tests.warehouse.fake import BEFORE, LATE, NEVER, Fault, Killed
from tests.warehouse.worlds import (
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
    attempt(made.lake, 0)
    assert made.publish().exit_code == 0
    assert held(made.fake) == told(both[0])
    return made


def refused(category: str) -> WarehouseError:
    return WarehouseError(category, "made to fail")


@pytest.mark.parametrize(
    ("category", "effect"),
    [
        ("UNAVAILABLE", NEVER),
        ("UNAVAILABLE", BEFORE),
        ("TIMEOUT", LATE),
        ("QUOTA", NEVER),
        ("killed", NEVER),
        ("killed", BEFORE),
    ],
)
def test_a_call_that_fails_leaves_dates_old_or_new_and_the_next_publish_does_the_rest(
    there: World, both: tuple[Version, Version], category: str, effect: str
) -> None:
    # The content goes to and fro, so that names of jobs and staging tables that were used up come again.
    fake, wanted = there.fake, [told(version) for version in both]
    steady, number, failures, old = stamp(there), 0, 0, 0
    while True:
        number, new = number + 1, 1 - old
        put(there.lake, both[new])
        attempt(there.lake, number)
        fake.calls.clear()
        fake.fault = Fault(number, Killed() if category == "killed" else refused(category), effect)
        code = publish(there, category, number)
        reached = len(fake.calls) >= number
        fake.fault = None
        found = held(fake)
        assert found == wanted[new] if code == 0 else found in wanted
        assert {day: prints[:3] for day, prints in found.items()} == receipts(fake)
        failures += code != 0
        fake.settle()
        assert publish(there, "", 0) == 0
        assert held(fake) == wanted[new]
        old = new
        if not reached:
            break
    assert [row["run_id"] for row in history(fake)] == sorted(f"run-{n}" for n in range(number + 1))
    assert [kind for kind, _ in there.calls()] == ["query"]
    assert agree(fake)
    assert number > 12
    # A lost reply of a transaction is settled, and a staging table that cannot be dropped expires: no failures.
    assert failures >= 9
    assert stamp(there) == steady


def publish(there: World, category: str, number: int) -> int:
    """Publish and return the exit code; a failure is of the category, and has the code that goes with it."""
    try:
        report = there.publish()
    except Killed:
        return -9
    except WarehouseError as error:
        # The receipts could not be read: nothing was begun.
        assert (error.category, number) == (category, 1)
        return error.exit_code
    failed = {outcome.reason for outcome in report.outcomes if outcome.reason}
    assert failed <= {category}
    assert report.exit_code == (1 if failed else 0)
    return report.exit_code


def stamp(there: World) -> Any:
    """Return when the date that never changes was published."""
    rows = there.fake.rows(f"SELECT DISTINCT processed_at FROM {name(TABLE)} WHERE cache_date = DATE '{STEADY}'")
    assert len(rows) == 1
    return rows[0]["processed_at"]


def test_R21_a_delete_that_is_refused_takes_the_insert_with_it(  # noqa: N802
    there: World, both: tuple[Version, Version]
) -> None:
    put(there.lake, both[1])
    for words in (
        "DELETE FROM",
        "INSERT INTO",
        PUBLISH_RECEIPTS.name,
        "processing_failures",
        f"INSERT INTO {name(TABLE)}",
    ):
        before = {path: path.read_bytes() for path in there.lake.root.rglob("*.parquet")}
        there.fake.refuse = words
        report = there.publish()
        assert [(o.reason, o.dates) for o in report.outcomes[:1]] == [("CONFLICT", 0)]
        assert report.exit_code == 1
        assert held(there.fake) == told(both[0])
        assert agree(there.fake)
        assert before == {path: path.read_bytes() for path in there.lake.root.rglob("*.parquet")}
    there.fake.refuse = None
    # The breaker has seen five failures.
    there.clock.move(minutes=31)
    assert there.publish().exit_code == 0
    assert held(there.fake) == told(both[1])
    # The files had been loaded by the first try: no further load was needed.
    assert len(there.fake.jobs("load")) == 2 + 1 + 2


def test_R26_a_conflict_that_outlasts_its_retries_doubles_nothing(  # noqa: N802
    there: World, both: tuple[Version, Version]
) -> None:
    for turn in range(4):
        put(there.lake, both[1 - turn % 2])
        # The transaction is the sixth call: receipts, load, look, load, look.
        there.fake.fault = Fault(len(there.fake.calls) + 6, refused("CONFLICT"), BEFORE if turn % 2 else NEVER)
        report = there.publish()
        assert report.outcomes[0].reason == ("" if turn % 2 else "CONFLICT")
        there.fake.fault = None
        assert there.publish().exit_code == 0
        assert held(there.fake) == told(both[1 - turn % 2])
        assert agree(there.fake)


def test_R47_a_table_that_never_answers_stops_no_other(clean: Lake) -> None:  # noqa: N802
    made = world(clean)
    made.fake.fault = Fault(2, refused("TIMEOUT"))
    report = made.publish([TOGS, PGS])
    ended = [(o.table, o.state, o.reason) for o in report.outcomes[:2]]
    assert ended == [(TOGS, "failed", "TIMEOUT"), (PGS, "published", "")]
    assert report.exit_code == 1
    again = made.publish([TOGS, PGS])
    assert [(o.table, o.state) for o in again.outcomes[:2]] == [(TOGS, "published"), (PGS, "current")]
    assert again.exit_code == 0


def test_a_transaction_that_ends_after_its_caller_gave_up_is_found_by_the_next_publish(
    there: World, both: tuple[Version, Version]
) -> None:
    put(there.lake, both[1])
    there.fake.fault = Fault(len(there.fake.calls) + 6, refused("TIMEOUT"), LATE)
    assert there.publish().outcomes[0].reason == "TIMEOUT"
    assert held(there.fake) == told(both[0])
    there.fake.settle()
    assert held(there.fake) == told(both[1])
    assert [kind for kind, _ in there.calls()] == ["query"]


def test_a_lost_reply_is_settled_by_the_receipts(there: World, both: tuple[Version, Version]) -> None:
    put(there.lake, both[1])
    there.fake.fault = Fault(len(there.fake.calls) + 6, refused("UNAVAILABLE"), BEFORE)
    report = there.publish()
    assert (report.exit_code, report.outcomes[0].state) == (0, "published")
    assert len(there.fake.jobs("transaction")) == 3
    assert report.outcomes[0].table == PDC

"""The breaker of the warehouse, and turns to change it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from nbaproc.errors import WarehouseError
from nbaproc.run.breaker import Limits
from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.guards import Breaker, turn
from tests.warehouse.faults import DROPPED, Proxy
from tests.warehouse.through import Clock, through


def failing(category: str) -> Callable[[], int]:
    def call() -> int:
        raise WarehouseError(category, "given up")

    return call


def test_calls_given_up_in_a_row_open_the_breaker_and_a_rest_lets_one_through() -> None:
    clock = Clock()
    breaker = Breaker(lambda: clock.now, Limits(3, 30))
    for category in ("UNAVAILABLE", "TIMEOUT", "UNAVAILABLE"):
        with pytest.raises(WarehouseError, match=r"^given up"):
            breaker.run(failing(category), "query")
    with pytest.raises(WarehouseError, match=r"not tried, 3 calls in a row .* again in 30 minutes") as caught:
        breaker.run(lambda: 1, "query")
    assert caught.value.category == "UNAVAILABLE"
    clock.now += 30 * 60
    with pytest.raises(WarehouseError, match=r"^given up"):
        breaker.run(failing("TIMEOUT"), "query")
    with pytest.raises(WarehouseError, match=r"not tried, 4 calls"):
        breaker.run(lambda: 1, "query")
    clock.now += 30 * 60
    assert breaker.run(lambda: 1, "query") == breaker.run(lambda: 1, "query") == 1


@pytest.mark.parametrize("category", ["CONFLICT", "QUOTA", "CONFIGURATION"])
def test_a_service_that_answers_keeps_the_breaker_closed(category: str) -> None:
    breaker = Breaker(lambda: 0.0, Limits(2, 30))
    for other in ("UNAVAILABLE", category, "UNAVAILABLE", category):
        with pytest.raises(WarehouseError, match=r"^given up"):
            breaker.run(failing(other), "query")
    assert breaker.run(lambda: 1, "query") == 1


def test_an_outage_is_not_waited_for_again_and_again(
    new_configuration: Callable[[], Configuration], proxy: Proxy
) -> None:
    clock = Clock()
    warehouse = through(proxy, new_configuration(), clock)
    proxy.reset()
    proxy.inject(DROPPED, times=None)
    for _ in range(5):
        with pytest.raises(WarehouseError, match="not well"):
            warehouse.shape("test-project.d.t")
    waited, calls = len(clock.waits), len(proxy.calls)
    with pytest.raises(WarehouseError, match="not tried"):
        warehouse.query("SELECT 1")
    assert (len(clock.waits), len(proxy.calls)) == (waited, calls)
    proxy.reset()


def test_one_at_a_time_has_its_turn_and_the_other_waits_no_longer_than_its_limit() -> None:
    with (
        turn("a", 1.0),
        turn("b", 1.0),
        pytest.raises(WarehouseError, match="others publish") as caught,
        turn("a", 0.01),
    ):
        pass
    assert caught.value.category == "CONFLICT"
    with turn("a", 0.01):
        pass


def test_R42_concurrent_transactions_all_come_through(  # noqa: N802
    new_configuration: Callable[[], Configuration], proxy: Proxy
) -> None:
    configuration = new_configuration()
    proxy.reset()
    first = BigQuery(configuration)
    first.create_dataset(configuration.dataset("nba"), "US")
    table = configuration.table("nba", "t")
    first.query(f"CREATE TABLE `{table}` (day DATE, writer INT64, points INT64)")
    # The emulator sees a conflict where rows are deleted that another has deleted; BigQuery wherever both delete.
    first.query(f"INSERT INTO `{table}` VALUES (DATE '2021-11-01', 99, 99)")
    errors: list[Exception] = []

    def publish(writer: int, content: int) -> None:
        # Behind another address nobody waits for a turn: those are like publishers on another machine.
        elsewhere = replace(configuration, endpoint=proxy.endpoint)
        warehouse = BigQuery(elsewhere if content % 2 else configuration)
        try:
            values = ", ".join(f"(DATE '2021-11-01', {content}, {number})" for number in range(3))
            warehouse.transact(
                [f"DELETE FROM `{table}` WHERE day IN (DATE '2021-11-01')", f"INSERT INTO `{table}` VALUES {values}"],
                f"nbaproc-{configuration.dataset_prefix}-{content}-0",
            )
        except Exception as error:
            errors.append(error)
        finally:
            warehouse.close()

    # Two of each content: the second of them attaches.
    threads = [threading.Thread(target=publish, args=(each, each // 2)) for each in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    rows = first.query(f"SELECT writer, points FROM `{table}` ORDER BY points")
    assert [row["points"] for row in rows] == [0, 1, 2] and len({row["writer"] for row in rows}) == 1
    first.close()

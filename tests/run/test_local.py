"""A few dates stay on one core, and only for as long as they are computed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from nbaproc.lake import Lake, Month
from nbaproc.parquet import encode, read_facts
from nbaproc.run.cores import one_core
from nbaproc.run.inputs import read_schedule
from tests.run.weeks import DECLARED, GAMES, LAST, TOGS, on, restate, run
from tests.sources.downloads import files


def cores_of_threads() -> set[frozenset[int]]:
    """Return the cores that the threads of this process may run on."""
    return {frozenset(os.sched_getaffinity(int(thread))) for thread in os.listdir("/proc/self/task")}


@pytest.fixture
def helper() -> Iterator[None]:
    """Have a thread beside the main one, as Polars has."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    yield
    end.set()
    thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems place threads themselves")
@pytest.mark.usefixtures("all_cores", "helper")
def test_all_threads_stay_on_one_core_and_are_free_again_whatever_happens() -> None:
    before = cores_of_threads()
    with one_core():
        [found] = cores_of_threads()
        assert len(found) == 1
    assert cores_of_threads() == before
    with pytest.raises(ZeroDivisionError), one_core():
        raise ZeroDivisionError
    assert cores_of_threads() == before


def test_a_schedule_that_is_replaced_is_read_anew(raw: Lake) -> None:
    day = date(2021, 11, 4)
    assert day in read_schedule(raw).played_dates()
    restate(raw, "nbac_schedule", on(day, game_status=1), "2021-11")
    assert day not in read_schedule(raw).played_dates()


def test_rows_that_are_not_what_their_footer_says_are_written_again(clean: Lake) -> None:
    before, path = files(clean.root), clean.path(DECLARED[TOGS], Month.of(LAST))
    rows = pl.read_parquet(path, hive_partitioning=False)
    path.write_bytes(encode(rows.with_columns(pl.col("points_scored") + 1), read_facts(path)))
    run(clean, GAMES, LAST, LAST, resume=False)
    of_date = clean.read(DECLARED[TOGS], LAST, LAST)["points_scored"]
    assert of_date.equals(rows.filter(pl.col("game_date") == LAST)["points_scored"])
    # Other dates of the month are left as they are; they come back when they are asked for.
    run(clean, GAMES, resume=False)
    assert files(clean.root) == before

"""One set of bytes: whatever the engine, the processes, the threads and the cut of the dates."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from nbaproc.lake import Lake
from nbaproc.run.engines import POLARS, REFERENCE
from nbaproc.run.workers import Workers
from tests.conftest import ROOT
from tests.run.cuts import CUTS, DAYS, compute
from tests.run.little import fill, games
from tests.run.weeks import assert_ledger_agrees, copied
from tests.sources.downloads import files
from tests.tables.leagues import FACTOR

COUNTS, THREADS = (0, 1, 2, 4), (1, 2)


def cases(engine: str) -> list[tuple[int, int, str]]:
    """Return combinations of processes, threads and cuts in which any two values meet; in a long run all of them.

    The reference engine, which has no threads of its own, does every cut once.
    """
    if FACTOR > 1:
        return list(product(COUNTS, THREADS, CUTS))
    if engine == REFERENCE:
        return [(COUNTS[n % len(COUNTS)], THREADS[0], cut) for n, cut in enumerate(CUTS)]
    pairs = product(enumerate(COUNTS), enumerate(CUTS))
    return [(count, THREADS[(n + place) % 2], cut) for (n, count), (place, cut) in pairs]


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two short seasons of raw rows: to copy, never to write."""
    folder = tmp_path_factory.mktemp("little")
    return fill(Lake(folder / "lake"), folder, games(DAYS)).root


@pytest.fixture(scope="module")
def wanted(little: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the bytes of one command of one process."""
    lake = copied(little, tmp_path_factory.mktemp("wanted") / "lake")
    compute(lake, "whole", POLARS)
    return files(lake.root)


def computed(little: Path, tmp_path: Path, engine: str, count: int, threads: int) -> Iterator[tuple[str, Lake]]:
    """Compute each cut that a number of processes and threads is to be tried with, in a lake of its own."""
    cuts = [cut for of, per, cut in cases(engine) if (of, per) == (count, threads)]
    lakes = {cut: copied(little, tmp_path / cut) for cut in cuts}
    if not count and lakes:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": str(threads)}
        lines = "".join(f"{lake.root}={cut}={engine}\n" for cut, lake in lakes.items())
        command = [sys.executable, "-m", "tests.run.cuts"]
        subprocess.run(
            command, env=environment, cwd=ROOT, check=True, input=lines, text=True, stdout=subprocess.DEVNULL
        )
    elif lakes:
        crew = Workers(count, threads)
        try:
            for cut, lake in lakes.items():
                compute(lake, cut, engine, crew)
        finally:
            crew.close()
    yield from lakes.items()


@pytest.mark.usefixtures("all_cores")
@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("engine", [POLARS, REFERENCE])
def test_R62_neither_engine_workers_threads_nor_cut_change_a_byte(  # noqa: N802
    engine: str, count: int, threads: int, little: Path, wanted: dict[str, bytes], tmp_path: Path
) -> None:
    for cut, lake in computed(little, tmp_path, engine, count, threads):
        found = files(lake.root)
        assert found.keys() == wanted.keys(), cut
        assert [name for name in wanted if found[name] != wanted[name]] == [], cut
        assert_ledger_agrees(lake)


def test_any_two_of_engine_workers_threads_and_cut_meet() -> None:
    met = cases(POLARS)
    assert {(count, cut) for count, _, cut in met} == set(product(COUNTS, CUTS))
    assert {(count, threads) for count, threads, _ in met} == set(product(COUNTS, THREADS))
    assert {(threads, cut) for _, threads, cut in met} == set(product(THREADS, CUTS))
    assert {cut for _, _, cut in cases(REFERENCE)} == set(CUTS)
    assert {count for count, _, _ in cases(REFERENCE)} == set(COUNTS)


def test_every_cut_is_of_all_dates_and_has_rows_of_every_kind(wanted: dict[str, bytes]) -> None:
    for cut, parts in CUTS.items():
        assert {day for part in parts for day in part.days} == set(DAYS), cut
    assert sum(name.startswith("nba_precompute") for name in wanted) == 8
    assert {name.split("/")[2] for name in wanted if name.startswith("nba_pre")} == {"season=2021-22", "season=2022-23"}

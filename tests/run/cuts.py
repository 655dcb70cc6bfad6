"""Cuts of two short seasons into commands.

Called as a program it computes them in a process of its own: a line `lake=cut=engine` at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from nbaproc.lake import Lake
from nbaproc.run.executors import Executor
from tests.run.weeks import FEATURES, GAMES, run

#: Opening nights, and the first dates on which every table has rows or records.
DAYS = (
    *(date(2021, 10, 19), date(2021, 11, 2), date(2021, 11, 3)),
    *(date(2022, 10, 18), date(2022, 11, 1), date(2022, 11, 2)),
)


@dataclass(frozen=True)
class Part:
    """One command: its tables, none for all, and its dates."""

    days: Collection[date]
    tables: tuple[str, ...] = ()


def _runs(length: int) -> list[Part]:
    starts = [DAYS[0] + timedelta(n) for n in range(0, (DAYS[-1] - DAYS[0]).days + 1, length)]
    parts = [[day for day in DAYS if start <= day < start + timedelta(length)] for start in starts]
    return [Part(part) for part in parts if part]


CUTS: dict[str, list[Part]] = {
    "whole": [Part(DAYS)],
    "season": [Part(DAYS[:3]), Part(DAYS[3:])],
    "month": [Part(DAYS[:1]), Part(DAYS[1:3]), Part(DAYS[3:4]), Part(DAYS[4:])],
    "7 days": _runs(7),
    "single dates": _runs(1),
    # All results first; then of each date what looks back on them, the last one first.
    "reversed": [*(Part([day], tuple(GAMES)) for day in DAYS[::-1]), *(Part([d], tuple(FEATURES)) for d in DAYS[::-1])],
}


def compute(lake: Lake, cut: str, engine: str, executor: Executor | None = None) -> None:
    """Run the commands of a cut."""
    for part in CUTS[cut]:
        days = sorted(part.days)
        summary = run(lake, part.tables, days[0], days[-1], only=days, engine=engine, executor=executor)
        assert summary.exit_code == 0, (cut, summary.not_built())


if __name__ == "__main__":
    import polars

    assert str(polars.thread_pool_size()) == os.environ.get("POLARS_MAX_THREADS", str(polars.thread_pool_size()))
    print("ready", flush=True)
    for line in sys.stdin:
        root, name, kind = line.strip().split("=")
        compute(Lake(Path(root)), name, kind)

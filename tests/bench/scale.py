"""How the time of a backfill grows with seasons, and shrinks with workers: on simulated seasons."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_simulation

ROOT = Path(__file__).resolve().parents[2]
#: The first simulated season, and how many there are.
FIRST_SEASON, SEASONS = 2009, (1, 4, 16)

#: One backfill in a process of its own, with workers of one thread each; prints seconds, cells and peak memory.
_RUN = """
import json, sys, time
from datetime import date
from pathlib import Path
from nbaproc.lake import Lake
from nbaproc.run.backfill import backfill
from nbaproc.run.shard import peak_memory
from nbaproc.run.workers import Workers
from nbaproc.tables import table_names

if __name__ == "__main__":
    root, end, workers = Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), int(sys.argv[3])
    crew = Workers(workers, threads=1)
    began = time.perf_counter()
    done = backfill(Lake(root), table_names(), date(2000, 1, 1), end, today=date(2026, 11, 1), engine="polars",
                    executor=crew)
    seconds = time.perf_counter() - began
    crew.close()
    assert done.exit_code == 0, done.not_built()[:3]
    print(json.dumps({"workers": workers, "seconds": seconds, "dates": len(done.dates), "rows": sum(done.rows.values()),
                      "peak_memory_mb": max(done.peak_rss_mb, peak_memory())}))
"""


def simulated(folder: Path, seasons: int = SEASONS[-1]) -> Lake:
    """Return a lake with simulated seasons."""
    lake = Lake(folder)
    ingest_simulation(lake, seasons, 7, FIRST_SEASON)
    return lake


def measure_growth(raw: Lake, scratch: Path, seasons: Sequence[int] = SEASONS) -> list[dict[str, Any]]:
    """Backfill some simulated seasons with one worker, and the most of them also with two.

    Returns:
        Per run: seasons, workers, seconds, dates, rows, peak memory of any process in MB.
    """
    runs = [(count, 1) for count in seasons] + [(max(seasons), 2)]
    return [{"seasons": count, **_run(raw, scratch / f"{count}-{workers}", count, workers)} for count, workers in runs]


def _run(raw: Lake, folder: Path, seasons: int, workers: int) -> dict[str, Any]:
    # The raw files are shared: nothing writes them.
    folder.mkdir(parents=True)
    for name in ("nba_raw", "nba_reference"):
        os.symlink(raw.root / name, folder / name)
    # A file, since workers import what started them anew.
    script = folder.with_suffix(".py")
    script.write_text(_RUN, encoding="utf-8")
    end = date(FIRST_SEASON + seasons, 8, 31)
    command = [sys.executable, str(script), str(folder), str(end), str(workers)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found

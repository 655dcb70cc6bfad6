"""`make bench`: what the games stage costs, as ratios measured in one run on one machine.

The floor is what no implementation can avoid: reading the inputs and writing the same outputs with their row hashes
and partition fingerprints. Against it stands the whole backfill: reading, computing, writing. The pandas loop and the
reference engine are timed on a stated sample and scaled by rows. Every figure is the median of alternating runs.

Usage: python -m tests.bench.bench [--json] [--runs N]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import seal
from nbaproc.canonical import row_hashes
from nbaproc.lake import CellState, Lake, Month
from nbaproc.raw.tally import Tally
from nbaproc.run.backfill import backfill, plan_dates, shards
from nbaproc.run.engines import POLARS, REFERENCE, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.sources.ingest import ingest_nba_api, ingest_simulation
from nbaproc.tables import declarations
from nbaproc.version import code_version
from tests.bench.pandas_loop import player_summaries

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve() / "public"
TODAY = date(2026, 11, 1)
NAMES = list(declarations())
#: Dates of the samples, spread over the range.
PANDAS_DATES, REFERENCE_DATES = 12, 40

Targets = {"to_floor": 4.0, "pandas_loop": 50.0}


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds an action took, and what it returned."""
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def empty_copy(lake: Lake, folder: Path) -> Lake:
    """Return a lake with the same raw tables and nothing computed."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("nba_raw", "nba_reference"):
        shutil.copytree(lake.root / name, folder / name)
    return Lake(folder)


def floor(lake: Lake, dates: list[date], made: dict[date, dict[str, tuple[pl.DataFrame, pl.DataFrame]]]) -> float:
    """Return the seconds of reading all inputs, hashing finished rows and writing them."""
    start = time.perf_counter()
    read_schedule(lake)
    for shard in shards(dates):
        read_inputs(lake, NAMES, shard, Tally())
        for name, (rows, records) in made[shard[0]].items():
            table = declarations()[name]
            bare = rows.drop("data_hash")
            hashed = bare.with_columns(row_hashes(bare, table.hashed)).select(table.names)
            for month in sorted({Month.of(day) for day in shard}):
                days = [day for day in shard if Month.of(day) == month]
                here = pl.col(table.date or "").is_in(days)
                noted = records.filter(pl.col("analysis_date").is_in(days))
                states = dict.fromkeys(days, CellState("succeeded"))
                lake.replace(table, month, states, hashed.filter(here), noted, code_version())
    return time.perf_counter() - start


def finished(lake: Lake, dates: list[date]) -> dict[date, dict[str, tuple[pl.DataFrame, pl.DataFrame]]]:
    """Return the finished rows and records per shard (by its first date) and table."""
    made = {}
    for shard in shards(dates):
        stage = compute(POLARS, NAMES, read_inputs(lake, NAMES, shard, Tally()), shard)
        made[shard[0]] = {n: (run.frame, run.records) for n, run in stage.tables.items()}
    return made  # type: ignore[return-value]


def spread(dates: Sequence[date], count: int) -> list[date]:
    """Return `count` dates spread evenly."""
    return [dates[i * len(dates) // count] for i in range(count)]


def pandas_seconds(lake: Lake, sample: list[date]) -> tuple[float, int]:
    """Return the seconds and rows of the pandas loop over a sample of dates; loading the seasons is not timed."""
    total, rows = 0.0, 0
    for shard in shards(sample):
        raw = read_inputs(lake, NAMES, [shard[0].replace(month=9, day=30), shard[-1] + timedelta(days=300)], Tally())
        boxes, teams, shots = (_pandas(raw[n]) for n in ("nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart"))
        import pandas as pd

        for day in shard:
            seconds, made = timed(lambda day=day: player_summaries(pd.Timestamp(day), boxes, teams, shots))
            total, rows = total + seconds, rows + len(made)
    return total, rows


def _pandas(frame: pl.DataFrame) -> Any:
    import pandas as pd

    data = pd.DataFrame({name: frame[name].to_list() for name in frame.columns})
    day = "GAME_DATE" if "GAME_DATE" in data.columns else "game_date"
    data[day] = pd.to_datetime(data[day])
    return data


def peak_memory(lake: Lake, dates: list[date]) -> float:
    """Return the peak memory of one backfill process, MB."""
    command = [sys.executable, "-m", "nbaproc.cli.main", "backfill", "--start", str(dates[0]), "--end", str(dates[-1])]
    subprocess.run([*command, "--lake", str(lake.root)], check=True, capture_output=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def measure(runs: int) -> dict[str, Any]:
    """Run everything and return the figures."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Lake(Path(scratch) / "source")
        real = REAL_DATA.is_dir()
        ingest_seconds, _ = timed(
            lambda: ingest_nba_api(source, [REAL_DATA]) if real else ingest_simulation(source, 3, 7, 2021)
        )
        dates = plan_dates(read_schedule(source), date(2021, 10, 19), date(2024, 6, 30))
        first, last = dates[0], dates[-1]
        made = finished(source, dates)
        for tables in made.values():
            for name, (rows, _) in tables.items():
                seal(declarations()[name], rows.drop("data_hash"))
        floors, whole, again = [], [], []
        for _ in range(runs):
            floors.append(floor(empty_copy(source, Path(scratch) / "floor"), dates, made))
            lake = empty_copy(source, Path(scratch) / "whole")
            seconds, summary = timed(lambda lake=lake: backfill(lake, NAMES, first, last, today=TODAY, engine=POLARS))
            whole.append(seconds)
            seconds, _ = timed(lambda lake=lake: backfill(lake, NAMES, first, last, today=TODAY, engine=POLARS))
            again.append(seconds)
        cells = sum(summary.rows[name] * len(declarations()[name].columns) for name in NAMES)
        figures = {
            "data": "three real seasons" if real else "three simulated seasons",
            "dates": len(dates),
            "rows": dict(summary.rows),
            "seconds": {
                "ingest": ingest_seconds,
                "floor": statistics.median(floors),
                "backfill": statistics.median(whole),
                "backfill_again": statistics.median(again),
                "steps": {k: round(v, 3) for k, v in summary.seconds.items()},
            },
            "ratios": {"to_floor": statistics.median(w / f for w, f in zip(whole, floors, strict=True))},
            "cells_per_second": cells / statistics.median(whole),
            "peak_memory_mb": peak_memory(empty_copy(source, Path(scratch) / "memory"), dates),
        }
        figures["ratios"] |= _slow_ones(source, dates, figures)
        return figures


def _slow_ones(lake: Lake, dates: list[date], figures: dict[str, Any]) -> dict[str, Any]:
    """Time the pandas loop and the reference engine on samples and scale them by player rows."""
    players = figures["rows"]["player_game_summary"]
    whole = figures["seconds"]["backfill"]
    seconds, rows = pandas_seconds(lake, spread(dates, PANDAS_DATES))
    figures["samples"] = {"pandas_loop": {"dates": PANDAS_DATES, "player_rows": rows, "seconds": seconds}}
    ratios = {"pandas_loop": seconds / rows * players / whole}
    sample = spread(dates, REFERENCE_DATES)
    total, rows = 0.0, 0
    for shard in shards(sample):
        raw = read_inputs(lake, NAMES, shard, Tally())
        wanted = {n: f if "game_date" not in f.columns else f for n, f in raw.items()}
        seconds, stage = timed(lambda wanted=wanted, shard=shard: compute(REFERENCE, NAMES, wanted, shard))
        frame = stage.tables["player_game_summary"].frame
        total, rows = total + seconds, rows + (frame.height if frame is not None else 0)
    figures["samples"]["reference"] = {"dates": REFERENCE_DATES, "player_rows": rows, "seconds": total}
    ratios["reference"] = total / rows * players / whole
    return ratios


def main() -> int:
    """Print the figures; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--runs", type=int, default=5, help="alternating runs of floor and backfill (default 5)")
    options = parser.parse_args()
    figures = measure(options.runs)
    figures["machine"] = {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "polars": pl.__version__,
        "polars_threads": pl.thread_pool_size(),
        "code": code_version(),
        "date": date.today().isoformat(),
    }
    met = figures["ratios"]["to_floor"] <= Targets["to_floor"]
    met = met and figures["ratios"]["pandas_loop"] >= Targets["pandas_loop"]
    if options.json:
        print(json.dumps(figures | {"targets": Targets, "met": met}, indent=2))
        return 0 if met else 1
    seconds, ratios, machine = figures["seconds"], figures["ratios"], figures["machine"]
    print(f"{figures['data']}: {figures['dates']} dates, {sum(figures['rows'].values()):,} rows of {len(NAMES)} tables")
    print(f"{machine['cores']} cores, Python {machine['python']}, Polars {machine['polars']}, {machine['code']}, {machine['date']}")
    print(f"\n  {'floor: read inputs, hash and write outputs':<48}{seconds['floor']:8.2f} s")
    print(f"  {'backfill: read, compute, hash and write':<48}{seconds['backfill']:8.2f} s")
    print(f"  {'the same again, nothing changed':<48}{seconds['backfill_again']:8.2f} s")
    print(f"  {'ingest of the downloads':<48}{seconds['ingest']:8.2f} s")
    print(f"  {'cells per second, written':<48}{figures['cells_per_second'] / 1e6:8.2f} M")
    print(f"  {'peak memory of a backfill':<48}{figures['peak_memory_mb']:8.0f} MB")
    print(f"\n  {'ratio':<48}{'figure':>8}   target")
    print(f"  {'backfill to the floor':<48}{ratios['to_floor']:8.2f}   at most {Targets['to_floor']:.0f}")
    loop, reference = figures["samples"]["pandas_loop"], figures["samples"]["reference"]
    print(f"  {'pandas loop to the backfill':<48}{ratios['pandas_loop']:8.0f}   at least {Targets['pandas_loop']:.0f}")
    print(f"  {'reference engine to the backfill':<48}{ratios['reference']:8.1f}   none")
    print(f"\n  pandas loop: {loop['player_rows']:,} player rows of {loop['dates']} dates in {loop['seconds']:.1f} s, scaled")
    print(f"  reference: {reference['player_rows']:,} player rows of {reference['dates']} dates in {reference['seconds']:.1f} s, scaled")
    print(f"\n{'targets met' if met else 'A TARGET IS MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

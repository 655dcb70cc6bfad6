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
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import seal
from nbaproc.canonical import row_hashes
from nbaproc.lake import CellState, Lake, Month, cell_facts
from nbaproc.raw.tally import Tally
from nbaproc.run.backfill import backfill, plan_dates, shards
from nbaproc.run.engines import POLARS, REFERENCE, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.sources.ingest import ingest_nba_api, ingest_simulation
from nbaproc.tables import declarations
from nbaproc.version import code_version
from tests.bench.pandas_loop import player_summaries, team_summaries

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve() / "public"
TODAY = date(2026, 11, 1)
NAMES = list(declarations())
#: Dates of the samples, spread over the range.
PANDAS_DATES, REFERENCE_DATES = 12, 40

LOOPS = ("player_rows", "team_rows")
TARGETS = {"to_floor": 4.0, "pandas_loop": 50.0}


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
            facts = cell_facts(table, dict.fromkeys(shard, CellState("succeeded")), hashed, records, code_version())
            for month in sorted({Month.of(day) for day in shard}):
                mine = {day: fact for day, fact in facts.items() if Month.of(day) == month}
                here = hashed.filter(pl.col(table.date or "").is_in(list(mine)))
                noted = records.filter(pl.col("analysis_date").is_in(list(mine)))
                lake.replace(table, month, mine, here, noted)
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


def pandas_seconds(lake: Lake, sample: list[date]) -> dict[str, tuple[float, int]]:
    """Return seconds and rows of the pandas loops over players and teams; loading the seasons is not timed."""
    import pandas as pd

    players, teams_done = [0.0, 0], [0.0, 0]
    for shard in shards(sample):
        season = [shard[0].replace(month=9, day=30), shard[-1] + timedelta(days=300)]
        raw = read_inputs(lake, NAMES, season, Tally())
        wanted = ("nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart")
        boxes, teams, shots = (_pandas(raw[name]) for name in wanted)
        for day in map(pd.Timestamp, shard):
            loops = (players, partial(player_summaries, day, boxes)), (teams_done, partial(team_summaries, day))
            for total, loop in loops:
                seconds, made = timed(partial(loop, teams, shots))
                total[0], total[1] = total[0] + seconds, total[1] + len(made)
    return {"player_rows": (players[0], int(players[1])), "team_rows": (teams_done[0], int(teams_done[1]))}


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
        run = partial(backfill, names=NAMES, start=first, end=last, today=TODAY, engine=POLARS)
        floors, whole, again = [], [], []
        for _ in range(runs):
            floors.append(floor(empty_copy(source, Path(scratch) / "floor"), dates, made))
            lake = empty_copy(source, Path(scratch) / "whole")
            seconds, summary = timed(partial(run, lake))
            whole.append(seconds)
            seconds, _ = timed(partial(run, lake))
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
    rows = figures["rows"]
    players, teams = rows["player_game_summary"], rows["team_offense_game_summary"] + rows["team_defense_game_summary"]
    whole = figures["seconds"]["backfill"]
    loops = pandas_seconds(lake, spread(dates, PANDAS_DATES))
    scaled = sum(s / n * total for (s, n), total in zip(loops.values(), (players, teams), strict=True))
    sampled = {name: {"rows": n, "seconds": s} for name, (s, n) in loops.items()}
    figures["samples"] = {"pandas_loop": {"dates": PANDAS_DATES, "scaled_seconds": scaled} | sampled}
    ratios = {"pandas_loop": scaled / whole}
    sample = spread(dates, REFERENCE_DATES)
    total, done = 0.0, 0
    for day in sample:
        raw = read_inputs(lake, NAMES, [day], Tally())
        seconds, stage = timed(partial(compute, REFERENCE, NAMES, raw, [day]))
        frame = stage.tables["player_game_summary"].frame
        total, done = total + seconds, done + (frame.height if frame is not None else 0)
    figures["samples"]["reference"] = {"dates": REFERENCE_DATES, "player_rows": done, "seconds": total}
    return ratios | {"reference": total / done * players / whole}


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
        "date": datetime.now(UTC).date().isoformat(),
    }
    met = figures["ratios"]["to_floor"] <= TARGETS["to_floor"]
    met = met and figures["ratios"]["pandas_loop"] >= TARGETS["pandas_loop"]
    if options.json:
        print(json.dumps(figures | {"targets": TARGETS, "met": met}, indent=2))
        return 0 if met else 1
    seconds, ratios, machine = figures["seconds"], figures["ratios"], figures["machine"]
    print(f"{figures['data']}: {figures['dates']} dates, {sum(figures['rows'].values()):,} rows of {len(NAMES)} tables")
    print(f"{machine['cores']} cores, Python {machine['python']}, Polars {machine['polars']}, {machine['date']}")
    print(f"\n  {'floor: read inputs, hash and write outputs':<48}{seconds['floor']:8.2f} s")
    print(f"  {'backfill: read, compute, hash and write':<48}{seconds['backfill']:8.2f} s")
    print(f"  {'the same again, nothing changed':<48}{seconds['backfill_again']:8.2f} s")
    print(f"  {'ingest of the downloads':<48}{seconds['ingest']:8.2f} s")
    print(f"  {'cells per second, written':<48}{figures['cells_per_second'] / 1e6:8.2f} M")
    print(f"  {'peak memory of a backfill':<48}{figures['peak_memory_mb']:8.0f} MB")
    print(f"\n  {'ratio':<48}{'figure':>8}   target")
    print(f"  {'backfill to the floor':<48}{ratios['to_floor']:8.2f}   at most {TARGETS['to_floor']:.0f}")
    loop, reference = figures["samples"]["pandas_loop"], figures["samples"]["reference"]
    print(f"  {'pandas loop to the backfill':<48}{ratios['pandas_loop']:8.0f}   at least {TARGETS['pandas_loop']:.0f}")
    print(f"  {'reference engine to the backfill':<48}{ratios['reference']:8.1f}   none")
    sampled = ", ".join(f"{loop[n]['rows']:,} {n.replace('_', ' ')} in {loop[n]['seconds']:.1f} s" for n in LOOPS)
    print(f"\n  pandas loop: {sampled}, of {loop['dates']} dates; scaled to all rows {loop['scaled_seconds']:.0f} s")
    print(f"  reference: {reference['player_rows']:,} player rows of {reference['dates']} dates in", end=" ")
    print(f"{reference['seconds']:.1f} s; scaled to all rows")
    print(f"\n{'targets met' if met else 'A TARGET IS MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

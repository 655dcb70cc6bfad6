"""`make bench`: what a backfill costs, as ratios measured in one run on one machine.

The floor is what nobody can avoid: reading the inputs of all tables and writing the same outputs with their row hashes
and partition fingerprints. Against it stands the backfill: reading, computing, checking, writing. Pandas loops and the
reference engine are timed on stated samples and scaled by rows. Simulated seasons show how time grows with seasons and
shrinks with workers. Whole processes are timed for one date.

Usage: python -m tests.bench.bench [--json] [--out FILE] [--runs N] [--skip-growth]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

import nbaproc
from nbaproc.canonical import row_hashes
from nbaproc.facts import CellState, cell_facts
from nbaproc.lake import Lake, Month
from nbaproc.raw.tally import Tally
from nbaproc.run.backfill import backfill, plan_dates
from nbaproc.run.engines import POLARS
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.run.plan import shards
from nbaproc.run.summary import Summary
from nbaproc.sources.ingest import ingest_nba_api, ingest_simulation
from nbaproc.tables import GAMES, declarations, table_names
from nbaproc.version import code_version
from tests.bench.loops import PANDAS_DATES, REFERENCE_DATES, STAGES, Sample, pandas_samples, reference_samples
from tests.bench.scale import ROOT, measure_growth, simulated

REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve() / "public"
TODAY = date(2026, 11, 1)
#: The date whose tables are computed by whole processes, late in the last season.
DAILY = {True: date(2024, 3, 10), False: date(2024, 3, 11)}
#: How often a date is computed, and Polars imported, in turn.
DAILY_RUNS = 9

#: Figure -> smallest and largest value that is good enough.
TARGETS: dict[str, tuple[float | None, float | None]] = {
    "to_floor": (None, 4.0),
    "pandas_loops": (100.0, None),
    "two_workers": (1.6, None),
    "growth": (0.85, 1.15),
    "peak_memory_mb": (None, 1500.0),
    "daily": (None, 6.0),
}


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


def floor(source: Lake, target: Lake, dates: list[date]) -> float:
    """Return the seconds of reading all inputs, hashing finished rows and writing them.

    Args:
        source: A lake with all tables.
        target: A lake with the same raw tables and nothing computed.
        dates: The dates.
    """
    spent, _ = timed(lambda: read_schedule(source))
    for names in STAGES.values():
        for days in shards(dates):
            spent += timed(partial(read_inputs, source, names, days, Tally()))[0]
            for name in names:
                table = declarations()[name]
                # Having the finished rows costs nothing.
                rows = source.read(table, days[0], days[-1]).drop("data_hash", strict=False)
                records = source.read_records(table, days[0], days[-1])
                spent += timed(partial(_write, target, name, rows, records, days))[0]
    return spent


def _write(lake: Lake, name: str, rows: pl.DataFrame, records: pl.DataFrame, days: list[date]) -> None:
    table = declarations()[name]
    rows = rows.with_columns(row_hashes(rows, table.hashed)) if "data_hash" in table.names else rows
    rows = rows.select(table.names)
    facts = cell_facts(table, dict.fromkeys(days, CellState("succeeded")), rows, records, code_version())
    for month in sorted({Month.of(day) for day in days}):
        mine = {day: fact for day, fact in facts.items() if Month.of(day) == month}
        here = rows.filter(pl.col(table.date or "").is_in(list(mine)))
        noted = records.filter(pl.col("analysis_date").is_in(list(mine)))
        lake.replace(table, month, mine, here, noted)


def child(*command: str, environment: dict[str, str] | None = None) -> tuple[float, str]:
    """Return the seconds of a whole process, and what it printed."""
    done: list[str] = []

    def call() -> None:
        # Compiled modules are kept, as an installed package has them.
        wanted = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        result = subprocess.run(
            [sys.executable, *command],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=wanted | (environment or {}),
        )
        done.append(result.stdout)

    seconds, _ = timed(call)
    return seconds, done[0]


def peak_memory(lake: Lake, dates: list[date]) -> dict[str, int]:
    """Return the peak memory of a backfill process per table, with what it is made of, and of all tables, in MB."""
    span = ("--start", str(dates[0]), "--end", str(dates[-1]), "--lake", str(lake.root))
    found = {}
    for name in (*table_names(), "all"):
        words = ("backfill", *span, "--tables", name, "--no-resume", "--workers", "0", "--json")
        found[name] = int(json.loads(child("-m", "nbaproc.cli.main", *words)[1])["peak_memory_mb"])
    return found


def measure_daily(lake: Lake, day: date, scratch: Path) -> dict[str, Any]:
    """Time all tables of one date, as a whole process, beside the import of Polars, in turn."""
    kept = {"PYTHONPYCACHEPREFIX": str(scratch)}
    command = ("-m", "nbaproc.cli.main", "daily", "--date", str(day), "--no-resume", "--lake", str(lake.root))
    imports, runs = [], []
    for nth in range(DAILY_RUNS + 1):
        one = child("-c", "import polars", environment=kept)[0], child(*command, environment=kept)[0]
        if nth:  # the first of each compiles
            imports.append(one[0])
            runs.append(one[1])
    ratios = [run / base for run, base in zip(runs, imports, strict=True)]
    return {
        "date": str(day),
        "runs": DAILY_RUNS,
        "seconds": statistics.median(runs),
        "import_polars_seconds": statistics.median(imports),
        "ratio": statistics.median(ratios),
    }


def measure_whole(source: Lake, scratch: Path, dates: list[date], runs: int) -> tuple[Lake, Summary, dict[str, Any]]:
    """Time backfills of everything beside the floor, in turn."""
    run = partial(backfill, names=table_names(), start=dates[0], end=dates[-1], today=TODAY, engine=POLARS)
    lake = empty_copy(source, scratch / "whole")
    summaries, seconds, floors = [], [], []
    for _ in range(runs):
        lake = empty_copy(source, scratch / "whole")
        took, summary = timed(partial(run, lake))
        seconds.append(took)
        summaries.append(summary)
        floors.append(floor(lake, empty_copy(source, scratch / "floor"), dates))
    middle = summaries[sorted(range(runs), key=seconds.__getitem__)[runs // 2]]
    again, _ = timed(partial(run, lake))
    figures = {
        "runs": runs,
        "seconds": statistics.median(seconds),
        "floor_seconds": statistics.median(floors),
        "to_floor": statistics.median(took / base for took, base in zip(seconds, floors, strict=True)),
        "again_seconds": again,
        "steps": middle.seconds,
    }
    return lake, middle, figures


def measure(runs: int, *, growth: bool) -> dict[str, Any]:
    """Run everything and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        scratch, real = Path(folder), REAL_DATA.is_dir()
        source = Lake(scratch / "source")
        ingest, _ = timed(
            lambda: ingest_nba_api(source, [REAL_DATA]) if real else ingest_simulation(source, 3, 7, 2021)
        )
        dates = plan_dates(source, GAMES, read_schedule(source), date(2021, 10, 19), date(2024, 6, 30), TODAY)
        lake, summary, whole = measure_whole(source, scratch, dates, runs)
        rows = {name: summary.rows.get(name, 0) for name in summary.tables}
        cells = sum(count * len(declarations()[name].columns) for name, count in rows.items())
        figures: dict[str, Any] = {
            "data": "three real seasons" if real else "three simulated seasons",
            "dates": len(dates),
            "rows": rows,
            "whole": whole | {"ingest_seconds": ingest, "cells": cells},
            "cells_per_second_per_core": cells / whole["seconds"] / min(os.cpu_count() or 1, pl.thread_pool_size()),
            "daily": measure_daily(lake, DAILY[real], scratch / "compiled"),
        }
        loops, references = pandas_samples(lake, dates), reference_samples(lake, dates)
        memory = peak_memory(lake, dates)
        figures["tables"] = _by_table(summary, rows, loops, memory)
        scaled = sum(sample.scaled(rows) for sample in loops)
        figures["samples"] = {
            "pandas_dates": PANDAS_DATES,
            "pandas": [_plain(sample, rows) for sample in loops],
            "reference_dates": REFERENCE_DATES,
            "reference": [_plain(sample, rows) for sample in references],
        }
        figures["growth"] = []
        if growth:
            shutil.rmtree(scratch / "whole")
            figures["growth"] = measure_growth(simulated(scratch / "simulated"), scratch / "growth")
        figures["ratios"] = {
            "to_floor": whole["to_floor"],
            "pandas_loops": scaled / whole["seconds"],
            "reference": sum(sample.scaled(rows) for sample in references) / whole["seconds"],
            "daily": figures["daily"]["ratio"],
            "peak_memory_mb": max(memory["all"], *(run["peak_memory_mb"] for run in figures["growth"]), 0),
            **_growth_ratios(figures["growth"]),
        }
        return figures


def _by_table(
    summary: Summary, rows: dict[str, int], loops: list[Sample], memory: dict[str, int]
) -> dict[str, dict[str, Any]]:
    """Return per table what it cost, and how much longer its loop takes."""
    found: dict[str, dict[str, Any]] = {}
    for name, count in rows.items():
        seconds = summary.table_seconds.get(name, 0.0)
        found[name] = {"rows": count, "seconds": seconds, "peak_memory_mb": memory[name], "pandas_loop": None}
        for sample in loops:
            if name in sample.tables:
                spent = sum(summary.table_seconds.get(other, 0.0) for other in sample.tables)
                found[name]["pandas_loop"] = sample.scaled(rows) / spent
    return found


def _plain(sample: Sample, rows: dict[str, int]) -> dict[str, Any]:
    return {
        "tables": list(sample.tables),
        "seconds": sample.seconds,
        "rows": sample.rows,
        "scaled_seconds": sample.scaled(rows),
    }


def _growth_ratios(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Return how much two workers gain, and how the time per season changes from 4 to 16 seasons."""
    seconds = {(run["seasons"], run["workers"]): run["seconds"] for run in runs}
    if not seconds:
        return {}
    most = max(count for count, _ in seconds)
    return {
        "two_workers": seconds[most, 1] / seconds[most, 2],
        "growth": (seconds[most, 1] / most) / (seconds[4, 1] / 4),
    }


def verdicts(ratios: dict[str, float]) -> dict[str, bool]:
    """Return which targets are met, of those that were measured."""
    met = {}
    for name, (least, most) in TARGETS.items():
        if name in ratios:
            met[name] = (least is None or ratios[name] >= least) and (most is None or ratios[name] <= most)
    return met


def main() -> int:
    """Print the figures; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--out", type=Path, help="write the JSON document to a file, too")
    parser.add_argument("--runs", type=int, default=3, help="alternating runs of floor and backfill (default 3)")
    parser.add_argument("--skip-growth", action="store_true", help="leave the simulated seasons out (minutes)")
    options = parser.parse_args()
    figures = measure(options.runs, growth=not options.skip_growth)
    figures["machine"] = {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "polars": pl.__version__,
        "polars_threads": pl.thread_pool_size(),
        "nbaproc": nbaproc.__version__,
        "code": code_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    met = verdicts(figures["ratios"])
    document = json.dumps(figures | {"targets": TARGETS, "met": met}, indent=2)
    if options.out is not None:
        options.out.write_text(f"{document}\n", encoding="utf-8")
    if options.json:
        print(document)
    else:
        show(figures, met)
    return 0 if all(met.values()) else 1


#: What each ratio is, for people.
WORDS = {
    "to_floor": "backfill to the floor",
    "pandas_loops": "pandas loops to the backfill",
    "reference": "reference engine to the backfill",
    "two_workers": "one worker to two, 16 seasons",
    "growth": "seconds per season, 16 seasons to 4",
    "peak_memory_mb": "peak memory of any process, MB",
    "daily": "one date to `import polars`",
}


def show(figures: dict[str, Any], met: dict[str, bool]) -> None:
    """Print the figures for people."""
    machine, whole, daily = figures["machine"], figures["whole"], figures["daily"]
    total = sum(figures["rows"].values())
    print(f"{figures['data']}: {figures['dates']} dates, {total:,} rows of {len(figures['rows'])} tables")
    print(f"{machine['cores']} cores, Python {machine['python']}, Polars {machine['polars']}, {machine['date']}\n")
    print(f"  {'table':<32}{'rows':>9}{'seconds':>9}{'peak MB':>9}{'pandas loop':>13}")
    for name, found in figures["tables"].items():
        loop = "–" if found["pandas_loop"] is None else f"{found['pandas_loop']:,.0f} x"
        print(f"  {name:<32}{found['rows']:>9,}{found['seconds']:>9.2f}{found['peak_memory_mb']:>9}{loop:>13}")
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in whole["steps"].items())
    print(f"\n  whole backfill {whole['seconds']:.1f} s ({steps}); floor {whole['floor_seconds']:.1f} s;", end=" ")
    print(f"again, nothing to do {whole['again_seconds']:.2f} s; ingest {whole['ingest_seconds']:.1f} s")
    print(f"  {figures['cells_per_second_per_core'] / 1e6:.2f} M cells per second and core")
    print(f"  one date {daily['seconds']:.2f} s, `import polars` {daily['import_polars_seconds']:.2f} s")
    for run in figures["growth"]:
        each = run["seconds"] / run["seasons"]
        print(
            f"  {run['seasons']:>2} simulated seasons, {run['workers']} worker(s) of one thread: "
            f"{run['seconds']:6.1f} s, {each:.2f} s a season, {run['rows']:,} rows, {run['peak_memory_mb']} MB"
        )
    print(f"\n  {'ratio':<40}{'figure':>8}   target")
    for name, words in WORDS.items():
        if name not in figures["ratios"]:
            continue
        least, most = TARGETS.get(name, (None, None))
        target = " to ".join(f"{limit:g}" for limit in (least, most) if limit is not None)
        sort = "" if None not in (least, most) else "at least " if least is not None else "at most "
        verdict = "" if name not in met else "  met" if met[name] else "  MISSED"
        print(f"  {words:<40}{figures['ratios'][name]:>8.2f}   {sort + target if name in TARGETS else 'none'}{verdict}")
    for what in ("pandas", "reference"):
        print(f"\n  {what}: {figures['samples'][f'{what}_dates']} dates, scaled by rows")
        for sample in figures["samples"][what]:
            names = sample["tables"] if len(sample["tables"]) < 3 else [f"{len(sample['tables'])} tables"]
            timed_rows = f"{sample['rows']:,} rows in {sample['seconds']:.1f} s"
            print(f"    {', '.join(names)}: {timed_rows}; all rows {sample['scaled_seconds']:,.0f} s")
    print(f"\n{'targets met' if all(met.values()) else 'A TARGET IS MISSED'}")


if __name__ == "__main__":
    sys.exit(main())

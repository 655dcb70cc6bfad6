"""`make bench`: what each group of tables costs, as ratios measured in one run on one machine.

The floor is what no implementation of the games stage can avoid: reading its inputs and writing the same outputs with
their row hashes and partition fingerprints. Against it stand the backfills of each group: reading, computing, writing.
The pandas loops and the reference engine are timed on a stated sample and scaled by rows. Every figure is the median of
alternating runs.

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
from nbaproc.calendar import season_year
from nbaproc.canonical import row_hashes
from nbaproc.lake import CellState, Lake, Month, cell_facts
from nbaproc.raw.places import legs
from nbaproc.raw.tally import Tally
from nbaproc.run.backfill import backfill, plan_dates, shards
from nbaproc.run.engines import POLARS, REFERENCE, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.sources.ingest import ingest_nba_api, ingest_simulation
from nbaproc.tables import FEATURES, GAMES, by_stage, declarations, table_names, with_inputs
from nbaproc.version import code_version
from tests.bench.pandas_context import player_contexts
from tests.bench.pandas_loop import player_summaries, team_summaries
from tests.bench.pandas_precompute import daily_cache, shot_zones
from tests.bench.pandas_store import vectors

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = (ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve() / "public"
TODAY = date(2026, 11, 1)
STAGES = by_stage(table_names())
#: Groups of tables that are timed apart. Each of the features stage is computed together with the one before it, whose
#: time is taken off.
CONTEXT, PRECOMPUTE, STORE = "context", "precompute", "store"
GROUPS = {
    GAMES: STAGES[GAMES],
    CONTEXT: [name for name in STAGES[FEATURES] if declarations()[name].dataset == "nba_analytics"],
    PRECOMPUTE: [name for name in STAGES[FEATURES] if declarations()[name].dataset == "nba_precompute"],
    STORE: [name for name in STAGES[FEATURES] if declarations()[name].dataset == "nba_predictions"],
}
#: The group that is computed along with another.
ALONG = {PRECOMPUTE: CONTEXT, STORE: PRECOMPUTE}
PGS, TOGS, TDGS = "player_game_summary", "team_offense_game_summary", "team_defense_game_summary"
UPGC, PSZA, PDC = "upcoming_player_game_context", "player_shot_zone_analysis", "player_daily_cache"
PCF, TDZA, MLFS = "player_composite_factors", "team_defense_zone_analysis", "ml_feature_store_v2"
#: Dates of the samples, spread over the range.
PANDAS_DATES = {GAMES: 12, CONTEXT: 6, PRECOMPUTE: 4, STORE: 8}
REFERENCE_DATES = {GAMES: 40, CONTEXT: 20, PRECOMPUTE: 20, STORE: 20}

#: Targets by group: at most this much of the floor, at least this much faster than the pandas loop.
TARGETS = {
    GAMES: {"to_floor": 4.0, "pandas_loop": 50.0},
    CONTEXT: {"to_floor": 5.0, "pandas_loop": 100.0},
    PRECOMPUTE: {"to_floor": 6.0, "pandas_loop": 100.0},
    STORE: {"to_floor": 4.0, "pandas_loop": 100.0},
}
#: Peak memory of a backfill of everything, MB.
MEMORY = 1500.0


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


Made = dict[date, dict[str, tuple[pl.DataFrame, pl.DataFrame]]]


def floor(lake: Lake, dates: list[date], made: Made) -> float:
    """Return the seconds of reading all inputs of the games stage, hashing finished rows and writing them."""
    start = time.perf_counter()
    read_schedule(lake)
    for shard in shards(dates):
        read_inputs(lake, STAGES[GAMES], shard, Tally())
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


def finished(lake: Lake, dates: list[date]) -> Made:
    """Return the finished rows and records of the games stage per shard (by its first date) and table."""
    made = {}
    for shard in shards(dates):
        stage = compute(POLARS, STAGES[GAMES], read_inputs(lake, STAGES[GAMES], shard, Tally()), shard)
        made[shard[0]] = {n: (run.frame, run.records) for n, run in stage.tables.items()}
        for name, run in stage.tables.items():
            seal(declarations()[name], run.frame.drop("data_hash"))
    return made  # type: ignore[return-value]


def spread(dates: Sequence[date], count: int) -> list[date]:
    """Return `count` dates spread evenly."""
    return [dates[i * len(dates) // count] for i in range(count)]


def pandas_games(lake: Lake, sample: list[date]) -> list[tuple[str, float, int]]:
    """Return seconds and rows of the pandas loops over players and teams; loading the seasons is not timed."""
    import pandas as pd

    players, teams_done = [0.0, 0], [0.0, 0]
    for shard in shards(sample):
        season = [shard[0].replace(month=9, day=30), shard[-1] + timedelta(days=300)]
        raw = read_inputs(lake, STAGES[GAMES], season, Tally())
        wanted = ("nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart")
        boxes, teams, shots = (_pandas(raw[name]) for name in wanted)
        for day in map(pd.Timestamp, shard):
            loops = (players, partial(player_summaries, day, boxes)), (teams_done, partial(team_summaries, day))
            for total, loop in loops:
                seconds, made = timed(partial(loop, teams, shots))
                total[0], total[1] = total[0] + seconds, total[1] + len(made)
    return [("player rows", players[0], int(players[1])), ("team rows", teams_done[0], int(teams_done[1]))]


def pandas_context(lake: Lake, sample: list[date]) -> list[tuple[str, float, int]]:
    """Return seconds and rows of the pandas loop over players; loading the seasons is not timed."""
    import pandas as pd

    total, rows_done = 0.0, 0
    miles = {(start, end): way for start, end, way in legs().select("leg_from", "leg_to", "miles").iter_rows()}
    for shard in shards(sample):
        inputs = read_inputs(lake, GROUPS[CONTEXT], [*shard, shard[-1] + timedelta(days=300)], Tally())
        past = [_pandas(inputs[name]) for name in (PGS, TOGS, TDGS)]
        scheduled = read_schedule(lake).games.select("game_date", "home", "away", "season_year")
        season = scheduled.filter(pl.col("season_year") == season_year(shard[0]))
        games = _pandas(season.drop("season_year"))
        listed = lake.read(declarations()[UPGC], shard[0], shard[-1])
        for day in shard:
            columns = ["player_lookup", "team_abbr", "opponent_team_abbr", "home_game"]
            rows = pd.DataFrame(listed.filter(pl.col("game_date") == day).select(columns).to_dicts())
            seconds, made = timed(partial(player_contexts, pd.Timestamp(day), rows, *past, games, miles))
            total, rows_done = total + seconds, rows_done + len(made)
    return [("player rows", total, rows_done)]


def pandas_precompute(lake: Lake, sample: list[date]) -> list[tuple[str, float, int]]:
    """Return seconds and rows of the pandas loops over players; loading the seasons is not timed."""
    zones, caches = [0.0, 0], [0.0, 0]
    for shard in shards(sample):
        inputs = read_inputs(lake, GROUPS[PRECOMPUTE], [*shard, shard[-1] + timedelta(days=300)], Tally())
        players, offense = _pandas(inputs[PGS]), _pandas(inputs[TOGS])
        listed = lake.read(declarations()[PSZA], shard[0], shard[-1])
        context = lake.read(declarations()[UPGC], shard[0], shard[-1])
        import pandas as pd

        for day in shard:
            lookups = listed.filter(pl.col("analysis_date") == day)["player_lookup"].to_list()
            here = context.filter(pl.col("game_date") == day)
            rows = pd.DataFrame({name: here[name].to_list() for name in here.columns})
            loops = (
                (zones, partial(shot_zones, pd.Timestamp(day), lookups, players)),
                (caches, partial(daily_cache, pd.Timestamp(day), rows, players, offense)),
            )
            for total, loop in loops:
                seconds, made = timed(loop)
                total[0], total[1] = total[0] + seconds, total[1] + len(made)
    return [("zone rows", zones[0], int(zones[1])), ("cache rows", caches[0], int(caches[1]))]


def pandas_store(lake: Lake, sample: list[date]) -> list[tuple[str, float, int]]:
    """Return seconds and rows of the pandas loop over players; loading the seasons is not timed."""
    import pandas as pd

    total, rows_done = 0.0, 0
    for shard in shards(sample):
        inputs = read_inputs(lake, GROUPS[STORE], [*shard, shard[-1] + timedelta(days=300)], Tally())
        players, offense = _pandas(inputs[PGS]), _pandas(inputs[TOGS])
        for day in shard:
            tables = [_pandas(lake.read(declarations()[name], day, day)) for name in (MLFS, PDC, PCF, TDZA)]
            roster = tables[0].rename(columns={"is_home": "home_game"})
            loop = partial(vectors, pd.Timestamp(day), roster, players, offense, *tables[1:])
            seconds, made = timed(loop)
            total, rows_done = total + seconds, rows_done + len(made)
    return [("vectors", total, rows_done)]


def _pandas(frame: pl.DataFrame) -> Any:
    import pandas as pd

    data = pd.DataFrame({name: frame[name].to_list() for name in frame.columns})
    for day in {"GAME_DATE", "game_date"} & set(data.columns):
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
        dates = plan_dates(source, GAMES, read_schedule(source), date(2021, 10, 19), date(2024, 6, 30), TODAY)
        made = finished(source, dates)
        run = partial(backfill, start=dates[0], end=dates[-1], today=TODAY, engine=POLARS)
        floors: list[float] = []
        seconds: dict[str, list[float]] = {group: [] for group in (*GROUPS, "again")}
        rows: dict[str, int] = {}
        for _ in range(runs):
            floors.append(floor(empty_copy(source, Path(scratch) / "floor"), dates, made))
            lake = empty_copy(source, Path(scratch) / "whole")
            for group, names in GROUPS.items():
                took, summary = timed(partial(run, lake, names))
                seconds[group].append(took)
                rows |= summary.rows
                if group in ALONG:
                    # The run has computed that group again, and found its files unchanged.
                    seconds[group][-1] -= timed(partial(run, lake, GROUPS[ALONG[group]]))[0]
            seconds["again"].append(timed(partial(run, lake, table_names()))[0])
        cells = sum(count * len(declarations()[name].columns) for name, count in rows.items())
        whole = {group: statistics.median(seconds[group]) for group in GROUPS}
        figures: dict[str, Any] = {
            "data": "three real seasons" if real else "three simulated seasons",
            "dates": len(dates),
            "rows": rows,
            "seconds": {
                "ingest": ingest_seconds,
                "floor": statistics.median(floors),
                "again": statistics.median(seconds["again"]),
                **whole,
            },
            "cells_per_second": cells / sum(whole.values()),
            "peak_memory_mb": peak_memory(empty_copy(source, Path(scratch) / "memory"), dates),
            "groups": {},
        }
        for group in GROUPS:
            to_floor = statistics.median(w / f for w, f in zip(seconds[group], floors, strict=True))
            slow = _slow_ones(group, lake, dates, rows, whole[group])
            figures["groups"][group] = {"to_floor": to_floor} | slow
        return figures


#: The loop of each group, and for each of its parts the tables whose rows it is scaled to.
LOOPS = {
    GAMES: (pandas_games, ((PGS,), (TOGS, TDGS))),
    CONTEXT: (pandas_context, ((UPGC,),)),
    PRECOMPUTE: (pandas_precompute, ((PSZA,), (PDC,))),
    STORE: (pandas_store, ((MLFS,),)),
}


def _slow_ones(group: str, lake: Lake, dates: list[date], rows: dict[str, int], whole: float) -> dict[str, Any]:
    """Time the pandas loop and the reference engine on samples and scale them by rows."""
    loop, parts = LOOPS[group]
    early = read_schedule(lake).early(dates)
    late = [day for day in dates if day not in early]
    timed_dates = late if group in (PRECOMPUTE, STORE) else dates
    loops = loop(lake, spread(timed_dates, PANDAS_DATES[group]))
    scaled = sum(s / n * sum(rows[t] for t in tables) for (_, s, n), tables in zip(loops, parts, strict=True))
    counted = {GAMES: PGS, CONTEXT: UPGC, PRECOMPUTE: PSZA, STORE: MLFS}[group]
    total, done = 0.0, 0
    for day in spread(timed_dates, REFERENCE_DATES[group]):
        names = with_inputs(GROUPS[group])
        seconds, run = timed(partial(compute, REFERENCE, names, read_inputs(lake, names, [day], Tally()), [day]))
        frame = run.tables[counted].frame
        total, done = total + seconds, done + (frame.height if frame is not None else 0)
    return {
        "pandas_loop": scaled / whole,
        "reference": total / done * rows[counted] / whole,
        "samples": {
            "pandas_dates": PANDAS_DATES[group],
            "pandas": [{"what": what, "seconds": s, "rows": n} for what, s, n in loops],
            "pandas_scaled_seconds": scaled,
            "reference_dates": REFERENCE_DATES[group],
            "reference_seconds": total,
            "reference_rows": done,
        },
    }


def targets_met(figures: dict[str, Any]) -> bool:
    """Return whether every group meets both targets, and the whole run its memory."""
    return figures["peak_memory_mb"] <= MEMORY and all(
        figures["groups"][group]["to_floor"] <= target["to_floor"]
        and figures["groups"][group]["pandas_loop"] >= target["pandas_loop"]
        for group, target in TARGETS.items()
    )


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
    met = targets_met(figures)
    if options.json:
        print(json.dumps(figures | {"targets": TARGETS, "met": met}, indent=2))
    else:
        show(figures, met=met)
    return 0 if met else 1


def show(figures: dict[str, Any], *, met: bool) -> None:
    """Print the figures for people."""
    seconds, machine = figures["seconds"], figures["machine"]
    rows, tables = sum(figures["rows"].values()), len(figures["rows"])
    print(f"{figures['data']}: {figures['dates']} dates, {rows:,} rows of {tables} tables")
    print(f"{machine['cores']} cores, Python {machine['python']}, Polars {machine['polars']}, {machine['date']}\n")
    lines = {
        "floor: read the games stage's inputs, write its outputs": seconds["floor"],
        "games: read, compute, hash and write": seconds[GAMES],
        "context: the same": seconds[CONTEXT],
        "precompute: the same": seconds[PRECOMPUTE],
        "store: the same": seconds[STORE],
        "all again, nothing changed": seconds["again"],
        "ingest of the downloads": seconds["ingest"],
    }
    for what, took in lines.items():
        print(f"  {what:<58}{took:8.2f} s")
    print(f"  {'cells per second, written':<58}{figures['cells_per_second'] / 1e6:8.2f} M")
    print(f"  {'peak memory of a backfill':<58}{figures['peak_memory_mb']:8.0f} MB   at most {MEMORY:.0f}")
    print(f"\n  {'ratio':<58}{'figure':>8}   target")
    for group, found in figures["groups"].items():
        most, least = TARGETS[group]["to_floor"], TARGETS[group]["pandas_loop"]
        print(f"  {f'{group} to the floor':<58}{found['to_floor']:8.2f}   at most {most:.0f}")
        print(f"  {f'pandas loop to {group}':<58}{found['pandas_loop']:8.0f}   at least {least:.0f}")
        print(f"  {f'reference engine to {group}':<58}{found['reference']:8.1f}   none")
    print()
    for group, found in figures["groups"].items():
        sample = found["samples"]
        timed_rows = ", ".join(f"{p['rows']:,} {p['what']} in {p['seconds']:.1f} s" for p in sample["pandas"])
        scaled = f"scaled to all rows {sample['pandas_scaled_seconds']:,.0f} s"
        print(f"  {group}, pandas loop: {timed_rows}, of {sample['pandas_dates']} dates; {scaled}")
        done = f"{sample['reference_rows']:,} rows in {sample['reference_seconds']:.1f} s"
        print(f"  {group}, reference: {done}, of {sample['reference_dates']} dates, each alone; scaled to all rows")
    print(f"\n{'targets met' if met else 'A TARGET IS MISSED'}")


if __name__ == "__main__":
    sys.exit(main())

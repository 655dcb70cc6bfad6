"""The same tables the usual way: pandas loops over players and teams, and the reference engine, timed on samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import polars as pl

from nbaproc.calendar import season_year
from nbaproc.lake import Lake
from nbaproc.raw.places import legs
from nbaproc.raw.tally import Tally
from nbaproc.run.engines import REFERENCE, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.run.plan import shards
from nbaproc.tables import FEATURES, GAMES, by_stage, declarations, table_names
from tests.bench.pandas_context import player_contexts, team_contexts
from tests.bench.pandas_loop import player_summaries, team_summaries
from tests.bench.pandas_precompute import daily_cache, shot_zones, team_zones
from tests.bench.pandas_store import vectors

STAGES = by_stage(table_names())
TOGS, TDGS, PGS = (f"{name}_game_summary" for name in ("team_offense", "team_defense", "player"))
UPGC, UTGC = "upcoming_player_game_context", "upcoming_team_game_context"
TDZA, PSZA = "team_defense_zone_analysis", "player_shot_zone_analysis"
PCF, PDC, MLFS = "player_composite_factors", "player_daily_cache", "ml_feature_store_v2"
#: Dates of the samples, spread over the range.
PANDAS_DATES, REFERENCE_DATES = 8, 20
#: Days after a season's opener from which every table has rows.
SETTLED = 45


@dataclass
class Sample:
    """What a loop did in some seconds.

    Attributes:
        tables: The tables it computes; `ml_labels`, which copies another table, has no loop.
        seconds: Seconds without loading.
        rows: Rows it made.
    """

    tables: tuple[str, ...]
    seconds: float = 0.0
    rows: int = 0

    def scaled(self, rows: dict[str, int]) -> float:
        """Return the seconds for all rows of its tables."""
        return self.seconds / self.rows * sum(rows[name] for name in self.tables)


@dataclass
class _Timer:
    samples: dict[tuple[str, ...], Sample] = field(default_factory=dict)

    def time(self, tables: tuple[str, ...], loop: Callable[[], list[Any]]) -> None:
        """Add the time of a loop to the sample of its tables."""
        began = time.perf_counter()
        made = loop()
        sample = self.samples.setdefault(tables, Sample(tables))
        sample.seconds += time.perf_counter() - began
        sample.rows += len(made)


def spread(dates: Sequence[date], count: int) -> list[date]:
    """Return `count` dates spread evenly."""
    return [dates[i * len(dates) // count] for i in range(count)]


def settled_dates(lake: Lake, dates: Sequence[date]) -> list[date]:
    """Return the dates on which every table has rows."""
    openers = read_schedule(lake).openers
    return [day for day in dates if day >= openers[season_year(day)] + timedelta(days=SETTLED)]


def pandas_samples(lake: Lake, dates: Sequence[date]) -> list[Sample]:
    """Time the pandas loops of all tables on some dates; loading the seasons is not timed.

    Args:
        lake: A lake with all tables.
        dates: Dates to choose from.
    """
    timer = _Timer()
    for days in shards(spread(settled_dates(lake, dates), PANDAS_DATES)):
        _games(timer, lake, days)
        _context(timer, lake, days)
        _precompute(timer, lake, days)
        _store(timer, lake, days)
    return list(timer.samples.values())


def _season(names: Sequence[str], lake: Lake, days: list[date]) -> dict[str, pl.DataFrame]:
    """Return the inputs of a whole season."""
    first = date(season_year(days[0]), 9, 30)
    return read_inputs(lake, names, [first, first + timedelta(days=300)], Tally())


def _games(timer: _Timer, lake: Lake, days: list[date]) -> None:
    raw = _season(STAGES[GAMES], lake, days)
    wanted = ("nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart")
    boxes, teams, shots = (_pandas(raw[name]) for name in wanted)
    for day in _stamps(days):
        timer.time((PGS,), partial(player_summaries, day, boxes, teams, shots))
        timer.time((TOGS, TDGS), partial(team_summaries, day, teams, shots))


def _context(timer: _Timer, lake: Lake, days: list[date]) -> None:
    inputs = _season([UPGC, UTGC], lake, days)
    past = [_pandas(inputs[name]) for name in (PGS, TOGS, TDGS)]
    miles = {(start, end): way for start, end, way in legs().select("leg_from", "leg_to", "miles").iter_rows()}
    games = read_schedule(lake, days[0], days[-1]).games.filter(pl.col("season_year") == season_year(days[0]))
    season = _pandas(games.select("game_date", "home", "away", "home_score", "away_score"))
    for day in days:
        listed = _of_date(lake, UPGC, day, ["player_lookup", "team_abbr", "opponent_team_abbr", "home_game"])
        teams = _of_date(lake, UTGC, day, ["team_abbr", "home_game", "opponent_team_abbr"])
        teams["home"] = teams["team_abbr"].where(teams["home_game"], teams["opponent_team_abbr"])
        stamp = next(_stamps([day]))
        timer.time((UPGC,), partial(player_contexts, stamp, listed, *past, season, miles))
        timer.time((UTGC,), partial(team_contexts, stamp, teams, season, miles))


def _precompute(timer: _Timer, lake: Lake, days: list[date]) -> None:
    inputs = _season([PDC, TDZA], lake, days)
    players, offense, defense = (_pandas(inputs[name]) for name in (PGS, TOGS, TDGS))
    for day in days:
        lookups = _of_date(lake, PSZA, day, ["player_lookup"])["player_lookup"].to_list()
        listed, stamp = _of_date(lake, UPGC, day), next(_stamps([day]))
        timer.time((PSZA,), partial(shot_zones, stamp, lookups, players))
        timer.time((TDZA,), partial(team_zones, stamp, defense))
        # One loop gives the row of the cache and the four scores: it is scaled to the rows of one of the two tables.
        timer.time((PDC,), partial(daily_cache, stamp, listed, players, offense))


def _store(timer: _Timer, lake: Lake, days: list[date]) -> None:
    inputs = _season([MLFS], lake, days)
    players, offense = _pandas(inputs[PGS]), _pandas(inputs[TOGS])
    for day in days:
        roster, *tables = (_of_date(lake, name, day) for name in (MLFS, PDC, PCF, TDZA))
        roster = roster.rename(columns={"is_home": "home_game"})
        timer.time((MLFS,), partial(vectors, next(_stamps([day])), roster, players, offense, *tables))


def _of_date(lake: Lake, name: str, day: date, columns: list[str] | None = None) -> Any:
    return _pandas(lake.read(declarations()[name], day, day, columns))


def _stamps(days: Sequence[date]) -> Iterator[Any]:
    import pandas as pd

    return map(pd.Timestamp, days)


def _pandas(frame: pl.DataFrame) -> Any:
    import pandas as pd

    data = pd.DataFrame({name: frame[name].to_list() for name in frame.columns})
    for day in {"GAME_DATE", "game_date"} & set(data.columns):
        data[day] = pd.to_datetime(data[day])
    return data


def reference_samples(lake: Lake, dates: Sequence[date]) -> list[Sample]:
    """Time the reference engine on some dates, one after the other; it computes the tables of a stage together."""
    found = [Sample(tuple(STAGES[stage])) for stage in (GAMES, FEATURES)]
    for sample in found:
        for day in spread(settled_dates(lake, dates), REFERENCE_DATES):
            inputs = read_inputs(lake, sample.tables, [day], Tally())
            began = time.perf_counter()
            run = compute(REFERENCE, sample.tables, inputs, [day])
            sample.seconds += time.perf_counter() - began
            sample.rows += sum(table.frame.height for table in run.tables.values() if table.frame is not None)
    return found

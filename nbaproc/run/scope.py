"""Who must be accounted for on a date: everybody has a row or a record that says why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from nbaproc.calendar import season_year
from nbaproc.raw.history import took_part
from nbaproc.raw.schedule import Schedule, season_of
from nbaproc.raw.teams import TEAMS
from nbaproc.run.engines import StageRun
from nbaproc.tables import declarations

PGS, LABELS, UPGC = "player_game_summary", "ml_labels", "upcoming_player_game_context"
TDZA, PSZA = "team_defense_zone_analysis", "player_shot_zone_analysis"
PCF, PDC, MLFS = "player_composite_factors", "player_daily_cache", "ml_feature_store_v2"
#: Entities that a message names.
NAMED = 10


def untracked(
    stage: StageRun, results: Mapping[str, pl.DataFrame], schedule: Schedule, dates: Sequence[date]
) -> dict[str, dict[date, str]]:
    """Return by table and date who has neither a row nor a record, as a sentence.

    Only tables whose scope follows from what is in memory are looked at.

    Args:
        stage: What was computed, with all its records.
        results: The results that its tables look back on, by table.
        schedule: The cleaned schedule.
        dates: The computed dates.
    """
    found = {}
    for name, run in stage.tables.items():
        if run.frame is None or run.records is None:
            continue
        scope = _scope(name, stage, results, schedule, dates)
        if scope is None:
            continue
        table = declarations()[name]
        key = ["day", "entity"]
        have = run.frame.select(day=table.date or "", entity=table.key[1])
        told = run.records.filter(pl.col("failure_class") != "note").select(day="analysis_date", entity="entity_id")
        lost = scope.join(have, on=key, how="anti").join(told, on=key, how="anti")
        if lost.height:
            of_date = lost.group_by("day").agg(pl.col("entity").unique().sort().head(NAMED), count=pl.len())
            found[name] = {
                day: f"neither rows nor a record of {count}: {', '.join(names)}"
                for day, names, count in of_date.iter_rows()
            }
    return found


def _scope(
    name: str, stage: StageRun, results: Mapping[str, pl.DataFrame], schedule: Schedule, dates: Sequence[date]
) -> pl.DataFrame | None:
    """Return the entities of a table: `day`, `entity`; NULL where memory does not tell."""
    if name == LABELS:
        return _listed(stage, PGS)
    if name in (PCF, PDC):
        return _late(_listed(stage, UPGC), schedule, dates)
    days = pl.DataFrame({"day": sorted(set(dates) - schedule.early(dates))}, schema={"day": pl.Date})
    if name == TDZA:
        return days.join(pl.DataFrame({"entity": list(TEAMS)}), how="cross")
    if name == PSZA and PGS in results:
        seasons = sorted({season_year(day) for day in dates})
        played = results[PGS].filter(pl.col("season_year").is_in(seasons) & took_part())
        debuts = played.group_by("season_year", entity="player_lookup").agg(debut=pl.col("game_date").min())
        pairs = days.with_columns(season_year=season_of(pl.col("day"))).join(debuts, on="season_year")
        return pairs.filter(pl.col("debut") < pl.col("day")).select("day", "entity")
    if name == MLFS and PGS in results:
        of_dates = results[PGS].filter(pl.col("game_date").is_in(list(dates)))
        return _late(_who_plays(stage, of_dates, schedule), schedule, dates)
    return None


def _listed(stage: StageRun, name: str) -> pl.DataFrame | None:
    """Return the players of a table of the stage."""
    run = stage.tables.get(name)
    if run is None or run.frame is None:
        return None
    return run.frame.select(day="game_date", entity="player_lookup")


def _who_plays(stage: StageRun, results: pl.DataFrame, schedule: Schedule) -> pl.DataFrame | None:
    """Return who played in the final games, and who is expected in the others."""
    context = stage.tables[UPGC].frame if UPGC in stage.tables else None
    if context is None:
        return None
    game = ["game_date", "game_id"]
    final, open_ = schedule.games.filter("final").select(game), schedule.games.filter(~pl.col("final")).select(game)
    played = results.filter(took_part()).join(final, on=game, how="semi")
    expected = context.join(open_, on=game, how="semi")
    return pl.concat(rows.select(day="game_date", entity="player_lookup") for rows in (played, expected))


def _late(scope: pl.DataFrame | None, schedule: Schedule, dates: Sequence[date]) -> pl.DataFrame | None:
    """Return a scope on the computed dates that are not early in their season."""
    late = sorted(set(dates) - schedule.early(dates))
    return None if scope is None else scope.filter(pl.col("day").is_in(late))

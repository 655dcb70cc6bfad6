"""What must hold before a date is written: a guard that does not turns the cell into a failure, and old rows stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from nbaproc.boundary import complete_records
from nbaproc.columns import Table
from nbaproc.failures import REASONS, Category
from nbaproc.lake import Lake
from nbaproc.raw import records
from nbaproc.raw.history import took_part
from nbaproc.raw.schedule import Schedule
from nbaproc.run.cells import FAILED, Ended
from nbaproc.run.engines import StageRun, TableRun
from nbaproc.tables import declarations

#: A settled date may lose a tenth of its rows.
KEEPS = (9, 10)
#: Notes that the runner writes, not a table: they say how a date came to be.
GAP_NOTE, ROSTER_NOTE, FALLBACK_NOTE = "window_gap", "roster_gap", "engine_fallback"
NOTES = (GAP_NOTE, ROSTER_NOTE, FALLBACK_NOTE)
#: Share of those who played that the pre-game context must hold, as a fraction, and the tables that need it.
ROSTER_SHARE = (9, 10)
CONTEXT, PLAYED = "upcoming_player_game_context", "player_game_summary"
GATED = ("player_composite_factors", "player_daily_cache", "ml_feature_store_v2")
#: Those of them in which an absent player gets a record.
RECORDED = GATED[:2]
#: Dates that may not be written: category and sentence.
Bad = dict[date, tuple[str, str]]


def guard(
    table: Table, run: TableRun, cells: list[Ended], lake: Lake, schedule: Schedule, *, force: bool
) -> list[Ended]:
    """Return the cells of a table as they may be written.

    Keys, columns and dates are checked where rows leave an engine; here rows are held against the schedule and against
    what the lake holds.

    Args:
        table: Its declaration.
        run: What was computed of it.
        cells: Its cells of one shard.
        lake: The lake, whose rows are about to be replaced.
        schedule: The cleaned schedule.
        force: Whether a date may lose rows.
    """
    days = [cell.day for cell in cells if cell.written]
    if run.frame is None or not days:
        return cells
    bad = _foreign_teams(table, run.frame, schedule) if _is_team_table(table) else {}
    if not force:
        bad = _shrinking(table, run.frame, lake, days) | bad
    failed = {day: why for day, why in bad.items() if day in days}
    return [
        replace(cell, state=FAILED, reason=failed[cell.day][0], message=failed[cell.day][1])
        if cell.day in failed
        else cell
        for cell in cells
    ]


def _is_team_table(table: Table) -> bool:
    """Whether a table has two rows per game, one of each team."""
    return bool(table.covers) and table.key[1].endswith("team_abbr")


def _foreign_teams(table: Table, rows: pl.DataFrame, schedule: Schedule) -> Bad:
    """A row of a game of the schedule must be of one of its teams."""
    known = schedule.games.select("game_date", "game_id", "away", "home")
    side = pl.col(table.key[1])
    strange = rows.join(known, on=["game_date", "game_id"]).filter((side != pl.col("away")) & (side != pl.col("home")))
    return {
        day: (Category.CONFIGURATION.name, f"{table.name}: {team} does not play in {game}")
        for day, team, game in strange.select("game_date", side, "game_id").iter_rows()
    }


def _shrinking(table: Table, rows: pl.DataFrame, lake: Lake, days: list[date]) -> Bad:
    """A date whose games were all final keeps nine tenths of its rows, and every team."""
    stored = lake.facts(table, min(days), max(days))
    settled = [day for day in days if day in stored and stored[day].settled]
    counts = dict(rows.group_by(table.date or "").len().iter_rows())
    share, whole = KEEPS
    found = _lost_teams(table, rows, lake, settled) if _is_team_table(table) and settled else {}
    for day in settled:
        if whole * counts.get(day, 0) < share * stored[day].rows:
            text = f"{counts.get(day, 0)} rows instead of the {stored[day].rows} stored; --force writes them"
            found[day] = (Category.SHRINK_REFUSED.name, text)
    return found


def _lost_teams(table: Table, rows: pl.DataFrame, lake: Lake, days: list[date]) -> Bad:
    side = table.key[1]
    old = lake.read(table, min(days), max(days), [side]).filter(pl.col("game_date").is_in(days))
    lost = old.join(rows, on=["game_date", side], how="anti").sort("game_date", side)
    return {
        day: (Category.SHRINK_REFUSED.name, f"{team} had a row and has none now; --force writes the date without it")
        for day, team in lost.select("game_date", side).iter_rows()
    }


def roster_gate(
    stage: StageRun, results: pl.DataFrame | None
) -> tuple[StageRun, dict[tuple[str, date], tuple[str, str]]]:
    """Hold the pre-game context of played dates against who played.

    Args:
        stage: What was computed of the features stage.
        results: Player summaries, with those of the dates.

    Returns:
        The stage with notes and records of those who are absent, and the cells that must wait: fewer than nine tenths
        of those who played are in the context.
    """
    context = stage.tables.get(CONTEXT)
    gated = [name for name in GATED if name in stage.tables]
    if results is None or context is None or context.frame is None or not gated:
        return stage, {}
    listed = context.frame.select("game_date", "player_lookup")
    played = results.filter(took_part()).select("game_date", "player_lookup")
    played = played.join(listed.select("game_date").unique(), on="game_date", how="semi")
    absent = played.join(listed, on=["game_date", "player_lookup"], how="anti")
    if not absent.height:
        return stage, {}
    counts = played.group_by("game_date").len("all").join(absent.group_by("game_date").len("absent"), on="game_date")
    share, whole = ROSTER_SHARE
    few = counts.filter(whole * (pl.col("all") - pl.col("absent")) < share * pl.col("all"))
    waiting: dict[tuple[str, date], tuple[str, str]] = {}
    for day, everybody, lost in few.iter_rows():
        text = f"{CONTEXT} has {everybody - lost} of the {everybody} players who played"
        waiting |= {(name, day): (Category.MISSING_DEPENDENCY.name, text) for name in gated}
    near = absent.join(few, on="game_date", how="anti")
    return _with_absent(stage, gated, near), waiting


def _with_absent(stage: StageRun, gated: list[str], absent: pl.DataFrame) -> StageRun:
    tables = dict(stage.tables)
    note = pl.format(REASONS["roster_gap"], "n")
    of_date = absent.group_by("game_date").agg(n=pl.len()).sort("game_date")
    for name in gated:
        run = tables[name]
        if run.records is None:
            continue
        drafts = [
            records.draft(of_date, Category.DATA_ISSUE, "DATE", pl.lit("DATE_LEVEL"), note, detail=pl.lit(ROSTER_NOTE))
        ]
        if name in RECORDED:
            who = pl.col("player_lookup")
            drafts.append(
                records.draft(absent, Category.MISSING_DATA, "PLAYER", who, pl.lit(REASONS["not_in_context"]))
            )
        tables[name] = replace(run, records=more_records(name, run.records, records.gather(drafts)))
    return replace(stage, tables=tables)


def note_gaps(stage: StageRun, notes: Mapping[tuple[str, date], str]) -> StageRun:
    """Return the stage with a note on every date that was computed in spite of a gap in its history."""
    tables = dict(stage.tables)
    for name in {name for name, _ in notes}:
        run = tables.get(name)
        if run is None or run.records is None:
            continue
        mine = [(day, text) for (table, day), text in notes.items() if table == name]
        rows = pl.DataFrame(mine, schema={"game_date": pl.Date, "text": pl.String}, orient="row")
        draft = records.draft(
            rows, Category.DATA_ISSUE, "DATE", pl.lit("DATE_LEVEL"), pl.col("text"), detail=pl.lit(GAP_NOTE)
        )
        tables[name] = replace(run, records=more_records(name, run.records, records.gather([draft])))
    return replace(stage, tables=tables)


def more_records(name: str, known: pl.DataFrame, drafts: pl.DataFrame) -> pl.DataFrame:
    """Return the records of a table with those that the runner adds to them.

    Args:
        name: The table.
        known: Its records, complete.
        drafts: Draft records to be added.
    """
    added = complete_records(declarations()[name], drafts)
    return pl.concat([known, added]).sort(
        "table_name", "analysis_date", "entity_type", "entity_id", "failure_category", "detail"
    )

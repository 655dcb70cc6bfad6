"""What must hold before a date is written: a guard that does not turns the cell into a failure, and old rows stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from nbaproc.columns import Table
from nbaproc.failures import REASONS, Category
from nbaproc.lake import Lake
from nbaproc.raw import records
from nbaproc.raw.history import took_part
from nbaproc.raw.schedule import Schedule
from nbaproc.run import notes
from nbaproc.run.cells import FAILED, Ended
from nbaproc.run.engines import StageRun, TableRun
from nbaproc.tables import declarations

#: A settled date may lose a tenth of its rows.
KEEPS = (9, 10)
#: Share of those who played that the pre-game context must hold, as a fraction, and the tables that need it.
ROSTER_SHARE = (9, 10)
CONTEXT, PLAYED = "upcoming_player_game_context", "player_game_summary"
GATED = ("player_composite_factors", "player_daily_cache", "ml_feature_store_v2")
SIDES = ("away", "home")
NO_SOURCE = (Category.NO_PLAYER_SOURCE.name, Category.NO_TEAM_SOURCE.name)
#: Dates that may not be written: category and sentence.
Bad = dict[date, tuple[str, str]]


def guard(
    table: Table,
    run: TableRun,
    cells: list[Ended],
    lake: Lake,
    schedule: Schedule,
    lost: Mapping[date, str] | None = None,
    *,
    force: bool,
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
        lost: Dates on which somebody has neither a row nor a record, and who.
        force: Whether a date may lose rows.
    """
    days = [cell.day for cell in cells if cell.written]
    if run.frame is None or not days:
        return cells
    bad = _foreign_teams(table, run.frame, schedule) if table.of_games else {}
    if not force:
        bad = _shrinking(table, run.frame, lake, days) | bad
    bad |= {day: (Category.UNTRACKED.name, text) for day, text in (lost or {}).items()}
    failed = {day: why for day, why in bad.items() if day in days}
    return [
        replace(cell, state=FAILED, reason=failed[cell.day][0], message=failed[cell.day][1])
        if cell.day in failed
        else cell
        for cell in cells
    ]


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
    found: Bad = {}
    for day in settled:
        if whole * counts.get(day, 0) < share * stored[day].rows:
            text = f"{counts.get(day, 0)} rows instead of the {stored[day].rows} stored; --force writes them"
            found[day] = (Category.SHRINK_REFUSED.name, text)
    return found | (_lost_teams(table, rows, lake, settled) if table.of_games and settled else {})


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
    days = listed["game_date"].unique().to_list()
    played = results.filter(pl.col("game_date").is_in(days) & took_part()).select("game_date", "player_lookup")
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
    of_date = absent.group_by("game_date").agg(n=pl.len()).sort("game_date")
    noted = notes.note(of_date, notes.ROSTER, pl.format(REASONS["roster_gap"], "n"))
    who, why = pl.col("player_lookup"), pl.lit(REASONS["not_in_context"])
    missing = records.draft(absent, Category.MISSING_DATA, "PLAYER", who, why)
    for name in gated:
        stage = notes.add(stage, name, [noted, missing] if name in notes.RECORDED else [noted])
    return stage


def note_gaps(stage: StageRun, gaps: Mapping[tuple[str, date], str]) -> StageRun:
    """Return the stage with a note on every date that was computed in spite of a gap in its history."""
    for name in sorted({name for name, _ in gaps}):
        mine = [(day, text) for (table, day), text in gaps.items() if table == name]
        rows = pl.DataFrame(mine, schema={"game_date": pl.Date, "text": pl.String}, orient="row")
        stage = notes.add(stage, name, [notes.note(rows, notes.GAP, pl.col("text"))])
    return stage


def whole_games(stage: StageRun, schedule: Schedule, dates: Sequence[date]) -> StageRun:
    """Leave out half games of the team tables, and record the games that lack a team without a word.

    A date of which no game is whole stays without records: it has no output.

    Args:
        stage: What was computed.
        schedule: The cleaned schedule.
        dates: The computed dates.
    """
    game = ["game_date", "game_id"]
    for name, run in stage.tables.items():
        table = declarations()[name]
        if not table.of_games or run.frame is None or run.records is None:
            continue
        wanted = schedule.games.filter(pl.col("game_date").is_in(list(dates)))
        wanted = wanted.filter("final") if table.covers == "final" else wanted
        have = run.frame.group_by(game).agg(teams=pl.col(table.key[1]))
        short = wanted.select(*game, "away", "home").join(have, on=game, how="left")
        short = short.filter(pl.col("teams").list.len().fill_null(0) < len(SIDES))
        if not short.height:
            continue
        whole = run.frame.join(short, on=game, how="anti", maintain_order="left")
        stage = replace(stage, tables=stage.tables | {name: replace(run, frame=whole)})
        told = run.records.filter((pl.col("entity_type") == "GAME") & (pl.col("failure_class") != "note"))
        told = told.select(game_date="analysis_date", game_id="entity_id")
        untold = short.join(told, on=game, how="anti").join(whole, on="game_date", how="semi")
        absent = pl.concat_list(
            pl.when(~pl.col("teams").list.contains(pl.col(side)).fill_null(False)).then(side) for side in SIDES
        )
        text = pl.format(REASONS["absent_teams"], absent.list.drop_nulls().list.join(", "))
        if untold.height:
            draft = records.draft(untold, Category.COUNT_MISMATCH, "GAME", pl.col("game_id"), text)
            stage = notes.add(stage, name, [draft])
    return stage


def note_uncovered(stage: StageRun, schedule: Schedule, dates: Sequence[date]) -> StageRun:
    """Return the stage with a note on every date of which some final games have no source and others have rows."""
    game = ["game_date", "game_id"]
    finals = schedule.games.filter(pl.col("final") & pl.col("game_date").is_in(list(dates))).select(game)
    for name, run in stage.tables.items():
        if declarations()[name].covers != "final" or run.frame is None or run.records is None:
            continue
        bare = run.records.filter(pl.col("failure_category").is_in(NO_SOURCE))
        bare = finals.join(bare.select(game_date="analysis_date", game_id="entity_id"), on=game, how="semi")
        counts = finals.group_by("game_date").agg(games=pl.len())
        counts = counts.join(bare.group_by("game_date").agg(bare=pl.len()), on="game_date").sort("game_date")
        some = counts.join(run.frame, on="game_date", how="semi")
        if some.height:
            text = pl.format(REASONS["partial_upstream"], pl.col("games") - pl.col("bare"), "games")
            stage = notes.add(stage, name, [notes.note(some, notes.UNCOVERED, text)])
    return stage

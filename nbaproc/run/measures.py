"""What a shard notes of its cells for the run history: what their dates had of every input, and what changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.facts import CellFacts
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import RAW_TABLES, READ_WHOLE
from nbaproc.raw.schedule import Schedule
from nbaproc.run.engines import StageRun
from nbaproc.tables import declarations

#: What is known of an input on a date: rows and fingerprint, of a raw table also what is said of its games and times.
Known = dict[str, object]
#: Names of the column that says of which game a raw row is.
GAME_IDS = ("game_id", "gameId", "GAME_ID")
#: Rows per game of a table that has one per team.
TEAMS_PER_GAME = 2


@dataclass(frozen=True)
class Measure:
    """What the run history holds of a cell beside how it ended.

    Attributes:
        expected: Rows that the scope of the date asks for.
        changed: Rows that the lake did not hold with this content.
        coverage: JSON: what the date has of every input; empty where that cannot be read.
    """

    expected: int
    changed: int
    coverage: str


def measures(
    lake: Lake,
    raw: Mapping[str, pl.DataFrame],
    stage: StageRun,
    schedule: Schedule,
    cells: Collection[tuple[str, date]],
    moved: Mapping[tuple[str, date], int],
) -> dict[tuple[str, date], Measure]:
    """Return what the run history holds of some cells that were computed together.

    Args:
        lake: The lake, which holds them by now.
        raw: What they were computed from.
        stage: What came out.
        schedule: The cleaned schedule.
        cells: The cells.
        moved: How many rows of each were new to the lake.
    """
    names, dates = sorted({name for name, _ in cells}), sorted({day for _, day in cells})
    if not cells:
        return {}
    scope = expected(stage, schedule, dates)
    inputs: dict[str, dict[date, Known]] | None
    try:
        inputs = raw_inputs(lake, names, raw, schedule, dates) | built_inputs(lake, names, dates)
    except LakeError:  # the cells are written: a footer that cannot be read any more costs what is told of them
        inputs = None
    known = declarations()
    return {
        (name, day): Measure(
            scope.get(name, {}).get(day, 0),
            moved.get((name, day), 0),
            "" if inputs is None else coverage(known[name], day, inputs),
        )
        for name, day in cells
    }


def raw_inputs(
    lake: Lake, names: Collection[str], raw: Mapping[str, pl.DataFrame], schedule: Schedule, dates: Sequence[date]
) -> dict[str, dict[date, Known]]:
    """Return by raw table and date what there is: rows, share of the final games, newest load, fingerprint.

    Tables that are read whole say nothing of a date. The share is None where no game was final, and for tables whose
    rows are of no game.

    Args:
        lake: The lake, whose footers have the fingerprints.
        names: Output tables that are computed.
        raw: What they are computed from.
        schedule: The cleaned schedule.
        dates: The dates.
    """
    reads = {name for table in names for name in declarations()[table].reads} - set(READ_WHOLE)
    tables = [RAW_TABLES[name] for name in sorted(reads) if raw[name].height]
    if not tables:
        return {}
    found = pl.concat(_of_games(table, raw[table.name]) for table in tables)
    counts = found.group_by("source", "day").agg(
        pl.len(), pl.col("game").drop_nulls().n_unique(), pl.col("loaded").max().dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    )
    on_dates = schedule.games.filter(pl.col("final") & pl.col("game_date").is_in(list(dates)))
    finals = dict(on_dates.group_by("game_date").len().iter_rows())
    prints = {table.name: _fingerprints(lake, table, dates) for table in tables}
    known: dict[str, dict[date, Known]] = {}
    for source, day, rows, games, loaded in counts.iter_rows():
        if day in prints[source]:
            has_games = _game_id(RAW_TABLES[source]) is not None and day in finals
            share = round(min(1.0, games / finals[day]), 4) if has_games else None
            of_date = {"coverage": share, "rows": rows, "last_updated": loaded, "fingerprint": prints[source][day]}
            known.setdefault(source, {})[day] = of_date
    return known


def _of_games(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    name = _game_id(table)
    game = pl.lit(None, pl.String) if name is None else pl.col(name)
    return rows.select(source=pl.lit(table.name), day=table.date or "", game=game, loaded="processed_at")


def _game_id(table: Table) -> str | None:
    return next((name for name in GAME_IDS if name in table.names), None)


def _fingerprints(lake: Lake, table: Table, dates: Sequence[date]) -> dict[date, str]:
    found: dict[date, str] = {}
    wanted = set(dates)
    for month in lake.months_between(table, min(dates), max(dates)):
        found |= {day: text for day, text in lake.raw_fingerprints(table, month).items() if day in wanted}
    return found


def built_inputs(lake: Lake, names: Collection[str], dates: Sequence[date]) -> dict[str, dict[date, Known]]:
    """Return by output table and date what the lake holds of the tables that some tables are made of on their date."""
    known = declarations()
    inputs = sorted({name for table in names for name in (*known[table].inputs, *known[table].members)})
    found: dict[str, dict[date, Known]] = {}
    for name in inputs:
        facts = lake.facts(known[name], min(dates), max(dates))
        found[name] = {day: {"rows": fact.rows, "fingerprint": fact.fingerprint} for day, fact in facts.items()}
    return found


def coverage(table: Table, day: date, inputs: Mapping[str, Mapping[date, Known]]) -> str:
    """Return as JSON what a date has of every input of a table, null for one of which there is nothing.

    Args:
        table: The output table.
        day: The date.
        inputs: What there is of raw and of output tables.
    """
    names = {*table.reads, *table.inputs, *table.members} - set(READ_WHOLE)
    return json.dumps({name: inputs.get(name, {}).get(day) for name in sorted(names)}, separators=(",", ":"))


def expected(stage: StageRun, schedule: Schedule, dates: Sequence[date]) -> dict[str, dict[date, int]]:
    """Return by table and date how many rows the scope asks for.

    A table of games has a row for each team of every game; in the others everybody has a row or a record that says why
    not.

    Args:
        stage: What was computed, with all its records.
        schedule: The cleaned schedule.
        dates: The computed dates.
    """
    games = schedule.games.filter(pl.col("game_date").is_in(list(dates))).group_by("game_date")
    counts = games.agg(pl.len(), pl.col("final").sum()).rows()
    every, final = {day: n for day, n, _ in counts}, {day: n for day, _, n in counts if n}
    found: dict[str, dict[date, int]] = {}
    accounted = []
    for name, run in stage.tables.items():
        table = declarations()[name]
        if table.of_games:
            of_date = final if table.covers == "final" else every
            found[name] = {day: TEAMS_PER_GAME * n for day, n in of_date.items()}
        elif run.frame is not None and run.records is not None:
            told = (pl.col("failure_class") != "note") & pl.col("entity_type").is_in(["PLAYER", "TEAM"])
            label = pl.lit(name).alias("table")
            accounted += [
                run.frame.select(label, day=table.date or "", entity=table.key[1]),
                run.records.filter(told).select(label, day="analysis_date", entity="entity_id"),
            ]
    if accounted:
        for name, day, n in pl.concat(accounted).unique().group_by("table", "day").len().iter_rows():
            found.setdefault(name, {})[day] = n
    return found


def changed(lake: Lake, table: Table, rows: pl.DataFrame, facts: Mapping[date, CellFacts]) -> dict[date, int]:
    """Return how many rows of each date the lake does not hold with the same content.

    Args:
        lake: The lake, before it takes the rows.
        table: The output table.
        rows: Rows of one month.
        facts: What the footer will say of their dates.
    """
    if not facts:
        return {}
    stored = lake.facts(table, min(facts), max(facts))
    moved = {day for day, fact in facts.items() if day not in stored or stored[day].fingerprint != fact.fingerprint}
    if not moved:
        return dict.fromkeys(facts, 0)
    content = [table.date or "", "data_hash"]
    new = rows.filter(pl.col(content[0]).is_in(list(moved))).select(content)
    if moved & stored.keys():
        new = new.join(lake.read_month(table, Month.of(min(facts)), content), on=content, how="anti")
    return dict.fromkeys(facts, 0) | dict(new.group_by(content[0]).len().iter_rows())

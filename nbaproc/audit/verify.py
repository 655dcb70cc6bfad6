"""Recomputing dates with the reference engine and comparing every cell with the lake."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from nbaproc.audit.compare import differs, key_text
from nbaproc.columns import Table
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake
from nbaproc.progress import Progress, Silent
from nbaproc.raw.tally import Tally
from nbaproc.run.engines import REFERENCE, compute
from nbaproc.run.inputs import read_inputs, read_schedule
from nbaproc.run.notes import by_runner
from nbaproc.run.plan import plan_dates, shards
from nbaproc.tables import by_stage, declarations, with_inputs

#: Differences that are shown.
SHOWN = 10


@dataclass(frozen=True)
class Difference:
    """One cell that differs, or a row that only one side has (column empty).

    Attributes:
        table: Table of the row; `processing_failures` for records.
        key: The row's key as text.
        column: The column.
        lake: Value in the lake.
        reference: Value the reference engine gives.
    """

    table: str
    key: str
    column: str
    lake: str
    reference: str


@dataclass
class TableProof:
    """What was compared of one table.

    Attributes:
        rows: Rows on either side.
        cells: Values compared.
        different: Values that differ; a row of one side only counts with all its columns.
        dates: Dates compared.
        not_built: Planned dates the lake has no cell of.
        error: Why the reference engine could not compute the table, empty otherwise.
    """

    rows: int = 0
    cells: int = 0
    different: int = 0
    dates: int = 0
    not_built: list[date] = field(default_factory=list)
    error: str = ""


@dataclass
class Proof:
    """The outcome of a verification."""

    tables: dict[str, TableProof] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """Values compared."""
        return sum(t.cells for t in self.tables.values())

    @property
    def different(self) -> int:
        """Values that differ."""
        return sum(t.different for t in self.tables.values())

    @property
    def holds(self) -> bool:
        """Whether something was compared, everything was there and nothing differs."""
        complete = not any(t.not_built or t.error for t in self.tables.values())
        return complete and self.different == 0 and self.cells > 0


def verify(
    lake: Lake,
    names: Sequence[str],
    start: date,
    end: date,
    progress: Progress | None = None,
    *,
    today: date = date.max,
    only: Collection[date] | None = None,
) -> Proof:
    """Recompute tables with the reference engine and compare every cell, bit for bit.

    Failure records are compared like rows, but for those that the runner wrote. Rows of dates that are not planned, or
    that no footer names, are rows that only the lake has.

    Args:
        lake: The lake.
        names: Tables to compare.
        start: First date.
        end: Last date.
        progress: Is told how far the proof is.
        today: Current date: later games are not missed.
        only: Dates of the range that are asked for, None for all.

    Raises:
        UsageError: The lake has no schedule.
        LakeError: The lake cannot be read.
    """
    progress = progress or Silent()
    schedule = read_schedule(lake)
    stages = by_stage(names)
    plans = {stage: plan_dates(lake, stage, schedule, start, end, today, only) for stage in stages}
    proof = Proof({name: TableProof() for name in names})
    progress.start(sum(len(plans[stage]) * len(tables) for stage, tables in stages.items()))
    for stage, tables in stages.items():
        parts = shards(plans[stage])
        for place, shard in enumerate(parts):
            # Together the shards reach over the whole range, so that a row between two of them is seen.
            first = start if place == 0 else shard[0]
            last = end if place == len(parts) - 1 else parts[place + 1][0] - timedelta(days=1)
            _prove_shard(lake, tables, shard, (first, last, only), proof, schedule.early(shard), progress)
    return proof


def _prove_shard(
    lake: Lake,
    names: Sequence[str],
    dates: list[date],
    span: tuple[date, date, Collection[date] | None],
    proof: Proof,
    early: set[date],
    progress: Progress,
) -> None:
    first, last, only = span
    raw = read_inputs(lake, with_inputs(list(names)), dates, Tally())
    stage = compute(REFERENCE, names, raw, dates, lambda day: progress.working(f"{day}: computing"))
    for name in names:
        table, run, mine = declarations()[name], stage.tables[name], proof.tables[name]
        built = set(lake.facts(table, dates[0], dates[-1]))
        planned = [day for day in dates if not (table.early and day in early)]
        mine.not_built += [day for day in planned if day not in built]
        mine.dates += len(built & set(dates))
        if run.frame is None or run.records is None:
            mine.error = run.error or f"{run.blocked_by} failed"
            continue
        rows = run.frame.filter(pl.col(table.date or "").is_in(list(built)))
        stored = lake.read(table, first, last)
        noted = lake.read_records(table, first, last).filter(~by_runner())
        if only is not None:
            stored = stored.filter(pl.col(table.date or "").is_in(list(only)))
            noted = noted.filter(pl.col("analysis_date").is_in(list(only)))
        compare(table, stored, rows, mine, proof.differences)
        records = run.records.filter(pl.col("analysis_date").is_in(list(built)))
        compare(PROCESSING_FAILURES, noted, records, mine, proof.differences)
        progress.advance(len(dates), run.frame.height)


def compare(
    table: Table, stored: pl.DataFrame, reference: pl.DataFrame, proof: TableProof, differences: list[Difference]
) -> None:
    """Compare two frames of a table cell by cell and add what is found to `proof` and `differences`.

    Floats are compared by their bits, so −0.0 is not 0.0.

    Args:
        table: The declaration of both.
        stored: Rows of the lake.
        reference: Rows of the reference engine.
        proof: Takes the counts.
        differences: Takes the first differences.
    """
    # Of rows with one key, which only a damaged lake has, the second is compared with a second, and so on.
    key = [*table.key, "nth"]
    stored, reference = (f.with_columns(nth=pl.int_range(pl.len()).over(table.key)) for f in (stored, reference))
    for here, there, words in ((stored, reference, ("present", "absent")), (reference, stored, ("absent", "present"))):
        alone = here.join(there, on=key, how="anti", maintain_order="left")
        proof.rows += alone.height
        proof.cells += alone.height * len(table.columns)
        proof.different += alone.height * len(table.columns)
        for row in alone.select(table.key).head(SHOWN).iter_rows():
            _note(differences, Difference(table.name, key_text(row), "", *words))
    values = [c.name for c in table.columns if c.name not in key]
    both = stored.join(reference, on=key, suffix="_reference", maintain_order="left")
    proof.rows += both.height
    proof.cells += both.height * len(table.columns)
    if not both.height:
        return
    unequal = both.select(differs(pl.col(n), pl.col(f"{n}_reference"), stored.schema[n]).alias(n) for n in values)
    for name in [n for n, count in zip(values, unequal.sum().row(0), strict=True) if count]:
        hits = both.filter(unequal[name]).select(*table.key, name, f"{name}_reference")
        proof.different += hits.height
        for row in hits.head(SHOWN).iter_rows():
            _note(differences, Difference(table.name, key_text(row[:-2]), name, *map(str, row[-2:])))


def _note(differences: list[Difference], difference: Difference) -> None:
    if len(differences) < SHOWN:
        differences.append(difference)

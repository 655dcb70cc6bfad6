"""The tables that publishing keeps beside the data: what was published, and how every cell came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from nbaproc.columns import Column, Table, Type
from nbaproc.ledger_rows import Attempt
from nbaproc.tables import declarations, processor_name

if TYPE_CHECKING:
    import polars as pl

#: Data set of the tables below; their rows have no `processed_at` of their own.
DATASET = "nba_orchestration"

_STATES = ("success", "partial", "failed", "blocked", "skipped")
_TIMES = ("started_at", "finished_at")

S, I, D, T, B = Type.STRING, Type.INT64, Type.DATE, Type.TIMESTAMP, Type.BOOL  # noqa: E741

#: Phase of the pipeline by data set.
_PHASES = {
    "nba_analytics": "phase_3_analytics",
    "nba_precompute": "phase_4_precompute",
    "nba_predictions": "phase_4_precompute",
}
PHASES = tuple(dict.fromkeys(_PHASES.values()))


def _column(
    name: str, type_: Type, says: str, *, when_null: str = "", low: float | None = None, unit: str = ""
) -> Column:
    return Column(name, type_, says, null=bool(when_null), when_null=when_null, low=low, unit=unit)


PUBLISH_RECEIPTS = Table(
    name="publish_receipts",
    dataset=DATASET,
    says="one row per table and date that was published: what of the lake the warehouse holds",
    key=("table_name", "data_date"),
    date="data_date",
    columns=(
        _column("table_name", S, "output table"),
        _column("data_date", D, "its date"),
        _column("fingerprint", S, "fingerprint of the rows"),
        _column("records_fingerprint", S, "fingerprint of the failure records"),
        _column("rows", I, "rows of the date", low=0),
        _column("code_version", S, "version of the code that computed the rows"),
        _column("job_id", S, "transaction that put the rows in place"),
        _column("published_at", T, "when the transaction put the rows in place"),
    ),
)

PROCESSOR_RUN_HISTORY = Table(
    name="processor_run_history",
    dataset=DATASET,
    says="one row per attempt at a table's date",
    key=("table_name", "data_date", "run_id", "started_at"),
    date="data_date",
    columns=(
        _column("run_id", S, "the run"),
        _column("table_name", S, "output table"),
        _column("processor_name", S, "name under which messages ask for the table"),
        Column("phase", S, "phase of the pipeline", null=False, values=PHASES),
        _column("data_date", D, "its date"),
        _column("season_year", I, "first year of the season"),
        Column("status", S, "how it ended", null=False, values=_STATES),
        _column("skip_reason", S, "why it was skipped", when_null="it was not"),
        _column("failure_category", S, "category of what went wrong", when_null="nothing did"),
        _column("failure_message", S, "what happened, at most 1,000 characters", when_null="nothing to tell"),
        _column("command", S, "command of the run"),
        _column("engine", S, "polars or reference"),
        _column("force", B, "whether the date was allowed to lose rows"),
        _column("dry_run", B, "always false: a dry run leaves no attempt"),
        _column("workers", I, "processes that worked on the run", low=0),
        _column("started_at", T, "when its shard was begun"),
        _column("finished_at", T, "when it had ended"),
        _column("load_ms", I, "time of reading: the cell's share in its shard, by rows", low=0, unit="ms"),
        _column("compute_ms", I, "time of computing", low=0, unit="ms"),
        _column("check_ms", I, "time of judging and guarding", low=0, unit="ms"),
        _column("write_ms", I, "time of writing", low=0, unit="ms"),
        _column("rows_expected", I, "rows that the scope of the date asks for", low=0, when_null="not computed"),
        _column("rows_written", I, "rows of the date in the file", low=0),
        _column("rows_changed", I, "rows that the lake did not hold with this content", low=0),
        _column("records", I, "failure records of the date", low=0),
        _column(
            "coverage",
            S,
            "JSON: by input the rows and fingerprint of the date; of a raw table also the share of the final games and "
            "when it was loaded last; null for an input without a row",
            when_null="it was not computed, or its inputs could not be read any more",
        ),
        _column("input_fingerprint", S, "fingerprint of what it was computed from", when_null="it was not computed"),
        _column("fingerprint", S, "fingerprint of the rows", when_null="nothing was written"),
        _column("code_version", S, "version of the code"),
        _column("host", S, "machine that computed it"),
        _column("shard_id", I, "number of the shard in its stage", low=0, when_null="no shard was run for it"),
        _column("attempt", I, "tries at the cell so far, this one included", low=0),
        _column("peak_rss_mb", I, "peak memory of the process that computed it", low=0, unit="MB"),
    ),
)

#: Every table of the data set.
BOOKKEEPING = (PUBLISH_RECEIPTS, PROCESSOR_RUN_HISTORY)


def run_history(attempts: Sequence[Attempt]) -> pl.DataFrame:
    """Return attempts of the ledger as rows of `processor_run_history`; an empty text of the ledger is NULL there."""
    import polars as pl

    from nbaproc.boundary import schema
    from nbaproc.raw.schedule import season_of

    kinds = {"int": pl.Int64, "int | None": pl.Int64, "date": pl.Date, "str": pl.String, "bool": pl.Boolean}
    rows = pl.DataFrame(
        [asdict(attempt) for attempt in attempts], schema={f.name: kinds[str(f.type)] for f in fields(Attempt)}
    )
    times = [pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC") for name in _TIMES]
    skipped, reason = pl.col("status") == "skipped", pl.col("reason").replace("", None)
    names, known = pl.col("table_name"), declarations()
    phases = {name: _PHASES[table.dataset] for name, table in known.items()}
    told = rows.with_columns(
        *times,
        pl.col("status").replace("succeeded", "success"),
        pl.col("input_fingerprint", "fingerprint", "coverage").replace("", None),
        processor_name=names.replace_strict({name: processor_name(name) for name in known}),
        phase=names.replace_strict(phases),
        season_year=season_of(pl.col("data_date")),
        shard_id=pl.col("shard"),
        dry_run=pl.lit(False),
        skip_reason=pl.when(skipped).then(reason),
        failure_category=pl.when(~skipped).then(reason),
        failure_message=pl.col("message").str.slice(0, 1000).replace("", None),
    )
    return told.select(list(schema(PROCESSOR_RUN_HISTORY)))

"""The run history: one attempt for every cell that ended."""

from __future__ import annotations

import platform
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nbaproc.ledger import HELD, stamp
from nbaproc.ledger_rows import Attempt
from nbaproc.run.cells import Ended
from nbaproc.run.shard import STEPS, Receipt
from nbaproc.version import code_version

#: Characters of a message that are kept.
MESSAGE = 1000
#: Number of the receipt of cells that no shard was run for.
UNTOUCHED = -1


@dataclass(frozen=True)
class How:
    """What all attempts of a run have in common: see `Attempt`."""

    run_id: str
    command: str
    engine: str
    workers: int
    force: bool


def note(
    cells: Sequence[Ended], receipt: Receipt, how: How, at: str, tries: MutableMapping[tuple[str, date], int]
) -> list[Attempt]:
    """Return the attempts of a shard's cells.

    Args:
        cells: How they ended.
        receipt: What the shard did.
        how: What the run is.
        at: When they had ended, as the ledger writes it.
        tries: How often each cell was tried before; this time is added.
    """
    began = stamp(datetime.fromisoformat(at) - timedelta(seconds=sum(receipt.seconds.values())))
    spent, found = milliseconds(cells, receipt), []
    for number, cell in enumerate(cells):
        key = (cell.table, cell.day)
        if cell.input_fingerprint and cell.reason != HELD:
            tries[key] = tries.get(key, 0) + 1
        measure = receipt.measures.get(key)
        found.append(
            Attempt(
                run_id=how.run_id,
                table_name=cell.table,
                data_date=cell.day,
                status=cell.state,
                reason=cell.reason,
                message=cell.message[:MESSAGE],
                command=how.command,
                engine=how.engine,
                workers=how.workers,
                started_at=began,
                finished_at=at,
                load_ms=spent["load"][number],
                compute_ms=spent["compute"][number],
                write_ms=spent["write"][number],
                rows_written=cell.rows,
                records=cell.records,
                input_fingerprint=cell.input_fingerprint,
                fingerprint=cell.fingerprint,
                code_version=code_version(),
                peak_rss_mb=receipt.peak_rss_mb,
                force=how.force,
                check_ms=spent["check"][number],
                rows_expected=measure.expected if measure else None,
                rows_changed=measure.changed if measure else 0,
                coverage=measure.coverage if measure else "",
                host=receipt.host or platform.node(),
                shard=receipt.number if receipt.number != UNTOUCHED else None,
                attempt=tries.get(key, 0),
            )
        )
    return found


def milliseconds(cells: Sequence[Ended], receipt: Receipt) -> dict[str, list[int]]:
    """Return the time of every cell by step: of its table, and of what no single table caused, its share by rows.

    Args:
        cells: Cells of a shard.
        receipt: What the shard did.
    """
    everything = sum(cell.rows for cell in cells)
    of_table: dict[str, tuple[int, int]] = {}
    for cell in cells:
        rows, count = of_table.get(cell.table, (0, 0))
        of_table[cell.table] = (rows + cell.rows, count + 1)
    found = {}
    for step in STEPS:
        alone = {name: receipt.table_seconds.get((name, step), 0.0) for name in of_table}
        rest = max(0.0, receipt.seconds[step] - sum(alone.values()))
        found[step] = [
            round(
                1000 * _part(cell.rows, *of_table[cell.table]) * alone[cell.table]
                + 1000 * _part(cell.rows, everything, len(cells)) * rest
            )
            for cell in cells
        ]
    return found


def _part(rows: int, all_rows: int, cells: int) -> float:
    """Return the share of a cell: by rows, or where there is no row, the same as every other."""
    return rows / all_rows if all_rows else 1 / cells

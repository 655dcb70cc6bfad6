"""The run history as it is published: the attempts of the ledger, with NULL for what an attempt does not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from nbaproc.boundary import check
from nbaproc.ledger import Attempt
from nbaproc.warehouse.bookkeeping import PROCESSOR_RUN_HISTORY, run_history

AT = "2026-01-07T02:00:00Z"
DONE = Attempt(
    *("backfill-20260107T020000Z-00000001", "ml_labels", date(2021, 11, 15), "succeeded", "", "", "backfill", "polars"),
    *(2, AT, "2026-01-07T02:00:09Z", 1, 2, 3, 40, 5, "in", "out", "v1", 512),
)
FAILED = replace(DONE, status="failed", reason="NO_OUTPUT", message="x" * 2000, fingerprint="", data_date=date.min)
SKIPPED = replace(DONE, status="skipped", reason="no_games", input_fingerprint="", run_id="other")


def test_every_attempt_is_a_row_as_it_is_declared() -> None:
    rows = run_history([DONE, FAILED, SKIPPED])
    check(PROCESSOR_RUN_HISTORY, rows)
    done, failed, skipped = rows.to_dicts()
    assert done["status"] == "success"
    assert (done["skip_reason"], done["failure_category"], done["failure_message"]) == (None, None, None)
    assert done["started_at"] == datetime(2026, 1, 7, 2, tzinfo=UTC)
    assert (done["workers"], done["load_ms"], done["compute_ms"], done["write_ms"]) == (2, 1, 2, 3)
    assert (done["rows_written"], done["records"], done["peak_rss_mb"]) == (40, 5, 512)
    assert (failed["failure_category"], failed["skip_reason"], failed["fingerprint"]) == ("NO_OUTPUT", None, None)
    assert failed["failure_message"] == "x" * 1000
    assert (skipped["skip_reason"], skipped["failure_category"]) == ("no_games", None)
    assert skipped["input_fingerprint"] is None


def test_no_attempt_is_no_row() -> None:
    check(PROCESSOR_RUN_HISTORY, run_history([]))

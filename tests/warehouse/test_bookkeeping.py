"""The run history as it is published: the attempts of the ledger, with NULL for what an attempt does not have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from nbaproc.boundary import check
from nbaproc.ledger_rows import Attempt
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


def test_of_a_cell_that_was_computed_everything_is_told_and_of_another_nothing_is_made_up() -> None:
    coverage = '{"nbac_team_boxscore":null}'
    told = {"force": True, "check_ms": 4, "rows_expected": 41, "rows_changed": 3, "coverage": coverage}
    computed = replace(DONE, **told, host="here", shard=0, attempt=2)  # type: ignore[arg-type]
    done, untouched = run_history([computed, replace(SKIPPED, table_name="ml_feature_store_v2")]).to_dicts()
    assert {name: done[name] for name in told} == told
    assert (done["host"], done["shard_id"], done["attempt"]) == ("here", 0, 2)
    assert (done["processor_name"], done["phase"]) == ("MLLabelsProcessor", "phase_4_precompute")
    assert (done["season_year"], done["dry_run"]) == (2021, False)
    assert untouched["processor_name"] == "MLFeatureStoreProcessor"
    assert (untouched["rows_expected"], untouched["coverage"], untouched["shard_id"]) == (None, None, None)


def test_no_attempt_is_no_row() -> None:
    check(PROCESSOR_RUN_HISTORY, run_history([]))

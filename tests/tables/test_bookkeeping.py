"""Quality, issues, source columns and failure records."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    chart_row,
    made_up_game,
    player_rows,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
GAME = "20211115_BOS_NYK"


def test_tracking_columns_are_taken_before_any_cleaning(run):
    raw = made_up_game(GAMEBOOK)
    raw[GAMEBOOK][0] |= {"processed_at": utc(2021, 11, 16, 9), "data_hash": "b"}
    raw[GAMEBOOK][1] |= {"processed_at": utc(2021, 11, 16, 8), "data_hash": "a"}
    raw["nbac_shot_chart"] = [chart_row(GAME_ID="0", GAME_EVENT_ID=n) for n in range(100)]
    raw["bdl_player_boxscores"] = player_rows(BDL, game_date=DAY + timedelta(1))
    row = run(raw).rows[PGS][0]
    assert row["source_nbac_last_updated"] == utc(2021, 11, 16, 9)
    assert (row["source_nbac_rows_found"], row["source_nbac_completeness_pct"]) == (20, 100.0)
    assert row["source_nbac_hash"] == sha256(b"a|b").hexdigest()[:16]
    assert (row["source_shot_chart_rows_found"], row["source_shot_chart_completeness_pct"]) == (100, 66.67)
    assert (row["source_shot_chart_last_updated"], row["source_shot_chart_hash"]) == (None, None)
    assert {row[name] for name in row if name.startswith("source_bdl_")} == {None}


@pytest.mark.parametrize(
    ("table", "tier", "score", "issues"),
    [
        (GAMEBOOK, "gold", 95.0, ["missing_shot_zones"]),
        (PLAYER_BOX, "silver", 80.0, ["backup_source_used", "missing_shot_zones"]),
        (BDL, "silver", 75.0, ["backup_source_used", "missing_plus_minus", "missing_shot_zones"]),
    ],
)
def test_quality_of_player_rows(run, table, tier, score, issues):
    for row in run(made_up_game(table)).rows[PGS]:
        assert (row["quality_tier"], row["quality_score"], row["quality_issues"]) == (tier, score, issues)

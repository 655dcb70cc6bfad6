"""What the reference engine returns besides rows: the wanted tables, samples of what was counted, and its progress."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nbaproc.reference import build
from tests.tables.made_up import DAY, PLAYER_TABLES, TABLES, made_up_game, player_rows

GAMEBOOK, PLAYER_BOX, _ = PLAYER_TABLES
PGS = "player_game_summary"


def test_wanted_tables_and_their_order_of_columns():
    raw = made_up_game(GAMEBOOK)
    outcome = build({PGS: TABLES[PGS]}, raw, [DAY])
    assert list(outcome.rows) == list(outcome.records) == [PGS]
    assert outcome.rows[PGS] == build(TABLES, raw, [DAY]).rows[PGS]
    assert list(outcome.rows[PGS][0]) == TABLES[PGS].names
    with pytest.raises(ValueError, match="does not know x"):
        build({"x": TABLES[PGS]}, raw, [DAY])


def test_ten_samples_of_what_was_counted():
    raw = made_up_game()
    raw[PLAYER_BOX] = player_rows(PLAYER_BOX) + player_rows(PLAYER_BOX, game_status="Q3")
    samples = build(TABLES, raw, [DAY]).samples["box_not_final", PLAYER_BOX]
    assert len(samples) == 10
    assert samples[0] == "2021-11-15 0022100200 Bos Alpha"


def test_progress_is_called_with_every_date():
    seen = []
    dates = [DAY + timedelta(1), DAY]
    build(TABLES, made_up_game(GAMEBOOK), dates, seen.append)
    assert seen == sorted(dates)

"""The leakage audit of real seasons: ten dates, all features."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from nbaproc.audit.leakage import CONSTANT, OK, STORE, Audit, audit_leakage, features
from nbaproc.audit.too_late import TOO_LATE
from nbaproc.lake import Lake
from nbaproc.run.backfill import backfill
from nbaproc.run.summary import Summary
from nbaproc.tables import by_stage, table_names
from tests.conftest import TODAY

#: Days of rest, of a full slate and of two games, a leap day, play-offs and a final; the last one has props and lines
#: of after the tip-off.
DATES = (
    *(date(2021, 11, 30), date(2022, 1, 9), date(2022, 4, 10), date(2022, 6, 16)),
    *(date(2022, 11, 21), date(2023, 2, 24), date(2023, 5, 14)),
    *(date(2023, 12, 26), date(2024, 2, 29), date(2025, 11, 9)),
)
#: A Sunday in the first two weeks with games before the hour of the injury report.
SUNDAY = date(2025, 11, 2)
STAGES = by_stage(table_names())


@pytest.fixture(scope="module")
def lake(real_backfill: tuple[Lake, Summary], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Results of four seasons: for reading only."""
    root = tmp_path_factory.mktemp("four") / "lake"
    shutil.copytree(real_backfill[0].root, root)
    lake = Lake(root)
    first, last = date(2025, 10, 21), date(2025, 11, 30)
    assert backfill(lake, STAGES["games"], first, last, today=TODAY, engine="polars").exit_code == 0
    return lake


@pytest.fixture(scope="module")
def ten(lake: Lake) -> Audit:
    return audit_leakage(lake, STAGES["features"], DATES)


def test_no_feature_leaks_on_ten_dates(ten: Audit) -> None:
    assert ten.leaks == {}
    assert ten.unmoved == []
    assert ten.holds
    assert len(ten.dates) == 10
    for of_date in ten.dates:
        assert of_date.tables[STORE].rows >= 20
        assert [world.name for world in of_date.worlds][:2] == ["poisoned", "morning"]


def test_every_feature_is_moved_but_the_one_no_source_fills(ten: Audit) -> None:
    columns = ten.tables[STORE].columns
    verdicts = {name: columns[name].verdict for name in features()}
    assert {name for name, verdict in verdicts.items() if verdict == CONSTANT} == {"f08_usage_spike_score"}
    assert set(verdicts.values()) == {OK, CONSTANT}


def test_lines_and_props_of_after_the_tip_off_were_there_to_be_changed(ten: Audit) -> None:
    assert "other late lines and props" not in ten.dates[-1].untouched


def test_reports_of_after_the_tip_off_move_nothing(lake: Lake) -> None:
    audit = audit_leakage(lake, STAGES["features"], [SUNDAY], perturbations=TOO_LATE)
    assert audit.leaks == {}
    assert audit.holds
    [of_date] = audit.dates
    assert of_date.early
    assert of_date.untouched == ["other box scores in game books"]
    assert of_date.tables["upcoming_player_game_context"].rows > 200

"""`nbaproc validate` as it is typed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from nbaproc.lake import Lake
from tests.audit.five_weeks import DAY, make_five_weeks, on, setting, spoil
from tests.cli.conftest import Run, is_one_line
from tests.run.weeks import PDC, PGS, UPGC

TODAY = ("--today", "2026-11-01", "--end", "2021-11-24")


@pytest.fixture(scope="module")
def sound(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_five_weeks(simulated_lake, tmp_path_factory)


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(sound, tmp_path / "copy"))


def test_a_sound_lake_is_printed_by_groups_and_exits_with_0(sound: Path, run: Run) -> None:
    done = run("validate", "coverage", "quality", "--lake", sound, *TODAY)
    assert done.code == 0, done.out
    lines = done.out.splitlines()
    assert lines[0] == "coverage" and "quality" in lines and "contamination" not in lines
    assert lines[1].split() == ["check", "scope", "figure", "of", "target", "verdict"]
    (doubled,) = [line for line in lines if line.startswith("duplicates on a primary key")]
    assert doubled.split()[-7:-4] == ["12", "tables", "0"]
    assert lines[-1].startswith("36 dates from 2021-10-19 to 2021-11-24, ")
    assert lines[-1].endswith(": no figure fails")


def test_a_missed_target_exits_with_4_and_says_where(copy: Lake, run: Run) -> None:
    spoil(copy, PDC, setting(on(DAY, "cache_date"), points_avg_season=None))
    done = run("validate", "contamination", "--lake", copy.root, *TODAY, "--start", "2021-11-20")
    assert done.code == 4
    (line,) = [line for line in done.out.splitlines() if " fails " in line]
    assert line.startswith("averages of the daily cache are there") and str(DAY) in line
    assert done.out.splitlines()[-1].endswith("TARGETS ARE MISSED")


def test_a_warning_does_not_change_the_exit_code(copy: Lake, run: Run) -> None:
    spoil(copy, PGS, setting(on(DAY), three_pt_attempts=None))
    done = run("validate", "quality", "--lake", copy.root, "--dates", DAY)
    assert done.code == 0
    assert [line for line in done.out.splitlines() if " warn " in line]


def test_the_document_has_every_figure_as_whole_numbers(copy: Lake, run: Run) -> None:
    spoil(copy, UPGC, lambda rows: rows.filter(~on(DAY) | (pl.int_range(pl.len()).over("game_date") % 3 > 0)))
    done = run("validate", "coverage", "--lake", copy.root, "--json", *TODAY)
    assert (done.code, done.json["holds"], done.json["warehouse"], done.json["dates"]) == (4, False, "lake", 36)
    (check,) = [c for c in done.json["checks"] if c["check"] == "context_covers_played"]
    assert (check["group"], check["unit"], check["target"], check["fails"]) == ("coverage", "%", "= 100", "< 90")
    (figure,) = check["figures"]
    assert (figure["scope"], figure["verdict"]) == (str(DAY), "fails")
    assert 0 < figure["numerator"] < figure["denominator"]
    assert [missed["scope"] for missed in figure["missed"]] == [str(DAY)]
    tables = next(c for c in done.json["checks"] if c["check"] == "duplicate_keys")["figures"]
    assert len(tables) == 12


def test_nothing_is_written(copy: Lake, run: Run) -> None:
    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in copy.root.rglob("*")}

    before = files()
    run("validate", "--lake", copy.root, "--dates", DAY)
    assert files() == before


def test_what_cannot_be_asked_is_one_line(sound: Path, tmp_path: Path, run: Run) -> None:
    assert is_one_line(run("validate", "coverages", "--lake", sound))
    assert is_one_line(run("validate", "--lake", sound, "--project", "my-project"))
    assert is_one_line(run("validate", "--lake", sound, "--warehouse", "bigquery"))
    assert is_one_line(run("validate", "--lake", tmp_path / "none"))
    assert is_one_line(run("validate", "--lake", sound, "--dates", "2021-11-05"))


def test_the_help_and_daily_need_neither_duckdb_nor_sqlglot_nor_the_client() -> None:
    code = (
        "import sys; from nbaproc.cli.main import cli; from nbaproc.cli import validate; "
        "print([m for m in ('duckdb', 'sqlglot', 'google.cloud.bigquery', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""`nbaproc features` as a user meets it: what it prints, what it leaves behind, and the code it exits with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from nbaproc.features import FEATURES, VERSION, VERSIONS
from tests.cli.conftest import Done, Run, is_one_line
from tests.cli.conftest import plain_environment as plain_environment
from tests.cli.conftest import run as run
from tests.conftest import ROOT
from tests.training.made import HELD, PLAYERS, made_lake

SPLIT = ("--split", "2021-22/2022-23/2023-24")
TODAY = ("--today", "2024-07-01")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_lake(tmp_path_factory.mktemp("made") / "lake").root


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "lake")


@pytest.fixture
def export(run: Run, lake: Path) -> Run:
    def call(*words: object) -> Done:
        return run("features", "export", "--lake", lake, "--out", "sets", *TODAY, *words)

    return call


@pytest.mark.parametrize("words", [(), ("list",), ("export",)], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], run: Run) -> None:
    done = run("features", *words, "--help")
    assert (done.code, done.err) == (0, "")
    for shared in ("--lake", "--today", "--json", "--debug"):
        assert shared in done.out


def test_the_help_says_what_one_two_and_three_parts_are(run: Run) -> None:
    words = " ".join(run("features", "export", "--help").out.split())
    assert "train/validation/test, of two train/test, of one train" in words
    for example in ("2021-22", "2021-22..2022-23", "2021-10-19..2022-04-10"):
        assert example in words


def test_help_imports_no_polars() -> None:
    code = (
        "import contextlib, io, sys\n"
        "from nbaproc.cli.main import main\n"
        "for word in ('list', 'export'):\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main(['features', word, '--help'])\n"
        "sys.exit(', '.join({'polars', 'rich'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_list_has_every_feature_of_a_version(version: str, run: Run) -> None:
    done = run("features", "list", "--version", version)
    assert (done.code, done.err) == (0, "")
    for feature in FEATURES:
        assert (feature.column in done.out) == (feature.index < VERSIONS[version])
    found = run("features", "list", "--version", version, "--json").json
    assert [entry["column"] for entry in found] == [feature.column for feature in FEATURES[: VERSIONS[version]]]
    assert (found[10]["impute"], found[10]["optional"], found[10]["unit"]) == (0.0, True, "0, 1, 2, 3")


def test_an_export_prints_a_line_for_every_part(export: Run) -> None:
    done = export(*SPLIT)
    assert (done.code, done.err) == (0, "")
    lines = [line.split() for line in done.out.splitlines()]
    assert [line[0] for line in lines[1:4]] == ["train", "validation", "test"]
    drops = ["outside_split", "gap", "no_label", "min_quality"]
    would = ["(y_played)", "(is_training_ready)", "(min_quality)"]
    assert lines[0] == ["part", "dates", "rows", "ready", *drops, *would, "size"]
    for line, day in zip(lines[1:4], HELD[::5], strict=True):
        assert line[1:5] == [str(day), "to", line[3], "5"]
        rows = pl.read_parquet(f"sets/ml_training_set/{VERSION}/{line[0]}/**/*.parquet")
        ready = rows.filter("is_training_ready", "y_played").height
        assert line[5:8] == [str(rows.height), f"{100 * ready / rows.height:.1f}", "%"]
        assert line[8:12] == ["0", "0", "0", "0"]
        assert line[12] == str(rows.filter(~pl.col("y_played")).height)
    assert f"{len(HELD) * len(PLAYERS)} rows, 37 features, dataset" in done.out


def test_rows_outside_the_split_and_in_the_gap_are_shown(export: Run) -> None:
    done = export(
        "--split",
        "2021-10-19..2022-01-31/2022-02-01..2022-06-30",
        "--gap",
        1,
        "--start",
        "2021-10-19",
        "--end",
        "2022-11-30",
    )
    lines = {line.split()[0]: line.split() for line in done.out.splitlines() if line.strip()}
    assert lines["train"][9] == str(len(PLAYERS))
    assert lines["outside"] == ["outside", "–", "0", "–", str(2 * len(PLAYERS)), *["0"] * 6, "–"]


def test_json_is_the_manifest(export: Run) -> None:
    done = export(*SPLIT, "--gap", 3, "--impute", "default", "--min-quality", 20, "--json")
    path = Path("sets") / "ml_training_set" / VERSION / "manifest.json"
    assert done.json == json.loads(path.read_text())
    assert (done.json["gap_days"], done.json["impute"], done.json["min_quality"]) == (3, "default", 20.0)


def test_the_range_is_that_of_the_split_unless_something_else_is_said(export: Run) -> None:
    def ends(*words: str) -> tuple[str, str]:
        manifest = export("--json", *words).json
        return manifest["parts"][0]["first_date"], manifest["parts"][-1]["last_date"]

    assert ends() == ("2021-11-02", "2024-06-17")
    assert ends("--end", "2023-06-30") == ("2021-11-02", "2023-06-12")
    assert ends("--split", "2022-23/2023-24") == ("2022-11-01", "2024-06-17")
    assert ends("--split", "2022-23/2023-24", "--start", "2023-01-01", "--end", "2023-12-31") == (
        "2023-01-31",
        "2023-11-09",
    )


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("--version", "v3"), "there are v1_baseline_25, v2_33features, v2_37features"),
        (("--split", "2021-22/2021-22"), "every part lies after the one before it"),
        (("--split", "2022-23/2021-22"), "every part lies after the one before it"),
        (("--split", "2021/2022"), "write seasons (2021-22"),
        (("--gap", "3"), "--gap needs --split"),
        (("--gap", "-1"), "--help`)"),
        (("--min-quality", "101"), "--help`)"),
        (("--impute", "mean"), "--help`)"),
        (("--start", "2022-07-01", "--end", "2022-08-01"), "name others"),
        (("--start", "2022-08-01", "--end", "2022-07-01"), "swap them"),
        (("--end", "2024-07-02"), "is in the future"),
        (("--min-quality", "100"), "name other dates or a lower --min-quality"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_one_line_with_a_remedy_and_leaves_nothing(
    words: tuple[str, ...], remedy: str, export: Run
) -> None:
    done = export(*words)
    assert is_one_line(done)
    assert remedy in done.err
    assert not Path("sets").exists()


def test_without_out_nothing_is_written(run: Run, lake: Path) -> None:
    done = run("features", "export", "--lake", lake)
    assert is_one_line(done)
    assert "--out" in done.err


def test_a_lake_without_upstream_rows_names_the_command_that_computes_them(export: Run, lake: Path) -> None:
    shutil.rmtree(lake / "nba_predictions" / "ml_feature_store_v2")
    done = export()
    assert is_one_line(done)
    assert "MISSING_DEPENDENCY" in done.err
    assert "nbaproc backfill --start 2021-11-02 --end 2024-06-17 --tables features" in done.err
    assert not Path("sets").exists()


def test_a_folder_of_somebody_else_is_left_alone(export: Run) -> None:
    mine = Path("sets") / "ml_training_set" / VERSION / "notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = export()
    assert is_one_line(done)
    assert "another folder with --out" in done.err
    assert [path for path in Path("sets").rglob("*") if path.is_file()] == [mine]


def test_a_folder_that_cannot_be_made_is_one_line(export: Run) -> None:
    Path("sets").mkdir()
    (Path("sets") / "ml_training_set").write_text("a file")
    done = export()
    assert is_one_line(done)
    assert "cannot be written" in done.err
    assert "name another folder with --out" in done.err

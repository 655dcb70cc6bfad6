"""A training set in files: what is written where, from which dates, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from nbaproc.calendar import today
from nbaproc.errors import LakeError, NbaprocError, UsageError
from nbaproc.features import FEATURES, VERSIONS
from nbaproc.lake import Lake
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS
from nbaproc.training import export as exporting
from nbaproc.training.dataset import dataset_hash, impute, join
from nbaproc.training.export import export
from nbaproc.training.folder import DATASET
from nbaproc.training.plan import Choice
from nbaproc.training.render import GROUP_ROWS, encode
from nbaproc.version import code_version
from tests.conftest import ROOT
from tests.training.made import (
    EARLY,
    HELD,
    PLAYED,
    PLAYERS,
    SEASONS,
    UNPLAYED,
    YESTERDAY,
    days_from,
    label_rows,
    made_lake,
    put,
    put_schedule,
    schedule,
    store_rows,
)

WHOLE = Choice()
THREE = Choice(split="2021-22/2022-23/2023-24")
SEASON_TEXTS = {2021: "2021-22", 2022: "2022-23", 2023: "2023-24"}
ROWS = join(store_rows([*HELD, UNPLAYED]), label_rows())


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Three seasons: for reading only."""
    return made_lake(tmp_path_factory.mktemp("made") / "lake")


@pytest.fixture
def own_lake(lake: Lake, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(lake.root, tmp_path / "lake"))


def folder_of(out: Path, choice: Choice = WHOLE) -> Path:
    return out / DATASET / choice.version


def write(lake: Lake, out: Path, choice: Choice = WHOLE) -> Path:
    export(lake, out, choice, YESTERDAY)
    return folder_of(out, choice)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(folder: Path, part: str = "") -> pl.DataFrame:
    return pl.read_parquet(sorted((folder / part).glob("season=*/*.parquet")))


def manifest_in(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())


# What is written where.


def test_without_a_split_there_is_a_file_for_every_season(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path)
    files = [f"season={text}/part-0.parquet" for text in SEASON_TEXTS.values()]
    assert sorted(content(folder)) == sorted([*files, "README.md", "dictionary.csv", "manifest.json"])
    assert read(folder).equals(ROWS)
    for year, path in zip(SEASON_TEXTS, files, strict=True):
        assert pl.read_parquet(folder / path).equals(ROWS.filter(season_year=year))


def test_with_a_split_every_part_has_the_same_columns_and_its_own_dates(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, THREE)
    for part, year in zip(("train", "validation", "test"), SEASONS, strict=True):
        assert [path.name for path in (folder / part).iterdir()] == [f"season={SEASON_TEXTS[year]}"]
        assert read(folder, part).equals(ROWS.filter(season_year=year))


def test_a_part_may_end_within_a_season_and_span_several(lake: Lake, tmp_path: Path) -> None:
    cut = date(2023, 1, 31)
    folder = write(lake, tmp_path, Choice(split=f"2021-10-19..{cut}/2023-02-01..2024-06-30"))
    assert read(folder, "train").equals(ROWS.filter(pl.col("game_date") <= cut))
    assert read(folder, "test").equals(ROWS.filter(pl.col("game_date") > cut))
    assert sorted(path.name for path in (folder / "train").iterdir()) == ["season=2021-22", "season=2022-23"]


def test_a_gap_is_in_no_part(lake: Lake, tmp_path: Path) -> None:
    choice = Choice(split="2021-10-19..2022-01-31/2022-02-01..2022-06-30", gap=1)
    folder = write(lake, tmp_path, choice)
    assert read(folder, "train")["game_date"].unique().sort().to_list() == [date(2021, 11, 2), date(2021, 11, 3)]
    assert read(folder, "test")["game_date"].unique().sort().to_list() == [date(2022, 2, 1), date(2022, 6, 16)]


def test_rows_of_one_date_are_never_in_two_parts(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, replace(THREE, gap=3))
    dates = [set(read(folder, part)["game_date"]) for part in ("train", "validation", "test")]
    assert max(dates[0]) < min(dates[1])
    assert max(dates[1]) < min(dates[2])


def test_start_and_end_bound_the_rows_of_every_part(lake: Lake, tmp_path: Path) -> None:
    start, end = date(2021, 11, 3), date(2023, 1, 31)
    inside = ROWS.filter(pl.col("game_date").is_between(start, end))
    assert read(write(lake, tmp_path / "a", Choice(start=start, end=end))).equals(inside)
    folder = write(lake, tmp_path / "b", Choice(start=start, end=end, split="2021-22/2022-23"))
    assert pl.concat([read(folder, "train"), read(folder, "test")]).equals(inside)


def test_dates_that_are_not_over_are_in_no_training_set(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, Choice(end=UNPLAYED))
    assert UNPLAYED not in set(read(folder)["game_date"])
    assert manifest_in(folder)["counts"][-1]["dropped"]["no_label"] == len(PLAYERS)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_has_its_features_in_a_folder_of_its_own(version: str, lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, Choice(version=version))
    count = VERSIONS[version]
    rows = read(folder)
    assert rows.equals(ROWS.select(rows.columns))
    assert [name for name in rows.columns if name.startswith("f") and name[1:3].isdigit()] == [
        feature.column for feature in FEATURES[:count]
    ]
    assert len(manifest_in(folder)["features"]) == count


def test_min_quality_is_the_only_filter_that_drops_rows_of_a_played_date(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, Choice(min_quality=60))
    assert read(folder).equals(ROWS.filter(pl.col("feature_quality_score") >= 60))
    assert 0 < read(folder).height < ROWS.height
    assert not read(folder)["y_played"].all()
    assert not read(folder)["is_training_ready"].all()


def test_imputing_fills_the_features_and_leaves_the_line(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, Choice(imputed=True))
    assert read(folder).equals(impute(ROWS))
    assert read(folder)["y_line"].null_count() > 0
    assert manifest_in(folder)["impute"] == "default"
    assert "hold the constants" in (folder / "README.md").read_text()
    assert "becomes NaN" in (write(lake, tmp_path / "none") / "README.md").read_text()


# The files.


def test_the_same_inputs_give_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    first = content(write(lake, tmp_path / "first", THREE))
    moved = Lake(shutil.copytree(lake.root, tmp_path / "elsewhere" / "lake"))
    assert content(write(moved, tmp_path / "other" / "place", THREE)) == first
    later = export(lake, tmp_path / "later", THREE, YESTERDAY + timedelta(days=400))
    assert content(folder_of(tmp_path / "later")) == first
    assert json.loads(first["manifest.json"]) == later


@pytest.mark.parametrize("threads", [1, 4])
def test_neither_threads_nor_the_process_change_a_byte(threads: int, lake: Lake, tmp_path: Path) -> None:
    words = ["--split", "2021-22/2022-23/2023-24", "--lake", lake.root, "--out", tmp_path / "other"]
    environment = os.environ | {"POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(threads)}
    command = [sys.executable, "-m", "nbaproc.cli.main", "features", "export", *map(str, words)]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60)
    assert content(folder_of(tmp_path / "other")) == content(write(lake, tmp_path / "here", THREE))


def test_no_file_knows_a_path_or_a_clock(lake: Lake, tmp_path: Path) -> None:
    for path, data in content(write(lake, tmp_path, THREE)).items():
        for word in (str(tmp_path), str(lake.root), str(today())):
            assert word.encode() not in data, path


def test_metadata_says_what_a_file_is(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, replace(THREE, imputed=True, min_quality=10))
    path = folder / "train" / "season=2021-22" / "part-0.parquet"
    found = pl.read_parquet_metadata(path)
    rows = pl.read_parquet(path)
    wanted = {
        "dataset": DATASET,
        "part": "train",
        "feature_version": "v2_37features",
        "feature_columns": [feature.column for feature in FEATURES],
        "units": [feature.unit for feature in FEATURES],
        "digits": [feature.digits for feature in FEATURES],
        "impute_values": [feature.impute for feature in FEATURES],
        "impute": "default",
        "min_quality": 10,
        "optional_mask": 1 << 10 | 1 << 25 | 1 << 26 | 1 << 27 | 1 << 33,
        "code_version": code_version(),
        "dataset_hash": dataset_hash(rows),
        "rows": rows.height,
        "first_date": "2021-11-02",
        "last_date": "2022-06-16",
    }
    assert found.keys() - wanted.keys() == {"ARROW:schema"}
    for name, value in wanted.items():
        assert found[name] == value if isinstance(value, str) else json.loads(found[name]) == value, name


def test_row_groups_are_about_a_month_with_statistics_of_the_date() -> None:
    days = days_from(date(2021, 11, 2), 900)
    rows = join(store_rows(days), label_rows(days))
    file = pq.ParquetFile(io.BytesIO(encode(rows, {"a": "b"}))).metadata
    groups = [file.row_group(i) for i in range(file.num_row_groups)]
    assert [group.num_rows for group in groups] == [GROUP_ROWS, GROUP_ROWS, rows.height - 2 * GROUP_ROWS]
    begin = 0
    for group in groups:
        columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
        part = rows["game_date"][begin : begin + group.num_rows]
        statistics = columns["game_date"].statistics
        assert (statistics.min, statistics.max) == (part.min(), part.max())
        assert {column.compression for column in columns.values()} == {"ZSTD"}
        for name in ("player_lookup", "team_abbr", "opponent_team_abbr"):
            assert "RLE_DICTIONARY" in columns[name].encodings
        begin += group.num_rows


def test_the_dictionary_lists_the_columns_of_the_files(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, Choice(version="v1_baseline_25"))
    found = list(csv.DictReader(io.StringIO((folder / "dictionary.csv").read_text())))
    rows = read(folder)
    assert [(entry["name"], entry["type"]) for entry in found] == [(n, str(t)) for n, t in rows.schema.items()]


# The manifest.


def test_the_manifest_describes_every_file_and_part(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, replace(THREE, gap=2))
    manifest = manifest_in(folder)
    for file in manifest["files"]:
        data = (folder / file["path"]).read_bytes()
        rows = pl.read_parquet(folder / file["path"])
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert (file["rows"], file["dataset_hash"]) == (rows.height, dataset_hash(rows))
    assert {file["path"] for file in manifest["files"]} == {name for name in content(folder) if "parquet" in name}
    for part, days in zip(manifest["parts"], SEASONS.values(), strict=True):
        rows = read(folder, part["name"])
        assert part == {
            "name": part["name"],
            "from": str(days[0]),
            "to": str(days[-1]),
            "first_date": str(days[1]),
            "last_date": str(days[-1]),
            "dates": 5,
            "rows": rows.height,
            "training_ready": rows.filter("is_training_ready", "y_played").height,
            "bytes": sum(file["bytes"] for file in manifest["files"] if file["part"] == part["name"]),
            "dataset_hash": dataset_hash(rows),
        }
    assert (manifest["rows"], manifest["dataset_hash"]) == (ROWS.height, dataset_hash(ROWS))
    assert manifest["code_version"] == code_version()
    assert (manifest["split"], manifest["gap_days"], manifest["min_quality"]) == (THREE.split, 2, None)
    assert (manifest["start"], manifest["end"]) == ("2021-10-19", "2024-06-17")


def test_the_manifest_names_what_every_date_was_made_of(lake: Lake, tmp_path: Path) -> None:
    choice = Choice(split="2021-11-03..2022-02-01", start=date(2021, 10, 19), end=date(2022, 6, 30))
    cells = manifest_in(write(lake, tmp_path, choice))["cells"]
    days = [date(2021, 11, 3), date(2022, 1, 31), date(2022, 2, 1)]
    for table in (STORE, LABELS):
        facts = lake.facts(table, days[0], days[-1])
        assert cells[table.name] == {
            "code_versions": ["0.1.0+test"],
            "states": {"succeeded": 3},
            "fingerprints": {str(day): facts[day].fingerprint for day in days},
        }


def test_the_manifest_counts_what_each_filter_drops_per_season(lake: Lake, tmp_path: Path) -> None:
    choice = Choice(
        split="2021-10-19..2022-01-31/2022-02-01..2022-06-30", gap=1, min_quality=50, start=EARLY[0], end=UNPLAYED
    )
    folder = write(lake, tmp_path, choice)
    manifest = manifest_in(folder)
    places = [(entry["part"], entry["season"]) for entry in manifest["counts"]]
    assert places == [("train", "2021-22"), ("test", "2021-22"), ("outside", "2022-23"), ("outside", "2023-24")]
    train, test, _, other = manifest["counts"]
    low = ROWS.filter(pl.col("game_date") <= date(2021, 11, 3), pl.col("feature_quality_score") < 50).height
    assert train["dropped"] == {"outside_split": 0, "gap": len(PLAYERS), "no_label": 0, "min_quality": low}
    assert train["written"] == read(folder, "train").height == 2 * len(PLAYERS) - low
    assert train["would_drop"]["y_played"] == read(folder, "train").filter(~pl.col("y_played")).height
    assert test["would_drop"]["min_quality"] == 0
    assert other["dropped"]["outside_split"] == 6 * len(PLAYERS)
    early = label_rows(EARLY[:1], PLAYERS)
    assert train["played_without_features"] == label_rows().filter("y_played", game_date=EARLY[0]).height > 0
    assert early.height == len(PLAYERS)
    applied = {name: entry["applied"] for name, entry in manifest["filters"]["dropped"].items()}
    assert applied == {"outside_split": True, "gap": True, "no_label": True, "min_quality": True}


# The lines of the README.


@pytest.mark.parametrize("choice", [WHOLE, THREE, Choice(version="v1_baseline_25")], ids=["whole", "split", "v1"])
def test_the_lines_of_the_readme_run_and_agree(
    choice: Choice, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(lake, tmp_path, choice)
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 3
    found = []
    for block in blocks:
        names: dict[str, Any] = {}
        exec(block, names)
        found.append((names["rows"], names["x"], names["y"]))
    (polars, x, y), (pandas, pandas_x, pandas_y), (duck, duck_x, duck_y) = found
    wanted = ROWS.filter("is_training_ready", "y_played")
    wanted = wanted if choice.split is None else wanted.filter(season_year=2021)
    assert polars.equals(wanted.select(polars.columns))
    assert list(x.columns) == [feature.column for feature in FEATURES[: VERSIONS[choice.version]]]
    assert list(pandas.columns) == polars.columns == duck.columns
    assert duck.pl().equals(polars)
    assert duck_x.pl().equals(x)
    assert duck_y.pl()["y_points"].equals(y)
    pd.testing.assert_frame_equal(
        pandas_x.reset_index(drop=True), pd.DataFrame({name: x[name].to_numpy() for name in x.columns})
    )
    assert pandas_y.tolist() == y.to_list()


def test_the_functions_the_readme_names_are_there(lake: Lake, tmp_path: Path) -> None:
    text = (write(lake, tmp_path) / "README.md").read_text()
    named = re.findall(r"`(splits|dataset|weights)\.([a-z_]+)`", text)
    assert len(named) == 4
    for module, name in named:
        assert callable(getattr(importlib.import_module(f"nbaproc.training.{module}"), name))


def test_lazy_readers_of_the_folder_see_the_same_rows(lake: Lake, tmp_path: Path) -> None:
    folder = write(lake, tmp_path, THREE)
    rows = pl.scan_parquet(folder / "train" / "**" / "*.parquet").collect()
    assert rows.equals(read(folder, "train"))
    assert pd.read_parquet(folder / "train").drop(columns="season").shape == rows.shape


# What is refused: nothing is written then.


def refused(lake: Lake, out: Path, choice: Choice, kind: type[NbaprocError] = UsageError) -> str:
    with pytest.raises(kind) as caught:
        export(lake, out, choice, YESTERDAY)
    assert not out.exists()
    assert caught.value.exit_code == 2
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(version="v3"), "--version 'v3' is no feature version; there are v1_baseline_25, v2_33features"),
        (Choice(split="2021-22/2021-22"), "overlap; every part lies after"),
        (Choice(split="2022-23/2021-22"), "are out of order"),
        (Choice(split="2021-22/2022-23", gap=400), "--gap 400 leaves nothing of train"),
        (Choice(gap=3), "--gap needs --split"),
        (Choice(start=date(2022, 7, 1), end=date(2022, 9, 1)), "no date from 2022-07-01 to 2022-09-01 was played"),
        (Choice(start=date(2024, 6, 18)), "(the schedule has 2021-10-19 to 2024-06-17); name others"),
        (Choice(end=date(2021, 10, 25)), "first two weeks of a season, which have no features; name later ones"),
        (Choice(split="2021-22/2022-10-01..2022-10-20"), "test: every date from 2022-10-01 to 2022-10-20 lies in the"),
        (Choice(split="2021-22/2022-07-01..2022-07-02"), "test: no date from 2022-07-01 to 2022-07-02 was played"),
        (Choice(split="2021-22/2022-23", end=date(2022, 10, 1)), "no date of 2022-23 was played"),
        (Choice(split="2021-22/2022-23", start=date(2022, 7, 1)), "train: no date from 2022-07-01 to 2022-06-16"),
        (Choice(min_quality=100.5), "no row of the range is left (dropped: no_label"),
        (replace(THREE, min_quality=100.5), "no row of train is left (dropped: min_quality 60)"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_what_cannot_be_exported_is_refused_before_anything_is_written(
    choice: Choice, words: str, lake: Lake, tmp_path: Path
) -> None:
    assert words in refused(lake, tmp_path / "out", choice)


def test_an_empty_lake_has_no_schedule(tmp_path: Path) -> None:
    assert "holds no schedule" in refused(Lake(tmp_path / "lake"), tmp_path / "out", WHOLE)


def _without_labels(lake: Lake) -> str:
    shutil.rmtree(lake.folder(LABELS))
    return "`nbaproc backfill --start 2021-11-02 --end 2024-06-17`"


def _without_features(lake: Lake) -> str:
    shutil.rmtree(lake.folder(STORE))
    return "`nbaproc backfill --start 2021-11-02 --end 2024-06-17 --tables features`"


def _without_both(lake: Lake) -> str:
    shutil.rmtree(lake.root / "nba_predictions")
    return "`nbaproc backfill --start 2021-11-02 --end 2024-06-17`"


@pytest.mark.parametrize("remove", [_without_labels, _without_features, _without_both])
def test_a_lake_without_upstream_rows_names_the_first_date_and_the_command(
    remove: Callable[[Lake], str], own_lake: Lake, tmp_path: Path
) -> None:
    remedy = remove(own_lake)
    message = refused(own_lake, tmp_path / "out", WHOLE)
    assert message.startswith("MISSING_DEPENDENCY: ml_")
    assert f" of 2021-11-02 and {len(HELD) - 1} more date(s) is not in the lake; compute it with {remedy}" in message


def test_one_date_that_is_missing_stops_the_sets_that_need_it_and_no_other(tmp_path: Path) -> None:
    gone = date(2023, 1, 31)
    lake = made_lake(tmp_path / "lake", but=[gone])
    for choice in (WHOLE, THREE):
        message = refused(lake, tmp_path / "out", choice)
        assert f"{STORE.name} of {gone} is not in the lake" in message
    write(lake, tmp_path / "a", Choice(split="2021-22/2023-24"))
    write(lake, tmp_path / "b", Choice(end=date(2022, 6, 30)))
    # A date in the gap is not needed either.
    write(lake, tmp_path / "c", Choice(split="2021-10-19..2023-01-31/2023-02-01..2023-06-12", gap=1))


def test_early_dates_need_no_features_and_a_date_without_rows_is_no_gap(own_lake: Lake, tmp_path: Path) -> None:
    none = store_rows(HELD[:1]).clear()
    put(own_lake, STORE, none, days=[HELD[1]])
    rows = read(write(own_lake, tmp_path))
    assert rows.equals(ROWS.filter(pl.col("game_date") != HELD[1]))
    assert not set(EARLY) & set(rows["game_date"])


def test_a_played_date_without_labels_is_missing_even_if_it_has_features(own_lake: Lake, tmp_path: Path) -> None:
    put_schedule(own_lake, schedule([*PLAYED, UNPLAYED], []))
    assert f"{LABELS.name} of {UNPLAYED} is not in the lake" in refused(own_lake, tmp_path / "out", WHOLE)


def test_different_games_in_a_pair_are_refused(own_lake: Lake, tmp_path: Path) -> None:
    labels = label_rows(HELD[:1]).with_columns(game_id=pl.lit("20211102_LAL_BOS"))
    put(own_lake, LABELS, labels)
    message = refused(own_lake, tmp_path / "out", WHOLE, NbaprocError)
    assert "name different games in 12 row(s): 2021-11-02 playera: 20211102_TOR_BOS and 20211102_LAL_BOS" in message


def test_a_lake_that_is_written_meanwhile_is_not_exported(
    own_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Lake.read

    def read_and_write(self: Lake, table: Any, *arguments: Any) -> pl.DataFrame:
        rows = real(self, table, *arguments)
        if table is LABELS:
            put(own_lake, LABELS, label_rows(seed=99))
        return rows

    monkeypatch.setattr(Lake, "read", read_and_write)
    assert "was written while it was read" in refused(own_lake, tmp_path / "out", WHOLE, LakeError)


def test_a_folder_that_is_no_earlier_export_is_refused(own_lake: Lake, tmp_path: Path) -> None:
    target = folder_of(tmp_path / "out")
    target.mkdir(parents=True)
    (target / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"holds notes\.txt, which is not of an earlier export; move it away"):
        export(own_lake, tmp_path / "out", WHOLE, YESTERDAY)
    assert content(tmp_path / "out") == {f"{DATASET}/v2_37features/notes.txt": b"mine"}
    # It is refused before the rows are looked at, which may take a while.
    shutil.rmtree(own_lake.folder(STORE))
    with pytest.raises(UsageError, match="holds notes"):
        export(own_lake, tmp_path / "out", WHOLE, YESTERDAY)


def test_an_earlier_export_is_replaced_whole_and_other_versions_stay(lake: Lake, tmp_path: Path) -> None:
    other = content(write(lake, tmp_path, Choice(version="v2_33features")))
    write(lake, tmp_path, THREE)
    folder = write(lake, tmp_path)
    assert content(folder) == content(write(lake, tmp_path / "fresh"))
    assert not (folder / "train").exists()
    assert content(folder_of(tmp_path, Choice(version="v2_33features"))) == other
    assert [path.name for path in (tmp_path / DATASET).iterdir() if path.name.startswith(".")] == []


def test_a_failed_export_leaves_the_earlier_one(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(write(lake, tmp_path))
    for choice in (Choice(min_quality=100.5), Choice(end=date(2021, 10, 25))):
        with pytest.raises(UsageError):
            export(lake, tmp_path, choice, YESTERDAY)
        assert content(tmp_path / DATASET / "v2_37features") == before

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(exporting, "render", broken)
    with pytest.raises(RuntimeError):
        export(lake, tmp_path, THREE, YESTERDAY)
    assert content(folder_of(tmp_path)) == before


def test_an_export_writes_nothing_into_the_lake(own_lake: Lake, tmp_path: Path) -> None:
    before = content(own_lake.root)
    write(own_lake, tmp_path / "out", THREE)
    assert content(own_lake.root) == before

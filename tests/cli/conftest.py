"""What the tests of the command line share: calling it, and a small raw lake."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbaproc.cli.main import main

from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_nba_api
from tests.sources.downloads import GAMES, league_schedule, player_log, team_log, write


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("NBAPROC_", "ENABLE_", "CLOUD_RUN_", "CIRCUIT_")) and name != "NBAPROC_REAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, captured.out, captured.err)

    return call


def is_one_line(done: Done, code: int = 2) -> bool:
    """Return whether a command ended with one line of error and nothing else."""
    return (done.code, done.out, done.err.count("\n")) == (code, "", 1) and done.err.startswith("error: ")


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("downloads")
    write(player_log(*GAMES), folder / "players.csv")
    write(team_log(*GAMES), folder / "teams.parquet")
    write(league_schedule(*GAMES), folder / "schedule.csv")
    return folder


@pytest.fixture(scope="session")
def filled(downloads: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raw lake of a few games; to copy, never to write."""
    lake = Lake(tmp_path_factory.mktemp("filled") / "lake")
    ingest_nba_api(lake, [downloads])
    return lake.root


@pytest.fixture
def lake(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "lake")


@pytest.fixture(scope="session")
def backfilled(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same lake with every table computed by the command; to copy, never to write."""
    root = shutil.copytree(filled, tmp_path_factory.mktemp("backfilled") / "lake")
    with pytest.raises(SystemExit) as caught:
        main(["backfill", "--end", "2022-06-30", "--lake", str(root), "--engine", "polars"])
    assert caught.value.code == 0
    return root


@pytest.fixture
def computed(backfilled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(backfilled, tmp_path / "computed")

"""Installing the emulator: once, never over something else, and a remedy where it cannot be."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.warehouse import install_emulator
from tests.warehouse.install_emulator import IMPORT, LOCK, main


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No interpreter and no uv is found, and nothing may be started."""

    def run(*arguments: object, **_: object) -> None:
        raise AssertionError(f"started {arguments}")

    monkeypatch.setattr(install_emulator.subprocess, "run", run)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("NBAPROC_EMULATOR_PYTHON", raising=False)


@pytest.mark.usefixtures("nothing_runs")
def test_what_is_installed_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ready").write_text(hashlib.sha256(LOCK.read_bytes() + IMPORT.encode()).hexdigest())
    assert main([str(tmp_path)]) == 0


@pytest.mark.usefixtures("nothing_runs")
def test_without_a_python_the_remedy_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "new")]) == 2
    said = capsys.readouterr().err
    assert "Python 3.13" in said and "NBAPROC_EMULATOR_PYTHON" in said and len(said.splitlines()) == 1


@pytest.mark.usefixtures("nothing_runs")
def test_a_folder_of_something_else_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter").write_text("dear")
    assert main([str(tmp_path)]) == 2
    assert "holds something else" in capsys.readouterr().err and (tmp_path / "letter").read_text() == "dear"


@pytest.mark.usefixtures("nothing_runs")
def test_a_shim_that_refuses_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/shims/python3.13" if name == "python3.13" else None)
    managed = tmp_path / "pyenv" / "versions" / "3.13.0" / "bin" / "python"
    managed.parent.mkdir(parents=True)
    managed.touch()
    assert install_emulator._candidates() == ["/shims/python3.13", str(managed)]
    monkeypatch.undo()
    refusing = tmp_path / "python3.13"
    refusing.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    refusing.chmod(0o755)
    assert install_emulator._version(str(refusing)) == ""

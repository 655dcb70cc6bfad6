"""The wheel: built, installed into a fresh environment, and used there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("nbaproc-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own, with our dependencies behind it."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False, symlinks=True)
    fresh = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(fresh), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, str(wheel)], check=True)
    (site,) = (home / "lib").glob("python*/site-packages")
    # A path named in a .pth file is searched, but its own .pth files (our checkout) are not followed.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return fresh


def _run(python: Path, *arguments: str, cwd: Path) -> str:
    # An environment that leads to a checkout would hide what is installed.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(python), *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_puts_one_package_into_the_environment(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"nbaproc"}


def test_the_wheel_holds_every_file_of_the_checkout(wheel: Path) -> None:
    homes = {"nbaproc": "nbaproc", "cli": "nbaproc/cli", "sql": "nbaproc/sql"}
    wanted = {
        f"{home}/{path.relative_to(ROOT / name).as_posix()}"
        for name, home in homes.items()
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == wanted


def test_every_module_of_the_installed_wheel_is_found_without_the_checkout(python: Path, tmp_path: Path) -> None:
    code = (
        "import nbaproc\n"
        "from importlib import import_module\n"
        "from pkgutil import walk_packages\n"
        "for module in walk_packages(nbaproc.__path__, 'nbaproc.'):\n"
        "    print(import_module(module.name).__file__)\n"
    )
    found = _run(python, "-c", code, cwd=tmp_path).splitlines()
    assert len(found) > 100
    assert all(path.startswith(f"{python.parent.parent}/") for path in found)


def test_the_installed_wheel_has_the_command_line_and_the_sql(python: Path, tmp_path: Path) -> None:
    code = (
        "import importlib.resources, importlib.util, nbaproc, nbaproc.cli.main\n"
        "print(nbaproc.__path__, importlib.util.find_spec('cli'), importlib.util.find_spec('sql'))\n"
        "folder = importlib.resources.files('nbaproc.sql') / 'ddl'\n"
        "print(sorted(path.name for path in folder.iterdir()))\n"
        "from nbaproc.audit.checks import checks\n"
        "print(*(check.name for check in checks()))\n"
    )
    first, second, third = _run(python, "-c", code, cwd=tmp_path).splitlines()
    assert "site-packages" in first
    assert str(ROOT) not in first
    assert first.endswith("None None")
    assert "nba_analytics.player_game_summary.sql" in second
    assert "duplicate_keys" in third.split()
    command = python.parent / "nbaproc"
    version = subprocess.run([str(command), "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert version.stdout.startswith("nbaproc ")


def test_the_installed_wheel_computes_tables(python: Path, tmp_path: Path) -> None:
    command = ("-m", "nbaproc.cli.main")
    _run(python, *command, "simulate", "--seasons", "1", cwd=tmp_path)
    # Opening night needs nothing before it, so every table of the first two weeks can be computed.
    out = _run(python, *command, "backfill", "--start", "2021-10-19", "--end", "2021-10-20", cwd=tmp_path)
    assert "player_game_summary" in out
    proof = _run(python, *command, "verify", "--start", "2021-10-19", "--end", "2021-10-19", cwd=tmp_path)
    assert "every cell is equal" in proof


def test_a_checkout_finds_its_sql_the_same_way() -> None:
    import importlib.resources

    names = {path.name for path in (importlib.resources.files("nbaproc.sql") / "ddl").iterdir()}
    assert "nba_analytics.player_game_summary.sql" in names

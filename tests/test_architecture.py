"""Rules that keep the parts apart."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "nbaproc"

#: What the pure side may import besides the standard library and itself.
MAY_IMPORT = {
    "tables": {
        "polars",
        "nbaproc.columns",
        "nbaproc.failures",
        "nbaproc.features",
        "nbaproc.boundary",
        "nbaproc.exact",
        "nbaproc.canonical",
    }
    | {"nbaproc.calendar", "nbaproc.asof", "nbaproc.raw", "nbaproc.tables"},
    "raw": {"polars", "nbaproc.columns", "nbaproc.failures", "nbaproc.boundary", "nbaproc.exact", "nbaproc.canonical"}
    | {"nbaproc.calendar", "nbaproc.raw"},
    "reference": {"nbaproc.columns", "nbaproc.failures", "nbaproc.features", "nbaproc.reference"},
}
#: Modules of the standard library that reach for files, clocks, processes, the environment or a logger.
EFFECTS = {
    "os",
    "pathlib",
    "io",
    "time",
    "logging",
    "subprocess",
    "multiprocessing",
    "random",
    "socket",
    "shutil",
    "sys",
}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level)
    return found


def _modules(folder: str) -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_the_pure_side_imports_only_what_it_may(folder: str) -> None:
    paths = _modules(folder)
    assert len(paths) > 3
    for path in paths:
        for name in _imports(path):
            top = name.split(".")[0]
            allowed = any(name == a or name.startswith(f"{a}.") for a in MAY_IMPORT[folder])
            assert allowed or (top in sys.stdlib_module_names and top not in EFFECTS), f"{path.name} imports {name}"


@pytest.mark.parametrize("folder", ["tables", "raw", "reference"])
def test_the_pure_side_reads_no_clock(folder: str) -> None:
    for path in _modules(folder):
        text = path.read_text(encoding="utf-8")
        assert "today(" not in text, path.name
        assert ".now(" not in text, path.name
        assert "open(" not in text, path.name


@pytest.mark.parametrize("folder", ["tables", "raw"])
def test_the_vectorised_side_has_no_row_wise_escape(folder: str) -> None:
    for path in [*_modules(folder), PACKAGE / "exact.py"]:
        text = path.read_text(encoding="utf-8")
        for escape in ("map_elements", "map_rows", "map_batches", ".apply(", 'engine="streaming"', "rolling_mean"):
            assert escape not in text, f"{path.name} uses {escape}"


def test_nothing_imports_a_client_or_a_process_pool_until_it_is_used() -> None:
    code = (
        "import sys, nbaproc.cli.main, nbaproc.run.backfill, nbaproc.audit.verify, nbaproc.sources.ingest;"
        "heavy = {'google.cloud', 'duckdb', 'pyarrow', 'pandas', 'multiprocess', 'rich', 'numpy'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_reference_runs_without_polars() -> None:
    code = (
        "import sys; sys.modules['polars'] = None\n"
        "from nbaproc.reference import build\n"
        "assert build({}, {}, []).rows == {}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_lock_file_pins_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert text.count("--hash=sha256:") >= len(pins)

"""The reference engine may lean on nothing but the standard library and the declarations."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nbaproc.reference

MODULES = sorted(Path(nbaproc.reference.__file__).parent.glob("*.py"))
ALLOWED = ("nbaproc.columns", "nbaproc.failures", "nbaproc.features", "nbaproc.reference")
#: Parts of the standard library that reach outside, or tell the time.
OUTSIDE = {"os", "io", "pathlib", "logging", "time", "random", "socket", "subprocess", "sys", "urllib", "sqlite3"}


def imported(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(str(node.module))
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_imports(module):
    for name in imported(module):
        if name.startswith("nbaproc"):
            assert name in ALLOWED or name.startswith("nbaproc.reference."), name
        else:
            assert name.split(".")[0] in sys.stdlib_module_names, name
            assert name.split(".")[0] not in OUTSIDE, name


def test_nothing_else_is_loaded():
    loaded = "import sys, nbaproc.reference; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout.split()
    assert "polars" not in modules
    ours = {name for name in modules if name.startswith("nbaproc.")}
    assert {name for name in ours if not name.startswith("nbaproc.reference")} == {
        "nbaproc.columns",
        "nbaproc.failures",
        "nbaproc.features",
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_clock_and_no_files(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("now", "today", "utcnow"), node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("open", "print", "input", "eval", "exec"), node.lineno

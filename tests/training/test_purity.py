"""What a training set is, is pure: files are touched in `folder` and `export` alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.test_architecture import EFFECTS, PACKAGE, _imports

FILES = {"folder.py", "export.py"}
PURE = sorted(path for path in (PACKAGE / "training").glob("*.py") if path.name not in FILES)


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_no_file_clock_or_client_is_reached_for(path: Path) -> None:
    tops = {name.split(".")[0] for name in _imports(path)}
    # Bytes of a Parquet file are made in memory.
    assert tops & EFFECTS <= {"io"}
    assert tops <= {"polars", "nbaproc"} | sys.stdlib_module_names
    text = path.read_text(encoding="utf-8")
    for escape in ("today(", ".now(", "open(", "map_elements", "map_rows", "map_batches", ".apply("):
        assert escape not in text


def test_nothing_that_makes_tables_reads_a_training_set() -> None:
    for folder in ("tables", "raw", "reference", "run", "sources"):
        for path in (PACKAGE / folder).rglob("*.py"):
            assert not any(name.startswith("nbaproc.training") for name in _imports(path)), path.name

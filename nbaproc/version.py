"""Which code computed a row."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import nbaproc

#: Modules and packages whose source decides what a row is.
SOURCES = (
    "asof.py",
    "boundary.py",
    "calendar.py",
    "canonical.py",
    "columns.py",
    "exact.py",
    "failures.py",
    "features.py",
    "raw",
    "tables",
    "reference",
)


@cache
def code_version() -> str:
    """Return the package version and 8 hex digits over the sources that determine rows.

    Any edit of a rule changes it, so rows of older code can be told apart.
    """
    root = Path(__file__).parent
    paths = [path for name in SOURCES for path in _python_files(root / name)]
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode())
        total.update(path.read_bytes())
    return f"{nbaproc.__version__}+{total.hexdigest()[:8]}"


def _python_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    return sorted(file for file in found if file.suffix == ".py")

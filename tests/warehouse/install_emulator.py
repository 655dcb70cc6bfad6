"""Make the environment of the BigQuery emulator: `python tests/warehouse/install_emulator.py FOLDER`.

It needs Python 3.13 and a DuckDB of its own, so it lives apart from the project. Standard library only, Python 3.11.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

#: The Python the emulator's packages are made for.
PYTHON = "3.13"
LOCK = Path(__file__).with_name("emulator.lock")
#: DuckDB looks for these in the home folder; they come as packages, so that no test needs a network.
EXTENSIONS = ("icu", "json", "ducklake", "spatial")
IMPORT = f"from duckdb_extensions import import_extension\nfor name in {EXTENSIONS!r}: import_extension(name)"
REMEDY = (
    f"make emulator: no Python {PYTHON} found; install one (`pyenv install {PYTHON}`, `uv python install {PYTHON}`, "
    f"or your system's python{PYTHON}) or name it in NBAPROC_EMULATOR_PYTHON"
)


def main(arguments: list[str]) -> int:
    """Install the emulator into a folder unless it is there; returns the exit code.

    The stamp is written last: a second call does nothing, one after a failed install begins anew.
    """
    folder = Path(arguments[0]).resolve()
    wanted = hashlib.sha256(LOCK.read_bytes() + IMPORT.encode()).hexdigest()
    stamp = folder / "ready"
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
            print(f"make emulator: {folder} holds something else; name another folder", file=sys.stderr)
            return 2
        shutil.rmtree(folder)
    if not _environment(folder):
        print(REMEDY, file=sys.stderr)
        return 2
    python = folder / "bin" / "python"
    (folder / "home").mkdir()
    environment = {**os.environ, "HOME": str(folder / "home")}
    install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", LOCK]
    subprocess.run(install, check=True)
    subprocess.run([python, "-c", IMPORT], check=True, env=environment)
    stamp.write_text(wanted)
    return 0


def _environment(folder: Path) -> bool:
    for python in _candidates():
        if _version(python) == PYTHON:
            subprocess.run([python, "-m", "venv", folder], check=True)
            return True
    uv = shutil.which("uv")
    if uv is None:
        return False
    return subprocess.run([uv, "venv", "--quiet", "--seed", "--python", PYTHON, folder]).returncode == 0


def _candidates() -> list[str]:
    """Return interpreters to try: a shim of pyenv may refuse, so the versions it manages are tried by path."""
    named = os.environ.get("NBAPROC_EMULATOR_PYTHON")
    if named:
        return [named]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    managed = sorted(map(str, root.glob(f"versions/{PYTHON}*/bin/python")), reverse=True)
    on_path = [found for name in (f"python{PYTHON}", "python3", "python") if (found := shutil.which(name))]
    return [*on_path, *managed]


def _version(python: str) -> str:
    say = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.run([python, "-c", say], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

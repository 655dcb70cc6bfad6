"""Vectorised NBA player-prop tables with a plain-Python reference that proves every cell."""

from pathlib import Path

__version__ = "0.1.0"

# An installed wheel holds the command line and the SQL inside this package; a checkout keeps them beside it, and
# this makes `nbaproc.cli` and `nbaproc.sql` the names of both.
_here = Path(__file__).resolve().parent
if not (_here / "cli").is_dir():
    __path__.append(str(_here.parent))

"""Named places in the code at which a test may kill the process, as a power cut or the system would.

`NBAPROC_FAULT=after_fsync:3` kills the process with SIGKILL when it gets to `after_fsync` for the third time. Without
the variable a place costs a look into the environment.
"""

from __future__ import annotations

import os
import signal

#: Environment variable that names a place, and how often it is passed first.
VARIABLE = "NBAPROC_FAULT"
#: The places, in the order in which a cell gets to them.
POINTS = (
    "before_compute",
    "before_records",
    "after_records",
    "before_fsync",
    "after_fsync",
    "before_replace",
    "after_replace",
    "before_receipt",
    "before_ledger",
    "after_ledger",
)
_passed: dict[str, int] = {}


def reach(point: str) -> None:
    """Get to a place; the process ends here if it was told to.

    Args:
        point: One of `POINTS`.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    name, _, nth = wanted.partition(":")
    if name == point:
        _passed[point] = _passed.get(point, 0) + 1
        if _passed[point] == int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)

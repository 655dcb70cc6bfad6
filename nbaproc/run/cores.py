"""Cores of this machine that a process runs on; needs nothing but the standard library."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on the core it is on, where a system can do that.

    Polars hands every step to a thread of its own. For frames of a few dates that costs more than the step itself if
    the thread is on another core. Before Polars is imported, this also lets it have one thread only.
    """
    if sys.platform != "linux" or not os.access("/proc/self/stat", os.R_OK):
        yield
        return
    allowed = os.sched_getaffinity(0)
    try:
        _run_on({_core()} & allowed or allowed)
        yield
    finally:
        _run_on(allowed)


def _core() -> int:
    """Return the core that this process is on."""
    # After the name, which may hold anything, it is the 37th field.
    status = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
    return int(status.rpartition(")")[2].split()[36])


def _run_on(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError):  # it has ended, or may not be moved
            os.sched_setaffinity(int(thread), cores)

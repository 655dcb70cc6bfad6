"""How much memory a shard may need, and how much there is."""

from __future__ import annotations

import os
from pathlib import Path

from nbaproc.run.shard import Task
from nbaproc.tables import declarations

#: Rows of a table on a full date, and bytes of a value: more than the tables have on average.
ROWS, BYTES = 200, 16
#: How often the rows of a shard are in memory at once: read, computed and being written.
COPIES = 3
#: What holds a container back from the memory of its machine.
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory_of(task: Task) -> int:
    """Return the bytes that a shard may need: its rows, as wide as its tables are declared, three times."""
    width = sum(BYTES * len(declarations()[name].columns) for name in task.tables)
    return COPIES * ROWS * width * len(task.dates)


def memory_size(limits: tuple[Path, ...] = LIMITS) -> int:
    """Return the bytes of memory that this process may use: those of the machine, or of its container."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in limits:
        try:
            found.append(int(path.read_text()))
        except (OSError, ValueError):  # no such file, or it says `max`
            continue
    return min(found)

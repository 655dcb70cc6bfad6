"""The BigQuery emulator as a process of its own: started on free ports, ended with the one who started it."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = Path(__file__).with_name("emulator_server.py")
PROJECT = "test-project"
#: Seconds until a new emulator must have said its ports.
START_LIMIT = 180.0


class EmulatorError(Exception):
    """The emulator is not installed, or it does not start."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        endpoint: URL of the REST interface.
        storage_endpoint: `host:port` of the Storage interface, plain gRPC.
        folder: Where it keeps its data; `gs://bucket/name` is the file `gcs/bucket/name` in it.
        process: The process.
    """

    endpoint: str
    storage_endpoint: str
    folder: Path
    process: subprocess.Popen[bytes]


def environment() -> Path:
    """Return the folder that `make emulator` has made.

    Raises:
        EmulatorError: There is none.
    """
    folder = (ROOT / (os.environ.get("NBAPROC_EMULATOR") or ".emulator")).resolve()
    if not (folder / "ready").exists():
        raise EmulatorError(f"no BigQuery emulator in {folder}: run `make emulator`")
    return folder


@contextmanager
def running(folder: Path, limit: float = START_LIMIT) -> Iterator[Emulator]:
    """Start an emulator whose data lies in a folder; it is ended whatever happens.

    Raises:
        EmulatorError: It is not installed, or does not start within `limit` seconds.
    """
    installed = environment()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "emulator.log"
    # DuckDB finds its extensions under the home folder.
    variables = {**os.environ, "HOME": str(installed / "home"), "PYTHONWARNINGS": "ignore"}
    variables.pop("PYTHONPATH", None)
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [installed / "bin" / "python", SERVER, folder / "data", PROJECT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=variables,
        )
    try:
        rest, grpc = _ports(process, limit, log)
        yield Emulator(f"http://127.0.0.1:{rest}", f"127.0.0.1:{grpc}", folder / "data", process)
    finally:
        process.kill()
        process.wait(timeout=30)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _ports(process: subprocess.Popen[bytes], limit: float, log: Path) -> tuple[int, int]:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        started = time.monotonic()
        said = process.stdout.readline() if selector.select(limit) else b""
    ports = said.split()
    if len(ports) != 2:
        waited = time.monotonic() - started
        tail = log.read_text(errors="replace")[-2000:]
        raise EmulatorError(f"the emulator did not start within {waited:.0f} s (limit {limit:g} s): {tail}")
    return int(ports[0]), int(ports[1])

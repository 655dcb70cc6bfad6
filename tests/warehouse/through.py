"""A warehouse behind the faulty transport, whose waits take no time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from nbaproc.warehouse.bigquery import BigQuery, connect
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.retries import Limits, Pace
from nbaproc.warehouse.transfer import Put
from tests.warehouse.emulator import Emulator
from tests.warehouse.faults import SILENCE, Proxy

#: Limits that no call of the emulator reaches, even while the clock of the waits runs ahead.
GENEROUS = Limits(metadata=60.0, job=3000.0, sending=60.0)


@dataclass
class Clock:
    """A clock that waiting moves; every wait is as long as its bound, or a share of it.

    Attributes:
        share: Share of the bound that is drawn.
        nap: Longest time that a wait really takes, in seconds.
        now: What the clock shows.
        waits: The waits so far.
        bounds: What they were drawn between.
    """

    share: float = 1.0
    nap: float = 0.0
    now: float = 1000.0
    waits: list[float] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        if self.nap:
            time.sleep(min(seconds, self.nap))

    def uniform(self, low: float, high: float) -> float:
        self.bounds.append((low, high))
        return low + self.share * (high - low)

    @property
    def pace(self) -> Pace:
        return Pace(self.sleep, lambda: self.now, self.uniform)


class Deaf(HTTPAdapter):
    """Takes the reply that stands for none for what it stands for, without waiting for the limit."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        response = super().send(request, **options)
        if SILENCE in response.headers:
            response.close()
            raise requests.ReadTimeout("read timed out", request=request)
        return response


def through(
    proxy: Proxy,
    configuration: Configuration,
    clock: Clock | None = None,
    limits: Limits = GENEROUS,
    put: Put | None = None,
) -> BigQuery:
    """Return the warehouse of a configuration behind a proxy: retries wait for nothing, silence is seen at once."""
    proxy.instant_silence = True
    client = connect(replace(configuration, endpoint=proxy.endpoint))
    client._http.mount("http://", Deaf())
    return BigQuery(configuration, client, limits, (clock or Clock(nap=0.02)).pace, put)


def bucket_of(emulator: Emulator) -> Put:
    """Return what puts files into the buckets of the emulator."""

    def put(file: Path | None, address: str) -> None:
        target = emulator.folder / "gcs" / address.removeprefix("gs://")
        if file is None:
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())

    return put


def dated(rows: Mapping[str, int]) -> str:
    """Return GoogleSQL rows of a day and a number, for a VALUES list."""
    return ", ".join(f"(DATE '{day}', {number})" for day, number in rows.items())

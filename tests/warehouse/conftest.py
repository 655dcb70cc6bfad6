"""The emulator, started once by every worker that needs it, and a configuration of one's own for every test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbaproc.raw.contract import RAW_TABLES
from nbaproc.warehouse.configuration import Configuration
from tests.conftest import REAL_DATA
from tests.run.conftest import clean, clean_weeks, raw, raw_weeks  # noqa: F401
from tests.warehouse.emulator import PROJECT, Emulator, running
from tests.warehouse.faults import Proxy

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

_count = itertools.count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the emulator, for `make test-bigquery`."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker("emulator")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Return a running emulator; fails with the remedy where none is installed."""
    with running(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


def own_configuration(emulator: Emulator) -> Configuration:
    """Return a configuration whose data sets nobody else uses."""
    return Configuration(
        PROJECT,
        dataset_prefix=f"t{next(_count)}_",
        endpoint=emulator.endpoint,
        storage_endpoint=emulator.storage_endpoint,
    )


@contextmanager
def forgotten(client: Client) -> Iterator[Callable[[Emulator], Configuration]]:
    """Yield what makes configurations, whose data sets go in the end: the emulator slows with what it holds."""
    made: list[Configuration] = []

    def make(emulator: Emulator) -> Configuration:
        made.append(own_configuration(emulator))
        return made[-1]

    yield make
    prefixes = tuple(configuration.dataset_prefix for configuration in made)
    for found in client.list_datasets():
        if found.dataset_id.startswith(prefixes):
            client.delete_dataset(found.reference, delete_contents=True, not_found_ok=True)


@pytest.fixture
def new_configuration(emulator: Emulator, client: Client) -> Iterator[Callable[[], Configuration]]:
    """Return what makes configurations that share nothing: a fresh warehouse at every call."""
    with forgotten(client) as make:
        yield lambda: make(emulator)


@pytest.fixture
def configuration(new_configuration: Callable[[], Configuration]) -> Configuration:
    """Return a configuration with a prefix of the test's own: no data set is there yet."""
    return new_configuration()


@pytest.fixture(scope="module")
def shared_configuration(emulator: Emulator, client: Client) -> Iterator[Configuration]:
    """Return a configuration that the tests of a module share."""
    with forgotten(client) as make:
        yield make(emulator)


def raw_files() -> dict[str, Path]:
    """Return the files in the shape of raw tables, by table."""
    places = {name: REAL_DATA / "bigquery_raw" / f"{name}.parquet" for name in RAW_TABLES}
    return {name: path for name, path in places.items() if path.exists()}


def fill_raw(client: Client, where: Configuration) -> None:
    """Load the real raw tables as they are, with columns that nobody reads."""
    from google.cloud.bigquery import LoadJobConfig, TimePartitioning

    for dataset in ("nba_raw", "nba_reference"):
        client.create_dataset(where.dataset(dataset))
    for name, path in raw_files().items():
        table = RAW_TABLES[name]
        parts = TimePartitioning(field=table.date) if table.date else None
        config = LoadJobConfig(source_format="PARQUET", time_partitioning=parts)
        with path.open("rb") as file:
            client.load_table_from_file(file, where.table(table.dataset, name), job_config=config).result()


@pytest.fixture(scope="module")
def proxy(emulator: Emulator) -> Iterator[Proxy]:
    """Return a transport to the emulator that can be made to fail; `reset` it before use."""
    with Proxy(emulator.endpoint) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def client(emulator: Emulator) -> Iterator[Client]:
    """Return a plain official client, to look at what the warehouse holds."""
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.bigquery import Client

    options = {"api_endpoint": emulator.endpoint}
    with Client(project=PROJECT, credentials=AnonymousCredentials(), client_options=options) as client:  # type: ignore[no-untyped-call]
        yield client

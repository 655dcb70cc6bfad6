"""How the files of a load job get to the warehouse: beside each other in a bucket, or as one with the job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from nbaproc.errors import ConfigurationError
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.retries import Limits, Pace, patiently

#: Puts a file where a `gs://` address says, or takes it away if the file is None.
Put = Callable[[Path | None, str], None]


def addresses(configuration: Configuration, name: str, files: Sequence[Path]) -> list[str]:
    """Return the `gs://` address of every file.

    >>> addresses(Configuration("my-project", staging="gs://bucket/folder/"), "t", [Path("a.parquet")])
    ['gs://bucket/folder/t/0.parquet']
    """
    return [f"{configuration.staging.rstrip('/')}/{name}/{place}{file.suffix}" for place, file in enumerate(files)]


def bucket(configuration: Configuration, limits: Limits, pace: Pace) -> Put:
    """Return what puts files into Google Cloud Storage.

    Raises:
        ConfigurationError: Its client is not installed.
    """
    try:
        storage: Any = import_module("google.cloud.storage")
    except ImportError:
        raise ConfigurationError(
            f"staging {configuration.staging}: google-cloud-storage is not installed; "
            "`pip install google-cloud-storage`, or leave --staging out to send the files with the job"
        ) from None
    client: Any = storage.Client(project=configuration.project)

    def put(file: Path | None, address: str) -> None:
        name, _, path = address.removeprefix("gs://").partition("/")
        blob: Any = client.bucket(name).blob(path)
        if file is not None:
            patiently(lambda: blob.upload_from_filename(str(file), timeout=limits.sending, retry=None), address, pace)
            return

        def remove() -> None:
            if blob.exists(timeout=limits.metadata, retry=None):
                blob.delete(timeout=limits.metadata, retry=None)

        patiently(remove, address, pace)

    return put


def as_one(files: Sequence[Path], folder: Path) -> Path:
    """Return one Parquet file with the rows of several, in their order: a job that brings its file brings one.

    Args:
        files: Parquet files of one schema.
        folder: Where the file is made if there are several.
    """
    if len(files) == 1:
        return files[0]
    import polars as pl

    target = folder / "all.parquet"
    pl.concat([pl.read_parquet(file) for file in files]).write_parquet(target, compression="zstd", compression_level=3)
    return target

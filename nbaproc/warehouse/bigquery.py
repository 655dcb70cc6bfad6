"""BigQuery as the warehouse: every call has a time limit, is tried again as `retries` says, and names what failed."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nbaproc.columns import Column
from nbaproc.errors import ConfigurationError, WarehouseError
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.guards import Breaker, turn
from nbaproc.warehouse.jobs import Jobs
from nbaproc.warehouse.port import Shape
from nbaproc.warehouse.retries import CONFLICT, Limits, Pace, patiently
from nbaproc.warehouse.shapes import shape_of, staging_fields
from nbaproc.warehouse.transfer import Put, addresses, as_one, bucket

if TYPE_CHECKING:
    from google.cloud.bigquery import Client, LoadJobConfig

T = TypeVar("T")

#: How long a staging table lives if nobody drops it.
STAGING_LIFE = timedelta(hours=24)
#: Seconds a transaction waits for others of this process.
TURN = 3600.0


def connect(configuration: Configuration) -> Client:
    """Return the official client of the warehouse.

    It uses the application default credentials of the machine; none where `endpoint` names a service that is not
    Google's.

    Raises:
        ConfigurationError: The machine has no credentials.
    """
    from google.auth.credentials import AnonymousCredentials
    from google.auth.exceptions import DefaultCredentialsError
    from google.cloud.bigquery import Client

    place = {"project": configuration.project, "location": configuration.location}
    if configuration.endpoint:
        options = {"api_endpoint": configuration.endpoint}
        return Client(**place, credentials=AnonymousCredentials(), client_options=options)  # type: ignore[no-untyped-call, arg-type]
    try:
        return Client(**place)  # type: ignore[arg-type]
    except DefaultCredentialsError as error:
        raise ConfigurationError(
            f"no credentials for project {configuration.project}; log in with `gcloud auth application-default login`, "
            "or let GOOGLE_APPLICATION_CREDENTIALS name a key file"
        ) from error


class BigQuery:
    """The port of `nbaproc.warehouse.port` on BigQuery; one object may serve one thread.

    Attributes:
        configuration: Where the warehouse is.
        jobs: Sends jobs; knows which were sent.
    """

    def __init__(
        self,
        configuration: Configuration,
        client: Client | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        put: Put | None = None,
    ) -> None:
        """Connect.

        Args:
            configuration: Where the warehouse is.
            client: Its client; usually `connect` makes it.
            limits: Time limits of calls.
            pace: Clock, sleep and random source of the waits between tries.
            put: Puts files where a `gs://` address says; usually Google Cloud Storage.
        """
        self.configuration = configuration
        self._client = client or connect(configuration)
        self._limits, self._pace = limits or Limits(), pace or Pace()
        # Options of a call: the client itself tries nothing again.
        self._once: dict[str, Any] = {"retry": None, "timeout": self._limits.metadata}
        self._put = put
        self._breaker = Breaker(self._pace.clock)
        self.jobs = Jobs(self._client, self._limits, self._pace)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()  # type: ignore[no-untyped-call]

    def location(self, dataset: str) -> str | None:
        """Return the location of a data set (qualified name), None if there is none."""
        found = self._unless_missing(
            lambda options: self._client.get_dataset(dataset, **options), f"data set {dataset}"
        )
        return None if found is None else str(found.location)

    def create_dataset(self, dataset: str, location: str) -> None:
        """Create a data set (qualified name) unless it is there."""
        from google.cloud.bigquery import Dataset

        wanted = Dataset(dataset)
        wanted.location = location
        self._call(lambda options: self._client.create_dataset(wanted, exists_ok=True, **options), f"create {dataset}")

    def shape(self, table: str) -> Shape | None:
        """Return the shape of a table (qualified name), None if there is none."""
        found = self._unless_missing(lambda options: self._client.get_table(table, **options), f"table {table}")
        return None if found is None else shape_of(found)

    def load(self, staging: str, columns: Sequence[Column], files: Sequence[Path], job_id: str) -> int:
        """Load Parquet files into an unpartitioned table that expires after a day; returns its rows.

        A job of this id that has succeeded is taken if its rows are still there; what was there of others is replaced.

        Args:
            staging: Qualified name of the table.
            columns: Its columns, in order.
            files: The files, all in one job: from the bucket if one is configured, else sent as one file.
            job_id: Id of the job, made from the content; it ends with the number of the try, or gets one.

        Raises:
            WarehouseError: It was given up.
            ConfigurationError: The bucket cannot be reached from here.
            ValueError: There are no files.
        """
        if not files:
            raise ValueError(f"load {staging}: no files")
        what = f"load {staging}"
        if self.configuration.staging and self._put is None:
            self._put = bucket(self.configuration, self._limits, self._pace)
        config = self._load_config(columns)
        self._make_staging(staging, config)

        def still_there(job: Any) -> bool:
            shape = self.shape(staging)
            return shape is not None and shape.rows == job.output_rows

        sending = self._from_bucket if self.configuration.staging else self._with_job
        with sending(staging, files, config) as send:
            job = self._job(job_id, send, what, still_there)
        return self._expiring(staging, int(job.output_rows), what)

    def transact(self, statements: Sequence[str], job_id: str) -> None:
        """Run statements as one transaction: all of them or none. Attaches like `load`.

        Where the statements name the id, they name the id of the job that ran, whichever try that was.

        Raises:
            WarehouseError: It was given up. Nothing was changed, unless the category is TIMEOUT or UNAVAILABLE: then it
                may have been accepted all the same, and is found when it is sent again.
        """
        script = ";\n".join(["BEGIN TRANSACTION", *(text.strip().rstrip(";") for text in statements)])
        script += ";\nCOMMIT TRANSACTION;"
        where = f"{self.configuration.dataset('*')} {self.configuration.endpoint}".strip()
        with turn(where, TURN):
            self._run(script, job_id, "transaction", renamed=job_id)

    def query(self, text: str) -> list[dict[str, Any]]:
        """Run a statement and return its rows."""
        job = self._run(text, f"nbaproc-query-{uuid.uuid4().hex}", "query")

        def rows(options: dict[str, Any]) -> list[dict[str, Any]]:
            return [dict(row) for row in job.result(job_retry=None, **options)]

        return self._call(rows, f"rows of job {job.job_id}")

    def drop(self, table: str) -> None:
        """Drop a table (qualified name) if it is there."""
        self._call(lambda options: self._client.delete_table(table, not_found_ok=True, **options), f"drop {table}")

    def _run(self, text: str, job_id: str, what: str, renamed: str = "") -> Any:
        from google.cloud.bigquery import QueryJobConfig

        config = QueryJobConfig(job_timeout_ms=int(self._limits.job * 1000))

        def send(name: str) -> Any:
            script = text.replace(renamed, name) if renamed else text
            return self._client.query(script, config, job_id=name, job_retry=None, **self._once)

        return self._job(job_id, send, what)

    def _load_config(self, columns: Sequence[Column]) -> LoadJobConfig:
        from google.cloud.bigquery import LoadJobConfig, ParquetOptions

        inference = ParquetOptions()  # type: ignore[no-untyped-call]
        inference.enable_list_inference = True
        return LoadJobConfig(
            source_format="PARQUET",
            schema=staging_fields(columns),
            autodetect=False,
            parquet_options=inference,
            create_disposition="CREATE_NEVER",
            write_disposition="WRITE_TRUNCATE",
            job_timeout_ms=int(self._limits.job * 1000),
        )

    def _make_staging(self, staging: str, config: LoadJobConfig) -> None:
        """Make the table before the load: a load cannot say when its table expires."""
        from google.cloud.bigquery import Table

        table = Table(staging, schema=config.schema)
        table.expires = datetime.now(UTC) + STAGING_LIFE
        self._call(lambda options: self._client.create_table(table, exists_ok=True, **options), f"create {staging}")

    def _expiring(self, staging: str, rows: int, what: str) -> int:
        """Return the rows of a table that was loaded; it expires, whatever replacing its rows did to that."""

        def once(options: dict[str, Any]) -> int:
            table = self._client.get_table(staging, **options)
            if table.expires is None:
                table.expires = datetime.now(UTC) + STAGING_LIFE
                self._client.update_table(table, ["expires"], **options)
            return int(table.num_rows or 0)

        found = self._call(once, what)
        if found != rows:
            raise WarehouseError(CONFLICT, f"{what}: {rows} rows were loaded and {found} are there; run it again")
        return found

    @contextmanager
    def _from_bucket(
        self, staging: str, files: Sequence[Path], config: LoadJobConfig
    ) -> Iterator[Callable[[str], Any]]:
        """Put files into the bucket, yield what begins a load of them, and remove them after it has succeeded."""
        assert self._put is not None
        places = addresses(self.configuration, staging.rpartition(".")[2], files)
        for file, place in zip(files, places, strict=True):
            self._put(file, place)
        yield lambda name: self._client.load_table_from_uri(
            places, staging, job_id=name, job_config=config, **self._once
        )
        # Not after an error: a job that was given up may still be reading.
        for place in places:
            self._put(None, place)

    @contextmanager
    def _with_job(self, staging: str, files: Sequence[Path], config: LoadJobConfig) -> Iterator[Callable[[str], Any]]:
        """Yield what begins a load that brings its rows along, as one file."""
        with tempfile.TemporaryDirectory(prefix="nbaproc-") as folder:
            file = as_one(files, Path(folder))
            size = file.stat().st_size

            def send(name: str) -> Any:
                # A file that was partly read is not the file: every try opens it anew.
                with file.open("rb") as handle:
                    return self._client.load_table_from_file(
                        handle,
                        staging,
                        size=size,
                        num_retries=0,
                        job_id=name,
                        job_config=config,
                        timeout=self._limits.sending,
                    )

            yield send

    def _call(self, call: Callable[[dict[str, Any]], T], what: str) -> T:
        return self._breaker.run(lambda: patiently(lambda: call(self._once), what, self._pace), what)

    def _job(
        self, job_id: str, send: Callable[[str], Any], what: str, still_there: Callable[[Any], bool] | None = None
    ) -> Any:
        return self._breaker.run(lambda: self.jobs.run(job_id, send, what, still_there), what)

    def _unless_missing(self, call: Callable[[dict[str, Any]], T], what: str) -> T | None:
        from google.api_core.exceptions import NotFound

        def once(options: dict[str, Any]) -> T | None:
            try:
                return call(options)
            except NotFound:
                return None

        return self._call(once, what)

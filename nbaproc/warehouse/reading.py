"""Reading rows from BigQuery as Arrow: over the Storage Read interface where it can be had, else over REST."""

from __future__ import annotations

import uuid
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from nbaproc.warehouse.bigquery import BigQuery
from nbaproc.warehouse.retries import patiently

if TYPE_CHECKING:
    import pyarrow as pa


class Reader(BigQuery):
    """The `Source` of `nbaproc.warehouse.port` on BigQuery.

    Attributes:
        slow: Why rows come over REST, which is slower; empty where they come over the Storage Read interface.
    """

    slow: str = ""
    _stub: Any = None

    def arrow(self, text: str) -> pa.Table:
        """Run a query and return its rows; a download that breaks begins anew, from the result of the same job.

        Raises:
            WarehouseError: It was given up.
        """
        job = self._run(text, f"nbaproc-extract-{uuid.uuid4().hex}", "extract")
        what = f"rows of job {job.job_id}"
        stub = self._storage()
        if stub is not None:
            from google.api_core.exceptions import PermissionDenied

            try:
                return patiently(lambda: self._from_storage(job, stub), what, self._pace)
            except Exception as error:
                if not isinstance(error.__cause__, PermissionDenied):
                    raise
                self.slow = "these credentials may not make read sessions (bigquery.readsessions.create)"
        return patiently(lambda: self._from_rest(job), what, self._pace)

    def cost(self, text: str) -> int:
        """Return the bytes a query would read, without running it."""
        from google.cloud.bigquery import QueryJobConfig

        config = QueryJobConfig(dry_run=True, use_query_cache=False)
        job = self._call(lambda options: self._client.query(text, config, job_retry=None, **options), "dry run")
        return int(job.total_bytes_processed or 0)

    def close(self) -> None:
        """Close the connections."""
        if self._stub is not None:
            self._stub.transport.close()
        super().close()

    def _from_rest(self, job: Any) -> pa.Table:
        rows = job.result(retry=None, job_retry=None, timeout=self._limits.metadata)
        return rows.to_arrow(create_bqstorage_client=False, timeout=self._limits.job)

    def _from_storage(self, job: Any, stub: Any) -> pa.Table:
        import pyarrow as pa
        from google.cloud.bigquery_storage import DataFormat, ReadSession

        wanted = ReadSession(table=job.destination.to_bqstorage(), data_format=DataFormat.ARROW)
        session = stub.create_read_session(
            parent=f"projects/{self.configuration.project}",
            read_session=wanted,
            retry=None,
            timeout=self._limits.metadata,
        )
        schema = pa.ipc.read_schema(pa.py_buffer(session.arrow_schema.serialized_schema))
        batches = [
            pa.ipc.read_record_batch(pa.py_buffer(message.arrow_record_batch.serialized_record_batch), schema)
            for stream in session.streams
            for message in stub.read_rows(stream.name, retry=None, timeout=self._limits.job)
        ]
        return pa.Table.from_batches(batches, schema)

    def _storage(self) -> Any:
        """Return the client of the Storage Read interface, None where it cannot be used."""
        if self._stub is not None or self.slow:
            return None if self.slow else self._stub
        place = self.configuration.storage_endpoint
        if find_spec("google.cloud.bigquery_storage") is None:
            self.slow = "google-cloud-bigquery-storage is not installed (pip install 'nbaproc[storage]')"
        elif self.configuration.endpoint and not place:
            self.slow = f"no storage endpoint was given for {self.configuration.endpoint}"
        else:
            self._stub = _plain(place) if place else _google(self._client)
        return self._stub


def _google(client: Any) -> Any:
    from google.cloud.bigquery_storage import BigQueryReadClient

    # The same credentials as those of the queries.
    return BigQueryReadClient(credentials=client._credentials)


def _plain(place: str) -> Any:
    """Return a client of a Storage Read interface that is not Google's: without encryption or credentials."""
    import grpc
    from google.cloud.bigquery_storage import BigQueryReadClient
    from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

    # Rows arrive in messages far larger than gRPC lets through by itself.
    channel = grpc.insecure_channel(place, options=[("grpc.max_receive_message_length", -1)])
    return BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=channel))

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
        """Run a query and return its rows; a download that breaks begins anew, from the result of the same job."""
        job = self._run(text, f"nbaproc-extract-{uuid.uuid4().hex}", "extract")
        what = f"rows of job {job.job_id}"
        fast = self._fast()
        if fast is not None:
            from google.api_core.exceptions import PermissionDenied

            try:
                return patiently(lambda: self._rows(job, fast), what, self._pace)
            except Exception as error:
                if not isinstance(error.__cause__, PermissionDenied):
                    raise
                self.slow = "these credentials may not make read sessions (bigquery.readsessions.create)"
        return patiently(lambda: self._rows(job, {"create_bqstorage_client": False}), what, self._pace)

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

    def _rows(self, job: Any, interface: dict[str, Any]) -> pa.Table:
        rows = job.result(retry=None, job_retry=None, timeout=self._limits.metadata)
        return rows.to_arrow(timeout=self._limits.job, **interface)

    def _fast(self) -> dict[str, Any] | None:
        """Return how the client is told to use the Storage Read interface, None where it cannot be used."""
        if self.slow:
            return None
        if find_spec("google.cloud.bigquery_storage") is None:
            self.slow = "google-cloud-bigquery-storage is not installed (pip install 'nbaproc[storage]')"
            return None
        place = self.configuration.storage_endpoint
        if not place:
            if self.configuration.endpoint:
                self.slow = f"{self.configuration.endpoint} was given without a storage endpoint"
                return None
            return {"create_bqstorage_client": True}
        if self._stub is None:
            self._stub = _plain(place)
        return {"bqstorage_client": self._stub}


def _plain(place: str) -> Any:
    """Return a client of a Storage Read interface that is not Google's: without encryption or credentials."""
    import grpc
    from google.cloud.bigquery_storage import BigQueryReadClient
    from google.cloud.bigquery_storage_v1.services.big_query_read.transports import BigQueryReadGrpcTransport

    # Rows arrive in messages far larger than gRPC lets through by itself.
    channel = grpc.insecure_channel(place, options=[("grpc.max_receive_message_length", -1)])
    return BigQueryReadClient(transport=BigQueryReadGrpcTransport(channel=channel))

"""A transport between client and emulator that does what networks and services do: refuse, break off, fall silent.

    with Proxy(emulator.endpoint) as proxy:
        proxy.inject(LOST, "insert job")            # the first reply to an inserted job is lost after it was accepted
        proxy.inject(CONFLICT, "get job", nth=2, times=5)
        ...
        proxy.calls                                  # every call, in order: kind, method, path

It counts calls by what they are, see `kind_of`. `every_pair` lists the faults that can befall a sequence of calls.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Seconds a call to the emulator may take.
UPSTREAM_LIMIT = 120.0
#: Header of a reply that stands for no reply at all, for a client that does not want to wait for its limit.
SILENCE = "X-Fault-Silence"
SERIALIZE = "Could not serialize access to table t due to concurrent update"
STREAMING = "UPDATE or DELETE statement over table t would affect rows in the streaming buffer, which is not supported"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call.

    Attributes:
        name: Its name.
        status: HTTP status of the reply; 0 where there is none.
        reason: Reason that the reply gives.
        message: Message that the reply gives.
        accepted: Whether the service does what was asked before the fault.
        silent: Whether no reply ever comes; otherwise, without a status, the connection is broken off.
        of_job: Whether the call is answered as usual, by a job that fails with reason and message.
        category: Failure category when it stays; empty where a single call may mean something else by it.
        passes: Whether it is tried again.
    """

    name: str
    status: int = 0
    reason: str = ""
    message: str = "injected"
    accepted: bool = False
    silent: bool = False
    of_job: bool = False
    category: str = ""
    passes: bool = False

    def befalls(self, kind: str) -> bool:
        """Return whether it can befall a kind of call."""
        return not self.of_job or kind in SENDING


#: Kinds of calls that send a job.
SENDING = ("insert job", "upload", "upload chunk")
CONFLICT = Fault("conflict", 400, "invalidQuery", SERIALIZE, category="CONFLICT", passes=True)
STREAMED = Fault("streamed", 400, "invalidQuery", STREAMING, category="CONFLICT")
RATE = Fault("rate", 403, "rateLimitExceeded", category="QUOTA", passes=True)
QUOTA = Fault("quota", 403, "quotaExceeded", category="QUOTA")
DENIED = Fault("denied", 403, "accessDenied", category="CONFIGURATION")
MISSING = Fault("missing", 404, "notFound")
TOO_LARGE = Fault("too large", 413, category="CONFIGURATION")
BROKEN = Fault("broken", 500, "internalError", category="UNAVAILABLE", passes=True)
UNAVAILABLE = Fault("unavailable", 503, "backendError", category="UNAVAILABLE", passes=True)
UNAVAILABLE_AFTER = Fault("unavailable after", 503, "backendError", accepted=True, category="UNAVAILABLE", passes=True)
DROPPED = Fault("dropped", category="UNAVAILABLE", passes=True)
LOST = Fault("lost", accepted=True, category="UNAVAILABLE", passes=True)
SILENT = Fault("silent", silent=True, category="TIMEOUT")
SILENT_AFTER = Fault("silent after", silent=True, accepted=True, category="TIMEOUT")
JOB_CONFLICT = Fault("job conflict", 0, "invalidQuery", SERIALIZE, of_job=True, category="CONFLICT", passes=True)
JOB_BROKEN = Fault("job broken", 0, "backendError", of_job=True, category="UNAVAILABLE", passes=True)
JOB_QUOTA = Fault("job quota", 0, "quotaExceeded", of_job=True, category="QUOTA")
JOB_REFUSED = Fault("job refused", 0, "invalidQuery", STREAMING, of_job=True, category="CONFLICT")
FAULTS = (
    *(CONFLICT, STREAMED, RATE, QUOTA, DENIED, MISSING, TOO_LARGE, BROKEN, UNAVAILABLE, UNAVAILABLE_AFTER, DROPPED),
    *(LOST, SILENT, SILENT_AFTER, JOB_CONFLICT, JOB_BROKEN, JOB_QUOTA, JOB_REFUSED),
)

_KINDS = (
    ("upload", "POST", r"/upload/bigquery/v2/projects/[^/]+/jobs"),
    ("upload chunk", "PUT", r"/upload/bigquery/v2/projects/[^/]+/jobs"),
    ("insert job", "POST", r"/bigquery/v2/projects/[^/]+/jobs"),
    ("get job", "GET", r"/bigquery/v2/projects/[^/]+/jobs/[^/]+"),
    ("cancel job", "POST", r"/bigquery/v2/projects/[^/]+/jobs/[^/]+/cancel"),
    ("query", "POST", r"/bigquery/v2/projects/[^/]+/queries"),
    ("query results", "GET", r"/bigquery/v2/projects/[^/]+/queries/[^/]+"),
    ("create dataset", "POST", r"/bigquery/v2/projects/[^/]+/datasets"),
    ("get dataset", "GET", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+"),
    ("create table", "POST", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+/tables"),
    ("get table", "GET", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+/tables/[^/]+"),
    ("update table", "(PATCH|PUT)", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+/tables/[^/]+"),
    ("drop table", "DELETE", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+/tables/[^/]+"),
    ("read rows", "GET", r"/bigquery/v2/projects/[^/]+/datasets/[^/]+/tables/[^/]+/data"),
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        kind: What it is, see `kind_of`.
        method: HTTP method.
        path: Path, with its query.
        job_id: Id of the job it sends, if it sends one.
        fault: Name of the fault that befell it.
    """

    kind: str
    method: str
    path: str
    job_id: str = ""
    fault: str = ""


def kind_of(method: str, path: str) -> str:
    """Return what a call is: `begin upload` of a file in chunks, one of `_KINDS`, or `other`."""
    place = urlsplit(path)
    for kind, methods, pattern in _KINDS:
        if re.fullmatch(methods, method) and re.fullmatch(pattern, place.path):
            resumable = parse_qs(place.query).get("uploadType") == ["resumable"]
            return "begin upload" if kind == "upload" and resumable else kind
    return "other"


def every_pair(
    calls: Iterable[Call], faults: Iterable[Fault] = FAULTS, one_of_each: bool = False
) -> Iterator[tuple[int, Fault]]:
    """Yield every fault with every call of a clean sequence that it can befall, as `Proxy.inject` counts them.

    Args:
        calls: The calls of a clean run, `Proxy.calls`.
        faults: The faults; those of jobs befall calls that send one.
        one_of_each: Take the first and the last call of a kind only.
    """
    found = list(calls)
    chosen = range(len(found))
    if one_of_each:
        first = {call.kind: at for at, call in reversed(list(enumerate(found)))}
        last = {call.kind: at for at, call in enumerate(found)}
        chosen = sorted({*first.values(), *last.values()})  # type: ignore[assignment]
    for fault in faults:
        for at in chosen:
            if fault.befalls(found[at].kind):
                yield sum(fault.befalls(call.kind) for call in found[: at + 1]), fault


@dataclass
class _Rule:
    fault: Fault
    kind: str | None
    nth: int
    times: int | None
    met: int = 0

    def takes(self, kind: str) -> bool:
        if self.kind not in (None, kind) or not self.fault.befalls(kind):
            return False
        self.met += 1
        return self.met >= self.nth and (self.times is None or self.met < self.nth + self.times)


@dataclass
class Proxy:
    """The transport; a context manager.

    Attributes:
        upstream: URL of the service behind it.
        instant_silence: Whether a silent call is answered at once, by a reply that stands for none (see `Deaf`).
        calls: Every call since the last `reset`, in order.
    """

    upstream: str
    instant_silence: bool = False
    calls: list[Call] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)
    _failed: dict[str, dict[str, Any]] = field(default_factory=dict)
    _uploads: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Proxy:
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def endpoint(self) -> str:
        """URL for `Configuration.endpoint`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def inject(self, fault: Fault, kind: str | None = None, nth: int = 1, times: int | None = 1) -> None:
        """Let a fault befall calls from now on.

        Args:
            fault: The fault.
            kind: Kind of the calls, None for any.
            nth: The first of those that it can befall, counted from 1. How often a client asks after a job depends on
                time, how many jobs it sends does not.
            times: How many in a row, None for all.
        """
        with self._lock:
            self._rules.append(_Rule(fault, kind, nth, times))

    def reset(self) -> None:
        """Forget calls and faults; jobs that were made to fail stay failed."""
        with self._lock:
            self._rules.clear()
            self.calls.clear()

    def count(self, kind: str) -> int:
        """Return how many calls of a kind there were."""
        return sum(call.kind == kind for call in self.calls)

    @property
    def fired(self) -> int:
        """How many faults happened since the last `reset`."""
        return sum(bool(call.fault) for call in self.calls)

    def _taken(self, method: str, path: str, body: bytes) -> tuple[Call, Fault | None]:
        kind = kind_of(method, path)
        if kind == "upload chunk":
            body = self._uploads.get(parse_qs(urlsplit(path).query).get("upload_id", [""])[0], b"")
        job_id = _job_id(body) if kind in SENDING else ""
        with self._lock:
            fires = [rule.fault for rule in self._rules if rule.takes(kind)]
            fault = fires[0] if fires else None
            call = Call(kind, method, path, job_id, fault.name if fault else "")
            self.calls.append(call)
        return call, fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A body is sent without waiting until the headers have arrived.
    disable_nagle_algorithm = True
    owner: Proxy

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call, fault = self.owner._taken(self.command, self.path, body)
        if fault is None:
            self._answer(*self._known(call) or self._forward(body, call))
            return
        if fault.of_job:
            self._answer(*self._known(call) or self._failed(call, fault))
            return
        if fault.accepted:
            self._known(call) or self._forward(body, call)
        if fault.silent and self.owner.instant_silence:
            self._answer(504, {SILENCE: "1"}, b"")
        elif fault.silent:
            self.owner._over.wait()
            self._break_off()
        elif fault.status:
            self._answer(fault.status, {"Content-Type": "application/json"}, _refusal(fault))
        else:
            self._break_off()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _forward(self, body: bytes, call: Call) -> tuple[int, dict[str, str], bytes]:
        place = urlsplit(self.owner.upstream)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=UPSTREAM_LIMIT)
        # The name the client called stays in place, so that addresses in replies lead through here again.
        headers = {name: text for name, text in self.headers.items() if name.lower() != "connection"}
        try:
            connection.request(self.command, self.path, body, headers)
            reply = connection.getresponse()
            data = reply.read()
        finally:
            connection.close()
        kept = {name: text for name, text in reply.getheaders() if name.lower() not in _HOP}
        if call.kind == "begin upload" and reply.getheader("X-GUploader-UploadID"):
            self.owner._uploads[str(reply.getheader("X-GUploader-UploadID"))] = body
        return reply.status, kept, data

    def _failed(self, call: Call, fault: Fault) -> tuple[int, dict[str, str], bytes]:
        """Answer as a service does whose job fails: nothing is done, the job is known from now on."""
        error = {"reason": fault.reason, "message": fault.message}
        project = urlsplit(call.path).path.split("/projects/")[1].split("/")[0]
        kind = "query" if call.kind == "insert job" else "load"
        job = {
            "kind": "bigquery#job",
            "id": f"{project}:US.{call.job_id}",
            "jobReference": {"projectId": project, "jobId": call.job_id, "location": "US"},
            "configuration": {"jobType": kind.upper(), kind: _CONFIGURATIONS[kind]},
            "status": {"state": "DONE", "errorResult": error, "errors": [error]},
            "statistics": {},
        }
        self.owner._failed[call.job_id] = job
        return 200, {"Content-Type": "application/json"}, json.dumps(job).encode()

    def _known(self, call: Call) -> tuple[int, dict[str, str], bytes] | None:
        """Answer for a job that was made to fail: it is there, and no other may have its id."""
        kept = {"Content-Type": "application/json"}
        if call.job_id in self.owner._failed:
            again = Fault("", 409, "duplicate", f"Already Exists: Job test:US.{call.job_id}")
            return 409, kept, _refusal(again)
        asked = urlsplit(call.path).path.rpartition("/")[2]
        if call.kind == "get job" and asked in self.owner._failed:
            return 200, kept, json.dumps(self.owner._failed[asked]).encode()
        return None

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        with suppress(ConnectionError):
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _break_off(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


_HOP = ("content-length", "connection", "transfer-encoding", "keep-alive", "server", "date")
_TABLE = {"projectId": "test", "datasetId": "d", "tableId": "t"}
_CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "query": {"query": "SELECT 1", "useLegacySql": False},
    "load": {"destinationTable": _TABLE},
}


def _job_id(body: bytes) -> str:
    found = re.search(rb'"jobId": ?"([^"]+)"', body)
    return found[1].decode() if found else ""


def _refusal(fault: Fault) -> bytes:
    if not fault.reason:
        # What stands before the service refuses in its own way.
        return b"<html><title>Error 413 (Request Entity Too Large)</title></html>"
    error = {"reason": fault.reason, "message": fault.message, "domain": "global"}
    return json.dumps({"error": {"code": fault.status, "message": fault.message, "errors": [error]}}).encode()

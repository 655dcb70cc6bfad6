"""How often, and after which waits, a call of the warehouse is tried again; what its failure is called.

    serialization conflict   1 s, doubled up to 32 s     for 120 s   CONFLICT
    short-term quota         2 s, doubled up to 120 s    for 600 s   QUOTA
    transient                1 s, doubled up to 30 s     for 180 s   UNAVAILABLE
    daily quota, rows recently streamed, no answer within the time limit, anything else: at once

These are upper bounds: a wait is drawn evenly between zero and its bound. The time counts from the first failure.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nbaproc.errors import WarehouseError

T = TypeVar("T")

QUOTA, CONFLICT, TIMEOUT, UNAVAILABLE, CONFIGURATION = "QUOTA", "CONFLICT", "TIMEOUT", "UNAVAILABLE", "CONFIGURATION"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds that one call may take.

    Attributes:
        metadata: A call that only asks, begins or ends something. Where it reads rows, the client waits for two minutes
            at least.
        job: A query, a load or a transaction, from its beginning to its end.
        sending: Sending a file with its load job.
    """

    metadata: float = 60.0
    job: float = 300.0
    sending: float = 300.0


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits between tries.

    Attributes:
        first: Bound of the first wait, in seconds; every further one is twice as long.
        most: Bound that they stop growing at.
        limit: Seconds after the first failure beyond which no try begins.
    """

    first: float
    most: float
    limit: float

    def bound(self, tries: int) -> float:
        """Return the longest wait after so many failures.

        >>> [SERIALIZATION.bound(tries) for tries in range(1, 8)]
        [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 32.0]
        """
        return min(self.first * 2.0 ** min(tries - 1, 32), self.most)


SERIALIZATION = Waits(1.0, 32.0, 120.0)
SHORT_TERM_QUOTA = Waits(2.0, 120.0, 600.0)
TRANSIENT = Waits(1.0, 30.0, 180.0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure is.

    Attributes:
        category: Failure category, once it is given up.
        waits: Waits before further tries; None where trying again is of no use.
        remedy: What to do once it is given up.
    """

    category: str
    waits: Waits | None
    remedy: str


_AGAIN = "run the same command again: what was finished is found, not repeated"
_DAILY = Verdict(QUOTA, None, "the quota refills over 24 hours; run the same command then, it goes on where it stopped")
_STREAMED = Verdict(
    CONFLICT, None, "find and stop what streams into the table, and run the same command 90 minutes later"
)
_SERIALIZATION = Verdict(CONFLICT, SERIALIZATION, f"somebody else changes the table; {_AGAIN}")
_SHORT_TERM = Verdict(QUOTA, SHORT_TERM_QUOTA, f"too many requests at once; {_AGAIN}")
_TRANSIENT = Verdict(UNAVAILABLE, TRANSIENT, f"the service is not well; {_AGAIN}")
_DEADLINE = Verdict(TIMEOUT, TRANSIENT, _AGAIN)
_SILENT = Verdict(TIMEOUT, None, _AGAIN)
_DUPLICATE = Verdict(CONFLICT, None, _AGAIN)
_ELSE = Verdict(CONFIGURATION, None, "mend what the message names")

#: What a serialization conflict is told by; the last one is how an emulator on DuckDB says it.
_SERIALIZATION_TEXTS = ("could not serialize access", "concurrent update", "failed to commit ducklake transaction")
_BY_REASON = {
    **dict.fromkeys(("rateLimitExceeded", "jobRateLimitExceeded"), _SHORT_TERM),
    **dict.fromkeys(("backendError", "jobBackendError", "internalError", "jobInternalError", "badGateway"), _TRANSIENT),
    **dict.fromkeys(("timeout", "stopped"), _SILENT),
    "quotaExceeded": _DAILY,
    "duplicate": _DUPLICATE,
}
_BY_STATUS = {
    **dict.fromkeys((500, 502, 503), _TRANSIENT),
    **dict.fromkeys((409, 412), _DUPLICATE),
    408: _DEADLINE,
    429: _SHORT_TERM,
    504: _DEADLINE,
}
_REMEDIES = {
    401: "log in with `gcloud auth application-default login`",
    403: "ask for the permission that the message names",
    404: "run `nbaproc warehouse check`: something that must be there is not",
    413: "give --staging gs://..., so that the files are not sent with the request",
}


class JobError(Exception):
    """A job of the warehouse was accepted and failed.

    Attributes:
        job_id: Its id.
        errors: What the warehouse says of it: mappings with `reason` and `message`.
    """

    def __init__(self, job_id: str, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"job {job_id}: {_line(str(errors[0].get('message', '')) if errors else '')}")
        self.job_id = job_id
        self.errors = errors


class NotYetError(Exception):
    """Something that was just made is not seen yet; it is asked for again like after a transient failure."""


def classify(error: Exception) -> Verdict | None:
    """Return what a failure is; None for an error that is none of the warehouse's.

    Args:
        error: An exception of the client, of the transport below it, or a `JobError`.
    """
    import requests
    import urllib3
    from google.api_core.exceptions import GoogleAPICallError, RetryError
    from google.auth.exceptions import GoogleAuthError, TransportError

    if isinstance(error, RetryError) and isinstance(error.cause, Exception):
        return classify(error.cause)
    if isinstance(error, NotYetError):
        return _TRANSIENT
    if isinstance(error, GoogleAPICallError | JobError):
        return _of_service(error)
    silent = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    # A reply whose body stops coming is told as a broken connection.
    if isinstance(error, silent) or (error.args and isinstance(error.args[0], silent)):
        return _SILENT
    if isinstance(error, requests.exceptions.SSLError):
        return _ELSE
    broken = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError)
    if isinstance(error, (*broken, ConnectionError, TransportError)):
        return _TRANSIENT
    if isinstance(error, GoogleAuthError):
        return Verdict(CONFIGURATION, None, _REMEDIES[401])
    return None


def _of_service(error: Any) -> Verdict:
    said = [entry for entry in error.errors or () if isinstance(entry, Mapping)]
    text = " ".join([str(error), *(str(entry.get("message", "")) for entry in said)]).lower()
    if "streaming buffer" in text or "recently streamed" in text:
        return _STREAMED
    if "too many dml statements" in text:
        return _SHORT_TERM
    if any(words in text for words in _SERIALIZATION_TEXTS):
        return _SERIALIZATION
    status = int(getattr(error, "code", None) or 0)
    for entry in said:
        found = _BY_REASON.get(str(entry.get("reason", "")))
        if found is not None:
            return found
    found = _BY_STATUS.get(status)
    return found or Verdict(CONFIGURATION, None, _REMEDIES.get(status, _ELSE.remedy))


@dataclass(frozen=True)
class Pace:
    """Clock, sleep and random source of the waits: arguments, so that tests do not wait.

    Attributes:
        sleep: Waits so many seconds.
        clock: Seconds that never go back.
        uniform: Draws a number between two.
    """

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    uniform: Callable[[float, float], float] = random.uniform


def patiently(call: Callable[[], T], what: str, pace: Pace | None = None) -> T:
    """Return what a call returns, which is tried again as its failures ask for.

    Args:
        call: The call; it has a time limit of its own and may be repeated.
        what: What it does, for the message.
        pace: Clock, sleep and random source.

    Raises:
        WarehouseError: It was given up.
    """
    from google.api_core.retry import retry_target

    tries = _Tries(what, pace or Pace())
    result: T = retry_target(
        call, tries.again, itertools.repeat(0.0), on_error=tries.wait, exception_factory=tries.give_up
    )
    return result


@dataclass
class _Tries:
    what: str
    pace: Pace
    failures: Counter[Waits] = field(default_factory=Counter)
    began: float | None = None
    slept: float = 0.0
    next: float = 0.0

    def again(self, error: Exception) -> bool:
        """Whether there is another try; draws the wait before it."""
        verdict = classify(error)
        if verdict is None or verdict.waits is None:
            return False
        now = self.pace.clock()
        self.began = now if self.began is None else self.began
        self.failures[verdict.waits] += 1
        self.next = self.pace.uniform(0.0, verdict.waits.bound(self.failures[verdict.waits]))
        return max(now - self.began, self.slept) + self.next <= verdict.waits.limit

    def wait(self, _: Exception) -> None:
        """Wait as drawn."""
        self.pace.sleep(self.next)
        self.slept += self.next

    def give_up(self, errors: list[Exception], *_: object) -> tuple[Exception, Exception | None]:
        """Return the error to raise and its cause."""
        error = errors[-1]
        verdict = classify(error)
        if verdict is None:
            return error, error.__cause__ if isinstance(error.__cause__, Exception) else None
        times = f" ({len(errors)} tries)" if len(errors) > 1 else ""
        return WarehouseError(verdict.category, f"{self.what}: {_said(error)}{times}; {verdict.remedy}"), error


def _said(error: Exception) -> str:
    said = getattr(error, "errors", None) if not isinstance(error, JobError) else None
    first = said[0].get("message") if said and isinstance(said[0], Mapping) else None
    return _line(str(first or error)) or type(error).__name__


def _line(text: str) -> str:
    return " ".join(text.split())[:500]

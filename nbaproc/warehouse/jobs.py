"""Jobs of BigQuery by their ids: begun once however often they are sent, waited for, begun anew where they failed.

An id derives from the content. A job whose reply was lost is there when it is sent again ("already exists"): then it is
waited for and taken. One that failed can never run again, so the next try has the next number: `<id>-0`, `<id>-1`, ...
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbaproc.errors import WarehouseError
from nbaproc.warehouse.retries import TIMEOUT, JobError, Limits, NotYetError, Pace, classify, patiently

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

#: Seconds between two looks at a job that runs: the first, what each is longer than the one before, the longest.
FIRST_LOOK, LONGER, LONGEST_LOOK = 0.1, 1.5, 5.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A job that was sent.

    Attributes:
        job_id: Its id.
        attached: Whether it had been there before.
        error: What it failed of, empty if it succeeded.
    """

    job_id: str
    attached: bool
    error: str = ""


@dataclass
class Jobs:
    """Sends jobs and waits for them.

    Attributes:
        client: The client.
        limits: Time limits.
        pace: Clock, sleep and random source.
        sent: Every job sent or found so far, in order.
    """

    client: Client
    limits: Limits
    pace: Pace
    sent: list[Sent] = field(default_factory=list)

    @property
    def _once(self) -> dict[str, Any]:
        """Options of a call: the client itself tries nothing again."""
        return {"retry": None, "timeout": self.limits.metadata}

    def run(
        self, job_id: str, send: Callable[[str], Any], what: str, still_there: Callable[[Any], bool] | None = None
    ) -> Any:
        """Return a job that has succeeded.

        Args:
            job_id: Its id, with or without the number of the first try.
            send: Sends the job of an id.
            what: What it does, for messages.
            still_there: Whether the work of a job of before is still there; if not, it is begun anew.

        Raises:
            WarehouseError: It was given up; a job may still run if the category is TIMEOUT.
        """
        base, number = _numbered(job_id)

        def once() -> Any:
            nonlocal number
            while True:
                name = f"{base}-{number}"
                job, attached = self._sent(name, send, f"{what}, job {name}")
                job = self._finished(job, f"{what}, job {name}")
                errors = [job.error_result, *(job.errors or ())] if job.error_result else []
                self.sent.append(Sent(name, attached, str(errors[0].get("message", "")) if errors else ""))
                if errors:
                    number += 1
                    if not attached:
                        raise JobError(name, errors)
                elif attached and still_there is not None and not still_there(job):
                    number += 1
                else:
                    return job

        return patiently(once, what, self.pace)

    def _sent(self, name: str, send: Callable[[str], Any], what: str) -> tuple[Any, bool]:
        """Send a job; returns it, and whether it was there before."""
        from google.api_core.exceptions import Conflict

        def once() -> Any:
            try:
                return send(name)
            except Conflict as conflict:
                # The same status tells that a table is there, or that two changes met.
                if "already exists: job" not in str(conflict).lower():
                    raise
                return None

        job = patiently(once, what, self.pace)
        return (self._found(name, what), True) if job is None else (job, False)

    def _found(self, name: str, what: str) -> Any:
        from google.api_core.exceptions import NotFound

        def once() -> Any:
            try:
                return self.client.get_job(name, **self._once)
            except NotFound as error:
                raise NotYetError(f"job {name} is said to exist and not found yet") from error

        return patiently(once, what, self.pace)

    def _finished(self, job: Any, what: str) -> Any:
        began, look = self.pace.clock(), FIRST_LOOK
        while job.state != "DONE":
            if self.pace.clock() - began >= self.limits.job:
                return self._stopped(job, what)
            self.pace.sleep(look)
            look = min(look * LONGER, LONGEST_LOOK)
            job = self._found(job.job_id, what)
        return job

    def _stopped(self, job: Any, what: str) -> Any:
        """Cancel a job past its limit; returns it if it ended after all."""
        note = "it was cancelled"
        try:
            self.client.cancel_job(job.job_id, **self._once)
        except Exception as error:
            if classify(error) is None:
                raise
            note = f"it could not be cancelled: {error}"
        job = self._found(job.job_id, what)
        if job.state == "DONE" and not job.error_result:
            return job
        raise WarehouseError(
            TIMEOUT,
            f"{what}: not done within {self.limits.job:g} s, {note}; "
            "run the same command again: what was finished is found, not repeated",
        )


def _numbered(job_id: str) -> tuple[str, int]:
    """Split an id into what it is of and the number of the try.

    >>> _numbered("nbaproc-ml_labels-0123456789abcdef-2"), _numbered("nbaproc-ml_labels-0123456789abcdef")
    (('nbaproc-ml_labels-0123456789abcdef', 2), ('nbaproc-ml_labels-0123456789abcdef', 0))
    """
    found = re.fullmatch(r"(.+)-(\d{1,4})", job_id)
    return (found[1], int(found[2])) if found else (job_id, 0)

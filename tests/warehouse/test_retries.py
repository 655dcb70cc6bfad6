"""Waits of the table of retries, with a clock that does not wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
import urllib3
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError, TransportError

from nbaproc.errors import WarehouseError
from nbaproc.warehouse.retries import JobError, NotYetError, classify, patiently
from tests.warehouse.through import Clock

CONFLICT = exceptions.BadRequest("Could not serialize access to table p:d.t due to concurrent update")
RATE = exceptions.Forbidden("Exceeded rate limits", errors=[{"reason": "rateLimitExceeded", "message": "slower"}])
QUOTA = exceptions.Forbidden("Quota exceeded", errors=[{"reason": "quotaExceeded", "message": "too many loads"}])
DOWN = exceptions.ServiceUnavailable("try later")
POOL = urllib3.HTTPConnectionPool("localhost")
STREAMED = exceptions.BadRequest("DELETE over table t would affect rows in the streaming buffer, not supported")


def failing(*errors: Exception) -> Callable[[], int]:
    """Return a call that raises these errors one after another and then returns how often it was called."""
    calls = iter(range(1, 10**6))
    left = list(errors)

    def call() -> int:
        number = next(calls)
        if left:
            raise left.pop(0)
        return number

    return call


@pytest.mark.parametrize(
    ("error", "category", "waits"),
    [
        (CONFLICT, "CONFLICT", [1, 2, 4, 8, 16, 32, 32]),
        (RATE, "QUOTA", [2, 4, 8, 16, 32, 64, 120, 120, 120]),
        (DOWN, "UNAVAILABLE", [1, 2, 4, 8, 16, 30, 30, 30, 30]),
        (exceptions.GatewayTimeout("deadline"), "TIMEOUT", [1, 2, 4, 8, 16, 30, 30, 30, 30]),
        (QUOTA, "QUOTA", []),
        (STREAMED, "CONFLICT", []),
        (requests.ReadTimeout("no answer"), "TIMEOUT", []),
        (requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(POOL, "/", "stopped")), "TIMEOUT", []),
        (exceptions.from_http_status(413, "too large"), "CONFIGURATION", []),
        (exceptions.NotFound("table"), "CONFIGURATION", []),
    ],
    ids=[
        "conflict",
        "rate",
        "down",
        "deadline",
        "quota",
        "streamed",
        "silent",
        "silent body",
        "too large",
        "not found",
    ],
)
def test_a_failure_that_stays_is_given_up_after_the_waits_of_its_class(
    error: Exception, category: str, waits: list[float]
) -> None:
    clock = Clock()
    with pytest.raises(WarehouseError) as caught:
        patiently(failing(*[error] * 50), "load t", clock.pace)
    assert (caught.value.category, clock.waits) == (category, waits)
    assert str(caught.value).startswith("load t: ") and "\n" not in str(caught.value) and "; " in str(caught.value)
    assert caught.value.__cause__ is error


def test_R26_five_conflicts_end_in_success_after_five_waits() -> None:  # noqa: N802
    clock = Clock()
    assert patiently(failing(*[CONFLICT] * 5), "transact", clock.pace) == 6
    assert clock.bounds == [(0.0, bound) for bound in (1, 2, 4, 8, 16)]


def test_a_wait_is_drawn_between_zero_and_its_bound() -> None:
    clock = Clock(share=0.25)
    patiently(failing(DOWN, DOWN, DOWN), "query", clock.pace)
    assert clock.waits == [0.25, 0.5, 1.0]


def test_short_waits_are_tried_for_as_long_as_long_ones() -> None:
    clock = Clock(share=0.5)
    with pytest.raises(WarehouseError):
        patiently(failing(*[CONFLICT] * 50), "transact", clock.pace)
    assert 120 - 32 < sum(clock.waits) <= 120


def test_a_change_of_class_begins_its_own_waits() -> None:
    clock = Clock()
    patiently(failing(DOWN, DOWN, RATE, DOWN), "query", clock.pace)
    assert clock.waits == [1, 2, 2, 4]


def test_a_long_first_try_leaves_all_the_patience() -> None:
    clock = Clock()
    failures = failing(CONFLICT)

    def call() -> int:
        clock.now += 250
        return failures()

    assert patiently(call, "transact", clock.pace) == 2


def test_an_error_of_the_program_is_no_error_of_the_warehouse() -> None:
    clock = Clock()
    with pytest.raises(ZeroDivisionError):
        patiently(failing(ZeroDivisionError()), "query", clock.pace)
    assert classify(FileNotFoundError()) is None and clock.waits == []


@pytest.mark.parametrize(
    "error",
    [
        *(requests.ConnectionError("reset"), requests.exceptions.ChunkedEncodingError("cut"), ConnectionResetError()),
        *(urllib3.exceptions.ProtocolError("cut"), TransportError("token"), NotYetError("job")),
        *(exceptions.InternalServerError("500"), exceptions.BadGateway("502")),
        JobError("j-0", [{"reason": "backendError", "message": "try again"}]),
        JobError("j-0", [{"reason": "internalError", "message": "try again"}]),
        exceptions.BadRequest("job", errors=[{"reason": "jobInternalError", "message": "again"}]),
        exceptions.RetryError("given up", DOWN),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_is_tried_again(error: Exception) -> None:
    clock = Clock()
    assert patiently(failing(error), "query", clock.pace) == 2 and clock.waits == [1]


@pytest.mark.parametrize(
    ("reason", "text", "category", "tried_again"),
    [
        ("quotaExceeded", "Quota exceeded: partition modifications", "QUOTA", False),
        ("quotaExceeded", "Too many DML statements outstanding against table t", "QUOTA", True),
        ("jobRateLimitExceeded", "too many jobs", "QUOTA", True),
        ("invalidQuery", "Transaction is aborted due to concurrent update against table t", "CONFLICT", True),
        ("invalidQuery", "UPDATE or DELETE over t would affect rows in the streaming buffer", "CONFLICT", False),
        ("invalidQuery", "Required field is NULL", "CONFIGURATION", False),
        ("stopped", "Job timed out", "TIMEOUT", False),
        ("duplicate", "Already Exists: Table t", "CONFLICT", False),
    ],
)
def test_a_failed_job_is_judged_by_its_reasons(reason: str, text: str, category: str, tried_again: bool) -> None:
    verdict = classify(JobError("job-0", [{"reason": reason, "message": text}]))
    assert verdict is not None and (verdict.category, verdict.waits is not None) == (category, tried_again)


def test_credentials_that_are_refused_name_the_login() -> None:
    verdict = classify(DefaultCredentialsError("none"))  # type: ignore[no-untyped-call]
    assert verdict is not None and verdict.category == "CONFIGURATION" and "gcloud auth" in verdict.remedy

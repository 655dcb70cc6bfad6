"""Every incident of the past has a test that carries its number, or a reason why it has none."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.conftest import ROOT

#: Incidents that concern tables, runs or the lake; of those that concern the warehouse or the service too, that part.
INCIDENTS = (
    *range(1, 12),
    *range(13, 16),
    *range(20, 33),
    *range(40, 48),
    49,
    *range(60, 67),
    *(69, 71, 72, 73),
    *range(75, 79),
)
#: Incidents that no test of this folder can show.
WITHOUT_A_TEST = {
    46: "the speed of several processes is measured by the benchmark, on a machine with nothing else to do"
}
NAME = re.compile(r"test_R([0-9]{2})_[a-z]")


@cache
def numbered() -> dict[int, list[str]]:
    """Return the tests that carry a number, by number."""
    found: dict[int, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            number = NAME.match(node.name) if isinstance(node, ast.FunctionDef) else None
            if number is not None and isinstance(node, ast.FunctionDef):
                found.setdefault(int(number[1]), []).append(f"{path.name}: {node.name}")
    return found


def test_every_incident_has_a_test_or_a_reason() -> None:
    assert not set(INCIDENTS) - numbered().keys() - WITHOUT_A_TEST.keys()


def test_no_reason_is_given_for_what_is_numbered() -> None:
    assert not WITHOUT_A_TEST.keys() & numbered().keys()
    assert WITHOUT_A_TEST.keys() <= set(INCIDENTS)


def test_no_test_carries_a_number_that_is_no_incident() -> None:
    assert set(numbered()) <= set(INCIDENTS)

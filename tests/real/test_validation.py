"""Three real seasons against the targets: the figures that are known of them."""

from __future__ import annotations

import pytest

from nbaproc.audit.checks import checks
from nbaproc.audit.validate import Dates, Validation, validate
from nbaproc.audit.verdicts import Figure, Verdict
from nbaproc.lake import Lake
from nbaproc.run.inputs import whole_seasons
from nbaproc.run.summary import Summary
from nbaproc.warehouse.duck import lake_queries
from tests.conftest import FIRST, LAST, TODAY


@pytest.fixture(scope="module")
def found(real_backfill: tuple[Lake, Summary]) -> Validation:
    with lake_queries(real_backfill[0], *whole_seasons(FIRST, LAST)) as query:
        return validate(query, checks(), Dates(FIRST, LAST, TODAY))


def _figures(found: Validation, name: str) -> dict[str, tuple[int, int]]:
    of_check = [line.figure for line in found.lines if line.check.name == name]
    return {figure.scope: (figure.numerator, figure.denominator) for figure in of_check}


def test_no_figure_fails_and_two_are_worth_a_look(found: Validation) -> None:
    assert (found.start, found.end, found.dates, found.holds) == (FIRST, LAST, 632, True)
    warned = {(line.check.name, line.figure) for line in found.lines if line.verdict is Verdict.WARN}
    assert warned == {
        # On the last day of the regular season.
        ("played_rows_per_game", Figure("fewest", 13, 3943, detail="20230409_MEM_OKC")),
        # The download of shots ends in January 2022: of many a window few games have any.
        ("player_zones", Figure("2022-05-17", 87, 92, detail="bobanmarjanovic")),
    }


def test_coverage_is_that_of_the_schedule(found: Validation) -> None:
    assert _figures(found, "dates_of_phase3") == dict.fromkeys(("TOGS", "TDGS", "PGS", "UTGC", "UPGC"), (632, 632))
    assert _figures(found, "dates_of_phase4") == dict.fromkeys(("TDZA", "PSZA", "PDC", "PCF", "MLFS"), (590, 590))
    assert _figures(found, "team_rows") == dict.fromkeys(("TOGS", "TDGS", "UTGC"), (0, 7922))
    assert _figures(found, "teams_per_date") == {"2021": (2646, 213), "2022": (2640, 212), "2023": (2636, 207)}
    assert _figures(found, "played_rows_mean") == {"all games": (83304, 3943)}


def test_quality_is_the_known_one(found: Validation) -> None:
    assert _figures(found, "usage_above_50") == {"all rows": (46, 77146)}
    assert _figures(found, "usage_above_100") == {"all rows": (0, 83297)}
    assert _figures(found, "usage_rate") == {"all rows": (83284, 83297)}
    zones = _figures(found, "shot_zones")
    assert zones == {"2021": (12400, 27825), "2022": (25818, 27520), "2023": (26283, 27952)}


def test_everybody_is_accounted_for(found: Validation) -> None:
    lost = _figures(found, "untracked")
    assert {bad for bad, _ in lost.values()} == {0}
    assert (lost["MLFS"], lost["PSZA"], lost["TDZA"]) == ((0, 76557), (0, 315139), (0, 17700))

"""Input fingerprints: what can move a row changes them, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from nbaproc.lake import Lake, Month
from nbaproc.run.fingerprints import InputFingerprints
from nbaproc.run.inputs import read_schedule
from tests.run.weeks import DECLARED, FEATURES, GAMES, LAST, LOOKING_BACK, OPENING, STAGES, UPGC, UTGC, on, restate

#: The date whose cells are looked at, one of the season before it, and one after it.
DAY, BEFORE, AFTER = date(2021, 11, 4), date(2021, 10, 25), date(2021, 11, 8)
BOX, BOOK, SCHEDULE = "nbac_player_boxscores", "nbac_gamebook_player_stats", "nbac_schedule"
LATER = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ["player_shot_zone_analysis", "team_defense_zone_analysis"]
Change = Callable[[pl.DataFrame], pl.DataFrame]


def prints(lake: Lake, code: str = "1", day: date = DAY) -> dict[str, str]:
    """Return the fingerprints of a date's cells."""
    inputs = InputFingerprints(lake, read_schedule(lake), code, OPENING, LAST)
    found: dict[str, str] = {}
    for names in STAGES.values():
        for name in names:
            found[name] = inputs.of(DECLARED[name], day, found)
    return found


def moved(lake: Lake, *changes: tuple[str, Change]) -> set[str]:
    """Return the tables whose fingerprint on the date changes with raw tables."""
    before = prints(lake)
    for name, change in changes:
        restate(lake, name, change)
    after = prints(lake)
    return {name for name in before if before[name] != after[name]}


def plus(day: date, column: str) -> Change:
    return on(day, **{column: pl.col(column) + 1})


NOTHING: list[tuple[str, list[tuple[str, Change]]]] = [
    ("nothing at all", []),
    ("when the schedule was loaded", [(SCHEDULE, on(DAY, processed_at=pl.lit(LATER)))]),
    ("a box score of a later date", [(BOX, plus(AFTER, "points")), (BOOK, plus(AFTER, "points"))]),
    ("a score of a later date", [(SCHEDULE, plus(AFTER, "home_team_score"))]),
    ("who is in the arena later", [(SCHEDULE, on(AFTER, arena_name=pl.lit("Elsewhere")))]),
    ("lines of a later date", [("odds_api_game_lines", plus(AFTER, "outcome_point"))]),
    ("a later report of injuries", [("nbac_injury_report", on(AFTER, injury_status=pl.lit("Out")))]),
    (
        "a look at rosters after the date",
        [("espn_team_rosters", lambda rows: rows.filter(pl.col("roster_date") <= DAY))],
    ),
    # The games stage has made what it made of them: only the results count.
    ("an earlier box score that is not computed yet", [(BOX, plus(BEFORE, "points"))]),
    (
        "somebody whom no table names",
        [
            (
                "nba_players_registry",
                lambda rows: pl.concat(
                    [rows, pl.DataFrame({"player_lookup": ["nobody"], "nba_player_id": [1]})], how="diagonal_relaxed"
                ),
            )
        ],
    ),
]
SOMETHING: list[tuple[str, list[tuple[str, Change]], set[str]]] = [
    ("a statistic", [(BOX, plus(DAY, "points"))], set(GAMES)),
    # Of raw rows also what only says where a row comes from: outputs carry it, and of two equal rows it decides.
    ("when rows were loaded", [(name, on(DAY, processed_at=pl.lit(LATER))) for name in (BOX, BOOK)], {*GAMES, UPGC}),
    ("the hash a loader gave a row", [(BOX, on(DAY, data_hash=pl.lit("0")))], set(GAMES)),
    ("the gamebook", [(BOOK, plus(DAY, "points"))], {*GAMES, UPGC}),
    ("a score of the date", [(SCHEDULE, plus(DAY, "home_team_score"))], {*GAMES, *FEATURES}),
    ("a score of an earlier date", [(SCHEDULE, plus(BEFORE, "home_team_score"))], set(FEATURES)),
    ("when a later game is played", [(SCHEDULE, on(AFTER, game_date=pl.lit(date(2021, 11, 9))))], set(FEATURES)),
    ("a report of injuries", [("nbac_injury_report", on(DAY, injury_status=pl.lit("Out")))], {UPGC, UTGC}),
    ("game lines", [("odds_api_game_lines", plus(DAY, "outcome_point"))], {"player_game_summary", UPGC, UTGC}),
    ("an earlier roster", [("espn_team_rosters", lambda rows: rows.with_columns(pl.col("age") + 1))], {UPGC}),
]


def with_children(names: set[str]) -> set[str]:
    """Return tables with those of their stage that are made of them."""
    found = set(names)
    for of_stage in STAGES.values():
        for name in of_stage:
            if set(DECLARED[name].inputs) & found:
                found.add(name)
    return found


@pytest.mark.parametrize(("what", "changes"), NOTHING, ids=[what for what, _ in NOTHING])
def test_what_moves_no_row_changes_no_fingerprint(what: str, changes: Any, clean: Lake) -> None:
    assert moved(clean, *changes) == set(), what


@pytest.mark.parametrize(("what", "changes", "names"), SOMETHING, ids=[what for what, _, _ in SOMETHING])
def test_what_moves_a_row_changes_the_fingerprint_of_its_table(
    what: str, changes: Any, names: set[str], clean: Lake
) -> None:
    assert moved(clean, *changes) == with_children(names), what


@pytest.mark.parametrize(("day", "names"), [(BEFORE, LOOKING_BACK), (AFTER, [])], ids=["before", "after"])
def test_results_count_before_the_date_and_not_after(day: date, names: list[str], clean: Lake) -> None:
    before = prints(clean)
    for name in GAMES:
        table = DECLARED[name]
        month, facts = Month.of(day), clean.facts(table, date.min, date.max)
        mine = {d: f for d, f in facts.items() if Month.of(d) == month and d != day}
        rows = clean.read_month(table, month).filter(pl.col("game_date") != day)
        notes = clean.read_records(table, min(mine), max(mine)).filter(pl.col("analysis_date") != day)
        clean.path(table, month).unlink()
        clean.replace(table, month, mine, rows, notes)
    after = prints(clean)
    assert {name for name in before if before[name] != after[name]} == set(names)


def test_R61_another_version_of_the_code_is_another_fingerprint_of_every_cell(clean: Lake) -> None:  # noqa: N802
    one, two = prints(clean), prints(clean, "2")
    assert all(one[name] != two[name] for name in one)


def test_tables_and_dates_have_fingerprints_of_their_own(clean: Lake) -> None:
    found = [*prints(clean).values(), *prints(clean, day=BEFORE).values(), *prints(clean, day=OPENING).values()]
    assert len(set(found)) == len(found)
    assert {len(text) for text in found} == {16}

"""PSZA: the worked examples P1 to P13, the ramp of the minimum, windows, hashes (zone analysis 1.1, 3 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from nbaproc.tables import declarations
from tests.tables.precompute.world import (
    DAY,
    OPENER,
    PSZA,
    Made,
    attend,
    compute_tables,
    games_of,
    season,
    shots,
)
from tests.tables.upcoming.world import Row, World, ago, on, pick

RATES = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")
PCT = ("paint_pct_last_10", "mid_range_pct_last_10", "three_pt_pct_last_10")
PER_GAME = ("paint_attempts_per_game", "mid_range_attempts_per_game", "three_pt_attempts_per_game")
ASSISTS = ("assisted_rate_last_10", "unassisted_rate_last_10")
TOTAL, ZONE = ("total_shots_last_10",), ("primary_scoring_zone",)
LONG = ("paint_rate_last_20", "paint_pct_last_20")
SIZES = ("games_in_sample_10", "games_in_sample_20")
ZONE_SIZES = ("zone_games_in_sample_10", "zone_games_in_sample_20")
QUALITY = ("sample_quality_10", "sample_quality_20", "data_quality_tier", "early_season_flag")
NONE = (None, None, None)
#: A game in which somebody scored from the line, with shots and without.
FREE_THROWS, UNKNOWN = shots((0, 0), (0, 0), (0, 0), 0, 0), shots()

P1 = games_of(10, paint=(51, 82), mid=(15, 37), three=(22, 61), makes=88, assisted=55)
P2 = [*games_of(8, paint=(42, 66), mid=(12, 29), three=(18, 50), makes=72, assisted=45), UNKNOWN, UNKNOWN]
P3 = [shots((1, 2), (0, 0), (0, 0), 1, 1)] * 6 + [FREE_THROWS] * 4
P4 = [*P3[:6], *[shots(makes=0)] * 4]
P7 = [shots((2, 4), (1, 2), (1, 3), 4, 2)] * 8
CHART = shots((2, 4), (1, 2), (1, 3), 4)

#: Case -> games, newest first; columns and their values.
CASES: dict[str, tuple[Sequence[Row], dict[tuple[str, ...], tuple[object, ...]]]] = {
    "P1": (
        P1,
        {
            RATES: (45.56, 20.56, 33.89),
            TOTAL: (180,),
            PCT: (0.622, 0.405, 0.361),
            PER_GAME: (8.2, 3.7, 6.1),
            ASSISTS: (62.5, 37.5),
            ZONE: ("paint",),
            (*LONG, *SIZES): (None, None, 10, 10),
            QUALITY: ("excellent", "limited", "high", False),
        },
    ),
    "P2": (
        P2,
        {
            RATES: (45.52, 20.0, 34.48),
            TOTAL: (145,),
            PCT: (0.636, 0.414, 0.36),
            PER_GAME: (8.3, 3.6, 6.3),
            ASSISTS: (62.5, 37.5),
            (*ZONE, *ZONE_SIZES, *SIZES): ("paint", 8, 8, 10, 10),
        },
    ),
    "P3": (
        P3,
        {
            RATES: (100.0, 0.0, 0.0),
            TOTAL: (12,),
            PCT: (0.5, None, None),
            PER_GAME: (1.2, 0.0, 0.0),
            ASSISTS: (100.0, 0.0),
            (*ZONE, *ZONE_SIZES): ("paint", 10, 10),
        },
    ),
    "P4": (
        P4,
        {
            RATES: (100.0, 0.0, 0.0),
            PCT: (0.5, None, None),
            PER_GAME: (2.0, 0.0, 0.0),
            ASSISTS: (100.0, 0.0),
            (*ZONE, *ZONE_SIZES): ("paint", 6, 6),
        },
    ),
    "P5": (
        [shots(makes=5)] * 10,
        {
            (*RATES, *PCT, *PER_GAME, *ASSISTS, *TOTAL): (None,) * 12,
            (*ZONE, *ZONE_SIZES, *SIZES): (None, 0, 0, 10, 10),
        },
    ),
    "P5 with assists of the box score": ([shots(makes=5, assisted=2)] * 10, {ASSISTS: (None, None)}),
    "P6": (
        [shots((1, 2), (1, 3), (1, 2), 3, 1)] * 14,
        {
            RATES: (28.57, 42.86, 28.57),
            ZONE: ("mid_range",),
            ASSISTS: (33.33, 66.67),
            (*LONG, *SIZES): (None, None, 10, 14),
            QUALITY: ("excellent", "good", "high", False),
        },
    ),
    "15 games": ([shots((1, 2), (1, 3), (1, 2))] * 15, {LONG: (28.57, 0.5), SIZES: (10, 15)}),
    "P8": (
        [shots((0, 3), (0, 1), (0, 2), 0, 0)] * 10,
        {RATES: (50.0, 16.67, 33.33), PCT: (0.0, 0.0, 0.0), ASSISTS: (None, None), ZONE: ("paint",)},
    ),
    "P9": (games_of(10, paint=(45, 80), mid=(0, 0), three=(0, 0)), {PCT: (0.563, None, None)}),
    "P9 second": (games_of(10, paint=(7, 80), mid=(0, 0), three=(0, 0)), {PCT: (0.088, None, None)}),
    "P10": (
        [CHART] * 4 + [CHART | {"assisted_fg_makes": 3, "unassisted_fg_makes": 1}] * 6,
        {RATES: (44.44, 22.22, 33.33), ZONE_SIZES: (10, 10), ASSISTS: (75.0, 25.0)},
    ),
    "P11": (
        [
            *games_of(10, paint=(50, 80), mid=(10, 40), three=(20, 60)),
            *games_of(10, paint=(40, 70), mid=(5, 30), three=(20, 60)),
        ],
        {RATES: (44.44, 22.22, 33.33), LONG: (44.12, 0.6), QUALITY: ("excellent", "excellent", "high", False)},
    ),
    "P12": (
        [*[UNKNOWN] * 10, *games_of(6, paint=(25, 40), mid=(5, 20), three=(10, 30))],
        {
            (*RATES, *PCT, *PER_GAME, *TOTAL, *ZONE): (None,) * 11,
            LONG: (44.44, 0.625),
            ZONE_SIZES: (0, 6),
            QUALITY[1:2]: ("good",),
        },
    ),
    "P13 paint": (games_of(10, paint=(0, 40), mid=(0, 0), three=(0, 60)), {ZONE: ("paint",), RATES: (40.0, 0.0, 60.0)}),
    "P13 perimeter": (games_of(10, paint=(0, 26), mid=(0, 34), three=(0, 40)), {ZONE: ("perimeter",)}),
    "P13 mid-range": (games_of(10, paint=(0, 39), mid=(0, 35), three=(0, 26)), {ZONE: ("mid_range",)}),
    "P13 balanced": (games_of(10, paint=(0, 39), mid=(0, 33), three=(0, 28)), {ZONE: ("balanced",)}),
    "39.999 is less than 40": (games_of(10, paint=(0, 399), mid=(0, 301), three=(0, 300)), {ZONE: ("balanced",)}),
    "one zone unknown": (
        [*[shots((1, 2), (1, 2), None)] * 3, *P3[:6], FREE_THROWS],
        {ZONE_SIZES: (7, 7), TOTAL: (12,), PER_GAME: (1.7, 0.0, 0.0)},
    ),
    "makes unknown": (
        [*P3[:5], shots((1, 2), (0, 0), (0, 0), None, None) | {"assisted_fg_makes": 1}] + [FREE_THROWS] * 4,
        {ASSISTS: (100.0, 0.0), TOTAL: (12,)},
    ),
}


@cache
def cases(engine: str) -> Made:
    """Every case is a player; each has games that are not played among those that are."""
    world = season()
    for case, (games, _) in CASES.items():
        for days, values in enumerate(games, 1):
            world.play(case, "LAL", ago(2 * days), **values)
        world.sit(case, "LAL", ago(1), **shots((9, 9), (9, 9), (9, 9), 27, 27))
        world.play(case, "LAL", ago(3), 0, 0.0, **shots((9, 9), (9, 9), (9, 9), 27, 27))
        world.play(case, "LAL", ago(5), 0, None, **shots((9, 9), (9, 9), (9, 9), 27, 27))
    return compute_tables(engine, world, names=[PSZA])


@pytest.mark.parametrize("case", CASES)
def test_worked_example(engine: str, case: str) -> None:
    row = cases(engine).row(PSZA, case)
    for columns, values in CASES[case][1].items():
        assert pick(row, *columns) == values


@pytest.mark.parametrize("minutes", [0.1, None], ids=["6 seconds", "minutes unknown, points"])
def test_the_predicate_of_a_played_game(engine: str, minutes: float | None) -> None:
    """Minutes without points, and points without minutes, both count."""
    world = attend(season(), "Ann Alpha", "LAL", P1[1:], first=2)
    world.play("Ann Alpha", "LAL", ago(1), 0 if minutes else 1, minutes, **P1[0])
    row = compute_tables(engine, world, names=[PSZA]).row(PSZA, "Ann Alpha")
    assert pick(row, *RATES, *SIZES) == (45.56, 20.56, 33.89, 10, 10)


def test_p7_on_day_17(engine: str) -> None:
    day = on("11-10")
    world = attend(season(day), "Player X", "LAL", [g | {"universal_player_id": "playerx_001"} for g in P7], day)
    row = compute_tables(engine, world, day, names=[PSZA]).row(PSZA, "Player X")
    assert pick(row, *RATES, *PCT, *PER_GAME) == (44.44, 22.22, 33.33, 0.5, 0.5, 0.333, 4.0, 2.0, 3.0)
    assert pick(row, *SIZES, *QUALITY) == (8, 8, "good", "insufficient", "medium", True)
    assert row["data_hash"] == "6ea3536d81b5bf77"
    assert len(declarations()[PSZA].hashed) == 23


@pytest.mark.parametrize(
    ("games", "value"), [(P1, "b7b878c77f9b92d0"), ([shots(makes=5)] * 10, "42da4efe6efc6f70")], ids=["P1", "P5"]
)
def test_the_printed_hashes(engine: str, games: Sequence[Row], value: str) -> None:
    day = on("01-25")
    world = attend(season(day), "Player X", "LAL", [g | {"universal_player_id": "playerx_001"} for g in games], day)
    assert compute_tables(engine, world, day, names=[PSZA]).row(PSZA, "Player X")["data_hash"] == value


def test_the_source_hash_is_of_up_to_20_games_newest_first(engine: str) -> None:
    world = season()
    attend(world, "Ten", "LAL", [P1[0] | {"data_hash": f"{n:016x}"} for n in range(1, 11)])
    for name, size in (("Twenty", 20), ("More", 25)):
        attend(world, name, "LAL", [P1[0] | {"data_hash": f"{n:016x}"} for n in range(1, size + 1)])
    made = compute_tables(engine, world, names=[PSZA])
    ten, twenty, more = (made.row(PSZA, name)["source_player_game_hash"] for name in ("Ten", "Twenty", "More"))
    assert ten == "3335fc93ca929b5c" != twenty == more


def test_the_person_is_that_of_the_newest_game(engine: str) -> None:
    world = season()
    for name, newest, older in (("Ann", "ann_002", "ann_001"), ("Ben", None, "ben_001")):
        games = [P1[0] | {"universal_player_id": newest}, *[P1[1] | {"universal_player_id": older}] * 9]
        attend(world, name, "LAL", games)
    world.sit("Ann", "LAL", DAY, universal_player_id="ann_003")
    made = compute_tables(engine, world, names=[PSZA])
    assert [made.row(PSZA, name)["universal_player_id"] for name in ("Ann", "Ben")] == ["ann_002", None]


# 1.1 the days of a season.

#: Day of the season -> games that a row needs.
MINIMUM = {13: None, 14: 7, 15: 8, 17: 8, 18: 9, 20: 9, 21: 9, 22: 10, 40: 10}


@cache
def ramp(engine: str) -> Made:
    """Somebody with each number of games up to ten, all of them in the first twelve days."""
    days = [ago(-n, OPENER) for n in MINIMUM]
    world = season(*days)
    for games in range(1, 11):
        attend(world, f"Man {games:02}", "LAL", [P1[0]] * games, ago(-12, OPENER))
    return compute_tables(engine, world, *days, names=[PSZA])


@pytest.mark.parametrize("number", MINIMUM)
def test_the_minimum_of_a_day(engine: str, number: int) -> None:
    day, least = ago(-number, OPENER), MINIMUM[number]
    rows, records = ramp(engine).rows(PSZA, day), ramp(engine).records(PSZA, day)
    if least is None:
        assert (rows, records) == ({}, [])
        return
    assert [row["games_in_sample_10"] for row in rows.values()] == list(range(least, 11))
    assert [record["failure_reason"].split()[0] for record in records] == [f"games={n}" for n in range(1, least)]
    assert {record["failure_reason"].split()[-1] for record in records} == {f"required={least}"}


def test_R15_a_schedule_without_a_regular_game_opens_on_the_usual_date(engine: str) -> None:  # noqa: N802
    """Opener 2023-10-24: 11-06 is skipped, 11-07 is day 14."""
    days = [on("11-06"), on("11-07")]
    world = World()
    for day in days:
        world.game("SAC", "OKC", day, prefix="004")
    attend(world, "Ann", "LAL", [P1[0]] * 7, days[0])
    made = compute_tables(engine, world, *days, names=[PSZA])
    assert [row["analysis_date"] for row in made.frame(PSZA).to_dicts()] == days[1:]
    assert made.counts == {("opener_unknown", "nbac_schedule"): 1}


def test_R15_a_late_opener_is_noted(engine: str) -> None:  # noqa: N802
    days = [ago(-14, on("10-31")), ago(-14, on("11-01"))]
    for opener, day, counts in zip(("10-31", "11-01"), days, ({}, {("opener_late", "nbac_schedule"): 1}), strict=True):
        world = attend(season(day, opener=on(opener)), "Ann", "LAL", [P1[0]] * 7, day)
        made = compute_tables(engine, world, day, names=[PSZA])
        assert made.counts == counts
        assert len(made.rows(PSZA)) == 1, "day 14"


def test_who_stops_playing_keeps_his_row_to_the_end_of_the_season(engine: str) -> None:
    days = [on("06-15"), on("2024-11-15")]
    world = attend(season(*days), "Ann", "LAL", P1)
    world.game("SAC", "OKC", on("2024-10-22"))
    made = compute_tables(engine, world, *days, names=[PSZA])
    (row,) = made.frame(PSZA).to_dicts()
    assert pick(row, "analysis_date", *RATES) == (days[0], 45.56, 20.56, 33.89)


def test_nothing_of_the_season_before_counts(engine: str) -> None:
    """Nor a row that lies before opening night, nor one whose season says so, nor one of the date."""
    world = attend(season(), "Ann", "LAL", P1[1:])
    world.play("Ann", "LAL", ago(50), **P1[0], season_year=2022)
    world.play("Ann", "LAL", ago(1, OPENER), **P1[0]).play("Ann", "LAL", DAY, **P1[0])
    assert compute_tables(engine, world, names=[PSZA]).frame(PSZA).is_empty()
    world.play("Ann", "LAL", OPENER, **P1[0])
    assert compute_tables(engine, world, names=[PSZA]).row(PSZA, "Ann")["games_in_sample_20"] == 10


def test_a_trade_changes_no_window(engine: str) -> None:
    world = season()
    for days, values in enumerate(P1, 1):
        world.play("Ann", "LAL" if days < 4 else "BOS", ago(days), **values)
    row = compute_tables(engine, world, names=[PSZA]).row(PSZA, "Ann")
    assert pick(row, *RATES, *SIZES) == (45.56, 20.56, 33.89, 10, 10)

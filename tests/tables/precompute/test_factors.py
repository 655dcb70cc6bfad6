"""PCF: the four scores and their total, what is missing, what is not ready, what is shown (factors 3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.canonical import field_texts, row_hashes
from nbaproc.columns import Table, Type
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.matchup_scores import usage_change
from nbaproc.reference.matchup_scores import usage_units as reference_usage
from nbaproc.reference.matchup_scores import zone_units as reference_zone
from nbaproc.tables import declarations
from nbaproc.tables.player_composite_factors import usage_units, zone_units
from tests.tables.precompute.edited import Edits, compute_edited
from tests.tables.precompute.test_completeness import CODES, OTHERS
from tests.tables.precompute.world import DAY, PCF, PSZA, TDZA, Made, allowed, attend, defend, season, shots
from tests.tables.upcoming.world import UPGC, UTGC, Row, World, ago, lookup, pick

POINT = 10**7
LOAD: tuple[str, ...] = ("days_rest", "back_to_back", "games_in_last_7_days", "minutes_in_last_7_days")
LOAD += ("avg_minutes_per_game_last_7", "back_to_backs_last_14_days", "player_age")
LABELS = {"paint": "paint", "mid_range": "mid_range", "perimeter": "three_pt"}
SCORES = ("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score")
TOTAL = "total_composite_adjustment"
ALL_CODES = "EXTREME_FATIGUE; EXTREME_MATCHUP; EXTREME_ADJUSTMENT"


def usual(names: list[str]) -> World:
    """Two full teams a name: everybody has ten games of his team, the opponent 15 and a row of everything."""
    world = season()
    for n, name in enumerate(names):
        team, opponent = CODES[n], OTHERS[n]
        world.game(team, opponent).book(name, team, team, opponent).person(name, team)
        world.offense(team, ago(1)).offense(opponent, ago(1))
        world.book(f"Other {n}", opponent, team, opponent)
        attend(world, name, team, [shots((1, 2), (1, 2), (1, 2))] * 10)
        defend(world, opponent, [allowed((1, 2), (1, 2), (1, 2))] * 15, range(1, 16))
        for days in range(1, 16):
            world.final(team, opponent, ago(days))
            world.play(f"Mate {n}", team, ago(days)).play(f"Mate of {n}", opponent, ago(days))
    return world


def loaded(*values: object) -> Row:
    return dict(zip(LOAD, values, strict=True))


def zoned(label: str | None, rate: float | None, zone: str | None = None) -> Row:
    """A player's zone and the rate of it; of another zone than his own if a test says so."""
    row: Row = {"primary_scoring_zone": label, "paint_rate_last_10": 11.11, "mid_range_rate_last_10": 12.12}
    row["three_pt_rate_last_10"] = 13.13
    if zone or label:
        row[f"{LABELS['paint' if label == 'balanced' else zone or label or '']}_rate_last_10"] = rate
    return row


def defended(zone: str, lead: float | None) -> Row:
    row: Row = {f"{name}_defense_vs_league_avg": 9.99 for name in LABELS.values()}
    return row | {f"{LABELS[zone]}_defense_vs_league_avg": lead}


# 3.2 fatigue.

#: Load -> score, entries.
FATIGUE: dict[str, tuple[Row, int, list[str], list[str]]] = {
    "A": (loaded(4, False, 2, 61, 30.5, 0, 27), 100, [], ["extra_rest: +5"]),
    "B": (
        loaded(1, True, 4, 148, 37.0, 2, 35),
        45,
        ["back_to_back: -15", "frequent_games: -10", "heavy_average: -8", "recent_b2b: -12", "veteran_age: -10"],
        [],
    ),
    "C": (
        loaded(1, True, 5, 241, 48.2, 3, 36),
        35,
        [
            *("back_to_back: -15", "frequent_games: -10", "heavy_minutes: -10"),
            *("heavy_average: -8", "recent_b2b: -12", "veteran_age: -10"),
        ],
        [],
    ),
    "E": (loaded(4, False, 2, 70, 35.1, 0, 31), 92, ["heavy_average: -8", "age_30: -5"], ["extra_rest: +5"]),
    "limits": (
        loaded(2, False, 4, 240, 35.0, 1, 30),
        80,
        ["frequent_games: -10", "recent_b2b: -5", "age_30: -5"],
        [],
    ),
    "offset": (loaded(3, False, 3, 200, 34.9, 1, 29), 100, ["recent_b2b: -5"], ["extra_rest: +5"]),
    "N": (loaded(None, False, 0, 0, None, 0, None), 100, [], []),
    "rested and tired": (
        loaded(3, False, 4, 241, 30.0, 0, 34),
        80,
        ["frequent_games: -10", "heavy_minutes: -10", "age_30: -5"],
        ["extra_rest: +5"],
    ),
}


@cache
def fatigues(engine: str) -> Made:
    return compute_edited(engine, usual([*FATIGUE]), {UPGC: {lookup(name): FATIGUE[name][0] for name in FATIGUE}})


@pytest.mark.parametrize("case", FATIGUE)
def test_fatigue(engine: str, case: str) -> None:
    load, score, penalties, bonuses = FATIGUE[case]
    row = fatigues(engine).row(PCF, case)
    context: Row = row["fatigue_context_json"]
    assert (row["fatigue_score"], context["final_score"]) == (score, score)
    assert pick(context, "penalties_applied", "bonuses_applied") == (penalties, bonuses)
    assert list(context.values())[:7] == list(load.values())
    assert row["has_warnings"] is (score < 50)
    assert ("days_rest" in str(row["missing_data_fields"])) is (load["days_rest"] is None)


# 3.3 the zone.

#: Zone of the player, rate, lead of the opponent -> units, stored, the same with four digits.
ZONES: dict[str, tuple[Row | None, Row | None, int, float]] = {
    "weight capped": (zoned("paint", 62.5), defended("paint", 4.3), 43_000_000, 4.3),
    "amplified": (zoned("perimeter", 42.0), defended("perimeter", -6.4), -64_512_000, -6.5),
    "five": (zoned("paint", 50.0), defended("paint", 5.0), 50_000_000, 5.0),
    "above five": (zoned("paint", 50.0), defended("paint", 5.01), 60_120_000, 6.0),
    "limited": (zoned("paint", 80.0), defended("paint", 9.0), 100_000_000, 10.0),
    "limited below": (zoned("paint", 60.0), defended("paint", -8.8), -100_000_000, -10.0),
    "balanced": (zoned("balanced", 35.0), defended("paint", 2.0), 14_000_000, 1.4),
    "mid-range": (zoned("mid_range", 37.0), defended("mid_range", 1.25), 9_250_000, 0.9),
    "unknown zone": (zoned(None, None), defended("paint", 4.0), 0, 0.0),
    "unknown defence": (zoned("mid_range", 36.0), defended("mid_range", None), 0, 0.0),
    "unknown rate": (zoned("paint", None), defended("paint", 4.0), 0, 0.0),
    "no player row": (None, defended("paint", 4.0), 0, 0.0),
    "no team row": (zoned("paint", 50.0), None, 0, 0.0),
    "nothing": (None, None, 0, 0.0),
}


@cache
def mismatches(engine: str) -> Made:
    edits: Edits = {
        PSZA: {lookup(case): ZONES[case][0] for case in ZONES},
        TDZA: {OTHERS[n]: row[1] for n, row in enumerate(ZONES.values())},
    }
    return compute_edited(engine, usual([*ZONES]), edits)


@pytest.mark.parametrize("case", ZONES)
def test_zone(engine: str, case: str) -> None:
    player, team, units, stored = ZONES[case]
    row = mismatches(engine).row(PCF, case)
    assert repr(row["shot_zone_mismatch_score"]) == repr(stored)
    context: Row = row["shot_zone_context_json"]
    assert context["final_score"] == units / POINT
    label = "favorable" if units > 2 * POINT else "unfavorable" if units < -2 * POINT else "neutral"
    assert context["mismatch_type"] == label
    assert context["player_primary_zone"] == (player or {}).get("primary_scoring_zone")
    assert (context["opponent_weak_zone"] is None) is (team is None)
    zone = {"balanced": "paint", None: None}.get(context["player_primary_zone"], context["player_primary_zone"])
    rate = (player or {}).get(f"{LABELS[zone]}_rate_last_10") if zone else None
    lead = (team or {}).get(f"{LABELS[zone]}_defense_vs_league_avg") if zone else None
    assert pick(context, "primary_zone_frequency", "opponent_defense_vs_league") == (rate, lead)
    assert context["missing_data"] is (None in (rate, lead))
    missing = ["projected_usage_rate"]
    missing += [] if zone and rate is not None else ["player_shot_zone"]
    missing += ["team_defense_zone"] if team is None or (zone and lead is None) else []
    assert row["missing_data_fields"] == ", ".join(missing)
    assert row["data_completeness_pct"] == 20.0 * (5 - len(missing))
    assert ("EXTREME_MATCHUP" in str(row["warning_details"])) is (abs(units) > 8 * POINT)


UNITS = {(200, 5000): 20_000_000, (201, 5000): 20_100_000, (0, 5000): 0, (500, 4999): 49_990_000}
UNITS |= {(-500, 5000): -50_000_000, (-501, 5000): -60_120_000, (10_000, 1): 200_000, (251, 9961): 25_100_000}
UNITS |= {(833, 5000): 99_960_000, (834, 5000): 100_000_000, (501, 4990): 49_999_800, (501, 4991): 60_011_784}


@pytest.mark.parametrize(("gap", "rate"), UNITS)
def test_zone_units(gap: int, rate: int) -> None:
    found = pl.select(zone_units(pl.lit(gap), pl.lit(rate))).item()
    assert found == reference_zone(rate, gap) == UNITS[gap, rate]


# 3.4 pace.

PACES = {3.5: (1.75, 1.8), 3.3: (1.65, 1.7), 7.2: (3.0, 3.0), -0.5: (-0.25, -0.3), -0.7: (-0.35, -0.4)}
PACES |= {2.1: (1.05, 1.1), 0.1: (0.05, 0.1), -6.01: (-3.0, -3.0), 2.0: (1.0, 1.0), -2.01: (-1.005, -1.0)}
PACES |= {2.01: (1.005, 1.0), 0.0: (0.0, 0.0), 0.09: (0.045, 0.0), -0.09: (-0.045, 0.0)}


@cache
def paces(engine: str) -> Made:
    names = [f"Pace {n}" for n in range(len(PACES))]
    edits = {lookup(name): {"pace_differential": pace} for name, pace in zip(names, PACES, strict=True)}
    return compute_edited(engine, usual(names), {UPGC: edits})


@pytest.mark.parametrize("pace", PACES)
def test_pace(engine: str, pace: float) -> None:
    row = paces(engine).row(PCF, f"Pace {list(PACES).index(pace)}")
    context: Row = row["pace_context_json"]
    assert (context["final_score"], repr(row["pace_score"])) == (PACES[pace][0], repr(PACES[pace][1]))
    label = "fast" if pace > 2 else "slow" if pace < -2 else "normal"
    assert pick(context, "pace_differential", "pace_environment") == (pace, label)


# 3.5 usage.

USAGE: list[tuple[int | None, int | None, int | None, int]] = [
    *((285, 250, 1, 12_075_000), (240, 270, 2, -9_000_000), (300, 220, 3, 30_000_000), (230, 205, 2, 9_750_000)),
    *((255, 250, None, 1_500_000), (220, 0, 0, 0), (None, 142, 0, 0), (220, None, 1, 0), (255, 250, 0, 1_500_000)),
    *((150, 250, 0, -30_000_000), (250, 250, 2, 0), (None, None, None, 0)),
]


@pytest.mark.parametrize(("projected", "recent", "stars", "units"), USAGE)
def test_usage_units(projected: int | None, recent: int | None, stars: int | None, units: int) -> None:
    given = (pl.lit(value, dtype=pl.Int64) for value in (projected, recent, stars))
    assert pl.select(usage_units(*given)).item() == units
    assert reference_usage(usage_change(projected, recent), stars) == units


def test_usage_without_a_projection_is_nothing(engine: str) -> None:
    edits: Edits = {UPGC: {"ann": {"avg_usage_rate_last_7_games": 14.2, "star_teammates_out": 2}}}
    row = compute_edited(engine, usual(["Ann"]), edits).row(PCF, "Ann")
    assert repr(row["usage_spike_score"]) == "0.0"
    assert row["usage_context_json"] == {
        "projected_usage_rate": None,
        "avg_usage_last_7": 14.2,
        "usage_differential": None,
        "star_teammates_out": 2,
        "usage_trend": None,
        "final_score": 0.0,
    }


# 3.6 the total, 3.7 quality, 3.10 hashes.

#: Load, zone, pace -> scores, total, warnings. Usage is 0 without a projection: two totals are less than printed.
A, B, C, E, N = (FATIGUE[name][0] for name in "ABCEN")
TOTALS: dict[str, tuple[Row, Row, Row, float | None, tuple[object, ...]]] = {
    "A": (A, zoned("paint", 62.5), defended("paint", 4.3), 3.5, (100, 4.3, 1.8, 0.0, 6.05, None)),
    "B": (B, zoned("perimeter", 60.0), defended("perimeter", -7.5), -4.2, (45, -9.0, -2.1, 0.0, -13.85, ALL_CODES)),
    "A most": (
        *(A, zoned("paint", 70.0), defended("paint", 8.8), 5.0),
        (100, 10.0, 2.5, 0.0, 12.5, "EXTREME_MATCHUP; EXTREME_ADJUSTMENT"),
    ),
    "E": (E, zoned("perimeter", 42.0), defended("perimeter", -6.4), -0.7, (92, -6.5, -0.4, 0.0, -7.2, None)),
    "C": (C, zoned("paint", 70.0), defended("paint", -8.5), 0.09, (35, -10.0, 0.0, 0.0, -13.21, ALL_CODES)),
    "N": (N, zoned("mid_range", 36.0), defended("mid_range", None), None, (100, 0.0, 0.0, 0.0, 0.0, None)),
    "lowest": (C, zoned("paint", 70.0), defended("paint", -15.0), -20.0, (35, -10.0, -3.0, 0.0, -16.25, ALL_CODES)),
    "8 is not extreme": (A, zoned("paint", 50.0), defended("paint", 6.66), 0.0, (100, 8.0, 0.0, 0.0, 7.99, None)),
    "12 is not": (A, zoned("paint", 50.0), defended("paint", 7.5), 6.0, (100, 9.0, 3.0, 0.0, 12.0, "EXTREME_MATCHUP")),
}


@cache
def totals(engine: str) -> Made:
    load = {lookup(n): row[0] | {"pace_differential": row[3]} for n, row in TOTALS.items()}
    edits: Edits = {
        UPGC: load,
        PSZA: {lookup(n): row[1] for n, row in TOTALS.items()},
        TDZA: {OTHERS[n]: row[2] for n, row in enumerate(TOTALS.values())},
    }
    return compute_edited(engine, usual([*TOTALS]), edits)


@pytest.mark.parametrize("case", TOTALS)
def test_total_and_warnings(engine: str, case: str) -> None:
    row = totals(engine).row(PCF, case)
    assert pick(row, *SCORES, TOTAL, "warning_details") == TOTALS[case][4]
    assert row["has_warnings"] is (TOTALS[case][4][-1] is not None)
    assert row["calculation_version"] == "v2_4factors"


def test_totals_with_a_projection() -> None:
    """The three printed totals that a projection adds to, in units, with the functions of the vectorised side."""
    cases = ((0, 43_000_000, 17_500_000, 12_075_000), (-27_500_000, -90_000_000, -21_000_000, -12_000_000))
    projected = ((285, 250, 1), (200, 240, None), (310, 220, 2))
    found = [pl.select(usage_units(*(pl.lit(v, dtype=pl.Int64) for v in given))).item() for given in projected]
    assert found == [12_075_000, -12_000_000, 30_000_000]
    assert [sum(case) for case in cases] == [72_575_000, -150_500_000]
    assert sum((0, 100_000_000, 25_000_000, found[2])) == 155_000_000


#: Case -> columns of the context, whether there is a row of player and team; what is missing, percent.
MISSING: dict[str, tuple[Row, bool, bool, str, float]] = {
    "known": ({}, True, True, "projected_usage_rate", 80.0),
    "young": ({"days_rest": None}, False, True, "days_rest, projected_usage_rate, player_shot_zone", 40.0),
    "unknown": (
        {"days_rest": None, "pace_differential": None},
        False,
        False,
        "days_rest, projected_usage_rate, pace_differential, player_shot_zone, team_defense_zone",
        0.0,
    ),
}


@cache
def missing(engine: str) -> Made:
    edits: Edits = {
        UPGC: {name: case[0] for name, case in MISSING.items()},
        PSZA: {name: {} if case[1] else None for name, case in MISSING.items()},
        TDZA: {OTHERS[n]: {} if case[2] else None for n, case in enumerate(MISSING.values())},
    }
    return compute_edited(engine, usual([*MISSING]), edits)


@pytest.mark.parametrize("case", MISSING)
def test_missing_data(engine: str, case: str) -> None:
    row = missing(engine).row(PCF, case)
    assert pick(row, "missing_data_fields", "data_completeness_pct") == MISSING[case][3:]


# 3.8 the text of the warehouse.

TEXTS = {
    "fatigue_context_json": '{"days_rest":4,"back_to_back":false,"games_last_7":2,"minutes_last_7":70,'
    '"avg_minutes_pg_last_7":35.1,"back_to_backs_last_14":0,"player_age":31,'
    '"penalties_applied":["heavy_average: -8","age_30: -5"],"bonuses_applied":["extra_rest: +5"],"final_score":92}',
    "shot_zone_context_json": '{"missing_data":true,"player_primary_zone":null,"primary_zone_frequency":null,'
    '"opponent_weak_zone":"paint","opponent_defense_vs_league":null,"mismatch_type":"neutral","final_score":0.0}',
}


def test_the_printed_texts(engine: str) -> None:
    edits: Edits = {UPGC: {"ann": E}, PSZA: {"ann": None}, TDZA: {"MIA": {"weakest_zone": "paint"}}}
    frame = compute_edited(engine, usual(["Ann"]), edits).frame(PCF).filter(pl.col("player_lookup") == "ann")
    table = declarations()[PCF]
    for name, text in TEXTS.items():
        assert field_texts(frame, [table[name]]).item() == text
        assert json.dumps(frame[name].item(), separators=(",", ":"), ensure_ascii=False) == text


def test_every_struct_gives_the_same_text_in_both_languages(engine: str) -> None:
    table = declarations()[PCF]
    frame = pl.concat([made(engine).frame(PCF) for made in (fatigues, mismatches, paces, totals)])
    names = [column.name for column in table.columns if column.type is Type.STRUCT]
    assert len(names) == 4
    for name in names:
        texts = field_texts(frame, [table[name]]).to_series().to_list()
        assert texts == [json.dumps(value, separators=(",", ":"), ensure_ascii=False) for value in frame[name]]


PRINTED = {
    "0ddffce767dffdac": r"calculation_version=v2_4factors|data_completeness_pct=800|fatigue_score=92|"
    r"game_date=2024-01-15|game_id=20240115_BOS_TOR|has_warnings=false|missing_data_fields=projected_usage_rate|"
    r"pace_score=-4|player_lookup=playerone|shot_zone_mismatch_score=-65|total_composite_adjustment=-720|"
    r"universal_player_id=playerone_001|usage_spike_score=0|warning_details=\N",
    "9968abdee7d5bb5e": r"calculation_version=v2_4factors|data_completeness_pct=800|fatigue_score=35|"
    r"game_date=2024-01-15|game_id=20240115_BOS_TOR|has_warnings=true|missing_data_fields=projected_usage_rate|"
    r"pace_score=0|player_lookup=playertwo|shot_zone_mismatch_score=-100|total_composite_adjustment=-1321|"
    r"universal_player_id=\N|usage_spike_score=0|"
    r"warning_details=EXTREME_FATIGUE; EXTREME_MATCHUP; EXTREME_ADJUSTMENT",
}


def row_of(table: Table, text: str) -> Row:
    """Read a printed canonical text."""
    row: Row = {}
    for part in text.split("|"):
        name, value = part.split("=", 1)
        column = table[name]
        if value == r"\N":
            row[name] = None
        elif column.type is Type.FLOAT64:
            row[name] = int(value) / 10 ** (column.digits or 0)
        elif column.type is Type.INT64:
            row[name] = int(value)
        elif column.type is Type.BOOL:
            row[name] = value == "true"
        else:
            row[name] = DAY.fromisoformat(value) if column.type is Type.DATE else value
    return row


def hashes_of(table: Table, row: Mapping[str, object]) -> list[str]:
    """The hash of a row on both engines."""
    frame = pl.DataFrame([row], schema={name: schema(table)[name] for name in row}, orient="row")
    return [*row_hashes(frame, table.hashed).to_list(), row_hash(row, table)]


@pytest.mark.parametrize("value", PRINTED)
def test_the_printed_hashes(value: str) -> None:
    table = declarations()[PCF]
    row = row_of(table, PRINTED[value])
    assert sorted(row) == sorted(column.name for column in table.hashed)
    assert (len(row), hashes_of(table, row)) == (14, [value, value])


def test_the_printed_rows_are_those_of_the_totals(engine: str) -> None:
    """Examples E and C, but for who it is and when."""
    table, who = declarations()[PCF], ("game_date", "game_id", "player_lookup", "universal_player_id")
    for case, text in zip("EC", PRINTED.values(), strict=True):
        made, printed = totals(engine).row(PCF, case), row_of(table, text)
        assert {k: made[k] for k in printed if k not in who} == {k: v for k, v in printed.items() if k not in who}
        assert hashes_of(table, printed | {k: made[k] for k in who}) == [made["data_hash"]] * 2


# 3.9 readiness.

ISSUES = {
    "own_data_incomplete": None,
    "upstream_player_shot_zone_incomplete": (PSZA, "upstream_player_shot_ready"),
    "upstream_team_defense_zone_incomplete": (TDZA, "upstream_team_defense_ready"),
    "upstream_player_context_incomplete": (UPGC, "upstream_player_context_ready"),
    "upstream_team_context_incomplete": (UTGC, "upstream_team_context_ready"),
}
FLAGS = [where[1] for where in ISSUES.values() if where]
#: What is taken out or made not ready: nothing, his own team, the row of a table, its flag.
OFF: Row = {"is_production_ready": False}
READY = ["nothing", "own team", *((issue, gone) for issue in list(ISSUES)[1:] for gone in (False, True))]


@cache
def readiness(engine: str) -> Made:
    edits: dict[str, dict[str, Row | None]] = {UPGC: {}, UTGC: {CODES[1]: OFF}, PSZA: {}, TDZA: {CODES[1]: None}}
    for n, case in enumerate(READY):
        where = ISSUES[case[0]] if isinstance(case, tuple) else None
        if where:
            entity = OTHERS[n] if where[0] in (UTGC, TDZA) else f"man{n}"
            edits[where[0]][entity] = None if case[1] is True and where[0] != UPGC else OFF
    world = usual([f"Man {n}" for n in range(len(READY))])
    defend(world, CODES[1], [allowed((1, 2), (1, 2), (1, 2))] * 15, range(1, 16))
    return compute_edited(engine, world, edits)


@pytest.mark.parametrize("case", READY, ids=str)
def test_readiness(engine: str, case: str | tuple[str, bool]) -> None:
    """One of four tables is not ready, or has no row; the opponent is asked, not his own team."""
    row = readiness(engine).row(PCF, f"Man {READY.index(case)}")
    flags = {ISSUES[case[0]][1]} if isinstance(case, tuple) else set()  # type: ignore[index]
    assert {name for name in FLAGS if not row[name]} == flags
    assert pick(row, "all_upstreams_ready", "is_production_ready") == (not flags,) * 2
    assert row["data_quality_issues"] == ([case[0]] if flags else [])


def test_nothing_is_ready(engine: str) -> None:
    world = usual(["Ann"])
    world.rows["player_game_summary"] = [r for r in world.rows["player_game_summary"] if r["game_date"] < ago(10)]
    row = compute_edited(engine, world, {UPGC: {"ann": OFF}, TDZA: {"MIA": OFF}, UTGC: {"MIA": OFF}}).row(PCF, "Ann")
    assert pick(row, *FLAGS, "all_upstreams_ready", "is_production_ready") == (False,) * 6
    assert row["data_quality_issues"] == list(ISSUES)


def test_the_pace_scores_of_two_opponents_are_opposite(engine: str) -> None:
    world = usual(["Ann"])
    for days in range(2, 11):
        world.offense("MIA", ago(days), 96.5 + days / 10)
    made = compute_edited(engine, world, {})
    one, other = (made.row(PCF, name)["pace_score"] for name in ("Ann", "Other 0"))
    assert one == -other != 0.0

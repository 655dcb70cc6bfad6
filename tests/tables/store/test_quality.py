"""Labels, score, tier, flags and alerts (feature store 7): the printed rows, and the rules recomputed from any row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import pytest

from tests.tables.precompute.world import (
    DAY,
    MLFS,
    PCF,
    PDC,
    PSZA,
    TDZA,
    Made,
    allowed,
    defend,
    games_of,
    season,
    shots,
)
from tests.tables.store.oracle import assert_quality
from tests.tables.store.world import absent, compute_store, enter, label, labels, team_games
from tests.tables.upcoming.world import UPGC, Row, ago, lookup, pick

GROUPS = tuple(f"{name}_quality_pct" for name in ("matchup", "player_history", "team_context", "vegas", "game_context"))
FLAGS = ("is_quality_ready", "is_training_ready")
#: A date on which somebody has a status and somebody sat out of late, and one without either.
FED, UNFED = DAY, ago(-77)
#: Ages of a dozen games; of three within 60 days and as many others as the zone analysis needs; of one.
MANY, LATELY, ONE = range(2, 26, 2), (2, 4, 6, *range(61, 70)), (2,)
#: An opponent of whom all is known, one whose defence is not, one who has not played.
KNOWN, NO_DEFENCE, NEW = ("LAL", "DEN"), ("BOS", "MIA"), ("CHI", "UTA")
LINE: Row = {"current_points_line": 24.5, "opening_points_line": 25.5, "current_points_line_source": "draftkings"}
READY: Row = {"is_production_ready": True}
UNREADY: Row = {"is_production_ready": False}


@dataclass(frozen=True)
class Example:
    """A row, as it is printed.

    Attributes:
        stated: Score, tier, default and required, data source, alert, quality and training.
        edits: What is changed or not there upstream.
        day: The date.
        ages: Ages of his games.
        match: His team and the opponent.
        zones: Whether his shots are known.
    """

    stated: tuple[object, ...] = ()
    edits: Mapping[str, Row | None] = field(default_factory=dict)
    day: date = FED
    ages: Sequence[int] = MANY
    match: tuple[str, str] = KNOWN
    zones: bool = True


CASES = {
    "complete, with lines": Example((98.14, "gold", 0, 0, "phase4", "green", True, True), {UPGC: LINE}),
    "no lines": Example((97.97, "gold", 3, 0, "phase4", "green", True, True)),
    "no lines, no feed, no absent": Example((97.84, "gold", 5, 0, "phase4", "green", True, True), day=UNFED),
    "no zone analysis": Example((96.82, "gold", 3, 0, "phase4_partial", "green", True, True), {PSZA: None}),
    "no cache": Example((95.29, "gold", 3, 0, "phase4_partial", "green", True, True), {PDC: None}),
    "no cache, no zone analysis": Example(
        (94.15, "silver", 3, 0, "phase3", "green", True, True), {PDC: None, PSZA: None}
    ),
    "no mismatch": Example(
        (69.0, "poor", 4, 1, "phase4", "yellow", False, False), {PCF: {"shot_zone_mismatch_score": None}}
    ),
    "no defence": Example((69.0, "poor", 5, 2, "phase4_partial", "yellow", False, False), match=NO_DEFENCE),
    "no feed, no absent, no zones": Example(
        (69.0, "poor", 8, 3, "phase4_partial", "yellow", False, False), day=UNFED, zones=False
    ),
    "no factors": Example((69.0, "poor", 7, 4, "phase4_partial", "yellow", False, False), {PCF: None}),
    "no cache, three games": Example(
        (69.0, "poor", 6, 3, "phase4_partial", "yellow", False, False), {PDC: None}, ages=LATELY
    ),
    "no factors, no defence": Example(
        (49.0, "critical", 9, 6, "phase4_partial", "red", False, False), {PCF: None}, match=NO_DEFENCE
    ),
    "first game": Example((49.0, "critical", 14, 9, "mixed", "red", False, False), day=UNFED, ages=ONE, zones=False),
}
#: Further rows: an opponent who has not played either; the four tables ready, or one of them not.
ISSUES = {
    PDC: "upstream_player_daily_cache_incomplete",
    PCF: "upstream_player_composite_factors_incomplete",
    PSZA: "upstream_player_shot_zone_incomplete",
    TDZA: "upstream_team_defense_zone_incomplete",
}
HASHES = dict(
    zip(
        ISSUES,
        ("source_daily_cache_hash", "source_composite_hash", "source_shot_zones_hash", "source_team_defense_hash"),
        strict=True,
    )
)
OF_PLAYER = (PDC, PCF, PSZA)
ALL_READY: dict[str, Row | None] = dict.fromkeys(OF_PLAYER, READY)
ODD: dict[str, Row | None] = {
    PDC: UNREADY | {"team_pace_last_10": 89.9999, "points_avg_last_5": 70.0001},
    PCF: UNREADY | {"pace_score": 8.1, "shot_zone_mismatch_score": -15.1},
    PSZA: UNREADY,
}
FURTHER = {
    "first of all": Example(day=UNFED, ages=ONE, match=NEW, zones=False),
    "ready": Example(edits=ALL_READY),
    "nothing ready": Example(edits=ODD, match=NEW),
    **{f"unready {table}": Example(edits=ALL_READY | {table: UNREADY}) for table in OF_PLAYER},
    **{f"without {table}": Example(edits=ALL_READY | {table: None}) for table in OF_PLAYER},
    f"unready {TDZA}": Example(edits=ALL_READY, match=NEW),
    f"without {TDZA}": Example(edits=ALL_READY, match=NO_DEFENCE),
}
EXAMPLES = CASES | FURTHER


def name_of(case: str) -> str:
    return f"Case {[*EXAMPLES].index(case)}"


@cache
def made(engine: str) -> Made:
    """Every example is a player; the opponents' defences are far back, so that they count on both dates."""
    world = season(FED, UNFED)
    for team, opponent in (KNOWN, NO_DEFENCE, NEW):
        world.game(team, opponent, FED).game(team, opponent, UNFED)
        for day in (FED, UNFED):
            games: list[Row] = [{"pace": 99.5, "offensive_rating": 112.5, "win_flag": n % 2 == 0} for n in range(12)]
            team_games(world, team, games, day)
            if opponent != "UTA":
                world.offense(opponent, ago(2, day), 101.5)
    zones = allowed((20, 40), (8, 20), (12, 35), points=110) | {"rating": 111.25, "pace": 99.0}
    for opponent in ("DEN", "UTA"):
        defend(world, opponent, [zones] * 15)
    edits: dict[str, dict[str, Row | None]] = {TDZA: {"DEN": READY, "UTA": UNREADY}}
    for case, example in EXAMPLES.items():
        n, (team, opponent) = len(example.ages), example.match
        games = games_of(n, paint=(20, 50), mid=(9, 30), three=(12, 40)) if example.zones else [shots()] * n
        games = [{"points": 20 + k % 5, "ft_makes": 3} | game for k, game in enumerate(games)]
        enter(world, name_of(case), games, example.ages, day=example.day, team=team, opponent=opponent)
        for table, change in example.edits.items():
            edits.setdefault(table, {})[lookup(name_of(case))] = change
    world.book("Zed", "LAL").report("Zed", "LAL", "out", 11)
    return compute_store(engine, absent(world, "Zed", ago(3)), edits, FED, UNFED)


def row_of(engine: str, case: str) -> Row:
    return made(engine).row(MLFS, name_of(case), EXAMPLES[case].day)


@pytest.mark.parametrize("case", EXAMPLES)
def test_a_row_says_of_itself_what_follows_from_its_features(engine: str, case: str) -> None:
    assert_quality(row_of(engine, case))


#: The row of the first example but for what is printed of it: labels by number.
COMPLETE = {
    **dict.fromkeys((*range(9), 13, 14, 18, 19, 20, 22, 23), "phase4"),
    **dict.fromkeys((9, 10, 11, 12, 21, 24, 28, 33, 34, 35, 36), "calculated"),
    **dict.fromkeys((15, 16, 17), "phase3"),
    **dict.fromkeys((25, 26, 27), "vegas"),
    **dict.fromkeys((29, 30), "opponent_history"),
    **dict.fromkeys((31, 32), "minutes_ppm"),
}
STATED: tuple[str, ...] = ("feature_quality_score", "quality_tier", "default_feature_count")
STATED += ("required_default_count", "data_source", "quality_alert_level", *FLAGS)


@pytest.mark.parametrize("case", CASES)
def test_the_printed_rows(engine: str, case: str) -> None:
    assert pick(row_of(engine, case), *STATED) == CASES[case].stated


def test_the_labels_of_a_complete_row(engine: str) -> None:
    row = row_of(engine, "complete, with lines")
    assert {index: label(row, index) for index in range(37)} == COMPLETE


SHARES = {
    "complete, with lines": (100.0, 97.7, 100.0, 100.0, 96.5),
    "no lines": (100.0, 97.7, 100.0, 25.0, 96.5),
    "no defence": (80.0, 97.7, 100.0, 25.0, 96.5),
    "no factors": (60.0, 97.7, 100.0, 25.0, 96.5),
    "no factors, no defence": (40.0, 97.7, 100.0, 25.0, 96.5),
}


@pytest.mark.parametrize("case", SHARES)
def test_the_printed_shares_of_the_groups(engine: str, case: str) -> None:
    assert pick(row_of(engine, case), *GROUPS) == SHARES[case]


ALERTS = {
    "complete, with lines": [],
    "no cache": [],
    "no mismatch": ["composite_factors_missing"],
    "no defence": ["opponent_defense_missing"],
    "no factors": ["composite_factors_missing"],
    "no feed, no absent, no zones": ["high_default_rate_22pct"],
    "first game": ["high_default_rate_38pct"],
    "no factors, no defence": [
        *("all_matchup_features_defaulted", "composite_factors_missing", "opponent_defense_missing"),
        *("high_default_rate_24pct", "matchup_quality_critical"),
    ],
}


@pytest.mark.parametrize("case", ALERTS)
def test_alerts_in_their_order(engine: str, case: str) -> None:
    assert row_of(engine, case)["quality_alerts"] == ALERTS[case]


def test_the_last_alert_is_of_the_context_of_the_game(engine: str) -> None:
    """The opponent has not played yet, nor has anybody the points for a trend."""
    assert pick(row_of(engine, "first of all"), "quality_alerts", "game_context_quality_pct") == (
        ["high_default_rate_41pct", "game_context_quality_critical"],
        47.4,
    )


def test_the_data_source_of_mostly_older_values(engine: str) -> None:
    """Ten of sixteen come from the summaries: two of the defence, four of the factors are left."""
    row = row_of(engine, "no cache, no zone analysis")
    assert labels(row, 0, 1, 2, 3, 4, 18, 19, 20, 22, 23) == ("phase3",) * 10
    assert pick(row, "data_source", "phase3_feature_count", "phase4_feature_count") == ("phase3", 13, 10)


# Readiness of the four tables, and their hashes.


def test_a_row_is_ready_if_all_four_are(engine: str) -> None:
    assert pick(row_of(engine, "ready"), "is_production_ready", "data_quality_issues") == (True, [])


@pytest.mark.parametrize("how", ["unready", "without"])
@pytest.mark.parametrize("table", ISSUES)
def test_one_of_the_four_that_is_not_ready_or_not_there(engine: str, table: str, how: str) -> None:
    row = row_of(engine, f"{how} {table}")
    assert pick(row, "is_production_ready", "data_quality_issues") == (False, [ISSUES[table]])
    gone = {HASHES[table]} if how == "without" else set()
    assert {name for name in HASHES.values() if row[name] is None} == gone


def test_issues_stand_in_the_order_of_the_tables_then_of_the_features(engine: str) -> None:
    """A fourth value out of its range is not named."""
    row = row_of(engine, "nothing ready")
    names = ("f00_points_avg_last_5", "f06_shot_zone_mismatch_score", "f07_pace_score")
    assert row["data_quality_issues"] == [*ISSUES.values(), *(f"range_warning:{name}" for name in names)]
    assert row["f22_team_pace"] == 89.9999


def test_hashes_are_those_of_the_rows_that_were_joined(engine: str) -> None:
    for case in ("no lines", "no lines, no feed, no absent"):
        row, day = row_of(engine, case), EXAMPLES[case].day
        for table, column in HASHES.items():
            entity = "DEN" if table == TDZA else name_of(case)
            assert row[column] == made(engine).row(table, entity, day)["data_hash"]

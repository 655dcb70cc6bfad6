"""The worked examples of every formula (feature store 6), through the whole stage."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from tests.tables.precompute.world import DAY, MLFS, PDC, PSZA, Made, games_of, shots, spread
from tests.tables.store.world import (
    Case,
    absent,
    appear,
    check,
    compute_store,
    enter,
    label,
    labels,
    points,
    results,
    slate,
    team_games,
    value,
)
from tests.tables.upcoming.world import UPGC, Row, World, ago, lookup, pick

ONE_POINTS = (30, 28, 20, 22, 18, 25, 19, 27, 16, 18)
ONE_FREE = (6, 5, 3, 4, 2, 5, 3, 6, 2, 4)
ONE_MINUTES = (36, 35, 33, 34, 32, 35, 33, 36, 30, 34)
ONE: list[Row] = [
    {"points": p, "ft_makes": f, "minutes": float(m)} for p, f, m in zip(ONE_POINTS, ONE_FREE, ONE_MINUTES, strict=True)
]
OF_ONE = {0: 23.6, 1: 22.3, 3: 4.8774, 34: 0.963636364, 21: 0.179372197, 31: 33.8, 32: 0.655174115}
SAT: Row = {"is_dnp": True}
ZONES = games_of(4, paint=(40, 88), mid=(9, 21), three=(20, 64))
OF_ZONES: dict[int, float | None] = {18: 0.50867052, 19: 0.121387283, 20: 0.369942197}
NO_ZONES: dict[int, float | None] = dict.fromkeys((18, 19, 20))


def status(text: str | None) -> dict[str, Row | None]:
    return {UPGC: {"player_status": text}}


def minutes(recent: float, *season: float | None) -> tuple[list[Row], dict[str, Row | None]]:
    """Games of these minutes, and a recent average that the cache says."""
    return [{"minutes": m} for m in season], {PDC: {"minutes_avg_last_10": recent}}


def cached(f00: float, f02: float, f03: float | None) -> dict[str, Row | None]:
    return {PDC: {"points_avg_last_5": f00, "points_avg_season": f02, "points_std_last_10": f03}}


def free(makes: int, of_points: int, games: int) -> list[Row]:
    parts = zip(spread(makes, games), spread(of_points, games), strict=True)
    return [{"ft_makes": f, "points": p} for f, p in parts]


FRESH: dict[str, Row | None] = {PDC: None}
GAMES = points(*[12] * 4)


def changed(name: str, want: float | None, recent: float, *season: float | None) -> dict[str, Case]:
    games, edits = minutes(recent, *season)
    return {f"minutes {name}": Case(games, {12: want}, edits)}


CASES: dict[str, Case] = {
    "one player": Case(ONE, OF_ONE),
    "one player uncached": Case(ONE, OF_ONE, FRESH),
    # 10: what the report says; somebody has a status.
    **{
        f"status {n}": Case(GAMES, {10: want}, status(text))
        for n, (text, want) in enumerate(
            [
                *(("OUT", 3), ("Doubtful", 3), ("questionable", 2), ("Probable", 1), ("available", 0), (None, 0)),
                *(("gtd", 0), (" Out ", 3), ("\tPROBABLE", 1), ("", 0), ("out of town", 0)),
            ]
        )
    },
    # 11: the two newest games against the three before.
    "trend a": Case(points(30, 28, 20, 22, 18), {11: 2}),
    "trend b": Case(points(12, 14, 20, 22, 18), {11: -2}),
    "trend c": Case(points(20, 20, 18, 18, 18), {11: 1}),
    "trend d": Case(points(19, 20, 18, 18, 18), {11: 0}),
    "trend e": Case(points(10, 11, 12, 13, 14, 40), {11: -1}),
    "trend f": Case(points(1, 2, 3, 4), {11: None, 21: None, 34: None}),
    "trend thirty": Case(points(15, 15, 10, 10, 10), {11: 2}),
    "trend less": Case(points(15, 15, 10, 10, 11), {11: 1}),
    "trend minus thirty": Case(points(5, 5, 10, 10, 10), {11: -2}),
    "trend minus twelve": Case(points(16, 16, 18, 18, 18), {11: -1}),
    "trend minus nine": Case(points(17, 16, 18, 18, 18), {11: 0}),
    # 12: recent minutes of the cache against those of the season.
    **changed("a", 2, 36.0, 30.0, 30.0, 30.0, 30.0),
    **changed("b", 1, 33.0, 30.0, 30.0, 30.0, 30.0),
    **changed("c", 0, 32.9, 30.0, 30.0, 30.0, 30.0),
    **changed("d", -1, 27.0, 30.0, 30.0, 30.0, 30.0),
    **changed("e", -2, 24.0, 30.0, 30.0, 30.0, 30.0),
    **changed("f", 0, 27.1, 30.0, 30.0, 30.0, 30.0),
    **changed("g", 1, 24.2, 22.0, 22.0, 22.0, 22.0),
    **changed("h", 2, 13.2, 11.0, 11.0, 11.0),
    **changed("nothing", None, 30.0, 0.0, 0.0, 0.0),
    **changed("no recent", None, 0.0, 30.0, 30.0, 30.0),
    **changed("thirds", 1, 36.6667, 33.3, 33.3, 33.4),
    **changed("a third less", 0, 36.6666, 33.3, 33.3, 33.4),
    **changed("unknown", 1, 33.0, 30.0, None, 30.0),
    **changed("all unknown", None, 33.0, None, None, None),
    "minutes uncached": Case([{"minutes": 36.0}] * 10 + [{"minutes": 24.0}] * 10, {12: 2}, FRESH),
    "minutes uncached same": Case([{"minutes": 36.0}] * 10, {12: 0}, FRESH),
    "minutes uncached unknown": Case([{"minutes": None}] * 3, {12: None, 31: None, 32: None}, FRESH),
    "minutes unknown in the cache": Case(
        [{"minutes": 36.0}] * 10 + [{"minutes": 24.0}] * 10, {12: 2}, {PDC: {"minutes_avg_last_10": None}}
    ),
    # 18 to 20: shares of the zone analysis, else of the last games with zones.
    "zones of the table": Case(
        games_of(10, paint=(10, 40), mid=(10, 30), three=(10, 30)),
        {18: 0.4062, 19: 0.1813, 20: 0.4125},
        {PSZA: {"paint_rate_last_10": 40.62, "mid_range_rate_last_10": 18.13, "three_pt_rate_last_10": 41.25}},
    ),
    "zones": Case(ZONES, OF_ZONES),
    "zones without a game": Case([*ZONES[:2], shots(), *ZONES[2:]], OF_ZONES),
    "zones of a part": Case([*ZONES[:2], shots((1, 50), None, (2, 3)), *ZONES[2:]], OF_ZONES),
    "zones empty": Case([shots((0, 0), (0, 0), (0, 0))] * 4, NO_ZONES),
    "zones unknown": Case([shots()] * 4, NO_ZONES),
    "zones all from three": Case([shots((0, 0), (0, 0), (1, 2))] * 2, {18: 0.0, 19: 0.0, 20: 1.0}),
    # 21: points from the line.
    "free a": Case(free(20, 108, 5), {21: 0.185185185}),
    "free b": Case(free(43, 62, 5), {21: 0.5}),
    "free half": Case(free(31, 62, 5), {21: 0.5}),
    "free less than half": Case(free(30, 61, 5), {21: 0.491803279}),
    "free four games": Case(free(10, 60, 4), {21: None}),
    "free no points": Case(free(0, 0, 5), {21: None}),
    "free unknown": Case(
        [{"points": p} for p in (28, 20, 20, 20)] + [{"points": 20, "ft_makes": 20}], {21: 0.185185185}
    ),
    # 2: means of the season; 29: of the games against the opponent.
    "season mean": Case(points(*spread(673, 32)), {2: 21.0313}, FRESH),
    # The means of points have at most 82 games, the minutes all of them.
    "season of 82": Case(
        [*points(*[20] * 82), {"points": 900, "minutes": 2500.0}], {2: 20.0, 12: -2, 29: 30.602409639, 30: 83}, FRESH
    ),
    "opponent": Case([*points(17, 17, 18), {"points": 90, "opponent": "BOS"}], {29: 17.333333333, 30: 3}),
    "no opponent": Case([{"points": 10, "opponent": "BOS"}, {"points": 15, "opponent": "MIA"}], {29: 12.5, 30: 0}),
    # 3 and 34: spread and slope.
    "spread a": Case(points(7, 12, 9, 15, 22), {3: 5.8737, 34: -3.3}, FRESH),
    "spread b": Case(points(0, 3, 0, 2, 1, 4), {3: 1.633, 34: -0.457142857}, FRESH),
    "spread c": Case(points(*[10] * 5), {3: 0.0, 34: 0.0, 35: 0.0, 36: 0}, FRESH),
    "spread of two": Case(points(10, 13), {0: 11.5, 1: 11.5, 2: 11.5, 3: 2.1213, 11: None, 34: None}),
    "spread of one": Case(points(10), {0: 10.0, 1: 10.0, 2: 10.0, 3: None, 35: None, 36: None}),
    "spread of ten": Case(points(7, 12, 9, 15, 22, 7, 12, 9, 15, 22, 500), {3: 5.5377, 34: -0.8}, FRESH),
    # 35 and 36: five games against the season.
    "z a": Case(GAMES, {35: 0.509577798, 36: 0}, cached(24.6, 21.4583, 6.1653)),
    "z b": Case(GAMES, {35: 3.0, 36: 1}, cached(45.0, 20.0, 6.0)),
    "z c": Case(GAMES, {35: -3.0, 36: 0}, cached(2.0, 30.0, 6.0)),
    "z d": Case(GAMES, {35: -1.333333333, 36: 0}, cached(12.0, 20.0, 6.0)),
    "z e": Case(GAMES, {35: 0.0, 36: 0}, cached(20.0, 20.0, 0.0)),
    "z f": Case(GAMES, {35: 1.666666667, 36: 1}, cached(30.0, 20.0, 6.0)),
    "z g": Case(GAMES, {35: 1.5, 36: 0}, cached(29.0, 20.0, 6.0)),
    "z h": Case(GAMES, {35: 0.0, 36: 1}, cached(21.0, 20.0, 0.0)),
    "z just": Case(GAMES, {35: 1.500016667, 36: 1}, cached(29.0001, 20.0, 6.0)),
    # 31 and 32: minutes, and points a minute as the mean of the games.
    "pace of points": Case(
        [{"points": 10, "minutes": None}, {"points": 9, "minutes": 0.0}, {"points": 20, "minutes": 40.0}],
        {31: 40.0, 32: 0.5, 0: 13.0},
    ),
    "pace of three": Case(
        [{"points": 1, "minutes": 3.0}, {"points": 0, "minutes": 0.1}, {"points": 2, "minutes": 3.0}],
        {31: 2.033333333, 32: 0.333333333},
    ),
    # 33: rows of the last ten, those of games not played too.
    "absent never": Case([*points(*[9] * 10), SAT], {33: 0.0}),
    "absent once": Case([*points(9), SAT, *points(9)], {33: 0.333333333}),
    "absent twice": Case([SAT, *points(9, 9), SAT, *points(9, 9, 9)], {33: 0.285714286}),
    "absent two rows": Case([SAT, *points(9)], {33: None}),
    "absent of ten": Case([SAT, *points(*[9] * 9), SAT, SAT], {33: 0.1}),
}


# 9, 22 to 24: what is said of teams.

PAIRS = {
    "rested less": ("ATL", "MIA", 1, 2, -1),
    "rested more": ("BOS", "MIL", 3, 1, 2),
    "rested much more": ("CHA", "MIN", 5, 1, 2),
    "rested much less": ("CHI", "NOP", 1, 4, -2),
    "rested alone": ("CLE", "NYK", 2, None, None),
    "rested the same": ("DAL", "ORL", 2, 2, 0),
}
PACES = (100.0, 98.7, 101.4, 99.9, 97.2, 102.8, 100.0, 99.3, 101.1)
RATINGS = (113.25, 113.25, 113.25, 113.25, 117.08, 117.08)
TEAMS: dict[str, tuple[str, str, list[Row], dict[int, float | None]]] = {
    "four and two": ("DET", "PHI", results(4, 2), {24: 0.666666667}),
    "twenty and eleven": ("GSW", "PHX", results(20, 11), {24: 0.64516129}),
    "two and one": ("HOU", "POR", results(2, 1), {24: None}),
    "five": ("MEM", "WAS", results(0, 5), {24: 0.0}),
    "unknown results": ("UTA", "BKN", [*results(4, 0), {"win_flag": None}], {24: 0.8}),
    "paces": (
        *("IND", "SAS", [{"pace": p} for p in (PACES[0], None, *PACES[1:], 50.0)]),
        {22: 100.0444, 23: None},
    ),
    "ratings": (
        *("LAC", "TOR", [{"offensive_rating": r} for r in (*RATINGS, None, None, None, None, 50.0)]),
        {22: None, 23: 114.5267},
    ),
}


# 25 to 28: lines.

#: Line, opening line, book -> f25, f26, f27, feed.
LINES: dict[str, tuple[float | None, float | None, str | None, tuple[float | None, ...], str]] = {
    "both": (24.5, 25.5, "draftkings", (24.5, 25.5, -1.0), "odds_api"),
    "second feed": (22.5, 20.5, "bettingpros_fanduel", (22.5, 20.5, 2.0), "bettingpros"),
    "like the second feed": (22.5, 22.5, "bettingpros", (22.5, 22.5, 0.0), "odds_api"),
    "no opening": (18.5, None, "fanduel", (18.5, None, None), "odds_api"),
    "opening of nothing": (18.5, 0.0, "fanduel", (18.5, None, None), "odds_api"),
    "opening below nothing": (18.5, -1.5, "fanduel", (18.5, None, None), "odds_api"),
    "line of nothing": (0.0, 20.5, "fanduel", (None, None, None), "none"),
    "line below nothing": (-0.5, 20.5, "bettingpros_fanduel", (None, None, None), "none"),
    "only an opening": (None, 20.5, None, (None, None, None), "none"),
    "nobodys": (9.5, 9.0, None, (9.5, 9.0, 0.5), "odds_api"),
    "tenths": (10.3, 10.1, "fanduel", (10.3, 10.1, 0.2), "odds_api"),
}
PRICE = ("current_points_line", "opening_points_line", "current_points_line_source")


@cache
def store(engine: str) -> Made:
    """Everybody of this module: players of one team, teams with results, lines."""
    lines = {name: Case(GAMES, {}, {UPGC: dict(zip(PRICE, of[:3], strict=True))}) for name, of in LINES.items()}
    cases = CASES | lines
    pairs = [(of[0], of[1]) for of in PAIRS.values()] + [(of[0], of[1]) for of in TEAMS.values()]
    world = slate(DAY, ("LAL", "DEN"), *pairs)
    edits: dict[str, dict[str, Row | None]] = {}
    for name, case in cases.items():
        enter(world, name, case.games, case.ages)
        for table, change in case.edits.items():
            edits.setdefault(table, {})[lookup(name)] = change
    for name, (team, opponent, days, theirs, _) in PAIRS.items():
        enter(world, name, GAMES, range(days, days + 4), team=team, opponent=opponent)
        for age in () if theirs is None else (theirs, theirs + 3, 0):
            world.offense(opponent, ago(age))
    team_games(world, PAIRS["rested alone"][0], results(2, 2))
    for name, (team, opponent, results_of, _) in TEAMS.items():
        team_games(enter(world, name, GAMES, team=team, opponent=opponent), team, results_of)
        edits[PDC][lookup(name)] = None
    return compute_store(engine, world, edits)


@pytest.mark.parametrize("case", CASES)
def test_the_features_of_a_player(engine: str, case: str) -> None:
    row = store(engine).row(MLFS, case)
    check(row, CASES[case].want)


def test_nobody_is_lost(engine: str) -> None:
    made = store(engine)
    assert len(made.rows(MLFS)) == len({**CASES, **PAIRS, **TEAMS, **LINES})
    assert made.records(MLFS) == []


def test_the_ratio_of_sums_is_not_the_mean_of_ratios(engine: str) -> None:
    assert round(sum(ONE_POINTS) / sum(ONE_MINUTES), 9) == 0.659763314 != OF_ONE[32]
    assert value(store(engine).row(MLFS, "one player"), 32) == OF_ONE[32]


@pytest.mark.parametrize("case", PAIRS)
def test_rest_against_the_opponents(engine: str, case: str) -> None:
    row = store(engine).row(MLFS, case)
    check(row, {9: PAIRS[case][4], 16: PAIRS[case][2] == 1})
    assert row["days_rest"] == PAIRS[case][2]
    assert label(row, 9) == ("default" if PAIRS[case][4] is None else "calculated")


@pytest.mark.parametrize("case", TEAMS)
def test_the_features_of_a_team(engine: str, case: str) -> None:
    check(store(engine).row(MLFS, case), TEAMS[case][3])


def test_four_results_of_a_team_are_too_few(engine: str) -> None:
    check(store(engine).row(MLFS, "rested alone"), {24: None})


def test_a_value_without_inputs_is_labelled_default_and_one_with_them_calculated(engine: str) -> None:
    row = store(engine).row(MLFS, "two and one")
    assert labels(row, 24, 34, 21, 11, 22, 23) == ("default",) * 6
    assert labels(store(engine).row(MLFS, "five"), 24, 9) == ("calculated", "default")


@pytest.mark.parametrize("case", LINES)
def test_lines(engine: str, case: str) -> None:
    *_, want, feed = LINES[case]
    row = store(engine).row(MLFS, case)
    check(row, dict(zip((25, 26, 27), want, strict=True)) | {28: want[0] is not None})
    assert row["vegas_line_source"] == feed
    assert labels(row, 25, 26, 27, 28) == (*("missing" if v is None else "vegas" for v in want), "calculated")


# 10 and 33 depend on what is known of others.

#: What is known of others -> f10, f33. Each is a season of its own.
FEEDS: dict[str, tuple[float | None, float | None]] = {
    "nothing": (None, None),
    "a status": (0, None),
    "absent 1": (None, 0),
    "absent 60": (None, 0),
    "absent 61": (None, None),
    "absent 0": (None, None),
    "absent -1": (None, None),
    "unknown": (None, None),
    "unknown and absent": (None, 0),
}
DAYS = {case: date(2024 - n, 1, 20) for n, case in enumerate(FEEDS)}


@cache
def feeds(engine: str) -> Made:
    world = World()
    edits: dict[str, Row | None] = {}
    for n, (case, day) in enumerate(DAYS.items()):
        world.game("SAC", "OKC", ago(88, day)).game("LAL", "DEN", day).game("BOS", "MIA", day)
        enter(world, f"Ann {n}", points(1, 2, 3), day=day)
        enter(world, f"Ben {n}", [{"points": 5, "is_dnp": None}] * 3, day=day)
        enter(world, f"Zed {n}", [], day=day, team="BOS", opponent="MIA")
        if case.startswith("absent"):
            absent(world, f"Zed {n}", ago(int(case.split()[1]), day), "BOS", "MIA", season_year=1999)
        elif case.startswith("unknown"):
            appear(world, f"Zed {n}", ago(1, day), team="BOS", opponent="MIA", is_dnp=None)
        if case == "unknown and absent":
            absent(world, f"Zed {n}", ago(2, day), "BOS", "MIA")
        edits[f"zed{n}"] = {"player_status": "out" if case == "a status" else None}
        if case == "nothing":
            for line, before in ((20.5, 300), (21.5, 60), (30.5, -20)):
                world.prop(f"Ann {n}", line, before, day=day)
            world.pros(f"Ben {n}", 9.5, 8.5, day=day)
    return compute_store(engine, world, {UPGC: edits}, *DAYS.values())


@pytest.mark.parametrize("case", FEEDS)
def test_without_a_feed_risk_and_rate_are_unknown(engine: str, case: str) -> None:
    """A status of somebody else's game is a feed; somebody of another team who sat out within 60 days is one too."""
    n = [*FEEDS].index(case)
    for name in ("Ann", "Ben"):
        row = feeds(engine).row(MLFS, f"{name} {n}", DAYS[case])
        check(row, dict(zip((10, 33), FEEDS[case], strict=True)))
        assert labels(row, 10, 33) == tuple("default" if want is None else "calculated" for want in FEEDS[case])


def test_lines_of_both_feeds_come_through_the_pre_game_context(engine: str) -> None:
    """The last one before tip-off."""
    made, day = feeds(engine), DAYS["nothing"]
    rows = [made.row(MLFS, "Ann 0", day), made.row(MLFS, "Ben 0", day), made.row(MLFS, "Ann 1", DAYS["a status"])]
    found = [pick(row, "f25_vegas_points_line", "vegas_line_source") for row in rows]
    assert found == [(21.5, "odds_api"), (9.5, "bettingpros"), (None, "none")]

"""TDZA: the worked examples T1 to T11, the league of a date, labels, hashes (zone analysis 1.1, 2 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from nbaproc.tables import declarations
from tests.tables.precompute.world import DAY, OLD, OPENER, TDZA, Made, allowed, compute_tables, defend, season, spread
from tests.tables.upcoming.world import Row, World, ago, on, pick

PCT = tuple(f"{zone}_pct_allowed_last_15" for zone in ("paint", "mid_range", "three_pt"))
ATTEMPTS = tuple(f"{zone}_attempts_allowed_per_game" for zone in ("paint", "mid_range", "three_pt"))
BLOCKS = tuple(f"{zone}_blocks_per_game" for zone in ("paint", "mid_range", "three_pt"))
LEADS = tuple(f"{zone}_defense_vs_league_avg" for zone in ("paint", "mid_range", "three_pt"))
LABELS = ("strongest_zone", "weakest_zone")
LEAGUE = ("league_paint_pct", "league_mid_range_pct", "league_three_pt_pct", "league_teams_in_sample")
PAINT_POINTS, NOTES = "paint_points_allowed_per_game", "calculation_notes"
RATING, POINTS, PACE = "defensive_rating_last_15", "opponent_points_per_game", "opponent_pace"
SIZES = ("games_in_sample", "zone_games_in_sample")
NONE = (None, None, None)
CONSTANTS = (0.58, 0.41, 0.355, 0)

USUAL: Row = allowed((21, 36), (8, 20), (12, 35), (3, 1, 0), 112) | {"rating": 113.25, "pace": 98.7}
LATE: Row = allowed((20, 32), (9, 22), (14, 38), (2, 0, 0), 118) | {"rating": 117.08, "pace": 100.4}
#: What a game keeps without shots, and what one from the shot chart lacks.
NO_SHOTS: Row = {"opp_paint_attempts": None, "opp_paint_makes": None, "opp_mid_range_attempts": None}
NO_SHOTS |= {"opp_mid_range_makes": None, "points_in_paint_allowed": None}
NO_BLOCKS: Row = {"blocks_paint": None, "blocks_mid_range": None, "blocks_three_pt": None}

T1 = [LATE] * 5 + [USUAL] * 10
T2 = [LATE | NO_SHOTS | NO_BLOCKS] * 3 + [LATE] * 2 + [USUAL] * 10
ONLY_THREES = allowed(three=(12, 35))
PAINT_463 = [
    allowed((made, tried), (8, 20), (12, 35)) for made, tried in zip(spread(463, 15), spread(800, 15), strict=True)
]

#: Case -> games, newest first; columns and their values.
CASES: dict[str, tuple[Sequence[Row], dict[tuple[str, ...], tuple[object, ...]]]] = {
    "T1": (
        T1,
        {
            PCT: (0.596, 0.403, 0.352),
            ATTEMPTS: (34.7, 20.7, 36.0),
            BLOCKS: (2.7, 0.7, 0.0),
            LEADS: (1.62, -0.68, -0.31),
            (PAINT_POINTS, RATING, POINTS, PACE): (41.3, 114.53, 114.0, 99.3),
            (*LABELS, NOTES): ("mid_range", "paint", None),
            SIZES: (15, 15),
        },
    ),
    "T2": (
        T2,
        {
            PCT: (0.59, 0.402, 0.352),
            ATTEMPTS: (35.3, 20.3, 36.0),
            BLOCKS: (2.8, 0.8, 0.0),
            LEADS: (0.96, -0.84, -0.31),
            (PAINT_POINTS, RATING, POINTS, PACE): (41.7, 114.53, 114.0, 99.3),
            (*LABELS, NOTES): ("mid_range", "paint", None),
            SIZES: (15, 12),
        },
    ),
    "T3": (
        [ONLY_THREES] * 15,
        {
            PCT: (None, None, 0.343),
            ATTEMPTS: (None, None, 35.0),
            BLOCKS: NONE,
            LEADS: (None, None, -1.21),
            (PAINT_POINTS, *LABELS): (None, "perimeter", "perimeter"),
            (NOTES, *SIZES): ("No paint attempts; No mid-range attempts", 15, 0),
        },
    ),
    "T4": (
        [allowed((24, 40), (0, 0), (10, 30), (2, 0, 1))] * 15,
        {
            PCT: (0.6, None, 0.333),
            ATTEMPTS: (40.0, 0.0, 30.0),
            BLOCKS: (2.0, 0.0, 1.0),
            LEADS: (2.0, None, -2.17),
            (*LABELS, NOTES): ("perimeter", "paint", "No mid-range attempts"),
        },
    ),
    "T5": (
        [allowed((18, 32), (8, 20), (12, 35))] * 15,
        {PCT: (0.563, 0.4, 0.343), LEADS: (-1.75, -1.0, -1.21), LABELS: ("paint", "mid_range")},
    ),
    "T6": (
        [game | {"rating": None, "pace": None} for game in T1],
        {(RATING, PACE, POINTS): (None, None, 114.0), PCT: (0.596, 0.403, 0.352), BLOCKS: (2.7, 0.7, 0.0)},
    ),
    "T7": (
        [LATE | NO_BLOCKS] * 5 + [USUAL] * 10,
        {BLOCKS: (3.0, 1.0, 0.0), PCT: (0.596, 0.403, 0.352), LEADS: (1.62, -0.68, -0.31), SIZES: (15, 15)},
    ),
    "T8": (
        PAINT_463,
        {("paint_pct_allowed_last_15", "paint_defense_vs_league_avg"): (0.579, -0.13), LABELS: ("perimeter", "paint")},
    ),
    "T9": ([allowed((29, 50), (41, 100), (71, 200))] * 15, {LEADS: (0.0, 0.0, 0.0), LABELS: ("paint", "paint")}),
    "T11": (
        [{"points_allowed": 110}] * 15,
        {
            (*PCT, *ATTEMPTS, *BLOCKS, *LEADS): NONE * 4,
            (PAINT_POINTS, RATING, POINTS, PACE): (None, None, 110.0, None),
            LABELS: (None, None),
            (NOTES, *SIZES): ("No paint attempts; No mid-range attempts; No three-point attempts", 15, 0),
        },
    ),
    "no three known": ([USUAL | {"opp_three_pt_attempts": None}] * 15, {PCT: (0.583, 0.4, None), LEADS[2:]: (None,)}),
    "mid unknown": ([USUAL | {"opp_mid_range_attempts": None}] * 15, {PCT: (None, None, 0.343), SIZES: (15, 0)}),
    "rating known in four": (
        [USUAL] * 4 + [USUAL | {"rating": None, "pace": None}] * 11,
        {(RATING, PACE): (113.25, 98.7)},
    ),
}
TEAMS = ("LAL", "BOS", "DEN", "MIA", "NYK", "PHX", "CHI", "GSW", "UTA", "TOR", "ATL", "BKN", "CHA")


@cache
def cases(engine: str) -> Made:
    """Every case is a team; each has one game more that is too old to count."""
    world = season()
    for team, (games, _) in zip(TEAMS, CASES.values(), strict=True):
        defend(world, team, [*games, allowed((0, 90), (0, 90), (0, 90), (9, 9, 9), 200)], [*OLD, 46])
    return compute_tables(engine, world, names=[TDZA])


@pytest.mark.parametrize("case", CASES)
def test_worked_example(engine: str, case: str) -> None:
    row = cases(engine).row(TDZA, TEAMS[list(CASES).index(case)])
    for columns, values in CASES[case][1].items():
        assert pick(row, *columns) == values
        assert "-0.0" not in [repr(row[column]) for column in columns]
    assert pick(row, *LEAGUE) == CONSTANTS


@pytest.mark.parametrize(
    ("games", "value"),
    [
        (T1, "61ad4e8791cf5c75"),
        (T2, "de1d676d0d0fcf89"),
        ([ONLY_THREES | {"points_allowed": 110, "rating": 110.0, "pace": 99.0}] * 15, "b404461164e22567"),
    ],
    ids=["T1", "T2", "T3"],
)
def test_the_printed_hashes(engine: str, games: Sequence[Row], value: str) -> None:
    day = on("01-25")
    world = defend(season(day), "LAL", games, day=day)
    assert compute_tables(engine, world, day, names=[TDZA]).row(TDZA, "LAL")["data_hash"] == value
    assert len(declarations()[TDZA].hashed) == 22


def test_the_source_hash_is_of_the_window_newest_first_and_of_the_league(engine: str) -> None:
    games = [ONLY_THREES | {"data_hash": f"{n:016x}"} for n in range(1, 17)]
    made = compute_tables(engine, defend(season(), "LAL", games, [*OLD, 46]), names=[TDZA])
    assert made.row(TDZA, "LAL")["source_team_defense_hash"] == "1c2ca20a5d962e5e"


# 2.2 the league.

OTHERS = ("ATL", "BKN", "BOS", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND")
THREE = (12, 35)


def league_row(engine: str, world: World, games: Sequence[Row] = T1) -> Row:
    """The row of a team whose own games are too old for the league."""
    return compute_tables(engine, defend(world, "LAL", games), names=[TDZA]).row(TDZA, "LAL")


def of_zones(*zones: tuple[int, int]) -> Row:
    """A game with these shots from paint, mid-range and three."""
    paint, mid, three = zones
    return allowed(paint, mid, three)


def nine_teams(world: World) -> World:
    for n, team in enumerate(OTHERS[:9]):
        defend(world, team, [allowed((20 + n % 3, 35), (13 + n % 3, 35), THREE)] * 10, range(1, 20, 2))
    return world


TENTH = allowed((30, 50), (12, 30), THREE)


def test_the_league_of_nine_teams_is_the_constants(engine: str) -> None:
    assert pick(league_row(engine, nine_teams(season())), *LEAGUE) == CONSTANTS


@pytest.mark.parametrize("oldest", [10, 30])
def test_the_league_of_ten_teams_and_t10(engine: str, oldest: int) -> None:
    """The tenth game of the tenth team is 30 days old at most; T10 differs from this league by nearly nothing."""
    world = defend(nine_teams(season()), "MIA", [TENTH] * 10, [*range(1, 10), oldest])
    row = league_row(engine, world, [allowed((21, 35), (14, 35), THREE)] * 15)
    assert pick(row, *LEAGUE) == (0.6, 0.4, 0.342857143, 10)
    assert [repr(row[lead]) for lead in LEADS] == ["0.0"] * 3
    assert pick(row, *LABELS) == ("perimeter", "paint")


@pytest.mark.parametrize("age", [0, 31], ids=["on the date", "31 days old"])
def test_nine_games_before_the_date_are_too_few(engine: str, age: int) -> None:
    world = defend(nine_teams(season()), "MIA", [TENTH] * 10, [*range(1, 10), age])
    assert pick(league_row(engine, world), *LEAGUE) == CONSTANTS


def test_the_league_settles_each_team_first(engine: str) -> None:
    world = season()
    for i, team in enumerate(OTHERS[:11]):
        sums = [(spread(made + i, 10), tried // 10) for made, tried in ((170, 300), (80, 210), (130, 370))]
        games = [of_zones(*((makes[n], tried) for makes, tried in sums)) for n in range(10)]
        defend(world, team, games, range(1, 11))
    assert pick(league_row(engine, world), *LEAGUE) == (0.583333333, 0.404761905, 0.364864865, 11)


@pytest.mark.parametrize("zone", ["paint", "mid", "three"])
def test_a_team_without_an_attempt_in_a_zone_is_not_of_the_league(engine: str, zone: str) -> None:
    shot = {"paint": (30, 50), "mid": (12, 30), "three": THREE} | {zone: (0, 0)}
    world = defend(nine_teams(season()), "MIA", [allowed(**shot)] * 10, range(1, 11))  # type: ignore[arg-type]
    assert pick(league_row(engine, world), *LEAGUE) == CONSTANTS


def test_games_without_shots_count_as_games_of_the_league_but_not_in_its_shares(engine: str) -> None:
    world = nine_teams(season())
    defend(world, "MIA", [TENTH] + [TENTH | NO_SHOTS | {"opp_three_pt_attempts": None}] * 9, range(1, 11))
    assert pick(league_row(engine, world), *LEAGUE) == (0.6, 0.4, 0.342857143, 10)


def test_the_team_itself_is_of_the_league(engine: str) -> None:
    world = defend(nine_teams(season()), "LAL", [TENTH] * 15, range(1, 16))
    row = compute_tables(engine, world, names=[TDZA]).row(TDZA, "LAL")
    assert pick(row, *LEAGUE) == (0.6, 0.4, 0.342857143, 10)


@pytest.mark.parametrize(("age", "league"), [(29, (0.6, 0.4, 0.342857143, 10)), (30, CONSTANTS)])
def test_the_league_begins_with_the_season(engine: str, age: int, league: tuple[object, ...]) -> None:
    """On day 29 a game of opening night counts, one of the day before does not."""
    day = ago(-29, OPENER)
    world = season(day)
    for n, team in enumerate(OTHERS[:9]):
        games = [allowed((20 + n % 3, 35), (13 + n % 3, 35), THREE)] * 10
        defend(world, team, games, range(1, 11), day)
    defend(world, "MIA", [TENTH] * 10, [*range(1, 10), age], day)
    defend(world, "LAL", [ONLY_THREES] * 15, range(1, 16), day)
    assert pick(compute_tables(engine, world, day, names=[TDZA]).row(TDZA, "LAL"), *LEAGUE) == league


def test_the_real_row_of_golden_state(engine: str) -> None:
    """2021-12-15: zones from the shot chart, threes from the box score; ten teams stand for the league of 30."""
    day, opener = on("2021-12-15"), on("2021-10-19")
    world, league = season(day, opener=opener), (574129462, 417057868, 351050350)
    for team in (*OTHERS[:9], "MIA"):
        parts = [spread(share, 10) for share in league]
        defend(world, team, [of_zones(*((part[i], 10**8) for part in parts)) for i in range(10)], range(1, 11), day)
    zones = [[spread(n, 15) for n in made_tried] for made_tried in ((281, 516), (78, 233), (164, 502))]
    points = spread(1482, 15)
    games = [of_zones(*((made[i], tried[i]) for made, tried in zones)) for i in range(15)]
    games = [game | {"points_allowed": points[i]} for i, game in enumerate(games)]
    row = compute_tables(engine, defend(world, "GSW", games, day=day), day, names=[TDZA]).row(TDZA, "GSW")
    assert pick(row, *LEAGUE) == (0.574129462, 0.417057868, 0.35105035, 10)
    assert pick(row, *PCT, *ATTEMPTS) == (0.545, 0.335, 0.327, 34.4, 15.5, 33.5)
    assert pick(row, *LEADS, PAINT_POINTS, POINTS) == (-2.96, -8.23, -2.44, 37.5, 98.8)
    assert pick(row, *LABELS, *BLOCKS) == ("mid_range", "perimeter", *NONE)


# 1.1 the days of a season.


def test_a_team_has_a_row_from_its_15th_game_on_and_never_in_the_first_two_weeks(engine: str) -> None:
    days = [ago(-n, OPENER) for n in (13, 14, 15, 40)]
    world = season(*days)
    defend(world, "LAL", [USUAL] * 14, range(1, 15), days[1])
    defend(world, "LAL", [USUAL] * 10, range(1, 11), days[3])
    made = compute_tables(engine, world, *days, names=[TDZA])
    sizes = made.frame(TDZA).select("analysis_date", "team_abbr", "games_in_sample").rows()
    assert sizes == [(days[3], "LAL", 15)]
    assert [len(made.records(TDZA, day)) for day in days] == [0, 30, 30, 29]


def test_nothing_of_the_season_before_counts(engine: str) -> None:
    """Nor a row that lies before opening night, nor one whose season says so."""
    day, old = DAY, {"season_year": 2022}
    world = season(day)
    defend(world, "LAL", [USUAL] * 14, day=day, ages=OLD[:14])
    defend(world, "LAL", [USUAL | old], [60])
    defend(world, "LAL", [USUAL], [(day - OPENER).days + 1])
    assert compute_tables(engine, world, names=[TDZA]).frame(TDZA).is_empty()
    defend(world, "LAL", [USUAL], [(day - OPENER).days])
    assert compute_tables(engine, world, names=[TDZA]).row(TDZA, "LAL")["games_in_sample"] == 15


def test_a_date_without_a_game_in_the_schedule_has_nothing(engine: str) -> None:
    world = defend(season(), "LAL", T1)
    made = compute_tables(engine, world, DAY, ago(1), names=[TDZA])
    assert [row["analysis_date"] for row in made.frame(TDZA).to_dicts()] == [DAY]
    assert {record["analysis_date"] for record in made.records(TDZA)} == {DAY}

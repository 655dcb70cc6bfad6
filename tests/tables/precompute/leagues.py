"""Hypothesis strategy for small leagues of four to six weeks from opening night on, play-offs included.

A league follows from a plan: a seed, its size and what goes wrong. Plans shrink to few mishaps.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.tables.precompute.world import shots
from tests.tables.upcoming.world import PGS, REGISTRY, SCHEDULE, TDGS, TOGS, Row, World, ago, on

TEAMS = ("LAL", "LAC", "PHX", "TOR", "DEN", "IND", "BKN", "UTA", "BOS", "MIA", "CHI", "NYK")
WORDS = ("Alpha", "Bravo", "Charlie", "Delta")
#: Opening nights of two seasons.
OPENINGS = (on("2023-10-24"), on("2020-12-22"))


@dataclass(frozen=True)
class Plan:
    """What a league follows from.

    Attributes:
        seed: Seed of everything that is chosen at random.
        opening: Number of the opening night.
        teams: Teams of the league.
        days: Days of the schedule.
        rest: How likely a team has no game on a day, in tenths.
        mishaps: What goes wrong, in order.
    """

    seed: int
    opening: int = 0
    teams: int = 4
    days: int = 35
    rest: int = 2
    mishaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class League:
    """A world, the dates to compute, and the plan behind them."""

    plan: Plan
    world: World
    dates: list[date]

    def copy(self) -> League:
        """Return a league whose rows may be changed."""
        return replace(self, world=copy.deepcopy(self.world))

    def __repr__(self) -> str:
        return f"make_league({self.plan!r})"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        printer.text(repr(self))


def make_league(plan: Plan) -> League:
    """Make the league of a plan; three dates are computed, the last with results of its own and of later ones."""
    rng, world = Random(plan.seed), World()
    opener = OPENINGS[plan.opening]
    days = [opener + timedelta(days=n) for n in range(plan.days)]
    teams = rng.sample(TEAMS, plan.teams)
    squads = {team: [f"{team.title()} {word}" for word in WORDS] for team in teams}
    # The season before ends with games of the same people, and something is played before opening night.
    for day in (ago(160, opener), ago(159, opener), ago(2, opener)):
        _play_day(world, rng, day, squads, plan)
    world.game(teams[0], teams[1], opener, prefix="002")
    playoffs = days[rng.randint(20, plan.days + 20) : plan.days]
    for day in days:
        _play_day(world, rng, day, squads, plan, playoffs=day in playoffs, over=day < days[-2])
    dated = [day for day in days[12:] if any(row["game_date"] == day for row in world.rows[SCHEDULE])]
    dates = sorted({*rng.sample(dated[:-3], min(2, len(dated) - 3)), *dated[-4:-3]})
    for day in dates:
        _announce(world, rng, day, squads)
    for name in sorted(name for squad in squads.values() for name in squad if rng.random() < 0.8):
        world.person(name)
    for name in plan.mishaps:
        _befall(world, name, Random(rng.random()))
    return League(plan, world, dates)


def _play_day(
    world: World,
    rng: Random,
    day: date,
    squads: dict[str, list[str]],
    plan: Plan,
    *,
    playoffs: bool = False,
    over: bool = True,
) -> None:
    if rng.random() < 0.08:
        one, other = rng.sample(sorted(squads), 2)
        if len(squads[one]) > 1:
            squads[other].append(squads[one].pop(rng.randrange(len(squads[one]))))
    teams = rng.sample(sorted(squads), len(squads))
    for away, home in zip(teams[::2], teams[1::2], strict=False):
        busy = any(
            row["game_date"] == day and {away, home} & {row["away_team_tricode"], row["home_team_tricode"]}
            for row in world.rows[SCHEDULE]
        )
        if busy or rng.random() * 10 < plan.rest:
            continue
        before = day < OPENINGS[plan.opening] and day > ago(100, OPENINGS[plan.opening])
        prefix = (
            "001" if before else rng.choice(("004", "005")) if playoffs else "006" if rng.random() < 0.02 else "002"
        )
        world.game(away, home, day, (rng.randint(80, 130), rng.randint(80, 130)) if over else None, prefix)
        if over and prefix not in ("001", "006"):
            source = rng.choice(("plays", "plays", "plays", "chart", "none"))
            for team in (away, home):
                _results(world, rng, day, (away, home), team, squads[team], source)


def _results(
    world: World, rng: Random, day: date, match: tuple[str, str], team: str, squad: list[str], source: str
) -> None:
    """The rows of a team's game; shots come from plays, from the chart without assists and blocks, or are unknown."""
    known = rng.random()
    if known >= 0.04:
        for name in squad:
            _player(world, rng, day, match, team, name, source)
    if known < 0.97:
        pace, rating = _maybe(rng, rng.randint(880, 1100) / 10), rng.randint(9000, 13000) / 100
        won = (None, True, True, False, False)[(day.toordinal() + len(world.rows[TOGS])) % 5]
        world.offense(team, day, pace, offensive_rating=rating, win_flag=won)
    if 0.01 < known < 0.98:
        world.defense(team, day, **_defense(rng, source))


def _maybe(rng: Random, value: float) -> float | None:
    return None if rng.random() < 0.05 else value


def _part(rng: Random, most: int) -> tuple[int, int]:
    tried = rng.choice((0, rng.randint(0, most), rng.randint(0, most)))
    return rng.randint(0, tried), tried


def _player(world: World, rng: Random, day: date, match: tuple[str, str], team: str, name: str, source: str) -> None:
    luck = rng.random()
    if luck > 0.93:
        return
    away, home = match
    where: Row = {"game_id": f"{day:%Y%m%d}_{away}_{home}", "home_game": team == home}
    where["opponent_team_abbr"] = away if team == home else home
    if luck > 0.85:
        world.sit(name, team, day, **where)
        return
    paint, mid, three = _part(rng, 9), _part(rng, 6), _part(rng, 8)
    makes = paint[0] + mid[0] + three[0]
    assisted = rng.randint(0, makes)
    values = shots(paint, mid, three, makes, assisted)
    if source == "chart":
        values |= {"assisted_fg_makes": None, "unassisted_fg_makes": None}
    if source == "none" or rng.random() < 0.03:
        values = shots(makes=makes)
    values |= {"usage_rate": _maybe(rng, rng.randint(0, 400) / 10), "ts_pct": _maybe(rng, rng.randint(0, 999) / 1000)}
    values["universal_player_id"] = rng.choice((None, f"{name[:3]}_001", f"{name[:3]}_001"))
    minutes = rng.choice((None, 0.0, *(rng.randint(1, 420) / 10 for _ in range(8))))
    points = rng.choice((0, rng.randint(0, 45), 2 * makes))
    free = (None, 0, points, *range(1, 8))[(day.toordinal() + len(world.rows[PGS])) % 10]
    world.play(name, team, day, points, minutes, **values, **where, ft_makes=free)


def _defense(rng: Random, source: str) -> Row:
    zones = source != "none"
    paint, mid, three = _part(rng, 40), _part(rng, 30), _part(rng, 40)
    row: Row = {"opp_paint_makes": paint[0], "opp_paint_attempts": paint[1], "points_in_paint_allowed": 2 * paint[0]}
    row |= {"opp_mid_range_makes": mid[0], "opp_mid_range_attempts": mid[1]}
    row = row if zones else dict.fromkeys(row)
    row |= {"opp_three_pt_makes": three[0], "opp_three_pt_attempts": three[1]}
    if source == "plays":
        row |= {f"blocks_{zone}": rng.randint(0, 4) for zone in ("paint", "mid_range", "three_pt")}
    row |= {"points_allowed": rng.randint(80, 130), "rating": _maybe(rng, rng.randint(9000, 13000) / 100)}
    return row | {"pace": _maybe(rng, rng.randint(880, 1100) / 10)}


def _announce(world: World, rng: Random, day: date, squads: dict[str, list[str]]) -> None:
    """Game books list everybody of both teams, whoever played, each once, and sometimes somebody new."""
    there = {r["player_full_name"]: r["team_abbr"] for r in world.rows[PGS] if r["game_date"] == day}
    teams = {name: team for team, names in squads.items() for name in names} | there
    for row in [row for row in world.rows[SCHEDULE] if row["game_date"] == day and row["game_id"][:3] != "006"]:
        away, home = row["away_team_tricode"], row["home_team_tricode"]
        for team in (away, home):
            names = sorted(name for name, of_team in teams.items() if of_team == team)
            for name in [*names, *([f"{team.title()} Rookie"] if rng.random() < 0.5 else ())]:
                world.book(name, team, away, home, rng.choice(("active", "active", "inactive")), day)
                if rng.random() < 0.3:
                    world.report(name, team, rng.choice(("out", "questionable")), day=day)
                if rng.random() < 0.5:
                    world.roster(name, team, ago(1, day), age=rng.choice((None, 24, 30, 36)))


#: Values that the tables have to live with, by table.
ODD: dict[str, dict[str, tuple[object, ...]]] = {
    PGS: {
        "season_year": (2019, 2022, 2024),
        "is_dnp": (None, True, False),
        "points": (None, 0, 60, -2),
        "minutes_played": (None, 0.0, 53.9),
        "usage_rate": (None, 0.0, 100.0, 100.1, -5.0),
        "ts_pct": (None, 1.5, -3.0),
        "fg_makes": (None, 0, 30),
        "paint_attempts": (None, 0, 99, -40),
        "paint_makes": (None, 0, 99),
        "mid_range_attempts": (None, 0, 99),
        "three_attempts_pbp": (None, 0, 250),
        "three_makes_pbp": (None, 50),
        "assisted_fg_makes": (None, 0, 40, -30),
        "unassisted_fg_makes": (None, 0, 40),
    },
    TOGS: {"season_year": (2019, 2022, 2024), "pace": (None, 0.0, -2000.0), "offensive_rating": (None, 0.0, 300.0)},
    TDGS: {
        "season_year": (2019, 2022, 2024),
        "opp_paint_attempts": (None, 0, 2000),
        "opp_paint_makes": (None, 0, 500),
        "opp_mid_range_attempts": (None, 0),
        "opp_three_pt_attempts": (None, 0),
        "opp_three_pt_makes": (None, 400),
        "points_in_paint_allowed": (None, 3000, -4000),
        "blocks_paint": (None, 0, -100),
        "blocks_mid_range": (None, 0),
        "blocks_three_pt": (None, 0),
        "points_allowed": (None, 0, 1500),
        "defensive_rating": (None, 0.0, -2000.0),
        "opponent_pace": (None, 0.0),
    },
    SCHEDULE: {"game_status": (1, 2, 3, None), "home_team_score": (None, 0, 101)},
}
HISTORY = (PGS, TOGS, TDGS)
#: Of a table: odd values in some rows, all rows of some dates gone, some rows gone, everything gone, some
#: columns unknown, most games not over.
MISHAPS = (
    *(f"{table}:odd" for table in (*ODD, PGS, PGS, TDGS)),
    *(f"{table}:dates" for table in (PGS, TDGS, TOGS)),
    *(f"{table}:lost" for table in (PGS, TDGS, TOGS, SCHEDULE, REGISTRY)),
    *(f"{table}:gone" for table in (PGS, TDGS, TOGS)),
    *(f"{table}:blind" for table in (*HISTORY, TOGS)),
    "player_game_summary:teams",
    "nbac_schedule:open",
    "no opener",
)
#: Those that leave who plays for whom on a date to the game book, not to the results of the date.
STEADY = tuple(name for name in MISHAPS if not name.endswith(":teams"))


def _befall(world: World, name: str, rng: Random) -> None:
    table, _, what = name.partition(":")
    if what == "odd":
        rows = world.rows[table]
        for row in rng.sample(rows, min(len(rows), rng.choice((1, 3, 10, 40)))):
            column = rng.choice(sorted(ODD[table]))
            row[column] = rng.choice(ODD[table][column])
    elif what == "dates":
        days = sorted({row["game_date"] for row in world.rows[table]})
        gone = set(rng.sample(days, min(len(days), rng.choice((1, 3, 8)))))
        world.rows[table] = [row for row in world.rows[table] if row["game_date"] not in gone]
    elif what == "lost":
        world.rows[table] = [row for row in world.rows[table] if rng.random() < 0.9]
    elif what == "blind":
        columns = [name for name in ODD[table] if name not in ("season_year", "is_dnp", "points")]
        gone = {name for name in columns if table == TOGS or rng.random() < 0.6}
        for row in world.rows[table]:
            row |= dict.fromkeys(gone)
    elif what == "teams":
        for row in rng.sample(world.rows[table], len(world.rows[table]) // 9):
            row["team_abbr"] = rng.choice(("LAL", "ORL", "DEN"))
    elif what == "open":
        for row in world.rows[table]:
            row["game_status"] = rng.choice((1, 1, 1, row["game_status"]))
    elif what == "gone":
        world.rows[table] = []
    else:
        for row in world.rows[SCHEDULE]:
            if row["game_id"].startswith("002"):
                row["game_id"] = "004" + row["game_id"][3:]


@st.composite
def leagues(draw: st.DrawFn, mishaps: tuple[str, ...] = MISHAPS, most: int = 6) -> League:
    """Small leagues with up to `most` of the given mishaps; one in four has twelve teams, so a league."""
    return make_league(
        Plan(
            seed=draw(st.integers(0, 2**32 - 1)),
            opening=draw(st.integers(0, len(OPENINGS) - 1)),
            teams=draw(st.sampled_from((2, 4, 5, 12))),
            days=draw(st.integers(28, 42)),
            rest=draw(st.integers(0, 4)),
            mishaps=tuple(draw(st.lists(st.sampled_from(mishaps), max_size=most)) if most else ()),
        )
    )

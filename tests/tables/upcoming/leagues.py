"""Hypothesis strategy for two or three weeks of a small league with everything that goes wrong in real data.

A league follows from a plan: a seed, its size and what goes wrong. Plans shrink to few mishaps.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from random import Random

import polars as pl
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.tables.upcoming.odd_values import ODD
from tests.tables.upcoming.world import (
    GAMEBOOK,
    INJURIES,
    INPUTS,
    LINES,
    ODDS,
    OPTIONAL,
    PGS,
    PROS,
    SCHEDULE,
    TDGS,
    TOGS,
    Row,
    World,
    ago,
    at,
    on,
    wall,
)

TEAMS = ("LAL", "LAC", "PHX", "TOR", "DEN", "IND", "BKN", "UTA")
WORDS = ("Alpha", "Bravo", "Charlie", "Delta Jr", "Echo II")
#: First dates: the middle of a season, its end, its beginning, a leap year, and the end of 2019-20.
STARTS = ("2024-01-02", "2024-03-28", "2023-10-20", "2024-02-20", "2020-10-01")
#: Raw tables with rows of the results so far; their keys are unique.
HISTORY = (PGS, TOGS, TDGS)


@dataclass(frozen=True)
class Plan:
    """What a league follows from.

    Attributes:
        seed: Seed of everything that is chosen at random.
        start: Number of the first date.
        teams: Teams of the league.
        days: Days of the schedule.
        mishaps: What goes wrong, in order.
    """

    seed: int
    start: int = 0
    teams: int = 4
    days: int = 16
    mishaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class League:
    """A world, the dates to compute, and the plan behind them."""

    plan: Plan
    world: World
    dates: list[date]

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        return self.world.frames()

    def copy(self) -> League:
        """Return a league whose rows may be changed."""
        return replace(self, world=copy.deepcopy(self.world))

    def __repr__(self) -> str:
        return f"make_league({self.plan!r})"

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        printer.text(repr(self))


def make_league(plan: Plan) -> League:
    """Make the league of a plan: three dates are computed, of which some are over and some are not."""
    rng = Random(plan.seed)
    world, start = World(), on(STARTS[plan.start])
    days = [start + timedelta(days=n) for n in range(plan.days)]
    teams = rng.sample(TEAMS, plan.teams)
    squads = {team: [f"{team.title()} {word}" for word in WORDS] for team in teams}
    today = rng.randint(plan.days // 2, plan.days - 2)
    # A few games of the season before, of which nobody may know anything but a birth date.
    for n, day in enumerate([ago(200, start), *days]):
        _play_day(world, rng, day, squads, over=n <= today)
    for team in teams:
        for n in range(10):
            world.play(f"{team.title()} Alpha", team, ago(2 * n + 2, start), rng.randint(15, 40), 33.3)
    dates = sorted(rng.sample(days[2 : today + 3], min(3, today)))
    for day in dates:
        _announce(world, rng, day, squads)
    _people(world, rng, squads, dates)
    for name in plan.mishaps:
        _befall(world, name, Random(rng.random()))
    return League(plan, world, dates)


def _play_day(world: World, rng: Random, day: date, squads: dict[str, list[str]], *, over: bool) -> None:
    if len(squads) > 2 and rng.random() < 0.1:
        _trade(rng, squads)
    teams = rng.sample(sorted(squads), len(squads))
    for away, home in zip(teams[::2], teams[1::2], strict=False):
        if rng.random() < 0.2:
            continue
        prefix = rng.choice(("002",) * 8 + ("004", "005", "006"))
        score = (rng.randint(80, 130), rng.randint(80, 130)) if over else None
        changes: Row = {
            "game_date_est": wall(day, time(rng.randint(12, 22), 30)),
            "is_primetime": rng.choice((None, True, False)),
        }
        if rng.random() < 0.15:
            place = (("Nowhere", "Hall"), (None, "Ball Arena"), ("Mexico City", "Crypto.com Arena"))
            changes["arena_city"], changes["arena_name"] = rng.choice(place)
            changes["neutral_site_flag"] = rng.choice((None, True))
        world.game(away, home, day, score, prefix, **changes)
        if over and prefix != "006":
            for team in (away, home):
                _results(world, rng, day, team, squads[team])


def _trade(rng: Random, squads: dict[str, list[str]]) -> None:
    one, other = rng.sample(sorted(squads), 2)
    if squads[one]:
        squads[other].append(squads[one].pop(rng.randrange(len(squads[one]))))


def _results(world: World, rng: Random, day: date, team: str, squad: list[str]) -> None:
    if rng.random() < 0.1:
        return
    for name in squad:
        luck = rng.random()
        if luck < 0.75:
            usage = rng.choice((None, rng.randint(0, 400) / 10))
            points = rng.choice((0, 5, rng.randint(0, 45))) + 15 * name.endswith("Alpha")
            world.play(name, team, day, points, rng.randint(0, 420) / 10, usage_rate=usage)
        elif luck < 0.9:
            world.sit(name, team, day)
    if rng.random() < 0.95:
        pace = rng.choice((None, rng.randint(880, 1100) / 10))
        world.offense(team, day, rng.randint(880, 1100) / 10)
        world.defense(team, day, rng.randint(9000, 13000) / 100, pace, rng.choice((None, rng.randint(5, 40))))


def _announce(world: World, rng: Random, day: date, squads: dict[str, list[str]]) -> None:
    """What is listed and quoted for the games of a date, before tip-off and after."""
    games = [row for row in world.rows[SCHEDULE] if row["game_date"] == day and row["game_id"][:3] != "006"]
    reported = rng.random() < 0.8
    for game in games:
        away, home, clock = game["away_team_tricode"], game["home_team_tricode"], game["game_date_est"].time()
        sides, listed = (away, home), rng.random() < 0.5
        for team in sides:
            for name in squads[team]:
                if listed:
                    world.book(name, team, away, home, rng.choice(("active", "active", "dnp", "inactive")), day)
                if reported and rng.random() < 0.5:
                    _report(world, rng, day, name, team)
            if rng.random() < 0.5:
                for name in squads[team]:
                    world.roster(name, team, ago(rng.randint(-1, 3), day), age=rng.choice((None, 25)))
        _quote(world, rng, day, clock, away, home, [*squads[away], *squads[home]])


def _report(world: World, rng: Random, day: date, name: str, team: str) -> None:
    for _ in range(rng.randint(1, 2)):
        status = rng.choice(("out", "doubtful", "questionable", "probable", "available"))
        reason = rng.choice((None, "Sprain", "unknown"))
        category = rng.choice((None, "injury", "g_league"))
        world.report(
            name, team, status, rng.randint(6, 23), ago(rng.randint(0, 1), day), day,
            reason=reason, reason_category=category, confidence_score=rng.choice((None, 0.5, 1.0)),
        )  # fmt: skip


def _quote(world: World, rng: Random, day: date, tip: time, away: str, home: str, names: list[str]) -> None:
    sides = {"away": away, "home": home, "day": day}
    for _ in range(rng.randint(0, 12)):
        name, line, book = rng.choice(names), rng.randint(10, 60) / 2, rng.choice(("draftkings", "FanDuel", "betmgm"))
        seen = at(rng.randint(-60, 600), day, tip)
        if rng.random() < 0.7:
            world.prop(name, line, book=book, snapshot_timestamp=seen, game_start_time=at(0, day, tip), **sides)  # type: ignore[arg-type]
        else:
            clock = wall(day, time(rng.randint(6, 23)))
            world.pros(name, line, rng.choice((None, line - 1)), book, day, bookmaker_last_update=clock)
    for _ in range(rng.randint(0, 12)):
        outcome = rng.choice((away, home, home, "Over", "Over", "Under"))
        point = rng.randint(800, 1000) / 4 if outcome.title() == outcome else rng.randint(-40, 40) / 4
        seen = at(rng.choice((-30, 30, 90, 500)), day, tip)
        world.line(outcome, point, book=rng.choice(("draftkings", "fanduel", "x")), snapshot_timestamp=seen, **sides)  # type: ignore[arg-type]


def _people(world: World, rng: Random, squads: dict[str, list[str]], dates: list[date]) -> None:
    for team, names in squads.items():
        for name in names:
            if rng.random() < 0.8:
                world.person(
                    name, team, rng.choice(("2023-24", "2019-20")), birth_date=rng.choice((None, on("1996-02-29")))
                )
            if rng.random() < 0.2:
                world.roster(name, team, ago(rng.randint(-5, 60), dates[0]), birth_date=on("1999-01-05"))
            if rng.random() < 0.1:
                world.alias(name.split()[-1], name)


def _befall(world: World, name: str, rng: Random) -> None:
    """Let something happen to a table: odd values, rows twice, rows the other way round, rows or all of it gone."""
    table, _, what = name.partition(":")
    rows = world.rows[table]
    if not rows:
        return
    few = rng.sample(rows, min(len(rows), rng.choice((1, 2, 5, 20, 1 + len(rows) // 2))))
    match what:
        case "odd":
            for row in few:
                _make_odd(row, table, rng)
        case "doubled":
            for row in few:
                twin = dict(row)
                if rng.random() < 0.7:
                    _make_odd(twin, table, rng)
                rows.append(twin)
        case "mirrored":
            for row in few:
                row["home_team_abbr"], row["away_team_abbr"] = row["away_team_abbr"], row["home_team_abbr"]
        case "lost":
            gone = {id(row) for row in few}
            world.rows[table] = [row for row in rows if id(row) not in gone]
        case "gone":
            world.rows[table] = []


def _make_odd(row: Row, table: str, rng: Random) -> None:
    for column in rng.sample(sorted(ODD[table]), rng.choice((1, 1, 2))):
        value = rng.choice(ODD[table][column])
        row[column] = value(row, rng) if callable(value) else value


MIRRORED = (GAMEBOOK, ODDS, LINES)
#: Some tables have more ways to be odd; they come twice.
MISHAPS = (
    *(f"{table}:odd" for table in (*INPUTS, SCHEDULE, GAMEBOOK, INJURIES, PROS)),
    *(f"{table}:doubled" for table in (SCHEDULE, *OPTIONAL)),
    *(f"{table}:mirrored" for table in MIRRORED),
    *(f"{table}:lost" for table in (SCHEDULE, *HISTORY)),
    *(f"{table}:gone" for table in (*OPTIONAL, *HISTORY)),
)


@st.composite
def leagues(draw: st.DrawFn, mishaps: tuple[str, ...] = MISHAPS, most: int = 12) -> League:
    """Small leagues with up to `most` of the given mishaps."""
    return make_league(
        Plan(
            seed=draw(st.integers(0, 2**32 - 1)),
            start=draw(st.integers(0, len(STARTS) - 1)),
            teams=draw(st.integers(2, 6)),
            days=draw(st.integers(14, 21)),
            mishaps=tuple(draw(st.lists(st.sampled_from(mishaps), max_size=most)) if most else ()),
        )
    )

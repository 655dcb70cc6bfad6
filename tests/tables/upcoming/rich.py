"""A world in which every column of both tables has something to say: the Lakers at Denver."""

from __future__ import annotations

from datetime import date, time

from tests.tables.upcoming.world import DAY, Row, World, ago, wall

#: Ages in days of the finals of both teams.
LAKERS = (1, 2, *range(4, 30, 2))
NUGGETS = tuple(range(2, 29, 2))
ANN, BEN, CAL, DAN = "Ann Alpha", "Ben Bravo", "Cal Charlie", "Dan Delta"
EVE, FLO = "Eve Echo", "Flo Foxtrot"
SQUADS = {"LAL": (ANN, BEN, CAL, DAN), "DEN": (EVE, FLO)}
#: Points of the newest games of everybody, then again.
POINTS = {ANN: (30, 25, 15, 22, 9), BEN: (31, 28), CAL: (12, 14), DAN: (5, 6), EVE: (19, 23, 24), FLO: (2, 3)}


def rich_world(day: date = DAY) -> World:
    """Fifteen games of a team and its next ones, lines, props and reports before and after tip-off."""
    world = World().final("LAL", "DEN", day, (101, 99))
    _schedule(world, day)
    for team, ages in (("LAL", LAKERS), ("DEN", NUGGETS)):
        for days in (0, *ages, -2):
            _results(world, team, days, day)
    for team, names in SQUADS.items():
        for name in names:
            world.book(name, team, day=day).person(name, team).roster(name, team, ago(1, day), age=25)
    world.roster(ANN, "LAL", ago(2, day), birth_date=date(1999, 7, 1))
    _quotes(world, day)
    _reports(world, day)
    return world


def _schedule(world: World, day: date) -> None:
    for n, days in enumerate(LAKERS):
        other = ("CLE", "NYK", "BOS")[n % 3]
        score = (110, 100 - n) if n % 4 < 2 else (95, 99 + n)
        world.final(*(("LAL", other) if n % 3 != 1 else (other, "LAL")), ago(days, day), score)
    for n, days in enumerate(NUGGETS):
        world.final(*(("DEN", "UTA") if n % 2 else ("MIA", "DEN")), ago(days, day), (101 + n, 104))
    for days in (3, 6):
        world.final("SAC", "OKC", ago(days, day), (90 + days, 95))
    world.game("SAC", "LAL", ago(-2, day), is_primetime=True).game("LAL", "CHI", ago(-5, day))
    world.game("OKC", "DEN", ago(-1, day)).game("OKC", "DEN", ago(-3, day)).game("OKC", "DEN", ago(-7, day))


def _results(world: World, team: str, days: int, day: date) -> None:
    on_day, n = ago(days, day), abs(days)
    for name in SQUADS[team]:
        points = POINTS[name][n % len(POINTS[name])]
        world.play(name, team, on_day, points, 25.5 + n / 10, usage_rate=20.1 + n)
    world.offense(team, on_day, 95.5 + n / 2).defense(team, on_day, 105.25 + n, 99.0 + n / 10, 15 + n)


def _quotes(world: World, day: date) -> None:
    for n, before in enumerate((300, 60, -20)):
        world.prop(ANN, 19.5 + n, before, day=day).prop(ANN, 30.5 + n, before, "fanduel", day=day)
        for book, spread in (("draftkings", -2.5), ("fanduel", -3.0)):
            world.line("DEN", spread - 2 * n, before, book, day=day).line("LAL", -spread + 2 * n, before, book, day=day)
            world.line("Over", 221.5 + 3 * n, before, book, day=day).line("Under", 222.5 + n, before, book, day=day)
    late = wall(day, time(23))
    world.pros(EVE, 22.5, 20.5, day=day).pros(EVE, 29.5, 28.5, day=day, bookmaker_last_update=late)


def _reports(world: World, day: date) -> None:
    statuses = {ANN: "questionable", BEN: "out", CAL: "doubtful", DAN: "probable"}
    for name, status in statuses.items():
        world.report(name, "LAL", "available", 17, ago(1, day), day, reason="Rest")
        world.report(name, "LAL", status, 13, day=day, reason="Left Knee; Sprain", reason_category="injury")
        world.report(name, "LAL", "out", 21, day=day, reason="Late news")


def newest(world: World, table: str, before: date, **values: object) -> Row:
    """The last row before a date that has these values."""
    column = "game_date"
    rows = [r for r in world.rows[table] if r[column] < before and all(r[k] == v for k, v in values.items())]
    return max(rows, key=lambda row: row[column])

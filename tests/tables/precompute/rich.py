"""A world in which every column of the four tables has something to say: the Lakers at Denver, and a league of ten."""

from __future__ import annotations

from datetime import date

from tests.tables.precompute.world import allowed, season, shots
from tests.tables.upcoming.world import DAY, Row, World, ago

ANN, BEN, EVE, FLO = "Ann Alpha", "Ben Bravo", "Eve Echo", "Flo Foxtrot"
SQUADS = {"LAL": (ANN, BEN), "DEN": (EVE, FLO)}
#: Ages in days of the games; 0 and less are the date and later.
AGES = (-3, 0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 29, 31, 33, 35, 37)
#: Further teams of the league: they have games, and no players.
LEAGUE = ("BOS", "MIA", "CHI", "UTA", "CLE", "NYK", "TOR", "PHX")


def player_game(n: int, shift: int) -> Row:
    """A player's game, different from one to the next."""
    values = shots((2 + n % 3, 5 + n % 4 + shift), (n % 2, 3 + n % 2), (1 + n % 3, 4 + n % 5 - shift), 4 + n % 3, n % 4)
    return values | {"ts_pct": 0.5 + n / 100, "usage_rate": 20.1 + n, "minutes_played": 33.5 + n / 10}


def team_game(n: int, shift: int) -> Row:
    """A team's game on defence."""
    values = allowed(
        (20 + n % 5 + shift, 36 + n % 4), (7 + n % 3, 20 + n % 3), (11 + n % 4, 35), (2 + n % 2, n % 3, n % 2), 105 + n
    )
    return values | {"rating": 105.25 + n, "pace": 97.5 + n / 10 + shift}


def rich_world(day: date = DAY, ages: tuple[int, ...] = AGES) -> World:
    """Twenty games of both teams, some after the date, with everything known but the projection."""
    world = season(day).final("LAL", "DEN", day, (101, 99))
    for n, days in enumerate(ages):
        on_day = ago(days, day)
        for k, (team, names) in enumerate(SQUADS.items()):
            if days:
                world.final(team, ("ATL", "DET")[k], on_day, (100 + n, 110 - n))
            for j, name in enumerate(names):
                person = {"universal_player_id": f"{name[:3].lower()}_001"}
                world.play(name, team, on_day, 10 + (n * (3 + j)) % 17, **(player_game(n, j) | person))
            world.offense(team, on_day, 95.5 + n / 2 + 7 * k, offensive_rating=110.25 + n)
            world.defense(team, on_day, **team_game(n, k))
        for k, team in enumerate(LEAGUE):
            world.defense(team, on_day, **team_game(n, k % 3))
    for team, names in SQUADS.items():
        for name in names:
            world.book(name, team, day=day).person(name, team).roster(name, team, ago(1, day), age=25)
    for status, name in (("out", ANN), ("available", BEN)):
        world.report(name, "LAL", status, 11, day=day, reason="Sprain", reason_category="injury")
    return world

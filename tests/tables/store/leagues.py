"""Small random leagues for the feature store: those of the neighbours, with longer histories and further mishaps."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from hypothesis import strategies as st

from tests.tables.precompute.leagues import MISHAPS, OPENINGS, Plan, make_league
from tests.tables.precompute.leagues import STEADY as STEADY_MISHAPS
from tests.tables.precompute.leagues import League as PlainLeague
from tests.tables.upcoming.world import GAMEBOOK, PGS, SCHEDULE, TDGS, TOGS, Row, World, ago

Extra = Callable[[World, Random, list[date]], object]


@dataclass(frozen=True)
class League(PlainLeague):
    """A world, the dates to compute, and what it follows from.

    Attributes:
        extras: What befalls it after its plan, in order.
    """

    extras: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"make_store_league({self.plan!r}, {self.extras!r})"


def make_store_league(plan: Plan, extras: tuple[str, ...] = ()) -> League:
    """Make the league of a plan, and what befalls it further."""
    league, rng = make_league(plan), Random(plan.seed + 1)
    for name in extras:
        EXTRAS[name](league.world, Random(rng.random()), league.dates)
    return League(league.plan, league.world, league.dates, extras)


KEYS = {PGS: "player_lookup", TOGS: "team_abbr", TDGS: "defending_team_abbr"}


def _repeat(world: World, table: str, rows: list[Row], days: Callable[[], int], seasons: int = 0) -> None:
    """Enter rows once more so many days earlier, where there is none."""
    taken = {(row["game_date"], row[KEYS[table]]) for row in world.rows[table]}
    for row in rows:
        older = row | {"game_date": ago(days(), row["game_date"]), "season_year": row["season_year"] - seasons}
        if (key := (older["game_date"], older[KEYS[table]])) not in taken:
            taken.add(key)
            world.rows[table].append(older)


def longer(world: World, rng: Random, dates: list[date]) -> None:
    """The season is older than it is: everything once more 43 days earlier, beyond the edge of 60."""
    for table in KEYS:
        _repeat(world, table, list(world.rows[table]), lambda: 43)


def a_year_ago(world: World, rng: Random, dates: list[date]) -> None:
    """The season before had games on the days around those of a year ago."""
    rows = [row for row in world.rows[PGS] if any(day >= row["game_date"] > ago(12, day) for day in dates)]
    _repeat(world, PGS, rows, lambda: rng.randint(352, 368), 1)


def open_games(world: World, rng: Random, dates: list[date]) -> None:
    """Some games of the dates are not over yet, whatever the summaries have of them."""
    for row in world.rows[SCHEDULE]:
        if row["game_date"] in dates and rng.random() < 0.6:
            row |= {"game_status": rng.choice((1, 2)), "home_team_score": None, "away_team_score": None}


def lines(world: World, rng: Random, dates: list[date]) -> None:
    """Lines of both feeds, some of them too late."""
    for row in rng.sample(world.rows[GAMEBOOK], len(world.rows[GAMEBOOK]) * 2 // 3):
        name, day = row["player_name"], row["game_date"]
        for before in rng.sample((600, 240, 30, -5), 2):
            line = rng.choice((0.0, rng.randint(1, 80) / 2))
            teams = {"away": row["away_team_abbr"], "home": row["home_team_abbr"]}
            if rng.random() < 0.7:
                world.prop(name, line, before, rng.choice(("draftkings", "betmgm")), day=day, **teams)
            else:
                world.pros(name, line, rng.choice((None, 0.0, line + 1.5)), day=day)


def other_matches(world: World, rng: Random, dates: list[date]) -> None:
    """Rows of the dates are of another game, of one the schedule lacks, or against somebody else; of one are none."""
    games = sorted({str(row["game_id"]) for row in world.rows[PGS] if row["game_date"] in dates})
    gone = rng.choice(games) if games else ""
    world.rows[PGS] = [row for row in world.rows[PGS] if row["game_id"] != gone]
    for row in world.rows[PGS]:
        if row["game_date"] in dates and rng.random() < 0.15:
            row["game_id"] = rng.choice((*games, "20240101_XXX_YYY"))
        if rng.random() < 0.1:
            row["opponent_team_abbr"] = rng.choice(("LAL", "DEN", "ORL"))


#: Values that the store has to live with.
ODD: dict[str, tuple[object, ...]] = {
    "ft_makes": (None, 0, 70, -3),
    "points": (0, 1, 120, -5),
    "minutes_played": (None, 0.0, 0.1, 99.9),
    "paint_attempts": (None, 0, 5),
    "mid_range_attempts": (None, 0, -2),
    "three_attempts_pbp": (None, 0, 7),
    "home_game": (True, False),
    "is_dnp": (None, True),
    "universal_player_id": (None, "x_001"),
}


def odd_values(world: World, rng: Random, dates: list[date]) -> None:
    for row in rng.sample(world.rows[PGS], len(world.rows[PGS]) // 6):
        column = rng.choice(sorted(ODD))
        row[column] = rng.choice(ODD[column])


def streaks(world: World, rng: Random, dates: list[date]) -> None:
    """Some have scored a lot for three weeks, and always the same."""
    names = sorted({row["player_lookup"] for row in world.rows[PGS]})
    hot = set(rng.sample(names, len(names) // 4))
    for row in world.rows[PGS]:
        if row["player_lookup"] in hot and row["game_date"] > ago(21, dates[-1]) and row["points"]:
            row["points"] = 55


def rookies(world: World, rng: Random, dates: list[date]) -> None:
    """Some have nothing before the dates, or nothing but long ago."""
    names = sorted({row["player_lookup"] for row in world.rows[PGS]})
    gone = set(rng.sample(names, len(names) // 4))
    world.rows[PGS] = [
        row
        for row in world.rows[PGS]
        if row["player_lookup"] not in gone or row["game_date"] in dates or rng.random() < 0.05
    ]


EXTRAS: dict[str, Extra] = {
    extra.__name__: extra
    for extra in (longer, a_year_ago, open_games, lines, other_matches, odd_values, streaks, rookies)
}
#: Those that leave who played on a date to the results of the date.
STEADY = tuple(name for name in EXTRAS if name not in ("odd_values",))


@st.composite
def leagues(
    draw: st.DrawFn, extras: tuple[str, ...] = tuple(EXTRAS), most: int = 4, mishaps: tuple[str, ...] = MISHAPS
) -> League:
    """Small leagues with up to `most` of the mishaps of a plan, and any of the further ones."""
    plan = Plan(
        seed=draw(st.integers(0, 2**32 - 1)),
        opening=draw(st.integers(0, len(OPENINGS) - 1)),
        teams=draw(st.sampled_from((2, 4, 5, 12))),
        days=draw(st.integers(32, 42)),
        rest=draw(st.integers(0, 4)),
        mishaps=tuple(draw(st.lists(st.sampled_from(mishaps), max_size=most)) if most else ()),
    )
    names = draw(st.lists(st.sampled_from(extras), unique=True, max_size=5))
    return copy.copy(make_store_league(plan, tuple(names)))


@st.composite
def steady_leagues(draw: st.DrawFn) -> League:
    """Leagues whose results of a date say who played for whom, and nothing that later ones could undo."""
    return draw(leagues(STEADY, 3, STEADY_MISHAPS))

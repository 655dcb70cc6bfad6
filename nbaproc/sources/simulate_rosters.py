"""Team rosters of the simulated league as a weekly look at every team finds them, with ages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from nbaproc.sources.simulate_calendar import DEADLINE, opener
from nbaproc.sources.simulate_league import Player, below
from nbaproc.sources.simulate_squads import Season
from nbaproc.sources.simulate_table import Row, instant

# Days from the opener: the first look at a team, and when looking ends.
_FIRST, _END = -9, 244


def birth_of(seed: int, player: Player) -> date:
    """Return the date of birth of a player: nineteen to twenty-three years before his first season."""
    return date(player.first_season - 19, 10, 1) - timedelta(days=below(Random(f"{seed} birth {player.nba_id}"), 1461))


def age_on(day: date, birth: date) -> int:
    """Return the full years since a birth.

    >>> age_on(date(2023, 2, 28), date(2000, 2, 29)), age_on(date(2023, 3, 1), date(2000, 2, 29))
    (22, 23)
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def roster_rows(season: Season) -> Iterator[Row]:
    """Yield the rosters of a season, each team on its own day of the week.

    A week is missed now and then, and some days have two looks. Of some players the source knows no date of birth, of
    a few not even the age.
    """
    births = {p.nba_id: birth_of(season.seed, p) for players in season.rosters[0].values() for p in players}
    for place, code in enumerate(season.rosters[0]):
        rng = Random(f"{season.seed} rosters {season.year} {code}")
        for since in range(_FIRST + place % 7, _END, 7):
            if since > 0 and below(rng, 20) == 0:
                continue
            day = opener(season.year) + timedelta(days=since)
            for hour in (6, 18) if below(rng, 10) == 0 else (6,):
                read = instant(datetime.combine(day, time(hour))) + below(rng, 60)
                for player in season.rosters[since > DEADLINE][code]:
                    birth = births[player.nba_id]
                    age = age_on(day, birth) if player.nba_id % 61 else None
                    known = birth if player.nba_id % 8 else None
                    yield day, hour, code, player.lookup, age, known if age else None, read

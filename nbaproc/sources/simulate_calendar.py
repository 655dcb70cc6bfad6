"""The calendar of the simulated league: who meets whom, on which date, at which hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from random import Random
from typing import NamedTuple

from nbaproc.sources.simulate_league import CONFERENCES, TEAMS, below, pick, shuffled

#: Days after the opener: trading deadline, All-Star game, last day of the regular season, its final rounds.
DEADLINE, LAST_DAY, PLAY_IN = 114, 173, (175, 176, 178)
CUP_FINAL, CUP_SINCE = 46, 2023

_ROUNDS = (179, 195, 211, 228)
_SERIES_DAYS = (0, 2, 5, 7, 9, 11, 14)
_BETTER_HOSTS = (True, True, False, False, True, False, True)

_GAMES_BY_WEEKDAY = (8, 6, 11, 4, 11, 8, 8)
_TIPS = {
    "America/New_York": (1140, 1140, 1170, 1170, 1200),
    "America/Chicago": (1170, 1200, 1200, 1230),
    "America/Denver": (1260, 1260, 1290),
    "America/Phoenix": (1260, 1260, 1320),
    "America/Los_Angeles": (1320, 1320, 1350),
}


class Fixture(NamedTuple):
    """A game to be played; the tip-off is Eastern wall-clock time under a UTC label."""

    game_id: str
    game_date: date
    tip: datetime
    home: str
    away: str


def opener(season_year: int) -> date:
    """Return the first date of a regular season, the Tuesday from October 18 to 24.

    >>> [str(opener(year)) for year in (2021, 2022, 2023)]
    ['2021-10-19', '2022-10-18', '2023-10-24']
    """
    earliest = date(season_year, 10, 18)
    return earliest + timedelta(days=(1 - earliest.weekday()) % 7)


def all_star_day(season_year: int) -> int:
    """Return the All-Star Sunday, the one from February 15 to 21, in days after the opener."""
    earliest = date(season_year + 1, 2, 15)
    return (earliest + timedelta(days=6 - earliest.weekday()) - opener(season_year)).days


def fixture(rng: Random, season_year: int, prefix: str, number: int, day: int, home: str, away: str) -> Fixture:
    """Return the game of that number on the day that many days after the opener."""
    on = opener(season_year) + timedelta(days=day)
    zone = TEAMS[home].zone if home in TEAMS else "America/New_York"
    minute = pick(rng, (780, 930)) if on.weekday() >= 5 and below(rng, 4) == 0 else pick(rng, _TIPS[zone])
    tip = datetime.combine(on, time(minute // 60, minute % 60), tzinfo=UTC)
    return Fixture(f"{prefix}{season_year % 100:02d}{number:05d}", on, tip, home, away)


def _meetings(one: int, other: int) -> tuple[int, int]:
    """Return how often two teams meet, one < other, at the one's home and at the other's.

    Four times inside a division, twice across the conferences; inside a conference, each team meets three of the five
    teams of another division four times and two of them three times.
    """
    if one // 5 == other // 5:
        return 2, 2
    if one // 15 != other // 15:
        return 1, 1
    step = (other - one) % 5
    return (2, 2) if step < 3 else (2, 1) if step == 3 else (1, 2)


def _pairings() -> list[tuple[str, str]]:
    """Return home and away of the 1,230 games of a regular season."""
    games: list[tuple[str, str]] = []
    for (i, one), (j, other) in combinations(enumerate(TEAMS), 2):
        at_one, at_other = _meetings(i, j)
        games += [(one, other)] * at_one + [(other, one)] * at_other
    return games


def _capacities(season_year: int) -> list[int]:
    """Return how many games each day should hold; 0 for a day without games."""
    first, all_star = opener(season_year), all_star_day(season_year)
    capacities = []
    for day in range(LAST_DAY + 1):
        on = first + timedelta(days=day)
        thanksgiving = on.month == 11 and on.weekday() == 3 and 22 <= on.day <= 28
        no_games = thanksgiving or (on.month, on.day) == (12, 24) or all_star - 2 <= day <= all_star + 3 or day == 167
        cup_final = day == CUP_FINAL and season_year >= CUP_SINCE
        capacities.append(0 if no_games or cup_final else _GAMES_BY_WEEKDAY[on.weekday()])
    capacities[0], capacities[1], capacities[LAST_DAY] = 2, 12, 15
    return capacities


class _Diary:
    """Which days are taken, by team and altogether."""

    def __init__(self, capacities: list[int]) -> None:
        self.capacities = capacities
        self.load = [0] * len(capacities)
        self.busy = {code: [False] * (len(capacities) + 4) for code in TEAMS}

    def _strain(self, code: str, day: int) -> int:
        """Return the neighbouring days with a game; 9 if the day is taken or would be the third game in a row."""
        before2, before, here, after, after2 = self.busy[code][day : day + 5]
        if here or (before and (before2 or after)) or (after and after2):
            return 9
        return before + after

    def best_day(self, rng: Random, teams: Sequence[str], earliest: int = 0) -> int | None:
        """Return a day on which both teams are free: thinly filled, and seldom after or before another game."""
        best, lowest = None, 10**9
        one, other = teams
        for day in range(earliest, len(self.capacities)):
            if not self.capacities[day]:
                continue
            strain = self._strain(one, day) + self._strain(other, day)
            cost = 100 * self.load[day] // self.capacities[day] + 19 * strain + below(rng, 40)
            if strain < 9 and cost < lowest:
                best, lowest = day, cost
        return best

    def enter(self, teams: Sequence[str], day: int) -> None:
        """Take a day for two teams."""
        self.load[day] += 1
        for code in teams:
            self.busy[code][day + 2] = True


def _spread(rng: Random, season_year: int, games: list[tuple[str, str]]) -> tuple[_Diary, list[int]] | None:
    """Return a day for every game; None in the rare case that one finds no place."""
    diary, days = _Diary(_capacities(season_year)), []
    for teams in games:
        day = diary.best_day(rng, teams)
        if day is None:
            return None
        diary.enter(teams, day)
        days.append(day)
    return diary, days


def regular_season(rng: Random, season_year: int) -> tuple[list[Fixture], list[Fixture]]:
    """Return the games of a regular season and, under the same ids, the old dates of those that were postponed."""
    placed = None
    while placed is None:
        games = shuffled(rng, _pairings())
        placed = _spread(rng, season_year, games)
    diary, days = placed
    order = sorted(range(len(games)), key=lambda i: (days[i], games[i]))
    fixtures: list[Fixture] = []
    postponed: list[Fixture] = []
    for number, i in enumerate(order, 1):
        planned = fixture(rng, season_year, "002", number, days[i], *games[i])
        if len(postponed) < 2 and number >= 400 + 100 * len(postponed):
            day = diary.best_day(rng, games[i], earliest=days[i] + 5)
            if day is not None:
                diary.enter(games[i], day)
                postponed.append(planned)
                planned = fixture(rng, season_year, "002", number, day, *games[i])
        fixtures.append(planned)
    return fixtures, postponed


def extra_games(rng: Random, season_year: int) -> list[Fixture]:
    """Return the games that count for nothing: pre-season, the All-Star game, the Cup final."""
    codes = shuffled(rng, list(TEAMS))
    extras = [fixture(rng, season_year, "001", i + 1, i - 12, codes[2 * i], codes[2 * i + 1]) for i in range(6)]
    extras.append(fixture(rng, season_year, "003", 1, all_star_day(season_year), "EST", "WST"))
    if season_year >= CUP_SINCE:
        extras.append(fixture(rng, season_year, "006", 1, CUP_FINAL, *codes[:2]))
    return extras


def postseason(rng: Random, season_year: int, ranking: Sequence[str], play: Callable[[Fixture], str]) -> None:
    """Play play-in and play-offs to the end, series only as long as needed.

    Args:
        rng: Where the tip-off times come from.
        season_year: The season.
        ranking: All teams, the best one first.
        play: Plays a game and returns the winner.
    """

    def meet(prefix: str, number: int, day: int, home: str, away: str) -> str:
        return play(fixture(rng, season_year, prefix, number, day, home, away))

    def series(stage: int, index: int, pair: Sequence[str]) -> str:
        better, worse = sorted(pair, key=ranking.index)
        wins = {better: 0, worse: 0}
        for game, (day, better_hosts) in enumerate(zip(_SERIES_DAYS, _BETTER_HOSTS, strict=True), 1):
            home, away = (better, worse) if better_hosts else (worse, better)
            winner = meet("004", 100 * (stage + 1) + 10 * index + game, _ROUNDS[stage] + index % 2 + day, home, away)
            wins[winner] += 1
            if wins[winner] == 4:
                return winner
        raise AssertionError("a series has seven games at most")

    bracket: list[str] = []
    for side, conference in enumerate(CONFERENCES):
        seeds = [code for code in ranking if code in conference]
        seventh = meet("005", 101 + 10 * side, PLAY_IN[side], seeds[6], seeds[7])
        ninth = meet("005", 102 + 10 * side, PLAY_IN[side], seeds[8], seeds[9])
        loser = seeds[7] if seventh == seeds[6] else seeds[6]
        eighth = meet("005", 201 + 10 * side, PLAY_IN[2], loser, ninth)
        bracket += [seeds[0], eighth, seeds[3], seeds[4], seeds[2], seeds[5], seeds[1], seventh]
    for stage in range(4):
        pairs = zip(bracket[::2], bracket[1::2], strict=True)
        bracket = [series(stage, index, pair) for index, pair in enumerate(pairs)]

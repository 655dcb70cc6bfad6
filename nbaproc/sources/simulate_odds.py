"""The betting lines of the simulated league: spreads, totals and points lines, before tip-off and now and then after.

A book knows the strength of teams and players, their earlier games and the injury reports that are out. It never sees
the game: what it says after the tip-off is chance, far enough from its last word to show wherever it gets in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from nbaproc.raw.teams import TEAM_NAMES
from nbaproc.sources.simulate_calendar import Fixture
from nbaproc.sources.simulate_injuries import Listed, reports_before
from nbaproc.sources.simulate_league import Player, below, pick
from nbaproc.sources.simulate_squads import Season, Squad
from nbaproc.sources.simulate_table import Row, instant, label

#: Books in the order in which they are trusted.
BOOKS = ("draftkings", "fanduel", "betmgm")

_FULL_NAMES = {code: name.title().replace("76Ers", "76ers") for name, code in TEAM_NAMES.items()}
_SECOND_BOOKS = ("DraftKings", "FanDuel", "BetMGM", "Caesars")

# Tenths of points a player scores by his rank in the team, and the games that this guess weighs.
_BY_RANK, _GUESS = (240, 210, 178, 150, 121, 88, 60, 45), 6

# Tenths of points: the home team's advantage, an average total.
_HOME, _TOTAL = 25, 2285

Seen = dict[int, list[int]]


class Side(NamedTuple):
    """A team before a game: its players and its injury reports."""

    squad: Squad
    listed: list[Listed]

    def expected(self, reports: int) -> list[Player]:
        """Return who is expected to play once that many reports are out, the best players first."""
        missing = {one.player for one in self.listed if reports and one.statuses[reports - 1] in ("out", "doubtful")}
        players = [player for player in self.squad.everybody if player not in missing]
        return sorted(players, key=lambda player: (-player.skill, player.nba_id))


def _strength(season: Season, sides: Sequence[Side], reports: int) -> tuple[int, int]:
    """Return the home team's expected margin and the expected total, in tenths of points."""
    away, home = (sum(player.skill for player in side.expected(reports)[:9]) for side in sides)
    (away_attack, away_defence), (home_attack, home_defence) = (season.form[side.squad.code] for side in sides)
    at_home, on_the_road = home_attack - away_defence, away_attack - home_defence
    margin = _HOME + (home - away) // 20 + 138 * (at_home - on_the_road) // 100
    return margin, _TOTAL + 208 * (at_home + on_the_road) // 100


def line_rows(rng: Random, season: Season, fixture: Fixture, sides: Sequence[Side]) -> Iterator[Row]:
    """Yield spreads and totals of a game: two or three snapshots before the tip-off, now and then one after it."""
    tip = instant(fixture.tip)
    away, home = _FULL_NAMES[fixture.away], _FULL_NAMES[fixture.home]
    known = fixture.game_date, home, away, fixture.home, fixture.away
    leads = [240 + below(rng, 240), 3 + below(rng, 40)]
    if below(rng, 2):
        leads.insert(0, 1000 + below(rng, 500))
    if below(rng, 10) == 0:
        leads.append(-20 - below(rng, 90))
    books = [book for book in BOOKS if below(rng, 14)] or [BOOKS[0]]
    leans = [(below(rng, 3) - 1, below(rng, 3) - 1) for _ in books]
    no_total = pick(rng, BOOKS) if below(rng, 12) == 0 else ""
    margin_error, total_error = below(rng, 61) - 30, below(rng, 101) - 50
    for lead in leads:
        margin, total = _strength(season, sides, reports_before(fixture, lead))
        margin_error += below(rng, 17) - 8
        total_error += below(rng, 31) - 15
        if lead < 0:
            swing = 40 + below(rng, 120)
            margin_error += swing if below(rng, 2) else -swing
            total_error += swing if below(rng, 2) else -swing
        for book, (margin_lean, total_lean) in zip(books, leans, strict=True):
            if lead >= 1000 and book == "betmgm" and len(books) > 1:
                continue
            spread = (margin + margin_error + 2) // 5 + margin_lean
            points = (total + total_error + 2) // 5 + total_lean
            seen = tip - lead, tip, tip - lead + 2 + below(rng, 9)
            yield *known, book, "spreads", home, -spread / 2, *seen
            yield *known, book, "spreads", away, spread / 2, *seen
            if book != no_total:
                yield *known, book, "totals", "Over", points / 2, *seen
                yield *known, book, "totals", "Under", points / 2, *seen


class Props(NamedTuple):
    """The points lines of a team's players in a game."""

    fixture: Fixture
    side: Side
    scored: Seen

    def _guess(self, player: Player, rank: int) -> int:
        """Return the points a player is expected to score, in tenths, by his rank and his games so far."""
        points, games = self.scored.get(player.nba_id, (0, 0))
        return (_GUESS * _BY_RANK[min(rank, 7)] + 10 * points) // (_GUESS + games)

    def rows(self, rng: Random) -> tuple[list[Row], list[Row]]:
        """Return the lines of the first feed and those of the second, smaller one."""
        early, late = 240 + below(rng, 240), 3 + below(rng, 40)
        later = set(self.side.expected(reports_before(self.fixture, late)))
        offered = self.side.expected(reports_before(self.fixture, early))
        count = 6 + below(rng, 3)
        leads = [early, late, -10 - below(rng, 90)] if below(rng, 12) == 0 else [early, late]
        first: list[Row] = []
        for rank, player in enumerate(offered[:count]):
            seen_at = leads if player in later else leads[:1]
            first += self._first_feed(rng, player, self._guess(player, rank), seen_at)
        second: list[Row] = []
        for rank, player in enumerate(offered[: count + 2]):
            if rank < 2 or rank >= count:
                second += self._second_feed(rng, player, self._guess(player, rank))
        return first, second

    def _first_feed(self, rng: Random, player: Player, guess: int, leads: list[int]) -> Iterator[Row]:
        fixture, tip = self.fixture, instant(self.fixture.tip)
        who = player.name, player.lookup, fixture.home, fixture.away
        left_out = pick(rng, BOOKS) if below(rng, 2) else ""
        for book in BOOKS:
            if book != left_out:
                first = _line(rng, guess)
                last = first + 2 * (below(rng, 3) - 1)
                in_game = last + (6 + below(rng, 14)) * (2 * below(rng, 2) - 1)
                for lead, halves in zip(leads, (first, last, in_game), strict=False):
                    seen, moved, loaded = tip - lead, tip - lead - below(rng, 90), tip - lead + 1 + below(rng, 9)
                    yield fixture.game_date, tip, *who, book, max(halves, 1) / 2, seen, moved, loaded

    def _second_feed(self, rng: Random, player: Player, guess: int) -> Iterator[Row]:
        """Yield over and under; this feed drops suffixes, and its clock is that of the East."""
        fixture = self.fixture
        name = player.name if player.name.split()[-1] not in ("Jr.", "II", "III") else player.name.rsplit(" ", 1)[0]
        for book in ("BettingPros Consensus", *([pick(rng, _SECOND_BOOKS)] if below(rng, 2) else [])):
            halves = _line(rng, guess)
            opening = None if below(rng, 15) == 0 else max(halves + 2 * (below(rng, 3) - 1), 1) / 2
            lead = -below(rng, 120) if below(rng, 20) == 0 else 5 + below(rng, 600)
            times = label(fixture.tip) - lead, below(rng, 30) > 0, instant(fixture.tip) - lead + 1 + below(rng, 9)
            for side in ("over", "under"):
                who = "points", side, name, player.lookup
                yield fixture.game_date, *who, book, max(halves, 1) / 2, opening, *times


def _line(rng: Random, guess: int) -> int:
    """Return a line near a guess, in halves of points; nine in ten are half points, so that nobody can hit them."""
    halves = (guess + 2) // 5 + below(rng, 3) - 1
    return halves | 1 if below(rng, 10) else halves & ~1

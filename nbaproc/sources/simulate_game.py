"""One game of the simulated league, event by event, so that box score and play-by-play agree to the last shot.

This is a plausible game, not a model of basketball: every team has about 88 shots, chance picks who takes each and
whether it goes in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple

from nbaproc.raw.contract import STATISTICS
from nbaproc.sources.simulate_league import Player, below

#: A box-score line by the names of the statistics, with `seconds` and `plus_minus`.
Line = dict[str, int]

_LINE = dict.fromkeys((*STATISTICS, "plus_minus", "seconds"), 0)

_MINUTES_BY_RANK = (36, 34, 32, 30, 27, 22, 18, 15, 11, 7, 5, 3)
_LOWEST_SCORE, _HIGHEST_SCORE = 80, 150

# Chances out of a thousand: how often something happens per shot, a kind of shot goes in, is assisted, is blocked.
_TURNOVER, _STOLEN, _FOUL, _TRIP, _TECHNICAL, _AND_ONE = 152, 545, 225, 112, 6, 42
_GOES_IN = {"rim": 588, "mid": 418, "three": 356}
_ASSISTED = {"rim": 640, "mid": 490, "three": 920}
_BLOCKED = {"rim": 210, "mid": 90, "three": 20}
_REBOUNDED, _OFFENSIVE = 920, 245

# A point of the lead takes so much from that chance: who leads takes it easier.
_EASE = 2


class Play(NamedTuple):
    """One action; `other` is who assisted a made shot or blocked a missed one, `distance` hundredths of a foot."""

    period: int
    side: int
    player: Player
    action: str
    words: str
    made: bool = False
    distance: int = 0
    other: Player | None = None
    technical: bool = False


class Game(NamedTuple):
    """A finished game: the players of both sides, away first, their lines in the same order, and the plays."""

    sides: tuple[Sequence[Player], Sequence[Player]]
    lines: tuple[list[Line], list[Line]]
    plays: list[Play]
    overtimes: int

    @property
    def score(self) -> tuple[int, int]:
        """Points of the away side and of the home side."""
        away, home = (sum(line["points"] for line in lines) for lines in self.lines)
        return away, home


@dataclass(slots=True)
class _Side:
    """A side during the game: its lines and, cumulated, how likely each player is the one who acts."""

    index: int
    players: Sequence[Player]
    edge: int
    floor: list[int]
    lines: list[Line]
    shoot: list[int]
    assist: list[int]
    rebound: list[int]
    block: list[int]
    score: int = 0


def _side(rng: Random, index: int, players: Sequence[Player], edge: int) -> _Side:
    floor = [minutes * (88 + below(rng, 25)) for minutes, _ in zip(_MINUTES_BY_RANK, players, strict=False)]
    if below(rng, 16) == 0:
        floor[-1] = 8 + below(rng, 36)  # seconds, not minutes: the last man of a decided game

    def chances(weight: Callable[[Player], int]) -> list[int]:
        return list(accumulate(share * weight(player) for share, player in zip(floor, players, strict=True)))

    return _Side(
        index,
        players,
        edge,
        floor,
        [dict(_LINE) for _ in players],
        shoot=chances(lambda p: 10 + p.skill * p.skill // 320),
        assist=chances(lambda p: 5 + (9 - p.size) ** 2 // 3),
        rebound=chances(lambda p: 4 + p.size),
        block=chances(lambda p: 1 + p.size * p.size // 8),
    )


def _who(rng: Random, chances: list[int]) -> int:
    return bisect_right(chances, rng.random() * chances[-1])


def _happens(rng: Random, chance: int) -> bool:
    return rng.random() * 1000 < chance


def _count(side: _Side, chances: list[int], rng: Random, *statistics: str) -> int:
    """Give one of the side's players one more of each statistic; return who."""
    who = _who(rng, chances)
    for statistic in statistics:
        side.lines[who][statistic] += 1
    return who


def _score(side: _Side, who: int, points: int) -> None:
    side.lines[who]["points"] += points
    side.score += points


def _free_throws(
    rng: Random, side: _Side, who: int, tries: int, period: int, plays: list[Play], technical: bool = False
) -> None:
    player, line = side.players[who], side.lines[who]
    for number in range(1, tries + 1):
        made = _happens(rng, 690 + 20 * player.touch)
        line["free_throws_attempted"] += 1
        if made:
            line["free_throws_made"] += 1
            _score(side, who, 1)
        words = f"{number} of {tries}"
        plays.append(Play(period, side.index, player, "freethrow", words, made, technical=technical))


def _kind_and_distance(rng: Random, player: Player) -> tuple[str, int]:
    if below(rng, 100) < 64 - 6 * player.size:
        return "three", 2200 + below(rng, 600) if below(rng, 200) else 4200 + below(rng, 3000)
    if below(rng, 100) < 52 + 4 * player.size:
        return "rim", int(rng.random() * rng.random() * 801)
    return "mid", 801 + below(rng, 1500)


def _shot(rng: Random, offence: _Side, defence: _Side, period: int, plays: list[Play]) -> None:
    who = _who(rng, offence.shoot)
    player, line = offence.players[who], offence.lines[who]
    kind, distance = _kind_and_distance(rng, player)
    chance = _GOES_IN[kind] + offence.edge + 6 * (player.touch - 4) + (player.skill - 70) // 2
    chance -= _EASE * (offence.score - defence.score)
    made, three, other = _happens(rng, chance if distance < 4000 else 25), kind == "three", None
    line["field_goals_attempted"] += 1
    line["three_pointers_attempted"] += three
    if made:
        line["field_goals_made"] += 1
        line["three_pointers_made"] += three
        _score(offence, who, 2 + three)
        helper = _who(rng, offence.assist)
        if helper != who and _happens(rng, _ASSISTED[kind]):
            offence.lines[helper]["assists"] += 1
            other = offence.players[helper]
    elif _happens(rng, _BLOCKED[kind]):
        other = defence.players[_count(defence, defence.block, rng, "blocks")]
    words = "Jump Shot" if kind != "rim" else "Layup" if distance > 150 else "DUNK"
    plays.append(Play(period, offence.index, player, "3pt" if three else "2pt", words, made, distance, other))
    if made and not three and _happens(rng, _AND_ONE):
        _free_throws(rng, offence, who, 1, period, plays)
    if not made and _happens(rng, _REBOUNDED):
        if _happens(rng, _OFFENSIVE):
            _count(offence, offence.rebound, rng, "offensive_rebounds", "total_rebounds")
        else:
            _count(defence, defence.rebound, rng, "defensive_rebounds", "total_rebounds")


def _turn(rng: Random, offence: _Side, defence: _Side, period: int, plays: list[Play]) -> None:
    """Play about as much as belongs to one shot: perhaps a turnover, a foul, free throws; then the shot."""
    if _happens(rng, _TURNOVER):
        who = _count(offence, offence.assist, rng, "turnovers")
        stolen = _happens(rng, _STOLEN)
        plays.append(
            Play(period, offence.index, offence.players[who], "turnover", "bad pass" if stolen else "traveling")
        )
        if stolen:
            _count(defence, defence.shoot, rng, "steals")
    if _happens(rng, _FOUL):
        line = defence.lines[_who(rng, defence.rebound)]
        line["personal_fouls"] += line["personal_fouls"] < 6
    if _happens(rng, _TRIP):
        _free_throws(rng, offence, _who(rng, offence.shoot), 2 + (below(rng, 25) == 0), period, plays)
    if _happens(rng, _TECHNICAL):
        _free_throws(rng, offence, _who(rng, offence.shoot), 1, period, plays, technical=True)
    _shot(rng, offence, defence, period, plays)


def _play_period(rng: Random, away: _Side, home: _Side, period: int, plays: list[Play]) -> None:
    turns = 10 if period > 4 else 20 + below(rng, 5)
    for _ in range(turns):
        _turn(rng, away, home, period, plays)
        _turn(rng, home, away, period, plays)
    trailing = min(away, home, key=lambda side: side.score)
    if period >= 4 and abs(away.score - home.score) == 2:
        _free_throws(rng, trailing, _who(rng, trailing.shoot), 2, period, plays)


def _settle(rng: Random, side: _Side, margin: int, overtimes: int) -> None:
    """Fill playing time, which adds up to the second, and plus-minus, which adds up to five times the margin."""
    total, lines = 14400 + 1500 * overtimes, side.lines
    for statistic, whole in (("seconds", total), ("plus_minus", 5 * margin)):
        for line, share in zip(lines, side.floor, strict=True):
            line[statistic] = abs(whole) * share // sum(side.floor) * (1 if whole > 0 else -1)
        lines[0][statistic] += whole - sum(line[statistic] for line in lines)
    for one, other in zip(lines[:8:2], lines[1:8:2], strict=False):
        swing = below(rng, 17) - 8
        one["plus_minus"] += swing
        other["plus_minus"] -= swing


def play_game(rng: Random, away: Sequence[Player], home: Sequence[Player], edges: tuple[int, int]) -> Game:
    """Play a game to the end, overtimes included; once more if a score is out of the ordinary.

    Args:
        rng: Where chance comes from.
        away: Players of the away side who appear, most minutes first, 9 to 12.
        home: The same of the home side.
        edges: How much better than usual the shots of either side go in, in thousandths.
    """
    while True:
        sides = _side(rng, 0, away, edges[0]), _side(rng, 1, home, edges[1])
        plays: list[Play] = []
        period = 0
        while period < 4 or sides[0].score == sides[1].score:
            period += 1
            _play_period(rng, *sides, period, plays)
        scores = [side.score for side in sides]
        if min(scores) >= _LOWEST_SCORE and max(scores) <= _HIGHEST_SCORE:
            break
    margin = scores[0] - scores[1]
    for side, own_margin in zip(sides, (margin, -margin), strict=True):
        _settle(rng, side, own_margin, period - 4)
    return Game((away, home), (sides[0].lines, sides[1].lines), plays, period - 4)

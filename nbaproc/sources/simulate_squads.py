"""Who plays in the simulated league: the rosters of a season, and the squads that teams choose of them game by game."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from nbaproc.sources.simulate_calendar import DEADLINE, Fixture
from nbaproc.sources.simulate_league import (
    CONFERENCES,
    TEAMS,
    Absence,
    Player,
    Rosters,
    absences_of,
    below,
    rosters_of,
)

#: The two sides of the All-Star game, by conference, with the league's ids of them.
ALL_STARS = {"EST": 1610616833, "WST": 1610616834}


class Season(NamedTuple):
    """What all games of a season share."""

    seed: int
    year: int
    rosters: tuple[Rosters, Rosters]
    absences: dict[int, list[Absence]]
    form: dict[str, tuple[int, int]]


class Squad(NamedTuple):
    """A team in one game: who plays, most minutes first, and who does not, with status and reason."""

    code: str
    players: list[Player]
    others: list[tuple[Player, str, str]]

    @property
    def everybody(self) -> list[Player]:
        """All players of the team, whether they appear or not."""
        return [*self.players, *(player for player, _, _ in self.others)]


class Meeting(NamedTuple):
    """A game that was played: its squads, away first, and the points of those who played, in the squads' order."""

    fixture: Fixture
    squads: tuple[Squad, Squad]
    points: tuple[list[int], list[int]]


def make_season(seed: int, season_year: int) -> Season:
    """Return what all games of a season share."""
    rosters = rosters_of(seed, season_year)
    players = {player.nba_id: player for players in rosters[0].values() for player in players}
    rng = Random(f"{seed} form {season_year}")
    return Season(
        seed,
        season_year,
        rosters,
        {nba_id: absences_of(seed, season_year, player) for nba_id, player in players.items()},
        {code: (below(rng, 61) - 30, below(rng, 61) - 30) for code in (*TEAMS, *ALL_STARS)},
    )


def _roster(season: Season, code: str, day: int) -> list[Player]:
    rosters = season.rosters[day > DEADLINE]
    if code in rosters:
        return rosters[code]
    conference = CONFERENCES[list(ALL_STARS).index(code)]
    best = sorted((player for team in conference for player in rosters[team]), key=lambda p: (-p.skill, p.nba_id))
    return best[:12]


def choose_squad(rng: Random, season: Season, code: str, day: int) -> Squad:
    """Choose nine to twelve of those available; the others sit, the last of them and the long absent are inactive."""
    away: dict[Player, Absence] = {}
    roster = _roster(season, code, day)
    for player in roster:
        absence = next((a for a in season.absences[player.nba_id] if a.first <= day <= a.last), None)
        if absence and len(away) < len(roster) - 9:
            away[player] = absence
    ranked = sorted((p for p in roster if p not in away), key=lambda p: (p.skill + below(rng, 12), p.nba_id))[::-1]
    count = min(len(ranked), 9 + below(rng, 4))
    others = [(player, "dnp", "DNP - Coach's Decision") for player in ranked[count:13]]
    others += [(player, "inactive", "G League - Two-Way") for player in ranked[max(count, 13) :]]
    for player, (first, last, reason) in away.items():
        if last - first < 8:
            others.append((player, "dnp", f"DND - {reason}" if reason else "NWT - Not With Team"))
        else:
            others.append((player, "inactive", reason or "Personal"))
    return Squad(code, ranked[:count], others)

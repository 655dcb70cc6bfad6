"""Who has a row: everybody expected to be with a team that plays on a date (upcoming context 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference.game import Game
from nbaproc.reference.gamebook_names import STATUSES, Entry
from nbaproc.reference.history import History
from nbaproc.reference.notes import UPGC, Finding, Notes, reason
from nbaproc.reference.rosters import Rosters

GAMEBOOK, ROSTER, RECENT, BOXSCORE = "gamebook", "roster", "recent", "boxscore"
#: Drivers in the order in which they are believed of a player who is a candidate of several teams.
BELIEVED = (GAMEBOOK, BOXSCORE, ROSTER, RECENT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A player one driver names for a team of a game.

    Attributes:
        lookup: `player_lookup`.
        game: The game.
        team: The team.
        driver: gamebook, roster, recent or boxscore.
        status: Status in the game book.
        roster_date: Date of the roster.
    """

    lookup: str
    game: Game
    team: str
    driver: str
    status: str | None = None
    roster_date: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A player who has a row on a date."""

    lookup: str
    name_key: str
    game: Game
    team: str
    driver: str

    @property
    def game_id(self) -> str:
        """Canonical id of his game."""
        return self.game.game_id


def build_row_set(
    of_date: date,
    games: Sequence[Game],
    entries: Iterable[Entry],
    rosters: Rosters,
    history: History,
    newest_teams: Mapping[str, str],
    notes: Notes,
) -> list[Member]:
    """Return the players who have a row on a date, each once.

    Args:
        of_date: The date.
        games: Its games, over or not.
        entries: Players the game books list.
        rosters: All rosters.
        history: The player game summaries; of the date itself only who has a row is read.
        newest_teams: Team of the newest game of everybody who played in the 30 days before.
        notes: Takes the candidates who lost, and the teams without players.
    """
    listed: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        listed.setdefault((entry.game_id, entry.team), []).append(entry)
    recent: dict[str, list[str]] = {}
    for lookup, team in newest_teams.items():
        recent.setdefault(team, []).append(lookup)
    team_today = {row.lookup: row.team for row in history.listed_on(of_date)}
    played: dict[str, list[str]] = {}
    for lookup, team in team_today.items():
        played.setdefault(team, []).append(lookup)

    by_lookup: dict[str, list[Candidate]] = {}
    for game in games:
        for team in game.teams:
            of_team = (
                [Candidate(e.lookup, game, team, GAMEBOOK, e.status) for e in listed.get((game.game_id, team), [])]
                or _of_roster(of_date, game, team, rosters)
                or [Candidate(lookup, game, team, RECENT) for lookup in recent.get(team, [])]
            )
            if game.final:
                named = {candidate.lookup for candidate in of_team}
                missed = [lookup for lookup in played.get(team, []) if lookup not in named]
                of_team += [Candidate(lookup, game, team, BOXSCORE) for lookup in missed]
            for candidate in of_team:
                by_lookup.setdefault(candidate.lookup, []).append(candidate)
    members = [
        _one_team_each(of_date, candidates, team_today, newest_teams, history, notes)
        for candidates in by_lookup.values()
    ]
    _count_empty_teams(of_date, games, members, notes)
    return members


def _of_roster(of_date: date, game: Game, team: str, rosters: Rosters) -> list[Candidate]:
    newest = rosters.latest(team, of_date)
    if newest is None:
        return []
    roster_date, names = newest
    return [Candidate(lookup, game, team, ROSTER, roster_date=roster_date) for lookup in names]


def _one_team_each(
    of_date: date,
    candidates: list[Candidate],
    team_today: Mapping[str, str],
    newest_teams: Mapping[str, str],
    history: History,
    notes: Notes,
) -> Member:
    """Keep the best candidate of a player, and record the others."""
    lookup = candidates[0].lookup
    candidates.sort(
        key=lambda candidate: (
            candidate.team != team_today.get(lookup),
            BELIEVED.index(candidate.driver),
            STATUSES.index(candidate.status) if candidate.status is not None else len(STATUSES),
            -(candidate.roster_date.toordinal() if candidate.roster_date is not None else 0),
            candidate.team != newest_teams.get(lookup),
            candidate.team,
        )
    )
    best = candidates[0]
    for loser in candidates[1:]:
        why = reason("two_teams", best.driver, best.team, loser.driver, loser.team)
        notes.find(UPGC, Finding(of_date, "PLAYER", lookup, Category.DUPLICATE_PLAYER, why))
    key = history.name_key(lookup, best.game.season_year, of_date)
    return Member(lookup, key, best.game, best.team, best.driver)


def _count_empty_teams(of_date: date, games: Iterable[Game], members: Iterable[Member], notes: Notes) -> None:
    teams = {member.team for member in members}
    for game in games:
        for team in game.teams:
            if team not in teams:
                notes.count("team_without_players", "", f"{of_date} {game.game_id} {team}")

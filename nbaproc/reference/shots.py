"""Shots of a game: the feed that is believed, whose shots they are, and what they add up to (game summaries 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nbaproc.reference.game import Game
from nbaproc.reference.names import Ladder
from nbaproc.reference.notes import Notes
from nbaproc.reference.order import latest, smallest
from nbaproc.reference.player_line import PlayerLine
from nbaproc.reference.raw_rows import RawRow, example
from nbaproc.reference.registry import Registry
from nbaproc.reference.shot_feeds import SOURCES, ZONES, Event, Person, read_event
from nbaproc.reference.source_choice import Choice
from nbaproc.reference.team_base import TeamBase


def _zeros() -> dict[str, int]:
    return dict.fromkeys(ZONES, 0)


@dataclass(slots=True)
class ShotCounts:
    """Field-goal attempts of a player or a team.

    Attributes:
        shots: All attempts, also those in no zone.
        attempts: Attempts by zone.
        makes: Made shots by zone.
        assisted: Made shots with an assist, in a zone or not.
        unassisted: Made shots without.
        blocked: Attempts by zone that were blocked.
        blocks: Attempts of opponents by zone that the player blocked.
        and_ones: Single free throws after a made shot.
    """

    shots: int = 0
    attempts: dict[str, int] = field(default_factory=_zeros)
    makes: dict[str, int] = field(default_factory=_zeros)
    assisted: int = 0
    unassisted: int = 0
    blocked: dict[str, int] = field(default_factory=_zeros)
    blocks: dict[str, int] = field(default_factory=_zeros)
    and_ones: int = 0

    def add(self, shot: Event) -> None:
        """Count one attempt."""
        self.shots += 1
        if shot.made and shot.is_assisted:
            self.assisted += 1
        elif shot.made:
            self.unassisted += 1
        if shot.zone is not None:
            self.attempts[shot.zone] += 1
            self.makes[shot.zone] += shot.made
            self.blocked[shot.zone] += shot.blocker is not None


@dataclass(slots=True)
class GameShots:
    """The accepted shot source of a game.

    Attributes:
        source: Name of the source.
        teams: Counts by team.
        players: Counts by player lookup; a player without any is not there.
        knows_creation: Assists and blocks are known: at least one made shot has an assist.
        knows_and_ones: The source has free throws.
        last_period: Last period with a shot, NULL if no shot has a period.
    """

    source: str
    teams: dict[str, ShotCounts]
    players: dict[str, ShotCounts]
    knows_creation: bool
    knows_and_ones: bool
    last_period: int | None


class PlayerFinder:
    """Finds the player row of a game that a feed's name or number means (game summaries 6.3)."""

    def __init__(self, choice: Choice, box_lines: Iterable[PlayerLine], registry: Registry) -> None:
        self._ladder = Ladder(choice.lines, registry.aliases)
        self._registry = registry
        self._lines: dict[int, PlayerLine] = {}
        self._box_names: dict[int, str] = {}
        for line in sorted(choice.lines, key=lambda line: line.lookup):
            if line.nba_player_id is not None:
                self._lines.setdefault(line.nba_player_id, line)
        for line in sorted(box_lines, key=lambda line: line.lookup):
            if line.nba_player_id is not None:
                self._box_names.setdefault(line.nba_player_id, line.lookup)
        self._found: dict[tuple[Person, str | None], PlayerLine | None] = {}

    def find(self, person: Person, team: str | None) -> PlayerLine | None:
        """Return the player row, among those of a team if one is given."""
        if (person, team) not in self._found:
            self._found[person, team] = self._search(person, team)
        return self._found[person, team]

    def _search(self, person: Person, team: str | None) -> PlayerLine | None:
        if person.number is None:
            return self._ladder.find(person.name or "", team)
        if person.number == 0:
            return None
        if person.number in self._lines:
            return self._lines[person.number]
        name = self._box_names.get(person.number) or self._registry.name_of(person.number) or person.name
        return self._ladder.find(name or "", team)


class Unmatched:
    """The distinct (game, team, name or number) that belong to no player row, to be counted once each."""

    def __init__(self, game: Game, source: str, notes: Notes) -> None:
        self._game, self._source, self._notes = game, source, notes
        self._seen: set[tuple[str | None, str]] = set()

    def add(self, person: Person, team: str | None) -> None:
        """Count somebody, if he was not counted before."""
        name = (person.name or "") if person.number is None else str(person.number)
        if (team, name) not in self._seen:
            self._seen.add((team, name))
            sample = f"{self._game.game_date} {self._game.game_id} {team or ''} {name}"
            self._notes.count("unmatched_name", self._source, " ".join(sample.split()))


def build_shots(
    game: Game,
    rows_of: Mapping[str, Sequence[RawRow]],
    base: TeamBase | None,
    choice: Choice,
    box_lines: Sequence[PlayerLine],
    registry: Registry,
    notes: Notes,
) -> GameShots | None:
    """Read the three feeds of a game and add up the first that has nearly all shots.

    Args:
        game: The game.
        rows_of: Raw rows of the game by raw table.
        base: The box score of both teams.
        choice: The player source of the game.
        box_lines: Cleaned rows of `nbac_player_boxscores` in the game, for the names behind numbers.
        registry: The player registry.
        notes: Where to count what is dropped.

    Returns:
        The sums, or NULL if no feed is accepted.
    """
    finder = PlayerFinder(choice, box_lines, registry)
    accepted: GameShots | None = None
    for source, table in SOURCES.items():
        unmatched = Unmatched(game, source, notes)
        events = _events(game, source, rows_of[table], notes)
        events = _with_team(game, source, events, finder, choice, unmatched, notes)
        if accepted is None and base is not None and is_accepted(game, base, [e for e, _ in events if e.is_shot]):
            accepted = _add_up(game, source, [event for event, _ in events], finder, choice, unmatched)
    return accepted


def is_accepted(game: Game, base: TeamBase, shots: Sequence[Event]) -> bool:
    """Whether a feed has at least nine tenths of the field-goal attempts of either team."""
    if not shots:
        return False
    for team in game.teams:
        attempts = base.lines[team].box.fg_attempts
        found = sum(1 for shot in shots if shot.team == team)
        if attempts is None or 10 * found < 9 * attempts:
            return False
    return True


def _events(game: Game, source: str, rows: Sequence[RawRow], notes: Notes) -> list[tuple[Event, RawRow]]:
    """Read the shots and free throws of a feed, one per event number."""
    single: list[tuple[Event, RawRow]] = []
    by_key: dict[str | int, list[tuple[Event, RawRow]]] = {}
    for row in rows:
        event = read_event(source, row)
        if event is None:
            continue
        if event.key is None:
            single.append((event, row))
        else:
            by_key.setdefault(event.key, []).append((event, row))
    for same in by_key.values():
        if len(same) > 1:
            same.sort(key=lambda entry: _rank(entry[0]))
            for _, row in same[1:]:
                notes.count("duplicate_rows", SOURCES[source], example(game.game_date, row))
        single.append(same[0])
    return single


def _rank(event: Event) -> tuple[object, ...]:
    """Order the rows of one event number, the one to keep first."""
    return (
        *(latest(event.processed_at), smallest(event.data_hash)),
        *(smallest(event.team), smallest(event.shooter.name), smallest(event.shooter.number)),
        *(event.is_shot, event.made, smallest(event.zone), event.is_assisted, event.is_and_one),
        *(event.blocker is None, str(event.blocker), smallest(event.period)),
    )


def _with_team(
    game: Game,
    source: str,
    events: Iterable[tuple[Event, RawRow]],
    finder: PlayerFinder,
    choice: Choice,
    unmatched: Unmatched,
    notes: Notes,
) -> list[tuple[Event, RawRow]]:
    """Keep the events of the game's two teams; where BigDataBall names no team, the shooter tells it."""
    kept = []
    for event, row in events:
        if event.team in game.teams:
            kept.append((event, row))
        elif event.team is not None or source != "bigdataball_pbp":
            notes.count("unknown_team", SOURCES[source], example(game.game_date, row))
        else:
            line = finder.find(event.shooter, None)
            if line is not None:
                kept.append((replace(event, team=line.team, names_team=False), row))
            elif choice.source is not None:
                unmatched.add(event.shooter, None)
    return kept


def _add_up(
    game: Game,
    source: str,
    events: Sequence[Event],
    finder: PlayerFinder,
    choice: Choice,
    unmatched: Unmatched,
) -> GameShots:
    """Count the events of the accepted feed for the teams and for the players they belong to."""
    teams = {team: ShotCounts() for team in game.teams}
    players: dict[str, ShotCounts] = {}

    def player(person: Person, team: str | None) -> ShotCounts | None:
        line = finder.find(person, team)
        if line is not None:
            return players.setdefault(line.lookup, ShotCounts())
        if choice.source is not None:
            unmatched.add(person, team)
        return None

    for event in events:
        team = event.team or ""
        shooters_team = team if event.names_team else None
        if event.is_shot:
            teams[team].add(event)
            shooter = player(event.shooter, shooters_team)
            if shooter is not None:
                shooter.add(event)
            blocker = player(event.blocker, game.other(team)) if event.blocker is not None else None
            if blocker is not None and event.zone is not None:
                blocker.blocks[event.zone] += 1
        elif event.is_and_one:
            shooter = player(event.shooter, shooters_team)
            if shooter is not None:
                shooter.and_ones += 1

    shots = [event for event in events if event.is_shot]
    return GameShots(
        source=source,
        teams=teams,
        players=players,
        knows_creation=any(shot.made and shot.is_assisted for shot in shots),
        knows_and_ones=any(not event.is_shot for event in events),
        last_period=max((shot.period for shot in shots if shot.period is not None), default=None),
    )

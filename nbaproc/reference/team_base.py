"""The box score of both teams of a game: the team source, or the sum of the players (game summaries 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbaproc.failures import Category
from nbaproc.reference.game import Game
from nbaproc.reference.minutes import is_unreadable, overtimes, seconds
from nbaproc.reference.notes import TDGS, TOGS, Finding, Notes, reason
from nbaproc.reference.numbers import times, total
from nbaproc.reference.order import largest, latest, smallest
from nbaproc.reference.player_line import COUNTS, BoxScore, PlayerLine
from nbaproc.reference.player_rows import total_rebounds
from nbaproc.reference.raw_rows import TEAM_BOX, RawRow, example, moment, text, whole
from nbaproc.reference.source_choice import Choice
from nbaproc.reference.teams import is_unknown, team_code

FROM_TEAMS = "nbac_team_boxscore"
FROM_PLAYERS = "reconstructed_team_from_players"

#: Seconds of a game without overtime, and of one overtime.
GAME_SECONDS, OVERTIME_SECONDS = 2880, 300


@dataclass(frozen=True, slots=True)
class TeamLine:
    """What a team did in a game: its counts, and the playing time of all its players."""

    box: BoxScore
    seconds: int | None

    @property
    def plays(self) -> int | None:
        """Plays that ended with the ball given up, in hundredths: 100·FGA + 44·FTA + 100·TOV."""
        box = self.box
        return total(times(100, box.fg_attempts), times(44, box.ft_attempts), times(100, box.turnovers))

    @property
    def possessions(self) -> int | None:
        """Possessions in hundredths: the plays without those an offensive rebound prolonged."""
        return total(self.plays, times(-100, self.box.offensive_rebounds))


@dataclass(frozen=True, slots=True)
class TeamBase:
    """Both teams of a game and where their lines come from."""

    source: str
    lines: dict[str, TeamLine]


@dataclass(frozen=True, slots=True)
class Length:
    """How long a game was: overtimes, and whether nothing tells how many."""

    overtime_periods: int
    is_unknown: bool = False

    @property
    def seconds(self) -> int:
        """Game clock, seconds."""
        return GAME_SECONDS + OVERTIME_SECONDS * self.overtime_periods


def build_team_base(
    game: Game, rows: Sequence[RawRow], choice: Choice, has_player_rows: bool, notes: Notes
) -> TeamBase | None:
    """Take the team source if it has both teams, else add up the players; without either there is no base."""
    candidates = _clean(game, rows, notes)
    valid: dict[str, TeamLine] = {}
    for team in game.teams:
        of_team = sorted(candidates[team], key=_rank)
        for _, row in of_team[1:]:
            notes.count("duplicate_rows", TEAM_BOX, example(game.game_date, row))
        if of_team and _is_valid(of_team[0][0]):
            valid[team] = of_team[0][0]
    if len(valid) == 2:
        return TeamBase(FROM_TEAMS, valid)
    if choice.source is not None:
        return TeamBase(FROM_PLAYERS, {team: add_up(choice.active, team) for team in game.teams})

    if rows or has_player_rows:
        why, group = reason("no_team_pair", len(valid)), "data"
    else:
        why, group = reason("no_team_row"), "upstream"
    for table in (TOGS, TDGS):
        notes.find(
            table, Finding(game.game_date, "GAME", game.game_id, Category.NO_TEAM_SOURCE, why, failure_class=group)
        )
    return None


def add_up(active: Sequence[PlayerLine], team: str) -> TeamLine:
    """Add up the players of a team.

    A total is unknown as soon as somebody who was on the floor has it unknown: a feed without attempts gives no pace
    rather than a wrong one.
    """
    lines = [line for line in active if line.team == team]
    on_the_floor = [line for line in lines if line.was_on_the_floor]
    totals: dict[str, int | None] = {}
    for name in COUNTS:
        is_known = all(getattr(line.box, name) is not None for line in on_the_floor)
        totals[name] = sum(getattr(line.box, name) or 0 for line in lines) if is_known else None
    has_minutes = all(line.seconds is not None for line in on_the_floor)
    return TeamLine(BoxScore(**totals), sum(line.seconds or 0 for line in lines) if has_minutes else None)


def game_length(base: TeamBase, last_period: int | None) -> Length:
    """Tell the overtimes from the teams' minutes, else from the last period of the shots (game summaries 3.5)."""
    told = [overtimes(line.seconds) for line in base.lines.values() if line.seconds is not None]
    if told:
        return Length(max(told))
    if last_period is not None:
        return Length(max(0, last_period - 4))
    return Length(0, is_unknown=True)


def _clean(game: Game, rows: Sequence[RawRow], notes: Notes) -> dict[str, list[tuple[TeamLine, RawRow]]]:
    """Read the team rows of a game; those of other teams are dropped and counted."""
    lines: dict[str, list[tuple[TeamLine, RawRow]]] = {team: [] for team in game.teams}
    for row in rows:
        team = team_code(text(row, "team_abbr"))
        if team is None or is_unknown(team):
            notes.count("unknown_team", TEAM_BOX, example(game.game_date, row))
        elif team not in lines:
            notes.count("team_not_in_game", TEAM_BOX, example(game.game_date, row))
        else:
            if is_unreadable(text(row, "minutes")):
                notes.count("bad_minutes", TEAM_BOX, example(game.game_date, row))
            lines[team].append((_read(row), row))
    return lines


def _read(row: RawRow) -> TeamLine:
    offensive, defensive = whole(row, "offensive_rebounds"), whole(row, "defensive_rebounds")
    box = BoxScore(
        points=whole(row, "points"),
        assists=whole(row, "assists"),
        offensive_rebounds=offensive,
        defensive_rebounds=defensive,
        rebounds=total_rebounds(whole(row, "total_rebounds"), offensive, defensive),
        steals=whole(row, "steals"),
        blocks=whole(row, "blocks"),
        turnovers=whole(row, "turnovers"),
        fouls=whole(row, "personal_fouls"),
        fg_makes=whole(row, "fg_made"),
        fg_attempts=whole(row, "fg_attempted"),
        three_makes=whole(row, "three_pt_made"),
        three_attempts=whole(row, "three_pt_attempted"),
        ft_makes=whole(row, "ft_made"),
        ft_attempts=whole(row, "ft_attempted"),
    )
    return TeamLine(box, seconds(text(row, "minutes")))


def _is_valid(line: TeamLine) -> bool:
    return (line.box.points or 0) > 0 and (line.box.fg_attempts or 0) > 0


def _rank(entry: tuple[TeamLine, RawRow]) -> tuple[object, ...]:
    """Order the rows of one team in one game, the one to keep first."""
    line, row = entry
    return (
        not _is_valid(line),
        latest(moment(row, "processed_at")),
        largest(line.box.fg_attempts),
        largest(line.box.points),
        smallest(text(row, "data_hash")),
        smallest(line.seconds),
        [smallest(count) for count in line.box.counts()],
    )

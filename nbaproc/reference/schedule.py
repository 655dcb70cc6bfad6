"""The calendar of games: which games there are, who is at home, and which of them are over (game summaries 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from nbaproc.failures import Category
from nbaproc.reference.calendar import eastern_instant, wall_clock
from nbaproc.reference.game import Game, canonical_id
from nbaproc.reference.notes import TOGS, Finding, Notes, reason
from nbaproc.reference.order import largest, latest, smallest
from nbaproc.reference.raw_rows import SCHEDULE, RawRow, day, example, flag, moment, text, whole
from nbaproc.reference.teams import Pair, known_team, pair_of, team_code
from nbaproc.reference.texts import stripped
from nbaproc.reference.venues import Venue

#: Games that count, by the first three digits of their id: regular season, play-offs, play-in.
KINDS = {"002": "regular", "004": "playoff", "005": "play_in"}
#: Stands for the prefix of a game whose id has no ten digits.
LABEL = "label"

_TEN_DIGITS = re.compile(r"[0-9]{10}")
_FINAL = 3


@dataclass(slots=True)
class Remark:
    """Something to be counted about a schedule row, if its date is computed."""

    name: str
    detail: str
    sample: str


@dataclass(slots=True)
class Schedule:
    """The cleaned schedule.

    Attributes:
        by_date: Games of a date, whatever their status.
        by_nba_id: Games by the league's ten digits.
        excluded: Prefix of a game out of scope, by date and teams (several: the smallest).
        doubles: Per date the games that lost their place to another game of one of their teams: (winner, loser).
        remarks: Per date what was dropped on the way.
    """

    by_date: dict[date, list[Game]] = field(default_factory=dict)
    by_nba_id: dict[str, Game] = field(default_factory=dict)
    excluded: dict[tuple[date, Pair], str] = field(default_factory=dict)
    doubles: dict[date, list[tuple[Game, Game]]] = field(default_factory=dict)
    remarks: dict[date, list[Remark]] = field(default_factory=dict)

    def final_games(self, of_date: date) -> list[Game]:
        """Return the games of a date that are over, in order of their ids."""
        return sorted((game for game in self.by_date.get(of_date, []) if game.final), key=lambda game: game.game_id)

    def find(self, of_date: date, pair: Pair) -> Game | None:
        """Return the game of two teams on a date."""
        return next((game for game in self.by_date.get(of_date, []) if game.pair == pair), None)

    def remark(self, of_date: date, name: str, detail: str, sample: str) -> None:
        """Keep something to be counted if the date is computed."""
        self.remarks.setdefault(of_date, []).append(Remark(name, detail, sample))


def clean_schedule(rows: Iterable[RawRow]) -> Schedule:
    """Clean the whole schedule: scope, codes, one row per game, one game per team and date."""
    schedule = Schedule()
    by_id_and_date: dict[tuple[str, date], list[Game]] = {}
    for row in rows:
        game = _read(row, schedule)
        if game is not None:
            by_id_and_date.setdefault((game.raw_id, game.game_date), []).append(game)

    by_id: dict[str, list[Game]] = {}
    for (raw_id, _), games in by_id_and_date.items():
        games.sort(
            key=lambda g: (
                *(not g.final, largest(g.status), latest(g.processed_at), smallest(g.data_hash)),
                *(g.away, g.home, smallest(g.away_score), smallest(g.home_score), latest(g.tip_off)),
            )
        )
        by_id.setdefault(raw_id, []).append(games[0])
        _count_doubles(schedule, games[1:])

    by_date: dict[date, list[Game]] = {}
    for games in by_id.values():
        games.sort(key=lambda g: (not g.final, latest(g.processed_at), -g.game_date.toordinal()))
        by_date.setdefault(games[0].game_date, []).append(games[0])
        _count_doubles(schedule, games[1:])

    for of_date, games in by_date.items():
        games.sort(key=lambda g: (not g.final, latest(g.processed_at), g.raw_id))
        schedule.by_date[of_date], schedule.doubles[of_date] = drop_shared_teams(games)

    for games in schedule.by_date.values():
        for game in games:
            if game.nba_game_id is not None:
                schedule.by_nba_id[game.nba_game_id] = game
    return schedule


def drop_shared_teams(games: Sequence[Game]) -> tuple[list[Game], list[tuple[Game, Game]]]:
    """Keep the games that share no team with a game before them, itself kept or not.

    Returns:
        The kept games, and a pair (first game before it with one of its teams, game) for each that is dropped.
    """
    kept: list[Game] = []
    doubles: list[tuple[Game, Game]] = []
    for place, game in enumerate(games):
        winner = next((earlier for earlier in games[:place] if earlier.shares_a_team_with(game)), None)
        if winner is None:
            kept.append(game)
        else:
            doubles.append((winner, game))
    return kept, doubles


def count_remarks(of_date: date, schedule: Schedule, notes: Notes) -> None:
    """Count what the schedule dropped on a computed date."""
    for remark in schedule.remarks.get(of_date, []):
        notes.count(remark.name, remark.detail, remark.sample)


def report_schedule(of_date: date, schedule: Schedule, notes: Notes) -> None:
    """Count what the schedule dropped on a computed date, and record the games that were there twice."""
    count_remarks(of_date, schedule, notes)
    for winner, loser in schedule.doubles.get(of_date, []):
        why = reason("two_schedule_rows", winner.raw_id, loser.raw_id)
        notes.find(TOGS, Finding(of_date, "GAME", loser.game_id, Category.DUPLICATE_KEY, why))


def _read(row: RawRow, schedule: Schedule) -> Game | None:
    """Read one row; a game out of scope and a row without two teams are noted in the schedule and left out."""
    game_date, raw_id = day(row), stripped(text(row, "game_id"))
    ten_digits = _TEN_DIGITS.fullmatch(raw_id) is not None
    kind = KINDS.get(raw_id[:3]) if ten_digits else _kind_of_labels(row)
    home, away = known_team(text(row, "home_team_tricode")), known_team(text(row, "away_team_tricode"))
    if kind is None:
        prefix = raw_id[:3] if ten_digits else LABEL
        schedule.remark(game_date, "excluded_game", prefix, example(game_date, row))
        if home is not None and away is not None:
            place = (game_date, pair_of(away, home))
            schedule.excluded[place] = min(prefix, schedule.excluded.get(place, prefix))
        return None
    if home is None or away is None or home == away:
        schedule.remark(game_date, "unknown_team", SCHEDULE, example(game_date, row))
        return None

    status = whole(row, "game_status")
    away_score, home_score = whole(row, "away_team_score"), whole(row, "home_team_score")
    has_score = away_score is not None and home_score is not None and away_score + home_score > 0
    is_final = status == _FINAL and has_score
    return Game(
        game_date=game_date,
        away=away,
        home=home,
        game_id=canonical_id(game_date, away, home),
        nba_game_id=raw_id if ten_digits else None,
        raw_id=raw_id,
        kind=kind,
        status=status,
        final=is_final,
        away_score=away_score,
        home_score=home_score,
        tip_off=_tip_off(game_date, moment(row, "game_date_est")),
        in_schedule=True,
        processed_at=moment(row, "processed_at"),
        data_hash=text(row, "data_hash"),
        winner=_winner(row, away, home) if is_final else None,
        is_primetime=flag(row, "is_primetime"),
        venue=Venue(
            is_neutral=flag(row, "neutral_site_flag"),
            arena=text(row, "arena_name"),
            city=text(row, "arena_city"),
            zone=text(row, "arena_timezone"),
        ),
    )


def _winner(row: RawRow, away: str, home: str) -> str | None:
    """Return the winner of a final game: the team the schedule names, else the one with more points."""
    named = team_code(text(row, "winning_team_tricode"))
    if named in (away, home):
        return named
    margin = (whole(row, "home_team_score") or 0) - (whole(row, "away_team_score") or 0)
    return (home if margin > 0 else away) if margin else None


def _kind_of_labels(row: RawRow) -> str | None:
    """Judge a game whose id says nothing by its label columns."""
    if flag(row, "is_all_star"):
        return None
    if flag(row, "is_playoffs"):
        return "playoff"
    return "regular" if flag(row, "is_regular_season") else None


def _tip_off(game_date: date, labelled: datetime | None) -> datetime | None:
    """Read the tip-off: Eastern wall-clock time under a UTC label; midnight and other dates mean nothing is known."""
    if labelled is None:
        return None
    wall = wall_clock(labelled)
    if wall.time() == time() or wall.date() != game_date:
        return None
    return eastern_instant(wall)


def _count_doubles(schedule: Schedule, losers: Iterable[Game]) -> None:
    for game in losers:
        schedule.remark(game.game_date, "duplicate_rows", SCHEDULE, f"{game.game_date} {game.raw_id}")

"""Re-keying: which game of the date every raw row belongs to, whatever its own id says (game summaries 2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference.game import Game, fallback_game
from nbaproc.reference.notes import TOGS, Finding, Notes, reason
from nbaproc.reference.raw_rows import (
    BDL,
    BIGDATABALL,
    GAME_LINES,
    GAMEBOOK,
    ODDS_PROPS,
    PLAY_BY_PLAY,
    PLAYER_BOX,
    SHOT_CHART,
    TEAM_BOX,
    RawDay,
    RawRow,
    example,
    flag,
    folded,
    text,
)
from nbaproc.reference.schedule import KINDS, Schedule, drop_shared_teams
from nbaproc.reference.teams import Pair, is_unknown, known_team, pair_of, team_code
from nbaproc.reference.texts import stripped

#: Columns that may hold the league's ten digits, the best first. Lines and props carry no such id.
ID_COLUMNS = {
    GAMEBOOK: ("game_id",),
    PLAYER_BOX: ("game_id",),
    BDL: ("game_id",),
    TEAM_BOX: ("nba_game_id", "game_id"),
    BIGDATABALL: ("game_id",),
    PLAY_BY_PLAY: ("gameId",),
    SHOT_CHART: ("GAME_ID",),
    ODDS_PROPS: (),
    GAME_LINES: (),
}
#: Tables that name no teams of the game: only the ten digits place their rows.
BY_ID_ONLY = (PLAY_BY_PLAY, SHOT_CHART)
#: Tables that may bring in a game the schedule lacks, in the order in which they are believed.
FALLBACK_TABLES = (GAMEBOOK, PLAYER_BOX, BDL, TEAM_BOX)

_TEN_DIGITS = re.compile(r"00[0-9]{8}")
_CANONICAL = re.compile(r"[0-9]{8}_([A-Z]{3})_([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a raw row belongs.

    Attributes:
        game: The game; NULL if the row is left out, or if no schedule game fits and `reason` is empty.
        reason: Name of the count the row goes into if it is left out.
        detail: Detail of that count.
        pair: The two teams of the row, where it has any.
        order: (away, home) as the row itself has it.
        corrected: The row has home and away the other way round than the schedule.
        unfinished: The schedule game that is not over, where that is the reason.
    """

    game: Game | None = None
    reason: str = ""
    detail: str = ""
    pair: Pair | None = None
    order: Pair | None = None
    corrected: bool = False
    unfinished: Game | None = None


@dataclass(slots=True)
class Candidate:
    """A game that box scores know and the schedule does not.

    Attributes:
        pair: The two teams.
        rank: Place in `FALLBACK_TABLES` of the first table with a row of it.
        orders: (away, home) by table, one entry per row that says it.
        ids: Ten-digit ids of its rows.
    """

    pair: Pair
    rank: int
    orders: dict[str, list[Pair]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)


class Rekeyer:
    """Places the raw rows of one date."""

    def __init__(self, of_date: date, schedule: Schedule, team_rows: Iterable[RawRow]) -> None:
        self.of_date = of_date
        self._schedule = schedule
        self._final_teams = {team for game in schedule.final_games(of_date) for team in game.teams}
        self._teams_of_raw_id: dict[str, set[str]] = {}
        for row in team_rows:
            raw_id, team = text(row, "game_id"), known_team(text(row, "team_abbr"))
            if raw_id is not None and team is not None:
                self._teams_of_raw_id.setdefault(raw_id, set()).add(team)
        self._places: dict[tuple[str | None, ...], Place] = {}
        self._fallback: dict[Pair, Game] = {}
        self._refused: dict[Pair, str] = {}
        self.doubles: list[tuple[Game, Game]] = []

    @property
    def fallback_games(self) -> list[Game]:
        """The accepted games that are in no schedule."""
        return list(self._fallback.values())

    def settle_fallback_games(self, rows: dict[str, list[RawRow]]) -> None:
        """Decide which games outside the schedule are accepted; rows are those of the four box-score tables."""
        ranked: list[tuple[tuple[int, Pair], Game]] = []
        for candidate in self._candidates(rows):
            order = next((min(candidate.orders[t]) for t in FALLBACK_TABLES if candidate.orders.get(t)), None)
            if set(candidate.pair) & self._final_teams:
                self._refused[candidate.pair] = "date_mismatch"
            elif order is None:
                self._refused[candidate.pair] = "no_game"
            else:
                game = fallback_game(self.of_date, *order, min(candidate.ids, default=None))
                ranked.append(((candidate.rank, candidate.pair), game))
        ranked.sort(key=lambda entry: entry[0])
        kept, self.doubles = drop_shared_teams([game for _, game in ranked])
        self._fallback = {game.pair: game for game in kept}
        for _, loser in self.doubles:
            self._refused[loser.pair] = "duplicate_rows"

    def place(self, table: str, row: RawRow) -> Place:
        """Return the game of a raw row or the reason why it has none."""
        place = self._by_id(table, row) if table in BY_ID_ONLY else self._by_schedule(table, row)
        if place.game is not None or place.reason or place.pair is None:
            return place
        game = self._fallback.get(place.pair)
        if game is not None:
            return Place(game=game, pair=place.pair, order=place.order)
        refusal = self._refused.get(place.pair, "no_game") if table in FALLBACK_TABLES else "no_game"
        return Place(reason=refusal, detail=table)

    def _candidates(self, rows: dict[str, list[RawRow]]) -> list[Candidate]:
        """Collect the pairs of the box-score rows that no schedule game explains."""
        candidates: dict[Pair, Candidate] = {}
        for rank, table in enumerate(FALLBACK_TABLES):
            for row in rows[table]:
                place = self._by_schedule(table, row)
                if place.game is not None or place.reason or place.pair is None:
                    continue
                candidate = candidates.setdefault(place.pair, Candidate(place.pair, rank))
                order = _order_of_team_row(row, place) if table == TEAM_BOX else place.order
                if order is not None:
                    candidate.orders.setdefault(table, []).append(order)
                ten_digits = _nba_id(table, row)
                if ten_digits is not None:
                    candidate.ids.append(ten_digits)
        return list(candidates.values())

    def _by_id(self, table: str, row: RawRow) -> Place:
        """Place a row that has nothing but the league's ten digits."""
        ten_digits = _nba_id(table, row)
        if ten_digits is None:
            return Place(reason="no_game", detail=table)
        if ten_digits[:3] not in KINDS:
            return Place(reason="excluded_game", detail=ten_digits[:3])
        game = self._schedule.by_nba_id.get(ten_digits)
        if game is None:
            fallback = next((g for g in self._fallback.values() if g.nba_game_id == ten_digits), None)
            return Place(game=fallback) if fallback is not None else Place(reason="no_game", detail=table)
        if game.game_date != self.of_date:
            return Place(reason="date_mismatch", detail=table)
        if not game.final:
            return Place(reason="game_not_final", detail=table, unfinished=game)
        return Place(game=game)

    def _by_schedule(self, table: str, row: RawRow) -> Place:
        """Place a row by its teams; equal keys are looked up once.

        Returns:
            A place without game and reason if the row has two teams that no schedule game of the date explains.
        """
        key = (table, *(text(row, name) for name in (*ID_COLUMNS[table], "home_team_abbr", "away_team_abbr")))
        if key not in self._places:
            self._places[key] = self._look_up(table, row)
        return self._places[key]

    def _look_up(self, table: str, row: RawRow) -> Place:
        ten_digits = _nba_id(table, row)
        if ten_digits is not None and ten_digits[:3] not in KINDS:
            return Place(reason="excluded_game", detail=ten_digits[:3])
        home, away = team_code(text(row, "home_team_abbr")), team_code(text(row, "away_team_abbr"))
        if is_unknown(home) or is_unknown(away):
            return Place(reason="unknown_team", detail=table)

        order = (away, home) if home is not None and away is not None and home != away else None
        if order is None:
            canonical = _canonical_order(table, row)
            if canonical is not None and (is_unknown(canonical[0]) or is_unknown(canonical[1])):
                return Place(reason="unknown_team", detail=table)
            order = canonical if canonical is not None and canonical[0] != canonical[1] else None
        known = self._schedule.by_nba_id.get(ten_digits) if ten_digits is not None else None
        if order is not None:
            pair = pair_of(*order)
        elif known is not None:
            if known.game_date != self.of_date:
                return Place(reason="date_mismatch", detail=table)
            pair = known.pair
        else:
            shared = self._teams_sharing_the_id(row) if table == TEAM_BOX else None
            if shared is None:
                return Place(reason="no_game", detail=table)
            pair = shared

        game = self._schedule.find(self.of_date, pair)
        if game is not None and game.final:
            return Place(game=game, pair=pair, order=order, corrected=order is not None and order != game.teams)
        if game is not None:
            return Place(reason="game_not_final", detail=table, unfinished=game)
        if (self.of_date, pair) in self._schedule.excluded:
            return Place(reason="excluded_game", detail=self._schedule.excluded[self.of_date, pair])
        if known is not None and known.game_date != self.of_date:
            return Place(reason="date_mismatch", detail=table)
        return Place(pair=pair, order=order)

    def _teams_sharing_the_id(self, row: RawRow) -> Pair | None:
        """Return the two teams of the team rows that carry the same raw id, if they are two."""
        raw_id = text(row, "game_id")
        teams = sorted(self._teams_of_raw_id.get(raw_id, ())) if raw_id is not None else []
        return (teams[0], teams[1]) if len(teams) == 2 else None


@dataclass(slots=True)
class RekeyedDay:
    """The raw rows of a date by table and canonical game.

    Attributes:
        games: Final games of the schedule and accepted fallback games, in order of their ids.
        rekeyer: Places further rows of the date.
    """

    games: list[Game]
    rekeyer: Rekeyer
    _rows: dict[tuple[str, str], list[RawRow]]

    def rows(self, table: str, game: Game) -> Sequence[RawRow]:
        """Return the rows of a raw table that belong to a game."""
        return self._rows.get((table, game.game_id), [])


def rekey_day(of_date: date, schedule: Schedule, raw: RawDay, notes: Notes) -> RekeyedDay:
    """Place every raw row of a date but the props, which are checked for other things first."""
    box_rows = {table: raw[table] for table in FALLBACK_TABLES}
    box_rows[PLAYER_BOX] = [row for row in raw[PLAYER_BOX] if not _is_unfinished_box(of_date, row, notes)]
    rekeyer = Rekeyer(of_date, schedule, raw[TEAM_BOX])
    rekeyer.settle_fallback_games(box_rows)
    for winner, loser in rekeyer.doubles:
        why = reason("two_games", winner.game_id, loser.game_id)
        notes.find(TOGS, Finding(of_date, "GAME", loser.game_id, Category.DUPLICATE_KEY, why))

    rows: dict[tuple[str, str], list[RawRow]] = {}
    left_out: dict[str, int] = {}
    for table in (*FALLBACK_TABLES, BIGDATABALL, PLAY_BY_PLAY, SHOT_CHART, GAME_LINES):
        for row in box_rows.get(table, raw[table]):
            place = rekeyer.place(table, row)
            count_place(of_date, table, row, place, notes)
            if place.game is not None:
                rows.setdefault((table, place.game.game_id), []).append(row)
            elif place.unfinished is not None and table != GAME_LINES:
                left_out[place.unfinished.game_id] = left_out.get(place.unfinished.game_id, 0) + 1
    _report_games_without_score(of_date, schedule, left_out, notes)
    games = [*schedule.final_games(of_date), *rekeyer.fallback_games]
    return RekeyedDay(sorted(games, key=lambda game: game.game_id), rekeyer, rows)


def count_place(of_date: date, table: str, row: RawRow, place: Place, notes: Notes) -> None:
    """Count a row that is left out, or whose home and away were the wrong way round."""
    if place.game is None:
        notes.count(place.reason, place.detail, example(of_date, row))
    elif place.corrected:
        notes.count("home_away_corrected", table, example(of_date, row))


def _is_unfinished_box(of_date: date, row: RawRow, notes: Notes) -> bool:
    """Drop box-score rows that were taken while the game was on."""
    if row.get("game_status") is None or folded(row, "game_status") == "final":
        return False
    notes.count("box_not_final", PLAYER_BOX, example(of_date, row))
    return True


def _report_games_without_score(of_date: date, schedule: Schedule, left_out: dict[str, int], notes: Notes) -> None:
    """Record the games that the schedule calls over without a score, although raw rows of them exist."""
    for game in schedule.by_date.get(of_date, []):
        count = left_out.get(game.game_id, 0)
        if game.status == 3 and not game.final and count:
            why = reason("no_score", count)
            notes.find(TOGS, Finding(of_date, "GAME", game.game_id, Category.MISSING_DATA, why))


def _nba_id(table: str, row: RawRow) -> str | None:
    """Return the league's ten digits from the first column that has them."""
    for column in ID_COLUMNS[table]:
        raw_id = stripped(text(row, column))
        if _TEN_DIGITS.fullmatch(raw_id):
            return raw_id
    return None


def _canonical_order(table: str, row: RawRow) -> tuple[str, str] | None:
    """Return (away, home) of a canonical game id, as codes that may be unknown; its date is ignored."""
    if "game_id" not in ID_COLUMNS[table]:
        return None
    match = _CANONICAL.fullmatch(stripped(text(row, "game_id")))
    if match is None:
        return None
    away, home = team_code(match[1]), team_code(match[2])
    return (away, home) if away is not None and home is not None else None


def _order_of_team_row(row: RawRow, place: Place) -> Pair | None:
    """Return (away, home) as a team row has it: from `is_home`, else from its canonical id."""
    team, is_home = known_team(text(row, "team_abbr")), flag(row, "is_home")
    if place.pair is None or team not in place.pair or team is None or is_home is None:
        return place.order
    other = place.pair[1] if team == place.pair[0] else place.pair[0]
    return (other, team) if is_home else (team, other)

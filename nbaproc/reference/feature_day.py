"""One date of the feature store: who has a row, what it is made of, and why others have none (feature store 2 to 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbaproc.failures import Category
from nbaproc.reference.bounds import broken, rejections
from nbaproc.reference.feature_checks import check_day
from nbaproc.reference.feature_roster import RosterRow, read_roster
from nbaproc.reference.feature_values import Inputs
from nbaproc.reference.feature_windows import TeamPast, lists_absences, player_past, team_past
from nbaproc.reference.look_back import Day, Made
from nbaproc.reference.ml_feature_store_v2 import BOUNDS, DIGITS, build_row
from nbaproc.reference.notes import MLFS, PCF, PDC, PSZA, TDZA, UPGC, Finding, reason
from nbaproc.reference.raw_rows import RawRow, by_column, text, whole

#: Composite factors of a date from which their mean freshness says something, and up to which it says they are broken.
MANY_FACTORS, BROKEN_FRESHNESS = 100, 50


def feature_rows(day: Day, known: Mapping[str, Sequence[RawRow]]) -> Made:
    """Return what the feature store has on a date: everybody of the roster has a row or a record.

    Args:
        day: The date.
        known: Finished rows of the date of the tables it is made of.
    """
    contaminated = _contamination(day, known[PCF])
    if contaminated is not None:
        return Made(findings=[contaminated])
    tables = _Tables(day, known)
    roster, findings = read_roster(day, known[UPGC])
    made = Made(findings=findings)
    for player in day.each(MLFS, roster, lambda player: player.lookup):
        entity = day.entity("PLAYER", player.lookup)
        inputs = tables.inputs(player)
        if not inputs.past.recent:
            why = reason("no_recent_game", day.of_date.isoformat())
            made.findings.append(Finding(*entity, Category.INSUFFICIENT_DATA, why))
            continue
        row = build_row(inputs)
        impossible = broken(row, BOUNDS.hard, DIGITS)
        if impossible:
            made.findings += rejections(entity, impossible)
        else:
            made.rows.append(row)
    return check_day(day, made)


def _contamination(day: Day, factors: Sequence[RawRow]) -> Finding | None:
    """Return the finding on a date on which everybody seems worn out: the scores are not what they should be."""
    freshness, count = sum(whole(row, "fatigue_score") or 0 for row in factors), len(factors)
    if count < MANY_FACTORS or freshness > BROKEN_FRESHNESS * count:
        return None
    why = reason("contaminated_factors", freshness, count)
    return Finding(*day.entity("DATE", "DATE_LEVEL"), Category.CONTAMINATED_UPSTREAM, why)


class _Tables:
    """The tables of a date, by player or team."""

    def __init__(self, day: Day, known: Mapping[str, Sequence[RawRow]]) -> None:
        self._day = day
        self._context = by_column(known[UPGC], "player_lookup")
        self._cache = by_column(known[PDC], "player_lookup")
        self._factors = by_column(known[PCF], "player_lookup")
        self._shots = by_column(known[PSZA], "player_lookup")
        self._defenses = by_column(known[TDZA], "team_abbr")
        self._teams: dict[str, TeamPast] = {}
        self._has_statuses = any(text(row, "player_status") is not None for row in known[UPGC])
        self._has_absences = lists_absences(day)

    def inputs(self, player: RosterRow) -> Inputs:
        """Return what the row of a player is made of."""
        return Inputs(
            player=player,
            past=player_past(self._day, player.lookup, player.opponent),
            team=self._team(player.team),
            opponent=self._team(player.opponent),
            context=_of_game(player, self._context),
            cache=self._cache.get(player.lookup),
            factors=_of_game(player, self._factors),
            shots=self._shots.get(player.lookup),
            defense=self._defenses.get(player.opponent),
            has_statuses=self._has_statuses,
            has_absences=self._has_absences,
        )

    def _team(self, team: str) -> TeamPast:
        if team not in self._teams:
            self._teams[team] = team_past(self._day, team)
        return self._teams[team]


def _of_game(player: RosterRow, rows: Mapping[str, RawRow]) -> RawRow | None:
    """Return the row of a player if it is of his game."""
    row = rows.get(player.lookup)
    return row if row is not None and row["game_id"] == player.game.game_id else None

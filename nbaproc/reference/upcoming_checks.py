"""Checks of a whole date of UPGC after the fact: they count, they never remove a row (upcoming context 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from nbaproc.reference.calendar import season_year
from nbaproc.reference.notes import Notes
from nbaproc.reference.raw_rows import BETTINGPROS, ODDS_PROPS, RawDay
from nbaproc.reference.team_games import TeamGames

#: Rows from which a date is judged.
ENOUGH_ROWS = 50
#: Days after the first regular-season game from which players should have played.
WARM_UP = timedelta(days=14)


def check_day(of_date: date, rows: Sequence[Mapping[str, object]], raw: RawDay, games: TeamGames, notes: Notes) -> None:
    """Count a date on which fewer than a tenth of the rows have what they should."""
    if len(rows) < ENOUGH_ROWS:
        return
    if raw[ODDS_PROPS] or raw[BETTINGPROS]:
        _check(of_date, "few_prop_lines", [row["current_points_line"] for row in rows], notes)
    opener = games.openers.get(season_year(of_date))
    if opener is not None and of_date > opener + WARM_UP:
        _check(of_date, "few_usage_rates", [row["avg_usage_rate_last_7_games"] for row in rows], notes)
        _check(of_date, "few_days_rest", [row["days_rest"] for row in rows], notes)


def _check(of_date: date, name: str, values: Sequence[object], notes: Notes) -> None:
    known = sum(value is not None for value in values)
    if 10 * known < len(values):
        notes.count(name, "", of_date.isoformat())

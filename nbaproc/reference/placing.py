"""Which game of the schedule a raw row is about: by date and teams alone, be it over or not (upcoming context 1.1)."""

from __future__ import annotations

from datetime import date

from nbaproc.reference.raw_rows import RawRow, text
from nbaproc.reference.rekey import Place
from nbaproc.reference.schedule import Schedule
from nbaproc.reference.teams import is_unknown, pair_of, team_code


class Placer:
    """Places the raw rows of one date; ids are never looked at."""

    def __init__(self, of_date: date, schedule: Schedule) -> None:
        self._of_date = of_date
        self._schedule = schedule
        self._known: dict[tuple[str, str | None, str | None], Place] = {}

    def place(self, table: str, row: RawRow) -> Place:
        """Return the game of a row or the reason why it has none."""
        key = (table, text(row, "away_team_abbr"), text(row, "home_team_abbr"))
        if key not in self._known:
            self._known[key] = self._look_up(*key)
        return self._known[key]

    def _look_up(self, table: str, away_text: str | None, home_text: str | None) -> Place:
        away, home = team_code(away_text), team_code(home_text)
        if is_unknown(away) or is_unknown(home):
            return Place(reason="unknown_team", detail=table)
        if away is None or home is None or away == home:
            return Place(reason="no_game", detail=table)
        pair = pair_of(away, home)
        game = self._schedule.find(self._of_date, pair)
        if game is not None:
            return Place(game=game, pair=pair, order=(away, home), corrected=(away, home) != game.teams)
        if (self._of_date, pair) in self._schedule.excluded:
            return Place(reason="excluded_game", detail=self._schedule.excluded[self._of_date, pair])
        return Place(reason="no_game", detail=table)

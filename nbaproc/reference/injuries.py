"""The last injury report before tip-off, and whom of a team it speaks of (upcoming context 1.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nbaproc.reference.calendar import eastern_wall
from nbaproc.reference.cuts import Times
from nbaproc.reference.game import Game
from nbaproc.reference.names import Ladder, Player, lookup_key
from nbaproc.reference.notes import Notes
from nbaproc.reference.order import latest, smallest
from nbaproc.reference.raw_rows import INJURIES, RawRow, day, example, folded, moment, number, text, whole
from nbaproc.reference.teams import known_team
from nbaproc.reference.texts import stripped

OUT, DOUBTFUL, QUESTIONABLE, PROBABLE, AVAILABLE = "out", "doubtful", "questionable", "probable", "available"
STATUSES = (OUT, DOUBTFUL, QUESTIONABLE, PROBABLE, AVAILABLE)
#: Confidence below which a report does not count for its team.
SURE = 0.8
#: Category of a player who is with a team of the lower league.
G_LEAGUE = "g_league"
#: Reasons that say nothing, in lower case.
NO_REASON = ("", "unknown", "nan", "none")


@dataclass(frozen=True, slots=True)
class Report:
    """What the last report before tip-off says of a player.

    Attributes:
        lookup: LK of the name in the report.
        team: Code of the team.
        status: One of the five.
        day: Eastern date of the report.
        hour: Eastern hour of the report.
        reason: Printed reason.
        category: Kind of the reason.
        confidence: How sure the reader of the report was.
        processed_at: When the row was loaded.
    """

    lookup: str
    team: str
    status: str
    day: date
    hour: int
    reason: str | None
    category: str | None
    confidence: float | None
    processed_at: datetime | None

    @property
    def is_sure(self) -> bool:
        """Whether nobody doubts that it was read rightly."""
        return self.confidence is None or self.confidence >= SURE

    @property
    def is_of_g_league(self) -> bool:
        """Whether the player is out because he plays in the lower league."""
        return stripped(self.category).lower() == G_LEAGUE

    @property
    def printed_reason(self) -> str | None:
        """The reason, else its category; NULL if neither says anything."""
        for words in (self.reason, self.category):
            if stripped(words).lower() not in NO_REASON:
                return words
        return None


def read_reports(
    of_date: date, rows: Iterable[RawRow], games: Iterable[Game], times: Mapping[str, Times], notes: Notes
) -> list[Report]:
    """Return the last report of every player on a date; whatever is unusable is counted by its first fault."""
    cuts = {team: times[game.game_id].cut for game in games for team in game.teams}
    by_lookup: dict[str, list[Report]] = {}
    for row in rows:
        read = _read(row, cuts)
        if isinstance(read, Report):
            by_lookup.setdefault(read.lookup, []).append(read)
        else:
            notes.count(read, INJURIES, example(of_date, row))
    return [min(reports, key=_newest) for reports in by_lookup.values()]


def attach(
    of_date: date,
    reports: Iterable[Report],
    players: Sequence[Player],
    aliases: Mapping[str, str],
    notes: Notes,
) -> dict[str, Report]:
    """Return the report on every player by his lookup.

    Each report is looked for in its own team; a team without players is left alone, other names that mean nobody are
    counted.
    """
    ladder = Ladder(players, aliases)
    teams = {player.team for player in players}
    attached: dict[str, list[Report]] = {}
    for report in reports:
        player = ladder.find(report.lookup, report.team)
        if player is not None:
            attached.setdefault(player.lookup, []).append(report)
        elif report.team in teams:
            notes.count("unmatched_name", INJURIES, f"{of_date} {report.team} {report.lookup}")
    return {lookup: min(found, key=lambda r: (*_newest(r), r.lookup)) for lookup, found in attached.items()}


def _read(row: RawRow, cuts: Mapping[str, datetime]) -> Report | str:
    """Read a row, or name the fault that makes it useless."""
    lookup = lookup_key(text(row, "player_lookup") or "")
    team = known_team(text(row, "team"))
    status, hour = folded(row, "injury_status"), whole(row, "report_hour")
    if not lookup:
        return "empty_name"
    if team is None:
        return "unknown_team"
    if team not in cuts:
        return "team_not_in_game"
    if status not in STATUSES:
        return "unknown_status"
    if hour is None or not 0 <= hour <= 23:
        return "report_without_time"
    cut = eastern_wall(cuts[team])
    if (day(row, "report_date"), hour) >= (cut.date(), cut.hour):
        return "report_after_tip"
    return Report(
        lookup=lookup,
        team=team,
        status=status,
        day=day(row, "report_date"),
        hour=hour,
        reason=text(row, "reason"),
        category=text(row, "reason_category"),
        confidence=number(row, "confidence_score"),
        processed_at=moment(row, "processed_at"),
    )


def _newest(report: Report) -> tuple[object, ...]:
    confidence = report.confidence
    return (
        *(-report.day.toordinal(), -report.hour, latest(report.processed_at), report.team, report.status),
        *(smallest(report.reason), smallest(report.category), (confidence is None, confidence or 0.0)),
    )

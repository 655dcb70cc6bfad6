"""The injury reports of the simulated league: who is listed on the eve and on the day of a game, and as what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple

from nbaproc.sources.simulate_calendar import Fixture
from nbaproc.sources.simulate_league import AILMENTS, Player, below, pick
from nbaproc.sources.simulate_squads import Squad
from nbaproc.sources.simulate_table import Row, instant

#: The reports on a game: days from the game date, and the Eastern hour they are issued in.
REPORTS = ((-1, 17), (0, 11), (0, 17))

Statuses = tuple[str, str, str]

_OUT: Statuses = ("out", "out", "out")

# What the three reports say of a player who will not play, and of one who will, with what is rare at the end; empty
# where he is not listed.
_ABSENT: tuple[Statuses, ...] = 3 * (
    _OUT,
    _OUT,
    ("questionable", "out", "out"),
    ("questionable", "questionable", "out"),
    ("doubtful", "doubtful", "out"),
    ("doubtful", "doubtful", "doubtful"),
    ("questionable", "questionable", "questionable"),
    ("probable", "questionable", "out"),
    ("", "questionable", "out"),
    ("", "", "out"),
) + (("probable", "probable", "probable"),)
_PRESENT: tuple[Statuses, ...] = 5 * (
    ("questionable", "questionable", "available"),
    ("questionable", "questionable", "questionable"),
    ("questionable", "probable", "probable"),
    ("probable", "probable", "available"),
    ("probable", "available", "available"),
    ("doubtful", "questionable", "questionable"),
    ("out", "questionable", "available"),
    ("", "probable", "available"),
) + (("doubtful", "doubtful", "doubtful"),)

_CATEGORIES = {
    "Injury/Illness": "injury",
    "G League": "g_league",
    "Rest": "rest",
    "Personal Reasons": "personal",
    "Not With Team": "not_with_team",
    "League Suspension": "suspension",
}


class Listed(NamedTuple):
    """A player on the reports of a game, with his status on each of them; empty where he is not on it."""

    player: Player
    statuses: Statuses
    reason: str


def _present(rng: Random, player: Player) -> Listed:
    return Listed(player, pick(rng, _PRESENT), f"Injury/Illness - {pick(rng, AILMENTS)}")


def _absent(rng: Random, player: Player, status: str, printed: str) -> Listed | None:
    """List a player who will not play; most decisions of the coach are on no report."""
    if printed.startswith("DNP"):
        chance = below(rng, 25)
        if chance > 1:
            return None
        return _present(rng, player) if chance else Listed(player, pick(rng, _ABSENT), "Rest")
    if printed.startswith("NWT"):
        return Listed(player, _OUT, "Not With Team" if below(rng, 4) else "League Suspension")
    reason = "Personal Reasons" if printed == "Personal" else printed.removeprefix("DND - ")
    return Listed(player, _OUT if status == "inactive" else pick(rng, _ABSENT), reason)


def listed_players(rng: Random, squad: Squad, eve: bool) -> list[Listed]:
    """Return who is on the injury reports of a team's game.

    Args:
        rng: Where chance comes from.
        squad: The team in this game.
        eve: There is a report on the eve of the game; teams that play on it have none.
    """
    absent = [_absent(rng, *other) for other in squad.others]
    listed = [one for one in absent if one]
    listed += [_present(rng, player) for player in squad.players if below(rng, 9) == 0]
    return listed if eve else [one._replace(statuses=("", *one.statuses[1:])) for one in listed]


def reports_before(fixture: Fixture, minutes: int) -> int:
    """Return how many of the reports are out that many minutes before the tip-off."""
    now = fixture.tip - timedelta(minutes=minutes)
    hours = 24 * (now.date() - fixture.game_date).days + now.hour
    return sum(hours > 24 * days + hour for days, hour in REPORTS)


def injury_rows(rng: Random, fixture: Fixture, code: str, listed: list[Listed]) -> Iterator[Row]:
    """Yield what the reports say of a team; some readers of them keep the capitals of a status."""
    title = below(rng, 3) == 0
    for place, (days, hour) in enumerate(REPORTS):
        day = fixture.game_date + timedelta(days=days)
        read = instant(datetime.combine(day, time(hour, 32))) + below(rng, 20)
        for player, statuses, reason in listed:
            status = statuses[place]
            if status:
                category = _CATEGORIES[reason.split(" - ", 1)[0]]
                shown = status.title() if title else status
                confidence = (90 + below(rng, 11)) / 100
                yield day, hour, fixture.game_date, code, player.lookup, shown, reason, category, confidence, read

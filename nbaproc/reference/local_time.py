"""When a game starts by the clocks of its arena, and in which part of the season (upcoming context 2.11)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nbaproc.reference.game import Game
from nbaproc.reference.texts import stripped
from nbaproc.reference.venues import arenas, location_of

#: Letters of the zones the league plays in; all others are `local`.
LETTERS = {
    "America/New_York": "ET",
    "America/Toronto": "ET",
    "America/Detroit": "ET",
    "America/Indiana/Indianapolis": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Phoenix": "MST",
    "America/Los_Angeles": "PT",
}
_PHASES = {10: "early", 11: "early", 12: "mid", 1: "mid", 2: "mid"}


def start_time_local(tip_off: datetime | None, game: Game) -> str | None:
    """Write a tip-off by the clocks of the arena; NULL if the tip-off or the zone is not known."""
    zone = zone_of(game)
    return clock_text(tip_off, zone) if tip_off is not None and zone is not None else None


def clock_text(instant: datetime, zone: str) -> str:
    """Write an instant by the clocks of a zone.

    >>> from datetime import UTC
    >>> clock_text(datetime(2022, 3, 21, 1, tzinfo=UTC), "America/Phoenix")
    '6:00 PM MST'
    """
    local = instant.astimezone(ZoneInfo(zone))
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half} {LETTERS.get(zone, 'local')}"


def zone_of(game: Game) -> str | None:
    """Return the time zone of a game: the one the schedule names, else that of the arena."""
    named = stripped(game.venue.zone)
    if is_zone(named):
        return named
    location = location_of(game.home, game.venue)
    return arenas()[location].zone if location is not None else None


def has_strange_zone(game: Game) -> bool:
    """Whether the schedule names a time zone that there is not."""
    named = stripped(game.venue.zone)
    return bool(named) and not is_zone(named)


@lru_cache(maxsize=1000)
def is_zone(name: str) -> bool:
    """Whether a text is the IANA name of a time zone.

    >>> is_zone("Europe/Paris"), is_zone("Paris"), is_zone("")
    (True, False, False)
    """
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def season_phase(of_date: date, kind: str) -> str:
    """Return the part of the season a game belongs to.

    >>> season_phase(date(2024, 4, 10), "regular"), season_phase(date(2024, 4, 21), "playoff")
    ('late', 'playoffs')
    """
    return "playoffs" if kind == "playoff" else _PHASES.get(of_date.month, "late")

"""The three shot feeds, read into one kind of event, and the zone of a shot (game summaries 6.1 and 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from nbaproc.reference.raw_rows import (
    BIGDATABALL,
    PLAY_BY_PLAY,
    SHOT_CHART,
    RawRow,
    flag,
    folded,
    moment,
    number,
    text,
    trimmed,
    whole,
)
from nbaproc.reference.teams import TEAM_OF_ID, team_code

#: Raw table of each shot source, in order of priority.
SOURCES = {"bigdataball_pbp": BIGDATABALL, "nbac_pbp": PLAY_BY_PLAY, "nbac_shot_chart": SHOT_CHART}

PAINT, MID, THREE = "paint", "mid", "three"
ZONES = (PAINT, MID, THREE)

#: Feet from the basket within which a two-pointer is in the paint.
PAINT_FEET = 8
#: Feet from which a shot of unknown kind is taken for a three-pointer.
ARC_FEET = 23.75
#: A single free throw with one of these words was not given for a made shot.
NO_AND_ONE = ("technical", "flagrant", "clear path", "away")

#: How the feeds name a team that is not one of the thirty.
UNKNOWN_TEAM = "?"


class Person(NamedTuple):
    """Somebody as a feed names him: by a name or by the league's number, then perhaps with a name to fall back on."""

    name: str | None
    number: int | None = None


@dataclass(slots=True)
class Event:
    """A shot or a free throw.

    Attributes:
        key: Number of the event in its game; two rows with one number are one event; NULL: on its own.
        team: Team of the shooter, a code that may be unknown; NULL if the feed does not say.
        shooter: Who shot.
        is_shot: A field-goal attempt; otherwise a free throw.
        made: The shot went in.
        zone: paint, mid or three; NULL for a shot without a distance and for a free throw.
        is_assisted: The shot had an assist.
        blocker: Who blocked the shot, NULL if nobody did.
        is_and_one: The free throw was given for a made shot.
        period: 1 to 4, then overtimes.
        names_team: The feed itself says the team; otherwise it is that of the player found by name.
        processed_at: When the row was loaded.
        data_hash: The source's hash of the row.
    """

    key: str | int | None
    team: str | None
    shooter: Person
    is_shot: bool
    made: bool = False
    zone: str | None = None
    is_assisted: bool = False
    blocker: Person | None = None
    is_and_one: bool = False
    period: int | None = None
    names_team: bool = True
    processed_at: datetime | None = None
    data_hash: str | None = None


def read_event(source: str, row: RawRow) -> Event | None:
    """Read a row of a feed; NULL if it is neither a shot nor a free throw."""
    if source == "bigdataball_pbp":
        return _read_bigdataball(row)
    if source == "nbac_pbp":
        return _read_play_by_play(row)
    return _read_shot_chart(row)


def bigdataball_zone(subtype: str, distance: float | None, points_scored: int | None) -> str | None:
    """Return the zone of a BigDataBall shot: its kind decides, and only without a kind the distance.

    >>> bigdataball_zone("jump shot", 24.0, 0), bigdataball_zone("", 23.75, 0), bigdataball_zone("hook shot", None, 0)
    ('mid', 'three', None)
    """
    if "3pt" in subtype or points_scored == 3:
        return THREE
    if subtype in ("", "unknown") and distance is not None and distance >= ARC_FEET and points_scored != 2:
        return THREE
    return two_point_zone(distance)


def two_point_zone(distance: float | None) -> str | None:
    """Return the zone of a two-pointer.

    >>> two_point_zone(8), two_point_zone(8.01), two_point_zone(None)
    ('paint', 'mid', None)
    """
    if distance is None:
        return None
    return PAINT if distance <= PAINT_FEET else MID


def _read_bigdataball(row: RawRow) -> Event | None:
    kind, made = folded(row, "event_type"), flag(row, "shot_made")
    if not (kind == "shot" and made is not None) and kind != "free throw":
        return None
    subtype = folded(row, "event_subtype")
    event = Event(
        key=text(row, "event_id"),
        team=team_code(text(row, "player_1_team_abbr")),
        shooter=_named(row, "player_1"),
        is_shot=kind == "shot",
        period=whole(row, "period"),
        processed_at=moment(row, "processed_at"),
        data_hash=text(row, "data_hash"),
    )
    if event.is_shot:
        role = folded(row, "player_2_role")
        event.made = made is True
        event.zone = bigdataball_zone(subtype, number(row, "shot_distance"), whole(row, "points_scored"))
        event.is_assisted = role == "assist"
        event.blocker = _named(row, "player_2") if role == "block" else None
    else:
        event.is_and_one = subtype == "free throw 1/1"
    return event


def _named(row: RawRow, player: str) -> Person:
    """Return a player of BigDataBall: the name, in whose absence the lookup stands in."""
    column = f"{player}_name" if trimmed(row, f"{player}_name") else f"{player}_lookup"
    return Person(text(row, column) if trimmed(row, column) else None)


def _read_play_by_play(row: RawRow) -> Event | None:
    kind, result = folded(row, "actionType"), folded(row, "shotResult")
    is_shot = kind in ("2pt", "3pt") and result in ("made", "missed")
    if not is_shot and kind != "freethrow":
        return None
    event = Event(
        key=whole(row, "actionNumber"),
        team=team_code(text(row, "teamTricode")),
        shooter=Person(None, whole(row, "personId") or 0),
        is_shot=is_shot,
        period=whole(row, "period"),
        processed_at=moment(row, "processed_at"),
        data_hash=text(row, "data_hash"),
    )
    if is_shot:
        blocker = whole(row, "blockPersonId") or 0
        event.made = result == "made"
        event.zone = THREE if kind == "3pt" else two_point_zone(number(row, "shotDistance"))
        event.is_assisted = bool(whole(row, "assistPersonId"))
        event.blocker = Person(None, blocker) if blocker else None
    else:
        words = folded(row, "descriptor").replace("-", " ")
        event.is_and_one = folded(row, "subType") == "1 of 1" and not any(word in words for word in NO_AND_ONE)
    return event


def _read_shot_chart(row: RawRow) -> Event | None:
    made = whole(row, "SHOT_MADE_FLAG")
    if made not in (0, 1):
        return None
    is_three = folded(row, "SHOT_TYPE").startswith("3pt")
    return Event(
        key=whole(row, "GAME_EVENT_ID"),
        team=TEAM_OF_ID.get(whole(row, "TEAM_ID") or 0, UNKNOWN_TEAM),
        shooter=Person(trimmed(row, "PLAYER_NAME"), whole(row, "PLAYER_ID") or 0),
        is_shot=True,
        made=made == 1,
        zone=THREE if is_three else two_point_zone(whole(row, "SHOT_DISTANCE")),
        period=whole(row, "PERIOD"),
        processed_at=moment(row, "processed_at"),
        data_hash=text(row, "data_hash"),
    )

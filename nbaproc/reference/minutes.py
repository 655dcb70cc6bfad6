"""Playing time as seconds, and the overtimes that follow from it (game summaries 1.3 and 3.5)."""

from __future__ import annotations

import re

from nbaproc.reference.numbers import hu
from nbaproc.reference.texts import stripped

#: Texts that stand for "no playing time given", in lower case.
NOTHING = ("", "-", "null", "none", "nan", "<na>")
#: Player seconds of one team in a game without overtime: five players, 48 minutes.
REGULATION = 14400
#: Player seconds of one overtime: five players, 5 minutes.
OVERTIME = 1500
#: How far a team's sum of whole minutes may be from the true length.
TOLERANCE = 300

_CLOCK = re.compile(r"([0-9]{1,9}):([0-9]+)")
_DECIMAL = re.compile(r"([0-9]{1,9})(?:\.([0-9]+))?")


def seconds(text: str | None) -> int | None:
    """Read a playing time: `MM:SS` or minutes with decimals; NULL where there is nothing or nothing readable.

    >>> seconds("40:11"), seconds("32.5"), seconds("0.05"), seconds("00:00"), seconds("12:75"), seconds(None)
    (2411, 1950, 3, 0, None, None)
    """
    if text is None:
        return None
    clean = stripped(text)
    clock = _CLOCK.fullmatch(clean)
    if clock:
        minute, second = clock.groups()
        return 60 * int(minute) + int(second) if int(second) <= 59 else None
    decimal = _DECIMAL.fullmatch(clean)
    if decimal:
        whole, fraction = decimal.groups()
        millionths = int(whole) * 10**6 + int((fraction or "")[:6].ljust(6, "0"))
        return hu(60 * millionths, 10**6, 0)
    return None


def is_unreadable(text: str | None) -> bool:
    """Whether a text is there that is neither a playing time nor one of the ways to write none.

    >>> is_unreadable("DNP"), is_unreadable("-"), is_unreadable("32"), is_unreadable(None)
    (True, False, False, False)
    """
    return text is not None and stripped(text).lower() not in NOTHING and seconds(text) is None


def overtimes(team_seconds: int) -> int:
    """Return the overtimes a team's minutes point to.

    >>> [overtimes(60 * m) for m in (236, 240, 252, 265, 290, 315)]
    [0, 0, 0, 1, 2, 3]
    """
    return max(0, (team_seconds - REGULATION + OVERTIME // 2) // OVERTIME)


def is_off(team_seconds: int, overtime_periods: int) -> bool:
    """Whether a team's minutes are further from the length of the game than whole-minute rounding explains.

    >>> is_off(60 * 236, 0), is_off(60 * 234, 0)
    (False, True)
    """
    return abs(team_seconds - REGULATION - OVERTIME * overtime_periods) > TOLERANCE

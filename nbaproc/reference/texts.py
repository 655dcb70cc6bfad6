"""White space as Unicode defines it; Python's own `strip` and `split` take four control characters for it too."""

from __future__ import annotations

import re

#: Characters with the property White_Space.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITE_SPACE += "\u2028\u2029\u202f\u205f\u3000"

_GAP = re.compile(f"[{WHITE_SPACE}]+")


def stripped(text: str | None) -> str:
    """Return a text without white space at both ends, NULL as the empty text.

    >>> stripped(" PHI\\u2003"), stripped(None), stripped("\\x1c ")
    ('PHI', '', '\\x1c')
    """
    return (text or "").strip(WHITE_SPACE)


def words(text: str) -> list[str]:
    """Split a text at its white space.

    >>> words("  Luka \\t Dončić ")
    ['Luka', 'Dončić']
    """
    return [word for word in _GAP.split(text) if word]

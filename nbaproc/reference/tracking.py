"""The tracking columns: what every raw table held of a date, before any cleaning (game summaries 10.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from nbaproc.reference.canonical import digest
from nbaproc.reference.numbers import hu, shown
from nbaproc.reference.raw_rows import (
    BDL,
    BETTINGPROS,
    BIGDATABALL,
    GAMEBOOK,
    ODDS_PROPS,
    PLAY_BY_PLAY,
    PLAYER_BOX,
    SHOT_CHART,
    TEAM_BOX,
    RawDay,
    RawRow,
    moment,
    text,
)

#: Raw table and rows expected per game, by the prefix of the columns.
TRACKED = {
    "source_team_boxscore": (TEAM_BOX, 2),
    "source_nbac": (GAMEBOOK, 20),
    "source_nbac_box": (PLAYER_BOX, 20),
    "source_bdl": (BDL, 20),
    "source_bbd": (BIGDATABALL, 400),
    "source_nbac_pbp": (PLAY_BY_PLAY, 400),
    "source_shot_chart": (SHOT_CHART, 150),
}
#: The same for what only player rows are made of.
TRACKED_PROPS = {
    "source_odds": (ODDS_PROPS, 10),
    "source_bp": (BETTINGPROS, 10),
}


def track(tracked: Mapping[str, tuple[str, int]], raw: RawDay, games: int) -> dict[str, object]:
    """Return the tracking columns of a date, the same for all its rows."""
    columns: dict[str, object] = {}
    for prefix, (table, per_game) in tracked.items():
        columns |= _track_table(prefix, raw[table], per_game * games)
    return columns


def _track_table(prefix: str, rows: Sequence[RawRow], expected: int) -> dict[str, object]:
    if not rows:
        names = ("last_updated", "rows_found", "completeness_pct", "hash")
        return {f"{prefix}_{name}": None for name in names}
    loaded = [at for at in (moment(row, "processed_at") for row in rows) if at is not None]
    hashes = sorted(value for value in (text(row, "data_hash") for row in rows) if value is not None)
    percent = hu(100 * len(rows), expected, 2)
    return {
        f"{prefix}_last_updated": max(loaded).astimezone(UTC) if loaded else None,
        f"{prefix}_rows_found": len(rows),
        f"{prefix}_completeness_pct": shown(min(10000, percent) if percent is not None else None, 2),
        f"{prefix}_hash": digest("|".join(hashes)) if hashes else None,
    }

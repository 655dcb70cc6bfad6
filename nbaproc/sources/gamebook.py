"""Official game books as JSON -> `nbac_gamebook_player_stats`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import schema
from nbaproc.errors import InputError
from nbaproc.raw.contract import NBAC_GAMEBOOK_PLAYER_STATS, STATISTICS
from nbaproc.raw.minutes import is_unreadable
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import TEAM_NAMES
from nbaproc.sources.json_files import ENDINGS, read_json
from nbaproc.sources.layouts import Parsed

#: List of the file -> player_status.
LISTS = {"active_players": "active", "dnp_players": "dnp", "inactive_players": "inactive"}
NEEDS = ("date", "away_team", "home_team", *LISTS)


def recognise(path: Path) -> tuple[str, Callable[[], Parsed]] | str:
    """Return the layout's name and how to read the file, or why it is no game book.

    Raises:
        InputError: The file cannot be read.
    """
    if not path.name.lower().endswith(ENDINGS):
        return "no JSON file"
    book = read_json(path)
    if not isinstance(book, dict) or not isinstance(book.get("active_players"), list):
        return "no game book: it has no list active_players"
    missing = [name for name in NEEDS if name not in book]
    if missing:
        return f"game book without {', '.join(missing)}"
    return "game book", lambda: parse(path, book)


def parse(path: Path, book: dict[str, Any]) -> Parsed:
    """Turn a game book into raw rows, one per listed player.

    Raises:
        InputError: The date or a statistic is not what it should be.
    """
    table, tally = NBAC_GAMEBOOK_PLAYER_STATS, Tally()
    try:
        day = datetime.strptime(str(book["date"]), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise InputError(f"{path}: date {book['date']!r} is not YYYY-MM-DD; mend the file or leave it out") from None
    away, home = str(book["away_team"]), str(book["home_team"])
    rows = []
    for name, status in LISTS.items():
        for place, player in enumerate(book[name]):
            code = TEAM_NAMES.get(str(player.get("team", "")).strip().upper())
            if code is None:
                tally.add("unknown_team", table.name, 1, [f"{day} {player.get('name')} {player.get('team')}"])
                continue
            statistics = player.get("stats") or {}
            rows.append(
                {
                    "game_id": f"{day:%Y%m%d}_{away}_{home}",
                    "game_date": day,
                    "player_name": player.get("name"),
                    "team_abbr": code,
                    "home_team_abbr": home,
                    "away_team_abbr": away,
                    "player_status": status,
                    "dnp_reason": player.get("dnp_reason") or player.get("reason"),
                    "minutes": statistics.get("minutes"),
                    "processed_at": _instant(path, book.get("timestamp")),
                    **{c: _whole(path, name, place, c, statistics.get(c)) for c in (*STATISTICS, "plus_minus")},
                }
            )
    wanted = {
        n: t for n, t in schema(table).items() if n not in ("player_lookup", "name_resolution_status", "data_hash")
    }
    frame = add_lookups(pl.DataFrame(rows, schema=wanted, orient="row"), "player_name", "player_lookup")
    frame = frame.with_columns(name_resolution_status=pl.lit(None, dtype=pl.String))
    frame = frame.select(name for name in schema(table) if name != "data_hash")
    bad = frame.filter(is_unreadable(pl.col("minutes")))
    tally.add_frame("bad_minutes", table.name, bad, "game_date", "game_id", "player_name", "minutes")
    lacking = frame.filter(pl.col("player_lookup").is_null())
    tally.add_frame("missing_value", table.name, lacking, "game_date", "game_id", "team_abbr")
    return Parsed(table.name, frame.drop_nulls(table.required), tally)


def _instant(path: Path, text: object) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        raise InputError(f"{path}: timestamp {text!r} is no time; mend the file or leave it out") from None


def _whole(path: Path, name: str, place: int, column: str, value: object) -> int | None:
    if value is None:
        return None
    try:
        return int(str(value).removeprefix("+"))
    except ValueError:
        where = f"{path}: {name}, player {place + 1}: {column}"
        raise InputError(f"{where} {value!r} is not a whole number; mend the file or leave it out") from None

"""Official game books as JSON -> `nbac_gamebook_player_stats`."""

from __future__ import annotations

import re
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
from nbaproc.sources.json_files import is_json, read_json
from nbaproc.sources.layout import Parsed
from nbaproc.sources.tabular import NO_VALUE

#: List of the file -> player_status.
LISTS = {"active_players": "active", "dnp_players": "dnp", "inactive_players": "inactive"}
TEXTS = ("name", "team", "dnp_reason", "reason")
NEEDS = ("date", "away_team", "home_team", *LISTS)


def recognise(path: Path) -> tuple[str, Callable[[], Parsed]] | str:
    """Return the layout's name and how to read the file, or why it is no game book.

    Raises:
        InputError: The file cannot be read.
    """
    if not is_json(path):
        return "no JSON"
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
    away, home = (_text(book[side], f"{path}: {side}") or "" for side in ("away_team", "home_team"))
    loaded = _instant(path, book.get("timestamp"))
    rows = []
    for name, status in LISTS.items():
        for place, player in enumerate(_listed(book[name], f"{path}: {name}")):
            where = f"{path}: {name}, player {place + 1}"
            statistics = _fields(_fields(player, where).get("stats") or {}, f"{where}: stats")
            texts = {field: _text(player.get(field), f"{where}: {field}") for field in TEXTS}
            code = TEAM_NAMES.get((texts["team"] or "").upper())
            if code is None:
                tally.add("unknown_team", table.name, 1, [f"{day} {texts['name']} {texts['team']}"])
                continue
            rows.append(
                {
                    "game_id": f"{day:%Y%m%d}_{away}_{home}",
                    "game_date": day,
                    "player_name": texts["name"],
                    "team_abbr": code,
                    "home_team_abbr": home,
                    "away_team_abbr": away,
                    "player_status": status,
                    "dnp_reason": texts["dnp_reason"] or texts["reason"],
                    "minutes": _text(statistics.get("minutes"), f"{where}: minutes"),
                    "processed_at": loaded,
                    **{c: _whole(statistics.get(c), f"{where}: {c}") for c in (*STATISTICS, "plus_minus")},
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
    """Read a time; one without a zone is UTC."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(str(text))
    except ValueError:
        raise InputError(f"{path}: timestamp {text!r} is no time; mend the file or leave it out") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _listed(value: object, where: str) -> list[Any]:
    if not isinstance(value, list | None):
        raise InputError(f"{where} is no list; mend the file or leave it out")
    return value or []


def _fields(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{where} is no object; mend the file or leave it out")
    return value


def _text(value: object, where: str) -> str | None:
    if isinstance(value, dict | list):
        raise InputError(f"{where} is no text; mend the file or leave it out")
    return None if value is None else str(value).strip() or None


def _whole(value: object, where: str) -> int | None:
    """Read a whole number; `+3` and `3.0` are 3, an empty text and NaN are NULL."""
    text = str(value).strip().lower() if value is not None else ""
    if text in NO_VALUE:
        return None
    if not re.fullmatch(r"[+-]?[0-9]{1,9}(\.0+)?", text):
        raise InputError(f"{where} {value!r} is not a whole number; mend the file or leave it out")
    return int(float(text))

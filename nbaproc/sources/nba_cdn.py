"""The league's play-by-play feed (JSON as delivered, or its actions as CSV or Parquet) -> `nbac_play_by_play`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.boundary import schema
from nbaproc.calendar import EASTERN
from nbaproc.errors import InputError
from nbaproc.raw.contract import NBAC_PLAY_BY_PLAY
from nbaproc.raw.tally import Tally
from nbaproc.sources.json_files import is_json, read_json
from nbaproc.sources.layout import Parsed
from nbaproc.sources.tabular import Columns, is_tabular, read_header, read_table

#: Columns that only this feed has together.
MARKS = frozenset({"gameId", "actionNumber", "actionType"})
_NUMBERS = ("actionNumber", "period", "personId", "assistPersonId", "blockPersonId")
_TEXTS = ("actionType", "subType", "descriptor", "shotResult", "teamTricode")
_NEEDS = ("gameId", *_NUMBERS[:3], *_TEXTS, "shotDistance", "timeActual")


def recognise(path: Path, dates: Mapping[str, date]) -> tuple[str, Callable[[], Parsed]] | str:
    """Return the layout's name and how to read the file, or why it is no play-by-play.

    Args:
        path: The file.
        dates: Date of every scheduled game id.

    Raises:
        InputError: The file cannot be read.
    """
    if is_tabular(path):
        missing = [name for name in _NEEDS if name not in read_header(path)]
        if missing:
            return f"no play-by-play feed: column {', '.join(missing)} is missing"
        return "play-by-play feed", lambda: _parse(Columns(path, read_table(path)), dates)
    if not is_json(path):
        return "neither JSON, CSV nor Parquet"
    content = read_json(path)
    game = content.get("game") if isinstance(content, dict) else None
    if not isinstance(game, dict) or "gameId" not in game or not isinstance(game.get("actions"), list):
        return "no play-by-play feed: it has no game with gameId and actions"
    return "play-by-play feed", lambda: _parse(Columns(path, _actions(path, game)), dates)


def _actions(path: Path, game: dict[str, Any]) -> pl.DataFrame:
    """Return the actions of a game as text columns."""
    rows = []
    for action in game["actions"]:
        if not isinstance(action, dict):
            raise InputError(f"{path}: an action is no object; download it again")
        values = {name: action.get(name) for name in _NEEDS + _NUMBERS}
        rows.append({n: None if v is None else str(v) for n, v in values.items()} | {"gameId": str(game["gameId"])})
    return pl.DataFrame(rows, schema=dict.fromkeys((*_NEEDS, *_NUMBERS[3:]), pl.String))


def _parse(file: Columns, dates: Mapping[str, date]) -> Parsed:
    table, tally = NBAC_PLAY_BY_PLAY, Tally()
    rows = pl.DataFrame(
        {
            "gameId": file.game_id("gameId"),
            **{name: file.integer(name) for name in file.only(*_NUMBERS)},
            **{name: file.text(name) for name in _TEXTS},
            "shotDistance": file.number("shotDistance"),
            "timeActual": file.text("timeActual"),
        }
    )
    instant = pl.col("timeActual").str.to_datetime("%+", time_zone="UTC", strict=False)
    first = instant.drop_nulls().first()
    played = rows.group_by("gameId").agg(eastern=first.dt.convert_time_zone(EASTERN).dt.date())
    scheduled = pl.col("gameId").replace_strict(dict(dates), default=None, return_dtype=pl.Date)
    played = played.select("gameId", game_date=pl.coalesce(scheduled, "eastern"))
    rows = rows.join(played, on="gameId", how="left", maintain_order="left")
    wanted = {name: dtype for name, dtype in schema(table).items() if name != "data_hash"}
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in wanted.items() if name not in rows.columns]
    rows = rows.with_columns(absent).select(list(wanted))
    tally.add_frame("bad_date", table.name, rows.filter(pl.col("game_date").is_null()), "gameId", "actionNumber")
    return Parsed(table.name, rows.drop_nulls(table.required), tally)

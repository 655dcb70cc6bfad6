"""Tip-off on the clocks of the arena."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from nbaproc.raw.places import locations
from nbaproc.raw.tally import Tally

#: What a time zone is called; all others are `local`.
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


def add_local_start(games: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Add `game_start_time_local`, as `7:30 PM ET`; NULL where the tip-off or the time zone is not known.

    Args:
        games: `game_id`, `tip`, `arena_timezone`, `location`.
        tally: Takes the count of games whose time zone has no such name.
    """
    named = pl.col("arena_timezone").str.strip_chars()
    games = games.with_columns(_named=pl.when(named != "").then(named))
    unknown = [name for name in games["_named"].unique().drop_nulls().to_list() if not _is_zone(name)]
    strange = pl.col("_named").is_in(unknown)
    tally.add_frame("unknown_time_zone", "nbac_schedule", games.filter(strange), "game_id", "arena_timezone")
    places = locations().select(location="team", _zone="zone")
    games = games.join(places, on="location", how="left", maintain_order="left")
    games = games.with_columns(_zone=pl.coalesce(pl.when(~strange).then("_named"), "_zone"))
    text = pl.lit(None, dtype=pl.String)
    for zone in games["_zone"].unique().drop_nulls().sort().to_list():
        local = pl.col("tip").dt.convert_time_zone(zone).dt.strftime("%-I:%M %p")
        written = pl.concat_str(local, pl.lit(" " + LETTERS.get(zone, "local")))
        text = pl.when(pl.col("_zone") == zone).then(written).otherwise(text)
    return games.with_columns(game_start_time_local=text).drop("_named", "_zone")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True

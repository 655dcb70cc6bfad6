"""Layouts of NBA Stats downloads: recognised by their columns, never by a file's name."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from nbaproc.raw.contract import NBAC_PLAYER_BOXSCORES, NBAC_SHOT_CHART, NBAC_TEAM_BOXSCORE
from nbaproc.raw.minutes import is_unreadable, seconds
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.sources import box_feeds, fixtures, game_lines, injuries, odds_api, people, warehouse
from nbaproc.sources.layout import (
    PLAYER_STATISTICS,
    TEAM_STATISTICS,
    Layout,
    Parsed,
    conform,
    finish,
    make_layout,
    minutes_text,
    sides,
)
from nbaproc.sources.schedule_feeds import FEEDS
from nbaproc.sources.tabular import Columns, Given, read_table


def recognise(columns: list[str]) -> tuple[Layout | None, str]:
    """Return the layout of a file with these columns, or None and the reason.

    >>> recognise(["gid", "etdate", "ettime", "st", "h.ta", "v.ta", "h.s", "v.s", "an", "ac"])[0].name
    'league schedule'
    >>> recognise(["a", "b"])
    (None, 'no known layout')
    """
    have = set(columns)
    for marks, why in NOT_TAKEN:
        if marks <= have:
            return None, why
    for layout in LAYOUTS:
        if layout.marks <= have and not layout.absent & have:
            missing = layout.missing(columns)
            return (None, f"{layout.name} without column {', '.join(missing)}") if missing else (layout, "")
    possible = [layout for layout in LAYOUTS if not layout.absent & have]
    closest = min(possible, key=lambda layout: len(layout.missing(columns)) / len(layout.needs))
    missing = closest.missing(columns)
    if len(missing) <= len(closest.needs) / 2:
        return None, f"no known layout; closest is {closest.name}, which has {', '.join(missing)} too"
    return None, "no known layout"


def parse(layout: Layout, path: Path, given: Given | None = None) -> Parsed:
    """Read a file of a known layout.

    Args:
        layout: The layout.
        path: The file.
        given: What the command knows besides the file.

    Raises:
        InputError: The file cannot be read, or a value has the wrong type.
    """
    return layout.parse(Columns(path, read_table(path), given or Given()))


def _bad_minutes(table: str, rows: pl.DataFrame, tally: Tally, *shown: str) -> None:
    tally.add_frame("bad_minutes", table, rows.filter(is_unreadable(pl.col("minutes"))), *shown)


def _player_log(file: Columns) -> Parsed:
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("GAME_ID"),
            "game_date": file.day("GAME_DATE"),
            "nba_player_id": file.integer("PLAYER_ID"),
            "player_full_name": file.text("PLAYER_NAME"),
            "team_abbr": file.text("TEAM_ABBREVIATION"),
            "matchup": file.text("MATCHUP"),
            "minutes": file.text("MIN"),
            **{name: file.integer(column) for column, name in PLAYER_STATISTICS.items()},
        }
    )
    link = sides(pl.col("matchup"))
    rows = rows.with_columns(
        home_team_abbr=link["home"],
        away_team_abbr=link["away"],
        game_status=pl.lit("Final"),
        minutes=minutes_text(pl.col("minutes")),
    )
    rows = add_lookups(rows, "player_full_name", "player_lookup")
    table, tally = NBAC_PLAYER_BOXSCORES, Tally()
    shown = ["game_date", "game_id", "player_full_name"]
    _bad_minutes(table.name, rows, tally, *shown, "minutes")
    rows = conform(rows, table)
    return finish(table.name, rows, [*table.required, "game_id", "nba_player_id"], "game_date", tally, shown)


def _team_log(file: Columns) -> Parsed:
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("GAME_ID"),
            "game_date": file.day("GAME_DATE"),
            "team_abbr": file.text("TEAM_ABBREVIATION"),
            "matchup": file.text("MATCHUP"),
            "minutes": file.text("MIN"),
            **{name: file.integer(column) for column, name in TEAM_STATISTICS.items()},
        }
    )
    total = seconds(pl.col("minutes"))
    clock = pl.format("{}:{}", total // 60, (total % 60).cast(pl.String).str.zfill(2))
    rows = rows.with_columns(
        nba_game_id=pl.col("game_id"),
        is_home=sides(pl.col("matchup"))["home"] == pl.col("team_abbr"),
        minutes=pl.coalesce(clock, "minutes"),
    )
    table, tally = NBAC_TEAM_BOXSCORE, Tally()
    shown = ["game_date", "game_id", "team_abbr"]
    _bad_minutes(table.name, rows, tally, *shown, "minutes")
    rows = conform(rows, table)
    return finish(table.name, rows, [*table.required, "game_id"], "game_date", tally, shown)


def _feed(letter: str, rows: pl.DataFrame) -> Parsed:
    rows = conform(rows.with_columns(layout=pl.lit(letter)), FEEDS)
    required = ["game_id", "home_team_tricode", "away_team_tricode"]
    return finish(FEEDS.name, rows, required, "game_date", Tally(), ["game_date", "game_id"])


def _league_schedule(file: Columns) -> Parsed:
    clock = pl.Series("clock", file.text("ettime"))
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("gid"),
            "game_date": file.day("etdate"),
            "game_status": file.integer("st"),
            "home_team_tricode": file.text("h.ta"),
            "away_team_tricode": file.text("v.ta"),
            "home_team_score": file.integer("h.s"),
            "away_team_score": file.integer("v.s"),
            "arena_name": file.text("an"),
            "arena_city": file.text("ac"),
            "clock": clock,
        }
    )
    time = pl.coalesce(pl.col("clock").str.to_time(form, strict=False) for form in ("%H:%M:%S", "%H:%M"))
    return _feed("a", rows.with_columns(game_date_est=pl.col("game_date").dt.combine(time).dt.replace_time_zone("UTC")))


def _slim_schedule(file: Columns) -> Parsed:
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("GAME_ID"),
            "game_date": file.day("GAME_DATE"),
            "game_status": file.integer("STATUS"),
            "home_team_tricode": file.text("HOME_ABBR"),
            "away_team_tricode": file.text("AWAY_ABBR"),
            "home_team_score": file.integer("HOME_PTS"),
            "away_team_score": file.integer("AWAY_PTS"),
        }
    )
    return _feed("b", rows)


def _results(file: Columns) -> Parsed:
    """Two rows a game; the row of the visitor (`A @ B`) says who is at home."""
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("GAME_ID"),
            "game_date": file.day("GAME_DATE"),
            "matchup": file.text("MATCHUP"),
            "result": file.text("WL"),
        }
    )
    link = sides(pl.col("matchup"))
    rows = rows.with_columns(
        home=link["home"], away=link["away"], neutral=~pl.col("matchup").str.contains("@", literal=True)
    )
    games = rows.sort("game_id", "game_date", "neutral", "home", nulls_last=True)
    games = games.group_by("game_id", "game_date", maintain_order=True).agg(
        home_team_tricode=pl.col("home").first(),
        away_team_tricode=pl.col("away").first(),
        game_status=pl.when(pl.col("result").is_not_null().any()).then(3).otherwise(1),
    )
    return _feed("c", games)


def _shot_chart(file: Columns) -> Parsed:
    numbers = ("GAME_EVENT_ID", "PLAYER_ID", "TEAM_ID", "PERIOD", "SHOT_DISTANCE", "SHOT_MADE_FLAG")
    texts = ("SHOT_TYPE", *file.only("SHOT_ZONE_BASIC", "PLAYER_NAME"))
    return _shots(
        pl.DataFrame(
            {
                "GAME_ID": file.game_id("GAME_ID"),
                "GAME_DATE": file.day("GAME_DATE"),
                **{name: file.integer(name) for name in (*numbers, *file.only("LOC_X", "LOC_Y"))},
                **{name: file.text(name) for name in texts},
            }
        )
    )


def _season_shots(file: Columns) -> Parsed:
    """Shots without event numbers: the number is the rank in file order; its coordinates are of another kind."""
    rows = pl.DataFrame(
        {
            "GAME_ID": file.game_id("GAME_ID"),
            "GAME_DATE": file.day("GAME_DATE"),
            **{name: file.integer(name) for name in ("PLAYER_ID", "TEAM_ID", "SHOT_DISTANCE")},
            "PERIOD": file.integer("QUARTER"),
            "SHOT_MADE_FLAG": file.flag("SHOT_MADE").cast(pl.Int64),
            "SHOT_TYPE": file.text("SHOT_TYPE"),
            **{name: file.text(name) for name in file.only("BASIC_ZONE", "PLAYER_NAME")},
        }
    ).rename({"BASIC_ZONE": "SHOT_ZONE_BASIC"}, strict=False)
    return _shots(rows.with_columns(GAME_EVENT_ID=pl.int_range(1, pl.len() + 1).over("GAME_ID")))


def _shots(rows: pl.DataFrame) -> Parsed:
    table = NBAC_SHOT_CHART
    rows = conform(rows, table)
    shown = ["GAME_DATE", "GAME_ID", "GAME_EVENT_ID"]
    return finish(table.name, rows, table.required, "GAME_DATE", Tally(), shown)


_LOG = "GAME_ID GAME_DATE TEAM_ABBREVIATION MATCHUP MIN"

#: Every layout that is read, the more specific first.
LAYOUTS = (
    make_layout(
        "player game log",
        "PLAYER_ID GAME_ID MATCHUP",
        f"{_LOG} PLAYER_ID PLAYER_NAME {' '.join(PLAYER_STATISTICS)}",
        _player_log,
    ),
    make_layout(
        "team game log",
        "TEAM_ABBREVIATION GAME_ID MATCHUP PTS",
        f"{_LOG} {' '.join(TEAM_STATISTICS)}",
        _team_log,
        absent=("PLAYER_ID", "PLAYER_NAME"),
    ),
    make_layout("league schedule", "gid etdate", "gid etdate ettime st h.ta v.ta h.s v.s an ac", _league_schedule),
    make_layout(
        "game list",
        "GAME_ID HOME_ABBR AWAY_ABBR",
        "GAME_ID GAME_DATE STATUS HOME_ABBR AWAY_ABBR HOME_PTS AWAY_PTS",
        _slim_schedule,
    ),
    make_layout(
        "results per team",
        "GAME_ID MATCHUP WL",
        "GAME_ID GAME_DATE MATCHUP WL",
        _results,
        absent=("PLAYER_ID", "PLAYER_NAME", "PTS", "MIN", "FGM", "FGA"),
    ),
    make_layout(
        "shot chart",
        "GAME_ID SHOT_TYPE SHOT_MADE_FLAG",
        "GAME_ID GAME_EVENT_ID PLAYER_ID TEAM_ID PERIOD SHOT_TYPE SHOT_DISTANCE SHOT_MADE_FLAG GAME_DATE",
        _shot_chart,
    ),
    make_layout(
        "season shots",
        "GAME_ID SHOT_TYPE SHOT_MADE",
        "GAME_ID GAME_DATE PLAYER_ID TEAM_ID QUARTER SHOT_TYPE SHOT_DISTANCE SHOT_MADE",
        _season_shots,
    ),
    *box_feeds.LAYOUTS,
    *fixtures.LAYOUTS,
    *people.LAYOUTS,
    *odds_api.LAYOUTS,
    *game_lines.LAYOUTS,
    *injuries.LAYOUTS,
    *warehouse.LAYOUTS,
)

#: Files that are known and have nothing to give, with the reason.
NOT_TAKEN: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"arena", "city", "lat", "lon", "tz"}),
        "arenas: cities, places and time zones of the 30 arenas are built in",
    ),
    (frozenset({"Abbreviation", "NICKNAME", "Full Name"}), "teams: codes, ids and full names are built in"),
    (
        frozenset({"Acquired", "Relinquished", "Notes"}),
        "transactions in free text: no game, no status; injuries come from the official report",
    ),
    (
        frozenset({"universal_player_id", "player_lookup", "season"}),
        "player registry: it is made of box scores and player lists, so that ids do not depend on where they come from",
    ),
)

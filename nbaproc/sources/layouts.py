"""Layouts of NBA Stats downloads: recognised by their columns, never by a file's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from nbaproc.boundary import schema
from nbaproc.raw.contract import NBAC_PLAYER_BOXSCORES, NBAC_SHOT_CHART, NBAC_TEAM_BOXSCORE
from nbaproc.raw.minutes import is_unreadable, seconds
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.sources.schedule_feeds import FEEDS
from nbaproc.sources.tabular import Columns, read_table

_COUNTS = {
    "PTS": "points",
    "AST": "assists",
    "OREB": "offensive_rebounds",
    "DREB": "defensive_rebounds",
    "REB": "total_rebounds",
    "STL": "steals",
    "BLK": "blocks",
    "TOV": "turnovers",
    "PF": "personal_fouls",
}
_PLAYER_STATISTICS = _COUNTS | {
    "PLUS_MINUS": "plus_minus",
    "FGM": "field_goals_made",
    "FGA": "field_goals_attempted",
    "FG3M": "three_pointers_made",
    "FG3A": "three_pointers_attempted",
    "FTM": "free_throws_made",
    "FTA": "free_throws_attempted",
}
_TEAM_STATISTICS = _COUNTS | {
    "FGM": "fg_made",
    "FGA": "fg_attempted",
    "FG3M": "three_pt_made",
    "FG3A": "three_pt_attempted",
    "FTM": "ft_made",
    "FTA": "ft_attempted",
}


@dataclass(frozen=True)
class Parsed:
    """Raw rows of one file.

    Attributes:
        table: Name of the raw table they belong to.
        rows: Rows with the table's declared columns, but for `data_hash`.
        tally: What was counted while reading.
    """

    table: str
    rows: pl.DataFrame
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class Layout:
    """One layout of a download.

    Attributes:
        name: What the layout is called in messages.
        marks: Columns that only this layout has together.
        absent: Columns that show it is another layout.
        needs: Columns that are read.
        parse: Turns a file into raw rows.
    """

    name: str
    marks: frozenset[str]
    absent: frozenset[str]
    needs: tuple[str, ...]
    parse: Callable[[Columns], Parsed]

    def missing(self, columns: list[str]) -> list[str]:
        """Return the columns this layout needs and a file lacks."""
        return [name for name in self.needs if name not in columns]


def recognise(columns: list[str]) -> tuple[Layout | None, str]:
    """Return the layout of a file with these columns, or None and the reason.

    >>> recognise(["gid", "etdate", "ettime", "st", "h.ta", "v.ta", "h.s", "v.s", "an", "ac"])[0].name
    'league schedule'
    >>> recognise(["a", "b"])
    (None, 'no known layout')
    """
    have = set(columns)
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


def parse(layout: Layout, path: Path) -> Parsed:
    """Read a file of a known layout.

    Raises:
        InputError: The file cannot be read, or a value has the wrong type.
    """
    return layout.parse(Columns(path, read_table(path)))


def _finish(table: str, rows: pl.DataFrame, required: list[str], day: str, tally: Tally, shown: list[str]) -> Parsed:
    """Drop and count rows without a date or another required value."""
    tally.add_frame("bad_date", table, rows.filter(pl.col(day).is_null()), *shown)
    rows = rows.filter(pl.col(day).is_not_null())
    lacking = rows.filter(pl.any_horizontal(pl.col(name).is_null() for name in required))
    tally.add_frame("missing_value", table, lacking, *shown)
    return Parsed(table, rows.drop_nulls(required), tally)


def _conform(rows: pl.DataFrame, wanted: dict[str, pl.DataType]) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in wanted.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in wanted.items())


def _without_hash(table_schema: dict[str, pl.DataType]) -> dict[str, pl.DataType]:
    return {name: dtype for name, dtype in table_schema.items() if name != "data_hash"}


def _sides(matchup: pl.Expr) -> dict[str, pl.Expr]:
    """Return away and home code of `A @ B` or `B vs. A`."""
    parts = matchup.str.extract_groups(r"^\s*(\S+)\s+(@|vs\.?)\s+(\S+)\s*$")
    first, link, second = (parts.struct.field(str(i)) for i in (1, 2, 3))
    return {
        "away": pl.when(link == "@").then(first).otherwise(second),
        "home": pl.when(link == "@").then(second).otherwise(first),
    }


def _minutes_text(minutes: pl.Expr) -> pl.Expr:
    """Return whole minutes as `25`, fractions as they are."""
    return minutes.str.replace(r"^([0-9]+)\.0+$", "${1}")


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
            **{name: file.integer(column) for column, name in _PLAYER_STATISTICS.items()},
        }
    )
    sides = _sides(pl.col("matchup"))
    rows = rows.with_columns(
        home_team_abbr=sides["home"],
        away_team_abbr=sides["away"],
        game_status=pl.lit("Final"),
        minutes=_minutes_text(pl.col("minutes")),
    )
    rows = add_lookups(rows, "player_full_name", "player_lookup")
    table, tally = NBAC_PLAYER_BOXSCORES, Tally()
    shown = ["game_date", "game_id", "player_full_name"]
    _bad_minutes(table.name, rows, tally, *shown, "minutes")
    rows = _conform(rows, _without_hash(schema(table)))
    return _finish(table.name, rows, [*table.required, "game_id", "nba_player_id"], "game_date", tally, shown)


def _team_log(file: Columns) -> Parsed:
    rows = pl.DataFrame(
        {
            "game_id": file.game_id("GAME_ID"),
            "game_date": file.day("GAME_DATE"),
            "team_abbr": file.text("TEAM_ABBREVIATION"),
            "matchup": file.text("MATCHUP"),
            "minutes": file.text("MIN"),
            **{name: file.integer(column) for column, name in _TEAM_STATISTICS.items()},
        }
    )
    total = seconds(pl.col("minutes"))
    clock = pl.format("{}:{}", total // 60, (total % 60).cast(pl.String).str.zfill(2))
    rows = rows.with_columns(
        nba_game_id=pl.col("game_id"),
        is_home=_sides(pl.col("matchup"))["home"] == pl.col("team_abbr"),
        minutes=pl.coalesce(clock, "minutes"),
    )
    table, tally = NBAC_TEAM_BOXSCORE, Tally()
    shown = ["game_date", "game_id", "team_abbr"]
    _bad_minutes(table.name, rows, tally, *shown, "minutes")
    rows = _conform(rows, _without_hash(schema(table)))
    return _finish(table.name, rows, [*table.required, "game_id"], "game_date", tally, shown)


def _feed(letter: str, rows: pl.DataFrame) -> Parsed:
    rows = _conform(rows.with_columns(layout=pl.lit(letter)), _without_hash(schema(FEEDS)))
    required = ["game_id", "home_team_tricode", "away_team_tricode"]
    return _finish(FEEDS.name, rows, required, "game_date", Tally(), ["game_date", "game_id"])


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
    sides = _sides(pl.col("matchup"))
    rows = rows.with_columns(**sides, neutral=~pl.col("matchup").str.contains("@", literal=True))
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
    rows = _conform(rows, _without_hash(schema(table)))
    shown = ["GAME_DATE", "GAME_ID", "GAME_EVENT_ID"]
    return _finish(table.name, rows, table.required, "GAME_DATE", Tally(), shown)


def _layout(
    name: str, marks: str, needs: str, parse: Callable[[Columns], Parsed], absent: tuple[str, ...] = ()
) -> Layout:
    needed = tuple(needs.split())
    return Layout(name, frozenset(marks.split()), frozenset(absent), needed, parse)


_LOG = "GAME_ID GAME_DATE TEAM_ABBREVIATION MATCHUP MIN"

#: Every layout that is read, the more specific first.
LAYOUTS = (
    _layout(
        "player game log",
        "PLAYER_ID GAME_ID MATCHUP",
        f"{_LOG} PLAYER_ID PLAYER_NAME {' '.join(_PLAYER_STATISTICS)}",
        _player_log,
    ),
    _layout(
        "team game log",
        "TEAM_ABBREVIATION GAME_ID MATCHUP PTS",
        f"{_LOG} {' '.join(_TEAM_STATISTICS)}",
        _team_log,
        absent=("PLAYER_ID", "PLAYER_NAME"),
    ),
    _layout("league schedule", "gid etdate", "gid etdate ettime st h.ta v.ta h.s v.s an ac", _league_schedule),
    _layout(
        "game list",
        "GAME_ID HOME_ABBR AWAY_ABBR",
        "GAME_ID GAME_DATE STATUS HOME_ABBR AWAY_ABBR HOME_PTS AWAY_PTS",
        _slim_schedule,
    ),
    _layout(
        "results per team",
        "GAME_ID MATCHUP WL",
        "GAME_ID GAME_DATE MATCHUP WL",
        _results,
        absent=("PLAYER_ID", "PLAYER_NAME", "PTS", "MIN", "FGM", "FGA"),
    ),
    _layout(
        "shot chart",
        "GAME_ID SHOT_TYPE SHOT_MADE_FLAG",
        "GAME_ID GAME_EVENT_ID PLAYER_ID TEAM_ID PERIOD SHOT_TYPE SHOT_DISTANCE SHOT_MADE_FLAG GAME_DATE",
        _shot_chart,
    ),
    _layout(
        "season shots",
        "GAME_ID SHOT_TYPE SHOT_MADE",
        "GAME_ID GAME_DATE PLAYER_ID TEAM_ID QUARTER SHOT_TYPE SHOT_DISTANCE SHOT_MADE",
        _season_shots,
    ),
)

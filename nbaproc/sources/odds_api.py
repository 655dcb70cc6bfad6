"""The Odds API: props and game lines as JSON or as a table -> `odds_api_player_points_props`, `odds_api_game_lines`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.errors import InputError
from nbaproc.raw.contract import ODDS_API_PLAYER_POINTS_PROPS
from nbaproc.raw.names import add_lookups
from nbaproc.raw.schedule import eastern_instant
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code
from nbaproc.sources.clocks import clock_text, eastern_date, settle_clocks
from nbaproc.sources.game_lines import finish_lines
from nbaproc.sources.json_files import is_json, read_json
from nbaproc.sources.layout import ODDS, Parsed, code_of, conform, drop_counted, finish, make_layout
from nbaproc.sources.tabular import Columns

TABLE = ODDS_API_PLAYER_POINTS_PROPS.name
#: The one market of props that is stored.
POINTS = "player_points"
_SHOWN = ["game_date", "player_name", "bookmaker", "points_line"]


def finish_props(rows: pl.DataFrame, tally: Tally) -> Parsed:
    """Drop and count lines without team, number, book or time, count alternate lines, and give the declared columns.

    Args:
        rows: The declared columns but `data_hash` and, where the file has none, `game_date`; times may be texts.
        tally: Takes the counts.
    """
    shown = ["player_name", "bookmaker", "points_line"]
    times = ["snapshot_timestamp", "game_start_time", "bookmaker_last_update"]
    rows = settle_clocks(rows, times, TABLE, tally, shown)
    if "game_date" not in rows.columns:
        rows = rows.with_columns(game_date=eastern_date(pl.col("game_start_time")))
    strange = is_unknown(team_code(pl.col("home_team_abbr"))) | is_unknown(team_code(pl.col("away_team_abbr")))
    absent = pl.col("home_team_abbr").is_null() | pl.col("away_team_abbr").is_null()
    sides = ["away_team_abbr", "home_team_abbr"]
    rows = drop_counted(rows, strange | absent, "unknown_team", TABLE, tally, [*_SHOWN, *sides])
    line = pl.col("points_line")
    rows = drop_counted(rows, line.is_null() | (line <= 0), "prop_without_line", TABLE, tally, _SHOWN)
    rows = drop_counted(rows, pl.col("bookmaker").is_null(), "prop_without_book", TABLE, tally, _SHOWN)
    rows = drop_counted(rows, pl.col("snapshot_timestamp").is_null(), "prop_without_time", TABLE, tally, _SHOWN)
    rows = conform(rows, ODDS_API_PLAYER_POINTS_PROPS)
    rows = add_lookups(rows.drop("player_lookup"), "player_name", "player_lookup").select(rows.columns)
    key = ["game_date", "home_team_abbr", "away_team_abbr", "player_name", "bookmaker", "snapshot_timestamp"]
    lines = rows.unique([*key, "points_line"], maintain_order=True)
    further = lines.filter(~pl.struct(key).is_first_distinct())
    tally.add_frame("alternate_lines", TABLE, further, *_SHOWN)
    return finish(TABLE, rows, ODDS_API_PLAYER_POINTS_PROPS.required, "game_date", tally, ["player_name", "bookmaker"])


def _named(team: pl.Expr) -> pl.Expr:
    """Return a team's code, or what stands there if it is none of the 30."""
    return pl.coalesce(code_of(team), team.str.strip_chars())


def _table(file: Columns) -> Parsed:
    """Props of all markets, one row per player, book and line; the snapshot's Eastern time is in `source_file`."""
    tally = Tally()
    markets = file.text("market")
    other = markets.filter((markets != POINTS).fill_null(True))
    for market, rows in other.value_counts(name="rows").sort("rows", descending=True).iter_rows():
        tally.add("other_market", market or "none", rows)
    points = Columns(file.path, file.frame.filter((markets == POINTS).fill_null(False)), file.given)
    digits = pl.col("source_file").str.extract(r"([0-9]{8}_[0-9]{6})(?:[^0-9]|$)")
    stamp = digits.str.to_datetime("%Y%m%d_%H%M%S", strict=False)
    teams = pl.col("game").str.splitn("@", 2)
    rows = pl.DataFrame(
        {
            "player_name": points.text("player"),
            "bookmaker": points.text("bookmaker"),
            "points_line": points.number("line"),
            "game_start_time": clock_text(points, "game_time"),
            "source_file": points.text("source_file"),
            "game": points.text("game"),
        }
    ).with_columns(
        snapshot_timestamp=eastern_instant(stamp),
        away_team_abbr=_named(teams.struct.field("field_0")),
        home_team_abbr=_named(teams.struct.field("field_1")),
        bookmaker_last_update=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
    )
    return finish_props(rows.drop("source_file", "game"), tally)


def recognise(path: Path) -> tuple[str, Callable[[], Parsed]] | str:
    """Return the layout's name and how to read a response of the API, or why it is none.

    Raises:
        InputError: The file cannot be read.
    """
    if not is_json(path):
        return "neither JSON, CSV nor Parquet"
    content = read_json(path)
    events = list(_events(content, None))
    if not events or not all(isinstance(e, dict) and {"commence_time", "bookmakers"} <= e.keys() for e, _ in events):
        return "no response of The Odds API: it has no event with commence_time and bookmakers"
    return "The Odds API response", lambda: _parse(path, events)


def _events(content: Any, time: Any) -> Iterator[tuple[Any, Any]]:
    """Return every event with the time of its snapshot, whether or not they are wrapped in a historical response."""
    if isinstance(content, list):
        for item in content:
            yield from _events(item, time)
    elif isinstance(content, dict) and "data" in content:
        yield from _events(content["data"], content.get("timestamp"))
    else:
        yield content, time


def _list(value: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise InputError(f"{where} is no list of objects; download it again")
    return value


_FIELDS = {
    **dict.fromkeys(("home_team", "away_team", "book", "market_key", "name", "player_name"), pl.String),
    **dict.fromkeys(("point", "snapshot_timestamp", "start", "bookmaker_last_update"), pl.String),
}


def _parse(path: Path, events: list[tuple[Any, Any]]) -> Parsed:
    """Read all markets of all books: points props and game lines by what a market is, never by the file's name."""
    tally = Tally()
    rows: list[dict[str, str | None]] = []
    for event, time in events:
        for book in _list(event["bookmakers"], f"{path}: bookmakers"):
            for market in _list(book.get("markets"), f"{path}: markets"):
                key, seen = market.get("key"), market.get("last_update") or book.get("last_update")
                outcomes = _list(market.get("outcomes"), f"{path}: outcomes of {key}")
                if key not in (POINTS, "spreads", "totals"):
                    tally.add("other_market", str(key), len(outcomes))
                    continue
                shared = {
                    "home_team": event.get("home_team"),
                    "away_team": event.get("away_team"),
                    "book": book.get("key"),
                    "market_key": key,
                    "snapshot_timestamp": time or seen,
                    "start": event["commence_time"],
                    "bookmaker_last_update": seen,
                }
                for outcome in outcomes:
                    own = {"name": "name", "player_name": "description", "point": "point"}
                    row = shared | {name: outcome.get(field) for name, field in own.items()}
                    rows.append({name: None if value is None else str(value) for name, value in row.items()})
    file = Columns(path, pl.DataFrame(rows, schema=_FIELDS))
    frame = pl.DataFrame(
        {name: file.text(name) for name in _FIELDS if name != "point"} | {"point": file.number("point")}
    )
    frame = frame.with_columns(home_team_abbr=_named(pl.col("home_team")), away_team_abbr=_named(pl.col("away_team")))
    is_prop = pl.col("market_key") == POINTS
    parts = [
        _lines(frame.filter(~is_prop), tally),
        _props(frame.filter(is_prop)),
    ]
    parts.sort(key=lambda part: not part.rows.height)
    return Parsed(parts[0].table, parts[0].rows, parts[0].tally, (parts[1],))


def _lines(frame: pl.DataFrame, tally: Tally) -> Parsed:
    named = {"book": "bookmaker_key", "name": "outcome_name", "point": "outcome_point", "start": "commence_time"}
    return finish_lines(frame.rename(named), tally)


def _props(frame: pl.DataFrame) -> Parsed:
    """Over and under of one line are one row."""
    named = {"book": "bookmaker", "point": "points_line", "start": "game_start_time"}
    return finish_props(frame.rename(named).drop("name").unique(maintain_order=True), Tally())


LAYOUTS = (
    make_layout(
        "The Odds API props",
        "player market bookmaker game_time",
        "player market line bookmaker game game_time source_file",
        _table,
        group=ODDS,
    ),
)

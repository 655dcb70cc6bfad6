"""Official injury reports, as a table or as JSON -> `nbac_injury_report`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.errors import InputError
from nbaproc.raw.contract import NBAC_INJURY_REPORT
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.sources.json_files import is_json, read_json
from nbaproc.sources.layout import INJURIES, Parsed, code_of, conform, drop_counted, finish, make_layout
from nbaproc.sources.tabular import Columns, Given

TABLE = NBAC_INJURY_REPORT.name
#: Statuses a report may have.
STATUSES = ("out", "doubtful", "questionable", "probable", "available")
#: What stands before ` - ` in a reason -> its category; a suspension ends with the word, all else is `other`.
CATEGORIES = {
    "injury/illness": "injury",
    "g league": "g_league",
    "rest": "rest",
    "personal reasons": "personal",
    "not with team": "not_with_team",
}
_SHOWN = ["report_date", "game_date", "team", "player"]


def finish_report(rows: pl.DataFrame, given: Given, tally: Tally) -> Parsed:
    """Date a report, count what is wrong with it, and give the declared columns.

    A report without an hour takes that of the command; without one it is dated 0 o'clock of the next day, which is
    the end of its own: it then serves later dates only.

    Args:
        rows: `report_date`, `report_hour`, `game_date`, `team` (name or code), `player`, `player_lookup`,
            `injury_status`, `reason`, `reason_category`, `confidence_score`.
        given: What the command knows besides.
        tally: Takes the counts.
    """
    missing = pl.col("report_hour").is_null()
    if given.report_hour is not None:
        rows = rows.with_columns(report_hour=pl.col("report_hour").fill_null(given.report_hour))
    hour = pl.col("report_hour")
    rows = drop_counted(rows, ~hour.is_between(0, 23), "bad_time", TABLE, tally, [*_SHOWN, "report_hour"])
    rows = rows.with_columns(code=code_of(pl.col("team")), injury_status=pl.col("injury_status").str.to_lowercase())
    rows = drop_counted(rows, pl.col("code").is_null(), "unknown_team", TABLE, tally, _SHOWN)
    unknown = ~pl.col("injury_status").is_in(STATUSES).fill_null(False)
    tally.add_frame("unknown_status", TABLE, rows.filter(unknown), *_SHOWN, "injury_status")
    late = rows.filter(pl.col("game_date") < pl.col("report_date"))
    tally.add_frame("report_after_game", TABLE, late, *_SHOWN)
    if given.report_hour is None:
        tally.add_frame("report_without_hour", TABLE, rows.filter(missing), *_SHOWN)
    rows = rows.with_columns(
        report_date=pl.col("report_date").dt.offset_by(
            pl.when(hour.is_null()).then(pl.lit("1d")).otherwise(pl.lit("0d"))
        ),
        report_hour=hour.fill_null(0),
        team="code",
    )
    return finish(TABLE, conform(rows, NBAC_INJURY_REPORT), NBAC_INJURY_REPORT.required, "report_date", tally, ["team"])


def _printed(rows: pl.DataFrame, given: Given, tally: Tally) -> Parsed:
    """Read rows of a printed report: names are `Last, First`, and a team that is late has a row without a player.

    Args:
        rows: As `finish_report` takes them but for lookup and category, and `matchup` (`AWAY@HOME`).
        given: What the command knows besides.
        tally: Takes the counts.
    """
    open_ = pl.col("player").is_null() & (pl.col("reason").str.to_uppercase() == "NOT YET SUBMITTED")
    rows = drop_counted(rows, open_, "not_yet_submitted", TABLE, tally, ["report_date", "game_date", "team"])
    rows = drop_counted(rows, pl.col("report_date").is_null(), "bad_date", TABLE, tally, ["team", "player"])
    lacking = pl.col("player").is_null() | pl.col("game_date").is_null()
    rows = drop_counted(rows, lacking, "missing_value", TABLE, tally, _SHOWN)
    sides = pl.col("matchup").str.splitn("@", 2)
    codes = [code_of(sides.struct.field(field)) for field in ("field_0", "field_1")]
    mine = code_of(pl.col("team"))
    stranger = mine.is_not_null() & ~((mine == codes[0]) | (mine == codes[1])).fill_null(False)
    stranger = stranger & pl.col("matchup").is_not_null()
    rows = drop_counted(rows, stranger, "team_not_in_matchup", TABLE, tally, [*_SHOWN, "matchup"])
    kind = pl.col("reason").str.replace(r"\s+-(\s.*)?$", "").str.strip_chars().str.to_lowercase()
    category = (
        pl.when(kind.str.ends_with("suspension"))
        .then(pl.lit("suspension"))
        .otherwise(kind.replace_strict(CATEGORIES, default="other", return_dtype=pl.String))
    )
    rows = rows.with_columns(
        name=pl.col("player").str.replace(r"^([^,]+?)\s*,\s*(.+)$", "${2} ${1}"),
        reason_category=pl.when(kind.is_not_null()).then(category),
    )
    return finish_report(add_lookups(rows, "name", "player_lookup"), given, tally)


def _table(file: Columns) -> Parsed:
    hour = next((name for name in ("report_hour", "Report Hour") if name in file.frame.columns), None)
    rows = pl.DataFrame(
        {
            "report_date": file.day("report_date"),
            "report_hour": file.integer(hour) if hour else pl.Series([None] * file.frame.height, dtype=pl.Int64),
            "game_date": file.day("Game Date"),
            "matchup": file.text("Matchup"),
            "team": file.text("Team"),
            "player": file.text("Player Name"),
            "injury_status": file.text("Current Status"),
            "reason": file.text("Reason"),
        }
    )
    return _printed(rows, file.given, Tally())


_FIELDS = ("date", "matchup", "team", "player", "status", "reason", "confidence")


def recognise(path: Path, given: Given) -> tuple[str, Callable[[], Parsed]] | str:
    """Return the layout's name and how to read a report as JSON, or why it is none.

    Raises:
        InputError: The file cannot be read.
    """
    if not is_json(path):
        return "neither JSON, CSV nor Parquet"
    report = read_json(path)
    if not isinstance(report, dict) or not isinstance(report.get("metadata"), dict) or "records" not in report:
        return "no injury report: it has no metadata and records"
    if not report["metadata"].get("gamedate"):
        return "injury report without its date, metadata.gamedate"
    return "injury report", lambda: _parse(path, report, given)


def _parse(path: Path, report: dict[str, Any], given: Given) -> Parsed:
    """Read the records of a report; its date and hour stand in its metadata."""
    records = report["records"]
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise InputError(f"{path}: records is no list of objects; download it again")
    about = {"gamedate": report["metadata"]["gamedate"], "hour24": report["metadata"].get("hour24")}
    texts = [
        {name: None if value is None else str(value) for name, value in (record | about).items() if name in _TEXTS}
        for record in records
    ]
    file = Columns(path, pl.DataFrame(texts, schema=_TEXTS))
    rows = pl.DataFrame(
        {
            "report_date": file.day("gamedate"),
            "report_hour": file.integer("hour24"),
            "game_date": file.day("date"),
            "matchup": file.text("matchup"),
            "team": file.text("team"),
            "player": file.text("player"),
            "injury_status": file.text("status"),
            "reason": file.text("reason"),
            "confidence_score": file.number("confidence"),
        }
    )
    return _printed(rows, given, Tally())


_TEXTS = dict.fromkeys((*_FIELDS, "gamedate", "hour24"), pl.String)

LAYOUTS = (
    make_layout(
        "injury report",
        "Player Name, Current Status, Reason",
        "Game Date, Matchup, Team, Player Name, Current Status, Reason, report_date",
        _table,
        group=INJURIES,
    ),
)

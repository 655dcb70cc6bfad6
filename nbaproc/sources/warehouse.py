"""Files in the shape of the raw BigQuery tables: lines, props, injury reports, rosters and aliases."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from nbaproc.columns import Table, Type
from nbaproc.raw.contract import (
    BETTINGPROS_PLAYER_POINTS_PROPS,
    ESPN_TEAM_ROSTERS,
    NBAC_INJURY_REPORT,
    ODDS_API_GAME_LINES,
    ODDS_API_PLAYER_POINTS_PROPS,
    PLAYER_ALIASES,
)
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import TEAMS, team_code
from nbaproc.sources.clocks import clock_text, settle_clocks
from nbaproc.sources.game_lines import finish_lines
from nbaproc.sources.injuries import finish_report
from nbaproc.sources.layout import INJURIES, ODDS, Layout, Parsed, conform, drop_counted, finish
from nbaproc.sources.odds_api import finish_props
from nbaproc.sources.tabular import Columns


def read_declared(file: Columns, table: Table) -> pl.DataFrame:
    """Return the declared columns of a file; instants stay texts, for `settle_clocks` to judge."""
    readers: dict[Type, Callable[[str], pl.Series]] = {
        Type.STRING: file.text,
        Type.INT64: file.integer,
        Type.FLOAT64: file.number,
        Type.BOOL: file.flag,
        Type.DATE: file.day,
        Type.TIMESTAMP: lambda name: clock_text(file, name),
    }
    have = set(file.frame.columns)
    wanted = [column for column in table.columns if column.name in have and column.name != "data_hash"]
    rows = pl.DataFrame({column.name: readers[column.type](column.name) for column in wanted})
    if "processed_at" in table.names and "processed_at" not in rows.columns:
        rows = rows.with_columns(processed_at=pl.lit(None, dtype=pl.String))
    return rows


def _lines(file: Columns) -> Parsed:
    tally = Tally()
    rows = read_declared(file, ODDS_API_GAME_LINES)
    shown = ["game_date", "away_team", "home_team"]
    return finish_lines(settle_clocks(rows, ["processed_at"], ODDS_API_GAME_LINES.name, tally, shown), tally)


def _props(file: Columns) -> Parsed:
    tally = Tally()
    rows = read_declared(file, ODDS_API_PLAYER_POINTS_PROPS)
    shown = ["game_date", "player_name"]
    return finish_props(settle_clocks(rows, ["processed_at"], ODDS_API_PLAYER_POINTS_PROPS.name, tally, shown), tally)


def _report(file: Columns) -> Parsed:
    tally = Tally()
    rows = read_declared(file, NBAC_INJURY_REPORT).with_columns(player=pl.col("player_lookup"))
    rows = settle_clocks(rows, ["processed_at"], NBAC_INJURY_REPORT.name, tally, ["report_date", "player"])
    return finish_report(rows, file.given, tally)


def _bettingpros(file: Columns) -> Parsed:
    """Its times are Eastern wall clocks under a UTC label, or under none."""
    table, tally = BETTINGPROS_PLAYER_POINTS_PROPS, Tally()
    rows = read_declared(file, table)
    clock = pl.col("bookmaker_last_update").str.replace(r"(?:Z|\s?UTC|\+00:?00)?$", "Z")
    shown = ["game_date", "player_name", "bookmaker"]
    rows = rows.with_columns(bookmaker_last_update=clock)
    rows = settle_clocks(rows, ["bookmaker_last_update", "processed_at"], table.name, tally, shown)
    return finish(table.name, conform(rows, table), table.required, "game_date", tally, shown)


def _roster(file: Columns) -> Parsed:
    table, tally = ESPN_TEAM_ROSTERS, Tally()
    rows = read_declared(file, table)
    shown = ["roster_date", "team_abbr", "player_lookup"]
    rows = settle_clocks(rows, ["processed_at"], table.name, tally, shown)
    strange = ~team_code(pl.col("team_abbr")).is_in(TEAMS)
    rows = drop_counted(rows, strange, "unknown_team", table.name, tally, shown)
    return finish(table.name, conform(rows, table), table.required, "roster_date", tally, shown)


def _aliases(file: Columns) -> Parsed:
    table, tally = PLAYER_ALIASES, Tally()
    rows = conform(read_declared(file, table), table)
    lacking = pl.any_horizontal(pl.col(name).is_null() for name in table.required)
    rows = drop_counted(rows, lacking, "missing_value", table.name, tally, ["alias_lookup", "nba_canonical_lookup"])
    return Parsed(table.name, rows, tally)


def _layout(table: Table, marks: str, parse: Callable[[Columns], Parsed], group: str = "") -> Layout:
    may_lack = ("processed_at", "data_hash", "is_active")
    needs = tuple(c.name for c in table.columns if not c.optional and c.name not in may_lack)
    return Layout(f"table {table.name}", frozenset(marks.split()), frozenset(), needs, parse, group)


LAYOUTS = (
    _layout(ODDS_API_GAME_LINES, "bookmaker_key market_key outcome_name", _lines, ODDS),
    _layout(ODDS_API_PLAYER_POINTS_PROPS, "points_line snapshot_timestamp bookmaker", _props, ODDS),
    _layout(BETTINGPROS_PLAYER_POINTS_PROPS, "points_line bet_side market_type", _bettingpros, ODDS),
    _layout(NBAC_INJURY_REPORT, "report_date injury_status player_lookup", _report, INJURIES),
    _layout(ESPN_TEAM_ROSTERS, "roster_date team_abbr player_lookup", _roster),
    _layout(PLAYER_ALIASES, "alias_lookup nba_canonical_lookup", _aliases),
)

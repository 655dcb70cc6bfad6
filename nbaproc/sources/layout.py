"""What every layout of a download is made of: its marks, what it needs, and the raw rows it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from nbaproc.boundary import schema
from nbaproc.columns import Table
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import OTHER_CODES, TEAM_NAMES, TEAMS
from nbaproc.sources.tabular import Columns

#: Groups of layouts that a command of their own takes too, with the name of the command.
ODDS, INJURIES = "odds-api", "injuries"

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
#: Statistics of NBA Stats downloads -> raw columns.
PLAYER_STATISTICS = _COUNTS | {
    "PLUS_MINUS": "plus_minus",
    "FGM": "field_goals_made",
    "FGA": "field_goals_attempted",
    "FG3M": "three_pointers_made",
    "FG3A": "three_pointers_attempted",
    "FTM": "free_throws_made",
    "FTA": "free_throws_attempted",
}
TEAM_STATISTICS = _COUNTS | {
    "FGM": "fg_made",
    "FGA": "fg_attempted",
    "FG3M": "three_pt_made",
    "FG3A": "three_pt_attempted",
    "FTM": "ft_made",
    "FTA": "ft_attempted",
}

#: Full names and codes, in capitals -> code.
_CODES = TEAM_NAMES | OTHER_CODES | {code: code for code in TEAMS}


@dataclass(frozen=True)
class Parsed:
    """Raw rows of one file.

    Attributes:
        table: Name of the raw table they belong to.
        rows: Rows with the table's declared columns, but for `data_hash`.
        tally: What was counted while reading.
        further: Rows of other raw tables that the file has too.
    """

    table: str
    rows: pl.DataFrame
    tally: Tally = field(default_factory=Tally)
    further: tuple[Parsed, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One layout of a download.

    Attributes:
        name: What the layout is called in messages.
        marks: Columns that only this layout has together.
        absent: Columns that show it is another layout.
        needs: Columns that are read.
        parse: Turns a file into raw rows.
        group: The command that takes it besides `nba-api`, empty for none.
    """

    name: str
    marks: frozenset[str]
    absent: frozenset[str]
    needs: tuple[str, ...]
    parse: Callable[[Columns], Parsed]
    group: str = ""

    def missing(self, columns: list[str]) -> list[str]:
        """Return the columns this layout needs and a file lacks."""
        return [name for name in self.needs if name not in columns]


def make_layout(
    name: str,
    marks: str,
    needs: str,
    parse: Callable[[Columns], Parsed],
    absent: tuple[str, ...] = (),
    group: str = "",
) -> Layout:
    """Return a layout whose marks and needs are written in one line each; commas part names that have spaces."""
    listed = [text.split(", ") if ", " in text else text.split() for text in (marks, needs)]
    return Layout(name, frozenset(listed[0]), frozenset(absent), tuple(listed[1]), parse, group)


def finish(table: str, rows: pl.DataFrame, required: list[str], day: str, tally: Tally, shown: list[str]) -> Parsed:
    """Drop and count rows without a date or another required value."""
    tally.add_frame("bad_date", table, rows.filter(pl.col(day).is_null()), *shown)
    rows = rows.filter(pl.col(day).is_not_null())
    lacking = rows.filter(pl.any_horizontal(pl.col(name).is_null() for name in required))
    tally.add_frame("missing_value", table, lacking, *shown)
    return Parsed(table, rows.drop_nulls(required), tally)


def conform(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return rows with the declared columns of a table but `data_hash`; missing ones are NULL."""
    wanted = {name: dtype for name, dtype in schema(table).items() if name != "data_hash"}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in wanted.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in wanted.items())


def sides(matchup: pl.Expr) -> dict[str, pl.Expr]:
    """Return away and home code of `A @ B` or `B vs. A`, and the team that is named first."""
    parts = matchup.str.extract_groups(r"^\s*(\S+)\s+(@|vs\.?)\s+(\S+)\s*$")
    first, link, second = (parts.struct.field(str(i)) for i in (1, 2, 3))
    return {
        "away": pl.when(link == "@").then(first).otherwise(second),
        "home": pl.when(link == "@").then(second).otherwise(first),
        "first": first,
    }


def minutes_text(minutes: pl.Expr) -> pl.Expr:
    """Return whole minutes as `25`, fractions as they are."""
    return minutes.str.replace(r"^([0-9]+)\.0+$", "${1}")


def code_of(team: pl.Expr) -> pl.Expr:
    """Return the code of a team's full name or of any of its codes; NULL for none of the 30.

    >>> pl.select(code_of(pl.Series(["Utah Jazz", " utah ", "uta", "EST", None]))).to_series().to_list()
    ['UTA', 'UTA', 'UTA', None, None]
    """
    text = team.str.strip_chars().str.to_uppercase().str.replace_all(r"\s+", " ")
    return text.replace_strict(_CODES, default=None, return_dtype=pl.String)


def drop_counted(
    rows: pl.DataFrame, bad: pl.Expr, name: str, table: str, tally: Tally, shown: list[str]
) -> pl.DataFrame:
    """Drop rows and count them under a name."""
    bad = bad.fill_null(False)
    tally.add_frame(name, table, rows.filter(bad), *shown)
    return rows.filter(~bad)

"""Player lists: person ids with names and birth dates, and who is on which team in a season.

What every list said is kept in the reference table `nba_player_lists`; the registry is made of it and of the box
scores. A list without team and season registers nobody: it only adds birth dates.
"""

from __future__ import annotations

import polars as pl

from nbaproc.columns import Column, Table, Type
from nbaproc.raw.schedule import season_name
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code
from nbaproc.sources.layout import Parsed, conform, drop_counted, make_layout
from nbaproc.sources.tabular import Columns

#: Lists in the order in which their birth dates are trusted.
LIST_ORDER = ("birth_dates", "player_info", "player_index")

PLAYER_LISTS = Table(
    name="nba_player_lists",
    dataset="nba_reference",
    says="one row per kind of player list and person",
    key=("layout", "nba_player_id"),
    date=None,
    columns=(
        Column("layout", Type.STRING, "kind of list the row comes from", null=False, values=LIST_ORDER),
        Column("nba_player_id", Type.INT64, "NBA person id", null=False),
        Column("player_full_name", Type.STRING, "full name", null=False),
        Column("birth_date", Type.DATE, "date of birth"),
        Column("season", Type.STRING, "season as 2021-22, where the list is of one"),
        Column("team_abbr", Type.STRING, "team code in that season"),
    ),
)


def _finish(layout: str, rows: pl.DataFrame, tally: Tally) -> Parsed:
    shown = ["nba_player_id", "player_full_name"]
    lacking = pl.col("nba_player_id").is_null() | pl.col("player_full_name").is_null()
    rows = drop_counted(rows, lacking, "missing_value", PLAYER_LISTS.name, tally, shown)
    return Parsed(PLAYER_LISTS.name, conform(rows.with_columns(layout=pl.lit(layout)), PLAYER_LISTS), tally)


def _people(layout: str, file: Columns, number: str, name: str, birth: str) -> Parsed:
    tally = Tally()
    rows = pl.DataFrame(
        {
            "nba_player_id": file.integer(number),
            "player_full_name": file.text(name),
            "birth_date": file.day(birth),
            "given": file.text(birth),
        }
    )
    bad = rows.filter(pl.col("birth_date").is_null() & pl.col("given").is_not_null())
    tally.add_frame("bad_date", PLAYER_LISTS.name, bad, "nba_player_id", "player_full_name", "given")
    return _finish(layout, rows, tally)


def _index(file: Columns) -> Parsed:
    """The roster of a season: who was on a team in the year named last."""
    tally = Tally()
    rows = pl.DataFrame(
        {
            "nba_player_id": file.integer("PERSON_ID"),
            "first": file.text("PLAYER_FIRST_NAME"),
            "last": file.text("PLAYER_LAST_NAME"),
            "team": file.text("TEAM_ABBREVIATION"),
            "year": file.integer("TO_YEAR"),
        }
    ).with_columns(
        player_full_name=pl.concat_str("first", "last", separator=" ", ignore_nulls=True),
        team_abbr=team_code(pl.col("team")),
        season=season_name(pl.col("year")),
    )
    rows = drop_counted(
        rows, is_unknown(pl.col("team_abbr")), "unknown_team", PLAYER_LISTS.name, tally, ["player_full_name", "team"]
    )
    return _finish("player_index", rows, tally)


def birth_dates(lists: pl.DataFrame) -> pl.DataFrame:
    """Return one birth date per person: that of the most trusted list."""
    rank = pl.col("layout").replace_strict({n: i for i, n in enumerate(LIST_ORDER)}, return_dtype=pl.Int8)
    dated = lists.drop_nulls("birth_date").with_columns(rank=rank).sort("nba_player_id", "rank")
    return dated.unique("nba_player_id", keep="first", maintain_order=True).select("nba_player_id", "birth_date")


LAYOUTS = (
    make_layout(
        "player birth dates",
        "player_id full_name birthdate",
        "player_id full_name birthdate",
        lambda file: _people("birth_dates", file, "player_id", "full_name", "birthdate"),
    ),
    make_layout(
        "player info",
        "person_id display_first_last birthdate",
        "person_id first_name last_name display_first_last birthdate",
        lambda file: _people("player_info", file, "person_id", "display_first_last", "birthdate"),
    ),
    make_layout(
        "player index",
        "PERSON_ID PLAYER_LAST_NAME TO_YEAR",
        "PERSON_ID PLAYER_LAST_NAME PLAYER_FIRST_NAME TEAM_ABBREVIATION TO_YEAR",
        _index,
    ),
)

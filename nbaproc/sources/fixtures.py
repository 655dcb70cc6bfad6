"""Fixture lists: tip-offs and arenas of a season, without game ids.

What a list said is kept in `nbac_schedule_fixtures`; `nbac_schedule` takes tip-off and arena from it wherever its own
files have none, by date and teams.
"""

from __future__ import annotations

import polars as pl

from nbaproc.calendar import EASTERN
from nbaproc.columns import Column, Table, Type
from nbaproc.raw.choose import first_per
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import pair_of, team_code
from nbaproc.sources.layout import Parsed, code_of, conform, drop_counted, finish, make_layout
from nbaproc.sources.tabular import Columns

FIXTURES = Table(
    name="nbac_schedule_fixtures",
    dataset="nba_raw",
    says="one row per game of a fixture list without game ids",
    key=("game_date", "home_team_tricode", "away_team_tricode"),
    date="game_date",
    columns=(
        Column("game_date", Type.DATE, "US-Eastern date", null=False),
        Column("home_team_tricode", Type.STRING, "home team code", null=False),
        Column("away_team_tricode", Type.STRING, "away team code", null=False),
        Column("game_date_est", Type.TIMESTAMP, "tip-off as Eastern wall-clock time under a UTC label"),
        Column("arena_name", Type.STRING, "name of the arena"),
        Column("data_hash", Type.STRING, "canonical hash of the row, 16 hex digits"),
    ),
)


def _fixture_list(file: Columns) -> Parsed:
    """The site's times are UTC, as it offers them; `Date` is day/month/year with a clock."""
    tally = Tally()
    rows = pl.DataFrame(
        {
            "given": file.text("Date"),
            "home": file.text("Home Team"),
            "away": file.text("Away Team"),
            "arena_name": file.text("Location"),
        }
    )
    time = pl.col("given").str.to_datetime("%d/%m/%Y %H:%M", strict=False, time_unit="us", time_zone="UTC")
    wall = time.dt.convert_time_zone(EASTERN).dt.replace_time_zone(None)
    rows = rows.with_columns(
        game_date=wall.dt.date(),
        game_date_est=wall.dt.replace_time_zone("UTC"),
        home_team_tricode=code_of(pl.col("home")),
        away_team_tricode=code_of(pl.col("away")),
    )
    unknown = pl.col("home_team_tricode").is_null() | pl.col("away_team_tricode").is_null()
    rows = drop_counted(rows, unknown, "unknown_team", FIXTURES.name, tally, ["given", "away", "home"])
    shown = ["home_team_tricode", "away_team_tricode"]
    return finish(FIXTURES.name, conform(rows, FIXTURES), FIXTURES.required, "game_date", tally, shown)


def add_fixtures(schedule: pl.DataFrame, fixtures: pl.DataFrame) -> pl.DataFrame:
    """Fill tip-off and arena of games of the schedule from fixture lists."""
    mine = [team_code(pl.col(f"{side}_team_tricode")) for side in ("home", "away")]
    times = fixtures.select("game_date", "game_date_est", "arena_name", pair=pair_of(*mine)).drop_nulls("pair")
    times = first_per(times, ["game_date", "pair"], "game_date_est", "arena_name")
    paired = schedule.with_columns(pair=pair_of(*mine))
    joined = paired.join(times, on=["game_date", "pair"], how="left", suffix="_listed", maintain_order="left")
    filled = joined.with_columns(pl.coalesce(c, f"{c}_listed").alias(c) for c in ("game_date_est", "arena_name"))
    return filled.select(schedule.columns)


def without_game(fixtures: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Return the fixtures of games the schedule does not have on that date."""
    mine = pair_of(*(team_code(pl.col(f"{side}_team_tricode")) for side in ("home", "away")))
    known = schedule.select("game_date", pair=mine)
    return fixtures.with_columns(pair=mine).join(known, on=["game_date", "pair"], how="anti").sort("game_date", "pair")


LAYOUTS = (
    make_layout(
        "fixture list",
        "Home Team, Away Team, Round Number",
        "Date, Location, Home Team, Away Team",
        _fixture_list,
    ),
)

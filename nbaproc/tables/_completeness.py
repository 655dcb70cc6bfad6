"""Is the history of a player there? Games of his team against the games of data he has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nbaproc.asof import last_before, running_totals, total_between
from nbaproc.exact import quotient

#: Share of a window's games that makes it ready, in percent.
READY = 70
TEAM = ["season_year", "team"]


@dataclass(frozen=True)
class Window:
    """How far back a window reaches: to the n-th last game of the team, or n days."""

    games: int = 0
    days: int = 0


@dataclass(frozen=True)
class Measured:
    """The expressions on one window's columns.

    Attributes:
        expected: Games of the team in the window.
        actual: Dates on which the player played.
        sat_out: Games of the team that data has, and in which he did not play.
        percent: Games found of those expected, in tenths of a percent.
        complete: Nothing is missing.
        ready: Enough is there.
        missing: Games of data that are missing.
    """

    expected: pl.Expr
    actual: pl.Expr
    sat_out: pl.Expr
    percent: pl.Expr
    complete: pl.Expr
    ready: pl.Expr
    missing: pl.Expr


def add_completeness(
    rows: pl.DataFrame,
    windows: Mapping[str, Window],
    team_games: pl.DataFrame,
    played: pl.DataFrame,
    listed: pl.DataFrame,
) -> pl.DataFrame:
    """Add the counts of some windows: `<window>_expected`, `<window>_actual` and `<window>_sat_out`.

    Args:
        rows: `game_date`, `season_year`, `team`, `player_lookup`.
        windows: The windows by name.
        team_games: All games of the schedule, two rows each.
        played: `game_date`, `player_lookup` of the games a player played, for any team.
        listed: `game_date`, `team` of every row of the measured table.
    """
    finals = team_games.filter("final").select("game_date", *TEAM)
    known = listed.select("game_date", "team").unique().with_columns(known=pl.lit(1, pl.Int64))
    games = finals.join(known, on=["game_date", "team"], how="left")
    mine = played.select("game_date", "player_lookup").unique()
    # Of his dates, those on which this team played a game that data has: it is no game he sat out.
    shared = mine.join(games.filter(pl.col("known") == 1), on="game_date")
    person = [*TEAM, "player_lookup"]
    asked = rows.select(*person).unique()
    shared = shared.join(asked, on=person, how="semi")
    of_team = running_totals(games, TEAM, {"n": pl.lit(1), "known": pl.col("known")})
    of_player = running_totals(mine, ["player_lookup"], {"n": pl.lit(1)})
    of_both = running_totals(shared, person, {"n": pl.lit(1)})
    counted = last_before(rows, of_team.select("game_date", *TEAM, _so_far="n"), TEAM).drop("last_date")
    counted = counted.with_columns(pl.col("_so_far").fill_null(0))
    numbered = of_team.select(*TEAM, _number="n", _start="game_date")
    for name, window in windows.items():
        if window.games:
            first = pl.max_horizontal(pl.col("_so_far") - window.games + 1, pl.lit(1, pl.Int64))
            counted = counted.with_columns(_number=first)
            counted = counted.join(numbered, on=[*TEAM, "_number"], how="left", maintain_order="left")
            # Without a game so far the window is empty.
            start = pl.when(pl.col("_so_far") > 0).then(pl.col("_start")).otherwise(pl.col("game_date"))
            counted = counted.with_columns(_start=start)
        else:
            counted = counted.with_columns(_start=pl.col("game_date") - pl.duration(days=window.days))
        since = pl.col("_start")
        counted = total_between(counted, of_team, TEAM, since, {f"{name}_expected": "n", "_known": "known"})
        counted = total_between(counted, of_player, ["player_lookup"], since, {f"{name}_actual": "n"})
        counted = total_between(counted, of_both, person, since, {"_shared": "n"})
        counted = counted.with_columns((pl.col("_known") - pl.col("_shared")).alias(f"{name}_sat_out"))
        counted = counted.drop("_start", "_known", "_shared", *(["_number"] if window.games else []))
    return counted.drop("_so_far")


def measured(window: str) -> Measured:
    """Return what follows from the counts of a window."""
    expected, actual, sat_out = (pl.col(f"{window}_{name}") for name in ("expected", "actual", "sat_out"))
    wanted = pl.max_horizontal(expected - sat_out, pl.lit(0, pl.Int64))
    complete = actual >= wanted
    return Measured(
        expected,
        actual,
        sat_out,
        pl.when(complete).then(1000).otherwise(quotient(100 * actual, wanted, 1)),
        complete,
        complete | (100 * actual >= READY * wanted),
        pl.max_horizontal(wanted - actual, pl.lit(0, pl.Int64)),
    )

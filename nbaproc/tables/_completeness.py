"""Is the history of a player there? Games of his team against the games of data he has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nbaproc.asof import running_totals, total_before
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
    team_upto = total_before(rows, of_team, TEAM)
    actual_upto = total_before(rows, of_player, ["player_lookup"])["n"]
    shared_upto = total_before(rows, of_both, person)["n"]
    so_far = team_upto["n"]
    numbered = of_team.select(*TEAM, _number="n", _start="game_date")
    counted = rows
    for name, window in windows.items():
        start = _start(rows, window, so_far, numbered)
        team_since = total_before(rows, of_team, TEAM, at=start)
        actual = actual_upto - total_before(rows, of_player, ["player_lookup"], at=start)["n"]
        played_here = shared_upto - total_before(rows, of_both, person, at=start)["n"]
        counted = counted.with_columns(
            (so_far - team_since["n"]).alias(f"{name}_expected"),
            actual.alias(f"{name}_actual"),
            (team_upto["known"] - team_since["known"] - played_here).alias(f"{name}_sat_out"),
        )
    return counted


def add_team_completeness(
    rows: pl.DataFrame, name: str, window: Window, team_games: pl.DataFrame, measured_rows: pl.DataFrame
) -> pl.DataFrame:
    """Add the counts of one window of teams, as `add_completeness` does; a team cannot sit out.

    Args:
        rows: `game_date`, `season_year`, `team`.
        name: Name of the window.
        window: The window.
        team_games: All games of the schedule, two rows each.
        measured_rows: `game_date`, `team` of every row of the measured table.
    """
    finals = team_games.filter("final").select("game_date", *TEAM)
    expected = running_totals(finals, TEAM, {"n": pl.lit(1)})
    actual = running_totals(measured_rows.select("game_date", "team").unique(), ["team"], {"n": pl.lit(1)})
    so_far = total_before(rows, expected, TEAM)["n"]
    start = _start(rows, window, so_far, expected.select(*TEAM, _number="n", _start="game_date"))
    since = total_before(rows, expected, TEAM, at=start)["n"]
    found = total_before(rows, actual, ["team"])["n"] - total_before(rows, actual, ["team"], at=start)["n"]
    return rows.with_columns(
        (so_far - since).alias(f"{name}_expected"),
        found.alias(f"{name}_actual"),
        pl.lit(0, pl.Int64).alias(f"{name}_sat_out"),
    )


def _start(rows: pl.DataFrame, window: Window, so_far: pl.Series, numbered: pl.DataFrame) -> pl.Series | pl.Expr:
    """Return the first date of a window; the row's own where the team has no game so far."""
    if window.days:
        return pl.col("game_date") - pl.duration(days=window.days)
    asked = rows.select("game_date", *TEAM).with_columns(_number=so_far.alias("n"))
    first = pl.max_horizontal(pl.col("_number") - window.games + 1, pl.lit(1, pl.Int64))
    found = asked.with_columns(_number=first).join(numbered, on=[*TEAM, "_number"], how="left", maintain_order="left")
    return found.select(pl.when(so_far > 0).then("_start").otherwise("game_date")).to_series()


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

"""Is the history of a player there? Games of his team against the games of data he has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nbaproc.asof import running_totals, total_before
from nbaproc.exact import quotient
from nbaproc.raw.context_frames import ContextFrames

#: Share of a window's games that makes it ready, in percent.
READY = 70
#: Days that a window in days has at most: so far it may reach into the season before.
LONGEST = 60
TEAM, PLAYER = ["season_year", "team"], ["player_lookup"]


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


@dataclass(frozen=True)
class Attendance:
    """Who played when, and of which team's games there is data.

    Attributes:
        dates: `game_date`, `player_lookup` of the games a player played, for any team.
        totals: `running_totals` of them: `n`.
        known: `game_date`, `team` of every game that data has.
    """

    dates: pl.DataFrame
    totals: pl.DataFrame
    known: pl.DataFrame


def attendance(frames: ContextFrames) -> Attendance:
    """Return who played when, as far back as a window of the frames' seasons reaches."""
    opener = min(frames.openers["opener"].to_list(), default=date.max)
    of_season = pl.col("season_year").is_in(frames.openers["season_year"].to_list())
    near = of_season | (pl.col("game_date") >= opener - timedelta(days=LONGEST))
    dates = frames.history.played.filter(near).select("game_date", "player_lookup").unique(maintain_order=True)
    known = frames.history.listed.filter(near).select("game_date", "team").unique()
    return Attendance(dates, running_totals(dates, PLAYER, {"n": pl.lit(1)}), known)


def add_completeness(
    rows: pl.DataFrame, windows: Mapping[str, Window], frames: ContextFrames, team_games: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add the counts of some windows: `<window>_expected`, `<window>_actual` and `<window>_sat_out`.

    Args:
        rows: `game_date`, `season_year`, `team`, `player_lookup`.
        windows: The windows by name.
        frames: The frames of the dates.
        team_games: Games of the schedule, two rows each; by default all of the frames.
    """
    if any(window.days > LONGEST for window in windows.values()):
        raise ValueError(f"a window of more than {LONGEST} days reaches further back than attendance is kept")
    there = frames.once(attendance)
    finals = (frames.team_games if team_games is None else team_games).filter("final").select("game_date", *TEAM)
    finals = finals.filter(pl.col("season_year").is_in(rows["season_year"].unique().to_list()))
    known = there.known.with_columns(known=pl.lit(1, pl.Int64))
    games = finals.join(known, on=["game_date", "team"], how="left")
    of_team = running_totals(games, TEAM, {"n": pl.lit(1), "known": pl.col("known")})
    so_far = total_before(rows, of_team, TEAM)["n"]
    numbered = of_team.select(*TEAM, _number="n", _start="game_date")
    # The rows themselves and once more for the start of every window, so that history is looked through once.
    person = [*TEAM, *PLAYER]
    keys = rows.select("game_date", *person)
    starts = [pl.col("game_date"), *(_start(rows, window, so_far, numbered) for window in windows.values())]
    asked = pl.concat([keys.with_columns(_from=start) for start in starts])
    # Of his dates, those on which this team played a game that data has: it is no game he sat out.
    reached = there.dates.filter(pl.col("game_date") >= pl.lit(asked["_from"].min(), pl.Date))
    of_both = reached.join(keys.select(*person).unique(), on=PLAYER)
    of_both = of_both.join(games.filter(pl.col("known") == 1), on=["game_date", *TEAM], how="semi")
    of_both = running_totals(of_both, person, {"n": pl.lit(1)})
    at = pl.col("_from")
    team = total_before(asked, of_team, TEAM, at=at)
    upto = team.with_columns(
        actual=total_before(asked, there.totals, PLAYER, at=at)["n"],
        here=total_before(asked, of_both, person, at=at)["n"],
    )
    first, counted = upto.head(rows.height), rows
    for nth, name in enumerate(windows, 1):
        since = upto.slice(nth * rows.height, rows.height)
        inside = {column: first[column] - since[column] for column in upto.columns}
        counted = counted.with_columns(
            inside["n"].alias(f"{name}_expected"),
            inside["actual"].alias(f"{name}_actual"),
            (inside["known"] - inside["here"]).alias(f"{name}_sat_out"),
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

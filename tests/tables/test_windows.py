"""Windows of completeness and of history: how far they may reach, and what they hold at their ends."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbaproc.asof import Timeline, running_totals, total_between
from nbaproc.tables._completeness import LONGEST, Window, add_completeness

FIRST = date(2024, 1, 1)
games = st.lists(
    st.tuples(st.sampled_from(["BOS", "DEN"]), st.integers(0, 30), st.none() | st.integers(-50, 50)),
    unique_by=lambda game: game[:2],
    max_size=25,
)
asked = st.lists(st.tuples(st.sampled_from(["BOS", "DEN", "LAL"]), st.integers(0, 35)), max_size=8)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def frame(rows: list[tuple[str, int, int | None]]) -> pl.DataFrame:
    columns = {"team": [r[0] for r in rows], "game_date": [day(r[1]) for r in rows], "points": [r[2] for r in rows]}
    return pl.DataFrame(columns, schema={"team": pl.String, "game_date": pl.Date, "points": pl.Int64})


def wanted(rows: list[tuple[str, int]]) -> pl.DataFrame:
    columns = {"team": [r[0] for r in rows], "game_date": [day(r[1]) for r in rows]}
    return pl.DataFrame(columns, schema={"team": pl.String, "game_date": pl.Date})


def test_a_window_that_reaches_further_than_attendance_is_kept_is_refused() -> None:
    with pytest.raises(ValueError, match=f"more than {LONGEST} days"):
        add_completeness(pl.DataFrame(), {"long": Window(days=LONGEST + 1)}, None)  # type: ignore[arg-type]


@given(games, asked, st.integers(1, 6))
def test_the_last_games_are_summed_as_one_would_by_hand(
    history: list[tuple[str, int, int | None]], rows: list[tuple[str, int]], size: int
) -> None:
    line = Timeline(frame(history), ["team"])
    last = line.before(wanted(rows))
    found = line.sums({"points": pl.col("points")}, last["place"], last["nth"].clip(upper_bound=size))
    for (team, number), row in zip(rows, found.iter_rows(), strict=True):
        before = sorted((game for game in history if game[0] == team and game[1] < number), key=lambda game: game[1])
        points = [game[2] for game in before[-size:] if game[2] is not None]
        assert row == (sum(points), len(points))


@given(games, asked, st.integers(1, 20), st.integers(1, 20))
def test_several_windows_of_days_are_looked_up_as_each_alone(
    history: list[tuple[str, int, int | None]], rows: list[tuple[str, int]], one: int, other: int
) -> None:
    totals = running_totals(frame(history), ["team"], {"points": pl.col("points")})
    starts = [pl.col("game_date") - pl.duration(days=days) for days in (one, other)]
    found = total_between(wanted(rows), totals, ["team"], (starts[0], {"a": "points"}), (starts[1], {"b": "points"}))
    for (team, number), row in zip(rows, found.select("a", "b").iter_rows(), strict=True):
        mine = [game for game in history if game[0] == team and game[1] < number]
        assert row == tuple(sum(game[2] or 0 for game in mine if game[1] >= number - days) for days in (one, other))

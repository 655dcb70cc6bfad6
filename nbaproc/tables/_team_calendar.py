"""What the schedule and the results before a date say of a team: rest, streaks, travel, and the games ahead."""

from __future__ import annotations

import polars as pl

from nbaproc.asof import last_before, running_totals, total_between
from nbaproc.exact import ratio
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.places import add_leg

TEAM = ["season_year", "team"]
DAY = pl.col("game_date")


def ago(days: int) -> pl.Expr:
    """Return the date some days before the row's; a negative number lies ahead."""
    return DAY - pl.duration(days=days)


def team_calendar(frames: ContextFrames) -> pl.DataFrame:
    """Return one row per team and game of the computed dates with what is known of the team.

    Besides the columns of `ContextFrames.team_games`: `last_date`, `games_before`, `won_in_a_row`, `lost_in_a_row`,
    `last_margin`, `last_won`, `last_location` of the last final game of the season; `games_7`, `games_14` (final games
    of the last 6 and 13 days and, as `window_games_7`, `window_finals_7`, ... of the last 7 and 14 days all and final
    ones); `miles`, `zones` of the way here, `miles_14`, `zones_14`, `road_games`; and of the regular season ahead
    `next_date`, `next_opponent`, `next_primetime`, `games_next_7`, all NULL but in the regular season.
    """
    rows = frames.team_games.filter(DAY.is_in(frames.dates))
    # A team starts anew with every season.
    team_games = frames.team_games.filter(pl.col("season_year").is_in(rows["season_year"].unique().to_list()))
    finals = _finals(team_games)
    rows = last_before(rows, finals, TEAM).with_columns(pl.col("games_before").fill_null(0))
    rows = _add_windows(rows, team_games, finals)
    rows = _add_travel(rows, finals)
    return _add_ahead(rows, team_games)


def _finals(team_games: pl.DataFrame) -> pl.DataFrame:
    """Return the final games with the state of the team after each: what the next game starts from."""
    finals = team_games.filter("final").sort(*TEAM, "game_date")
    finals = finals.with_columns(
        _came_from=pl.col("location").shift(1).over(TEAM),
        _run=pl.col("won").rle_id().over(TEAM),
        _trip=pl.col("is_home").rle_id().over(TEAM),
        games_before=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(TEAM),
    )
    finals = add_leg(finals, "_came_from", "location")
    first = pl.col("games_before") == 1
    unknown = ~first & pl.col("miles").is_null()
    run = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return finals.select(
        "game_date",
        *TEAM,
        "games_before",
        last_margin="margin",
        last_won="won",
        last_location="location",
        won_in_a_row=pl.when("won").then(run.over(*TEAM, "_run")).otherwise(0),
        lost_in_a_row=pl.when("won").then(0).otherwise(run.over(*TEAM, "_run")),
        road_before=pl.when("is_home").then(0).otherwise(run.over(*TEAM, "_trip")),
        sum_miles=pl.col("miles").fill_null(0).cum_sum().over(TEAM),
        sum_zones=pl.col("zones").fill_null(0).cum_sum().over(TEAM),
        sum_unknown=unknown.cast(pl.Int64).cum_sum().over(TEAM),
    )


def _add_windows(rows: pl.DataFrame, team_games: pl.DataFrame, finals: pl.DataFrame) -> pl.DataFrame:
    played = running_totals(finals, TEAM, {"n": pl.lit(1)})
    listed = running_totals(team_games, TEAM, {"n": pl.lit(1)})
    lengths = (7, 14)
    inside = [(ago(days - 1), {f"games_{days}": "n"}) for days in lengths]
    finals_of = [(ago(days), {f"window_finals_{days}": "n"}) for days in lengths]
    rows = total_between(rows, played, TEAM, *inside, *finals_of)
    return total_between(rows, listed, TEAM, *((ago(days), {f"window_games_{days}": "n"}) for days in lengths))


def _add_travel(rows: pl.DataFrame, finals: pl.DataFrame) -> pl.DataFrame:
    """Add the way to the game, and the legs of two weeks: those that start at a game of the last 14 days."""
    sums = ["miles", "zones", "unknown"]
    # The legs of the window are those after its first game: what is summed up at the last game minus at that one.
    following = finals.select(
        "game_date", *TEAM, *(pl.col(f"sum_{name}").shift(-1).over(TEAM).alias(f"first_{name}") for name in sums)
    )
    rows = rows.with_columns(previous=pl.coalesce("last_location", pl.when(pl.col("last_date").is_null()).then("team")))
    rows = add_leg(rows, "previous", "location")
    start = last_before(rows.select("game_date", *TEAM), following, TEAM, at=ago(14))
    rows = rows.with_columns(
        start["last_date"].alias("_before"), *(start[f"first_{name}"].alias(f"first_{name}") for name in sums)
    )
    inside = (pl.col("last_date") >= ago(14)).fill_null(False)
    since = {n: pl.col(f"sum_{n}") - pl.when(pl.col("_before").is_null()).then(0).otherwise(f"first_{n}") for n in sums}
    known = since["unknown"] == 0
    two_weeks = {
        f"{name}_14": pl.when(~inside).then(0).when(known).then(since[name] + pl.col(name))
        for name in ("miles", "zones")
    }
    road = pl.when("is_home").then(0).otherwise(1 + pl.col("road_before").fill_null(0))
    return rows.with_columns(**two_weeks, road_games=road)


def _add_ahead(rows: pl.DataFrame, team_games: pl.DataFrame) -> pl.DataFrame:
    """Add the games ahead: the schedule is known, but who gets into the play-offs is not."""
    regular = team_games.filter(pl.col("kind") == "regular")
    counted = running_totals(regular, TEAM, {"n": pl.lit(1)})
    rows = total_between(rows, counted, TEAM, (ago(-1), {"games_next_7": "n"}), end=ago(-8))
    ahead = regular.select(*TEAM, next_date="game_date", next_opponent="opponent", next_primetime="is_primetime")
    rows = rows.with_row_index("_nth").sort("game_date")
    rows = rows.join_asof(
        ahead.sort("next_date"),
        left_on="game_date",
        right_on="next_date",
        by=TEAM,
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    ).sort("_nth")
    columns = ["games_next_7", "next_date", "next_opponent", "next_primetime"]
    now = pl.col("kind") == "regular"
    return rows.drop("_nth").with_columns(pl.when(now).then(pl.col(c)).alias(c) for c in columns)


def win_share(rows: pl.DataFrame, team_games: pl.DataFrame, team: str) -> pl.Series:
    """Return the share of its final games of the season before the date that a team has won, 3 digits.

    Args:
        rows: `game_date`, `season_year` and a column of the team.
        team_games: All games.
        team: Name of that column.
    """
    finals = team_games.filter("final")
    sums = running_totals(finals, TEAM, {"games": pl.lit(1), "wins": pl.col("won").cast(pl.Int64)})
    asked = rows.select("game_date", "season_year", team=team)
    found = last_before(asked, sums, TEAM)
    return found.select(ratio(pl.col("wins"), pl.col("games"), 3)).to_series()

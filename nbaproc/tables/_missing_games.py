"""Records of players and teams below their minimum, and why games of theirs are missing."""

from __future__ import annotations

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.tables._completeness import measured

#: Days before the date in which missing games are looked for, and how many games make them telling.
DAYS, TELLING = 14, 5
TEAM = ["season_year", "team"]


def below_minimum(rows: pl.DataFrame, window: str, needed: pl.Expr, *, team: bool) -> dict[Category, pl.DataFrame]:
    """Say of entities with too few games why that is.

    A young season or career is expected, games that are not accounted for are upstream, a player who sat out has too
    few.

    Args:
        rows: Entities below their minimum, with `games` in the sample and the counts of `window`.
        window: The window of completeness.
        needed: The minimum.
        team: The entities are teams.

    Returns:
        The rows of each category.
    """
    found = measured(window)
    expected = (found.expected < needed).fill_null(True)
    unaccounted = ~expected & (pl.lit(team) | ~found.ready)
    return {
        Category.EXPECTED_INCOMPLETE: rows.filter(expected),
        Category.INCOMPLETE_UPSTREAM: rows.filter(unaccounted),
        Category.INSUFFICIENT_DATA: rows.filter(~expected & ~unaccounted),
    }


def minimum_reason(window: str, needed: pl.Expr) -> pl.Expr:
    """Return the sentence of a record below the minimum, with its numbers."""
    found = measured(window)
    return pl.format(
        REASONS["below_minimum"], pl.col("games"), found.expected, found.actual, found.sat_out, needed.cast(pl.Int64)
    )


def draft(
    rows: pl.DataFrame, category: Category, entity: str, reason: pl.Expr, window: str, date: str = "analysis_date"
) -> pl.DataFrame:
    """Return records that carry the counts of a window and, of players, why games are missing.

    Args:
        rows: Entities with their date, `entity`, the counts of `window` and, of players, the columns that
            `add_missing` adds.
        category: Category of the records.
        entity: `player_lookup`, or `team` for teams.
        reason: The sentence.
        window: The window of completeness.
        date: Column of the date.
    """
    found = measured(window)
    further = {"expected_game_count": found.expected, "actual_game_count": found.actual}
    names = ("failure_type", "is_correctable", "missing_game_dates", "resolution_status")
    further |= {name: pl.col(name) for name in names if name in rows.columns}
    kind = "TEAM" if entity == "team" else "PLAYER"
    dated = rows.with_columns(game_date=pl.col(date))
    return records.draft(dated, category, kind, pl.col(entity), reason, further=further)


def add_missing(
    rows: pl.DataFrame, team_games: pl.DataFrame, played: pl.DataFrame, listed: pl.DataFrame
) -> pl.DataFrame:
    """Add why games of the last two weeks are missing: `failure_type`, `is_correctable`, `missing_game_dates`, ...

    Args:
        rows: `game_date`, `season_year`, `team`, `player_lookup`.
        team_games: All games of the schedule, two rows each.
        played: `game_date`, `player_lookup` of the games a player played.
        listed: `game_date`, `team` of every row of the measured table.
    """
    rows = rows.with_row_index("_nth")
    near = pl.col("_day") >= pl.lit(rows["game_date"].min(), pl.Date) - pl.duration(days=DAYS)
    finals = team_games.filter("final").select(*TEAM, _day="game_date").filter(near)
    known = listed.select(_day="game_date", team="team").filter(near).unique().with_columns(_known=pl.lit(True))
    mine = played.select("player_lookup", _day="game_date").filter(near).unique().with_columns(_played=pl.lit(True))
    games = rows.select("_nth", "game_date", *TEAM, "player_lookup").join(finals, on=TEAM)
    since = pl.col("game_date") - pl.duration(days=DAYS)
    games = games.filter((pl.col("_day") < pl.col("game_date")) & (pl.col("_day") >= since))
    games = games.join(known, on=["_day", "team"], how="left").join(mine, on=["_day", "player_lookup"], how="left")
    missing = pl.col("_played").is_null()
    found = games.group_by("_nth").agg(
        _games=pl.len(),
        missing_game_dates=pl.col("_day").filter(missing).sort(),
        _gaps=(missing & pl.col("_known").is_null()).sum(),
    )
    rows = rows.join(found, on="_nth", how="left", maintain_order="left").drop("_nth")
    rows = rows.with_columns(
        pl.col("_games", "_gaps").fill_null(0),
        pl.col("missing_game_dates").fill_null(pl.lit([], dtype=pl.List(pl.Date))),
    )
    lost, gaps = pl.col("missing_game_dates").list.len(), pl.col("_gaps")
    kind = (
        pl.when(lost == 0)
        .then(pl.lit("COMPLETE"))
        .when(pl.col("_games") < TELLING)
        .then(pl.lit("INSUFFICIENT_HISTORY"))
        .when(gaps == lost)
        .then(pl.lit("DATA_GAP"))
        .when(gaps == 0)
        .then(pl.lit("PLAYER_DNP"))
        .otherwise(pl.lit("MIXED"))
    )
    rows = rows.with_columns(failure_type=kind).drop("_games", "_gaps")
    curable = pl.col("failure_type").is_in(["DATA_GAP", "MIXED"])
    settled = pl.col("failure_type").is_in(["INSUFFICIENT_HISTORY", "PLAYER_DNP"])
    status = pl.when(settled).then(pl.lit("PERMANENT")).otherwise(pl.lit("UNRESOLVED"))
    return rows.with_columns(is_correctable=curable, resolution_status=status)


def no_history(dates: pl.DataFrame, sentence: str = "no_history") -> pl.DataFrame:
    """Record dates on which a table has nothing to look back on.

    Args:
        dates: `analysis_date`.
        sentence: Name of the sentence.
    """
    return records.draft(
        dates.select(game_date="analysis_date"),
        Category.MISSING_DEPENDENCY,
        "DATE",
        pl.lit("DATE_LEVEL"),
        pl.lit(REASONS[sentence]),
    )

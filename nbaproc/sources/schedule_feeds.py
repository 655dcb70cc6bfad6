"""The league schedule, put together from files of different layouts and ages.

What every file said is kept in the raw table `nbac_schedule_feeds`; `nbac_schedule` is made anew from all of it and
from the team box scores, so the order in which files arrive does not matter.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from nbaproc.columns import Column, Table, Type
from nbaproc.raw.choose import best_first, first_per
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.raw.teams import team_code
from nbaproc.sources.fixtures import add_fixtures

#: Layouts in the order in which their columns are trusted; a simulated schedule stands alone.
LAYOUT_ORDER = ("a", "b", "c", "simulated")

FEEDS: Table = replace(
    NBAC_SCHEDULE,
    name="nbac_schedule_feeds",
    says="one row per file layout, game id, date and content of a schedule file",
    key=(),
    columns=(
        Column("layout", Type.STRING, "layout of the file the row comes from", null=False, values=LAYOUT_ORDER),
        *NBAC_SCHEDULE.columns,
    ),
)

_KEY = ["game_id", "game_date"]


def build_schedule(feeds: pl.DataFrame, team_boxes: pl.DataFrame, fixtures: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make `nbac_schedule`: one row per game id and date.

    The largest status wins. Scores come from a final row that has them, else they are the points of both team box
    scores, which make a game final too. Every other column is the first value in the order of the layouts; tip-offs and
    arenas that none of them has come from fixture lists.

    Args:
        feeds: All rows of `FEEDS`.
        team_boxes: All rows of `nbac_team_boxscore`.
        fixtures: All rows of `FIXTURES`.

    Returns:
        The raw table without `data_hash`.
    """
    rank = pl.col("layout").replace_strict({n: i for i, n in enumerate(LAYOUT_ORDER)}, return_dtype=pl.Int8)
    rows = best_first(feeds.with_columns(rank=rank), _KEY, "rank", "-game_status", "data_hash")
    home, away = pl.col("home_team_score"), pl.col("away_team_score")
    scored = (pl.col("game_status") == 3) & (home + away > 0)
    others = [
        c.name
        for c in NBAC_SCHEDULE.columns
        if c.name not in (*_KEY, "game_status", "home_team_score", "away_team_score", "data_hash")
    ]
    merged = rows.group_by(_KEY, maintain_order=True).agg(
        pl.col("game_status").max(),
        home.filter(scored).first(),
        away.filter(scored).first(),
        *(pl.col(name).drop_nulls().first() for name in others),
    )
    points = _points(team_boxes)
    unscored = pl.col("home_team_score").is_null()
    for side in ("home", "away"):
        mine = points.rename({"points": f"{side}_points"})
        merged = merged.with_columns(team=team_code(pl.col(f"{side}_team_tricode")))
        merged = merged.join(mine, on=[*_KEY, "team"], how="left", maintain_order="left")
    both = unscored & (pl.col("home_points") + pl.col("away_points") > 0)
    merged = merged.with_columns(
        game_status=pl.when(both.fill_null(False)).then(3).otherwise("game_status"),
        home_team_score=pl.when(both.fill_null(False)).then("home_points").otherwise("home_team_score"),
        away_team_score=pl.when(both.fill_null(False)).then("away_points").otherwise("away_team_score"),
    )
    games = merged.select(c.name for c in NBAC_SCHEDULE.columns if c.name != "data_hash")
    return games if fixtures is None else add_fixtures(games, fixtures)


def _points(team_boxes: pl.DataFrame) -> pl.DataFrame:
    ids, team = pl.coalesce("nba_game_id", "game_id"), team_code(pl.col("team_abbr"))
    rows = team_boxes.select("game_date", "points", game_id=ids, team=team)
    return rows.drop_nulls().group_by(*_KEY, "team").agg(pl.col("points").max())


def current_games(schedule: pl.DataFrame) -> pl.DataFrame:
    """Return one row per game id: of several dates the one it was played on, else the latest."""
    played = (pl.col("game_status") == 3) & (pl.col("home_team_score") + pl.col("away_team_score") > 0)
    ranked = schedule.with_columns(played=played.fill_null(False))
    return first_per(ranked, ["game_id"], "-played", "-game_date").drop("played")


def add_sides(rows: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Take home and away team from the schedule wherever it has the game; elsewhere leave what the file said.

    Args:
        rows: Rows with `game_id` and either `home_team_abbr` and `away_team_abbr`, or `team_abbr` and `is_home`.
        schedule: `nbac_schedule`.
    """
    games = current_games(schedule).select("game_id", home="home_team_tricode", away="away_team_tricode")
    joined = rows.join(games, on="game_id", how="left", maintain_order="left")
    if "is_home" in rows.columns:
        team, home, away = (team_code(pl.col(name)) for name in ("team_abbr", "home", "away"))
        at_home = pl.when((team == home) | (team == away)).then(team == home)
        return joined.with_columns(is_home=pl.coalesce(at_home, "is_home")).drop("home", "away")
    return joined.with_columns(
        home_team_abbr=pl.coalesce("home", "home_team_abbr"), away_team_abbr=pl.coalesce("away", "away_team_abbr")
    ).drop("home", "away")

"""The player registry, filled from box scores and player lists, and what follows from it."""

from __future__ import annotations

import polars as pl

from nbaproc.raw.names import SUFFIXES, add_lookups
from nbaproc.raw.schedule import season_name, season_of
from nbaproc.raw.teams import team_code
from nbaproc.sources.people import birth_dates


def build_registry(boxes: pl.DataFrame, lists: pl.DataFrame | None = None) -> pl.DataFrame:
    """Make `nba_players_registry` from all NBA Stats box-score rows, one row per person, season and team.

    A person's id is the lookup of his first name in the data and a number; people who share a lookup are numbered in
    the order of their first game, so the order in which files arrive changes no id. A player list adds birth dates and,
    if it names team and season, who is on a team without having played: these are numbered last, by person id.

    Args:
        boxes: All rows of `nbac_player_boxscores`.
        lists: All rows of `PLAYER_LISTS`.
    """
    rows = boxes.select(
        "nba_player_id",
        "game_date",
        season=season_name(season_of(pl.col("game_date"))),
        team_abbr=team_code(pl.col("team_abbr")),
        name="player_full_name",
    )
    if lists is not None:
        rows = pl.concat([rows, _listed(lists, rows)])
    rows = add_lookups(rows, "name", "player_lookup").filter(pl.col("player_lookup") != "")
    rows = rows.drop_nulls(["nba_player_id", "team_abbr"])
    debuts = (
        rows.sort("game_date", "player_lookup", nulls_last=True)
        .group_by("nba_player_id")
        .agg(pl.col("game_date", "player_lookup").first())
    )
    debuts = debuts.sort("game_date", "nba_player_id", nulls_last=True).with_columns(
        number=pl.int_range(1, pl.len() + 1).over("player_lookup")
    )
    ids = debuts.select(
        "nba_player_id",
        universal_player_id=pl.format("{}_{}", "player_lookup", pl.col("number").cast(pl.String).str.zfill(3)),
    )
    latest = rows.sort("game_date", "player_lookup", descending=[True, False], nulls_last=True)
    people = latest.group_by("nba_player_id", "season", "team_abbr").agg(pl.col("player_lookup").first())
    people = people.join(ids, on="nba_player_id")
    if lists is None:
        people = people.with_columns(birth_date=pl.lit(None, dtype=pl.Date))
    else:
        people = people.join(birth_dates(lists), on="nba_player_id", how="left")
    columns = ["player_lookup", "universal_player_id", "season", "team_abbr", "nba_player_id", "birth_date"]
    return people.select(columns).sort("universal_player_id", "season", "team_abbr")


def _listed(lists: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """Return who a list puts on a team he has no box score for in that season, under his latest box-score name."""
    rows = lists.drop_nulls(["season", "team_abbr"]).with_columns(team_abbr=team_code(pl.col("team_abbr")))
    rows = rows.join(played, on=["nba_player_id", "season", "team_abbr"], how="anti").sort("nba_player_id", "season")
    names = played.sort("game_date", "name", descending=[True, False]).unique("nba_player_id", keep="first")
    rows = rows.join(names.select("nba_player_id", "name"), on="nba_player_id", how="left", maintain_order="left")
    return rows.select(
        "nba_player_id",
        pl.lit(None, dtype=pl.Date).alias("game_date"),
        "season",
        "team_abbr",
        name=pl.coalesce("name", "player_full_name"),
    )


def resolve_gamebook_names(rows: pl.DataFrame, boxes: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Give game-book rows the registered lookup where exactly one player of that season and team fits the name.

    A name fits if it is the same without its suffix. Surnames that nobody fits keep their own lookup and are marked
    `not_found`, those that several fit `multiple_matches`.

    Args:
        rows: All rows of `nbac_gamebook_player_stats`.
        boxes: All rows of `nbac_player_boxscores`, whose names the registry is made of.

    Returns:
        The rows, and how many of them have a lookup other than their own.
    """
    season = season_name(season_of(pl.col("game_date")))
    known = boxes.select("player_full_name", season=season, team=team_code(pl.col("team_abbr"))).unique()
    known = add_lookups(known, "player_full_name", "known", "key").select("season", "team", "known", "key").unique()
    fits = known.group_by("season", "team", "key").agg(fit=pl.col("known").min(), fits=pl.len())
    mine = add_lookups(rows, "player_name", "made", "key").with_columns(
        season=season, team=team_code(pl.col("team_abbr"))
    )
    mine = mine.join(fits, on=["season", "team", "key"], how="left", maintain_order="left")
    one = (pl.col("fits") == 1).fill_null(False)
    status = (
        pl.when(one & (pl.col("fit") != pl.col("made")))
        .then(pl.lit("resolved"))
        .when(one | (pl.col("player_status") != "inactive"))
        .then(pl.lit("original"))
        .when(pl.col("fits") > 1)
        .then(pl.lit("multiple_matches"))
        .otherwise(pl.lit("not_found"))
    )
    # A lookup that is not the name, with or without a suffix, was resolved by the source itself, and stays.
    ours = pl.any_horizontal(pl.col("player_lookup") == pl.col("key") + suffix for suffix in ("", *SUFFIXES))
    lookup = pl.when(one).then("fit").otherwise("made")
    resolved = int(mine.select((ours & one & (pl.col("fit") != pl.col("made"))).sum()).item())
    named = mine.with_columns(
        player_lookup=pl.when(ours).then(lookup).otherwise("player_lookup"),
        name_resolution_status=pl.when(ours).then(status).otherwise("name_resolution_status"),
    )
    return named.select(rows.columns), resolved

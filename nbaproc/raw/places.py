"""Arenas: where teams play, and how far it is from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import polars as pl

#: Cities that count as home besides that of a team's arena.
FURTHER_CITIES = {"LAC": ("inglewood",)}


def _table(name: str, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    content = resources.files("nbaproc").joinpath("data", name).read_bytes()
    return pl.read_csv(content, columns=list(columns), schema_overrides=dict(columns))


@cache
def locations() -> pl.DataFrame:
    """Return one row per arena, named by its team: `team`, `city`, `arena`, both in lower case, and `zone`."""
    columns = {"team_abbr": pl.String, "city": pl.String, "arena_name": pl.String, "timezone": pl.String}
    lower = {"city": pl.col("city").str.to_lowercase(), "arena": pl.col("arena_name").str.to_lowercase()}
    return _table("team_locations.csv", columns).select(team="team_abbr", zone="timezone", **lower)


@cache
def legs() -> pl.DataFrame:
    """Return every way from one arena to another, also to itself: `leg_from`, `leg_to`, `miles`, `zones`."""
    columns = {
        "from_team": pl.String,
        "to_team": pl.String,
        "distance_miles": pl.Int64,
        "time_zones_crossed": pl.Int64,
    }
    ways = _table("travel_distances.csv", columns)
    ways = ways.rename({"from_team": "leg_from", "to_team": "leg_to", "distance_miles": "miles"})
    ways = ways.rename({"time_zones_crossed": "zones"})
    stay = locations().select(leg_from="team", leg_to="team", miles=pl.lit(0, pl.Int64), zones=pl.lit(0, pl.Int64))
    return pl.concat([ways, stay])


def add_location(games: pl.DataFrame) -> pl.DataFrame:
    """Add where a game is played: `off_site`, and `location`, the arena's team or NULL where it is not known.

    A game is off-site if the schedule says so or names another city than the home team's. Arenas get renamed, so the
    name of an arena proves nothing; it only finds the arena of a game that is off-site.

    Args:
        games: `home`, `neutral_site_flag`, `arena_city`, `arena_name`.
    """
    cities = {team: [city, *FURTHER_CITIES.get(team, ())] for team, city in locations().select("team", "city").rows()}
    at_home = pl.DataFrame(
        [(team, city, True) for team, names in cities.items() for city in names],
        schema={"home": pl.String, "_city": pl.String, "_at_home": pl.Boolean},
        orient="row",
    )
    arenas = locations().group_by("arena").agg(_found=pl.col("team").min())
    city = pl.col("arena_city").str.split(",").list.first().str.strip_chars().str.to_lowercase()
    arena = pl.col("arena_name").str.strip_chars().str.to_lowercase()
    placed = games.with_columns(_city=pl.when(city != "").then(city), _arena=pl.when(arena != "").then(arena))
    placed = placed.join(at_home, on=["home", "_city"], how="left", maintain_order="left")
    placed = placed.join(arenas, left_on="_arena", right_on="arena", how="left", maintain_order="left")
    elsewhere = pl.col("_city").is_not_null() & pl.col("_at_home").is_null()
    placed = placed.with_columns(off_site=pl.col("neutral_site_flag").fill_null(False) | elsewhere)
    where = pl.when("off_site").then("_found").otherwise("home")
    return placed.with_columns(location=where).drop("_city", "_arena", "_at_home", "_found")


def add_leg(rows: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """Add `miles` and `zones` of the way between two locations; NULL where one is not known."""
    ways = legs().rename({"leg_from": start, "leg_to": end})
    return rows.join(ways, on=[start, end], how="left", maintain_order="left")

"""Which registered person a player row is."""

from __future__ import annotations

import polars as pl

from nbaproc.raw.schedule import season_name
from nbaproc.raw.teams import team_code


def resolve_identities(rows: pl.DataFrame, registry: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Find the universal player id of every distinct person among player rows.

    The NBA person id decides where both sides have one, then the lookup, then the lookup behind an alias; rows of
    another person are never taken. Of several ids the one of this season and team wins, else of this season, else of
    the latest season, then the smallest.

    Args:
        rows: `player_lookup`, `nba_player_id`, `team`, `season_year`.
        registry: `nba_players_registry`.
        aliases: `nbaproc.raw.match.canonical_names`.

    Returns:
        One row per distinct combination: the four columns, `universal_player_id` (NULL where the registry has none)
        and `ambiguous` (several ids fitted the name).
    """
    key = ["player_lookup", "nba_player_id", "team", "season_year"]
    people = rows.select(key).unique(maintain_order=True).with_row_index("nth")
    people = people.with_columns(season=season_name(pl.col("season_year")))
    known = registry.drop_nulls("universal_player_id").select(
        "universal_player_id",
        known_lookup="player_lookup",
        known_id="nba_player_id",
        known_season="season",
        known_team=team_code(pl.col("team_abbr")),
    )
    aliased = people.join(aliases, left_on="player_lookup", right_on="alias")
    steps = [
        people.join(known.drop_nulls("known_id"), left_on="nba_player_id", right_on="known_id", coalesce=False),
        _not_another(people.join(known, left_on="player_lookup", right_on="known_lookup", coalesce=False)),
        _not_another(aliased.join(known, left_on="canonical", right_on="known_lookup", coalesce=False)),
    ]
    columns = ["nth", "universal_player_id", "known_season", "known_team", "season", "team"]
    hits = pl.concat([s.select(*columns, step=pl.lit(i)) for i, s in enumerate(steps)])
    hits = hits.filter(pl.col("step") == pl.col("step").min().over("nth"))
    this_season = (pl.col("known_season") == pl.col("season")).fill_null(False)
    this_team = this_season & (pl.col("known_team") == pl.col("team")).fill_null(False)
    hits = hits.with_columns(
        fit=pl.when(this_team).then(0).when(this_season).then(1).otherwise(2),
        ids=pl.col("universal_player_id").n_unique().over("nth"),
    )
    hits = hits.filter(pl.col("fit") == pl.col("fit").min().over("nth"))
    newest = pl.col("known_season").fill_null("")
    hits = hits.filter((pl.col("fit") < 2) | (newest == newest.max().over("nth")))
    chosen = hits.group_by("nth").agg(
        pl.col("universal_player_id").min(), ambiguous=(pl.col("ids").first() > 1) & (pl.col("step").first() > 0)
    )
    resolved = people.join(chosen, on="nth", how="left", maintain_order="left")
    return resolved.select(*key, "universal_player_id", pl.col("ambiguous").fill_null(False))


def _not_another(found: pl.DataFrame) -> pl.DataFrame:
    """Drop registry rows that carry another person's NBA id."""
    return found.filter(~(pl.col("known_id") != pl.col("nba_player_id")).fill_null(False))

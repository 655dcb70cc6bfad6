"""Foreign names -> player rows of a game: one ladder for shots and props."""

from __future__ import annotations

import polars as pl

from nbaproc.raw.names import add_lookups


def canonical_names(aliases: pl.DataFrame) -> pl.DataFrame:
    """Return one canonical lookup per active alias: the smallest.

    Args:
        aliases: `player_aliases`.
    """
    active = aliases.filter(pl.col("is_active").fill_null(True))
    return active.group_by(alias="alias_lookup").agg(canonical=pl.col("nba_canonical_lookup").min())


def match_names(
    wanted: pl.DataFrame, candidates: pl.DataFrame, aliases: pl.DataFrame, scope: list[str], name: str = "name"
) -> pl.DataFrame:
    """Attach foreign names to player rows.

    Equal lookups come first, then lookups without suffixes, then lookups behind aliases; the first step that leaves
    exactly one candidate wins.

    Args:
        wanted: Distinct (`scope`, `name`) rows.
        candidates: Player rows with the columns of `scope`, `player_lookup` and `name_key`, one per player and scope.
        aliases: `canonical_names`.
        scope: Columns a candidate must share with the name: the game, or the game and the team.
        name: Column of the foreign name.

    Returns:
        `wanted` with `matched_lookup` and `matched_game`, NULL where no step hit.
    """
    keyed = add_lookups(wanted, name, "made", "made_key").with_row_index("nth")
    keyed = keyed.join(aliases, left_on="made", right_on="alias", how="left").with_columns(
        canonical=pl.coalesce("canonical", "made")
    )
    pool = candidates.select({*scope, "game", "player_lookup", "name_key"})
    pool = pool.join(aliases, left_on="player_lookup", right_on="alias", how="left").with_columns(
        canonical=pl.coalesce("canonical", "player_lookup")
    )
    named = keyed.filter(pl.col("made") != "")
    steps = [("made", "player_lookup"), ("made_key", "name_key"), ("canonical", "canonical")]
    hits = []
    for step, (left, right) in enumerate(steps):
        right_side = pool.select(
            *scope, key=pl.col(right), matched_lookup=pl.col("player_lookup"), matched_game=pl.col("game")
        )
        found = named.select("nth", *scope, key=pl.col(left)).join(right_side, on=[*scope, "key"])
        single = found.group_by("nth").agg(pl.col("matched_lookup", "matched_game").first(), pl.len())
        hits.append(
            single.filter(pl.col("len") == 1).select("nth", "matched_lookup", "matched_game", step=pl.lit(step))
        )
    best = pl.concat(hits).sort("nth", "step").unique("nth", keep="first")
    joined = keyed.join(best, on="nth", how="left", maintain_order="left")
    return joined.select(*wanted.columns, "matched_lookup", "matched_game")

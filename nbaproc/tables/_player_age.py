"""How old a player is on a date."""

from __future__ import annotations

import polars as pl


def years_between(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Return the full years between two dates.

    >>> from datetime import date
    >>> leap = pl.lit(date(2000, 2, 29))
    >>> days = [pl.lit(date(2023, 2, 28)), pl.lit(date(2023, 3, 1))]
    >>> pl.select(a=years_between(leap, days[0]), b=years_between(leap, days[1])).row(0)
    (22, 23)
    """
    calendar = [100 * value.dt.month().cast(pl.Int64) + value.dt.day().cast(pl.Int64) for value in (day, birth)]
    return (day.dt.year() - birth.dt.year()).cast(pl.Int64) - (calendar[0] < calendar[1]).cast(pl.Int64)


def add_age(rows: pl.DataFrame, rosters: pl.DataFrame, registry: pl.DataFrame) -> pl.DataFrame:
    """Add `player_age`, and `age_from_roster`.

    A birth date of any roster comes first, then the age in the last roster up to the date, then the birth date in the
    registry.

    Args:
        rows: `game_date`, `player_lookup`, `universal_player_id`.
        rosters: Roster rows, the best of each player first.
        registry: `nba_players_registry`.
    """
    births = rosters.drop_nulls("birth_date").unique("player_lookup", keep="first", maintain_order=True)
    births = births.select("player_lookup", roster_birth="birth_date")
    rows = rows.join(births, on="player_lookup", how="left", maintain_order="left")
    ages = rosters.unique(["player_lookup", "roster_date"], keep="first", maintain_order=True).sort("roster_date")
    rows = rows.with_row_index("_nth").sort("game_date")
    rows = rows.join_asof(
        ages.select("player_lookup", "roster_date", roster_age="age"),
        left_on="game_date",
        right_on="roster_date",
        by="player_lookup",
        strategy="backward",
        check_sortedness=False,
    ).sort("_nth")
    known = registry.drop_nulls(["birth_date", "universal_player_id"])
    known = known.sort("season", "birth_date", descending=[True, False], nulls_last=True)
    known = known.unique("universal_player_id", keep="first", maintain_order=True)
    known = known.select("universal_player_id", registered_birth="birth_date")
    rows = rows.join(known, on="universal_player_id", how="left", maintain_order="left")
    day, born, age = pl.col("game_date"), pl.col("roster_birth"), pl.col("roster_age")
    by_roster = pl.when(born.is_not_null()).then(_not_negative(years_between(born, day))).otherwise(age)
    by_registry = _not_negative(years_between(pl.col("registered_birth"), day))
    listed = born.is_not_null() | age.is_not_null()
    rows = rows.with_columns(
        player_age=pl.when(listed).then(by_roster).otherwise(by_registry), age_from_roster=by_roster.is_not_null()
    )
    return rows.drop("_nth", "roster_birth", "roster_age", "registered_birth", "roster_date", strict=False)


def _not_negative(years: pl.Expr) -> pl.Expr:
    return pl.when(years >= 0).then(years)

"""Flags of the parts of a season in which few games are known."""

from __future__ import annotations

import polars as pl

#: Months with the first or the last games of a season.
BOUNDARY_MONTHS = (4, 10, 11)
#: Days from 1 October on in which a season counts as just begun.
BOOTSTRAP_DAYS = 30


def season_boundary() -> pl.Expr:
    """Return whether `game_date` lies in April, October or November."""
    return pl.col("game_date").dt.month().is_in(BOUNDARY_MONTHS)


def bootstrap_mode() -> pl.Expr:
    """Return whether `game_date` lies before 31 October of the first year of its season."""
    return (pl.col("game_date") - pl.date(pl.col("season_year"), 10, 1)).dt.total_days() < BOOTSTRAP_DAYS

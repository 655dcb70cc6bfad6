"""Columns that the pre-game context tables declare alike."""

from __future__ import annotations

from nbaproc.columns import Column
from nbaproc.tables._columns import B, F, I, fact

#: Windows by prefix: how many games or days they reach back.
WINDOWS = {"l5": "5 games", "l10": "10 games", "l7d": "7 days", "l14d": "14 days", "l30d": "30 days"}


def days(name: str, says: str) -> Column:
    """A hashed number of days."""
    return fact(name, I, says, unit="days")


def games(name: str, says: str, *, null: bool = False) -> Column:
    """A hashed number of games."""
    return fact(name, I, says, null=null, unit="games")


def completeness_columns(
    window: str, *, dnp: bool, expected_unit: str = "games", percent_unit: str = "%"
) -> tuple[Column, ...]:
    """The counts of one window: games expected, found and missing."""
    sat_out = Column("dnp_games_count", I, "games of these he is known not to have played", null=False, unit="games")
    return (
        Column("expected_games_count", I, f"games of the team in the last {window}", null=False, unit=expected_unit),
        Column("actual_games_count", I, "games of these with a result", null=False, unit="games"),
        *((sat_out,) if dnp else ()),
        Column("missing_games_count", I, "games of data that are missing", null=False, unit="games"),
        Column(
            "completeness_percentage",
            F,
            f"games found, of those expected in {window}",
            null=False,
            digits=1,
            unit=percent_unit,
        ),
    )


def measured_columns(*, dnp: bool) -> tuple[Column, ...]:
    """The counts of a table with one window, and whether it is ready."""
    return (
        *completeness_columns("games of the window", dnp=dnp, percent_unit="percent 0–100"),
        Column("is_production_ready", B, "the window has at least 70 % of its games", null=False),
    )


def window_columns(*prefixes: str, unit: str = "%", apart: bool = False) -> tuple[Column, ...]:
    """Two columns per window: its percentage, and whether nothing is missing; `apart` puts all percentages first."""
    shares, whole = [], []
    for prefix in prefixes:
        reach = WINDOWS[prefix]
        says = f"games of data found in the last {reach}"
        shares.append(Column(f"{prefix}_completeness_pct", F, says, null=False, digits=1, unit=unit))
        whole.append(Column(f"{prefix}_is_complete", B, f"no game of the last {reach} is missing", null=False))
    if apart:
        return (*shares, *whole)
    return tuple(column for pair in zip(shares, whole, strict=True) for column in pair)

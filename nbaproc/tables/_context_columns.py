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


def completeness_columns(window: str, *, dnp: bool) -> tuple[Column, ...]:
    """The counts of one window: games expected, found and missing."""
    sat_out = Column("dnp_games_count", I, "games of these he is known not to have played", null=False, unit="games")
    return (
        Column("expected_games_count", I, f"games of the team in the last {window}", null=False, unit="games"),
        Column("actual_games_count", I, "games of these with a result", null=False, unit="games"),
        *((sat_out,) if dnp else ()),
        Column("missing_games_count", I, "games of data that are missing", null=False, unit="games"),
        Column(
            "completeness_percentage", F, f"games found, of those expected in {window}", null=False, digits=1, unit="%"
        ),
    )


def window_columns(*prefixes: str) -> tuple[Column, ...]:
    """Two columns per window: its percentage, and whether nothing is missing."""
    columns: list[Column] = []
    for prefix in prefixes:
        reach = WINDOWS[prefix]
        columns += [
            Column(
                f"{prefix}_completeness_pct",
                F,
                f"games of data found in the last {reach}",
                null=False,
                digits=1,
                unit="%",
            ),
            Column(f"{prefix}_is_complete", B, f"no game of the last {reach} is missing", null=False),
        ]
    return tuple(columns)

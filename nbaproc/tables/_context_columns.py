"""Columns that the tables of the features stage declare alike."""

from __future__ import annotations

from typing import Unpack

from nbaproc.columns import Column
from nbaproc.tables._columns import B, F, I, Limits, alike, fact

#: Windows by prefix: how many games or days they reach back.
WINDOWS = {"l5": "5 games", "l10": "10 games", "l7d": "7 days", "l14d": "14 days", "l30d": "30 days"}
#: Where the games of a window come from.
FROM_RESULTS = "nbac_schedule, player_game_summary"
#: What lines, injuries and distances of the pre-game context come from.
FROM_LINES = "odds_api_game_lines, up to a tip-off of nbac_schedule, of the feed or of odds_api_player_points_props"
FROM_REPORTS = "nbac_injury_report, up to tip-off"
FROM_TRAVEL = "nbac_schedule, travel_distances.csv"
#: What NULL means.
FIRST_GAME = "the team has no game of the season before"
NO_REPORT = "no injury report for the date from before tip-off"
NO_PLACE = "where this game or the last one is played is not known"
#: Miles and time zones of the longest way between two arenas.
FARTHEST, MOST_ZONES = 2704, 3


def days(name: str, says: str, **limits: Unpack[Limits]) -> Column:
    """A hashed number of days."""
    return fact(name, I, says, unit="days", **limits)


def games(name: str, says: str, *, high: int | None = None, when_null: str = "") -> Column:
    """A hashed number of games; NULL only where it says so."""
    return fact(name, I, says, null=bool(when_null), unit="games", low=0, high=high, when_null=when_null)


def completeness_columns(
    window: str,
    most: int,
    *,
    dnp: bool,
    source: str = FROM_RESULTS,
    expected_unit: str = "games",
    percent_unit: str = "%",
) -> tuple[Column, ...]:
    """The counts of one window: games expected, found and missing.

    Args:
        window: How far it reaches back.
        most: Games in it, at most.
        dnp: Whether those are known who were expected and did not play.
        source: Where the games come from.
        expected_unit: Unit of the games expected.
        percent_unit: Unit of the percentage.
    """
    wanted = "expected_games_count − dnp_games_count" if dnp else "expected_games_count"
    sat_out = Column(
        "dnp_games_count",
        I,
        "games of these that the summaries have without him: he is known not to have played",
        null=False,
        unit="games",
        low=0,
        high=most,
    )
    return alike(
        Column(
            "expected_games_count",
            I,
            f"games of the team in its last {window} of this season",
            null=False,
            unit=expected_unit,
            low=0,
            high=most,
        ),
        Column("actual_games_count", I, "dates since then with a result", null=False, unit="games", low=0),
        *((sat_out,) if dnp else ()),
        Column(
            "missing_games_count",
            I,
            f"games of data that are missing: {wanted} − actual_games_count, at least 0",
            null=False,
            unit="games",
            low=0,
            high=most,
        ),
        Column(
            "completeness_percentage",
            F,
            f"100 · actual_games_count / ({wanted}), at most 100; 100 where nothing is expected",
            null=False,
            digits=1,
            unit=percent_unit,
            low=0,
            high=100,
        ),
        source=source,
    )


def measured_columns(window: str, most: int, *, dnp: bool, source: str = FROM_RESULTS) -> tuple[Column, ...]:
    """The counts of a table with one window, and whether it is ready."""
    ready = "actual_games_count is at least 70 % of the games wanted"
    return (
        *completeness_columns(window, most, dnp=dnp, source=source, percent_unit="percent 0–100"),
        Column("is_production_ready", B, ready, null=False, source="completeness_percentage"),
    )


def window_columns(
    *prefixes: str, source: str = FROM_RESULTS, unit: str = "%", apart: bool = False
) -> tuple[Column, ...]:
    """Two columns per window: its percentage, and whether nothing is missing; `apart` puts all percentages first."""
    shares, whole = [], []
    for prefix in prefixes:
        reach = WINDOWS[prefix]
        says = f"completeness_percentage of the last {reach}"
        shares.append(Column(f"{prefix}_completeness_pct", F, says, null=False, digits=1, unit=unit, low=0, high=100))
        whole.append(Column(f"{prefix}_is_complete", B, f"no game of the last {reach} is missing", null=False))
    pairs = tuple(column for pair in zip(shares, whole, strict=True) for column in pair)
    return alike(*((*shares, *whole) if apart else pairs), source=source)


def season_flags() -> tuple[Column, ...]:
    """The flags of the parts of a season in which few games are known."""
    return alike(
        Column("season_boundary_detected", B, "April, October or November", null=False),
        Column("backfill_bootstrap_mode", B, "before 31 October of the season's first year", null=False),
        source="game_date",
    )

"""Columns that several tables declare alike, and the sources they share."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict, Unpack

from nbaproc.columns import Column, Range, Type

S, I, F, B, D, T = Type.STRING, Type.INT64, Type.FLOAT64, Type.BOOL, Type.DATE, Type.TIMESTAMP  # noqa: E741

PLAYER_SOURCES = ("nbac_gamebook", "nbac_boxscores", "bdl_boxscores")
TEAM_SOURCES = ("nbac_team_boxscore", "reconstructed_team_from_players")
SHOT_SOURCES = ("bigdataball_pbp", "nbac_pbp", "nbac_shot_chart")

#: Where facts come from, as the declarations say it.
FROM_SCHEDULE = "nbac_schedule, else the rows of a game it lacks"
FROM_PLAYERS = "nbac_gamebook_player_stats, else nbac_player_boxscores, else bdl_player_boxscores"
FROM_TEAMS = f"nbac_team_boxscore, else summed over the players of {FROM_PLAYERS}"
FROM_SHOTS = "bigdataball_play_by_play, else nbac_play_by_play, else nbac_shot_chart"
FROM_PROPS = (
    "odds_api_player_points_props, else bettingpros_player_points_props, up to a tip-off of nbac_schedule, of the feed "
    "or of odds_api_game_lines"
)
FROM_REGISTRY = "nba_players_registry, by player_aliases where it has the name in another spelling"

#: What NULL means, in sentences that many columns share.
NO_ID = "no source has one"
NOT_IN_SOURCE = "the source does not have it"
NO_SHOTS = "no shot source of the game was accepted"
NO_BLOCKS = f"{NO_SHOTS}, or it knows no assists and blocks"
NO_LINE = "no points line before tip-off"
NOT_REGISTERED = "the registry does not know him"


class Limits(TypedDict, total=False):
    """What a declaration may say of a column's NULL, range and source; see `Column`."""

    null: bool
    low: float | None
    high: float | None
    hard: bool
    usual: Range
    when_null: str
    source: str


class About(Limits, total=False):
    """The same with what ratios and counts give themselves."""

    unit: str
    values: tuple[str, ...]
    digits: int | None


def fact(name: str, type_: Type, says: str, **about: Unpack[About]) -> Column:
    """A business column: it enters the row hash."""
    return Column(name, type_, says, hashed=True, **about)


def count(name: str, says: str, *, null: bool = True, when_null: str = "") -> Column:
    """A hashed count."""
    return fact(name, I, says, null=null, unit="count", low=0, when_null=when_null)


def ratio(name: str, digits: int, unit: str, says: str, **limits: Unpack[Limits]) -> Column:
    """A hashed quotient, rounded half away from zero at its declared digits."""
    return fact(name, F, says, digits=digits, unit=unit, **limits)


def alike(*columns: Column, source: str, when_null: str = "") -> tuple[Column, ...]:
    """Columns that have the same source, and are NULL for the same reason, where they do not say otherwise."""
    return tuple(
        replace(
            column,
            source=column.source or source,
            when_null=column.when_null or (when_null if column.null else ""),
        )
        for column in columns
    )


def game_columns(team: str) -> tuple[Column, ...]:
    """The columns that say which game and which side a team row is about."""
    return alike(
        fact("game_id", S, "canonical game id, YYYYMMDD_AWAY_HOME", null=False),
        fact("nba_game_id", S, "ten-digit NBA game id", when_null=NO_ID),
        fact("game_date", D, "US-Eastern date", null=False),
        fact("season_year", I, "first year of the season", null=False, unit="year", low=1946),
        fact(team, S, "the team the row is about", null=False),
        fact("opponent_team_abbr", S, "the other team of the game", null=False),
        fact("home_game", B, "the team is the home team of the schedule", null=False),
        source=FROM_SCHEDULE,
    )


def result_columns() -> tuple[Column, ...]:
    """The columns that say how the game ended, from the row's team."""
    unknown = "the points of a team are not known"
    return alike(
        fact("win_flag", B, "margin_of_victory > 0", when_null=f"{unknown}, or equal"),
        fact("margin_of_victory", I, "own points minus the opponent's", unit="points", when_null=unknown),
        fact(
            "overtime_periods",
            I,
            "overtimes played: by the minutes of the teams, else by the last period with a shot; 0 where unknown",
            null=False,
            unit="count",
            low=0,
            source=f"{FROM_TEAMS}; {FROM_SHOTS}",
        ),
        source=FROM_TEAMS,
    )


def quality_columns(
    primary: tuple[str, ...], of_what: str, source: str, score: str, issues: tuple[str, ...]
) -> tuple[Column, ...]:
    """The bookkeeping columns on where a row came from and how good it is; none of them is hashed.

    Args:
        primary: The sources of the rows, the best first.
        of_what: What they are sources of.
        source: The raw tables behind them.
        score: What the score is.
        issues: The issues a row can have, in order.
    """
    return (
        Column("primary_source_used", S, f"{of_what} source of the game", null=False, values=primary, source=source),
        Column(
            "shot_zones_source",
            S,
            "shot source of the game: the first that has nine tenths of the attempts of both teams",
            values=SHOT_SOURCES,
            when_null=NO_SHOTS,
            source=FROM_SHOTS,
        ),
        Column(
            "data_sources",
            Type.STRINGS,
            "every source the row was made of",
            null=False,
            values=tuple(dict.fromkeys((*primary, *TEAM_SOURCES, *SHOT_SOURCES))),
            source=f"{source}; {FROM_SHOTS}",
        ),
        Column(
            "quality_tier",
            S,
            f"gold for {primary[0]}, silver for another source",
            null=False,
            values=("gold", "silver"),
            source="primary_source_used",
        ),
        Column("quality_score", F, score, null=False, digits=1, unit="0–100", low=0, high=100, source="quality_issues"),
        Column(
            "quality_issues",
            Type.STRINGS,
            "what is known to be missing or odd, in this order",
            null=False,
            values=issues,
            source=f"{source}; {FROM_SHOTS}; nbac_schedule",
        ),
        Column(
            "processed_with_issues",
            B,
            "any issue that is more than the choice of source",
            null=False,
            source="quality_issues",
        ),
        Column("is_production_ready", B, "quality_score ≥ 50", null=False, source="quality_score"),
    )


def source_columns(tracked: dict[str, tuple[str, int]]) -> tuple[Column, ...]:
    """Four tracking columns per raw table: constants of the date, NULL where the table has no row of it."""
    columns: list[Column] = []
    for prefix, (table, per_game) in tracked.items():
        no_row = f"{table} has no row of the date"
        columns += [
            Column(
                f"{prefix}_last_updated",
                T,
                f"newest processed_at among the rows of {table} on the date",
                when_null=f"{no_row}, or none with a time",
                source=f"{table}.processed_at",
            ),
            Column(
                f"{prefix}_rows_found",
                I,
                f"rows of {table} on the date",
                unit="rows",
                low=1,
                when_null=no_row,
                source=table,
            ),
            Column(
                f"{prefix}_completeness_pct",
                F,
                f"100 · rows found / ({per_game} · games of the date), at most 100",
                digits=2,
                unit="percent 0–100",
                low=0,
                high=100,
                when_null=no_row,
                source=table,
            ),
            Column(
                f"{prefix}_hash",
                S,
                f"hash over the row hashes of {table} on the date",
                unit="16 hex",
                when_null=f"{no_row}, or none with a hash",
                source=f"{table}.data_hash",
            ),
        ]
    return tuple(columns)


#: What is odd about a team row, in order.
TEAM_ISSUES = (
    "reconstructed",
    "shot_zones_unavailable",
    "points_calculation_mismatch",
    "unrealistic_team_score",
    "impossible_shooting",
    "minutes_total_mismatch",
    "points_total_mismatch",
    "overtime_unknown",
    "game_not_in_schedule",
)


def team_quality_columns() -> tuple[Column, ...]:
    """The bookkeeping columns of the two team tables."""
    score = "100 for a team box score, 85 for a sum of players"
    return quality_columns(TEAM_SOURCES, "team", FROM_TEAMS, score, TEAM_ISSUES)


def hash_column(unit: str = "") -> Column:
    """The row hash that closes every table."""
    says = "canonical hash of the hashed columns, 16 hex digits"
    return Column("data_hash", S, says, null=False, unit=unit, source="the hashed columns of the row")

"""Columns that several game-summary tables declare alike."""

from __future__ import annotations

from nbaproc.columns import Column, Type

S, I, F, B, D, T = Type.STRING, Type.INT64, Type.FLOAT64, Type.BOOL, Type.DATE, Type.TIMESTAMP  # noqa: E741

PLAYER_SOURCES = ("nbac_gamebook", "nbac_boxscores", "bdl_boxscores")
TEAM_SOURCES = ("nbac_team_boxscore", "reconstructed_team_from_players")
SHOT_SOURCES = ("bigdataball_pbp", "nbac_pbp", "nbac_shot_chart")


def fact(
    name: str,
    type_: Type,
    says: str,
    *,
    null: bool = True,
    unit: str = "",
    values: tuple[str, ...] = (),
    digits: int | None = None,
) -> Column:
    """A business column: it enters the row hash."""
    return Column(name, type_, says, null=null, unit=unit, values=values, digits=digits, hashed=True)


def count(name: str, says: str, *, null: bool = True) -> Column:
    """A hashed count."""
    return fact(name, I, says, null=null, unit="count")


def ratio(name: str, digits: int, unit: str, says: str) -> Column:
    """A hashed quotient, rounded half away from zero at its declared digits."""
    return Column(name, F, says, digits=digits, unit=unit, hashed=True)


def game_columns(team: str) -> tuple[Column, ...]:
    """The columns that say which game and which side a team row is about."""
    return (
        fact("game_id", S, "canonical game id, YYYYMMDD_AWAY_HOME", null=False),
        fact("nba_game_id", S, "ten-digit NBA game id; NULL where no source has one"),
        fact("game_date", D, "US-Eastern date", null=False),
        fact("season_year", I, "first year of the season", null=False, unit="year"),
        fact(team, S, "the team the row is about", null=False),
        fact("opponent_team_abbr", S, "the other team of the game", null=False),
        fact("home_game", B, "the team is the home team of the schedule", null=False),
    )


def result_columns() -> tuple[Column, ...]:
    """The columns that say how the game ended, from the row's team."""
    return (
        fact("win_flag", B, "the team won; NULL where the margin is 0 or unknown"),
        fact("margin_of_victory", I, "own points minus the opponent's", unit="points"),
        count("overtime_periods", "overtimes played, from the teams' minutes", null=False),
    )


def quality_columns(primary: tuple[str, ...], of_what: str) -> tuple[Column, ...]:
    """The bookkeeping columns on where a row came from and how good it is; none of them is hashed."""
    return (
        Column("primary_source_used", S, f"{of_what} source of the game", null=False, values=primary),
        Column("shot_zones_source", S, "shot source of the game; NULL where none was accepted", values=SHOT_SOURCES),
        Column("data_sources", Type.STRINGS, "every source the row was made of", null=False),
        Column(
            "quality_tier", S, "gold for the first source, silver for another", null=False, values=("gold", "silver")
        ),
        Column("quality_score", F, "100 for the first source, less for gaps", null=False, digits=1, unit="0–100"),
        Column("quality_issues", Type.STRINGS, "what is known to be missing or odd, in a fixed order", null=False),
        Column("processed_with_issues", B, "any issue that is more than the choice of source", null=False),
        Column("is_production_ready", B, "quality_score ≥ 50", null=False),
    )


def source_columns(tracked: dict[str, tuple[str, int]]) -> tuple[Column, ...]:
    """Four tracking columns per raw table: constants of the date, NULL where the table has no row of it."""
    columns: list[Column] = []
    for prefix, (table, per_game) in tracked.items():
        columns += [
            Column(f"{prefix}_last_updated", T, f"newest processed_at among the rows of {table} on the date"),
            Column(f"{prefix}_rows_found", I, f"rows of {table} on the date", unit="rows"),
            Column(
                f"{prefix}_completeness_pct",
                F,
                f"rows found against {per_game} per game, at most 100",
                digits=2,
                unit="percent 0–100",
            ),
            Column(f"{prefix}_hash", S, f"hash over the row hashes of {table} on the date", unit="16 hex"),
        ]
    return tuple(columns)


def hash_column(unit: str = "") -> Column:
    """The row hash that closes every table."""
    return Column("data_hash", S, "canonical hash of the hashed columns, 16 hex digits", null=False, unit=unit)

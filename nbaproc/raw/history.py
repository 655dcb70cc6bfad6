"""Results of the games stage as the features stage reads them: stored decimals become integers again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from nbaproc.exact import scaled
from nbaproc.raw.names import add_lookups

#: What is read of each table; a table that is not there has no rows.
PLAYERS = {
    "game_date": pl.Date,
    "game_id": pl.String,
    "season_year": pl.Int64,
    "player_lookup": pl.String,
    "universal_player_id": pl.String,
    "player_full_name": pl.String,
    "team_abbr": pl.String,
    "opponent_team_abbr": pl.String,
    "home_game": pl.Boolean,
    "is_dnp": pl.Boolean,
    "points": pl.Int64,
    "minutes_played": pl.Float64,
    "usage_rate": pl.Float64,
    "ts_pct": pl.Float64,
    "fg_makes": pl.Int64,
    "ft_makes": pl.Int64,
    "paint_attempts": pl.Int64,
    "paint_makes": pl.Int64,
    "mid_range_attempts": pl.Int64,
    "mid_range_makes": pl.Int64,
    "three_attempts_pbp": pl.Int64,
    "three_makes_pbp": pl.Int64,
    "assisted_fg_makes": pl.Int64,
    "unassisted_fg_makes": pl.Int64,
    "data_hash": pl.String,
}
OFFENSE = {
    "game_date": pl.Date,
    "season_year": pl.Int64,
    "team_abbr": pl.String,
    "win_flag": pl.Boolean,
    "pace": pl.Float64,
    "offensive_rating": pl.Float64,
}
DEFENSE = {
    "game_date": pl.Date,
    "season_year": pl.Int64,
    "defending_team_abbr": pl.String,
    "opp_paint_attempts": pl.Int64,
    "opp_paint_makes": pl.Int64,
    "opp_mid_range_attempts": pl.Int64,
    "opp_mid_range_makes": pl.Int64,
    "opp_three_pt_attempts": pl.Int64,
    "opp_three_pt_makes": pl.Int64,
    "opp_ft_attempts": pl.Int64,
    "points_in_paint_allowed": pl.Int64,
    "blocks_paint": pl.Int64,
    "blocks_mid_range": pl.Int64,
    "blocks_three_pt": pl.Int64,
    "points_allowed": pl.Int64,
    "defensive_rating": pl.Float64,
    "opponent_pace": pl.Float64,
    "data_hash": pl.String,
}
#: Says whether a game has a source of shots: no table is made of it, but it tells a void row from an honest NULL.
SHOT_SOURCE = "shot_zones_source"
#: What the tables of the features stage look back on, by table.
PLAYER_HISTORY = ("player_game_summary", (*PLAYERS, SHOT_SOURCE))
OFFENSE_HISTORY = ("team_offense_game_summary", tuple(OFFENSE))
DEFENSE_HISTORY = ("team_defense_game_summary", (*DEFENSE, SHOT_SOURCE))


@dataclass(frozen=True)
class History:
    """Results of games, those of the computed dates and later ones included: every reader looks before its date.

    Attributes:
        listed: Every player row: `game_date`, `season_year`, `player_lookup`, `name_key`, `team`, `is_dnp`.
        played: Rows of players who played, by season, player and date: the columns of `PLAYERS` with `team`, and as
            integers `m10` (tenths of a minute, 0 where unknown), `minutes10` (NULL where unknown), `u10` (tenths of a
            percent), `ts1000`; `gap`, the days since the player's game before.
        offense: By season, team and date: `game_date`, `season_year`, `team`, `win_flag`, `pace10`, `rating100`.
        defense: By season, team and date: the columns of `DEFENSE` with `team`, and `rating100`, `opponent_pace10`,
            `opponent_fta`.
    """

    listed: pl.DataFrame
    played: pl.DataFrame
    offense: pl.DataFrame
    defense: pl.DataFrame

    def of_seasons(self, rows: pl.DataFrame) -> History:
        """Return the history of the players that some rows are of in their seasons: of a single date they are few."""
        person = ["season_year", "player_lookup"]
        wanted = rows.select(person).unique()
        kept = {
            name: frame.join(wanted, on=person, how="semi", maintain_order="left")
            for name, frame in (("listed", self.listed), ("played", self.played))
        }
        return replace(self, **kept)


def took_part() -> pl.Expr:
    """Return whether a row of the player summary is of somebody who played: minutes or points above 0."""
    active = ~pl.col("is_dnp").fill_null(False) & pl.col("points").is_not_null()
    return active & ((pl.col("minutes_played").fill_null(0.0) > 0) | (pl.col("points").fill_null(0) > 0))


def read_history(tables: Mapping[str, pl.DataFrame]) -> History:
    """Return the history that some tables of the games stage hold."""
    players = _columns(tables.get("player_game_summary"), PLAYERS).rename({"team_abbr": "team"})
    # A name without its suffix, for matching; the lookup itself where the name is not what it was made of.
    players = add_lookups(players, "player_full_name", "_made", "_key")
    same = (pl.col("_made") == pl.col("player_lookup")).fill_null(False)
    players = players.with_columns(name_key=pl.when(same).then("_key").otherwise("player_lookup"))
    played = players.filter(took_part()).with_columns(
        minutes10=scaled(pl.col("minutes_played"), 1),
        u10=scaled(pl.col("usage_rate"), 1),
        ts1000=scaled(pl.col("ts_pct"), 3),
    )
    played = _in_person_order(played).with_columns(m10=pl.col("minutes10").fill_null(0))
    # Tables look back on teams in this order.
    offense = _columns(tables.get("team_offense_game_summary"), OFFENSE).sort("season_year", "team_abbr", "game_date")
    defense = _columns(tables.get("team_defense_game_summary"), DEFENSE)
    defense = defense.sort("season_year", "defending_team_abbr", "game_date")
    return History(
        players.select(
            "game_date", "season_year", "player_lookup", "name_key", "team", is_dnp=pl.col("is_dnp").fill_null(False)
        ),
        played.drop("_made", "_key", "is_dnp"),
        offense.select(
            "game_date",
            "season_year",
            "win_flag",
            team="team_abbr",
            pace10=scaled(pl.col("pace"), 1),
            rating100=scaled(pl.col("offensive_rating"), 2),
        ),
        defense.rename({"defending_team_abbr": "team", "opp_ft_attempts": "opponent_fta"}).with_columns(
            rating100=scaled(pl.col("defensive_rating"), 2), opponent_pace10=scaled(pl.col("opponent_pace"), 1)
        ),
    )


def _in_person_order(played: pl.DataFrame) -> pl.DataFrame:
    """Return played rows in the order in which tables look back, with the days since the player's game before."""
    # The keys alone are sorted; the rows then move once.
    order = played.select("season_year", "player_lookup", "game_date", _at=pl.int_range(pl.len(), dtype=pl.UInt32))
    order = order.sort("player_lookup", "game_date")
    gap = (pl.col("game_date") - pl.col("game_date").shift(1).over("player_lookup")).dt.total_days()
    order = order.with_columns(gap=gap).sort("season_year", maintain_order=True)
    return played.select(pl.all().gather(order["_at"])).with_columns(order["gap"])


def _columns(frame: pl.DataFrame | None, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(schema=columns) if frame is None else frame.select(list(columns))

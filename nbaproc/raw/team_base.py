"""The box score of both teams of a game: as the source has it, or summed from the players."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nbaproc.raw.choose import first_per
from nbaproc.raw.minutes import is_unreadable, seconds
from nbaproc.raw.player_rows import PlayerRows
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code

#: Field of the team base -> column of the team box score, and of the player rows it can be summed from.
FIELDS = {
    "points": ("points", "points"),
    "fgm": ("fg_made", "field_goals_made"),
    "fga": ("fg_attempted", "field_goals_attempted"),
    "tpm": ("three_pt_made", "three_pointers_made"),
    "tpa": ("three_pt_attempted", "three_pointers_attempted"),
    "ftm": ("ft_made", "free_throws_made"),
    "fta": ("ft_attempted", "free_throws_attempted"),
    "oreb": ("offensive_rebounds", "offensive_rebounds"),
    "dreb": ("defensive_rebounds", "defensive_rebounds"),
    "reb": ("total_rebounds", "total_rebounds"),
    "ast": ("assists", "assists"),
    "stl": ("steals", "steals"),
    "blk": ("blocks", "blocks"),
    "tov": ("turnovers", "turnovers"),
    "pf": ("personal_fouls", "personal_fouls"),
    "team_seconds": ("team_seconds", "seconds"),
}

BOX, REBUILT = "nbac_team_boxscore", "reconstructed_team_from_players"


@dataclass(frozen=True)
class TeamBase:
    """Team box scores of the games that have them.

    Attributes:
        rows: Two rows per game: `game`, `team`, `team_source` and the `FIELDS`.
        sources: One row per game: `game`, `team_rows` found and `valid` ones among the two teams.
    """

    rows: pl.DataFrame
    sources: pl.DataFrame


def clean_team_base(attached: pl.DataFrame, games: pl.DataFrame, players: PlayerRows, tally: Tally) -> TeamBase:
    """Choose the team box score of every game.

    Two valid team rows are taken as they are; otherwise both teams are summed from the chosen player source, where a
    total is NULL if somebody who played has it NULL.

    Args:
        attached: `nbac_team_boxscore` rows joined to their games.
        games: Final and fallback games.
        players: The cleaned player rows.
        tally: Takes the counts.
    """
    boxes, found = _boxes(attached, games, tally)
    whole = boxes.filter("valid").group_by("game").agg(pl.len()).filter(pl.col("len") == 2).select("game")
    good = boxes.join(whole, on="game", how="semi").with_columns(team_source=pl.lit(BOX))
    rebuilt = _rebuilt(players).join(whole, on="game", how="anti").with_columns(team_source=pl.lit(REBUILT))
    columns = ["game", "team", "team_source", *FIELDS]
    rows = pl.concat([good.select(columns), rebuilt.select(columns)]).sort("game", "team")
    valid = boxes.filter("valid").group_by("game").agg(valid=pl.len().cast(pl.Int64))
    sources = found.join(valid, on="game", how="full", coalesce=True).with_columns(pl.col("valid").fill_null(0))
    return TeamBase(rows, sources)


def _boxes(attached: pl.DataFrame, games: pl.DataFrame, tally: Tally) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = attached.with_columns(team=team_code(pl.col("team_abbr")))
    rows = rows.join(games.select("game", "away", "home"), on="game", maintain_order="left")
    found = rows.group_by("game").agg(team_rows=pl.len().cast(pl.Int64))
    unknown = is_unknown(pl.col("team")) | pl.col("team").is_null()
    inside = (pl.col("team") == pl.col("away")) | (pl.col("team") == pl.col("home"))
    shown = ("game_date", "game_id", "team_abbr", "minutes")
    tally.add_frame("unknown_team", BOX, rows.filter(unknown), *shown)
    rows = rows.filter(~unknown)
    tally.add_frame("team_not_in_game", BOX, rows.filter(~inside), *shown)
    rows = rows.filter(inside)
    tally.add_frame("bad_minutes", BOX, rows.filter(is_unreadable(pl.col("minutes"))), *shown)
    valid = (pl.col("points") > 0) & (pl.col("fg_attempted") > 0)
    parts = pl.col("offensive_rebounds").fill_null(0) + pl.col("defensive_rebounds").fill_null(0)
    known = pl.col("offensive_rebounds").is_not_null() | pl.col("defensive_rebounds").is_not_null()
    rows = rows.with_columns(
        valid=valid.fill_null(False),
        team_seconds=seconds(pl.col("minutes")),
        total_rebounds=pl.coalesce("total_rebounds", pl.when(known).then(parts)),
    )
    order = ("-valid", "-processed_at", "-fg_attempted", "-points", "data_hash")
    best = first_per(rows, ["game", "team"], *order)
    tally.add("duplicate_rows", BOX, rows.height - best.height)
    return best.select("game", "team", "valid", **{field: pl.col(box) for field, (box, _) in FIELDS.items()}), found


def _rebuilt(players: PlayerRows) -> pl.DataFrame:
    active = players.chosen_rows.filter(pl.col("status") == "active")
    played = ((pl.col("seconds") > 0) | (pl.col("points") > 0)).fill_null(False)

    def total(column: str) -> pl.Expr:
        complete = ~(played & pl.col(column).is_null()).any()
        return pl.when(complete).then(pl.col(column).fill_null(0).sum())

    return active.group_by("game", "team").agg(**{field: total(player) for field, (_, player) in FIELDS.items()})

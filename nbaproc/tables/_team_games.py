"""One row per team and game with both box scores: what TOGS and TDGS are made of."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.exact import quotient
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.frames import GameFrames
from nbaproc.raw.player_rows import MINUTES_TOLERANCE, OVERTIME, REGULATION, overtimes
from nbaproc.raw.shots import BLOCKS, ZONE_COUNTS
from nbaproc.raw.team_base import FIELDS, REBUILT
from nbaproc.raw.tracking import TRACKED_FACTS, TRACKED_SOURCES
from nbaproc.tables._built import Built

#: The tables that are made of these rows.
MADE_OF_THEM = ("team_offense_game_summary", "team_defense_game_summary")
#: Suffix of the opponent's columns.
OPP = "_opp"
#: Issues that only say which source was used.
HARMLESS = ("backup_source_used", "reconstructed")
#: Seconds of a game in regulation, and of an overtime.
GAME_SECONDS, OVERTIME_SECONDS = 2880, 300


def team_games(frames: GameFrames, built: Mapping[str, Built]) -> pl.DataFrame:
    """Return one row per team and game that has a team source; the first of the two tables puts them together.

    Columns: those of the game, `team`, `opponent`, `home_game`, the fields of `FIELDS` and the shot counts of the team
    and, with `_opp`, of its opponent; `overtime_periods`, `game_seconds`, `plays` (100·FGA + 44·FTA + 100·TOV),
    `possessions_100` (plays − 100·OREB), `possessions_10` (tenths), `shot_source`, and the flags of the issues.
    """
    for name in MADE_OF_THEM:
        if name in built:
            return built[name].working
    rows = frames.base.rows.join(frames.games, on="game", maintain_order="left")
    rows = rows.join(frames.shots.teams, on=["game", "team"], how="left", maintain_order="left")
    counts = [*ZONE_COUNTS, *BLOCKS]
    rows = rows.join(frames.shots.games, on="game", how="left", maintain_order="left")
    accepted = pl.col("shot_source").is_not_null()
    rows = rows.with_columns(pl.when(accepted).then(pl.col(c).fill_null(0)) for c in counts)
    rows = rows.with_columns(pl.when("creation_known").then(pl.col(c)).alias(c) for c in BLOCKS)
    rows = rows.join(_player_sums(frames), on=["game", "team"], how="left", maintain_order="left")
    plays = 100 * pl.col("fga") + 44 * pl.col("fta") + 100 * pl.col("tov")
    rows = rows.with_columns(
        opponent=pl.when(pl.col("team") == pl.col("home")).then("away").otherwise("home"),
        home_game=pl.col("team") == pl.col("home"),
        plays=plays,
        possessions_100=plays - 100 * pl.col("oreb"),
    )
    tenths = quotient(pl.col("possessions_100"), pl.lit(100), 1)
    positive = tenths > 0
    rows = rows.with_columns(
        possessions_10=pl.when(positive).then(tenths), possessions_100=pl.when(positive).then("possessions_100")
    )
    rows = _overtime(rows)
    rows = rows.with_columns(_own_issues(rows))
    own = [*FIELDS, *counts, "possessions_100", "possessions_10", *_OWN_ISSUES]
    other = rows.select("game", pl.col("team").alias("opponent"), *(pl.col(c).alias(c + OPP) for c in own))
    return rows.join(other, on=["game", "opponent"], maintain_order="left")


def _player_sums(frames: GameFrames) -> pl.DataFrame:
    active = frames.players.chosen_rows.filter(pl.col("status") == "active")
    return active.group_by("game", "team").agg(
        player_seconds=pl.col("seconds").fill_null(0).sum(), player_points=pl.col("points").fill_null(0).sum()
    )


def _overtime(rows: pl.DataFrame) -> pl.DataFrame:
    from_minutes = overtimes(pl.col("team_seconds")).max().over("game")
    beyond = pl.col("last_period") - 4
    from_shots = pl.when(beyond > 0).then(beyond).when(beyond.is_not_null()).then(0)
    rows = rows.with_columns(known=pl.coalesce(from_minutes, from_shots))
    k = pl.col("known").fill_null(0)
    return rows.with_columns(
        overtime_unknown=pl.col("known").is_null(),
        overtime_periods=k,
        game_seconds=GAME_SECONDS + OVERTIME_SECONDS * k,
    ).drop("known")


_OWN_ISSUES = (
    "points_calculation_mismatch",
    "unrealistic_team_score",
    "impossible_shooting",
    "minutes_total_mismatch",
    "points_total_mismatch",
)


def _own_issues(rows: pl.DataFrame) -> list[pl.Expr]:
    regulation = REGULATION + OVERTIME * pl.col("overtime_periods")
    score = pl.when(pl.col("home_game")).then("home_score").otherwise("away_score")
    found = {
        "points_calculation_mismatch": pl.col("points")
        != 2 * (pl.col("fgm") - pl.col("tpm")) + 3 * pl.col("tpm") + pl.col("ftm"),
        "unrealistic_team_score": (pl.col("points") < 50) | (pl.col("points") > 200),
        "impossible_shooting": _any(
            pl.col("fgm") > pl.col("fga"), pl.col("tpm") > pl.col("tpa"), pl.col("ftm") > pl.col("fta")
        ),
        "minutes_total_mismatch": _any(
            (pl.col("team_seconds") - regulation).abs() > MINUTES_TOLERANCE,
            (pl.col("player_seconds") - regulation).abs() > MINUTES_TOLERANCE,
        ),
        "points_total_mismatch": _any(pl.col("points") != score, pl.col("points") != pl.col("player_points")),
    }
    assert tuple(found) == _OWN_ISSUES
    return [test.fill_null(False).alias(name) for name, test in found.items()]


def _any(*tests: pl.Expr) -> pl.Expr:
    return pl.any_horizontal(t.fill_null(False) for t in tests)


def issue_list(issues: dict[str, pl.Expr]) -> pl.Expr:
    """Return the names of the issues that hold, in order, as a list; a NULL test does not hold."""
    names = [pl.when(test.fill_null(False)).then(pl.lit(name)) for name, test in issues.items()]
    return pl.concat_list(names).list.drop_nulls()


def quality(issues: pl.Expr, score: pl.Expr, gold: pl.Expr) -> dict[str, pl.Expr]:
    """Return the quality columns.

    Args:
        issues: List of issues.
        score: The score, 0 to 100.
        gold: Whether the row comes from the first source.
    """
    serious = issues.list.eval(~pl.element().is_in(HARMLESS)).list.any()
    return {
        "quality_tier": pl.when(gold).then(pl.lit("gold")).otherwise(pl.lit("silver")),
        "quality_score": score.cast(pl.Float64),
        "quality_issues": issues,
        "processed_with_issues": serious,
        "is_production_ready": score >= 50,
    }


def finish_team_rows(rows: pl.DataFrame, frames: GameFrames, columns: dict[str, pl.Expr], about: str) -> pl.DataFrame:
    """Add to a team table's own columns those that both team tables share.

    Args:
        rows: `team_games`.
        frames: The shared frames.
        columns: The table's own columns.
        about: Suffix of the team whose box score the row shows: empty for its own, `_opp` for the opponent's.
    """
    margin = pl.col("points") - pl.col("points" + OPP)
    rebuilt = pl.col("team_source") == REBUILT
    both = {name: pl.col(name) | pl.col(name + OPP) for name in _OWN_ISSUES[3:]}
    issues = issue_list(
        {
            "reconstructed": rebuilt,
            "shot_zones_unavailable": pl.col("shot_source").is_null(),
            **{name: pl.col(name + about) for name in _OWN_ISSUES[:3]},
            **both,
            "overtime_unknown": pl.col("overtime_unknown"),
            "game_not_in_schedule": ~pl.col("in_schedule"),
        }
    )
    made = rows.select(
        "game_id",
        "nba_game_id",
        "game_date",
        "season_year",
        "home_game",
        "overtime_periods",
        opponent_team_abbr="opponent",
        margin_of_victory=margin,
        win_flag=pl.when(margin != 0).then(margin > 0),
        primary_source_used="team_source",
        shot_zones_source="shot_source",
        data_sources=pl.concat_list("team_source", "shot_source").list.drop_nulls(),
        **quality(issues, pl.when(rebuilt).then(85).otherwise(100), ~rebuilt),
        **columns,
    )
    tracked = [f"{prefix}_{what}" for prefix in TRACKED_SOURCES for what in TRACKED_FACTS]
    return made.join(frames.tracking.select("game_date", *tracked), on="game_date", how="left", maintain_order="left")


def team_records(frames: GameFrames) -> pl.DataFrame:
    """Record the games that have no team row and why."""
    missing = frames.games.join(frames.base.rows, on="game", how="anti")
    missing = missing.join(frames.base.sources, on="game", how="left")
    listed = frames.players.sources.select("game").unique().with_columns(listed=pl.lit(True))
    missing = missing.join(listed, on="game", how="left")
    refused = (pl.col("team_rows").fill_null(0) > 0) | pl.col("listed").fill_null(False)
    pair = pl.format(REASONS["no_team_pair"], pl.col("valid").fill_null(0))
    return records.draft(
        missing,
        Category.NO_TEAM_SOURCE,
        "GAME",
        pl.col("game_id"),
        pl.when(refused).then(pair).otherwise(pl.lit(REASONS["no_team_row"])),
        group=pl.when(refused).then(pl.lit("data")).otherwise(pl.lit("upstream")),
    )

"""The frames that the tables of the games stage share, made once per shard from raw rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.boundary import empty
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.contract import RAW_TABLES, READ_WHOLE
from nbaproc.raw.match import canonical_names
from nbaproc.raw.player_rows import SOURCES as PLAYER_SOURCES
from nbaproc.raw.player_rows import PlayerRows, clean_player_rows
from nbaproc.raw.props import BETTINGPROS, ODDS, Lines, add_cut, choose_lines, complete_rows, points_overs
from nbaproc.raw.rekey import NAMING, Fallback, attach, find_fallback_games, name_games
from nbaproc.raw.schedule import Schedule, clean_schedule, season_of
from nbaproc.raw.shots import SOURCES as SHOT_SOURCES
from nbaproc.raw.shots import Lookups, Shots, collect_shots
from nbaproc.raw.tally import Tally
from nbaproc.raw.team_base import TeamBase, clean_team_base
from nbaproc.raw.tracking import track_sources

#: Raw tables whose rows prove that a game was played.
GAME_TABLES = ("nbac_team_boxscore", *PLAYER_SOURCES.values(), *SHOT_SOURCES.values())


@dataclass(frozen=True)
class GameFrames:
    """Everything the games stage knows of its dates.

    Attributes:
        games: One row per final or fallback game, with `game` (its number within the shard), `game_id`, `nba_game_id`,
            `game_date`, `season_year`, `away`, `home`, scores, `in_schedule` and `cut`.
        base: Team box scores.
        players: Player rows and the source chosen per game.
        shots: Shots by zone.
        lines: Points lines before tip-off.
        registry: Registered identities.
        aliases: One canonical lookup per alias.
        tracking: One row per date with the source tracking columns.
        game_records: Draft records about games that are none.
        tally: Counts of what was dropped or mended.
    """

    games: pl.DataFrame
    base: TeamBase
    players: PlayerRows
    shots: Shots
    lines: Lines
    registry: pl.DataFrame
    aliases: pl.DataFrame
    tracking: pl.DataFrame
    game_records: pl.DataFrame
    tally: Tally


def game_frames(
    raw: Mapping[str, pl.DataFrame], dates: Collection[date], schedule: Schedule | None = None
) -> GameFrames:
    """Clean the raw rows of some dates.

    Args:
        raw: Raw tables in their declared shape, by name; a missing one is empty. Rows of other dates are ignored,
            except that the schedule, the registry and the aliases are read whole.
        dates: Dates to compute; those without a final game in the schedule yield nothing.
        schedule: `clean_schedule` of the raw schedule, if the caller has it.
    """
    tally = Tally()
    schedule = schedule or clean_schedule(raw["nbac_schedule"])
    days = sorted(set(dates) & set(schedule.played_dates()))
    schedule.count(days, tally)
    rows = {name: _of_dates(name, raw.get(name), days) for name in RAW_TABLES}
    untouched = dict(rows)
    rows["nbac_player_boxscores"] = _final_only(rows["nbac_player_boxscores"], tally)
    named = name_games({name: rows[name] for name in NAMING}, schedule)
    fallback = find_fallback_games(named, rows, schedule)
    games = _games(schedule, fallback, days)
    lines_rows = {ODDS: complete_rows(ODDS, rows[ODDS], "snapshot_timestamp", tally)}
    attached = {}
    for name in NAMING:
        if name != ODDS:
            attached[name] = attach(name, rows[name], named[name], games, fallback, tally)
    odds_named = name_games(lines_rows, schedule)
    attached[ODDS] = attach(ODDS, lines_rows[ODDS], odds_named[ODDS], games, fallback, tally)
    starts = [attach(ODDS, rows[ODDS], named[ODDS], games, fallback, Tally()).select("game", start="game_start_time")]
    starts.append(attached["odds_api_game_lines"].select("game", start="commence_time"))
    games = add_cut(games, pl.concat(starts), tally)
    registry, aliases = rows["nba_players_registry"], canonical_names(rows["player_aliases"])
    players = clean_player_rows(attached, games, registry, tally)
    base = clean_team_base(attached["nbac_team_boxscore"], games, players, tally)
    shots = collect_shots(attached, base, Lookups(players, games, registry, aliases), tally)
    pros = complete_rows(BETTINGPROS, points_overs(rows[BETTINGPROS]), "seen", tally)
    lines = choose_lines(attached[ODDS], pros, games, players.chosen_rows, aliases, tally)
    about_games = _game_records(schedule, fallback, named, days)
    tracking = track_sources(untouched, games)
    return GameFrames(games, base, players, shots, lines, registry, aliases, tracking, about_games, tally)


def _of_dates(name: str, frame: pl.DataFrame | None, days: list[date]) -> pl.DataFrame:
    table = RAW_TABLES[name]
    if frame is None:
        return empty(table)
    if name in READ_WHOLE or table.date is None:
        return frame
    wanted = pl.col(table.date).is_in(days)
    return frame if frame.select(wanted.all()).item() else frame.filter(wanted)


def _final_only(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Drop and count box-score lines of games that were still running when they were taken."""
    final = pl.col("game_status").is_null() | (pl.col("game_status").str.strip_chars().str.to_lowercase() == "final")
    shown = ("game_date", "game_id", "player_full_name", "game_status")
    tally.add_frame("box_not_final", "nbac_player_boxscores", rows.filter(~final), *shown)
    return rows.filter(final)


def _games(schedule: Schedule, fallback: Fallback, days: list[date]) -> pl.DataFrame:
    known = schedule.games.filter(pl.col("final") & pl.col("game_date").is_in(days))
    known = known.with_columns(in_schedule=pl.lit(True))
    extra = fallback.games.select(
        "pair",
        "away",
        "home",
        "nba_game_id",
        "place",
        pl.format("{}_{}_{}", pl.col("day").dt.strftime("%Y%m%d"), "away", "home").alias("game_id"),
        season_of(pl.col("day")).alias("season_year"),
        pl.lit(False).alias("in_schedule"),
        game_date="day",
    )
    games = pl.concat([known, extra], how="diagonal").sort("game_date", "game_id")
    return games.with_row_index("game")


def _game_records(
    schedule: Schedule, fallback: Fallback, named: Mapping[str, pl.DataFrame], days: list[date]
) -> pl.DataFrame:
    """Record games that lost to another one, and final games without a score although raw rows of them exist."""
    two_rows = pl.format(REASONS["two_schedule_rows"], "winner", "loser")
    two_games = pl.format(REASONS["two_games"], "winner", "loser")
    doubled = schedule.doubled.filter(pl.col("game_date").is_in(days))
    left_out = [
        named[name].filter(pl.col("reason") == "game_not_final").select("raw_id", "rows").cast({"rows": pl.Int64})
        for name in GAME_TABLES
    ]
    rows = pl.concat(left_out).group_by("raw_id").agg(pl.col("rows").sum())
    scoreless = schedule.games.filter((pl.col("status") == 3) & ~pl.col("final")).join(rows, on="raw_id")
    game = pl.col("game_id")
    return records.gather(
        [
            records.draft(doubled, Category.DUPLICATE_KEY, "GAME", game, two_rows),
            records.draft(fallback.doubled, Category.DUPLICATE_KEY, "GAME", game, two_games),
            records.draft(
                scoreless, Category.MISSING_DATA, "GAME", game, pl.format(REASONS["no_score"], pl.col("rows"))
            ),
        ]
    )

"""The league schedule -> one row per game, and the games that count for nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from nbaproc.calendar import EARLY_DAYS, EASTERN, LATE_SEASON_END, season_year, usual_opener
from nbaproc.raw.choose import best_first, first_per
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import KINDS, is_unknown, pair_of, team_code


@dataclass(frozen=True)
class Schedule:
    """The cleaned schedule.

    Attributes:
        games: One row per game in scope: raw_id, game_date, away, home, pair, game_id, nba_game_id, kind, status,
            final, away_score, home_score, winner, season_year, tip_ts, and of the schedule row is_primetime,
            neutral_site_flag, arena_name, arena_city, arena_timezone.
        excluded: raw_id, game_date, pair, prefix of the games out of scope (pre-season, All-Star, Cup final).
        nowhere: raw rows in scope whose teams are not two of the 30.
        repeated: raw rows in scope that another row of the same game stands for.
        doubled: game_date, game_id, winner, loser of games dropped because a team would play twice.
    """

    games: pl.DataFrame
    excluded: pl.DataFrame
    nowhere: pl.DataFrame
    repeated: pl.DataFrame
    doubled: pl.DataFrame

    @cached_property
    def _played_dates(self) -> list[date]:
        return self.games.filter("final")["game_date"].unique().sort().to_list()

    def played_dates(self) -> list[date]:
        """Return the dates with at least one final game, ascending."""
        return list(self._played_dates)

    @cached_property
    def openers(self) -> dict[int, date]:
        """The first date of the regular season of every season that has one, by the season's first year."""
        regular = self.games.filter(pl.col("kind") == "regular")
        openers = regular.group_by("season_year").agg(opener=pl.col("game_date").min()).sort("season_year")
        return dict(openers.iter_rows())

    def early(self, dates: Collection[date]) -> set[date]:
        """Return those of some dates that lie in the first two weeks of their season, or before it."""
        openers = {year: self.openers.get(year, usual_opener(year)) for year in {season_year(day) for day in dates}}
        return {day for day in dates if (day - openers[season_year(day)]).days < EARLY_DAYS}

    def dates(self) -> list[date]:
        """Return the dates with a game, played or not, ascending."""
        return self.games["game_date"].unique().sort().to_list()

    def count(self, dates: Collection[date], tally: Tally) -> None:
        """Count the schedule rows of `dates` that were left out."""
        on_dates = pl.col("game_date").is_in(list(dates))
        shown = ("game_date", "raw_id", "away_team_tricode", "home_team_tricode")
        tally.add_frame("unknown_team", "nbac_schedule", self.nowhere.filter(on_dates), *shown)
        repeated = self.repeated.filter(on_dates)
        tally.add_frame("duplicate_rows", "nbac_schedule", repeated, "game_date", "raw_id", "game_status")
        for (prefix,), part in self.excluded.filter(on_dates).group_by("prefix"):
            tally.add_frame("excluded_game", str(prefix), part, "game_date", "raw_id")


def season_of(day: pl.Expr) -> pl.Expr:
    """Return the first year of the season of a date (vectorised `nbaproc.calendar.season_year`)."""
    late = day.is_between(LATE_SEASON_END.replace(day=1), LATE_SEASON_END)
    early = (day.dt.month() < 10) | late
    return day.dt.year().cast(pl.Int64) - early.cast(pl.Int64)


def season_name(year: pl.Expr) -> pl.Expr:
    """Return a season as it is written in the registry (vectorised `nbaproc.calendar.season_text`).

    >>> pl.select(season_name(pl.lit(2021))).item()
    '2021-22'
    """
    return pl.format("{}-{}", year, ((year + 1) % 100).cast(pl.String).str.zfill(2))


def eastern_instant(wall: pl.Expr) -> pl.Expr:
    """Read a timestamp's wall clock as US-Eastern time, whatever its label, and return the instant.

    A time that occurs twice is the earlier one, a time that does not occur is NULL.
    """
    local = wall.dt.replace_time_zone(None).dt.replace_time_zone(EASTERN, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def clean_schedule(raw: pl.DataFrame) -> Schedule:
    """Clean `nbac_schedule`.

    Kinds come from the prefix of a ten-digit id (002 regular season, 004 play-offs, 005 play-in), from the label
    columns only where the id has no ten digits. One row stays per id, and one game per team and date: final games
    first, then what was loaded last.
    """
    rows = raw.with_columns(
        raw_id=pl.col("game_id").str.strip_chars(),
        away=team_code(pl.col("away_team_tricode")),
        home=team_code(pl.col("home_team_tricode")),
    )
    digits = pl.col("raw_id").str.contains(r"^[0-9]{10}$")
    label = (
        pl.when(pl.col("is_all_star").fill_null(False))
        .then(None)
        .when(pl.col("is_playoffs").fill_null(False))
        .then(pl.lit("playoff"))
        .when(pl.col("is_regular_season").fill_null(False))
        .then(pl.lit("regular"))
    )
    prefix = pl.col("raw_id").str.head(3)
    rows = rows.with_columns(
        kind=pl.when(digits).then(prefix.replace_strict(KINDS, default=None, return_dtype=pl.String)).otherwise(label),
        prefix=pl.when(digits).then(prefix).otherwise(pl.lit("label")),
        nba_game_id=pl.when(digits).then(pl.col("raw_id")),
        pair=pair_of(pl.col("away"), pl.col("home")),
        unknown=is_unknown(pl.col("away")) | is_unknown(pl.col("home")),
    )
    scored = pl.col("home_team_score") + pl.col("away_team_score") > 0
    rows = rows.with_columns(
        pair=pl.when(~pl.col("unknown").fill_null(True)).then(pl.col("pair")),
        final=((pl.col("game_status") == 3) & scored).fill_null(False),
    )
    in_scope = pl.col("kind").is_not_null()
    excluded = rows.filter(~in_scope).select("raw_id", "game_date", "pair", "prefix")
    nowhere = rows.filter(in_scope & pl.col("pair").is_null())
    all_rows = rows.filter(in_scope & pl.col("pair").is_not_null()).with_row_index("nth")
    games = first_per(all_rows, ["raw_id", "game_date"], "-final", "-game_status", "-processed_at", "data_hash")
    games = first_per(games, ["raw_id"], "-final", "-processed_at", "-game_date")
    repeated = all_rows.join(games.select("nth"), on="nth", how="anti")
    games, doubled = _one_game_per_team(games)
    return Schedule(_finish(games), excluded, nowhere, repeated, doubled)


def _one_game_per_team(games: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop games that share a team and a date with a better one: final first, loaded last, smallest id."""
    ranked = best_first(games, ["game_date"], "-final", "-processed_at", "raw_id").with_row_index("rank")
    sides = pl.concat([ranked.select("rank", "raw_id", "game_date", team=pl.col(side)) for side in ("away", "home")])
    best = sides.sort("rank").group_by("game_date", "team", maintain_order=True).first()
    best = best.rename({"rank": "best_rank", "raw_id": "winner"})
    beaten = sides.join(best, on=["game_date", "team"]).filter(pl.col("best_rank") < pl.col("rank"))
    beaten = beaten.sort("rank", "best_rank").unique("rank", keep="first")
    kept = ranked.join(beaten, on="rank", how="anti")
    lost = ranked.join(beaten.select("rank", "winner"), on="rank")
    return kept.drop("rank"), lost.select(
        "game_date", game_id=_canonical(), winner=pl.col("winner"), loser=pl.col("raw_id")
    )


def _canonical() -> pl.Expr:
    return pl.format("{}_{}_{}", pl.col("game_date").dt.strftime("%Y%m%d"), pl.col("away"), pl.col("home"))


def _winner() -> pl.Expr:
    """Return the team that won a final game: the one the schedule names, else the one with more points."""
    named, home, away = team_code(pl.col("winning_team_tricode")), pl.col("home"), pl.col("away")
    margin = pl.col("home_team_score") - pl.col("away_team_score")
    scored = pl.when(margin > 0).then(home).when(margin < 0).then(away)
    return pl.when("final").then(pl.when((named == home) | (named == away)).then(named).otherwise(scored))


def _finish(games: pl.DataFrame) -> pl.DataFrame:
    wall = pl.col("game_date_est").dt.replace_time_zone(None)
    timed = (wall.dt.date() == pl.col("game_date")) & (wall.dt.time() != pl.time(0, 0))
    return games.select(
        "raw_id",
        "game_date",
        "away",
        "home",
        "pair",
        "nba_game_id",
        "kind",
        "final",
        "is_primetime",
        "neutral_site_flag",
        "arena_name",
        "arena_city",
        "arena_timezone",
        game_id=_canonical(),
        status="game_status",
        away_score="away_team_score",
        home_score="home_team_score",
        winner=_winner(),
        season_year=season_of(pl.col("game_date")),
        tip_ts=pl.when(timed).then(eastern_instant(pl.col("game_date_est"))),
    ).sort("game_date", "game_id")

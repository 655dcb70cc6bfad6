"""The frames that the tables of the features stage share, made once per shard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import polars as pl

from nbaproc.boundary import empty
from nbaproc.calendar import EARLY_DAYS, season_text, season_year, usual_opener
from nbaproc.raw.contract import RAW_TABLES, READ_WHOLE
from nbaproc.raw.game_lines import GAME_LINES, complete_lines, usable_lines
from nbaproc.raw.history import History, read_history
from nbaproc.raw.injuries import last_reports
from nbaproc.raw.match import canonical_names
from nbaproc.raw.places import add_location
from nbaproc.raw.props import ODDS, add_cut, complete_rows
from nbaproc.raw.schedule import Schedule, clean_schedule, season_of
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, pair_of, team_code

T = TypeVar("T")

#: Days after the usual opener from which a schedule looks like a part of one.
LATE_OPENER = 7


@dataclass(frozen=True)
class ContextFrames:
    """Everything the features stage knows of its dates.

    Attributes:
        dates: The computed dates that have a game.
        games: One row per game of any status and date: `game` (its number), those of `Schedule.games`, `off_site`,
            `location`, and for games of the computed dates `start`, `tip` and `cut`.
        team_games: Two rows per game: `team`, `opponent`, `is_home`, `won`, `margin` and the game's columns.
        history: Results before the dates, from the games stage.
        odds: Complete rows of The Odds API with their `game`.
        game_lines: `usable_lines` of the computed dates.
        injuries: `last_reports` of the computed dates.
        registry: Registered identities.
        aliases: One canonical lookup per alias.
        raw: The other raw tables: rows of the computed dates, rosters whole.
        schedule: The cleaned schedule.
        openers: First date of each season that has a computed date: `season_year`, `opener`.
        tally: Counts of what was dropped or mended.
    """

    dates: list[date]
    games: pl.DataFrame
    team_games: pl.DataFrame
    history: History
    odds: pl.DataFrame
    game_lines: pl.DataFrame
    injuries: pl.DataFrame
    registry: pl.DataFrame
    aliases: pl.DataFrame
    raw: dict[str, pl.DataFrame]
    schedule: Schedule
    openers: pl.DataFrame
    tally: Tally
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def once(self, make: Callable[[ContextFrames], T]) -> T:
        """Return what a function makes of the frames; it is called once, for all tables that ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @property
    def late_dates(self) -> pl.DataFrame:
        """The computed dates that are not early in their season: `analysis_date`, `season_year`, `opener`, `day`."""
        days = pl.DataFrame({"analysis_date": self.dates}, schema={"analysis_date": pl.Date})
        days = days.with_columns(season_year=season_of(pl.col("analysis_date"))).join(self.openers, on="season_year")
        days = days.with_columns(day=(pl.col("analysis_date") - pl.col("opener")).dt.total_days())
        return days.filter(pl.col("day") >= EARLY_DAYS).sort("analysis_date")

    def since_openers(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return those of some dated rows that belong to a season of the computed dates, from its opener on."""
        season, day = pl.col("season_year"), pl.col("game_date")
        seasons = [(season == year) & (day >= opener) for year, opener in self.openers.iter_rows()]
        return rows.filter(pl.any_horizontal(seasons)) if seasons else rows.clear()

    @property
    def of_dates(self) -> pl.DataFrame:
        """The games of the computed dates."""
        return self.games.filter(pl.col("game_date").is_in(self.dates))


def context_frames(
    inputs: Mapping[str, pl.DataFrame], dates: Collection[date], schedule: Schedule | None = None
) -> ContextFrames:
    """Clean the raw rows of some dates and the results before them.

    Args:
        inputs: Raw tables and tables of the games stage in their declared shape, by name; a missing one is empty. Raw
            rows of other dates are ignored, except of the schedule, the rosters, the registry and the aliases.
        dates: Dates to compute; those without a game in the schedule yield nothing.
        schedule: `clean_schedule` of the raw schedule, if the caller has it.
    """
    tally = Tally()
    schedule = schedule or clean_schedule(inputs["nbac_schedule"])
    scheduled = schedule.games["game_date"].unique()
    days = sorted(set(dates) & set(scheduled.to_list()))
    schedule.count(days, tally)
    openers = _openers(schedule, days, tally)
    raw = {name: _of_dates(name, inputs.get(name), days) for name in RAW_TABLES}
    games = add_location(schedule.games).with_row_index("game")
    current = games.filter(pl.col("game_date").is_in(days))
    odds = complete_rows(ODDS, raw[ODDS], "snapshot_timestamp", tally)
    starts = [
        attach_by_pair(ODDS, raw[ODDS], current, schedule, Tally()).select("game", start="game_start_time"),
        attach_by_pair(GAME_LINES, raw[GAME_LINES], current, schedule, Tally()).select("game", start="commence_time"),
    ]
    current = add_cut(current, pl.concat(starts), tally)
    current = current.with_columns(tip=pl.coalesce("tip_ts", "start"))
    games = games.join(current.select("game", "start", "tip", "cut"), on="game", how="left", maintain_order="left")
    odds = attach_by_pair(ODDS, odds, current, schedule, tally)
    lines = attach_by_pair(GAME_LINES, complete_lines(raw[GAME_LINES], tally), current, schedule, tally)
    team_games = _team_games(games)
    playing = team_games.filter(pl.col("game_date").is_in(days))
    return ContextFrames(
        days,
        games,
        team_games,
        read_history(inputs),
        odds,
        usable_lines(lines, current, tally),
        last_reports(raw["nbac_injury_report"], playing, tally),
        raw["nba_players_registry"],
        canonical_names(raw["player_aliases"]),
        raw,
        schedule,
        openers,
        tally,
    )


def _openers(schedule: Schedule, days: list[date], tally: Tally) -> pl.DataFrame:
    """Return the first day of every season that has a computed date; an unknown or late one is counted."""
    years = sorted({season_year(day) for day in days})
    found = schedule.openers
    for year in years:
        usual = usual_opener(year)
        if year not in found:
            tally.add("opener_unknown", "nbac_schedule", 1, [f"{season_text(year)} {usual}"])
        elif (found[year] - usual).days > LATE_OPENER:
            tally.add("opener_late", "nbac_schedule", 1, [f"{season_text(year)} {found[year]}"])
    openers = [found.get(year, usual_opener(year)) for year in years]
    types = {"season_year": pl.Int64, "opener": pl.Date}
    return pl.DataFrame({"season_year": years, "opener": openers}, schema=types)


def attach_by_pair(
    table: str,
    rows: pl.DataFrame,
    games: pl.DataFrame,
    schedule: Schedule,
    tally: Tally,
    *,
    keep_homeless: bool = False,
) -> pl.DataFrame:
    """Attach raw rows to games by date and unordered pair of teams, never by an id.

    Args:
        table: Raw table.
        rows: Rows with `game_date`, `home_team_abbr`, `away_team_abbr`.
        games: Games of the computed dates.
        schedule: The cleaned schedule, for the games out of scope.
        tally: Takes the counts.
        keep_homeless: Keep the rows that fit no game, with a NULL `game`, instead of counting them.

    Returns:
        The attached rows with `game`, `home_code` and `away_code`.
    """
    rows = rows.with_columns(
        home_code=team_code(pl.col("home_team_abbr")), away_code=team_code(pl.col("away_team_abbr"))
    )
    if not rows.height:
        return rows.with_columns(game=pl.lit(None, games.schema["game"]))
    shown = ("game_date", "away_team_abbr", "home_team_abbr")
    strange = is_unknown(pl.col("home_code")) | is_unknown(pl.col("away_code"))
    tally.add_frame("unknown_team", table, rows.filter(strange), *shown)
    rows = rows.filter(~strange).with_columns(pair=pair_of(pl.col("away_code"), pl.col("home_code")))
    known = games.select("game_date", "pair", "game", game_home="home")
    rows = rows.join(known, on=["game_date", "pair"], how="left", maintain_order="left")
    excluded = schedule.excluded.drop_nulls("pair").group_by("game_date", "pair").agg(prefix=pl.col("prefix").min())
    rows = rows.join(excluded, on=["game_date", "pair"], how="left", maintain_order="left")
    outside = pl.col("game").is_null() & pl.col("prefix").is_not_null()
    for (prefix,), part in rows.filter(outside).group_by("prefix", maintain_order=True):
        tally.add_frame("excluded_game", str(prefix), part, *shown)
    rows = rows.filter(~outside)
    if not keep_homeless:
        tally.add_frame("no_game", table, rows.filter(pl.col("game").is_null()), *shown)
        rows = rows.drop_nulls("game")
    turned = rows.filter(pl.col("game_home") != pl.col("home_code"))
    tally.add_frame("home_away_corrected", table, turned, *shown)
    return rows.drop("pair", "prefix", "game_home")


def _team_games(games: pl.DataFrame) -> pl.DataFrame:
    """Return two rows per game, one of each team's point of view."""
    margin = pl.col("home_score") - pl.col("away_score")
    home = games.with_columns(team="home", opponent="away", is_home=pl.lit(True), margin=margin)
    away = games.with_columns(team="away", opponent="home", is_home=pl.lit(False), margin=-margin)
    both = pl.concat([home, away]).sort("team", "game_date")
    return both.with_columns(won=pl.when("final").then((pl.col("winner") == pl.col("team")).fill_null(False)))


def _of_dates(name: str, frame: pl.DataFrame | None, days: list[date]) -> pl.DataFrame:
    table = RAW_TABLES[name]
    if frame is None:
        return empty(table)
    if name in READ_WHOLE or table.date is None:
        return frame
    return frame.filter(pl.col(table.date).is_in(days))

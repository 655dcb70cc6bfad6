"""What an audit does to the inputs of a date: a named change, and the world it makes together with others.

A change is a function from inputs and a scene to the inputs it replaces. It is deterministic, and takes nothing but
these two: no clock, no chance. A change of your own is one more `Perturbation` in the tuple the audit is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.calendar import EASTERN
from nbaproc.raw.history import DEFENSE_HISTORY, OFFENSE_HISTORY, PLAYER_HISTORY
from nbaproc.raw.schedule import clean_schedule
from nbaproc.raw.teams import pair_of, team_code

#: Raw tables and tables of the games stage by name, as `nbaproc.run.inputs.read_inputs` returns them.
Inputs = Mapping[str, pl.DataFrame]

SCHEDULE, ROSTERS, REGISTRY = "nbac_schedule", "espn_team_rosters", "nba_players_registry"
GAMEBOOKS, INJURIES = "nbac_gamebook_player_stats", "nbac_injury_report"
ODDS, BETTINGPROS = "odds_api_player_points_props", "bettingpros_player_points_props"
GAME_LINES = "odds_api_game_lines"
PLAYERS, OFFENSE, DEFENSE = PLAYER_HISTORY[0], OFFENSE_HISTORY[0], DEFENSE_HISTORY[0]
#: Who a result is of: column of the player or team, by table.
ENTITY = {PLAYERS: "player_lookup", OFFENSE: "team_abbr", DEFENSE: "defending_team_abbr"}
#: What says whose result it is, of which game and for whom; the other columns are what was done there.
WHOSE = {"game_date", "season_year", "game_id", "team_abbr", "defending_team_abbr", "opponent_team_abbr", "home_game"}
WHOSE |= {"player_lookup", "player_full_name", "universal_player_id"}
#: Column of the instant a feed knows a game to start at.
STARTS = {ODDS: "game_start_time", GAME_LINES: "commence_time"}
#: Players of a team that are invented where no table says who is expected.
INVENTED = 5
#: How much earlier than the tip-off of the schedule a feed's start must be to count instead.
EARLIER = pl.duration(hours=2)
SIDES = ("home", "away")


@dataclass(frozen=True)
class Scene:
    """The date that is audited.

    Attributes:
        day: The date.
        games: Its games: `game_id`, `home`, `away`, `pair`, `cut`, the instant from which on nothing may be known, and
            `nth`, counted from 1.
        players: Who has a row of the pre-game context: `player_lookup`, `team`, `game_id`, `cut`, and `nth`; invented
            people where the audited tables do without it.
    """

    day: date
    games: pl.DataFrame
    players: pl.DataFrame

    @property
    def before(self) -> pl.Expr:
        """Whether a row is of an earlier date."""
        return pl.col("game_date") < self.day

    @property
    def today(self) -> pl.Expr:
        """Whether a row is of the date."""
        return pl.col("game_date") == self.day

    @property
    def after(self) -> pl.Expr:
        """Whether a row is of a later date."""
        return pl.col("game_date") > self.day


Change = Callable[[Inputs, Scene], dict[str, pl.DataFrame]]


@dataclass(frozen=True)
class World:
    """Changes that are made together, in one computation.

    Attributes:
        name: Short name.
        says: What is different in it.
        allowed: Whether it may move a value, and one such world has to.
        same_rows: Whether who has a row may not change either.
        free: Columns that may move all the same: those that say or count who has a row.
    """

    name: str
    says: str
    allowed: bool = False
    same_rows: bool = False
    free: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Perturbation:
    """One change of the inputs.

    Attributes:
        name: What is changed.
        world: The world it belongs to.
        change: Returns the inputs that it replaces; none where there is nothing to change.
    """

    name: str
    world: World
    change: Change


def scene_of(inputs: Inputs, context: pl.DataFrame | None, day: date) -> Scene:
    """Return what the perturbations of a date need to know.

    The cut is worked out here anew, so that a fault of the tables' own cut shows.

    Args:
        inputs: The inputs.
        context: Rows of the pre-game context; None where the audited tables do without it.
        day: The date.
    """
    games = clean_schedule(inputs[SCHEDULE]).games.filter(pl.col("game_date") == day)
    starts = [
        rows.filter(pl.col("game_date") == day).select(pair=_pair("away_team_abbr", "home_team_abbr"), start=column)
        for name, column in STARTS.items()
        if (rows := inputs.get(name)) is not None
    ]
    none = pl.DataFrame(schema={"pair": pl.String, "start": pl.Datetime("us", "UTC")})
    first = pl.concat([none, *starts]).drop_nulls().group_by("pair").agg(pl.col("start").min())
    noon = pl.lit(day).cast(pl.Datetime("us")).dt.offset_by("12h").dt.replace_time_zone(EASTERN)
    tip = pl.coalesce("tip_ts", "start")
    early = (pl.col("start") < tip - EARLIER).fill_null(False)
    games = games.join(first, on="pair", how="left", maintain_order="left").select(
        "game_id",
        "home",
        "away",
        "pair",
        cut=pl.when(early).then("start").otherwise(pl.coalesce(tip, noon.dt.convert_time_zone("UTC"))),
        nth=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    if context is None:
        teams = pl.concat(games.select("game_id", team=side) for side in SIDES)
        players = teams.join(pl.DataFrame({"number": range(INVENTED)}), how="cross")
        players = players.with_columns(
            player_lookup=pl.format("nobody{}{}", pl.col("team").str.to_lowercase(), "number")
        )
        players = players.drop("number")
    else:
        players = context.filter(pl.col("game_date") == day).select("player_lookup", "game_id", team="team_abbr")
    players = players.join(games.select("game_id", "cut"), on="game_id").sort("player_lookup")
    return Scene(day, games, players.with_columns(nth=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)))


def _pair(one: str, other: str) -> pl.Expr:
    return pair_of(team_code(pl.col(one)), team_code(pl.col(other)))


def with_game(rows: pl.DataFrame, scene: Scene) -> pl.DataFrame:
    """Add `cut` and `nth` of their game to rows that name their teams; NULL where it is none of the date."""
    rows = rows.with_columns(_pair("away_team_abbr", "home_team_abbr").alias("_pair"), scene.today.alias("_of"))
    games = scene.games.select("cut", "nth", _pair="pair", _of=pl.lit(True))
    return rows.join(games, on=["_pair", "_of"], how="left", maintain_order="left").drop("_pair", "_of")


def plus(rows: pl.DataFrame, *more: pl.DataFrame) -> pl.DataFrame:
    """Return rows and invented ones, which may lack columns and have others."""
    schema = rows.schema
    shaped = [
        new.select(
            (pl.col(name).cast(dtype) if name in new.columns else pl.lit(None, dtype=dtype)).alias(name)
            for name, dtype in schema.items()
        )
        for new in more
    ]
    return pl.concat([rows, *shaped])


def eastern(instant: pl.Expr) -> pl.Expr:
    """Return an instant as a wall clock in New York, without a time zone."""
    return instant.dt.convert_time_zone(EASTERN).dt.replace_time_zone(None)


def listed_once(schedule: pl.DataFrame) -> pl.Series:
    """Return whether a row of the schedule is the only one of its id, and both its teams play once on its date.

    Of several rows the one whose game is over stands for the game, so there the status decides more than the result.
    """
    rows = schedule.with_row_index("_nth")
    sides = [rows.select("_nth", "game_date", team=team_code(pl.col(f"{side}_team_tricode"))) for side in SIDES]
    busy = pl.concat(sides).filter(pl.struct("game_date", "team").is_duplicated())["_nth"]
    once = pl.len().over(pl.col("game_id").str.strip_chars()) == 1
    return rows.select(once & ~pl.col("_nth").is_in(busy.to_list())).to_series()


def outcomes(scene: Scene, spread: float, total: float) -> pl.DataFrame:
    """Return game lines of every game of the date: spreads of both teams, and both sides of a total.

    Args:
        scene: The date.
        spread: Points the home team is given.
        total: Points of both teams.

    Returns:
        The columns of `odds_api_game_lines` without book and time, and `cut` and `nth` of the game.
    """
    sides = {"home": ("spreads", spread), "away": ("spreads", -spread), "Over": ("totals", total)}
    sides["Under"] = ("totals", total)
    games = scene.games.select(
        "cut", "nth", home_team="home", away_team="away", home_team_abbr="home", away_team_abbr="away"
    )
    return pl.concat(
        games.with_columns(
            game_date=pl.lit(scene.day),
            market_key=pl.lit(market),
            outcome_name=pl.col(f"{side}_team") if side in SIDES else pl.lit(side),
            outcome_point=pl.lit(point),
        )
        for side, (market, point) in sides.items()
    )


def reported_at() -> pl.Expr:
    """Return the Eastern wall clock of an injury report; NULL where it has no hour."""
    hour = pl.col("report_hour")
    day = pl.col("report_date").cast(pl.Datetime("us"))
    return pl.when(hour.is_between(0, 23)).then(day + pl.duration(hours=hour))

"""A made-up world before a date, so that a test states only what matters: schedule, results so far, raw tables.

Names are written out ("Ann Alpha"); the lookup is the name without blanks. Dates are `on("01-20")`, of the season
2023-24. Games tip off at 19:30 Eastern unless a test says otherwise; moments are minutes before that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from nbaproc.boundary import DTYPES, read_raw, schema
from nbaproc.calendar import season_text, season_year
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.engines import StageRun, compute
from nbaproc.sources.raw_lake import add_hashes
from nbaproc.tables import declarations

UPGC, UTGC = "upcoming_player_game_context", "upcoming_team_game_context"
NAMES = (UPGC, UTGC)
PGS, TOGS, TDGS = "player_game_summary", "team_offense_game_summary", "team_defense_game_summary"
SCHEDULE, GAMEBOOK, ROSTERS = "nbac_schedule", "nbac_gamebook_player_stats", "espn_team_rosters"
ODDS, PROS = "odds_api_player_points_props", "bettingpros_player_points_props"
LINES, INJURIES = "odds_api_game_lines", "nbac_injury_report"
REGISTRY, ALIASES = "nba_players_registry", "player_aliases"
#: Raw tables a run may go without.
OPTIONAL = (GAMEBOOK, ROSTERS, ODDS, PROS, LINES, INJURIES, REGISTRY, ALIASES)

#: Rows are read by tests that know what is in them.
Row = dict[str, Any]

EASTERN = ZoneInfo("America/New_York")
TIP = time(19, 30)
#: Full names of teams as books write them.
FULL = {"LAL": "Los Angeles Lakers", "DEN": "Denver Nuggets", "MIA": "Miami Heat", "BOS": "Boston Celtics"}


def on(text: str) -> date:
    """Return a date of 2023-24 from `MM-DD`, or any date from `YYYY-MM-DD`."""
    if len(text) > 5:
        return date.fromisoformat(text)
    return date.fromisoformat(f"{2023 if text[:2] >= '10' else 2024}-{text}")


#: The date that is computed unless a test says otherwise: a Saturday in January, no boundary of the season.
DAY = on("01-20")


def ago(days: int, day: date = DAY) -> date:
    """Return the date some days before; a negative number lies ahead."""
    return day - timedelta(days=days)


def at(minutes: float, day: date = DAY, tip: time = TIP) -> datetime:
    """Return the instant so many minutes before tip-off; a negative number lies after it."""
    return (datetime.combine(day, tip, EASTERN) - timedelta(minutes=minutes)).astimezone(UTC)


def wall(day: date, clock: time) -> datetime:
    """Return Eastern wall-clock time under a UTC label, as the schedule and BettingPros store it."""
    return datetime.combine(day, clock, UTC)


def lookup(name: str) -> str:
    """Return the lookup of a plain name."""
    return name.replace(" ", "").lower()


@cache
def columns_of(table: str) -> dict[str, pl.DataType]:
    """Return names and types of an input's columns: those of the raw contract, or what is read of the history."""
    if table in RAW_TABLES:
        return schema(RAW_TABLES[table])
    (read,) = (columns for name, columns in declarations()[UPGC].history if name == table)
    types = {column.name: DTYPES[column.type] for column in declarations()[table].columns}
    return {name: types[name] for name in read}


INPUTS = (SCHEDULE, *OPTIONAL, PGS, TOGS, TDGS)


@dataclass
class World:
    """Rows of every input; every method adds one and returns the world."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in INPUTS})

    def add(self, table: str, values: Row) -> World:
        """Add a row; columns without a value are NULL."""
        strangers = set(values) - set(columns_of(table))
        assert not strangers, f"{table} has no columns {strangers}"
        self.rows[table].append({name: values.get(name) for name in columns_of(table)})
        return self

    def game(
        self,
        away: str,
        home: str,
        day: date = DAY,
        score: tuple[int, int] | None = None,
        prefix: str = "002",
        **changes: object,
    ) -> World:
        """A game of the schedule, away team first; with a score (away, home) it is final."""
        number = len(self.rows[SCHEDULE]) + 1
        values: Row = {
            "game_id": f"{prefix}{season_year(day) % 100:02d}{number:05d}",
            "game_date": day,
            "game_date_est": wall(day, TIP),
            "game_status": 1 if score is None else 3,
            "away_team_tricode": away,
            "home_team_tricode": home,
        }
        if score is not None:
            values |= {"away_team_score": score[0], "home_team_score": score[1]}
        return self.add(SCHEDULE, values | changes)

    def final(self, away: str, home: str, day: date, score: tuple[int, int] = (100, 110), **changes: Any) -> World:
        """A game that is over; the home team wins it unless the score says otherwise."""
        return self.game(away, home, day, score, **changes)

    def play(
        self, name: str, team: str, day: date, points: int | None = 10, minutes: float | None = 30.0, **changes: object
    ) -> World:
        """A player's game in the history."""
        values: Row = {"game_date": day, "season_year": season_year(day), "player_lookup": lookup(name)}
        values |= {"player_full_name": name, "team_abbr": team, "is_dnp": False, "points": points}
        values |= {"minutes_played": minutes, "usage_rate": 20.0}
        return self.add(PGS, values | changes)

    def sit(self, name: str, team: str, day: date, **changes: object) -> World:
        """A game in which a player did not play."""
        return self.play(name, team, day, None, None, **({"is_dnp": True, "usage_rate": None} | changes))

    def offense(self, team: str, day: date, pace: float | None = 100.0, **changes: object) -> World:
        values: Row = {"game_date": day, "season_year": season_year(day), "team_abbr": team, "pace": pace}
        return self.add(TOGS, values | changes)

    def defense(
        self,
        team: str,
        day: date,
        rating: float | None = 110.0,
        pace: float | None = 100.0,
        fta: int | None = 20,
        **changes: object,
    ) -> World:
        values: Row = {"game_date": day, "season_year": season_year(day), "defending_team_abbr": team}
        values |= {"defensive_rating": rating, "opponent_pace": pace, "opp_ft_attempts": fta}
        return self.add(TDGS, values | changes)

    def book(
        self,
        name: str,
        team: str | None,
        away: str = "LAL",
        home: str = "DEN",
        status: str = "active",
        day: date = DAY,
        **changes: object,
    ) -> World:
        """A player listed in the game book of a game."""
        values: Row = {"game_date": day, "away_team_abbr": away, "home_team_abbr": home, "player_name": name}
        values |= {"player_lookup": lookup(name), "team_abbr": team, "player_status": status}
        return self.add(GAMEBOOK, values | changes)

    def roster(self, name: str, team: str, day: date | None = None, **changes: object) -> World:
        """A player of a team's roster, scraped the day before."""
        values: Row = {"roster_date": ago(1) if day is None else day, "scrape_hour": 6, "team_abbr": team}
        return self.add(ROSTERS, values | {"player_lookup": lookup(name)} | changes)

    def prop(
        self,
        name: str,
        line: float | None,
        before: float = 60,
        book: str | None = "draftkings",
        away: str = "LAL",
        home: str = "DEN",
        day: date = DAY,
        **changes: object,
    ) -> World:
        """A points line of The Odds API, seen so many minutes before tip-off."""
        values: Row = {"game_date": day, "player_name": name, "away_team_abbr": away, "home_team_abbr": home}
        values |= {"bookmaker": book, "points_line": line, "snapshot_timestamp": at(before, day)}
        return self.add(ODDS, values | changes)

    def pros(
        self,
        name: str,
        line: float | None,
        opening: float | None = None,
        book: str | None = "FanDuel",
        day: date = DAY,
        **changes: object,
    ) -> World:
        """A points line of BettingPros, last moved at noon Eastern."""
        values: Row = {"game_date": day, "player_name": name, "market_type": "points", "bet_side": "over"}
        values |= {"bookmaker": book, "points_line": line, "opening_line": opening}
        return self.add(PROS, values | {"bookmaker_last_update": wall(day, time(12))} | changes)

    def line(
        self,
        outcome: str,
        point: float | None,
        before: float = 60,
        book: str = "draftkings",
        away: str = "LAL",
        home: str = "DEN",
        day: date = DAY,
        **changes: object,
    ) -> World:
        """A spread of the team with that code, or a total: `Over` or `Under`."""
        total = outcome in ("Over", "Under")
        values: Row = {"game_date": day, "away_team_abbr": away, "home_team_abbr": home, "bookmaker_key": book}
        values |= {"away_team": FULL.get(away, away), "home_team": FULL.get(home, home)}
        values |= {"market_key": "totals" if total else "spreads", "outcome_point": point}
        values |= {"outcome_name": outcome if total else FULL.get(outcome, outcome)}
        return self.add(LINES, values | {"snapshot_timestamp": at(before, day)} | changes)

    def report(
        self,
        name: str,
        team: str,
        status: str | None,
        hour: int | None = 11,
        report_day: date | None = None,
        day: date = DAY,
        **changes: object,
    ) -> World:
        """An injury report of a player, issued on the date itself in that hour."""
        values: Row = {"game_date": day, "report_date": report_day or day, "report_hour": hour, "team": team}
        return self.add(INJURIES, values | {"player_lookup": lookup(name), "injury_status": status} | changes)

    def person(self, name: str, team: str | None = None, season: str | None = None, **changes: object) -> World:
        """A person in the registry."""
        values: Row = {"player_lookup": lookup(name), "universal_player_id": f"{lookup(name)}_001", "team_abbr": team}
        return self.add(REGISTRY, values | {"season": season or season_text(2023)} | changes)

    def alias(self, other: str, name: str, active: bool | None = True) -> World:
        values: Row = {"alias_lookup": lookup(other), "nba_canonical_lookup": lookup(name), "is_active": active}
        return self.add(ALIASES, values)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return every input in its declared shape."""
        return {name: frame_of(name, rows) for name, rows in self.rows.items()}


def frame_of(table: str, rows: Iterable[Row]) -> pl.DataFrame:
    """Return rows in their declared shape; schedule rows with the hash of an ingest, which decides between twins."""
    frame = pl.DataFrame(list(rows), schema=columns_of(table), orient="row")
    if table not in RAW_TABLES:
        return frame
    frame, dropped = read_raw(RAW_TABLES[table], frame)
    assert not dropped, f"{table}: a row lacks a required value"
    return add_hashes(RAW_TABLES[table], frame) if table == SCHEDULE else frame


@dataclass(frozen=True)
class Outcome:
    """What an engine made of a world."""

    stage: StageRun

    def frame(self, name: str) -> pl.DataFrame:
        frame = self.stage.tables[name].frame
        assert frame is not None
        return frame

    def records_frame(self, name: str = UPGC) -> pl.DataFrame:
        frame = self.stage.tables[name].records
        assert frame is not None
        return frame

    @property
    def players(self) -> list[Row]:
        return self.frame(UPGC).to_dicts()

    @property
    def teams(self) -> list[Row]:
        return self.frame(UTGC).to_dicts()

    @property
    def counts(self) -> dict[tuple[str, str], int]:
        """What was counted, but for the season's opener: the excerpts of these tests begin anywhere."""
        return {key: n for key, n in self.stage.tally.counts.items() if not key[0].startswith("opener_")}

    def player(self, name: str, day: date | None = None) -> Row:
        """The one row of a player."""
        (row,) = (r for r in self.players if r["player_lookup"] == lookup(name) and day in (None, r["game_date"]))
        return row

    def team(self, code: str, day: date | None = None) -> Row:
        """The one row of a team."""
        (row,) = (r for r in self.teams if r["team_abbr"] == code and day in (None, r["game_date"]))
        return row

    def who(self, *columns: str) -> list[tuple[Any, ...]]:
        """The players with a row, and some values of each."""
        names = ("player_lookup", *columns)
        return [tuple(row[name] for name in names) for row in self.players]

    def records(self, *, misses: bool = False) -> list[tuple[str, str]]:
        """Failure records as (category, entity); those of the registry only if asked for."""
        found = self.records_frame().select("failure_category", "entity_id").rows()
        return [record for record in found if misses or record[0] != "REGISTRY_MISS"]


def compute_world(
    engine: str, world: World | dict[str, pl.DataFrame], *dates: date, names: Iterable[str] = NAMES
) -> Outcome:
    """Compute both tables with an engine; one that fails fails the test."""
    frames = world.frames() if isinstance(world, World) else world
    stage = compute(engine, list(names), frames, dates or (DAY,))
    for name, table in stage.tables.items():
        assert table.frame is not None, f"{engine} {name}: {table.error}{table.blocked_by}"
    return Outcome(stage)


def pick(row: Row, *columns: str) -> tuple[Any, ...]:
    """Some values of a row."""
    return tuple(row[column] for column in columns)

"""Values that real raw tables have had, by table and column; a function gets the row and chooses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.tables.upcoming.world import (
    ALIASES,
    GAMEBOOK,
    INJURIES,
    LINES,
    ODDS,
    PGS,
    PROS,
    REGISTRY,
    ROSTERS,
    SCHEDULE,
    TDGS,
    TOGS,
    Row,
    wall,
)

Choose = Callable[[Row, Random], object]


def _shifted(column: str, *days: int) -> Choose:
    def choose(row: Row, rng: Random) -> object:
        return None if row[column] is None else row[column] + timedelta(days=rng.choice(days))

    return choose


def _moved(column: str, *minutes: float) -> Choose:
    def choose(row: Row, rng: Random) -> object:
        return None if row[column] is None else row[column] + timedelta(minutes=rng.choice(minutes))

    return choose


def _of_the_game(row: Row, rng: Random) -> object:
    names = ("home_team_tricode", "away_team_tricode", "home_team_abbr", "away_team_abbr")
    return rng.choice([row[name] for name in names if row.get(name)] or ["LAL"])


def _renumbered(row: Row, rng: Random) -> object:
    text = str(row["game_id"])
    return (
        rng.choice(("001", "003", "004", "005", "006", "002")) + text[3:] if rng.random() < 0.8 else text[:-3] + "999"
    )


def _upper(column: str) -> Choose:
    return lambda row, _: None if row[column] is None else f" {row[column].upper()} "


def _suffixed(column: str) -> Choose:
    def choose(row: Row, rng: Random) -> object:
        return f"{row[column]}{rng.choice(('', ' Jr', ' II', '.', 'jr', '́'))}"

    return choose


def _unsuffixed(column: str) -> Choose:
    return lambda row, _: str(row[column]).replace(" Jr", "").replace(" II", "")


def _early(row: Row, _rng: Random) -> object:
    """A start of hours before, on the date itself."""
    day: date = row["game_date"]
    return datetime(day.year, day.month, day.day, 16, 5, tzinfo=UTC)


def _labelled(row: Row, rng: Random) -> object:
    """An id without ten digits: the labels say what kind of game it is."""
    row[rng.choice(("is_regular_season", "is_playoffs", "is_all_star"))] = True
    return f"label-{row['game_id'][-2:]}"


def _unresolved(row: Row, _rng: Random) -> object:
    row["player_status"] = "Inactive "
    return "not_found"


LOADED = (None, datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 2, 9, tzinfo=UTC))
CODES = ("xxx", "BRK", " pho", "UTAH", "LAL", "DEN", "PHX", "LAC")
GIVEN_CODES = (*CODES, None, " ", _of_the_game)
FLAGS = (None, True, False)
NAMES = ("...", "Lal Alpha", "Den Bravo", "Phx Delta", "Nobody", " ")
LOOKUPS = ("lalalpha", "denbravo", "phxdelta", "phxdeltajr", "nobody", "alpha")
BOOKS = ("DraftKings", " Fan Duel", "fanduel", "zzz", "", "BettingPros Consensus")
MINUTES = (-600, -90, -1, 1, 30, 120)

ODD: dict[str, dict[str, tuple[Any, ...]]] = {
    SCHEDULE: {
        "game_id": (_renumbered, _renumbered, _labelled),
        "game_date": (_shifted("game_date", -2, -1, 1, 2),),
        "game_date_est": (
            *(None, _shifted("game_date_est", -1, 1), _moved("game_date_est", -300, -33, 90)),
            lambda row, _: wall(row["game_date"], datetime.min.time()),
        ),
        "game_status": (1, 2, 3, None),
        "home_team_tricode": (*CODES, "EST"),
        "away_team_tricode": (*CODES, "WST"),
        "home_team_score": (None, 0, 101),
        "away_team_score": (None, 0, 101),
        "is_all_star": FLAGS,
        "is_regular_season": FLAGS,
        "is_playoffs": FLAGS,
        "is_primetime": FLAGS,
        "neutral_site_flag": FLAGS,
        "arena_name": (None, " ", "ball arena", "Crypto.com Arena", "Footprint Center ", "Palace"),
        "arena_city": (None, " ", "Inglewood", "los angeles, CA", "Paris", "Denver"),
        "arena_timezone": (None, " ", "America/Denver", "Europe/Paris ", "Mars/Base", "ET", "America/Phoenix"),
        "winning_team_tricode": (None, "xxx", _of_the_game, _of_the_game),
        "processed_at": LOADED,
    },
    GAMEBOOK: {
        "game_date": (_shifted("game_date", -1, 1),),
        "home_team_abbr": GIVEN_CODES,
        "away_team_abbr": GIVEN_CODES,
        "team_abbr": GIVEN_CODES,
        "player_lookup": (*LOOKUPS, " ", _upper("player_lookup")),
        "player_status": ("active", "dnp", "inactive", " Inactive", "suspended", " "),
        "name_resolution_status": ("not_found", "multiple_matches", "Resolved", None, _unresolved),
        "processed_at": LOADED,
    },
    ROSTERS: {
        "roster_date": (_shifted("roster_date", -100, -89, -1, 1),),
        "scrape_hour": (None, 5, 23),
        "team_abbr": (*CODES, " "),
        "player_lookup": (*LOOKUPS, "...", _upper("player_lookup")),
        "age": (None, 0, 41, -1),
        "birth_date": (None, date(2000, 2, 29), date(1999, 1, 5), date(2030, 1, 1)),
    },
    ODDS: {
        "game_date": (_shifted("game_date", -1, 1),),
        "game_start_time": (None, _moved("game_start_time", -180, -121, -119, 60), _early),
        "player_name": (*NAMES, _suffixed("player_name"), _unsuffixed("player_name"), _upper("player_name")),
        "player_lookup": LOOKUPS,
        "home_team_abbr": GIVEN_CODES,
        "away_team_abbr": GIVEN_CODES,
        "bookmaker": (*BOOKS, None),
        "points_line": (None, 0.0, -3.5, 10.25, 20.04, 22.5),
        "snapshot_timestamp": (None, _moved("snapshot_timestamp", *MINUTES)),
        "bookmaker_last_update": (None, _moved("snapshot_timestamp", *MINUTES)),
        "processed_at": LOADED,
    },
    PROS: {
        "game_date": (_shifted("game_date", -1, 1),),
        "market_type": (" Points", "rebounds", None),
        "bet_side": ("OVER", "under", None),
        "player_name": (*NAMES, _suffixed("player_name"), _unsuffixed("player_name")),
        "bookmaker": (*BOOKS, None),
        "points_line": (None, 0.0, 19.95, 22.5),
        "opening_line": (None, 0.0, -1.0, 21.5),
        "bookmaker_last_update": (None, _moved("bookmaker_last_update", *MINUTES, 900)),
        "is_active": FLAGS,
        "processed_at": LOADED,
    },
    LINES: {
        "game_date": (_shifted("game_date", -1, 1),),
        "home_team": (None, "LAL", " DEN ", lambda row, _: row["away_team"]),
        "away_team": (None, "PHX", lambda row, _: row["home_team"]),
        "home_team_abbr": GIVEN_CODES,
        "away_team_abbr": GIVEN_CODES,
        "bookmaker_key": BOOKS,
        "market_key": ("h2h", " Spreads", "TOTALS", "totals"),
        "outcome_name": ("Draw", " OVER", "under ", "LAL", "DEN ", "PHX"),
        "outcome_point": (None, 0.0, -3.125, 2.675, -0.004, 221.115, 220.5),
        "snapshot_timestamp": (None, _moved("snapshot_timestamp", *MINUTES)),
        "commence_time": (None, _moved("snapshot_timestamp", -1, 0, 30, 120), _early),
        "processed_at": LOADED,
    },
    INJURIES: {
        "report_date": (_shifted("report_date", -1, 1),),
        "report_hour": (None, -1, 0, 11, 18, 19, 23, 24),
        "game_date": (_shifted("game_date", -1, 1),),
        "team": (*CODES, " "),
        "player_lookup": (*LOOKUPS, " ", "--", _suffixed("player_lookup")),
        "injury_status": (None, " OUT", "Doubtful", "healthy", "questionable"),
        "reason": (None, " ", "NaN", "none", "Sore; knee | left", "Unknown "),
        "reason_category": (None, " G_League ", "none", "rest"),
        "confidence_score": (None, 0.8, 0.79, 1.0),
        "processed_at": LOADED,
    },
    REGISTRY: {
        "player_lookup": LOOKUPS,
        "universal_player_id": (None, "other_001", "lalalpha_001"),
        "season": (None, "2023-24", "2022-23", "2019-20", "2020-21"),
        "team_abbr": GIVEN_CODES[:-1],
        "birth_date": (None, date(2000, 2, 29), date(1999, 1, 5), date(2030, 1, 1)),
    },
    ALIASES: {
        "alias_lookup": LOOKUPS,
        "nba_canonical_lookup": LOOKUPS,
        "is_active": FLAGS,
    },
    PGS: {
        "player_full_name": (None, "Lal Alpha Jr", "Someone", _suffixed("player_full_name")),
        "season_year": (2022, 2024),
        "team_abbr": ("LAL", "DEN", "ORL"),
        "is_dnp": FLAGS,
        "points": (None, 0, 18, 60),
        "minutes_played": (None, 0.0, 0.1, 53.9),
        "usage_rate": (None, 0.0, 100.0, 33.3),
    },
    TOGS: {"season_year": (2022, 2024), "pace": (None, 0.0, 88.8, 120.1)},
    TDGS: {
        "season_year": (2022, 2024),
        "defensive_rating": (None, 0.0, 88.88, 151.15),
        "opponent_pace": (None, 0.0, 70.7, 120.1),
        "opp_ft_attempts": (None, 0, 55),
    },
}

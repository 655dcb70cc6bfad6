"""Small downloads of lines, props, injury reports and player lists, about the games of `downloads`."""

from __future__ import annotations

from typing import Any

import polars as pl

from tests.sources.downloads import FULL_NAMES, Game, person, player_log


def log_without_ids(*games: Game) -> pl.DataFrame:
    """The slim log: no game id, no attempts, no offensive rebounds."""
    lacking = ("GAME_ID", "FGM", "FGA", "FG3M", "FG3A", "FTM", "FTA", "OREB", "DREB", "PF", "TEAM_ID", "SEASON_ID")
    return player_log(*games).drop(lacking)


def plain_counts(*games: Game) -> pl.DataFrame:
    """The log with plain names and all counts, without game id and team."""
    names = {"PLAYER_NAME": "player", "MIN": "minutes", "FG3M": "threes_made", "FG3A": "threes_attempted"}
    names |= {"GAME_DATE": "date"}
    log = player_log(*games).drop("GAME_ID", "TEAM_ID", "SEASON_ID", "TEAM_ABBREVIATION", "WL")
    return log.rename({c: names.get(c, c.lower()) for c in log.columns})


def fixture_list(*games: Game, clock: str = "23:30") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Match Number": range(1, len(games) + 1),
            "Round Number": [1] * len(games),
            "Date": [f"{g.day:%d/%m/%Y} {clock}" for g in games],
            "Location": [f"{g.home} Hall" for g in games],
            "Home Team": [FULL_NAMES[g.home].replace("76Ers", "76ers") for g in games],
            "Away Team": [FULL_NAMES[g.away] for g in games],
            "Result": [None] * len(games),
        },
        schema_overrides={"Result": pl.String},
    )


def archive(
    *games: Game, favoured: str = "home", spread: float | None = 4.5, total: float | None = 225.0
) -> pl.DataFrame:
    """The betting archive: one spread and total a game, lower-case codes."""
    rows = [
        {
            "season": 2022,
            "date": g.day.isoformat(),
            "away": {"GSW": "gs", "UTA": "utah"}.get(g.away, g.away.lower()),
            "home": {"GSW": "gs", "UTA": "utah"}.get(g.home, g.home.lower()),
            "whos_favored": favoured,
            "spread": spread,
            "total": total,
        }
        for g in games
    ]
    return pl.DataFrame(rows, schema_overrides={"spread": pl.Float64, "total": pl.Float64})


PLACES = {"BKN": "Brooklyn", "MIL": "Milwaukee", "GSW": "GoldenState", "LAL": "LALakers", "PHX": "Phoenix"}
PLACES |= {"DAL": "Dallas", "BOS": "Boston", "NYK": "New York", "UTA": "Utah"}


def open_close(
    *games: Game, values: tuple[str | None, ...] = ("240.5", "pk", "233.5", "1.5"), kind: str = "VH"
) -> pl.DataFrame:
    """Visitor and home rows with opening and closing values: (visitor, home) open, (visitor, home) close."""
    rows = []
    for number, game in enumerate(games):
        for place, team in enumerate((game.away, game.home)):
            rows.append(
                {
                    "Date": int(f"{game.day:%m%d}"),
                    "Rot": 501 + 2 * number + place,
                    "VH": kind[place],
                    "Team": PLACES[team],
                    "Final": 100,
                    "Open": values[place],
                    "Close": values[2 + place],
                    "ML": "-120",
                }
            )
    return pl.DataFrame(rows)


def props_table(*games: Game, **changes: Any) -> pl.DataFrame:
    """The Odds API props as a table: points of four players by two books, and one row of rebounds."""
    rows = []
    for game in games:
        for team in (game.away, game.home):
            for slot in (0, 1):
                for book in ("draftkings", "bovada"):
                    row = {
                        "event_id": f"{game.id}e",
                        "player": person(team, slot)[1],
                        "market": "player_points",
                        "line": 20.5 - slot,
                        "bookmaker": book,
                        "game": f"{FULL_NAMES[game.away]} @ {FULL_NAMES[game.home]}",
                        "game_time": f"{game.day.isoformat()}T23:40:00Z",
                        "over_odds": -110.0,
                        "source_file": f"raw_{game.day:%Y%m%d}_170000.csv",
                    }
                    rows.append(row | changes)
        rows.append(rows[-1] | {"market": "player_rebounds", "line": 7.5})
    return pl.DataFrame(rows)


def event(game: Game, *markets: dict[str, Any], book: str = "draftkings") -> dict[str, Any]:
    """An event of The Odds API with one book."""
    return {
        "id": "cd0bc7d0c238f4446ce1c03d0cea7ec4",
        "sport_key": "basketball_nba",
        "commence_time": f"{game.day.isoformat()}T23:40:00Z",
        "home_team": FULL_NAMES[game.home],
        "away_team": FULL_NAMES[game.away],
        "bookmakers": [{"key": book, "last_update": f"{game.day.isoformat()}T20:00:00Z", "markets": list(markets)}],
    }


def spreads(game: Game, point: float = 4.5, **changes: Any) -> dict[str, Any]:
    outcomes = [
        {"name": FULL_NAMES[game.away], "price": 1.91, "point": point},
        {"name": FULL_NAMES[game.home], "price": 1.91, "point": -point},
    ]
    return {"key": "spreads", "last_update": f"{game.day.isoformat()}T20:05:00Z", "outcomes": outcomes} | changes


def totals(game: Game, point: float = 225.5) -> dict[str, Any]:
    outcomes = [{"name": side, "price": 1.91, "point": point} for side in ("Over", "Under")]
    return {"key": "totals", "last_update": f"{game.day.isoformat()}T20:05:00Z", "outcomes": outcomes}


def points(game: Game, *lines: tuple[str, float]) -> dict[str, Any]:
    outcomes = [
        {"name": side, "description": name, "price": 1.91, "point": line}
        for name, line in lines
        for side in ("Over", "Under")
    ]
    return {"key": "player_points", "last_update": f"{game.day.isoformat()}T20:05:00Z", "outcomes": outcomes}


def snapshot(data: Any, time: str = "2021-10-19T20:06:00Z") -> dict[str, Any]:
    """The historical response around an event or a list of them."""
    return {"timestamp": time, "previous_timestamp": time, "next_timestamp": time, "data": data}


def injury_table(game: Game, *players: tuple[str, str, str], day: str | None = None) -> pl.DataFrame:
    """The injury report as a table: (name, status, reason) of the home team, and a visitor who is late."""
    shared = {
        "Game Date": f"{game.day:%m/%d/%Y}",
        "Game Time": "07:30 (ET)",
        "Matchup": f"{game.away}@{game.home}",
        "report_date": day or game.day.isoformat(),
    }
    home = {"Team": FULL_NAMES[game.home]}
    rows = [
        {**shared, **home, "Player Name": name, "Current Status": status, "Reason": reason}
        for name, status, reason in players
    ]
    late = {"Player Name": None, "Current Status": None, "Reason": "NOT YET SUBMITTED"}
    return pl.DataFrame([*rows, {**shared, "Team": FULL_NAMES[game.away], **late}])


def injury_json(game: Game, *players: tuple[str, str, str], hour: str | None = "12") -> dict[str, Any]:
    """The injury report as JSON; teams are codes here."""
    records = [
        {
            "date": f"{game.day:%m/%d/%Y}",
            "gametime": "07:30 (ET)",
            "matchup": f"{game.away}@{game.home}",
            "team": game.home,
            "player": name,
            "status": status,
            "reason": reason,
            "confidence": 0.9,
        }
        for name, status, reason in players
    ]
    return {"metadata": {"gamedate": f"{game.day:%Y%m%d}", "hour24": hour}, "records": records}

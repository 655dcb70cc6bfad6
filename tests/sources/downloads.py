"""Small downloads that hang together, in every layout that is read, and ways to look at a raw lake."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.raw.teams import TEAM_IDS, TEAM_NAMES

FIRST_NAMES = ("Abel", "Boris", "Carl", "Dino", "Emil", "Franz", "Gustav", "Hugo")
#: Whole minutes of a team's eight players: 240.
MINUTES = (36, 34, 32, 30, 30, 28, 28, 22)
CODES = {code: number for number, code in TEAM_IDS.items()}
FULL_NAMES = {code: name.title() for name, code in TEAM_NAMES.items()}


@dataclass(frozen=True)
class Game:
    id: str
    day: date
    away: str
    home: str
    away_points: int = 101
    home_points: int = 110

    def sides(self) -> list[tuple[str, str, int]]:
        """Return code, MATCHUP and points of both teams, the visitor first."""
        return [
            (self.away, f"{self.away} @ {self.home}", self.away_points),
            (self.home, f"{self.home} vs. {self.away}", self.home_points),
        ]


OPENER = Game("0022100001", date(2021, 10, 19), "BKN", "MIL", 104, 127)
LATE = Game("0022100002", date(2021, 10, 19), "GSW", "LAL", 121, 114)
NOVEMBER = Game("0022100200", date(2021, 11, 15), "MIL", "BKN", 99, 98)
PLAYOFF = Game("0042100101", date(2022, 4, 16), "UTA", "DAL", 99, 93)
GAMES = (OPENER, LATE, NOVEMBER, PLAYOFF)


def person(team: str, slot: int) -> tuple[int, str]:
    """Return id and name of a team's player."""
    return CODES[team] % 1000 * 100 + slot, f"{FIRST_NAMES[slot]} {team.title()}son"


def shares(points: int) -> list[int]:
    """Return the points of eight players that sum to a team's."""
    base, rest = divmod(points, len(MINUTES))
    return [base + (slot < rest) for slot in range(len(MINUTES))]


def _counts(points: int) -> dict[str, int]:
    made = {"PTS": points, "FGM": points // 2, "FGA": points // 2 + 3, "FG3M": 0, "FG3A": 2}
    made |= {"FTM": points % 2, "FTA": points % 2 + 1, "OREB": 1, "DREB": 3, "REB": 4}
    return made | {"AST": 2, "STL": 1, "BLK": 0, "TOV": 1, "PF": 2, "PLUS_MINUS": -3}


def player_log(*games: Game) -> pl.DataFrame:
    """LeagueGameLog of players: eight of each team, whole minutes."""
    rows = []
    for game in games:
        for team, matchup, points in game.sides():
            for slot, share in enumerate(shares(points)):
                number, name = person(team, slot)
                rows.append(
                    {
                        "SEASON_ID": 22021,
                        "PLAYER_ID": number,
                        "PLAYER_NAME": name,
                        "TEAM_ID": CODES[team],
                        "TEAM_ABBREVIATION": team,
                        "GAME_ID": game.id,
                        "GAME_DATE": game.day.isoformat(),
                        "MATCHUP": matchup,
                        "WL": "W",
                        "MIN": MINUTES[slot],
                        **_counts(share),
                    }
                )
    return pl.DataFrame(rows)


def team_log(*games: Game) -> pl.DataFrame:
    """LeagueGameFinder: one row per team and game."""
    rows = []
    for game in games:
        for team, matchup, points in game.sides():
            counts = {name: 8 * value for name, value in _counts(0).items()}
            rows.append(
                {
                    "TEAM_ID": CODES.get(team, 15016),
                    "TEAM_ABBREVIATION": team,
                    "TEAM_NAME": FULL_NAMES.get(team),
                    "GAME_ID": game.id,
                    "GAME_DATE": game.day.isoformat(),
                    "MATCHUP": matchup,
                    "WL": "W",
                    "MIN": 240,
                    **counts,
                    "PTS": points,
                    "FGM": sum(share // 2 for share in shares(points)),
                    "FGA": sum(share // 2 + 3 for share in shares(points)),
                    "FTM": sum(share % 2 for share in shares(points)),
                    "FTA": sum(share % 2 + 1 for share in shares(points)),
                    "PLUS_MINUS": -3.0,
                }
            )
    return pl.DataFrame(rows)


def league_schedule(*games: Game, status: int = 3) -> pl.DataFrame:
    """Schedule layout a: gid, etdate, ...; without scores unless final."""
    return pl.DataFrame(
        [
            {
                "gid": game.id,
                "etdate": game.day.isoformat(),
                "ettime": "19:30:00",
                "an": f"{game.home} Arena",
                "ac": game.home.title(),
                "st": status,
                "h.ta": game.home,
                "v.ta": game.away,
                "h.s": game.home_points if status == 3 else None,
                "v.s": game.away_points if status == 3 else None,
            }
            for game in games
        ],
        schema_overrides={"h.s": pl.Int64, "v.s": pl.Int64},
    )


def game_list(*games: Game, status: int = 3) -> pl.DataFrame:
    """Schedule layout b: GAME_ID, HOME_ABBR, ..."""
    return pl.DataFrame(
        [
            {
                "GAME_ID": game.id,
                "GAME_DATE": game.day.isoformat(),
                "STATUS": status,
                "HOME_ABBR": game.home,
                "AWAY_ABBR": game.away,
                "HOME_PTS": game.home_points if status == 3 else 0,
                "AWAY_PTS": game.away_points if status == 3 else 0,
            }
            for game in games
        ]
    )


def results(*games: Game, played: bool = True) -> pl.DataFrame:
    """Schedule layout c: two rows a game with MATCHUP and WL."""
    return pl.DataFrame(
        [
            {
                "TEAM_ABBREVIATION": team,
                "GAME_ID": game.id,
                "GAME_DATE": game.day.isoformat(),
                "MATCHUP": matchup,
                "WL": "W" if played else None,
            }
            for game in games
            for team, matchup, _ in game.sides()
        ],
        schema_overrides={"WL": pl.String},
    )


def shot_chart(*games: Game, slots: Iterable[int] = (0, 1)) -> pl.DataFrame:
    """ShotChartDetail: two shots of some players of both teams."""
    rows = []
    for game in games:
        for side, (team, _, _) in enumerate(game.sides()):
            for slot in slots:
                for shot in range(2):
                    number, name = person(team, slot)
                    rows.append(
                        {
                            "GAME_ID": game.id,
                            "GAME_EVENT_ID": 100 * side + 10 * slot + shot + 1,
                            "PLAYER_ID": number,
                            "PLAYER_NAME": name,
                            "TEAM_ID": CODES[team],
                            "PERIOD": 1,
                            "SHOT_TYPE": "2PT Field Goal" if shot else "3PT Field Goal",
                            "SHOT_ZONE_BASIC": "Mid-Range",
                            "SHOT_DISTANCE": 25 - 10 * shot,
                            "LOC_X": -12,
                            "LOC_Y": 34,
                            "SHOT_MADE_FLAG": shot,
                            "GAME_DATE": f"{game.day:%Y%m%d}",
                        }
                    )
    return pl.DataFrame(rows)


def season_shots(*games: Game) -> pl.DataFrame:
    """The second shots layout: no event numbers, integer ids, Boolean makes, MM-DD-YYYY; equal rows are two shots."""
    rows = []
    for game in games:
        for team, _, _ in game.sides():
            number, name = person(team, 0)
            row = {
                "TEAM_ID": CODES[team],
                "PLAYER_ID": number,
                "PLAYER_NAME": name,
                "GAME_DATE": f"{game.day:%m-%d-%Y}",
                "GAME_ID": int(game.id),
                "SHOT_MADE": True,
                "SHOT_TYPE": "2PT Field Goal",
                "BASIC_ZONE": "Restricted Area",
                "LOC_X": -0.4,
                "LOC_Y": 17.45,
                "SHOT_DISTANCE": 2,
                "QUARTER": 4,
            }
            rows += [row, row]
    return pl.DataFrame(rows)


def game_book(game: Game, *, inactive: str = "Hugo Milson") -> dict[str, Any]:
    """An official game book: seven active players of each team, one who did not play, one inactive."""
    book: dict[str, Any] = {
        "date": game.day.isoformat(),
        "away_team": game.away,
        "home_team": game.home,
        "timestamp": "2025-08-05T15:14:38.045043+00:00",
        "active_players": [],
        "dnp_players": [],
        "inactive_players": [],
    }
    for team, _, points in game.sides():
        for slot, share in enumerate(shares(points)[:7]):
            counts = {"points": share, "assists": 2, "plus_minus": "+3", "minutes": f"{MINUTES[slot]}:12"}
            player = {"name": person(team, slot)[1], "team": FULL_NAMES[team], "status": "active", "stats": counts}
            book["active_players"].append(player)
        name = person(team, 7)[1]
        reason = {"status": "did_not_play", "dnp_reason": "DNP - Coach's Decision"}
        book["dnp_players"].append({"name": name, "team": FULL_NAMES[team]} | reason)
    book["inactive_players"].append({"name": inactive, "team": FULL_NAMES[game.home], "reason": "Injury/Illness"})
    return book


def play_by_play(game: Game, first: str | None = None, shots: int = 3) -> dict[str, Any]:
    """The league's feed of a game: a few actions, the first without a person."""
    began = first or f"{game.day.isoformat()}T23:40:11.2Z"
    actions: list[dict[str, Any]] = [
        {"actionNumber": 2, "period": 1, "actionType": "period", "subType": "start", "personId": 0, "timeActual": began}
    ]
    for number in range(shots):
        shooter, _ = person(game.home, number)
        actions.append(
            {
                "actionNumber": 7 + number,
                "period": 1,
                "actionType": "2pt",
                "subType": "Jump Shot",
                "descriptor": "pullup",
                "shotResult": "Made" if number % 2 else "Missed",
                "shotDistance": 5.57,
                "personId": shooter,
                "teamTricode": game.home,
                "timeActual": began,
                **({"assistPersonId": person(game.home, 7)[0]} if number % 2 else {}),
            }
        )
    return {"meta": {"version": 1}, "game": {"gameId": game.id, "actions": actions}}


def write(frame: pl.DataFrame, path: Path) -> Path:
    """Write a frame as CSV, gzipped CSV or Parquet, by the ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name.endswith(".csv"):
        frame.write_csv(path)
    elif path.name.endswith(".csv.gz"):
        path.write_bytes(gzip.compress(frame.write_csv().encode()))
    else:
        frame.write_parquet(path)
    return path


def write_json(content: Any, path: Path) -> Path:
    """Write a JSON document, gzipped if the path ends with `.gz`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.name.endswith(".gz") else text)
    return path


def moved(game: Game, day: date) -> Game:
    """Return the same game on another date."""
    return replace(game, day=day)


def raw(lake: Lake, name: str) -> pl.DataFrame:
    """Return a raw table of a lake."""
    return lake.read_whole(RAW_TABLES[name])


def files(root: Path) -> dict[str, bytes]:
    """Return every data file below a folder with its content; locks are none."""
    paths = sorted(p for p in root.rglob("*") if p.is_file() and ".nbaproc" not in p.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def stamps(root: Path) -> dict[str, int]:
    """Return every data file below a folder with the time of its last change."""
    return {name: (root / name).stat().st_mtime_ns for name in files(root)}

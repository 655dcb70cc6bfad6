"""A little league of four teams: seasons of any dates, computed in a fraction of a second by the reference engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

from nbaproc.calendar import season_year
from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_gamebook, ingest_nba_api
from tests.sources.downloads import (
    Game,
    game_book,
    league_schedule,
    player_log,
    shot_chart,
    team_log,
    write,
    write_json,
)

TEAMS = ("BOS", "NYK", "LAL", "MIA")


def games(days: Sequence[date], kinds: Mapping[date, str] | None = None) -> list[Game]:
    """Return games in which every team plays on every date.

    Args:
        days: The dates.
        kinds: First digits of the ids of a date's games; 002, the regular season, if it is not named.
    """
    made = []
    for number, day in enumerate(sorted(days)):
        rng, sides = Random(str(day)), list(TEAMS)
        rng.shuffle(sides)
        for pair, (away, home) in enumerate((sides[:2], sides[2:]), 1):
            name = f"{(kinds or {}).get(day, '002')}{season_year(day) % 100:02}{2 * number + pair:05}"
            made.append(Game(name, day, away, home, 90 + rng.randrange(20), 111 + rng.randrange(20)))
    return made


def fill(lake: Lake, folder: Path, made: Sequence[Game]) -> Lake:
    """Put games into a raw lake: logs and schedule of all of them, shots and game books of some."""
    write(player_log(*made), folder / "in" / "players.csv")
    write(team_log(*made), folder / "in" / "teams.csv")
    write(league_schedule(*made), folder / "in" / "schedule.csv")
    write(shot_chart(*made[::2], slots=range(8)), folder / "in" / "shots.csv")
    ingest_nba_api(lake, [folder / "in"])
    ingest_gamebook(lake, [write_json(game_book(game), folder / "books" / f"{game.id}.json") for game in made[::3]])
    return lake

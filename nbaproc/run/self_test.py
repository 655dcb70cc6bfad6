"""What a worker says of itself before its first shard: its versions, and what it makes of a small league.

Any difference from what the supervising process makes means that the two run different code, or that a table cannot be
computed there; nothing has been written then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import polars as pl

import nbaproc
from nbaproc.boundary import schema
from nbaproc.canonical import whole_fingerprint
from nbaproc.errors import ConfigurationError
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.engines import POLARS, compute
from nbaproc.tables import by_stage, declarations, table_names
from nbaproc.version import code_version

#: Opening night of the small league, and the date whose tables are computed: late enough for every table.
OPENER, DAY = date(2023, 10, 24), date(2023, 11, 27)
TEAMS = ("BOS", "DEN", "MIA", "PHX")


@cache
def greeting() -> dict[str, str]:
    """Return what must be equal in all processes of a run."""
    return {"code": code_version(), "package": nbaproc.__version__, "polars": pl.__version__, **_fingerprints()}


def differences(mine: Mapping[str, str], other: Mapping[str, str], who: str, so_far: str) -> None:
    """Refuse a process that computes other rows than this one.

    Args:
        mine: What this process says of itself.
        other: What the other one does.
        who: The other one.
        so_far: What has been written.

    Raises:
        ConfigurationError: Names the first difference.
    """
    for what, text in mine.items():
        if other.get(what) != text:
            raise ConfigurationError(
                f"{who} differs in {what}: {other.get(what)} instead of {text}; {so_far}. "
                "Install one version of nbaproc for all processes, or use --workers 0"
            )


def _fingerprints() -> dict[str, str]:
    """Return a fingerprint of every table of the small league."""
    raw = _raw()
    days = sorted({day for day in raw["nbac_schedule"]["game_date"] if day < DAY})
    found: dict[str, str] = {}
    for stage, names in by_stage(table_names()).items():
        dates = [*days, DAY] if stage == "games" else [DAY]
        run = compute(POLARS, names, raw, dates)
        for name, table in run.tables.items():
            if table.frame is None:
                found[name] = table.error or f"{table.blocked_by} failed"
                continue
            found[name] = whole_fingerprint(table.frame, declarations()[name])
            raw[name] = table.frame
    return found


def _raw() -> dict[str, pl.DataFrame]:
    """Return two games every other evening, each with other numbers than the one before."""
    evenings = [day for n in range(30) if (day := OPENER + timedelta(days=2 * n)) < DAY]
    rows: dict[str, list[dict[str, object]]] = {
        "nbac_schedule": [],
        "nbac_player_boxscores": [],
        "nbac_team_boxscore": [],
    }
    for number, day in enumerate([*evenings, DAY]):
        rest = [team for team in TEAMS[1:] if team != TEAMS[1 + number % 3]]
        for table, (away, home) in enumerate(((TEAMS[0], TEAMS[1 + number % 3]), (rest[0], rest[1]))):
            game_id = f"00223{number:03}{table:02}"
            sides = {team: _lines(number + 3 * TEAMS.index(team)) for team in (away, home)}
            scores = {team: sum(line["points"] for line in lines) for team, lines in sides.items()}
            rows["nbac_schedule"].append(
                {
                    "game_id": game_id,
                    "game_date": day,
                    "game_status": 3,
                    "home_team_tricode": home,
                    "away_team_tricode": away,
                    "home_team_score": scores[home],
                    "away_team_score": scores[away],
                }
            )
            for team, lines in sides.items():
                place = {"game_id": game_id, "game_date": day, "team_abbr": team}
                ends = {"home_team_abbr": home, "away_team_abbr": away}
                rows["nbac_player_boxscores"] += [
                    place | ends | {"player_full_name": f"{team} {'ABCDEF'[nth]}", "minutes": "40"} | line
                    for nth, line in enumerate(lines)
                ]
                total = {TEAM_NAMES.get(name, name): sum(line[name] for line in lines) for name in lines[0]}
                rows["nbac_team_boxscore"].append(place | {"is_home": team == home, "minutes": "240"} | total)
    return {name: _frame(name, rows.get(name, [])) for name in RAW_TABLES}


#: Statistics that the team box score names otherwise.
TEAM_NAMES = {
    "field_goals_made": "fg_made",
    "field_goals_attempted": "fg_attempted",
    "three_pointers_made": "three_pt_made",
    "three_pointers_attempted": "three_pt_attempted",
    "free_throws_made": "ft_made",
    "free_throws_attempted": "ft_attempted",
}


def _lines(shift: int) -> list[dict[str, int]]:
    """Return the statistics of a team's players: 240 minutes among six."""
    lines = []
    for nth in range(6):
        made = 5 + (shift + 2 * nth) % 7
        lines.append(
            {
                "points": 2 * made + 2 + nth,
                "assists": nth,
                "offensive_rebounds": nth % 3,
                "defensive_rebounds": 3 + nth,
                "total_rebounds": 3 + nth + nth % 3,
                "steals": 1,
                "blocks": nth % 2,
                "turnovers": 2 + nth % 2,
                "personal_fouls": 2,
                "field_goals_made": made,
                "field_goals_attempted": made + 6,
                "three_pointers_made": 2,
                "three_pointers_attempted": 4,
                "free_throws_made": nth,
                "free_throws_attempted": nth + 1,
            }
        )
    return lines


def _frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    types = schema(RAW_TABLES[name])
    columns = {column: [row.get(column) for row in rows] for column in types}
    return pl.DataFrame(columns, schema=types)

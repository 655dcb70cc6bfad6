"""The game summaries as they are usually computed: a date at a time with pandas, a loop over the rows, filters per row.

It computes the statistics of the three tables and a hash, without source choice, re-keying, names, props, failure
records and files, so it does less than what it is compared with.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from nbaproc.raw.teams import TEAM_IDS as CODES_BY_ID

TEAM_IDS = {code: number for number, code in CODES_BY_ID.items()}


def player_summaries(day: pd.Timestamp, boxes: pd.DataFrame, teams: pd.DataFrame, shots: pd.DataFrame) -> list[dict]:
    """Return one dictionary per player of a date.

    Args:
        day: The date.
        boxes: `nbac_player_boxscores` of the season.
        teams: `nbac_team_boxscore` of the season.
        shots: `nbac_shot_chart` of the season.
    """
    day_boxes = boxes[boxes["game_date"] == day]
    day_teams = teams[teams["game_date"] == day]
    day_shots = shots[shots["GAME_DATE"] == day]
    rows = []
    for _, box in day_boxes.iterrows():
        team = day_teams[(day_teams["nba_game_id"] == box["game_id"]) & (day_teams["team_abbr"] == box["team_abbr"])]
        both = day_teams[day_teams["nba_game_id"] == box["game_id"]]
        mine = day_shots[(day_shots["GAME_ID"] == box["game_id"]) & (day_shots["PLAYER_ID"] == box["nba_player_id"])]
        rows.append(_summary(box, team, both, mine))
    return rows


def team_summaries(day: pd.Timestamp, teams: pd.DataFrame, shots: pd.DataFrame) -> list[dict]:
    """Return an offence and a defence dictionary per team of a date; arguments as `player_summaries`."""
    day_teams = teams[teams["game_date"] == day]
    day_shots = shots[shots["GAME_DATE"] == day]
    rows = []
    for _, team in day_teams.iterrows():
        other = day_teams[
            (day_teams["nba_game_id"] == team["nba_game_id"]) & (day_teams["team_abbr"] != team["team_abbr"])
        ]
        if other.empty:
            continue
        game = day_shots[day_shots["GAME_ID"] == team["nba_game_id"]]
        own, against = _team(team), _team(other.iloc[0])
        for line, opponent, code in ((own, against, team["team_abbr"]), (against, own, other.iloc[0]["team_abbr"])):
            mine = game[game["TEAM_ID"] == TEAM_IDS[code]]
            row = line | _zones(mine) | {"margin": line["points"] - opponent["points"], "team": code}
            text = "|".join(f"{key}={row[key]}" for key in sorted(row))
            row["data_hash"] = hashlib.sha256(text.encode()).hexdigest()[:16]
            rows.append(row)
    return rows


def _team(line: pd.Series) -> dict:
    possessions = line["fg_attempted"] + 0.44 * line["ft_attempted"] + line["turnovers"] - line["offensive_rebounds"]
    game_minutes = float(line["minutes"].split(":")[0]) / 5
    return {
        **{name: int(line[name]) for name in TEAM_STATISTICS},
        "possessions": int(possessions),
        "pace": round(possessions * 48 / game_minutes, 1),
        "rating": round(100 * line["points"] / possessions, 2),
        "ts_pct": round(line["points"] / (2 * (line["fg_attempted"] + 0.44 * line["ft_attempted"])), 3),
    }


def _zones(shots: pd.DataFrame) -> dict:
    three = shots["SHOT_TYPE"].str.startswith("3PT")
    paint = ~three & (shots["SHOT_DISTANCE"] <= 8)
    mid = ~three & (shots["SHOT_DISTANCE"] > 8)
    made = shots["SHOT_MADE_FLAG"] == 1
    return {
        "paint_attempts": int(paint.sum()),
        "paint_makes": int((paint & made).sum()),
        "mid_range_attempts": int(mid.sum()),
        "mid_range_makes": int((mid & made).sum()),
        "three_attempts_pbp": int(three.sum()),
        "three_makes_pbp": int((three & made).sum()),
    }


def _summary(box: pd.Series, team: pd.DataFrame, both: pd.DataFrame, shots: pd.DataFrame) -> dict:
    minutes = float(box["minutes"])
    home = box["home_team_abbr"] == box["team_abbr"]
    row = {
        "player_lookup": box["player_lookup"],
        "game_id": box["game_id"],
        "game_date": str(box["game_date"])[:10],
        "team_abbr": box["team_abbr"],
        "opponent_team_abbr": box["away_team_abbr"] if home else box["home_team_abbr"],
        "home_game": home,
        "minutes_played": minutes,
        **_zones(shots),
        **{name: int(box[name]) for name in STATISTICS},
    }
    attempts = row["field_goals_attempted"]
    if attempts:
        row["ts_pct"] = round(row["points"] / (2 * (attempts + 0.44 * row["free_throws_attempted"])), 3)
        row["efg_pct"] = round((row["field_goals_made"] + 0.5 * row["three_pointers_made"]) / attempts, 3)
    if not team.empty and minutes > 0:
        line = team.iloc[0]
        plays = line["fg_attempted"] + 0.44 * line["ft_attempted"] + line["turnovers"]
        own = attempts + 0.44 * row["free_throws_attempted"] + row["turnovers"]
        team_minutes = float(line["minutes"].split(":")[0])
        row["usage_rate"] = round(100 * own * (team_minutes / 5) / (minutes * plays), 1)
        row["win_flag"] = bool(line["points"] == both["points"].max())
    text = "|".join(f"{key}={row[key]}" for key in sorted(row))
    row["data_hash"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return row


STATISTICS = (
    "points",
    "assists",
    "offensive_rebounds",
    "defensive_rebounds",
    "steals",
    "blocks",
    "turnovers",
    "personal_fouls",
    "plus_minus",
    "field_goals_made",
    "field_goals_attempted",
    "three_pointers_made",
    "three_pointers_attempted",
    "free_throws_made",
    "free_throws_attempted",
)

TEAM_STATISTICS = (
    "points",
    "fg_made",
    "fg_attempted",
    "three_pt_made",
    "three_pt_attempted",
    "ft_made",
    "ft_attempted",
    "total_rebounds",
    "offensive_rebounds",
    "defensive_rebounds",
    "assists",
    "steals",
    "blocks",
    "turnovers",
    "personal_fouls",
)

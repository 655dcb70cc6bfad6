"""The player summary as it is usually computed: a date at a time with pandas, a loop over the players, filters per row.

It computes the same statistics as `player_game_summary` and its hash, without source choice, re-keying, names, props
and failure records, so it does less than the tables it is compared with.
"""

from __future__ import annotations

import hashlib

import pandas as pd


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


def _summary(box: pd.Series, team: pd.DataFrame, both: pd.DataFrame, shots: pd.DataFrame) -> dict:
    three = shots["SHOT_TYPE"].str.startswith("3PT")
    paint = ~three & (shots["SHOT_DISTANCE"] <= 8)
    mid = ~three & (shots["SHOT_DISTANCE"] > 8)
    made = shots["SHOT_MADE_FLAG"] == 1
    minutes = float(box["minutes"])
    row = {
        "player_lookup": box["player_lookup"],
        "game_id": box["game_id"],
        "game_date": str(box["game_date"])[:10],
        "team_abbr": box["team_abbr"],
        "opponent_team_abbr": box["away_team_abbr"] if box["home_team_abbr"] == box["team_abbr"] else box["home_team_abbr"],
        "home_game": box["home_team_abbr"] == box["team_abbr"],
        "minutes_played": minutes,
        "paint_attempts": int(paint.sum()),
        "paint_makes": int((paint & made).sum()),
        "mid_range_attempts": int(mid.sum()),
        "mid_range_makes": int((mid & made).sum()),
        "three_attempts_pbp": int(three.sum()),
        "three_makes_pbp": int((three & made).sum()),
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

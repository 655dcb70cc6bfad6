"""The precompute tables as they are usually computed: a loop over the players or teams of a date, pandas filters each.

They compute zones, averages and the four scores, and a hash, without completeness, readiness, failure records,
validation and files, so they do less than what they are compared with.
"""

from __future__ import annotations

import hashlib

import pandas as pd

ZONES = ("paint", "mid_range", "three")


def shot_zones(day: pd.Timestamp, lookups: list[str], players: pd.DataFrame) -> list[dict]:
    """Return one dictionary per player of a date: where his last 10 and 20 games' shots came from.

    Args:
        day: The date.
        lookups: The players.
        players: Player game summaries of the season.
    """
    made = []
    for lookup in lookups:
        past = _past(day, lookup, players)
        found: dict[str, object] = {"player_lookup": lookup}
        for games in (10, 20):
            window = past.head(games)
            known = window.dropna(subset=["paint_attempts", "mid_range_attempts", "three_attempts_pbp"])
            sums = {zone: known[_attempts(zone)].sum() for zone in ZONES}
            makes = {zone: known[_makes(zone)].sum() for zone in ZONES}
            total = sum(sums.values())
            for zone in ZONES:
                found[f"{zone}_rate_{games}"] = round(100 * sums[zone] / total, 2) if total else None
                found[f"{zone}_pct_{games}"] = round(makes[zone] / sums[zone], 3) if sums[zone] else None
                found[f"{zone}_per_game_{games}"] = round(sums[zone] / len(known), 1) if len(known) else None
        made.append(found | {"data_hash": _hash(found)})
    return made


def team_zones(day: pd.Timestamp, defense: pd.DataFrame) -> list[dict]:
    """Return one dictionary per team of a date: what was made of its opponents' shots in 15 games, and the league's.

    Args:
        day: The date.
        defense: Team defence summaries of the season.
    """
    made = []
    month = defense[(defense["game_date"] < day) & (defense["game_date"] >= day - pd.Timedelta(days=30))]
    for team in sorted(month["defending_team_abbr"].unique()):
        past = defense[(defense["defending_team_abbr"] == team) & (defense["game_date"] < day)]
        window = past.sort_values("game_date", ascending=False).head(15)
        found: dict[str, object] = {"team_abbr": team, "rating": round(window["defensive_rating"].mean(), 4)}
        for zone in ("paint", "mid_range", "three_pt"):
            tries, makes = f"opp_{zone}_attempts", f"opp_{zone}_makes"
            share = window[makes].sum() / window[tries].sum() if window[tries].sum() else None
            league = month[makes].sum() / month[tries].sum() if month[tries].sum() else None
            found[f"{zone}_pct"] = round(share, 3) if share is not None else None
            found[f"{zone}_per_game"] = round(window[tries].mean(), 1)
            found[f"{zone}_vs_league"] = round(100 * (share - league), 2) if share and league else None
        made.append(found | {"data_hash": _hash(found)})
    return made


def daily_cache(day: pd.Timestamp, rows: pd.DataFrame, players: pd.DataFrame, offense: pd.DataFrame) -> list[dict]:
    """Return one dictionary per player of a date: his recent form, his team's, and the scores of his matchup.

    Args:
        day: The date.
        rows: Rows of the pre-game context.
        players: Player game summaries of the season.
        offense: Team offence summaries of the season.
    """
    made = []
    for _, row in rows.iterrows():
        past = _past(day, row["player_lookup"], players)
        ten = past.head(10)
        team = offense[(offense["team_abbr"] == row["team_abbr"]) & (offense["game_date"] < day)]
        team = team.sort_values("game_date", ascending=False).head(10)
        found = {
            "player_lookup": row["player_lookup"],
            "points_5": round(past.head(5)["points"].mean(), 4),
            "points_10": round(ten["points"].mean(), 4),
            "points_season": round(past["points"].mean(), 4),
            "points_std": round(ten["points"].std(), 4),
            "minutes_10": round(ten["minutes_played"].mean(), 4),
            "usage_10": round(ten["usage_rate"].mean(), 4),
            "ts_10": round(ten["ts_pct"].mean(), 4),
            "usage_season": round(past["usage_rate"].mean(), 4),
            "pace_10": round(team["pace"].mean(), 4),
            "rating_10": round(team["offensive_rating"].mean(), 4),
        }
        made.append(found | _scores(row) | {"data_hash": _hash(found)})
    return made


def _past(day: pd.Timestamp, lookup: str, players: pd.DataFrame) -> pd.DataFrame:
    mine = players[(players["player_lookup"] == lookup) & (players["game_date"] < day)]
    return mine[mine["minutes_played"] > 0].sort_values("game_date", ascending=False)


def _attempts(zone: str) -> str:
    return "three_attempts_pbp" if zone == "three" else f"{zone}_attempts"


def _makes(zone: str) -> str:
    return "three_makes_pbp" if zone == "three" else f"{zone}_makes"


def _scores(row: pd.Series) -> dict[str, float]:
    fatigue = 100 - 15 * bool(row["back_to_back"]) - 10 * (row["games_in_last_7_days"] >= 4)
    fatigue -= 10 * (row["minutes_in_last_7_days"] > 240)
    pace = row["pace_differential"]
    return {"fatigue": fatigue, "pace": 0.0 if pd.isna(pace) else max(-3.0, min(3.0, pace / 2))}


def _hash(found: dict) -> str:
    text = "|".join(f"{key}={found[key]}" for key in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

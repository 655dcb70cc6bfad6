"""The pre-game context as it is usually computed: a loop over the players or teams of a date, pandas filters each.

The one of players computes their fatigue, averages, the opponent's form, travel, the games ahead, a completeness check
and a hash, without names, rosters, lines, injuries, stars, failure records and files; the one of teams rest, recent
games, a streak and travel. So they do less than what they are compared with.
"""

from __future__ import annotations

import hashlib
import itertools

import pandas as pd


def player_contexts(
    day: pd.Timestamp,
    rows: pd.DataFrame,
    players: pd.DataFrame,
    offense: pd.DataFrame,
    defense: pd.DataFrame,
    schedule: pd.DataFrame,
    distances: dict[tuple[str, str], int],
) -> list[dict]:
    """Return one dictionary per player of a date.

    Args:
        day: The date.
        rows: Who has a row: `player_lookup`, `team_abbr`, `opponent_team_abbr`, `home_game`.
        players: Player game summaries of the season.
        offense: Team offence summaries of the season.
        defense: Team defence summaries of the season.
        schedule: Games of the season: `game_date`, `home`, `away`.
        distances: Miles between two arenas.
    """
    made = []
    for _, row in rows.iterrows():
        past = players[(players["player_lookup"] == row["player_lookup"]) & (players["game_date"] < day)]
        past = past[past["game_date"] >= day - pd.Timedelta(days=30)].sort_values("game_date", ascending=False)
        found = _fatigue(day, past) | _averages(past)
        found |= _opponent(day, row, offense, defense)
        found |= _calendar(day, row, schedule, distances)
        found |= _completeness(day, row, past, schedule)
        text = "|".join(f"{key}={found[key]}" for key in sorted(found))
        found["data_hash"] = hashlib.sha256(text.encode()).hexdigest()[:16]
        made.append(found)
    return made


def team_contexts(
    day: pd.Timestamp, teams: pd.DataFrame, schedule: pd.DataFrame, distances: dict[tuple[str, str], int]
) -> list[dict]:
    """Return one dictionary per team of a date: rest, recent games, streak, travel.

    Args:
        day: The date.
        teams: Who has a row: `team_abbr` and `home`, the home team of the game.
        schedule: Games of the season: `game_date`, `home`, `away`, `home_score`, `away_score`.
        distances: Miles between two arenas.
    """
    made = []
    for _, row in teams.iterrows():
        team = row["team_abbr"]
        past = schedule[((schedule["home"] == team) | (schedule["away"] == team)) & (schedule["game_date"] < day)]
        past = past.sort_values("game_date", ascending=False)
        won = [(game["home_score"] > game["away_score"]) == (game["home"] == team) for _, game in past.iterrows()]
        last = past["game_date"].iloc[0] if len(past) else None
        found = {
            "team_abbr": team,
            "days_rest": (day - last).days if last is not None else None,
            "games_7": int((past["game_date"] > day - pd.Timedelta(days=7)).sum()),
            "games_14": int((past["game_date"] > day - pd.Timedelta(days=14)).sum()),
            "streak": len(list(itertools.takewhile(lambda result, first=won[:1]: [result] == first, won))),
            "miles": distances.get((past["home"].iloc[0], row["home"])) if len(past) else None,
        }
        text = "|".join(f"{key}={found[key]}" for key in sorted(found))
        found["data_hash"] = hashlib.sha256(text.encode()).hexdigest()[:16]
        made.append(found)
    return made


def _fatigue(day: pd.Timestamp, past: pd.DataFrame) -> dict:
    week = past[past["game_date"] > day - pd.Timedelta(days=7)]
    fortnight = past[past["game_date"] > day - pd.Timedelta(days=14)]
    dates = list(past["game_date"])
    gaps = [(one - other).days for one, other in itertools.pairwise(dates)]
    rest = (day - dates[0]).days if dates else None
    return {
        "days_rest": rest,
        "back_to_back": rest == 1,
        "days_rest_before_last_game": gaps[0] if gaps else None,
        "games_7": len(week),
        "games_14": len(fortnight),
        "minutes_7": week["minutes_played"].sum(),
        "minutes_14": fortnight["minutes_played"].sum(),
        "avg_minutes_7": round(week["minutes_played"].mean(), 1),
        "back_to_backs_14": sum(gap == 1 for gap in gaps[: max(len(fortnight) - 1, 0)]),
        "usage_7": round(week["usage_rate"].mean(), 1),
    }


def _averages(past: pd.DataFrame) -> dict:
    return {"points_5": round(past["points"].head(5).mean(), 1), "points_10": round(past["points"].head(10).mean(), 1)}


def _opponent(day: pd.Timestamp, row: pd.Series, offense: pd.DataFrame, defense: pd.DataFrame) -> dict:
    def last(frame: pd.DataFrame, column: str, team: str) -> pd.DataFrame:
        mine = frame[(frame[column] == team) & (frame["game_date"] < day)]
        return mine.sort_values("game_date", ascending=False).head(10)

    own = last(offense, "team_abbr", row["team_abbr"])["pace"].mean()
    other = last(offense, "team_abbr", row["opponent_team_abbr"])["pace"].mean()
    against = last(defense, "defending_team_abbr", row["opponent_team_abbr"])
    return {
        "opponent_pace": round(other, 2),
        "pace_differential": round(own - other, 2),
        "opponent_rating": round(against["defensive_rating"].mean(), 2),
        "opponent_free_throws": round((100 * against["opp_ft_attempts"] / against["opponent_pace"]).mean(), 3),
    }


def _calendar(day: pd.Timestamp, row: pd.Series, schedule: pd.DataFrame, distances: dict[tuple[str, str], int]) -> dict:
    team = row["team_abbr"]
    games = schedule[(schedule["home"] == team) | (schedule["away"] == team)].sort_values("game_date")
    before, after = games[games["game_date"] < day], games[games["game_date"] > day]
    recent = before[before["game_date"] >= day - pd.Timedelta(days=14)]
    here = team if row["home_game"] else row["opponent_team_abbr"]
    stops = [*recent["home"], here]
    legs = [distances.get((one, other), 0) for one, other in itertools.pairwise(stops)]
    return {
        "travel_miles": legs[-1] if legs else 0,
        "miles_14": sum(legs),
        "next_rest": (after["game_date"].iloc[0] - day).days if len(after) else None,
        "games_next_7": int((after["game_date"] <= day + pd.Timedelta(days=7)).sum()),
    }


def _completeness(day: pd.Timestamp, row: pd.Series, past: pd.DataFrame, schedule: pd.DataFrame) -> dict:
    team = row["team_abbr"]
    games = schedule[((schedule["home"] == team) | (schedule["away"] == team)) & (schedule["game_date"] < day)]
    found = {}
    for days in (7, 14, 30):
        start = day - pd.Timedelta(days=days)
        expected, actual = (games["game_date"] >= start).sum(), (past["game_date"] >= start).sum()
        found[f"complete_{days}"] = round(100 * actual / expected, 1) if expected else 100.0
    return found

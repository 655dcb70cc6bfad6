"""The feature store as it is usually computed: a loop over the players of a date, pandas filters per player.

It computes the windows, copies the rows of the other tables and hashes, without sources, quality, ranges, failure
records, checks and files, so it does less than what it is compared with.
"""

from __future__ import annotations

import hashlib

import pandas as pd

DAY = pd.Timedelta(days=1)
CACHED = ("points_avg_last_5", "points_avg_last_10", "points_avg_season", "points_std_last_10", "games_in_last_7_days")
SCORES = ("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score")
ZONES = ("paint_attempts", "mid_range_attempts", "three_attempts_pbp")


def vectors(
    day: pd.Timestamp,
    roster: pd.DataFrame,
    players: pd.DataFrame,
    offense: pd.DataFrame,
    caches: pd.DataFrame,
    factors: pd.DataFrame,
    defenses: pd.DataFrame,
) -> list[dict]:
    """Return one dictionary per player of a date.

    Args:
        day: The date.
        roster: Who plays: player, team, opponent, home_game.
        players: Player game summaries of the season and of the year before.
        offense: Team offence summaries of the season.
        caches: Daily cache of the date.
        factors: Composite factors of the date.
        defenses: Defence zones of the date.
    """
    made = []
    for _, row in roster.iterrows():
        mine = players[(players["player_lookup"] == row["player_lookup"]) & (players["game_date"] < day)]
        mine = mine[(mine["minutes_played"] > 0) | (mine["points"] > 0)].sort_values("game_date", ascending=False)
        recent = mine[mine["game_date"] >= day - 60 * DAY]
        ten = recent.head(10)
        if ten.empty:
            continue
        met = mine[
            (mine["opponent_team_abbr"] == row["opponent_team_abbr"])
            & (mine["game_date"] >= day - pd.DateOffset(years=1))
        ]
        found = _form(day, row, ten, mine) | _team(day, row, offense)
        found |= {"against": met["points"].mean() if len(met) else None, "games_against": len(met)}
        found |= _copied(row, caches, factors, defenses)
        made.append(found | {"data_hash": _hash(found)})
    return made


def _form(day: pd.Timestamp, row: pd.Series, ten: pd.DataFrame, mine: pd.DataFrame) -> dict:
    points = ten["points"].tolist()
    minutes = ten[ten["minutes_played"] > 0]
    zones = ten.dropna(subset=list(ZONES))
    shots = zones[list(ZONES)].sum()
    total = shots.sum()
    oldest_first = points[::-1]
    middle = (len(points) - 1) / 2
    spread = sum((i - middle) ** 2 for i in range(len(points)))
    slope = sum((i - middle) * y for i, y in enumerate(oldest_first)) / spread if len(points) >= 5 else None
    trend = sum(points[:2]) / 2 - sum(points[2:5]) / 3 if len(points) >= 5 else None
    season = mine["minutes_played"].mean()
    rest = (day - ten["game_date"].iloc[0]).days
    return {
        "player_lookup": row["player_lookup"],
        "home": int(row["home_game"]),
        "rest": rest,
        "back_to_back": int(rest == 1),
        "trend": trend,
        "minutes_change": ten["minutes_played"].mean() / season - 1 if season else None,
        "free_throws": ten["ft_makes"].sum() / sum(points) if sum(points) else None,
        "minutes": round(minutes["minutes_played"].mean(), 9) if len(minutes) else None,
        "per_minute": round((minutes["points"] / minutes["minutes_played"]).mean(), 9) if len(minutes) else None,
        "slope": slope,
        **{zone: shots[zone] / total if total else None for zone in ZONES},
    }


def _team(day: pd.Timestamp, row: pd.Series, offense: pd.DataFrame) -> dict:
    past = offense[offense["game_date"] < day]
    own = past[past["team_abbr"] == row["team_abbr"]].sort_values("game_date", ascending=False)
    other = past[past["team_abbr"] == row["opponent_team_abbr"]]
    ten = own.head(10)
    return {
        "team_pace": round(ten["pace"].mean(), 4),
        "team_rating": round(ten["offensive_rating"].mean(), 4),
        "win_share": round(own["win_flag"].mean(), 9) if len(own) >= 5 else None,
        "opponent_rest": (day - other["game_date"].max()).days if len(other) else None,
    }


def _copied(row: pd.Series, caches: pd.DataFrame, factors: pd.DataFrame, defenses: pd.DataFrame) -> dict:
    found: dict[str, object] = {}
    for table, names in ((caches, CACHED), (factors, SCORES)):
        mine = table[table["player_lookup"] == row["player_lookup"]]
        found |= {name: mine[name].iloc[0] if len(mine) else None for name in names}
    theirs = defenses[defenses["team_abbr"] == row["opponent_team_abbr"]]
    found["defense"] = theirs["defensive_rating_last_15"].iloc[0] if len(theirs) else None
    found["defense_pace"] = theirs["opponent_pace"].iloc[0] if len(theirs) else None
    spread = found["points_std_last_10"]
    now, season = found["points_avg_last_5"], found["points_avg_season"]
    found["score"] = (now - season) / spread if spread else 0.0
    found["breakout"] = int(spread is not None and now > season + 1.5 * spread)
    return found


def _hash(found: dict) -> str:
    text = "|".join(f"{key}={found[key]}" for key in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

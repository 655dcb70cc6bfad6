"""What the features are made of: the windows of players and teams, and the rows of the tables of the same date."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.asof import Timeline, last_before, running_totals, total_between
from nbaproc.exact import quotient, scaled
from nbaproc.raw.history import History
from nbaproc.tables import (
    player_composite_factors,
    player_daily_cache,
    player_shot_zone_analysis,
    team_defense_zone_analysis,
    upcoming_player_game_context,
)
from nbaproc.tables._built import Built

#: Days of the windows, games of the windows, and games of a season that count.
RECENT, WEEK, EXPECTED = 60, 6, 365
SHORT, LONG, SEASON = 5, 10, 82
ZONES = ("paint_attempts", "mid_range_attempts", "three_attempts_pbp")
PERSON, TEAM = ["season_year", "player_lookup"], ["season_year", "team"]


def add_player_windows(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add what a player did strictly before the date.

    Args:
        rows: The roster.
        history: Results.

    Returns:
        The rows with `n`, the games of L10, 0 without any, and integer sums over L5, L10 (of which `k` have minutes)
        and the season.
    """
    mine = history.of_seasons(rows)
    games = Timeline(mine.played, PERSON)
    last = games.before(rows)
    place, nth = last["place"], last["nth"]
    recent = games.since(rows, _days_ago(RECENT), nth)
    known = pl.DataFrame({"nth": nth, "recent": recent})
    sizes = known.select(n=pl.min_horizontal("recent", pl.lit(LONG)), n5=pl.min_horizontal("recent", pl.lit(SHORT)))
    n, n5 = sizes["n"], sizes["n5"]
    season = known.select(pl.min_horizontal("nth", pl.lit(SEASON))).to_series()
    points, minutes = pl.col("points"), pl.col("minutes10")
    timed = minutes.is_not_null() & (minutes > 0)
    zoned = pl.all_horizontal(pl.col(zone).is_not_null() for zone in ZONES)
    nth_of_key = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(PERSON)
    of_ten = {
        "points_10": points,
        "squares_10": points * points,
        # Σ nth·y: with the place of the window's first game it gives Σ i·y.
        "weighted_10": nth_of_key * points,
        "ft_10": pl.col("ft_makes"),
        "minutes_10": minutes,
        "minutes_known_10": minutes.is_not_null(),
        "timed_minutes_10": pl.when(timed).then(minutes),
        "k": timed,
        "ppm_10": pl.when(timed).then(quotient(10 * points, minutes, 9)),
        "zones_10": pl.when(zoned).then(pl.sum_horizontal(ZONES)),
        **{f"{zone}_10": pl.when(zoned).then(pl.col(zone)) for zone in ZONES},
    }
    found = {name: games.total(value, place, n) for name, value in of_ten.items()}
    found |= {
        "n": n,
        "n5": n5,
        "first": nth - n,
        "season_n": season,
        "last_game": last["last_date"],
        "points_5": games.total(points, place, n5),
        "points_season": games.total(points, place, season),
        "minutes_season": games.total(minutes, place, nth),
        "minutes_known_season": games.total(minutes.is_not_null(), place, nth),
        **{f"y{back}": games.value("points", place, n, back) for back in range(SHORT)},
        **{f"date{back}": games.value("game_date", place, n, back) for back in range(LONG)},
        "games_in_week": games.since(rows, _days_ago(WEEK), nth),
    }
    rows = rows.with_columns(**found)
    rows = rows.with_columns(weighted=pl.col("weighted_10") - (pl.col("first") + 1) * pl.col("points_10"))
    sat_out = history.listed.filter("is_dnp").select("game_date").unique()
    return _add_longer_windows(_add_listed(rows, mine.listed, sat_out), history)


def _add_listed(rows: pl.DataFrame, rows_of_his: pl.DataFrame, sat_out: pl.DataFrame) -> pl.DataFrame:
    """Add how many of his last ten rows in 60 days there are, how many he sat out, and whether any are listed."""
    listed = Timeline(rows_of_his, PERSON)
    last = listed.before(rows)
    recent = pl.DataFrame({"size": listed.since(rows, _days_ago(RECENT), last["nth"])})
    size = recent.select(pl.min_horizontal("size", pl.lit(LONG))).to_series()
    newest = last_before(rows.select("game_date", _=pl.lit(0)), sat_out.with_columns(_=pl.lit(0)), ["_"])["last_date"]
    return rows.with_columns(
        rows_10=size,
        dnp_10=listed.total(pl.col("is_dnp"), last["place"], size),
        dnp_listed=(newest >= rows.select(_days_ago(RECENT)).to_series()).fill_null(False),
    )


def _add_longer_windows(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add the games against the opponent in a year, and how many of ten games are expected."""
    played = history.played.select("game_date", "player_lookup", "points", opponent="opponent_team_abbr")
    meetings = played.join(rows.select("player_lookup").unique(), on="player_lookup", how="semi")
    key = ["player_lookup", "opponent"]
    met = running_totals(meetings, key, {"games": pl.lit(1), "points": pl.col("points")})
    year_ago = pl.col("game_date").dt.offset_by("-1y")
    rows = total_between(rows, met, key, year_ago, {"met": "games", "met_points": "points"})
    ever = running_totals(meetings, ["player_lookup"], {"games": pl.lit(1)})
    return total_between(rows, ever, ["player_lookup"], _days_ago(EXPECTED), {"year_games": "games"})


def add_team_windows(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add what a player's team did in the season strictly before the date, and the opponent's last date."""
    games = Timeline(history.offense, TEAM)
    own = games.before(rows)
    size = own.select(pl.min_horizontal("nth", pl.lit(LONG))).to_series()
    pace, rating = pl.col("pace10"), pl.col("rating100")
    opponents = rows.select("game_date", "season_year", team="opponent")
    return rows.with_columns(
        team_games=own["nth"],
        team_wins=games.total(pl.col("win_flag"), own["place"], own["nth"]),
        team_pace=games.total(pace, own["place"], size),
        team_pace_n=games.total(pace.is_not_null(), own["place"], size),
        team_rating=games.total(rating, own["place"], size),
        team_rating_n=games.total(rating.is_not_null(), own["place"], size),
        opponent_last=games.before(opponents)["last_date"],
    )


def add_upstream(rows: pl.DataFrame, built: Mapping[str, Built]) -> pl.DataFrame:
    """Add the rows of the date: stored decimals as integers, and of each table whether its row is there and ready.

    A row of another game is no row: the context and the factors are joined on the game too.
    """
    context = built[upcoming_player_game_context.TABLE.name].frame
    alive = context.group_by("game_date").agg(feed=pl.col("player_status").is_not_null().any())
    context = context.select(
        "game_date",
        "player_lookup",
        "game_id",
        "days_rest",
        "player_status",
        context_week="games_in_last_7_days",
        line10=scaled(pl.col("current_points_line"), 1),
        opening10=scaled(pl.col("opening_points_line"), 1),
        line_source="current_points_line_source",
        has_context=pl.lit(True),
    )
    cache = built[player_daily_cache.TABLE.name].frame.select(
        "player_lookup",
        game_date="cache_date",
        cache_week="games_in_last_7_days",
        cache_ready="is_production_ready",
        cache_hash="data_hash",
        **{f"cache_{name}": scaled(pl.col(name), 4) for name in CACHED},
    )
    factors = built[player_composite_factors.TABLE.name].frame.select(
        "game_date",
        "player_lookup",
        "game_id",
        "fatigue_score",
        factors_ready="is_production_ready",
        factors_hash="data_hash",
        **{f"{name}10": scaled(pl.col(name), 1) for name in SCORES},
    )
    zones = built[player_shot_zone_analysis.TABLE.name].frame.select(
        "player_lookup",
        game_date="analysis_date",
        zones_ready="is_production_ready",
        zones_hash="data_hash",
        **{f"{name}100": scaled(pl.col(name), 2) for name in RATES},
    )
    defense = built[team_defense_zone_analysis.TABLE.name].frame.select(
        game_date="analysis_date",
        opponent="team_abbr",
        defense_rating100=scaled(pl.col("defensive_rating_last_15"), 2),
        defense_pace10=scaled(pl.col("opponent_pace"), 1),
        defense_ready="is_production_ready",
        defense_hash="data_hash",
    )
    day_and_player = ["game_date", "player_lookup"]
    for table, key in (
        (context, [*day_and_player, "game_id"]),
        (cache, day_and_player),
        (factors, [*day_and_player, "game_id"]),
        (zones, day_and_player),
        (defense, ["game_date", "opponent"]),
        (alive, ["game_date"]),
    ):
        rows = rows.join(table, on=key, how="left", validate="m:1", maintain_order="left")
    return rows.with_columns(pl.col("feed", "has_context").fill_null(False))


#: What is read of the cache, the factors and the shot zones.
CACHED = (
    "points_avg_last_5",
    "points_avg_last_10",
    "points_avg_season",
    "points_std_last_10",
    "minutes_avg_last_10",
    "team_pace_last_10",
    "team_off_rating_last_10",
)
SCORES = ("shot_zone_mismatch_score", "pace_score", "usage_spike_score")
RATES = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")


def _days_ago(days: int) -> pl.Expr:
    return pl.col("game_date") - pl.duration(days=days)

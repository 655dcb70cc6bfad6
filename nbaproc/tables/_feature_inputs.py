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
    n, n5 = recent.clip(upper_bound=LONG), recent.clip(upper_bound=SHORT)
    points, minutes = pl.col("points"), pl.col("minutes10")
    timed = minutes.is_not_null() & (minutes > 0)
    zoned = pl.all_horizontal(pl.col(zone).is_not_null() for zone in ZONES)
    nth_of_key = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(PERSON)
    of_ten = {
        "points": points,
        "squares": points * points,
        # Σ nth·y: with the place of the window's first game it gives Σ i·y.
        "weighted": nth_of_key * points,
        "ft": pl.col("ft_makes"),
        "minutes": minutes,
        "timed_minutes": pl.when(timed).then(minutes),
        "ppm": pl.when(timed).then(quotient(10 * points, minutes, 9)),
        "zones": pl.when(zoned).then(pl.sum_horizontal(ZONES)),
        **{zone: pl.when(zoned).then(pl.col(zone)) for zone in ZONES},
    }
    ten = games.sums(of_ten, place, n)
    five = games.sums({"points": points}, place, n5)
    most = games.sums({"points": points}, place, nth.clip(upper_bound=SEASON))
    season = games.sums({"minutes": minutes}, place, nth)
    found = {f"{name}_10": ten[f"{name}_sum"] for name in of_ten}
    found |= {
        "minutes_known_10": ten["minutes_n"],
        "k": ten["timed_minutes_n"],
        "n": n,
        "n5": n5,
        "first": nth - n,
        "season_n": nth.clip(upper_bound=SEASON),
        "last_game": last["last_date"],
        "points_5": five["points_sum"],
        "points_season": most["points_sum"],
        "minutes_season": season["minutes_sum"],
        "minutes_known_season": season["minutes_n"],
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
    size = listed.since(rows, _days_ago(RECENT), last["nth"]).clip(upper_bound=LONG)
    newest = last_before(rows.select("game_date", _=pl.lit(0)), sat_out.with_columns(_=pl.lit(0)), ["_"])["last_date"]
    return rows.with_columns(
        rows_10=size,
        dnp_10=listed.sums({"dnp": pl.col("is_dnp")}, last["place"], size)["dnp_sum"],
        dnp_listed=(newest >= rows.select(_days_ago(RECENT)).to_series()).fill_null(False),
    )


def _add_longer_windows(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add the games against the opponent in a year, and how many of ten games are expected."""
    played = history.played.select("game_date", "player_lookup", "points", opponent="opponent_team_abbr")
    key = ["player_lookup", "opponent"]
    meetings = played.join(rows.select(key).unique(), on=key, how="semi")
    met = running_totals(meetings, key, {"games": pl.lit(1), "points": pl.col("points")})
    year_ago = pl.col("game_date").dt.offset_by("-1y")
    rows = total_between(rows, met, key, (year_ago, {"met": "games", "met_points": "points"}))
    mine = played.join(rows.select("player_lookup").unique(), on="player_lookup", how="semi")
    ever = running_totals(mine, ["player_lookup"], {"games": pl.lit(1)})
    return total_between(rows, ever, ["player_lookup"], (_days_ago(EXPECTED), {"year_games": "games"}))


def add_team_windows(rows: pl.DataFrame, history: History) -> pl.DataFrame:
    """Add what a player's team did in the season strictly before the date, and the opponent's last date."""
    games = Timeline(history.offense, TEAM)
    own = games.before(rows)
    size = own["nth"].clip(upper_bound=LONG)
    form = games.sums({"pace": pl.col("pace10"), "rating": pl.col("rating100")}, own["place"], size)
    opponents = rows.select("game_date", "season_year", team="opponent")
    return rows.with_columns(
        team_games=own["nth"],
        team_wins=games.sums({"wins": pl.col("win_flag")}, own["place"], own["nth"])["wins_sum"],
        team_pace=form["pace_sum"],
        team_pace_n=form["pace_n"],
        team_rating=form["rating_sum"],
        team_rating_n=form["rating_n"],
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

"""Made-up results of a season, for the tables that look back: two teams that meet every second day."""

from __future__ import annotations

from datetime import date, timedelta

from nbaproc.reference import build
from nbaproc.tables import with_inputs
from nbaproc.tables.ml_feature_store_v2 import TABLE as MLFS
from nbaproc.tables.player_composite_factors import TABLE as PCF
from nbaproc.tables.player_daily_cache import TABLE as PDC
from nbaproc.tables.player_shot_zone_analysis import TABLE as PSZA
from nbaproc.tables.team_defense_zone_analysis import TABLE as TDZA
from nbaproc.tables.upcoming_player_game_context import TABLE as UPGC
from nbaproc.tables.upcoming_team_game_context import TABLE as UTGC
from tests.tables.made_up import raw_row, utc

TABLES = {table.name: table for table in (UTGC, UPGC, TDZA, PSZA, PCF, PDC, MLFS)}
OPENER = date(2023, 10, 24)
PGS, TOGS, TDGS = "player_game_summary", "team_offense_game_summary", "team_defense_game_summary"


def on(day):
    """A date by its day of the season."""
    return OPENER + timedelta(days=day)


def schedule_row(game_date, home="BOS", away="NYK", **changes):
    number = game_date.toordinal() % 100_000
    values = {"game_id": f"00223{number:05d}", "game_date": game_date, "game_status": 3}
    values |= {"home_team_tricode": home, "away_team_tricode": away, "home_team_score": 110, "away_team_score": 100}
    values |= {"game_date_est": utc(game_date.year, game_date.month, game_date.day, 19, 30)}
    return raw_row("nbac_schedule", **(values | changes))


def game_id(game_date, home="BOS", away="NYK"):
    return f"{game_date:%Y%m%d}_{away}_{home}"


def player_row(lookup, game_date, team="BOS", points=20, **changes):
    values = {"game_date": game_date, "season_year": 2023, "player_lookup": lookup, "player_full_name": lookup}
    values |= {"universal_player_id": f"{lookup}_001", "team_abbr": team, "is_dnp": False, "points": points}
    values |= {"minutes_played": 30.0, "usage_rate": 20.0, "ts_pct": 0.6, "fg_makes": 8, "data_hash": f"{game_date}"}
    values |= {"paint_attempts": 8, "paint_makes": 5, "mid_range_attempts": 4, "mid_range_makes": 1}
    values |= {"three_attempts_pbp": 6, "three_makes_pbp": 2, "assisted_fg_makes": 5, "unassisted_fg_makes": 3}
    values |= {"game_id": game_id(game_date), "opponent_team_abbr": "NYK" if team == "BOS" else "BOS"}
    values |= {"home_game": team == "BOS", "ft_makes": 4}
    return values | changes


def offense_row(team, game_date, **changes):
    values = {"game_date": game_date, "season_year": 2023, "team_abbr": team, "pace": 99.0, "offensive_rating": 112.0}
    return values | {"win_flag": team == "BOS"} | changes


def defense_row(team, game_date, **changes):
    values = {"game_date": game_date, "season_year": 2023, "defending_team_abbr": team, "data_hash": f"{game_date}"}
    values |= {"opp_paint_attempts": 36, "opp_paint_makes": 21, "opp_mid_range_attempts": 20}
    values |= {"opp_mid_range_makes": 8, "opp_three_pt_attempts": 35, "opp_three_pt_makes": 12}
    values |= {"opp_ft_attempts": 20, "points_in_paint_allowed": 42, "points_allowed": 110}
    values |= {"defensive_rating": 112.5, "opponent_pace": 99.0}
    return values | changes


def season(days, players=(("celtic", "BOS"), ("knick", "NYK"))):
    """Results of games on some days of the season, all players in all of them."""
    dates = [on(day) for day in days]
    return {
        "nbac_schedule": [schedule_row(game_date) for game_date in dates],
        PGS: [player_row(lookup, game_date, team) for lookup, team in players for game_date in dates],
        TOGS: [offense_row(team, game_date) for team in ("BOS", "NYK") for game_date in dates],
        TDGS: [defense_row(team, game_date) for team in ("BOS", "NYK") for game_date in dates],
    }


def build_one(table, raw, *dates):
    """Build a table with its inputs; return its rows by (date, entity), its records and all counts."""
    outcome = build({name: TABLES[name] for name in with_inputs([table.name])}, raw, dates)
    rows = {tuple(row[column] for column in table.key): row for row in outcome.rows[table.name]}
    return rows, outcome.records[table.name], outcome.counts

"""Made-up inputs of the feature store: the past at a date, the rows of a player, and a finished row."""

from __future__ import annotations

from datetime import date

from nbaproc.features import FEATURES
from nbaproc.reference.analysis_day import read_past
from nbaproc.reference.entities import Entities
from nbaproc.reference.feature_roster import RosterRow
from nbaproc.reference.feature_values import Inputs
from nbaproc.reference.feature_windows import PlayerPast, TeamPast
from nbaproc.reference.form import Forms
from nbaproc.reference.history import History
from nbaproc.reference.look_back import Day
from nbaproc.reference.schedule import clean_schedule
from nbaproc.reference.season_days import SeasonDays
from nbaproc.reference.team_games import TeamGames
from tests.reference.look_back_world import PGS, TDGS, TOGS, schedule_row

D = date(2024, 1, 15)
CONTEXT = {
    "game_date": D,
    "game_id": "20240115_NYK_BOS",
    "player_lookup": "celtic",
    "universal_player_id": "celtic_001",
}
CONTEXT |= {"team_abbr": "BOS", "opponent_team_abbr": "NYK", "home_game": True, "days_rest": 2}
CONTEXT |= {"games_in_last_7_days": 3, "player_status": None, "current_points_line": 24.5}
CONTEXT |= {"opening_points_line": 25.5, "current_points_line_source": "draftkings", "data_hash": "u"}
CACHE = {"cache_date": D, "player_lookup": "celtic", "points_avg_last_5": 24.6, "points_avg_last_10": 22.3}
CACHE |= {"points_avg_season": 21.4583, "points_std_last_10": 6.1653, "games_in_last_7_days": 2}
CACHE |= {"minutes_avg_last_10": 36.6667, "team_pace_last_10": 100.7, "team_off_rating_last_10": 116.3}
CACHE |= {"is_production_ready": True, "data_hash": "c"}
FACTORS = {"game_date": D, "player_lookup": "celtic", "game_id": CONTEXT["game_id"], "fatigue_score": 85}
FACTORS |= {"shot_zone_mismatch_score": 2.1, "pace_score": 0.8, "usage_spike_score": -0.4}
FACTORS |= {"is_production_ready": True, "data_hash": "f"}
SHOTS = {"player_lookup": "celtic", "paint_rate_last_10": 41.25, "mid_range_rate_last_10": 18.13}
SHOTS |= {"three_pt_rate_last_10": 40.62, "is_production_ready": True, "data_hash": "s"}
DEFENSE = {"team_abbr": "NYK", "defensive_rating_last_15": 113.2, "opponent_pace": 99.4}
DEFENSE |= {"is_production_ready": True, "data_hash": "d"}
TEAM = TeamPast(rest=1, pace=1000444, rating=1145267, win_share=645161290)


def day_at(of_date, schedule=(), players=(), offense=()):
    """The past at a date, of rows of the schedule and of the game summaries."""
    games = clean_schedule(schedule)
    team_games = TeamGames(game for of_day in games.by_date.values() for game in of_day)
    raw = {PGS: players, TOGS: offense, TDGS: ()}
    history, forms = History(players), Forms(offense, ())
    past = read_past(raw, SeasonDays(team_games.openers), games.by_date, team_games, history, forms)
    return Day(of_date, past, Entities())


def game_of(of_date=D, **changes):
    """The game of the date."""
    [game] = clean_schedule([schedule_row(of_date, **changes)]).by_date[of_date]
    return game


def inputs_of(games, season=None, absent=(False,) * 10, against=(), **changes):
    """What the row of a player is made of: games newest first, all precompute rows there."""
    player = RosterRow(game_of(), "celtic", "celtic_001", "BOS", "NYK", is_home=True)
    past = PlayerPast(games, games if season is None else season, absent, against, in_a_year=len(games))
    values = {"player": player, "past": past, "team": TEAM, "opponent": TEAM, "context": CONTEXT, "cache": CACHE}
    values |= {"factors": FACTORS, "shots": SHOTS, "defense": DEFENSE, "has_statuses": True, "has_absences": True}
    return Inputs(**(values | changes))


VECTOR = (
    *(24.6, 22.3, 21.4583, 6.1653, 3.0, 85.0, 2.1, 0.8, -0.4, 1.0, 2.0, 2.0, 1.0, 113.2, 99.4, 0.0, 0.0, 0.0),
    *(0.4125, 0.1813, 0.4062, 0.179372197, 100.7, 116.3, 0.64516129, None, None, None, 0.0, 23.5, 4.0, 33.8),
    *(0.655174115, 0.0, 0.963636364, 0.509577798, 0.0),
)
#: The row of the hash examples.
ROW = {"game_date": D, "season_year": 2023, "player_lookup": "playerone", "universal_player_id": "playerone_001"}
ROW |= {"game_id": "20240115_BOS_TOR", "team_abbr": "BOS", "opponent_team_abbr": "TOR", "is_home": False}
ROW |= {"days_rest": 2, "feature_version": "v2_37features", "vegas_line_source": "none"}
ROW |= {feature.column: value for feature, value in zip(FEATURES, VECTOR, strict=True)}
ROW |= {"feature_quality_score": 97.97, "data_source": "phase4"}

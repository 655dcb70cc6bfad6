-- Generated from the declarations by `make ddl`; do not edit.
CREATE OR REPLACE TABLE `nba_predictions.feature_versions` (
  feature_version STRING NOT NULL OPTIONS (description = "name of the version, the key"),
  feature_count INT64 NOT NULL OPTIONS (description = "features it has: the first so many"),
  feature_names ARRAY<STRING> OPTIONS (description = "names in order, without their place"),
  units ARRAY<STRING> OPTIONS (description = "unit of each"),
  digits ARRAY<INT64> OPTIONS (description = "decimals of each"),
  impute_values ARRAY<FLOAT64> OPTIONS (description = "what may stand for NULL in each"),
  optional_mask INT64 NOT NULL OPTIONS (description = "bit i is set where feature i is optional"),
  description STRING NOT NULL OPTIONS (description = "what the version is"),
  active BOOL NOT NULL OPTIONS (description = "the store is computed in this version")
)
OPTIONS (description = "one row per version of the feature list")
AS
SELECT
  'v1_baseline_25' AS feature_version,
  25 AS feature_count,
  ['points_avg_last_5', 'points_avg_last_10', 'points_avg_season', 'points_std_last_10', 'games_in_last_7_days', 'fatigue_score', 'shot_zone_mismatch_score', 'pace_score', 'usage_spike_score', 'rest_advantage', 'injury_risk', 'recent_trend', 'minutes_change', 'opponent_def_rating', 'opponent_pace', 'home_away', 'back_to_back', 'playoff_game', 'pct_paint', 'pct_mid_range', 'pct_three', 'pct_free_throw', 'team_pace', 'team_off_rating', 'team_win_pct'] AS feature_names,
  ['points/game', 'points/game', 'points/game', 'points (sample sd)', 'games on D−6…D−1', '0–100, **100 = fresh**', '−10…10, + favourable', '−3…3', '−3…3', 'days, clamped ±2', '0, 1, 2, 3', '−2…2', '−2…2', 'points/100 poss', 'possessions/48 min', '1 home, 0 away', '1 / 0', '1 / 0', 'share of attempts 0–1', 'share 0–1', 'share 0–1', 'free-throw points / points, 0–0.5', 'possessions/48 min', 'points/100 poss', '0–1'] AS units,
  [4, 4, 4, 4, 0, 0, 1, 1, 1, 0, 0, 0, 0, 2, 1, 0, 0, 0, 9, 9, 9, 9, 4, 4, 9] AS digits,
  [10.0, 10.0, 10.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 112.0, 100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5] AS impute_values,
  1024 AS optional_mask,
  'the first 25 features of v2_37features' AS description,
  FALSE AS active
UNION ALL
SELECT
  'v2_33features' AS feature_version,
  33 AS feature_count,
  ['points_avg_last_5', 'points_avg_last_10', 'points_avg_season', 'points_std_last_10', 'games_in_last_7_days', 'fatigue_score', 'shot_zone_mismatch_score', 'pace_score', 'usage_spike_score', 'rest_advantage', 'injury_risk', 'recent_trend', 'minutes_change', 'opponent_def_rating', 'opponent_pace', 'home_away', 'back_to_back', 'playoff_game', 'pct_paint', 'pct_mid_range', 'pct_three', 'pct_free_throw', 'team_pace', 'team_off_rating', 'team_win_pct', 'vegas_points_line', 'vegas_opening_line', 'vegas_line_move', 'has_vegas_line', 'avg_points_vs_opponent', 'games_vs_opponent', 'minutes_avg_last_10', 'ppm_avg_last_10'] AS feature_names,
  ['points/game', 'points/game', 'points/game', 'points (sample sd)', 'games on D−6…D−1', '0–100, **100 = fresh**', '−10…10, + favourable', '−3…3', '−3…3', 'days, clamped ±2', '0, 1, 2, 3', '−2…2', '−2…2', 'points/100 poss', 'possessions/48 min', '1 home, 0 away', '1 / 0', '1 / 0', 'share of attempts 0–1', 'share 0–1', 'share 0–1', 'free-throw points / points, 0–0.5', 'possessions/48 min', 'points/100 poss', '0–1', 'points', 'points', 'points, f25 − f26', '1 / 0', 'points', 'games', 'minutes', 'points/minute'] AS units,
  [4, 4, 4, 4, 0, 0, 1, 1, 1, 0, 0, 0, 0, 2, 1, 0, 0, 0, 9, 9, 9, 9, 4, 4, 9, 1, 1, 1, 0, 9, 0, 9, 9] AS digits,
  [10.0, 10.0, 10.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 112.0, 100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 28.0, 0.4] AS impute_values,
  234882048 AS optional_mask,
  'the first 33 features of v2_37features' AS description,
  FALSE AS active
UNION ALL
SELECT
  'v2_37features' AS feature_version,
  37 AS feature_count,
  ['points_avg_last_5', 'points_avg_last_10', 'points_avg_season', 'points_std_last_10', 'games_in_last_7_days', 'fatigue_score', 'shot_zone_mismatch_score', 'pace_score', 'usage_spike_score', 'rest_advantage', 'injury_risk', 'recent_trend', 'minutes_change', 'opponent_def_rating', 'opponent_pace', 'home_away', 'back_to_back', 'playoff_game', 'pct_paint', 'pct_mid_range', 'pct_three', 'pct_free_throw', 'team_pace', 'team_off_rating', 'team_win_pct', 'vegas_points_line', 'vegas_opening_line', 'vegas_line_move', 'has_vegas_line', 'avg_points_vs_opponent', 'games_vs_opponent', 'minutes_avg_last_10', 'ppm_avg_last_10', 'dnp_rate', 'pts_slope_10g', 'pts_vs_season_zscore', 'breakout_flag'] AS feature_names,
  ['points/game', 'points/game', 'points/game', 'points (sample sd)', 'games on D−6…D−1', '0–100, **100 = fresh**', '−10…10, + favourable', '−3…3', '−3…3', 'days, clamped ±2', '0, 1, 2, 3', '−2…2', '−2…2', 'points/100 poss', 'possessions/48 min', '1 home, 0 away', '1 / 0', '1 / 0', 'share of attempts 0–1', 'share 0–1', 'share 0–1', 'free-throw points / points, 0–0.5', 'possessions/48 min', 'points/100 poss', '0–1', 'points', 'points', 'points, f25 − f26', '1 / 0', 'points', 'games', 'minutes', 'points/minute', '0–1', 'points per game step', 'z, clamped ±3', '1 / 0'] AS units,
  [4, 4, 4, 4, 0, 0, 1, 1, 1, 0, 0, 0, 0, 2, 1, 0, 0, 0, 9, 9, 9, 9, 4, 4, 9, 1, 1, 1, 0, 9, 0, 9, 9, 9, 9, 9, 0] AS digits,
  [10.0, 10.0, 10.0, 5.0, 3.0, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 112.0, 100.0, 0.0, 0.0, 0.0, 0.3, 0.2, 0.35, 0.15, 100.0, 112.0, 0.5, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 28.0, 0.4, 0.0, 0.0, 0.0, 0.0] AS impute_values,
  8824816640 AS optional_mask,
  'the features of the store' AS description,
  TRUE AS active;

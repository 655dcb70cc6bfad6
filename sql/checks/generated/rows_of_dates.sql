-- Generated from the declarations by `make ddl`; do not edit.
-- Rows and distinct keys of every table and date.
SELECT 'TDGS' AS code, 'team_defense_game_summary' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT defending_team_abbr) AS n_keys
FROM `nba_analytics.team_defense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'TOGS' AS code, 'team_offense_game_summary' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT team_abbr) AS n_keys
FROM `nba_analytics.team_offense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'PGS' AS code, 'player_game_summary' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_analytics.player_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'ml_labels' AS code, 'ml_labels' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_predictions.ml_labels`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'PSZA' AS code, 'player_shot_zone_analysis' AS table_name, analysis_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_precompute.player_shot_zone_analysis`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates)
GROUP BY analysis_date
UNION ALL
SELECT 'TDZA' AS code, 'team_defense_zone_analysis' AS table_name, analysis_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT team_abbr) AS n_keys
FROM `nba_precompute.team_defense_zone_analysis`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates)
GROUP BY analysis_date
UNION ALL
SELECT 'UPGC' AS code, 'upcoming_player_game_context' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_analytics.upcoming_player_game_context`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'UTGC' AS code, 'upcoming_team_game_context' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT team_abbr) AS n_keys
FROM `nba_analytics.upcoming_team_game_context`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'PCF' AS code, 'player_composite_factors' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_precompute.player_composite_factors`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'PDC' AS code, 'player_daily_cache' AS table_name, cache_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_precompute.player_daily_cache`
WHERE cache_date BETWEEN @start AND @end AND cache_date IN UNNEST(@dates)
GROUP BY cache_date
UNION ALL
SELECT 'MLFS' AS code, 'ml_feature_store_v2' AS table_name, game_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT player_lookup) AS n_keys
FROM `nba_predictions.ml_feature_store_v2`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date
UNION ALL
SELECT 'processing_failures' AS code, 'processing_failures' AS table_name, analysis_date AS day, COUNT(*) AS n_rows, COUNT(DISTINCT CONCAT(table_name, '|', entity_type, '|', entity_id, '|', failure_category, '|', detail)) AS n_keys
FROM `nba_processing.processing_failures`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates)
GROUP BY analysis_date

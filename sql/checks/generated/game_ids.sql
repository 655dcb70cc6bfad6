-- Generated from the declarations by `make ddl`; do not edit.
-- Game ids of every table and date.
SELECT 'TDGS' AS code, 'team_defense_game_summary' AS table_name, game_date AS day, game_id
FROM `nba_analytics.team_defense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'TOGS' AS code, 'team_offense_game_summary' AS table_name, game_date AS day, game_id
FROM `nba_analytics.team_offense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'PGS' AS code, 'player_game_summary' AS table_name, game_date AS day, game_id
FROM `nba_analytics.player_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'ml_labels' AS code, 'ml_labels' AS table_name, game_date AS day, game_id
FROM `nba_predictions.ml_labels`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'UPGC' AS code, 'upcoming_player_game_context' AS table_name, game_date AS day, game_id
FROM `nba_analytics.upcoming_player_game_context`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'UTGC' AS code, 'upcoming_team_game_context' AS table_name, game_date AS day, game_id
FROM `nba_analytics.upcoming_team_game_context`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'PCF' AS code, 'player_composite_factors' AS table_name, game_date AS day, game_id
FROM `nba_precompute.player_composite_factors`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id
UNION ALL
SELECT 'MLFS' AS code, 'ml_feature_store_v2' AS table_name, game_date AS day, game_id
FROM `nba_predictions.ml_feature_store_v2`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
GROUP BY game_date, game_id

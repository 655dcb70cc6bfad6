-- Generated from the declarations by `make ddl`; do not edit.
-- The output tables.
SELECT 'TDGS' AS code, 'team_defense_game_summary' AS table_name, 'games' AS stage, 'phase3' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'TOGS' AS code, 'team_offense_game_summary' AS table_name, 'games' AS stage, 'phase3' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'PGS' AS code, 'player_game_summary' AS table_name, 'games' AS stage, 'phase3' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'ml_labels' AS code, 'ml_labels' AS table_name, 'games' AS stage, 'labels' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'PSZA' AS code, 'player_shot_zone_analysis' AS table_name, 'features' AS stage, 'phase4' AS phase, TRUE AS early, FALSE AS has_game_id
UNION ALL
SELECT 'TDZA' AS code, 'team_defense_zone_analysis' AS table_name, 'features' AS stage, 'phase4' AS phase, TRUE AS early, FALSE AS has_game_id
UNION ALL
SELECT 'UPGC' AS code, 'upcoming_player_game_context' AS table_name, 'features' AS stage, 'phase3' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'UTGC' AS code, 'upcoming_team_game_context' AS table_name, 'features' AS stage, 'phase3' AS phase, FALSE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'PCF' AS code, 'player_composite_factors' AS table_name, 'features' AS stage, 'phase4' AS phase, TRUE AS early, TRUE AS has_game_id
UNION ALL
SELECT 'PDC' AS code, 'player_daily_cache' AS table_name, 'features' AS stage, 'phase4' AS phase, TRUE AS early, FALSE AS has_game_id
UNION ALL
SELECT 'MLFS' AS code, 'ml_feature_store_v2' AS table_name, 'features' AS stage, 'phase4' AS phase, TRUE AS early, TRUE AS has_game_id

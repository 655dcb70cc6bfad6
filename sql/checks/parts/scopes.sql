-- Who must be accounted for on every planned date: by a row, or by a record of the entity or of its game.
-- The player summary and the pre-game context of players are held to their games: whom a source or a driver lists is
-- known only where they are computed, which is where that is checked.
WITH finals AS (
  SELECT sides.game_date, sides.game_id, sides.team FROM sides
  JOIN dates ON dates.game_date = sides.game_date
  WHERE sides.final
),
all_games AS (
  SELECT sides.game_date, sides.game_id, sides.team FROM sides
  JOIN dates ON dates.game_date = sides.game_date
),
late AS (
  SELECT game_date, season_year FROM dates WHERE season_day >= @early_days
),
of_context AS (
  SELECT c.game_date, c.game_id, c.player_lookup
  FROM `nba_analytics.upcoming_player_game_context` AS c
  JOIN late ON late.game_date = c.game_date
  WHERE c.game_date BETWEEN @start AND @end
),
of_play AS (
  SELECT played.game_date, played.game_id, played.player_lookup
  FROM played
  JOIN late ON late.game_date = played.game_date
),
results AS (
  SELECT DISTINCT game_id FROM finals
),
debuts AS (
  SELECT season_year, player_lookup, MIN(game_date) AS debut FROM played GROUP BY season_year, player_lookup
),
members AS (
  SELECT 'team_offense_game_summary' AS table_name, game_date AS day, team AS entity, game_id FROM finals
  UNION ALL
  SELECT 'team_defense_game_summary', game_date, team, game_id FROM finals
  UNION ALL
  SELECT 'upcoming_team_game_context', game_date, team, game_id FROM all_games
  UNION ALL
  SELECT DISTINCT 'player_game_summary', game_date, game_id, game_id FROM finals
  UNION ALL
  SELECT DISTINCT 'upcoming_player_game_context', game_date, game_id, game_id FROM all_games
  UNION ALL
  SELECT 'ml_labels', s.game_date, s.player_lookup, s.game_id
  FROM `nba_analytics.player_game_summary` AS s
  JOIN dates ON dates.game_date = s.game_date
  WHERE s.game_date BETWEEN @start AND @end
  UNION ALL
  SELECT 'player_composite_factors', game_date, player_lookup, game_id FROM of_context
  UNION ALL
  SELECT 'player_daily_cache', game_date, player_lookup, game_id FROM of_context
  UNION ALL
  SELECT 'ml_feature_store_v2', of_play.game_date, of_play.player_lookup, of_play.game_id
  FROM of_play
  JOIN results ON results.game_id = of_play.game_id
  UNION ALL
  SELECT 'ml_feature_store_v2', of_context.game_date, of_context.player_lookup, of_context.game_id
  FROM of_context
  LEFT JOIN results ON results.game_id = of_context.game_id
  WHERE results.game_id IS NULL
  UNION ALL
  SELECT 'player_shot_zone_analysis', late.game_date, debuts.player_lookup, ''
  FROM late
  JOIN debuts ON debuts.season_year = late.season_year AND debuts.debut < late.game_date
  UNION ALL
  SELECT 'team_defense_zone_analysis', late.game_date, team_codes.team, ''
  FROM late
  CROSS JOIN team_codes
  WHERE team_codes.code = team_codes.team
)
SELECT DISTINCT table_name, day, entity, game_id FROM members

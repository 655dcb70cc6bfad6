-- title: players who played and are in the pre-game context
-- unit: %
-- target: = 100
-- fails: < 90
-- per: date
SELECT
  CAST(played.game_date AS STRING) AS scope,
  COUNT(IF(context.player_lookup IS NOT NULL, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  MIN(IF(context.player_lookup IS NULL, played.player_lookup, NULL)) AS detail
FROM played
JOIN dates ON dates.game_date = played.game_date
LEFT JOIN (
  SELECT DISTINCT game_date, player_lookup
  FROM `nba_analytics.upcoming_player_game_context`
  WHERE game_date BETWEEN @start AND @end
) AS context
  ON context.game_date = played.game_date AND context.player_lookup = played.player_lookup
GROUP BY played.game_date

-- title: minutes_played is known of players who took part
-- unit: %
-- target: >= 99
SELECT
  'all rows' AS scope,
  COUNT(IF(minutes_played IS NOT NULL, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  MIN(IF(minutes_played IS NULL, CONCAT(CAST(game_date AS STRING), ' ', player_lookup), NULL)) AS detail
FROM `nba_analytics.player_game_summary`
WHERE
  game_date BETWEEN @start AND @end
  AND game_date IN UNNEST(@dates)
  AND NOT is_dnp

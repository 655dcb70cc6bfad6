-- title: team rows that are production ready
-- unit: %
-- target: >= 80
SELECT
  'TOGS' AS scope,
  COUNT(IF(is_production_ready, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM `nba_analytics.team_offense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)

-- title: dates with rows on which no player has minutes
-- unit: count
-- target: = 0
WITH of_dates AS (
  SELECT game_date, COUNT(IF(minutes_played > 0, 1, NULL)) AS n
  FROM `nba_analytics.player_game_summary`
  WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)
  GROUP BY game_date
)
SELECT
  'all dates' AS scope,
  COUNT(IF(n = 0, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(MIN(IF(n = 0, game_date, NULL)) AS STRING) AS detail
FROM of_dates

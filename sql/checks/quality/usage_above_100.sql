-- title: usage_rate above 100
-- unit: count
-- target: = 0
SELECT
  'all rows' AS scope,
  COUNT(IF(usage_rate > 100, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  MIN(IF(usage_rate > 100, CONCAT(CAST(game_date AS STRING), ' ', player_lookup), NULL)) AS detail
FROM on_floor

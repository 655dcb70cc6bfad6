-- title: usage_rate above 50 of players with 5 minutes or more
-- unit: %
-- target: <= 0.1
SELECT
  'all rows' AS scope,
  COUNT(IF(usage_rate > 50, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM on_floor
WHERE minutes_played >= 5

-- title: usage_rate is known
-- unit: %
-- target: > 95
SELECT
  'all rows' AS scope,
  COUNT(IF(usage_rate IS NOT NULL, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM on_floor

-- title: quality_score of 75 or more
-- unit: %
-- target: >= 95
SELECT
  'all rows' AS scope,
  COUNT(IF(quality_score >= 75, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM on_floor

-- title: player rows that are production ready
-- unit: %
-- target: >= 95
SELECT
  'PGS' AS scope,
  COUNT(IF(is_production_ready, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM on_floor

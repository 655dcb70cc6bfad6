-- title: planned cells with records of class bug
-- unit: count
-- target: = 0
SELECT
  code AS scope,
  COUNT(IF(bugs > 0, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(MIN(IF(bugs > 0, day, NULL)) AS STRING) AS detail
FROM cells
GROUP BY code

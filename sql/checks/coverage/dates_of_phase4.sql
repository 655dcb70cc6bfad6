-- title: planned dates that are built, tables of phase 4
-- unit: %
-- target: = 100
-- fails: < 95
-- The first two weeks of a season are not planned.
SELECT
  tables.code AS scope,
  COUNT(IF(cells.n_rows > 0 OR cells.entities > 0, 1, NULL)) AS numerator,
  COUNT(cells.day) AS denominator,
  COUNT(cells.day) > 0 AS judged,
  CAST(MIN(IF(cells.n_rows = 0 AND cells.entities = 0, cells.day, NULL)) AS STRING) AS detail
FROM tables
LEFT JOIN cells ON cells.code = tables.code
WHERE tables.phase = 'phase4'
GROUP BY tables.code

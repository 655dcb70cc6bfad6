-- title: planned dates that are built, tables of phase 3
-- unit: %
-- target: = 100
-- fails: < 95
-- A date whose games have no source is built when a record says so.
SELECT
  tables.code AS scope,
  COUNT(IF(cells.n_rows > 0 OR cells.entities > 0, 1, NULL)) AS numerator,
  COUNT(cells.day) AS denominator,
  COUNT(cells.day) > 0 AS judged,
  CAST(MIN(IF(cells.n_rows = 0 AND cells.entities = 0, cells.day, NULL)) AS STRING) AS detail
FROM tables
LEFT JOIN cells ON cells.code = tables.code
WHERE tables.phase = 'phase3'
GROUP BY tables.code

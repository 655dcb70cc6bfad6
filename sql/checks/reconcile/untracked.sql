-- title: entities with neither a row nor a record
-- unit: count
-- target: = 0
-- What waits for an input, and says so, is not lost.
WITH of_cells AS (
  SELECT
    cells.code,
    accounts.expected,
    IF(cells.waits > 0 AND NOT cells.written, 0, accounts.untracked) AS untracked,
    CONCAT(CAST(cells.day AS STRING), ' ', accounts.name) AS name
  FROM cells
  JOIN accounts ON accounts.table_name = cells.table_name AND accounts.day = cells.day
)
SELECT
  tables.code AS scope,
  COALESCE(SUM(of_cells.untracked), 0) AS numerator,
  COALESCE(SUM(of_cells.expected), 0) AS denominator,
  COUNT(of_cells.code) > 0 AS judged,
  MIN(IF(of_cells.untracked > 0, of_cells.name, NULL)) AS detail
FROM tables
LEFT JOIN of_cells ON of_cells.code = tables.code
GROUP BY tables.code

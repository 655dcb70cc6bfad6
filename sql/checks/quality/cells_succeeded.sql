-- title: planned cells that succeeded
-- unit: %
-- target: >= 95
-- A cell that was skipped for good, having nothing that could be a row, does not count.
SELECT
  'all tables' AS scope,
  COUNT(IF(written AND n_rows > 0 AND bugs = 0 AND faults = 0 AND whole_date = 0, 1, NULL)) AS numerator,
  COUNT(IF(NOT written OR n_rows > 0 OR bugs > 0 OR faults > 0 OR whole_date > 0, 1, NULL)) AS denominator,
  TRUE AS judged,
  MIN(
    IF(
      NOT written OR bugs > 0 OR faults > 0 OR whole_date > 0,
      CONCAT(CAST(day AS STRING), ' ', table_name),
      NULL
    )
  ) AS detail
FROM cells

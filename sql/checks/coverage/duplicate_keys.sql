-- title: duplicates on a primary key
-- unit: count
-- target: = 0
WITH keyed AS (
  SELECT code FROM tables
  UNION ALL
  SELECT 'processing_failures' AS code
),
of_table AS (
  SELECT code, SUM(n_rows) AS n_rows, SUM(n_keys) AS n_keys, MIN(IF(n_keys < n_rows, day, NULL)) AS day
  FROM rows_of_dates
  GROUP BY code
)
SELECT
  keyed.code AS scope,
  COALESCE(of_table.n_rows - of_table.n_keys, 0) AS numerator,
  COALESCE(of_table.n_rows, 0) AS denominator,
  of_table.n_rows IS NOT NULL AS judged,
  CAST(of_table.day AS STRING) AS detail
FROM keyed
LEFT JOIN of_table ON of_table.code = keyed.code

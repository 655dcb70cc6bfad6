-- title: planned dates that reconcile
-- unit: %
-- target: = 100
-- fails: never
-- The first that holds: nobody to account for, waiting for an input, somebody lost, a bug, a part, nothing expected.
WITH statuses AS (
  SELECT
    cells.code,
    CASE
      WHEN COALESCE(accounts.expected, 0) = 0 THEN 'NO_GAMES'
      WHEN cells.waits > 0 AND NOT cells.written THEN 'DEPS_MISSING'
      WHEN accounts.untracked > 0 THEN 'UNTRACKED'
      WHEN cells.bugs > 0 THEN 'INVESTIGATE'
      WHEN cells.faults > 0 THEN 'PARTIAL'
      WHEN cells.n_rows = 0 THEN 'EMPTY_EXPECTED'
      ELSE 'OK'
    END AS status
  FROM cells
  LEFT JOIN accounts ON accounts.table_name = cells.table_name AND accounts.day = cells.day
),
counts AS (
  SELECT code, status, COUNT(*) AS n FROM statuses GROUP BY code, status
)
SELECT
  code AS scope,
  SUM(IF(status IN ('NO_GAMES', 'EMPTY_EXPECTED', 'OK'), n, 0)) AS numerator,
  SUM(n) AS denominator,
  TRUE AS judged,
  STRING_AGG(CONCAT(status, ' ', CAST(n AS STRING)), ', ' ORDER BY status) AS detail
FROM counts
GROUP BY code

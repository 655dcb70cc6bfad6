-- title: dates present but not planned
-- unit: count
-- target: = 0
-- A postponed date of the pre-game tables may keep its rows; the first two weeks of a season have none of phase 4.
WITH scheduled AS (
  SELECT game_date, LOGICAL_OR(final) AS played FROM games GROUP BY game_date
),
judged AS (
  SELECT
    r.code,
    r.day,
    CASE
      WHEN planned.day IS NOT NULL THEN FALSE
      WHEN tables.early OR tables.stage = 'games' THEN TRUE
      ELSE scheduled.game_date IS NULL
    END AS stray
  FROM rows_of_dates AS r
  JOIN tables ON tables.code = r.code
  LEFT JOIN planned ON planned.code = r.code AND planned.day = r.day
  LEFT JOIN scheduled ON scheduled.game_date = r.day
)
SELECT
  tables.code AS scope,
  COUNT(IF(judged.stray, 1, NULL)) AS numerator,
  COUNT(judged.day) AS denominator,
  COUNT(judged.day) > 0 AS judged,
  CAST(MIN(IF(judged.stray, judged.day, NULL)) AS STRING) AS detail
FROM tables
LEFT JOIN judged ON judged.code = tables.code
GROUP BY tables.code

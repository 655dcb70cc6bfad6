-- The planned cells and what there is of each: rows, records by kind, and whether the lake has written it.
WITH of_records AS (
  SELECT
    table_name,
    day,
    COUNT(IF(entity_type <> 'DATE', 1, NULL)) AS entities,
    COUNT(IF(entity_type = 'DATE', 1, NULL)) AS whole_date,
    COUNT(IF(entity_type = 'DATE' AND failure_class = 'upstream', 1, NULL)) AS waits,
    COUNT(IF(failure_class = 'bug', 1, NULL)) AS bugs,
    COUNT(IF(failure_class = 'data', 1, NULL)) AS faults
  FROM records
  GROUP BY table_name, day
),
written AS (
  SELECT table_name, data_date AS day, MAX(`rows`) AS n_rows
  FROM `nba_orchestration.publish_receipts`
  WHERE data_date BETWEEN @start AND @end AND data_date IN UNNEST(@dates)
  GROUP BY table_name, data_date
)
SELECT
  planned.code,
  planned.table_name,
  planned.phase,
  planned.day,
  planned.season_year,
  COALESCE(rows_of_dates.n_rows, 0) AS n_rows,
  COALESCE(of_records.entities, 0) AS entities,
  COALESCE(of_records.whole_date, 0) AS whole_date,
  COALESCE(of_records.waits, 0) AS waits,
  COALESCE(of_records.bugs, 0) AS bugs,
  COALESCE(of_records.faults, 0) AS faults,
  -- A receipt of no rows may be that of a date which failed: then its record is all there is.
  written.n_rows IS NOT NULL
  AND (written.n_rows > 0 OR COALESCE(of_records.entities, 0) > 0 OR COALESCE(of_records.whole_date, 0) = 0) AS written
FROM planned
LEFT JOIN rows_of_dates ON rows_of_dates.table_name = planned.table_name AND rows_of_dates.day = planned.day
LEFT JOIN of_records ON of_records.table_name = planned.table_name AND of_records.day = planned.day
LEFT JOIN written ON written.table_name = planned.table_name AND written.day = planned.day

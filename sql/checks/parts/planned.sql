-- The planned cells: every table on every date on which it can have rows.
SELECT
  tables.code,
  tables.table_name,
  tables.phase,
  dates.game_date AS day,
  dates.season_year,
  dates.season_day
FROM tables
CROSS JOIN dates
WHERE (dates.finals > 0 OR tables.stage = 'features') AND (dates.season_day >= @early_days OR NOT tables.early)

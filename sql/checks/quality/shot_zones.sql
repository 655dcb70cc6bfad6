-- title: shot zones are known
-- unit: %
-- target: >= 40
-- Judged for seasons of which a source of shots was loaded.
WITH of_rows AS (
  SELECT
    season_year,
    paint_attempts IS NOT NULL AS known,
    COALESCE(source_bbd_rows_found, 0) + COALESCE(source_nbac_pbp_rows_found, 0)
    + COALESCE(source_shot_chart_rows_found, 0) AS shots
  FROM on_floor
)
SELECT
  CAST(season_year AS STRING) AS scope,
  COUNT(IF(known, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  MAX(shots) > 0 AS judged,
  IF(MAX(shots) > 0, NULL, 'no source of shots was loaded') AS detail
FROM of_rows
GROUP BY season_year

-- title: shot zones are known
-- unit: %
-- target: >= 40
-- Judged for seasons of which a source of shots was loaded.
SELECT
  CAST(season_year AS STRING) AS scope,
  COUNT(IF(paint_attempts IS NOT NULL, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  COUNT(IF(source_bbd_rows_found > 0 OR source_nbac_pbp_rows_found > 0 OR source_shot_chart_rows_found > 0, 1, NULL)) > 0 AS judged,
  IF(
    COUNT(IF(source_bbd_rows_found > 0 OR source_nbac_pbp_rows_found > 0 OR source_shot_chart_rows_found > 0, 1, NULL)) > 0,
    NULL,
    'no source of shots was loaded'
  ) AS detail
FROM on_floor
GROUP BY season_year

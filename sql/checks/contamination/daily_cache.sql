-- title: averages of the daily cache are there
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(cache.valid, 1, NULL)) AS numerator,
  COUNT(cache.cache_date) AS denominator,
  COUNT(cache.cache_date) > 0 AS judged,
  MIN(IF(cache.valid, NULL, cache.player_lookup)) AS detail
FROM dates
LEFT JOIN valid_pdc AS cache ON cache.cache_date = dates.game_date
GROUP BY dates.game_date

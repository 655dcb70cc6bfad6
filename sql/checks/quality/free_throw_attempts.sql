-- title: ft_attempts is known
-- unit: %
-- target: >= 90
-- per: date
SELECT
  CAST(game_date AS STRING) AS scope,
  COUNT(IF(ft_attempts IS NOT NULL, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM on_floor
GROUP BY game_date

-- title: players who played per game, mean
-- unit: mean
-- target: 20 to 27
-- fails: outside 10 to 40
SELECT
  'all games' AS scope,
  COUNT(*) AS numerator,
  COUNT(DISTINCT played.game_id) AS denominator,
  TRUE AS judged,
  CAST(NULL AS STRING) AS detail
FROM played
JOIN dates ON dates.game_date = played.game_date

-- title: fatigue_score, mean of a date with many players
-- unit: mean
-- target: > 50
-- per: date
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COALESCE(SUM(factors.fatigue_score), 0) AS numerator,
  COUNT(factors.player_lookup) AS denominator,
  COUNT(factors.player_lookup) >= @many_players AS judged,
  CAST(NULL AS STRING) AS detail
FROM dates
LEFT JOIN valid_pcf AS factors ON factors.game_date = dates.game_date
GROUP BY dates.game_date

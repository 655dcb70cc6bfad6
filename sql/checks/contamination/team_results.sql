-- title: zones of team results are there where the game has a source of shots
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(r.valid, 1, NULL)) AS numerator,
  COUNT(r.game_date) AS denominator,
  COUNT(r.game_date) > 0 AS judged,
  MIN(IF(r.valid, NULL, r.defending_team_abbr)) AS detail
FROM dates
LEFT JOIN valid_tdgs AS r ON r.game_date = dates.game_date AND r.shot_zones_source IS NOT NULL
GROUP BY dates.game_date

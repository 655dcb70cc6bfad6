-- title: zones of players are there where a game of the window has a source of shots
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
WITH windows AS (
  SELECT
    season_year,
    player_lookup,
    game_date,
    LEAD(game_date) OVER (PARTITION BY season_year, player_lookup ORDER BY game_date) AS until,
    COUNT(shot_zones_source) OVER (
      PARTITION BY season_year, player_lookup ORDER BY game_date
      ROWS BETWEEN @player_games_before PRECEDING AND CURRENT ROW
    ) AS sourced
  FROM played
),
covered AS (
  SELECT zones.analysis_date, zones.player_lookup, zones.valid
  FROM valid_psza AS zones
  JOIN dates ON dates.game_date = zones.analysis_date
  JOIN windows
    ON windows.season_year = dates.season_year
    AND windows.player_lookup = zones.player_lookup
    AND windows.game_date < zones.analysis_date
    AND (windows.until IS NULL OR windows.until >= zones.analysis_date)
  WHERE windows.sourced > 0
)
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(covered.valid, 1, NULL)) AS numerator,
  COUNT(covered.analysis_date) AS denominator,
  COUNT(covered.analysis_date) > 0 AS judged,
  MIN(IF(covered.valid, NULL, covered.player_lookup)) AS detail
FROM dates
LEFT JOIN covered ON covered.analysis_date = dates.game_date
GROUP BY dates.game_date

-- title: zones of defences are there where a game of the window has a source of shots
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
WITH windows AS (
  SELECT
    season_year,
    defending_team_abbr AS team,
    game_date,
    LEAD(game_date) OVER (PARTITION BY season_year, defending_team_abbr ORDER BY game_date) AS until,
    COUNT(shot_zones_source) OVER (
      PARTITION BY season_year, defending_team_abbr ORDER BY game_date
      ROWS BETWEEN @team_games_before PRECEDING AND CURRENT ROW
    ) AS sourced
  FROM `nba_analytics.team_defense_game_summary`
  WHERE game_date BETWEEN @first AND @end
),
covered AS (
  SELECT zones.analysis_date, zones.team_abbr, zones.valid
  FROM valid_tdza AS zones
  JOIN dates ON dates.game_date = zones.analysis_date
  JOIN windows
    ON windows.season_year = dates.season_year
    AND windows.team = zones.team_abbr
    AND windows.game_date < zones.analysis_date
    AND (windows.until IS NULL OR windows.until >= zones.analysis_date)
  WHERE windows.sourced > 0
)
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(covered.valid, 1, NULL)) AS numerator,
  COUNT(covered.analysis_date) AS denominator,
  COUNT(covered.analysis_date) > 0 AS judged,
  MIN(IF(covered.valid, NULL, covered.team_abbr)) AS detail
FROM dates
LEFT JOIN covered ON covered.analysis_date = dates.game_date
GROUP BY dates.game_date

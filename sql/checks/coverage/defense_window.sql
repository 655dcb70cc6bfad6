-- title: team windows whose newest games are not the newest finals of the schedule
-- unit: count
-- target: = 0
WITH scheduled AS (
  SELECT DISTINCT season_year, team, game_date FROM sides WHERE final AND game_date <= @end
),
results AS (
  SELECT DISTINCT season_year, defending_team_abbr AS team, game_date
  FROM `nba_analytics.team_defense_game_summary`
  WHERE game_date BETWEEN @first AND @end
),
both AS (
  SELECT
    COALESCE(scheduled.season_year, results.season_year) AS season_year,
    COALESCE(scheduled.team, results.team) AS team,
    COALESCE(scheduled.game_date, results.game_date) AS game_date,
    IF(scheduled.team IS NULL OR results.team IS NULL, 1, 0) AS odd
  FROM scheduled
  FULL OUTER JOIN results
    ON results.season_year = scheduled.season_year
    AND results.team = scheduled.team
    AND results.game_date = scheduled.game_date
),
-- The newest dates of both are the same as long as none of the newest that either has is odd.
windows AS (
  SELECT
    season_year,
    team,
    game_date,
    LEAD(game_date) OVER (PARTITION BY season_year, team ORDER BY game_date) AS until,
    SUM(odd) OVER (
      PARTITION BY season_year, team ORDER BY game_date ROWS BETWEEN @team_games_before PRECEDING AND CURRENT ROW
    ) AS odd
  FROM both
),
judged AS (
  SELECT zones.analysis_date, zones.team_abbr, windows.odd IS NULL OR windows.odd > 0 AS differs
  FROM `nba_precompute.team_defense_zone_analysis` AS zones
  JOIN dates ON dates.game_date = zones.analysis_date
  LEFT JOIN windows
    ON windows.season_year = dates.season_year
    AND windows.team = zones.team_abbr
    AND windows.game_date < zones.analysis_date
    AND (windows.until IS NULL OR windows.until >= zones.analysis_date)
  WHERE zones.analysis_date BETWEEN @start AND @end
)
SELECT
  'TDZA' AS scope,
  COUNT(IF(differs, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  COUNT(*) > 0 AS judged,
  MIN(IF(differs, CONCAT(CAST(analysis_date AS STRING), ' ', team_abbr), NULL)) AS detail
FROM judged

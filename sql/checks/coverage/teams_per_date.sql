-- title: teams per date, mean of a season
-- unit: mean
-- target: 12.35 to 12.75
-- fails: outside 10.4 to 14.7
-- 12.4 to 12.7 in tenths. Judged for a season that is asked for whole and has 1,230 regular games.
WITH whole AS (
  SELECT
    games.season_year,
    COUNT(IF(games.kind = 'regular' AND games.final, 1, NULL)) >= 1230
    AND COUNT(IF(games.final AND dates.game_date IS NULL, 1, NULL)) = 0 AS is_whole
  FROM games
  LEFT JOIN dates ON dates.game_date = games.game_date
  GROUP BY games.season_year
),
teams AS (
  SELECT game_date, COUNT(DISTINCT team_abbr) AS n
  FROM `nba_analytics.team_offense_game_summary`
  WHERE game_date BETWEEN @start AND @end
  GROUP BY game_date
)
SELECT
  CAST(dates.season_year AS STRING) AS scope,
  SUM(COALESCE(teams.n, 0)) AS numerator,
  COUNT(*) AS denominator,
  LOGICAL_AND(whole.is_whole) AS judged,
  IF(LOGICAL_AND(whole.is_whole), NULL, 'not a whole season of 30 teams') AS detail
FROM dates
JOIN whole ON whole.season_year = dates.season_year
LEFT JOIN teams ON teams.game_date = dates.game_date
WHERE dates.finals > 0
GROUP BY dates.season_year

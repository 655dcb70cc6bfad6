-- title: team rows are those of the schedule, two of every game
-- unit: count
-- target: = 0
-- Fallback games, which no schedule has, stand apart.
WITH expected AS (
  SELECT planned.code, sides.game_date AS day, sides.team, sides.game_id
  FROM sides
  JOIN planned ON planned.day = sides.game_date
  WHERE planned.code = 'UTGC' OR (planned.code IN ('TOGS', 'TDGS') AND sides.final)
),
found AS (
  SELECT 'TOGS' AS code, game_date AS day, team_abbr AS team, game_id, COUNT(*) AS n
  FROM `nba_analytics.team_offense_game_summary`
  WHERE game_date BETWEEN @start AND @end AND 'game_not_in_schedule' NOT IN UNNEST(quality_issues)
  GROUP BY day, team, game_id
  UNION ALL
  SELECT 'TDGS', game_date, defending_team_abbr, game_id, COUNT(*)
  FROM `nba_analytics.team_defense_game_summary`
  WHERE game_date BETWEEN @start AND @end AND 'game_not_in_schedule' NOT IN UNNEST(quality_issues)
  GROUP BY game_date, defending_team_abbr, game_id
  UNION ALL
  SELECT 'UTGC', game_date, team_abbr, game_id, COUNT(*)
  FROM `nba_analytics.upcoming_team_game_context`
  WHERE game_date BETWEEN @start AND @end
  GROUP BY game_date, team_abbr, game_id
),
of_planned AS (
  SELECT found.* FROM found JOIN planned ON planned.code = found.code AND planned.day = found.day
),
both AS (
  SELECT
    COALESCE(expected.code, of_planned.code) AS code,
    COALESCE(expected.day, of_planned.day) AS day,
    COALESCE(expected.team, of_planned.team) AS team,
    expected.code IS NULL OR of_planned.code IS NULL AS differs
  FROM expected
  FULL OUTER JOIN of_planned
    ON of_planned.code = expected.code
    AND of_planned.day = expected.day
    AND of_planned.team = expected.team
    AND of_planned.game_id = expected.game_id
)
SELECT
  code AS scope,
  COUNT(IF(differs, 1, NULL)) AS numerator,
  COUNT(*) AS denominator,
  TRUE AS judged,
  MIN(IF(differs, CONCAT(CAST(day AS STRING), ' ', team), NULL)) AS detail
FROM both
GROUP BY code

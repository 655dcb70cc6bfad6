-- The dates that are asked for and planned: a game was played, or one is scheduled today.
WITH openers AS (
  SELECT season_year, MIN(game_date) AS opener FROM games WHERE kind = 'regular' GROUP BY season_year
)
SELECT
  games.game_date,
  games.season_year,
  DATE_DIFF(
    games.game_date,
    MIN(COALESCE(openers.opener, usual_openers.opener, DATE(games.season_year, 10, 22))),
    DAY
  ) AS season_day,
  COUNT(*) AS games,
  COUNT(IF(games.final, 1, NULL)) AS finals
FROM games
LEFT JOIN openers ON openers.season_year = games.season_year
LEFT JOIN usual_openers ON usual_openers.season_year = games.season_year
WHERE games.game_date BETWEEN @start AND @end AND games.game_date IN UNNEST(@dates)
GROUP BY games.game_date, games.season_year
HAVING COUNT(IF(games.final, 1, NULL)) > 0 OR games.game_date >= @today

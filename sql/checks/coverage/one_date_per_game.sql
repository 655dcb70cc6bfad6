-- title: one game_id on one date
-- unit: count
-- target: = 0
WITH of_games AS (
  SELECT code, game_id, COUNT(DISTINCT day) AS n_dates FROM game_ids GROUP BY code, game_id
)
SELECT
  tables.code AS scope,
  COUNT(IF(of_games.n_dates > 1, 1, NULL)) AS numerator,
  COUNT(of_games.game_id) AS denominator,
  COUNT(of_games.game_id) > 0 AS judged,
  MIN(IF(of_games.n_dates > 1, of_games.game_id, NULL)) AS detail
FROM tables
LEFT JOIN of_games ON of_games.code = tables.code
WHERE tables.has_game_id
GROUP BY tables.code

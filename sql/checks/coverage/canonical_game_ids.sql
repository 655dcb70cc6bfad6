-- title: game_id is canonical: date, away team, home team
-- unit: count
-- target: = 0
WITH judged AS (
  SELECT
    game_ids.code,
    game_ids.game_id,
    NOT REGEXP_CONTAINS(game_ids.game_id, r'^[0-9]{8}_[A-Z]{3}_[A-Z]{3}$')
    OR away.team IS NULL
    OR home.team IS NULL
    OR away.team = home.team AS wrong
  FROM game_ids
  LEFT JOIN team_codes AS away ON away.team = SUBSTR(game_ids.game_id, 10, 3) AND away.code = away.team
  LEFT JOIN team_codes AS home ON home.team = SUBSTR(game_ids.game_id, 14, 3) AND home.code = home.team
)
SELECT
  tables.code AS scope,
  COUNT(IF(judged.wrong, 1, NULL)) AS numerator,
  COUNT(judged.game_id) AS denominator,
  COUNT(judged.game_id) > 0 AS judged,
  MIN(IF(judged.wrong, judged.game_id, NULL)) AS detail
FROM tables
LEFT JOIN judged ON judged.code = tables.code
WHERE tables.has_game_id
GROUP BY tables.code

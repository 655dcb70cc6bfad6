-- Per table and planned date: how many entities there are to account for, how many are not, and the first of these.
WITH told AS (
  SELECT DISTINCT table_name, day, entity_id FROM records WHERE entity_type <> 'DATE'
),
judged AS (
  SELECT
    scopes.table_name,
    scopes.day,
    scopes.entity,
    entities.entity IS NULL AND own.entity_id IS NULL AND game.entity_id IS NULL AS untracked
  FROM scopes
  LEFT JOIN entities
    ON entities.table_name = scopes.table_name AND entities.day = scopes.day AND entities.entity = scopes.entity
  LEFT JOIN told AS own
    ON own.table_name = scopes.table_name AND own.day = scopes.day AND own.entity_id = scopes.entity
  LEFT JOIN told AS game
    ON game.table_name = scopes.table_name AND game.day = scopes.day AND game.entity_id = scopes.game_id
)
SELECT
  table_name,
  day,
  COUNT(*) AS expected,
  COUNT(IF(untracked, 1, NULL)) AS untracked,
  MIN(IF(untracked, entity, NULL)) AS name
FROM judged
GROUP BY table_name, day

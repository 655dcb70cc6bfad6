-- title: entities with both a row and a record
-- unit: count
-- target: = 0
WITH told AS (
  SELECT DISTINCT table_name, day, entity_id FROM records WHERE entity_type <> 'DATE'
),
of_cells AS (
  SELECT entities.table_name, entities.day, COUNT(*) AS n, COUNT(IF(told.entity_id IS NOT NULL, 1, NULL)) AS n_both,
    MIN(IF(told.entity_id IS NOT NULL, CONCAT(CAST(entities.day AS STRING), ' ', entities.entity), NULL)) AS name
  FROM entities
  LEFT JOIN told
    ON told.table_name = entities.table_name AND told.day = entities.day AND told.entity_id = entities.entity
  GROUP BY entities.table_name, entities.day
)
SELECT
  tables.code AS scope,
  COALESCE(SUM(of_cells.n_both), 0) AS numerator,
  COALESCE(SUM(of_cells.n), 0) AS denominator,
  COUNT(of_cells.day) > 0 AS judged,
  MIN(of_cells.name) AS detail
FROM tables
LEFT JOIN of_cells ON of_cells.table_name = tables.table_name
GROUP BY tables.code

-- title: players who played, fewest and most of a game
-- unit: count
-- target: 15 to 32
-- fails: outside 10 to 40
-- Games without any row are told of by the records.
WITH of_games AS (
  SELECT played.game_id, COUNT(*) AS n
  FROM played
  JOIN dates ON dates.game_date = played.game_date
  GROUP BY played.game_id
),
ranked AS (
  SELECT
    game_id,
    n,
    ROW_NUMBER() OVER (ORDER BY n, game_id) AS from_fewest,
    ROW_NUMBER() OVER (ORDER BY n DESC, game_id) AS from_most,
    COUNT(*) OVER () AS games
  FROM of_games
)
SELECT 'fewest' AS scope, n AS numerator, games AS denominator, TRUE AS judged, game_id AS detail
FROM ranked
WHERE from_fewest = 1
UNION ALL
SELECT 'most', n, games, TRUE, game_id
FROM ranked
WHERE from_most = 1

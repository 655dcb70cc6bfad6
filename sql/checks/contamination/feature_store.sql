-- title: quality of a feature vector, and its rating of the opponent where there is one
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
WITH judged AS (
  SELECT
    store.game_date,
    store.player_lookup,
    store.quality_tier IS NOT NULL AND (store.f13_opponent_def_rating IS NOT NULL OR opponent.team_abbr IS NULL)
      AS valid
  FROM `nba_predictions.ml_feature_store_v2` AS store
  LEFT JOIN (
    SELECT DISTINCT analysis_date, team_abbr
    FROM `nba_precompute.team_defense_zone_analysis`
    WHERE analysis_date BETWEEN @start AND @end
  ) AS opponent
    ON opponent.analysis_date = store.game_date AND opponent.team_abbr = store.opponent_team_abbr
  WHERE store.game_date BETWEEN @start AND @end
)
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(judged.valid, 1, NULL)) AS numerator,
  COUNT(judged.game_date) AS denominator,
  COUNT(judged.game_date) > 0 AS judged,
  MIN(IF(judged.valid, NULL, judged.player_lookup)) AS detail
FROM dates
LEFT JOIN judged ON judged.game_date = dates.game_date
GROUP BY dates.game_date

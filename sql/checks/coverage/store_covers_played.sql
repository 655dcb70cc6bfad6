-- title: players of the feature store ÷ players who played
-- unit: %
-- target: >= 95
-- fails: < 90
-- From season day 30 on, over all dates: after a wave of call-ups a single date has more players without a past.
WITH stored AS (
  SELECT DISTINCT game_date, player_lookup
  FROM `nba_predictions.ml_feature_store_v2`
  WHERE game_date BETWEEN @start AND @end
),
of_dates AS (
  SELECT
    dates.game_date,
    dates.season_year,
    dates.season_day >= 30 AS settled,
    COUNT(stored.player_lookup) AS n_stored,
    COUNT(played.player_lookup) AS n_played
  FROM dates
  LEFT JOIN played ON played.game_date = dates.game_date
  LEFT JOIN stored ON stored.game_date = played.game_date AND stored.player_lookup = played.player_lookup
  WHERE dates.season_day >= @early_days
  GROUP BY dates.game_date, dates.season_year, dates.season_day
),
scopes_of_dates AS (
  SELECT
    CONCAT(CAST(season_year AS STRING), IF(settled, ' from day 30', ' before day 30')) AS scope,
    settled AND n_played > 0 AS counts,
    n_stored,
    n_played,
    CONCAT(
      'lowest ',
      CAST(game_date AS STRING),
      ' ',
      CAST(n_stored AS STRING),
      ' of ',
      CAST(n_played AS STRING)
    ) AS said,
    ROW_NUMBER() OVER (
      PARTITION BY season_year, settled ORDER BY SAFE_DIVIDE(n_stored, n_played) ASC NULLS LAST, game_date
    ) AS nth
  FROM of_dates
)
SELECT
  scope,
  SUM(n_stored) AS numerator,
  SUM(n_played) AS denominator,
  LOGICAL_OR(counts) AS judged,
  MIN(IF(nth = 1, said, NULL)) AS detail
FROM scopes_of_dates
GROUP BY scope
UNION ALL
SELECT 'no date', 0, 0, FALSE, 'no date is late enough in its season'
FROM (SELECT COUNT(*) AS n FROM of_dates)
WHERE n = 0

-- title: the zone factor is there where the zones of player and opponent are
-- unit: %
-- target: >= 99
-- fails: < 50
-- per: date
WITH possible AS (
  SELECT factors.game_date, factors.player_lookup, factors.valid
  FROM valid_pcf AS factors
  JOIN `nba_analytics.upcoming_player_game_context` AS context
    ON context.game_date = factors.game_date AND context.player_lookup = factors.player_lookup
  JOIN `nba_precompute.player_shot_zone_analysis` AS player
    ON player.analysis_date = factors.game_date AND player.player_lookup = factors.player_lookup
  JOIN `nba_precompute.team_defense_zone_analysis` AS opponent
    ON opponent.analysis_date = factors.game_date AND opponent.team_abbr = context.opponent_team_abbr
  WHERE
    context.game_date BETWEEN @start AND @end
    AND player.analysis_date BETWEEN @start AND @end
    AND opponent.analysis_date BETWEEN @start AND @end
)
SELECT
  CAST(dates.game_date AS STRING) AS scope,
  COUNT(IF(possible.valid, 1, NULL)) AS numerator,
  COUNT(possible.game_date) AS denominator,
  COUNT(possible.game_date) > 0 AS judged,
  MIN(IF(possible.valid, NULL, possible.player_lookup)) AS detail
FROM dates
LEFT JOIN possible ON possible.game_date = dates.game_date
GROUP BY dates.game_date

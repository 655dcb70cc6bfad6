-- Who played: rows of the player summary with minutes or points, of whole seasons up to the last date.
SELECT game_date, season_year, player_lookup, team_abbr, game_id, shot_zones_source
FROM `nba_analytics.player_game_summary`
WHERE
  game_date BETWEEN @first AND @end
  AND NOT COALESCE(is_dnp, FALSE)
  AND points IS NOT NULL
  AND (COALESCE(minutes_played, 0) > 0 OR points > 0)

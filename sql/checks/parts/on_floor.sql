-- The rows that quality is measured on: players with minutes on the dates that are asked for.
SELECT *
FROM `nba_analytics.player_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates) AND minutes_played > 0

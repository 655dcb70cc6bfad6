-- Both teams of every game of the schedule.
SELECT game_date, season_year, game_id, final, away AS team FROM games
UNION ALL
SELECT game_date, season_year, game_id, final, home AS team FROM games

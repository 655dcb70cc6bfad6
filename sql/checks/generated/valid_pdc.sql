-- Generated from the declarations by `make ddl`; do not edit.
-- Rows of PDC, and whether their critical columns say anything.
SELECT *, COALESCE(points_avg_season IS NOT NULL AND games_played_season > 0, FALSE) AS valid
FROM `nba_precompute.player_daily_cache`
WHERE cache_date BETWEEN @start AND @end AND cache_date IN UNNEST(@dates)

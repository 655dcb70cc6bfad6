-- Generated from the declarations by `make ddl`; do not edit.
-- Rows of PSZA, and whether their critical columns say anything.
SELECT *, COALESCE(paint_rate_last_10 IS NOT NULL AND games_in_sample_10 > 0, FALSE) AS valid
FROM `nba_precompute.player_shot_zone_analysis`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates)

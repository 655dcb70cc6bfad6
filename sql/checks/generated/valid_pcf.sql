-- Generated from the declarations by `make ddl`; do not edit.
-- Rows of PCF, and whether their critical columns say anything.
SELECT *, COALESCE(shot_zone_mismatch_score IS NOT NULL, FALSE) AS valid
FROM `nba_precompute.player_composite_factors`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)

-- Generated from the declarations by `make ddl`; do not edit.
-- Rows of TDZA, and whether their critical columns say anything.
SELECT *, COALESCE(paint_defense_vs_league_avg IS NOT NULL AND mid_range_defense_vs_league_avg IS NOT NULL AND three_pt_defense_vs_league_avg IS NOT NULL, FALSE) AS valid
FROM `nba_precompute.team_defense_zone_analysis`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates)

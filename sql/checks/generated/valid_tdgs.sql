-- Generated from the declarations by `make ddl`; do not edit.
-- Rows of TDGS, and whether their critical columns say anything.
SELECT *, COALESCE(opp_paint_attempts > 0 AND opp_mid_range_attempts > 0 AND opp_three_pt_attempts > 0, FALSE) AS valid
FROM `nba_analytics.team_defense_game_summary`
WHERE game_date BETWEEN @start AND @end AND game_date IN UNNEST(@dates)

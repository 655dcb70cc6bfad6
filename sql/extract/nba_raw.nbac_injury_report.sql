-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  report_date,
  report_hour,
  game_date,
  team,
  player_lookup,
  injury_status,
  reason,
  reason_category,
  confidence_score,
  processed_at,
  data_hash
FROM `nba_raw.nbac_injury_report`
WHERE game_date BETWEEN @start AND @end;

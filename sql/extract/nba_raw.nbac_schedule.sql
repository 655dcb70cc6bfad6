-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_id,
  game_date,
  game_date_est,
  game_status,
  home_team_tricode,
  away_team_tricode,
  home_team_score,
  away_team_score,
  is_all_star,
  is_regular_season,
  is_playoffs,
  is_primetime,
  neutral_site_flag,
  arena_name,
  arena_city,
  arena_timezone,
  winning_team_tricode,
  processed_at,
  data_hash
FROM `nba_raw.nbac_schedule`
WHERE game_date BETWEEN @start AND @end;

-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_date,
  game_start_time,
  player_name,
  player_lookup,
  home_team_abbr,
  away_team_abbr,
  bookmaker,
  points_line,
  snapshot_timestamp,
  bookmaker_last_update,
  processed_at,
  data_hash
FROM `nba_raw.odds_api_player_points_props`
WHERE game_date BETWEEN @start AND @end;

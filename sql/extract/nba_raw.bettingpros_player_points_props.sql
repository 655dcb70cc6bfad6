-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_date,
  market_type,
  bet_side,
  player_name,
  player_lookup,
  bookmaker,
  points_line,
  opening_line,
  bookmaker_last_update,
  is_active,
  processed_at,
  data_hash
FROM `nba_raw.bettingpros_player_points_props`
WHERE game_date BETWEEN @start AND @end;

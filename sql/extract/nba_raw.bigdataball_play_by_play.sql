-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_id,
  game_date,
  home_team_abbr,
  away_team_abbr,
  event_id,
  event_type,
  event_subtype,
  player_1_name,
  player_1_lookup,
  player_1_team_abbr,
  player_2_name,
  player_2_lookup,
  player_2_role,
  shot_made,
  shot_distance,
  points_scored,
  period,
  processed_at,
  data_hash
FROM `nba_raw.bigdataball_play_by_play`
WHERE game_date BETWEEN @start AND @end;

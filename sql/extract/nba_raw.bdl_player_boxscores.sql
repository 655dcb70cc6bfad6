-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_id,
  game_date,
  player_full_name,
  player_lookup,
  team_abbr,
  home_team_abbr,
  away_team_abbr,
  minutes,
  points,
  assists,
  offensive_rebounds,
  defensive_rebounds,
  rebounds,
  steals,
  blocks,
  turnovers,
  personal_fouls,
  field_goals_made,
  field_goals_attempted,
  three_pointers_made,
  three_pointers_attempted,
  free_throws_made,
  free_throws_attempted,
  processed_at,
  data_hash
FROM `nba_raw.bdl_player_boxscores`
WHERE game_date BETWEEN @start AND @end;

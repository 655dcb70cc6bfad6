-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_id,
  nba_game_id,
  game_date,
  team_abbr,
  is_home,
  minutes,
  points,
  fg_made,
  fg_attempted,
  three_pt_made,
  three_pt_attempted,
  ft_made,
  ft_attempted,
  offensive_rebounds,
  defensive_rebounds,
  total_rebounds,
  assists,
  steals,
  blocks,
  turnovers,
  personal_fouls,
  processed_at,
  data_hash
FROM `nba_raw.nbac_team_boxscore`
WHERE game_date BETWEEN @start AND @end;

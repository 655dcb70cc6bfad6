-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  game_date,
  home_team,
  away_team,
  home_team_abbr,
  away_team_abbr,
  bookmaker_key,
  market_key,
  outcome_name,
  outcome_point,
  snapshot_timestamp,
  commence_time,
  processed_at,
  data_hash
FROM `nba_raw.odds_api_game_lines`
WHERE game_date BETWEEN @start AND @end;

-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  roster_date,
  scrape_hour,
  team_abbr,
  player_lookup,
  age,
  birth_date,
  processed_at,
  data_hash
FROM `nba_raw.espn_team_rosters`
WHERE roster_date BETWEEN @start AND @end;
